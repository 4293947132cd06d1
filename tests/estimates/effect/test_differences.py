"""Differences between arms, against R, by definition and by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.effect.differences import (
    adjusted_difference,
    difference_in_differences,
    difference_in_means,
)

REFERENCE = Path(__file__).parents[2] / "reference"
HALVES = pd.Series([True] * 3 + [False] * 3)


def test_welch_difference_matches_t_test_of_r(trial):
    got = difference_in_means(trial["re78"], trial["treat"] == 1)
    assert (got.n_treated, got.n_comparison, got.left_out) == (185, 260, 0)
    exp = (6349.1435, 4554.80112, 1794.34238)
    assert (got.mean_treated, got.mean_comparison, got.estimate) == pytest.approx(exp, abs=1e-4)
    assert (got.low, got.high) == pytest.approx((474.010451, 3114.67431), abs=1e-4)
    exp = (2.67414549, 307.132494, 0.00789297831)
    assert (got.estimate / got.se, got.df, got.p) == pytest.approx(exp, abs=1e-6)
    assert got.method == "difference_welch"


@pytest.mark.parametrize(("errors", "se"), [("ols", 632.853392), ("hc1", 670.824491)])
def test_regression_errors_match_lm_of_r(trial, errors, se):
    got = difference_in_means(trial["re78"], trial["treat"] == 1, errors)
    assert (got.se, got.df) == (pytest.approx(se, abs=1e-4), 443)
    assert got.method == f"difference_{errors}"


@pytest.mark.parametrize(("errors", "se"), [("ols", 472.086258), ("hc1", 488.138532)])
def test_whole_trial_matches_lm_of_r(errors, se):
    data = pd.read_csv(REFERENCE / "E02_nsw_lalonde722.csv")
    got = difference_in_means(data["re78"], data["trt"], errors)
    assert (got.estimate, got.se) == pytest.approx((886.303731, se), abs=1e-4)
    assert got.n_treated + got.n_comparison == 722


def test_shares_are_compared_as_they_are(trial):
    got = difference_in_means(trial["re78"] > 0, trial["treat"] == 1)
    exp = (0.756756757, 0.646153846)
    assert (got.mean_treated, got.mean_comparison) == pytest.approx(exp, abs=1e-9)


def test_limits_by_hand():
    # Variances 1 and 4 of 3 each: Welch's se is sqrt(5/3) and df 25 / 9 / (1/9 + 16/9) * 2.
    got = difference_in_means(pd.Series([4, 5, 6, 0, 2, 4]), HALVES)
    assert (got.estimate, got.se, got.df) == pytest.approx((3, (5 / 3) ** 0.5, 50 / 17))
    # Pooled variance 2.5 and 4 df: half-width 2.776445 * sqrt(2.5 * 2/3).
    got = difference_in_means(pd.Series([4, 5, 6, 0, 2, 4]), HALVES, "ols")
    assert got.high == pytest.approx(3 + 2.776445 * (5 / 3) ** 0.5, abs=1e-5)


@pytest.mark.parametrize("errors", ["welch", "ols", "hc1"])
def test_no_spread_has_no_limits(errors):
    got = difference_in_means(pd.Series([1.0] * 3 + [0.0] * 3), HALVES, errors)
    assert got.estimate == 1
    assert np.isnan([got.se, got.low, got.high, got.p]).all()


def test_other_errors_are_refused():
    with pytest.raises(ValueError, match=r"Errors is 'hc9'. Allowed: welch, ols, hc1"):
        difference_in_means(pd.Series(range(6)), HALVES, "hc9")


def test_difference_in_differences_matches_lm_of_r(trial):
    got = difference_in_differences(trial["re75"], trial["re78"], trial["treat"])
    assert got.estimate == pytest.approx(1529.19608, abs=1e-4)
    assert got.method == "difference_in_differences_welch"


def test_difference_in_differences_by_hand():
    # Changes 2, 3, 4 of the treated and 1, 1 of the others, one of whom is not seen again.
    before, after = pd.Series([1, 1, 1, 5, 6, 7]), pd.Series([3, 4, 5, 6, 7, None])
    got = difference_in_differences(before, after, HALVES)
    assert (got.mean_treated, got.mean_comparison, got.estimate, got.left_out) == (3, 1, 2, 1)
    # Only the treated spread, so 2 df: half-width 4.302653 * sqrt(1/3).
    assert got.low == pytest.approx(2 - 2.484138, abs=1e-6)


def test_change_of_flags_counts_those_who_left_too():
    before = pd.Series([True, False, False, True, True, False])
    after = pd.Series([True, True, True, False, True, False])
    got = difference_in_differences(before, after, HALVES)
    assert (got.mean_treated, got.mean_comparison) == pytest.approx((2 / 3, -1 / 3))


def test_changes_of_other_people_are_refused():
    with pytest.raises(ValueError, match="Before and after differ in index"):
        difference_in_differences(pd.Series(range(6)), pd.Series(range(6), range(1, 7)), HALVES)


def test_changes_of_text_are_refused_without_repeating_it():
    text = pd.Series(["1", "secret", "3", "4", "5", "6"])
    with pytest.raises(ValueError, match=r"^Before or after is str. Both must be numbers"):
        difference_in_differences(pd.Series(range(6)), text, HALVES)


def test_adjusted_difference_matches_lm_of_r(trial):
    covariates = trial.drop(columns=["treat", "re78"])
    got = adjusted_difference(trial["re78"], trial["treat"], covariates)
    assert got.estimate == pytest.approx(1676.34263, abs=1e-4)
    assert got.mean_comparison == pytest.approx(6349.1435 - 1676.34263, abs=1e-4)
    assert (got.df, got.method) == (445 - 10, "regression_hc3")


def test_adjusted_errors_are_those_of_predictions_without_each_person(trial):
    # HC3 weighs each person by how far the outcome is from a fit without that person.
    rows = trial.iloc[::9]
    got = adjusted_difference(rows["re78"], rows["treat"], rows[["age", "educ"]])
    x = np.column_stack([rows["treat"], np.ones(len(rows)), rows["age"], rows["educ"]])
    y = rows["re78"].to_numpy()
    missed = np.array(
        [
            y[i] - x[i] @ np.linalg.lstsq(np.delete(x, i, 0), np.delete(y, i), rcond=None)[0]
            for i in range(len(y))
        ]
    )
    pull = np.linalg.inv(x.T @ x) @ x.T
    assert got.se == pytest.approx(np.sqrt((pull[0] ** 2 * missed**2).sum()))
    assert got.df == len(rows) - 4


def test_covariate_that_says_who_is_treated_is_refused():
    treated = pd.Series([True] * 6 + [False] * 6)
    covariates = pd.DataFrame({"office": ["a"] * 6 + ["b"] * 6})
    with pytest.raises(ValueError, match="tell exactly who is treated"):
        adjusted_difference(pd.Series(range(12)), treated, covariates)


def test_someone_alone_in_a_level_is_refused():
    treated = pd.Series([True] * 6 + [False] * 6)
    covariates = pd.DataFrame({"office": ["a"] * 11 + ["b"]})
    with pytest.raises(ValueError, match="1 of 12 people are alone"):
        adjusted_difference(pd.Series(range(12)), treated, covariates)
