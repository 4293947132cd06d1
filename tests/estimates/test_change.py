"""Change: each test states one rule and a number from R or worked by hand."""

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from shared.estimates.change import holm, paired_change, unpaired_change

JOBS = Path(__file__).parents[2] / "data/raw/jobs/wave-06/jobs2.csv"


def change_of(*differences):
    """Return the paired change of people who all start at 0."""
    after = pd.Series(differences, dtype=float)
    return paired_change(after * 0, after)


def enumerated_p(differences):
    """Return the signed-rank p by counting every sign pattern, straight from the definition."""
    moved = [step for step in differences if step != 0]
    ranks = pd.Series(moved, dtype=float).abs().rank().tolist()
    centre = sum(ranks) / 2
    seen = abs(sum(r for r, step in zip(ranks, moved, strict=True) if step > 0) - centre)
    patterns = list(product([0, 1], repeat=len(ranks)))
    sums = [sum(r * s for r, s in zip(ranks, signs, strict=True)) for signs in patterns]
    return sum(abs(total - centre) >= seen for total in sums) / len(patterns)


def test_mean_change_and_limits_match_t_test_of_r():
    jobs = pd.read_csv(JOBS)
    got = paired_change(jobs["depress1"], jobs["depress2"])
    exp = (-0.128631589, -0.171378384, -0.0858847938)
    assert (got.mean_change, got.low, got.high) == pytest.approx(exp, abs=1e-6)
    assert got.n == 899


def test_limits_by_hand():
    # Steps 1, 2, 3: sd 1, half-width 4.302653 / sqrt(3) = 2.484138.
    got = change_of(1, 2, 3)
    assert (got.low, got.high) == pytest.approx((2 - 2.484138, 2 + 2.484138), abs=1e-6)


def test_exact_p_matches_wilcox_test_of_r():
    # Hamilton depression scale, Hollander and Wolfe (1973), the example of ?wilcox.test.
    first = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
    second = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
    got = paired_change(pd.Series(first), pd.Series(second))
    assert got.p == pytest.approx(0.0390625, abs=1e-9)
    assert (got.up, got.same, got.down) == (2, 0, 7)
    # R's V = 40 is the rank sum of those who fell, so 5 of 45 are left for those who rose.
    assert got.effect == pytest.approx((5 - 40) / 45)


def test_sleep_of_student_matches_exact_rank_tests_and_t_test_of_r():
    # Extra hours of ten people under two drugs (Student 1908), R's data set sleep: one difference
    # is 0 and 1.3 occurs twice, though not to the last digit (1.1 + 0.2 and 0.1 + 1.2). V is 0.
    first = pd.Series([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0])
    second = pd.Series([1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
    got = paired_change(first, second)
    assert (got.p, got.effect, got.same) == (0.00390625, 1.0, 1)
    exp = (1.58, 0.7001142, 2.4598858)
    assert (got.mean_change, got.low, got.high) == pytest.approx(exp, abs=5e-8)


def test_exact_p_with_ties_by_hand():
    # Ranks 2, 2, -2, 4 sum to 8 up. Of 16 sign patterns 4 reach 8 and 4 stay at 2 or below.
    assert change_of(1, 1, -1, 2).p == 0.5


@pytest.mark.parametrize(
    "differences",
    [
        (1, 1, -1, 2, 0, 0, 3, 3),
        (-2, -2, -1, 1, 0, -3, -3, -2),
        (0.5, 1.5, -0.5, 2, 2, 2, -1, 0),
        (4, -1, 1, 1, 1, -1, 1, 2, 2, -3),
    ],
)
def test_exact_p_equals_a_count_of_all_sign_patterns(differences):
    assert change_of(*differences).p == pytest.approx(enumerated_p(differences), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-4, 4), min_size=1, max_size=10))
def test_exact_p_equals_the_count_whatever_the_zeros_and_ties(differences):
    # Scores are means of a few items: thirds are not exact in binary, and must tie all the same.
    got = change_of(*(step / 3 for step in differences))
    assert got.p == pytest.approx(enumerated_p(differences), abs=1e-12)


@pytest.mark.parametrize(("n", "p"), [(25, 2 / 2**25), (26, 3.414174e-7)])
def test_p_is_exact_up_to_25_pairs_that_changed(n, p):
    # Beyond, with everyone one step up, z is sqrt(26) = 5.0990 by the variance with ties in it.
    assert change_of(0, *[1] * n).p == pytest.approx(p, rel=1e-6)


def test_p_of_many_pairs_matches_scipy():
    # scipy.stats.wilcoxon(zero_method="wilcox", correction=False, method="asymptotic").
    jobs = pd.read_csv(JOBS)
    assert paired_change(jobs["depress1"], jobs["depress2"]).p == pytest.approx(1.909216e-11)


def test_effect_is_rank_sum_up_minus_down_over_all():
    # Ranks 2, 2, -2, 4: (8 - 2) / 10.
    assert change_of(1, 1, -1, 2).effect == pytest.approx(0.6)


@pytest.mark.parametrize(("step", "effect"), [(1, 1.0), (-1, -1.0)])
def test_effect_is_one_when_all_move_the_same_way(step, effect):
    assert change_of(step, step, 0).effect == effect


def test_counts_of_up_same_and_down():
    got = change_of(1, 2, 0, -1)
    assert (got.n, got.up, got.same, got.down) == (4, 2, 1, 1)


def test_mean_counts_the_unchanged():
    assert change_of(3, 0, 0).mean_change == 1.0


def test_scores_rounded_to_six_decimals_are_still_ties():
    # Steps of a third: 0.333333, 0.333334 and -0.333333 all rank 2, so (4 - 2) / 6.
    before = pd.Series([1.666667, 1.333333, 3.0])
    after = pd.Series([2.0, 1.666667, 2.666667])
    assert paired_change(before, after).effect == pytest.approx(1 / 3)


def test_people_are_paired_by_index_and_both_times_needed():
    before = pd.Series({"a": 1.0, "b": 2.0, "c": 3.0, "d": np.nan})
    after = pd.Series({"b": 4.0, "a": 2.0, "d": 5.0, "e": 5.0})
    got = paired_change(before, after)
    assert (got.n, got.mean_change) == (2, 1.5)


def test_nobody_seen_twice_gives_no_figures():
    got = paired_change(pd.Series({"a": 1.0}), pd.Series({"b": 1.0}))
    assert got.n == 0
    assert np.isnan([got.mean_change, got.low, got.high, got.p, got.effect]).all()


def test_one_pair_has_a_mean_but_no_limits():
    got = change_of(2)
    assert (got.mean_change, got.p) == (2.0, 1.0)
    assert np.isnan([got.low, got.high]).all()


def test_no_change_at_all_has_p_one_and_no_effect():
    got = change_of(0, 0)
    assert (got.mean_change, got.p, got.same) == (0.0, 1.0, 2)
    assert np.isnan(got.effect)


def test_person_listed_twice_is_refused():
    twice = pd.Series([1.0, 2.0], index=["a", "a"])
    with pytest.raises(ValueError, match="index of after repeats 1 labels"):
        paired_change(pd.Series({"a": 1.0}), twice)


def test_unpaired_change_by_hand():
    # All spread is in the first group, so 3 - 1 = 2 df: half-width 4.302653 * sqrt(1 / 3).
    got = unpaired_change(pd.Series([1, 2, 3]), pd.Series([5, 5, 5]))
    exp = (3.0, 3 - 2.484138, 3 + 2.484138)
    assert (got.mean_change, got.low, got.high) == pytest.approx(exp, abs=1e-6)


def test_unpaired_p_matches_t_test_of_r():
    jobs = pd.read_csv(JOBS)
    groups = jobs["depress2"].groupby(jobs["treat"])
    got = unpaired_change(groups.get_group(0), groups.get_group(1))
    assert got.p == pytest.approx(0.177244433, abs=1e-6)
    assert (got.n_before, got.n_after) == (299, 600)


def test_unpaired_change_leaves_out_missing_values():
    got = unpaired_change(pd.Series([1, np.nan, 3]), pd.Series([4, 6]))
    assert (got.n_before, got.n_after, got.mean_change) == (2, 2, 3.0)


@pytest.mark.parametrize(("before", "after"), [([1.0], [2.0, 3.0]), ([1.0, 1.0], [2.0, 2.0])])
def test_unpaired_limits_need_two_in_each_group_and_spread(before, after):
    got = unpaired_change(pd.Series(before), pd.Series(after))
    assert got.mean_change >= 1
    assert np.isnan([got.low, got.high, got.p]).all()


def test_unpaired_change_of_nobody_gives_no_figures():
    nobody = pd.Series([], dtype=float)
    got = unpaired_change(nobody, nobody)
    assert (got.n_before, got.n_after) == (0, 0)
    assert np.isnan([got.mean_change, got.low, got.high, got.p]).all()


# Several tests


def test_holm_by_hand():
    # Sorted 0.005 * 4, 0.01 * 3, 0.03 * 2, 0.04 * 1; the last may not fall below the one before.
    got = holm(pd.Series({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005}))
    assert got.to_dict() == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})


def test_missing_p_is_no_test():
    got = holm(pd.Series([np.nan, 0.02, np.nan, 0.03]))
    assert got.tolist() == pytest.approx([np.nan, 0.04, np.nan, 0.04], nan_ok=True)


def test_adjusted_p_is_at_most_one():
    assert holm(pd.Series([0.6, 0.9])).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("p", [[], [np.nan, np.nan]])
def test_no_tests_have_nothing_to_adjust(p):
    got = holm(pd.Series(p, dtype=float))
    assert len(got) == len(p)
    assert got.isna().all()


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 1) | st.sampled_from([0.01, 0.02, 0.05]), min_size=1, max_size=12))
def test_holm_agrees_with_statsmodels(p):
    exp = multipletests(p, method="holm")[1]
    assert holm(pd.Series(p)).to_numpy() == pytest.approx(exp, abs=1e-15)


@pytest.mark.parametrize("p", [-0.01, 1.01, 5])
def test_p_outside_zero_to_one_is_refused(p):
    with pytest.raises(ValueError, match="1 of 2 p-values lie outside 0 to 1"):
        holm(pd.Series([0.5, p]))
