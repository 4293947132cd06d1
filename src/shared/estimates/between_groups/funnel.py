"""The funnel: how far from the overall share a group may lie by chance alone, given its size.

Tails are exact. They are written with the incomplete beta function, so that they also hold for the
scaled counts of a size class (share x n of the smallest), where successes are no whole number.

Source: Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202; its appendix A.1.1 for the
interpolated limits.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import bdtrik, betainc, betaln, xlog1py, xlogy

LEVELS = {"95": 0.025, "998": 0.001}  # probability beyond each of the two limits


def funnel(successes: pd.Series, n: pd.Series, target: float | None = None) -> pd.DataFrame:
    """Return each group's share beside the limits that chance alone gives a group of its size.

    successes, n : one real number per group, paired by index.
    target       : the share that all are held against; by default that of all groups together.
    Returns ``share``, ``target``, ``low_95``, ``high_95``, ``low_998``, ``high_998`` (proportions),
    ``tail_low`` and ``tail_high`` (chance of as few, and of as many, at the target) and
    ``position``: ``below_998``, ``below_95``, ``inside``, ``above_95`` or ``above_998`` by those
    tails (below 0.025 and 0.001 one-sided), which near a limit may differ from the drawn limits.
    Where n is 0 or missing, all but the target is missing. One in twenty groups is outside 95 % and
    one in five hundred outside 99.8 % when there is no difference at all.
    Raises ValueError for successes outside 0 to n, or a target outside 0 to 1.
    """
    table = pd.DataFrame({"successes": successes, "n": n}, dtype=float)
    wrong = int(((table["successes"] < 0) | (table["successes"] > table["n"])).sum())
    if wrong:
        raise ValueError(f"{wrong} of {len(table)} groups have successes outside 0 to n.")
    known = table.where(table["n"] > 0).dropna()
    if target is None:
        target = float(known["successes"].sum() / known["n"].sum()) if len(known) else np.nan
    k, size = known["successes"].to_numpy(), known["n"].to_numpy()
    found = pd.DataFrame({"share": k / size, "target": target}, known.index)
    for name, tail in LEVELS.items():
        found[f"low_{name}"], found[f"high_{name}"] = limits(size, target, tail)
    found["tail_low"] = _at_most(k, size, target)
    found["tail_high"] = 1 - _at_most(k - 1, size, target)
    found["position"] = _position(found)
    return found.reindex(table.index).assign(target=target)


def limits(n: ArrayLike, target: float, tail: float = 0.025) -> tuple[np.ndarray, np.ndarray]:
    """Return the interpolated limits of the share for groups of size n, within 0 to 1.

    n : real numbers above 0, shape (sizes,). tail : probability beyond each limit.
    Raises ValueError for a target not strictly between 0 and 1, where chance leaves no room.
    """
    sizes = np.atleast_1d(np.asarray(n, dtype=float))
    if sizes.size and not 0 < target < 1:
        raise ValueError(f"Target is {target}. It must lie between 0 and 1, both excluded.")
    low, high = (_quantile(p, sizes, target) / sizes for p in (tail, 1 - tail))
    return np.clip(low, 0, 1), np.clip(high, 0, 1)


def _quantile(p: float, n: np.ndarray, target: float) -> np.ndarray:
    """Return the binomial quantile, moved down by the part of its own chance that exceeds p."""
    r = np.clip(np.ceil(np.nan_to_num(bdtrik(p, n, target))), 0, np.floor(n))
    r = np.where((r > 0) & (_at_most(r - 1, n, target) >= p), r - 1, r)
    r = np.where((r < np.floor(n)) & (_at_most(r, n, target) < p), r + 1, r)
    chance = -np.log1p(n) - betaln(r + 1, n - r + 1) + xlogy(r, target) + xlog1py(n - r, -target)
    return r - (_at_most(r, n, target) - p) / np.exp(chance)


def _at_most(k: np.ndarray, n: np.ndarray, target: float) -> np.ndarray:
    """Return P(X <= k) of the binomial, between whole numbers by the incomplete beta function."""
    inside = betainc(np.maximum(n - k, 1e-300), np.maximum(k + 1, 1e-300), 1 - target)
    return np.where(k >= n, 1.0, np.where(k <= -1, 0.0, inside))


def _position(found: pd.DataFrame) -> pd.Series:
    position = pd.Series("inside", found.index, dtype="str")
    for name, tail in LEVELS.items():
        position = position.mask(found["tail_low"] < tail, f"below_{name}")
        position = position.mask(found["tail_high"] < tail, f"above_{name}")
    return position
