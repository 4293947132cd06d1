"""Coded interviews: one with each party of a group, whose passages say what helps and hinders."""

import numpy as np
import pandas as pd

from shared.demo.dates import day
from shared.demo.groups import PARTIES, texts
from shared.demo.truth import TRUTH, WAVES
from shared.sources.dictionary import code_lists

INTERVIEW_WAVES = (6, 18)
SEGMENTS = 4  # coded passages per interview, half of them about parts of the process
QUOTE_OK = 0.6  # share of interviewees who let their words be used


def interviews(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return intervjukodning: five interviews per group and wave, some passages coded by two."""
    return pd.concat([_interviews(rng, groups, wave) for wave in INTERVIEW_WAVES])


def _interviews(rng: np.random.Generator, groups: pd.DataFrame, wave: int) -> pd.DataFrame:
    held = groups[["lokus_id"]].merge(pd.DataFrame({"party": PARTIES}), "cross").assign(wave=wave)
    n = len(held)
    held["interview_id"] = [f"V{wave:02d}-{i + 1:03d}" for i in range(n)]
    held["interview_on"] = day(WAVES[wave]) - rng.integers(3, 60, n)
    held["quote_ok"] = rng.random(n) < QUOTE_OK
    said = _passages(rng, n, wave)
    frame = held.loc[held.index.repeat(SEGMENTS)].reset_index(drop=True).join(said)
    frame["segment_id"] = np.tile(np.arange(1, SEGMENTS + 1), n)
    second = frame[rng.random(len(frame)) < TRUTH.interviews.second_coder].copy()
    differs = rng.random(len(second)) < TRUTH.interviews.coders_differ
    second.loc[differs, "valence"] = "neutral"
    coded = pd.concat([frame.assign(coder="K-01"), second.assign(coder="K-02")])
    return coded.sort_values(["interview_id", "segment_id", "coder"], kind="stable")


def _passages(rng: np.random.Generator, n: int, wave: int) -> pd.DataFrame:
    """Draw the themes of each interview, none twice, and for each theme a passage as planted."""
    themes = np.array(list(code_lists()["interview_code"]))
    part = np.isin(themes, list(TRUTH.interviews.enabling))
    half = SEGMENTS // 2
    drawn = [
        themes[which][np.argsort(rng.random((n, which.sum())), axis=1)[:, :half]]
        for which in (part, ~part)
    ]
    theme = np.hstack(drawn).ravel()
    passages = pd.DataFrame(texts()["interviews"]).rename(columns={"code": "code_id"})
    score = np.log(_weights(passages, wave)) + rng.gumbel(size=(len(theme), len(passages)))
    about = passages["code_id"].to_numpy() == theme[:, None]
    return passages.iloc[np.where(about, score, -np.inf).argmax(axis=1)].reset_index(drop=True)


def _weights(passages: pd.DataFrame, wave: int) -> np.ndarray:
    """Return how likely each passage is within its theme; all alike outside the planted ones."""
    planted = TRUTH.interviews
    enabling = passages["code_id"].map({part: by[wave] for part, by in planted.enabling.items()})
    by_direction = {"enabler": enabling, "neutral": planted.neutral}
    by_direction["barrier"] = 1 - enabling - planted.neutral
    weight = np.select(
        [passages["valence"] == direction for direction in by_direction],
        list(by_direction.values()),
    )
    return np.where(enabling.isna(), 1.0, weight)
