"""Regression imputation: what the treated could expect, by a model of the comparison people."""

import numpy as np
import pandas as pd

from shared.estimates.effect.people import People, leverage, people
from shared.estimates.effect.result import Effect, effect, standard_error


def imputed_effect(outcome: pd.Series, treated: pd.Series, covariates: pd.DataFrame) -> Effect:
    """Return the effect on the treated: their outcome less what the comparison leads to expect.

    outcome, treated, covariates : as `people.people` takes them.
    The expected outcome is a linear regression among the comparison people, applied to the treated.
    The error is that of the influence function, the estimated regression included (its residuals
    enlarged by leverage, as in HC3); normal limits. ``method`` is ``imputation_att``.
    Raises ValueError for what `people.people` refuses, and where the comparison people do not
    determine the regression.
    Source: Kline (2011), American Economic Review 101, 532-537.
    """
    who = people(treated, covariates, outcome)
    share = who.treated.mean()
    without = expected_outcome(who, among=False)
    mean = float(who.outcome[who.treated].mean())
    expected = float(without[who.treated].mean())
    own = who.treated * (who.outcome - without - (mean - expected)) / share
    influence = own - _influence_of_model(who, without)
    return effect(who, (mean, expected), standard_error(influence), "imputation_att")


def expected_outcome(who: People, among: bool) -> np.ndarray:
    """Return everyone's expected outcome by a linear regression in one arm, shape (n,).

    among : the arm that the regression is fitted in, True for the treated.
    Raises ValueError where that arm does not determine the coefficients, or a person alone does.
    """
    arm = who.treated == among
    x = who.design[arm]
    if np.linalg.matrix_rank(x) < x.shape[1]:
        name = "treated" if among else "comparison people"
        raise ValueError(
            f"Among the {len(x)} {name} a covariate is constant or follows from the others, so "
            "the expected outcome is not determined. Leave it out or join its levels."
        )
    leverage(x)  # refuses those alone, whose residual says nothing
    return who.design @ np.linalg.lstsq(x, who.outcome[arm], rcond=None)[0]


def _influence_of_model(who: People, without: np.ndarray) -> np.ndarray:
    """Return each comparison person's influence on the mean expected of the treated, (n,)."""
    outside = ~who.treated
    x = who.design[outside]
    inverse = np.linalg.inv(x.T @ x)
    influence = np.zeros(len(outside))
    pull = x @ inverse @ who.design[who.treated].mean(axis=0) * len(outside)
    influence[outside] = pull * (who.outcome - without)[outside] / (1 - leverage(x))
    return influence
