"""Time to event: each test states one rule and a number from R, Stata or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.estimates.time_to_event.kaplan_meier import (
    kaplan_meier,
    median_time,
    restricted_mean,
    restricted_mean_difference,
)

REFERENCE = Path(__file__).parents[2] / "reference"
# Four spells: an event at 1, still open at 2, an event at 3, still open at 4.
DURATION, EVENT = [1, 2, 3, 4], [1, 0, 1, 0]


# Spells that come under observation at once or later, each (entry, duration, event).
LATE = st.lists(
    st.tuples(st.integers(0, 5), st.integers(1, 5), st.booleans()).map(
        lambda spell: (spell[0], spell[0] + spell[1], spell[2])
    ),
    min_size=1,
    max_size=12,
)


def reference(name):
    return pd.read_csv(REFERENCE / f"{name}.csv")


def unemployment():
    table = reference("P04_unemployment")
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
    strikes = reference("C06_strikes")["dur"]
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
    strikes = reference("C06_strikes")["dur"]
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


def quartiles(table):
    """Return the first times at which a quarter, half and three quarters have had the event."""
    return [table["time"][table["survival"] <= left].iloc[0] for left in (0.75, 0.5, 0.25)]


def test_quartiles_match_survfit_of_r():
    duration, event, _ = unemployment()
    strikes = reference("C06_strikes")["dur"]
    assert quartiles(kaplan_meier(duration, event)) == [6, 18, 60]
    assert quartiles(kaplan_meier(strikes, strikes > 0)) == [11, 28, 58]


def test_limits_of_a_median_are_log_log_and_not_log_as_in_r():
    # R gives 285 to 363 on its log scale, and 284 to 361 on the log-log scale.
    lung = reference("P06_lung")
    assert figures(median_time(lung["time"], lung["status"] == 2)) == (310.0, 284.0, 361.0)


def test_events_on_the_first_day_count_as_in_survfit_of_r():
    smokers = reference("P14_pharmacosmoking")
    assert (smokers["ttr"] == 0).sum() == 12
    for group, median in (("combination", 65.0), ("patchOnly", 23.0)):
        own = smokers[smokers["grp"] == group]
        assert median_time(own["ttr"], own["relapse"]).median == median
        first = kaplan_meier(own["ttr"], own["relapse"]).iloc[0]
        assert (first["time"], first["at_risk"]) == (0, len(own))
        assert first["survival"] == pytest.approx(1 - (own["ttr"] == 0).mean())


@pytest.mark.parametrize(
    ("file", "duration", "event", "group", "survival"),
    [
        ("P15_rossi", "week", "arrest", "fin", {52: (0.694444444, 0.777777778)}),
        (
            "P16_recid",
            "durat",
            "returned",
            "workprg",
            {
                12: (0.870633894, 0.876488095),
                24: (0.761966365, 0.770833333),
                60: (0.64683053, 0.626488095),
            },
        ),
    ],
)
def test_survival_of_groups_matches_survfit_of_r(file, duration, event, group, survival):
    table = reference(file)
    if file == "P16_recid":
        table["returned"] = 1 - table["cens"]
    for code in (0, 1):
        own = table[table[group] == code]
        got = kaplan_meier(own[duration], own[event], at=list(survival))["survival"]
        assert got.tolist() == pytest.approx([share[code] for share in survival.values()], abs=1e-6)


@pytest.mark.parametrize(
    ("ses", "survival", "events", "years"),
    [
        ("lower", (0.863613629, 0.680326229), 148, 7090.918),
        ("upper", (0.925452535, 0.776876264), 128, 9946.862),
    ],
)
def test_survival_with_late_entry_matches_survfit_of_r(ses, survival, events, years):
    table = reference("P12_mort_skelleftea")
    own = table[table["ses"] == ses]
    got = kaplan_meier(own["exit"], own["event"], at=[10, 19], entry=own["enter"])
    assert got["survival"].tolist() == pytest.approx(survival, abs=1e-6)
    assert median_time(own["exit"], own["event"], own["enter"]).events == events
    assert (own["exit"] - own["enter"]).sum() == pytest.approx(years, abs=1e-6)


@pytest.mark.parametrize(
    ("sex", "survival", "rate"),
    [("female", 0.347703972, 0.049690407), ("male", 0.280945449, 0.0556531622)],
)
def test_survival_after_60_with_late_entry_matches_survfit_of_r(sex, survival, rate):
    # Time is years after 60, and each person is seen from an age of 60 or more.
    table = reference("P13_oldmort_sundsvall")
    own = table[table["sex"] == sex]
    got = kaplan_meier(own["exit"] - 60, own["event"], at=[20], entry=own["enter"] - 60)
    assert got["survival"].tolist() == pytest.approx([survival], abs=1e-6)
    years = (own["exit"] - own["enter"]).sum()
    assert own["event"].sum() / years == pytest.approx(rate, abs=1e-6)


def test_late_entry_by_hand():
    # The one who enters at 2 is not among those at risk at 2: 1 / 2 stay past 2, 1 / 2 past 4.
    got = kaplan_meier([2, 4, 5], [1, 1, 0], entry=[0, 2, 0])
    assert got["at_risk"].tolist() == [2, 2, 1]
    assert got["survival"].tolist() == [0.5, 0.25, 0.25]


@given(LATE)
def test_late_entry_matches_the_definition(rows):
    entry, duration, event = map(np.array, zip(*rows, strict=True))
    exp = 1.0
    for time, share in kaplan_meier(duration, event, entry=entry)[["time", "survival"]].to_numpy():
        exp *= 1 - (event & (duration == time)).sum() / ((entry < time) & (duration >= time)).sum()
        assert share == pytest.approx(exp, abs=1e-12)


@given(LATE)
def test_spells_cut_into_pieces_that_touch_give_the_same_curve(rows):
    entry, duration, event = map(np.array, zip(*rows, strict=True))
    cut = (entry + duration) / 2
    got = kaplan_meier(
        np.r_[cut, duration], np.r_[event & False, event], at=[1, 4, 9], entry=np.r_[entry, cut]
    )
    pd.testing.assert_frame_equal(got, kaplan_meier(duration, event, at=[1, 4, 9], entry=entry))


def test_entry_at_zero_changes_nothing_where_no_spell_ends_there():
    got = kaplan_meier(DURATION, EVENT, entry=[0] * 4)
    pd.testing.assert_frame_equal(got, kaplan_meier(DURATION, EVENT))


def test_curve_stays_level_while_nobody_is_at_risk():
    # One of the first two has the event and the other is last seen at 2; the next come at 5.
    got = kaplan_meier([1, 2, 6, 7], [1, 0, 1, 0], at=[1, 3, 6, 7], entry=[0, 0, 5, 5])
    assert got["at_risk"].tolist() == [2, 0, 2, 1]
    assert got["survival"].tolist() == [0.5, 0.5, 0.25, 0.25]


def test_nobody_is_at_risk_before_the_first_entry():
    got = kaplan_meier([5], [1], at=[1, 5], entry=[2])
    assert got["at_risk"].tolist() == [0, 1]
    assert got["survival"].tolist() == [1.0, 0.0]


def test_curve_stays_at_zero_once_a_whole_risk_set_is_lost():
    got = kaplan_meier([1, 6, 7], [1, 1, 0], entry=[0, 3, 3])
    assert got["survival"].tolist() == [0.0, 0.0, 0.0]
    assert got["at_risk"].tolist() == [1, 2, 1]
    assert median_time([1, 6, 7], [1, 1, 0], entry=[0, 3, 3]).median == 1.0


def test_median_counts_all_spells_however_few_are_at_risk_at_once():
    got = median_time([2, 4], [1, 1], entry=[0, 2])
    assert (got.n, got.events) == (2, 2)


def test_one_spell():
    assert figures(median_time([3], [1])) == pytest.approx((3.0, np.nan, np.nan), nan_ok=True)
    assert kaplan_meier([3], [0])["survival"].tolist() == [1.0]


@pytest.mark.parametrize(
    ("duration", "entry", "message"),
    [
        ([3, 4], [3, 0], "1 of 2 spells end at or before their entry"),
        ([0, 4], [0, 0], "1 of 2 spells end at or before their entry"),
        ([3, 4], [0, np.nan], "1 of 2 spells lack a duration, an entry"),
    ],
)
def test_entries_that_make_no_sense_are_refused(duration, entry, message):
    with pytest.raises(ValueError, match=message):
        kaplan_meier(duration, [1, 1], entry=entry)


def test_restricted_mean_matches_survfit_of_r():
    duration, event, _ = unemployment()
    got = restricted_mean(duration, event, until=26)
    assert (got.n, got.until) == (452, 26.0)
    assert got.mean == pytest.approx(16.0875279, abs=1e-6)


def test_restricted_mean_by_hand():
    # Level 1 to 1, 3 / 4 to 3, 3 / 8 to 4. Steps of Greenwood: 1 / 12 at 1 with an area of 1.875
    # ahead, 1 / 2 at 3 with 0.375 ahead.
    got = restricted_mean(DURATION, EVENT, until=4)
    se = np.sqrt(1.875**2 / 12 + 0.375**2 / 2)
    exp = (2.875, se, 2.875 - 1.959964 * se, 2.875 + 1.959964 * se)
    assert (got.mean, got.se, got.low, got.high) == pytest.approx(exp, abs=1e-6)


@given(st.lists(st.integers(0, 9), min_size=2, max_size=15).filter(lambda x: len(set(x)) > 1))
def test_restricted_mean_without_open_spells_is_the_ordinary_mean(durations):
    got = restricted_mean(durations, [1] * len(durations), until=10)
    assert got.mean == pytest.approx(np.mean(durations))
    assert got.se == pytest.approx(np.std(durations) / np.sqrt(len(durations)))


def test_error_of_a_restricted_mean_is_that_of_its_influences():
    # What the mean gains per weight given to one person, squared and summed over all people.
    duration, event, _ = (values.head(40).to_numpy() for values in unemployment())

    def mean(weights):
        times = np.unique(duration[(event == 1) & (duration < 20)])
        lost = [
            weights[(duration == t) & (event == 1)].sum() / weights[duration >= t].sum()
            for t in times
        ]
        return np.diff(np.r_[0, times, 20]) @ np.r_[1, np.cumprod(1 - np.array(lost))]

    one = np.eye(40) * 1e-6
    influences = [(mean(1 + one[i]) - mean(1 - one[i])) / 2e-6 for i in range(40)]
    got = restricted_mean(duration, event, until=20)
    assert got.mean == pytest.approx(mean(np.ones(40)))
    assert got.se == pytest.approx(np.sqrt(np.sum(np.square(influences))), rel=1e-6)


def test_restricted_mean_with_late_entry():
    # Level 1 to 2, 1 / 2 to 4, 1 / 4 to 5: see the curve with late entry by hand.
    assert restricted_mean([2, 4, 5], [1, 1, 0], until=5, entry=[0, 2, 0]).mean == 3.25


def test_restricted_mean_without_events_is_the_horizon_and_has_no_error():
    got = restricted_mean([5, 6], [0, 0], until=4)
    exp = (4.0, np.nan, np.nan, np.nan)
    assert (got.mean, got.se, got.low, got.high) == pytest.approx(exp, nan_ok=True)


def test_restricted_mean_is_unknown_beyond_the_last_open_spell():
    assert restricted_mean(DURATION, EVENT, until=4).mean == 2.875
    assert np.isnan(restricted_mean(DURATION, EVENT, until=4.1).mean)
    assert np.isnan(restricted_mean([], [], until=1).mean)
    assert restricted_mean([1, 2], [1, 1], until=9).mean == 1.5


@pytest.mark.parametrize("until", [0, -1, np.nan])
def test_restricted_mean_needs_a_horizon(until):
    with pytest.raises(ValueError, match="must be a time above 0"):
        restricted_mean(DURATION, EVENT, until=until)


def test_difference_of_restricted_means_by_hand():
    # Means 1.5 and 2.5 with standard errors 0.5 / sqrt(2) each, so 0.5 together: z = -2.
    first = restricted_mean([1, 2], [1, 1], until=5)
    second = restricted_mean([2, 3], [1, 1], until=5)
    got = restricted_mean_difference(first, second)
    exp = (-1.0, -1.979982, -0.020018, 0.045500)
    assert (got.difference, got.low, got.high, got.p) == pytest.approx(exp, abs=1e-6)


def test_difference_is_unknown_where_one_mean_is():
    first = restricted_mean([1, 2], [1, 1], until=5)
    got = restricted_mean_difference(first, restricted_mean([1, 2], [0, 0], until=5))
    assert np.isnan([got.difference, got.low, got.high, got.p]).all()


def test_means_within_different_horizons_are_not_compared():
    first, second = (restricted_mean([1, 2], [1, 1], until=until) for until in (5, 6))
    with pytest.raises(ValueError, match="restricted to 5 and 6"):
        restricted_mean_difference(first, second)
