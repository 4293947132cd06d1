"""The register of add-on resources: people, their participations, and how these end."""

import numpy as np
import pandas as pd

from shared.demo.dates import Days, day
from shared.demo.paths import ACTIVE, END, GONE, OUT, PENSIONED, SEEKING, STUDY, TRAINING, WORK
from shared.demo.paths import Paths
from shared.demo.truth import FIRST_ENTRY, TRUTH
from shared.sources.dictionary import code_lists

AGES = (18, 63)
LENGTH_DAYS = (3.0, 90.0)  # shape and scale of the planned length: nine months on average
GENDER = {True: "woman", False: "man"}
# In the order of the code lists; the last shares are of those who get support before.
REFERRERS = (0.30, 0.14, 0.24, 0.11, 0.08, 0.08, 0.03, 0.02)
EDUCATION = (0.09, 0.27, 0.47, 0.14, 0.03)
SUPPORT = {
    "sickness_benefit": 0.22,
    "activity_compensation": 0.10,
    "unemployment_insurance": 0.08,
    "activity_support": 0.15,
    "establishment_benefit": 0.07,
    "social_assistance": 0.36,
    "other": 0.02,
}
EXITS = {
    "completed_plan": 0.45,
    "other_measure": 0.20,
    "not_attending": 0.12,
    "own_request": 0.08,
    "too_ill": 0.10,
    "other": 0.05,
}


def make_people(
    rng: np.random.Generator, groups: pd.DataFrame, insatser: pd.DataFrame, n: int
) -> pd.DataFrame:
    """Return one row per person: who they are, where and when they enter, and what is missing.

    ``status`` is the status at entry, ``support`` and ``idle`` the income source and occupation
    of the person while in neither work nor studies.
    """
    people = pd.DataFrame({"person_id": [f"P-{i:06d}" for i in range(1, n + 1)]})
    people["lokus_id"] = rng.choice(groups["lokus_id"].to_numpy(), n, p=groups["share"])
    people["insats_id"] = _pick_insats(rng, people["lokus_id"], insatser)
    length = int((END - day(FIRST_ENTRY)).astype(int))
    people["start_on"] = np.sort(day(FIRST_ENTRY) + rng.integers(0, length, n))
    people["woman"] = rng.random(n) < TRUTH.people.women
    age = np.round(AGES[0] + (AGES[1] - AGES[0]) * rng.beta(1.5, 2.0, n)).astype(int)
    people["birth_year"] = people["start_on"].dt.year - age
    idle = np.array(["jobseeking", "work_training", "sick_listed", "other"], dtype=object)
    people["idle"] = rng.choice(idle, n, p=[0.45, 0.10, 0.30, 0.15])
    working = rng.random(n) < TRUTH.people.working_at_start
    training = people["idle"] == "work_training"
    people["status"] = np.select([working, training], [WORK, TRAINING], SEEKING)
    people["support"] = rng.choice(np.array(list(SUPPORT), object), n, p=list(SUPPORT.values()))
    people["anonymous"] = rng.random(n) < TRUTH.people.anonymous
    refused = rng.random(n) < TRUTH.people.no_followup_consent
    people["consents"] = ~people["anonymous"] & ~refused
    people["misregistered"] = rng.random(n) < TRUTH.people.misregistered
    people["dies"] = rng.random(n) < 1 / 3  # of those who move or die
    return people


def make_participations(
    rng: np.random.Generator, people: pd.DataFrame, paths: Paths, insatser: pd.DataFrame
) -> pd.DataFrame:
    """Return deltaganden as it would look once every participation has ended.

    Extra columns: ``person`` (position in ``people``), ``consents`` and ``misregistered``.
    """
    frame = _entries(rng, people, paths, insatser)
    person, start = frame["person"].to_numpy(), frame["start_on"].to_numpy("datetime64[D]")
    frame["end_on"] = _ends(rng, frame, paths)
    before, after = paths.at(person, start), paths.at(person, days_within(frame["end_on"]))
    for when, segment in (("before", before), ("after", after)):
        described = describe(people, paths, person, segment)
        frame[f"main_income_{when}"] = described["income"]
        frame[f"income_{when}"] = with_supplement(rng, described["income"])
        frame[f"occupation_{when}"] = described["occupation"]
        frame[f"work_extent_{when}"] = described["extent"].fillna(0.0)
    frame["exit_reason"] = _exit_reason(rng, frame, paths.status[after], people)
    frame["af_registered_after"] = frame["occupation_after"].isin(["jobseeking", "work_training"])
    return frame.assign(**_background(rng, frame, people))


def describe(
    people: pd.DataFrame, paths: Paths, person: np.ndarray, segment: np.ndarray
) -> pd.DataFrame:
    """Return ``income``, ``occupation`` and ``extent`` of each person in a segment of a path."""
    status, first = paths.status[segment], segment == paths.at(person, paths.from_on[:0])[:0].size
    return pd.DataFrame({"status": status, "first": first})
