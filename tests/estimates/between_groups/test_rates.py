"""Rates drawn together, against statsmodels, an exact test and brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, nbinom
from statsmodels.discrete.discrete_model import NegativeBinomial

from shared.estimates.between_groups.rates import pooled_rates, rate_spread

# Failures of ten pumps of a power plant in thousands of hours, Gaver and O'Muircheartaigh (1987).
FAILURES = pd.Series([5.0, 1, 5, 14, 3, 19, 1, 1, 4, 22])
HOURS = pd.Series([94.32, 15.72, 62.88, 125.76, 5.24, 31.44, 1.048, 1.048, 2.096, 10.48])


@pytest.fixture(scope="module")
def pumps():
    return pooled_rates(FAILURES, HOURS)


def test_maximum_likelihood_equals_negative_binomial_of_statsmodels(pumps):
    model = NegativeBinomial(FAILURES, np.ones(10), exposure=HOURS)
    fit = model.fit(start_params=[-0.4, 1.2], method="newton", disp=0)
    exp = np.exp(fit.params["const"]), 1 / fit.params["alpha"]
    assert (pumps.mean, pumps.shape) == pytest.approx(exp, rel=1e-6)


def test_posterior_equals_a_plain_sum_over_mean_and_cv():
    count, units = np.array([2, 9, 4]), np.array([4.0, 5.0, 6.0])
    mean, cv = np.meshgrid(np.exp(np.linspace(-6, 6, 900)), (np.arange(900) + 0.5) / 900 * 3.5)
    shape = cv**-2
    weight = np.exp(-(cv**2) / 2)
    for y, e in zip(count, units, strict=True):
        weight = weight * nbinom.pmf(y, shape, shape / (shape + mean * e))
    exp = [
        np.average((shape + y) / (shape / mean + e), weights=weight)
        for y, e in zip(count, units, strict=True)
    ]
    got = pooled_rates(pd.Series(count), pd.Series(units)).groups["rate"]
    assert got.to_numpy() == pytest.approx(exp, rel=2e-3)


def test_counts_that_spread_no_more_than_chance_have_no_shape():
    got = pooled_rates(pd.Series([10, 11, 9, 10]), pd.Series([1.0] * 4))
    assert (got.shape, got.mean) == (np.inf, pytest.approx(10))
    assert (got.groups["low"] < 9.5).all()
    assert (got.groups["high"] > 10.5).all()


def test_groups_are_drawn_towards_the_others(pumps):
    raw = pumps.groups["raw"]
    between = pumps.groups["rate"].sub(raw) * (pumps.mean - raw)
    assert (between > 0).all()


def test_unit_of_the_rate_scales_all_but_the_spread(pumps):
    got = pooled_rates(FAILURES, HOURS, per=12)
    pd.testing.assert_frame_equal(got.groups, pumps.groups * 12, rtol=1e-6)
    assert (got.cv, got.shape) == pytest.approx((pumps.cv, pumps.shape), rel=1e-6)


def test_scaled_counts_are_taken_and_groups_without_exposure_left():
    got = pooled_rates(pd.Series([2.4, 7.1, 0.0]), pd.Series([3.3, 3.3, 0.0])).groups
    assert got["rate"].isna().tolist() == [False, False, True]
    assert (got["low"] < got["rate"])[:2].all()


def test_intervals_hold_planted_rates():
    random, held = np.random.default_rng(3), []
    for cv in (0.2, 0.6) * 6:
        truth = random.gamma(cv**-2, 2 * cv**2, 8)
        units = random.uniform(2, 18, 8)
        got = pooled_rates(pd.Series(random.poisson(truth * units)), pd.Series(units)).groups
        held.append((got["low"] <= truth) & (truth <= got["high"]))
    assert np.mean(held) > 0.9


def test_spread_of_two_groups_is_the_binomial_test():
    got = rate_spread(pd.Series([9, 2]), pd.Series([5.0, 5.0]), draws=99_999)
    assert got.p == pytest.approx(binomtest(9, 11).pvalue, abs=0.003)
    assert got.chi2 == pytest.approx((9 - 5.5) ** 2 / 5.5 * 2)


def test_pumps_spread_beyond_chance_and_equal_rates_do_not():
    assert rate_spread(FAILURES, HOURS).p == 0.0001
    assert rate_spread(pd.Series([4, 8, 12]), pd.Series([1.0, 2, 3])).p == 1


def test_single_group_has_no_spread():
    assert np.isnan(rate_spread(pd.Series([4, 3]), pd.Series([1.0, 0])).p)


@pytest.mark.parametrize(("count", "units"), [([1, -1], [1, 1]), ([0, 0], [1, 1]), ([1], [0])])
def test_negative_numbers_or_no_events_are_refused(count, units):
    with pytest.raises(ValueError, match="at least one event is needed"):
        pooled_rates(pd.Series(count), pd.Series(units))


def test_scaled_counts_are_no_events():
    with pytest.raises(ValueError, match="1 of 2 counts are not whole"):
        rate_spread(pd.Series([2.5, 1]), pd.Series([1, 1]))
