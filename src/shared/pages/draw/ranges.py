"""Ranges: what a share is among those who are known, and could be among all."""

from itertools import accumulate
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from shared.disclosure.released import Released
from shared.pages.draw.axis import PALETTE, figure_of, finish
from shared.pages.draw.legend import outside
from shared.pages.draw.text import height, mark_gap, wrap
from shared.pages.tables import heading
from shared.pages.words import HIDDEN, MISSING, Words

BAR: dict[str, Any] = {"facecolor": "#d3e3f0", "edgecolor": "#8fb4d0", "linewidth": 0.8}
FIRST: dict[str, Any] = {"color": PALETTE[0], "marker": "o", "markersize": 7}
SECOND: dict[str, Any] = {
    "color": PALETTE[1],
    "marker": "D",
    "markersize": 6.5,
    "markerfacecolor": "white",
}
NAMES, STROKE = 9.5, 1.8  # points
LONGEST = 2.3  # inches of a row's name, before it is wrapped
ROW, THICK = 0.34, 0.26  # inches: a row, unless its name needs more, and its bar
APART = 0.07  # inches that each of two points stands from the middle of the bar

# The columns of an estimate and of its interval, if any, and its look.
_Point = tuple[str, str | None, str | None, dict[str, Any]]


def ranges(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    y: str,
    share: str,
    low: str,
    high: str,
    lowest: str,
    highest: str,
    hue: str | None = None,
    second: str | None = None,
    second_low: str | None = None,
    second_high: str | None = None,
) -> None:
    """Draw one row per category ``y``: a point on a pale bar, both as shares of 0 to 100 per cent.

    The bar reaches from ``lowest`` to ``highest``: what the share could be, whatever became of
    those who were not reached. The point is ``share`` with its interval from ``low`` to ``high``;
    ``second`` is another estimate of it, with its own marker. ``hue`` divides each category into
    rows under its name. A row with anything hidden has only the symbol. Where nobody was reached
    there is no share, and the bar stands alone.
    """
    points: list[_Point] = [(share, low, high, FIRST)]
    if second:
        points.append((second, second_low, second_high, SECOND))
    used = [name for *names, _ in points for name in names if name] + [lowest, highest]
    hidden = released.hidden[used].any(axis="columns")
    empty = frame[[share, lowest, highest]].isna().all(axis="columns")
    places = _lay_out(axes, frame, y, hue)
    rows = zip(places, hidden, empty, frame.to_dict("records"), strict=True)
    for place, gone, lacking, row in rows:
        if gone or lacking:
            mark_gap(axes, 0.01, place, HIDDEN if gone else MISSING, ha="left")
            continue
        axes.barh(place, row[highest] - row[lowest], THICK, row[lowest], **BAR)
        _draw_points(axes, place, row, points)
    finish(axes, released, words, value="x", x=share, y=y)
    axes.set_ylabel("")
    _explain(axes, released, words, points, (lowest, highest))


def _lay_out(axes: Axes, frame: pd.DataFrame, y: str, hue: str | None) -> list[float]:
    """Name the rows, those of a category under its name; return their middles, inches from above.

    The middles are in the order of the frame, whatever the order of the categories.
    """
    names: list[tuple[Any, str]] = []  # the row of the frame, or None for the name of several
    for category, rows in frame.groupby(y, sort=False, observed=True):
        names += [(None, str(category))] if hue else []
        names += list(zip(rows.index, rows[hue or y].astype(str), strict=True))
    # Bold letters are wider than those that are measured.
    texts = [wrap(axes, name, LONGEST * (0.9 if row is None else 1), NAMES) for row, name in names]
    sizes = [max(ROW, height(text, NAMES) + 0.08) for text in texts]
    ends = list(accumulate(sizes))
    middles = [end - size / 2 for end, size in zip(ends, sizes, strict=True)]
    axes.set_yticks(middles, texts, fontsize=NAMES)
    for (row, _), label in zip(names, axes.get_yticklabels(), strict=True):
        label.set_fontweight("bold" if hue and row is None else "normal")
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(ends[-1], 0)
    axes.grid(visible=False, axis="y")
    figure_of(axes).set_figheight(ends[-1] + 1.3)
    places = {row: middle for (row, _), middle in zip(names, middles, strict=True)}
    return [places[row] for row in frame.index]


def _draw_points(axes: Axes, place: float, row: dict, points: list[_Point]) -> None:
    for number, (point, low, high, look) in enumerate(points):
        level = place + APART * (2 * number - len(points) + 1)
        if low and high:
            axes.hlines(level, row[low], row[high], color=look["color"], linewidth=STROKE, zorder=3)
        axes.plot(row[point], level, linestyle="", clip_on=False, zorder=4, **look)


def _explain(
    axes: Axes, released: Released, words: Words, points: list[_Point], bounds: tuple[str, str]
) -> None:
    """Say in the legend what is what, by the headings of the columns."""
    named = {column.name: heading(column, words) for column in released.columns}
    handles: list[Line2D | Patch] = []
    for point, low, high, look in points:
        handles.append(Line2D([], [], linestyle="", label=named[point], **look))
        if low and high:
            label = f"{named[low]} – {named[high]}"
            handles.append(Line2D([], [], color=look["color"], linewidth=STROKE, label=label))
    handles.append(Patch(label=f"{named[bounds[0]]} – {named[bounds[1]]}", **BAR))
    outside(axes, handles, "upper", handlelength=1.6, handleheight=1.1)
