"""Figures of groups side by side: points and limits are the numbers, sizes are classes."""

from itertools import combinations

import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex

from shared.disclosure.released import Column, Released
from shared.pages import draw, figures
from shared.pages.draw.compared import POINT
from shared.pages.words import HIDDEN, Words

FRAME = pd.DataFrame(
    {
        "lokus_id": [*"ABCDEF", "all"],
        "n": ["50–99", "50–99", "10–49", "50–99", "10–49", "10–49", None],
        "share": [0.25, 0.5, None, 0.4, None, None, 0.35],
        "low": [0.1, 0.3, None, 0.2, None, None, 0.3],
        "high": [0.5, 0.7, None, 0.6, None, None, 0.4],
        "inner_low": [0.3] * 7,
        "inner_high": [0.45] * 7,
    }
)
KINDS = {"lokus_id": "code", "n": "text"}
LIMITS = [("inner_low", "inner_high")]


def drawn(kind, frame=FRAME, **options):
    hidden = pd.DataFrame(False, frame.index, frame.columns)
    hidden["share"] = frame["share"].isna()
    columns = tuple(Column(name, KINDS.get(name, "share"), "Andel") for name in frame)
    table = Released("x", "people", frame, hidden, columns, ("lokus_id",))
    kept = []

    def keep(axes, *arguments, **named):
        kept.append(axes)
        kind(axes, *arguments, **named)

    figures.figure_html(table, keep, "T", "alt", Words("sv"), **options)
    return kept[0]


def intervals(frame=FRAME):
    return drawn(draw.intervals, frame, x="share", y="lokus_id", low="low", high="high")


def by_size(frame=FRAME):
    return drawn(draw.by_size, frame, x="lokus_id", y="share", size="n", limits=LIMITS)


def points(axes):
    lines = [line for line in axes.lines if line.get_marker() == "o"]
    assert {to_hex(line.get_color()) for line in lines} <= {POINT["color"]}  # one for all groups
    return [tuple(map(float, point)) for line in lines for point in line.get_xydata()]


def boxes(axes):
    sides = [axes.xaxis, axes.yaxis]
    labels = [
        label
        for side in sides
        for minor in (False, True)
        for label in side.get_ticklabels(minor=minor)
    ]
    found = [*axes.texts, *labels, axes.xaxis.label, axes.yaxis.label]
    found += [text for one in axes.figure.legends for text in one.get_texts()]
    return [(text.get_text(), text.get_window_extent()) for text in found if text.get_text()]


@pytest.mark.parametrize("figure", [intervals, by_size])
def test_no_text_covers_another_or_leaves_the_figure(figure):
    found = boxes(axes := figure())
    assert [(a, b) for (a, one), (b, other) in combinations(found, 2) if one.overlaps(other)] == []
    edge = axes.figure.bbox
    assert all(edge.x0 <= box.x0 and box.x1 <= edge.x1 + 1 for _, box in found)
    assert all(edge.y0 <= box.y0 and box.y1 <= edge.y1 + 1 for _, box in found)


def test_groups_stand_by_letter_with_the_total_as_a_line_across():
    axes = intervals()
    assert [label.get_text() for label in axes.get_yticklabels()] == list("ABCDEF")
    assert axes.yaxis_inverted()
    assert points(axes) == [(0.25, 0.0), (0.5, 1.0), (0.4, 3.0)]
    (lines,) = [one for one in axes.collections if isinstance(one, LineCollection)]
    spans = [[tuple(map(float, end)) for end in line] for line in lines.get_segments()]
    assert spans[0] == [(0.1, 0.0), (0.5, 0.0)]
    assert len(spans) == 3
    across = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert [set(line.get_xdata()) for line in across] == [{0.35}]


@pytest.mark.parametrize("figure", [intervals, by_size])
def test_a_hidden_group_has_the_symbol_and_nothing_else(figure):
    axes = figure()
    assert [text for text, _ in boxes(axes)].count(HIDDEN) == 3
    assert len(points(axes)) == 3


def test_classes_stand_by_size_and_groups_in_them_by_letter():
    axes = by_size()
    letters = [label.get_text() for label in axes.get_xticklabels()]
    assert letters == list("CEFABD")
    assert [label.get_text() for label in axes.get_xticklabels(minor=True)] == ["10–49", "50–99"]
    places = dict(zip(letters, axes.get_xticks(), strict=True))
    assert places["E"] - places["C"] == 1 < places["A"] - places["F"]
    assert points(axes) == [(places["A"], 0.25), (places["B"], 0.5), (places["D"], 0.4)]


def test_limits_are_drawn_once_per_class_that_is_shown():
    (band,) = by_size().collections
    box = band.get_paths()[0].get_extents()
    assert (box.y0, box.y1) == pytest.approx((0.3, 0.45))
    assert box.x1 - box.x0 == pytest.approx(3)


def test_no_total_means_no_line():
    axes = by_size(FRAME.head(6))
    assert not [line for line in axes.lines if line.get_linestyle() == "--"]


def test_all_hidden_is_a_figure_of_symbols():
    nothing = FRAME.head(6).assign(share=None, low=None, high=None)
    for figure in (intervals, by_size):
        assert [text for text, _ in boxes(figure(nothing))].count(HIDDEN) == 6
