"""Break-even: WSIPP's cost / value by hand, and held against the appraisal it turns around."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.economics.appraisal import Assumptions, profit, worth
from shared.economics.break_even import (
    break_even_deadweight,
    break_even_gain,
    needed_in_work,
    value_of_work,
)

FLOWS = pd.DataFrame(
    [
        ("employed", 30_000.0, "outside", "employer"),
        ("employed", 20_000.0, "employer", "individual"),
        ("employed", 6_000.0, "individual", "municipality"),
        ("sick", 12_000.0, "fk", "individual"),
    ],
    columns=["status", "sek", "payer", "payee"],
)
BEFORE = pd.DataFrame({"sick": [12.0, 6.0], "employed": [0.0, 6.0], "studies": [0.0, 6.0]})
VALUE = pd.Series(
    [20_000.0, 54_000, 0, -1_000, 108_000, 0, 90_000, 161_000, 270_000],
    index=[
        "individual",
        "municipality",
        "region",
        "af",
        "fk",
        "state",
        "employer",
        "public",
        "society",
    ],
)


def needed(cost, worth=1.0, participants=10):
    return needed_in_work(pd.Series(cost, dtype=float), VALUE, worth, participants).set_index("who")


def test_value_of_work_by_hand():
    # 12 months of work for 3 on average: 9 more; 9 fewer months of benefit.
    got = value_of_work(BEFORE, FLOWS)
    exp = {"individual": 9 * 14_000 - 9 * 12_000, "municipality": 54_000, "fk": 108_000}
    exp |= {"employer": 90_000, "public": 162_000, "society": 270_000}
    assert got[got != 0].to_dict() == exp


def test_value_of_work_of_those_nobody_of_whom_worked():
    assert value_of_work(BEFORE[["sick"]], FLOWS)["society"] == 360_000


def test_needed_in_work_is_cost_over_value_rounded_up():
    # Public: 500 000 / 161 000 = 3.1; society: 500 000 / 270 000 = 1.9; fk: 400 000 / 108 000.
    got = needed({"fk": 400_000, "municipality": 100_000})
    assert got.loc[["public", "society", "fk", "municipality"], "needed"].tolist() == [4, 2, 4, 2]
    assert got.loc["public", "success_rate"] == pytest.approx(500 / 161 / 10)


def test_break_even_success_rate_is_that_of_wsipp():
    # 40 500 kr per participant, 270 000 kr each success: 15 % must succeed.
    assert needed({"fk": 405_000}).loc["society", "success_rate"] == pytest.approx(0.15)


def test_whole_number_is_not_rounded_up_by_the_last_digit():
    cost = np.nextafter(3 * 108_000, np.inf)
    assert cost / 108_000 > 3
    assert needed({"fk": cost}).loc["fk", "needed"] == 3


def test_longer_horizon_needs_fewer():
    got = [needed({"fk": 4_000_000}, years).loc["fk", "needed"] for years in (1, 4, 5)]
    assert got == [38, 10, 8]


@pytest.mark.parametrize("party", ["af", "region"])
def test_no_number_will_do_where_work_is_worth_nothing(party):
    got = needed({party: 1.0})
    assert got.loc[party, "needed"] is pd.NA
    assert np.isnan(got.loc[party, "success_rate"])


def test_nobody_is_needed_where_there_is_no_cost():
    got = needed({"fk": 1.0})
    assert got.loc[["af", "municipality"], "needed"].tolist() == [0, 0]
    assert got.loc["af", "success_rate"] == 0


def test_more_than_all_participants_may_be_needed():
    assert needed({"fk": 1_080_000}, participants=5).loc["fk", "success_rate"] == 2


def test_share_of_no_participants_is_unknown():
    assert np.isnan(needed({"fk": 1.0}, participants=0).loc["fk", "success_rate"])


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 10**7), st.floats(0.5, 10))
def test_one_fewer_would_not_do(cost, factor):
    got = needed({"fk": cost}, factor).loc["fk"]
    assert got["needed"] * got["value"] >= cost - 1e-5 * got["value"]
    assert (got["needed"] - 1) * got["value"] < cost


@pytest.mark.parametrize(
    ("cost", "factor", "gain"), [(100, 4, 25), (0, 4, 0), (-5, 0, 0), (100, 0, np.inf)]
)
def test_break_even_gain_by_hand(cost, factor, gain):
    assert break_even_gain(cost, factor) == gain


@pytest.mark.parametrize(
    ("cost", "gain", "deadweight"),
    [
        (100, 50, 0.5),
        (100, 25, 0.0),
        (100, 24, np.nan),
        (100, 0, np.nan),
        (100, -5, np.nan),
        (0, 50, 1.0),
        (0, -5, 1.0),
        (0, 0, 1.0),
    ],
)
def test_break_even_deadweight_by_hand(cost, gain, deadweight):
    # Over 4 years without discounting.
    assert break_even_deadweight(cost, gain, 4) == pytest.approx(deadweight, nan_ok=True)


def test_deadweight_has_no_break_even_when_gains_are_worth_nothing():
    assert np.isnan(break_even_deadweight(100, 50, 0))


@settings(max_examples=40, deadline=None)
@given(st.floats(1, 1e6), st.floats(1, 1e6), st.floats(0.5, 10), st.floats(0, 0.2))
def test_profit_is_nothing_at_the_break_even(cost, gain, years, rate):
    given_ = Assumptions(discount=rate, decay=0.1, displacement=0.05)
    factor = worth(years, given_)
    at_gain = profit(cost, break_even_gain(cost, factor), years, given_)
    assert at_gain == pytest.approx(0, abs=1e-6 * cost)
    share = break_even_deadweight(cost, gain, factor)
    if np.isnan(share):
        assert profit(cost, gain, years, given_) < 0
    else:
        dead = Assumptions(discount=rate, decay=0.1, displacement=0.05, deadweight=share)
        assert profit(cost, gain, years, dead) == pytest.approx(0, abs=1e-6 * (cost + gain))


def test_arrays_broadcast():
    got = break_even_deadweight([[100.0], [50.0]], [50.0, 25.0], 4)
    assert got.tolist() == [[0.5, 0.0], [0.75, 0.5]]
