"""The coordinator question: how many cases, how fast, and how long until they are settled."""

import pandas as pd

from shared.estimates.periods import open_days
from shared.estimates.rates import poisson_rate
from shared.estimates.time_to_event.kaplan_meier import kaplan_meier, median_time
from shared.estimates.trend import monthly_counts, monthly_trend
from shared.study import Study

CURVE_DAYS: list[float] = [0, 7, 14, 30, 60, 90, 120, 180, 270, 365]
COORDINATOR = "coordinator"  # the type of cost that carries the coordinator's full-time equivalents


def service(study: Study, wave: int, costs: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return when each group's coordinator was in service, and to what extent.

    One row per group and interval: ``lokus_id``, ``from_on``, ``to_on`` (half-open, up to the day
    after the wave's reference date) and ``fte``. Extents come from the coordinator's cost lines
    (``costs``: kostnader) where these have them, the first and last stretched over the whole time;
    otherwise the coordinator counts as one. The time begins at the group's start, or the day after
    the first wave's reference date when no start is given.
    """
    end = pd.Timestamp(study.waves[wave]) + pd.Timedelta(days=1)
    first = min(pd.Timestamp(day) for day in study.waves.values() if day) + pd.Timedelta(days=1)
    since = pd.Series(
        {
            group.id: pd.Timestamp(group.start_on) if group.start_on else first
            for group in study.groups
        }
    )
    whole = pd.DataFrame({"lokus_id": since.index, "from_on": since.to_numpy(), "to_on": end})
    whole = whole.assign(fte=1.0)
    extents = whole.head(0) if costs is None else _extents(costs, since, end)
    unknown = whole[~whole["lokus_id"].isin(extents["lokus_id"])]
    both = pd.concat([unknown, extents], ignore_index=True)
    return both[both["from_on"] < both["to_on"]]


def _extents(costs: pd.DataFrame, since: pd.Series, end: pd.Timestamp) -> pd.DataFrame:
    """Return the coordinators' cost lines as intervals, from the group's start to ``end``."""
    lines = costs[(costs["cost_type"] == COORDINATOR) & (costs["fte"] > 0)]
    lines = lines.dropna(subset=["period_from", "period_to"])
    start = lines["lokus_id"].map(since)
    by_group = lines.groupby("lokus_id")
    earliest = lines["period_from"] == by_group["period_from"].transform("min")
    latest = lines["period_to"] == by_group["period_to"].transform("max")
    to_on = (lines["period_to"] + pd.Timedelta(days=1)).mask(latest, end).clip(upper=end)
    return pd.DataFrame(
        {
            "lokus_id": lines["lokus_id"],
            "from_on": lines["period_from"].clip(lower=start).mask(earliest, start),
            "to_on": to_on,
            "fte": lines["fte"].astype(float),
        }
    )


def case_rates(cases: pd.DataFrame, study: Study, wave: int, service: pd.DataFrame) -> pd.DataFrame:
    """Return one group's cases per full-time month of the coordinator, per period.

    service : the group's rows of ``service``.
    One row per ``period`` with service: ``months`` (full-time), ``n`` (cases), ``rate``,
    ``rate_low`` and ``rate_high`` (exact Poisson limits). Cases outside service are not counted.
    """
    ends = [pd.Timestamp(study.waves[known]) for known in sorted(study.waves) if known <= wave]
    rows, start = [], pd.Timestamp.min
    for known, end in zip(sorted(study.waves), ends, strict=False):
        within = service.assign(
            from_on=service["from_on"].clip(lower=start),
            to_on=service["to_on"].clip(upper=end + pd.Timedelta(days=1)),
        )
        counted = monthly_counts(cases["opened_on"], within[within["from_on"] < within["to_on"]])
        totals = counted.months[["count", "exposure"]].sum()
        rows.append({"period": known, "n": totals["count"], "months": totals["exposure"]})
        start = end + pd.Timedelta(days=1)
    table = pd.DataFrame(rows)
    table = table[table["months"] > 0]
    rates = poisson_rate(table["n"], table["months"]).rename(
        columns={"low": "rate_low", "high": "rate_high"}
    )
    table = table.join(rates[["rate", "rate_low", "rate_high"]])
    return table.astype({"n": "Int64"})[["period", "months", "n", "rate", "rate_low", "rate_high"]]


def rates_by_group(cases: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
    """Return cases per full-time month of the coordinator over all the time, group by group.

    One row per ``lokus_id``: ``months``, ``n``, ``rate``, ``rate_low`` and ``rate_high``.
    """
    rows = []
    # By letter as people count them: A to Z, then AA.
    for group in sorted(service["lokus_id"].unique(), key=lambda letter: (len(letter), letter)):
        interval = service[service["lokus_id"] == group]
        opened = cases.loc[cases["lokus_id"] == group, "opened_on"]
        totals = monthly_counts(opened, interval).months[["count", "exposure"]].sum()
        rows.append({"lokus_id": group, "n": totals["count"], "months": totals["exposure"]})
    table = pd.DataFrame(rows, columns=["lokus_id", "n", "months"])
    rates = poisson_rate(table["n"], table["months"]).rename(
        columns={"low": "rate_low", "high": "rate_high"}
    )
    return table.join(rates[["rate", "rate_low", "rate_high"]]).astype({"n": "Int64"})


def case_trend(cases: pd.DataFrame, service: pd.DataFrame) -> pd.DataFrame:
    """Return how one group's rate changes in a year: one row with the model that was used.

    ``n``, ``ratio`` (of the rate to that of 12 months before), ``ratio_low``, ``ratio_high``,
    ``p``, ``dispersion`` (1 where the cases spread as Poisson says) and ``p_dispersion`` (of the
    test for more spread). The limits widen with the dispersion (quasi-Poisson): a test of so few
    months misses extra spread too often to choose the model by (``estimates/trend.py``).
    """
    months = monthly_counts(cases["opened_on"], service).months
    found = monthly_trend(months, "quasi_poisson")
    row = {
        "model": found.model,
        "n": found.n,
        "ratio": found.ratio_per_year,
        "ratio_low": found.low,
        "ratio_high": found.high,
        "p": found.p,
        "dispersion": found.dispersion,
        "p_dispersion": found.p_dispersion,
    }
    return pd.DataFrame([row])


def lead_times(cases: pd.DataFrame, study: Study, wave: int, by: str = "focus") -> pd.DataFrame:
    """Return the median days from opened to closed, open cases counted as censored.

    One row per category of ``by``: ``n``, ``events`` (closed), ``median``, ``median_low``,
    ``median_high`` (Kaplan-Meier, log-log limits).
    """
    days, closed = open_days(
        cases["opened_on"], cases["closed_on"], pd.Timestamp(study.waves[wave])
    )
    rows = []
    for category, part in cases.groupby(by, observed=True):
        found = median_time(days[part.index], closed[part.index])
        limits = {"median_low": found.low, "median_high": found.high}
        known = {"n": found.n, "events": found.events, "median": found.median}
        rows.append({by: category, **known, **limits})
    columns = [by, "n", "events", "median", "median_low", "median_high"]
    return pd.DataFrame(rows, columns=columns)


def still_open(cases: pd.DataFrame, study: Study, wave: int, by: str = "focus") -> pd.DataFrame:
    """Return the share of cases still open some days after they came in (Kaplan-Meier).

    One row per category of ``by`` and day: ``day``, ``n`` (cases in all), ``open_share``,
    ``open_share_low``, ``open_share_high`` (log-log limits).
    """
    days, closed = open_days(
        cases["opened_on"], cases["closed_on"], pd.Timestamp(study.waves[wave])
    )
    names = {"time": "day", "survival": "open_share", "low": "open_share_low"}
    names["high"] = "open_share_high"
    curves = []
    for category, part in cases.groupby(by, observed=True):
        curve = kaplan_meier(days[part.index], closed[part.index], at=CURVE_DAYS)
        curve = curve.rename(columns=names)[list(names.values())]
        curves.append(curve.assign(day=CURVE_DAYS, **{by: category, "n": len(part)}))
    columns = [by, "n", *names.values()]
    return pd.concat([pd.DataFrame(columns=columns), *curves], ignore_index=True)[columns]
