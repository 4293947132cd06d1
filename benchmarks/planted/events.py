"""What is planted in the logs: case rates and their trend, days until closed, who comes, kappa."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planted.study import AWAY, BUSY, LAST, QUIET, Interval, groups, of_group, study
from shared.demo import cases, process
from shared.demo.truth import TRUTH, WAVES
from shared.estimates.cases import case_trend, lead_times, rates_by_group, service
from shared.estimates.issues import issue_time
from shared.estimates.meetings import attendance_by_party
from shared.estimates.rates import rate_ratio
from shared.estimates.trend import monthly_trend
from shared.estimates.verdict import assessor_agreement
from shared.sources.dictionary import code_lists

PER_MONTH, THETA, GROWTH = 6.0, 4.0, 1.3  # of months that spread more than Poisson; a year's growth
# With 18 months the negative binomial's own limits are too narrow (estimates/trend.py).
MONTHS = {"quasi_poisson": 18, "negative_binomial": 60}


def case_rates(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the coordinator's cases a month, their trend, and busy groups beside the others."""
    log, served = cases.cases(rng, groups()), service(study(), LAST)
    rates = rates_by_group(log, served)
    often, seldom = TRUTH.cases.per_month_busy, TRUTH.cases.per_month
    for position, who, planted in ((QUIET, "a group", seldom), (BUSY, "a busy group", often)):
        rate = of_group(rates, position).iloc[0]
        limits = rate["rate_low"], rate["rate_high"]
        yield Interval(f"cases a month, {who}", "Garwood", planted, *limits)
        trend = case_trend(of_group(log, position), of_group(served, position)).iloc[0]
        limits = trend["ratio_low"], trend["ratio_high"]
        yield Interval(f"trend of cases a year, {who}", "quasi-Poisson t", 1.0, *limits)
    busy = rates["lokus_id"].isin(groups().loc[groups()["busy"], "lokus_id"])
    more, fewer = (rates.loc[chosen, ["n", "months"]].sum() for chosen in (busy, ~busy))
    ratio = rate_ratio(*more, *fewer)
    name, planted = "cases a month, busy to other groups", often / seldom
    yield Interval(name, "Clopper-Pearson", planted, ratio.low, ratio.high)


def days_until_closed(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the median days of cases and of structural issues, all groups together."""
    medians = lead_times(cases.cases(rng, groups()), study(), LAST).set_index("focus")
    for focus in ("individual", "structural"):
        planted = getattr(TRUTH.cases, f"median_days_{focus}")
        yield _median(f"{focus} cases", planted, medians.loc[focus])
    found = issue_time(cases.issues(rng, groups()), study(), LAST).iloc[0]
    yield _median("issues", cases.MEDIAN_DAYS_ISSUE, found)


def attendance(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the share of meetings to which at least one of those with a party's seats came."""
    held = process.meetings(rng, groups())
    came = process.attendance(rng, groups(), held).drop(columns="held_on")
    often, seldom = TRUTH.meetings.present, TRUTH.meetings.present_fk_away
    for party, who, group, table, chance in (
        ("fk", "a group", QUIET, of_group(came, QUIET), often),
        ("fk", "a group it keeps away from", AWAY, of_group(came, AWAY), seldom),
        ("af", "all", AWAY, came, often),  # it has as many seats in each
    ):
        seats = groups().loc[group, party]
        found = attendance_by_party(table, held, study(), LAST).set_index("party").loc[party]
        name, planted = f"meetings attended by {party}, {who}", 1 - (1 - chance) ** seats
        yield Interval(name, "Wilson", planted, found["low"], found["high"])


def agreement(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the kappa of two assessors over all groups, parts and waves."""
    judged = pd.concat([process.checklist(rng, groups(), wave) for wave in WAVES])
    found = assessor_agreement(judged).iloc[0]
    limits = found["kappa_low"], found["kappa_high"]
    yield Interval("agreement of assessors, all", "kappa, Fisher z", _planted_kappa(), *limits)


def extra_spread(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the trend of monthly counts that are negative binomial, by two models."""
    for model, n in MONTHS.items():
        month = pd.date_range("2016-01-01", periods=n, freq="MS")
        mean = PER_MONTH * GROWTH ** (np.arange(n) / 12)
        count = rng.poisson(rng.gamma(THETA, mean / THETA))
        months = pd.DataFrame({"month": month, "count": count, "exposure": 1.0})
        found = monthly_trend(months, model)
        method = "quasi-Poisson t" if model == "quasi_poisson" else "neg. binomial, Wald"
        name = f"trend a year with extra spread, {n} months"
        yield Interval(name, method, GROWTH, found.low, found.high)


def _median(of: str, planted: float, found: pd.Series) -> Interval:
    """Return the limits of a median of exponential times of which only whole days are counted.

    P(days > t) is 2 ** -((t + 1) / planted): one half at t = planted - 1 when that is whole, and
    level for a day, of which the median is the middle. A limit that the curve never comes down to
    lies after the last follow-up, so it is infinite.
    """
    low, high = found[["median_low", "median_high"]].astype(float).fillna(np.inf)
    return Interval(f"median days, {of}", "Kaplan-Meier, log-log", planted - 0.5, low, high)


def _planted_kappa() -> float:
    """Return kappa, linear weights, of the judgements that both assessors could make.

    The second repeats the first, or chooses anew among all four answers. Of what the first does
    not find in place, 0.6 is partly so. The joint shares are linear in the share in place, so its
    mean over parts and waves gives those of all together.
    """
    planted = TRUTH.checklist
    in_place = [
        by_wave if part in planted.improving else planted.in_place_flat
        for part in code_lists()["process_part"]
        for by_wave in planted.in_place.values()
    ]
    yes = np.mean(in_place)
    first = np.array([yes, 0.6 * (1 - yes), 0.4 * (1 - yes)])
    anew = planted.assessors_differ
    both = (1 - anew) * np.diag(first) + anew * np.outer(first, np.full(3, 1 / 4))
    both /= both.sum()
    weights = 1 - np.abs(np.subtract.outer(range(3), range(3))) / 2
    expected = both.sum(axis=1) @ weights @ both.sum(axis=0)
    return float(((weights * both).sum() - expected) / (1 - expected))
