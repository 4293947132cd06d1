"""Days and months as numpy dates."""

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


def add_months(start: Days, months: int | np.ndarray) -> Days:
    """Return the same day ``months`` later, or the last of a month that is too short."""
    month = start.astype("datetime64[M]")
    within = start - month.astype("datetime64[D]")
    last = (month + months + 1).astype("datetime64[D]") - 1
    return np.minimum((month + months).astype("datetime64[D]") + within, last)
