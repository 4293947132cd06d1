"""Appraisal: each test states one rule, with kronor to follow on a calculator."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.economics.appraisal import (
    Assumptions,
    cash_flow,
    effectiveness,
    payback_months,
    profit,
    whole_months,
    worth,
)

# A programme that costs 36 000 kr a participant and saves 24 000 kr a year.
COST, GAIN = 36_000, 24_000
TEN = Assumptions(discount=0.10)
FADING = Assumptions(discount=0.05, decay=0.20, deadweight=0.30, displacement=0.10, optimism=0.15)

money = st.floats(1, 1e7)
horizon = st.floats(0, 40)
share = st.floats(0, 0.9) | st.sampled_from([1e-18, 1e-12, 1e-6])
assumed = st.builds(
    Assumptions, discount=share, decay=share, deadweight=share, displacement=share, optimism=share
)


def summed(years, given):
    """Return the worth of 1 kr a year, year by year as the definition says."""
    total, left = 0.0, years
    for year in range(1, math.ceil(years) + 1):
        fraction, left = min(left, 1.0), left - 1.0
        gain = (1 - given.deadweight) * (1 - given.displacement) * (1 - given.optimism)
        gain *= (1 - given.decay) ** (year - 1)
        total += fraction * gain / (1 + given.discount) ** year
    return total


# As the Swedish evaluations count


def test_jobbstudion_as_printed_in_the_evaluation():
    # 19 participants, 52 000 kr each, 122 900 kr a year; printed: 6 months, 1.35 and 10.69 Mkr.
    assert payback_months(52_000, 122_900) == pytest.approx(12 * 52_000 / 122_900)
    assert round(payback_months(52_000, 122_900), 2) == 5.08
    assert whole_months(payback_months(52_000, 122_900)) == 6
    assert profit(52_000, 122_900, [1, 5]).tolist() == [70_900, 562_500]
    assert (19 * profit(52_000, 122_900, [1, 5])).tolist() == [1_347_100, 10_687_500]


@pytest.mark.parametrize(("years", "kr"), [(0, -36_000), (1, -12_000), (4, 60_000), (5, 84_000)])
def test_profit_is_what_was_gained_minus_what_it_cost(years, kr):
    assert profit(COST, GAIN, years) == kr


def test_half_a_year_gains_half():
    assert profit(COST, GAIN, 2.5) == 24_000


def test_payback_is_exact():
    assert payback_months(COST, GAIN) == 18.0
    assert payback_months(10_000, 70_000) == pytest.approx(1.7142857)


@pytest.mark.parametrize("gain", [0, -24_000])
def test_money_is_never_back_when_nothing_is_gained(gain):
    assert payback_months(COST, gain) == math.inf


@pytest.mark.parametrize("cost", [0, -1])
@pytest.mark.parametrize("gain", [GAIN, 0, -GAIN])
def test_what_costs_nothing_is_back_at_once(cost, gain):
    assert payback_months(cost, gain) == 0.0


def test_unknown_cost_or_gain_has_no_payback_and_no_profit():
    assert np.isnan(payback_months([math.nan, COST], [GAIN, math.nan])).all()
    assert np.isnan(profit([math.nan, COST], [GAIN, math.nan], 1)).all()


@pytest.mark.parametrize(
    ("months", "whole"),
    [(5.08, 6), (6.0, 6), (6.0000000001, 6), (6.001, 7), (0, 0), (math.inf, math.inf)],
)
def test_months_are_rounded_up_but_not_by_the_noise_of_the_machine(months, whole):
    assert whole_months(months) == whole


def test_effectiveness_is_the_part_of_the_cost_before_that_is_gained():
    assert effectiveness(60_000, 240_000) == 0.25


def test_effectiveness_is_unknown_without_a_cost_before():
    assert np.isnan(effectiveness(60_000, [0, -1])).all()


# With assumptions


def test_discounted_gains_by_hand():
    # 110 kr after one year at 10 % is 100, 121 after two is 100; 24.2 a year is 22 + 20 = 42.
    assert profit(36, 24.2, 2, TEN) == pytest.approx(42 - 36)


def test_discounted_payback_by_hand():
    # Of 36, year 1 pays 22; the 14 that are left are 14/20 of year 2: 12 + 8.4 months.
    assert payback_months(36, 24.2, TEN) == pytest.approx(20.4)


def test_decay_by_hand():
    # 100 + 50 + 25, and half of the 12.5 of year 4.
    assert worth(3.5, Assumptions(decay=0.5)) == pytest.approx(1.8125)


@pytest.mark.parametrize("name", ["deadweight", "displacement", "optimism"])
def test_share_taken_off_every_year(name):
    assert profit(0, 100, 3, Assumptions(**{name: 0.25})) == 225


def test_all_assumptions_by_hand():
    # 0.7 * 0.9 * 0.85 = 0.5355; / 1.05 = 0.51; year 2: 0.51 * 0.8 / 1.05 = 0.388571.
    assert worth(2, FADING) == pytest.approx(0.51 + 0.388571, abs=1e-6)


def test_gain_that_fades_never_pays_back_more_than_all_its_years():
    # 100 kr that halve each year are 200 kr in the end: 199 come back, 200 do not.
    assert math.isfinite(payback_months(199, 100, Assumptions(decay=0.5)))
    assert payback_months(200, 100, Assumptions(decay=0.5)) == math.inf


def test_gain_of_one_year_only():
    once = Assumptions(decay=1.0)
    assert worth([0, 0.5, 1, 7], once).tolist() == [0, 0.5, 1, 1]
    assert payback_months([50, 101], 100, once).tolist() == [6, math.inf]


def test_nothing_is_back_when_all_would_have_happened_anyway():
    assert payback_months(COST, GAIN, Assumptions(deadweight=1.0)) == math.inf


@given(horizon, assumed)
def test_worth_is_the_sum_over_the_years(years, assumptions):
    assert worth(years, assumptions) == pytest.approx(summed(years, assumptions), rel=1e-9)


# Laws


@given(money, money, horizon, assumed, st.floats(0.01, 100))
def test_scaling_cost_and_gain_scales_profit_and_leaves_payback(
    cost, gain, years, assumptions, scale
):
    once = profit(cost, gain, years, assumptions)
    many = profit(scale * cost, scale * gain, years, assumptions)
    assert many == pytest.approx(scale * once, rel=1e-9, abs=1e-9 * scale * (cost + gain))
    months = payback_months(cost, gain, assumptions)
    assume(not 240 < months < math.inf)  # at the edge of never, the last digit decides
    assert payback_months(scale * cost, scale * gain, assumptions) == pytest.approx(months)


@given(money, st.floats(1, 2), money, assumed)
def test_payback_takes_longer_the_more_it_cost(cost, factor, gain, assumptions):
    less, more = payback_months([cost, factor * cost], gain, assumptions)
    assert more >= less * (1 - 1e-9)


@given(money, money, horizon, horizon, assumed)
def test_longer_horizon_adds_what_the_added_years_gain(cost, gain, first, more, assumptions):
    added = profit(cost, gain, first + more, assumptions) - profit(cost, gain, first, assumptions)
    exp = gain * (summed(first + more, assumptions) - summed(first, assumptions))
    assert added == pytest.approx(exp, rel=1e-6, abs=1e-8 * (cost + gain))


@given(money, money, horizon)
def test_without_assumptions_it_is_linear(cost, gain, years):
    assert profit(cost, gain, years) == pytest.approx(years * gain - cost, abs=1e-6)
    assert payback_months(cost, gain) == pytest.approx(12 * cost / gain)


@given(money, money, assumed)
def test_profit_is_nothing_when_the_money_is_back(cost, gain, assumptions):
    months = payback_months(cost, gain, assumptions)
    assume(months < 12 * 60)
    assert profit(cost, gain, months / 12, assumptions) == pytest.approx(0, abs=1e-6 * cost)


@given(st.lists(st.tuples(money, money), min_size=2, max_size=5), assumed, st.randoms())
def test_order_of_projects_does_not_matter(rows, assumptions, random):
    mixed = random.sample(rows, len(rows))
    months = {row: payback_months(*row, assumptions) for row in rows}
    got = payback_months(*np.transpose(mixed), assumptions)
    assert got.tolist() == pytest.approx([months[row] for row in mixed])


# Draws


def test_draws_of_everything_give_what_each_gives():
    rng = np.random.default_rng(2016)
    cost, gain = rng.uniform(1e4, 1e5, (2, 50))
    shares = rng.uniform(0, 0.3, (5, 50))
    shares[:, 0] = 0
    months = payback_months(cost, gain, Assumptions(*shares))
    kr = profit(cost, gain, 4.5, Assumptions(*shares))
    for draw in range(50):
        one = Assumptions(*shares[:, draw])
        assert months[draw] == pytest.approx(payback_months(cost[draw], gain[draw], one))
        assert kr[draw] == pytest.approx(profit(cost[draw], gain[draw], 4.5, one))


# Cash flow


def test_cash_flow_starts_at_minus_the_cost_and_gains_evenly():
    assert cash_flow(100, 120, 0.5).tolist() == [-100, -90, -80, -70, -60, -50, -40]


def test_cash_flow_ends_at_the_profit_of_the_horizon():
    end = cash_flow(COST, GAIN, 4, FADING)[-1]
    assert end == pytest.approx(profit(COST, GAIN, 4, FADING))


def test_cash_flow_crosses_nothing_in_the_payback_month():
    # 20.4 months, as above: still owing after 20, ahead after 21.
    flow = cash_flow(36, 24.2, 2, TEN)
    assert flow[20] < 0 < flow[21]


def test_cash_flow_of_draws_has_months_first():
    flow = cash_flow(100, np.array([120.0, 60.0, 0.0]), 1, Assumptions(np.array([0, 0.1, 0.2])))
    assert flow.shape == (13, 3)
    assert flow[12].tolist() == pytest.approx([20, 60 / 1.1 - 100, -100])


# Refused


@pytest.mark.parametrize(
    ("name", "value"),
    [("discount", 3.5), ("discount", 1.0), ("decay", -0.1), ("deadweight", math.nan)],
)
def test_assumption_that_is_no_fraction_is_refused(name, value):
    with pytest.raises(ValueError, match=rf"found {name} .*Write 3.5 % as 0.035"):
        Assumptions(**{name: value})


def test_one_bad_draw_is_refused():
    with pytest.raises(ValueError, match=r"found optimism 1\.2"):
        Assumptions(optimism=np.array([0.1, 1.2]))


def test_negative_horizon_is_refused():
    with pytest.raises(ValueError, match="found a horizon of -1 years"):
        worth([1, -1])
