"""The kinds of figure: each draws one released table on given axes.

``frame`` has labels for codes and numbers as they are; what is hidden is missing there, and drawn
as a gap.
"""

import textwrap

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from shared.disclosure.released import Released
from shared.pages.tables import heading
from shared.pages.words import Words

# Okabe and Ito's palette, told apart by the colour-blind; the light yellow is left out.
PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#444444"]
MARKERS = "osD^vP*"


def bars(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str,
    y: str,
    hue: str | None = None,
) -> None:
    """Draw one horizontal bar per row, ``x`` long, with its interval when the table has one."""
    order, hues = list(dict.fromkeys(frame[y])), _order(frame, hue)
    sns.barplot(frame, x=x, y=y, hue=hue, order=order, hue_order=hues, orient="h", ax=axes)
    limits = _limits(frame, x)
    if limits:
        step = 0.8 / len(hues or [0])
        for row in frame.dropna(subset=[x, *limits]).to_dict("records"):
            offset = step * ((hues.index(row[hue]) if hues else 0) - (len(hues or [0]) - 1) / 2)
            place = order.index(row[y]) + offset
            axes.hlines(place, row[limits[0]], row[limits[1]], color="#222222", linewidth=1.4)
    _finish(axes, released, words, value="x", x=x, y=y)
    axes.set_ylabel("")
    _legend(axes, hues)


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
    hues = _order(frame, hue) or [""]
    limits = _limits(frame, y)
    for number, name in enumerate(hues):
        rows = frame[frame[hue] == name] if hue else frame
        at = rows[x].map(points.index) + 0.08 * (number - (len(hues) - 1) / 2)
        color, marker = PALETTE[number % len(PALETTE)], MARKERS[number % len(MARKERS)]
        axes.plot(at, rows[y], color=color, marker=marker, label=name)
        if limits:
            axes.vlines(at, rows[limits[0]], rows[limits[1]], color=color, linewidth=1.4)
    axes.set_xticks(range(len(points)), points)
    axes.set_xlim(-0.5, len(points) - 0.5)
    _finish(axes, released, words, value="y", x=x, y=y)
    _legend(axes, hues if hue else None)


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
    bounds = _limits(frame, y)
    for number, name in enumerate(names):
        rows = frame[frame[panel] == name]
        at = rows[x].map(points.index) + number * width
        axes.plot(at, rows[y], color=PALETTE[0], marker="o", markersize=4)
        if bounds:
            axes.vlines(at, rows[bounds[0]], rows[bounds[1]], color=PALETTE[0], linewidth=1.2)
    _finish(axes, released, words, value="y", x=x, y=y)
    middle = [number * width + (len(points) - 1) / 2 for number in range(len(names))]
    axes.set_xticks(
        middle,
        ["\n".join(textwrap.wrap(name, 12, break_long_words=False)) for name in names],
        fontsize=7.5,
    )
    axes.set_yticks(range(int(limits[0]), int(limits[1]) + 1))
    axes.set(ylim=limits, xlabel=f"{points[0]} – {points[-1]}" if len(points) > 1 else points[0])
    axes.grid(visible=False, axis="x")


def grid(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    rows: str,
    values: list[str],
) -> None:
    """Draw a heat map: one row per category of ``rows``, one column per value column."""
    named = {column.name: heading(column, words) for column in released.columns}
    kinds = {column.name: column.kind for column in released.columns}
    table = frame.set_index(rows)[values].rename(columns=named)
    texts = frame[values].apply(
        lambda column: column.map(lambda v: words.number(v, kinds[column.name]))
    )
    sns.heatmap(
        table,
        annot=texts.to_numpy(),
        fmt="",
        cmap="Blues",
        cbar=False,
        linewidths=1,
        ax=axes,
        annot_kws={"fontsize": 8.5},
    )
    wrapped = [
        "\n".join(textwrap.wrap(named[value], 14, break_long_words=False)) for value in values
    ]
    axes.set_xticks(
        [place + 0.5 for place in range(len(values))], wrapped, rotation=0, fontsize=7.5
    )
    axes.tick_params(axis="y", rotation=0)
    axes.set(xlabel="", ylabel=named[rows])


def _limits(frame: pd.DataFrame, value: str) -> tuple[str, str] | None:
    """Find the columns of the interval of ``value``, by the names the tables use."""
    prefixes = {"share": "", "mean": "score_", "mean_change": "change_"}
    prefix = prefixes.get(value, f"{value}_")
    limits = (f"{prefix}low", f"{prefix}high")
    return limits if set(limits) <= set(frame) else None


def _order(frame: pd.DataFrame, hue: str | None) -> list[str] | None:
    return list(dict.fromkeys(frame[hue])) if hue else None


def _finish(axes: Axes, released: Released, words: Words, *, value: str, x: str, y: str) -> None:
    columns = {column.name: column for column in released.columns}
    axes.set(xlabel=heading(columns[x], words), ylabel=heading(columns[y], words))
    kind = columns[x if value == "x" else y].kind
    axis = axes.xaxis if value == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda number, _: _tick(number, kind, words)))
    if kind == "share":
        axes.set(**{f"{value}lim": (0, 1)})


def _tick(number: float, kind: str, words: Words) -> str:
    if kind == "money":
        return words("{} tkr").format(words.number(number / 1000))
    return words.number(number, kind if kind == "share" else "number")


def _legend(axes: Axes, hues: list[str] | None) -> None:
    if hues:
        axes.legend(title="", frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))
