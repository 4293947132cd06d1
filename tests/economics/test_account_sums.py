"""Sums of accounts: each test states one rule."""

import numpy as np
import pandas as pd
import pytest

from shared.economics.account_sums import (
    WHO,
    cost_with_totals,
    gain_per_account,
    months_changed,
    with_sums,
)

FLOWS = pd.DataFrame(
    {
        "status": ["work", "sick"],
        "sek": [30_000.0, 10_000.0],
        "payer": ["outside", "fk"],
        "payee": ["employer", "individual"],
    }
)


def test_sums_stand_after_the_accounts():
    # 9 months more of work at 30 000, 6 fewer of benefit at 10 000.
    gain = gain_per_account(np.array([9.0, -6.0]), FLOWS)
    assert list(gain.index) == WHO
    exp = {"individual": -60_000, "fk": 60_000, "employer": 270_000}
    assert gain[gain != 0].to_dict() == exp | {"public": 60_000, "society": 270_000}
    again = with_sums(gain.drop(["public", "society"]).to_frame().T).iloc[0]
    pd.testing.assert_series_equal(again, gain, check_names=False)


def test_people_are_sorted_and_statuses_without_a_price_left_out():
    before = pd.DataFrame({"sick": [12.0, 6.0], "other": [0.0, 6.0]}, index=["b", "a"])
    after = pd.DataFrame({"sick": [6.0, 1.0], "other": [6.0, 11.0]}, index=["a", "b"])
    got = months_changed(before, after, FLOWS)
    assert got.tolist() == [[0.0, 0.0], [0.0, -11.0]]


def test_cost_of_others_is_borne_by_society_only():
    got = cost_with_totals(pd.Series({"other": 5.0, "fk": 2.0, "individual": 1.0}))
    assert (got["fk"], got["public"], got["society"]) == (2.0, 2.0, 8.0)


def test_cost_that_is_not_known_is_missing_with_the_sums_it_is_part_of():
    got = cost_with_totals(pd.Series({"fk": np.nan, "individual": 1.0}))
    assert got[got.isna()].index.tolist() == ["fk", "public", "society"]
    got = cost_with_totals(pd.Series({"other": np.nan, "fk": 2.0}))
    assert got[got.isna()].index.tolist() == ["society"]


def test_cost_of_somebody_else_is_refused():
    with pytest.raises(ValueError, match="Found a cost of all; allowed: individual"):
        cost_with_totals(pd.Series({"all": 1.0}))
