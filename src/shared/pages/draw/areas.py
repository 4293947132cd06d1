"""Areas: how all who are followed divide between states, month by month, as stacked shares.

Every month has a bar of full width rather than a point that slanted areas run between. The shares
are counted on one day of each month, and where a state is hidden, those above it stand lower: a
slant would show a fall that nobody measured.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch
from matplotlib.ticker import FuncFormatter, MaxNLocator

from shared.disclosure.counts import UNKNOWN
from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, PALETTE, figure_of, finish
from shared.pages.draw.likert import APART
from shared.pages.draw.stack import Stack, stacked
from shared.pages.draw.text import height, mark_gap, width, wrap
from shared.pages.words import HIDDEN, MISSING, Words

# Dark and light in turn, each with its own hatch, so that neither neighbours nor the legend need
# colour; what is not known looks as in the other stacked bars.
COLORS = [*(PALETTE[place] for place in (0, 4, 2, 5, 1, 3, 6)), "#f0e442"]
HATCHES = ("", "", "\\" * 3, "..", "xx", "--", "++", "||")
WHITE_ON = (PALETTE[0], PALETTE[6])  # the others are light enough for dark letters
GONE: dict[str, Any] = {
    "facecolor": "#dddddd",
    "edgecolor": "#8a8a8a",
    "hatch": "////",
    "linewidth": 0.8,
}
NAMES, NUMBERS = 9.0, 8.0  # points
LONGEST = 1.5  # inches of a name in the legend
PAD = 0.08  # inches between a text and what is beside it
MOST_TICKS = 8


@dataclass(frozen=True)
class _Room:
    """Inches of a month across and of the share 1 upwards."""

    month: float
    whole: float


def areas(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    x: str,
    y: str,
    hue: str,
    n: str,
) -> None:
    """Draw the shares ``y`` of the states ``hue`` at each month ``x``, the first state lowest.

    ``n`` says how many are followed, and is written over each month; it may be a band. What hidden
    states have together is one hatched area on top, with the symbol for hidden; nothing says how
    they divide it. States are named where their area has room for it, else in the legend. Raises
    ``ValueError`` for two rows of the same state and month, or too many states.
    """
    stack = stacked(frame, released, x, y, hue)
    names, looks = list(dict.fromkeys(frame[hue])), _looks(released.frame[hue])
    _draw_bars(axes, stack, looks)
    _lay_out(axes, released, words, stack, x, y)
    legend = _name_beside(axes, names, looks)
    _write_counts(axes, frame[x], released, words, stack, n)
    room = _room(axes)
    ceilings = _mark_hidden(axes, stack, room)
    inside = [
        _name_inside(axes, name, look, floor, np.minimum(top, ceilings), stack, room)
        for name, look, floor, top in zip(names, looks, stack.floors, stack.tops, strict=True)
    ]
    legend.remove()
    others = [place for place, named in enumerate(inside) if not named]
    if others:
        _name_beside(axes, [names[place] for place in others], [looks[place] for place in others])


def _looks(states: pd.Series) -> list[dict[str, Any]]:
    """Return the look of each state, in the order of the rows."""
    codes = list(dict.fromkeys(states))
    known = [code for code in codes if code != UNKNOWN]
    if len(known) > len(COLORS):
        raise ValueError(f"found {len(known)} states; areas tells {len(COLORS)} apart: join some")
    line = {"edgecolor": "white", "linewidth": 0.8}
    looks = [{"facecolor": c, "hatch": h} | line for c, h in zip(COLORS, HATCHES, strict=True)]
    return [APART if code == UNKNOWN else looks[known.index(code)] for code in codes]


def _draw_bars(axes: Axes, stack: Stack, looks: list[dict[str, Any]]) -> None:
    for look, floors, tops in zip(looks, stack.floors, stack.tops, strict=True):
        _draw_area(axes, stack, floors, tops, look)
    _draw_area(axes, stack, stack.tops[-1], stack.tops[-1] + stack.rest, GONE)


def _draw_area(
    axes: Axes, stack: Stack, floors: np.ndarray, tops: np.ndarray, look: dict[str, Any]
) -> None:
    """Draw the bars of one state, those that touch as one area without lines between months."""
    for run in stack.stretches(tops > floors):
        edges = [*(stack.months[run] - stack.thick / 2), stack.months[run[-1]] + stack.thick / 2]
        ends = [*run, run[-1]]
        axes.fill_between(edges, floors[ends], tops[ends], step="post", **look)


def _lay_out(axes: Axes, released: Released, words: Words, stack: Stack, x: str, y: str) -> None:
    finish(axes, released, words, value="y", x=x, y=y)
    edge = stack.thick / 2
    axes.set(xlim=(stack.months[0] - edge, stack.months[-1] + edge), ylim=(0, 1))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: words.number(share, "share")))
    if len(stack.months) > MOST_TICKS:
        axes.xaxis.set_major_locator(MaxNLocator(MOST_TICKS, steps=[1, 2, 3, 6, 10]))
    else:
        axes.set_xticks(stack.months)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda time, _: words.number(time)))
    axes.grid(visible=False, axis="x")


def _name_beside(axes: Axes, names: list[str], looks: list[dict[str, Any]]) -> Any:
    """Name states to the right of the axes, in the order they lie on each other."""
    handles = [
        Patch(label=wrap(axes, name, LONGEST, NAMES), **look)
        for name, look in zip(names, looks, strict=True)
    ]
    return figure_of(axes).legend(
        handles=handles[::-1],
        loc="outside right upper",
        frameon=False,
        fontsize=NAMES,
        handlelength=1.6,
        handleheight=1.3,
    )


def _write_counts(
    axes: Axes, times: pd.Series, released: Released, words: Words, stack: Stack, n: str
) -> None:
    """Write over each month how many are followed, upright where the months are close."""
    texts = [_count(released, (times == month).to_numpy(), words, n) for month in stack.months]
    full = [f"n = {text}" for text in texts]
    step = stack.thick * _room(axes).month
    if width(axes, full, NUMBERS) + PAD <= step:
        _over(axes, stack.months, full, 0)
        return
    upright = width(axes, texts, NUMBERS) + PAD > step
    every = int(np.ceil(height("", NUMBERS) / step)) if upright else 1
    _over(axes, stack.months[::every], texts[::every], 90 if upright else 0)
    _over(axes, [axes.get_xlim()[0]], ["n = "], 0, ha="right")


def _count(released: Released, rows: np.ndarray, words: Words, n: str) -> str:
    """Return how many are followed at a month: what any of its rows tells."""
    known = released.frame.loc[rows, n].dropna()
    if len(known):
        return words.number(known.iloc[0], "count")
    return HIDDEN if released.hidden.loc[rows, n].any() else MISSING


def _over(axes: Axes, at: Any, texts: list[str], rotation: int, *, ha: str = "center") -> None:
    look: dict[str, Any] = {"fontsize": NUMBERS, "color": INK, "rotation": rotation}
    above: dict[str, Any] = {"textcoords": "offset points", "ha": ha, "va": "bottom"}
    for place, text in zip(at, texts, strict=True):
        axes.annotate(text, (place, 1), (0, 6), **above, **look)


def _mark_hidden(axes: Axes, stack: Stack, room: _Room) -> np.ndarray:
    """Write one symbol for each stretch of months without all states; return what is free below."""
    tall = height("", 12) / room.whole
    ceilings = np.ones(len(stack.months))
    for gap in (HIDDEN, MISSING):
        for places in stack.stretches(stack.gaps == gap):
            most = stack.rest[places].max()
            thickest = [place for place in places if stack.rest[place] > most - 1e-9]
            place = thickest[len(thickest) // 2]
            thick = max(stack.rest[place] if gap == HIDDEN else 1.0, tall)
            mark_gap(axes, stack.months[place], 1 - thick / 2, gap)
            ceilings[place] = 1 - thick
    return ceilings


def _name_inside(
    axes: Axes,
    name: str,
    look: dict[str, Any],
    floors: np.ndarray,
    tops: np.ndarray,
    stack: Stack,
    room: _Room,
) -> bool:
    """Write the name where the area is thickest, in as few lines as fit; tell if it had room."""
    for text in _forms(axes, name):
        wide, tall = width(axes, text.split("\n"), NAMES) + PAD, height(text, NAMES) + PAD
        x, y, thick = stack.thickest(floors, tops, wide / room.month)
        if thick * room.whole >= tall:
            _write(axes, x, y, text, look)
            return True
    return False


def _write(axes: Axes, x: float, y: float, text: str, look: dict[str, Any]) -> None:
    color = "white" if look["facecolor"] in WHITE_ON else INK
    ground: dict[str, Any] = {"facecolor": look["facecolor"], "edgecolor": "none", "pad": 1.2}
    centred = {"ha": "center", "va": "center", "fontsize": NAMES}
    axes.text(x, y, text, color=color, bbox=ground, fontdict=centred)


def _forms(axes: Axes, name: str) -> list[str]:
    """Return the name in one, two and three lines, never with a broken word."""
    longest, whole = width(axes, name.split(" "), NAMES), width(axes, [name], NAMES)
    limits = [max(longest, share * whole) + 0.02 for share in (1.1, 0.6, 0.4)]
    return list(dict.fromkeys(wrap(axes, name, limit, NAMES) for limit in limits))


def _room(axes: Axes) -> _Room:
    """Lay the figure out as it is so far, and measure the axes."""
    figure = figure_of(axes)
    figure.draw_without_rendering()
    box = axes.get_window_extent()
    low, high = axes.get_xlim()
    return _Room(box.width / figure.dpi / (high - low), box.height / figure.dpi)
