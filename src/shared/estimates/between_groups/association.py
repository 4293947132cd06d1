"""Process and result of the groups side by side: do they go together, and could one tell?

Groups are few, chose their own ways and differ in much else, so nothing here says that one brought
about the other. The p are exact over all ways to pair the groups where these can be counted.

Source: Bonett and Wright (2000), Psychometrika 65, 23-28, for the limits of Spearman's rho; Good
(2005), Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd ed., for the p; Cameron and
Miller (2015), Journal of Human Resources 50, 317-372, for errors by group.
"""

from dataclasses import dataclass
from functools import cache
from itertools import permutations
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

EXACT_UP_TO = 9  # groups: 362 880 orders; above it random ones
DRAWS = 39_999
LEVEL = 0.05
FEWEST = 5  # groups; with four even a perfect order arises by chance in 1 of 12
ENOUGH = 0.5  # a rho that is found at the level with this many groups is worth looking for
ROUNDING = 1e-9  # for ties with the observed


@dataclass(frozen=True)
class Association:
    """Spearman's rho of ``n`` groups, with 95 % limits and two-sided permutation p.

    NaN with fewer than 5 groups, or where either side is the same in all.
    """

    n: int
    rho: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan


@dataclass(frozen=True)
class WithinGroups:
    """Change in the result that goes with one unit more of the process within the same group.

    n, waves, left_out : groups and waves used; groups left out for want of a wave.
    slope, low, high   : in units of result per unit of process, what all groups share in a wave
                         taken away; 95 % limits by group (CR1, t with n - 1 df).
    p                  : two-sided, permuting whole groups. NaN where nothing can be told.
    """

    n: int
    waves: int
    left_out: int
    slope: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan


@dataclass(frozen=True)
class Points:
    """What ``n`` groups could show at all.

    smallest_rho : the weakest Spearman correlation that the exact test finds at 5 %; infinite when
                   not even a perfect one is found.
    smallest_p   : of a perfect order.
    statement    : ``none``, ``only_strong`` (weak and middling ones would go unseen) or ``some``.
    """

    n: int
    smallest_rho: float
    smallest_p: float
    statement: Literal["none", "only_strong", "some"]


def association(process: pd.Series, result: pd.Series) -> Association:
    """Return Spearman's rho of process and result across groups.

    process, result : one value per group, paired by index; groups that lack one are left out.
    A perfect order has the limits of the half step below it, which tanh would lack.
    """
    known = pd.concat([process, result], axis=1, join="inner").dropna().astype(float)
    n = len(known)
    ranks = known.rank().to_numpy() - (n + 1) / 2
    squares = (ranks**2).sum(axis=0)
    if n < FEWEST or not squares.all():
        return Association(n)
    scale = float(np.sqrt(squares.prod()))
    rho = float(ranks[:, 0] @ ranks[:, 1]) / scale
    sums = permuted_sums(np.outer(ranks[:, 0], ranks[:, 1]) / scale)
    most = 1 - 6 / (n**3 - n)  # half of the smallest step that rho can take
    within = np.clip(rho, -most, most)
    half = ndtri(1 - LEVEL / 2) * np.sqrt((1 + within**2 / 2) / (n - 3))
    low, high = np.tanh(np.arctanh(within) + np.array([-half, half]))
    limits = min(float(low), rho), max(float(high), rho)
    return Association(n, rho, *limits, _two_sided(sums, rho))


def within_groups(records: pd.DataFrame) -> WithinGroups:
    """Return whether the result changes where the process does, in the same group, wave to wave.

    records : ``group``, ``wave``, ``process`` and ``result``, one row per group and wave. Groups
              that lack any wave are left out, since whole courses are exchanged in the p.
    With fewer than 5 groups, one wave or no change beyond that of all, every figure is NaN.
    Raises ValueError when a group has a wave twice.
    """
    if twice := int(records.duplicated(["group", "wave"]).sum()):
        raise ValueError(f"{twice} rows repeat a group and wave. Each may occur once.")
    wide = records.pivot(index="group", columns="wave", values=["process", "result"])
    full = wide.dropna().astype(float)
    n, waves = len(full), full.shape[1] // 2
    known = n, waves, len(wide) - n
    x, y = (_own_change(full[side].to_numpy()) for side in ("process", "result"))
    squares = float((x**2).sum())
    if n < FEWEST or waves < 2 or squares < ROUNDING:
        return WithinGroups(*known)
    slope = float((x * y).sum()) / squares
    scores = (x * (y - slope * x)).sum(axis=1)
    # As in a regression with a constant for each group and each wave.
    terms = n + waves
    small = n / (n - 1) * (n * waves - 1) / (n * waves - terms) if n * waves > terms else np.nan
    half = stdtrit(n - 1, 1 - LEVEL / 2) * np.sqrt(small * (scores**2).sum()) / squares
    p = _two_sided(permuted_sums(x @ y.T / squares), slope)
    return WithinGroups(*known, slope, slope - half, slope + half, p)


@cache
def enough_points(n: int) -> Points:
    """Return what an association across ``n`` groups could show, before looking at any."""
    if n < 2:
        return Points(n, np.inf, np.nan, "none")
    ranks = np.arange(n) - (n - 1) / 2
    sizes = np.sort(np.abs(permuted_sums(np.outer(ranks, ranks) / (ranks**2).sum())))[::-1]
    # The share of orders that are at least as strong as each.
    p = np.searchsorted(-sizes, -sizes + ROUNDING, side="right") / len(sizes)
    found = sizes[p <= LEVEL]
    smallest = float(found[-1]) if len(found) else np.inf
    if n < FEWEST or np.isinf(smallest):
        return Points(n, smallest, float(p[0]), "none")
    return Points(n, smallest, float(p[0]), "some" if smallest <= ENOUGH else "only_strong")


def permuted_sums(pairs: np.ndarray, seed: int = 1, draws: int = DRAWS) -> np.ndarray:
    """Return the sum over pairs for each way to pair rows with columns, the actual one first.

    pairs : (n, n); what row and column contribute when paired.
    All n! ways up to 9, otherwise the actual one and ``draws`` random ones.
    """
    n = len(pairs)
    if n <= EXACT_UP_TO:
        orders = _orders(n)
    else:
        random = np.random.default_rng(seed)
        orders = random.permuted(np.tile(np.arange(n), (draws + 1, 1)), axis=1)
        orders[0] = np.arange(n)
    return np.asarray(pairs[orders, np.arange(n)].sum(axis=1))


@cache
def _orders(n: int) -> np.ndarray:
    return np.array(list(permutations(range(n))), dtype=np.int8)


def _two_sided(sums: np.ndarray, seen: float) -> float:
    return float(np.mean(np.abs(sums) >= abs(seen) * (1 - ROUNDING) - ROUNDING**2))


def _own_change(courses: np.ndarray) -> np.ndarray:
    """Return courses (groups, waves) without the level of each group and the turn of each wave."""
    own = courses - courses.mean(axis=1, keepdims=True)
    return np.asarray(own - own.mean(axis=0))
