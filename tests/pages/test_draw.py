"""Figures: lengths are the numbers, what is hidden is a gap with its symbol, texts stay apart."""

from functools import cache
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Circle, FancyBboxPatch, PathPatch, Rectangle

from shared.disclosure.released import Column, Released
from shared.pages import draw, figures
from shared.pages.draw import text
from shared.pages.words import HIDDEN, MISSING, NBSP, Words

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


EVERY_KIND = {
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
    ],
)
def test_same_table_gives_the_same_bytes(table, kind, options):
    pictures = {
        figures.figure_html(table, kind, "T", "alt", Words("sv"), **options) for _ in range(2)
    }
    assert len(pictures) == 1
