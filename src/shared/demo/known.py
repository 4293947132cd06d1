"""What is known of a table: cells that nobody recorded, and cells that are still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from shared.demo.dates import day, days


@dataclass(frozen=True)
class Life:
    """The columns in which something opens and closes, and those that are empty until it closes."""

    opened: str
    closed: str
    unknown: tuple[str, ...]


def blank(frame: pd.DataFrame, rows: pd.Series | np.ndarray, columns: Sequence[str]) -> None:
    """Empty the cells of some rows in some columns of ``frame``, whatever their type."""
    for column in columns:
        frame[column] = frame[column].mask(rows)


def only(values: np.ndarray, rows: pd.Series | np.ndarray) -> np.ndarray:
    """Return the values of some rows; those of the others are missing."""
    return pd.Series(values, dtype=object).where(np.asarray(rows), None).to_numpy()


def known_on(frame: pd.DataFrame, on: date, life: Life) -> pd.DataFrame:
    """Return the rows opened by a day; what closes later is still open."""
    known = frame[days(frame[life.opened]) <= day(on)].copy()
    still_open = ~(days(known[life.closed]) <= day(on))  # an empty date compares false
    blank(known, still_open, (life.closed, *life.unknown))
    return known
