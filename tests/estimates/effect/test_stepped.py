"""Staggered starts, against another package, by hand, and by exchanging the starts one by one."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.estimates.effect.stepped import Lacking, stepped_effect

# Eight groups in nine months; two start in the fourth, three in the sixth, one in the eighth.
OUTCOME = pd.DataFrame(
    [
        [9.8, 10.0, 11.4, 13.6, 13.6, 12.9, 14.1, 15.1, 13.4],
        [10.4, 9.3, 10.2, 12.0, 13.9, 13.1, 15.0, 15.2, 15.1],
        [7.2, 9.5, 10.3, 10.8, 9.4, 12.8, 12.6, 13.0, 15.2],
        [7.7, 8.8, 10.0, 8.8, 9.6, 12.1, 12.4, 11.4, 13.0],
        [10.7, 8.1, 10.9, 10.4, 9.9, 14.9, 14.0, 12.3, 13.9],
        [8.9, 8.4, 9.6, 9.2, 10.2, 11.3, 9.4, 12.6, 12.3],
        [10.5, 9.5, 10.4, 11.1, 12.5, 13.1, 10.9, 11.7, 13.5],
        [11.0, 12.8, 13.5, 15.1, 14.9, 14.2, 14.4, 14.8, 16.9],
    ],
    columns=range(1, 10),
)
START = pd.Series([4, 4, 6, 6, 6, 8, np.nan, np.nan])


def panel(random, effect=0.0, groups=8):
    """Return outcomes with a common course and the start of each group, one in each month."""
    start = pd.Series(random.permutation(np.arange(4, 4 + groups)))
    months = np.arange(groups + 5)
    y = (
        random.normal(0, 2, (groups, 1))
        + np.sin(months)
        + random.normal(0, 1, (groups, len(months)))
    )
    return pd.DataFrame(y + effect * (months >= start.to_numpy()[:, None])), start


def test_group_time_effects_match_csdid():
    # csdid 0.4.3: ATTgt(control_group="notyettreated"), est_method="reg"; aggte("simple").
    exp = """-0.633333 -0.116667 1.883333 2.65 0.5 3.35 3.05 0.2
    0.386667 0.58 -1.033333 -1.1 3.3 4.333333 3.05 2.9
    -0.6 -0.042857 -0.62 0.98 1.15 -0.9 2.6 0.35"""
    got = stepped_effect(OUTCOME, START)
    assert got.by_month["att"].tolist() == pytest.approx([float(x) for x in exp.split()], abs=1e-6)
    assert got.estimate == pytest.approx(2.575641, abs=1e-6)
    assert (got.n, got.left_out, got.assignments, got.lacking) == (8, 0, 1680, ())


def test_two_groups_and_two_months_by_hand():
    # 15 - 10 less 9 - 8. Two ways to start give no p.
    got = stepped_effect(pd.DataFrame([[10.0, 15], [8, 9]]), pd.Series([1, np.nan]))
    assert got.estimate == 4
    assert got.by_month.iloc[0].tolist() == [1, 1, 0, 1, 1, 4]
    assert got.assignments == 2
    assert np.isnan([got.low, got.high, got.p]).all()


def test_two_starts_and_never_by_hand():
    # A (start 1): 5 - 1 in month 1, against B and C; 6 - mean in month 2 against C only.
    y = pd.DataFrame([[10.0, 15, 17], [8, 9, 14], [5, 6, 8]])
    got = stepped_effect(y, pd.Series([1, 2, np.nan]))
    # Month 1: 5 - 1 = 4. Month 2: A 7 - 3 = 4, B 5 - 2 = 3. Mean 11 / 3.
    assert got.estimate == pytest.approx(11 / 3)
    never = stepped_effect(y, pd.Series([1, 2, np.nan]), controls="never")
    # Month 1 against C: 5 - 1; month 2: 7 - 3 and 5 - 2.
    assert never.by_month.query("since >= 0")["att"].tolist() == [4, 4, 3]
    assert never.by_month["controls"].tolist() == [1, 1, 1, 1]


def test_controls_are_those_that_start_later():
    got = stepped_effect(OUTCOME, START).by_month
    assert got.query("start == 4")["controls"].tolist() == [6, 6, 6, 6, 3, 3, 2, 2]


def test_p_equals_a_count_of_all_exchanges():
    y, start = panel(np.random.default_rng(8), effect=1.0, groups=5)
    exp = []
    for order in permutations(start):
        exp.append(stepped_effect(y, pd.Series(order)).estimate)
    got = stepped_effect(y, start)
    assert got.assignments == 120
    assert got.p == pytest.approx(np.mean(np.abs(exp) >= abs(got.estimate) - 1e-9))


def test_limits_are_effects_that_the_exchange_just_does_not_reject():
    got = stepped_effect(OUTCOME, START)
    on = OUTCOME.columns.to_numpy() >= START.to_numpy()[:, None]
    for limit, inwards in ((got.low, 1), (got.high, -1)):
        assert stepped_effect(OUTCOME - (limit + inwards * 1e-6) * on, START).p > 0.05
        assert stepped_effect(OUTCOME - (limit - inwards * 1e-6) * on, START).p <= 0.05


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(-9, 9), min_size=17, max_size=17))
def test_levels_of_groups_and_months_do_not_count(levels):
    got = stepped_effect(OUTCOME.add(levels[:8], axis=0).add(levels[8:], axis=1), START, "never")
    assert got.estimate == pytest.approx(stepped_effect(OUTCOME, START, "never").estimate)


def test_planted_effect_is_held_and_none_is_not_found():
    random, held, found = np.random.default_rng(11), 0, 0
    for _ in range(40):
        got = stepped_effect(*panel(random, effect=2.0))
        held += got.low <= 2 <= got.high
        found += stepped_effect(*panel(random)).p <= 0.05
    assert held >= 35
    assert found <= 6


def test_months_may_be_periods_and_starts_lie_after_the_last():
    months = pd.period_range("2016-01", periods=9, freq="M")
    start = pd.Series(
        [
            pd.Period(f"2016-{int(m):02d}", "M") if m == m else pd.Period("2017-05", "M")
            for m in START
        ]
    )
    got = stepped_effect(OUTCOME.set_axis(months, axis=1), start)
    assert got.estimate == pytest.approx(2.575641, abs=1e-6)
    assert got.by_month["start"].iloc[0] == pd.Period("2016-04", "M")


def test_group_without_an_outcome_or_a_month_before_is_left_out():
    gap = OUTCOME.copy()
    gap.loc[2, 5] = np.nan
    got = stepped_effect(gap, START.replace(8, 1))
    assert (got.n, got.left_out) == (6, 2)
    exp = stepped_effect(OUTCOME.drop([2, 5]), START)
    assert got.estimate == exp.estimate


ALONE = [("start_months", 1, 2), ("groups_not_yet_started", 0, 1), ("months_after", 0, 1)]
NOTHING = [("start_months", 0, 2), ("months_before", 0, 1), *ALONE[1:]]


@pytest.mark.parametrize(("start", "lacking"), [(4, ALONE), (np.nan, ALONE), (1, NOTHING)])
def test_design_that_is_not_there_says_what_it_lacks(start, lacking):
    got = stepped_effect(OUTCOME, pd.Series([start] * 8, dtype=float))
    assert got.lacking == tuple(Lacking(*reason) for reason in lacking)
    assert np.isnan([got.estimate, got.low, got.high, got.p]).all()
    assert got.by_month.empty


def test_never_needs_a_group_that_never_started():
    got = stepped_effect(OUTCOME, START.fillna(9), controls="never")
    assert [reason.what for reason in got.lacking] == ["groups_not_yet_started", "months_after"]


def test_wrong_use_is_refused():
    with pytest.raises(ValueError, match="Controls is 'all'"):
        stepped_effect(OUTCOME, START, "all")
    with pytest.raises(ValueError, match="not in order"):
        stepped_effect(OUTCOME[[2, 1]], START)
    with pytest.raises(ValueError, match="1 groups are not in start"):
        stepped_effect(OUTCOME, START.drop(3))
