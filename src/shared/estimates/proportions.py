"""Shares of a group, and the difference between two shares.

The Wilson score interval stays within 0 to 1 and keeps its coverage at the small n of one agency,
where the usual Wald interval does not; the limits of a difference are built from it. A group of
nobody has no share: NaN, never an error.

Source: Newcombe (1998), Statistics in Medicine 17, 857-872 (one share, method 3) and 873-890
(two shares, methods 10 and 1). R's ``prop.test(correct = FALSE)`` gives the same share, Wald
limits and p.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri

METHODS = ("newcombe", "wald")


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


def share_differences(
    k1: ArrayLike | pd.Series,
    n1: ArrayLike | pd.Series,
    k2: ArrayLike | pd.Series,
    n2: ArrayLike | pd.Series,
    method: str = "newcombe",
) -> pd.DataFrame:
    """Return shares k1 of n1 minus shares k2 of n2, one row per pair of separate groups.

    k1, k2 : how many have the property, one number or shape (pairs,).
    n1, n2 : how many were asked, likewise. Series are paired by index.
    method : ``newcombe`` squares and adds the Wilson limits of the two shares, and stays within
             -1 to 1; ``wald`` is cut off there, and too narrow in small groups.
    Returns ``difference`` (-1 to 1), 95 % limits ``low`` and ``high``, and ``p`` (Pearson's
    chi-square for equal shares, 1 df; NaN when everyone or nobody has the property, since the test
    then has no variance), all without continuity correction, on the index of the Series given. A
    pair with an empty group or a missing count is NaN throughout.
    Raises ValueError for more successes than n, a negative count or an unknown method.
    """
    if method not in METHODS:
        raise ValueError(f"Method is {method!r}. Allowed: {', '.join(METHODS)}.")
    single = all(np.isscalar(count) for count in (k1, n1, k2, n2))
    counts = {"k1": k1, "n1": n1, "k2": k2, "n2": n2}
    table = pd.DataFrame(counts, index=[0] if single else None).astype(float)
    first, second = wilson(table["k1"], table["n1"]), wilson(table["k2"], table["n2"])
    difference = first["share"] - second["share"]
    variance = sum(each["share"] * (1 - each["share"]) / each["n"] for each in (first, second))
    below = above = ndtri(0.975) * np.sqrt(variance)
    if method == "newcombe":
        below = np.hypot(first["share"] - first["low"], second["high"] - second["share"])
        above = np.hypot(first["high"] - first["share"], second["share"] - second["low"])
    return pd.DataFrame(
        {
            "difference": difference,
            "low": (difference - below).clip(lower=-1),
            "high": (difference + above).clip(upper=1),
            "p": _p_equal(table, difference),
        }
    )


def _p_equal(table: pd.DataFrame, difference: pd.Series) -> pd.Series:
    pooled = (table["k1"] + table["k2"]) / (table["n1"] + table["n2"])
    variance = pooled * (1 - pooled) * (1 / table["n1"] + 1 / table["n2"])
    return pd.Series(chdtrc(1, difference**2 / variance.where(variance > 0)), table.index)


def _require_counts(successes: pd.Series, n: pd.Series) -> None:
    wrong = int(((successes < 0) | (successes > n)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(n)} groups have a negative count or more successes than n. "
            "Successes must lie between 0 and n."
        )
