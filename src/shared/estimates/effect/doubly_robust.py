"""Doubly robust effects: right if the model of who took part or that of the outcome is right."""

import numpy as np
import pandas as pd

from shared.estimates.effect.imputation import expected_outcome
from shared.estimates.effect.people import People, people
from shared.estimates.effect.propensity import score_of
from shared.estimates.effect.result import Effect, effect, require_estimand, standard_error
from shared.estimates.effect.weighting import target, weighted_mean, weights


def doubly_robust_effect(
    outcome: pd.Series,
    treated: pd.Series,
    covariates: pd.DataFrame,
    estimand: str = "att",
    normalised: bool = True,
) -> Effect:
    """Return the augmented inverse probability weighted (AIPW) effect.

    outcome, treated, covariates : as `people.people` takes them.
    estimand   : ``att``, the effect on the treated, or ``ate``, on everyone in both arms.
    normalised : the weights of the residuals sum to 1 (Hájek); otherwise Horvitz-Thompson.
    The mean expected by a linear regression in each arm (``att``: among the comparison people
    only), corrected by the residuals weighted as in `weighting.weighted_effect`. The error is that
    of the efficient influence function, with normal limits; it takes both models as right, and is
    too small where few people carry most of the weight (`balance.Balance.overlapping`).
    ``method`` is ``aipw_att_hajek``, ``aipw_att_ht``, ``aipw_ate_hajek`` or ``aipw_ate_ht``.
    Raises ValueError for what `propensity.propensity` and `imputation.expected_outcome` refuse, and
    for another estimand.
    Source: Robins, Rotnitzky and Zhao (1994), Journal of the American Statistical Association 89,
    846-866; Glynn and Quinn (2010), Political Analysis 18, 36-56.
    """
    require_estimand(estimand)
    who = people(treated, covariates, outcome)
    score = score_of(who)
    inside = _arm(who, score, True, estimand, normalised)
    outside = _arm(who, score, False, estimand, normalised)
    method = f"aipw_{estimand}_{'hajek' if normalised else 'ht'}"
    return effect(who, (inside[0], outside[0]), standard_error(inside[1] - outside[1]), method)


def _arm(
    who: People, score: np.ndarray, arm: bool, estimand: str, normalised: bool
) -> tuple[float, np.ndarray]:
    """Return the mean outcome of the target population in one arm, and each one's influence."""
    about = target(who, estimand)
    weight = weights(score, who.treated, estimand) * (who.treated == arm)
    if arm and estimand == "att":
        return weighted_mean(who.outcome, weight, about)  # seen, so no model is needed
    expected = expected_outcome(who, among=arm)
    mean, influence = weighted_mean(expected, about, about)
    rest, of_rest = weighted_mean(who.outcome - expected, weight, weight if normalised else about)
    return mean + rest, influence + of_rest
