"""Cost per result, by definition, by hand and against a t test."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import bootstrap, ttest_1samp

from shared.estimates.between_groups.costs import cost_per_result, group_costs


@pytest.fixture(scope="module")
def people():
    """Return cost and result of 60 participants; who costs more reaches it somewhat oftener."""
    random = np.random.default_rng(2)
    cost = random.gamma(2, 30_000, 60)
    result = random.random(60) < 0.25 + cost / 300_000
    return pd.Series(cost), pd.Series(result)


def test_ratio_is_of_the_sums(people):
    got = cost_per_result(*people)
    assert got.ratio == pytest.approx(people[0].sum() / people[1].sum())
    assert (got.n, got.results, got.reason) == (60, people[1].sum(), "")


def test_limits_are_what_the_t_test_just_rejects(people):
    cost, result = people
    got = cost_per_result(cost, result)
    for limit in (got.low, got.high):
        assert ttest_1samp(cost - limit * result, 0).pvalue == pytest.approx(0.05, abs=1e-9)
    assert got.low < got.ratio < got.high


def test_limits_are_near_those_of_the_bootstrap(people):
    cost, result = (part.to_numpy(dtype=float) for part in people)
    exp = bootstrap(
        (cost, result),
        lambda a, b, axis: a.sum(axis=axis) / b.sum(axis=axis),
        paired=True,
        n_resamples=4000,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    got = cost_per_result(*people)
    assert (got.low, got.high) == pytest.approx((exp.low, exp.high), rel=0.08)


def test_few_of_many_results_have_no_upper_limit():
    # One had 60 days: the mean of 0.16 is 1.07 of its error 0.150, below the 1.97 of t.
    result = pd.Series([0.0] * 395 + [1, 1, 1, 1, 60])
    got = cost_per_result(pd.Series(np.linspace(1, 2, 400)), result)
    assert got.reason == "no_limits"
    assert got.ratio == pytest.approx(600 / 64)
    assert np.isnan([got.low, got.high]).all()


@pytest.mark.parametrize(
    ("cost", "result", "reason"),
    [
        ([100] * 6, [1, 1, 1, 1, 0, 0], "few_results"),
        ([100] * 6, [0] * 6, "no_results"),
        ([0] * 6, [1] * 6, "no_cost"),
        ([], [], "no_cost"),
    ],
)
def test_no_figure_has_a_reason(cost, result, reason):
    got = cost_per_result(pd.Series(cost, dtype=float), pd.Series(result, dtype=float))
    assert got.reason == reason
    assert np.isnan([got.ratio, got.low, got.high]).all()


def test_five_results_give_a_figure():
    assert cost_per_result(pd.Series([100.0] * 6), pd.Series([1] * 5 + [0])).ratio == 120


def test_who_lacks_a_cost_is_left_out():
    got = cost_per_result(pd.Series([100.0] * 6 + [np.nan]), pd.Series([1] * 7))
    assert (got.n, got.results) == (6, 6)


def test_repeated_and_negative_are_refused():
    with pytest.raises(ValueError, match="1 labels occur twice"):
        cost_per_result(pd.Series([1.0, 2], index=[1, 1]), pd.Series([1, 0]))
    with pytest.raises(ValueError, match="1 of 2 have a negative cost"):
        cost_per_result(pd.Series([1.0, -2]), pd.Series([1, 0]))


# Groups


def test_group_limits_by_hand():
    # Wilson of 10/40: 0.141869 to 0.401940. A million over 40 people is 25 000 each.
    got = group_costs(pd.Series([1e6]), pd.Series([10]), pd.Series([40])).groups.loc[0]
    exp = (100_000, 25_000 / 0.401940, 25_000 / 0.141869)
    assert (got["ratio"], got["low"], got["high"]) == pytest.approx(exp, rel=1e-4)
    assert np.isnan(got["pooled"])


def test_group_reasons_stand_beside_the_figures():
    cost = pd.Series([1e6, 1e6, 1e6, np.nan, 1e6])
    got = group_costs(cost, pd.Series([10, 4, 0, 9, 0]), pd.Series([40, 40, 40, 40, 0])).groups
    assert got["reason"].tolist() == ["", "few_results", "no_results", "no_cost", "nobody"]
    assert got["ratio"].notna().tolist() == [True] + [False] * 4


def test_groups_are_drawn_together_on_the_log_scale():
    cost, results = pd.Series([1e6, 2e6, 1e6, 4e6]), pd.Series([8.0, 9.5, 20, 12])
    got = group_costs(cost, results, pd.Series([40.0, 40, 60, 40]))
    table = got.groups
    middle = np.exp(got.pooling.mean)
    nearer = (table["pooled"] / middle).apply(np.log).abs()
    assert (nearer < np.log(table["ratio"] / middle).abs()).all()
    assert (table["pooled_low"] < table["pooled"]).all()
    assert (table["pooled"] < table["pooled_high"]).all()


def test_group_in_which_all_reached_it_can_be_pooled():
    got = group_costs(pd.Series([1e6] * 3), pd.Series([10, 9, 8]), pd.Series([10, 10, 10])).groups
    assert got[["pooled", "pooled_low", "pooled_high"]].notna().all(axis=None)


def test_negative_cost_of_a_group_is_refused():
    with pytest.raises(ValueError, match="1 of 1 costs are negative"):
        group_costs(pd.Series([-1.0]), pd.Series([5]), pd.Series([9]))
