"""Curves: a number over waves or months, with its interval."""

import textwrap
from typing import Literal

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from shared.disclosure.released import Released
from shared.pages.draw.axis import MARKERS, PALETTE, finish, limits_of, order_of
from shared.pages.draw.legend import beside, outside
from shared.pages.draw.text import absent
from shared.pages.words import Words

STROKES = ("-", "--", "-.", ":")


def lines(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str,
    y: str,
    hue: str | None = None,
) -> None:
    """Draw ``y`` over the points of ``x``, with its interval when the table has one."""
    points = list(dict.fromkeys(frame[x]))
    hues = order_of(frame, hue) or [""]
    limits = limits_of(frame, y)
    for number, name in enumerate(hues):
        rows = frame[frame[hue] == name] if hue else frame
        at = rows[x].map(points.index) + 0.08 * (number - (len(hues) - 1) / 2)
        color, marker = PALETTE[number % len(PALETTE)], MARKERS[number % len(MARKERS)]
        axes.plot(at, rows[y], color=color, marker=marker, label=name)
        if limits:
            axes.vlines(at, rows[limits[0]], rows[limits[1]], color=color, linewidth=1.4)
    axes.set_xticks(range(len(points)), points)
    axes.set_xlim(-0.5, len(points) - 0.5)
    finish(axes, released, words, value="y", x=x, y=y)
    beside(axes, hues if hue else None)


def panels(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str,
    y: str,
    panel: str,
    limits: tuple[float, float],
) -> None:
    """Draw ``y`` over ``x`` in one small panel per category, side by side on one scale."""
    names, points = list(dict.fromkeys(frame[panel])), list(dict.fromkeys(frame[x]))
    width = len(points) + 1
    bounds = limits_of(frame, y)
    for number, name in enumerate(names):
        rows = frame[frame[panel] == name]
        at = rows[x].map(points.index) + number * width
        axes.plot(at, rows[y], color=PALETTE[0], marker="o", markersize=4)
        if bounds:
            axes.vlines(at, rows[bounds[0]], rows[bounds[1]], color=PALETTE[0], linewidth=1.2)
    finish(axes, released, words, value="y", x=x, y=y)
    middle = [number * width + (len(points) - 1) / 2 for number in range(len(names))]
    axes.set_xticks(
        middle,
        ["\n".join(textwrap.wrap(name, 12, break_long_words=False)) for name in names],
        fontsize=7.5,
    )
    axes.set_yticks(range(int(limits[0]), int(limits[1]) + 1))
    axes.set(ylim=limits, xlabel=f"{points[0]} – {points[-1]}" if len(points) > 1 else points[0])
    axes.grid(visible=False, axis="x")


def steps(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str,
    y: str,
    hue: str | None = None,
    start: float | None = None,
    level: bool = True,
) -> None:
    """Draw the share ``y`` as a curve that changes at the times ``x``, its interval as a band.

    ``level`` says that the curve is known to stay level between its times; otherwise straight lines
    join them.

    Times may be any, and others for each curve. ``start`` is the share at time 0 of tables that
    begin at the first event: 0 of those who have begun something, 1 of those who remain. The
    interval is pointwise. Where a value is hidden the curve stops, and its symbol stands there.
    """
    gaps = pd.Series(absent(released, [y]), frame.index)
    handles: list[Line2D] = []
    marked: list[tuple[float, float]] = []
    for number, name in enumerate(order_of(frame, hue) or [""]):
        rows = frame[frame[hue] == name] if hue else frame
        curve = _begun(rows, x, y, start)
        handles.append(_step(axes, curve, x, y, name, number, level=level))
        stops = _stops(rows[x], curve[y], gaps[rows.index], number)
        marked += _mark_stops(axes, stops, marked, number)
    finish(axes, released, words, value="y", x=x, y=y)
    first = frame[x].min() if start is None else min(0, frame[x].min())
    edge = 0.04 * (frame[x].max() - first) or 0.5
    axes.set(xlim=(first - edge, frame[x].max() + edge), ylim=(0, 1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: words.number(share, "share")))
    axes.xaxis.set_major_locator(MaxNLocator(8, steps=[1, 2, 3, 6, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda time, _: words.number(time)))
    if hue:
        outside(axes, handles, "upper", handlelength=3)


def _begun(rows: pd.DataFrame, x: str, y: str, start: float | None) -> pd.DataFrame:
    """Put the certain share ``start`` before a curve that has any value, unless it begins at 0."""
    if start is None or rows[y].isna().all() or rows[x].min() <= 0:
        return rows
    first = rows.head(1).assign(**{x: 0.0}, **dict.fromkeys([y, *(_limits(rows, y) or [])], start))
    return pd.concat([first.set_axis([-1]), rows])


def _limits(rows: pd.DataFrame, y: str) -> tuple[str, str] | None:
    """Find the interval under the name of ``y``, else as a share's."""
    return limits_of(rows, y) or limits_of(rows, "share")


def _step(
    axes: Axes, rows: pd.DataFrame, x: str, y: str, name: str, number: int, *, level: bool
) -> Line2D:
    """Draw one curve, told apart by color, stroke and marker; return its line."""
    color, stroke = PALETTE[number % len(PALETTE)], STROKES[number % len(STROKES)]
    every = max(1, len(rows) // 8)
    (line,) = axes.plot(rows[x], rows[y], color=color, linestyle=stroke, label=name)
    line.set_drawstyle("steps-post" if level else "default")
    # Starting at different places, the markers of close curves do not cover each other.
    line.set(marker=MARKERS[number % len(MARKERS)], markevery=(number % every, every))
    line.set_clip_on(False)  # a marker at 0 or 1 is as large as the others
    bounds = _limits(rows, y)
    if bounds:
        # Where the curve stops, the band stops with it.
        kept = rows[list(bounds)].ffill(limit=1)
        limits = rows[list(bounds)].where(rows[y].notna(), kept)
        band = limits[bounds[0]], limits[bounds[1]]
        step: Literal["post"] | None = "post" if level else None
        axes.fill_between(rows[x], *band, step=step, color=color, alpha=0.15, linewidth=0)
    return line


def _stops(
    times: pd.Series, shares: pd.Series, gaps: pd.Series, number: int
) -> list[tuple[float, float, str]]:
    """Return time, level and symbol of each stop: at the last value, or low when there is none yet.

    ``number`` keeps the symbols of curves without a value apart.
    """
    begins = gaps.ne("") & gaps.shift(fill_value="").eq("")
    stops = []
    for at in times[begins].index:
        last = shares.loc[:at].dropna()
        stops.append((times[at], last.iloc[-1] if len(last) else 0.03 + 0.07 * number, gaps[at]))
    return stops


def _mark_stops(
    axes: Axes,
    stops: list[tuple[float, float, str]],
    marked: list[tuple[float, float]],
    number: int,
) -> list[tuple[float, float]]:
    """Write the symbols where a curve stops, above those already ``marked``; return the places."""
    color = PALETTE[number % len(PALETTE)]
    places = []
    for time, share, symbol in stops:
        level = share
        while any(at == time and abs(level - other) < 0.07 for at, other in marked):
            level += 0.07
        axes.text(time, level, f" {symbol}", color=color, fontsize=14, fontweight="bold")
        places.append((time, level))
    return places
