"""Records of status histories: where people are by months since start, which way, and if it lasts.

They rest on every day that is known (``estimates/histories.py``), not on follow-ups. A whole
history can tell who somebody is: it is not published, only these summaries are, as counts.
"""

from datetime import date

import numpy as np
import pandas as pd

from shared.estimates.histories import first_work, follow, histories, status_on
from shared.estimates.periods import DAYS_PER_MONTH
from shared.sources.dictionary import coarser
from shared.study import Study

WORK, STUDIES, COMPENSATION = 1, 2, 3
CAUSES = {WORK: "work", STUDIES: "studies", COMPENSATION: "compensation"}
SETTLED = ["sickness_compensation", "activity_compensation"]  # incomes that end the way to work
STEP = 3  # months between the states
AFTER = (6, 12)  # months since the first work


def states(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per person and ``month`` since the start, for those observed then.

    ``month`` is 0, 3, 6 and so on up to the wave's; ``state`` is a coarse code of the list
    ``status``, ``unknown`` in a gap. Who comes under observation later is not counted before.
    """
    followed = follow(tables, study, wave)
    start = followed.people["start_on"]
    months = [
        status_on(followed, start + pd.DateOffset(months=month)).rename("state").to_frame()
        for month in range(0, wave + 1, STEP)
    ]
    states = pd.concat([state.assign(month=STEP * step) for step, state in enumerate(months)])
    states["state"] = coarser(states["state"], "status").astype("str")
    return _of_people(followed.people, states[["month", "state"]])


def ways(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per person followed, and ``way``: what happened while they were observed.

    started_working  : in work on the first day observed.
    to_work          : reached work, and was in work at the end of observation.
    to_work_and_back : reached work, and was not in work at the end.
    to_studies       : in studies at some time, never in work.
    training         : in work training at some time, never in studies or work.
    stayed_out       : none of these.
    """
    followed = follow(tables, study, wave)
    runs = followed.runs
    seen = pd.crosstab(runs["person_id"], runs["value"]).reindex(
        columns=["work", "studies", "training"], fill_value=0
    )
    by_person = runs.groupby("person_id")["value"]
    rules = {
        "started_working": by_person.first() == "work",
        "to_work": (seen["work"] > 0) & (by_person.last() == "work"),
        "to_work_and_back": seen["work"] > 0,
        "to_studies": seen["studies"] > 0,
        "training": seen["training"] > 0,
    }
    way = np.select(list(rules.values()), list(rules), default="stayed_out")
    return _of_people(followed.people, pd.DataFrame({"way": way}, index=seen.index, dtype="str"))


def durability(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per person who reached work and per 6 and 12 ``months_after``, if they passed.

    People in work on the first day observed did not reach it. ``still``: ``still`` in work on the
    day that many months after the first day of work (also after a break), ``not_working``, or
    ``unknown`` (in a gap, or no longer observed). Days from the wave's date on have not passed.
    """
    followed = follow(tables, study, wave)
    reached = first_work(followed)["from_on"]
    rows = []
    for after in AFTER:
        day = reached + pd.DateOffset(months=after)
        day = day[day < pd.Timestamp(study.waves[wave])]
        state = status_on(followed, day).reindex(day.index, fill_value="unknown")
        still = state.map({"work": "still", "unknown": "unknown"}).fillna("not_working")
        rows.append(pd.DataFrame({"months_after": after, "still": still.astype("str")}))
    return _of_people(followed.people, pd.concat(rows))


def first_events(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per person who was not in work when observation began, and what came first.

    tables : ``deltaganden`` and ``statusspell``.
    Time runs from the start of the first participation, and observation from ``entry`` (later than
    0 for people whose status is known only later) to the last day known, before the wave's date.
    ``months`` : until the first ``cause``: work (1), studies that begin (2), sickness or activity
    compensation that begins (3, an income), in this order on the same day; or until the last day
    known (0). ``without_months``, ``without_ended`` : until the first work or studies, whatever the
    income. ``work_months``, ``work_ended`` : unbroken time in the first work, missing if there was
    none, and whether something else is known to have followed.
    Also ``person_id``, ``lokus_id``, ``gender``, ``age`` (calendar years), ``education`` and
    ``public_support_months`` at the start. Those whose compensation began between the start and a
    later entry are left out: the event came before observation.
    """
    followed = follow(tables, study, wave)
    work = first_work(followed)
    waiting = status_on(followed, followed.people["entry_on"]) != "work"
    people = followed.people.loc[waiting.index[waiting]]
    begun = followed.runs.join(people["entry_on"], on="person_id", how="inner")
    begun = begun[(begun["value"] == "studies") & (begun["from_on"] > begun["entry_on"])]
    settled = _settled(tables["statusspell"], people, study, wave)
    people = people[~(settled.reindex(people.index) <= people["entry_on"])]
    first = {
        WORK: work["from_on"],
        STUDIES: begun["from_on"].groupby(begun["person_id"]).min(),
        COMPENSATION: settled,
    }
    return _waits(people, pd.DataFrame(first, index=people.index), work)


def _of_people(people: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """Return ``facts``, by person_id, with the group and gender of each person."""
    known = people[["lokus_id", "gender"]]
    return known.join(facts, how="inner", validate="one_to_many").reset_index()


def _settled(spells: pd.DataFrame, people: pd.DataFrame, study: Study, wave: int) -> pd.Series:
    """Return the day after the start, while observed, on which compensation began, by person.

    People who had it at the start are left out: it goes on, even if it changes its name.
    """
    spells = spells.assign(value=spells["value"].replace(dict.fromkeys(SETTLED, "settled")))
    as_of = study.waves[wave] or date.min
    runs = histories(spells, "income", as_of, study.followup.gap_days)
    runs = runs[runs["value"] == "settled"].join(people, on="person_id", how="inner")
    runs = runs[runs["to_on"] > runs["start_on"]].drop_duplicates("person_id")
    began = (runs["from_on"] > runs["start_on"]) & (runs["from_on"] <= runs["last_on"])
    return runs[began].set_index("person_id")["from_on"]


def _waits(people: pd.DataFrame, first: pd.DataFrame, work: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person from the first day of each event and the first time in work."""
    event, changed = first.min(axis="columns"), first[[WORK, STUDIES]].min(axis="columns")
    cause = pd.Series(0, index=people.index)
    for code in sorted(CAUSES, reverse=True):
        cause = cause.mask(first[code] == event, code)
    work = work.reindex(people.index)
    table = {
        "lokus_id": people["lokus_id"],
        "gender": people["gender"],
        "entry": _months_between(people["start_on"], people["entry_on"]),
        "months": _months_between(people["start_on"], event.fillna(people["last_on"])),
        "cause": cause,
        "without_months": _months_between(people["start_on"], changed.fillna(people["last_on"])),
        "without_ended": changed.notna(),
        "work_months": _months_between(work["from_on"], work["to_on"]),
        "work_ended": work["left"].eq(True),
        "age": people["start_on"].dt.year - people["birth_year"].astype(float),
        "education": people["education"].astype("str"),
        "public_support_months": people["public_support_months"].astype(float),
    }
    return pd.DataFrame(table).reset_index()


def _months_between(start: pd.Series, end: pd.Series) -> pd.Series:
    return (end - start).dt.days / DAYS_PER_MONTH
