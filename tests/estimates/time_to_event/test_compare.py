"""Tests of groups: each states one rule and a number from R, from a peer or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from statsmodels.duration.survfunc import survdiff

from shared.estimates.time_to_event.compare import gray, log_rank

REFERENCE = Path(__file__).parents[2] / "reference"
# Events at 1 (A), 2 (B) and 3 (A), then one of B still open at 4.
DURATION, EVENT, GROUP = [1, 2, 3, 4], [1, 1, 1, 0], ["A", "B", "A", "B"]


def reference(name):
    return pd.read_csv(REFERENCE / f"{name}.csv")


def figures(result):
    return (result.statistic, result.df, result.p)


def random_spells(seed, n=80):
    """Return tied durations, marks 0 to 2, groups a to c, four strata and entries."""
    rng = np.random.default_rng(seed)
    duration = rng.integers(1, 15, n)
    group = np.array(["a", "b", "c"])[rng.integers(0, 3, n)]
    entry = np.floor(duration * rng.random(n) * 0.8)
    return duration, rng.integers(0, 3, n), group, rng.integers(0, 4, n), entry


def by_definition(duration, event, group, strata, entry, rho):
    """Return the log-rank statistic summed one stratum and one time after the other."""
    names = sorted(set(group))
    score, variance = np.zeros(len(names)), np.zeros((len(names),) * 2)
    for stratum in set(strata):
        survival = 1.0
        for time in sorted(set(duration[(strata == stratum) & (event == 1)])):
            there = (strata == stratum) & (entry < time) & (duration >= time)
            died = there & (duration == time) & (event == 1)
            n, d = there.sum(), died.sum()
            share = np.array([(there & (group == name)).sum() / n for name in names])
            own = np.array([(died & (group == name)).sum() for name in names])
            score += survival**rho * (own - d * share)
            if n > 1:
                tied = survival ** (2 * rho) * d * (n - d) / (n - 1)
                variance += tied * (np.diag(share) - np.outer(share, share))
            survival *= 1 - d / n
    return score[1:] @ np.linalg.solve(variance[1:, 1:], score[1:])


def gammopathy():
    """Return months to the first of malignancy (1) and death (2), and the sex, of 1384 people."""
    table = reference("P07_mgus2")
    months = table["ptime"].where(table["pstat"] == 1, table["futime"])
    return months, table["death"].mul(2).where(table["pstat"] == 0, 1), table["sex"]


def test_log_rank_by_hand():
    # Expected of A: 2 / 4 at 1, 1 / 3 at 2, 1 / 2 at 3; variance 1 / 4 + 2 / 9 + 1 / 4 = 13 / 18.
    got = log_rank(DURATION, EVENT, GROUP)
    exp = ((2 - 4 / 3) ** 2 / (13 / 18), 1, 0.432768)
    assert figures(got) == pytest.approx(exp, abs=1e-6)
    assert got.groups.index.tolist() == ["A", "B"]
    assert got.groups["n"].tolist() == [2, 2]
    assert got.groups["events"].tolist() == [2, 1]
    assert got.groups["expected"].tolist() == pytest.approx([4 / 3, 5 / 3])


def test_log_rank_matches_survdiff_of_r():
    table = reference("P04_unemployment")
    got = log_rank(table["duration"], table["spell"], table["sex"])
    assert figures(got) == pytest.approx((0.426464907, 1, 0.513728682), abs=1e-6)
    female = got.groups.loc["female"]
    assert female["events"] - female["expected"] == pytest.approx(5.03167003, abs=1e-6)


@pytest.mark.parametrize(
    ("file", "duration", "event", "group", "statistic", "df"),
    [
        ("P04_unemployment", "duration", lambda t: t["spell"], "reason", 5.43387807, 3),
        ("P06_lung", "time", lambda t: t["status"] == 2, "sex", 10.326742, 1),
        ("P08_veteran", "time", lambda t: t["status"], "celltype", 25.4037003, 3),
        # AIDS only, SI ends the follow-up; the five whose genotype is not known are left out.
        ("P10_aidssi", "time", lambda t: t["status"] == 1, "ccr5", 18.2852624, 1),
        ("P14_pharmacosmoking", "ttr", lambda t: t["relapse"], "grp", 8.02763414, 1),
        ("P15_rossi", "week", lambda t: t["arrest"], "fin", 3.83756958, 1),
        ("P16_recid", "durat", lambda t: 1 - t["cens"], "workprg", 0.2893033, 1),
    ],
)
def test_log_rank_of_real_groups_matches_survdiff_of_r(file, duration, event, group, statistic, df):
    table = reference(file).dropna(subset=group)
    got = log_rank(table[duration], event(table), table[group])
    assert (got.statistic, got.df) == pytest.approx((statistic, df), abs=1e-6)


def test_p_strata_and_weights_match_survdiff_of_r_with_events_on_the_first_day():
    table = reference("P14_pharmacosmoking")
    given = table["ttr"], table["relapse"], table["grp"]
    assert log_rank(*given).p == pytest.approx(0.0046068976, abs=1e-9)
    stratified = log_rank(*given, strata=table["ageGroup2"])
    assert stratified.statistic == pytest.approx(7.03445659, abs=1e-6)
    assert log_rank(*given, rho=1).statistic == pytest.approx(8.00971289, abs=1e-6)


def test_log_rank_with_late_entry_is_near_the_score_test_of_coxph_of_r():
    # The score test with Efron's ties is 16.0791521; the log-rank test takes ties otherwise.
    table = reference("P12_mort_skelleftea")
    got = log_rank(table["exit"], table["event"], table["ses"], entry=table["enter"])
    assert got.statistic == pytest.approx(16.0791521, abs=1e-3)
    assert got.groups["events"].to_dict() == {"lower": 148, "upper": 128}


@pytest.mark.parametrize("seed", range(5))
def test_log_rank_matches_statsmodels(seed):
    duration, mark, group, strata, entry = random_spells(seed)
    event = mark > 0
    for own, peer in (
        ({}, {}),
        ({"strata": strata}, {"strata": strata}),
        ({"entry": entry}, {"entry": entry}),
        ({"rho": 1, "strata": strata}, {"weight_type": "fh", "fh_p": 1, "strata": strata}),
    ):
        got = log_rank(duration, event, group, **own)
        with np.errstate(divide="ignore"):  # in the peer, where survival comes down to 0
            exp = survdiff(duration, event, group, **peer)
        assert (got.statistic, got.p) == pytest.approx(exp)
        assert got.df == 2


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("rho", [0, 0.5, 1])
def test_strata_late_entry_and_weights_together_match_the_definition(seed, rho):
    duration, mark, group, strata, entry = random_spells(seed)
    got = log_rank(duration, mark > 0, group, strata=strata, entry=entry, rho=rho)
    exp = by_definition(duration, mark > 0, group, strata, entry, rho)
    assert got.statistic == pytest.approx(exp)


def test_events_and_expected_add_up_to_the_same():
    duration, mark, group, strata, entry = random_spells(1)
    groups = log_rank(duration, mark > 0, group, strata=strata, entry=entry).groups
    assert groups["expected"].sum() == pytest.approx(groups["events"].sum())
    assert groups["events"].sum() == (mark > 0).sum()
    groups = gray(duration, mark, group, of=1, strata=strata).groups
    assert groups["expected"].sum() == pytest.approx(groups["events"].sum())
    assert groups["events"].sum() == (mark == 1).sum()


def test_spells_cut_into_pieces_that_touch_give_the_same_log_rank():
    duration, mark, group, _, entry = random_spells(2)
    cut, event = (entry + duration) / 2, mark > 0
    got = log_rank(
        np.r_[cut, duration],
        np.r_[event & False, event],
        np.r_[group, group],
        entry=np.r_[entry, cut],
    )
    assert figures(got) == pytest.approx(figures(log_rank(duration, event, group, entry=entry)))


def test_strata_of_one_person_add_nothing():
    got = log_rank([*DURATION, 5, 6], [*EVENT, 1, 1], [*GROUP, "A", "B"], strata=[1] * 4 + [2, 3])
    assert figures(got) == pytest.approx(figures(log_rank(DURATION, EVENT, GROUP)))
    # Each of them is as expected of the only one at risk.
    assert got.groups["events"].tolist() == [3, 2]
    assert got.groups["expected"].tolist() == pytest.approx([7 / 3, 8 / 3])


@pytest.mark.parametrize("test", [log_rank, lambda *given, **more: gray(*given, of=1, **more)])
@pytest.mark.parametrize(
    ("event", "strata"),
    [([0, 0, 0, 0], [1] * 4), ([1, 1, 1, 1], [1, 2, 3, 4]), ([1, 0, 1, 0], [1, 2, 1, 2])],
)
def test_nothing_is_said_where_no_event_tells_the_groups_apart(test, event, strata):
    got = test(DURATION, event, GROUP, strata=strata)
    assert figures(got) == pytest.approx((np.nan, 0, np.nan), nan_ok=True)
    assert got.groups["events"].sum() == sum(event)


def test_group_without_events_counts_while_it_is_at_risk():
    # Each event is of A: expected 1 / 2 of 1 at 1 and 1 / 3 at 2.
    got = log_rank([1, 2, 5, 5], [1, 1, 0, 0], ["A", "A", "B", "B"])
    assert got.df == 1
    assert got.statistic == pytest.approx((2 - 5 / 6) ** 2 / (1 / 4 + 2 / 9))


def test_group_that_leaves_before_the_first_event_does_not_count():
    got = log_rank([*DURATION, 0.5], [*EVENT, 0], [*GROUP, "C"])
    assert figures(got) == pytest.approx(figures(log_rank(DURATION, EVENT, GROUP)))
    assert got.groups.loc["C"].tolist() == [1, 0, 0]


def test_risk_set_that_empties_and_fills_again_with_late_entry():
    # All at risk have the event at 1 and 2, so survival is 0 when the other two enter at 5.
    given = [1, 2, 6, 7], [1, 1, 1, 1], ["A", "B", "A", "B"]
    got = log_rank(*given, entry=[0, 0, 5, 5])
    assert got.statistic == pytest.approx((2 - 1) ** 2 / (1 / 4 + 1 / 4))
    weighted = log_rank(*given, entry=[0, 0, 5, 5], rho=1)
    assert weighted.statistic == pytest.approx((1 - 1 / 2) ** 2 / (1 / 4))


@pytest.mark.parametrize("test", [log_rank, lambda *given, **more: gray(*given, of=1, **more)])
@pytest.mark.parametrize(
    ("duration", "event", "group", "message"),
    [
        ([1, 2], [1, 1], ["A", "A"], "Found 1 groups in 2 spells. A test needs 2"),
        ([], [], [], "Found 0 groups in 0 spells"),
        ([1, 2], [1, 1], ["A", None], "1 of 2 spells lack a group"),
        ([1, np.nan], [1, 1], ["A", "B"], "1 of 2 spells lack a duration"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused(test, duration, event, group, message):
    with pytest.raises(ValueError, match=message):
        test(duration, event, group)


def test_missing_stratum_is_refused():
    with pytest.raises(ValueError, match="1 of 4 spells lack a stratum"):
        log_rank(DURATION, EVENT, GROUP, strata=[1, 1, None, 1])


@pytest.mark.parametrize(("of", "statistic"), [(1, 1.19450783), (2, 11.651259)])
def test_gray_matches_cuminc_of_cmprsk(of, statistic):
    got = gray(*gammopathy(), of=of)
    assert (got.statistic, got.df) == pytest.approx((statistic, 1), abs=1e-6)


@pytest.mark.parametrize(
    ("kept", "of", "statistic", "p", "df"),
    [
        ("abc", 1, 3.393977, 0.1832345, 2),
        ("abc", 2, 1.989511, 0.3698139, 2),
        ("ac", 1, 3.5151549, 0.06080997, 1),
        ("ac", 2, 0.1400145, 0.70826655, 1),
    ],
)
def test_gray_of_three_groups_in_strata_matches_cuminc_of_cmprsk(kept, of, statistic, p, df):
    draws = reference("P18_cmprsk_draws")
    own = draws[draws["group"].isin(list(kept))]
    got = gray(own["time"], own["cause"], own["group"], of=of, strata=own["stratum"])
    assert figures(got) == pytest.approx((statistic, df, p), abs=1e-6)


def test_gray_expects_by_those_who_left_otherwise_too():
    # One of the two in B leaves by cause 2 at 1, and still counts when A ends at 2: of the
    # 2 + 2 who cause 1 has not taken, half are A's.
    got = gray([1, 2, 3, 3], [2, 1, 0, 0], ["B", "A", "A", "B"], of=1)
    assert got.groups["expected"].tolist() == pytest.approx([0.5, 0.5])
    # The log-rank test counts only those still waiting, 2 of A and 1 of B.
    got = log_rank([1, 2, 3, 3], [0, 1, 0, 0], ["B", "A", "A", "B"])
    assert got.groups["expected"].tolist() == pytest.approx([2 / 3, 1 / 3])


def test_gray_does_not_depend_on_the_order_of_groups_and_other_causes():
    duration, mark, group, _, _ = random_spells(4)
    other = np.where(mark == 2, np.where(duration % 2, 2, 3), mark)
    renamed = pd.Series(group).map({"a": "z", "b": "b", "c": "a"}).to_numpy()
    exp = figures(gray(duration, mark, group, of=1))
    assert figures(gray(duration, other, renamed, of=1)) == pytest.approx(exp)


def test_gray_finds_a_difference_as_often_as_the_level_says_when_there_is_none():
    # Cause 2 hits group B harder and cause 1 follows so that its incidence is the same in both:
    # the log-rank test, of another question, calls it a difference far too often.
    rng = np.random.default_rng(7)
    found = {gray: 0, log_rank: 0}
    for _ in range(300):
        group = np.repeat([0, 1], 150)
        first = rng.random(300) < 0.4
        time = rng.exponential(np.where(first, 1, np.where(group, 0.1, 5)))
        open_until = rng.exponential(4, 300)
        cause = np.where(time > open_until, 0, np.where(first, 1, 2))
        time = np.minimum(time, open_until)
        found[gray] += gray(time, cause, group, of=1).p < 0.05
        found[log_rank] += log_rank(time, cause == 1, group).p < 0.05
    assert 5 <= found[gray] <= 27  # 15 expected, three standard deviations to each side
    assert found[log_rank] > 150


def test_gray_goes_on_when_a_group_has_ended():
    got = gray([1, 1, 2, 3, 4, 5], [1, 2, 1, 2, 1, 0], ["A", "A", "B", "B", "B", "B"], of=1)
    assert got.df == 1
    # At 1: one event, half of 2 of 6 there; later only B is there and gets all.
    assert got.groups["expected"].tolist() == pytest.approx([1 / 3, 8 / 3])


@pytest.mark.parametrize("of", [0, -1, 1.5])
def test_gray_of_no_cause_is_refused(of):
    with pytest.raises(ValueError, match=f"The cause asked for is {of}"):
        gray(DURATION, EVENT, GROUP, of=of)


def test_gray_of_a_cause_that_ended_no_spell_says_nothing():
    got = gray(DURATION, EVENT, GROUP, of=2)
    assert figures(got) == pytest.approx((np.nan, 0, np.nan), nan_ok=True)
