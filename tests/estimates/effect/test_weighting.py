"""Weighted effects, against R and statsmodels, by hand and by moving every person's weight."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.discrete_model import Logit
from statsmodels.regression.linear_model import OLS
from statsmodels.treatment.treatment_effects import TreatmentEffect

from shared.estimates.effect.people import people
from shared.estimates.effect.weighting import weighted_effect, weighted_mean, weights

ALL = [("att", True), ("att", False), ("ate", True), ("ate", False)]


@pytest.mark.parametrize(
    ("normalised", "estimate", "method"),
    [(True, 1214.07122, "ipw_att_hajek"), (False, 1158.58838, "ipw_att_ht")],
)
def test_effect_on_the_treated_matches_r(earnings, normalised, estimate, method):
    got = weighted_effect(*earnings, normalised=normalised)
    assert got.estimate == pytest.approx(estimate, abs=1e-3)
    assert (got.n_treated, got.n_comparison, got.left_out) == (185, 429, 0)
    assert (got.mean_treated, got.method) == (pytest.approx(6349.1435, abs=1e-3), method)


@pytest.mark.parametrize(("estimand", "estimate"), [("ate", 3.44053543), ("att", 3.33625791)])
def test_effects_of_giving_up_smoking_match_r(smokers, estimand, estimate):
    got = weighted_effect(*smokers, estimand=estimand)
    assert got.estimate == pytest.approx(estimate, abs=1e-4)
    assert got.n_treated + got.n_comparison == 1566


@pytest.mark.parametrize(("estimand", "group"), [("att", 1), ("ate", "all")])
def test_errors_match_statsmodels(smokers, estimand, group):
    outcome, treated, covariates = smokers
    got = weighted_effect(outcome, treated, covariates, estimand)
    design = people(treated, covariates).design
    model = OLS(outcome.to_numpy(), design)
    score = Logit(treated.to_numpy(dtype=float), design).fit(disp=0)
    peer = TreatmentEffect(model, treated.to_numpy(dtype=int), results_select=score)
    exp = peer.ipw(effect_group=group).summary_frame().loc["ATE"]
    # Its limits are normal too; it divides by n, and iterates.
    assert (got.estimate, got.se) == pytest.approx((exp["coef"], exp["std err"]), rel=1e-3)
    limits = (exp["Conf. Int. Low"], exp["Conf. Int. Upp."])
    assert (got.low, got.high) == pytest.approx(limits, abs=2e-3)


@pytest.mark.parametrize(("estimand", "normalised"), ALL)
def test_error_is_how_each_person_moves_the_estimate(earnings, estimand, normalised):
    outcome, treated, covariates = (part.iloc[60:340:4] for part in earnings)
    covariates = covariates[["age", "educ", "re74"]]
    got = weighted_effect(outcome, treated, covariates, estimand, normalised)
    x = people(treated, covariates).design
    y, t = outcome.to_numpy(), treated.to_numpy()

    def estimate(counts):
        """Return the estimate when every person counts so many times, from the definition."""
        score = np.full(len(t), 0.5)
        beta = np.zeros(x.shape[1])
        for _ in range(30):
            curve = (x.T * (counts * score * (1 - score))) @ x
            beta = beta + np.linalg.solve(curve, x.T @ (counts * (t - score)))
            score = 1 / (1 + np.exp(-x @ beta))
        inside = counts * t / (score if estimand == "ate" else 1)
        outside = counts * (1 - t) / (1 - score) * (score if estimand == "att" else 1)
        size = (counts * (t if estimand == "att" else 1)).sum()
        sizes = (inside.sum(), outside.sum()) if normalised else (size, size)
        return inside @ y / sizes[0] - outside @ y / sizes[1]

    n, step = len(t), 1e-4
    moves = np.eye(n) * step
    influence = [(estimate(1 + up) - estimate(1 - up)) / (2 * step) for up in moves]
    assert got.estimate == pytest.approx(estimate(np.ones(n)))
    assert got.se == pytest.approx(
        np.sqrt((np.array(influence) ** 2).sum() * n / (n - 1)), rel=1e-5
    )


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize(("estimand", "estimate"), [("att", 50 / 12), ("ate", 3.75)])
def test_one_category_gives_differences_within_levels(small, estimand, normalised, estimate):
    # Young 8 - 3 = 5 and old 3 - 0.5 = 2.5: by the treated 8 to 4, by everyone 10 to 10.
    got = weighted_effect(*small, estimand=estimand, normalised=normalised)
    assert got.estimate == pytest.approx(estimate)


def test_weights_by_hand():
    score, treated = np.array([0.8, 0.8, 0.5]), np.array([True, False, False])
    assert weights(score, treated) == pytest.approx([1, 4, 1])
    assert weights(score, treated, "ate") == pytest.approx([1.25, 5, 2])


def test_weighted_mean_by_hand():
    values, weight = np.array([1.0, 4.0]), np.array([1.0, 2.0])
    assert weighted_mean(values, weight, weight)[0] == 3
    assert weighted_mean(values, weight, np.ones(2))[0] == 4.5


def test_missing_values_are_left_out(small):
    outcome, treated, covariates = small
    got = weighted_effect(outcome.mask(outcome == 0), treated, covariates)
    # Old: 4 treated with 3 and 3 others with 1. Young as before.
    assert (got.left_out, got.n_comparison) == (3, 5)
    assert got.estimate == pytest.approx((8 * 5 + 4 * 2) / 12)


def test_other_estimand_is_refused(small):
    with pytest.raises(ValueError, match=r"Estimand is 'atc'. Allowed: att .* and ate"):
        weighted_effect(*small, estimand="atc")
    with pytest.raises(ValueError, match="Estimand is 'atc'"):
        weights(np.array([0.5]), np.array([True]), "atc")


def test_separated_arms_are_refused():
    treated = pd.Series([True] * 10 + [False] * 10)
    with pytest.raises(ValueError, match="separates the arms"):
        weighted_effect(pd.Series(range(20)), treated, pd.DataFrame({"days": range(20)}))
