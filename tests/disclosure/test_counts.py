"""Counts: every cell of a declared table, and every sum an outsider could use, on tiny tables."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.disclosure.counts import CountTable, count, count_tables
from shared.disclosure.protect import protect
from shared.sources.dictionary import code_lists
from shared.study import Study

KINDS = pd.CategoricalDtype(["red", "green", "blue"], ordered=True)
LEVELS = ["high", "not_high", "missing"]
GENDER = ("lokus_id", "gender")
VALID = ["high", "not_high"]


def table(**declared):
    """Declare a table of kinds and levels, with the totals and sums given."""
    return CountTable("t", "r", "answers", **{"dimensions": ["kind"], **declared})


def records(*rows, columns=("lokus_id", "kind")):
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.astype({"kind": KINDS}) if "kind" in frame else frame


def counts(cells):
    """Return the count of each cell, by the cell's categories."""
    return cells.set_index([name for name in cells if name != "n"])["n"].to_dict()


# Cells


def test_counts_for_every_group_and_for_all_groups_together():
    cells, _ = count(records(("A", "red"), ("A", "red"), ("B", "blue")), table(), ["A", "B"])
    assert counts(cells) == {
        ("A", "red"): 2,
        ("A", "blue"): 0,
        ("B", "red"): 0,
        ("B", "blue"): 1,
        ("all", "red"): 2,
        ("all", "blue"): 1,
    }


def test_group_without_records_has_zeros():
    cells, _ = count(records(("A", "red")), table(), ["A", "B"])
    assert counts(cells)[("B", "red")] == 0


def test_categories_that_occur_nowhere_are_left_out_unless_their_order_is_declared():
    rows = records(("A", "high"), columns=("lokus_id", "level"))
    cells, _ = count(rows, table(dimensions=["level"]), ["A"])
    assert cells["level"].drop_duplicates().tolist() == ["high"]
    cells, _ = count(rows, table(dimensions=["level"], order={"level": LEVELS}), ["A"])
    assert cells["level"].drop_duplicates().tolist() == LEVELS


def test_categories_keep_the_order_of_their_code_list():
    cells, _ = count(records(("A", "blue"), ("A", "red")), table(), ["A"])
    assert cells["kind"].drop_duplicates().tolist() == ["red", "blue"]


def test_categories_without_a_list_are_sorted():
    rows = records(("A", "Q2"), ("A", "Q1"), columns=("lokus_id", "item_id"))
    cells, _ = count(rows, table(dimensions=["item_id"]), ["A"])
    assert cells["item_id"].drop_duplicates().tolist() == ["Q1", "Q2"]


def test_gender_is_in_the_order_of_its_code_list_and_the_unknown_are_last():
    rows = records(*(("A", who) for who in ("unknown", "man", "woman")), columns=GENDER)
    cells, _ = count(rows, table(dimensions=["gender"], totals=["gender"]), ["A"])
    assert cells["gender"].drop_duplicates().tolist() == ["woman", "man", "unknown", "all"]
    cells, _ = count(records(("A", "man"), columns=GENDER), table(dimensions=["gender"]), ["A"])
    assert cells["gender"].drop_duplicates().tolist() == ["man"]


def test_missing_values_are_the_last_category_unknown():
    cells, _ = count(records(("A", "red"), ("A", None)), table(totals=["kind"]), ["A"])
    got = counts(cells)
    assert [kind for group, kind in got if group == "A"] == ["red", "unknown", "all"]
    assert (got[("A", "unknown")], got[("A", "all")]) == (1, 2)


def test_totals_and_subtotals_by_hand():
    rows = [("A", "high"), ("A", "not_high"), ("A", "not_high"), ("A", "missing"), ("B", "high")]
    declared = table(
        dimensions=["level"],
        totals=["level"],
        subtotals={"level": {"valid": VALID}},
        order={"level": LEVELS},
    )
    got = counts(count(records(*rows, columns=("lokus_id", "level")), declared, ["A", "B"])[0])
    assert {level: n for (group, level), n in got.items() if group == "A"} == {
        "high": 1,
        "not_high": 2,
        "missing": 1,
        "valid": 3,
        "all": 4,
    }
    assert (got[("all", "valid")], got[("all", "all")]) == (4, 5)


def test_subtotal_counts_only_the_members_that_occur():
    declared = table(subtotals={"kind": {"warm": ["red", "green"]}})
    got = counts(count(records(("A", "red"), ("A", "blue")), declared, ["A"])[0])
    assert got == {(group, kind): 1 for group in ("A", "all") for kind in ("red", "blue", "warm")}


def test_dimensions_cross():
    rows = records(("A", "red", 0), ("A", "red", 6), columns=("lokus_id", "kind", "wave"))
    got = counts(count(rows, table(dimensions=["wave", "kind"]), ["A"])[0])
    assert got == {(group, wave, "red"): 1 for group in ("A", "all") for wave in (0, 6)}


def test_no_records_give_no_cells_but_declared_ones():
    assert count(records(), table(), ["A"])[0].empty
    declared = table(dimensions=["level"], totals=["level"], order={"level": VALID})
    cells, relations = count(records(columns=("lokus_id", "level")), declared, ["A"])
    assert cells["n"].tolist() == [0] * 6
    assert len(relations) == 5


@pytest.mark.parametrize(
    ("row", "name"),
    [(("C", "high"), "lokus_id"), ((None, "high"), "lokus_id"), (("A", "x"), "level")],
)
def test_group_or_category_that_is_not_declared_is_refused(row, name):
    rows = records(("A", "high"), row, columns=("lokus_id", "level"))
    with pytest.raises(ValueError, match=f"t has other values of {name} than it declares"):
        count(rows, table(dimensions=["level"], order={"level": LEVELS}), ["A", "B"])


# Relations


def test_relations_by_hand():
    # Cells: A red, A blue, A all, then B and all groups. Three totals of kinds, three of groups.
    cells, relations = count(
        records(("A", "red"), ("B", "blue")), table(totals=["kind"]), ["A", "B"]
    )
    assert cells["kind"].tolist() == ["red", "blue", "all"] * 3
    got = {(relation.total, relation.parts) for relation in relations}
    exp = {(6, (0, 3)), (7, (1, 4)), (8, (2, 5)), (2, (0, 1)), (5, (3, 4)), (8, (6, 7))}
    assert got == exp
    assert len(relations) == 6


GROUPS = ["A", "B", "C"]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(GROUPS),
        st.sampled_from(["red", "green", "blue", None]),
        st.sampled_from([*LEVELS, None]),
    ),
    max_size=12,
)
DECLARED = table(
    dimensions=["kind", "level"],
    totals=["kind", "level"],
    subtotals={"level": {"valid": VALID}},
    order={"level": LEVELS},
)


def belongs(value, label):
    """Tell from the definition whether a record's value counts in a cell with the label."""
    if label == "valid":
        return value in VALID
    return label == "all" or label == ("unknown" if value is None else value)


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_cells_are_what_counting_by_hand_gives(rows):
    frame = records(*rows, columns=("lokus_id", "kind", "level"))
    cells, _ = count(frame, DECLARED, GROUPS)
    for cell in cells.itertuples(index=False):
        labels = (cell.lokus_id, cell.kind, cell.level)
        exp = sum(all(map(belongs, row, labels)) for row in rows)
        assert cell.n == exp, labels


@settings(deadline=None, max_examples=60)
@given(ROWS)
def test_every_relation_holds_and_every_sum_has_one(rows):
    frame = records(*rows, columns=("lokus_id", "kind", "level"))
    cells, relations = count(frame, DECLARED, GROUPS)
    n = cells["n"].tolist()
    for relation in relations:
        assert n[relation.total] == sum(n[part] for part in relation.parts)
    sums = cells["lokus_id"].eq("all").astype(int) + cells["kind"].eq("all")
    sums += cells["level"].isin(["all", "valid"])
    totals = pd.Series([relation.total for relation in relations], dtype=int).value_counts()
    assert totals.reindex(cells.index, fill_value=0).tolist() == sums.tolist()


# The declared tables


def study(mode):
    return Study(
        name="s",
        title="Study",
        waves={0: date(2016, 1, 15), 6: date(2016, 7, 15)},
        groups=[{"id": "A"}],
        disclosure={"mode": mode},
    )


def participations(*states):
    """Return participations of women, alike in all but their state."""
    frame = pd.DataFrame({"lokus_id": "A", "state": list(states), "gender": "woman"})
    for declared in count_tables().values():
        if declared.records == "participations":
            for name in set(declared.dimensions) - set(frame):
                frame[name] = declared.order.get(name, ["x"])[0]
    return frame


def test_before_and_after_count_only_what_has_ended():
    rows = participations("ended", "ended", "ongoing")
    got = protect({"participations": rows}, study("open"), 6)
    total = {"lokus_id": "A", "occupation_before": "all", "occupation_after": "all"}
    cells = got["occupation_before_after"]
    assert cells.loc[(cells[list(total)] == pd.Series(total)).all(axis=1), "n"].tolist() == [2]
    everyone = got["participations"].query("lokus_id == 'A' and state == 'all' and gender == 'all'")
    assert everyone["n"].tolist() == [3]


def test_survey_answers_are_those_of_the_wave():
    rows = pd.DataFrame({"lokus_id": "A", "item_id": "Q1", "wave": [0, 0, 6], "level": "high"})
    cells = protect({"answers": rows}, study("open"), 6)["survey_answers"]
    assert cells.query("lokus_id == 'A' and level == 'all'")["n"].tolist() == [1]


def test_small_counts_are_hidden_unless_the_study_is_open():
    rows = pd.DataFrame({"lokus_id": "A", "reason": ["anonymous"] * 3})
    hidden = {
        mode: protect({"left_out": rows}, study(mode), 6)["left_out"].set_index(
            ["lokus_id", "reason"]
        )["hidden"][("A", "anonymous")]
        for mode in ("suppress", "open")
    }
    assert hidden == {"suppress": True, "open": False}


def test_declared_tables_sum_and_order_only_their_own_dimensions():
    for declared in count_tables().values():
        described = {*declared.totals, *declared.subtotals, *declared.order}
        assert described <= set(declared.dimensions), declared.id


def test_declared_sums_are_of_declared_categories():
    for declared in count_tables().values():
        for name, sums in declared.subtotals.items():
            known = declared.order.get(name) or list(code_lists()[name])
            for label, members in sums.items():
                assert label not in known, (declared.id, label)
                assert set(members) <= set(known), (declared.id, label)
                assert len(set(members)) == len(members), (declared.id, label)


def test_places_of_the_followup_are_those_of_the_code_list_by_who_was_reached():
    places = code_lists()["followup_place"]
    declared = count_tables()["followup"]
    assert declared.order["place"] == list(places)
    for response in ("reached", "lost"):
        exp = [code.code for code in places.values() if code.group == response]
        assert declared.subtotals["place"][response] == exp
