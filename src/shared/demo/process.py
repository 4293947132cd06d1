"""The rest of the process: the checklist, and meetings with attendance."""

import numpy as np
import pandas as pd

from shared.demo.dates import add_months, day
from shared.demo.groups import PARTIES, texts
from shared.demo.known import blank, only
from shared.demo.truth import START_ON, TRUTH, WAVES
from shared.sources.dictionary import code_lists

ANSWERS = np.array(["yes", "partly", "no", "unknown"])
LAST_DAY = max(WAVES.values())


def checklist(rng: np.random.Generator, groups: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return checklista of one wave; some groups are judged by two assessors who mostly agree."""
    parts = list(code_lists()["process_part"])
    frame = groups[["lokus_id", "two_assessors"]].merge(pd.DataFrame({"part_id": parts}), "cross")
    improving = frame["part_id"].isin(TRUTH.checklist.improving)
    chance = np.where(improving, TRUTH.checklist.in_place[wave], TRUTH.checklist.in_place_flat)
    frame["in_place"] = _judgement(rng, chance)
    second = frame[frame["two_assessors"]].copy()
    differs = rng.random(len(second)) < TRUTH.checklist.assessors_differ
    second.loc[differs, "in_place"] = rng.choice(ANSWERS, differs.sum())
    judged = pd.concat([frame.assign(assessor="B-01"), second.assign(assessor="B-02")])
    judged = judged.assign(wave=wave).drop(columns="two_assessors")
    judged["assessed_on"] = day(WAVES[wave]) - rng.integers(0, 14, len(judged))
    number = pd.Series(rng.integers(1, 60, len(judged)), index=judged.index)
    judged["evidence_ref"] = number.map(f"Dok {WAVES[wave]:%Y}:{{:03d}}".format).mask(
        judged["in_place"].isin(["no", "unknown"])
    )
    judged["note"] = _sometimes(rng, texts()["checklist_notes"], len(judged), 0.1)
    return judged.sort_values(["lokus_id", "part_id", "assessor"], kind="stable")


def meetings(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return moten: a lokus meeting a month from the start, and a steering group a quarter."""
    months = np.arange((LAST_DAY.year - START_ON.year) * 12 + LAST_DAY.month)
    first = np.full(len(months), day(START_ON))
    month = np.concatenate([add_months(first[i : i + 1], int(m)) for i, m in enumerate(months)])
    lokus = pd.DataFrame({"month": month, "meeting_type": "lokus"})
    steering = pd.DataFrame({"month": month[2::3], "meeting_type": "styrgrupp"})
    frame = groups[["lokus_id"]].merge(pd.concat([lokus, steering]), "cross")
    offset = rng.integers(3, 14, len(frame))  # early in the month, so that each wave has its months
    held_on = frame["month"].to_numpy("datetime64[D]") + offset
    frame["held_on"] = np.busday_offset(held_on, 0, roll="forward")
    frame["cancelled"] = rng.random(len(frame)) < TRUTH.meetings.cancelled
    frame["minutes"] = rng.integers(4, 9, len(frame)) * 15
    blank(frame, frame["cancelled"], ["minutes"])
    frame = frame.sort_values(["held_on", "lokus_id"], kind="stable").reset_index(drop=True)
    frame["meeting_id"] = [f"M-{i:04d}" for i in range(1, len(frame) + 1)]
    protocol = frame["meeting_id"].str.replace("M-", "Protokoll ")
    return frame.assign(minutes_ref=protocol.mask(frame["cancelled"])).drop(columns="month")


def attendance(rng: np.random.Generator, groups: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return narvaro of the meetings that were not cancelled: members present per party."""
    seats = groups.melt(["lokus_id", "fk_away"], PARTIES, var_name="party", value_name="seats")
    rows = held.loc[~held["cancelled"], ["meeting_id", "lokus_id", "meeting_type", "held_on"]]
    rows = rows.merge(seats, on="lokus_id", validate="many_to_many")
    away = rows["fk_away"] & (rows["party"] == "fk")
    chance = np.where(away, TRUTH.meetings.present_fk_away, TRUTH.meetings.present)
    rows["invited"] = (rows["meeting_type"] == "lokus") | (rows["party"] != "coordinator")
    present = rng.binomial(rows["seats"], chance)
    rows["present_n"] = np.where(rows["invited"], present, 0)
    mandate = rng.choice(["yes", "no", "unknown"], len(rows), p=[0.7, 0.2, 0.1])
    rows["has_mandate"] = only(mandate, rows["present_n"] > 0)
    return rows


def _judgement(rng: np.random.Generator, in_place: np.ndarray) -> np.ndarray:
    """Draw yes with the given probability, else partly or no; one in twenty cannot be judged."""
    rest = rng.choice(["partly", "no"], len(in_place), p=[0.6, 0.4])
    judged = np.where(rng.random(len(in_place)) < in_place, "yes", rest)
    return np.where(rng.random(len(in_place)) < 0.05, "unknown", judged).astype(object)


def _sometimes(rng: np.random.Generator, words: list[str], n: int, share: float) -> np.ndarray:
    return only(rng.choice(np.array(words, dtype=object), n), rng.random(n) < share)
