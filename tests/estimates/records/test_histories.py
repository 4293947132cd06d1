"""Records of histories: each test states one rule; the calendar of each person says the same."""

from datetime import date, timedelta
from random import Random

import pandas as pd
import pytest

from shared.estimates.periods import DAYS_PER_MONTH
from shared.estimates.records.histories import (
    COMPENSATION,
    STUDIES,
    WORK,
    durability,
    first_events,
    states,
    ways,
)

START = "2016-01-01"
WAVES = {0: date(2016, 1, 1), 6: date(2016, 7, 15), 12: date(2017, 6, 1), 18: None}
KINDS = [states, ways, durability, first_events]
STATUS = {
    "other": "neither",
    "work_training": "training",
    "studying": "studies",
    "employed": "work",
    "unknown": "unknown",
}


@pytest.fixture(scope="session")
def of(processed, study):
    """Return a function that builds records of people with spells (value, from, to) of occupation.

    ``income``: spells of (person, value, from, to). All start on one day.
    """

    def build(kind, people, wave=12, income=(), gap_days=31, **known):
        register = [
            {"participation_id": f"d{name}", "person_id": name, "start_on": START, **known}
            for name in people
        ]
        domains = [(name, "occupation", spell) for name in people for spell in people[name]]
        domains += [(name, "income", spell) for name, *spell in income]
        spells = [
            {"person_id": name, "spell_no": number, "domain": domain}
            | dict(zip(("value", "from_on", "to_on"), spell, strict=True))
            for number, (name, domain, spell) in enumerate(domains)
        ]
        tables = {"deltaganden": processed("deltaganden", *register)}
        tables["statusspell"] = processed("statusspell", *spells)
        return kind(tables, study(WAVES, followup={"gap_days": gap_days}), wave)

    return build


SEEKS = ("jobseeking", START, None)
WORKS = [("jobseeking", START, "2016-02-01"), ("employed", "2016-02-01", None)]


@pytest.mark.parametrize("kind", KINDS)
def test_records_have_group_and_gender_of_the_first_participation(of, processed, study, kind):
    rows = [
        {"participation_id": i, "person_id": "a", "lokus_id": group, "start_on": day, "gender": who}
        for i, group, day, who in [("d", "A", "2016-02-01", "man"), ("e", "B", START, "woman")]
    ]
    spells = [
        {"person_id": "a", "spell_no": i, "domain": "occupation", "value": value}
        | {"from_on": begin, "to_on": end}
        for i, (value, begin, end) in enumerate(WORKS)
    ]
    tables = {"deltaganden": processed("deltaganden", *rows)}
    tables["statusspell"] = processed("statusspell", *spells)
    built = kind(tables, study(WAVES), 12)
    assert set(built["lokus_id"]) == {"B"}
    assert set(built["gender"]) == {"woman"}


@pytest.mark.parametrize("kind", KINDS)
def test_missing_gender_is_unknown(of, kind):
    assert set(of(kind, {"a": WORKS}, gender=None)["gender"]) == {"unknown"}


@pytest.mark.parametrize("kind", KINDS)
def test_without_a_date_for_the_wave_there_are_columns_but_no_rows(of, kind):
    exp = of(kind, {"a": WORKS})
    got = of(kind, {"a": WORKS}, wave=18)
    assert got.empty
    assert len(exp) > 0
    assert list(got) == list(exp)


@pytest.mark.parametrize("kind", KINDS)
def test_without_people_there_are_columns_but_no_rows(of, kind):
    got = of(kind, {"a": []})
    assert got.empty
    assert {"person_id", "lokus_id", "gender"} <= set(got)


# States


def by_month(built):
    return built.set_index("month")["state"].to_dict()


def test_state_every_third_month_up_to_the_wave(of):
    spells = [
        ("sick_listed", START, "2016-04-01"),
        ("work_training", "2016-04-01", "2016-07-02"),
        ("employed", "2016-07-02", "2016-11-01"),
        ("studying", "2016-11-01", None),
    ]
    exp = {0: "neither", 3: "preparing", 6: "preparing", 9: "work", 12: "preparing"}
    assert by_month(of(states, {"a": spells})) == exp


def test_only_those_observed_on_the_day_are_counted(of):
    # Until the day before 6 months, and from the day after 3 months.
    early = [("jobseeking", START, "2016-07-01")]
    late = [("jobseeking", "2016-04-02", None)]
    assert by_month(of(states, {"a": early})) == {0: "neither", 3: "neither"}
    assert set(by_month(of(states, {"a": late}))) == {6, 9, 12}


def test_state_in_a_gap_is_unknown(of):
    spells = [("jobseeking", START, "2016-03-01"), ("jobseeking", "2016-05-01", "2016-06-01")]
    assert by_month(of(states, {"a": spells})) == {0: "neither", 3: "unknown"}


def test_nothing_is_known_on_the_date_of_the_wave(of):
    # The wave's date is 15 July: 6 months after 15 January, and a day more than after the 14th.
    for start, months in [("2016-01-15", {0, 3}), ("2016-01-14", {0, 3, 6})]:
        built = of(states, {"a": [SEEKS]}, wave=6, start_on=start)
        assert set(by_month(built)) == months


# Ways


@pytest.mark.parametrize(
    ("spells", "way"),
    [
        (["employed"], "started_working"),
        (["employed", "jobseeking"], "started_working"),
        (["jobseeking", "sick_listed"], "stayed_out"),
        (["jobseeking", "unknown", "jobseeking"], "stayed_out"),
        (["jobseeking", "work_training", "jobseeking"], "training"),
        (["work_training", "studying"], "to_studies"),
        (["studying", "jobseeking"], "to_studies"),
        (["studying", "employed"], "to_work"),
        (["jobseeking", "employed", "jobseeking", "employed"], "to_work"),
        (["jobseeking", "employed", "unknown"], "to_work"),
        (["jobseeking", "employed", "jobseeking"], "to_work_and_back"),
        (["jobseeking", "employed", "studying"], "to_work_and_back"),
    ],
)
def test_way_from_the_first_day_observed_to_the_last(of, spells, way):
    days = [f"2016-0{month}-01" for month in range(1, len(spells) + 1)] + [None]
    chain = list(zip(spells, days[:-1], days[1:], strict=True))
    assert of(ways, {"a": chain})["way"].tolist() == [way]


def test_what_was_before_the_start_is_no_part_of_the_way(of):
    spells = [("studying", "2015-06-01", "2015-12-01"), ("jobseeking", "2015-12-01", None)]
    assert of(ways, {"a": spells})["way"].tolist() == ["stayed_out"]


def test_each_person_followed_has_one_way(of):
    built = of(ways, {"a": WORKS, "b": [SEEKS], "c": [("jobseeking", "2015-06-01", START)]})
    assert built["person_id"].is_unique
    assert sorted(built["way"]) == ["stayed_out", "to_work"]


# Durability


@pytest.mark.parametrize(
    ("spells", "still"),
    [
        ([("employed", "2016-02-01", None)], {6: "still", 12: "still"}),
        (
            [("employed", "2016-02-01", "2016-08-01"), ("other", "2016-08-01", None)],
            {6: "not_working", 12: "not_working"},
        ),
        (
            [("employed", "2016-02-01", "2016-08-02"), ("other", "2016-08-02", None)],
            {6: "still", 12: "not_working"},
        ),
        (
            [  # a break in between
                ("employed", "2016-02-01", "2016-03-01"),
                ("studying", "2016-03-01", "2016-12-01"),
                ("employed", "2016-12-01", None),
            ],
            {6: "not_working", 12: "still"},
        ),
        ([("employed", "2016-02-01", "2016-08-01")], {6: "unknown", 12: "unknown"}),
        (
            [("employed", "2016-02-01", "2016-07-01"), ("employed", "2016-09-01", None)],
            {6: "unknown", 12: "still"},
        ),
    ],
)
def test_still_in_work_on_the_day_so_many_months_after(of, spells, still):
    built = of(durability, {"a": [("jobseeking", START, "2016-02-01"), *spells]})
    assert built.set_index("months_after")["still"].to_dict() == still


@pytest.mark.parametrize(("day", "after"), [("2016-05-31", [6, 12]), ("2016-06-01", [6])])
def test_months_that_have_not_passed_before_the_date_of_the_wave_are_not_counted(of, day, after):
    spells = [("jobseeking", START, day), ("employed", day, None)]
    assert of(durability, {"a": spells})["months_after"].tolist() == after


def test_people_who_started_in_work_or_never_reached_it_are_not_counted(of):
    started = [
        ("employed", START, "2016-02-01"),
        ("other", "2016-02-01", "2016-03-01"),
        ("employed", "2016-03-01", None),
    ]
    assert of(durability, {"a": started, "b": [SEEKS]}).empty


# First events


def event(built):
    """Return days from the start to entry and to the end, and the cause, of one person."""
    if built.empty:
        return None
    row = built.iloc[0]
    days = [round(row[name] * DAYS_PER_MONTH) for name in ("entry", "months")]
    return (*days, row["cause"])


@pytest.mark.parametrize(
    ("spells", "exp"),
    [
        (WORKS, (0, 31, WORK)),
        ([("other", START, "2016-02-01"), ("studying", "2016-02-01", None)], (0, 31, STUDIES)),
        ([SEEKS], (0, 517, 0)),  # until 1 June 2017
        ([("jobseeking", START, "2016-02-01")], (0, 31, 0)),  # until the last spell ends
        ([("employed", "2015-06-01", None)], None),  # in work at the start
        ([("employed", START, "2016-02-01"), ("other", "2016-02-01", None)], None),
        (
            [("employed", "2015-06-01", START), ("jobseeking", START, None)],
            (0, 517, 0),
        ),
        (  # what was studied at the start has not begun
            [("studying", "2015-06-01", "2016-03-01"), ("employed", "2016-03-01", None)],
            (0, 60, WORK),
        ),
        (  # work after studies is not the first event
            [
                ("other", START, "2016-02-01"),
                ("studying", "2016-02-01", "2016-03-01"),
                ("employed", "2016-03-01", None),
            ],
            (0, 31, STUDIES),
        ),
        (  # after a gap
            [("other", START, "2016-02-01"), ("employed", "2016-06-01", None)],
            (0, 152, WORK),
        ),
        (  # late entry
            [("other", "2016-02-01", "2016-03-01"), ("employed", "2016-03-01", None)],
            (31, 60, WORK),
        ),
        ([("employed", "2016-02-01", None)], None),  # in work when first seen
    ],
)
def test_first_event_and_time_under_observation(of, spells, exp):
    assert event(of(first_events, {"a": spells})) == exp


@pytest.mark.parametrize(("day", "exp"), [("2016-07-14", WORK), ("2016-07-15", 0)])
def test_events_from_the_date_of_the_wave_on_are_not_known_yet(of, day, exp):
    spells = [("jobseeking", START, day), ("employed", day, None)]
    assert of(first_events, {"a": spells}, wave=6)["cause"].tolist() == [exp]


@pytest.mark.parametrize("value", ["sickness_compensation", "activity_compensation"])
def test_compensation_that_begins_is_an_event(of, value):
    income = [("a", "sickness_benefit", START, "2016-02-01"), ("a", value, "2016-02-01", None)]
    assert event(of(first_events, {"a": [SEEKS]}, income=income)) == (0, 31, COMPENSATION)


def test_other_incomes_are_no_event(of):
    income = [
        ("a", "sickness_benefit", START, "2016-02-01"),
        ("a", "no_public", "2016-02-01", None),
    ]
    assert event(of(first_events, {"a": [SEEKS]}, income=income)) == (0, 517, 0)


def test_compensation_at_the_start_does_not_begin_even_by_another_name(of):
    income = [
        ("a", "activity_compensation", "2015-01-01", "2016-02-01"),
        ("a", "sickness_compensation", "2016-02-01", None),
    ]
    assert event(of(first_events, {"a": [SEEKS]}, income=income)) == (0, 517, 0)


def test_compensation_that_ended_before_the_start_may_begin_again(of):
    income = [
        ("a", "sickness_compensation", "2015-01-01", "2015-06-01"),
        ("a", "sickness_compensation", "2016-02-01", None),
    ]
    assert event(of(first_events, {"a": [SEEKS]}, income=income)) == (0, 31, COMPENSATION)


def test_what_begins_on_the_same_day_as_work_is_work(of):
    income = [("a", "sickness_compensation", "2016-02-01", None)]
    assert event(of(first_events, {"a": WORKS}, income=income)) == (0, 31, WORK)


@pytest.mark.parametrize(("day", "exp"), [("2016-03-01", (0, 60, 3)), ("2016-03-02", (0, 60, 0))])
def test_compensation_after_the_last_day_observed_is_not_seen(of, day, exp):
    income = [("a", "sickness_compensation", day, None)]
    spells = {"a": [("jobseeking", START, "2016-03-01")]}
    assert event(of(first_events, spells, income=income)) == exp


@pytest.mark.parametrize(("day", "n"), [("2016-02-01", 0), ("2016-02-02", 1)])
def test_people_whose_event_came_before_they_were_observed_are_left_out(of, day, n):
    income = [("a", "sickness_compensation", day, None)]
    late = {"a": [("jobseeking", "2016-02-01", None)]}
    assert len(of(first_events, late, income=income)) == n


def test_only_work_and_studies_end_the_time_without(of):
    income = [("a", "sickness_compensation", "2016-01-15", None)]
    row = of(first_events, {"a": WORKS}, income=income).iloc[0]
    assert row["cause"] == COMPENSATION
    assert row["without_months"] * DAYS_PER_MONTH == pytest.approx(31)
    assert row["without_ended"]


@pytest.mark.parametrize(
    ("spells", "days", "ended"),
    [
        ([("studying", "2016-02-01", "2016-03-01"), ("employed", "2016-03-01", None)], 457, False),
        ([("employed", "2016-02-01", "2016-03-01"), ("other", "2016-03-01", None)], 29, True),
        ([("employed", "2016-02-01", "2016-03-01"), ("other", "2016-03-02", None)], 29, False),
        ([("other", "2016-02-01", None)], None, False),
    ],
)
def test_unbroken_time_in_the_first_work_also_after_studies(of, spells, days, ended):
    row = of(first_events, {"a": [("jobseeking", START, "2016-02-01"), *spells]}).iloc[0]
    exp = float("nan") if days is None else days
    assert row["work_months"] * DAYS_PER_MONTH == pytest.approx(exp, nan_ok=True)
    assert row["work_ended"] == ended


def test_covariates_are_those_at_the_start(of):
    known = {"birth_year": 1980, "education": "tertiary", "public_support_months": 30}
    row = of(first_events, {"a": [SEEKS]}, **known).iloc[0]
    assert row[["age", "education", "public_support_months"]].tolist() == [36, "tertiary", 30]


def test_missing_covariates_stay_missing(of):
    known = {"birth_year": None, "education": None, "public_support_months": None}
    row = of(first_events, {"a": [SEEKS]}, **known).iloc[0]
    assert row[["age", "education", "public_support_months"]].isna().all()


# The calendar of each person

MONTHS = {0: 0, 3: 91, 6: 182, 9: 274, 12: 366}  # days from 1 January 2016, a leap year


def calendar(chain, begin):
    """Return spells one after the other, and the status of each known day since the start."""
    spells, said, day = [], {}, begin
    for value, length in chain:
        until = day + length
        dates = [str(date(2016, 1, 1) + timedelta(number)) for number in (day, until)]
        spells.append((value, *dates))
        said |= dict.fromkeys(range(max(day, 0), min(until, 517)), STATUS[value])
        day = until
    known = [day for day in said if said[day] != "unknown"]
    if not known:
        return spells, {}
    # What is unknown over the start counts as a gap if the person was known before it.
    before = begin < 0 and any(STATUS[value] != "unknown" for value in past(chain, begin))
    first = 0 if before else min(known)
    return spells, {day: said[day] for day in range(first, max(known) + 1)}


def past(chain, begin):
    """Return the values of the spells that began before the start."""
    values = []
    for value, length in chain:
        if begin < 0:
            values.append(value)
        begin += length
    return values


def way_of(said):
    ever, first, last = set(said.values()), said[min(said)], said[max(said)]
    if first == "work":
        return "started_working"
    if "work" in ever:
        return "to_work" if last == "work" else "to_work_and_back"
    return "to_studies" if "studies" in ever else "training" if "training" in ever else "stayed_out"


def event_of(said):
    days = sorted(said)
    if said[days[0]] == "work":
        return None
    begins = [day for day in days[1:] if said[day] != said[day - 1]]
    first = next((day for day in begins if said[day] in ("work", "studies")), days[-1] + 1)
    return days[0], first, {"work": WORK, "studies": STUDIES}.get(said.get(first), 0)


COARSE = {"training": "preparing", "studies": "preparing"}  # as the states are counted


def test_records_of_many_say_what_the_calendar_of_each_says(processed, study):
    draw = Random(1)
    chains = [
        [(draw.choice(list(STATUS)), draw.randint(1, 150)) for _ in range(draw.randint(0, 7))]
        for _ in range(400)
    ]
    calendars = [calendar(chain, draw.randint(-60, 60)) for chain in chains]
    spells = [
        {"person_id": str(person), "spell_no": number, "domain": "occupation"}
        | dict(zip(("value", "from_on", "to_on"), spell, strict=True))
        for person, (spells, _) in enumerate(calendars)
        for number, spell in enumerate(spells)
    ]
    people = [
        {"participation_id": f"d{person}", "person_id": str(person), "start_on": START}
        for person in range(len(chains))
    ]
    register = processed("deltaganden", *people)
    tables = {"deltaganden": register, "statusspell": processed("statusspell", *spells)}
    built = [
        dict(list(kind(tables, study(WAVES, followup={"gap_days": 0}), 12).groupby("person_id")))
        for kind in (states, ways, first_events)
    ]
    for person, (_, said) in zip(register["person_id"], calendars, strict=True):
        at, way, waited = (records.get(person, pd.DataFrame()) for records in built)
        exp = {
            month: COARSE.get(said[day], said[day]) for month, day in MONTHS.items() if day in said
        }
        assert ({} if at.empty else by_month(at)) == exp
        assert ([] if way.empty else way["way"].tolist()) == ([way_of(said)] if said else [])
        assert event(waited) == (event_of(said) if said else None)
