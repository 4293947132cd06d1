"""Do the curves of groups differ: the log-rank test, and Gray's test with competing events.

Both sum, over the times of events, how many events a group had less how many it would have had
if the groups were alike. The p is from the chi-squared distribution, which wants some events
expected in every group.

Source: Harrington and Fleming (1982), Biometrika 69, 553-566 (the log-rank family, R's
``survdiff``); Gray (1988), Annals of Statistics 16, 1141-1154 (R's ``cmprsk::cuminc``).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from shared.estimates.time_to_event.life_table import Values, count, spells

# Of the largest variance: what is left of a direction without variance is rounding.
NOTHING = 1e-10


@dataclass(frozen=True)
class CurveTest:
    """A test that groups have the same curve.

    statistic, df, p : chi-squared. NaN, 0 and NaN when no event tells the groups apart: no
                       events, or each with members of one group only at risk.
    groups           : one row per group: ``n`` spells, ``events`` and ``expected``, the events
                       if the groups were alike; both are sums of weights with a weight.
    """

    statistic: float
    df: int
    p: float
    groups: pd.DataFrame


def log_rank(
    duration: Values,
    event: Values,
    group: Values,
    *,
    strata: Values | None = None,
    entry: Values | None = None,
    rho: float = 0.0,
) -> CurveTest:
    """Test whether the time to the event is the same in all groups.

    duration, event, entry : as in `kaplan_meier`.
    group  : what to compare, shape (spells,), at least 2 different.
    strata : compare within each of these only, shape (spells,). One-person strata add nothing.
    rho    : weight each event by survival just before it, in its stratum, to this power, 0 or
             more: 0 is the log-rank test, 1 that of Peto and Peto, which heeds early events more.
    Raises ValueError for a single group, a missing group or stratum, and as `kaplan_meier`.
    """
    stratum = 0 if strata is None else strata
    counts = _counts(spells(duration, event, entry, highest=1, group=group, stratum=stratum), of=1)
    events, everyone = counts.own.sum(axis=1), counts.at_risk.sum(axis=1)
    weight = _survival_before(events / everyone, counts.stratum) ** rho
    share = counts.at_risk / everyone[:, None]
    # Hypergeometric: tied events are drawn without replacement.
    spread = weight**2 * events * (everyone - events) / np.maximum(everyone - 1, 1)
    variance = np.diag(spread @ share) - (share * spread[:, None]).T @ share
    return _test(counts, weight @ counts.own, (weight * events) @ share, variance)


def gray(
    duration: Values, cause: Values, group: Values, *, of: int, strata: Values | None = None
) -> CurveTest:
    """Test whether the cumulative incidence of one cause is the same in all groups.

    duration, cause : as in `cumulative_incidence`.
    group, strata : as in `log_rank`.
    of : the cause, a whole number above 0; all others compete with it.
    Raises ValueError for a single group, a missing group or stratum, another ``of``, and as
    `cumulative_incidence`.
    """
    if of <= 0 or of % 1:
        raise ValueError(f"The cause asked for is {of}. It must be a whole number above 0.")
    stratum = 0 if strata is None else strata
    counts = _counts(spells(duration, cause, group=group, stratum=stratum), of)
    expected, variance = np.zeros(len(counts.names)), np.zeros((len(counts.names),) * 2)
    for number in np.unique(counts.stratum):
        rows = counts.stratum == number
        moments = _gray_moments(counts.own[rows], counts.other[rows], counts.at_risk[rows])
        expected, variance = expected + moments[0], variance + moments[1]
    return _test(counts, counts.own.sum(axis=0), expected, variance)


@dataclass(frozen=True)
class _Counts:
    """What happened at each time of an event in each stratum, shape (times, groups).

    own, other, at_risk : events of the cause asked for and of others, and spells at risk.
    """

    names: pd.Index
    sizes: np.ndarray
    stratum: np.ndarray
    own: np.ndarray
    other: np.ndarray
    at_risk: np.ndarray


def _counts(table: pd.DataFrame, of: int) -> _Counts:
    group, names = pd.factorize(table["group"], sort=True)
    if len(names) < 2:
        raise ValueError(f"Found {len(names)} groups in {len(group)} spells. A test needs 2.")
    times = np.unique(table["duration"])
    # Strata follow one another on a single line of whole numbers, in which all that entered in
    # the strata before have also ended there.
    line = pd.factorize(table["stratum"])[0] * (len(times) + 1)
    ended = line + np.searchsorted(times, table["duration"])
    entered = line + np.searchsorted(times, table["entry"], side="right")
    mark = table["mark"].to_numpy()
    cells = np.unique(ended[mark > 0])
    own, other, at_risk = np.zeros((3, len(cells), len(names)))
    for code in range(len(names)):
        mine = group == code
        own[:, code] = count(ended[mine & (mark == of)], cells)
        other[:, code] = count(ended[mine & (mark > 0) & (mark != of)], cells)
        at_risk[:, code] = np.searchsorted(np.sort(entered[mine]), cells, side="right")
        at_risk[:, code] -= np.searchsorted(np.sort(ended[mine]), cells)
    sizes, stratum = np.bincount(group), cells // (len(times) + 1)
    return _Counts(pd.Index(names, name="group"), sizes, stratum, own, other, at_risk)


def _survival_before(hazard: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Return survival just before each row, within its stratum."""
    after = pd.Series(1 - hazard).groupby(stratum).cumprod()
    return after.groupby(stratum).shift(fill_value=1.0).to_numpy()


def _gray_moments(
    own: np.ndarray, other: np.ndarray, at_risk: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the events expected of each group, and the variance of the events less these."""
    risk = np.maximum(at_risk, 1)
    survival = np.cumprod(1 - (own + other) / risk, axis=0)
    before = _before(survival, 1.0)
    incidence = np.cumsum(before * own / risk, axis=0)
    # Whoever left by another cause counts as still there, less those lost to follow-up since.
    there = at_risk / np.where(at_risk > 0, before, 1)
    staying = there * (1 - _before(incidence, 0.0))
    events = own.sum(axis=1, keepdims=True)
    expected = (events * staying / staying.sum(axis=1, keepdims=True)).sum(axis=0)
    return expected, _gray_variance(own, other, at_risk, survival, there)


def _gray_variance(
    own: np.ndarray, other: np.ndarray, at_risk: np.ndarray, survival: np.ndarray, there: np.ndarray
) -> np.ndarray:
    """Return the variance: each event moves the score now, and later by the curves it moves."""
    risk, before = np.maximum(at_risk, 1), _before(survival, 1.0)
    events, pooled = own.sum(axis=1, keepdims=True), there.sum(axis=1, keepdims=True)
    total = np.cumsum(events / pooled, axis=0)
    left = pooled * (1 - _before(total, 0.0))
    hazard = np.divide(events, left, out=np.zeros_like(left), where=left != 0)
    now = there[:, :, None] * (np.eye(there.shape[1]) - (there / pooled)[:, None, :])
    passed = np.cumsum(now * hazard[:, :, None], axis=0)
    later = passed[-1:] - passed
    ratio = np.divide(1 - total, survival, out=np.zeros_like(survival), where=survival > 0)
    by_other = ratio[:, None, :] * later
    by_own = now + later - by_other
    chance = _without_replacement(events, pooled * before) * before * events / (pooled * risk)
    variance = np.einsum("tk,tik,tjk->ij", np.where(at_risk > 0, chance, 0), by_own, by_own)
    chance = _without_replacement(other, at_risk) * before**2 * other / risk**2
    return variance + np.einsum("tk,tik,tjk->ij", chance, by_other, by_other)


def _before(curve: np.ndarray, start: float) -> np.ndarray:
    """Return a step curve, shape (times, groups), as it was just before each time."""
    return np.vstack([np.full((1, curve.shape[1]), start), curve])[:-1]


def _without_replacement(events: np.ndarray, at_risk: np.ndarray) -> np.ndarray:
    """Return by how much ties lower the variance of the number of ``events``."""
    return (1 - (events - 1).clip(min=0) / np.maximum(at_risk - 1, 1)).clip(min=0)


def _test(
    counts: _Counts, events: np.ndarray, expected: np.ndarray, variance: np.ndarray
) -> CurveTest:
    """Return the test of ``events`` against ``expected``, leaving out what has no variance."""
    sizes, directions = np.linalg.eigh(variance)
    kept = sizes > NOTHING * max(sizes.max(), 0)
    statistic = float((((events - expected) @ directions)[kept] ** 2 / sizes[kept]).sum())
    df = int(kept.sum())
    p = float(chdtrc(df, statistic)) if df else np.nan
    columns = {"n": counts.sizes, "events": events, "expected": expected}
    groups = pd.DataFrame(columns, index=counts.names)
    return CurveTest(statistic if df else np.nan, df, p, groups)
