"""Survival: the share still waiting, the median time, and the mean time within a horizon.

All intervals are 95 % and pointwise. Those of the curve and its median are on the log-log scale,
which keeps them within 0 to 1; R's ``survfit`` and many published figures use the log scale
instead, so their limits differ a little. A curve says nothing after the last follow-up unless
everyone has had the event by then: NaN. Late entry and events at time 0: see ``life_table``.

Source: Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed.,
section 1.4; Royston and Parmar (2013), BMC Medical Research Methodology 13, 152 (restricted mean).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from shared.estimates.time_to_event.life_table import (
    Values,
    Z,
    at_times,
    life_table,
    log_log_limits,
    spells,
)

TOLERANCE = 1e-9  # a product of fractions that should be one half misses it in the last digits


@dataclass(frozen=True)
class Median:
    """The time by which half have had the event, in n spells of which ``events`` ended.

    low, high : 95 % limits, where the log-log limits of the curve cross one half.
    NaN where the curve, or its limit, never comes down to one half.
    """

    n: int
    events: int
    median: float
    low: float
    high: float


@dataclass(frozen=True)
class RestrictedMean:
    """The mean time to the event within ``until``, the area under the curve, of n spells.

    Unit: that of the durations. se, low, high : standard error and normal 95 % limits.
    All NaN where the curve is not known up to ``until``; without any spread, as without events,
    the mean is known and the rest is NaN.
    """

    n: int
    until: float
    mean: float
    se: float
    low: float
    high: float


@dataclass(frozen=True)
class RestrictedMeanDifference:
    """The first restricted mean minus the second, normal 95 % limits and two-sided p."""

    difference: float
    low: float
    high: float
    p: float


def kaplan_meier(
    duration: Values,
    event: Values,
    at: list[float] | None = None,
    entry: Values | None = None,
) -> pd.DataFrame:
    """Return the share still waiting, with log-log limits.

    duration : time from start to event or to last follow-up, shape (spells,), 0 or more.
    event    : 1 or True when the event ended the spell, 0 when it was still open, shape (spells,).
    at       : the times to report, in the unit of ``duration``; without it every distinct duration.
    entry    : time at which each spell came under observation; without it, from the very start.
    Returns one row per time, in order: ``time``, ``at_risk`` (spells under observation then that
    had lasted until then), ``events`` (after the row above, up to and including this time),
    ``survival``, ``low`` and ``high`` (proportions, 0 to 1). The limits are NaN where survival is
    0 or 1.
    Raises ValueError for missing values, negative durations, events other than 0 and 1, and
    spells that end at or before their entry.
    """
    observed = spells(duration, event, entry, highest=1)
    life = life_table(observed)
    times = life["time"].to_numpy()[1:] if at is None else np.sort(np.asarray(at, dtype=float))
    now = at_times(observed, life, times)
    low, high = log_log_limits(now["survival"], now["survival"] * np.sqrt(now["greenwood"]))
    table = {
        "time": times,
        "at_risk": now["at_risk"],
        "events": np.diff(now["happened"], prepend=0),
        "survival": now["survival"],
        "low": low,
        "high": high,
    }
    return pd.DataFrame(table)


def median_time(duration: Values, event: Values, entry: Values | None = None) -> Median:
    """Return the median time to the event; inputs and errors are those of `kaplan_meier`.

    Where the curve is level at exactly one half, the median is the middle of that step, as in R's
    ``survfit``: without open spells it is then the ordinary median.
    """
    curve = kaplan_meier(duration, event, entry=entry)
    time = curve["time"].to_numpy()
    return Median(
        n=np.size(duration),
        events=int(curve["events"].sum()),
        median=_halfway(time, curve["survival"].to_numpy()),
        low=_halfway(time, curve["low"].to_numpy()),
        high=_halfway(time, curve["high"].to_numpy()),
    )


def restricted_mean(
    duration: Values, event: Values, until: float, entry: Values | None = None
) -> RestrictedMean:
    """Return the mean time to the event, counting none beyond ``until``.

    The other inputs and errors are those of `kaplan_meier`; ``until`` of 0 or less raises
    ValueError too. The variance is Greenwood's, as in R's ``survfit`` and ``survRM2``.
    """
    if not until > 0:
        raise ValueError(f"Until is {until}. It must be a time above 0, in the unit of durations.")
    observed = spells(duration, event, entry, highest=1)
    life = life_table(observed)
    before = life[life["time"] < until].iloc[1:]
    edges = np.r_[0, before["time"], until]
    areas = np.diff(edges) * np.r_[1, before["survival"]]
    mean = float(areas.sum())
    ahead = mean - np.cumsum(areas)[:-1]  # area from each step on
    steps = np.diff(life["greenwood"])[: len(before)]
    se = float(np.sqrt(np.sum(ahead**2 * steps))) or np.nan
    if np.isnan(at_times(observed, life, np.array([until]))["survival"].iloc[0]):
        mean = se = np.nan
    return RestrictedMean(len(observed), float(until), mean, se, mean - Z * se, mean + Z * se)


def restricted_mean_difference(
    first: RestrictedMean, second: RestrictedMean
) -> RestrictedMeanDifference:
    """Return the first restricted mean minus the second, of two separate groups.

    Raises ValueError when the two do not have the same ``until``.
    """
    if first.until != second.until:
        raise ValueError(
            f"The means are restricted to {first.until:g} and {second.until:g}. "
            "Only means within the same time can be compared."
        )
    difference = first.mean - second.mean
    se = float(np.hypot(first.se, second.se))
    p = float(2 * ndtr(-abs(difference) / se))
    return RestrictedMeanDifference(difference, difference - Z * se, difference + Z * se, p)


def _halfway(time: np.ndarray, curve: np.ndarray) -> float:
    """Return when a falling step curve crosses one half, NaN if it never does."""
    reached = np.flatnonzero(curve <= 0.5 + TOLERANCE)
    if not len(reached):
        return np.nan
    below = np.flatnonzero(curve < 0.5 - TOLERANCE)
    level = curve[reached[0]] >= 0.5 - TOLERANCE and len(below)
    return float((time[reached[0]] + time[below[0]]) / 2 if level else time[reached[0]])
