"""Appraisal: profit = years x gain - cost and payback = 12 x cost / gain, in Swedish practice."""

import math

import pytest

from shared.economics.appraisal import payback_months, profit

# A programme that costs 36 000 kr a participant and saves 24 000 kr a year.
COST, GAIN = 36_000, 24_000


@pytest.mark.parametrize(("years", "kr"), [(0, -36_000), (1, -12_000), (4, 60_000), (5, 84_000)])
def test_profit_is_what_was_gained_minus_what_it_cost(years, kr):
    assert profit(COST, GAIN, years) == kr


def test_gain_of_later_years_is_not_discounted():
    five, four = profit(COST, GAIN, 5), profit(COST, GAIN, 4)
    assert five - four == GAIN


def test_payback_in_months():
    assert payback_months(COST, GAIN) == 18.0


def test_payback_is_not_rounded():
    assert payback_months(10_000, 70_000) == pytest.approx(1.7142857)


def test_profit_is_nothing_when_the_money_is_back():
    assert profit(COST, GAIN, payback_months(COST, GAIN) / 12) == 0.0


@pytest.mark.parametrize("gain", [0, -24_000])
def test_money_is_never_back_when_nothing_is_gained(gain):
    assert payback_months(COST, gain) == math.inf


def test_what_costs_nothing_is_back_at_once():
    assert payback_months(0, GAIN) == 0.0
