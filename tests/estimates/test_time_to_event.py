"""Time to event: each test states one rule and a number from R, Stata or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.time_to_event import cumulative_incidence, kaplan_meier, median_time

REFERENCE = Path(__file__).parents[1] / "reference"
# Four spells: an event at 1, still open at 2, an event at 3, still open at 4.
DURATION, EVENT = [1, 2, 3, 4], [1, 0, 1, 0]
# Three causes with ties, from the tests of statsmodels, which hold figures of R and Stata.
TIED = [1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4]
CAUSES = [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]


def unemployment():
    table = pd.read_csv(REFERENCE / "P04_unemployment.csv")
    return table["duration"], table["spell"], table["sex"]


def figures(result):
    return (result.median, result.low, result.high)


def row(table, **where):
    """Return the only row with these values."""
    chosen = table[np.all([table[name] == value for name, value in where.items()], axis=0)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_survival_by_hand():
    # 3 / 4 stay past 1; of the 2 left at 3 one stays, 3 / 4 * 1 / 2.
    got = kaplan_meier(DURATION, EVENT)
    assert got["survival"].tolist() == [0.75, 0.75, 0.375, 0.375]
    assert got["at_risk"].tolist() == [4, 3, 2, 1]
    assert got["events"].tolist() == [1, 0, 1, 0]


def test_limits_by_hand():
    # At 1: Greenwood 1 / (4 * 3), so the spread of log(-log S) is 1.96 * 0.288675 / 0.287682.
    got = row(kaplan_meier(DURATION, EVENT), time=1)
    assert (got["low"], got["high"]) == pytest.approx((0.127947, 0.960549), abs=1e-6)


def test_survival_and_limits_match_survfit_of_r():
    duration, event, _ = unemployment()
    got = kaplan_meier(duration, event, at=[12]).iloc[0]
    exp = (0.576281115, 0.525677708, 0.62351166)
    assert (got["survival"], got["low"], got["high"]) == pytest.approx(exp, abs=1e-6)


def test_survival_without_open_spells_is_the_share_that_lasts_longer():
    strikes = pd.read_csv(REFERENCE / "C06_strikes.csv")["dur"]
    got = kaplan_meier(strikes, strikes > 0, at=[30]).iloc[0]
    assert got["survival"] == pytest.approx(0.478798587, abs=1e-6)


def test_times_asked_for_come_in_order_with_the_events_since_the_row_above():
    got = kaplan_meier(DURATION, EVENT, at=[3.5, 0.5, 1])
    assert got["time"].tolist() == [0.5, 1.0, 3.5]
    assert got["survival"].tolist() == [1.0, 0.75, 0.375]
    assert got["at_risk"].tolist() == [4, 4, 1]
    assert got["events"].tolist() == [0, 1, 1]


def test_nothing_is_said_after_the_last_open_spell():
    got = kaplan_meier(DURATION, EVENT, at=[4, 4.5])
    assert got["survival"].isna().tolist() == [False, True]


def test_survival_stays_zero_once_everyone_has_had_the_event():
    got = kaplan_meier([1, 2], [1, 1], at=[2, 9])
    assert got["survival"].tolist() == [0.0, 0.0]
    assert got[["low", "high"]].isna().all(axis=None)


def test_no_limits_before_the_first_event():
    got = kaplan_meier(DURATION, EVENT, at=[0.5]).iloc[0]
    assert np.isnan([got["low"], got["high"]]).all()


def test_event_on_the_first_day_counts():
    assert kaplan_meier([0, 5], [1, 1], at=[0])["survival"].tolist() == [0.5]


def test_no_spells_give_no_curve():
    assert kaplan_meier([], []).empty
    got = kaplan_meier([], [], at=[1]).iloc[0]
    assert got["at_risk"] == 0
    assert np.isnan(got["survival"])


@pytest.mark.parametrize(
    ("duration", "event", "message"),
    [
        ([1, np.nan], [1, 1], "1 of 2 spells lack a duration"),
        ([1, 2], [1, np.nan], "1 of 2 spells lack a duration"),
        ([1, -2], [1, 1], "1 durations are negative"),
        ([1, 2], [1, 2], r"1 spells end in something else than 0 \(open\) or 1"),
    ],
)
def test_spells_that_say_nothing_are_refused(duration, event, message):
    with pytest.raises(ValueError, match=message):
        kaplan_meier(duration, event)


def test_series_with_other_labels_are_refused():
    with pytest.raises(ValueError, match="2 of 3 spells lack"):
        kaplan_meier(pd.Series([1, 2], index=[0, 1]), pd.Series([1, 1], index=[1, 2]))


def test_median_matches_survfit_of_r():
    duration, event, _ = unemployment()
    got = median_time(duration, event)
    assert (got.n, got.events, got.median) == (452, 256, 18.0)


@pytest.mark.parametrize(("sex", "median"), [("female", 16.0), ("male", 22.0)])
def test_median_of_each_group_matches_survfit_of_r(sex, median):
    duration, event, sexes = unemployment()
    assert median_time(duration[sexes == sex], event[sexes == sex]).median == median


def test_limits_of_the_median_match_log_log_survfit_of_r():
    strikes = pd.read_csv(REFERENCE / "C06_strikes.csv")["dur"]
    assert figures(median_time(strikes, strikes > 0)) == (28.0, 25.0, 32.0)


def test_median_at_a_level_half_is_the_middle_of_the_step():
    # 1, 2, 3, 4 without open spells: half are left from 2 to 3.
    assert median_time([1, 2, 3, 4], [1, 1, 1, 1]).median == 2.5


def test_median_at_a_level_half_that_goes_on_is_where_it_starts():
    assert median_time([1, 2, 3, 4], [1, 1, 0, 0]).median == 2.0


@pytest.mark.parametrize(("n", "median"), [(24, 12.5), (34, 17.5)])
def test_half_is_found_where_the_product_misses_it_in_the_last_digits(n, median):
    # 23 / 24 * ... * 12 / 13 comes out as 0.5000000000000001, the 17 factors from 33 / 34 to
    # 17 / 18 as 0.4999999999999999.
    assert median_time(range(1, n + 1), [1] * n).median == median


def test_median_is_unknown_while_more_than_half_are_waiting():
    # Of the limits only the lower comes down to one half: survival 0.667 from 1 on, low 0.054.
    got = median_time([1, 2, 3], [1, 0, 0])
    assert (got.n, got.events) == (3, 1)
    assert figures(got) == pytest.approx((np.nan, 1.0, np.nan), nan_ok=True)


def test_median_of_no_spells_is_unknown():
    got = median_time([], [])
    assert (got.n, got.events) == (0, 0)
    assert np.isnan(figures(got)).all()


@pytest.mark.parametrize(
    ("time", "cause", "incidence"),
    [(5, 1, 0.129712262), (5, 2, 0.157557312), (10, 1, 0.335051769), (10, 2, 0.334589865)],
)
def test_incidence_matches_survfit_of_r(time, cause, incidence):
    table = pd.read_csv(REFERENCE / "P10_aidssi.csv")
    got = row(
        cumulative_incidence(table["time"], table["status"], at=[5, 10]), time=time, cause=cause
    )
    assert got["incidence"] == pytest.approx(incidence, abs=1e-6)


def test_incidence_by_hand():
    # Cause 1 takes 1 of 4, then cause 2 takes 1 of 3 of the 3 / 4 left, then the last one of the
    # half that was not yet ended, since the spell open at 3 says nothing of 4.
    got = cumulative_incidence([1, 2, 3, 4], [1, 2, 0, 1], at=[1, 2, 4])
    assert got["incidence"].tolist() == pytest.approx([0.25, 0, 0.25, 0.25, 0.75, 0.25])
    assert got["at_risk"].tolist() == [4, 4, 3, 3, 1, 1]
    assert got["cause"].tolist() == [1, 2, 1, 2, 1, 2]


@pytest.mark.parametrize(
    ("time", "cause", "incidence"),
    [(2, 1, 0.17037037), (4, 2, 0.20740741), (6, 3, 0.17777778), (9, 3, 0.26666667)],
)
def test_incidence_with_ties_matches_cuminc_of_r(time, cause, incidence):
    got = row(cumulative_incidence(TIED, CAUSES, at=[2, 4, 6, 9]), time=time, cause=cause)
    assert got["incidence"] == pytest.approx(incidence, abs=1e-6)


@pytest.mark.parametrize(
    ("time", "cause", "low", "high"),
    [
        # Incidence 0.11111111, standard error 0.07407407: exponents exp(+-1.96 * se / (I log I)).
        (1, 1, 0.01864166, 0.29751332),
        # Incidence 0.17777778, standard error 0.11196147.
        (6, 3, 0.02931915, 0.42945361),
    ],
)
def test_limits_follow_from_the_standard_error_of_stata(time, cause, low, high):
    got = row(cumulative_incidence(TIED, CAUSES, at=[1, 6]), time=time, cause=cause)
    assert (got["low"], got["high"]) == pytest.approx((low, high), abs=1e-6)


@pytest.mark.parametrize(
    ("time", "low", "high"), [(1, 0.00836904, 0.58185303), (5, 0.20380926, 0.96917979)]
)
def test_limits_without_open_spells_are_binomial(time, low, high):
    # Cause 1 has taken 1 of 5 by 1 and 4 of 5 by 5: standard error sqrt(0.2 * 0.8 / 5) = 0.178885.
    table = cumulative_incidence([1, 2, 3, 4, 5], [1, 1, 2, 1, 1], at=[1, 5])
    got = row(table, time=time, cause=1)
    assert (got["low"], got["high"]) == pytest.approx((low, high), abs=1e-6)


def test_causes_and_survival_add_up_to_one():
    at = [1, 2, 4, 6, 9]
    ended = cumulative_incidence(TIED, CAUSES, at=at).groupby("time")["incidence"].sum()
    waiting = kaplan_meier(TIED, np.sign(CAUSES), at=at)["survival"]
    assert (ended.to_numpy() + waiting.to_numpy()).tolist() == pytest.approx([1.0] * 5)


def test_incidence_is_unknown_after_the_last_open_spell():
    got = cumulative_incidence([1, 2], [1, 0], at=[2, 3])
    assert got["incidence"].tolist() == pytest.approx([0.5, np.nan], nan_ok=True)


def test_incidence_is_known_after_the_last_spell_has_ended():
    got = cumulative_incidence([1, 2], [1, 1], at=[3])
    assert got["incidence"].tolist() == [1.0]


@pytest.mark.parametrize(("duration", "cause"), [([], []), ([2], [0])])
def test_no_ended_spell_gives_no_rows(duration, cause):
    got = cumulative_incidence(duration, cause, at=[1])
    assert got.columns.tolist() == ["time", "cause", "at_risk", "incidence", "low", "high"]
    assert got.empty


@pytest.mark.parametrize("cause", [1.5, -1])
def test_cause_that_is_not_a_whole_number_is_refused(cause):
    with pytest.raises(ValueError, match=r"1 spells end in .* a whole number above 0"):
        cumulative_incidence([1, 2], [1, cause], at=[1])
