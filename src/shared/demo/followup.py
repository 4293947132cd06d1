"""The follow-up 6, 12 and 18 months after the start, which not everyone answers."""

import numpy as np
import pandas as pd

from shared.demo.dates import add_months, days
from shared.demo.known import blank
from shared.demo.paths import GONE, PENSIONED, STUDY, TRAINING, WORK, segment_at
from shared.demo.register import with_supplement
from shared.demo.truth import TRUTH, WAVES

MONTHS = tuple(wave for wave in WAVES if wave > 0)
WINDOW_DAYS = 60
EARLIEST = -15  # days from the planned day to the day the follow-up was done
LATEST = 46
TOO_LATE = 0.03  # share of follow-ups done after the window
SOURCES = {"phone": 0.5, "caseworker": 0.3, "survey": 0.2}
MEASURED = [
    "main_income", "income", "occupation", "work_extent", "subsidised", "step",
    "self_rated_health", "belief_in_job", "source",
]  # fmt: skip


def make_followups(
    rng: np.random.Generator,
    people: pd.DataFrame,
    segments: pd.DataFrame,
    participations: pd.DataFrame,
) -> pd.DataFrame:
    """Return uppfoljning as it ends up once every attempt has been made.

    Only people with a name in the register who consent are followed up.
    """
    followed = participations["followup_consent"] & ~participations["misregistered"]
    some = participations.loc[followed, ["person", "person_id", "participation_id", "start_on"]]
    start = days(some["start_on"])
    waves = [some.assign(wave=months, due_on=add_months(start, months)) for months in MONTHS]
    frame = pd.concat(waves, ignore_index=True).assign(clock="start")
    frame["concluded_on"] = _concluded_on(rng, frame)  # alike for all, or early answers would bias
    found = segment_at(segments, frame["person"].to_numpy(), days(frame["concluded_on"]))
    frame["followup_status"] = _statuses(rng, frame, found["status"], people)
    for column, name in (("main_income", "income"), ("occupation", "occupation")):
        frame[column] = found[name]
    frame["income"] = with_supplement(rng, found["income"])
    frame["work_extent"] = found["extent"].fillna(0.0)
    frame["subsidised"] = found["subsidised"].astype("boolean").mask(found["status"] != WORK)
    _add_scores(rng, frame, found["status"])
    frame["source"] = rng.choice(list(SOURCES), len(frame), p=list(SOURCES.values()))
    frame["done_on"] = frame["concluded_on"]
    blank(frame, frame["followup_status"] != "reached", [*MEASURED, "done_on"])
    return frame


def followups_on(followups: pd.DataFrame, on: np.datetime64) -> pd.DataFrame:
    """Return the rows due by a day; attempts still under way are not due yet, without answers."""
    known = followups[days(followups["due_on"]) <= on].copy()
    under_way = days(known["concluded_on"]) > on
    blank(known, under_way, [*MEASURED, "done_on"])
    known.loc[under_way, "followup_status"] = "not_due"
    return known


def _concluded_on(rng: np.random.Generator, frame: pd.DataFrame) -> np.ndarray:
    n = len(frame)
    late = WINDOW_DAYS + rng.integers(1, 31, n)
    lag = np.where(rng.random(n) < TOO_LATE, late, rng.integers(EARLIEST, LATEST, n))
    return days(frame["due_on"]) + lag.astype("timedelta64[D]")


def _statuses(
    rng: np.random.Generator, frame: pd.DataFrame, status: pd.Series, people: pd.DataFrame
) -> np.ndarray:
    n, planted, active = len(frame), TRUTH.followup, status.isin([WORK, STUDY])
    chance = (
        frame["wave"]
        .map(planted.reached_active)
        .where(active, frame["wave"].map(planted.reached_other))
    )
    dies = people["dies"].to_numpy()[frame["person"]]
    declined, moved = planted.declined_of_rest, planted.moved_of_rest
    reasons = ["declined", "moved", "not_reached"]
    missed = rng.choice(reasons, n, p=[declined, moved, 1 - declined - moved])
    gone, reached = status == GONE, rng.random(n) < chance
    return np.select([gone & dies, gone, reached], ["deceased", "moved", "reached"], missed)


def _add_scores(rng: np.random.Generator, frame: pd.DataFrame, status: pd.Series) -> None:
    """Add step (-1 to 4), health and belief (1 to 5): a little better over time and in work."""
    n, years = len(frame), frame["wave"] / 12
    active = status.isin([WORK, STUDY])
    person = rng.standard_normal(frame["person"].max() + 1 if n else 0)[frame["person"]]
    health = 2.8 + 0.15 * years + 0.4 * active + 0.7 * person + rng.normal(0, 0.5, n)
    belief = 2.7 + 0.25 * years + 0.6 * active + 0.6 * person + rng.normal(0, 0.6, n)
    frame["self_rated_health"] = health.round().clip(1, 5).astype("Int64")
    frame["belief_in_job"] = belief.round().clip(1, 5).astype("Int64")
    small = rng.choice([-1, 0, 1], n, p=[0.10, 0.55, 0.35])
    steps = [status == WORK, status == STUDY, status == TRAINING, status == PENSIONED]
    frame["step"] = pd.array(np.select(steps, [4, 3, 2, 1], small), dtype="Int64")
