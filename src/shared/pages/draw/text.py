"""Texts in figures: broken by their width in inches, and put where a value is hidden or missing."""

from collections.abc import Iterator

from matplotlib.axes import Axes

from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, figure_of
from shared.pages.words import HIDDEN, MISSING

LINE = 1.2 / 72  # inches from one line to the next, for each point of size
SPACE = 0.4 / 72  # inches at most between two words, for each point of size
VOWELS = "aeiouyåäö"
SHORTEST = 3  # letters on either side of the hyphen of a broken word


def wrap(axes: Axes, text: str, width: float, size: float) -> str:
    """Break ``text`` into lines of at most ``width`` inches at ``size`` points.

    A word longer than a line is broken with a hyphen.
    """
    lines: list[str] = []
    used = width
    for word in text.split(" "):
        for piece in _pieces(axes, word, width, size):
            long = inches(axes, piece, size)
            if used + SPACE * size + long <= width:
                lines[-1] += f" {piece}"
                used += SPACE * size + long
            else:
                lines.append(piece)
                used = long
    return "\n".join(lines)


def inches(axes: Axes, text: str, size: float) -> float:
    """Return the width of one line of text at ``size`` points, in inches."""
    measured = axes.text(0, 0, text, fontsize=size)
    pixels = measured.get_window_extent().width
    measured.remove()
    return float(pixels / figure_of(axes).dpi)


def width(axes: Axes, texts: list[str], size: float) -> float:
    """Return the width of the widest line of all texts at ``size`` points, in inches."""
    lines = (line for text in texts for line in text.split("\n"))
    return max((inches(axes, line, size) for line in lines), default=0.0)


def height(text: str, size: float) -> float:
    """Return the height of a text of one or more lines at ``size`` points, in inches."""
    return (text.count("\n") + 1) * LINE * size


def absent(released: Released, columns: list[str]) -> list[str]:
    """Return, row by row, what stands instead of ``columns``: a symbol, or "" when all are there.

    One hidden value hides the row, as the others would show how large it is.
    """
    hidden = released.hidden[columns].any(axis="columns")
    missing = released.frame[columns].isna().any(axis="columns")
    pairs = zip(hidden, missing, strict=True)
    return [HIDDEN if gone else MISSING if lacking else "" for gone, lacking in pairs]


def mark_gap(axes: Axes, x: float, y: float, gap: str, *, ha: str = "center") -> None:
    """Write the symbol, if any, of a value that is not there."""
    if gap:
        ground = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        axes.text(x, y, gap, ha=ha, va="center", fontsize=12, color=INK, bbox=ground)


def _pieces(axes: Axes, word: str, width: float, size: float) -> Iterator[str]:
    while len(word) > 2 * SHORTEST and inches(axes, word, size) > width:
        cuts = range(len(word) - SHORTEST, SHORTEST, -1)
        fits = [cut for cut in cuts if inches(axes, f"{word[:cut]}-", size) <= width] or [SHORTEST]
        cut = next((cut for cut in fits if _begins_syllable(word[cut:])), fits[0])
        yield f"{word[:cut]}-"
        word = word[cut:]
    yield word


def _begins_syllable(end: str) -> bool:
    """Tell whether a word may be broken before ``end``, which one consonant begins in Swedish."""
    return end[0] not in VOWELS and end[1] in VOWELS
