"""The coordinator question: how many cases, how fast, and how long until they are settled."""

import pandas as pd

from shared.estimates.rates import poisson_rate
from shared.estimates.time_to_event import median_time
from shared.study import Study

DAYS_PER_MONTH = 365.25 / 12


def case_rates(
    cases: pd.DataFrame, study: Study, wave: int, by: tuple[str, ...] = ("period",)
) -> pd.DataFrame:
    """Return cases per month of service, with exact Poisson intervals.

    A group is in service from its start, or from the first wave when no start is given. One row
    per ``by`` (``period``, ``lokus_id``): ``n`` (cases), ``months``, ``rate``, ``rate_low`` and
    ``rate_high``. Periods without service are left out, and so are their cases. By period only the
    groups that have cases count; by group those without any are there too.
    """
    service = _service(study, wave)
    service = service[service["months"] > 0]
    cases = cases.merge(service[["lokus_id", "period"]], validate="many_to_one")
    if "lokus_id" not in by:
        service = service[service["lokus_id"].isin(cases["lokus_id"])]
    months = service.groupby(list(by))["months"].sum()
    counted = cases.groupby(list(by), observed=True).size().reindex(months.index, fill_value=0)
    rates = poisson_rate(counted, months).rename(
        columns={"count": "n", "exposure": "months", "low": "rate_low", "high": "rate_high"}
    )
    return rates.reset_index()


def lead_times(cases: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Return the median days from opened to closed per level, open cases counted as censored.

    One row per ``focus``: ``n``, ``events`` (closed), ``median``, ``median_low``, ``median_high``
    (Kaplan-Meier, log-log limits).
    """
    as_of = pd.Timestamp(study.waves[wave])
    closed = cases["closed_on"].notna() & (cases["closed_on"] <= as_of)
    days = (cases["closed_on"].where(closed, as_of) - cases["opened_on"]).dt.days
    rows = []
    for focus, part in cases.groupby("focus", observed=True):
        found = median_time(days[part.index], closed[part.index])
        limits = {"median_low": found.low, "median_high": found.high}
        known = {"n": found.n, "events": found.events, "median": found.median}
        rows.append({"focus": focus, **known, **limits})
    columns = ["focus", "n", "events", "median", "median_low", "median_high"]
    return pd.DataFrame(rows, columns=columns)


def _service(study: Study, wave: int) -> pd.DataFrame:
    """Return months in service per group and period."""
    ends = {w: pd.Timestamp(day) for w, day in sorted(study.waves.items()) if day and w <= wave}
    rows = []
    for group in study.groups:
        start = pd.Timestamp(group.start_on) if group.start_on else min(ends.values())
        for period, end in ends.items():
            months = max((end - start).days, 0) / DAYS_PER_MONTH
            rows.append({"lokus_id": group.id, "period": period, "months": months})
            start = max(start, end)
    return pd.DataFrame(rows)
