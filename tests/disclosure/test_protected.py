"""Protected counts as tables and shares: nothing computed from a hidden count is shown."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from shared.disclosure.protected import Counts, counts_of, flows
from shared.disclosure.released import REASON
from shared.study.settings import Disclosure

SUPPRESS, OPEN = Disclosure(mode="suppress"), Disclosure(mode="open")
FIGURES = ("count", "share", "low", "high")


def counts(table, dimensions, *rows, rules=SUPPRESS, band=False):
    """Make protected counts from rows of the dimensions and n; n None is hidden."""
    cells = pd.DataFrame(rows, columns=[*dimensions, "n"]).astype({"n": "Int64"})
    return Counts(table, cells.assign(hidden=cells["n"].isna()), rules, band)


def followup(*rows, **known):
    return counts("followup", ["place", "gender"], *rows, **known)


def survey(*rows, **known):
    return counts("survey_answers", ["item_id", "level"], *rows, **known)


def outcomes(*rows, **known):
    return counts("cases_by_outcome", ["outcome"], *rows, **known)


def hidden(table, *columns, **where):
    """Return whether each of the columns is hidden in the row."""
    return [table.value(column, **where).hidden for column in columns]


# Tables


def test_table_across_keeps_hidden_cells_hidden():
    wide = followup(("employed", "woman", 7), ("employed", "man", None)).table("gender")
    assert wide.value("woman", place="employed").value == 7
    assert wide.value("man", place="employed").hidden


def test_json_says_what_is_hidden_and_why():
    table = followup(("employed", "woman", 7), ("employed", "man", None)).table().to_dict("T")
    assert table["rows"][1] == {"place": "employed", "gender": "man", "n": None}
    assert table["n_suppressed"] == 1
    assert table["suppressed"] == [{"row": 1, "column": "n", "reason": REASON}]


def test_table_without_cells_is_empty():
    assert followup().table("gender").frame.empty
    assert followup().table().frame.empty


def test_where_settles_a_dimension_and_a_list_narrows_it():
    table = followup(("employed", "woman", 7), ("employed", "man", 6), ("studying", "man", 5))
    assert table.where(gender="man").cells["n"].tolist() == [6, 5]
    assert "gender" not in table.where(gender="man").cells
    assert table.where(gender=["man"]).cells["gender"].tolist() == ["man", "man"]


def test_where_with_a_list_puts_the_cells_in_its_order():
    rows = [(p, g, n) for n, (p, g) in enumerate(product(["employed", "same"], ["woman", "man"]))]
    got = followup(*rows).where(gender=["man", "unknown", "woman"]).cells
    exp = [
        ["employed", "man", 1],
        ["same", "man", 3],
        ["employed", "woman", 0],
        ["same", "woman", 2],
    ]
    assert got[["place", "gender", "n"]].to_numpy().tolist() == exp
    wide = followup(*rows).where(place=["same", "employed"]).table("gender").frame
    assert wide.to_numpy().tolist() == [["same", 2, 3], ["employed", 0, 1]]


def test_where_keeps_what_is_hidden_with_its_cell():
    rows = [("employed", "woman", 7), ("same", "woman", None), ("same", "man", 6)]
    table = followup(*rows).where(place=["same", "employed"]).where(gender="woman").table()
    assert table.frame["place"].tolist() == ["same", "employed"]
    assert table.hidden["n"].tolist() == [True, False]


def test_group_sees_its_own_cells_and_all_groups_are_told_in_bands():
    cells = pd.DataFrame({"lokus_id": ["A", "B"], "presence": "left", "n": [7, 8], "hidden": False})
    own = counts_of(cells, "respondents", group="B", rules=SUPPRESS)
    assert own.cells[["presence", "n"]].to_numpy().tolist() == [["left", 8]]
    assert not own.band
    assert counts_of(cells, "respondents", group=None, rules=SUPPRESS).band


# Shares


def test_share_of_protected_counts_by_hand():
    table = followup(("employed", "all", 9), ("reached", "all", 12))
    share = table.shares("place", "employed", "reached")
    assert share.value("share", gender="all").value == 0.75
    # Wilson limits of 9 of 12, as R's prop.test(9, 12, correct = FALSE) gives them.
    got = [share.value(limit, gender="all").value for limit in ("low", "high")]
    assert got == pytest.approx([0.467694665, 0.911058332], abs=1e-9)


@pytest.mark.parametrize(("count", "base"), [(None, 12), (9, None), (None, None)])
def test_share_of_a_hidden_count_or_base_is_hidden_with_its_interval(count, base):
    table = followup(("employed", "all", count), ("reached", "all", base))
    share = table.shares("place", "employed", "reached")
    assert all(hidden(share, *FIGURES, gender="all"))
    assert share.frame[list(FIGURES)].isna().all(axis=None)
    # The base is a count of its own.
    assert share.value("n").hidden == (base is None)
    assert pd.isna(share.value("n").value) == (base is None)


@pytest.mark.parametrize(("base", "is_hidden"), [(5, True), (9, True), (10, False)])
def test_share_on_a_base_under_twice_the_threshold_is_hidden(base, is_hidden):
    table = followup(("employed", "all", 0), ("reached", "all", base))
    share = table.shares("place", "employed", "reached")
    assert hidden(share, *FIGURES, gender="all") == [is_hidden] * 4
    assert share.value("n").value == base


def test_share_on_any_base_is_shown_of_open_data():
    table = followup(("employed", "all", 1), ("reached", "all", 4), rules=OPEN)
    assert table.shares("place", "employed", "reached").value("share").value == 0.25


def test_nobody_reached_is_missing_and_not_hidden():
    table = followup(("employed", "all", 0), ("reached", "all", 0))
    cell = table.shares("place", "employed", "reached").value("share", gender="all")
    assert (cell.hidden, bool(np.isnan(cell.value))) == (False, True)


def test_shares_beside_a_band_have_two_decimals():
    rows = [("employed", "all", 9), ("reached", "all", 12)]
    share = followup(*rows, band=True).shares("place", "employed", "reached")
    assert share.value("low", gender="all").value == 0.47


# Composition


def test_each_category_is_a_share_of_them_all():
    # Wilson limits of 9 of 12, as above; ``closed`` is a sum of some of them, and no category.
    table = outcomes(("solved", 9), ("open", 3), ("closed", 9), ("all", 12))
    got = table.composition("outcome")
    assert got.frame["outcome"].tolist() == ["solved", "open"]
    assert got.frame["share"].tolist() == [0.75, 0.25]
    assert got.frame["n"].tolist() == [12, 12]
    limits = [got.value(limit, outcome="solved").value for limit in ("low", "high")]
    assert limits == pytest.approx([0.467694665, 0.911058332], abs=1e-9)


def test_hidden_category_has_no_share_and_the_others_keep_theirs():
    got = outcomes(("solved", 9), ("open", None), ("unsolved", None), ("all", 14))
    got = got.composition("outcome")
    assert all(hidden(got, *FIGURES, outcome="open"))
    assert got.value("share", outcome="solved").value == 9 / 14
    assert got.n_suppressed == 2 * len(FIGURES)


@pytest.mark.parametrize("total", [None, 9])
def test_without_a_base_that_may_be_shown_no_category_has_a_share(total):
    got = outcomes(("solved", 9), ("open", 0), ("all", total)).composition("outcome")
    assert got.hidden[list(FIGURES)].all(axis=None)
    assert got.frame[list(FIGURES)].isna().all(axis=None)


def test_composition_within_each_category_of_another_dimension():
    rows = [("solved", "individual", 9), ("open", "individual", 3), ("all", "individual", 12)]
    other = [("solved", "structural", 5), ("open", "structural", None), ("all", "structural", None)]
    table = counts("cases_by_outcome", ["outcome", "focus"], *rows, *other)
    got = table.composition("outcome")
    assert got.value("share", outcome="solved", focus="individual").value == 0.75
    assert all(hidden(got, *FIGURES, outcome="solved", focus="structural"))
    assert len(got.frame) == 4


def test_named_parts_are_shares_of_a_base_in_their_order():
    rows = [("employed", 9), ("studying", None), ("same", 3), ("lost", 8), ("reached", 12)]
    table = counts("followup", ["place"], *rows, ("all", 20))
    got = table.composition("place", ["lost", "same", "employed"])
    assert got.frame["place"].tolist() == ["lost", "same", "employed"]
    assert got.frame["share"].tolist() == [0.4, 0.15, 0.45]
    of_reached = table.composition("place", ["employed", "studying"], base="reached")
    assert of_reached.frame["n"].tolist() == [12, 12]
    assert of_reached.value("share", place="employed").value == 0.75
    assert all(hidden(of_reached, *FIGURES, place="studying"))


def test_base_of_each_share_is_that_of_its_own_row():
    rows = [
        (wave, place, n)
        for wave, given in ((6, (10, 10, 20)), (12, (20, 5, 25)))
        for place, n in zip(("employed", "lost", "all"), given, strict=True)
    ]
    table = counts("followup", ["wave", "place"], *rows)
    got = table.composition("place", ["lost", "employed"]).frame
    exp = [[6, "lost", 20, 0.5], [12, "lost", 25, 0.2]]
    exp += [[6, "employed", 20, 0.5], [12, "employed", 25, 0.8]]
    assert got[["wave", "place", "n", "share"]].to_numpy().tolist() == exp


def test_category_nobody_is_in_anywhere_is_left_out():
    rows = [
        (wave, place, n)
        for wave, given in ((6, (10, 0, 0, 0, 10)), (12, (10, 5, 0, None, 20)))
        for place, n in zip(("studying", "same", "moved", "worse", "all"), given, strict=True)
    ]
    got = counts("followup", ["wave", "place"], *rows).composition("place").frame
    assert got["place"].unique().tolist() == ["studying", "same", "worse"]
    assert got.loc[got["place"] == "same", "share"].tolist() == [0, 0.25]


@pytest.mark.parametrize("rows", [[("solved", 0), ("all", 0)], []])
def test_composition_of_no_cases_is_empty(rows):
    assert outcomes(*rows).composition("outcome").frame.empty


# Distribution

SPREAD = {
    "agree": ("high", "valid"),
    "disagree": ("low", "valid"),
    "unsure": ("dont_know", "answered_item"),
}


def item(name, *known):
    levels = ("high", "middle", "low", "dont_know", "valid", "answered_item")
    return [(name, level, n) for level, n in zip(levels, known, strict=True)]


def test_several_shares_stand_side_by_side_each_of_its_own_base():
    got = survey(*item("Q1", 8, 6, 6, 5, 20, 25)).distribution("level", SPREAD)
    assert got.frame.columns.tolist() == ["item_id", "n", "agree", "disagree", "unsure"]
    assert got.frame.to_numpy().tolist() == [["Q1", 20, 0.4, 0.3, 0.2]]


def test_only_the_hidden_of_several_shares_are_hidden():
    # A base of nine is under twice the threshold.
    rows = [item("Q1", 10, None, None, 5, 20, 25), item("Q2", 9, 0, 0, 6, 9, 15)]
    got = survey(*rows[0], *rows[1]).distribution("level", SPREAD)
    shares = ("agree", "disagree", "unsure")
    assert hidden(got, *shares, item_id="Q1") == [False, True, False]
    assert hidden(got, *shares, item_id="Q2") == [True, True, False]
    assert got.frame["n"].tolist() == [20, 9]
    assert got.value("unsure", item_id="Q2").value == 0.4
    assert got.frame["disagree"].isna().all()


def test_first_base_that_is_hidden_is_not_shown_by_the_others():
    got = survey(*item("Q1", 10, 5, None, 6, None, 25)).distribution("level", SPREAD)
    assert hidden(got, "n", "agree", "disagree", "unsure") == [True, True, True, False]
    assert got.frame[["n", "agree", "disagree"]].isna().all(axis=None)


# Flows


def two_stages(*first, second=()):
    return {
        ("from_party", "kind"): counts("party_to_kind", ["from_party", "kind"], *first),
        ("kind", "step"): counts("kind_to_step", ["kind", "step"], *second),
    }


def test_flows_are_one_table_stage_after_stage():
    tables = two_stages(("af", "contact", 7), second=[("contact", "advice", 6)])
    got = flows(tables).frame
    assert got.to_numpy().tolist() == [
        ["party_to_kind", "af", "contact", 7],
        ["kind_to_step", "contact", "advice", 6],
    ]
    assert got.columns.tolist() == ["flow", "comes_from", "goes_to", "n"]


def test_zeros_and_sums_do_not_flow_but_hidden_counts_do():
    rows = [
        ("af", "contact", 0),
        ("af", "other", None),
        ("fk", "contact", 5),
        ("all", "contact", 5),
        ("fk", "all", 5),
        ("all", "all", None),
    ]
    got = flows(two_stages(*rows))
    assert got.frame[["comes_from", "goes_to"]].to_numpy().tolist() == [
        ["af", "other"],
        ["fk", "contact"],
    ]
    assert got.hidden["n"].tolist() == [True, False]
    assert got.n_suppressed == 1
    assert pd.isna(got.value("n", comes_from="af").value)


def test_no_flows_are_an_empty_table():
    assert flows(two_stages()).frame.empty
