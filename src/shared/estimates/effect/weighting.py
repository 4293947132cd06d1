"""Inverse probability weighting: comparison people count as much as they resemble the treated."""

import numpy as np
import pandas as pd

from shared.estimates.effect.people import People, people
from shared.estimates.effect.propensity import score_of
from shared.estimates.effect.result import Effect, effect, require_estimand, standard_error


def weighted_effect(
    outcome: pd.Series,
    treated: pd.Series,
    covariates: pd.DataFrame,
    estimand: str = "att",
    normalised: bool = True,
) -> Effect:
    """Return the effect by inverse probability weights (`weights`) of a logistic propensity.

    outcome, treated, covariates : as `people.people` takes them.
    estimand   : ``att``, the effect on the treated, or ``ate``, on everyone in both arms.
    normalised : weights of each arm sum to 1 (Hájek); otherwise the sums are divided by the number
                 in the target population (Horvitz-Thompson), which is less stable.
    The error is that of the influence function, the estimated propensity included; normal limits,
    too short where few people carry most of the weight (`balance.Balance.overlapping`).
    ``method`` is ``ipw_att_hajek``, ``ipw_att_ht``, ``ipw_ate_hajek`` or ``ipw_ate_ht``.
    It is an effect if the covariates hold all that decided both who took part and how it went.
    Raises ValueError for what `propensity.propensity` refuses, and for another estimand.
    Source: Lunceford and Davidian (2004), Statistics in Medicine 23, 2937-2960; Hirano, Imbens and
    Ridder (2003), Econometrica 71, 1161-1189.
    """
    require_estimand(estimand)
    who = people(treated, covariates, outcome)
    score = score_of(who)
    inside = _arm(who, score, True, estimand, normalised)
    outside = _arm(who, score, False, estimand, normalised)
    method = f"ipw_{estimand}_{'hajek' if normalised else 'ht'}"
    return effect(who, (inside[0], outside[0]), standard_error(inside[1] - outside[1]), method)


def weights(score: np.ndarray, treated: np.ndarray, estimand: str = "att") -> np.ndarray:
    """Return the weight of each person, shape (n,).

    score   : propensity, above 0 and below 1, shape (n,).
    treated : True or False, shape (n,).
    ``att``: 1 for the treated and the odds score / (1 - score) for the comparison people. ``ate``:
    1 / score and 1 / (1 - score).
    Raises ValueError for another estimand.
    """
    require_estimand(estimand)
    if estimand == "att":
        return np.where(treated, 1.0, score / (1 - score))
    return np.where(treated, 1 / score, 1 / (1 - score))


def weighted_mean(
    values: np.ndarray, weight: np.ndarray, size: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return the sum of weight * value over the sum of ``size``, and each person's influence.

    values, weight, size : shape (n,); ``size`` is ``weight`` again for a normalised mean.
    The influence, shape (n,), takes the weights as known.
    """
    mean = float(weight @ values / size.sum())
    return mean, (weight * values - size * mean) / size.mean()


def target(who: People, estimand: str) -> np.ndarray:
    """Return 1 for those the effect is about and 0 for others, shape (n,)."""
    return who.treated.astype(float) if estimand == "att" else np.ones(len(who.treated))


def _arm(
    who: People, score: np.ndarray, arm: bool, estimand: str, normalised: bool
) -> tuple[float, np.ndarray]:
    """Return the weighted mean outcome of one arm and its influence, the propensity's included."""
    weight = weights(score, who.treated, estimand) * (who.treated == arm)
    size = weight if normalised else target(who, estimand)
    mean, influence = weighted_mean(who.outcome, weight, size)
    # How the weight moves with the log odds of the score: d(1/p) = -(1 - p)/p, d(1/(1-p)) = odds.
    if arm:
        slope = np.zeros(len(score)) if estimand == "att" else -weight * (1 - score)
    else:
        slope = weight if estimand == "att" else weight * score
    moved = slope * (who.outcome - mean if normalised else who.outcome)
    pull = who.design.T @ moved / size.sum()
    return mean, influence + _coefficient_influence(who, score) @ pull


def _coefficient_influence(who: People, score: np.ndarray) -> np.ndarray:
    """Return each person's influence on the logistic coefficients, shape (n, coefficients)."""
    information = (who.design.T * (score * (1 - score))) @ who.design / len(score)
    return np.linalg.solve(information, (who.design.T * (who.treated - score))).T
