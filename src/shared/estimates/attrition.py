"""Loss to follow-up: who is lost, and what the share may be among all who were due.

Two answers to what the lost would have changed: `weighted_share` lets those reached speak for the
lost who are like them in what is known of both, and `bounds` assumes nothing about the lost.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import expit, logit, ndtri

from shared.estimates.proportions import wilson
from shared.estimates.response_model import flags, response_model

LOWEST_CHANCE = 0.05


@dataclass(frozen=True)
class WeightedShare:
    """A share among all due, those reached weighted to be like them.

    n, reached     : people due, and of them reached with a known outcome.
    share          : 0 to 1, with 95 % limits ``low`` and ``high``.
    effective_n    : reached people of equal weight that would say as much, (sum w)**2 / sum w**2.
    largest_weight : people due that one person reached speaks for at most, up to 20.
    truncated      : people reached whose weight was cut to 20.
    covariates     : those used; none means the plain share of those reached.
    left_out       : those given but not used.
    """

    n: int
    reached: int
    share: float
    low: float
    high: float
    effective_n: float
    largest_weight: float
    truncated: int
    covariates: tuple[str, ...]
    left_out: tuple[str, ...]


def weighted_share(
    outcome: pd.Series, reached: pd.Series, covariates: pd.DataFrame
) -> WeightedShare:
    """Return the share with an outcome among all due, weighted by the chance of being reached.

    outcome    : 0 or 1 (or False and True) of those reached; others are not looked at. A person
                 reached whose outcome is missing counts as lost.
    reached, covariates : as in `response_model`, whose rules decide which covariates are used.
    Each person reached speaks for 1 / chance people due (Hajek's ratio estimate). It holds if those
    lost are like those reached with the same covariates. A chance below 0.05 counts as 0.05: more
    than 20 people due on the word of one would be extrapolation, and noise.
    The limits are on the logit scale, with a sandwich variance that knows that the chances are
    estimated, times reached / (reached - coefficients). They are Wilson limits when no covariate is
    used, as when nobody is lost (the share is then that of those reached), and Wilson limits of
    the effective n when all reached have the same outcome. With nobody reached, figures are NaN.
    Raises ValueError as `response_model`, and for an outcome other than 0 and 1.
    Source: Lunceford and Davidian (2004), Statistics in Medicine 23, 2937-2960, for the stacked
    estimating equations; Seaman and White (2013), Statistical Methods in Medical Research 22,
    278-295, for the method.
    """
    told = outcome.where(flags(reached, covariates)).astype(float)
    wrong = int((told.notna() & ~told.isin([0, 1])).sum())
    if wrong:
        raise ValueError(f"{wrong} of {len(told)} outcomes are neither 0 nor 1. No others count.")
    seen = told.notna()
    model = response_model(seen, covariates)
    chance = model.chance.to_numpy()
    weights = seen.to_numpy() / np.clip(chance, LOWEST_CHANCE, 1)
    share, low, high = _share(told.fillna(0).to_numpy(), weights, model.design.to_numpy(), chance)
    return WeightedShare(
        n=model.n,
        reached=model.reached,
        share=share,
        low=low,
        high=high,
        effective_n=_effective_n(weights),
        largest_weight=float(weights.max()) if model.reached else np.nan,
        truncated=int((seen.to_numpy() & (chance < LOWEST_CHANCE)).sum()),
        covariates=tuple(model.design.columns.unique("covariate"))[1:],
        left_out=model.left_out,
    )


def bounds(
    successes: ArrayLike | pd.Series, reached: ArrayLike | pd.Series, lost: ArrayLike | pd.Series
) -> pd.DataFrame:
    """Return the lowest and highest share there can be among all due, one row per group.

    successes : how many of those reached have the property, one number or shape (groups,).
    reached   : how many were reached. lost : how many were due and not reached.
    Series are paired by index.
    Returns the counts given, ``lowest`` (no one lost has it), ``highest`` (all lost have it), and
    ``low`` and ``high``: the lower 95 % Wilson limit of the lowest and the upper of the highest,
    so that sampling uncertainty is within. Proportions, 0 to 1; NaN where nobody was due or a count
    is missing.
    Raises ValueError for more successes than reached, or a negative count.
    Source: Horowitz and Manski (2000), Journal of the American Statistical Association 95, 77-84.
    """
    counts = {"successes": successes, "reached": reached, "lost": lost}
    single = all(np.isscalar(count) for count in counts.values())
    table = pd.DataFrame(counts, index=[0] if single else None)
    known, seen, gone = (table[name].astype(float) for name in counts)
    wrong = int(((known < 0) | (known > seen) | (gone < 0)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(table)} groups have a negative count or more successes than reached. "
            "Successes must lie between 0 and those reached, and lost be 0 or more."
        )
    least, most = wilson(known, seen + gone), wilson(known + gone, seen + gone)
    return table.assign(
        lowest=least["share"], highest=most["share"], low=least["low"], high=most["high"]
    )


def _share(
    told: np.ndarray, weights: np.ndarray, design: np.ndarray, chance: np.ndarray
) -> tuple[float, float, float]:
    """Return the weighted mean of ``told`` with limits, all shapes (people,) or (people, ...)."""
    if not weights.any():
        return np.nan, np.nan, np.nan
    share = float(np.average(told, weights=weights))
    coefficients = design.shape[1] - 1
    if not coefficients or share in (0, 1):
        size = _effective_n(weights)
        row = wilson(share * size, size).iloc[0]
        return share, float(row["low"]), float(row["high"])
    reached = np.count_nonzero(weights)
    variance = _sandwich(told - share, weights, design, chance)
    half = np.sqrt(variance * reached / (reached - coefficients)) / (share * (1 - share))
    low, high = expit(logit(share) + ndtri(0.975) * half * np.array([-1, 1]))
    return share, float(low), float(high)


def _sandwich(
    residual: np.ndarray, weights: np.ndarray, design: np.ndarray, chance: np.ndarray
) -> float:
    """Return the variance of the weighted mean, from each person's influence on it."""
    weighted = weights * residual
    # A weight that is cut no longer moves with the coefficients.
    slope = design.T @ (weighted * (1 - chance) * (chance >= LOWEST_CHANCE))
    information = (design.T * (chance * (1 - chance))) @ design
    scores = design * ((weights > 0) - chance)[:, None]
    influence = weighted - scores @ np.linalg.solve(information, slope)
    return float((influence**2).sum() / weights.sum() ** 2)


def _effective_n(weights: np.ndarray) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0
