"""Records of the follow-up: each test states one rule of who was due and where they were."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.records.followups import response

WAVES = {
    0: date(2016, 1, 15),
    6: date(2016, 7, 15),
    12: date(2017, 1, 15),
    18: date(2017, 7, 15),
}
REACHED = {
    "wave": 6,
    "due_on": "2016-07-01",
    "done_on": "2016-07-01",
    "followup_status": "reached",
    "occupation": "employed",
}


@pytest.fixture
def due(record, study):
    """Return the follow-ups that were due of one woman in group B.

    Her participation has no dates unless they are given, so that only the rows given are there.
    """

    def build(*rows, wave=6, waves=WAVES, followup=None, **known):
        ids = {"person_id": "p", "participation_id": "d"}
        person = {**ids, "lokus_id": "B", "gender": "woman", **known}
        return record(
            "followups",
            wave,
            study(waves, followup=followup or {}),
            deltaganden=[person],
            uppfoljning=[{**ids, **row} for row in rows],
        )

    return build


@pytest.fixture
def places(due):
    """Return where she was at each follow-up that was due: by its months."""

    def build(*rows, **known):
        return due(*rows, **known).set_index("wave")["place"].to_dict()

    return build


@pytest.fixture
def place(due):
    """Return where she was when she was reached on 1 July 2016, the day it was due."""

    def build(**known):
        return due({**REACHED, **known})["place"].tolist()

    return build


def row(months, status, **known):
    return {"wave": months, "followup_status": status, **known}


# The planned day


@pytest.mark.parametrize(
    ("clock", "known", "day"),
    [
        ("exit", {"start_on": "2015-01-01", "end_on": "2015-12-03"}, "2016-06-03"),
        ("start", {"start_on": "2015-12-03", "end_on": "2016-05-01"}, "2016-06-03"),
        ("exit", {"end_on": "2015-08-31"}, "2016-02-29"),  # the last of a shorter month
    ],
)
def test_followup_is_due_so_many_months_after_the_day_of_the_clock(due, clock, known, day):
    got = due(row(6, "declined"), followup={"clock": clock}, **known)
    assert got["due_on"].tolist() == [pd.Timestamp(day)]


@pytest.mark.parametrize(("due_on", "n"), [("2016-07-15", 1), ("2016-07-16", 0)])
def test_planned_day_that_was_delivered_goes_before_the_clock(due, due_on, n):
    assert len(due(row(6, "not_reached", due_on=due_on), end_on="2015-12-01")) == n


@pytest.mark.parametrize(("end_on", "n"), [("2016-01-15", 1), ("2016-01-16", 0)])
def test_row_without_a_planned_day_is_due_by_the_clock(due, end_on, n):
    assert len(due(row(6, "not_reached"), end_on=end_on)) == n


@pytest.mark.parametrize(("wave", "n"), [(0, 0), (6, 1), (12, 1)])
def test_row_without_any_day_is_due_at_its_wave(due, wave, n):
    assert len(due(row(6, "reached"), wave=wave)) == n


def test_later_followup_whose_day_has_come_is_due_already(places):
    # 12 months after an exit half a year before the baseline.
    got = places(row(12, "reached", occupation="studying"), end_on="2015-07-01")
    assert got[12] == "studying"


# Whoever has no row


@pytest.mark.parametrize(
    ("end_on", "lost"),
    [("2016-01-04", {6: "no_record"}), ("2016-01-05", {}), ("2016-03-01", {}), (None, {})],
)
def test_without_a_row_the_person_is_lost_once_the_window_has_closed(places, end_on, lost):
    # Of 10 days: the last is 14 July of the first, and 15 July, the day of the wave, of the second.
    assert places(end_on=end_on, followup={"window_days": 10}) == lost


def test_each_followup_without_a_row_is_lost_when_its_own_window_has_closed(due):
    got = due(wave=18, end_on="2016-01-01")  # the last window closes on 30 August 2017
    assert got["wave"].tolist() == [6, 12]
    assert got["response"].tolist() == ["lost", "lost"]
    assert got["reached"].tolist() == [False, False]


def test_who_does_not_consent_is_not_followed(due):
    assert due(person_id=None, end_on="2015-06-01", wave=18).empty


def test_each_participation_of_a_person_has_its_own_followup(record, study):
    rows = [
        {"participation_id": name, "person_id": "p", "end_on": "2015-12-01"} for name in ("d", "e")
    ]
    known = [{"person_id": "p", "participation_id": "e", **row(6, "reached")}]
    built = record("followups", 12, study(WAVES), deltaganden=rows, uppfoljning=known)
    first = built[built["wave"] == 6]
    assert sorted(first["place"]) == ["no_record", "unknown"]
    assert first["participation_id"].nunique() == 2


@pytest.mark.parametrize(
    ("end_on", "got"), [("2016-01-04", {6: "no_record"}), ("2016-01-05", {}), (None, {})]
)
def test_row_that_says_not_due_is_as_good_as_none(places, end_on, got):
    known = row(6, "not_due")
    assert places(known, end_on=end_on, followup={"window_days": 10}) == got


def test_row_without_a_status_is_as_good_as_none(places):
    assert places(row(6, None), end_on="2015-12-01") == {}
    assert places(row(6, None), end_on="2015-12-01", wave=12) == {6: "no_record"}


@pytest.mark.parametrize("wave", [6, 12])
def test_without_dates_only_what_was_delivered_is_due(places, wave):
    rows = [row(6, "reached", occupation="employed"), row(12, "not_due")]
    got = places(*rows, wave=wave, waves={6: None, 12: None}, end_on="2010-01-01")
    assert got == {6: "regular_work"}


def test_without_dates_a_later_wave_is_not_counted_yet(places):
    rows = [row(6, "reached"), row(12, "reached")]
    assert places(*rows, waves={6: None, 12: None}) == {6: "unknown"}


# Those lost for good, and the deceased


@pytest.mark.parametrize("status", ["declined", "moved"])
def test_who_declined_or_moved_is_lost_for_that_in_later_followups(places, status):
    # The day of the last has come; its window has not closed.
    got = places(row(6, status), wave=18, end_on="2016-01-01")
    assert got == {6: status, 12: status, 18: status}


def test_who_was_not_reached_is_asked_again(places):
    got = places(row(6, "not_reached"), wave=18, end_on="2016-01-01")
    assert got == {6: "not_reached", 12: "no_record"}


def test_who_has_come_back_is_not_lost_for_good(places):
    rows = [row(6, "moved"), row(12, "reached", occupation="studying")]
    got = places(*rows, wave=18, end_on="2016-01-01")
    assert got == {6: "moved", 12: "studying"}


def test_row_that_says_not_due_does_not_bring_anyone_back(places):
    rows = [row(6, "declined"), row(12, "not_due"), row(18, "not_due")]
    got = places(*rows, wave=18, end_on="2016-01-01")
    assert got == dict.fromkeys((6, 12, 18), "declined")


def test_who_declined_is_lost_in_a_study_without_dates_as_well(places):
    rows = [row(6, "declined"), row(12, None)]
    got = places(*rows, wave=12, waves={6: None, 12: None})
    assert got == {6: "declined", 12: "declined"}


@pytest.mark.parametrize("later", [[], [row(12, "not_due")]])
def test_deceased_are_not_due_then_or_later(places, later):
    rows = [row(6, "deceased"), *later]
    assert places(*rows, wave=18, end_on="2016-01-01") == {}


def test_followups_before_a_death_are_due(places):
    rows = [row(6, "not_reached"), row(12, "deceased")]
    assert places(*rows, wave=18, end_on="2016-01-01") == {6: "not_reached"}


@pytest.mark.parametrize("rows", [[], [row(6, "not_reached")], [row(6, "declined")]])
def test_who_died_in_the_effort_is_not_due_after_that(places, rows):
    known = {"end_on": "2016-01-01", "exit_reason": "deceased"}
    assert places(*rows, wave=18, **known) == {}


@pytest.mark.parametrize(("end_on", "got"), [("2016-07-02", ["not_reached"]), ("2016-07-01", [])])
def test_who_died_in_the_effort_was_due_before_that(due, end_on, got):
    known = {"start_on": "2016-01-01", "end_on": end_on, "exit_reason": "deceased"}
    built = due(row(6, "not_reached"), wave=18, followup={"clock": "start"}, **known)
    assert built["place"].tolist() == got


def test_who_was_reached_counts_even_if_the_register_says_deceased(due):
    built = due(REACHED, end_on="2016-01-01", exit_reason="deceased", wave=18)
    assert built["place"].tolist() == ["regular_work"]


# The window and the clock


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
def test_who_is_reached_outside_the_window_was_not_reached(due, done_on, reached):
    built = due({**REACHED, "done_on": done_on})
    assert built["reached"].tolist() == [reached]
    assert built["place"].tolist() == ["regular_work" if reached else "not_reached"]
    assert built["response"].tolist() == ["reached" if reached else "lost"]


@pytest.mark.parametrize(("done_on", "reached"), [("2016-07-11", True), ("2016-07-12", False)])
def test_study_sets_the_days_of_the_window(due, done_on, reached):
    built = due({**REACHED, "done_on": done_on}, followup={"window_days": 10})
    assert built["reached"].tolist() == [reached]


def test_window_is_around_the_day_by_the_clock_where_none_was_delivered(due):
    late = {**REACHED, "due_on": None, "done_on": "2016-07-12"}
    built = due(late, end_on="2016-01-01", followup={"window_days": 10})
    assert built["place"].tolist() == ["not_reached"]


@pytest.mark.parametrize(("clock", "n"), [("exit", 1), ("start", 0), (None, 1)])
def test_only_rows_by_the_clock_of_the_study_count(due, clock, n):
    assert len(due({**REACHED, "clock": clock}, followup={"clock": "exit"})) == n


def test_row_by_another_clock_is_as_good_as_none(places):
    assert places({**REACHED, "clock": "start"}, end_on="2015-12-01", wave=12) == {6: "no_record"}


# Where they were


@pytest.mark.parametrize(
    ("status", "exp"),
    [("not_reached", "not_reached"), ("declined", "declined"), ("moved", "moved")],
)
def test_who_was_not_reached_is_nowhere_whatever_else_is_told(place, status, exp):
    assert place(followup_status=status) == [exp]


@pytest.mark.parametrize(
    ("subsidised", "exp"),
    [(True, "subsidised_work"), (False, "regular_work"), (None, "regular_work")],
)
def test_work_is_with_a_subsidy_only_if_that_is_said(place, subsidised, exp):
    assert place(subsidised=subsidised, step=1) == [exp]


@pytest.mark.parametrize("step", [-1, 0, 1, 2, None])
@pytest.mark.parametrize("occupation", ["studying", "work_training"])
def test_studies_and_training_are_places_whatever_the_step(place, occupation, step):
    assert place(occupation=occupation, step=step, subsidised=True) == [occupation]


@pytest.mark.parametrize("occupation", ["jobseeking", "sick_listed", "other"])
@pytest.mark.parametrize(
    ("step", "exp"),
    [(-1, "worse"), (0, "same"), (1, "small_step"), (4, "small_step"), (None, "neither")],
)
def test_all_others_are_told_by_their_step(place, occupation, step, exp):
    assert place(occupation=occupation, step=step) == [exp]


@pytest.mark.parametrize("occupation", ["unknown", None])
@pytest.mark.parametrize("step", [-1, 0, 1, None])
def test_unknown_occupation_is_unknown_whatever_the_step(place, occupation, step):
    assert place(occupation=occupation, step=step) == ["unknown"]


@pytest.mark.parametrize(
    ("score", "level"), [(1, "low"), (2, "low"), (3, "middle"), (4, "high"), (5, "high")]
)
@pytest.mark.parametrize(
    ("column", "name"), [("self_rated_health", "health"), ("belief_in_job", "belief")]
)
def test_health_and_belief_have_three_levels(due, column, name, score, level):
    built = due({**REACHED, column: score})
    assert built[name].tolist() == [level]
    other = {"health": "belief", "belief": "health"}[name]
    assert built[other].isna().all()


# Whose they are


def test_followup_has_the_group_and_gender_of_its_participation(due):
    got = due(REACHED, gender="man", end_on="2015-12-01", wave=12)
    assert got[["lokus_id", "gender"]].to_numpy().tolist() == [["B", "man"]]
    lost = due(end_on="2015-12-01", wave=12)
    assert lost[["lokus_id", "gender"]].to_numpy().tolist() == [["B", "woman"]]


def test_missing_gender_is_unknown(due):
    assert due(REACHED, gender=None)["gender"].tolist() == ["unknown"]


def test_row_of_a_participation_that_is_not_in_the_register_is_left_out(due):
    assert due({**REACHED, "participation_id": "x"}).empty


def test_without_anyone_there_are_columns_but_no_rows(record, study):
    built = record("followups", 6, study(WAVES), deltaganden=[], uppfoljning=[])
    assert built.empty
    names = {"lokus_id", "wave", "gender", "place", "response", "reached", "health", "belief"}
    assert names <= set(built)


@pytest.mark.parametrize(
    ("place", "exp"), [("worse", "reached"), ("no_record", "lost"), ("employed", None)]
)
def test_response_of_a_place(place, exp):
    assert response(place) == exp
