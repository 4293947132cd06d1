"""Change between two waves: of the same respondents, or of two separate groups of them.

Few respondents, answers of few steps and many unchanged pairs are the normal case here, so the
signed-rank p is exact over the ranks as they are, ties included.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr, stdtrit

EXACT_UP_TO = 25  # pairs that changed; above it the normal approximation is good
# Scores stored as 1.666667 would otherwise make ties look different by the last digit.
DECIMALS = 5


@dataclass(frozen=True)
class Change:
    """Change in n respondents seen both times; positive is upwards.

    mean_change : in units of the scale, with 95 % t limits ``low`` and ``high``.
    p           : two-sided Wilcoxon signed-rank p.
    effect      : matched-pairs rank-biserial correlation, -1 (all down) to 1 (all up).
    up, same, down : respondents who changed that way.
    """

    n: int
    mean_change: float
    low: float
    high: float
    p: float
    effect: float
    up: int
    same: int
    down: int


@dataclass(frozen=True)
class UnpairedChange:
    """Difference of two means, after minus before, with 95 % Welch limits and two-sided p."""

    n_before: int
    n_after: int
    mean_change: float
    low: float
    high: float
    p: float


def paired_change(before: pd.Series, after: pd.Series) -> Change:
    """Return the change in the respondents who have a value both times.

    before, after : one value per respondent, paired by index; others are left out.
    Unchanged pairs count in the mean but not in the ranks (Wilcoxon's own handling, as in R's
    ``wilcox.test``); differences equal to 5 decimals are tied. With no pairs every figure is NaN;
    the limits need 2 pairs and the effect 1 pair that changed.
    Raises ValueError when an index label occurs twice.
    Source: Hollander, Wolfe and Chicken (2014), Nonparametric Statistical Methods, section 3.1;
    Kerby (2014), Comprehensive Psychology 3, 11.IT.3.1, for the effect.
    """
    differences = _differences(before, after)
    n = len(differences)
    half = stdtrit(n - 1, 0.975) * differences.std() / np.sqrt(n) if n > 1 else np.nan
    mean = float(differences.mean())
    steps = differences.round(DECIMALS)
    moved = steps[steps != 0]
    ranks = moved.abs().rank().to_numpy()
    rose = moved.to_numpy() > 0
    return Change(
        n=n,
        mean_change=mean,
        low=float(mean - half),
        high=float(mean + half),
        p=_signed_rank_p(ranks, rose) if n else np.nan,
        effect=float(ranks @ np.where(rose, 1, -1) / ranks.sum()) if len(ranks) else np.nan,
        up=int(rose.sum()),
        same=n - len(moved),
        down=int((~rose).sum()),
    )


def unpaired_change(before: pd.Series, after: pd.Series) -> UnpairedChange:
    """Return the difference of the means of two separate groups, after minus before.

    before, after : one value per respondent; missing values are left out.
    The limits and p need 2 values in each group and some spread, and are NaN otherwise.
    Source: Welch (1947), Biometrika 34, 28-35; R's ``t.test`` gives the same figures.
    """
    first, second = (values.dropna().astype(float) for values in (before, after))
    sizes = len(first), len(second)
    mean = float(second.mean() - first.mean())
    if min(sizes) < 2 or first.var() + second.var() == 0:
        return UnpairedChange(*sizes, mean, np.nan, np.nan, np.nan)
    parts = np.array([first.var() / sizes[0], second.var() / sizes[1]])
    error = np.sqrt(parts.sum())
    df = parts.sum() ** 2 / (parts**2 / (np.array(sizes) - 1)).sum()
    half = stdtrit(df, 0.975) * error
    p = float(2 * stdtr(df, -abs(mean) / error))
    return UnpairedChange(*sizes, mean, float(mean - half), float(mean + half), p)


def holm(p: pd.Series) -> pd.Series:
    """Return p-values adjusted for how many they are, so that any false alarm stays at the level.

    p : one value per test, 0 to 1. Missing ones stay missing and do not count as tests.
    Returns the adjusted values (0 to 1) on the same index.
    Raises ValueError for a value outside 0 to 1.
    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70; ``p.adjust`` of R agrees.
    """
    wrong = int(((p < 0) | (p > 1)).sum())
    if wrong:
        raise ValueError(f"{wrong} of {len(p)} p-values lie outside 0 to 1. They are shares.")
    values = p.to_numpy(dtype=float, na_value=np.nan)
    order = np.argsort(values)[: np.count_nonzero(~np.isnan(values))]  # missing ones sort last
    steps = values[order] * np.arange(len(order), 0, -1)
    adjusted = np.full(len(values), np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1)
    return pd.Series(adjusted, index=p.index, name=p.name)


def _differences(before: pd.Series, after: pd.Series) -> pd.Series:
    for name, values in (("before", before), ("after", after)):
        repeats = int(values.index.duplicated().sum())
        if repeats:
            raise ValueError(
                f"The index of {name} repeats {repeats} labels. "
                "Each respondent may occur once, or the pairs cannot be told apart."
            )
    pairs = pd.concat([before, after], axis=1, join="inner", keys=["before", "after"])
    pairs = pairs.dropna().astype(float)
    return pairs["after"] - pairs["before"]


def _signed_rank_p(ranks: np.ndarray, rose: np.ndarray) -> float:
    """Return the two-sided p of the sum of ``ranks`` where ``rose``, both of shape (pairs,)."""
    if len(ranks) > EXACT_UP_TO:
        # A quarter of the sum of squared ranks is the null variance with the ties already in it.
        z = (ranks[rose].sum() - ranks.sum() / 2) / np.sqrt((ranks**2).sum() / 4)
        return float(2 * ndtr(-abs(z)))
    doubled = np.rint(2 * ranks).astype(int)  # midranks end in .5
    ways = np.ones(1, dtype=np.int64)  # ways[s]: sign patterns whose doubled rank sum is s
    for rank in doubled:
        unsigned = np.zeros(rank, dtype=np.int64)
        ways = np.concatenate([ways, unsigned]) + np.concatenate([unsigned, ways])
    distance = np.abs(2 * np.arange(len(ways)) - doubled.sum())
    extreme = distance >= abs(2 * doubled[rose].sum() - doubled.sum())
    return float(ways[extreme].sum() / 2 ** len(ranks))
