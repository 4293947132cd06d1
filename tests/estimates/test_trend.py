"""Trends of counts: each test states one rule and a number from R, worked by hand or planted."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.estimates.trend import monthly_counts, monthly_trend


def months(count, exposure=1.0, start="2024-01-01"):
    month = pd.date_range(start, periods=len(count), freq="MS")
    return pd.DataFrame({"month": month, "count": count, "exposure": exposure})


def intervals(*rows):
    return pd.DataFrame(rows, columns=["from_on", "to_on", "fte"])


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


def test_trend_of_counts_that_double_every_month():
    got = monthly_trend(months([1, 2, 4, 8, 16, 32]))
    assert got.ratio_per_year == pytest.approx(2**12, rel=1e-6)
    assert (got.model, got.n, got.months) == ("poisson", 63, 6)


def test_month_without_exposure_keeps_its_place_in_time():
    got = monthly_trend(months([1, 2, 5, 8, 16, 32, 64], [1, 1, 0, 1, 1, 1, 1]))
    assert got.ratio_per_year == pytest.approx(2**12, rel=1e-6)
    assert (got.n, got.months, got.left_out) == (123, 6, 1)


def test_counts_that_follow_exposure_have_no_trend():
    got = monthly_trend(months([2, 4, 6, 8, 10, 12], [1, 2, 3, 4, 5, 6]))
    assert (got.ratio_per_year, got.p) == pytest.approx((1.0, 1.0), abs=1e-6)
    assert got.low * got.high == pytest.approx(1.0)


def test_months_may_come_in_any_order():
    table = months([3, 1, 4, 1, 5, 9, 2, 6], start="2023-09-01")
    shuffled = table.sample(frac=1, random_state=1)
    exp = monthly_trend(table)
    assert monthly_trend(shuffled).ratio_per_year == pytest.approx(exp.ratio_per_year)


def test_time_is_counted_in_calendar_months_not_rows():
    # 4 events one January, 8 the next and so on: a ratio of 2 per year.
    month = pd.to_datetime([f"{year}-01-01" for year in range(2015, 2021)])
    table = pd.DataFrame({"month": month, "count": 4 * 2 ** np.arange(6), "exposure": 1.0})
    assert monthly_trend(table).ratio_per_year == pytest.approx(2.0)


def test_planted_trend_under_extra_spread_is_recovered():
    random = np.random.default_rng(7)
    inside, models = [], []
    for _ in range(40):
        exposure = random.uniform(0.5, 2, 60)
        mean = 6 * exposure * 1.25 ** (np.arange(60) / 12)
        got = monthly_trend(months(random.poisson(mean * random.gamma(4, 1 / 4, 60)), exposure))
        inside.append(got.low <= 1.25 <= got.high)
        models.append(got.model)
    # Poisson's limits hold the truth in three of four of these series, too few to pass.
    assert np.mean(inside) >= 0.88
    assert models.count("negative_binomial") >= 37


@given(
    st.lists(st.integers(0, 30), min_size=6, max_size=24).filter(lambda c: sum(map(bool, c)) > 2)
)
@settings(max_examples=15, deadline=None)
def test_time_run_backwards_gives_the_inverse_trend(count):
    there, back = monthly_trend(months(count)), monthly_trend(months(count[::-1]))
    assert there.model == back.model
    assert np.log(there.ratio_per_year) == pytest.approx(-np.log(back.ratio_per_year), abs=1e-4)


@given(
    st.lists(st.integers(0, 30), min_size=6, max_size=24).filter(lambda c: sum(map(bool, c)) > 2)
)
@settings(max_examples=15, deadline=None)
def test_unit_of_exposure_does_not_matter(count):
    one, other = monthly_trend(months(count)), monthly_trend(months(count, 30.4375))
    assert one.model == other.model
    assert np.log([one.ratio_per_year, one.low]) == pytest.approx(
        np.log([other.ratio_per_year, other.low]), abs=1e-4
    )


@pytest.mark.parametrize("count", [[1, 2, 3, 4, 5], [0] * 8, [0, 0, 0, 5, 0, 0, 0, 0], []])
def test_few_months_or_one_with_events_give_no_figures(count):
    got = monthly_trend(months(count))
    assert (got.model, got.n, got.months) == ("none", sum(count), len(count))
    figures = [got.ratio_per_year, got.low, got.high, got.p, got.dispersion, got.p_dispersion]
    assert np.isnan(figures).all()


def test_model_of_the_trend_can_be_chosen():
    table = months([0, 9, 1, 14, 0, 0, 12, 2])
    assert monthly_trend(table, "quasi_poisson").model == "quasi_poisson"


def test_month_that_occurs_twice_is_refused():
    table = months([1, 2, 3])
    with pytest.raises(ValueError, match="3 months occur more than once"):
        monthly_trend(pd.concat([table, table], ignore_index=True))


def test_months_of_service_by_hand():
    # Half time from 15 January, then full time in March: 17 and 29 half days, and 31 days.
    service = intervals(("2024-01-15", "2024-03-01", 0.5), ("2024-03-01", "2024-04-01", 1.0))
    got = monthly_counts(days("2024-02-29", "2024-03-01", "2024-03-31"), service)
    assert got.months["month"].tolist() == list(pd.date_range("2024-01-01", periods=3, freq="MS"))
    assert got.months["count"].tolist() == [0, 1, 2]
    exp = [8.5 / 30.4375, 14.5 / 30.4375, 31 / 30.4375]
    assert got.months["exposure"].tolist() == pytest.approx(exp)


def test_service_starts_on_its_first_day_and_ends_before_its_last():
    service = intervals(("2024-01-15", "2024-02-01", 1))
    got = monthly_counts(days("2024-01-14", "2024-01-15", "2024-01-31", "2024-02-01"), service)
    assert got.months["count"].tolist() == [2]
    assert got.outside == 2


def test_overlapping_service_adds_up_but_events_count_once():
    service = intervals(("2024-04-01", "2024-05-01", 0.6), ("2024-04-16", "2024-05-01", 0.4))
    got = monthly_counts(days("2024-04-20"), service)
    assert got.months["exposure"].tolist() == pytest.approx([(30 * 0.6 + 15 * 0.4) / 30.4375])
    assert got.months["count"].tolist() == [1]


def test_month_between_two_services_has_a_row_without_exposure():
    service = intervals(("2023-12-01", "2024-01-01", 1), ("2024-02-01", "2024-03-01", 1))
    got = monthly_counts(days("2024-01-10"), service)
    assert got.months["exposure"].tolist() == pytest.approx([31 / 30.4375, 0, 29 / 30.4375])
    assert (got.months["count"].tolist(), got.outside) == ([0, 0, 0], 1)


def test_full_time_where_fte_is_missing_or_not_given():
    service = intervals(("2024-04-01", "2024-05-01", None))
    for table in (service, service.drop(columns="fte")):
        assert monthly_counts(days(), table).months["exposure"].tolist() == [30 / 30.4375]


def test_events_without_a_date_are_counted_apart():
    got = monthly_counts(days("2024-04-20", None), intervals(("2024-04-01", "2024-05-01", 1)))
    assert (got.months["count"].tolist(), got.outside, got.undated) == ([1], 0, 1)


def test_empty_interval_adds_no_month():
    service = intervals(("2024-04-01", "2024-05-01", 1), ("2024-06-15", "2024-06-15", 1))
    assert len(monthly_counts(days(), service).months) == 1


def test_no_service_has_no_months_and_every_event_outside():
    got = monthly_counts(days("2024-04-20", None), intervals(("2024-04-01", "2024-04-01", 1)))
    assert got.months.columns.tolist() == ["month", "count", "exposure"]
    assert (len(got.months), got.outside, got.undated) == (0, 1, 1)


@given(
    st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 90), st.sampled_from([0.25, 0.5, 1.0])),
        min_size=1,
        max_size=4,
    ),
    st.lists(st.integers(-20, 320), max_size=10),
)
@settings(max_examples=40, deadline=None)
def test_months_equal_a_walk_through_the_days(services, events):
    origin = pd.Timestamp("2023-11-20")
    exposure, at_work = {}, set()
    for first, length, fte in services:
        for day in range(first, first + length):
            at_work.add(day)
            month = (origin + pd.Timedelta(days=day)).strftime("%Y-%m")
            exposure[month] = exposure.get(month, 0) + fte / 30.4375
    service = [
        (origin + pd.Timedelta(days=a), origin + pd.Timedelta(days=a + n), f)
        for a, n, f in services
    ]
    opened = pd.Series([origin + pd.Timedelta(days=day) for day in events], dtype="datetime64[us]")
    got = monthly_counts(opened, intervals(*service))
    table = got.months.set_index(got.months["month"].dt.strftime("%Y-%m"))
    assert table["exposure"][table["exposure"] > 0].to_dict() == pytest.approx(exposure)
    served = opened[[day in at_work for day in events]].dt.strftime("%Y-%m")
    assert table["count"][table["count"] > 0].to_dict() == served.value_counts().to_dict()
    assert got.outside == len(events) - len(served)


@pytest.mark.parametrize(
    "row",
    [("2024-05-01", "2024-04-01", 1), (None, "2024-05-01", 1), ("2024-04-01", "2024-05-01", 0)],
)
def test_interval_that_cannot_be_is_refused(row):
    with pytest.raises(ValueError, match="1 of 2 intervals of service"):
        monthly_counts(days(), intervals(("2024-04-01", "2024-05-01", 1), row))


def test_counts_of_months_go_straight_into_the_trend():
    service = intervals(("2024-01-01", "2024-09-01", 1))
    opened = days(*[f"2024-0{month}-02" for month in range(1, 9) for _ in range(5)])
    got = monthly_trend(monthly_counts(opened, service).months)
    assert (got.n, got.months, got.model) == (40, 8, "poisson")
    assert got.ratio_per_year == pytest.approx(1.0, abs=0.05)
