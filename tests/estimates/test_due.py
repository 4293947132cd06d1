"""The work list: each test states one rule, with days counted by hand in a calendar."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.demo.dates import add_months
from shared.estimates.due import followups_due, surveys_due
from shared.identity.keys import pseudonyms
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}
ALL = 3650  # days ahead that reach every follow-up


def study(clock="start", window=60, waves=WAVES, groups=("A",), start_on=None):
    return Study(
        name="s",
        title="Study",
        waves=waves,
        groups=[{"id": group, "start_on": start_on} for group in groups],
        followup={"clock": clock, "window_days": window},
    )


def took_part(number=1, person="p", start_on="2016-01-15", **more):
    """Return a participation of someone who consents."""
    known = {"participation_id": f"d{number}", "person_id": person, "followup_consent": True}
    return {"is_anonymous": False, "start_on": start_on, "end_on": None, **known, **more}


def outcome(status, wave=6, number=1, person="p", **more):
    key = {"participation_id": f"d{number}", "person_id": person, "wave": wave}
    return {**key, "clock": "start", "followup_status": status, **more}


@pytest.fixture
def due(processed):
    """A function that lists the follow-ups of participations, with those made, on a day."""

    def listed(on, people, made=(), ahead=ALL, **settings):
        tables = {
            "deltaganden": processed("deltaganden", *people),
            "uppfoljning": processed("uppfoljning", *made),
        }
        return followups_due(tables, study(**settings), date.fromisoformat(on), ahead)

    return listed


def days(table, column="due_on"):
    return table[column].dt.strftime("%Y-%m-%d").tolist()


def statuses(table):
    """Return the status of each month on the list."""
    return dict(zip(table["wave"].tolist(), table["status"], strict=True))


# The planned day


@pytest.mark.parametrize(
    ("start", "planned"),
    [
        ("2016-01-15", ["2016-07-15", "2017-01-15", "2017-07-15"]),
        ("2015-08-31", ["2016-02-29", "2016-08-31", "2017-02-28"]),  # a leap year, then none
        ("2016-02-29", ["2016-08-29", "2017-02-28", "2017-08-29"]),
        ("2016-03-31", ["2016-09-30", "2017-03-31", "2017-09-30"]),
    ],
)
def test_planned_day_is_that_of_the_month_or_the_last_of_a_short_one(due, start, planned):
    table = due(start, [took_part(start_on=start)])
    assert table["wave"].tolist() == [6, 12, 18]
    assert days(table) == planned


def test_planned_days_of_a_whole_leap_cycle_are_those_of_the_simulated_study(due):
    starts = np.arange("2015-01-01", "2019-01-01", dtype="datetime64[D]")
    people = [took_part(n, f"p{n}", str(start)) for n, start in enumerate(starts)]
    table = due("2018-12-31", people).sort_values(["wave", "due_on"])
    for months, planned in table.groupby("wave")["due_on"]:
        assert days(planned.to_frame()) == sorted(map(str, add_months(starts, months)))


def test_clock_of_the_exit_does_not_run_until_someone_has_ended(due):
    assert due("2018-01-01", [took_part()], clock="exit").empty


def test_clock_of_the_exit_runs_from_the_end(due):
    ended = took_part(end_on="2016-08-31")
    table = due("2016-08-31", [ended], clock="exit")
    assert days(table) == ["2017-02-28", "2017-08-31", "2018-02-28"]


@pytest.mark.parametrize(
    ("clock", "person"),
    [("exit", took_part(end_on="2016-09-01")), ("start", took_part(start_on="2016-09-01"))],
)
def test_clock_whose_day_is_still_to_come_does_not_run(due, clock, person):
    assert due("2016-08-31", [person], clock=clock).empty
    assert len(due("2016-09-01", [person], clock=clock)) == 3


def test_delivered_day_stands_in_place_of_the_computed_one(due):
    made = [outcome("not_due", due_on="2016-08-01")]
    assert days(due("2016-02-01", [took_part()], made))[0] == "2016-08-01"


def test_delivered_day_is_enough_where_the_register_has_none(due):
    made = [outcome("not_due", 12, clock="exit", due_on="2016-08-01")]
    table = due("2016-02-01", [took_part()], made, clock="exit")
    assert (table["wave"].tolist(), days(table)) == ([12], ["2016-08-01"])


# The window


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2016-03-17", "coming"),  # the window opens in 60 days
        ("2016-05-15", "coming"),
        ("2016-05-16", "due"),  # 60 days before 15 July
        ("2016-09-13", "due"),  # 60 days after it
        ("2016-09-14", "overdue"),
    ],
)
def test_window_includes_its_first_and_last_day(due, on, status):
    table = due(on, [took_part()], ahead=60)
    first = table.iloc[0]
    assert (first["wave"], first["status"]) == (6, status)
    assert days(table, "opens_on")[0] == "2016-05-16"
    assert days(table, "closes_on")[0] == "2016-09-13"


def test_window_that_opens_later_than_ahead_is_not_on_the_list(due):
    assert due("2016-03-16", [took_part()], ahead=60).empty


@pytest.mark.parametrize(("on", "status"), [("2016-07-15", "due"), ("2016-07-16", "overdue")])
def test_window_of_no_days_is_the_planned_day(due, on, status):
    assert statuses(due(on, [took_part()], window=0))[6] == status


# Outcomes


@pytest.mark.parametrize(
    ("status", "in_window", "after"),
    [
        (None, "due", "overdue"),
        ("not_due", "due", "overdue"),
        ("not_reached", "due", None),  # another attempt, until the window closes
        ("reached", None, None),
    ],
)
def test_outcome_takes_a_follow_up_off_the_list(due, status, in_window, after):
    made = [outcome(status)] if status else []
    for on, expected in (("2016-09-13", in_window), ("2016-09-14", after)):
        got = statuses(due(on, [took_part()], made))
        assert (got.pop(6, None), got) == (expected, {12: "coming", 18: "coming"})


def test_failed_attempt_is_told(due):
    people = [took_part(1, "p"), took_part(2, "q")]
    table = due("2016-07-15", people, [outcome("not_reached")], ahead=0)
    assert sorted(table["tried"]) == [False, True]


@pytest.mark.parametrize("status", ["declined", "moved", "deceased"])
def test_who_declined_moved_or_died_is_not_contacted_again_in_any_participation(due, status):
    people = [took_part(1, "p"), took_part(2, "p"), took_part(3, "q")]
    table = due("2016-12-01", people, [outcome(status)])
    assert table["person_id"].nunique() == 1
    assert len(table) == 3


def test_refusal_counts_for_its_person_and_for_the_one_whose_participation_it_is(due):
    people = [took_part(1, "p"), took_part(2, "q"), took_part(3, "q"), took_part(4, "r")]
    table = due("2016-12-01", people, [outcome("declined", number=2, person="p")])
    assert (
        table["person_id"].tolist() == [*pseudonyms(pd.Series(["r"]), b"key", kind="person_id")] * 3
    )


def test_deceased_by_the_register_is_not_contacted(due):
    died = took_part(1, "p", end_on="2016-03-01", exit_reason="deceased")
    assert due("2016-12-01", [died, took_part(2, "p")]).empty


def test_outcome_of_a_later_day_is_not_known_yet(due):
    made = [outcome("reached", done_on="2016-08-02")]
    assert statuses(due("2016-08-01", [took_part()], made))[6] == "due"
    assert 6 not in statuses(due("2016-08-02", [took_part()], made))


def test_outcome_by_another_clock_does_not_count_but_a_refusal_does(due):
    ended = took_part(end_on="2016-01-15")
    reached = [outcome("reached", clock="start", due_on="2016-05-01")]
    table = due("2016-07-15", [ended], reached, clock="exit")
    assert (statuses(table)[6], days(table)[0]) == ("due", "2016-07-15")
    assert due("2016-07-15", [ended], [outcome("declined", clock="start")], clock="exit").empty


def test_outcome_without_a_clock_is_by_the_study_s(due):
    ended = took_part(end_on="2016-01-15")
    assert 6 not in statuses(
        due("2016-07-15", [ended], [outcome("reached", clock=None)], clock="exit")
    )


# Consent


def test_refusal_in_a_participation_that_was_registered_by_mistake_counts(due):
    mistake = took_part(1, "p", exit_reason="misregistration")
    assert due("2016-07-15", [mistake, took_part(2, "p")], [outcome("declined")]).empty


def test_misregistration_is_not_listed(due):
    people = [took_part(1, "p", exit_reason="misregistration"), took_part(2, "q")]
    assert len(due("2016-07-15", people)) == 3


@pytest.mark.parametrize("consent", [False, None])
def test_who_does_not_consent_is_not_listed(due, consent):
    assert due("2016-07-15", [took_part(followup_consent=consent)]).empty


def test_participation_without_a_person_is_not_listed(due):
    assert due("2016-07-15", [took_part(person=None)]).empty


participations = st.lists(
    st.fixed_dictionaries(
        {
            "person_id": st.sampled_from(["p", "q", "r", None]),
            "followup_consent": st.sampled_from([True, True, False, None]),
            "is_anonymous": st.sampled_from([False, False, True, None]),
            "exit_reason": st.sampled_from([None, "to_work", "misregistration", "deceased"]),
            "start_on": st.dates(date(2015, 1, 1), date(2016, 12, 31)).map(str),
        }
    ),
    min_size=1,
    max_size=6,
)
outcomes = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.sampled_from([6, 12, 18]),
        st.sampled_from(["reached", "not_reached", "declined", "not_due"]),
    ),
    max_size=4,
    unique_by=lambda row: row[:2],
)


@settings(max_examples=60, deadline=None)
@given(participations, outcomes, st.integers(0, 1000))
def test_everybody_listed_consents_in_all_participations_and_never_declined(
    processed, people, made, later
):
    people = [{"participation_id": f"d{n}", **row} for n, row in enumerate(people)]
    made = [row for row in made if row[0] < len(people) and people[row[0]]["person_id"]]
    rows = [outcome(s, wave, n, people[n]["person_id"]) for n, wave, s in made]
    tables = {
        "deltaganden": processed("deltaganden", *people),
        "uppfoljning": processed("uppfoljning", *rows),
    }
    table = followups_due(tables, study(), date(2015, 1, 1) + timedelta(days=later), ALL)
    names = pd.Series(["p", "q", "r"])
    person = dict(zip(pseudonyms(names, b"key", kind="person_id"), names, strict=True))
    for pseudonym in table["person_id"]:
        own = [n for n, row in enumerate(people) if row["person_id"] == person[pseudonym]]
        registered = [people[n] for n in own if people[n]["exit_reason"] != "misregistration"]
        named = [row for row in registered if not row["is_anonymous"]]
        assert named
        assert all(row["followup_consent"] for row in named)
        assert not any(row["exit_reason"] == "deceased" for row in named)
        assert not any(n in own and status == "declined" for n, _, status in made)


# The list


def test_overdue_comes_first_then_the_earliest_day(due):
    people = [took_part(1, "p", "2016-03-01"), took_part(2, "q", "2016-01-01")]
    table = due("2016-09-15", people)
    assert table["status"].tolist() == ["overdue", "due", "coming", "coming", "coming", "coming"]
    planned = ["2016-07-01", "2016-09-01", "2017-01-01", "2017-03-01", "2017-07-01", "2017-09-01"]
    assert days(table) == planned


@pytest.mark.parametrize(
    ("second", "same"),
    [("2016-03-13", True), ("2016-03-15", False)],  # 60 and 62 days after 15 July
)
def test_follow_ups_of_one_person_in_the_same_window_are_told(due, second, same):
    people = [took_part(1, "p"), took_part(2, "p", second), took_part(3, "q", "2016-02-01")]
    table = due("2016-07-15", people)
    other = pseudonyms(pd.Series(["q"]), b"key", kind="person_id")[0]
    at_6 = table[table["wave"] == 6]
    assert at_6.loc[at_6["person_id"] != other, "same_person"].tolist() == [same, same]
    assert at_6.loc[at_6["person_id"] == other, "same_person"].tolist() == [False]


def test_follow_up_that_was_made_makes_no_other_the_same_person_s(due):
    people = [took_part(1, "p"), took_part(2, "p", "2016-02-15")]
    table = due("2016-07-15", people, [outcome("reached")], ahead=0)
    assert table["same_person"].tolist() == [False]


def test_nothing_delivered_gives_an_empty_list(due):
    table = due("2016-07-15", [])
    assert table.empty
    assert {"status", "due_on", "person_id", "tried", "same_person"} <= set(table)


# Surveys


@pytest.fixture
def surveys(processed):
    """A function that lists the surveys on a day, given what was delivered about them."""

    def listed(on, items=(), sent=(), answers=(), ahead=60, **settings):
        tables = {
            "enkatfragor": processed("enkatfragor", *items),
            "enkatutskick": processed("enkatutskick", *sent),
            "processenkat": processed("processenkat", *answers),
        }
        table = surveys_due(tables, study(**settings), date.fromisoformat(on), ahead)
        return table.astype(object).where(table.notna(), None)

    return listed


def item(wave, instrument="process", name="Q1"):
    return {"item_id": name, "wave": wave, "instrument": instrument}


def sent(wave, n_sent, n_answered, instrument="process", group="A", party="af"):
    key = {"instrument": instrument, "lokus_id": group, "wave": wave, "party": party}
    return {**key, "n_sent": n_sent, "n_answered": n_answered}


def answer(respondent, wave=6, value=4, name="Q1"):
    known = {"respondent_id": respondent, "wave": wave, "item_id": name, "answer": value}
    return {"lokus_id": "A", **known}


def rows(table, *columns):
    return table[list(columns)].to_numpy().tolist()


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        ("2016-03-16", []),
        ("2016-03-17", [["coming", 6, "A"], ["coming", 6, "B"]]),
        ("2016-05-16", [["due", 6, "A"], ["due", 6, "B"]]),
        ("2016-09-13", [["due", 6, "A"], ["due", 6, "B"]]),
        ("2016-09-14", [["overdue", 6, "A"], ["overdue", 6, "B"]]),
    ],
)
def test_groups_own_survey_goes_to_every_group_at_each_reference_date(surveys, on, expected):
    before = [sent(0, 5, 4), sent(0, 5, 4, group="B")]
    table = surveys(on, [item(0)], before, groups=["A", "B"])
    assert rows(table[table["wave"] == 6], "status", "wave", "lokus_id") == expected


def test_group_is_not_asked_before_it_starts(surveys):
    table = surveys("2016-07-15", [item(0)], start_on=date(2016, 1, 16), ahead=0)
    assert rows(table, "wave") == [[6]]
    table = surveys("2016-07-15", [item(0)], start_on=date(2016, 1, 15), ahead=0)
    assert rows(table, "wave") == [[0], [6]]


def test_other_survey_goes_out_at_the_waves_of_the_item_map_and_after_the_last(surveys):
    items = [item(0), item(0, "participant", "D1"), item(6, "project_staff", "H1")]
    table = surveys("2016-12-01", items)
    other = table[table["instrument"] == "participant"]
    assert rows(other, "wave", "status") == [[0, "overdue"], [12, "due"]]
    own = table[table["instrument"] == "process"]
    assert rows(own, "wave", "status") == [[0, "overdue"], [6, "overdue"], [12, "due"]]


def test_survey_on_the_sent_list_only_is_known_as_well(surveys):
    assert rows(surveys("2016-07-15", sent=[sent(6, 3, 1, "participant")]), "instrument") == [
        ["participant"]
    ]


def test_sent_survey_shows_who_answered_of_all_parties_while_its_window_is_open(surveys):
    told = [sent(0, 9, 9), sent(6, 4, 3), sent(6, 2, 0, party="fk")]
    columns = ["status", "wave", "n_sent", "n_answered"]
    assert rows(surveys("2016-09-13", [item(6)], told), *columns) == [["sent", 6, 6, 3]]
    assert rows(surveys("2016-09-14", [item(6)], told), *columns) == []


def test_survey_that_was_answered_has_been_sent(surveys):
    answers = [answer("r1"), answer("r1", name="Q2"), answer("r2"), answer("r3", value=None)]
    items = [item(6), item(6, name="Q2")]
    table = surveys("2016-07-15", items, answers=answers)
    assert rows(table[table["wave"] == 6], "status", "n_sent", "n_answered") == [["sent", None, 2]]


def test_sent_list_says_how_many_answered_where_it_differs_from_the_answers(surveys):
    table = surveys("2016-07-15", [item(6)], [sent(6, 5, 3)], [answer("r1")], ahead=0)
    assert rows(table[table["wave"] == 6], "n_sent", "n_answered") == [[5, 3]]


def test_number_that_the_sent_list_lacks_is_counted_or_unknown(surveys):
    columns = ["status", "n_sent", "n_answered"]
    table = surveys("2016-07-15", [item(6)], [sent(6, 5, None)], [answer("r1")], ahead=0)
    assert rows(table[table["wave"] == 6], *columns) == [["sent", 5, 1]]
    table = surveys("2016-07-15", [item(6)], [sent(6, None, None)], ahead=0)
    assert rows(table[table["wave"] == 6], *columns) == [["sent", None, None]]


def test_wave_without_a_date_has_no_survey(surveys):
    table = surveys("2016-07-15", [item(0)], waves={0: None, 6: date(2016, 7, 15)})
    assert rows(table, "wave") == [[6]]


def test_study_without_surveys_has_none_to_send(surveys):
    assert surveys("2016-07-15").empty
