"""Agreement of two assessors who judge the same units, beyond what chance would give.

Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46; Cohen (1968),
Psychological Bulletin 70, 213-220, for weights; Fleiss, Cohen and Everitt (1969), Psychological
Bulletin 72, 323-327, for the standard error. R's ``vcd::Kappa`` gives the same figures.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri


@dataclass(frozen=True)
class Kappa:
    """Agreement on n units, each judged by two assessors.

    kappa     : 1 for full agreement, 0 for what chance alone would give, at least -1.
    low, high : 95 % large-sample limits, within -1 to 1. They close in on kappa when it is 1,
                however few the units.
    agreed    : share of the units judged exactly alike, 0 to 1.
    """

    kappa: float
    low: float
    high: float
    agreed: float
    n: int


def cohen_kappa(
    first: pd.Series, second: pd.Series, order: Sequence[Hashable] | None = None
) -> Kappa:
    """Return Cohen's kappa of two assessors.

    first, second : one judgement per unit and assessor, paired by index; units that either of them
                    did not judge (missing) are left out.
    order         : the categories from one end to the other. Given, a judgement some steps away
                    counts as partly agreed, less by the same for each step (linear weights);
                    otherwise every disagreement weighs the same.
    Kappa and its limits are NaN when nothing was judged, or when both used one and the same
    category throughout, so that chance alone would agree.
    Raises ValueError for a judgement that ``order`` does not have.
    """
    judged = pd.DataFrame({"first": first, "second": second}).astype(object).dropna()
    categories = _categories(judged, order)
    counts = _cross_table(judged, categories)
    n = len(judged)
    if n == 0:
        return Kappa(np.nan, np.nan, np.nan, np.nan, 0)
    shares = counts / n
    agreed = float(counts.trace() / n)
    weights = _linear(len(categories)) if order is not None else np.eye(len(categories))
    by_chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    expected = (weights * by_chance).sum()
    if expected == 1:
        return Kappa(np.nan, np.nan, np.nan, agreed, n)
    kappa = float(((weights * shares).sum() - expected) / (1 - expected))
    half = ndtri(0.975) * _standard_error(shares, weights, kappa, n)
    return Kappa(kappa, float(max(kappa - half, -1)), float(min(kappa + half, 1)), agreed, n)


def pairs_of_assessors(
    judgements: pd.DataFrame, unit: list[str], assessor: str, value: str
) -> pd.DataFrame:
    """Return every pair of judgements that two assessors made of the same unit.

    judgements : one row per unit and assessor.
    unit       : the columns that together name a unit.
    assessor, value : the columns with who judged, and the judgement.
    Returns one row per unit and pair of its assessors, in order of unit and assessor: the ``unit``
    columns, ``first`` and ``second`` (judgements, of the assessor who sorts first and the other).
    A unit judged by m assessors has m (m - 1) / 2 rows; rows with anything missing are left out.
    Raises ValueError when an assessor judged a unit twice.
    """
    known = judgements[[*unit, assessor, value]].dropna()
    repeats = int(known.duplicated([*unit, assessor]).sum())
    if repeats:
        raise ValueError(
            f"{repeats} judgements repeat the same {unit} and {assessor}. "
            "Each assessor may judge a unit once; settle which judgement holds."
        )
    place = pd.factorize(known[assessor].astype(object), sort=True)[0]
    ones = known[unit].assign(first=known[value], first_by=place)
    others = known[unit].assign(second=known[value], second_by=place)
    pairs = ones.merge(others, on=unit)
    pairs = pairs[pairs["first_by"] < pairs["second_by"]]
    pairs = pairs.sort_values([*unit, "first_by", "second_by"], ignore_index=True)
    return pairs[[*unit, "first", "second"]]


def _categories(judged: pd.DataFrame, order: Sequence[Hashable] | None) -> list[Hashable]:
    used = pd.unique(judged.to_numpy().ravel()).tolist()
    if order is None:
        return used
    unknown = [category for category in used if category not in order]
    if unknown:
        raise ValueError(
            f"Judgements {unknown} are not in the order {list(order)}. "
            "Add them where they belong, or make them missing if they judge nothing."
        )
    return list(order)


def _cross_table(judged: pd.DataFrame, categories: list[Hashable]) -> np.ndarray:
    """Return how many units the first assessor put in each row's category, the second's column."""
    counts = np.zeros((len(categories), len(categories)))
    places = [pd.Index(categories).get_indexer(judged[name]) for name in ("first", "second")]
    np.add.at(counts, tuple(places), 1)
    return counts


def _linear(size: int) -> np.ndarray:
    """Return agreement weights from 1 (same category) to 0 (opposite ends), shape (size, size)."""
    steps = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    return 1 - steps / max(size - 1, 1)


def _standard_error(shares: np.ndarray, weights: np.ndarray, kappa: float, n: int) -> float:
    """Return the standard error of ``kappa`` (Fleiss, Cohen and Everitt 1969)."""
    rows, columns = shares.sum(axis=1), shares.sum(axis=0)
    expected = rows @ weights @ columns
    by_chance = np.add.outer(weights @ columns, rows @ weights)
    spread = (shares * (weights - by_chance * (1 - kappa)) ** 2).sum()
    # Full agreement leaves no variance, and rounding could put it just below 0.
    variance = max(spread - (kappa - expected * (1 - kappa)) ** 2, 0)
    return float(np.sqrt(variance / n) / (1 - expected))
