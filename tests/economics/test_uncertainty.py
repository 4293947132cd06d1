"""Uncertainty: figures by hand, the laws of the draws, and how often limits hold a planted mean."""

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chisquare, kstest, multinomial, triang

from shared.economics import uncertainty
from shared.economics.account_sums import months_changed
from shared.economics.accounts import ACCOUNTS, PUBLIC, gains
from shared.economics.appraisal import Assumptions, payback_months, profit
from shared.economics.parameters import Parameters
from shared.economics.uncertainty import (
    base_appraisal,
    cash_flow_band,
    chance_that_it_pays,
    limits,
    paybacks,
    people_drawn,
    profits,
    share_not_reached,
    simulate,
)

PLAIN = Parameters(discount_rate=0.0, n_draws=500, seed=3)


def flow(price_id, sek, payer, payee, low=np.nan, high=np.nan):
    names = ("price_id", "status", "sek", "payer", "payee", "low", "high")
    return dict(zip(names, (price_id, price_id, sek, payer, payee, low, high), strict=True))


FIXED = pd.DataFrame(
    [flow("work", 30_000, "outside", "employer"), flow("sick", 10_000, "fk", "individual")]
)
# A wage of 20 000, of which 30 % goes to the municipality; and production.
WAGE = pd.DataFrame(
    [
        flow("wage", 20_000, "employer", "individual", 15_000, 30_000),
        flow("wage", 6_000, "individual", "municipality", 4_500, 9_000),
        flow("work", 30_000, "outside", "employer", 20_000, 50_000),
    ]
)
TWO = np.array([[6.0, 0.0], [12.0, -12.0]])


def test_base_by_hand():
    # 9 months more of work at 30 000, 6 fewer of benefit at 10 000.
    base = simulate(TWO, FIXED, PLAIN).base
    exp = {"individual": -60_000, "fk": 60_000, "employer": 270_000}
    assert base[base != 0].to_dict() == exp | {"public": 60_000, "society": 270_000}


def test_base_is_the_mean_of_the_gains_by_person():
    rng, flows = np.random.default_rng(5), WAGE.assign(status=["employed", "employed", "studies"])
    before, after = (
        pd.DataFrame(rng.uniform(0, 12, (7, 3)), columns=["employed", "unpriced", "studies"])
        for _ in range(2)
    )
    exp = gains(before, after, flows).mean()[list(ACCOUNTS)]
    got = simulate(months_changed(before, after, flows), flows, PLAIN).base[list(ACCOUNTS)]
    assert got.to_dict() == pytest.approx(exp.to_dict())


def test_people_all_alike_at_fixed_prices_leave_nothing_to_chance():
    got = simulate(np.repeat(TWO[1:], 5, axis=0), FIXED, PLAIN)
    assert got.gains.to_numpy() == pytest.approx(np.tile(got.base, (500, 1)))


def test_draws_spread_as_the_standard_error_of_the_mean():
    change = np.random.default_rng(1).normal(2, 3, (80, 1))
    got = simulate(change, FIXED[:1], replace(PLAIN, n_draws=4000))
    exp = 30_000 * change.std() / np.sqrt(80)
    assert got.gains["society"].std() == pytest.approx(exp, rel=0.05)
    assert got.gains["society"].mean() == pytest.approx(got.base["society"], abs=0.1 * exp)


def test_prices_are_triangular_with_the_price_as_mode():
    got = simulate(np.ones((1, 3)), WAGE, replace(PLAIN, n_draws=4000)).gains["society"]
    exp = triang(c=(30 - 20) / (50 - 20), loc=20_000, scale=30_000)
    assert kstest(got, exp.cdf).statistic < 0.03
    assert got.between(20_000, 50_000).all()


@pytest.mark.parametrize(("low", "high"), [(10, 30), (30, 50)])
def test_mode_may_lie_at_an_end_of_the_range(low, high):
    flows = pd.DataFrame([flow("work", 30, "outside", "employer", low, high)])
    got = simulate(np.ones((1, 1)), flows, replace(PLAIN, n_draws=4000)).gains["society"]
    assert got.mean() == pytest.approx((low + 30 + high) / 3, abs=0.4)


@pytest.mark.parametrize("ends", [(np.nan, 50_000), (20_000, np.nan), (30_000, 30_000)])
def test_price_without_a_range_is_fixed(ends):
    flows = pd.DataFrame([flow("work", 30_000, "outside", "employer", *ends)])
    assert (simulate(np.ones((1, 1)), flows, PLAIN).gains["society"] == 30_000).all()


def test_tax_moves_with_the_wage_it_is_of():
    got = simulate(np.ones((1, 3)), WAGE, PLAIN).gains
    assert (got["municipality"] / got["individual"]).to_numpy() == pytest.approx(3 / 7)
    assert got["municipality"].std() > 0


def test_different_prices_move_apart():
    got = simulate(np.ones((1, 3)), WAGE, replace(PLAIN, n_draws=4000)).gains
    assert abs(np.corrcoef(got["municipality"], got["society"])[0, 1]) < 0.06


def test_public_and_society_are_sums_of_the_same_draw():
    got = simulate(TWO, FIXED, PLAIN).gains
    assert got["society"].to_numpy() == pytest.approx(got[list(ACCOUNTS)].sum(axis=1).to_numpy())
    assert got["public"].to_numpy() == pytest.approx(got[list(PUBLIC)].sum(axis=1).to_numpy())


def test_transfers_are_exactly_nothing_to_society():
    # A rest of 1e-12 would have society pay off in half the draws.
    change = np.random.default_rng(2).normal(size=(9, 3)) * [1, 1, 0]
    got = simulate(change, WAGE, PLAIN)
    assert (got.gains["society"] == 0).all()
    assert chance_that_it_pays(profits(got, pd.Series(dtype=float), 5))["society"] == 0
    assert np.isinf(paybacks(got, pd.Series({"fk": 1.0}))["society"]).all()


def test_same_seed_same_numbers():
    one, two = (simulate(TWO, FIXED, PLAIN).gains for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert not one.equals(simulate(TWO, FIXED, replace(PLAIN, seed=4)).gains)


def test_order_of_flows_does_not_matter():
    change, turned = np.random.default_rng(6).normal(size=(9, 3)), [2, 0, 1]
    one = simulate(change, WAGE, PLAIN).gains
    two = simulate(change[:, turned], WAGE.iloc[turned], PLAIN).gains
    assert one.to_numpy() == pytest.approx(two.to_numpy())


def test_draws_of_people_do_not_hang_on_ranges():
    ranged = replace(PLAIN, ranges={"deadweight": (0.0, 0.2)})
    one, two = (simulate(TWO, FIXED, given).gains for given in (PLAIN, ranged))
    pd.testing.assert_frame_equal(one, two)


def test_draws_in_blocks_are_the_same(monkeypatch):
    whole = simulate(TWO, FIXED, PLAIN).gains
    monkeypatch.setattr(uncertainty, "CELLS", 7)
    pd.testing.assert_frame_equal(simulate(TWO, FIXED, PLAIN).gains, whole)


def test_people_are_drawn_as_by_a_multinomial():
    # Base 4 tells how many times each of three people was taken.
    given = replace(PLAIN, n_draws=4000)
    drawn = people_drawn(np.array([[1.0], [4.0], [16.0]]), given)[:, 0] * 3
    taken = np.column_stack([drawn % 4, drawn // 4 % 4, drawn // 16]).round().astype(int)
    assert (taken.sum(axis=1) == 3).all()
    every = [times for times in product(range(4), repeat=3) if sum(times) == 3]
    seen = [int((taken == times).all(axis=1).sum()) for times in every]
    exp = 4000 * multinomial(3, [1 / 3] * 3).pmf(every)
    assert chisquare(seen, exp).pvalue > 0.001


def test_people_drawn_before_are_priced_as_if_drawn_here():
    whole = simulate(TWO, FIXED, PLAIN)
    again = simulate(TWO, FIXED, PLAIN, people_drawn(TWO, PLAIN))
    pd.testing.assert_frame_equal(again.gains, whole.gains)


@settings(max_examples=15, deadline=None)
@given(st.floats(0.1, 10), st.integers(1, 6))
def test_gains_scale_with_the_change(factor, people):
    change = np.random.default_rng(people).normal(size=(people, 3))
    one, two = (simulate(part, WAGE, PLAIN).gains for part in (change, factor * change))
    assert two.to_numpy() == pytest.approx(factor * one.to_numpy(), rel=1e-9, abs=1e-6)


def test_assumptions_are_drawn_within_their_ranges():
    given = replace(
        PLAIN,
        deadweight=0.2,
        optimism_bias=0.1,
        discount_rate=0.035,
        ranges={"deadweight": (0.1, 0.5), "decay_per_year": (0.0, 0.3), "discount_rate": (0, 0.05)},
    )
    got = simulate(TWO, FIXED, given).assumptions
    assert np.shape(got.deadweight) == (500, 1)
    assert kstest(np.ravel(got.deadweight), triang(0.25, 0.1, 0.4).cdf).pvalue > 0.001
    assert kstest(np.ravel(got.decay), triang(0, 0, 0.3).cdf).pvalue > 0.001
    assert (got.optimism == 0.1).all()
    assert (got.displacement == 0).all()
    assert got.discount == 0.035


# Profit and payback


def test_profit_by_hand():
    # Everyone gains 12 x 30 000 for the employer and 120 000 for fk a year, twice.
    got = simulate(TWO[1:], FIXED, PLAIN)
    kr = profits(got, pd.Series({"fk": 50_000, "municipality": 25_000}), years=2)
    last = kr.iloc[-1].to_dict()
    assert (last["fk"], last["municipality"], last["region"]) == (190_000, -25_000, 0)
    assert (last["public"], last["society"]) == (165_000, 720_000 - 75_000)


def test_draws_of_profit_and_payback_are_those_of_each_draw_by_itself():
    ranges = {"deadweight": (0.0, 0.6), "decay_per_year": (0.0, 0.5), "displacement": (0.0, 0.2)}
    given = Parameters(n_draws=40, seed=2, ranges=ranges)
    got = simulate(np.random.default_rng(3).normal(1, 2, (6, 3)), WAGE, given)
    cost = pd.Series({"state": 90_000.0, "region": 10_000.0})
    kr, months = profits(got, cost, 4.5), paybacks(got, cost)
    for draw in range(40):
        drawn = {
            name: np.ravel(value)[draw]
            for name, value in vars(got.assumptions).items()
            if name != "discount"
        }
        alone = Assumptions(discount=0.035, **drawn)
        gain = got.gains.loc[draw, "society"]
        assert kr.loc[draw, "society"] == pytest.approx(profit(100_000, gain, 4.5, alone))
        assert months.loc[draw, "society"] == pytest.approx(payback_months(100_000, gain, alone))


def test_base_appraisal_by_hand():
    got = base_appraisal(simulate(TWO, FIXED, PLAIN), pd.Series({"fk": 30_000}), years=5)
    assert got.loc["fk"].tolist() == [60_000, 30_000, 270_000, 6.0]
    assert got.loc["society"].tolist() == [270_000, 30_000, 1_320_000, pytest.approx(4 / 3)]
    assert got.loc["individual", "profit"] == -300_000


def test_base_appraisal_takes_off_what_is_assumed():
    given = replace(PLAIN, deadweight=0.5, ranges={"deadweight": (0.0, 0.6)})
    got = base_appraisal(simulate(TWO, FIXED, given), pd.Series({"fk": 30_000}), years=5)
    assert got.loc["fk", ["profit", "payback_months"]].tolist() == [120_000, 12.0]


# Limits


def test_limits_are_percentiles():
    draws = pd.DataFrame({"a": np.random.default_rng(0).permutation(1000) + 1.0})
    assert limits(draws).loc["a"].tolist() == [25, 100, 500, 900, 975]


def test_limits_of_payback_may_be_infinite():
    draws = pd.DataFrame({"a": [6.0, 12.0, np.inf, np.inf]})
    assert limits(draws).loc["a"].tolist() == [6, 6, 12, np.inf, np.inf]


def test_it_pays_when_the_profit_is_above_nothing():
    assert chance_that_it_pays(pd.DataFrame({"a": [-1.0, 0.0, 2.0, 3.0]}))["a"] == 0.5


@pytest.mark.parametrize(("years", "share"), [(np.inf, 0.25), (1, 0.5), (0.5, 0.75)])
def test_share_of_draws_in_which_the_cost_is_not_back(years, share):
    draws = pd.DataFrame({"a": [6.0, 12.0, 12.5, np.inf]})
    assert share_not_reached(draws, years)["a"] == share


def test_cost_is_back_within_the_horizon_just_when_it_pays():
    # Benefit falls by 6 months on average, 60 000 kr; the cost is 5 years of about 66 000.
    change = np.column_stack([np.zeros(12), np.linspace(-18, 6, 12)])
    got, cost = simulate(change, FIXED, Parameters(n_draws=300)), pd.Series({"fk": 300_000})
    back = 1 - share_not_reached(paybacks(got, cost), 5)["fk"]
    assert back == pytest.approx(chance_that_it_pays(profits(got, cost, 5))["fk"])
    assert 0.1 < back < 0.9


def test_cash_flow_runs_from_the_cost_to_the_profit():
    got, cost = simulate(TWO, FIXED, PLAIN), pd.Series({"fk": 30_000})
    band = cash_flow_band(got, cost, "public", years=2)
    assert band["month"].tolist() == list(range(25))
    assert (band.iloc[0].drop("month") == -30_000).all()
    exp = limits(profits(got, cost, 2)).loc["public"]
    assert band.iloc[-1][list(exp.index)].to_dict() == pytest.approx(exp.to_dict())
    assert band["base"].tolist() == pytest.approx([5_000 * month - 30_000 for month in range(25)])


def test_limits_hold_a_planted_mean_about_95_times_in_100():
    rng, given = np.random.default_rng(20), replace(PLAIN, n_draws=300)
    held = []
    for seed in range(150):
        change = rng.gamma(4, 0.5, (50, 1))  # mean 2 months, somewhat skew
        drawn = simulate(change, FIXED[:1], replace(given, seed=seed)).gains[["society"]]
        row = limits(drawn).loc["society"]
        held.append(
            (row["low"] <= 60_000 <= row["high"], row["low_80"] <= 60_000 <= row["high_80"])
        )
    wide, narrow = np.mean(held, axis=0)
    assert 0.90 <= wide <= 0.98
    assert 0.72 <= narrow <= 0.87


# What is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (np.ones((2, 3)), r"shape \(2, 3\) and 2 flows"),
        (np.ones(2), r"shape \(2,\) and 2 flows"),
        (np.ones((0, 2)), r"shape \(0, 2\) and 2 flows"),
        ([[1.0, np.nan], [1.0, 2.0]], "change of 1 people is missing"),
    ],
)
def test_change_that_does_not_fit_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        simulate(change, FIXED, PLAIN)


@pytest.mark.parametrize("ends", [(31, 50), (10, 29)])
def test_range_must_hold_its_price(ends):
    flows = pd.DataFrame([flow("work", 30, "outside", "employer", *ends)])
    with pytest.raises(ValueError, match="range of work must hold"):
        simulate(np.ones((1, 1)), flows, PLAIN)


def test_party_without_an_account_is_refused():
    flows = pd.DataFrame([flow("work", 30, "outside", "church")])
    with pytest.raises(ValueError, match="No account for church"):
        simulate(np.ones((1, 1)), flows, PLAIN)
