"""Cox's regression: how covariates multiply the hazard of an event, whatever its course over time.

statsmodels' ``PHReg`` has no weights, concordance or test of proportional hazards, and takes
minutes for a register of 300 000 spells, so the model is fitted here.

Source: Cox (1972), Journal of the Royal Statistical Society B 34, 187-220; Therneau and Grambsch
(2000), Modeling Survival Data, chapters 3 and 7 (weights). R's ``coxph`` gives the same.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from shared.estimates.time_to_event import partial_likelihood
from shared.estimates.time_to_event.concordance import concordance
from shared.estimates.time_to_event.life_table import Values
from shared.estimates.time_to_event.newton import maximum
from shared.estimates.time_to_event.partial_likelihood import Moments, RiskSets, risk_sets
from shared.estimates.time_to_event.regression import (
    Observations,
    observations,
    require_independent,
    wald_table,
)


@dataclass(frozen=True)
class Cox:
    """A Cox model of n spells of which ``events`` ended in the event.

    table : one row per covariate: ``coefficient`` (log hazard ratio), ``se``, ``hazard_ratio``,
            its Wald 95 % limits ``low`` and ``high``, and two-sided ``p``.
    errors : ``model`` (inverse information) or ``robust`` (sandwich by spell).
    log_likelihood : the log partial likelihood at the coefficients.
    score, score_p : test that all coefficients are 0, chi-square with one df per covariate, and
            its p, both without regard to ``errors``. With one covariate of 0 and 1 and no ties it
            is the log-rank test.
    concordance : share of ordered pairs that the model orders rightly.
    fit   : what `proportional_hazards` needs.
    """

    table: pd.DataFrame
    n: int
    events: int
    errors: str
    log_likelihood: float
    score: float
    score_p: float
    concordance: float
    fit: "Fit" = field(repr=False, compare=False)


@dataclass(frozen=True)
class Fit:
    """The spells, who was at risk (by standardised covariates), and the moments at the maximum."""

    spells: pd.DataFrame
    sets: RiskSets
    now: Moments


def cox(
    duration: Values,
    event: Values,
    covariates: pd.DataFrame,
    *,
    entry: Values | None = None,
    strata: Values | None = None,
    weights: Values | None = None,
    ties: str = "efron",
) -> Cox:
    """Return the regression of the hazard of an event on the columns of ``covariates``.

    duration   : time from start to event or to last follow-up, shape (spells,), 0 or more.
    event      : 1 or True when the event ended the spell, 0 when it was still open.
    covariates : numbers, shape (spells, covariates); categories as columns of 0 and 1.
    entry      : time at which each spell came under observation; without it, from the very start,
                 so that events at time 0 count.
    strata     : groups with a baseline hazard each, shape (spells,).
    weights    : above 0, shape (spells,). Whole numbers stand for so many spells (exactly so with
                 Breslow's ties); any other makes the errors robust, for such weights are no
                 information.
    ties       : ``efron`` or ``breslow``.
    A Series must have the index of ``covariates``.
    Raises ValueError for missing values, negative durations, events other than 0 and 1, spells
    that end at or before their entry, weights of 0 or less, covariates that are constant,
    collinear or not numbers, fewer events than covariates, and a coefficient that runs away.
    """
    from scipy.stats import chi2

    given = observations(duration, event, covariates, entry=entry, strata=strata, weights=weights)
    sets = risk_sets(given.spells, given.z, ties)
    scaled, score = fit_coefficients(sets, given.names)
    now = partial_likelihood.moments(sets, scaled)
    robust = bool((given.spells["weight"] % 1 != 0).any())
    return Cox(
        table=hazard_table(given, sets, scaled, now, robust=robust),
        n=len(given.spells),
        events=len(sets.event),
        errors="robust" if robust else "model",
        log_likelihood=now.loglik,
        score=score,
        score_p=float(chi2.sf(score, len(scaled))),
        concordance=concordance(sets, given.z @ scaled),
        fit=Fit(given.spells, sets, now),
    )


def fit_coefficients(sets: RiskSets, names: list[str]) -> tuple[np.ndarray, float]:
    """Return the coefficients of the covariates in ``sets`` and the score test of all being 0."""

    def loglik(point: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        now = partial_likelihood.moments(sets, point)
        return (
            now.loglik,
            partial_likelihood.score(sets, now),
            partial_likelihood.information(sets, now),
        )

    start = np.zeros(sets.x.shape[1])
    _, score, information = loglik(start)
    unit = float(sets.step.mean())
    require_independent(information / (unit * len(sets.event)), names)
    point = maximum(loglik, start, sets.x, names, unit)
    return point, float(score @ np.linalg.solve(information, score))


def hazard_table(
    given: Observations, sets: RiskSets, scaled: np.ndarray, now: Moments, *, robust: bool
) -> pd.DataFrame:
    """Return the coefficients per unit of each covariate, with model or robust errors.

    scaled : coefficients of the standardised covariates, shape (covariates,).
    """
    covariance = np.linalg.inv(partial_likelihood.information(sets, now))
    if robust:
        residuals = partial_likelihood.score_residuals(sets, now) * sets.weight[:, None]
        covariance = covariance @ (residuals.T @ residuals) @ covariance
    units = np.outer(given.spread, given.spread)
    return wald_table(given.names, scaled / given.spread, covariance / units, "hazard_ratio")
