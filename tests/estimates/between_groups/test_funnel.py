"""Funnel: limits and tails of R's pbinom and qbinom, and the exact binomial by sums."""

from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.estimates.between_groups.funnel import funnel, limits

REFERENCE = Path(__file__).parents[2] / "reference"
LIMITS = ["low_998", "low_95", "high_95", "high_998"]


def hospitals(file="G01_cabg_ny.csv", columns="Hospital Deaths Cases"):
    unit, k, n = columns.split()
    table = pd.read_csv(REFERENCE / file).groupby(unit)[[k, n]].sum()
    return funnel(table[k], table[n])


@pytest.mark.parametrize(
    ("hospital", "exp"),
    [
        ("St. Francis", [0.0142048567, 0.016325686, 0.0243706855, 0.0268770235]),
        # Spiegelhalter's own lower limit is -0.0041 here, which no share can be.
        ("Bellevue", [0, 0.00129970345, 0.0389664499, 0.0534295739]),
        ("Staten Island - North", [0.00911102926, 0.0127673876, 0.0278989183, 0.0328849828]),
        ("Univ. Hosp. of Brooklyn", [0.00232275752, 0.0073610543, 0.0331297548, 0.0423367445]),
    ],
)
def test_limits_match_spiegelhalter_in_r(hospital, exp):
    assert hospitals().loc[hospital, LIMITS].to_list() == pytest.approx(exp, abs=1e-6)


def test_tails_and_positions_of_new_york_match_r():
    got = hospitals()
    tails = got.loc["Staten Island - North", ["tail_low", "tail_high"]].to_list()
    assert tails == pytest.approx([0.000335999704, 0.999872886], abs=1e-9)
    assert got["target"].iloc[0] == pytest.approx(0.020357778, abs=1e-9)
    exp = {"inside": 28, "above_95": 4, "below_95": 4, "below_998": 1}
    assert got["position"].value_counts().to_dict() == exp


def test_positions_of_surgery_on_infants_match_r():
    got = hospitals("G04_surgical.csv", "hospital r n")["position"]
    outside = got[got != "inside"].to_dict()
    assert outside == {"E": "below_95", "H": "above_998", "K": "above_95"}


def test_hospitals_of_one_patient_get_limits_too():
    table = pd.read_csv(REFERENCE / "G02_medpar.csv").assign(n=1)
    table = table.groupby("provnum")[["died", "n"]].sum()
    got = funnel(table["died"], table["n"])
    sides = got["position"].str.split("_").str[0].value_counts().to_dict()
    assert sides == {"inside": 48, "above": 3, "below": 3}
    assert got[LIMITS].notna().all(axis=None)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.floats(0.01, 0.99), st.data())
def test_tails_are_sums_of_the_binomial(n, target, data):
    k = data.draw(st.integers(0, n))
    chances = [comb(n, i) * target**i * (1 - target) ** (n - i) for i in range(n + 1)]
    got = funnel(pd.Series([k]), pd.Series([n]), target).iloc[0]
    exp = sum(chances[: k + 1]), sum(chances[k:])
    assert (got["tail_low"], got["tail_high"]) == pytest.approx(exp, abs=1e-9)
    r = next(i for i in range(n + 1) if sum(chances[: i + 1]) >= 0.975 or i == n)
    limit = (r - (sum(chances[: r + 1]) - 0.975) / chances[r]) / n
    assert got["high_95"] == pytest.approx(np.clip(limit, 0, 1), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(5, 200), st.floats(0.05, 0.95), st.floats(0.1, 0.9))
def test_scaled_counts_lie_between_whole_ones(n, part, target):
    k = part * (n - 1)
    tails = [
        funnel(pd.Series([x]), pd.Series([n]), target)["tail_low"].item() for x in (k, k + 0.5)
    ]
    assert 0 <= tails[0] <= tails[1] <= 1


def test_limits_narrow_with_size():
    low, high = limits([10, 100, 1000], 0.3)
    assert (np.diff(low) > 0).all()
    assert (np.diff(high) < 0).all()


def test_group_of_nobody_has_no_position():
    got = funnel(pd.Series([5, 0]), pd.Series([10, 0]))
    assert got["target"].to_list() == [0.5, 0.5]
    assert pd.isna(got.loc[1, "position"])


@pytest.mark.parametrize(("k", "match"), [(11, "outside 0 to n"), (10, "Target is 1.0")])
def test_impossible_counts_and_targets_are_refused(k, match):
    with pytest.raises(ValueError, match=match):
        funnel(pd.Series([k]), pd.Series([10]))
