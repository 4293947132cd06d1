"""Shrunken shares: published figures, brute force, and the truth of simulated groups."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from shared.estimates.between_groups.shrinkage import efron_morris, share_draws, shrunken_shares

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def baseball():
    return pd.read_csv(REFERENCE / "G06_efronmorris.csv").set_index("name")


def test_batting_averages_match_efron_and_morris(baseball):
    got = efron_morris(baseball["r"] / 45, 45)
    exp = {"Roberto Clemente": 0.293913855, "Ken Berry": 0.275100218, "Max Alvis": 0.242176353}
    assert got[list(exp)].to_dict() == pytest.approx(exp, abs=1e-6)
    errors = [((share - baseball["p"]) ** 2).sum() for share in (baseball["r"] / 45, got)]
    assert errors == pytest.approx([0.0753169506, 0.0213069149], abs=1e-6)


def test_rule_stops_at_the_mean():
    assert efron_morris(pd.Series([0.49, 0.5, 0.5, 0.51]), 10).to_list() == [0.5] * 4


def test_three_groups_are_too_few_for_the_rule():
    with pytest.raises(ValueError, match="3 groups"):
        efron_morris(pd.Series([0.1, 0.2, 0.3]), 10)


def test_posterior_matches_a_plain_sum_over_a_grid():
    k, n = np.array([0, 3.5, 6]), np.array([8, 10, 12.5])
    mean, sd, u = np.meshgrid(
        np.linspace(-8, 6, 141), np.linspace(0.02, 4, 101), np.linspace(-6, 6, 121), indexing="ij"
    )
    p = expit(mean + sd * u)
    normal = np.exp(-(u**2) / 2)
    parts = [normal * p**a * (1 - p) ** (b - a) for a, b in zip(k, n, strict=True)]
    totals = [part.sum(axis=2) for part in parts]
    prior = np.exp(-(sd[..., 0] ** 2) / 2) * expit(mean[..., 0]) * expit(-mean[..., 0])
    weight = prior * np.prod(totals, axis=0)
    exp = [
        (weight * (part * p).sum(axis=2) / total).sum() / weight.sum()
        for part, total in zip(parts, totals, strict=True)
    ]
    got = shrunken_shares(pd.Series(k), pd.Series(n))
    assert got.groups["share"].to_list() == pytest.approx(exp, abs=1e-3)


def test_draws_have_the_limits_of_the_posterior(baseball):
    n = pd.Series(45, baseball.index)
    got = shrunken_shares(baseball["r"], n).groups
    draws = share_draws(baseball["r"], n, draws=4000)
    for column, exp in {"low": 0.025, "high": 0.975}.items():
        assert draws.quantile(exp).to_numpy() == pytest.approx(got[column].to_numpy(), abs=0.01)
    # Draws are joint: players above and below share the same mean and sd.
    assert draws.equals(share_draws(baseball["r"], n, draws=4000))


def test_smaller_group_is_drawn_further():
    got = shrunken_shares(pd.Series([8, 80, 50, 30]), pd.Series([10, 100, 100, 100])).groups
    assert got.loc[0, "share"] < got.loc[1, "share"] < 0.8


def test_group_of_nobody_has_no_share():
    got = shrunken_shares(pd.Series([5, 0]), pd.Series([10, 0])).groups
    assert got.loc[1].isna().all()
    assert got.loc[0].notna().all()


def test_limits_of_a_class_tell_no_size():
    # Two groups of one class, equal in share, enter with the n of the smaller: nothing differs.
    got = shrunken_shares(pd.Series([4.4, 4.4, 9.0]), pd.Series([11, 11, 15])).groups
    assert got.loc[0].to_list() == got.loc[1].to_list()


def test_counts_above_n_are_refused():
    with pytest.raises(ValueError, match="1 have successes outside 0 to n"):
        shrunken_shares(pd.Series([3, 1]), pd.Series([2, 2]))


@pytest.mark.parametrize("sd", [0.0, 0.4])
def test_limits_hold_the_planted_shares(sd):
    # Eight groups, 20 times: 160 limits of 95 %, of which at least 144 hold (three sd below 152).
    random = np.random.default_rng(7)
    held = 0
    errors = np.zeros(2)
    for _ in range(20):
        n = pd.Series(random.integers(15, 120, 8))
        true = expit(-0.5 + sd * random.standard_normal(8))
        got = shrunken_shares(pd.Series(random.binomial(n, true)), n).groups
        held += ((got["low"] <= true) & (true <= got["high"])).sum()
        errors += [((got[name] - true) ** 2).sum() for name in ("raw", "share")]
    assert held >= 144
    assert errors[1] < errors[0]
