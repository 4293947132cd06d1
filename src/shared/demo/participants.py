"""Who takes part in the add-on resources, and what their records lack."""

import numpy as np
import pandas as pd

from shared.demo.dates import day
from shared.demo.known import blank
from shared.demo.paths import END, SEEKING, TRAINING, WORK
from shared.demo.truth import FIRST_ENTRY, TRUTH
from shared.sources.dictionary import code_lists

AGES = (18, 63)
ACTIVITY_COMPENSATION_UNTIL = 30  # it is paid to people under 30 only
ILL = ("sickness_benefit", "activity_compensation")
IDLE = ("jobseeking", "work_training", "sick_listed", "other")
IDLE_IF_ILL = (0.15, 0.10, 0.60, 0.15)
IDLE_IF_NOT = (0.65, 0.12, 0.08, 0.15)
EDUCATION = (0.09, 0.27, 0.47, 0.14, 0.03)  # in the order of the code list
REFERRERS = (0.30, 0.14, 0.24, 0.11, 0.08, 0.08, 0.03, 0.02)
SUPPORT = {
    "sickness_benefit": 0.20,
    "activity_compensation": 0.14,
    "unemployment_insurance": 0.08,
    "activity_support": 0.15,
    "establishment_benefit": 0.07,
    "social_assistance": 0.34,
    "other": 0.02,
}


def make_people(rng: np.random.Generator, groups: pd.DataFrame, n: int) -> pd.DataFrame:
    """Return one row per person, sorted by entry: who they are, and what their records lack.

    ``status`` is the status at entry; ``support`` and ``idle`` are the income source and the
    occupation of the person while in neither work nor studies; ``woman`` holds for all, ``gender``
    only where it was recorded.
    """
    people = pd.DataFrame({"person_id": [f"P-{i:06d}" for i in range(1, n + 1)]})
    people["lokus_id"] = rng.choice(groups["lokus_id"].to_numpy(), n, p=groups["share"])
    length = int((END - day(FIRST_ENTRY)).astype(int))
    people["start_on"] = np.sort(day(FIRST_ENTRY) + rng.integers(0, length, n))
    people["woman"] = rng.random(n) < TRUTH.people.women
    people["dies"] = rng.random(n) < 1 / 3  # of those who move or die
    _add_situation(rng, people)
    _add_record(rng, people)
    return people


def _add_situation(rng: np.random.Generator, people: pd.DataFrame) -> None:
    n = len(people)
    age = np.round(AGES[0] + (AGES[1] - AGES[0]) * rng.beta(1.5, 2.0, n)).astype(int)
    people["birth_year"] = people["start_on"].dt.year - age
    support = rng.choice(list(SUPPORT), n, p=list(SUPPORT.values()))
    too_old = (support == "activity_compensation") & (age >= ACTIVITY_COMPENSATION_UNTIL)
    people["support"] = np.where(too_old, "sickness_benefit", support)
    people["training_support"] = (support == "social_assistance") & (rng.random(n) < 0.5)
    people["public_support_months"] = rng.gamma(1.3, 25, n).astype(int)
    ill, well = (rng.choice(IDLE, n, p=shares) for shares in (IDLE_IF_ILL, IDLE_IF_NOT))
    people["idle"] = np.where(np.isin(support, ILL), ill, well)
    working = rng.random(n) < TRUTH.people.working_at_start
    training = people["idle"] == "work_training"
    people["status"] = np.select([working, training], [WORK, TRAINING], SEEKING)


def _add_record(rng: np.random.Generator, people: pd.DataFrame) -> None:
    n, planted = len(people), TRUTH.people
    people["education"] = rng.choice(list(code_lists()["education"]), n, p=EDUCATION)
    people["referrer"] = rng.choice(list(code_lists()["referrer"]), n, p=REFERRERS)
    people["gender"] = np.where(people["woman"], "woman", "man")
    people["is_anonymous"] = rng.random(n) < planted.anonymous
    refused = rng.random(n) < planted.no_followup_consent
    people["followup_consent"] = ~people["is_anonymous"] & ~refused
    people["misregistered"] = rng.random(n) < planted.misregistered
    blank(people, rng.random(n) < planted.gender_missing, ["gender"])
    blank(people, rng.random(n) < planted.education_missing, ["education"])
    people.loc[people["is_anonymous"] & (rng.random(n) < 0.5), "gender"] = "unknown"
