"""Bootstrap limits of a difference in means, for outcomes as skewed as incomes and costs."""

from dataclasses import replace

import numpy as np
import pandas as pd

from shared.estimates.effect.differences import difference_in_means
from shared.estimates.effect.people import people
from shared.estimates.effect.result import Effect

LIMITS = {"bca": "BCa", "percentile": "percentile"}


def bootstrap_difference(
    outcome: pd.Series,
    treated: pd.Series,
    limits: str = "bca",
    resamples: int = 9999,
    seed: int = 1,
) -> Effect:
    """Return the difference in means with bootstrap error and limits, resampled within each arm.

    outcome, treated : as `people.people` takes them; a missing outcome is left out.
    limits           : ``bca`` (bias-corrected and accelerated) or ``percentile``.
    resamples, seed  : the same seed gives the same figures.
    ``se`` is the standard deviation over the resamples, p is NaN and ``method`` ``bootstrap_`` and
    the limits. Without spread the error and limits are NaN.
    Raises ValueError for what `people.people` refuses, and for other limits.
    Source: Efron (1987), Journal of the American Statistical Association 82, 171-185; R's ``boot``
    with ``strata`` gives the same up to the draws.
    """
    if limits not in LIMITS:
        raise ValueError(f"Limits is {limits!r}. Allowed: {', '.join(LIMITS)}.")
    plain = difference_in_means(outcome, treated)
    who = people(treated, outcome=outcome)
    arms = who.outcome[who.treated], who.outcome[~who.treated]
    se, low, high = np.nan, np.nan, np.nan
    if plain.se > 0:
        se, low, high = _resampled(arms, LIMITS[limits], resamples, seed)
    method = f"bootstrap_{limits}"
    return replace(plain, se=se, low=low, high=high, p=np.nan, df=np.nan, method=method)


def _resampled(
    arms: tuple[np.ndarray, np.ndarray], limits: str, resamples: int, seed: int
) -> tuple[float, float, float]:
    """Return standard error and limits of the difference of two means."""
    from scipy.stats import bootstrap

    found = bootstrap(
        arms,
        lambda inside, outside, axis: inside.mean(axis=axis) - outside.mean(axis=axis),
        n_resamples=resamples,
        batch=500,  # of resamples at a time, which keeps the memory small
        method=limits,
        rng=np.random.default_rng(seed),
    )
    low, high = found.confidence_interval
    return float(found.standard_error), float(low), float(high)
