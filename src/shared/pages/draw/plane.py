"""The cost-effectiveness plane: what more work costs, draw by draw."""

from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, PALETTE, QUIET, figure_of, finish
from shared.pages.draw.legend import outside
from shared.pages.draw.text import absent, mark_gap
from shared.pages.tables import heading
from shared.pages.words import Words

ZERO: dict[str, Any] = {"color": INK, "linewidth": 1.2, "zorder": 1.5}
DRAW: dict[str, Any] = {"marker": "o", "markersize": 4, "alpha": 0.35, "markeredgewidth": 0}
# A cross that is seen on the cloud: dark, on a broader white one.
CROSS: dict[str, Any] = {"linestyle": "", "marker": "+", "markersize": 16, "zorder": 5}
NAME: dict[str, Any] = {"fontsize": 9, "fontweight": "bold", "color": QUIET}
EDGE = 0.025  # of the axes' size, between the corners and their names
ROOM = (1.08, 1.28)  # the half of each axis, in the largest draw: the names stand over the cloud
HEIGHT = 4.6  # inches


def plane(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str = "more_work",
    y: str = "more_cost",
    estimate: str | None = None,
) -> None:
    """Draw each draw of the differences in effect ``x`` and in cost ``y`` as a point.

    Both axes cross at zero in the middle, so that the four quarters, which are named, are equally
    large. ``estimate`` is a column that is true in the row of the estimate itself, drawn as a
    cross. A row with anything hidden is not drawn; its symbol then stands at the crossing.

    Source: Drummond et al. (2015), Methods for the Economic Evaluation of Health Care Programmes,
    4th ed., chapter 8.
    """
    gaps = pd.Series(absent(released, [x, y]), frame.index)
    shown = frame[gaps.eq("")]
    own = pd.Series(False, shown.index)
    if estimate:
        own = released.frame.loc[shown.index, estimate].eq(True)
    axes.plot(shown.loc[~own, x], shown.loc[~own, y], color=PALETTE[0], linestyle="", **DRAW)
    for width, color in ((7, "white"), (3, INK)):
        look = {**CROSS, "markeredgewidth": width, "color": color}
        axes.plot(shown.loc[own, x], shown.loc[own, y], **look)
    finish(axes, released, words, value="x", x=x, y=y)
    finish(axes, released, words, value="y", x=x, y=y)
    axes.axhline(0, **ZERO)
    axes.axvline(0, **ZERO)
    for gap in gaps[gaps.ne("")].head(1):
        mark_gap(axes, 0, 0, gap)
    halves = [
        room * (shown[name].abs().max() or 1) for name, room in zip((x, y), ROOM, strict=True)
    ]
    axes.set(xlim=(-halves[0], halves[0]), ylim=(-halves[1], halves[1]))
    figure_of(axes).set_figheight(HEIGHT)
    _name_quarters(axes, words)
    _explain(axes, released, words, estimate)


def _name_quarters(axes: Axes, words: Words) -> None:
    named = {
        ("left", "top"): words("dyrare, mindre arbete"),
        ("right", "top"): words("dyrare, mer arbete"),
        ("left", "bottom"): words("billigare, mindre arbete"),
        ("right", "bottom"): words("billigare, mer arbete"),
    }
    for (ha, va), name in named.items():
        place = EDGE if ha == "left" else 1 - EDGE, 1 - EDGE if va == "top" else EDGE
        axes.text(*place, name, ha=ha, va=va, transform=axes.transAxes, **NAME)


def _explain(axes: Axes, released: Released, words: Words, estimate: str | None) -> None:
    """Name the cross, if there is one, by the heading of its column."""
    for column in released.columns:
        if column.name == estimate:
            look = {**CROSS, "markersize": 11, "markeredgewidth": 3, "color": INK}
            outside(axes, [Line2D([], [], label=heading(column, words), **look)], "upper")
