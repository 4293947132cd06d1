"""Axes: their headings, numbers and limits, the same in every kind of figure."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from shared.disclosure.released import Released
from shared.pages.tables import heading
from shared.pages.words import Words

# Okabe and Ito's palette, told apart by the colour-blind; the light yellow is left out.
PALETTE = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#444444"]
MARKERS = "osD^vP*"
SHARES = ("share", "rough")
INK, QUIET = "#222222", "#666666"


def finish(axes: Axes, released: Released, words: Words, *, value: str, x: str, y: str) -> None:
    """Give both axes their headings, and the axis ``value`` ("x" or "y") its numbers."""
    columns = {column.name: column for column in released.columns}
    axes.set(xlabel=heading(columns[x], words), ylabel=heading(columns[y], words))
    kind = columns[x if value == "x" else y].kind
    axis = axes.xaxis if value == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(6))
    axis.set_major_formatter(FuncFormatter(lambda number, _: _tick(number, kind, words)))
    if kind in SHARES:
        axes.set(**{f"{value}lim": (0, 1)})
    elif kind == "rate":
        axes.set(**{f"{value}lim": (0, None)})


def sheet(axes: Axes, height: float) -> None:
    """Make the axes a blank sheet measured in inches, ``height`` tall, y counted from the top."""
    figure = figure_of(axes)
    figure.set_figheight(height)
    axes.set(xlim=(0, figure.get_figwidth()), ylim=(height, 0))
    axes.set_axis_off()


def figure_of(axes: Axes) -> Figure:
    """Return the figure that holds the axes."""
    figure = axes.get_figure(root=True)
    if figure is None:
        raise ValueError("found axes that were removed from their figure; draw on axes of a figure")
    return figure


def limits_of(frame: pd.DataFrame, value: str) -> tuple[str, str] | None:
    """Find the columns of the interval of ``value``, by the names the tables use."""
    prefixes = {"share": "", "mean": "score_", "mean_change": "change_"}
    prefix = prefixes.get(value, f"{value}_")
    limits = (f"{prefix}low", f"{prefix}high")
    return limits if set(limits) <= set(frame) else None


def order_of(frame: pd.DataFrame, hue: str | None) -> list[str] | None:
    """Return the categories of ``hue`` in the order of the rows."""
    return list(dict.fromkeys(frame[hue])) if hue else None


def _tick(number: float, kind: str, words: Words) -> str:
    if kind == "money":
        return words("{} tkr").format(words.number(number / 1000))
    return words.number(number, kind if kind in SHARES else "number")
