"""Shares: each test states one rule and a number from a paper, from R or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import confint_proportions_2indep

from shared.estimates.proportions import share_differences, wilson

RAW = Path(__file__).parents[2] / "data/raw"
JOBS = RAW / "jobs/wave-06/jobs2.csv"
LEADERSHIP = RAW / "leadership/wave-00/lq2002.csv"


def share_difference(*counts, **options):
    """Return the difference of one pair of shares."""
    return share_differences(*counts, **options).iloc[0]


def test_limits_match_published_example():
    # Newcombe (1998), table I: 81 of 263, score method without continuity correction.
    got = wilson(81, 263)[["low", "high"]].to_numpy()
    assert got == pytest.approx(np.array([[0.2553, 0.3662]]), abs=5e-5)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        (0, 5, 0.0, 0.434482465),
        (5, 5, 0.565517535, 1.0),
        (3, 7, 0.158219855, 0.749541635),
        (1, 12, 0.0148650944, 0.353879911),
        (11, 12, 0.646120089, 0.985134906),
        (362, 1394, 0.237349979, 0.283339584),
        (747, 3036, 0.231053971, 0.261682732),
    ],
)
def test_limits_match_prop_test_of_r(successes, n, low, high):
    got = wilson(successes, n).iloc[0]
    assert (got["low"], got["high"]) == pytest.approx((low, high), abs=1e-6)


def test_shares_of_small_groups_match_prop_test_of_r():
    survey = pd.read_csv(LEADERSHIP)
    agree = (survey["LEAD01"] >= 4).groupby(survey["COMPID"]).agg(["sum", "size"]).loc[2:7]
    got = wilson(agree["sum"], agree["size"])
    exp = [
        (11, 24, 0.458333333, 0.278913337, 0.649251346),
        (13, 37, 0.351351351, 0.218256071, 0.512409769),
        (13, 45, 0.288888889, 0.177300825, 0.433685406),
        (18, 58, 0.310344828, 0.206220956, 0.438030644),
        (9, 12, 0.75, 0.467694665, 0.911058332),
        (10, 15, 0.666666667, 0.417135477, 0.848236756),
    ]
    assert got.index.tolist() == [2, 3, 4, 5, 6, 7]
    assert got.to_numpy() == pytest.approx(np.array(exp), abs=1e-6)


def test_limits_do_not_leave_one_by_rounding():
    # For 16 of 16 the formula as written gives 1.0000000000000002.
    assert wilson(16, 16).loc[0, "high"] == 1.0


def test_rows_keep_the_index_of_the_groups():
    successes = pd.Series([1, 3], index=["KOM-1", "KOM-2"])
    got = wilson(successes, pd.Series([4, 4], index=["KOM-2", "KOM-1"]))
    assert got["share"].to_dict() == {"KOM-1": 0.25, "KOM-2": 0.75}


def test_group_of_nobody_has_no_share():
    got = wilson([0, 1], [0, 2])
    assert got["n"].tolist() == [0, 2]
    assert got[["share", "low", "high"]].isna().all(axis=1).tolist() == [True, False]


def test_lower_level_gives_narrower_interval():
    # With z = 1 (level 0.6827) and 1 of 2: centre 0.5, half 1 * sqrt(0.5 + 0.25) / 3 = 0.288675.
    got = wilson(1, 2, level=0.6826894921370859).iloc[0]
    assert (got["low"], got["high"]) == pytest.approx((0.211325, 0.788675), abs=1e-6)


@pytest.mark.parametrize(("successes", "n"), [(3, 2), (-1, 2), (0, -1)])
def test_impossible_counts_are_refused(successes, n):
    with pytest.raises(ValueError, match=r"1 of 1 groups .* between 0 and n"):
        wilson(successes, n)


def test_level_given_in_per_cent_is_refused():
    with pytest.raises(ValueError, match=r"Level is 95.*between 0 and 1"):
        wilson(1, 2, level=95)


# Differences


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_limits_of_difference_match_published_examples(counts, low, high):
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, method 10.
    got = share_difference(*counts)
    assert (got.low, got.high) == pytest.approx((low, high), abs=5e-5)


def groups():
    return st.tuples(st.integers(0, 60), st.integers(1, 60)).filter(
        lambda group: group[0] <= group[1]
    )


@settings(max_examples=50, deadline=None)
@given(groups(), groups())
def test_limits_of_difference_agree_with_statsmodels(first, second):
    got = share_difference(*first, *second)
    exp = confint_proportions_2indep(*first, *second, method="newcomb", compare="diff")
    assert (got.low, got.high) == pytest.approx(exp, abs=1e-9)


def test_wald_difference_and_p_match_prop_test_of_r():
    jobs = pd.read_csv(JOBS)
    employed = (jobs["work1"] == "psyemp").groupby(jobs["treat"]).agg(["sum", "size"])
    got = share_difference(*employed.loc[1], *employed.loc[0], method="wald")
    exp = (0.0573745819, -0.00649436752, 0.121243531, 0.08377669)
    assert (got.difference, got.low, got.high, got.p) == pytest.approx(exp, abs=1e-6)


def test_p_is_the_same_by_both_methods():
    by_method = [share_difference(207, 600, 86, 299, method=name) for name in ("newcombe", "wald")]
    assert [got.p for got in by_method] == pytest.approx([0.08377669] * 2, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(groups(), groups(), st.sampled_from(["newcombe", "wald"]))
def test_swapped_groups_only_change_sign(first, second, method):
    got, swapped = (
        share_difference(*a, *b, method=method) for a, b in [(first, second), (second, first)]
    )
    assert (got.low, got.high) == pytest.approx((-swapped.high, -swapped.low), abs=1e-12)
    assert -1 <= got.low <= got.difference <= got.high <= 1


def test_pairs_of_groups_are_matched_by_index():
    lost = pd.Series({"KOM-1": 1, "KOM-2": 3})
    due = pd.Series({"KOM-2": 4, "KOM-1": 4})
    got = share_differences(lost, due, pd.Series({"KOM-2": 1, "KOM-1": 2}), due)
    assert got["difference"].to_dict() == {"KOM-1": -0.25, "KOM-2": 0.5}


def test_pair_with_a_hidden_count_is_unknown_and_leaves_the_others():
    got = share_differences(pd.Series([np.nan, 56]), [70, 70], [48, 48], [80, 80])
    assert got.isna().all(axis=1).tolist() == [True, False]
    assert got.loc[1, "low"] == pytest.approx(0.0524, abs=5e-5)


def test_unknown_method_is_refused():
    with pytest.raises(ValueError, match=r"'agresti'\. Allowed: newcombe, wald"):
        share_difference(1, 2, 1, 2, method="agresti")


def test_difference_is_first_share_minus_second():
    assert share_difference(1, 4, 3, 4).difference == -0.5


def test_wald_limits_stay_within_one():
    # 9 of 10 against 0 of 10 would reach 0.9 + 1.96 * 0.0949 = 1.086.
    assert share_difference(9, 10, 0, 10, method="wald").high == 1.0
    assert share_difference(0, 10, 9, 10, method="wald").low == -1.0


def test_difference_from_an_empty_group_is_unknown():
    got = share_difference(1, 2, 0, 0)
    assert np.isnan([got.difference, got.low, got.high, got.p]).all()


def test_p_is_unknown_when_nobody_has_the_property():
    got = share_difference(0, 5, 0, 6)
    assert got.difference == 0.0
    assert np.isnan(got.p)


def test_difference_refuses_more_successes_than_n():
    with pytest.raises(ValueError, match="1 of 1 groups"):
        share_difference(1, 4, 5, 4)
