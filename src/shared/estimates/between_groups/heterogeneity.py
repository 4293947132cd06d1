"""How much of the difference between groups chance would give anyway.

Source: Cochran (1954), Biometrics 10, 417-451, for Q; Higgins and Thompson (2002), Statistics in
Medicine 21, 1539-1558, for the part of the variation beyond chance (I2); Venzon and Moolgavkar
(1988), Applied Statistics 37, 87-94, for the profile limits.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import chdtrc, chdtri

from shared.estimates.between_groups.mixed_logit import mixed_logit

DRAWS = 9999  # of the permutation test: p in steps of 0.0001
LEVEL = 0.05
LARGEST_SD = 6.0  # log odds; limits beyond it are told as infinite
ROUNDING = 1e-9  # of Q, for ties with the observed


@dataclass(frozen=True)
class Heterogeneity:
    """Differences between the shares of ``groups`` groups.

    q        : Cochran's Q, Pearson's chi-square of groups x result; ``p_chi2`` its usual p.
    p        : chance of at least this Q when every participant is as likely to belong to any group
               of that size, by random permutations; holds for small groups too.
    chance   : the part of the observed variation that chance alone would give, 0 to 1 (1 - I2).
    sd       : between groups in log odds (maximum likelihood), with 95 % profile limits.
    """

    groups: int
    n: int
    q: float
    p_chi2: float
    p: float
    chance: float
    sd: float
    sd_low: float
    sd_high: float

    @property
    def reading(self) -> Literal["chance", "mostly_chance", "mostly_difference", "none"]:
        """What may be said in one sentence; ``none`` without two groups or with one result only.

        ``chance`` : differences as large arise by chance alone in at least 5 of 100 cases. They are
                     then not shown to exist, which is not to say that there are none.
        """
        if np.isnan(self.p):
            return "none"
        if self.p >= LEVEL:
            return "chance"
        return "mostly_chance" if self.chance > 0.5 else "mostly_difference"


def heterogeneity(
    successes: pd.Series, n: pd.Series, *, draws: int = DRAWS, seed: int = 1
) -> Heterogeneity:
    """Return how far the groups' shares differ, and how far chance explains it.

    successes, n : one whole number per group, paired by index. Groups of nobody are left out. With
                   fewer than two groups, or one result only, every figure but the counts is NaN.
    Raises ValueError for numbers that are not whole, or successes outside 0 to n.
    """
    table = _known(successes, n)
    k, size = table["successes"].to_numpy(), table["n"].to_numpy()
    groups, total = len(table), int(size.sum())
    if groups < 2 or k.sum() in (0, total):
        return Heterogeneity(groups, total, *[np.nan] * 7)
    q = float(_q(k, size))
    sd, low, high = between_sd(table["successes"], table["n"])
    return Heterogeneity(
        groups=groups,
        n=total,
        q=q,
        p_chi2=float(chdtrc(groups - 1, q)),
        p=float(_permutation_p(k, size, q, draws, seed)),
        chance=min(1.0, (groups - 1) / q) if q > 0 else 1.0,
        sd=sd,
        sd_low=low,
        sd_high=high,
    )


def between_sd(
    successes: pd.Series,
    n: pd.Series,
    group: pd.Series | None = None,
    x: pd.DataFrame | None = None,
) -> tuple[float, float, float]:
    """Return the sd between groups in log odds, and the 95 % limits by the profile likelihood.

    group, x : as in `mixed_logit`; by default each row is a group, and there is no x.
    The lower limit is 0 where no difference fits well enough, the upper one infinite beyond 6.
    """
    from scipy.optimize import brentq

    labels = pd.Series(range(len(n)), index=n.index) if group is None else group
    best = mixed_logit(successes, n, labels, x)
    drop = chdtri(1, LEVEL) / 2
    if not best.converged:
        return np.nan, np.nan, np.nan

    def short(sd: float) -> float:
        return best.loglik - drop - mixed_logit(successes, n, labels, x, sd=sd).loglik

    low = float(brentq(short, 0.0, best.sd, xtol=1e-6)) if short(0.0) > 0 else 0.0
    beyond = short(LARGEST_SD) > 0
    high = float(brentq(short, best.sd, LARGEST_SD, xtol=1e-6)) if beyond else np.inf
    return best.sd, low, high


def _q(k: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Return Q of counts k, shape (..., groups), all with the same total."""
    share = k.sum(axis=-1, keepdims=True) / n.sum()
    return ((k - n * share) ** 2 / (n * share * (1 - share))).sum(axis=-1)


def _permutation_p(k: np.ndarray, n: np.ndarray, q: float, draws: int, seed: int) -> float:
    random = np.random.default_rng(seed)
    shuffled = random.multivariate_hypergeometric(n, k.sum(), size=draws, method="marginals")
    as_large = np.count_nonzero(_q(shuffled, n) >= q * (1 - ROUNDING))
    return (1 + as_large) / (1 + draws)


def _known(successes: pd.Series, n: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"successes": successes, "n": n}, dtype=float).dropna()
    whole = (table % 1 == 0).all(axis=1)
    wrong = int((~whole | (table["successes"] < 0) | (table["successes"] > table["n"])).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(table)} groups have counts that are not whole, or successes outside "
            "0 to n. Give the counts themselves: scaled ones are no people."
        )
    return table[table["n"] > 0].astype(int)
