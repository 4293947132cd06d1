"""Figures: lengths are the numbers, what is hidden is a gap with its symbol, texts stay apart."""

from functools import cache
from itertools import pairwise
from math import ceil, inf

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection
from matplotlib.colors import to_hex, to_rgb
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Rectangle

from shared.disclosure.release import release_estimates
from shared.disclosure.released import Column, Released
from shared.pages import draw, figures
from shared.pages.draw import text
from shared.pages.draw.stack import stacked
from shared.pages.words import HIDDEN, MISSING, NBSP, Words
from shared.study.settings import Disclosure

LONG = "Samordningsförbundets rehabiliteringskoordinator lotsar mellan parterna i länet"


def released(columns, rows, hidden=()):
    """Make a table of (name, kind[, codes]) columns; ``hidden`` lists (row, column)."""
    described = tuple(Column(name, kind, codes="".join(codes)) for name, kind, *codes in columns)
    frame = pd.DataFrame(rows, columns=[column.name for column in described])
    gone = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    for row, column in hidden:
        frame.loc[row, column], gone.loc[row, column] = None, True
    return Released("x", "people", frame, gone, described)


def drawn(table, kind, language="sv", **options):
    """Draw as a page does, and return the axes of the finished figure."""
    kept = []

    def keep(axes, *arguments, **named):
        kept.append(axes)
        kind(axes, *arguments, **named)

    figures.figure_html(table, keep, "T", "alt", Words(language), **options)
    return kept[0]


def boxes(axes):
    """Return the shown texts of the figure, legend and all, with their places in pixels."""
    found = [*axes.texts, *(text for one in axes.figure.legends for text in one.get_texts())]
    for place, side in enumerate((axes.xaxis, axes.yaxis) if axes.axison else ()):
        low, high = sorted(side.get_view_interval())
        labels = [label for label in side.get_ticklabels() if label.get_visible()]
        found += [side.label, *(one for one in labels if low <= one.get_position()[place] <= high)]
    return [(t.get_text().strip(), t.get_window_extent()) for t in found if t.get_text().strip()]


def texts(axes):
    return [text.replace("\n", " ") for text, _ in boxes(axes)]


def is_legible(axes):
    """Tell that no text covers another or leaves the figure."""
    found, edge = boxes(axes), axes.figure.bbox
    apart = all(
        not box.overlaps(other)
        for place, (_, box) in enumerate(found)
        for _, other in found[:place]
    )
    within = all(edge.x0 <= box.x0 and box.x1 <= edge.x1 + 0.5 for _, box in found)
    return apart and within and all(edge.y0 <= box.y0 and box.y1 <= edge.y1 + 1 for _, box in found)


LEVELS = ["no", "partly", "yes"]
ANSWERS = [("item", "text"), *((name, "share", "in_place") for name in [*LEVELS, "unknown"])]


def answers(hidden=()):
    rows = [
        ("Vi litar på varandra", 0.25, 0.25, 0.5, 0.1),
        (LONG, 0.05, 0.1, 0.85, 0.0),
        ("Vi möts ofta", 0.6, 0.3, 0.1, 0.3),
    ]
    return released(ANSWERS, rows, hidden)


def spans(axes):
    """Return (row, start, length) of every bar, row by row from left to right."""
    bars = [(round(p.get_y() + p.get_height() / 2), p.get_x(), p.get_width()) for p in axes.patches]
    return sorted(bars)


@cache
def diverging(hidden=(), language="sv"):
    options = {"y": "item", "levels": LEVELS, "apart": "unknown"}
    return drawn(answers(hidden), draw.diverging, language, **options)


def test_middle_answers_are_centred_and_lengths_are_the_shares():
    axes = diverging()
    first = spans(axes)[:4]
    assert [length for _, _, length in first] == pytest.approx([0.25, 0.25, 0.5, 0.1])
    assert [start for _, start, _ in first[:3]] == pytest.approx([-0.375, -0.125, 0.125])
    assert axes.yaxis_inverted()  # the first row on top
    # What stands apart begins at one place in all rows, right of the longest row.
    starts = {round(start, 9) for _, start, _ in spans(axes)[3::4]}
    assert len(starts) == 1
    assert starts.pop() > 0.05 + 0.85


def test_an_even_scale_turns_between_its_two_middle_levels():
    axes = drawn(answers(), draw.diverging, y="item", levels=["no", "yes"])
    assert [start for _, start, _ in spans(axes)[:2]] == pytest.approx([-0.25, 0])


def test_a_row_with_a_hidden_answer_has_no_bar_but_the_symbol():
    axes = diverging(hidden=((1, "no"),))
    assert [row for row, _, _ in spans(axes)] == [0, 0, 0, 0, 1, 2, 2, 2, 2]
    assert texts(axes).count(HIDDEN) == 1
    assert texts(diverging(hidden=((1, "unknown"),))).count(HIDDEN) == 1


def test_shares_are_written_from_eight_percent_in_the_readers_language():
    written = texts(diverging())
    assert {f"85{NBSP}%", f"10{NBSP}%", f"0{NBSP}%"} <= set(written)  # 0: all don't knows have one
    assert f"5{NBSP}%" not in written
    assert "85%" in texts(diverging(language="en"))


def test_eight_percent_is_the_smallest_share_that_is_written():
    table = released(ANSWERS, [("A", 0.07, 0.0, 0.93, 0.0), ("B", 0.08, 0.0, 0.92, 0.0)])
    written = texts(drawn(table, draw.diverging, y="item", levels=LEVELS))
    assert f"8{NBSP}%" in written
    assert f"7{NBSP}%" not in written


def test_legend_of_the_scale_is_in_its_order():
    (legend,) = diverging().figure.legends
    labels = [text.get_text() for text in legend.get_texts()]
    assert labels == ["Nej", "Delvis", "Ja", "Kan ej bedömas"]


def test_long_legend_reads_line_by_line():
    names = [f"{LONG[:24]} {place}" for place in range(1, 6)]
    rows = [("Rad", *[0.2] * 5)]
    table = released([("item", "text"), *((name, "share") for name in names)], rows)
    axes = drawn(table, draw.diverging, y="item", levels=names)
    (legend,) = axes.figure.legends
    places = {text.get_text(): text.get_window_extent() for text in legend.get_texts()}
    corners = [(-round(places[name].y0), places[name].x0) for name in names]
    assert corners == sorted(corners)
    assert len({line for line, _ in corners}) > 1


def test_scale_is_drawn_where_nothing_of_what_stands_apart_may_be_shown():
    rows = [["a", 0.2, 0.3, 0.5, 0.1], ["b", 0.1, 0.1, 0.8, 0.0]]
    table = released(ANSWERS, rows, hidden=[(0, "unknown"), (1, "unknown")])
    axes = drawn(table, draw.diverging, y="item", levels=LEVELS, apart="unknown")
    assert texts(axes).count(HIDDEN) == 2
    assert is_legible(axes)


def test_scale_is_told_apart_without_colour():
    first = [p for p in diverging().patches if round(p.get_y() + p.get_height() / 2) == 0][:3]
    grey = [np.dot((0.299, 0.587, 0.114), to_rgb(p.get_facecolor())) for p in first]
    assert min(abs(one - other) for one, other in pairwise(sorted(grey))) > 0.2
    assert [bool(p.get_hatch()) for p in first] == [True, False, False]


SCALE = ["yes", "partly", "no", "unknown"]
PARTS = [("part", "text"), ("0", "code", "in_place"), ("6", "code", "in_place")]


def judgements(hidden=(), code="yes"):
    rows = [("Mål", "no", "yes"), (LONG, None, code), ("Möten", "partly", "unknown")]
    return released(PARTS, rows, hidden)


@cache
def matrix(hidden=(), code="yes", language="sv", others=()):
    options = {"rows": "part", "columns": ["0", "6"], "scale": [*SCALE, *others]}
    return drawn(judgements(hidden, code), draw.matrix, language, **options)


def test_judgements_are_circles_from_full_to_empty():
    marks = {(line.get_xdata()[0], line.get_ydata()[0]): line for line in matrix().lines}
    looks = {place: (m.get_fillstyle(), m.get_markerfacecolor()) for place, m in marks.items()}
    assert set(looks) == {(0, 0), (0, 2), (1, 0), (1, 1), (1, 2)}
    assert looks[1, 0] == looks[1, 1] == ("full", draw.PALETTE[0])
    assert looks[0, 2] == ("bottom", draw.PALETTE[0])
    assert looks[0, 0] == ("full", "white")
    assert marks[1, 2].get_marker() == "$?$"


def test_long_names_of_judged_parts_leave_room_for_the_circles():
    assert matrix().get_window_extent().width > matrix().figure.bbox.width / 2


def test_hidden_and_missing_judgements_are_not_circles():
    axes = matrix(hidden=((0, "6"),))
    assert len(axes.lines) == 4
    assert (texts(axes).count(HIDDEN), texts(axes).count(MISSING)) == (1, 1)


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("sv", ["Ja", "Delvis", "Nej", "Kan ej bedömas"]),
        ("en", ["Yes", "Partly", "No", "Cannot be assessed"]),
    ],
)
def test_legend_of_judgements_is_in_the_readers_language(language, labels):
    (legend,) = matrix(language=language).figure.legends
    assert [text.get_text() for text in legend.get_texts()] == labels


def test_judgement_outside_the_scale_is_refused():
    with pytest.raises(ValueError, match=r"found maybe; the scale has yes, partly, no, unknown"):
        matrix(code="maybe")
    with pytest.raises(ValueError, match="scale of 5 codes"):
        matrix(others=("never",))


FLOWS = [("stage", "count"), ("before", "code"), ("after", "code"), ("n", "count")]


def flows(hidden=()):
    rows = [
        (1, "jobseeking", "employed", 20),
        (1, "jobseeking", "jobseeking", 30),
        (1, "studying", "employed", 10),
        (1, "other", "studying", 9),
        (2, "employed", "employed", 25),
        (2, "jobseeking", "employed", 12),
        (2, "studying", "studying", 0),
    ]
    return released(FLOWS, rows, hidden)


@cache
def flow(hidden=(), language="sv"):
    options = {"source": "before", "target": "after", "stage": "stage", "value": "n"}
    return drawn(flows(hidden), draw.flow, language, **options)


def ends(axes):
    """Return the thickness at both ends of every band, in inches."""
    bands = [p.get_path().vertices for p in axes.patches if isinstance(p, PathPatch)]
    return [(abs(v[7][1] - v[0][1]), abs(v[4][1] - v[3][1])) for v in bands]


def test_bands_are_as_thick_as_their_flows_at_both_ends():
    # In the order of the sources, and of the targets of each; no flow of 0.
    begin, end = np.transpose(ends(flow()))
    assert begin / begin[0] * 30 == pytest.approx([30, 20, 12, 10, 9, 25])
    assert begin == pytest.approx(end)


def test_nodes_are_as_tall_as_the_larger_of_what_enters_and_leaves():
    axes = flow()
    unit = ends(axes)[0][0] / 30
    found = sorted(p.get_height() / unit for p in axes.patches if type(p) is Rectangle)[::3]
    # Before: 50, 10, 9. Between: 30 (20 + 10 enter, 25 leave), 30, 9. After: 37; nobody studies.
    assert found == pytest.approx([9, 9, 10, 30, 30, 37, 50])


def test_hidden_flow_is_not_drawn_and_its_lonely_node_says_so():
    axes = flow(hidden=((3, "n"),))
    assert len(ends(axes)) == 5
    assert texts(axes).count(f"Övriga {HIDDEN}") == 1
    assert texts(axes).count(f"Studier {HIDDEN}") == 1


def test_bands_stay_within_their_nodes():
    axes = flow()
    inner = [p for p in axes.patches if type(p) is Rectangle]
    for path in (p.get_path() for p in axes.patches if isinstance(p, PathPatch)):
        for x, top, bottom in (
            (path.vertices[0][0], path.vertices[0][1], path.vertices[7][1]),
            (path.vertices[3][0], path.vertices[3][1], path.vertices[4][1]),
        ):
            assert any(
                min(abs(x - p.get_x()), abs(x - p.get_x() - p.get_width())) < 1e-9
                and p.get_y() - 1e-9 <= top
                and bottom <= p.get_y() + p.get_height() + 1e-9
                for p in inner
            )


def test_bands_of_one_node_lie_on_top_of_each_other_at_both_ends():
    paths = [p.get_path().vertices for p in flow().patches if isinstance(p, PathPatch)]
    for top, bottom in ((0, 7), (3, 4)):
        sides = sorted((v[top][0], v[top][1], v[bottom][1]) for v in paths)
        for (x, _, end), (other, begin, _) in pairwise(sides):
            assert x != other or end <= begin + 1e-9


def test_names_of_small_nodes_do_not_cover_each_other():
    states = [f"{LONG[:40]} {place}" for place in range(6)]
    rows = [(1, "not_reached", "not_reached", 900), *((1, state, state, 5) for state in states)]
    options = {"source": "before", "target": "after", "stage": "stage", "value": "n"}
    assert is_legible(drawn(released(FLOWS, rows), draw.flow, **options))


SYMBOLS = {"yes": "✓", "no": "✗", "unknown": "?", "partly": "–"}
THEORY = [("stage", "code"), ("step", "text"), ("mark", "code", "in_place")]


def theory(hidden=(), mark="yes"):
    stages = ["support", "addon", "studying", "employed", "other"]
    steps = [LONG[: 70 - place] for place in range(4)]
    marks = [mark, "no", "unknown", "partly"]
    pairs = list(zip(steps, marks, strict=True))
    rows = [(stage, *pair) for stage in stages for pair in pairs]
    return released(THEORY, [*rows[:-2], ("other", "Möten", None)], hidden)


@cache
def chain(hidden=(), mark="yes", language="sv", others=()):
    symbols = {**SYMBOLS, **dict(others)}
    options = {"column": "stage", "text": "step", "mark": "mark", "symbols": symbols}
    return drawn(theory(hidden, mark), draw.chain, language, **options)


def steps_of(axes):
    return [p for p in axes.patches if isinstance(p, FancyBboxPatch)]


def test_theory_has_a_box_per_step_in_columns_from_left_to_right():
    found = steps_of(chain())
    columns = [round(box.get_x(), 6) for box in found]
    assert [columns.count(x) for x in dict.fromkeys(columns)] == [4, 4, 4, 4, 3]
    assert columns == sorted(columns)


def test_steps_of_seventy_letters_stay_inside_their_boxes():
    axes = chain()
    inside = [text for text in axes.texts if len(text.get_text()) > 30]
    frames = [box.get_window_extent() for box in steps_of(axes)]
    assert len(inside) == 18
    for t in (step.get_window_extent() for step in inside):
        assert any(f.x0 <= t.x0 and t.x1 <= f.x1 and f.y0 <= t.y0 and t.y1 <= f.y1 for f in frames)


def test_evidence_is_a_symbol_and_a_border_and_no_evidence_neither():
    axes = chain()
    found = texts(axes)
    assert [found.count(symbol) for symbol in SYMBOLS.values()] == [6, 6, 5, 5]  # one in the legend
    assert sum(isinstance(p, Circle) for p in axes.patches) == 22
    borders = {(p.get_linestyle(), p.get_linewidth(), p.get_facecolor()) for p in steps_of(axes)}
    assert len(borders) == 5


def test_hidden_evidence_is_the_symbol_for_hidden():
    assert texts(chain(hidden=((0, "mark"),))).count(HIDDEN) == 1


def test_evidence_without_a_symbol_is_refused():
    with pytest.raises(ValueError, match="found maybe; symbols has yes, no, unknown, partly"):
        chain(mark="maybe")
    with pytest.raises(ValueError, match="found 5 symbols"):
        chain(others=(("more", "+"),))


CURVES = [
    ("gender", "code", "gender"),
    ("month", "number"),
    *((name, "number") for name in ["incidence", "incidence_low", "incidence_high"]),
]


def curves(hidden=()):
    women = [(0, 0.0), (3, 0.2), (6, 0.3), (12, 0.5)]
    men = [(0, 0.0), (3, 0.1), (6, 0.4), (12, 0.6)]
    rows = [
        (gender, month, share, max(0, share - 0.1), share + 0.1)
        for gender, points in (("woman", women), ("man", men))
        for month, share in points
    ]
    return released(CURVES, rows, [(row, name) for row in hidden for name, _ in CURVES[2:]])


@cache
def steps(hidden=(), language="sv"):
    options = {"x": "month", "y": "incidence", "hue": "gender"}
    return drawn(curves(hidden), draw.steps, language, **options)


def test_curve_keeps_its_value_until_the_next_time():
    women, men = steps().lines
    assert (women.get_drawstyle(), list(women.get_xdata())) == ("steps-post", [0, 3, 6, 12])
    assert list(men.get_ydata()) == [0, 0.1, 0.4, 0.6]
    assert women.get_linestyle() != men.get_linestyle()
    assert women.get_marker() != men.get_marker()


def test_band_is_the_interval():
    band = steps().collections[0].get_paths()[0].vertices
    assert band[band[:, 0] == 12][:, 1].max() == pytest.approx(0.6)
    assert band[(band[:, 0] > 3) & (band[:, 0] <= 6)][:, 1].min() == pytest.approx(0.1)


@cache
def joined(hidden=()):
    options = {"x": "month", "y": "incidence", "hue": "gender", "level": False}
    return drawn(curves(hidden), draw.steps, **options)


def test_curve_that_need_not_stay_level_is_straight_lines_between_its_times():
    women = joined().lines[0]
    assert (women.get_drawstyle(), list(women.get_xdata())) == ("default", [0, 3, 6, 12])
    assert list(women.get_ydata()) == [0, 0.2, 0.3, 0.5]


def test_interval_of_straight_lines_has_no_steps():
    band = joined().collections[0].get_paths()[0].vertices
    for month, low, high in ((3, 0.1, 0.3), (6, 0.2, 0.4), (12, 0.4, 0.6)):
        limits = {round(level, 9) for level in band[band[:, 0] == month][:, 1]}
        assert (month, limits) == (month, {low, high})


def test_straight_lines_stop_where_they_are_hidden():
    axes = joined(hidden=(2, 3))
    assert np.isnan(axes.lines[0].get_ydata()[2:]).all()
    assert texts(axes).count(HIDDEN) == 1


def test_share_axis_is_all_of_it_in_percent():
    axes = steps()
    assert axes.get_ylim() == (0, 1)
    assert f"100{NBSP}%" in texts(axes)
    assert "100%" in texts(steps(language="en"))


def test_curve_stops_where_it_is_hidden_with_the_symbol_at_its_last_value():
    axes = steps(hidden=(2, 3))
    assert np.isnan(axes.lines[0].get_ydata()[2:]).all()
    (symbol,) = [text for text in axes.texts if text.get_text().strip() == HIDDEN]
    assert symbol.get_position() == pytest.approx((6, 0.2))


def test_axis_reaches_the_hidden_times():
    assert steps(hidden=(2, 3, 6, 7)).get_xlim()[1] >= 12


def test_wholly_hidden_curves_have_a_symbol_each():
    axes = steps(hidden=tuple(range(8)))
    assert texts(axes).count(HIDDEN) == 2
    assert is_legible(axes)


def begun(hidden=(), start=0.0, language="sv"):
    """Draw curves that begin at their first event, each at its own months."""
    times = {"woman": [2, 5, 9], "man": [2, 7], "all": [2, 5, 7, 9]}
    rows = [
        (gender, month, 3 if (gender, month) in hidden else 30, share, share - 0.05, share + 0.1)
        for gender, months in times.items()
        for month, share in zip(months, [0.1, 0.25, 0.3, 0.4], strict=False)
    ]
    names = ["gender", "month", "n", "incidence", "low", "high"]
    table = estimates(names, rows, ["gender", "month"])
    options = {"x": "month", "y": "incidence", "hue": "gender", "start": start}
    return drawn(table, draw.steps, language, **options)


WOMEN = [("woman", month) for month in (2, 5, 9)]
MEN = [("man", month) for month in (2, 7)]


@pytest.mark.parametrize("start", [0.0, 1.0])
def test_curve_of_a_table_of_events_begins_at_time_zero(start):
    axes = begun(start=start)
    women, men, _ = axes.lines
    assert list(women.get_xdata()) == [0, 2, 5, 9]
    assert list(women.get_ydata()) == [start, 0.1, 0.25, 0.3]
    assert list(men.get_xdata()) == [0, 2, 7]
    assert axes.get_xlim()[0] <= 0
    assert is_legible(axes)


def test_curve_without_a_start_or_with_one_in_its_table_begins_there():
    assert list(begun(start=None).lines[0].get_xdata()) == [2, 5, 9]
    options = {"x": "month", "y": "incidence", "hue": "gender", "start": 0.0}
    assert list(drawn(curves(), draw.steps, **options).lines[0].get_xdata()) == [0, 3, 6, 12]


def test_interval_of_a_share_is_a_band_that_stops_with_its_curve():
    axes = begun(hidden=[WOMEN[1], WOMEN[2]])
    assert axes.lines[0].get_ydata()[:2] == pytest.approx([0, 0.1])
    band = np.vstack([path.vertices for path in axes.collections[0].get_paths()])
    assert band[:, 0].max() == 5
    last = band[band[:, 0] > 2][:, 1]
    assert (last.min(), last.max()) == pytest.approx((0.05, 0.2))


def test_curves_that_stop_together_have_a_symbol_each():
    for hidden in ([*WOMEN, *MEN], [WOMEN[1], WOMEN[2], MEN[1], ("all", 5)]):
        axes = begun(hidden=hidden)
        assert texts(axes).count(HIDDEN) == len({gender for gender, _ in hidden})
        assert is_legible(axes)


def test_wholly_hidden_curve_is_not_begun():
    assert np.isnan(begun(hidden=WOMEN).lines[0].get_ydata()).all()


STATES = ["work", "studies", "training", "neither", "unknown"]
NAMED = [
    "Arbete",
    "Studier",
    "Arbetsträning eller praktik",
    "Varken arbete, studier eller arbetsträning",
    "Uppgift saknas",
]
SHARES = np.array([[0.1, 0.2, 0.4], [0.03] * 3, [0.2, 0.25, 0.3], [0.62, 0.47, 0.22], [0.05] * 3])
DESCRIBED = {
    "status": Column("status", "code", "Status", "status"),
    "place": Column("place", "code", "Läge", "followup_place"),
    "lowest": Column("lowest", "share", "Lägsta möjliga"),
    "highest": Column("highest", "share", "Högsta möjliga"),
    "weighted": Column("weighted", "share", "Viktad andel"),
    "weighted_low": Column("weighted_low", "share", "Undre gräns, viktad"),
    "weighted_high": Column("weighted_high", "share", "Övre gräns, viktad"),
}


def estimates(names, rows, keys, band=False):
    """Release rows as a page does; those with fewer than five behind them are hidden."""
    described = {name: column for name, column in DESCRIBED.items() if name in names}
    return release_estimates(
        pd.DataFrame(rows, columns=names),
        id="x",
        unit="people",
        keys=keys,
        rules=Disclosure(),
        band=band,
        columns=described,
    )


def followed(months=(0, 6, 12), hidden=(), shares=SHARES, band=False, states=tuple(STATES)):
    """Make shares of states by month; ``hidden`` lists (month, state)."""
    rows = [
        (month, state, 3 if (month, state) in hidden else 40, shares[row, column])
        for column, month in enumerate(months)
        for row, state in enumerate(states)
    ]
    return estimates(["month", "status", "n", "share"], rows, ["month", "status"], band)


AREAS = {"x": "month", "y": "share", "hue": "status", "n": "n"}
GONE = [(6, "work"), (6, "unknown"), *((12, state) for state in STATES)]


@cache
def areas(months=(0, 6, 12), hidden=(), language="sv"):
    return drawn(followed(months, hidden), draw.areas, language, **AREAS)


@cache
def monthly():
    """Draw nineteen months in which n is a band."""
    mixed = np.linspace(0, 1, 19)
    shares = SHARES[:, :1] * (1 - mixed) + SHARES[:, 2:] * mixed
    return drawn(followed(tuple(range(19)), (), shares, band=True), draw.areas, **AREAS)


def column_of(axes, month):
    """Return (color, hatch, floor, top) of all that lies over a month, from below."""
    found = []
    for area in axes.collections:
        for path in area.get_paths():
            levels = [
                y
                for (x, y), (after, same) in pairwise(path.vertices)
                if y == same and min(x, after) < month < max(x, after)
            ]
            if levels:
                look = to_hex(area.get_facecolor()[0]), area.get_hatch()
                found.append((*look, min(levels), max(levels)))
    return sorted(found, key=lambda one: one[2])


def test_areas_are_the_shares_on_each_other_from_the_first_state_up():
    for place, month in enumerate((0, 6, 12)):
        pieces = column_of(areas(), month)
        sizes = [top - floor for _, _, floor, top in pieces]
        assert sizes == pytest.approx(list(SHARES[:, place]))
        assert [floor for _, _, floor, _ in pieces] == pytest.approx(
            [0, *SHARES[:-1, place].cumsum()]
        )
        assert pieces[0][0] == draw.PALETTE[0]


def test_areas_change_halfway_between_months_and_not_on_a_slant():
    assert column_of(areas(), 2.9) == column_of(areas(), 0)
    assert column_of(areas(), 3.1) == column_of(areas(), 6)


def test_hidden_states_are_one_hatched_area_on_top():
    pieces = column_of(areas(hidden=tuple(GONE)), 6)
    assert len(pieces) == 4
    _, hatch, floor, top = pieces[-1]
    assert (hatch, floor, top) == ("////", pytest.approx(0.75), pytest.approx(1))
    shown = [top - floor for _, _, floor, top in pieces[:-1]]
    assert shown == pytest.approx(list(SHARES[1:4, 1]))
    assert "////" not in [hatch for _, hatch, _, _ in column_of(areas(hidden=tuple(GONE)), 0)]


def test_month_with_all_states_hidden_is_hatched_from_foot_to_top():
    ((_, hatch, floor, top),) = column_of(areas(hidden=tuple(GONE)), 12)
    assert (hatch, floor, top) == ("////", 0, 1)


def test_each_stretch_of_hidden_months_has_one_symbol_and_a_hidden_count_too():
    written = texts(areas(hidden=tuple(GONE)))
    assert written.count(HIDDEN) == 1  # of months 6 and 12, which touch
    assert written.count(f"n = {HIDDEN}") == 1
    apart = texts(areas(hidden=((0, "work"), (0, "unknown"), (12, "work"), (12, "unknown"))))
    assert apart.count(HIDDEN) == 2


def test_hidden_states_that_were_none_still_have_the_symbol():
    shares = np.array([[0.5], [0.0], [0.38], [0.12], [0.0]])
    table = followed((6,), ((6, "studies"), (6, "unknown")), shares)
    axes = drawn(table, draw.areas, **AREAS)
    assert texts(axes).count(HIDDEN) == 1
    assert is_legible(axes)


def test_month_in_which_nobody_is_followed_is_empty_with_the_symbol_for_missing():
    rows = [(month, state, 40 - 40 * month, np.nan if month else 0.2)
            for month in (0, 1) for state in STATES]  # fmt: skip
    table = estimates(["month", "status", "n", "share"], rows, ["month", "status"])
    axes = drawn(table, draw.areas, **AREAS)
    assert column_of(axes, 1) == []
    assert (texts(axes).count(MISSING), texts(axes).count("n = 0")) == (1, 1)


def test_months_further_apart_than_others_leave_a_gap():
    axes = areas(months=(0, 1, 6))
    assert len(column_of(axes, 0)) == len(column_of(axes, 6)) == 5
    assert column_of(axes, 3) == []


def test_only_rounding_is_made_up_for_in_the_whole():
    thirds, states = np.full((3, 1), 1 / 3), ("work", "studies", "training")
    for shares, band, whole in ((thirds, True, 1), (thirds[:2], True, 0.66), (thirds, False, 1)):
        table = followed((0,), (), shares, band, states[: len(shares)])
        stack = stacked(table.frame, table, "month", "share", "status")
        assert stack.tops[-1] == pytest.approx(whole)
        assert stack.rest == [0]


def test_how_many_are_followed_stands_over_each_month():
    assert texts(areas()).count("n = 40") == 3
    counts = [text for text in monthly().texts if text.get_text() == "20–49"]
    assert [text.xy[0] for text in counts] == list(range(19))
    assert {text.get_rotation() for text in counts} == {90}
    assert "n =" in texts(monthly())


@pytest.mark.parametrize("kind", [areas, monthly])
def test_each_state_is_named_once_and_inside_its_own_area_if_there(kind):
    axes = kind()
    legend = [text.get_text() for one in axes.figure.legends for text in one.get_texts()]
    inside = [text for text in axes.texts if text.get_text().replace("\n", " ") in NAMED]
    beside = [text.replace("\n", " ") for text in legend]
    named = [*beside, *(text.get_text().replace("\n", " ") for text in inside)]
    assert sorted(named) == sorted(NAMED)
    assert len(inside) >= 2
    assert beside == [name for name in reversed(NAMED) if name in beside]
    for name in inside:
        corners = name.get_window_extent().get_points()
        (left, low), (right, high) = axes.transData.inverted().transform(corners)
        ground = to_hex(name.get_bbox_patch().get_facecolor())
        for month in np.linspace(left, right, 8):
            ((floor, top),) = [
                (floor, top) for color, _, floor, top in column_of(axes, month) if color == ground
            ]
            assert floor <= low
            assert high <= top


def test_areas_are_told_apart_without_colour():
    seven = (*STATES[:4], "regular_work", "same", "worse")
    table = followed((0,), (), np.full((7, 1), 1 / 7), states=seven)
    pieces = column_of(drawn(table, draw.areas, **AREAS), 0)
    grey = [np.dot((0.299, 0.587, 0.114), to_rgb(color)) for color, *_ in pieces]
    assert min(abs(one - other) for one, other in pairwise(grey)) > 0.1
    looks = {(round(shade, 1), hatch) for shade, (_, hatch, *_) in zip(grey, pieces, strict=True)}
    assert len(looks) == 7


def test_areas_of_too_many_states_or_of_two_groups_are_refused():
    nine = tuple(f"state {place}" for place in range(9))
    with pytest.raises(ValueError, match="found 9 states; areas tells 8 apart"):
        drawn(followed((0,), (), np.full((9, 1), 1 / 9), states=nine), draw.areas, **AREAS)
    with pytest.raises(ValueError, match="found 5 more rows of the same month and status"):
        drawn(followed((0, 0, 6)), draw.areas, **AREAS)


PLACES = ["regular_work", "work_training", "small_step"]
FIRST = ["share", "low", "high", "lowest", "highest"]
SECOND = ["weighted", "weighted_low", "weighted_high"]
RANGES = {name: name for name in FIRST} | {"y": "place"}
BOTH = dict(zip(["second", "second_low", "second_high"], SECOND, strict=True))
BOUNDS = [(0.3, 0.2, 0.4, 0.2, 0.6), (0.1, 0.0, 0.3, 0.05, 0.5), (0.5, 0.4, 0.6, 0.3, 0.7)]


def reached(hidden=(), genders=(), first=None):
    """Make shares and what they could be, of each place (and gender)."""
    rows = [
        (place, *gender, 3 if place in hidden else 40, *values, *(v + 0.05 for v in values[:3]))
        for place, values in zip(PLACES, [first or BOUNDS[0], *BOUNDS[1:]], strict=True)
        for gender in (genders or [()])
    ]
    keys = ["place", "gender"] if genders else ["place"]
    return estimates([*keys, "n", *FIRST, *SECOND], rows, keys)


@cache
def ranges(hidden=(), second=True):
    return drawn(reached(hidden), draw.ranges, **RANGES, **(BOTH if second else {}))


def intervals(axes):
    lines = [c for c in axes.collections if isinstance(c, LineCollection)]
    return [(line.get_segments()[0][0][0], line.get_segments()[0][1][0]) for line in lines]


def test_bar_is_what_the_share_could_be_and_the_point_what_it_is():
    axes = ranges(second=False)
    bars = [(p.get_x(), p.get_x() + p.get_width()) for p in axes.patches]
    assert bars == [pytest.approx(row[3:]) for row in BOUNDS]
    assert [line.get_xdata()[0] for line in axes.lines] == [row[0] for row in BOUNDS]
    assert intervals(axes) == [pytest.approx(row[1:3]) for row in BOUNDS]
    places = [p.get_y() + p.get_height() / 2 for p in axes.patches]
    assert [line.get_ydata()[0] for line in axes.lines] == pytest.approx(places)
    assert places == pytest.approx(list(axes.get_yticks()))
    assert axes.get_xlim() == (0, 1)


def test_second_estimate_has_its_own_marker_and_place():
    lines = ranges().lines
    assert [line.get_xdata()[0] for line in lines[:2]] == pytest.approx([0.3, 0.35])
    assert lines[0].get_marker() != lines[1].get_marker()
    assert lines[0].get_ydata()[0] < lines[1].get_ydata()[0]
    assert intervals(ranges())[1] == pytest.approx((0.25, 0.45))


def test_hidden_row_of_ranges_has_only_the_symbol():
    axes = ranges(hidden=("work_training",))
    assert len(axes.patches) == 2
    assert len(axes.lines) == len(intervals(axes)) == 4
    assert texts(axes).count(HIDDEN) == 1


def test_one_hidden_number_hides_its_whole_row_of_ranges():
    columns = [("place", "code", "followup_place"), *((name, "share") for name in FIRST)]
    rows = [(place, *values) for place, values in zip(PLACES, BOUNDS, strict=True)]
    axes = drawn(released(columns, rows, hidden=[(1, "low")]), draw.ranges, **RANGES)
    assert len(axes.patches) == len(axes.lines) == 2
    assert texts(axes).count(HIDDEN) == 1


def test_bar_stands_alone_where_nobody_was_reached():
    table = reached(first=(np.nan, np.nan, np.nan, 0.0, 1.0))
    axes = drawn(table, draw.ranges, **RANGES)
    assert axes.patches[0].get_width() == 1
    assert len(axes.patches) == 3
    assert not {HIDDEN, MISSING} & set(texts(axes))


def test_rows_of_a_category_stand_under_its_name_whatever_their_order():
    table = reached(genders=[("woman",), ("man",)])
    order = [5, 0, 3, 1, 4, 2]
    table = Released("x", "p", table.frame.iloc[order], table.hidden, table.columns, table.keys)
    axes = drawn(table, draw.ranges, **RANGES, hue="gender")
    labels = [label.get_text().replace("\n", " ") for label in axes.get_yticklabels()]
    named = ["Mindre steg framåt", "Man", "Kvinna"]
    assert labels[:3] == named
    bold = [label.get_text() for label in axes.get_yticklabels() if label.get_weight() == "bold"]
    assert len(bold) == 3
    ticks = list(axes.get_yticks())
    below = [round(line.get_ydata()[0], 6) for line in axes.lines if line.get_xdata()[0] == 0.5]
    assert sorted(below) == pytest.approx(ticks[1:3])


def test_legend_of_ranges_is_the_headings_of_the_columns():
    (legend,) = ranges().figure.legends
    assert {text.get_text() for text in legend.get_texts()} == {
        "Andel",
        "Undre gräns – Övre gräns",
        "Viktad andel",
        "Undre gräns, viktad – Övre gräns, viktad",
        "Lägsta möjliga – Högsta möjliga",
    }


def test_long_names_and_symbols_of_areas_and_ranges_stay_apart():
    assert is_legible(areas(hidden=tuple(GONE)))
    assert is_legible(areas(months=(0, 1, 6)))
    assert is_legible(monthly())
    columns = [("place", "text"), *((name, "share") for name in FIRST)]
    rows = [(f"{LONG} {LONG[:40]} {place}", *values) for place, values in enumerate(BOUNDS)]
    assert is_legible(drawn(released(columns, rows), draw.ranges, **RANGES))
    hues = {"hue": "gender", **BOTH}
    assert is_legible(
        drawn(reached(genders=[("woman",), ("man",), ("all",)]), draw.ranges, **RANGES, **hues)
    )


@pytest.mark.parametrize(("inches", "size"), [(0.6, 7.5), (1.1, 7.5), (2.3, 9.5)])
def test_wrapped_lines_keep_within_their_width_and_lose_no_letter(inches, size):
    axes = plt.figure().add_subplot()
    wrapped = text.wrap(axes, LONG, inches, size)
    assert text.width(axes, wrapped.split("\n"), size) <= inches + 0.02
    assert wrapped.replace("-\n", "").replace("\n", " ") == LONG
    plt.close()


def test_word_is_broken_before_the_consonant_that_begins_a_syllable():
    axes = plt.figure().add_subplot()
    assert text.wrap(axes, "samverkanskoordinator", 1.05, 7.5) == "samverkanskoordi-\nnator"
    plt.close()


MONEY = ["so_far", "so_far_low", "so_far_high"]
GAINS = {
    "Försäkringskassan": (20, 10),
    "Kommunen": (30, 9),
    "Samhället": (85, 40),
}  # tkr: cost, gain a year


def sums(gains=None, hidden=()):
    """Make five years of results; ``hidden`` lists accounts, or (account, first hidden month)."""
    rows = [
        (
            *(account, month, ceil(12 * cost / gain) if gain > 0 else inf),
            *(1000 * (-cost + rise * gain * month / 12) for rise in (1, 0.7, 1.3)),
        )
        for account, (cost, gain) in (gains or GAINS).items()
        for month in range(61)
    ]
    columns = [("account", "text"), ("month", "number"), ("payback_months", "payback")]
    last = dict(one if isinstance(one, tuple) else (one, 0) for one in hidden)
    gone = [
        (place, name)
        for place, (account, month, *_) in enumerate(rows)
        for name in [*MONEY, "payback_months"]
        if month >= last.get(account, 99)
    ]
    return released([*columns, *((name, "money") for name in MONEY)], rows, gone)


@cache
def cumulative(hidden=(), language="sv"):
    return drawn(sums(hidden=hidden), draw.cumulative, language)


def paid_back(axes):
    """Return the months at which the figure says that the money is back."""
    marks = [line for line in axes.lines if line.get_marker() != "None" and line.get_zorder() == 4]
    assert all(line.get_ydata()[0] == 0 for line in marks)
    return sorted(line.get_xdata()[0] for line in marks)


def test_payback_is_marked_on_the_line_at_zero():
    # 12 x cost / gain, rounded up
    assert paid_back(cumulative()) == [24, 26, 40]
    told = [text for text in texts(cumulative()) if "återbetalt" in text]
    assert told == [
        "Försäkringskassan: återbetalt efter 24 mån",
        "Samhället: återbetalt efter 26 mån",
        "Kommunen: återbetalt efter 40 mån",
    ]


@pytest.mark.parametrize(
    ("cost", "gain"),
    [(85, 16.9), (25, -4), (0, 12)],
    ids=["late", "loss", "free"],
)
def test_curve_whose_money_is_not_back_has_no_payback(cost, gain):
    axes = drawn(sums({"Samhället": (cost, gain)}), draw.cumulative)
    assert paid_back(axes) == []
    assert not [text for text in texts(axes) if "återbetalt" in text]
    assert is_legible(axes)


@pytest.mark.parametrize("months", [2, 59])
def test_payback_at_either_end_is_told_inside_the_figure(months):
    names = {f"{LONG[:32]} {place}": (months, 12) for place in range(3)}
    axes = drawn(sums(names), draw.cumulative)
    inside = axes.get_window_extent()
    told = [box for text, box in boxes(axes) if "återbetalt" in text]
    assert len(told) == 3
    assert all(inside.x0 <= box.x0 and box.x1 <= inside.x1 for box in told)
    assert is_legible(axes)


def test_sums_have_a_line_at_zero_years_between_their_ticks_and_thousands():
    axes = cumulative()
    assert [0, 0] in [list(line.get_ydata()) for line in axes.lines]
    shown = [text for text, _ in boxes(axes)]
    assert [text for text in shown if text.isdigit()] == ["0", "12", "24", "36", "48", "60"]
    assert "60 tkr" in shown
    assert list(axes.lines[0].get_ydata()[[0, 24, 60]]) == pytest.approx([-20000, 0, 30000])


def test_sums_are_told_apart_without_colour():
    looks = {(line.get_linestyle(), line.get_marker()) for line in cumulative().lines[:3]}
    assert len({stroke for stroke, _ in looks}) == len({marker for _, marker in looks}) == 3


def test_account_without_a_sum_has_the_symbol_by_its_name():
    axes = cumulative(hidden=("Kommunen",))
    assert np.isnan(axes.lines[1].get_ydata()).all()
    assert f"Kommunen {HIDDEN}" in texts(axes)
    assert paid_back(axes) == [24, 26]


def test_sum_stops_where_it_is_hidden():
    axes = cumulative(hidden=(("Samhället", 20),))
    assert np.isfinite(axes.lines[2].get_ydata()).sum() == 20
    (mark,) = [text for text in axes.texts if text.get_text() == HIDDEN]
    assert mark.get_position() == pytest.approx((20, -85000 + 40000 * 19 / 12))
    assert paid_back(axes) == [24, 26, 40]


def test_one_hidden_limit_hides_the_sum():
    table = sums({"Samhället": (85, 40)})
    table.hidden.loc[30:, "so_far_low"] = True
    table.frame.loc[30:, "so_far_low"] = None
    axes = drawn(table, draw.cumulative)
    assert np.isfinite(axes.lines[0].get_ydata()).sum() == 30
    assert axes.collections[0].get_paths()[0].vertices[:, 0].max() == 29


ENDS = ["at_low", "at_high", "at_base"]
SWINGS = [
    ("Diskonteringsränta", -20, 90, 30),
    (LONG, 50, 15, 30),  # the low value gives more
    ("Horisont (år)", 40, 60, 30),  # both above the result with nothing changed
    (f"{LONG} {LONG[:40]}", 28, 32, 30),
]


@cache
def tornado(hidden=(), language="sv", sign=1):
    columns = [("assumption", "text"), *((name, "money") for name in ENDS)]
    rows = [(name, *(sign * 1000.0 * value for value in values)) for name, *values in SWINGS]
    return drawn(released(columns, rows, hidden), draw.tornado, language)


def swings(axes):
    """Return (row, begins, ends, hatched) of every bar, row by row, the low value's first."""
    ticks = [round(tick, 6) for tick in axes.get_yticks()]
    bars = [
        (
            ticks.index(round(bar.get_y() + bar.get_height() / 2, 6)),
            bool(bar.get_hatch()),
            sorted((bar.get_x(), bar.get_x() + bar.get_width())),
        )
        for bar in axes.patches
    ]
    return [(row, *span, hatched) for row, hatched, span in sorted(bars)]


def test_bars_reach_from_the_base_to_the_results_at_both_ends():
    expected = [
        (row, *sorted((1000 * end, 1000 * base)), hatched)
        for row, (_, low, high, base) in enumerate(SWINGS)
        for end, hatched in ((low, False), (high, True))
    ]
    assert swings(tornado()) == [pytest.approx(bar) for bar in expected]
    assert tornado().yaxis_inverted()  # the first row on top


def test_shorter_bar_lies_on_the_longer_where_both_are_on_one_side():
    axes = tornado()
    both = [bar for bar in axes.patches if bar.get_x() == 30000 and bar.get_width() in (1e4, 3e4)]
    assert [bar.get_width() for bar in both] == [30000, 10000]


@pytest.mark.parametrize("sign", [1, -1])
def test_tornado_has_lines_at_zero_and_at_the_base(sign):
    found = {line.get_linestyle(): line.get_xdata()[0] for line in tornado(sign=sign).lines}
    assert found == {"-": 0, "--": sign * 30000}
    low, high = tornado(sign=sign).get_xlim()
    assert low < 0 < high
    assert is_legible(tornado(sign=sign))


@pytest.mark.parametrize("name", ENDS)
def test_row_of_a_tornado_with_anything_hidden_has_only_the_symbol(name):
    axes = tornado(hidden=((1, name),))
    assert [row for row, *_ in swings(axes)] == [0, 0, 2, 2, 3, 3]
    assert texts(axes).count(HIDDEN) == 1


RNG = np.random.default_rng(5)
CLOUD = np.column_stack([RNG.normal(1.2, 0.6, 300), RNG.normal(-4000, 9000, 300)])


@cache
def plane(hidden=(), language="sv", estimate=None, away=False):
    points = np.vstack([np.abs(CLOUD), np.abs(CLOUD).max(axis=0)]) if away else CLOUD
    rows = [(*point, False) for point in points] + [(1.25, -4100.0, True)]
    columns = [("more_work", "number"), ("more_cost", "money"), ("estimate", "bool")]
    return drawn(released(columns, rows, hidden), draw.plane, language, estimate=estimate)


def test_each_draw_is_a_point_and_the_estimate_a_cross():
    cloud, *crosses = plane(estimate="estimate").lines[:3]
    assert np.column_stack(cloud.get_data()) == pytest.approx(CLOUD)
    for cross in crosses:
        assert (cross.get_marker(), *np.ravel(cross.get_data())) == ("+", 1.25, -4100)
    assert len(plane().lines[0].get_xdata()) == 301
    assert len(plane().lines[1].get_xdata()) == 0


@pytest.mark.parametrize("away", [False, True])
def test_quarters_are_equal_and_their_names_are_inside_them(away):
    axes = plane(away=away)
    assert axes.get_xlim()[0] == -axes.get_xlim()[1]
    assert axes.get_ylim()[0] == -axes.get_ylim()[1]
    signs = {}
    for name in axes.texts:
        corners = axes.transData.inverted().transform(name.get_window_extent().get_points())
        assert (np.sign(corners[0]) == np.sign(corners[1])).all()
        signs[name.get_text()] = tuple(np.sign(corners[0]))
    assert signs == {
        "dyrare, mindre arbete": (-1, 1),
        "dyrare, mer arbete": (1, 1),
        "billigare, mindre arbete": (-1, -1),
        "billigare, mer arbete": (1, -1),
    }


@pytest.mark.parametrize("away", [False, True])
def test_no_draw_is_as_far_out_as_the_name_of_a_quarter(away):
    axes = plane(away=away)
    furthest = np.abs(axes.lines[0].get_ydata()).max()
    for name in axes.texts:
        corners = axes.transData.inverted().transform(name.get_window_extent().get_points())
        assert np.abs(corners[:, 1]).min() > furthest


def test_hidden_draw_is_no_point_but_the_symbol():
    axes = plane(hidden=((7, "more_cost"), (9, "more_work")))
    assert len(axes.lines[0].get_xdata()) == 299
    assert texts(axes).count(HIDDEN) == 1


EVERY_KIND = {
    "cumulative": lambda language: cumulative((("Samhället", 50),), language),
    "tornado": lambda language: tornado(((1, "at_low"),), language),
    "plane": lambda language: plane(language=language, estimate="estimate"),
    "diverging": lambda language: diverging(((0, "yes"),), language),
    "matrix": lambda language: matrix(((0, "6"),), language=language),
    "flow": lambda language: flow(((3, "n"),), language),
    "chain": lambda language: chain(language=language),
    "steps": lambda language: steps((3,), language),
}


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", EVERY_KIND)
def test_no_text_covers_another_or_leaves_the_figure(kind, language):
    axes = EVERY_KIND[kind](language)
    assert len(boxes(axes)) > 5
    assert is_legible(axes)


@pytest.mark.parametrize(
    ("table", "kind", "options"),
    [
        (answers(), draw.diverging, {"y": "item", "levels": LEVELS}),
        (judgements(), draw.matrix, {"rows": "part", "columns": ["0"], "scale": SCALE}),
        (
            flows(),
            draw.flow,
            {"source": "before", "target": "after", "stage": "stage", "value": "n"},
        ),
        (
            theory(),
            draw.chain,
            {"column": "stage", "text": "step", "mark": "mark", "symbols": SYMBOLS},
        ),
        (curves(), draw.steps, {"x": "month", "y": "incidence", "hue": "gender"}),
        (followed(hidden=GONE), draw.areas, AREAS),
        (reached(), draw.ranges, {**RANGES, **BOTH}),
        (sums(), draw.cumulative, {}),
    ],
)
def test_same_table_gives_the_same_bytes(table, kind, options):
    pictures = {
        figures.figure_html(table, kind, "T", "alt", Words("sv"), **options) for _ in range(2)
    }
    assert len(pictures) == 1
