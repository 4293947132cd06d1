"""Money: what has come back month by month, and what the result hangs on."""

from itertools import accumulate
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator, MultipleLocator

from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, MARKERS, PALETTE, figure_of, finish, limits_of, order_of
from shared.pages.draw.curves import STROKES
from shared.pages.draw.legend import outside
from shared.pages.draw.text import absent, height, mark_gap, wrap
from shared.pages.tables import heading
from shared.pages.words import Words

YEAR = 12  # months between the ticks
ZERO: dict[str, Any] = {"color": INK, "linewidth": 1.2, "zorder": 1.5}
BASE: dict[str, Any] = {"color": INK, "linewidth": 1.4, "linestyle": "--"}
PLOT, STRIP = 3.0, 0.24  # inches: the curves, and one line of text over them
SIDES = 1.2  # inches at most beside the curves, for the numbers of the axis
TEXT: dict[str, Any] = {"fontsize": 9, "fontweight": "bold", "zorder": 5}
NAMES, LONGEST = 9.5, 2.6  # points, and inches of a row's name before it is wrapped
ROW, THICK = 0.36, 0.24  # inches: a row, unless its name needs more, and its bar

# When a curve reaches zero, how a reader is told, and the look of the curve.
_Payback = tuple[float, str, dict[str, Any]]


def cumulative(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str = "month",
    y: str = "so_far",
    hue: str = "account",
    paid: str = "payback_months",
) -> None:
    """Draw the sum ``y`` over the months ``x``, one curve per ``hue``, its interval as a band.

    ``paid`` is when each curve's money is back: a marker on the line at zero, and the month in
    words over it, unless it is never, or later than the curves reach. Where a value is hidden the
    curve stops, and its symbol stands there; a curve without any value has it in the legend.
    """
    limits = limits_of(frame, y) or ()
    gaps = pd.Series(absent(released, [y, *limits]), frame.index)
    shown = frame.assign(**{name: frame[name].mask(gaps.ne("")) for name in (y, *limits)})
    handles: list[Line2D] = []
    paybacks: list[_Payback] = []
    for number, name in enumerate(order_of(frame, hue) or []):
        rows = shown[shown[hue] == name]
        line = _curve(axes, rows[x], rows[y], [rows[limit] for limit in limits], number)
        gap = _mark_stop(axes, rows[x], rows[y], gaps[rows.index])
        line.set_label(f"{name} {gap}".strip())
        handles.append(line)
        paybacks += _paybacks(rows[paid].iloc[0], rows[x].max(), name, words, line)
    finish(axes, released, words, value="y", x=x, y=y)
    axes.axhline(0, **ZERO)
    axes.xaxis.set_major_locator(MultipleLocator(YEAR))
    axes.set_xlim(frame[x].min(), frame[x].max())
    outside(axes, handles, "upper", handlelength=3)
    _tell(axes, sorted(paybacks, key=lambda payback: payback[0]))


def tornado(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    y: str = "assumption",
    low: str = "at_low",
    high: str = "at_high",
    base: str = "at_base",
) -> None:
    """Draw one bar per assumption ``y``, from the result at its low value to that at its high one.

    The rows stand in the order of the table. The two ends are told apart by colour and by
    hatching; the broken line is the result with nothing changed. A row with anything hidden has
    only the symbol.
    """
    middles = _lay_out(axes, frame[y])
    ends = {low: _look(0), high: _look(1)}
    gaps = absent(released, [low, high, base])
    for middle, gap, row in zip(middles, gaps, frame.to_dict("records"), strict=True):
        # Should both be on one side of the line, the shorter lies on the longer.
        reach = {end: row[end] - row[base] for end in ends if not gap}
        for end in sorted(reach, key=lambda end: -abs(reach[end])):
            axes.barh(middle, reach[end], THICK, row[base], **ends[end])
    finish(axes, released, words, value="x", x=base, y=y)
    axes.set(ylabel="", xlabel=words("Lönsamhet"))
    axes.xaxis.set_major_locator(MaxNLocator(5))  # the names leave less room than other figures
    axes.axvline(0, **ZERO)
    columns = {column.name: column for column in released.columns}
    handles: list[Line2D | Patch] = [
        Patch(label=heading(columns[end], words), **look) for end, look in ends.items()
    ]
    for level in frame[base].dropna().head(1):
        axes.axvline(level, **BASE)
        handles.append(Line2D([], [], label=heading(columns[base], words), **BASE))
    left, right = axes.get_xlim()
    for middle, gap in zip(middles, gaps, strict=True):
        mark_gap(axes, left + 0.02 * (right - left), middle, gap, ha="left")
    axes.set_xlim(left, right)
    outside(axes, handles, "upper", handlelength=2.2, handleheight=1.1)


def _curve(
    axes: Axes, months: pd.Series, sums: pd.Series, limits: list[pd.Series], number: int
) -> Line2D:
    """Draw one curve, told apart by color, stroke and marker, and its band; return its line."""
    color, stroke = PALETTE[number % len(PALETTE)], STROKES[number % len(STROKES)]
    every = max(1, len(months) // 5)
    (line,) = axes.plot(months, sums, color=color, linestyle=stroke, clip_on=False)
    # Starting at different places, the markers of close curves do not cover each other.
    begin = every * (1 + number) // 4
    line.set(marker=MARKERS[number % len(MARKERS)], markersize=5, markevery=(begin, every))
    if limits:
        axes.fill_between(months, *limits, color=color, alpha=0.13, linewidth=0)
    return line


def _mark_stop(axes: Axes, months: pd.Series, sums: pd.Series, gaps: pd.Series) -> str:
    """Write the symbol where a curve stops; return the one of a curve that never begins."""
    for at in gaps.index[gaps.ne("")][:1]:
        known = sums.loc[:at].dropna()
        if known.empty and sums.isna().all():
            return str(gaps[at])
        mark_gap(axes, months[at], known.iloc[-1] if len(known) else 0, gaps[at], ha="left")
    return ""


def _paybacks(months: float, last: float, name: str, words: Words, line: Line2D) -> list[_Payback]:
    """Return when a curve's money is back, if it is by the last month."""
    if not 0 < months <= last:  # nor when it is not known
        return []
    told = words("{}: återbetalt efter {} mån").format(name, words.number(months))
    return [(months, told, {"color": line.get_color(), "marker": line.get_marker()})]


def _tell(axes: Axes, paybacks: list[_Payback]) -> None:
    """Mark the months on the line at zero, and say them over the curves, each on its own line."""
    floor, top = axes.get_ylim()
    strip = (top - floor) * STRIP / PLOT
    figure_of(axes).set_figheight(PLOT + STRIP * len(paybacks) + 1.2)
    axes.set_ylim(floor, top + strip * len(paybacks))
    first, last = axes.get_xlim()
    inch = (last - first) / (figure_of(axes).get_figwidth() - SIDES)
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
    for place, (when, told, look) in enumerate(paybacks):
        level = top + strip * (len(paybacks) - place - 0.5)
        axes.vlines(when, 0, level, color=look["color"], linewidth=1.2, linestyle=":")
        axes.plot(when, 0, markersize=10, markeredgecolor="white", zorder=4, clip_on=False, **look)
        text = axes.text(when, level, told, ha="center", va="center", bbox=ground, **TEXT)
        half = text.get_window_extent().width / figure_of(axes).dpi / 2 * inch
        text.set_x(max(min(when, last - half), first + half))


def _lay_out(axes: Axes, names: pd.Series) -> list[float]:
    """Name the rows, each as tall as its name needs; return their middles, inches from above."""
    texts = [wrap(axes, str(name), LONGEST, NAMES) for name in names]
    sizes = [max(ROW, height(text, NAMES) + 0.08) for text in texts]
    bottoms = list(accumulate(sizes))
    middles = [bottom - size / 2 for bottom, size in zip(bottoms, sizes, strict=True)]
    axes.set_yticks(middles, texts, fontsize=NAMES)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(sum(sizes), 0)
    axes.grid(visible=False, axis="y")
    figure_of(axes).set_figheight(sum(sizes) + 1.3)
    return middles


def _look(end: int) -> dict[str, Any]:
    return {
        "facecolor": PALETTE[end],
        "edgecolor": "white",
        "hatch": "" if end == 0 else "////",
        "linewidth": 0.5,
    }
