"""Agreement of two assessors who judge the same units, beyond what chance would give.

Source: Cohen (1960), Educational and Psychological Measurement 20, 37-46; Cohen (1968),
Psychological Bulletin 70, 213-220, for weights; Fleiss, Cohen and Everitt (1969), Psychological
Bulletin 72, 323-327, for the standard error; R's ``vcd::Kappa`` gives the same. Limits are on
Fisher's z scale, as Lin (1989), Biometrics 45, 255-268, has them for another coefficient of
agreement: those that are symmetric about kappa are too high when it is near 1.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

ROUNDING = 1e-9  # a smaller standard error is 0 but for rounding; of a million pairs it is larger


@dataclass(frozen=True)
class Kappa:
    """Agreement on n units, each judged by two assessors.

    kappa     : 1 for full agreement, 0 for what chance alone would give, at least -1.
    se        : large-sample standard error of kappa, on its own scale.
    low, high : 95 % large-sample limits, between -1 and 1, further from kappa on the side of 0.
                NaN where ``se`` is 0, which does not say how far off kappa may be: as at 1, at -1,
                or when one assessor used the same category throughout.
    agreed    : share of the units judged exactly alike, 0 to 1.
    """

    kappa: float
    se: float
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
    All but ``agreed`` and ``n`` are NaN when both used one and the same category throughout, so
    that chance alone would agree; all but ``n`` when nothing was judged.
    Raises ValueError for a judgement that ``order`` does not have.
    """
    judged = pd.DataFrame({"first": first, "second": second}).astype(object).dropna()
    categories = _categories(judged, order)
    counts = _cross_table(judged, categories)
    n = len(judged)
    if n == 0:
        return Kappa(np.nan, np.nan, np.nan, np.nan, np.nan, 0)
    shares = counts / n
    agreed = float(counts.trace() / n)
    weights = _linear(len(categories)) if order is not None else np.eye(len(categories))
    by_chance = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    expected = (weights * by_chance).sum()
    if expected == 1:
        return Kappa(np.nan, np.nan, np.nan, np.nan, agreed, n)
    kappa = float(((weights * shares).sum() - expected) / (1 - expected))
    se = _standard_error(shares, weights, kappa, n)
    return Kappa(kappa, se, *_limits(kappa, se), agreed, n)


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
    # Their difference of two squares, as a sum of squares: rounding cannot put it below 0.
    mean = kappa - expected * (1 - kappa)
    variance = (shares * (weights - by_chance * (1 - kappa) - mean) ** 2).sum()
    se = float(np.sqrt(variance / n) / (1 - expected))
    return se if se > ROUNDING else 0.0


def _limits(kappa: float, se: float) -> tuple[float, float]:
    """Return 95 % limits, symmetric about artanh(kappa), whose slope is 1 / (1 - kappa^2)."""
    if se == 0:
        return np.nan, np.nan
    centre, half = np.arctanh(kappa), ndtri(0.975) * se / (1 - kappa**2)
    return float(np.tanh(centre - half)), float(np.tanh(centre + half))
