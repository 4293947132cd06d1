"""Shares of a group, and the difference between two shares.

The Wilson score interval stays within 0 to 1 and keeps its coverage at the small n of one agency,
where the usual Wald interval does not. A group of nobody has no share: NaN, never an error.

Source: Newcombe (1998), Statistics in Medicine 17, 857-872 (one share, method 3) and 873-890
(two shares, method 1); R's ``prop.test(correct = FALSE)`` gives the same figures.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri


@dataclass(frozen=True)
class ShareDifference:
    """The first share minus the second.

    difference : -1 to 1.
    low, high  : 95 % Wald limits, without continuity correction.
    p          : Pearson's chi-square for equal shares, 1 df, without continuity correction; NaN
                 when everyone or nobody has the property, since the test then has no variance.
    """

    difference: float
    low: float
    high: float
    p: float


def wilson(
    successes: ArrayLike | pd.Series, n: ArrayLike | pd.Series, level: float = 0.95
) -> pd.DataFrame:
    """Return shares with their Wilson score limits, one row per group.

    successes : how many have the property, one number or shape (groups,).
    n         : how many were asked, one number or shape (groups,). Two Series are paired by index.
    level     : coverage of the interval, between 0 and 1.
    Returns ``successes``, ``n``, ``share``, ``low`` and ``high`` (proportions, 0 to 1) on the
    index of the Series given. Where n is 0 or missing, the last three are NaN.
    Raises ValueError for more successes than n, a negative count, or a level outside 0 to 1.
    """
    if not 0 < level < 1:
        raise ValueError(f"Level is {level}. It must lie between 0 and 1, as in 0.95.")
    single = np.isscalar(successes) and np.isscalar(n)
    table = pd.DataFrame({"successes": successes, "n": n}, index=[0] if single else None)
    k, size = table["successes"].astype(float), table["n"].astype(float)
    _require_counts(k, size)
    z = ndtri((1 + level) / 2)
    centre = (k + z**2 / 2) / (size + z**2)
    half = z * np.sqrt(k * (size - k) / size + z**2 / 4) / (size + z**2)
    return table.assign(
        share=k / size, low=(centre - half).clip(lower=0), high=(centre + half).clip(upper=1)
    )


def share_difference(k1: float, n1: float, k2: float, n2: float) -> ShareDifference:
    """Return the share k1 of n1 minus the share k2 of n2.

    k1, k2 : how many have the property in each group.
    n1, n2 : how many were asked in each group. When either is 0, every figure is NaN.
    Raises ValueError for more successes than n, or a negative count.
    """
    k, n = np.array([k1, k2], dtype=float), np.array([n1, n2], dtype=float)
    _require_counts(pd.Series(k), pd.Series(n))
    if not n.all():
        return ShareDifference(np.nan, np.nan, np.nan, np.nan)
    share = k / n
    difference = float(share[0] - share[1])
    half = ndtri(0.975) * np.sqrt((share * (1 - share) / n).sum())
    pooled = k.sum() / n.sum()
    variance = pooled * (1 - pooled) * (1 / n).sum()
    p = float(chdtrc(1, difference**2 / variance)) if variance else np.nan
    return ShareDifference(
        difference, float(max(difference - half, -1)), float(min(difference + half, 1)), p
    )


def _require_counts(successes: pd.Series, n: pd.Series) -> None:
    wrong = int(((successes < 0) | (successes > n)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(n)} groups have a negative count or more successes than n. "
            "Successes must lie between 0 and n."
        )
