"""Trend of event counts: how many a month, in how much service, and a rate ratio per year."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.estimates.count_model import count_model
from shared.estimates.periods import DAYS_PER_MONTH

FEWEST_MONTHS = 6  # a slope through fewer says next to nothing
ONE_DAY, INSTANT = np.timedelta64(1, "D"), np.timedelta64(1, "us")
MONTH = "datetime64[M]"


@dataclass(frozen=True)
class CountTrend:
    """Rate divided by the rate 12 months before, with 95 % Wald limits and two-sided p.

    n counts events; ``months`` were used and ``left_out`` were not, for want of exposure or count.
    ``model``, ``dispersion`` and ``p_dispersion`` are as in ``CountModel``.
    """

    n: int
    months: int
    left_out: int
    model: str = "none"
    ratio_per_year: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan
    dispersion: float = np.nan
    p_dispersion: float = np.nan


@dataclass(frozen=True)
class MonthlyCounts:
    """``months``: ``month`` (its first day), ``count`` and ``exposure`` (full-time months).

    outside, undated : events on days without service, and without a date; in no month's count.
    """

    months: pd.DataFrame
    outside: int
    undated: int


def monthly_trend(months: pd.DataFrame, model: str = "auto") -> CountTrend:
    """Return the trend of the rate of events: one ratio for every 12 months, on the log scale.

    months : ``month`` (a day in it), ``count`` and ``exposure`` (any unit), one row per month.
    model  : as in ``count_model``. A test of few months often misses extra spread: with 18 months
             and 1.5 to 2.5 times Poisson's variance, the limits of ``auto`` held a known trend in
             9 of 10 simulated series, those of ``quasi_poisson`` in 94 %.
    Months are taken as independent and seasons are not modelled, so part of a year can mislead.
    With fewer than 6 months, or events in only one, every figure is NaN and the model ``none``.
    Raises ValueError when a month occurs twice, and as ``count_model`` does.
    """
    day = pd.DatetimeIndex(months["month"])
    years = pd.Series(day.year + day.month / 12, months.index, name="years")
    repeats = int(years.duplicated().sum())
    if repeats:
        raise ValueError(
            f"{repeats} months occur more than once. Each may have one row: sum the groups first."
        )
    # Years as large as 2024 would be all but collinear with the constant.
    x = (years - years.min()).to_frame()
    found = count_model(months["count"], x, months["exposure"], model)
    events = months["count"].where(months["exposure"] > 0).dropna()
    known = int(events.sum()), found.n, found.left_out
    if found.n < FEWEST_MONTHS or (events > 0).sum() < 2:
        return CountTrend(*known)
    slope = found.coefficients.loc["years"]
    ratio, low, high = np.exp(slope[["estimate", "low", "high"]]).tolist()
    spread = found.dispersion, found.p_dispersion
    return CountTrend(*known, found.model, ratio, low, high, float(slope["p"]), *spread)


def monthly_counts(opened_on: pd.Series, service: pd.DataFrame) -> MonthlyCounts:
    """Return events and full-time months of service per calendar month.

    opened_on : dates of the events.
    service   : one row per interval, ``from_on`` up to but not including ``to_on``, and ``fte``
                (full-time equivalents, 1 where not given). Overlapping intervals add up.
    Every month from the first of service to the last has a row; a full-time month is 30.4375 days.
    Raises ValueError for an interval without both dates, one that ends before it starts, or an
    ``fte`` of 0 or less.
    """
    start, end, fte = _intervals(service)
    at = pd.to_datetime(opened_on).to_numpy()[:, None]
    served = ((at >= start) & (at < end)).any(axis=1)
    month = np.empty(0, MONTH)
    if len(start):
        month = np.arange(start.min().astype(MONTH), (end.max() - INSTANT).astype(MONTH) + 1)
    opens, closes = month[:, None], month[:, None] + 1
    days = np.maximum((np.minimum(closes, end) - np.maximum(opens, start)) / ONE_DAY, 0)
    table = {
        "month": month,
        "count": (month[:, None] == at[served].astype(MONTH).T).sum(axis=1),
        "exposure": days @ fte / DAYS_PER_MONTH,
    }
    undated = int(np.isnat(at).sum())
    return MonthlyCounts(pd.DataFrame(table), int((~served).sum()) - undated, undated)


def _intervals(service: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return start, end and full-time equivalents of the intervals that are not empty."""
    start, end = pd.to_datetime(service["from_on"]), pd.to_datetime(service["to_on"])
    fte = service["fte"].fillna(1) if "fte" in service else pd.Series(1, service.index)
    wrong = int((~(start <= end) | (fte <= 0)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(service)} intervals of service lack a date, end before they start, "
            "or have an fte of 0 or less. Give from_on, to_on and a share of full time above 0; "
            "for who is still in service, the day the wave ends."
        )
    some = start < end
    return start[some].to_numpy(), end[some].to_numpy(), fte[some].to_numpy(dtype=float)
