"""Theory of change: from resources to long-term outcomes, and what the evidence says of each."""

from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyBboxPatch, Polygon

from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, QUIET, figure_of, sheet
from shared.pages.draw.text import absent, height, inches, wrap
from shared.pages.words import HIDDEN, Words

TEXT, HEAD, LEGEND = 7.5, 9.0, 8.5  # points
ARROW, GAP = 0.24, 0.16  # inches between two columns, and between two boxes
PAD, LOWER, BADGE = 0.07, 0.05, 0.09  # inches: around a text, under a symbol, a symbol's radius
EDGE = 0.05  # inches around everything
ROUND = "round,pad=0,rounding_size=0.05"
FONT = ["DejaVu Sans"]
# By place in ``symbols``: told apart by border, shade and circle, and not by colour alone.
LOOKS: tuple[dict[str, Any], ...] = (
    {"facecolor": "#deebf7", "edgecolor": "#08407e", "linestyle": "-", "linewidth": 1.6},
    {"facecolor": "#fdd5a8", "edgecolor": "#8a4500", "linestyle": "--", "linewidth": 1.6},
    {"facecolor": "#ffffff", "edgecolor": "#444444", "linestyle": ":", "linewidth": 1.4},
    {"facecolor": "#f0f0f0", "edgecolor": "#9a9a9a", "linestyle": "-", "linewidth": 0.8},
)
PLAIN = LOOKS[-1] | {"facecolor": "#ffffff"}

_Look = tuple[str, dict[str, Any]]  # a symbol, and the style of its box


@dataclass(frozen=True)
class _Box:
    """One step of the theory: its wrapped text, its symbol ("" for none) and its look."""

    text: str
    symbol: str
    look: dict

    @property
    def height(self) -> float:
        """Inches."""
        return height(self.text, TEXT) + 2 * PAD + LOWER


def chain(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    column: str,
    text: str,
    mark: str,
    symbols: dict[str, str],
) -> None:
    """Draw a theory of change: one box per row, in columns from left to right.

    ``column`` has the stage of each row, ``text`` what happens there, ``mark`` the code of the
    evidence. ``symbols`` gives each code its symbol, at most four, in the order of the legend.
    Raises ``ValueError`` for more, or for a code without a symbol.
    """
    looks = _looks(released.frame[mark], symbols)
    stages = list(dict.fromkeys(frame[column]))
    across = figure_of(axes).get_figwidth() - 2 * EDGE
    wide = (across - ARROW * (len(stages) - 1)) / len(stages)
    said = [gap or step for gap, step in zip(absent(released, [text]), frame[text], strict=True)]
    wrapped = [wrap(axes, step, wide - 2 * PAD, TEXT) for step in said]
    boxes = pd.Series(_boxes(wrapped, released, mark, looks), frame.index)
    columns = [list(boxes[frame[column] == stage]) for stage in stages]
    # Bold letters are wider than those that are measured.
    heads = [wrap(axes, stage, 0.9 * wide, HEAD) for stage in stages]
    top = EDGE + max(height(head, HEAD) for head in heads) + 0.15
    depth = max(_depth(column) for column in columns)
    for place, (head, one) in enumerate(zip(heads, columns, strict=True)):
        left = EDGE + place * (wide + ARROW)
        _text(axes, left + wide / 2, EDGE, head, HEAD, ha="center", va="top", fontweight="bold")
        _draw_boxes(axes, one, left, top + (depth - _depth(one)) / 2, wide)
        if place:
            _draw_arrow(axes, left - ARROW / 2, top + depth / 2)
    codes = next(one.codes for one in released.columns if one.name == mark)
    legend = {words.label(code, codes): look for code, look in looks.items()}
    sheet(axes, _draw_legend(axes, legend, top + depth + 0.25))


def _boxes(texts: list[str], released: Released, mark: str, looks: dict[str, _Look]) -> list[_Box]:
    pairs = zip(texts, released.frame[mark], released.hidden[mark], strict=True)
    return [
        _Box(text, *((HIDDEN, PLAIN) if hidden else looks.get(code, ("", PLAIN))))
        for text, code, hidden in pairs
    ]


def _looks(codes: pd.Series, symbols: dict[str, str]) -> dict[str, _Look]:
    """Return the symbol and the look of each code."""
    if len(symbols) > len(LOOKS):
        raise ValueError(f"found {len(symbols)} symbols; chain draws at most {len(LOOKS)}")
    strange = sorted(set(codes.dropna()) - set(symbols))
    if strange:
        raise ValueError(f"found {', '.join(strange)}; symbols has {', '.join(symbols)}")
    return {code: (symbol, LOOKS[place]) for place, (code, symbol) in enumerate(symbols.items())}


def _depth(boxes: list[_Box]) -> float:
    return sum(box.height + GAP for box in boxes) - GAP


def _draw_boxes(axes: Axes, boxes: list[_Box], left: float, top: float, wide: float) -> None:
    for box in boxes:
        corner = (left, top)
        axes.add_patch(FancyBboxPatch(corner, wide, box.height, boxstyle=ROUND, **box.look))
        _text(axes, left + PAD, top + (box.height + LOWER) / 2, box.text, TEXT, va="center")
        if box.symbol:
            _draw_badge(axes, left + wide - 0.14, top, box.symbol, box.look)
        top += box.height + GAP


def _draw_badge(axes: Axes, x: float, y: float, symbol: str, look: dict) -> None:
    """Draw a symbol in a circle, with the border and shade of its box."""
    axes.add_patch(Circle((x, y), BADGE, zorder=3, **{**look, "linewidth": 1.2}))
    # Arial has no check mark, so this font comes first; it is matplotlib's own.
    _text(axes, x, y, symbol, TEXT, ha="center", va="center", family=FONT, zorder=4)


def _draw_arrow(axes: Axes, x: float, y: float) -> None:
    axes.add_patch(
        Polygon([(x - 0.05, y - 0.11), (x + 0.06, y), (x - 0.05, y + 0.11)], color=QUIET)
    )


def _draw_legend(axes: Axes, legend: dict[str, _Look], top: float) -> float:
    """Draw the legend in as many lines as it needs; return where it ends."""
    x, y = EDGE + BADGE, top
    for label, (symbol, look) in legend.items():
        wide = inches(axes, label, LEGEND) + 0.45
        if x + wide > figure_of(axes).get_figwidth():
            x, y = EDGE + BADGE, y + 0.24
        _draw_badge(axes, x, y, symbol, look)
        _text(axes, x + 0.16, y, label, LEGEND, va="center")
        x += wide
    return y + 0.15


def _text(axes: Axes, x: float, y: float, text: str, size: float, **options: Any) -> None:
    axes.text(x, y, text, fontsize=size, color=INK, **options)
