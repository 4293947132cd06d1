"""What reaches the coordinator: the case log, and the structural issues that grow out of it."""

import numpy as np
import pandas as pd

from shared.demo.dates import Days, add_months, day
from shared.demo.groups import texts
from shared.demo.known import only
from shared.demo.truth import DAYS_PER_MONTH, START_ON, TRUTH, WAVES
from shared.sources.dictionary import code_lists

LAST_DAY = max(WAVES.values())
MEDIAN_DAYS_ISSUE = 150.0  # from raised to closed
ORIGINS = (0.24, 0.14, 0.18, 0.14, 0.10, 0.12, 0.05, 0.03)
ROLES = (0.70, 0.15, 0.10, 0.05)
TYPES = (0.18, 0.22, 0.14, 0.20, 0.10, 0.11, 0.05)
AREAS = (0.15, 0.20, 0.22, 0.12, 0.10, 0.08, 0.10, 0.03)
OUTCOMES = (0.48, 0.22, 0.12, 0.14, 0.04)


def cases(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return koordinatorlogg as it would look once all cases are closed; no person in it."""
    length = int((day(LAST_DAY) - day(START_ON)).astype(int)) + 1
    rate = np.where(groups["busy"], TRUTH.cases.per_month_busy, TRUTH.cases.per_month)
    number = rng.poisson(rate * length / DAYS_PER_MONTH)
    frame = groups[["lokus_id"]].loc[groups.index.repeat(number)].reset_index(drop=True)
    n = len(frame)
    opened = day(START_ON) + rng.integers(0, length, n)
    frame["opened_on"] = np.busday_offset(opened, 0, roll="backward")  # the start is a Friday
    structural = rng.random(n) < TRUTH.cases.structural
    frame["focus"] = np.where(structural, "structural", "individual")
    median = np.where(
        structural, TRUTH.cases.median_days_structural, TRUTH.cases.median_days_individual
    )
    frame["closed_on"] = _closed_on(rng, frame["opened_on"].to_numpy("datetime64[D]"), median)
    frame["origin_party"] = _draw(rng, "origin_party", n, ORIGINS)
    frame["origin_role"] = _draw(rng, "origin_role", n, ROLES)
    frame["case_type"] = _draw(rng, "case_type", n, TYPES)
    frame["structure_area"] = only(_draw(rng, "structure_area", n, AREAS), structural)
    frame["action"] = _actions(rng, structural)
    frame["outcome"] = _draw(rng, "outcome", n, OUTCOMES)
    minutes = rng.lognormal(3.6, 0.6, n) * np.where(structural, 3, 1)
    frame["minutes"] = minutes.round(-1).clip(10)
    frame = frame.sort_values(["opened_on", "lokus_id"], kind="stable").reset_index(drop=True)
    return frame.assign(case_id=[f"C-{i:05d}" for i in range(1, n + 1)])


def described(rng: np.random.Generator, log: pd.DataFrame) -> pd.DataFrame:
    """Return the log with notes on some of the cases, in words that fit their type."""
    pool, which = log["case_type"].map(texts()["case_notes"]), rng.random(len(log))
    notes = [choice[int(at * len(choice))] for choice, at in zip(pool, which, strict=True)]
    some = rng.random(len(log)) < TRUTH.cases.described
    return log.assign(note=only(np.array(notes, dtype=object), some))


def issues(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return strukturfragor as it would look once all are closed: 4 to 8 per group."""
    number = rng.integers(4, 9, len(groups))
    frame = groups[["lokus_id"]].loc[groups.index.repeat(number)].reset_index(drop=True)
    n = len(frame)
    month = rng.integers(0, 18, n) * ~(frame["lokus_id"] != frame["lokus_id"].shift())
    start = np.full(n, day(START_ON))
    raised = [add_months(start[:1], int(m))[0] for m in month]  # each group's first is at the start
    frame["raised_on"] = np.array(raised, dtype="datetime64[D]") + rng.integers(3, 14, n)
    opened = frame["raised_on"].to_numpy("datetime64[D]")
    frame["closed_on"] = _closed_on(rng, opened, np.full(n, MEDIAN_DAYS_ISSUE))
    frame["area"] = _draw(rng, "structure_area", n, AREAS)
    frame["owner_party"] = _draw(rng, "party", n, (0.25, 0.2, 0.3, 0.15, 0.1))
    frame["status"] = rng.choice(np.array(["closed", "rejected"], dtype=object), n, p=[0.85, 0.15])
    led_to = texts()["issue_actions"]
    frame["action_taken"] = rng.choice(np.array(list(led_to), dtype=object), n)
    nothing = rng.random(n) < TRUTH.cases.issues_without_change
    nothing |= frame["status"] == "rejected"
    frame["result"] = frame["action_taken"].map(led_to).mask(nothing, "no_change")
    return frame.assign(issue_id=[f"S-{i:04d}" for i in range(1, n + 1)])


def _closed_on(rng: np.random.Generator, opened: Days, median: np.ndarray) -> Days:
    """Add an exponential lead time of the given median."""
    wait = rng.exponential(median / np.log(2))
    return opened + np.floor(wait).astype("timedelta64[D]")


def _draw(rng: np.random.Generator, name: str, n: int, share: tuple[float, ...]) -> np.ndarray:
    """Draw codes of a list with the given shares, in the order of the list."""
    return rng.choice(np.array(list(code_lists()[name]), dtype=object), n, p=share)


def _actions(rng: np.random.Generator, structural: np.ndarray) -> np.ndarray:
    """Return one or two actions per case; structural ones are usually raised to the group."""
    n = len(structural)
    single = rng.choice(np.array(["advice", "contact_brokered", "meeting_called"], object), n)
    raised = rng.choice(np.array(["raised_to_lokus", "raised_to_board"], object), n, p=[0.75, 0.25])
    both = rng.random(n) < 0.25
    first = np.where(structural, raised, single)
    other = np.where(structural, single, "advice")
    second = np.where(both & (first != other), "|" + other, "")
    return np.where(rng.random(n) < 0.03, "no_action", first + second)
