"""Days and months as numpy dates, and what was known of a table on a given day."""

from datetime import date

import numpy as np
import pandas as pd

Days = np.ndarray  # datetime64[D], shape (n,)


def day(value: date) -> np.datetime64:
    """Return a date as a numpy day."""
    return np.datetime64(value, "D")


def days(column: pd.Series) -> Days:
    """Return a date column as numpy days."""
    return column.to_numpy("datetime64[D]")


def add_months(start: Days, months: int) -> Days:
    """Return the same day ``months`` later, or the last of a month that is too short."""
    month = start.astype("datetime64[M]")
    within = start - month.astype("datetime64[D]")
    last = (month + months + 1).astype("datetime64[D]") - 1
    return np.minimum((month + months).astype("datetime64[D]") + within, last)


def known_on(
    frame: pd.DataFrame, on: date, *, opened: str, closed: str, unknown: tuple[str, ...] = ()
) -> pd.DataFrame:
    """Return the rows opened by a day; what closed later is open, its ``unknown`` cells empty."""
    known = frame[days(frame[opened]) <= day(on)].copy()
    still_open = ~(days(known[closed]) <= day(on))  # an empty date compares false
    for column in (closed, *unknown):
        known.loc[still_open, column] = None
    return known
