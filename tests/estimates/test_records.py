"""Records: each test states one rule of what is counted, with values worked by hand."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.records import coarser, period_of, records
from shared.identity.pseudonymise import pseudonymise
from shared.sources.dictionary import tables
from shared.sources.values import DTYPES
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}
DATES = ("2016-01-15", "2016-07-15", "2017-01-15")


def study(waves=None, **settings):
    groups = [{"id": "A"}, {"id": "B"}]
    return Study(name="s", title="Study", waves=waves or WAVES, groups=groups, **settings)


def processed(name, *rows):
    """Build a table as it is once pseudonymised: every column is there and has its type."""
    frame = pd.DataFrame(rows)
    known = {column.name: DTYPES.get(column.type, "str") for column in tables()[name].columns}
    frame = frame.astype({column: known[column] for column in frame})
    return pseudonymise({name: frame}, b"key", {"A": "A", "B": "B"})[name]


def record(kind, wave=6, settings=None, **rows):
    built = {name: processed(name, *given) for name, given in rows.items()}
    return records(built, settings or study(), wave)[kind]


def answer(value, **known):
    """Return the record of one answer to one item, which is not reversed unless ``known`` says."""
    item = {"item_id": "Q1", "wave": 0, "construct": "goals", "is_anchor": True, "reversed": False}
    given = {"lokus_id": "A", "wave": 0, "respondent_id": "r", "item_id": "Q1", "answer": value}
    survey = study(survey=known.pop("survey", {}))
    built = record("answers", 0, survey, processenkat=[given], enkatfragor=[{**item, **known}])
    assert len(built) == 1
    return built.iloc[0]


def participation(settings=None, wave=6, **known):
    """Return the records of one participation that began at the baseline."""
    row = {"participation_id": "d", "lokus_id": "A", "start_on": "2016-01-15", **known}
    return record("participations", wave, settings, deltaganden=[row])


def followup(wave=12, settings=None, **known):
    """Return the records of one follow-up, due on 1 July 2016 and reached that day."""
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
    person = {"participation_id": "d", "lokus_id": "B", "start_on": "2016-01-01", "gender": "woman"}
    return record("followups", wave, settings, uppfoljning=[row], deltaganden=[person])


# Periods


@pytest.mark.parametrize(
    ("day", "period"),
    [
        ("2014-03-01", 0),
        ("2016-01-15", 0),
        ("2016-01-16", 6),
        ("2016-07-15", 6),
        ("2016-07-16", 12),
        ("2017-01-15", 12),
        ("2017-01-16", pd.NA),
        (None, pd.NA),
    ],
)
def test_period_ends_with_the_reference_date_of_its_wave(day, period):
    got = period_of(pd.Series(pd.to_datetime([day])), study())
    assert got.tolist() == [period]


def test_wave_without_a_date_ends_no_period():
    waves = {**WAVES, 6: None}
    got = period_of(pd.Series(pd.to_datetime(["2016-03-01"])), study(waves))
    assert got.tolist() == [12]


@pytest.mark.parametrize(
    ("kind", "table", "column"),
    [("cases", "koordinatorlogg", "opened_on"), ("issues", "strukturfragor", "raised_on")],
)
def test_cases_and_issues_count_up_to_the_wave(kind, table, column):
    rows = [{"lokus_id": "A", column: day} for day in (*DATES, "2017-01-16")]
    built = [len(record(kind, wave, **{table: rows})) for wave in (0, 6, 12)]
    assert built == [1, 2, 3]


# The survey


@pytest.mark.parametrize(
    ("given", "is_reversed", "score", "level"),
    [
        (5, False, 5, "high"),
        (4, False, 4, "high"),
        (3, False, 3, "not_high"),
        (1, False, 1, "not_high"),
        (1, True, 5, "high"),
        (2, True, 4, "high"),
        (3, True, 3, "not_high"),
        (4, True, 2, "not_high"),
        (9, False, None, "dont_know"),
        (9, True, None, "dont_know"),
        (None, False, None, "missing"),
        (None, True, None, "missing"),
    ],
)
def test_reversed_items_are_turned_and_the_two_top_steps_are_high(given, is_reversed, score, level):
    got = answer(given, reversed=is_reversed)
    assert got["level"] == level
    assert (None if pd.isna(got["answer"]) else got["answer"]) == score


def test_item_that_does_not_say_is_not_reversed():
    assert answer(4, reversed=None)["answer"] == 4


@pytest.mark.parametrize(("given", "level"), [(5, "high"), (4, "not_high")])
def test_only_the_top_step_is_high_when_the_study_says_so(given, level):
    assert answer(given, survey={"top": 1})["level"] == level


def test_dont_know_may_have_the_code_zero():
    assert answer(0, survey={"dont_know": 0})["level"] == "dont_know"


def test_survey_without_a_code_for_dont_know_has_none():
    assert answer(5, survey={"dont_know": None})["level"] == "high"
    assert answer(None, survey={"dont_know": None})["level"] == "missing"


def test_answer_belongs_to_the_construct_its_item_had_in_that_wave():
    given = [
        {"lokus_id": "A", "wave": wave, "respondent_id": "r", "item_id": "Q1", "answer": 4}
        for wave in (0, 6)
    ]
    items = [
        {"item_id": "Q1", "wave": 0, "construct": "goals", "reversed": False},
        {"item_id": "Q1", "wave": 6, "construct": "trust", "reversed": True},
    ]
    built = record("answers", processenkat=given, enkatfragor=items)
    assert built["construct"].tolist() == ["goals", "trust"]
    assert built["answer"].tolist() == [4, 2]


def test_every_questionnaire_sent_is_answered_or_not():
    sent = [
        {"lokus_id": "A", "wave": 0, "party": "af", "n_sent": 3, "n_answered": 2},
        {"lokus_id": "B", "wave": 0, "party": "fk", "n_sent": 2, "n_answered": None},
    ]
    built = record("sent", enkatutskick=sent)
    counts = built.groupby(["lokus_id", "response"]).size().to_dict()
    assert counts == {("A", "answered"): 2, ("A", "unanswered"): 1, ("B", "unanswered"): 2}


# Participations


@pytest.mark.parametrize(
    ("end_on", "state"),
    [("2016-07-15", "ended"), ("2016-07-16", "ongoing"), (None, "ongoing")],
)
def test_participation_has_ended_by_the_reference_date_or_is_ongoing(end_on, state):
    assert participation(end_on=end_on)["state"].tolist() == [state]


@pytest.mark.parametrize(("start_on", "n"), [("2016-07-15", 1), ("2016-07-16", 0)])
def test_participation_that_starts_after_the_reference_date_is_not_counted(start_on, n):
    assert len(participation(start_on=start_on)) == n


@pytest.mark.parametrize(("end_on", "state"), [("2016-07-16", "ended"), (None, "ongoing")])
def test_without_a_reference_date_whatever_has_an_end_has_ended(end_on, state):
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
def test_age_is_counted_in_calendar_years_at_the_start(age, band):
    assert participation(birth_year=2016 - age)["age_band"].tolist() == [band]


@pytest.mark.parametrize("birth_year", [2001, 1951, None])
def test_ages_under_16_from_65_and_unknown_are_in_no_band(birth_year):
    assert participation(birth_year=birth_year)["age_band"].isna().all()


def test_missing_gender_is_unknown():
    assert participation(gender=None)["gender"].tolist() == ["unknown"]


def test_participation_has_the_coarser_categories_of_its_codes():
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
def test_followup_counts_within_sixty_days_either_side(done_on, reached):
    built = followup(done_on=done_on)
    assert built["reached"].tolist() == [reached]
    assert built["outcome"].tolist() == ["employed" if reached else "not_reached"]


@pytest.mark.parametrize(("done_on", "reached"), [("2016-07-11", True), ("2016-07-12", False)])
def test_study_sets_the_days_of_the_window(done_on, reached):
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
def test_all_but_the_deceased_and_those_not_yet_due_are_due(status, reached):
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
def test_those_reached_work_study_or_do_neither(occupation, outcome):
    assert followup(occupation=occupation)["outcome"].tolist() == [outcome]


def test_followup_has_the_group_and_gender_of_its_participation():
    built = followup()
    assert built[["lokus_id", "gender"]].to_numpy().tolist() == [["B", "woman"]]


@pytest.mark.parametrize(("wave", "n"), [(0, 0), (6, 1), (12, 1)])
def test_followup_of_a_later_wave_is_not_counted_yet(wave, n):
    assert len(followup(wave=wave)) == n


@pytest.mark.parametrize(("clock", "n"), [("exit", 1), ("start", 0), (None, 1)])
def test_only_followups_by_the_clock_of_the_study_count(clock, n):
    assert len(followup(clock=clock, settings=study(followup={"clock": "exit"}))) == n


# All together


def test_kinds_whose_tables_were_not_delivered_are_not_there():
    assert records({}, study(), 6) == {}
    built = {"deltaganden": processed("deltaganden", {"participation_id": "d", "lokus_id": "A"})}
    assert set(records(built, study(), 6)) == {"participations"}
