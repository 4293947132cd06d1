"""Doubly robust effects, against R, by hand, and by a planted truth when one model is wrong."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.effect.differences import difference_in_means
from shared.estimates.effect.doubly_robust import doubly_robust_effect
from shared.estimates.effect.imputation import imputed_effect
from shared.estimates.effect.people import people
from shared.estimates.effect.propensity import propensity
from shared.estimates.effect.weighting import weighted_effect


@pytest.mark.parametrize(
    ("normalised", "estimate", "method"),
    [(True, 1231.04432, "aipw_att_hajek"), (False, 1226.54374, "aipw_att_ht")],
)
def test_effect_on_the_treated_matches_r(earnings, normalised, estimate, method):
    got = doubly_robust_effect(*earnings, normalised=normalised)
    assert got.estimate == pytest.approx(estimate, abs=1e-3)
    assert (got.mean_treated, got.method) == (pytest.approx(6349.1435, abs=1e-3), method)


def test_effect_on_everyone_and_its_error_match_r(smokers):
    got = doubly_robust_effect(*smokers, estimand="ate", normalised=False)
    assert (got.estimate, got.se) == pytest.approx((3.37326463, 0.472844393), abs=1e-4)
    assert got.low == pytest.approx(3.37326463 - 1.959964 * 0.472844393, abs=1e-4)


@pytest.mark.parametrize("normalised", [True, False])
def test_error_on_the_treated_is_that_of_the_efficient_influence(earnings, normalised):
    outcome, treated, covariates = earnings
    got = doubly_robust_effect(*earnings, normalised=normalised)
    inside, score = treated.to_numpy() == 1, propensity(treated, covariates).to_numpy()
    x, y = people(treated, covariates).design, outcome.to_numpy()
    missed = y - x @ np.linalg.lstsq(x[~inside], y[~inside], rcond=None)[0]
    odds = np.where(inside, 0, score / (1 - score))
    if normalised:
        rest = odds @ missed / odds.sum()
        lost = odds * (missed - rest) / odds.mean()
    else:
        rest = odds @ missed / inside.sum()
        lost = (odds * missed - inside * rest) / inside.mean()
    own = inside * (missed - missed[inside].mean()) / inside.mean()
    assert got.estimate == pytest.approx(missed[inside].mean() - rest)
    assert got.se == pytest.approx((own - lost).std(ddof=1) / np.sqrt(len(y)))


@pytest.mark.parametrize("normalised", [True, False])
@pytest.mark.parametrize(("estimand", "estimate"), [("att", 50 / 12), ("ate", 3.75)])
def test_one_category_gives_differences_within_levels(small, estimand, normalised, estimate):
    got = doubly_robust_effect(*small, estimand=estimand, normalised=normalised)
    assert got.estimate == pytest.approx(estimate)


def test_other_estimand_is_refused(small):
    with pytest.raises(ValueError, match="Estimand is 'atc'"):
        doubly_robust_effect(*small, estimand="atc")


# Planted truth: those with low x take part, and would have fared worse.

TRUTH = 2.0


def planted(seed, score_by, outcome_by):
    """Return 4000 people with an effect of 2, and x; who takes part and how it goes follow curves.

    score_by, outcome_by : functions of x for the log odds of taking part and the mean outcome.
    """
    draw = np.random.default_rng(seed)
    x = draw.normal(size=4000)
    treated = draw.random(4000) < 1 / (1 + np.exp(-score_by(x)))
    outcome = TRUTH * treated + outcome_by(x) + draw.normal(size=4000)
    return pd.Series(outcome), pd.Series(treated), pd.DataFrame({"x": x})


def line(x):
    return -x


def bend(x):
    return -x + 0.7 * (x**2 - 1)


def off(found):
    """Return how many standard errors the estimate is from the truth."""
    return abs(found.estimate - TRUTH) / found.se


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("estimand", ["att", "ate"])
def test_planted_effect_is_found_where_the_plain_difference_misses_it(seed, estimand):
    data = planted(seed, line, lambda x: 1.5 * x)
    assert off(difference_in_means(*data[:2])) > 10
    assert off(weighted_effect(*data, estimand=estimand)) < 3
    assert off(doubly_robust_effect(*data, estimand=estimand)) < 3
    assert off(imputed_effect(*data)) < 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_right_outcome_model_makes_up_for_a_wrong_propensity(seed):
    data = planted(seed, lambda x: 0.8 * x**2 - 1 - 0.5 * x, lambda x: 1.5 * x)
    assert off(doubly_robust_effect(*data)) < 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_right_propensity_makes_up_for_a_wrong_outcome_model(seed):
    data = planted(seed, line, bend)
    assert off(imputed_effect(*data)) > 3
    assert off(doubly_robust_effect(*data)) < 3


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_two_wrong_models_miss_the_effect(seed):
    data = planted(seed, lambda x: 0.8 * x**2 - 1 - 0.5 * x, bend)
    assert off(doubly_robust_effect(*data)) > 3
