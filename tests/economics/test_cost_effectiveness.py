"""Cost-effectiveness: held against R (boot, BCEA) on published data, and worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.economics.cost_effectiveness import (
    acceptability,
    compare_options,
    increment,
    increment_of_draws,
    net_benefit,
    resampled_increments,
)

REFERENCE = Path(__file__).parents[1] / "reference"
HAND = [10.0, 14.0, 30.0, 34.0], [1.0, 3.0, 4.0, 4.0], [False, False, True, True]


@pytest.fixture(scope="module")
def trial():
    """Return cost, effect, arm and baseline of the pilot trial; arm 2 is the programme."""
    table = pd.read_csv(REFERENCE / "E06_menss.csv")
    return table["c"], table["e"], table["trt"] == 2, table[["u.0"]]


@pytest.fixture(scope="module")
def vaccine():
    table = pd.read_csv(REFERENCE / "E08_vaccine_psa.csv")
    return pd.DataFrame(
        {"effect": table["eff_vac"] - table["eff_sq"], "cost": table["cost_vac"] - table["cost_sq"]}
    ), table


@pytest.fixture(scope="module")
def smoking():
    table = pd.read_csv(REFERENCE / "E09_smoking_psa.csv")
    return tuple(
        table.filter(like=name).set_axis(["none", "self", "single", "group"], axis=1)
        for name in ("cost", "eff")
    )


# Two arms


def test_increment_matches_r_on_complete_cases(trial):
    got = increment(*trial[:3])
    assert (got.n_with, got.n_without) == (19, 27)
    assert got.effect == pytest.approx(-0.00202509747, abs=1e-9)
    assert got.cost == pytest.approx(-18.8635478, abs=1e-6)
    assert got.ratio == pytest.approx(9314.88389, abs=1e-4)


def test_positive_ratio_of_less_effect_and_less_cost_is_named(trial):
    # 9315 a QALY would look like a price; it is what is saved for each QALY lost.
    assert increment(*trial[:3]).quadrant == "less effect, less cost"


def test_effect_turns_when_adjusted_for_baseline_as_in_r(trial):
    assert increment(*trial).effect == pytest.approx(0.0319352025, abs=1e-9)


def test_net_benefit_matches_r(trial):
    got = net_benefit(*trial[:3], willingness=20_000)
    assert got.n == 46
    assert got.benefit == pytest.approx(-21.6384016, abs=1e-4)
    assert got.se == pytest.approx(693.460846, abs=1e-4)
    assert got.p_positive == pytest.approx(0.487553627, abs=1e-6)


def test_bootstrap_acceptability_matches_boot_of_r(trial):
    cloud = resampled_increments(*trial[:3], draws=9999, seed=1)
    got = acceptability(cloud, [0, 20_000, 30_000])
    assert got["p"].to_numpy() == pytest.approx([0.612461, 0.490249, 0.488149], abs=0.02)


def test_increment_by_hand():
    # Effects 4 against 2, costs 32 against 12.
    got = increment(*HAND)
    assert (got.effect, got.cost, got.ratio) == pytest.approx((2.0, 20.0, 10.0))
    assert got.quadrant == "more effect, more cost"


def test_net_benefit_by_hand():
    # At 12: 2, 22 against 18, 14: benefits -4. Residuals 10, 10 and 2, 2: HC0 variance of a mean
    # is 200 / 4 and 8 / 4; HC1 scales the sum by 4 / 2, so se is sqrt(104).
    got = net_benefit(*HAND, willingness=12)
    assert (got.benefit, got.se) == pytest.approx((4.0, 104**0.5))
    assert (got.low, got.high) == pytest.approx((4 - 1.959964 * 104**0.5, 4 + 1.959964 * 104**0.5))


@pytest.mark.parametrize(
    ("effect", "cost", "quadrant"),
    [
        (1, 1, "more effect, more cost"),
        (1, -1, "more effect, less cost"),
        (-1, -1, "less effect, less cost"),
        (-1, 1, "less effect, more cost"),
        (0, 1, "same effect or same cost"),
        (1, 0, "same effect or same cost"),
    ],
)
def test_quadrant_of_the_plane(effect, cost, quadrant):
    assert increment([0, cost], [0, effect], [False, True]).quadrant == quadrant


def test_no_difference_in_effect_has_no_ratio():
    # Least squares leaves 3e-17 here, which would be a quadrant and a huge ratio.
    assert np.isnan(increment([0, 5], [1, 1], [False, True]).ratio)


def test_those_missing_cost_or_effect_are_left_out():
    cost, effect, treated = (list(values) for values in HAND)
    got = increment([*cost, np.nan, 9], [*effect, 7, np.nan], [*treated, True, False])
    assert got == increment(*HAND)


def test_those_missing_a_covariate_are_left_out_when_it_is_used():
    baseline = pd.DataFrame({"before": [0.0, 1.0, 2.0, np.nan]})
    assert increment(*HAND, baseline).n_with == 1


def test_adjusted_difference_by_hand():
    # Effect is 2 x baseline + 5 in the programme, exactly; the plain difference would be 9.
    baseline = pd.DataFrame({"before": [0.0, 2.0, 2.0, 4.0]})
    got = increment([0, 0, 1, 1], [0, 4, 9, 13], HAND[2], baseline)
    assert (got.effect, got.cost) == pytest.approx((5.0, 1.0))


@pytest.mark.parametrize("treated", [[True] * 4, [False] * 4])
def test_one_arm_alone_has_no_difference(treated):
    got = increment(*HAND[:2], treated)
    assert (got.n_with, got.n_without) == (sum(treated), 4 - sum(treated))
    assert np.isnan([got.effect, got.cost, got.ratio]).all()
    assert np.isnan(net_benefit(*HAND[:2], treated, 1).benefit)


def test_one_arm_alone_cannot_be_resampled():
    with pytest.raises(ValueError, match="Nobody of the untreated has both cost and effect"):
        resampled_increments(*HAND[:2], [True] * 4, draws=2, seed=1)


def test_two_people_have_a_net_benefit():
    assert net_benefit([1, 2], [0, 1], [False, True], 10).benefit == pytest.approx(9.0)


@pytest.mark.filterwarnings("error")
def test_no_more_people_than_columns_have_no_se():
    got = net_benefit([1, 2], [0, 1], [False, True], 10)
    assert np.isnan([got.se, got.low, got.high, got.p_positive]).all()


def test_fewer_people_than_columns_cannot_be_adjusted():
    two = [1, 2], [0, 1], [False, True]
    before = pd.DataFrame({"before": [1.0, 2.0]})
    adjusted, worth = increment(*two, before), net_benefit(*two, 10, before)
    assert np.isnan([adjusted.effect, adjusted.cost, worth.benefit, worth.se]).all()


def test_columns_of_different_length_are_refused():
    with pytest.raises(ValueError, match=r"have \[2, 3\] rows"):
        increment([1, 2, 3], [1, 2], [True, False, True])


def test_resampling_keeps_to_the_people_of_the_arm():
    # The programme's only values are 4 and 30, so every draw differs from 2 or 12 by these.
    got = resampled_increments([12, 30, 30], [2, 4, 4], [False, True, True], 50, seed=3)
    assert (got == [2.0, 18.0]).all().all()


def test_cloud_spreads_as_the_standard_error(trial):
    cloud = resampled_increments(*trial[:3], draws=4000, seed=5)
    spread = (20_000 * cloud["effect"] - cloud["cost"]).std()
    assert spread == pytest.approx(net_benefit(*trial[:3], 20_000).se, rel=0.06)


def test_same_seed_same_cloud():
    one, two, other = (resampled_increments(*HAND, draws=20, seed=seed) for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(other)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=1, max_size=8),
    st.integers(0, 20),
)
def test_net_benefit_is_willingness_times_effect_less_cost(draws, willingness):
    effect, cost = np.array(draws, dtype=float).T
    mean = increment_of_draws(cost, effect)
    treated = np.repeat([True, False], len(effect))
    got = net_benefit(
        np.r_[cost, cost * 0], np.r_[effect, effect * 0], treated, willingness
    ).benefit
    assert got == pytest.approx(willingness * mean.effect - mean.cost, abs=1e-9)


# Draws of options


def test_ratio_of_draws_matches_bcea(vaccine):
    got = increment_of_draws(vaccine[0]["cost"], vaccine[0]["effect"])
    assert got.ratio == pytest.approx(20097.5915, abs=1e-4)
    assert (got.n_with, got.quadrant) == (1000, "more effect, more cost")


@pytest.mark.parametrize(
    ("willingness", "benefit", "p", "evpi"),
    [
        (0, -5.03598287, 0.02, 0.0562099665),
        (10_000, -2.5302185, 0.22, 0.694399087),
        (20_100, 0.000603518828, 0.46, 2.52682597),
        (25_000, 1.22842806, 0.529, 2.41446695),
        (50_000, 7.49283899, 0.697, 2.55332573),
    ],
)
def test_two_options_match_bcea(vaccine, willingness, benefit, p, evpi):
    cloud, table = vaccine
    costs, effects = (
        table.filter(like=name).set_axis(["none", "vaccine"], axis=1) for name in ("cost", "eff")
    )
    got = compare_options(costs, effects, willingness).set_index("option")
    assert got["net_benefit"].diff().iloc[-1] == pytest.approx(benefit, abs=1e-6)
    assert got.loc["vaccine", "p_best"] == pytest.approx(p, abs=1e-9)
    assert got["evpi"].tolist() == pytest.approx([evpi] * 2, abs=1e-6)
    assert acceptability(cloud, willingness)["p"].item() == pytest.approx(p, abs=1e-9)


def test_four_options_match_bcea(smoking):
    got = compare_options(*smoking, [20_000, 25_000])
    for k, evpi in ((20_000, 1239.8159), (25_000, 1545.12717)):
        at = got[got["willingness"] == k]
        assert at["p_best"].tolist() == pytest.approx([0, 0.08, 0.224, 0.696], abs=1e-9)
        assert at["evpi"].iloc[0] == pytest.approx(evpi, abs=1e-4)
        assert at.loc[at["on_frontier"], "option"].tolist() == ["group"]


@pytest.mark.parametrize(
    ("reference", "ratio"), [("none", 198.334707), ("self", 224.665059), ("single", 203.573535)]
)
def test_ratio_of_the_dearest_option_matches_bcea(smoking, reference, ratio):
    costs, effects = (table["group"] - table[reference] for table in smoking)
    assert increment_of_draws(costs, effects).ratio == pytest.approx(ratio, abs=1e-6)


def test_options_by_hand():
    # At 10, net benefits of a are 10 and 0, of b 4 and 4: a is better in the mean (5 against 4),
    # best in half the draws, and knowing the draw would give (10 + 4) / 2 = 7.
    costs = pd.DataFrame({"a": [0, 0], "b": [6, 6]})
    effects = pd.DataFrame({"b": [1, 1], "a": [1, 0]})
    got = compare_options(costs, effects, 10)
    assert got["net_benefit"].tolist() == [5.0, 4.0]
    assert got["p_best"].tolist() == [0.5, 0.5]
    assert got["on_frontier"].tolist() == [True, False]
    assert got["evpi"].tolist() == [2.0, 2.0]


def test_options_that_tie_share_the_draw():
    same = pd.DataFrame({"a": [1, 2], "b": [1, 2]})
    assert compare_options(same, same, 5)["p_best"].tolist() == [0.5, 0.5]


def test_options_need_the_same_draws():
    table = pd.DataFrame({"a": [1, 2]})
    with pytest.raises(ValueError, match="same draws and options"):
        compare_options(table, table.rename(columns={"a": "b"}), 5)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.integers(-5, 5), min_size=6, max_size=6), min_size=1, max_size=6))
def test_shares_sum_to_one_and_information_is_never_worth_less_than_nothing(rows):
    values = pd.DataFrame(rows, columns=list("abcdef"))
    costs = values[list("abc")]
    effects = values[list("def")].set_axis(list("abc"), axis=1)
    got = compare_options(costs, effects, 2)
    assert got["p_best"].sum() == pytest.approx(1)
    assert got["evpi"].min() >= -1e-12
    assert got["on_frontier"].any()
