"""Time to an event when some are still waiting: survival, its median, and competing events.

All intervals are 95 % and pointwise, on the log-log scale, which keeps them within 0 to 1; R's
``survfit`` and many published figures use the log scale instead, so their limits differ a little.
A curve says nothing after the last follow-up unless everyone has had the event by then: NaN.

Source: Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed.,
section 1.4 (survival), and Marubini and Valsecchi (1995), Analysing Survival Data, chapter 10
(competing events, with their standard error).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

Z = 1.959963984540054  # 97.5th percentile of the standard normal
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


def kaplan_meier(
    duration: ArrayLike | pd.Series, event: ArrayLike | pd.Series, at: list[float] | None = None
) -> pd.DataFrame:
    """Return the share still waiting, with log-log limits.

    duration : time from start to event or to last follow-up, shape (spells,), 0 or more.
    event    : 1 or True when the event ended the spell, 0 when it was still open, shape (spells,).
    at       : the times to report, in the unit of ``duration``; without it every distinct duration.
    Returns one row per time, in order: ``time``, ``at_risk`` (spells that lasted until then),
    ``events`` (after the row above, up to and including this time), ``survival``, ``low`` and
    ``high`` (proportions, 0 to 1). The limits are NaN where survival is 0 or 1.
    Raises ValueError for missing values, negative durations or events other than 0 and 1.
    """
    life = _life_table(_spells(duration, event, highest=1))
    times = life["time"].to_numpy()[1:] if at is None else np.sort(np.asarray(at, dtype=float))
    now = _in_force(life, times)
    low, high = _log_log_limits(now["survival"], now["survival"] * np.sqrt(now["greenwood"]))
    table = {
        "time": times,
        "at_risk": now["at_risk"],
        "events": np.diff(now["happened"], prepend=0),
        "survival": now["survival"],
        "low": low,
        "high": high,
    }
    return pd.DataFrame(table)


def median_time(duration: ArrayLike | pd.Series, event: ArrayLike | pd.Series) -> Median:
    """Return the median time to the event; inputs and errors are those of `kaplan_meier`.

    Where the curve is level at exactly one half, the median is the middle of that step, as in R's
    ``survfit``: without open spells it is then the ordinary median.
    """
    curve = kaplan_meier(duration, event)
    time = curve["time"].to_numpy()
    return Median(
        n=int(curve["at_risk"].max()) if len(curve) else 0,
        events=int(curve["events"].sum()),
        median=_halfway(time, curve["survival"].to_numpy()),
        low=_halfway(time, curve["low"].to_numpy()),
        high=_halfway(time, curve["high"].to_numpy()),
    )


def cumulative_incidence(
    duration: ArrayLike | pd.Series, cause: ArrayLike | pd.Series, at: list[float]
) -> pd.DataFrame:
    """Return the share that has ended by each time for each cause (Aalen-Johansen).

    duration : time from start to end or to last follow-up, shape (spells,), 0 or more.
    cause    : 0 when the spell was still open, else a whole number for why it ended.
    at       : the times to report, in the unit of ``duration``.
    Returns one row per time and cause seen, in order: ``time``, ``cause``, ``at_risk`` (spells
    that lasted until then), ``incidence``, ``low`` and ``high`` (proportions, 0 to 1). The limits
    are NaN where incidence is 0 or 1. A cause that ended no spell gets no row.
    Raises ValueError for missing values, negative durations or causes that are not whole.
    """
    spells = _spells(duration, cause)
    life = _life_table(spells)
    times = np.sort(np.asarray(at, dtype=float))
    now = _in_force(life, times)
    tables = []
    for number in np.unique(spells["mark"][spells["mark"] > 0]):
        ended = _count(spells["duration"][spells["mark"] == number], life["time"])
        incidence, error = _incidence(life, ended)
        known = np.where(now["survival"].isna(), np.nan, incidence[now["row"]])
        low, high = _log_log_limits(known, error[now["row"]])
        columns = {"time": times, "cause": int(number), "at_risk": now["at_risk"]}
        tables.append(pd.DataFrame({**columns, "incidence": known, "low": low, "high": high}))
    if not tables:
        return pd.DataFrame(columns=["time", "cause", "at_risk", "incidence", "low", "high"])
    return pd.concat(tables).sort_values(["time", "cause"], ignore_index=True)


def _spells(
    duration: ArrayLike | pd.Series, mark: ArrayLike | pd.Series, highest: float = np.inf
) -> pd.DataFrame:
    """Return ``duration`` and ``mark`` as floats, one row per spell, or refuse them."""
    spells = pd.DataFrame({"duration": duration, "mark": mark}).astype(float)
    if missing := int(spells.isna().any(axis=1).sum()):
        raise ValueError(
            f"{missing} of {len(spells)} spells lack a duration or do not say how they ended. "
            "Decide on them first: left out in silence they would bias the curve."
        )
    if negative := int((spells["duration"] < 0).sum()):
        raise ValueError(f"{negative} durations are negative. They must be 0 or more.")
    whole = spells["mark"].between(0, highest) & (spells["mark"] % 1 == 0)
    if strange := int((~whole).sum()):
        allowed = "1 (event)" if highest == 1 else "a whole number above 0 (cause)"
        raise ValueError(f"{strange} spells end in something else than 0 (open) or {allowed}.")
    return spells


def _life_table(spells: pd.DataFrame) -> pd.DataFrame:
    """Return the curve as steps: a start row at time -inf, then one row per distinct duration.

    ``at_risk`` just before ``time``, ``happened`` (events until then, cumulated), ``survival``
    after it, and ``greenwood``, the sum that makes its variance.
    """
    time = np.r_[-np.inf, np.unique(spells["duration"])]
    left = _count(spells["duration"], time)
    events = _count(spells["duration"][spells["mark"] > 0], time)
    at_risk = len(spells) - np.cumsum(left) + left
    stayed = at_risk - events
    hazard = events / np.maximum(at_risk, 1)  # without spells nobody is at risk
    # When everyone left has the event, survival is 0 and its variance is not defined.
    step = np.divide(hazard, stayed, out=np.zeros(len(time)), where=stayed > 0)
    return pd.DataFrame(
        {
            "time": time,
            "at_risk": at_risk,
            "happened": np.cumsum(events),
            "survival": np.cumprod(1 - hazard),
            "greenwood": np.cumsum(step),
        }
    )


def _count(durations: pd.Series, time: ArrayLike) -> np.ndarray:
    """Return how many ``durations`` fall on each ``time``, shape of ``time``."""
    return np.bincount(np.searchsorted(time, durations), minlength=np.size(time))


def _in_force(life: pd.DataFrame, times: np.ndarray) -> pd.DataFrame:
    """Return the life table as it stands at each of ``times``, with the ``row`` it comes from."""
    row = np.searchsorted(life["time"], times, side="right") - 1
    coming = np.searchsorted(life["time"], times, side="left")
    beyond = (times > life["time"].iloc[-1]) & (life["survival"].iloc[-1] > 0)
    now = life.iloc[row].reset_index(drop=True)
    return now.assign(
        row=row,
        at_risk=np.r_[life["at_risk"], 0][coming],
        survival=now["survival"].where(~beyond),
    )


def _incidence(life: pd.DataFrame, ended: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return incidence and standard error of one cause after each row of the life table.

    ended : spells this cause ended at each row, shape (rows,).
    The variance is the delta method's (Dinse and Larson 1986, Biometrika 73, 379-386), as in
    Stata's ``stcompet``; with a single cause it is Greenwood's.
    """
    at_risk = life["at_risk"].clip(lower=1).to_numpy()
    before = np.r_[1.0, life["survival"][:-1]]
    step = before * ended / at_risk
    incidence = np.cumsum(step)
    greenwood = np.diff(life["greenwood"], prepend=0)
    own = before**2 * ended * (at_risk - ended) / at_risk**3
    # The square of incidence[t] - incidence[s], summed over s up to t, is multiplied out so that
    # cumulative sums do.
    variance = (
        incidence**2 * np.cumsum(greenwood)
        - 2 * incidence * np.cumsum(incidence * greenwood + step / at_risk)
        + np.cumsum(incidence**2 * greenwood + own + 2 * incidence * step / at_risk)
    )
    return incidence, np.sqrt(variance.clip(min=0))


def _log_log_limits(share: ArrayLike, error: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Return 95 % limits symmetric on the scale log(-log(share)); NaN at shares of 0 and 1."""
    share = np.asarray(share, dtype=float)
    inner = np.where((share > 0) & (share < 1), share, np.nan)
    spread = Z * np.asarray(error) / (inner * -np.log(inner))
    return inner ** np.exp(spread), inner ** np.exp(-spread)


def _halfway(time: np.ndarray, curve: np.ndarray) -> float:
    """Return when a falling step curve crosses one half, NaN if it never does."""
    reached = np.flatnonzero(curve <= 0.5 + TOLERANCE)
    if not len(reached):
        return np.nan
    below = np.flatnonzero(curve < 0.5 - TOLERANCE)
    level = curve[reached[0]] >= 0.5 - TOLERANCE and len(below)
    return float((time[reached[0]] + time[below[0]]) / 2 if level else time[reached[0]])
