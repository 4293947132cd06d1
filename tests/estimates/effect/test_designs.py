"""Which designs a study allows, on studies of a few people whose months are worked by hand."""

import pandas as pd
import pytest

from shared.estimates.effect.designs import designs, found, in_work, lacking
from shared.study import Study


def study(*starts):
    groups = [{"id": name, "start_on": day} for name, day in zip("ABCDEFGH", starts, strict=False)]
    waves = {0: "2016-01-01", 18: "2017-07-01"}
    return Study.model_validate({"name": "s", "title": "S", "waves": waves, "groups": groups})


def tables(*spells):
    """Build tables from (person, group, from, to, value)."""
    columns = ["person_id", "lokus_id", "from_on", "to_on", "value"]
    frame = pd.DataFrame(spells, columns=columns)
    frame[["from_on", "to_on"]] = frame[["from_on", "to_on"]].apply(pd.to_datetime)
    people = frame.drop_duplicates("person_id")[["person_id", "lokus_id"]]
    number = frame.groupby("person_id").cumcount() + 1
    spell = frame.drop(columns="lokus_id").assign(spell_no=number, domain="occupation")
    return {"statusspell": spell, "deltaganden": people}


def test_month_counts_by_its_fifteenth_and_unknown_days_do_not():
    rows = tables(
        ("p", "A", "2016-01-15", "2016-03-16", "employed"),
        ("p", "A", "2016-05-16", "2016-07-15", "jobseeking"),
    )
    known = in_work(rows, study("2016-01-01"), 18)
    months = dict(zip(known["month"].astype(str), known["works"], strict=True))
    assert months == {"2016-01": True, "2016-02": True, "2016-03": True, "2016-06": False}


def of_group(group, people, works_from):
    return [
        spell
        for number in range(people)
        for spell in (
            (f"{group}{number}", group, "2015-01-01", works_from, "jobseeking"),
            (f"{group}{number}", group, works_from, "2017-07-01", "employed"),
        )
    ]


def test_groups_that_start_apart_are_compared_and_the_planted_effect_is_found():
    starts = [f"2016-{month:02d}-01" for month in (3, 3, 6, 6, 9, 9, 12, 12)]
    rows = [one for g, day in zip("ABCDEFGH", starts, strict=True) for one in of_group(g, 6, day)]
    tried = designs(tables(*rows), study(*starts), 18)
    assert tried.stepped.estimate == pytest.approx(1.0)
    assert found(tried)[["design", "n"]].to_numpy().tolist() == [["stepped", 48]]
    missing = lacking(tried)
    assert missing[["design", "lacking", "found", "least"]].to_numpy().tolist() == [
        ["interrupted", "one_start", 4, 1]
    ]


def test_groups_that_start_together_have_a_series_and_no_steps():
    starts = ["2016-03-01"] * 3
    rows = [one for g, day in zip("ABC", starts, strict=True) for one in of_group(g, 6, day)]
    tried = designs(tables(*rows), study(*starts), 18)
    assert found(tried)["design"].tolist() == ["interrupted"]
    assert found(tried)["difference"].item() == pytest.approx(1.0)
    assert set(lacking(tried)["design"]) == {"stepped"}


def test_months_of_few_people_are_missing():
    starts = ["2016-03-01"] * 3
    rows = [one for g, day in zip("ABC", starts, strict=True) for one in of_group(g, 1, day)]
    assert found(designs(tables(*rows), study(*starts), 18)).empty
