"""Time to work: each test states one rule of who counts, with shares worked by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from shared.estimates.individuals import first_work
from shared.study import Study

STUDY = Study(
    name="s",
    title="Study",
    waves={0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)},
    groups=[{"id": "A"}],
)
START = "2016-01-01"
NEVER = ("jobseeking", START, None)


def first(people, gender="woman", wave=12):
    """Return the table for people with spells of (status, from, to), all starting on one day."""
    rows = [(name, "occupation", *spell) for name, spells in people.items() for spell in spells]
    entered = pd.DataFrame({"person_id": list(people), "start_on": START, "gender": gender})
    return first_of(rows, entered, wave)


def first_of(rows, participations, wave=12):
    columns = ["person_id", "domain", "value", "from_on", "to_on"]
    spells = pd.DataFrame(rows, columns=columns).astype("str")
    spells = spells.astype({"from_on": "datetime64[s]", "to_on": "datetime64[s]"})
    participations = participations.astype({"person_id": "str", "start_on": "datetime64[s]"})
    return first_work(spells, participations, STUDY, wave)


def column(table, name="incidence", gender="all"):
    return table[table["gender"] == gender].set_index("month")[name].to_dict()


# The share


def test_studies_compete_with_work():
    # Of four, one works after 2 months and one studies after 4: half are left when one of those
    # two works after 7 months. Had the student only been lost, it would be 1/4 + 3/4 * 1/2.
    got = first(
        {
            "a": [("jobseeking", START, "2016-03-01"), ("employed", "2016-03-01", None)],
            "b": [("jobseeking", START, "2016-05-01"), ("studying", "2016-05-01", None)],
            "c": [("jobseeking", START, "2016-08-01"), ("employed", "2016-08-01", None)],
            "d": [NEVER],
        }
    )
    assert column(got) == {3.0: 0.25, 6.0: 0.25, 9.0: 0.5, 12.0: 0.5}
    assert column(got, "n") == {3.0: 3, 6.0: 2, 9.0: 1, 12.0: 1}


def test_work_after_studies_is_not_the_first_event():
    spells = [
        ("jobseeking", START, "2016-02-01"),
        ("studying", "2016-02-01", "2016-03-01"),
        ("employed", "2016-03-01", None),
    ]
    assert column(first({"a": spells})) == {3.0: 0.0, 6.0: 0.0, 9.0: 0.0, 12.0: 0.0}


def test_person_counts_until_the_last_spell_ends():
    # Three are followed; one moves after 2 months, so that it is one of two who works after 4.
    got = first(
        {
            "a": [("jobseeking", START, "2016-03-01")],
            "b": [("jobseeking", START, "2016-05-01"), ("employed", "2016-05-01", None)],
            "c": [NEVER],
        }
    )
    assert column(got)[12.0] == 0.5
    assert column(got, "n")[3.0] == 2


def test_share_is_unknown_after_the_last_follow_up():
    got = first({"a": [("jobseeking", START, "2016-05-01")]})
    assert column(got) == pytest.approx(
        {3.0: 0.0, 6.0: np.nan, 9.0: np.nan, 12.0: np.nan}, nan_ok=True
    )


@pytest.mark.parametrize(("day", "share"), [("2016-07-15", 1.0), ("2016-07-16", np.nan)])
def test_events_after_the_date_of_the_wave_are_not_known_yet(day, share):
    # Entered on 1 May: the date of wave 6 is after 2.5 months.
    rows = [("a", "occupation", "jobseeking", "2016-05-01", day)]
    rows += [("a", "occupation", "employed", day, "")]
    people = pd.DataFrame({"person_id": ["a"], "start_on": ["2016-05-01"], "gender": ["man"]})
    got = first_of(rows, people, wave=6)
    assert column(got)[3.0] == pytest.approx(share, nan_ok=True)


def test_spell_that_is_planned_beyond_the_wave_is_known_until_its_date():
    spell = ("a", "occupation", "jobseeking", "2016-05-01", "2017-05-01")
    people = pd.DataFrame({"person_id": ["a"], "start_on": ["2016-05-01"], "gender": ["man"]})
    assert np.isnan(column(first_of([spell], people, wave=6))[3.0])


@pytest.mark.parametrize(("day", "share"), [("2016-04-01", 1.0), ("2016-04-02", 0.0)])
def test_month_is_a_twelfth_of_a_year(day, share):
    # After 91 and 92 days; three months are 91.3.
    got = first({"a": [("jobseeking", START, day), ("employed", day, None)]})
    assert column(got)[3.0] == share


# Who counts


@pytest.mark.parametrize(
    ("spell", "n"),
    [
        (("employed", "2015-06-01", None), 0),
        (("employed", START, None), 0),  # begun on the day of the start
        (("employed", "2015-06-01", START), 1),  # ended on that day
        (("studying", "2015-06-01", None), 1),
    ],
)
def test_people_in_work_at_the_start_are_left_out(spell, n):
    got = first({"a": [spell, ("jobseeking", "2016-10-01", None)]})
    assert column(got, "n")[3.0] == n


def test_time_runs_from_the_first_participation():
    rows = [("a", "occupation", "jobseeking", START, "2016-05-01")]
    rows += [("a", "occupation", "employed", "2016-05-01", "")]
    twice = pd.DataFrame(
        {"person_id": ["a", "a"], "start_on": ["2016-04-01", START], "gender": "man"}
    )
    got = first_of(rows, twice)
    assert column(got) == {3.0: 0.0, 6.0: 1.0, 9.0: 1.0, 12.0: 1.0}
    assert column(got, "n")[3.0] == 1


def test_anonymous_people_and_people_without_spells_are_not_followed():
    rows = [("a", "occupation", "jobseeking", START, ""), ("b", "income", "employed", START, "")]
    people = pd.DataFrame(
        {"person_id": ["a", "b", "c", None], "start_on": START, "gender": "woman"}
    )
    assert column(first_of(rows, people), "n")[3.0] == 1


def test_people_known_only_before_their_start_are_not_followed():
    got = first({"a": [("jobseeking", "2015-06-01", "2015-12-01")], "b": [NEVER]})
    assert column(got, "n")[3.0] == 1


def test_only_spells_of_occupation_tell_of_work():
    rows = [
        ("a", "occupation", "jobseeking", START, ""),
        ("a", "income", "employed", "2016-02-01", ""),
    ]
    people = pd.DataFrame({"person_id": ["a"], "start_on": [START], "gender": ["woman"]})
    assert column(first_of(rows, people))[12.0] == 0.0


def test_women_and_men_have_rows_of_their_own():
    works = [("jobseeking", START, "2016-02-01"), ("employed", "2016-02-01", None)]
    got = first({"a": works, "b": [NEVER], "c": [NEVER]}, gender=["woman", "woman", "man"])
    assert got["gender"].drop_duplicates().tolist() == ["all", "man", "woman"]
    found = {gender: column(got, gender=gender)[12.0] for gender in ("all", "woman", "man")}
    assert found == {"all": pytest.approx(1 / 3), "woman": 0.5, "man": 0.0}


# Few or nobody


def test_one_person_who_works_is_everybody():
    got = first({"a": [("jobseeking", START, "2016-05-01"), ("employed", "2016-05-01", None)]})
    assert column(got) == {3.0: 0.0, 6.0: 1.0, 9.0: 1.0, 12.0: 1.0}
    assert column(got, "n") == {3.0: 1, 6.0: 0, 9.0: 0, 12.0: 0}


def test_one_person_who_does_not_work_is_a_share_of_zero():
    got = first({"a": [NEVER]})
    assert column(got) == {3.0: 0.0, 6.0: 0.0, 9.0: 0.0, 12.0: 0.0}
    assert column(got, "n") == {3.0: 1, 6.0: 1, 9.0: 1, 12.0: 1}


def test_nobody_has_no_share():
    got = first({})
    assert column(got, "n") == {3.0: 0, 6.0: 0, 9.0: 0, 12.0: 0}
    assert got["incidence"].isna().all()


def test_baseline_has_no_months_yet():
    assert first({"a": [NEVER]}, wave=0).empty
