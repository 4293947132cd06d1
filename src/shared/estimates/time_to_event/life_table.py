"""The life table that every curve and test of time to an event is made from.

A spell is under observation, and at risk, on (entry, duration]: from just after its entry up to
and including its end. Events come before losses at the same time, so whoever was last seen at a
time was still at risk there.

Late entry follows R's ``survfit``: an empty risk set leaves the curve where it was, and a first
risk set that is lost whole takes survival to 0, where it stays however many enter later. Look at
``at_risk`` early on before a curve with late entry is believed.

Source: Kalbfleisch and Prentice (2002), The Statistical Analysis of Failure Time Data, 2nd ed.,
section 1.4; Klein and Moeschberger (2003), Survival Analysis, 2nd ed., section 4.6 (late entry).
"""

from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

Z = 1.959963984540054  # 97.5th percentile of the standard normal

Values: TypeAlias = ArrayLike | pd.Series


def spells(
    duration: Values,
    mark: Values,
    entry: Values | None = None,
    *,
    highest: float = np.inf,
    **labels: Values,
) -> pd.DataFrame:
    """Return one row per spell with ``duration``, ``mark`` and ``entry``, or refuse them.

    duration : time from start to event or to last follow-up, shape (spells,), 0 or more.
    mark     : 0 when the spell was still open, else a whole number, at most ``highest``.
    entry    : time at which the spell came under observation, shape (spells,). Without it every
               spell is seen from the very start, so that events at time 0 count.
    labels   : further columns to keep, such as a group; they may not be missing.
    Two Series are paired by index. Returns floats and the labels as they are.
    Raises ValueError for missing values, negative durations, other marks and spells that end at
    or before their entry.
    """
    given = {"duration": duration, "mark": mark, **({} if entry is None else {"entry": entry})}
    table = pd.DataFrame({**given, **labels})
    for name in labels:
        if unlabelled := int(table[name].isna().sum()):
            raise ValueError(f"{unlabelled} of {len(table)} spells lack a {name}. Each needs one.")
    table = table.astype(dict.fromkeys(given, float))
    _require_sense(table, highest)
    return table if entry is not None else table.assign(entry=-np.inf)


def life_table(spells: pd.DataFrame) -> pd.DataFrame:
    """Return the curve as steps: a start row at time -inf, then one row per distinct duration.

    spells : as `spells` returns them; a mark above 0 is an event.
    Returns ``time``, ``at_risk`` just before it, ``happened`` (events until then, cumulated),
    ``survival`` after it, and ``greenwood``, the sum that makes its variance.
    """
    time = np.r_[-np.inf, np.unique(spells["duration"])]
    events = count(spells["duration"][spells["mark"] > 0], time)
    at_risk = _at_risk(spells, time)
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


def at_times(spells: pd.DataFrame, life: pd.DataFrame, times: np.ndarray) -> pd.DataFrame:
    """Return the life table as it stands at each of ``times``, with the ``row`` it comes from.

    ``at_risk`` is of the time itself. ``survival`` is NaN after the last follow-up, unless it had
    come down to 0.
    """
    row = np.searchsorted(life["time"], times, side="right") - 1
    beyond = (times > life["time"].iloc[-1]) & (life["survival"].iloc[-1] > 0)
    now = life.iloc[row].reset_index(drop=True)
    return now.assign(
        row=row,
        at_risk=_at_risk(spells, times),
        survival=now["survival"].where(~beyond),
    )


def count(durations: Values, time: ArrayLike) -> np.ndarray:
    """Return how many ``durations`` fall on each ``time``, shape of ``time``."""
    return np.bincount(np.searchsorted(time, durations), minlength=np.size(time))


def log_log_limits(share: Values, error: Values) -> tuple[np.ndarray, np.ndarray]:
    """Return 95 % limits symmetric on the scale log(-log(share)); NaN at shares of 0 and 1."""
    share = np.asarray(share, dtype=float)
    inner = np.where((share > 0) & (share < 1), share, np.nan)
    spread = Z * np.asarray(error) / (inner * -np.log(inner))
    return inner ** np.exp(spread), inner ** np.exp(-spread)


def _require_sense(table: pd.DataFrame, highest: float) -> None:
    numbers = table[[name for name in ("duration", "mark", "entry") if name in table]]
    if missing := int(numbers.isna().any(axis=1).sum()):
        entry = ", an entry" if "entry" in table else ""
        raise ValueError(
            f"{missing} of {len(table)} spells lack a duration{entry} or do not say how they "
            "ended. Decide on them first: left out in silence they would bias the curve."
        )
    if negative := int((table["duration"] < 0).sum()):
        raise ValueError(f"{negative} durations are negative. They must be 0 or more.")
    whole = table["mark"].between(0, highest) & (table["mark"] % 1 == 0)
    if strange := int((~whole).sum()):
        allowed = "1 (event)" if highest == 1 else "a whole number above 0 (cause)"
        raise ValueError(f"{strange} spells end in something else than 0 (open) or {allowed}.")
    if "entry" in table and (late := int((table["entry"] >= table["duration"]).sum())):
        raise ValueError(
            f"{late} of {len(table)} spells end at or before their entry. They were never under "
            "observation: leave them out and say how many."
        )


def _at_risk(spells: pd.DataFrame, time: np.ndarray) -> np.ndarray:
    """Return how many spells have entered before and not ended before each time."""
    entered, ended = (
        np.searchsorted(np.sort(spells[name]), time) for name in ("entry", "duration")
    )
    return entered - ended
