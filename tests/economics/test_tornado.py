"""Tornado: one thing moved at a time, by hand: 12 months of work at 30 000 and half of it dead."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared.economics.parameters import Parameters
from shared.economics.tornado import tornado
from shared.economics.uncertainty import base_appraisal, simulate

FLOWS = pd.DataFrame(
    {
        "price_id": ["work", "wage", "wage"],
        "status": "employed",
        "sek": [30_000.0, 20_000.0, 6_000.0],
        "low": [20_000.0, 18_000.0, 5_400.0],
        "high": [45_000.0, 25_000.0, 7_500.0],
        "payer": ["outside", "employer", "individual"],
        "payee": ["employer", "individual", "municipality"],
    }
)
YEAR = np.array([[12.0, 12.0, 12.0]])
COST = pd.Series({"municipality": 100_000.0})
GIVEN = Parameters(
    discount_rate=0.0, horizon_years=2.0, deadweight=0.5, ranges={"deadweight": (0.0, 0.8)}
)


def rows(table):
    return {row["name"]: (row["low"], row["high"], row["base"]) for _, row in table.iterrows()}


def test_each_is_moved_while_the_others_stay():
    # Base 2 x 360 000 x 0.5 - 100 000. The wage is a transfer: society does not feel it.
    got = tornado(YEAR, FLOWS, GIVEN, COST)
    assert rows(got) == {
        "deadweight": (620_000, pytest.approx(44_000), 260_000),
        "work": (140_000, 440_000, 260_000),
        "wage": (260_000, 260_000, 260_000),
    }


def test_widest_comes_first():
    given = replace(GIVEN, ranges={"horizon_years": (1.0, 5.0), "deadweight": (0.4, 0.6)})
    assert tornado(YEAR, FLOWS, given, COST)["name"].tolist() == [
        *("horizon_years", "work", "deadweight", "wage")
    ]


def test_horizon_and_discount_rate_are_moved():
    given = replace(GIVEN, ranges={"horizon_years": (1.0, 5.0), "discount_rate": (0.0, 0.25)})
    got = rows(tornado(YEAR, FLOWS, given, COST))
    assert got["horizon_years"][:2] == (80_000, 800_000)
    assert got["discount_rate"][1] == pytest.approx(180_000 * (0.8 + 0.64) - 100_000)


def test_flows_of_one_price_move_together():
    # The municipality: 2 x 12 x 0.5 x 6 000 - 100 000, with the tax at 5 400 and 7 500.
    got = rows(tornado(YEAR, FLOWS, GIVEN, COST, "municipality"))
    assert got["wage"] == (-35_200, -10_000, -28_000)
    # Individuals keep 14 000 of the wage: 12 600 and 17 500 at its ends.
    assert rows(tornado(YEAR, FLOWS, GIVEN, COST, "individual"))["wage"][:2] == (151_200, 210_000)


def test_tax_rate_is_moved_by_pricing_again():
    given = replace(GIVEN, tax_municipal=0.3, ranges={"tax_municipal": (0.2, 0.4)})

    def reprice(parameters):
        tax = FLOWS["payee"] == "municipality"
        return FLOWS.assign(sek=FLOWS["sek"].mask(tax, 20_000 * parameters.tax_municipal))

    got = rows(tornado(YEAR, FLOWS, given, COST, "municipality", reprice))
    assert got["tax_municipal"] == (-52_000, -4_000, -28_000)
    assert "tax_municipal" not in rows(tornado(YEAR, FLOWS, given, COST, "municipality"))


def test_base_is_the_appraisal_without_drawing():
    change = np.random.default_rng(4).normal(2, 5, (9, 3))
    exp = base_appraisal(simulate(change, FLOWS, GIVEN), COST, years=2.0)["profit"]
    for who in ("public", "society", "employer"):
        got = tornado(change, FLOWS, GIVEN, COST, who)
        assert got["base"].tolist() == pytest.approx([exp[who]] * 3)


def test_nothing_with_a_range_gives_no_rows():
    fixed = FLOWS.assign(low=np.nan, high=FLOWS["sek"])
    got = tornado(YEAR, fixed, replace(GIVEN, ranges={"deadweight": (0.5, 0.5)}), COST)
    assert list(got.columns) == ["name", "low", "high", "base"]
    assert got.empty
