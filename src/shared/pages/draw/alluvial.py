"""Alluvial: how many went from which state to which, stage by stage."""

from collections import defaultdict
from dataclasses import dataclass, replace

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from shared.disclosure.released import Released
from shared.pages.draw.axis import INK, PALETTE, QUIET, figure_of, sheet
from shared.pages.draw.text import height, wrap
from shared.pages.tables import TEXT
from shared.pages.words import HIDDEN, Words

NAMES, NUMBERS = 8.5, 8.0  # points
TALLEST, GAP = 3.4, 0.12  # inches: all flows of a stage together, between two nodes
WIDEST, BAR = 1.5, 0.06  # inches: of a node, of the bar at either side of it
EDGE = 0.05  # inches around everything
BEND = [Path.CURVE4] * 3


@dataclass(frozen=True)
class _Node:
    """A state at a stage: its wrapped name, and its place and size in inches."""

    text: str
    left: float
    top: float
    width: float
    height: float


def flow(
    axes: Axes,
    frame: pd.DataFrame,
    released: Released,
    words: Words,
    *,
    source: str,
    target: str,
    stage: str,
    value: str,
) -> None:
    """Draw one band per row, as wide as ``value``, from ``source`` to ``target`` at its ``stage``.

    The stages follow each other in the order of the rows. A node is as tall as the shown flows
    that enter or leave it, whichever are more. Hidden flows are not drawn; a node that has no
    others is only named, with the symbol for hidden.
    """
    flows = pd.DataFrame(
        {
            "source": frame[source],
            "target": frame[target],
            "n": frame[value],
            "place": pd.factorize(frame[stage])[0],
        }
    )
    flows = flows[released.hidden[value] | flows["n"].gt(0)]
    names = list(dict.fromkeys([*frame[source], *frame[target]]))
    kind = next(column.kind for column in released.columns if column.name == stage)
    headings = list(dict.fromkeys(frame[stage])) if kind in TEXT else []
    nodes, unit = _lay_out(axes, flows, names, headings)
    colors = {name: PALETTE[place % len(PALETTE)] for place, name in enumerate(names)}
    _draw_flows(axes, flows.dropna(subset="n"), nodes, unit, colors, words)
    for (_, name), node in nodes.items():
        _draw_node(axes, node, colors[name])


def _lay_out(
    axes: Axes, flows: pd.DataFrame, names: list[str], headings: list[str]
) -> tuple[dict[tuple[int, str], _Node], float]:
    """Size the sheet; return the nodes by stage and state, and the inches for a flow of one."""
    last = int(flows["place"].max()) + 1
    across = figure_of(axes).get_figwidth() - 2 * EDGE
    wide = min(WIDEST, 0.6 * across / (last + 1))
    step = (across - wide) / last
    sizes = [_sizes(flows, names, place) for place in range(last + 1)]
    unit = TALLEST / max(sum(size.values()) for size in sizes)
    columns = [
        _column(axes, size, unit, EDGE + place * step, wide) for place, size in enumerate(sizes)
    ]
    top = _draw_headings(axes, headings, wide, step)
    deepest = max(depth for _, depth in columns)
    sheet(axes, top + deepest + EDGE)
    nodes = {
        (place, name): replace(node, top=node.top + top + (deepest - depth) / 2)
        for place, (column, depth) in enumerate(columns)
        for name, node in column.items()
    }
    return nodes, unit


def _draw_headings(axes: Axes, headings: list[str], wide: float, step: float) -> float:
    """Write what each stage is over its flows; return where the headings end."""
    wrapped = [wrap(axes, text, step - 0.1, NAMES) for text in headings]
    for place, text in enumerate(wrapped):
        middle = EDGE + (place + 0.5) * step + wide / 2
        axes.text(middle, EDGE, text, ha="center", va="top", fontsize=NAMES, color=QUIET)
    return EDGE + max((height(text, NAMES) + 0.1 for text in wrapped), default=0)


def _sizes(flows: pd.DataFrame, names: list[str], place: int) -> dict[str, float]:
    """Return the shown flows through each state at a stage: in or out, whichever are more."""
    out = flows[flows["place"] == place].groupby("source")["n"].sum()
    into = flows[flows["place"] == place - 1].groupby("target")["n"].sum()
    sums = pd.concat([out, into], axis="columns").max(axis="columns")
    return {name: float(sums[name]) for name in names if name in sums}


def _column(
    axes: Axes, sizes: dict[str, float], unit: float, left: float, wide: float
) -> tuple[dict[str, _Node], float]:
    """Stack the nodes of a stage, each with room for its name; return them and their depth."""
    nodes, depth = {}, 0.0
    for name, size in sizes.items():
        text = wrap(axes, name if size else f"{name} {HIDDEN}", wide - 0.12, NAMES)
        slot = max(size * unit, height(text, NAMES))
        nodes[name] = _Node(text, left, depth + (slot - size * unit) / 2, wide, size * unit)
        depth += slot + GAP
    return nodes, depth - GAP


def _draw_flows(
    axes: Axes,
    flows: pd.DataFrame,
    nodes: dict[tuple[int, str], _Node],
    unit: float,
    colors: dict[str, str],
    words: Words,
) -> None:
    """Draw the bands from the top of their nodes, in the order of the states at the other end."""
    places = {name: place for place, name in enumerate(colors)}
    order = flows.sort_values(["source", "target"], key=lambda names: names.map(places))
    left: dict[tuple[int, str], float] = defaultdict(float)
    entered: dict[tuple[int, str], float] = defaultdict(float)
    for row in order.itertuples():
        begin, end = (row.place, row.source), (row.place + 1, row.target)
        start, stop = nodes[begin].top + left[begin], nodes[end].top + entered[end]
        thick = row.n * unit
        at = nodes[begin].left + nodes[begin].width
        path = _band((at, start), (nodes[end].left, stop), thick)
        color = colors[row.source]
        axes.add_patch(PathPatch(path, facecolor=(color, 0.4), edgecolor=color, linewidth=0.7))
        if thick >= height("", NUMBERS):
            text = words.number(row.n, "count")
            axes.text(at + 0.05, start + thick / 2, text, va="center_baseline", fontsize=NUMBERS)
        left[begin] += thick
        entered[end] += thick


def _band(start: tuple[float, float], stop: tuple[float, float], thick: float) -> Path:
    """Return the outline of a band between the upper corners of its two ends."""
    middle = (start[0] + stop[0]) / 2
    upper = [start, (middle, start[1]), (middle, stop[1]), stop]
    lower = [(x, y + thick) for x, y in reversed(upper)]
    codes = [Path.MOVETO, *BEND, Path.LINETO, *BEND, Path.CLOSEPOLY]
    return Path([*upper, *lower, start], codes)


def _draw_node(axes: Axes, node: _Node, color: str) -> None:
    if node.height:
        corner = (node.left, node.top)
        axes.add_patch(Rectangle(corner, node.width, node.height, facecolor="#f5f5f5", zorder=2))
        for left in (node.left, node.left + node.width - BAR):
            axes.add_patch(
                Rectangle((left, node.top), BAR, node.height, facecolor=color, zorder=2.1)
            )
    middle = node.left + node.width / 2, node.top + node.height / 2
    axes.text(*middle, node.text, ha="center", va="center", fontsize=NAMES, color=INK, zorder=3)
