"""Printed figures: what each can stand for."""

import math

import pytest

from shared.economics.projects import read_cell
from shared.economics.reconcile.printed import money, months, people, rounded, shared_unit


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("52 000", 51_500, 52_500),
        ("1400000", 1_350_000, 1_450_000),
        ("1400000.0", 1_350_000, 1_450_000),
        ("1,4 Mkr", 1_350_000, 1_450_000),
        ("1,0 Mkr", 950_000, 1_050_000),
        ("1 Mkr", 500_000, 1_500_000),
        ("71 tkr", 70_500, 71_500),
        ("500 000", 450_000, 550_000),
        ("523417", 523_416.5, 523_417.5),
        ("-60 000", -65_000, -55_000),
        ("0", -50_000, 50_000),
    ],
)
def test_amount_stands_for_all_it_can_be_rounded_from(text, low, high):
    got = money(read_cell(text))
    assert (got.low, got.high) == (low, high)


def test_zero_is_rounded_like_its_column():
    got = money(read_cell("0"), unit_of_zero=1_000.0)
    assert (got.low, got.high) == (-500, 500)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("6", 5, 6.5), ("6.0", 5, 6.5), ("10", 9, 10.5), ("6,4", 6.3, 6.45), ("0", 0, 0.5)],
)
def test_payback_may_be_rounded_up_or_to_the_nearest(text, low, high):
    got = months(read_cell(text))
    assert (got.low, got.high) == pytest.approx((low, high))


@pytest.mark.parametrize("text", ["i.v.", "I.V.", "i. v."])
def test_payback_not_reached_is_infinite(text):
    assert math.isinf(months(read_cell(text)).number)


def test_profit_not_reached_is_none_or_a_loss():
    assert money(read_cell("i.v.")).high == 0


@pytest.mark.parametrize("text", ["", "-", ".."])
def test_blank_claims_nothing(text):
    assert [read(read_cell(text)) for read in (money, months, people)] == [None, None, None]


def test_people_are_counted_so_a_round_number_is_exact():
    got = people(read_cell("20"))
    assert (got.low, got.high) == (20, 20)


@pytest.mark.parametrize(
    ("units", "shared"),
    [
        ([1e3, 1e3, 1e3, 1e5], 1e3),
        ([1e3, 1e3, 1e5], None),
        ([1e3] * 3 + [1e5] * 3, None),
        ([1.0, 1e3, 1e3, 1e3], None),
        ([], None),
    ],
)
def test_column_shares_a_unit_when_most_of_three_or_more_end_in_it(units, shared):
    assert shared_unit([rounded("", 7 * unit, unit) for unit in units]) == shared
