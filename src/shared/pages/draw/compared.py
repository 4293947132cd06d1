"""Groups side by side: estimates with their intervals, and beside limits for groups of their size.

All groups have one colour and stand in the order of their letters: no rank is drawn, as most
differences between small groups are chance. No size shows but the class (``size_classes``).

Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202, for limits instead of ranks.
"""

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from shared.disclosure.counts import ALL
from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, PALETTE, figure_of, finish
from shared.pages.draw.legend import outside
from shared.pages.draw.text import absent, mark_gap
from shared.pages.tables import heading
from shared.pages.words import Words

ROW = 0.34  # inches
STROKE = 1.8  # points
POINT: dict[str, Any] = {"linestyle": "", "color": PALETTE[0], "marker": "o", "markersize": 7}
MIDDLE: dict[str, Any] = {"color": INK, "linewidth": 1.2, "linestyle": "--"}
SHADES = ("#b7d1e6", "#dfeaf3")  # inner limits, outer limits
APART = 0.8  # groups' widths between two classes
BELOW = 24  # points from the axis to the names of classes, under the letters


def intervals(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str,
    y: str,
    low: str,
    high: str,
) -> None:
    """Draw one row per group ``y``: a point at ``x`` on a line from ``low`` to ``high``.

    The row ``all``, if any, is a line across the others. A row with anything hidden has only the
    symbol.
    """
    total = released.frame[y].eq(ALL)
    rows = frame[~total].reset_index(drop=True)
    gaps = [
        gap for gap, whole in zip(absent(released, [x, low, high]), total, strict=True) if not whole
    ]
    figure_of(axes).set_figheight(ROW * len(rows) + 1.5)
    shown = rows[[not gap for gap in gaps]]
    axes.hlines(shown.index, shown[low], shown[high], color=PALETTE[0], linewidth=STROKE)
    axes.plot(shown[x], shown.index, clip_on=False, zorder=3, **POINT)
    for value in frame.loc[total, x].dropna():
        axes.axvline(value, zorder=1, **MIDDLE)
    finish(axes, released, words, value="x", x=x, y=y)
    axes.set_yticks(range(len(rows)), rows[y])
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=False, axis="y")
    axes.set_ylim(len(rows) - 0.4, -0.6)
    start, end = axes.get_xlim()
    for place, gap in enumerate(gaps):
        mark_gap(axes, start + 0.01 * (end - start), place, gap, ha="left")
    _explain(
        axes,
        released,
        words,
        x,
        [Line2D([], [], color=PALETTE[0], linewidth=STROKE)],
        [(low, high)],
        total=bool(total.any()),
    )


def by_size(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str,
    y: str,
    size: str,
    limits: Sequence[tuple[str, str]],
) -> None:
    """Draw each group ``x`` as a point at ``y``, in columns of size classes, smallest first.

    size   : the column with the class, such as "10–49".
    limits : columns between which groups of the class are expected by chance, the inner first; they
             are the same for all groups of a class, and drawn once behind them.
    The row ``all``, if any, is a line across. A group with anything hidden has only the symbol.
    """
    total = released.frame[x].eq(ALL)
    used = [y, *(name for pair in limits for name in pair)]
    rows = frame.assign(gap=absent(released, used))[~total]
    rows[size] = rows[size].astype("str")  # open data have no classes, but every group's size
    classes = sorted(rows[size].unique(), key=lambda label: float(label.split("–")[0]))
    parts = [rows[rows[size] == label] for label in classes]
    starts = [0.0, *accumulate(len(part) + APART for part in parts)]
    letters: dict[float, str] = {}
    for start, part in zip(starts, parts, strict=False):
        places = [start + number for number in range(len(part))]
        letters |= dict(zip(places, part[x], strict=True))
        _draw_class(axes, part, places, y, limits)
    for value in frame.loc[total, y].dropna():
        axes.axhline(value, zorder=1, **MIDDLE)
    finish(axes, released, words, value="y", x=size, y=y)
    axes.set_xticks(list(letters), list(letters.values()))
    middles = [start + (len(part) - 1) / 2 for start, part in zip(starts, parts, strict=False)]
    axes.set_xticks(middles, classes, minor=True)
    axes.xaxis.remove_overlapping_locs = False  # or a letter in the middle takes the class away
    axes.tick_params(axis="x", which="both", length=0)
    axes.tick_params(axis="x", which="minor", pad=BELOW)
    axes.grid(visible=False, axis="x", which="both")
    axes.set_xlim(-0.9, max(letters) + 0.9)
    bottom, top = axes.get_ylim()
    for place, gap in zip(letters, pd.concat(parts)["gap"], strict=True):
        mark_gap(axes, place, bottom + 0.07 * (top - bottom), gap)
    shades = [Patch(facecolor=shade) for _, shade in zip(limits, SHADES, strict=False)]
    _explain(axes, released, words, y, shades, limits, total=bool(total.any()))


def _draw_class(
    axes: Axes, part: pd.DataFrame, places: list[float], y: str, limits: Sequence[tuple[str, str]]
) -> None:
    ends = [places[0] - 0.5, places[-1] + 0.5]
    seen = part["gap"].eq("").to_numpy()
    if seen.any():
        first = part[seen].iloc[0]
        for (low, high), shade in reversed(list(zip(limits, SHADES, strict=False))):
            axes.fill_between(ends, first[low], first[high], color=shade, linewidth=0, zorder=0.5)
    shown = [place for place, is_seen in zip(places, seen, strict=True) if is_seen]
    axes.plot(shown, part.loc[seen, y], clip_on=False, zorder=3, **POINT)


def _explain(
    axes: Axes,
    released: Released,
    words: Words,
    value: str,
    looks: Sequence[Line2D | Patch],
    limits: Sequence[tuple[str, str]],
    *,
    total: bool,
) -> None:
    """Say in the legend what point, limits and line are, by the headings of the columns."""
    named = {column.name: heading(column, words) for column in released.columns}
    handles: list[Line2D | Patch] = [Line2D([], [], label=named[value], **POINT)]
    for look, (low, high) in zip(looks, limits, strict=True):
        look.set_label(f"{named[low]} – {named[high]}")
        handles.append(look)
    if total:
        handles.append(Line2D([], [], label=words.label(ALL), **MIDDLE))
    outside(axes, handles, "upper", handlelength=1.6, handleheight=1.1)
