"""Unit costs: each test states one rule and kronor worked by hand."""

import numpy as np
import pandas as pd
import pytest

from shared.economics.unit_costs import unit_costs

COSTS = {"addon": 600.0, "support": 400.0, "all": 1000.0}


def amounts(counts, costs=COSTS):
    """Return the amount by measure and cost base."""
    table = unit_costs(costs, counts)
    return table.set_index(["measure", "cost_base"])["amount"].to_dict()


def test_each_measure_divides_the_cost_of_what_it_counts():
    counts = {"participations": 10, "steps": 6, "in_work_or_study": 4, "cases": 8}
    assert amounts(counts | {"closed_issues": 2}) == {
        ("cost_per_participation", "all"): 100.0,
        ("cost_per_participation", "addon"): 60.0,
        ("cost_per_step", "addon"): 100.0,
        ("cost_per_person_in_work_or_study", "addon"): 150.0,
        ("cost_per_case", "support"): 50.0,
        ("cost_per_closed_issue", "support"): 200.0,
    }


def test_measures_carry_how_many_they_rest_on():
    got = unit_costs(COSTS, {"steps": 6, "closed_issues": 2}).set_index("measure")
    assert got["n"].to_dict() == {"cost_per_step": 6.0, "cost_per_closed_issue": 2.0}


@pytest.mark.parametrize(("n", "exp"), [(None, np.nan), (pd.NA, np.nan), (np.nan, np.nan), (0, 0)])
def test_hidden_number_or_nobody_has_no_unit_cost(n, exp):
    (row,) = unit_costs(COSTS, {"steps": n}).to_dict("records")
    assert np.isnan(row["amount"])
    assert row["n"] == pytest.approx(exp, nan_ok=True)


def test_hidden_number_hides_its_own_measure_only():
    got = amounts({"cases": None, "closed_issues": 2})
    assert np.isnan(got["cost_per_case", "support"])
    assert got["cost_per_closed_issue", "support"] == 200.0


def test_cost_that_is_not_known_has_no_unit_cost():
    assert np.isnan(amounts({"cases": 8}, {"support": np.nan})["cost_per_case", "support"])


def test_what_is_not_counted_has_no_row():
    assert list(amounts({"cases": 8})) == [("cost_per_case", "support")]
    assert list(unit_costs(COSTS, {})) == ["measure", "cost_base", "n", "amount"]


def test_only_bases_that_are_needed_must_be_given():
    assert amounts({"cases": 8}, {"support": 400.0}) == {("cost_per_case", "support"): 50.0}
    with pytest.raises(ValueError, match="No cost of addon, all"):
        unit_costs({"support": 400.0}, {"participations": 8})


def test_count_of_something_else_is_refused():
    with pytest.raises(ValueError, match="Counts of meetings; known are participations, steps"):
        unit_costs(COSTS, {"meetings": 3})


def test_negative_count_is_refused():
    with pytest.raises(ValueError, match="number of steps is below 0"):
        unit_costs(COSTS, {"steps": -1, "cases": 1})
