"""Before and after: the same people at two times, from counts alone.

The counts mostly come from protected tables. A hidden count is NaN, and so is every figure that
needs it; nothing is an error for being hidden.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import bdtr, chdtrc

from shared.estimates.proportions import wilson

Counts: TypeAlias = ArrayLike | pd.Series

# Cochran (1954), Biometrics 10, 417-451: when the chi-square approximation can be trusted.
EXPECTED, SMALLEST, FEW = 5.0, 1.0, 0.2


@dataclass(frozen=True)
class Symmetry:
    """Whether people moved as often one way as the other, over all pairs of values.

    changed : people with another value after than before.
    chi2    : Bowker's statistic, with ``df`` the pairs of values that anyone moved between.
    p       : its chi-square p; NaN where the approximation is not fit for use, see `bowker`.
    """

    changed: float
    chi2: float
    df: float
    p: float


def net_change(before: Counts, after: Counts, both: Counts, n: Counts) -> pd.DataFrame:
    """Return the change in the share of the same people who have a value, one row per value.

    before, after : how many had the value at that time, one number or shape (values,).
    both          : how many had it at both times. n : people seen at both times.
    Series are paired by index. From a square table with before in its rows, the first three are
    the row sums, the column sums and the diagonal.
    Returns the counts given, ``share_before``, ``share_after``, ``difference`` (after minus before,
    -1 to 1) with 95 % limits ``low`` and ``high``, and the exact McNemar ``p``. All but the counts
    are NaN where n is 0, and each is NaN where a count it needs is missing.
    Raises ValueError for counts that cannot be of the same people.
    Source: Newcombe (1998), Statistics in Medicine 17, 2635-2650, method 10.
    """
    single = all(np.isscalar(count) for count in (before, after, both, n))
    counts = {"before": before, "after": after, "both": both, "n": n}
    table = pd.DataFrame(counts, index=[0] if single else None)
    had, has, kept, size = (table[name].astype(float) for name in counts)
    _require_same_people(had, has, kept, size)
    first, second = wilson(had, size), wilson(has, size)
    down, up = _spread(first), _spread(second)
    phi = _correlation(had, has, kept, size)
    difference = second["share"] - first["share"]
    below, above = (
        np.sqrt(gained**2 - 2 * phi * gained * lost + lost**2)
        for gained, lost in ((up["below"], down["above"]), (up["above"], down["below"]))
    )
    return table.assign(
        share_before=first["share"],
        share_after=second["share"],
        difference=difference,
        low=difference - below,
        high=difference + above,
        p=mcnemar(had - kept, has - kept).where(size > 0),
    )


def mcnemar(only_before: Counts, only_after: Counts) -> pd.Series:
    """Return the exact two-sided p of as many losing a value as gaining it.

    only_before, only_after : how many had the value at that time alone, one number or shape
    (values,). Series are paired by index.
    Returns one p per value on that index: 1 where nobody changed, NaN where a count is missing.
    Raises ValueError for a negative count.
    Source: McNemar (1947), Psychometrika 12, 153-157; R's ``binom.test`` gives the same p.
    """
    single = np.isscalar(only_before) and np.isscalar(only_after)
    table = pd.DataFrame({"b": only_before, "c": only_after}, index=[0] if single else None)
    table = table.astype(float)
    _require_not_negative(table.to_numpy())
    fewer, changed = table.min(axis=1), table.sum(axis=1, skipna=False)
    known = changed.notna()
    tail = pd.Series(np.nan, table.index, name="p")
    tail[known] = bdtr(fewer[known], changed[known].astype(int), 0.5)
    return (2 * tail).clip(upper=1)


def bowker(matrix: ArrayLike | pd.DataFrame) -> Symmetry:
    """Return Bowker's test that moves between any two values are as many in both directions.

    matrix : how many had each value before (rows) and after (columns), shape (values, values).
    Pairs that nobody moved between say nothing about direction and take no degree of freedom;
    R, SAS and statsmodels count them, which makes p too large. By Cochran's rule p is NaN when
    more than a fifth of the other pairs have an expected count, half their moves, below 5, or
    one has it below 1. A missing cell off the diagonal makes every figure NaN.
    Raises ValueError for a table that is not square, other values before than after, or a
    negative count.
    Source: Bowker (1948), Journal of the American Statistical Association 43, 572-574; Hoenig,
    Morgan and Brown (1995), Canadian Journal of Fisheries and Aquatic Sciences 52, 364-368, for
    the degrees of freedom.
    """
    counts = _square(matrix)
    above = np.triu_indices(len(counts), 1)
    one_way, other_way = counts[above], counts.T[above]
    moves = one_way + other_way
    if np.isnan(moves).any():
        return Symmetry(np.nan, np.nan, np.nan, np.nan)
    used = moves > 0
    chi2 = float(((one_way - other_way)[used] ** 2 / moves[used]).sum())
    expected, df = moves[used] / 2, int(used.sum())
    fit = df and (expected < EXPECTED).mean() <= FEW and expected.min() >= SMALLEST
    return Symmetry(float(moves.sum()), chi2, df, float(chdtrc(df, chi2)) if fit else np.nan)


def _spread(shares: pd.DataFrame) -> pd.DataFrame:
    """Return how far the Wilson limits lie ``below`` and ``above`` each share."""
    return pd.DataFrame(
        {"below": shares["share"] - shares["low"], "above": shares["high"] - shares["share"]}
    )


def _correlation(had: pd.Series, has: pd.Series, kept: pd.Series, size: pd.Series) -> pd.Series:
    """Return phi between the two times, drawn towards 0 when positive as the method asks."""
    excess = kept * size - had * has  # of the agreeing over the disagreeing, ad - bc
    excess = (excess - size / 2).where(excess > size / 2, excess.clip(upper=0))
    margins = had * (size - had) * has * (size - has)
    return (excess / np.sqrt(margins.where(margins > 0))).mask(margins == 0, 0.0)


def _square(matrix: ArrayLike | pd.DataFrame) -> np.ndarray:
    counts = pd.DataFrame(matrix).to_numpy(dtype=float, na_value=np.nan)
    if counts.shape[0] != counts.shape[1]:
        raise ValueError(f"The table has shape {counts.shape}. Rows and columns must be as many.")
    if isinstance(matrix, pd.DataFrame) and list(matrix.index) != list(matrix.columns):
        raise ValueError(
            f"Rows are {list(matrix.index)} and columns {list(matrix.columns)}. Both must be the "
            "same values in the same order: reindex the table first."
        )
    _require_not_negative(counts)
    return counts


def _require_not_negative(counts: np.ndarray) -> None:
    wrong = int((counts < 0).sum())
    if wrong:
        raise ValueError(f"{wrong} counts are negative. All must be 0 or more.")


def _require_same_people(had: pd.Series, has: pd.Series, kept: pd.Series, size: pd.Series) -> None:
    wrong = int(((kept > had) | (kept > has) | (had + has - kept > size) | (kept < 0)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(had)} rows cannot be counts of the same people. Those with the value "
            "both times are at most those with it at either, and all three fit within n."
        )
