"""Difference or chance: scipy's chi-square, full enumeration, and planted differences."""

from itertools import product
from math import comb
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from scipy.stats import chi2_contingency

from shared.estimates.between_groups.heterogeneity import between_sd, heterogeneity
from shared.estimates.between_groups.mixed_logit import mixed_logit

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def surgery():
    return pd.read_csv(REFERENCE / "G04_surgical.csv").set_index("hospital")


def test_q_is_pearsons_chi_square(surgery):
    got = heterogeneity(surgery["r"], surgery["n"], draws=99)
    exp = chi2_contingency([surgery["r"], surgery["n"] - surgery["r"]], correction=False)
    assert (got.q, got.p_chi2) == pytest.approx((exp.statistic, exp.pvalue))
    assert got.chance == pytest.approx(11 / exp.statistic)
    assert (got.groups, got.n, got.reading) == (12, 2814, "mostly_difference")


def test_p_matches_full_enumeration():
    k, n = np.array([0, 4, 2]), np.array([5, 5, 6])
    ways, as_large = 0, 0

    def q(counts):
        return ((np.array(counts) - n * 6 / 16) ** 2 / n).sum()

    for counts in product(*(range(size + 1) for size in n)):
        if sum(counts) == 6:
            weight = np.prod([comb(size, count) for size, count in zip(n, counts, strict=True)])
            ways += weight
            as_large += weight * (q(counts) >= q(k) - 1e-9)
    got = heterogeneity(pd.Series(k), pd.Series(n))
    assert got.p == pytest.approx(as_large / ways, abs=0.01)


def test_profile_limits_are_where_the_likelihood_falls_by_1_92(surgery):
    labels = pd.Series(surgery.index, surgery.index)
    sd, low, high = between_sd(surgery["r"], surgery["n"])
    best = mixed_logit(surgery["r"], surgery["n"], labels)
    assert sd == pytest.approx(0.357700551, abs=1e-4)  # glmer, nAGQ = 20
    for limit in (low, high):
        there = mixed_logit(surgery["r"], surgery["n"], labels, sd=limit)
        assert best.loglik - there.loglik == pytest.approx(3.841459 / 2, abs=1e-4)
    assert low < sd < high


def test_equal_shares_are_chance_and_no_more():
    got = heterogeneity(pd.Series([10, 20, 30]), pd.Series([20, 40, 60]), draws=99)
    assert (got.q, got.chance, got.p, got.sd, got.sd_low) == (0, 1, 1, 0, 0)
    assert got.sd_high > 0.1
    assert got.reading == "chance"


def test_no_planted_difference_is_told_as_chance():
    random = np.random.default_rng(3)
    n = pd.Series([20, 35, 50, 80, 25, 60, 40, 110])
    found = [heterogeneity(pd.Series(random.binomial(n, 0.4)), n, draws=199) for _ in range(12)]
    assert sum(each.reading == "chance" for each in found) >= 10
    assert sum(each.sd_low == 0 for each in found) >= 10


def test_planted_difference_is_found():
    random = np.random.default_rng(5)
    n = pd.Series([400] * 30)
    k = random.binomial(n, expit(-0.4 + 0.5 * random.standard_normal(30)))
    got = heterogeneity(pd.Series(k), n, draws=199)
    assert got.sd_low < 0.5 < got.sd_high
    assert (got.p, got.reading) == (1 / 200, "mostly_difference")


@pytest.mark.parametrize(("k", "n"), [([3], [9]), ([0, 0], [5, 5]), ([5, 5], [5, 5])])
def test_nothing_to_compare_has_no_figures(k, n):
    got = heterogeneity(pd.Series(k), pd.Series(n))
    assert got.reading == "none"
    assert np.isnan([got.q, got.p, got.chance, got.sd]).all()


def test_scaled_counts_are_refused():
    with pytest.raises(ValueError, match="1 of 2 groups have counts that are not whole"):
        heterogeneity(pd.Series([2.5, 3]), pd.Series([9, 9]))
