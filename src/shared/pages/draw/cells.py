"""Cells: what was measured or judged, category by category, as shades or as circles."""

import textwrap

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, PALETTE, figure_of
from shared.pages.draw.legend import outside
from shared.pages.draw.text import absent, height, mark_gap, width, wrap
from shared.pages.tables import heading
from shared.pages.words import Words

NAMES = 9.5  # points
LONGEST, WIDEST = 3.2, 1.1  # inches: of a row's name before it is wrapped, of a column
FULL = {"marker": "o", "markersize": 14, "markeredgecolor": PALETTE[0], "markeredgewidth": 1.6}
CIRCLES = (
    {**FULL, "markerfacecolor": PALETTE[0]},
    {
        **FULL,
        "markerfacecolor": PALETTE[0],
        "markerfacecoloralt": "white",
        "fillstyle": "bottom",
    },
    {**FULL, "markerfacecolor": "white"},
    {"marker": "$?$", "markersize": 10, "color": INK, "markeredgewidth": 0.3},
)


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
    figure_of(axes).set_figheight(max(3.0, 0.32 * len(frame) + 1))
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


def matrix(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    rows: str,
    columns: list[str],
    scale: list[str],
) -> None:
    """Draw judgements: one row per category of ``rows``, one circle in each of ``columns``.

    ``scale`` has the codes from best to worst: a full, a half and an empty circle, and a question
    mark for what could not be judged. Raises ``ValueError`` for a longer scale, or another code.
    """
    described = {column.name: column for column in released.columns}
    circles = _circles(released.frame[columns], scale)
    names = [wrap(axes, name, LONGEST, NAMES) for name in frame[rows]]
    _lay_out(axes, names, [heading(described[name], words) for name in columns])
    for place, name in enumerate(columns):
        gaps = absent(released, [name])
        for row, (code, gap) in enumerate(zip(released.frame[name], gaps, strict=True)):
            mark_gap(axes, place, row, gap)
            if not gap:
                axes.plot(place, row, **circles[code])
    codes = described[columns[0]].codes
    handles = [
        Line2D([], [], label=words.label(code, codes), **circle) for code, circle in circles.items()
    ]
    outside(axes, handles, "lower")


def _circles(judged: pd.DataFrame, scale: list[str]) -> dict[str, dict]:
    """Return the marker of each code of the scale."""
    if len(scale) > len(CIRCLES):
        raise ValueError(f"found a scale of {len(scale)} codes; matrix draws {len(CIRCLES)}")
    strange = sorted({code for code in judged.to_numpy().ravel() if pd.notna(code)} - set(scale))
    if strange:
        raise ValueError(f"found {', '.join(strange)}; the scale has {', '.join(scale)}")
    return {code: {"linestyle": "", **CIRCLES[place]} for place, code in enumerate(scale)}


def _lay_out(axes: Axes, names: list[str], headings: list[str]) -> None:
    """Name the rows and columns, as tall and wide as their names need."""
    room = figure_of(axes).get_figwidth() - width(axes, names, NAMES) - 0.4
    pitch = min(WIDEST, room / len(headings))
    wrapped = [wrap(axes, text, pitch - 0.1, NAMES) for text in headings]
    row = max([0.36, *(height(name, NAMES) + 0.1 for name in names)])
    figure_of(axes).set_figheight(row * len(names) + max(height(h, NAMES) for h in wrapped) + 0.65)
    axes.set(xlim=(-0.5, room / pitch - 0.5), ylim=(len(names) - 0.5, -0.5))
    axes.set_xticks(range(len(headings)), wrapped, fontsize=NAMES)
    axes.set_yticks(range(len(names)), names, fontsize=NAMES)
    axes.tick_params(length=0, labeltop=True, labelbottom=False)
    axes.grid(visible=False)
    axes.hlines([row + 0.5 for row in range(len(names))], -0.5, room / pitch - 0.5, color="#dddddd")
    axes.spines[:].set_visible(False)
