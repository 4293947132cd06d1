"""Regression imputation, against R and statsmodels, by definition and by hand."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.effect.imputation import expected_outcome, imputed_effect
from shared.estimates.effect.people import people


def test_effect_matches_r(earnings):
    got = imputed_effect(*earnings)
    assert got.estimate == pytest.approx(1647.58325, abs=1e-3)
    assert got.mean_treated - got.mean_comparison == pytest.approx(got.estimate)
    assert got.method == "imputation_att"
    # statsmodels TreatmentEffect.ra(effect_group=1), whose residuals are not enlarged by leverage.
    assert got.se == pytest.approx(808.979527, rel=0.02)
    assert got.se > 808.979527
    assert got.high == pytest.approx(got.estimate + 1.959964 * got.se)


def test_error_is_that_of_predictions_without_each_person(earnings):
    outcome, treated, covariates = (part.iloc[60:340:4] for part in earnings)
    covariates = covariates[["age", "educ"]]
    got = imputed_effect(outcome, treated, covariates)
    x = np.column_stack([np.ones(len(covariates)), covariates])
    y, inside = outcome.to_numpy(), treated.to_numpy() == 1

    def fit(rows):
        return np.linalg.lstsq(x[rows], y[rows], rcond=None)[0]

    own = y[inside] - x[inside] @ fit(~inside)
    others = np.flatnonzero(~inside)
    missed = np.array([y[i] - x[i] @ fit(np.setdiff1d(others, i)) for i in others])
    pull = x[inside].mean(axis=0) @ np.linalg.pinv(x[others])
    exp = ((own - own.mean()) ** 2).sum() / len(own) ** 2 + (pull**2 * missed**2).sum()
    assert got.se**2 == pytest.approx(exp * len(y) / (len(y) - 1))
    assert got.estimate == pytest.approx(own.mean())


def test_one_category_gives_differences_within_levels(small):
    assert imputed_effect(*small).estimate == pytest.approx(50 / 12)


def test_expected_outcome_is_of_the_arm_asked_for(small):
    outcome, treated, covariates = small
    who = people(treated, covariates, outcome)
    assert expected_outcome(who, among=True) == pytest.approx([8] * 10 + [3] * 10)
    assert expected_outcome(who, among=False) == pytest.approx([3] * 10 + [0.5] * 10)


def test_level_without_comparison_people_is_refused(small):
    outcome, treated, _ = small
    young = pd.DataFrame({"age": treated.where(treated.index < 5, False).map(str)})
    with pytest.raises(ValueError, match="Among the 8 comparison people a covariate is constant"):
        imputed_effect(outcome, treated, young)


def test_comparison_person_alone_in_a_level_is_refused(small):
    outcome, treated, covariates = small
    other = covariates.index.isin([0, 1, 8])
    who = people(treated, pd.DataFrame({"other": other}), outcome)
    with pytest.raises(ValueError, match="1 of 8 people are alone"):
        expected_outcome(who, among=False)
