"""Fast rules: a rule put in another form is broken by the same rows, and says the same of them."""

import json
import shutil

import numpy as np
import pandas as pd
import pytest

from shared.checks.check import check
from shared.checks.fast import put_fast
from shared.places import EXPECTATIONS
from shared.study import Study

SET, LIMITS = "column_values_to_be_in_set", "column_values_to_be_between"
DAYS = ["2016-01-01", "1999-12-31", "2100-01-01", None, "2099-12-31", "2000-01-01"]


def where(column, parameter, operator="=="):
    known = {"column": {"name": column}, "operator": operator, "parameter": parameter}
    return {"type": "comparison", **known}


IN_B = {"row_condition": where("lokus_id", "B")}


def rule(kind, **kwargs):
    meta = {"allowed": json.dumps(kwargs), "reason": "."}
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": meta}


RULES = {
    "limits of whole numbers": rule(LIMITS, column="minutes", min_value=0, max_value=1440),
    "a strict limit": rule(LIMITS, column="minutes", min_value=0, strict_min=True),
    "limits of days": rule(
        LIMITS, column="held_on", min_value="2000-01-01", max_value="2099-12-31"
    ),
    "a set of the study's": rule(SET, column="lokus_id", value_set={"$PARAMETER": "study.groups"}),
    "a set of numbers": rule(SET, column="minutes", value_set=[0, 60, 90]),
    "a set that few may leave": rule(SET, column="lokus_id", value_set=["A"], mostly=0.9),
    "limits in some rows": rule(LIMITS, column="minutes", max_value=60, **IN_B),
    "a rule in its own form": rule("column_values_to_not_be_null", column="lokus_id"),
}


@pytest.fixture
def meetings():
    columns = {
        "meeting_id": [f"M{number}" for number in range(6)],
        "minutes": pd.array([0, 60, None, 1441, -1, 90], dtype="Int64"),
        "held_on": pd.to_datetime(DAYS).astype("datetime64[s]"),
        "lokus_id": pd.array(["A", "B", "C", None, "B", "B"], dtype="str"),
    }
    return pd.DataFrame(columns).assign(_file="wave-00/moten.csv", _sheet="", _row=range(2, 8))


@pytest.fixture
def found(meetings, tmp_path):
    """A function that checks one rule, or all, on the meetings; by default as they come."""
    folder = shutil.copytree(EXPECTATIONS, tmp_path / "expectations")
    study = Study(name="s", title="T", waves=[0], groups=[{"id": "A"}, {"id": "B"}])

    def checked(rules):
        text = json.dumps({"name": "moten", "expectations": rules})
        (folder / "moten.json").write_text(text, encoding="utf-8")
        return check({"moten": meetings}, study, folder)

    return checked


@pytest.mark.parametrize("rules", [*RULES, "all together"])
def test_same_faults_as_with_the_rule_in_its_own_form(found, monkeypatch, rules):
    chosen = [RULES[rules]] if rules in RULES else list(RULES.values())
    table, faults = found(chosen)
    monkeypatch.setattr("shared.checks.check.put_fast", lambda rules, table: (rules, table))
    slow, expected = found(chosen)
    assert faults == expected
    pd.testing.assert_frame_equal(table, slow)
    assert (table["n_failed"] > 0).all()


def test_day_that_nanoseconds_cannot_hold_is_compared_all_the_same(found, meetings):
    meetings["held_on"] = meetings["held_on"].mask(
        meetings.index == 2, pd.Timestamp("9999-12-31").as_unit("s")
    )
    _, faults = found([RULES["limits of days"]])
    assert [fault.row for fault in faults] == [3, 4]


def test_only_values_outside_a_set_are_given_to_the_library(meetings):
    ids = [f"M{number}" for number in range(100_000) if number != 3]
    (put,), _ = put_fast([rule(SET, column="meeting_id", value_set=ids)], meetings)
    assert put["type"] == "expect_column_values_to_not_be_in_set"
    assert put["kwargs"]["value_set"] == ["M3"]


def test_numbers_and_days_are_compared_in_numpys_own_types(meetings):
    rules = [RULES["limits of whole numbers"], RULES["limits of days"]]
    put, table = put_fast(rules, meetings)
    types = [table[one["kwargs"]["column"]].dtype for one in put]
    assert types == [np.dtype("float64"), np.dtype("datetime64[ns]")]


def test_table_has_only_the_columns_that_rules_need(meetings):
    _, table = put_fast([RULES["a rule in its own form"], None], meetings)
    assert list(table) == ["lokus_id"]


def test_column_of_a_condition_is_needed(meetings):
    _, table = put_fast([rule("column_values_to_be_unique", column="minutes", **IN_B)], meetings)
    assert list(table) == ["minutes", "lokus_id"]


def test_table_is_whole_where_a_rule_may_look_at_any_column(meetings):
    one = rule("table_row_count_to_be_between", min_value=1)
    _, table = put_fast([one, RULES["a rule in its own form"]], meetings)
    assert set(meetings) <= set(table)
