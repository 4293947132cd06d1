"""Accelerated failure time regression: how covariates stretch or shrink the time to an event.

Source: Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed.,
chapter 3; Burridge (1981), Journal of the Royal Statistical Society B 43, 41-45 (the form in which
the log likelihood is concave, so that there is one maximum). R's ``survreg`` gives the same.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import log_ndtr

from shared.estimates.time_to_event.life_table import Values
from shared.estimates.time_to_event.newton import maximum
from shared.estimates.time_to_event.regression import (
    Observations,
    observations,
    require_independent,
    wald_table,
)


@dataclass(frozen=True)
class Accelerated:
    """A regression of log time of n spells of which ``events`` ended in the event.

    table : ``const`` and then one row per covariate: ``coefficient``, ``se``, ``time_ratio``, its
            Wald 95 % limits ``low`` and ``high``, and two-sided ``p``. A time ratio of 2 means
            that everything takes twice as long; that of ``const`` is the median (lognormal) or the
            time at which 63 % have had the event (weibull) where all covariates are 0.
    scale : spread of log time, as in R's ``survreg``; a weibull's shape is 1 / scale.
    log_likelihood : of the times; comparable between the two distributions.
    """

    distribution: str
    table: pd.DataFrame
    n: int
    events: int
    scale: float
    log_likelihood: float


def accelerated(
    duration: Values, event: Values, covariates: pd.DataFrame, *, distribution: str = "weibull"
) -> Accelerated:
    """Return the regression of log time to the event on the columns of ``covariates``.

    duration     : time from start to event or to last follow-up, shape (spells,), above 0.
    event        : 1 or True when the event ended the spell, 0 when it was still open.
    covariates   : numbers, shape (spells, covariates); categories as columns of 0 and 1.
    distribution : ``weibull`` or ``lognormal``.
    A Series must have the index of ``covariates``.
    Raises ValueError for an unknown distribution, durations of 0, missing values, events other
    than 0 and 1, covariates that are constant, collinear or not numbers, fewer events than
    covariates, and a coefficient that runs away.
    """
    if distribution not in DENSITIES:
        raise ValueError(
            f"Distribution is {distribution!r}. Allowed: {', '.join(sorted(DENSITIES))}."
        )
    given = observations(duration, event, covariates)
    time = given.spells["duration"].to_numpy()
    if none := int((time == 0).sum()):
        raise ValueError(
            f"{none} of {len(time)} durations are 0, and log time has no 0. Count from the day "
            "before the start, or use Cox's regression, which takes them."
        )
    happened = (given.spells["mark"] == 1).to_numpy()
    if happened.sum() < given.z.shape[1] + 2:
        raise ValueError(
            f"{happened.sum()} events cannot carry {given.z.shape[1]} coefficients with a constant "
            "and a scale. Use fewer covariates."
        )
    require_independent(given.z.T @ given.z / len(time), given.names)
    fit = _fit(np.log(time), happened, given, DENSITIES[distribution])
    coefficient, covariance, scale, loglik = fit
    return Accelerated(
        distribution=distribution,
        table=wald_table(["const", *given.names], coefficient, covariance, "time_ratio"),
        n=len(time),
        events=int(happened.sum()),
        scale=scale,
        log_likelihood=loglik - float(np.log(time[happened]).sum()),
    )


def _fit(
    log_time: np.ndarray, happened: np.ndarray, given: Observations, density: "Density"
) -> tuple[np.ndarray, np.ndarray, float, float]:
    """Return coefficients and their covariance, the scale, and the log likelihood of log time.

    The parameters are the precision 1 / scale and the coefficients times it, all of standardised
    log times and covariates; there the log likelihood is concave.
    """
    middle, width = log_time.mean(), log_time.std()
    if width == 0:
        raise ValueError(FITS_EXACTLY)
    design = np.column_stack([-np.ones(len(given.z)), -given.z, (log_time - middle) / width])
    last = design.shape[1] - 1

    def loglik(point: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
        value, slope, bend = density(design @ point, happened)
        score, information = design.T @ slope, -(design.T * bend) @ design
        score[last] += happened.sum() / point[last]
        information[last, last] += happened.sum() / point[last] ** 2
        return value + happened.sum() * np.log(point[last]), score, information

    start = np.append(np.zeros(last), 1.0)
    point = maximum(loglik, start, design, ["const", *given.names, "scale"])
    if np.ptp((design @ point)[happened]) < 1e-6:
        raise ValueError(FITS_EXACTLY)
    value, _, information = loglik(point)
    covariance = np.linalg.inv(information)
    coefficient, covariance = _per_unit(point, covariance, middle, width, given)
    loglik_of_log_time = float(value - happened.sum() * np.log(width))
    return coefficient, covariance, float(width / point[last]), loglik_of_log_time


def _per_unit(
    point: np.ndarray, covariance: np.ndarray, middle: float, width: float, given: Observations
) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients of log time per unit of each covariate, and their covariance.

    point : coefficients times precision, then the precision, of standardised times and covariates;
            covariance is theirs, which the delta method carries over.
    """
    precision = point[-1]
    standard = point[:-1] / precision
    slope = np.column_stack([np.eye(len(standard)), -standard]) / precision
    units = np.diag(width / np.append(1.0, given.spread))
    units[0, 1:] = -width * given.centre / given.spread
    coefficient = units @ standard
    coefficient[0] += middle
    return coefficient, units @ slope @ covariance @ slope.T @ units.T


def _weibull(z: np.ndarray, happened: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the log likelihood of standardised residuals and its two derivatives of each.

    z, happened : shape (spells,). The residual of log time has the density of a least extreme.
    """
    hazard = np.exp(z)
    return float(z[happened].sum() - hazard.sum()), happened - hazard, -hazard


def _lognormal(z: np.ndarray, happened: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return the same as `_weibull` for residuals with the normal density."""
    log_density = -(z**2) / 2 - np.log(2 * np.pi) / 2
    waiting = log_ndtr(-z)
    hazard = np.exp(log_density - waiting)
    value = np.where(happened, log_density, waiting).sum()
    bend = np.where(happened, -1, -hazard * (hazard - z))
    return float(value), np.where(happened, -z, -hazard), bend


Density = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray, np.ndarray]]
DENSITIES: dict[str, Density] = {"weibull": _weibull, "lognormal": _lognormal}
FITS_EXACTLY = (
    "The times of the event follow exactly from the covariates, or are all the same. Without "
    "spread there is no scale to estimate."
)
