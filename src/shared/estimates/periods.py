"""Dates beside the waves: the period a date belongs to, and how long something has been open."""

import pandas as pd

from shared.study import Study

DAYS_PER_MONTH = 365.25 / 12


def period_of(dates: pd.Series, study: Study) -> pd.Series:
    """Return, per date, the wave at whose reference date its period ends; NA after the last.

    Periods are half-open from the day after one reference date to the next one's; what came before
    the baseline belongs to wave 0.
    """
    ends = {wave: pd.Timestamp(day) for wave, day in study.waves.items() if day}
    period = pd.Series(pd.NA, index=dates.index, dtype="Int64")
    for wave in sorted(ends, reverse=True):
        period = period.mask(dates <= ends[wave], wave)
    return period


def open_days(
    opened: pd.Series, closed: pd.Series, as_of: pd.Timestamp
) -> tuple[pd.Series, pd.Series]:
    """Return the days from opened to closed, or so far, and whether it had closed by ``as_of``."""
    ended = (closed <= as_of).fillna(False).astype(bool)
    return (closed.where(ended, as_of) - opened).dt.days, ended
