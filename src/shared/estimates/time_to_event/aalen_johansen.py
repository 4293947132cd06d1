"""Competing events: the share that has ended by each time for each cause (Aalen-Johansen).

One minus the survival of a single cause, with the others taken as losses, is no such share: it
answers for a world where the other causes do not exist, and is too high. Intervals are 95 %,
pointwise and log-log, and nothing is said after the last follow-up, as for survival.

Source: Marubini and Valsecchi (1995), Analysing Survival Data, chapter 10.
"""

import numpy as np
import pandas as pd

from shared.estimates.time_to_event.life_table import (
    Values,
    at_times,
    count,
    life_table,
    log_log_limits,
    spells,
)

COLUMNS = ["time", "cause", "at_risk", "events", "incidence", "low", "high"]


def cumulative_incidence(
    duration: Values,
    cause: Values,
    at: list[float],
    entry: Values | None = None,
    causes: list[int] | None = None,
) -> pd.DataFrame:
    """Return the share that has ended by each time for each cause.

    duration : time from start to end or to last follow-up, shape (spells,), 0 or more.
    cause    : 0 when the spell was still open, else a whole number for why it ended.
    at       : the times to report, in the unit of ``duration``.
    entry    : time at which each spell came under observation; without it, from the very start.
    causes   : whole numbers above 0 that get rows even if they ended no spell.
    Returns one row per time and cause seen or asked for, in order: ``time``, ``cause``,
    ``at_risk`` (spells under observation then that had lasted until then), ``events`` (ended by
    this cause up to and including this time), ``incidence``, ``low`` and ``high`` (proportions, 0
    to 1). The limits are NaN where incidence is 0 or 1.
    Raises ValueError for missing values, negative durations, causes that are not whole, and spells
    that end at or before their entry.
    """
    observed = spells(duration, cause, entry)
    life = life_table(observed)
    times = np.sort(np.asarray(at, dtype=float))
    now = at_times(observed, life, times)
    tables = []
    for number in _numbers(observed["mark"], causes or []):
        ended = count(observed["duration"][observed["mark"] == number], life["time"])
        incidence, error = _incidence(life, ended)
        known = np.where(now["survival"].isna(), np.nan, incidence[now["row"]])
        low, high = log_log_limits(known, error[now["row"]])
        columns = (times, number, now["at_risk"], np.cumsum(ended)[now["row"]], known, low, high)
        tables.append(pd.DataFrame(dict(zip(COLUMNS, columns, strict=True))))
    if not tables:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(tables).sort_values(["time", "cause"], ignore_index=True)


def _numbers(mark: pd.Series, asked: list[int]) -> list[int]:
    """Return the causes seen and asked for, in order."""
    if strange := [number for number in asked if number <= 0 or number % 1]:
        raise ValueError(f"Causes asked for are {strange}. They must be whole numbers above 0.")
    return sorted({int(number) for number in [*mark[mark > 0].unique(), *asked]})


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
