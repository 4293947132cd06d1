"""Balance and overlap, against R and by hand."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.effect.balance import balance

BEFORE = {
    "age": -0.309445262,
    "educ": 0.0549646614,
    "married": -0.824072978,
    "nodegree": 0.244307253,
    "re74": -0.721083809,
    "re75": -0.290262911,
}
AFTER = {
    "age": 0.118849606,
    "educ": -0.0284158527,
    "married": 0.0473847499,
    "nodegree": 0.0404086404,
    "re74": -0.00214281877,
    "re75": 0.011031784,
}


def test_standardized_differences_match_r(earnings):
    got = balance(*earnings[1:])
    assert got.table.loc[list(BEFORE), "smd_before"].to_dict() == pytest.approx(BEFORE, abs=1e-6)
    assert got.table.loc[list(AFTER), "smd_after"].to_dict() == pytest.approx(AFTER, abs=1e-3)
    assert got.effective_comparison == pytest.approx(99.8153863, abs=1e-3)
    assert got.effective_treated == pytest.approx(185)
    assert (got.n_treated, got.n_comparison, got.left_out) == (185, 429, 0)


def test_one_covariate_out_of_balance_is_not_fit(earnings):
    got = balance(*earnings[1:])  # age is .119 after weighting
    assert not got.balanced
    assert got.overlapping
    assert not got.fit


def test_every_level_is_shown(earnings):
    got = balance(*earnings[1:]).table
    levels = [name for name in got.index if name.startswith("race")]
    assert sorted(levels) == ["race: black", "race: hispan", "race: white"]
    assert got.loc[levels, "mean_treated"].sum() == pytest.approx(1)


def test_effect_on_the_treated_by_hand(small):
    # Young 8 of the 12 treated and 2 of the 8 others, whose odds make them 8 of 12 too.
    _, treated, covariates = small
    got = balance(treated, covariates)
    row = got.table.loc["age: young"]
    assert (row["mean_treated"], row["mean_comparison"]) == pytest.approx((8 / 12, 2 / 8))
    assert (row["weighted_treated"], row["weighted_comparison"]) == pytest.approx((8 / 12, 8 / 12))
    spread = np.sqrt(8 / 12 * 4 / 12 * 12 / 11)
    assert row["smd_before"] == pytest.approx((8 / 12 - 2 / 8) / spread)
    assert row["smd_after"] == pytest.approx(0, abs=1e-8)
    # Weights 4, 4 and six of 2/3: 12 squared over 32 + 24/9, and 4 of 12 on one person.
    assert got.effective_comparison == pytest.approx(144 / (32 + 24 / 9))
    assert got.heaviest == pytest.approx(4 / 12)
    assert got.outside == 0
    assert got.balanced
    assert not got.overlapping
    assert not got.fit


def test_effect_on_everyone_by_hand(small):
    _, treated, covariates = small
    got = balance(treated, covariates, estimand="ate")
    row = got.table.loc["age: young"]
    assert (row["weighted_treated"], row["weighted_comparison"]) == pytest.approx((0.5, 0.5))
    variances = [8 / 12 * 4 / 12 * 12 / 11, 2 / 8 * 6 / 8 * 8 / 7]
    assert row["smd_before"] == pytest.approx((8 / 12 - 2 / 8) / np.sqrt(np.mean(variances)))
    # Treated weigh 1.25 and 2.5, comparison people 5 and 5/3; all sum to 20.
    assert got.effective_treated == pytest.approx(400 / (8 * 1.25**2 + 4 * 2.5**2))
    assert got.effective_comparison == pytest.approx(400 / (2 * 25 + 6 * 25 / 9))
    assert got.heaviest == pytest.approx(5 / 20)


def test_alike_arms_are_fit():
    treated = pd.Series([True] * 40 + [False] * 40)
    got = balance(treated, pd.DataFrame({"age": [*range(40)] * 2}))
    assert got.fit
    assert got.effective_comparison == pytest.approx(40)
    assert got.heaviest == pytest.approx(1 / 40)


@pytest.mark.parametrize(("estimand", "outside"), [("att", 2 / 20), ("ate", 5 / 40)])
def test_people_without_a_counterpart_are_counted(estimand, outside):
    # Treated of 0 to 19, the others of -3 to 17 but one: 2 treated lie above and 3 others below.
    age = [*range(20), *(year for year in range(-3, 18) if year != 5)]
    treated = pd.Series([True] * 20 + [False] * 20)
    got = balance(treated, pd.DataFrame({"age": age}), estimand=estimand)
    assert got.outside == pytest.approx(outside)
    assert not got.overlapping


def test_covariate_on_which_the_treated_are_alike_is_measured_by_all():
    treated = pd.Series([True] * 10 + [False] * 20)
    covariates = pd.DataFrame({"age": [5] * 10 + [*range(20)]})
    got = balance(treated, covariates).table.loc["age"]
    assert got["smd_before"] == pytest.approx((5 - 9.5) / covariates["age"].std())


def test_people_are_those_whose_outcome_is_known(small):
    outcome, treated, covariates = small
    got = balance(treated, covariates, outcome.mask(outcome == 0))
    assert (got.n_comparison, got.left_out) == (5, 3)


def test_other_estimand_is_refused(small):
    with pytest.raises(ValueError, match="Estimand is 'atc'"):
        balance(*small[1:], estimand="atc")
