"""Records of the register and its follow-up: each test states one rule of what is counted."""

import pandas as pd
import pytest

from shared.estimates.records import records
from shared.sources.dictionary import coarser


@pytest.fixture
def participation(record):
    """Return the records of one participation that began at the baseline."""

    def build(settings=None, wave=6, **known):
        row = {"participation_id": "d", "start_on": "2016-01-15", **known}
        return record("participations", wave, settings, deltaganden=[row])

    return build


@pytest.fixture
def followup(record):
    """Return the records of one follow-up, due on 1 July 2016 and reached that day."""

    def build(wave=12, settings=None, **known):
        row = {
            "person_id": "p",
            "participation_id": "d",
            "wave": 6,
            "due_on": "2016-07-01",
            "done_on": "2016-07-01",
            "followup_status": "reached",
            "occupation": "employed",
            **known,
        }
        person = {"participation_id": "d", "lokus_id": "B", "gender": "woman"}
        return record("followups", wave, settings, uppfoljning=[row], deltaganden=[person])

    return build


# Participations


@pytest.mark.parametrize(
    ("end_on", "state"),
    [("2016-07-15", "ended"), ("2016-07-16", "ongoing"), (None, "ongoing")],
)
def test_participation_has_ended_by_the_reference_date_or_is_ongoing(participation, end_on, state):
    assert participation(end_on=end_on)["state"].tolist() == [state]


@pytest.mark.parametrize(("start_on", "n"), [("2016-07-15", 1), ("2016-07-16", 0)])
def test_participation_that_starts_after_the_reference_date_is_not_counted(
    participation, start_on, n
):
    assert len(participation(start_on=start_on)) == n


@pytest.mark.parametrize(("end_on", "state"), [("2016-07-16", "ended"), (None, "ongoing")])
def test_without_a_reference_date_whatever_has_an_end_has_ended(
    participation, study, end_on, state
):
    built = participation(study({0: None, 6: None}), end_on=end_on)
    assert built["state"].tolist() == [state]


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (16, "16–24"),
        (24, "16–24"),
        (25, "25–29"),
        (29, "25–29"),
        (30, "30–39"),
        (40, "40–49"),
        (50, "50–59"),
        (59, "50–59"),
        (60, "60–64"),
        (64, "60–64"),
    ],
)
def test_age_is_counted_in_calendar_years_at_the_start(participation, age, band):
    assert participation(birth_year=2016 - age)["age_band"].tolist() == [band]


@pytest.mark.parametrize("birth_year", [2001, 1951, None])
def test_ages_under_16_from_65_and_unknown_are_in_no_band(participation, birth_year):
    assert participation(birth_year=birth_year)["age_band"].isna().all()


def test_missing_gender_is_unknown(participation):
    assert participation(gender=None)["gender"].tolist() == ["unknown"]


def test_participation_has_the_coarser_categories_of_its_codes(participation):
    built = participation(
        referrer="region_psych",
        occupation_before="work_training",
        occupation_after="employed",
        main_income_before="activity_compensation",
        main_income_after="unemployment_insurance",
    )
    columns = ["referrer", "occupation_before", "occupation_after", "income_before", "income_after"]
    exp = ["region", "other", "employed", "ill_health", "labour_market"]
    assert built[columns].iloc[0].tolist() == exp


def test_coarser_groups_keep_the_order_of_the_code_list():
    got = coarser(pd.Series(["other", "af", None]), "referrer")
    order = ["af", "fk", "municipality", "region", "self", "other"]
    assert got.cat.categories.tolist() == order
    assert got.isna().tolist() == [False, False, True]


# Follow-ups


@pytest.mark.parametrize(
    ("done_on", "reached"),
    [
        ("2016-08-30", True),  # 60 days after 1 July
        ("2016-08-31", False),
        ("2016-05-02", True),  # 60 days before
        ("2016-05-01", False),
        (None, True),
    ],
)
def test_followup_counts_within_sixty_days_either_side(followup, done_on, reached):
    built = followup(done_on=done_on)
    assert built["reached"].tolist() == [reached]
    assert built["outcome"].tolist() == ["employed" if reached else "not_reached"]


@pytest.mark.parametrize(("done_on", "reached"), [("2016-07-11", True), ("2016-07-12", False)])
def test_study_sets_the_days_of_the_window(followup, study, done_on, reached):
    built = followup(done_on=done_on, settings=study(followup={"window_days": 10}))
    assert built["reached"].tolist() == [reached]


@pytest.mark.parametrize(
    ("status", "reached"),
    [
        ("reached", [True]),
        ("not_reached", [False]),
        ("declined", [False]),
        ("moved", [False]),
        ("deceased", []),
        ("not_due", []),
    ],
)
def test_all_but_the_deceased_and_those_not_yet_due_are_due(followup, status, reached):
    assert followup(followup_status=status)["reached"].tolist() == reached


@pytest.mark.parametrize(
    ("occupation", "outcome"),
    [
        ("employed", "employed"),
        ("studying", "studying"),
        ("jobseeking", "neither"),
        ("work_training", "neither"),
        ("unknown", "unknown"),
        (None, "unknown"),
    ],
)
def test_those_reached_work_study_or_do_neither(followup, occupation, outcome):
    assert followup(occupation=occupation)["outcome"].tolist() == [outcome]


def test_followup_has_the_group_and_gender_of_its_participation(followup):
    built = followup()
    assert built[["lokus_id", "gender"]].to_numpy().tolist() == [["B", "woman"]]


@pytest.mark.parametrize(("wave", "n"), [(0, 0), (6, 1), (12, 1)])
def test_followup_of_a_later_wave_is_not_counted_yet(followup, wave, n):
    assert len(followup(wave=wave)) == n


@pytest.mark.parametrize(("clock", "n"), [("exit", 1), ("start", 0), (None, 1)])
def test_only_followups_by_the_clock_of_the_study_count(followup, study, clock, n):
    assert len(followup(clock=clock, settings=study(followup={"clock": "exit"}))) == n


# All together


def test_kinds_whose_tables_were_not_delivered_are_not_there(processed, study):
    assert records({}, study(), 6) == {}
    built = {"deltaganden": processed("deltaganden", {"participation_id": "d"})}
    assert set(records(built, study(), 6)) == {"participations"}
