"""Estimates from protected counts: worked by hand, and hidden where a count they need is."""

from dataclasses import replace

import pandas as pd
import pytest

from shared.disclosure import derived
from shared.disclosure.protected import Counts
from shared.estimates.proportions import share_differences
from shared.study.settings import Disclosure

SUPPRESS, OPEN = Disclosure(mode="suppress"), Disclosure(mode="open")
ENDS = ("occupation_before", "occupation_after")


def counts(table, dimensions, cells, rules=SUPPRESS, band=False):
    """Make protected counts from the dimensions' values and n; n None is hidden."""
    rows = [(*key, n) if isinstance(key, tuple) else (key, n) for key, n in cells.items()]
    frame = pd.DataFrame(rows, columns=[*dimensions, "n"]).astype({"n": "Int64"})
    return Counts(table, frame.assign(hidden=frame["n"].isna()), rules, band)


def followup(rules=SUPPRESS, **by_gender):
    """Return follow-up counts of one wave: gender -> (employed, reached, lost)."""
    cells = {
        (6, place, gender): n
        for gender, given in by_gender.items()
        for place, n in zip(("employed", "reached", "lost"), given, strict=True)
    }
    return counts("followup", ["wave", "place", "gender"], cells, rules)


def matrix(*rows, hide=(), rules=SUPPRESS, band=False):
    """Return before (rows) and after of ``ENDS``, with all sums; ``hide`` names hidden cells."""
    labels = ["jobseeking", "employed", "unknown"][: len(rows)]
    table = pd.DataFrame(rows, labels, labels)
    table.loc["all"] = table.sum()
    table["all"] = table.sum(axis="columns")
    cells = {key: None if key in hide else int(n) for key, n in table.stack().items()}
    return counts("occupation_before_after", ENDS, cells, rules, band)


# Bounds


def test_the_lost_are_all_or_none_at_work():
    table = derived.bounds(followup(all=(10, 20, 20)), "place", "employed", "reached", "lost")
    row = table.frame.iloc[0]
    assert row[["n", "share", "lowest", "highest"]].tolist() == [40, 0.5, 0.25, 0.75]
    # Wilson's of 10 of 40: (0.25 + z2 / 80 - z sqrt(0.1875 / 40 + z2 / 6400)) / (1 + z2 / 40).
    assert row["outer_low"] == pytest.approx(0.141871, abs=1e-6)
    assert row["outer_high"] == pytest.approx(1 - 0.141871, abs=1e-6)


BOUNDS = ("lowest", "highest", "outer_low", "outer_high")


@pytest.mark.parametrize(
    ("given", "share"), [((None, 20, 20), True), ((10, None, 20), True), ((10, 20, None), False)]
)
def test_bounds_need_all_three_counts(given, share):
    table = derived.bounds(followup(all=given), "place", "employed", "reached", "lost")
    assert [table.value(name, wave=6).hidden for name in (*BOUNDS, "n")] == [True] * 5
    assert table.value("share", wave=6).hidden is share
    assert table.frame[list(BOUNDS)].isna().all(axis=None)


def test_nobody_due_has_no_bounds_and_none_that_are_hidden():
    table = derived.bounds(followup(OPEN, all=(0, 0, 0)), "place", "employed", "reached", "lost")
    assert table.n_suppressed == 0
    assert table.frame[list(BOUNDS)].isna().all(axis=None)


def test_bounds_are_hidden_where_the_share_is():
    # Nine reached are too few for a share of them; 6 and 3 lost would give it back.
    table = derived.bounds(followup(all=(6, 9, 5)), "place", "employed", "reached", "lost")
    assert table.value("lowest", wave=6).hidden and table.value("n", wave=6).hidden


# Women and men


def test_women_less_men_with_newcombes_limits():
    table = derived.gender_gap(
        followup(woman=(56, 70, 0), man=(48, 80, 0)), "place", ["employed"], "reached"
    )
    row = table.frame.iloc[0]
    assert row[["place", "wave", "n"]].tolist() == ["employed", 6, 150]
    assert row[["women", "men", "difference"]].tolist() == pytest.approx([0.8, 0.6, 0.2])
    limits = row[["difference_low", "difference_high"]].tolist()
    assert limits == pytest.approx([0.0524, 0.3339], abs=5e-5)  # Newcombe (1998), method 10
    assert row["p"] == pytest.approx(share_differences(56, 70, 48, 80)["p"].iloc[0])


FEW = [(None, 80, 0), (48, None, 0), (5, 9, 0)]  # the last is on a base under twice the threshold


@pytest.mark.parametrize("few", FEW)
@pytest.mark.parametrize(("gone", "kept"), [("men", "women"), ("women", "men")])
def test_what_is_of_both_is_hidden_where_either_share_is(few, gone, kept):
    given = {"women": (56, 70, 0), "men": (56, 70, 0)} | {gone: few}
    counted = followup(woman=given["women"], man=given["men"])
    table = derived.gender_gap(counted, "place", ["employed"], "reached")
    for name in (gone, "difference", "difference_low", "difference_high", "p", "n"):
        cell = table.value(name, wave=6, place="employed")
        assert (name, cell.hidden, pd.isna(cell.value)) == (name, True, True)
    # The share of the others is a table of its own.
    assert table.value(kept, wave=6, place="employed").value == 0.8


def test_parts_and_waves_each_have_a_difference():
    cells = {
        (wave, place, gender): n
        for wave, more in ((6, 0), (12, 10))
        for place, n in (("employed", 10 + more), ("step_up", 20 + more), ("reached", 40))
        for gender, n in (("woman", n), ("man", 20 if place == "reached" else 10))
    }
    table = derived.gender_gap(
        counts("followup", ["wave", "place", "gender"], cells),
        "place",
        ["employed", "step_up"],
        "reached",
    )
    got = table.frame[["place", "wave", "difference"]].to_numpy().tolist()
    assert got == [
        ["employed", 6, -0.25],
        ["employed", 12, 0.0],
        ["step_up", 6, 0.0],
        ["step_up", 12, 0.25],
    ]


def test_where_there_are_no_men_there_is_no_difference():
    table = derived.gender_gap(followup(woman=(56, 70, 0)), "place", ["employed"], "reached")
    assert table.value("women", wave=6, place="employed").value == 0.8
    assert pd.isna(table.value("difference", wave=6, place="employed").value)


def test_figures_beside_a_band_are_told_coarsely():
    counted = followup(woman=(56, 70, 0), man=(48, 81, 0))
    exact = derived.gender_gap(counted, "place", ["employed"], "reached")
    told = derived.gender_gap(replace(counted, band=True), "place", ["employed"], "reached")
    assert 0.001 < exact.value("p").value < 0.01
    assert told.value("p").value == 0.01
    for name in ("men", "difference", "difference_low", "difference_high"):
        rough, fine = told.value(name).value, exact.value(name).value
        assert (rough, rough == fine) == (round(fine, 2), False)


def test_public_data_show_differences_of_few():
    few = followup(OPEN, woman=(2, 4, 0), man=(1, 4, 0))
    table = derived.gender_gap(few, "place", ["employed"], "reached")
    assert table.value("difference", wave=6, place="employed").value == 0.25


# Before and after


def test_net_change_is_of_those_known_both_times():
    # Unknown after are five job seekers, unknown before seven who work, and unknown both times two.
    table = derived.net_change(matrix((20, 15, 5), (0, 6, 0), (0, 7, 2)), *ENDS)
    rows = table.frame.set_index("value")[["before", "after", "n"]]
    assert rows.loc["employed"].tolist() == [6, 21, 41]
    assert rows.loc["jobseeking"].tolist() == [35, 20, 41]
    assert "unknown" not in rows.index


def test_net_change_of_a_table_worked_by_hand():
    table = derived.net_change(matrix((20, 15), (0, 6)), *ENDS)
    row = table.frame.set_index("value").loc["employed"]
    assert row[["before", "after", "n"]].tolist() == [6, 21, 41]
    assert row["difference"] == pytest.approx(15 / 41)
    assert row["difference_low"] < 15 / 41 < row["difference_high"]
    assert row["p"] == pytest.approx(2 * 0.5**15)  # 15 began, none stopped
    assert table.n_suppressed == 0


def test_hidden_stayers_hide_the_test_but_not_the_sums():
    hide = [("employed", "employed")]
    table = derived.net_change(matrix((20, 15), (8, 6), hide=hide), *ENDS)
    assert table.value("before", value="employed").value == 14
    assert table.value("difference", value="employed").value == pytest.approx(7 / 49)
    for name in ("difference_low", "difference_high", "p"):
        cell = table.value(name, value="employed")
        assert (cell.hidden, pd.isna(cell.value)) == (True, True)
    assert not table.value("p", value="jobseeking").hidden


@pytest.mark.parametrize(
    ("hidden", "gone"),
    [
        (("employed", "all"), ["before"]),
        (("all", "employed"), ["after"]),
        (("all", "all"), ["n"]),
        (("unknown", "employed"), ["after"]),
        (("employed", "unknown"), ["before"]),
        (("unknown", "unknown"), ["n"]),
        (("all", "unknown"), ["n"]),
    ],
)
def test_hidden_sum_hides_every_figure_that_needs_it(hidden, gone):
    table = derived.net_change(matrix((20, 15, 6), (8, 6, 9), (7, 8, 10), hide=[hidden]), *ENDS)
    cells = {name: table.value(name, value="employed").hidden for name in ("before", "after", "n")}
    assert [name for name, is_hidden in cells.items() if is_hidden] == gone
    for name in ("difference", "difference_low", "difference_high"):
        assert table.value(name, value="employed").hidden


def test_value_nobody_had_afterwards_has_none_after():
    cells = {("jobseeking", "employed"): 8, ("jobseeking", "all"): 8}
    cells |= {("all", "employed"): 8, ("all", "all"): 8}
    table = derived.net_change(counts("occupation_before_after", ENDS, cells), *ENDS)
    assert table.value("after", value="jobseeking").value == 0
    assert table.value("before", value="employed").value == 0


FIGURES = ("difference", "difference_low", "difference_high", "p")


def told(table, names, value="employed"):
    """Return which of the figures of a value are shown; what is hidden is gone as well."""
    cells = {name: table.value(name, value=value) for name in names}
    assert all(pd.isna(cell.value) == cell.hidden for cell in cells.values())
    return [name for name, cell in cells.items() if not cell.hidden]


NINE, TEN = ((3, 2), (1, 3)), ((3, 2), (1, 4))  # before and after, of known people
SIX = Disclosure(threshold=3)


@pytest.mark.parametrize(
    ("rows", "rules", "shown"),
    [(NINE, SUPPRESS, ()), (TEN, SUPPRESS, FIGURES), (NINE, OPEN, FIGURES), (NINE, SIX, FIGURES)],
)
def test_net_change_of_too_few_has_counts_but_no_shares_or_test(rows, rules, shown):
    table = derived.net_change(matrix(*rows, rules=rules), *ENDS)
    for value in ("jobseeking", "employed"):
        assert told(table, FIGURES, value) == list(shown)
        assert told(table, ("before", "after", "n"), value) == ["before", "after", "n"]
    counted = [table.value(name, value="employed").value for name in ("before", "after", "n")]
    assert counted == ([4, 5, 9] if rows == NINE else [5, 6, 10])


def test_too_few_are_of_those_known_both_times():
    # Of 54 all but nine are unknown before or after.
    table = derived.net_change(matrix((3, 2, 9), (1, 3, 9), (9, 9, 9)), *ENDS)
    assert (table.value("n", value="employed").value, told(table, FIGURES)) == (9, [])


def test_share_afterwards_worked_by_hand():
    # Unknown are 14 after, 15 before; of the other 40, ten work after.
    cells = matrix((25, 6, 5), (5, 4, 9), (7, 8, 11))
    table = derived.share_after(cells, *ENDS, "employed")
    row = table.frame.iloc[0]
    assert len(table.frame) == 1
    assert list(table.frame) == ["value", "n", "share", "low", "high"]
    assert row[["value", "n", "share"]].tolist() == ["employed", 40, 0.25]
    # Wilson's of 10 of 40, as of the bounds above.
    assert row[["low", "high"]].tolist() == pytest.approx([0.141871, 0.401939], abs=1e-6)
    assert table.n_suppressed == 0


@pytest.mark.parametrize(
    ("rows", "rules", "share"),
    [(NINE, SUPPRESS, None), (TEN, SUPPRESS, 6 / 10), (NINE, OPEN, 5 / 9), (NINE, SIX, 5 / 9)],
)
def test_share_afterwards_of_too_few_is_hidden_and_their_number_is_not(rows, rules, share):
    table = derived.share_after(matrix(*rows, rules=rules), *ENDS, "employed")
    figures = ("share", "low", "high")
    assert told(table, (*figures, "n")) == (["n"] if share is None else [*figures, "n"])
    assert table.value("n").value == sum(map(sum, rows))
    if share is not None:
        assert table.value("share").value == pytest.approx(share)


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [(("all", "employed"), ["n"]), (("all", "all"), []), (("employed", "employed"), None)],
)
def test_share_afterwards_is_hidden_where_a_count_it_needs_is(hidden, shown):
    cells = matrix((20, 15, 6), (8, 6, 9), (7, 8, 10), hide=[hidden])
    names = ["share", "low", "high", "n"]
    table = derived.share_after(cells, *ENDS, "employed")
    assert told(table, names) == (names if shown is None else shown)


def test_share_afterwards_beside_a_band_has_two_decimals():
    cells = matrix((20, 15), (8, 6), band=True)
    assert derived.share_after(cells, *ENDS, "employed").value("share").value == 0.43  # 21 of 49


def test_share_afterwards_of_nobody_is_missing_and_not_hidden():
    table = derived.share_after(matrix((0, 0), (0, 0)), *ENDS, "employed")
    assert (table.value("n").value, table.n_suppressed) == (0, 0)
    assert pd.isna(table.value("share").value)


def test_symmetry_of_two_values_is_mcnemars_chi_square():
    found = derived.symmetry(matrix((20, 15), (5, 6)), *ENDS)
    assert found.frame["statistic"].iloc[0] == pytest.approx((15 - 5) ** 2 / 20)
    assert found.frame["df"].iloc[0] == 1


def test_symmetry_is_of_those_known_both_times():
    found = derived.symmetry(matrix((20, 15, 9), (5, 6, 30), (40, 50, 60)), *ENDS)
    assert (found.value("n").value, found.value("df").value) == (20, 1)


@pytest.mark.parametrize("n", [15, 6])
def test_symmetry_with_a_hidden_move_is_hidden(n):
    hide = [("jobseeking", "employed")]
    found = derived.symmetry(matrix((20, n), (5, 6), hide=hide), *ENDS)
    assert [found.value(name).hidden for name in ("n", "statistic", "df", "p")] == [True] * 4


def test_symmetry_needs_no_stayers():
    hide = [("employed", "employed"), ("jobseeking", "jobseeking")]
    assert derived.symmetry(matrix((20, 15), (5, 6), hide=hide), *ENDS).n_suppressed == 0
