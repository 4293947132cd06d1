"""Dates beside the waves: each test states one rule."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.periods import open_days, period_of
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}


def study(waves=WAVES):
    return Study(name="s", title="Study", waves=waves, groups=[{"id": "A"}])


def dates(*days):
    return pd.Series(pd.to_datetime(list(days)))


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2014-03-01", 0),
        ("2016-01-15", 0),
        ("2016-01-16", 6),
        ("2016-07-15", 6),
        ("2016-07-16", 12),
        ("2017-01-15", 12),
        ("2017-01-16", pd.NA),
        (None, pd.NA),
    ],
)
def test_period_ends_with_the_reference_date_of_its_wave(day, period):
    assert period_of(dates(day), study()).tolist() == [period]


def test_wave_without_a_date_ends_no_period():
    assert period_of(dates("2016-03-01"), study({**WAVES, 6: None})).tolist() == [12]


def test_order_in_the_settings_does_not_matter():
    turned = study(dict(reversed(WAVES.items())))
    assert period_of(dates("2016-01-01", "2016-03-01"), turned).tolist() == [0, 6]


@pytest.mark.parametrize(
    ("closed", "days", "ended"),
    [
        ("2016-07-01", 0, True),  # the same day
        ("2016-07-11", 10, True),
        ("2016-07-15", 14, True),
        ("2016-07-16", 14, False),  # not yet
        (None, 14, False),
    ],
)
def test_open_until_closed_or_so_far(closed, days, ended):
    got = open_days(dates("2016-07-01"), dates(closed), pd.Timestamp("2016-07-15"))
    assert [values.tolist() for values in got] == [[days], [ended]]
