"""Whole person-years: the sums of time that money is computed from; people as they were."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.disclosure.person_years import in_person_years
from shared.economics.accounts import ACCOUNTS
from shared.economics.change import Change
from shared.economics.exposure import Exposure
from shared.economics.parameters import Parameters
from shared.study.settings import Disclosure

SUPPRESS, OPEN = Disclosure(mode="suppress"), Disclosure(mode="open")
FLOWS = pd.DataFrame(
    {
        "status": ["sick", "work"],
        "price_id": ["sick", "work"],
        "label_sv": ["Sjuk", "Lön"],
        "payer": ["fk", "employer"],
        "payee": ["individual", "individual"],
        "kind": "transfer",
        "sek": [1000.0, 2000.0],
        "low": np.nan,
        "high": np.nan,
    }
)


def change_of(before, after):
    """Return the change of people from (sick, work) months a year before to those after."""
    frames = [pd.DataFrame(rows, columns=["sick", "work"], dtype=float) for rows in (before, after)]
    nobody = pd.DataFrame(index=frames[0].index)
    exposure = Exposure(nobody, *frames, left_out=pd.Series(dtype=int), extent_assumed=0)
    empty = pd.DataFrame(columns=list(ACCOUNTS), dtype=float)
    return Change(exposure, FLOWS, Parameters(), empty, empty, 1.0).repriced(FLOWS, Parameters())


def sums(change):
    before, after = change.exposure.before, change.exposure.after
    return before.sum().round(9).tolist(), (after - before).sum().round(9).tolist()


SEVEN = change_of(
    [[7, 0], [12, 0], [0, 3]], [[0, 12], [12, 0], [0, 9]]
)  # sums: 19 and 3, -7 and 18


def test_time_before_and_change_are_told_in_whole_person_years():
    assert sums(SEVEN) == ([19, 3], [-7, 18])
    assert sums(in_person_years(SEVEN, SUPPRESS)) == ([24, 0], [-12, 24])


def test_money_is_of_the_rounded_time():
    told = in_person_years(SEVEN, SUPPRESS)
    assert told.gains["fk"].sum() == pytest.approx(12 * 1000)
    assert told.gains["employer"].sum() == pytest.approx(-24 * 2000)
    assert told.gains["individual"].sum() == pytest.approx(24 * 2000 - 12 * 1000)
    assert told.before["fk"].sum() == pytest.approx(-24 * 1000)


def test_change_that_was_given_is_as_it_was():
    in_person_years(SEVEN, SUPPRESS)
    assert sums(SEVEN) == ([19, 3], [-7, 18])


def test_nothing_is_rounded_in_open_data():
    assert in_person_years(SEVEN, OPEN) is SEVEN


def test_nobody_has_nothing_to_round():
    nobody = change_of([], [])
    assert in_person_years(nobody, SUPPRESS) is nobody


def test_people_in_another_order_after_are_matched():
    shuffled = change_of([[7, 0], [0, 0]], [[0, 0], [12, 0]])
    exposure = shuffled.exposure
    turned = Exposure(
        exposure.people, exposure.before, exposure.after.iloc[::-1], exposure.left_out, 0
    )
    told = in_person_years(
        Change(turned, FLOWS, Parameters(), *[shuffled.gains] * 2, 1.0), SUPPRESS
    )
    assert (told.exposure.after - told.exposure.before)["sick"].tolist() == [-9.5, 9.5]


MONTHS = st.floats(0, 12)
PEOPLE = st.lists(st.tuples(MONTHS, MONTHS, MONTHS, MONTHS), min_size=1, max_size=8)


@settings(max_examples=30, deadline=None)
@given(PEOPLE)
def test_sums_are_whole_years_within_half_of_one_and_spreads_are_kept(people):
    rows = np.array(people)
    given_ = change_of(rows[:, :2], rows[:, 2:])
    told = in_person_years(given_, SUPPRESS)
    for true, rounded in zip(sums(given_), sums(told), strict=True):
        years = np.array(rounded) / 12
        assert np.allclose(years, years.round(), atol=1e-6)
        assert (np.abs(np.array(rounded) - np.array(true)) <= 6 + 1e-6).all()
    moved = [one.exposure.after - one.exposure.before for one in (given_, told)]
    assert np.allclose(*[one - one.mean() for one in moved], atol=1e-6)
