"""Records of the follow-up: each test states one rule of who was due and where they were."""

from datetime import date
from itertools import product

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


@pytest.mark.parametrize("status", ["not_reached", "declined", "moved"])
def test_deceased_are_not_due_later_whatever_else_is_delivered_but_that_they_were_reached(
    places, status
):
    rows = [row(6, "deceased"), row(12, status), row(18, status)]
    assert places(*rows, wave=18, end_on="2016-01-01") == {}
    rows = [row(6, "deceased"), row(12, "reached", occupation="studying"), row(18, status)]
    assert places(*rows, wave=18, end_on="2016-01-01") == {12: "studying"}


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


# Whoever takes part twice


@pytest.fixture
def twice(record, study):
    """Return where one woman was who took part in both groups: by group and months.

    A delivered row belongs to the participation in its ``group``; ``ends`` are the last days of
    the participations, ``reasons`` why they ended, ``people`` whose they are and ``names`` their
    ids, which pseudonyms put in another order.
    """

    def build(*rows, ends, wave=18, reasons=(None, None), people=("p", "p"), names="AB"):
        ids = {
            group: {"participation_id": name, "person_id": person}
            for group, name, person in zip("AB", names, people, strict=True)
        }
        taken = [
            {**ids[group], "lokus_id": group, "exit_reason": reason}
            | {"start_on": "2015-01-01", "end_on": end}
            for group, end, reason in zip("AB", ends, reasons, strict=True)
        ]
        given = [
            {**ids[group], **row(months, status, **known)} for group, months, status, known in rows
        ]
        built = record("followups", wave, study(WAVES), deltaganden=taken, uppfoljning=given)
        return built.set_index(["lokus_id", "wave"])["place"].to_dict()

    return build


# Of A six months are on 1 July 2016 and twelve on 1 January 2017; of B on 1 September and 1 March.
ENDS = ("2016-01-01", "2016-03-01")
AT_12 = {"ends": ENDS, "wave": 12}  # the wave of 15 January 2017


@pytest.mark.parametrize("status", ["declined", "moved"])
def test_who_declined_or_moved_is_lost_for_that_in_all_later_participations(twice, status):
    got = twice(("A", 6, status, {}), **AT_12)
    assert got == dict.fromkeys([("A", 6), ("A", 12), ("B", 6)], status)


@pytest.mark.parametrize("status", ["declined", "moved"])
def test_refusal_in_one_participation_is_not_of_the_earlier_followups_of_another(twice, status):
    got = twice(("B", 6, status, {}), **AT_12)
    assert got == {("A", 6): "no_record", ("A", 12): status, ("B", 6): status}


def test_refusals_are_carried_by_day_and_not_by_months(twice):
    # Twelve months after the first are on 1 June, before six months after the second.
    got = twice(("A", 12, "declined", {}), ends=("2015-06-01", ENDS[1]), wave=12)
    assert (got["A", 6], got["A", 12], got["B", 6]) == ("no_record", "declined", "declined")


@pytest.mark.parametrize(
    ("due_on", "place"), [("2016-08-31", "declined"), ("2016-09-02", "no_record")]
)
def test_refusals_are_carried_from_the_day_that_was_delivered(twice, due_on, place):
    assert twice(("A", 6, "declined", {"due_on": due_on}), **AT_12)["B", 6] == place


def test_who_is_reached_in_another_participation_has_come_back(twice):
    rows = [("A", 6, "declined", {}), ("B", 6, "reached", {"occupation": "studying"})]
    got = twice(*rows, ends=ENDS)
    assert (got["A", 6], got["B", 6], got["A", 12]) == ("declined", "studying", "no_record")


def test_who_was_not_reached_is_asked_again_in_another_participation(twice):
    assert twice(("A", 6, "not_reached", {}), **AT_12)["B", 6] == "no_record"


def test_deceased_are_not_due_in_any_participation_from_then_on(twice):
    assert twice(("A", 6, "deceased", {}), ends=ENDS) == {}
    assert twice(("B", 6, "deceased", {}), ends=ENDS) == {("A", 6): "no_record"}


@pytest.mark.parametrize("status", ["not_reached", "declined", "moved"])
def test_death_by_a_row_goes_before_later_rows_of_another_participation(twice, status):
    rows = [("A", 6, "deceased", {}), ("B", 6, status, {})]
    assert twice(*rows, ends=ENDS) == {}
    rows = [("A", 6, status, {}), ("B", 6, "deceased", {}), ("A", 12, status, {})]
    assert twice(*rows, ends=ENDS) == {("A", 6): status}


@pytest.mark.parametrize("status", [None, "not_reached", "declined", "moved"])
@pytest.mark.parametrize(
    ("died_on", "due"), [("2016-06-30", False), ("2016-07-01", False), ("2016-07-02", True)]
)
def test_who_died_in_one_participation_is_not_due_in_another(twice, died_on, due, status):
    rows = [("A", 6, status, {})]
    got = twice(*rows, ends=(ENDS[0], died_on), reasons=("to_work", "deceased"))
    assert got == ({("A", 6): status or "no_record"} if due else {})


def test_who_died_on_a_day_that_nobody_knows_is_not_due_in_any_participation(twice):
    assert twice(("A", 6, "declined", {}), ends=(ENDS[0], None), reasons=(None, "deceased")) == {}


SUMMER, WINTER = {"due_on": "2016-07-01"}, {"due_on": "2017-01-01"}


@pytest.mark.parametrize("other", ["2017-03-01", None])
def test_first_known_day_of_death_counts(twice, other):
    rows = [("A", 6, "not_reached", SUMMER), ("A", 12, "not_reached", WINTER)]
    for ends in (("2016-09-01", other), (other, "2016-09-01")):
        assert twice(*rows, ends=ends, reasons=("deceased",) * 2) == {("A", 6): "not_reached"}


@pytest.mark.parametrize(("early", "late"), ["AB", "BA"])
def test_each_person_is_due_until_their_own_death(twice, early, late):
    days = {early: "2016-09-01", late: "2017-02-01"}
    rows = [
        (group, months, "not_reached", day)
        for group in "AB"
        for months, day in ((6, SUMMER), (12, WINTER))
    ]
    ends = (days["A"], days["B"])
    got = twice(*rows, ends=ends, reasons=("deceased",) * 2, people=("p", "q"))
    assert got == dict.fromkeys([(early, 6), (late, 6), (late, 12)], "not_reached")


def test_who_was_reached_counts_even_if_another_participation_says_deceased(twice):
    rows = [("A", 6, "reached", {"occupation": "studying"})]
    got = twice(*rows, ends=("2016-01-01", "2016-03-01"), reasons=(None, "deceased"))
    assert got == {("A", 6): "studying"}


@pytest.mark.parametrize("status", ["declined", "deceased"])
def test_what_became_of_one_person_is_not_of_another(twice, status):
    got = twice(("A", 6, status, {}), **AT_12, people=("p", "q"))
    assert got["B", 6] == "no_record"


def test_death_of_one_person_is_not_of_another(twice):
    got = twice(ends=ENDS, reasons=("deceased", None), people=("p", "q"))
    assert got == {("B", 6): "no_record", ("B", 12): "no_record"}


def test_people_whose_number_is_not_known_are_not_one_person(twice):
    rows = [
        ("A", 6, "declined", {"due_on": "2016-07-01"}),
        ("B", 6, None, {"due_on": "2016-08-01"}),
    ]
    got = twice(*rows, **AT_12, people=(None, None))
    assert got == {("A", 6): "declined", ("B", 6): "no_record"}


@pytest.mark.parametrize("status", ["declined", "moved"])
def test_who_is_lost_for_good_is_so_for_what_that_participation_says_without_a_person(
    twice, status
):
    rows = [("A", 6, status, SUMMER), ("A", 12, None, WINTER), ("B", 12, None, WINTER)]
    got = twice(*rows, ends=ENDS, people=(None, None))
    assert got == {("A", 6): status, ("A", 12): status, ("B", 12): "no_record"}


@pytest.mark.parametrize("dead", ["A", "B"])
def test_deceased_without_a_person_are_not_due_in_that_participation(twice, dead):
    rows = [(group, 12, "not_reached", WINTER) for group in "AB"]
    left = {("B" if dead == "A" else "A", 12): "not_reached"}
    told = (dead, 6, "deceased", SUMMER)
    assert twice(told, *rows, ends=ENDS, people=(None, None)) == left
    reasons = tuple("deceased" if group == dead else None for group in "AB")
    assert twice(*rows, ends=ENDS, reasons=reasons, people=(None, None)) == left


# The order of a person's follow-ups


@pytest.mark.parametrize(("one", "other"), ["AB", "BA"])
@pytest.mark.parametrize("months", [6, 12])
def test_who_is_lost_for_good_or_died_counts_first_on_one_day(twice, one, other, months):
    def on_one_day(status, then):
        rows = [(one, months, status, SUMMER), (other, 6, then, SUMMER)]
        got = twice(*rows, ends=(None, None))
        return got.get((one, months)), got.get((other, 6))

    assert on_one_day("declined", None) == ("declined", "declined")
    assert on_one_day("deceased", "not_reached") == (None, None)
    assert on_one_day("deceased", "reached") == (None, "unknown")
    for status in ("declined", "moved"):
        assert on_one_day("deceased", status) == (None, None)
    assert on_one_day("moved", "declined") == ("moved", "declined")


@pytest.mark.parametrize(("one", "other"), ["AB", "BA"])
@pytest.mark.parametrize(
    ("first", "second", "then"),
    [
        ("declined", "moved", "moved"),  # the last that counts
        ("declined", "reached", "no_record"),  # has come back
        ("not_reached", "reached", "no_record"),
    ],
)
def test_after_one_day_the_last_that_counts_is_carried(twice, one, other, first, second, then):
    rows = [(one, 6, first, SUMMER), (other, 6, second, SUMMER), ("A", 12, None, WINTER)]
    assert twice(*rows, ends=(None, None))["A", 12] == then


@pytest.mark.parametrize(("one", "other"), ["AB", "BA"])
def test_who_has_come_back_is_not_lost_in_a_silent_row_of_that_day(twice, one, other):
    rows = [
        (one, 6, "declined", {"due_on": "2016-06-01"}),
        (one, 12, "reached", SUMMER),
        (other, 6, None, SUMMER),
    ]
    assert twice(*rows, ends=(None, None))[other, 6] == "no_record"


UNDATED = {
    # of A without a day, then the others of A and B, and who of these comes after it
    "of more months": (6, [("A", 12, SUMMER), ("B", 12, WINTER)], ["A12", "B12"]),
    "of as many": (6, [("B", 6, SUMMER)], ["B6"]),
    "of fewer": (12, [("B", 6, SUMMER), ("B", 12, WINTER)], ["B12"]),
    "of fewer, but a later day": (12, [("A", 18, SUMMER), ("B", 6, WINTER)], ["A18", "B6"]),
    "all of fewer": (18, [("A", 6, SUMMER), ("B", 12, WINTER)], []),
}


@pytest.mark.parametrize("names", ["AB", "BA"])
@pytest.mark.parametrize("others", UNDATED)
def test_row_without_a_day_is_before_the_first_of_as_many_months_or_more(twice, names, others):
    months, rows, after = UNDATED[others]
    known = [(group, number, None, day) for group, number, day in rows]
    for status in ("declined", "moved", "deceased"):
        got = twice(("A", months, status, {}), *known, ends=(None, None), names=names)
        assert got.pop(("A", months), "deceased") == status
        lost = {f"{group}{number}": place for (group, number), place in got.items()}
        later = {} if status == "deceased" else dict.fromkeys(after, status)
        before = [f"{group}{number}" for group, number, _ in rows]
        assert lost == {name: "no_record" for name in before if name not in after} | later


@pytest.mark.parametrize("names", ["AB", "BA"])
@pytest.mark.parametrize(
    ("at_6", "at_12", "then"),
    [("reached", "declined", "declined"), ("declined", "reached", "no_record")],
)
def test_rows_without_a_day_are_in_the_order_of_their_months(twice, names, at_6, at_12, then):
    rows = [("A", 6, at_6, {}), ("B", 12, at_12, {}), ("A", 18, None, WINTER)]
    assert twice(*rows, ends=(None, None), names=names)["A", 18] == then


@pytest.mark.parametrize("status", ["declined", "moved"])
def test_refusal_is_not_of_a_participation_whose_clock_has_not_begun(twice, status):
    got = twice(("A", 6, status, {}), ends=(ENDS[0], None))
    assert got == dict.fromkeys([("A", 6), ("A", 12), ("A", 18)], status)


@pytest.fixture
def everyone(record, study):
    """Return where all were who took part twice, of every pair of statuses and days at 6 months.

    By person, group and months; ``names`` are the last letters of the ids of the participations.
    """
    statuses = [None, "reached", "not_reached", "declined", "moved", "deceased"]
    told = list(product(statuses, [{}, SUMMER, WINTER]))

    def build(names):
        taken, given = [], []
        for number, pair in enumerate(product(told, repeat=2)):
            for group, name, (status, day) in zip("AB", names, pair, strict=True):
                ids = {"person_id": f"p{number}", "participation_id": f"{number}{name}"}
                taken.append({**ids, "lokus_id": group})
                given += [{**ids, **row(6, status, **day)}, {**ids, **row(12, None, **WINTER)}]
        built = record("followups", 18, study(WAVES), deltaganden=taken, uppfoljning=given)
        return built.set_index(["person_id", "lokus_id", "wave"])["place"].sort_index()

    return build


def test_what_became_of_someone_does_not_depend_on_pseudonyms(everyone):
    pd.testing.assert_series_equal(everyone("AB"), everyone("BA"))


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
