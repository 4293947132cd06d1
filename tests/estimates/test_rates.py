"""Rates: each test states one rule and a number from R or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.rates import poisson_rate, rate_ratio

REFERENCE = Path(__file__).parents[1] / "reference"


def test_rate_and_limits_match_poisson_test_of_r():
    # Damage to ships of type B, per 1000 months of service (McCullagh and Nelder 1989).
    ships = pd.read_csv(REFERENCE / "C02_ships.csv").groupby("type")[["incidents", "service"]].sum()
    got = poisson_rate(ships["incidents"], ships["service"], per=1000).loc["B"]
    exp = (1.82913163, 1.61066644, 2.06896324)
    assert (got["rate"], got["low"], got["high"]) == pytest.approx(exp, abs=1e-6)


def test_no_event_gives_low_zero_and_high_minus_log_of_tail():
    # Nothing in 10 units: the upper limit solves exp(-10 x) = 0.025, so x = 0.3688879.
    got = poisson_rate(0, 10).iloc[0]
    assert (got["rate"], got["low"]) == (0.0, 0.0)
    assert got["high"] == pytest.approx(0.3688879, abs=1e-7)


def test_no_exposure_gives_no_rate():
    got = poisson_rate([0, 2], [0, 4])
    assert got["rate"].tolist() == pytest.approx([np.nan, 0.5], nan_ok=True)
    assert got[["low", "high"]].isna().all(axis=1).tolist() == [True, False]


def test_rows_keep_the_index_of_the_groups():
    count = pd.Series([1, 3], index=["KOM-1", "KOM-2"])
    assert poisson_rate(count, 2.0)["rate"].to_dict() == {"KOM-1": 0.5, "KOM-2": 1.5}


@pytest.mark.parametrize(("count", "exposure"), [(-1, 2), (1, -2)])
def test_negative_input_is_refused(count, exposure):
    with pytest.raises(ValueError, match=r"1 of 1 groups .* 0 or more"):
        poisson_rate(count, exposure)


def test_unit_of_zero_is_refused():
    with pytest.raises(ValueError, match=r"Per is 0.*above 0"):
        poisson_rate(1, 2, per=0)


def test_ratio_matches_poisson_test_of_r():
    # Swedish road accidents per day: 1305 in 69 with a speed limit, 2660 in 115 without.
    days = pd.read_csv(REFERENCE / "C03_traffic_sweden.csv").groupby("limit")["y"]
    count, exposure = days.sum(), days.size()
    got = rate_ratio(count["yes"], exposure["yes"], count["no"], exposure["no"])
    exp = (0.817669173, 0.764677043, 0.873999163)
    assert (got.ratio, got.low, got.high) == pytest.approx(exp, abs=1e-6)


def test_ratio_to_a_rate_of_zero_is_infinite_with_a_finite_low():
    # 3 of 3 events in the first group: its share is at least 0.025 ** (1 / 3) = 0.2924018, which
    # is odds of 0.4132314.
    got = rate_ratio(3, 1, 0, 1)
    assert (got.ratio, got.high) == (np.inf, np.inf)
    assert got.low == pytest.approx(0.4132314, abs=1e-7)


def test_ratio_without_events_in_the_first_group_starts_at_zero():
    got = rate_ratio(0, 1, 3, 1)
    assert (got.ratio, got.low) == (0.0, 0.0)
    assert got.high == pytest.approx(1 / 0.4132314, abs=1e-6)


@pytest.mark.parametrize("counts", [(0, 1, 0, 1), (1, 0, 1, 1)])
def test_ratio_without_events_or_exposure_is_unknown(counts):
    got = rate_ratio(*counts)
    assert np.isnan([got.ratio, got.low, got.high]).all()


def test_ratio_refuses_negative_counts():
    with pytest.raises(ValueError, match="1 of 2 groups"):
        rate_ratio(-1, 1, 1, 1)
