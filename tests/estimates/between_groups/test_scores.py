"""Mean scores drawn together, against metafor, statsmodels and brute force."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2, norm
from statsmodels.stats.meta_analysis import combine_effects

from shared.estimates.between_groups.scores import partial_pooling, pooled_scores

# Trials of the BCG vaccine (Colditz et al. 1994, JAMA 271, 698-702; metafor's dat.bcg): cases and
# others among the vaccinated, then among the rest.
BCG = """4 119 11 128, 6 300 29 274, 3 228 11 209, 62 13536 248 12619, 33 5036 47 5761,
180 1361 372 1079, 8 2537 10 619, 505 87886 499 87892, 29 7470 45 7232, 17 1699 65 1600,
186 50448 141 27197, 5 2493 3 2338, 27 16886 29 17825"""
# Coaching in eight schools, Gelman et al. (2013), table 5.2.
SCHOOLS = pd.Series([28.0, 8, -3, 7, -1, 1, 18, 12])
ERRORS = pd.Series([15.0, 10, 16, 11, 9, 11, 10, 18])


def cases():
    return np.array([row.split() for row in BCG.split(",")], dtype=float).T


@pytest.fixture(scope="module")
def bcg():
    """Return log relative risks and their variances."""
    a, b, c, d = cases()
    risk = np.log(a / (a + b) / (c / (c + d)))
    return pd.Series(risk), pd.Series(1 / a - 1 / (a + b) + 1 / c - 1 / (c + d))


def test_bcg_spread_matches_metafor_as_published(bcg):
    # Viechtbauer (2010), Journal of Statistical Software 36(3): Q(12), and the Q-profile limits.
    got = partial_pooling(*bcg)
    assert got.q == pytest.approx(152.2330, abs=5e-5)
    assert (got.tau_low**2, got.tau_high**2) == pytest.approx((0.1197, 1.1115), abs=5e-5)
    assert (got.i2_low, got.i2_high) == pytest.approx((0.8192, 0.9768), abs=5e-5)


def test_tau_of_odds_ratios_matches_metafor_as_published():
    # metafor-project.org, analyses:vanhouwelingen2002: 0.1302 to 1.1812 by the Q-profile method.
    a, b, c, d = cases()
    odds, v = np.log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d
    got = partial_pooling(pd.Series(odds), pd.Series(v))
    # It is solved there to about 1e-4; here Q is at its quantiles to all digits.
    assert (got.tau_low**2, got.tau_high**2) == pytest.approx((0.1302, 1.1812), abs=1e-4)
    for tau, tail in ((got.tau_low, 0.975), (got.tau_high, 0.025)):
        weight = 1 / (v + tau**2)
        q = (weight * (odds - np.average(odds, weights=weight)) ** 2).sum()
        assert q == pytest.approx(chi2.ppf(tail, 12), rel=1e-8)


def test_bcg_mean_and_tau_match_statsmodels(bcg):
    got = partial_pooling(*bcg)
    exp = combine_effects(*map(np.array, bcg), method_re="iterated")
    assert got.tau**2 == pytest.approx(exp.tau2, rel=1e-8)
    limits = exp.conf_int(use_t=True)[3]
    exp = exp.mean_effect_re, *limits
    assert (got.mean, got.mean_low, got.mean_high) == pytest.approx(exp, abs=1e-9)


def test_posterior_equals_a_plain_sum_over_mean_and_tau():
    mu, tau = np.meshgrid(np.linspace(-80, 100, 500), (np.arange(1200) + 0.5) * 0.09)
    spread = np.sqrt(ERRORS.to_numpy() ** 2 + tau[..., None] ** 2)
    weight = norm.logpdf(SCHOOLS.to_numpy(), mu[..., None], spread).sum(axis=-1)
    weight = np.exp(weight - weight.max())
    shrunk = 1 / (1 / ERRORS[0] ** 2 + 1 / tau**2)
    centre = shrunk * (SCHOOLS[0] / ERRORS[0] ** 2 + mu / tau**2)
    got = partial_pooling(SCHOOLS, ERRORS**2).groups.loc[0]
    assert got["mean"] == pytest.approx(np.average(centre, weights=weight), abs=0.05)
    for name, tail in [("low", 0.025), ("high", 0.975)]:
        below = norm.cdf(got[name], centre, np.sqrt(shrunk))
        assert np.average(below, weights=weight) == pytest.approx(tail, abs=5e-4)


def test_sd_within_groups_is_pooled():
    # Squares 4 * 0.25 + 9 * 1 = 10 over 4 + 9 df; the group of
    # one has no sd of its own, and takes the variance of all.
    mean = pd.Series([3.0, 4.0, 3.5])
    got = pooled_scores(mean, pd.Series([0.5, 1.0, np.nan]), pd.Series([5.0, 10, 1]))
    exp = partial_pooling(mean, 10 / 13 / pd.Series([5.0, 10, 1]), df=13)
    pd.testing.assert_frame_equal(got.groups, exp.groups)
    assert got.groups["mean"].notna().all()


def test_few_df_widen_the_groups():
    few, many = (partial_pooling(SCHOOLS, ERRORS**2, df).groups for df in (4, np.inf))
    assert (few["high"] - few["low"] > 1.05 * (many["high"] - many["low"])).all()


def test_larger_group_keeps_more_of_its_own():
    got = pooled_scores(
        pd.Series([2.0, 2, 4, 4, 3]), pd.Series([0.8] * 5), pd.Series([4.0, 40, 40, 4, 7.5])
    ).groups
    assert got["mean"][1] < got["mean"][0] < got["mean"][3] < got["mean"][2]


def test_alike_groups_have_no_tau_and_yet_intervals():
    got = partial_pooling(pd.Series([3.0, 3.01, 2.99, 3.0]), pd.Series([0.04] * 4))
    assert (got.tau, got.tau_low, got.tau_high, got.i2) == (0, 0, 0, 0)
    assert (got.groups["high"] - got.groups["low"] > 0.3).all()


def test_intervals_hold_planted_means():
    random, held = np.random.default_rng(5), []
    for tau in (0.1, 0.4) * 20:
        n = random.integers(5, 13, 8)
        truth = random.normal(3, tau, 8)
        people = [random.normal(mean, 0.8, size) for mean, size in zip(truth, n, strict=True)]
        mean, sd = pd.Series([p.mean() for p in people]), pd.Series([p.std(ddof=1) for p in people])
        got = pooled_scores(mean, sd, pd.Series(n)).groups
        held.append((got["low"] <= truth) & (truth <= got["high"]))
    assert 0.92 < np.mean(held) < 0.995


@pytest.mark.parametrize("estimate", [[3.0, 4.0], [3.0, 4.0, np.nan]])
def test_two_groups_are_not_drawn_together(estimate):
    got = partial_pooling(pd.Series(estimate), pd.Series([0.1] * len(estimate)))
    assert got.groups["raw"].notna().sum() == 2
    assert got.groups[["mean", "low", "high"]].isna().all(axis=None)
    assert np.isnan([got.mean, got.tau, got.p]).all()


def test_variance_of_nought_is_refused():
    with pytest.raises(ValueError, match="1 of 3 variances are 0 or less"):
        partial_pooling(pd.Series([1.0, 2, 3]), pd.Series([0.1, 0.0, 0.1]))


@pytest.mark.parametrize(("sd", "n"), [([0.0] * 3, [5.0] * 3), ([1.0, -1, 1], [5.0] * 3)])
def test_scores_without_spread_or_with_a_negative_one_are_refused(sd, n):
    with pytest.raises(ValueError, match="At least one must"):
        pooled_scores(pd.Series([1.0, 2, 3]), pd.Series(sd), pd.Series(n))
