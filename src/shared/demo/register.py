"""The register of add-on resources: the insatser, and who takes part in them from when to when."""

import numpy as np
import pandas as pd

from shared.demo.dates import Days, days
from shared.demo.groups import texts
from shared.demo.known import blank
from shared.demo.paths import END, GONE, PENSIONED, STUDY, WORK, gone_on, segment_at
from shared.demo.truth import FIRST_ENTRY, TRUTH

PLANNED_DAYS = (3.0, 90.0)  # shape and scale of the planned length: nine months on average
SHORTEST = 14  # days
LEAVES_AFTER = 46  # days; after an event the participation is ended within this time
AGAIN_AFTER = (20, 300)  # days from a first to a second participation, which may run in parallel
SUPPLEMENT = 0.15  # share with social assistance on top of another support
EXITS = {
    "completed_plan": 0.45,
    "other_measure": 0.20,
    "not_attending": 0.12,
    "own_request": 0.08,
    "too_ill": 0.10,
    "other": 0.05,
}
RECORDED = [
    "person_id", "lokus_id", "gender", "birth_year", "education", "referrer", "is_anonymous",
    "followup_consent", "public_support_months", "misregistered",
]  # fmt: skip


def make_insatser(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return insatser: one to three per group, the third a structural one without participants."""
    number = rng.integers(1, 4, len(groups))
    frame = groups[["lokus_id"]].loc[groups.index.repeat(number)].reset_index(drop=True)
    kinds = pd.DataFrame(texts()["insatser"]).iloc[frame.groupby("lokus_id").cumcount()]
    renamed = {"precise": "precise_direction", "target": "target_group"}
    frame = frame.join(kinds.rename(columns=renamed).reset_index(drop=True))
    frame["name"] = frame["name"] + " " + frame["lokus_id"]
    frame["esf_funded"] = rng.random(len(frame)) < 0.2
    frame["start_on"] = FIRST_ENTRY
    return frame.assign(insats_id=[f"I-{i:03d}" for i in range(1, len(frame) + 1)], end_on=None)


def make_participations(
    rng: np.random.Generator, people: pd.DataFrame, segments: pd.DataFrame, insatser: pd.DataFrame
) -> pd.DataFrame:
    """Return deltaganden as it would look once every participation has ended.

    Extra columns: ``person`` (position in ``people``) and ``misregistered``.
    """
    frame = _entries(rng, people, segments)
    frame["insats_id"] = _choose_insats(rng, frame, insatser)
    frame["end_on"] = _ends(rng, frame, segments)
    person = frame["person"].to_numpy()
    for when, column in (("before", "start_on"), ("after", "end_on")):
        found = segment_at(segments, person, days(frame[column]))
        frame[f"main_income_{when}"] = found["income"]
        frame[f"income_{when}"] = with_supplement(rng, found["income"])
        frame[f"occupation_{when}"] = found["occupation"]
        frame[f"work_extent_{when}"] = found["extent"].fillna(0.0)
    frame["exit_reason"] = _exit_reasons(rng, frame, found["status"], people)
    frame["af_registered_after"] = frame["occupation_after"].isin(["jobseeking", "work_training"])
    after = [column for column in frame.columns if column.endswith("_after")]
    blank(frame, frame["misregistered"], after)
    blank(frame, frame["is_anonymous"], ["person_id", "birth_year"])
    return frame.assign(municipality=frame["lokus_id"])


def with_supplement(rng: np.random.Generator, income: pd.Series) -> pd.Series:
    """Add social assistance to the support of some, as several codes in one cell."""
    alone = income.isin(["social_assistance", "no_public", "unknown"])
    both = ~alone & (rng.random(len(income)) < SUPPLEMENT)
    return income.mask(both, income + "|social_assistance")


def _entries(
    rng: np.random.Generator, people: pd.DataFrame, segments: pd.DataFrame
) -> pd.DataFrame:
    """Return first and second participations with ids in order of their start."""
    once = people.index.to_series(name="person")
    again = once[(rng.random(len(once)) < TRUTH.people.two_participations)]
    again = again[~people.loc[again, "misregistered"]]
    wait = rng.integers(*AGAIN_AFTER, len(again)).astype("timedelta64[D]")
    second = pd.DataFrame({"person": again, "start_on": days(people.loc[again, "start_on"]) + wait})
    second = second[second["start_on"] < END]
    there = segment_at(segments, second["person"].to_numpy(), days(second["start_on"]))
    second = second[(there["status"] != GONE).to_numpy()]
    first = pd.DataFrame({"person": once, "start_on": people["start_on"]})
    frame = pd.concat([first, second]).sort_values(["start_on", "person"], ignore_index=True)
    frame["participation_id"] = [f"D-{i:06d}" for i in range(1, len(frame) + 1)]
    return frame.join(people[RECORDED], on="person", validate="many_to_one")


def _choose_insats(
    rng: np.random.Generator, frame: pd.DataFrame, insatser: pd.DataFrame
) -> np.ndarray:
    open_to_people = insatser[insatser["direction"] == "individual"].reset_index(drop=True)
    offered = open_to_people.groupby("lokus_id").agg(
        first=("insats_id", lambda ids: ids.index[0]), n=("insats_id", "size")
    )
    here = offered.loc[frame["lokus_id"]]
    chosen = here["first"].to_numpy() + rng.integers(0, here["n"].to_numpy())
    return open_to_people["insats_id"].to_numpy()[chosen]


def _ends(rng: np.random.Generator, frame: pd.DataFrame, segments: pd.DataFrame) -> Days:
    """End as planned, soon after work or another event, or on the day of moving or death."""
    start, n = days(frame["start_on"]), len(frame)
    planned = np.maximum(rng.gamma(*PLANNED_DAYS, n), SHORTEST).astype("timedelta64[D]")
    left = rng.integers(0, LEAVES_AFTER, n).astype("timedelta64[D]")
    event = segments["from_on"].where(segments["status"] >= WORK)
    following = event.groupby(segments["person"]).shift(-1).groupby(segments["person"]).bfill()
    now = segment_at(segments.assign(following=following), frame["person"].to_numpy(), start)
    end = np.fmin(start + planned, days(now["following"]) + left)
    end = np.fmin(end, days(gone_on(segments).reindex(frame["person"])))
    mistaken = start + rng.integers(1, 11, n).astype("timedelta64[D]")
    return np.where(frame["misregistered"], mistaken, end)


def _exit_reasons(
    rng: np.random.Generator, frame: pd.DataFrame, status: pd.Series, people: pd.DataFrame
) -> np.ndarray:
    other = rng.choice(list(EXITS), len(frame), p=list(EXITS.values()))
    dies = people["dies"].to_numpy()[frame["person"]]
    gone = status == GONE
    known = {
        "misregistration": frame["misregistered"],
        "deceased": gone & dies,
        "moved": gone,
        "to_work": status == WORK,
        "to_studies": status == STUDY,
        "too_ill": status == PENSIONED,
    }
    return np.select(list(known.values()), list(known), other)
