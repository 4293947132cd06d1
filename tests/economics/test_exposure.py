"""Exposure: each test states one rule; a calendar walked day by day says the same."""

from datetime import date, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.economics.exposure import exposure, statuses
from shared.study import Study

AS_OF = date(2017, 7, 1)
ENTRY, EXIT = date(2016, 1, 1), date(2016, 7, 1)
LONG_AGO, EVER = date(2010, 1, 1), date(2020, 1, 1)
FACTS = {"birth_year": 1980, "education": "primary", "public_support_months": 7}


def study_of(months=6, least_known=0.8, gap_days=31):
    return Study(
        name="s",
        title="Study",
        waves={18: AS_OF},
        groups=[{"id": "A"}],
        followup={"gap_days": gap_days},
        economics={"window_months": months, "least_known": least_known},
    )


def register_of(*rows):
    """Return deltaganden of (person, start, end) rows."""
    table = pd.DataFrame(rows, columns=["person_id", "start_on", "end_on"])
    table["participation_id"] = [f"D-{i}" for i in range(len(table))]
    table = table.assign(lokus_id="A", gender="woman", **FACTS)
    types = {"person_id": "str", "start_on": "datetime64[ms]", "end_on": "datetime64[ms]"}
    return table.astype(types | {"gender": "category", "birth_year": "Int64"})


def spells_of(*rows):
    """Return statusspell of (person, domain, value, from, to, extent) rows."""
    names = ["person_id", "domain", "value", "from_on", "to_on", "extent_pct"]
    table = pd.DataFrame(rows, columns=names).assign(spell_no=range(1, len(rows) + 1))
    types = {"person_id": "str", "domain": "category", "value": "str", "extent_pct": "Float64"}
    types |= {"from_on": "datetime64[ms]", "to_on": "datetime64[ms]", "spell_no": "Int64"}
    return table.astype(types)


def income(value, begin=LONG_AGO, end=EVER, person="p"):
    return person, "income", value, begin, end, None


def doing(value, begin=LONG_AGO, end=EVER, extent=None, person="p"):
    return person, "occupation", value, begin, end, extent


def found(*spells, register=(("p", ENTRY, EXIT),), **settings):
    tables = {"deltaganden": register_of(*register), "statusspell": spells_of(*spells)}
    return exposure(tables, study_of(**settings), 18)


def told(months):
    """Return what is not zero of the one person's months."""
    assert len(months) == 1
    return {status: value for status, value in months.iloc[0].items() if value}


# A person worked by hand


def test_months_a_year_of_a_person_worked_by_hand():
    # Six months before entry: 1 July to 31 December 2015, 184 days. Sickness benefit for 92 of them
    # (to 1 October), then social assistance for 61 (to 1 December), then nobody knows for 31.
    # Known: 153 of 184 days, so 12 x 92/153 and 12 x 61/153 months a year.
    # After exit: 1 July to 31 December 2016. At work half time for 46 days (from 16 November) and
    # full time for none: 12 x 46/184 months a year, of which half is 1.5 in full-time equivalents.
    result = found(
        income("sickness_benefit", end=date(2015, 10, 1)),
        income("social_assistance", date(2015, 10, 1), date(2015, 12, 1)),
        income("no_public", EXIT),
        doing("sick_listed", end=date(2016, 11, 16)),
        doing("employed", date(2016, 11, 16), extent=50),
    )
    exp = {"sickness_benefit": 12 * 92 / 153, "social_assistance": 12 * 61 / 153, "sick_listed": 12}
    assert told(result.before) == pytest.approx(exp)
    assert told(result.after) == pytest.approx({"no_public": 12, "employed": 1.5, "sick_listed": 9})
    person = result.people.loc["p"]
    assert (person["known_before"], person["known_after"]) == pytest.approx((153 / 184, 1))
    assert (person["entry_on"].date(), person["exit_on"].date()) == (ENTRY, EXIT)
    assert (person["age"], person["lokus_id"], person["gender"]) == (36, "A", "woman")
    assert result.left_out.to_dict() == {"no_id": 0, "ongoing": 0, "too_early": 0, "not_known": 0}


@pytest.mark.parametrize("months", [6, 12])
def test_one_status_all_the_window_is_twelve_months_a_year_whatever_its_length(months):
    result = found(income("student_aid"), doing("studying"), months=months)
    assert told(result.before) == told(result.after) == {"student_aid": 12, "studying": 12}


def test_every_status_has_a_column_and_the_two_others_are_told_apart():
    result = found(income("other"), doing("other"))
    assert told(result.before) == {"other": 12, "other_occupation": 12}
    assert list(result.before) == list(result.after) == statuses()
    assert statuses() == [
        "sickness_benefit",
        "activity_compensation",
        "sickness_compensation",
        "unemployment_insurance",
        "activity_support",
        "establishment_benefit",
        "social_assistance",
        "student_aid",
        "no_public",
        "other",
        "employed",
        "studying",
        "jobseeking",
        "work_training",
        "sick_listed",
        "other_occupation",
    ]


# Who is among them


def reasons(*spells, **given):
    result = found(*spells, **given)
    assert len(result.people) == len(result.before) == len(result.after)
    return {reason: n for reason, n in result.left_out.items() if n}, len(result.people)


WHOLE = (income("no_public"), doing("studying"))


def test_participations_without_an_id_are_counted():
    register = [("p", ENTRY, EXIT), (None, ENTRY, EXIT), (None, ENTRY, None)]
    register.append((None, AS_OF + timedelta(1), None))  # has not begun
    assert reasons(*WHOLE, register=register) == ({"no_id": 2}, 1)


@pytest.mark.parametrize("end", [None, AS_OF + timedelta(1)])
def test_person_with_a_participation_that_has_not_ended_is_ongoing(end):
    register = [("p", ENTRY, EXIT), ("p", date(2016, 2, 1), end)]
    assert reasons(*WHOLE, register=register) == ({"ongoing": 1}, 0)


def test_participation_that_has_not_begun_is_not_there_yet():
    register = [("p", ENTRY, EXIT), ("p", AS_OF + timedelta(1), None)]
    assert reasons(*WHOLE, register=register) == ({}, 1)


@pytest.mark.parametrize(("end", "passed"), [(date(2017, 1, 1), True), (date(2017, 1, 2), False)])
def test_window_after_exit_must_have_passed_by_the_date_of_the_wave(end, passed):
    exp = ({}, 1) if passed else ({"too_early": 1}, 0)
    assert reasons(*WHOLE, register=[("p", ENTRY, end)]) == exp


def test_windows_lie_around_the_first_start_and_the_last_end():
    register = [("p", date(2016, 2, 1), date(2016, 3, 1)), ("p", ENTRY, EXIT)]
    first = found(*WHOLE, register=register).people.loc["p"]
    assert (first["entry_on"].date(), first["exit_on"].date()) == (ENTRY, EXIT)


@pytest.mark.parametrize("domain", [0, 1])
@pytest.mark.parametrize("side", ["before", "after"])
def test_each_domain_must_be_known_on_both_sides(domain, side):
    # Half a year of 184 days before, and of 184 after: 147 of them is less than 0.8, 148 is not.
    for days, kept in ((148, 1), (147, 0)):
        cut = [ENTRY - timedelta(days), EVER] if side == "before" else [LONG_AGO, EXIT]
        cut[1] = EXIT + timedelta(days) if side == "after" else EVER
        spells = list(WHOLE)
        spells[domain] = (*spells[domain][:3], *cut, None)
        assert reasons(*spells) == (({}, 1) if kept else ({"not_known": 1}, 0))


@pytest.mark.parametrize(("days", "kept"), [(92, 1), (91, 0)])
def test_exactly_the_share_that_must_be_known_is_enough(days, kept):
    spells = income("no_public", ENTRY - timedelta(days)), doing("studying")
    assert reasons(*spells, least_known=0.5)[1] == kept  # 92 of 184 days


@pytest.mark.parametrize("value", ["unknown", "astronaut", None])
def test_status_that_nobody_knows_is_not_known(value):
    assert reasons(income("no_public"), doing(value)) == ({"not_known": 1}, 0)


def test_person_without_spells_is_not_known_and_spells_of_strangers_are_nobodys():
    assert reasons(income("no_public", person="q")) == ({"not_known": 1}, 0)


def test_nobody_is_an_empty_exposure():
    result = found(register=[])
    assert result.people.empty
    assert list(result.before) == statuses()
    assert result.left_out.sum() == result.extent_assumed == 0


def test_people_are_in_the_order_of_their_ids():
    register = [("q", ENTRY, EXIT), ("p", ENTRY, EXIT)]
    spells = [(name, *spell[1:]) for name in "qp" for spell in WHOLE]
    result = found(*spells, register=register)
    for table in (result.people, result.before, result.after):
        assert list(table.index) == ["p", "q"]


def test_missing_gender_is_unknown_and_missing_birth_year_no_age():
    register = register_of(("p", ENTRY, EXIT)).assign(gender=None)
    register["birth_year"] = pd.Series([pd.NA], dtype="Int64")
    tables = {"deltaganden": register, "statusspell": spells_of(*WHOLE)}
    person = exposure(tables, study_of(), 18).people.loc["p"]
    assert person["gender"] == "unknown"
    assert np.isnan(person["age"])


def test_first_participation_without_a_start_is_not_known():
    assert reasons(*WHOLE, register=[("p", None, EXIT)]) == ({"not_known": 1}, 0)


def test_nobody_has_passed_a_wave_without_a_date():
    study = study_of().model_copy(update={"waves": {18: None}})
    tables = {"deltaganden": register_of(("p", ENTRY, EXIT)), "statusspell": spells_of(*WHOLE)}
    assert exposure(tables, study, 18).people.empty


# Extent of work


def work(*spells):
    result = found(income("no_public"), *spells)
    return result.before["employed"].iloc[0], result.extent_assumed


def test_extent_that_changes_is_the_mean_over_the_days():
    # Of the 184 days before entry 92 are half time and 92 full time: 12 x 0.75.
    middle = date(2015, 10, 1)
    assert work(
        doing("employed", end=middle, extent=50), doing("employed", middle, extent=100)
    ) == (
        pytest.approx(9),
        0,
    )


def test_unknown_extent_is_the_mean_of_those_known_and_counted_by_window():
    tables = [
        doing("employed", end=ENTRY),
        doing("jobseeking", ENTRY),
        doing("employed", extent=40, person="q"),
        doing("employed", extent=80, person="r"),
        doing("studying", extent=10, person="s"),
    ]
    assert work(*tables) == (pytest.approx(7.2), 1)


def test_work_is_full_time_when_no_extent_is_known():
    assert work(doing("employed")) == (12, 2)


def test_gap_between_two_extents_is_work_of_their_mean():
    gap = date(2015, 9, 1), date(2015, 10, 1)
    got = work(doing("employed", end=gap[0], extent=50), doing("employed", gap[1], extent=50))
    assert got == (6, 0)
    got = work(doing("employed", end=gap[0], extent=50), doing("employed", gap[1], extent=100))
    worked = (62 * 0.5 + 92 * 1) / (62 + 92)  # July and August; October to December
    assert got == (pytest.approx(12 * worked), 0)


def test_gap_in_work_of_one_extent_weighs_as_that_work():
    half = [(LONG_AGO, date(2015, 9, 1)), (date(2015, 10, 1), date(2015, 11, 1))]
    spells = [doing("employed", *days, extent=50) for days in half]
    got = work(*spells, doing("employed", half[1][1], extent=100))
    assert got == (pytest.approx(12 * (123 * 0.5 + 61) / 184), 0)  # half time from July to October


def test_window_inside_a_bridged_gap_has_work_of_assumed_extent():
    gap = date(2015, 6, 1), date(2016, 2, 1)
    spells = doing("employed", end=gap[0], extent=50), doing("employed", gap[1], extent=100)
    result = found(income("no_public"), *spells, gap_days=400)
    assert (result.before["employed"].iloc[0], result.extent_assumed) == (9, 1)


# The calendar walked day by day

DAYS = (date(2015, 5, 1) - LONG_AGO).days, (date(2017, 2, 1) - LONG_AGO).days
VALUES = {"income": ["no_public", "other", "unknown"], "occupation": ["employed", "other", None]}


def said_on(spells, day):
    """Return value and extent of the spell that began last of those that hold a day."""
    held = [(s[3], n, s[2], s[5]) for n, s in enumerate(spells) if s[3] <= day < min(s[4], AS_OF)]
    return max(held, key=lambda spell: spell[:2])[2:] if held else None


def walked(spells, begin, end, gap_days, full):
    """Return months a year, share known and whether an extent is assumed, of one domain."""
    days = [LONG_AGO + timedelta(day) for day in range(*DAYS)]
    told = [said_on(spells, day) for day in days]
    spoken = [at for at, what in enumerate(told) if what]
    said = list(told)
    for before, after in pairwise(spoken):
        one, other = told[before], told[after]
        if one[0] == other[0] and after - before - 1 <= gap_days:
            bridge = one if one == other else (one[0], "bridged")
            said[before + 1 : after] = [bridge] * (after - before - 1)
    inside = [what for day, what in zip(days, said, strict=True) if begin <= day < end]
    known = [what for what in inside if what and what[0] not in (None, "unknown")]
    total = {value: sum(what[0] == value for what in known) for value, _ in known}
    months = {value: 12 * count / len(known) for value, count in total.items()}
    extents = [extent for value, extent in known if value == "employed" and extent != "bridged"]
    if "employed" in months:
        used = [full if extent is None else extent / 100 for extent in extents]
        months["employed"] *= sum(used) / len(used) if used else full
    missing = "employed" in months and (None in extents or not extents)
    return months, len(known) / len(inside), missing


days_of_spells = st.integers(DAYS[0], DAYS[1] - 1)


def spells_in(domain):
    lengths = st.integers(1, 250)
    extents = st.sampled_from([None, 50, 75]) if domain == "occupation" else st.none()
    drawn = st.tuples(days_of_spells, lengths, st.sampled_from(VALUES[domain]), extents)
    return st.lists(drawn, min_size=1, max_size=8)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(spells_in("income"), spells_in("occupation")), min_size=1, max_size=3),
    st.sampled_from([0, 31, 90]),
)
def test_same_as_the_calendar_day_by_day(drawn, gap_days):
    people = []
    for name, domains in zip("pqr", drawn, strict=False):
        people.append(
            {
                domain: [
                    (name, domain, value, LONG_AGO + timedelta(day), _end(day, length), extent)
                    for day, length, value, extent in rows
                ]
                for domain, rows in zip(VALUES, domains, strict=True)
            }
        )
    spells = [spell for person in people for rows in person.values() for spell in rows]
    register = [(name, ENTRY, EXIT) for name in "pqr"[: len(people)]]
    result = found(*spells, register=register, least_known=1e-9, gap_days=gap_days)
    extents = [s[5] for s in spells if s[2] == "employed" and s[5]]
    full = np.mean(extents) / 100 if extents else 1
    windows = {"before": (date(2015, 7, 1), ENTRY), "after": (EXIT, date(2017, 1, 1))}
    kept, assumed = [], 0
    for name, person in zip("pqr", people, strict=False):
        told = {
            when: [walked(rows, *window, gap_days, full) for rows in person.values()]
            for when, window in windows.items()
        }
        if min(share for parts in told.values() for _, share, _ in parts) == 0:
            continue
        kept.append(name)
        for when, ((earned, share, _), (did, other_share, missing)) in told.items():
            did = {"other_occupation" if v == "other" else v: m for v, m in did.items()}
            got = getattr(result, when).loc[name]
            assert {k: v for k, v in got.items() if v} == pytest.approx(earned | did)
            assert result.people.loc[name, f"known_{when}"] == pytest.approx(
                min(share, other_share)
            )
            assumed += missing
    assert list(result.people.index) == kept
    assert result.extent_assumed == assumed
    assert result.left_out["not_known"] == len(people) - len(kept)


def _end(day, length):
    return LONG_AGO + timedelta(min(day + length, DAYS[1]))
