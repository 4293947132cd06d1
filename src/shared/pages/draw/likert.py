"""Likert: answers on a scale from disagree to agree, as stacked bars around a middle.

The middle level is centred on the line, so that agreement reaches to the right of it and
disagreement to the left (Heiberger and Robbins 2014, Journal of Statistical Software 57(5)).
"""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_hex, to_rgb
from matplotlib.patches import Patch

from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, QUIET, figure_of
from shared.pages.draw.legend import outside
from shared.pages.draw.text import absent, height, inches, mark_gap, width, wrap
from shared.pages.tables import heading
from shared.pages.words import Words

DISAGREE, MIDDLE, AGREE = ("#d9740b", "#fbc888"), "#ececec", ("#08407e", "#9ecae1")
APART: dict[str, Any] = {
    "facecolor": "#ffffff",
    "edgecolor": "#8a8a8a",
    "hatch": "....",
    "linewidth": 0.8,
}
SMALLEST = 0.08  # of a row: a smaller share has no room for its number
NAMES, NUMBERS = 9.5, 8.0  # points
LONGEST = 2.3  # inches of a row's name, before it is wrapped
GAP, BESIDE = 0.2, 0.65  # inches: before the share apart, and together with its number
THICK = 0.72  # of a row


def diverging(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    y: str,
    levels: list[str],
    apart: str | None = None,
) -> None:
    """Draw one stacked bar per row of ``y``, the middle of ``levels`` centred on a line.

    ``levels`` are the columns with the shares of each answer (0 to 1), from disagree to agree; an
    even number of them has no middle. ``apart`` is a share outside the scale, such as don't know.
    """
    names = [wrap(axes, name, LONGEST, NAMES) for name in frame[y]]
    gaps = absent(released, levels)
    shares = frame[levels].to_numpy()
    shares[[bool(gap) for gap in gaps]] = np.nan
    starts = _starts(shares)
    left = np.nanmin(starts, initial=-0.5)
    right = np.nanmax(starts + shares, initial=0.5)
    beyond = frame[apart].fillna(0).max() if apart else 0
    beside = BESIDE if apart else 0
    free = figure_of(axes).get_figwidth() - width(axes, names, NAMES) - beside - 0.35
    unit = free / (right - left + beyond)
    styles = _styles(levels)
    _draw_scale(axes, starts, shares, list(styles.values()), unit, words)
    for place, gap in enumerate(gaps):
        mark_gap(axes, 0, place, gap)
    if apart:
        styles[apart] = APART
        _draw_apart(axes, frame[apart], absent(released, [apart]), right + GAP / unit, words)
    _lay_out(axes, names, (left, right + beyond + beside / unit))
    described = {column.name: column for column in released.columns}
    handles = [
        Patch(label=heading(described[name], words), **style) for name, style in styles.items()
    ]
    outside(axes, handles, "upper", handlelength=1.6, handleheight=1.1)


def _starts(shares: np.ndarray) -> np.ndarray:
    """Return where each share of a row begins, its middle level centred on 0."""
    half, odd = divmod(shares.shape[1], 2)
    before = shares[:, :half].sum(axis=1) + (shares[:, half] / 2 if odd else 0)
    return np.cumsum(shares, axis=1) - shares - before[:, np.newaxis]


def _styles(levels: list[str]) -> dict[str, dict]:
    """Return the look of each level: darkest at the ends, hatched on the side of disagreement."""
    half, odd = divmod(len(levels), 2)
    against = [{"facecolor": color, "hatch": "///"} for color in _shades(DISAGREE, half)]
    agree = [{"facecolor": color} for color in reversed(_shades(AGREE, half))]
    looks = [*against, *([{"facecolor": MIDDLE}] * odd), *agree]
    pairs = zip(levels, looks, strict=True)
    return {level: {"edgecolor": "white", "linewidth": 1.0, **look} for level, look in pairs}


def _shades(ends: tuple[str, str], count: int) -> list[str]:
    colors = LinearSegmentedColormap.from_list("", ends)
    return [to_hex(colors(place / max(count - 1, 1))) for place in range(count)]


def _draw_scale(
    axes: Axes,
    starts: np.ndarray,
    shares: np.ndarray,
    styles: list[dict],
    unit: float,
    words: Words,
) -> None:
    """Draw the levels of all rows; the share 1 is ``unit`` inches, which tells what has room."""
    for (place, level), share in np.ndenumerate(shares):
        if np.isnan(share):
            continue
        style, start = styles[level], starts[place, level]
        axes.barh(place, share, left=start, height=THICK, **style)
        text = words.number(share, "share")
        if share >= SMALLEST and inches(axes, text, NUMBERS) + 0.02 <= share * unit:
            axes.text(
                start + share / 2,
                place,
                text,
                color="white" if _dark(style["facecolor"]) else INK,
                fontsize=NUMBERS,
                ha="center",
                va="center_baseline",
                bbox={"facecolor": style["facecolor"], "edgecolor": "none", "pad": 0.6},
            )


def _draw_apart(axes: Axes, shares: pd.Series, gaps: list[str], start: float, words: Words) -> None:
    for place, (share, gap) in enumerate(zip(shares, gaps, strict=True)):
        if gap:
            mark_gap(axes, start, place, gap, ha="left")
            continue
        axes.barh(place, share, left=start, height=THICK, **APART)
        axes.annotate(
            words.number(share, "share"),
            (start + share, place),
            (3, 0),
            textcoords="offset points",
            va="center_baseline",
            fontsize=NUMBERS,
            color=INK,
        )


def _lay_out(axes: Axes, names: list[str], limits: tuple[float, float]) -> None:
    """Name the rows, and leave the line of the middle as the only axis."""
    row = max([0.4, *(height(name, NAMES) + 0.12 for name in names)])
    figure_of(axes).set_figheight(row * len(names) + 0.75)
    axes.set(xlim=limits, ylim=(len(names) - 0.5, -0.5))
    axes.set_yticks(range(len(names)), names, fontsize=NAMES)
    axes.tick_params(length=0, labelbottom=False)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.axvline(0, color=QUIET, linewidth=1, zorder=0.5)


def _dark(color: str) -> bool:
    red, green, blue = to_rgb(color)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.5
