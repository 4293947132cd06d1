"""The propensity score: the chance of being treated, given the covariates.

Source: Rosenbaum and Rubin (1983), Biometrika 70, 41-55.
"""

import warnings

import numpy as np
import pandas as pd

from shared.estimates.effect.people import People, people

# Where a covariate tells who is treated there is no finite log odds; the iterations stop at errors
# in the thousands, counted per standard deviation of the covariate.
LARGEST_SE = 100.0


def propensity(
    treated: pd.Series, covariates: pd.DataFrame, outcome: pd.Series | None = None
) -> pd.Series:
    """Return the propensity score of everyone with all values known, by logistic regression.

    treated, covariates : as `people.people` takes them.
    outcome             : if given, only people whose outcome is known are used.
    Returns the scores (above 0, below 1) on the index of those people.
    Raises ValueError for what `people.people` refuses, and where the covariates separate the arms.
    Source: R's ``glm(family = binomial)`` gives the same scores.
    """
    who = people(treated, covariates, outcome)
    return pd.Series(score_of(who), who.covariates.index, name="propensity")


def score_of(who: People) -> np.ndarray:
    """Return the propensity score of each of ``who``, shape (n,), or refuse separated arms."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of separation, which shows in the errors
        fit = GLM(who.treated.astype(float), who.design, family=Binomial()).fit(tol=1e-12)
    finite = fit.bse < LARGEST_SE
    if fit.converged and finite.all():
        return np.asarray(fit.fittedvalues)
    # With complete separation every coefficient runs off, and none is to blame alone.
    unbounded = [name for name, kept in zip(who.names, finite[1:], strict=True) if not kept]
    raise ValueError(
        f"Covariate {', '.join(dict.fromkeys(unbounded or who.names))} separates the arms: some "
        "people have a propensity of 0 or 1, with nobody alike in the other arm. Join rare levels, "
        "leave out what decided who took part, or drop those without a counterpart."
    )
