"""Bars: one number per category, with its interval."""

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes

from shared.disclosure.released import Released
from shared.pages.draw.axis import figure_of, finish, limits_of, order_of
from shared.pages.draw.legend import beside
from shared.pages.draw.text import absent, mark_gap
from shared.pages.words import Words


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
    figure_of(axes).set_figheight(max(3.0, 0.32 * len(frame) + 1))
    order, hues = list(dict.fromkeys(frame[y])), order_of(frame, hue)
    sns.barplot(frame, x=x, y=y, hue=hue, order=order, hue_order=hues, orient="h", ax=axes)
    limits = limits_of(frame, x)
    if limits:
        step = 0.8 / len(hues or [0])
        for row in frame.dropna(subset=[x, *limits]).to_dict("records"):
            offset = step * ((hues.index(row[hue]) if hues else 0) - (len(hues or [0]) - 1) / 2)
            place = order.index(row[y]) + offset
            axes.hlines(place, row[limits[0]], row[limits[1]], color="#222222", linewidth=1.4)
    finish(axes, released, words, value="x", x=x, y=y)
    if not hues:
        for place, gap in enumerate(absent(released, [x])):
            mark_gap(axes, 0, place, gap, ha="left")
    axes.set(ylabel="", ylim=(len(order) - 0.5, -0.5))
    beside(axes, hues)
