"""Conditions beside results: pooled per band of several groups, and never one group's alone."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.estimates.context import by_condition
from shared.estimates.proportions import wilson

GROUPS = list("ABCDEFGHI")
MEASURES = ["ill_health_days", "unemployment", "low_education"]


def context(**values):
    rows = [
        (group, 2026, name, value)
        for name, given in values.items()
        for group, value in zip(GROUPS, given, strict=False)
    ]
    return pd.DataFrame(rows, columns=["lokus_id", "year", "indicator", "value"])


def results(n=9):
    numbers = np.arange(1, n + 1)
    return pd.DataFrame({"lokus_id": GROUPS[:n], "successes": numbers, "n": 10 * numbers})


def test_people_of_a_band_are_pooled_not_its_groups_averaged():
    found = by_condition(context(unemployment=range(9)), results(), ["unemployment"])
    assert found["band"].tolist() == ["low", "middle", "high"]
    assert found["groups"].tolist() == [3, 3, 3]
    assert found["successes"].tolist() == [6, 15, 24]
    assert found["n"].tolist() == [60, 150, 240]
    assert found["share"].tolist() == pytest.approx([0.1] * 3)
    expected = wilson([6.0, 15.0, 24.0], [60.0, 150.0, 240.0])
    assert found[["low", "high"]].to_numpy() == pytest.approx(expected[["low", "high"]].to_numpy())


def test_latest_year_holds():
    old = context(unemployment=range(9)).assign(year=2025)
    new = context(unemployment=range(9, 0, -1))
    found = by_condition(pd.concat([new, old]), results(), ["unemployment"])
    assert found["year"].unique().tolist() == [2026]
    assert found.set_index("band")["successes"].to_dict() == {"low": 24, "middle": 15, "high": 6}


def test_measure_without_two_bands_or_with_a_lone_group_missing_is_left_out():
    assert by_condition(context(unemployment=[3] * 9), results(), ["unemployment"]).empty
    assert by_condition(context(unemployment=range(5)), results(5), ["unemployment"]).empty
    assert by_condition(context(unemployment=range(8)), results(), ["unemployment"]).empty
    assert by_condition(context(unemployment=range(8)), results(8), ["low_education"]).empty


def test_a_measure_that_would_single_out_groups_beside_another_is_left_out():
    both = context(unemployment=range(8), low_education=[0, 1, 2, 9, 3, 10, 11, 12])
    found = by_condition(both, results(8), ["unemployment", "low_education"])
    assert found["condition"].unique().tolist() == ["unemployment"]
    alone = by_condition(both, results(8), ["low_education", "unemployment"])
    assert alone["condition"].unique().tolist() == ["low_education"]
    open_data = by_condition(both, results(8), ["unemployment", "low_education"], apart=True)
    assert open_data["condition"].nunique() == 2


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=9, max_size=9), min_size=3, max_size=3))
def test_no_sum_of_fewer_than_three_groups_follows_from_all_that_is_told(figures):
    table = context(**dict(zip(MEASURES, figures, strict=True)))
    people = results()
    found = by_condition(table, people.assign(successes=1, n=10 ** np.arange(9)), MEASURES)
    # Each n has one digit per group: the groups of a band are read from its sum.
    members = [[int(digit) for digit in f"{int(n):09d}"[::-1]] for n in found["n"]]
    if not members:
        return
    alike = pd.DataFrame(members).T.value_counts()  # groups that no sum tells apart
    assert alike.min() >= 3


def test_group_that_occurs_twice_is_refused():
    with pytest.raises(ValueError, match=r"1 groups occur twice.*Sum"):
        by_condition(context(unemployment=range(9)), pd.concat([results(), results(1)]), [])
