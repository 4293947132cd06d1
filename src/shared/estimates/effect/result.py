"""What every comparison with a comparison group returns."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtr, stdtrit

from shared.estimates.effect.people import People

ESTIMANDS = ("att", "ate")


@dataclass(frozen=True)
class Effect:
    """Mean outcome with the programme less mean outcome without it, in units of the outcome.

    It is an effect only so far as the arms are alike in all that matters but the programme: by
    lot, or by covariates that were known. A plain difference makes no such claim.

    n_treated, n_comparison : people used in each arm.
    left_out                : rows not used because a value was missing.
    mean_treated            : mean outcome of the treated; for ``ate`` estimated, had all been it.
    mean_comparison         : mean outcome of the comparison people; where they are weighted or
                              modelled, the estimated mean had nobody been treated.
    estimate                : ``mean_treated`` less ``mean_comparison``.
    se, low, high, p        : standard error, 95 % limits and two-sided p of no difference; NaN
                              without spread. p is NaN where the method has none.
    df                      : degrees of freedom of the limits, infinite for the normal.
    method                  : how it was estimated and what the limits are, as a key of words.
    """

    n_treated: int
    n_comparison: int
    left_out: int
    mean_treated: float
    mean_comparison: float
    estimate: float
    se: float
    low: float
    high: float
    p: float
    df: float
    method: str


def effect(
    of: People, means: tuple[float, float], se: float, method: str, df: float = np.inf
) -> Effect:
    """Return the difference of two means (treated, comparison) with limits by t or normal."""
    estimate = float(means[0] - means[1])
    se = float(se) if se > 0 else np.nan
    half = stdtrit(df, 0.975) * se
    return Effect(
        n_treated=int(of.treated.sum()),
        n_comparison=int((~of.treated).sum()),
        left_out=of.left_out,
        mean_treated=float(means[0]),
        mean_comparison=float(means[1]),
        estimate=estimate,
        se=se,
        low=float(estimate - half),
        high=float(estimate + half),
        p=float(2 * stdtr(df, -abs(estimate / se))),
        df=float(df),
        method=method,
    )


def standard_error(influence: np.ndarray) -> float:
    """Return the standard error of an estimate from each person's influence on it, shape (n,)."""
    n = len(influence)
    return float(np.sqrt((influence**2).sum() / (n * (n - 1))))


def require_estimand(estimand: str) -> None:
    """Raise ValueError for an estimand that is not known."""
    if estimand not in ESTIMANDS:
        raise ValueError(
            f"Estimand is {estimand!r}. Allowed: att (the treated) and ate (everyone)."
        )
