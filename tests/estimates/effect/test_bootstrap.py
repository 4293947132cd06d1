"""Bootstrap limits, against R's boot and by counting every resample."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from shared.estimates.effect.bootstrap import bootstrap_difference


@pytest.mark.parametrize(
    ("limits", "low", "high"),
    [("percentile", 491.360061, 3141.88304), ("bca", 558.265102, 3224.15675)],
)
def test_limits_match_boot_of_r(trial, limits, low, high):
    # Enough draws to leave R's 9999 as the only noise, of about 20.
    got = bootstrap_difference(trial["re78"], trial["treat"], limits, resamples=100_000)
    assert got.estimate == pytest.approx(1794.34238, abs=1e-4)
    assert (got.low, got.high) == pytest.approx((low, high), abs=40)
    assert got.se == pytest.approx(676.018012, abs=15)
    assert got.method == f"bootstrap_{limits}"
    assert np.isnan(got.p)


def test_each_arm_is_resampled_within_itself():
    # All 27 * 4 equally likely resamples of three and two people: the exact variance and tails.
    inside, outside = [0.0, 3.0, 9.0], [1.0, 2.0]
    sums = [
        np.mean(a) - np.mean(b)
        for a in product(inside, repeat=3)
        for b in product(outside, repeat=2)
    ]
    treated = pd.Series([True] * 3 + [False] * 2)
    got = bootstrap_difference(pd.Series(inside + outside), treated, "percentile")
    assert got.se == pytest.approx(np.std(sums), rel=0.03)
    exp = np.quantile(sums, [0.025, 0.975], method="inverted_cdf")
    assert (got.low, got.high) == pytest.approx(exp, abs=0.51)


def test_the_same_seed_gives_the_same_limits(trial):
    first, again, other = (
        bootstrap_difference(trial["re78"], trial["treat"], resamples=99, seed=seed).low
        for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize("limits", ["bca", "percentile"])
def test_no_spread_has_no_limits(limits):
    treated = pd.Series([True, True, False, False])
    got = bootstrap_difference(pd.Series([1, 1, 0, 0]), treated, limits, resamples=99)
    assert (got.estimate, got.n_treated) == (1, 2)
    assert np.isnan([got.se, got.low, got.high]).all()


def test_missing_outcomes_are_left_out():
    treated = pd.Series([True] * 3 + [False] * 3)
    got = bootstrap_difference(pd.Series([1, 3, None, 0, 1, None]), treated, resamples=99)
    assert (got.estimate, got.left_out) == (1.5, 2)


def test_other_limits_are_refused(trial):
    with pytest.raises(ValueError, match=r"Limits is 'basic'. Allowed: bca, percentile"):
        bootstrap_difference(trial["re78"], trial["treat"], "basic")
