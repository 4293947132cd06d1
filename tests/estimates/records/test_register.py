"""Records of the register: each test states one rule of what is counted."""

from itertools import product

import pandas as pd
import pytest

from shared.estimates.records import records
from shared.estimates.records.register import activity, income_move
from shared.sources.dictionary import coarser, code_lists


@pytest.fixture
def participation(record):
    """Return the records of one participation that began at the baseline."""

    def build(settings=None, wave=6, **known):
        row = {"participation_id": "d", "start_on": "2016-01-15", **known}
        return record("participations", wave, settings, deltaganden=[row])

    return build


@pytest.fixture
def told(participation):
    """Return what one column says of a participation that began at the baseline."""

    def build(column, **known):
        (value,) = participation(**known)[column].astype(object)
        return None if pd.isna(value) else value

    return build


# Whether it has ended


@pytest.mark.parametrize(
    ("end_on", "state"),
    [("2016-07-15", "ended"), ("2016-07-16", "ongoing"), (None, "ongoing")],
)
def test_participation_has_ended_by_the_reference_date_or_is_ongoing(told, end_on, state):
    assert told("state", end_on=end_on) == state


@pytest.mark.parametrize(("start_on", "n"), [("2016-07-15", 1), ("2016-07-16", 0)])
def test_participation_that_starts_after_the_reference_date_is_not_counted(
    participation, start_on, n
):
    assert len(participation(start_on=start_on)) == n


@pytest.mark.parametrize(("end_on", "state"), [("2016-07-16", "ended"), (None, "ongoing")])
def test_without_a_reference_date_whatever_has_an_end_has_ended(told, study, end_on, state):
    assert told("state", settings=study({0: None, 6: None}), end_on=end_on) == state


def test_state_of_a_participation_without_dates_is_unknown(told):
    assert told("state", start_on=None) is None
    assert told("state", start_on=None, end_on="2016-02-01") == "ended"


# Bands


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (15, None),
        (16, "16–24"),
        (24, "16–24"),
        (25, "25–39"),
        (39, "25–39"),
        (40, "40–54"),
        (54, "40–54"),
        (55, "55–64"),
        (64, "55–64"),
        (65, None),
    ],
)
def test_age_is_counted_in_calendar_years_at_the_start(told, age, band):
    assert told("age_band", birth_year=2016 - age) == band
    # Of the start, not of the wave.
    assert told("age_band", birth_year=2015 - age, start_on="2015-12-31") == band


@pytest.mark.parametrize("known", [{"birth_year": None}, {"birth_year": 1990, "start_on": None}])
def test_unknown_age_is_in_no_band(told, known):
    assert told("age_band", **known) is None


@pytest.mark.parametrize(
    ("months", "band"),
    [
        (0, "under_1_year"),
        (11, "under_1_year"),
        (12, "1_to_3_years"),
        (35, "1_to_3_years"),
        (36, "over_3_years"),
        (400, "over_3_years"),
        (None, None),
    ],
)
def test_band_of_months_in_public_support(told, months, band):
    assert told("support_band", public_support_months=months) == band


@pytest.mark.parametrize(
    ("end_on", "band"),
    [
        ("2016-01-15", "under_6_months"),  # the same day
        ("2016-07-15", "under_6_months"),  # 182 days
        ("2016-07-16", "6_to_12_months"),
        ("2017-01-14", "6_to_12_months"),  # 365 days
        ("2017-01-15", "over_12_months"),
        ("2020-01-15", "over_12_months"),
        (None, None),
        ("2016-01-14", None),
    ],
)
def test_band_of_days_in_the_effort(told, end_on, band):
    assert told("effort_band", end_on=end_on) == band


def test_bands_keep_their_order(participation):
    got = participation(birth_year=1960)["age_band"].cat.categories.tolist()
    assert got == ["16–24", "25–39", "40–54", "55–64"]


# Coarser categories


def test_missing_gender_is_unknown(told):
    assert told("gender", gender=None) == "unknown"


def test_participation_has_the_coarser_categories_of_its_codes(participation):
    built = participation(
        referrer="region_psych",
        education="none",
        exit_reason="not_attending",
        occupation_before="work_training",
        occupation_after="employed",
        main_income_before="activity_compensation",
        main_income_after="unemployment_insurance",
    )
    columns = ["referrer", "education", "exit", "occupation_before", "occupation_after"]
    exp = ["region", "primary", "broken_off", "other", "employed", "ill_health", "labour_market"]
    columns += ["income_before", "income_after"]
    assert built[columns].iloc[0].tolist() == exp


def test_coarser_groups_keep_the_order_of_the_code_list():
    got = coarser(pd.Series(["other", "af", None]), "referrer")
    order = ["af", "fk", "municipality", "region", "self", "other"]
    assert got.cat.categories.tolist() == order
    assert got.isna().tolist() == [False, False, True]


# Income


@pytest.mark.parametrize(
    ("several", "main"),
    [
        ("social_assistance|sickness_benefit", "ill_health"),  # the first of the code list
        ("sickness_benefit|social_assistance", "ill_health"),
        ("other|unemployment_insurance|social_assistance", "labour_market"),
        ("no_public|social_assistance", "social_assistance"),
        ("no_public", "no_public"),
        (None, None),
    ],
)
@pytest.mark.parametrize("when", ["before", "after"])
def test_main_income_is_the_first_in_the_code_list_of_several(told, when, several, main):
    assert told(f"income_{when}", **{f"income_{when}": several}) == main


def test_main_income_that_is_given_goes_before_several(told):
    known = {"main_income_after": "no_public", "income_after": "sickness_benefit|other"}
    assert told("income_after", **known) == "no_public"


def test_main_income_is_that_of_the_same_row(record):
    rows = [
        {"participation_id": "a", "income_before": "other|no_public"},
        {"participation_id": "b"},
        {"participation_id": "c", "income_before": "sickness_benefit|other"},
        {"participation_id": "d", "main_income_before": "no_public"},
    ]
    built = record("participations", deltaganden=rows)
    income = built["income_before"].astype(object)
    assert income.where(income.notna(), None).tolist() == [
        "no_public",
        None,
        "ill_health",
        "no_public",
    ]
    sources = built["sources_before"].astype(object)
    assert sources.where(sources.notna(), None).tolist() == ["several", None, "several", "one"]


@pytest.mark.parametrize(
    ("several", "main", "sources"),
    [
        ("sickness_benefit", None, "one"),
        ("sickness_benefit|social_assistance", None, "several"),
        ("sickness_benefit|social_assistance|other", "other", "several"),
        (None, "sickness_benefit", "one"),
        (None, None, None),
        ("unknown", None, None),
        (None, "unknown", None),
    ],
)
def test_sources_of_income_are_one_or_several(told, several, main, sources):
    known = {"income_after": several, "main_income_after": main}
    assert told("sources_after", **known) == sources
    assert told("sources_before", **known) is None


INCOMES = ["ill_health", "labour_market", "social_assistance", "other", "no_public", "unknown"]


@pytest.mark.parametrize(
    ("before", "after", "move"),
    [
        ("ill_health", "ill_health", "same_income"),
        ("no_public", "no_public", "same_income"),
        ("social_assistance", "ill_health", "assistance_to_ill_health"),
        ("labour_market", "ill_health", "other_change"),
        ("no_public", "ill_health", "other_change"),
        ("social_assistance", "no_public", "to_self_support"),
        ("other", "no_public", "to_self_support"),
        ("ill_health", "labour_market", "to_labour_market"),
        ("no_public", "labour_market", "to_labour_market"),
        ("ill_health", "social_assistance", "other_change"),
        ("ill_health", "other", "other_change"),
        ("unknown", "no_public", "unknown"),
        ("ill_health", "unknown", "unknown"),
        ("unknown", "unknown", "unknown"),
        ("wage", "no_public", None),
        ("no_public", "all", None),
    ],
)
def test_move_between_two_incomes(before, after, move):
    assert income_move(before, after) == move


def test_every_pair_of_incomes_has_one_move():
    assert {code.group for code in code_lists()["income_source"].values()} == set(INCOMES)
    moves = pd.Series([income_move(*pair) for pair in product(INCOMES, repeat=2)])
    assert moves.value_counts().to_dict() == {
        "unknown": 11,
        "same_income": 5,
        "to_self_support": 4,
        "to_labour_market": 4,
        "assistance_to_ill_health": 1,
        "other_change": 11,
    }


def test_income_move_of_a_participation(told):
    known = {"main_income_before": "social_assistance", "income_after": "sickness_compensation"}
    assert told("income_move", **known) == "assistance_to_ill_health"
    assert told("income_move", main_income_before="social_assistance") == "unknown"


# Work and studies


@pytest.mark.parametrize(
    ("before", "after", "exp"),
    [
        ("jobseeking", "employed", "started"),
        ("other", "studying", "started"),
        ("employed", "employed", "stayed_active"),
        ("studying", "employed", "stayed_active"),
        ("employed", "studying", "stayed_active"),
        ("employed", "jobseeking", "stopped"),
        ("studying", "other", "stopped"),
        ("jobseeking", "other", "not_active"),
        ("other", "other", "not_active"),
        ("unknown", "employed", "unknown"),
        ("employed", "unknown", "unknown"),
        ("work_training", "employed", None),  # a code, not a group of codes
        ("employed", "all", None),
    ],
)
def test_who_started_kept_or_stopped_working_or_studying(before, after, exp):
    assert activity(before, after) == exp


def test_every_pair_of_occupations_has_one_activity():
    groups = {code.group for code in code_lists()["occupation"].values()}
    got = pd.Series([activity(*pair) for pair in product(groups, repeat=2)])
    exp = {"unknown": 9, "stayed_active": 4, "stopped": 4, "started": 4, "not_active": 4}
    assert got.value_counts().to_dict() == exp


def test_activity_of_a_participation(told):
    assert told("activity", occupation_before="work_training", occupation_after="studying") == (
        "started"
    )
    assert told("activity", occupation_after="studying") == "unknown"


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        (50, 75, "increased"),
        (0, 25, "increased"),
        (75, 50, "decreased"),
        (50, 50, "same_extent"),
        (None, 50, None),
        (50, None, None),
        (None, None, None),
    ],
)
def test_extent_of_work_before_and_after(told, before, after, change):
    known = {"work_extent_before": before, "work_extent_after": after}
    active = {"occupation_before": "studying", "occupation_after": "employed"}
    assert told("extent_change", **active, **known) == change


@pytest.mark.parametrize(
    ("before", "after"),
    [("jobseeking", "employed"), ("employed", "other"), ("other", "other"), ("employed", None)],
)
def test_extent_is_of_those_who_worked_or_studied_both_times(told, before, after):
    known = {"work_extent_before": 25, "work_extent_after": 50}
    assert told("extent_change", occupation_before=before, occupation_after=after, **known) is None


# People


def test_person_is_counted_once_by_the_first_participation(record):
    rows = [
        {"participation_id": "d", "person_id": "p", "start_on": "2016-03-01", "lokus_id": "A"},
        {"participation_id": "e", "person_id": "p", "start_on": "2016-02-01", "lokus_id": "B"},
        {"participation_id": "f", "person_id": "q", "start_on": "2016-02-15", "lokus_id": "A"},
        {"participation_id": "g", "person_id": "p", "start_on": None, "lokus_id": "A"},
    ]
    built = record("people", deltaganden=rows)
    assert sorted(built["lokus_id"]) == ["A", "B"]
    first = built[built["lokus_id"] == "B"]
    assert first["start_on"].tolist() == [pd.Timestamp("2016-02-01")]
    assert built["person_id"].is_unique


def test_anonymous_participants_count_as_one_person_each(record):
    rows = [{"participation_id": name, "start_on": "2016-02-01"} for name in "def"]
    assert len(record("people", deltaganden=[*rows, {**rows[0], "person_id": "p"}])) == 4


def test_people_are_those_who_had_started_by_the_wave(record):
    rows = [
        {"participation_id": "d", "person_id": "p", "start_on": "2016-07-15"},
        {"participation_id": "e", "person_id": "q", "start_on": "2016-07-16"},
    ]
    assert len(record("people", deltaganden=rows)) == 1


# All together


@pytest.mark.parametrize("kind", ["participations", "people"])
def test_empty_register_has_no_records(record, kind):
    assert record(kind, deltaganden=[]).empty


def test_kinds_whose_tables_were_not_delivered_are_not_there(processed, study):
    assert records({}, study(), 6) == {}
    built = {"deltaganden": processed("deltaganden", {"participation_id": "d"})}
    assert set(records(built, study(), 6)) == {"participations", "people"}
