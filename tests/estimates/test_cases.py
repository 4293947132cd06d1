"""The coordinator question: each test states one rule and a number worked by hand.

A month is 365.25 / 12 = 30.4375 days, so 487 days are exactly 16 months.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from shared.estimates.cases import (
    CURVE_DAYS,
    case_rates,
    case_trend,
    lead_times,
    rates_by_group,
    service,
    still_open,
)
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}


def study(waves=WAVES, **starts):
    """Build a study whose groups start on the days given."""
    groups = [{"id": group, "start_on": day} for group, day in starts.items()]
    return Study(name="s", title="Study", waves=waves, groups=groups)


def opened(*days, group="A"):
    """Build case records opened on the days given."""
    return pd.DataFrame({"opened_on": pd.to_datetime(list(days))}).assign(lokus_id=group)


def cases(*rows, focus="individual"):
    """Build case records from (day opened, day closed) rows."""
    table = pd.DataFrame(rows, columns=["opened_on", "closed_on"]).astype("datetime64[s]")
    return table.assign(focus=focus)


def served(*rows):
    """Build intervals of service of group A from (from, to, fte) rows."""
    table = pd.DataFrame(rows, columns=["from_on", "to_on", "fte"])
    dates = {"from_on": "datetime64[s]", "to_on": "datetime64[s]"}
    return table.astype(dates).assign(lokus_id="A")


@pytest.fixture
def costs(processed):
    """Return a function that builds the coordinator's cost lines from (from, to, fte) rows."""

    def build(*rows, **known):
        columns = ["period_from", "period_to", "fte"]
        lines = [dict(zip(columns, row, strict=True)) for row in rows]
        return processed("kostnader", *[{"cost_type": "coordinator", **x, **known} for x in lines])

    return build


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


def intervals(table):
    """Return the intervals of service as text."""
    days = [table[name].dt.strftime("%Y-%m-%d") for name in ("from_on", "to_on")]
    return list(zip(*days, table["fte"], strict=True))


# Service


@pytest.mark.parametrize(
    ("start_on", "from_on"),
    [("2016-01-01", "2016-01-01"), ("2016-03-14", "2016-03-14"), (None, "2016-01-16")],
)
def test_service_is_from_the_start_of_the_group_until_the_wave(start_on, from_on):
    got = service(study(A=start_on), 6)
    assert intervals(got) == [(from_on, "2016-07-16", 1.0)]


def test_group_that_starts_after_the_wave_is_not_in_service():
    assert service(study(A="2016-07-16", B="2016-07-15"), 6)["lokus_id"].tolist() == ["B"]


def test_cost_lines_give_the_extent_and_are_stretched_at_both_ends(costs):
    lines = costs(("2016-02-01", "2016-03-31", 0.5), ("2016-04-01", "2016-05-31", 1.0))
    assert intervals(service(study(A="2016-01-01"), 6, lines)) == [
        ("2016-01-01", "2016-04-01", 0.5),
        ("2016-04-01", "2016-07-16", 1.0),
    ]


def test_time_between_cost_lines_is_without_service(costs):
    lines = costs(("2016-01-01", "2016-02-29", 0.5), ("2016-05-10", "2016-12-31", 0.8))
    assert intervals(service(study(A="2016-01-01"), 6, lines)) == [
        ("2016-01-01", "2016-03-01", 0.5),
        ("2016-05-10", "2016-07-16", 0.8),
    ]


def test_two_coordinators_at_once_are_both_in_service(costs):
    lines = costs(("2016-01-01", "2016-12-31", 0.5), ("2016-03-01", "2016-12-31", 0.25))
    assert intervals(service(study(A="2016-01-01"), 6, lines)) == [
        ("2016-01-01", "2016-07-16", 0.5),
        ("2016-03-01", "2016-07-16", 0.25),
    ]


def test_cost_lines_from_before_the_start_of_the_group_are_cut_there(costs):
    lines = costs(
        ("2015-01-01", "2015-06-30", 0.5),
        ("2015-07-01", "2016-03-31", 0.75),
        ("2016-04-01", "2016-12-31", 1.0),
    )
    assert intervals(service(study(A="2016-01-01"), 6, lines)) == [
        ("2016-01-01", "2016-04-01", 0.75),
        ("2016-04-01", "2016-07-16", 1.0),
    ]


def test_cost_line_of_a_later_year_is_not_in_service_yet(costs):
    lines = costs(("2016-01-01", "2016-12-31", 0.5), ("2017-01-01", "2017-12-31", 1.0))
    assert intervals(service(study(A="2016-01-01"), 6, lines)) == [
        ("2016-01-01", "2016-07-16", 0.5)
    ]


@pytest.mark.parametrize(
    ("line", "known"),
    [
        (("2016-01-01", "2016-12-31", None), {}),
        (("2016-01-01", "2016-12-31", 0.0), {}),
        ((None, "2016-12-31", 0.5), {}),
        (("2016-01-01", None, 0.5), {}),
        (("2016-01-01", "2016-12-31", 0.5), {"cost_type": "premises"}),
        (("2016-01-01", "2016-12-31", 0.5), {"lokus_id": "B"}),
    ],
)
def test_group_whose_extent_is_not_known_counts_as_one(costs, line, known):
    got = service(study(A="2016-01-01", B=None), 6, costs(line, **known))
    assert intervals(got[got["lokus_id"] == "A"]) == [("2016-01-01", "2016-07-16", 1.0)]


# Rates


def test_rate_has_exact_poisson_limits():
    # R's poisson.test(10): 4.795389 to 18.390356 events, here in 16 months of service.
    months_16 = study({0: "2016-01-01", 18: "2017-05-01"}, A="2016-01-01")
    until = served(("2016-01-01", "2017-05-02", 1))
    got = case_rates(opened(*["2016-06-01"] * 10), months_16, 18, until).iloc[-1]
    whole = only_row(rates_by_group(opened(*["2016-06-01"] * 10), until))
    assert (got["n"], got["months"]) == (10, pytest.approx(16 - 1 / 30.4375))
    assert (whole["n"], whole["months"], whole["rate"]) == (10, 16.0, 0.625)
    limits = (whole["rate_low"], whole["rate_high"])
    assert limits == pytest.approx((4.795389 / 16, 18.390356 / 16), abs=1e-6)
    # The first period is a single day, without cases.
    assert got["rate_high"] == pytest.approx(18.390356 / got["months"], abs=1e-6)


@pytest.mark.parametrize(
    ("from_on", "days"),
    [
        ("2016-01-01", {0: 15, 6: 182}),  # both ends count
        ("2016-01-16", {6: 182}),
        ("2016-03-01", {6: 137}),  # from within a month
    ],
)
def test_full_time_months_per_period(from_on, days):
    known = study(A=from_on)
    got = case_rates(opened("2016-07-01"), known, 6, service(known, 6)).set_index("period")
    assert (got["months"] * 30.4375).to_dict() == pytest.approx(days)
    assert got["n"].to_dict() == {period: int(period == 6) for period in days}


def test_part_time_and_overlap_make_full_time_months():
    # 30 days at half time, then 10 days with 0.5 and 0.25 together.
    rows = [("2016-02-01", "2016-03-12", 0.5), ("2016-03-02", "2016-03-12", 0.25)]
    got = only_row(case_rates(opened("2016-02-10"), study(A=None), 6, served(*rows)))
    assert got["months"] * 30.4375 == pytest.approx(30 * 0.5 + 10 * 0.75)
    assert got["rate"] == pytest.approx(1 / got["months"])


def test_case_counts_in_the_period_that_its_day_belongs_to():
    days = ("2016-01-15", "2016-01-16", "2016-07-15", "2016-07-16", "2017-01-15")
    known = study(A="2016-01-01")
    got = case_rates(opened(*days), known, 12, service(known, 12)).set_index("period")
    assert got["n"].to_dict() == {0: 1, 6: 2, 12: 2}


def test_cases_outside_service_are_in_no_rate():
    rows = [("2016-02-01", "2016-03-01", 1), ("2016-04-01", "2016-05-01", 1)]
    log = opened("2016-01-31", "2016-02-01", "2016-02-29", "2016-03-01", "2016-05-01")
    assert only_row(case_rates(log, study(A=None), 6, served(*rows)))["n"] == 2
    assert only_row(rates_by_group(log, served(*rows)))["n"] == 2


def test_period_without_cases_has_the_rate_zero():
    # No event: 0 to -ln(0.025) = 3.688879 events.
    known = study(A=None)
    got = case_rates(opened("2016-12-01"), known, 12, service(known, 12)).set_index("period")
    assert got["rate"].to_dict() == {6: 0.0, 12: pytest.approx(30.4375 / 184)}
    assert got.loc[6, "rate_low"] == 0.0
    assert got.loc[6, "rate_high"] == pytest.approx(3.688879 / (182 / 30.4375), abs=1e-6)


def test_period_without_service_has_no_row():
    got = case_rates(opened(), study(A=None), 12, served(("2016-08-01", "2016-09-01", 1)))
    assert got["period"].tolist() == [12]


def test_no_service_at_all_has_no_rates():
    known = study(A="2016-08-01")
    assert case_rates(opened("2016-07-01"), known, 6, service(known, 6)).empty
    assert rates_by_group(opened("2016-07-01"), service(known, 6)).empty


def test_each_group_has_its_own_cases_and_months():
    known = study(A="2016-01-16", B="2016-07-06")
    log = pd.concat([opened("2016-03-01", "2016-07-10"), opened("2016-07-10", group="B")])
    got = rates_by_group(log, service(known, 6)).set_index("lokus_id")
    assert got["n"].to_dict() == {"A": 2, "B": 1}
    assert (got["months"] * 30.4375).to_dict() == pytest.approx({"A": 182, "B": 10})


def test_group_without_cases_has_the_rate_zero_beside_the_others():
    known = study(A=None, B=None)
    got = rates_by_group(opened("2016-03-01"), service(known, 6))
    assert got["lokus_id"].tolist() == ["A", "B"]
    assert got["rate"].iloc[1] == 0.0


# Trend


def test_rate_that_doubles_over_twelve_months_has_the_ratio_two():
    # 100 cases in the first month, 200 in the thirteenth, as 2 to the power of months / 12.
    months = pd.date_range("2016-01-01", periods=13, freq="MS")
    grown = [
        round(100 * 2 ** (i / 12) * month.days_in_month / 31) for i, month in enumerate(months)
    ]
    log = opened(*[month for month, n in zip(months, grown, strict=True) for _ in range(n)])
    got = only_row(case_trend(log, served(("2016-01-01", "2017-02-01", 1))))
    assert got["n"] == sum(grown)
    assert got["ratio"] == pytest.approx(2, rel=0.01)
    assert got["ratio_low"] < 2 < got["ratio_high"]
    assert got["p"] < 0.001
    assert got["dispersion"] < 1  # the cases follow the trend closer than chance would


def test_few_months_or_cases_have_no_trend():
    for log, row in [
        (opened("2016-02-01", "2016-03-01"), ("2016-01-01", "2016-04-01", 1)),
        (opened(), ("2016-01-01", "2016-12-31", 1)),
    ]:
        got = only_row(case_trend(log, served(row)))
        assert (got["model"], got["n"]) == ("none", len(log))
        assert got[["ratio", "ratio_low", "ratio_high", "p"]].isna().all()
    assert only_row(case_trend(opened("2016-02-01"), served()))["model"] == "none"


# Lead times


def test_open_case_counts_for_the_time_it_has_been_open():
    # 10 and 20 days, and 30 so far: two thirds, then one third are left. Of the closed alone the
    # median would be 15.
    log = cases(("2016-06-01", "2016-06-11"), ("2016-06-01", "2016-06-21"), ("2016-06-15", None))
    got = only_row(lead_times(log, study(A=None), 6))
    assert (got["n"], got["events"], got["median"]) == (3, 2, 20.0)


@pytest.mark.parametrize(("closed_on", "events"), [("2016-07-15", 1), ("2016-07-16", 0)])
def test_case_closed_after_the_wave_is_still_open(closed_on, events):
    got = only_row(lead_times(cases(("2016-07-01", closed_on)), study(A=None), 6))
    assert (got["n"], got["events"]) == (1, events)
    assert got["median"] == 14.0 if events else np.isnan(got["median"])


def test_case_closed_the_same_day_took_no_days():
    got = only_row(lead_times(cases(("2016-07-01", "2016-07-01")), study(A=None), 6))
    assert (got["events"], got["median"]) == (1, 0.0)


def test_median_that_less_than_half_have_reached_is_unknown():
    log = cases(("2016-06-01", "2016-06-11"), ("2016-06-01", None), ("2016-06-01", None))
    got = only_row(lead_times(log, study(A=None), 6))
    assert np.isnan(got["median"])


def test_each_category_has_its_own_median():
    both = [
        cases(("2016-06-01", "2016-06-04")).assign(case_type="sip_needed"),
        cases(("2016-03-01", "2016-04-10"), focus="structural").assign(case_type="other"),
    ]
    log = pd.concat(both, ignore_index=True)
    got = lead_times(log, study(A=None), 6).set_index("focus")["median"]
    assert got.to_dict() == {"individual": 3.0, "structural": 40.0}
    by_type = lead_times(log, study(A=None), 6, "case_type").set_index("case_type")["median"]
    assert by_type.to_dict() == {"other": 40.0, "sip_needed": 3.0}


def test_share_still_open_after_some_days():
    # Closed on days 0, 7 and 14, open on day 14: 3/4, 2/4, then 1/4 are left; after that nobody
    # has been followed.
    log = cases(
        ("2016-07-01", "2016-07-01"),
        ("2016-07-01", "2016-07-08"),
        ("2016-07-01", "2016-07-15"),
        ("2016-07-01", None),
    )
    got = still_open(log, study(A=None), 6).set_index("day")
    assert got.loc[[0, 7, 14], "open_share"].tolist() == pytest.approx([0.75, 0.5, 0.25])
    assert got.loc[30:, "open_share"].isna().all()
    assert got["n"].tolist() == [4] * len(CURVE_DAYS)


def test_no_cases_have_no_lead_times():
    assert lead_times(cases(), study(A=None), 6).empty
    got = still_open(cases(), study(A=None), 6)
    assert got.empty
    assert got.columns[:3].tolist() == ["focus", "n", "day"]
