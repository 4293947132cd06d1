"""Columns of rules: a condition's are needed too, and a rule is unchecked where one is lacking."""

import json
import shutil

import pandas as pd
import pytest

from shared.checks.check import check
from shared.checks.columns import about, needed
from shared.faults import InputError
from shared.places import EXPECTATIONS
from shared.study import Study

LONG = {"type": "comparison", "column": {"name": "minutes"}, "operator": ">", "parameter": 60}
IN_B = {"type": "comparison", "column": {"name": "lokus_id"}, "operator": "==", "parameter": "B"}
DATED = {"type": "nullity", "column": {"name": "held_on"}, "is_null": False}


@pytest.fixture
def found(tmp_path):
    """A function that checks that meetings have an id, or so, under a condition."""
    folder = shutil.copytree(EXPECTATIONS, tmp_path / "expectations")
    study = Study(name="s", title="T", waves=[0], groups=[{"id": "A"}, {"id": "B"}])
    columns = {"lokus_id": ["A", "B", "B"], "minutes": [90, 30, 90], "meeting_id": [None] * 3}
    meetings = pd.DataFrame(columns).astype({"meeting_id": "str", "lokus_id": "str"})
    meetings = meetings.assign(_file="wave-00/moten.csv", _sheet="", _row=range(2, 5))

    def checked(condition, without=()):
        kwargs = {"column": "meeting_id", "row_condition": condition}
        meta = {"allowed": "a value", "reason": "."}
        rule = {"type": "expect_column_values_to_not_be_null", "kwargs": kwargs, "meta": meta}
        text = json.dumps({"name": "moten", "expectations": [rule]})
        (folder / "moten.json").write_text(text, encoding="utf-8")
        table, faults = check({"moten": meetings.drop(columns=list(without))}, study, folder)
        return table["checked"].item(), [(fault.row, fault.column) for fault in faults]

    return checked


@pytest.mark.parametrize(
    ("settings", "columns"),
    [
        ({"column": "a"}, ["a"]),
        ({"column_A": "b", "column_B": "a"}, ["b", "a"]),
        ({"column_list": ["b", "c"]}, ["b", "c"]),
        ({"min_value": 1}, []),
    ],
)
def test_rule_is_about_the_columns_that_it_names(settings, columns):
    assert about(settings) == needed(settings) == columns


@pytest.mark.parametrize(
    ("condition", "columns"),
    [
        (LONG, ["a", "minutes"]),
        (DATED, ["a", "held_on"]),
        ({"type": "and", "conditions": [LONG, IN_B]}, ["a", "minutes", "lokus_id"]),
        (
            {"type": "or", "conditions": [DATED, {"type": "and", "conditions": [LONG, IN_B]}]},
            ["a", "held_on", "minutes", "lokus_id"],
        ),
    ],
)
def test_columns_of_a_condition_are_needed_but_a_rule_is_not_about_them(condition, columns):
    settings = {"column": "a", "row_condition": condition}
    assert (needed(settings), about(settings)) == (columns, ["a"])


@pytest.mark.parametrize(
    ("condition", "rows"),
    [
        (IN_B, [3, 4]),
        (LONG, [2, 4]),
        ({"type": "and", "conditions": [LONG, IN_B]}, [4]),
        ({"type": "or", "conditions": [LONG, IN_B]}, [2, 3, 4]),
        ({"type": "nullity", "column": {"name": "minutes"}, "is_null": True}, []),
    ],
)
def test_rule_holds_for_the_rows_of_its_condition(found, condition, rows):
    checked, faults = found(condition)
    assert checked
    assert [row for row, _ in faults] == rows
    assert {column for _, column in faults} <= {"Mötes-id"}


@pytest.mark.parametrize(
    "condition", [LONG, {"type": "or", "conditions": [IN_B, LONG]}, DATED], ids=str
)
def test_rule_is_unchecked_where_the_column_of_its_condition_was_not_delivered(found, condition):
    assert found(condition, without=["minutes"]) == (False, [])


@pytest.mark.parametrize(
    "condition",
    [
        "minutes > 60",
        {"type": "pass_through", "pass_through_filter": "minutes > 60"},
        {"type": "and", "conditions": [IN_B, "minutes > 60"]},
    ],
)
def test_condition_that_does_not_name_its_columns_is_refused_by_its_file(found, condition):
    with pytest.raises(InputError, match=r"moten\.json: found the row_condition .*minutes > 60"):
        found(condition)
