"""The coordinator question: each test states one rule and a number worked by hand.

A month is 365.25 / 12 = 30.4375 days, so 487 days are exactly 16 months.
"""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from shared.estimates.cases import case_rates, lead_times
from shared.estimates.records import period_of
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}


def study(waves=WAVES, **starts):
    """Build a study whose groups start on the days given."""
    groups = [{"id": group, "start_on": day} for group, day in starts.items()]
    return Study(name="s", title="Study", waves=waves, groups=groups)


def opened(settings, *rows):
    """Build case records from (group, day opened) rows."""
    table = pd.DataFrame(rows, columns=["lokus_id", "opened_on"])
    table = table.astype({"lokus_id": "str", "opened_on": "datetime64[s]"})
    return table.assign(period=period_of(table["opened_on"], settings))


def cases(*rows, focus="individual"):
    """Build case records from (day opened, day closed) rows."""
    table = pd.DataFrame(rows, columns=["opened_on", "closed_on"]).astype("datetime64[s]")
    return table.assign(focus=focus)


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


# Rates


def test_rate_has_exact_poisson_limits():
    # R's poisson.test(10): 4.795389 to 18.390356 events, here in 16 months of service.
    months_16 = study({0: "2016-01-01", 18: "2017-05-02"}, A="2016-01-01")
    log = opened(months_16, *[("A", "2016-06-01")] * 10)
    got = only_row(case_rates(log, months_16, 18))
    assert (got["n"], got["months"], got["rate"]) == (10, 16.0, 0.625)
    limits = (got["rate_low"], got["rate_high"])
    assert limits == pytest.approx((4.795389 / 16, 18.390356 / 16), abs=1e-6)


def test_rate_per_month_matches_poisson_test_of_r():
    # poisson.test(10, 5): 0.959078 to 3.678071 a month, for 10 cases in 5 months; 152 days are
    # 4.993840 months, so that all three are 5 / 4.993840 times as high.
    months_5 = study({0: "2016-01-01", 6: "2016-06-01"}, A="2016-01-01")
    got = only_row(case_rates(opened(months_5, *[("A", "2016-03-01")] * 10), months_5, 6))
    per_five = got[["rate", "rate_low", "rate_high"]].astype(float) * 4.993840 / 5
    assert per_five.tolist() == pytest.approx([2, 0.959078, 3.678071], abs=1e-6)


@pytest.mark.parametrize(
    ("start_on", "days"),
    [
        ("2016-01-01", {0: 14, 6: 182}),
        (None, {6: 182}),  # from the first wave
        ("2016-01-15", {6: 182}),
        ("2016-03-01", {6: 136}),
    ],
)
def test_months_of_service_run_from_the_start_of_the_group(start_on, days):
    known = study(A=start_on)
    got = case_rates(opened(known, ("A", "2016-07-01")), known, 6).set_index("period")
    assert (got["months"] * 30.4375).to_dict() == pytest.approx(days)
    assert got["n"].to_dict() == {period: int(period == 6) for period in days}


def test_cases_before_the_service_are_in_no_rate():
    known = study(A="2016-01-15")
    log = opened(known, ("A", "2015-12-01"), ("A", "2016-02-01"))
    assert case_rates(log, known, 6)["n"].tolist() == [1]
    assert case_rates(log, known, 6, by=("lokus_id",))["n"].tolist() == [1]


def test_rate_of_a_group_is_over_all_its_periods():
    known = study(A="2016-01-01")
    log = opened(known, ("A", "2016-01-10"), ("A", "2016-07-01"), ("A", "2017-01-15"))
    got = only_row(case_rates(log, known, 12, by=("lokus_id",)))
    assert got["n"] == 3
    assert got["months"] * 30.4375 == pytest.approx(14 + 182 + 184)


def test_group_without_cases_has_the_rate_zero_beside_the_others():
    # No event: 0 to -ln(0.025) = 3.688879 events.
    known = study(A="2016-01-15", B="2016-01-15")
    got = case_rates(opened(known, ("A", "2016-03-01")), known, 6, by=("lokus_id",))
    assert got["lokus_id"].tolist() == ["A", "B"]
    last = got.iloc[1]
    assert (last["n"], last["rate"], last["rate_low"]) == (0, 0.0, 0.0)
    assert last["rate_high"] == pytest.approx(3.688879 / (182 / 30.4375), abs=1e-6)


def test_period_of_one_group_does_not_count_the_months_of_others():
    known = study(A="2016-01-15", B="2016-01-15")
    got = only_row(case_rates(opened(known, ("A", "2016-03-01")), known, 6))
    assert got["months"] * 30.4375 == pytest.approx(182)


def test_period_without_cases_has_the_rate_zero():
    known = study(A="2016-01-15")
    got = case_rates(opened(known, ("A", "2016-12-01")), known, 12).set_index("period")
    assert got["rate"].to_dict() == {6: 0.0, 12: pytest.approx(30.4375 / 184)}


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


def test_median_that_less_than_half_have_reached_is_unknown():
    log = cases(("2016-06-01", "2016-06-11"), ("2016-06-01", None), ("2016-06-01", None))
    got = only_row(lead_times(log, study(A=None), 6))
    assert np.isnan(got["median"])


def test_individual_and_structural_cases_have_their_own_median():
    log = pd.concat(
        [
            cases(("2016-06-01", "2016-06-04")),
            cases(("2016-03-01", "2016-04-10"), focus="structural"),
        ],
        ignore_index=True,
    )
    got = lead_times(log, study(A=None), 6).set_index("focus")["median"]
    assert got.to_dict() == {"individual": 3.0, "structural": 40.0}


def test_no_cases_have_no_lead_times():
    assert lead_times(cases(), study(A=None), 6).empty
