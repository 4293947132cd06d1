"""Competing events: each test states one rule and a number from R, Stata or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.estimates.time_to_event.aalen_johansen import cumulative_incidence
from shared.estimates.time_to_event.kaplan_meier import kaplan_meier

COLUMNS = ["time", "cause", "at_risk", "events", "incidence", "low", "high"]
REFERENCE = Path(__file__).parents[2] / "reference"
# Three causes with ties, from the tests of statsmodels, which hold figures of R and Stata.
TIED = [1, 1, 2, 4, 4, 4, 6, 6, 7, 8, 9, 9, 9, 1, 2, 2, 4, 4]
CAUSES = [1, 1, 1, 2, 2, 2, 3, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0]


def gammopathy():
    """Return months to the first of malignancy (1) and death (2), and the sex, of 1384 people."""
    table = pd.read_csv(REFERENCE / "P07_mgus2.csv")
    months = table["ptime"].where(table["pstat"] == 1, table["futime"])
    return months, table["death"].mul(2).where(table["pstat"] == 0, 1), table["sex"]


def row(table, **where):
    """Return the only row with these values."""
    chosen = table[np.all([table[name] == value for name, value in where.items()], axis=0)]
    assert len(chosen) == 1
    return chosen.iloc[0]


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
    assert got["events"].tolist() == [1, 0, 1, 1, 2, 1]


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
    assert got.columns.tolist() == COLUMNS
    assert got.empty


@pytest.mark.parametrize("cause", [1.5, -1])
def test_cause_that_is_not_a_whole_number_is_refused(cause):
    with pytest.raises(ValueError, match=r"1 spells end in .* a whole number above 0"):
        cumulative_incidence([1, 2], [1, cause], at=[1])


@pytest.mark.parametrize(
    ("sex", "incidence"),
    [
        ("F", (0.0738856644, 0.480490046, 0.104940674, 0.695307803)),
        ("M", (0.0553102406, 0.575178489, 0.095650755, 0.748127889)),
    ],
)
def test_incidence_of_groups_matches_survfit_of_r(sex, incidence):
    months, cause, sexes = gammopathy()
    got = cumulative_incidence(months[sexes == sex], cause[sexes == sex], at=[120, 240])
    assert got["incidence"].tolist() == pytest.approx(incidence, abs=1e-6)


def test_one_minus_survival_of_a_single_cause_is_too_high():
    months, cause, _ = gammopathy()
    naive = 1 - kaplan_meier(months, cause == 1, at=[240])["survival"].iloc[0]
    assert naive == pytest.approx(0.209561624, abs=1e-6)  # as survfit of R
    got = row(cumulative_incidence(months, cause, at=[240]), cause=1)
    assert naive > 2 * got["incidence"]


def test_events_are_counted_up_to_and_including_the_time():
    got = cumulative_incidence(TIED, CAUSES, at=[1, 4, 100])
    assert got[got["cause"] == 1]["events"].tolist() == [2, 3, 3]
    assert got[got["cause"] == 2]["events"].tolist() == [0, 3, 3]
    assert got[got["time"] == 100]["incidence"].isna().all()


def test_cause_asked_for_gets_rows_though_it_ended_no_spell():
    got = cumulative_incidence([1, 2, 3], [1, 1, 0], at=[0, 2], causes=[2, 1])
    assert got["cause"].tolist() == [1, 2, 1, 2]
    assert got["incidence"].tolist() == pytest.approx([0, 0, 2 / 3, 0])
    never = got[got["cause"] == 2]
    assert never["events"].tolist() == [0, 0]
    assert never[["low", "high"]].isna().all(axis=None)


def test_cause_asked_for_leaves_the_other_rows_as_they_are():
    got = cumulative_incidence(TIED, CAUSES, at=[2, 6], causes=[7])
    assert sorted(set(got["cause"])) == [1, 2, 3, 7]
    others = got[got["cause"] != 7].reset_index(drop=True)
    pd.testing.assert_frame_equal(others, cumulative_incidence(TIED, CAUSES, at=[2, 6]))


def test_cause_asked_for_is_unknown_without_spells():
    got = cumulative_incidence([], [], at=[1], causes=[1])
    assert got[["at_risk", "events"]].to_numpy().tolist() == [[0, 0]]
    assert got["incidence"].isna().all()


@pytest.mark.parametrize("asked", [0, 1.5, -1])
def test_cause_asked_for_must_be_a_whole_number(asked):
    with pytest.raises(ValueError, match=rf"\[{asked}\]\. They must be whole numbers above 0"):
        cumulative_incidence([1, 2], [1, 0], at=[1], causes=[asked])


def test_late_entry_by_hand():
    # Cause 1 takes 1 of 2 at 2, and the one who enters then is not among them. Cause 2 takes 1 of
    # the 2 at risk at 4, of the half still waiting.
    got = cumulative_incidence([2, 4, 5], [1, 2, 0], at=[2, 4, 5], entry=[0, 2, 0])
    assert got["at_risk"].tolist() == [2, 2, 2, 2, 1, 1]
    assert got["incidence"].tolist() == pytest.approx([0.5, 0, 0.5, 0.25, 0.5, 0.25])


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(1, 5), st.integers(0, 2)), min_size=1, max_size=12
    )
)
def test_causes_and_survival_add_up_to_one_with_late_entry(rows):
    entry, length, cause = map(np.array, zip(*rows, strict=True))
    at, duration = [1, 3, 5], entry + length
    got = cumulative_incidence(duration, cause, at=at, entry=entry, causes=[1])
    ended = got.groupby("time")["incidence"].sum(min_count=1).to_numpy()
    waiting = kaplan_meier(duration, cause > 0, at=at, entry=entry)["survival"].to_numpy()
    assert (ended + waiting)[~np.isnan(waiting)] == pytest.approx(1)
    assert (np.isnan(ended) == np.isnan(waiting)).all()


def test_spell_that_ends_at_its_entry_is_refused():
    with pytest.raises(ValueError, match="1 of 2 spells end at or before their entry"):
        cumulative_incidence([1, 2], [1, 2], at=[1], entry=[1, 0])
