"""Process beside result: against published tables, statsmodels and all orders counted."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr
from statsmodels.formula.api import ols

from shared.estimates.between_groups.association import (
    association,
    enough_points,
    permuted_sums,
    within_groups,
)


def courses(slope, groups=8, waves=4, seed=1):
    """Return records of groups whose process drifts and whose level hides the slope."""
    random = np.random.default_rng(seed)
    level = random.normal(0, 3, (groups, 1))
    x = 3 + level + random.normal(0, 0.5, (groups, waves)).cumsum(axis=1)
    y = 50 - 4 * level + slope * x + np.arange(waves) * 2 + random.normal(0, 0.5, x.shape)
    index = pd.MultiIndex.from_product([range(groups), range(waves)], names=["group", "wave"])
    return pd.DataFrame({"process": x.ravel(), "result": y.ravel()}, index=index).reset_index()


def by_regression(records):
    """Return the regression with a constant for each group and wave, errors by group."""
    model = ols("result ~ process + C(group) + C(wave)", records)
    return model.fit(cov_type="cluster", cov_kwds={"groups": records["group"]}, use_t=True)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=6, max_size=6).filter(lambda y: len(set(y)) > 1))
def test_p_equals_a_count_of_all_orders_whatever_the_ties(result):
    x = [3, 1, 4, 1, 5, 9]
    got = association(pd.Series(x), pd.Series(result))
    exp = np.array([spearmanr(x, order).statistic for order in set(permutations(result))])
    # Orders that differ only among tied groups are equally many of each.
    assert got.rho == pytest.approx(spearmanr(x, result).statistic)
    assert got.p == pytest.approx(np.mean(np.abs(exp) > abs(got.rho) - 1e-9), abs=1e-12)


def test_perfect_order_of_eight_arises_twice_in_40320():
    got = association(pd.Series(range(8)), pd.Series([2**k for k in range(8)]))
    assert (got.rho, got.high, got.p) == (pytest.approx(1), pytest.approx(1), 2 / 40320)
    assert 0.8 < got.low < 0.99


def test_limits_by_hand():
    # Rho 0.5: atanh 0.549306, error sqrt((1 + 0.125) / 5) = 0.474342, times 1.959964.
    got = association(pd.Series(range(8)), pd.Series([0, 7, 1, 2, 3, 4, 5, 6]))
    assert got.rho == pytest.approx(1 - 6 * 42 / 504)
    exp = np.tanh([0.549306 - 0.929693, 0.549306 + 0.929693])
    assert (got.low, got.high) == pytest.approx(exp, abs=1e-6)


def test_turning_the_result_turns_the_limits():
    process, result = pd.Series([1, 5, 3, 2, 9, 4]), pd.Series([2, 3, 5, 1, 9, 8])
    up, down = association(process, result), association(process, -result)
    assert (down.rho, down.low, down.high) == pytest.approx((-up.rho, -up.high, -up.low))
    assert down.p == up.p


@pytest.mark.parametrize("rho", [0.0, 0.8])
def test_limits_of_eight_points_hold_a_known_rho(rho):
    random = np.random.default_rng(4)
    truth, held = 6 / np.pi * np.arcsin(rho / 2), 0
    for _ in range(40):
        x, e = random.standard_normal((2, 8))
        got = association(pd.Series(x), pd.Series(rho * x + np.sqrt(1 - rho**2) * e))
        held += got.low <= truth <= got.high
    assert held >= 35


@pytest.mark.parametrize("n", [4, 6])
def test_few_groups_or_no_difference_give_no_figure(n):
    got = association(pd.Series(range(n)), pd.Series([1.0] * n if n > 4 else range(n)))
    assert got.n == n
    assert np.isnan([got.rho, got.low, got.high, got.p]).all()


def test_groups_are_paired_by_index():
    process = pd.Series(range(6), index=list("abcdef"))
    result = pd.Series([5, 4, 3, 2, 1, 0, 9], index=list("fedcbag"))
    assert association(process, result).rho == pytest.approx(1)


# What points could show


@pytest.mark.parametrize(
    ("n", "rho"), [(5, 1.0), (6, 0.886), (7, 0.786), (8, 0.738), (9, 0.700), (10, 0.648)]
)
def test_smallest_rho_is_that_of_the_tables(n, rho):
    # Two-sided 0.05, as in the usual tables of exact critical values.
    assert enough_points(n).smallest_rho == pytest.approx(rho, abs=5e-4)


@pytest.mark.parametrize(
    ("n", "statement"), [(0, "none"), (4, "none"), (5, "only_strong"), (8, "only_strong")]
)
def test_few_points_say_little(n, statement):
    assert enough_points(n).statement == statement


def test_many_points_say_some():
    assert enough_points(20).statement == "some"


def test_random_orders_start_with_the_actual_and_repeat():
    pairs = np.random.default_rng(1).random((12, 12))
    got = permuted_sums(pairs, draws=50)
    assert got[0] == pytest.approx(np.trace(pairs))
    assert (len(got), got.tolist()) == (51, permuted_sums(pairs, draws=50).tolist())


# Within groups


def test_slope_and_limits_equal_the_regression_with_errors_by_group():
    records = courses(1.5)
    got, exp = within_groups(records), by_regression(records)
    assert got.slope == pytest.approx(exp.params["process"], rel=1e-9)
    limits = exp.conf_int().loc["process"]
    assert (got.low, got.high) == pytest.approx(tuple(limits), rel=1e-6)
    assert (got.n, got.waves, got.left_out) == (8, 4, 0)


def test_p_within_equals_a_count_of_all_exchanges():
    records = courses(0.5, groups=5, waves=3, seed=3)
    wide = records.pivot(index="wave", columns="group", values="process")
    slopes = []
    for order in permutations(range(5)):
        moved = records.assign(process=wide[list(order)].T.to_numpy().ravel())
        slopes.append(within_groups(moved).slope)
    exp = np.mean(np.abs(slopes) >= abs(slopes[0]) - 1e-12)
    got = within_groups(records)
    assert got.slope == pytest.approx(slopes[0])
    assert got.p == pytest.approx(exp)
    assert 0 < exp < 1


def test_levels_alone_do_not_count():
    # The level of the groups goes the other way by far.
    got = within_groups(courses(1.5))
    assert got.low < 1.5 < got.high
    assert got.p < 0.05


def test_group_without_a_wave_is_left_out():
    records = courses(1.5)
    got = within_groups(records.drop(index=5))
    assert (got.n, got.left_out) == (7, 1)


@pytest.mark.parametrize("groups", [4, 1])
def test_few_groups_tell_nothing_within(groups):
    got = within_groups(courses(1.5, groups=groups))
    assert got.n == groups
    assert np.isnan([got.slope, got.low, got.high, got.p]).all()


def test_process_that_turns_alike_in_all_tells_nothing():
    records = courses(1.5)
    got = within_groups(records.assign(process=records["wave"] + records["group"]))
    assert np.isnan(got.slope)


def test_wave_twice_is_refused():
    records = courses(1.5)
    with pytest.raises(ValueError, match="1 rows repeat a group and wave"):
        within_groups(pd.concat([records, records.head(1)]))
