"""Loss to follow-up: against R, by hand, by enumeration and with a known truth."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from shared.estimates.attrition import bounds, weighted_share
from shared.estimates.change import paired_change
from shared.estimates.proportions import share_differences, wilson
from shared.estimates.response_model import response_model

TRIAL = pd.read_csv(Path(__file__).parents[1] / "reference/P11_btheb.csv")
NOTHING = pd.DataFrame(index=TRIAL.index)


def people(*groups):
    """Return outcome, reached and covariate of groups of (yes, no, lost), named a, b, ..."""
    rows = []
    for name, (yes, no, lost) in zip("abcdef", groups, strict=False):
        rows += (
            [(1.0, True, name)] * yes + [(0.0, True, name)] * no + [(np.nan, False, name)] * lost
        )
    table = pd.DataFrame(rows, columns=["outcome", "reached", "group"])
    return table["outcome"], table["reached"], table[["group"]]


def logit_limits(share, variance):
    half = 1.959963985 * np.sqrt(variance) / (share * (1 - share))
    return tuple(expit(logit(share) + half * np.array([-1, 1])))


# A trial that lost half of its patients


def test_counts_seen_match_r():
    waves = ["bdi.pre", "bdi.2m", "bdi.4m", "bdi.6m", "bdi.8m"]
    seen = [response_model(TRIAL[wave].notna(), NOTHING).reached for wave in waves]
    assert seen == [100, 97, 73, 58, 52]


@pytest.mark.parametrize(
    ("wave", "seen"), [("bdi.2m", [52, 45]), ("bdi.4m", [37, 36]), ("bdi.8m", [27, 25])]
)
def test_counts_seen_by_arm_match_r(wave, seen):
    arms = TRIAL[wave].notna().groupby(TRIAL["treatment"])
    got = [response_model(arm, NOTHING.loc[arm.index]).reached for _, arm in arms]
    assert got == seen


def test_attrition_by_arm_matches_prop_test_of_r():
    lost = TRIAL["bdi.8m"].isna().groupby(TRIAL["treatment"]).agg(["sum", "size"])
    got = share_differences(*lost.loc["BtheB"], *lost.loc["TAU"]).iloc[0]
    exp = (0.480769231 - 0.479166667, 0.987213936)
    assert (got["difference"], got["p"]) == pytest.approx(exp, abs=1e-8)


def test_coefficients_match_glm_of_r():
    # R models being missing, so every sign is turned.
    got = response_model(TRIAL["bdi.8m"].notna(), TRIAL[["bdi.pre", "treatment"]])
    estimate = got.coefficients["estimate"]
    exp = {("const", ""): 0.203740852, ("bdi.pre", ""): -0.00562189728}
    exp |= {("treatment", "BtheB"): 0.0, ("treatment", "TAU"): 0.0156794598}
    assert estimate.to_dict() == pytest.approx(exp, abs=1e-6)
    assert got.left_out == ()


def test_change_at_two_months_matches_paired_t_test_of_r():
    got = paired_change(TRIAL["bdi.pre"], TRIAL["bdi.2m"])
    exp = (-6.2371134, -8.14664747, -4.32757934)
    assert (got.mean_change, got.low, got.high) == pytest.approx(exp, abs=1e-6)


# The model


def test_coefficients_of_two_groups_by_hand():
    # Odds 30 to 10 and 10 to 30, so the log odds ratio is -ln 9, with variance 2/10 + 2/30.
    _, reached, group = people((15, 15, 10), (2, 8, 30))
    got = response_model(reached, group)
    row, se = got.coefficients.loc[("group", "b")], np.sqrt(4 / 15)
    exp = (40, -np.log(9), se, -np.log(9) - 1.959963985 * se, -np.log(9) + 1.959963985 * se)
    assert row[["n", "estimate", "se", "low", "high"]].tolist() == pytest.approx(exp, abs=1e-6)
    assert row["p"] == pytest.approx(2.091358e-5, rel=1e-6)  # z is 4.254907
    assert got.chance.groupby(group["group"]).first().tolist() == pytest.approx([0.75, 0.25])


def test_covariate_needs_ten_lost_and_ten_reached_per_coefficient():
    def used(reached, lost, *names):
        x = pd.DataFrame(np.random.default_rng(3).random((reached + lost, 3)), columns=[*"xyz"])
        seen = pd.Series([True] * reached + [False] * lost)
        model = response_model(seen, x[[*names]])
        assert model.left_out == names[len(model.design.columns) - 1 :]
        return model.design.shape[1] - 1

    assert [used(50, lost, "x", "y", "z") for lost in (9, 10, 19, 20, 30)] == [0, 1, 1, 2, 3]
    assert [used(seen, 50, "z", "x") for seen in (9, 10, 20)] == [0, 1, 2]


def test_covariates_after_one_that_asks_for_too_much_are_left_out():
    # Three levels take two coefficients, so 20 lost; x alone would need 10.
    _, reached, group = people((10, 5, 7), (5, 5, 6), (5, 5, 6))
    got = response_model(reached, group.assign(x=range(len(group))))
    assert got.left_out == ("group", "x")


def test_level_with_nobody_lost_is_joined_with_the_most_common():
    _, reached, group = people((20, 10, 20), (10, 10, 20), (2, 1, 0))
    got = response_model(reached, group).coefficients.loc["group"]
    assert got["n"].to_dict() == {"a": 53, "b": 40}


def test_missing_level_is_a_level():
    _, reached, group = people((20, 10, 20), (10, 10, 20))
    got = response_model(reached, group.replace("b", np.nan))
    assert got.coefficients.loc[("group", "missing"), "n"] == 40


def test_covariate_that_says_nothing_or_too_much_is_left_out():
    rng = np.random.default_rng(5)
    age = pd.Series(rng.integers(18, 65, 200))
    reached = pd.Series(rng.random(200) < 0.5)
    x = pd.DataFrame({"born": 2024 - age, "age": age, "same": 1, "one": "x", "sure": reached * 1})
    got = response_model(reached, x)
    assert got.left_out == ("age", "same", "one", "sure")
    assert got.coefficients["se"].between(0, 1, inclusive="neither").sum() == 1


@pytest.mark.parametrize("reached", [True, False])
def test_nobody_or_everybody_lost_gives_no_figures(reached):
    got = response_model(pd.Series([reached] * 30), pd.DataFrame({"x": range(30)}))
    assert got.coefficients.drop(columns="n").isna().all(axis=None)
    assert got.chance.tolist() == [reached] * 30
    assert got.left_out == ("x",)


def test_nobody_due_gives_no_figures():
    got = response_model(
        pd.Series([], dtype=bool), pd.DataFrame({"x": [], "y": pd.Series(dtype=str)})
    )
    assert (got.n, got.reached) == (0, 0)


def test_missing_number_is_refused():
    with pytest.raises(ValueError, match="Covariate x is missing for 1 people"):
        response_model(pd.Series([True, False]), pd.DataFrame({"x": [1, np.nan]}))


def test_missing_reached_is_refused():
    with pytest.raises(ValueError, match="Reached is missing for 1 people"):
        response_model(pd.Series([True, None]), pd.DataFrame({"x": [1, 2]}))


def test_another_index_is_refused():
    with pytest.raises(ValueError, match="differ in index"):
        response_model(pd.Series([True]), pd.DataFrame({"x": [1]}, index=[5]))


# The weighted share


def test_weighted_share_of_two_groups_by_hand():
    # Half of the due are in each group, with shares 15/30 and 2/10, so 0.35. Its variance is that
    # of a stratified mean plus that of who belongs where: 0.25 * 0.25 / 30 + 0.25 * 0.16 / 10 +
    # 0.15**2 / 80, times 40 / 39 for the coefficient.
    got = weighted_share(*people((15, 15, 10), (2, 8, 30)))
    assert (got.n, got.reached, got.covariates) == (80, 40, ("group",))
    exp = (0.35, *logit_limits(0.35, 0.006364583333 * 40 / 39))
    assert (got.share, got.low, got.high) == pytest.approx(exp, abs=1e-6)
    # Weights are 4/3 and 4: 80**2 / (30 * 16/9 + 10 * 16).
    assert (got.effective_n, got.largest_weight, got.truncated) == pytest.approx((30, 4, 0))


def test_chance_below_a_twentieth_counts_as_a_twentieth():
    # Of 400 in a 10 are reached, 5 yes; of 100 in b 50, 10 yes. Weights 20 (not 40) and 2:
    # (5 * 20 + 10 * 2) / 300. Squared influences: a, whose weight is fixed, 5 * 12**2 + 5 * 8**2;
    # b 10 * 1.4**2 + 40 * 0.6**2 of the reached and 50 * 0.2**2 of the lost.
    got = weighted_share(*people((5, 5, 390), (10, 40, 50)))
    assert (got.largest_weight, got.truncated) == (20.0, 10)
    exp = (0.4, *logit_limits(0.4, (1040 + 36) / 300**2 * 60 / 59))
    assert (got.share, got.low, got.high) == pytest.approx(exp, abs=1e-6)


def test_weighted_share_is_near_a_truth_the_plain_share_misses():
    # The higher x, the more are in work and the more are reached: 0.377 are in work, by the model.
    rng = np.random.default_rng(20240)
    truth = expit(-0.7 + 1.5 * rng.standard_normal(10**6)).mean()
    plain, weighted, held, plain_held = [], [], [], []
    for _ in range(100):
        x = pd.DataFrame({"x": rng.standard_normal(250)})
        work = pd.Series(rng.random(250) < expit(-0.7 + 1.5 * x["x"]))
        reached = pd.Series(rng.random(250) < expit(0.2 + 1.2 * x["x"]))
        got, naive = (
            weighted_share(work, reached, x),
            wilson(work[reached].sum(), reached.sum()).loc[0],
        )
        plain.append(naive["share"])
        weighted.append(got.share)
        held.append(got.low <= truth <= got.high)
        plain_held.append(naive["low"] <= truth <= naive["high"])
    assert np.mean(plain) - truth > 0.08
    assert abs(np.mean(weighted) - truth) < 0.01
    assert np.mean(held) >= 0.91
    assert np.mean(plain_held) < 0.4


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 150), st.floats(0, 1), st.floats(0, 1))
def test_limits_hold_the_share_within_zero_to_one(seed, due, in_work, met):
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"x": rng.integers(0, 3, due), "y": rng.choice([*"abcd"], due)})
    work, reached = pd.Series(rng.random(due) < in_work), pd.Series(rng.random(due) < met)
    got = weighted_share(work, reached, x)
    if reached.any():
        assert -1e-12 <= got.low <= got.share + 1e-12
        assert got.share <= got.high + 1e-12 <= 1 + 2e-12
        assert 1 - 1e-9 <= got.effective_n <= got.reached + 1e-9
        assert got.largest_weight <= 20


def test_nobody_lost_gives_the_plain_share():
    got = weighted_share(*people((6, 9, 0), (12, 3, 0)))
    plain = wilson(18, 30).loc[0]
    figures = (got.share, got.low, got.high, got.effective_n, got.largest_weight)
    assert figures == pytest.approx((0.6, plain["low"], plain["high"], 30, 1))
    assert (got.covariates, got.left_out) == ((), ("group",))


def test_too_few_lost_gives_the_plain_share_of_those_reached():
    got = weighted_share(*people((6, 9, 3), (12, 3, 6)))
    plain = wilson(18, 30).loc[0]
    assert (got.share, got.low, got.high) == pytest.approx((0.6, plain["low"], plain["high"]))
    assert got.largest_weight == pytest.approx(39 / 30)


@pytest.mark.parametrize("groups", [[(0, 0, 20), (0, 0, 20)], []])
def test_nobody_reached_has_no_share(groups):
    got = weighted_share(*people(*groups))
    assert (got.reached, got.effective_n) == (0, 0)
    assert np.isnan([got.share, got.low, got.high, got.largest_weight]).all()


@pytest.mark.parametrize("share", [0, 1])
def test_same_outcome_of_all_reached_still_has_an_interval(share):
    # The effective n is 30, as above.
    a, b = ((30, 0, 10), (10, 0, 30)) if share else ((0, 30, 10), (0, 10, 30))
    got = weighted_share(*people(a, b))
    plain = wilson(30 * share, 30).loc[0]
    assert (got.share, got.low, got.high) == pytest.approx((share, plain["low"], plain["high"]))
    assert got.high - got.low > 0.1


def test_person_reached_without_outcome_counts_as_lost():
    outcome, reached, group = people((15, 15, 10), (2, 8, 30))
    got = weighted_share(outcome, reached | (reached.index < 45), group)
    assert got == weighted_share(outcome, reached, group)


def test_outcome_of_those_not_reached_is_not_looked_at():
    outcome, reached, group = people((15, 15, 10), (2, 8, 30))
    got = weighted_share(outcome.fillna(1), reached, group)
    assert got == weighted_share(outcome, reached, group)


def test_outcome_other_than_yes_and_no_is_refused():
    with pytest.raises(ValueError, match="1 of 3 outcomes are neither 0 nor 1"):
        weighted_share(pd.Series([0, 1, 2]), pd.Series([True] * 3), NOTHING.loc[:2])


# Bounds


def test_bounds_by_hand():
    # 3 of 5 reached and 2 lost: 3/7 if none of the lost, 5/7 if both. Wilson by R's prop.test.
    got = bounds(3, 5, 2).loc[0]
    exp = (3 / 7, 5 / 7, 0.158219855, 1 - 0.0822191)
    assert got[["lowest", "highest", "low", "high"]].tolist() == pytest.approx(exp, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 8))
def test_bounds_hold_every_way_the_lost_can_have_answered(yes, no, lost):
    due = yes + no + lost
    got = bounds(yes, yes + no, lost).loc[0]
    if not due:
        assert got[["lowest", "highest", "low", "high"]].isna().all()
        return
    ways = wilson([yes + more for more in range(lost + 1)], [due] * (lost + 1))
    exp = (ways["share"].min(), ways["share"].max(), ways["low"].min(), ways["high"].max())
    assert got[["lowest", "highest", "low", "high"]].tolist() == pytest.approx(exp, abs=1e-12)


def test_bounds_of_groups_are_matched_by_index_and_hidden_ones_unknown():
    reached = pd.Series({"KOM-2": 4, "KOM-1": 5})
    got = bounds(pd.Series({"KOM-1": 1, "KOM-2": pd.NA}, dtype="Int64"), reached, 5)
    assert got["highest"].to_dict() == pytest.approx({"KOM-1": 0.6, "KOM-2": np.nan}, nan_ok=True)


@pytest.mark.parametrize("counts", [(6, 5, 2), (-1, 5, 2), (3, 5, -1)])
def test_impossible_counts_are_refused(counts):
    with pytest.raises(ValueError, match="1 of 1 groups"):
        bounds(*counts)
