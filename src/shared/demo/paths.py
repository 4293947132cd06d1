"""Each person's way between statuses: a continuous-time Markov chain with the planted hazards."""

import numpy as np
import pandas as pd

from shared.demo.dates import Days, add_months, day, days
from shared.demo.truth import DAYS_PER_MONTH, TRUTH, WAVES

SEEKING, TRAINING, WORK, STUDY, PENSIONED, OUT, GONE = range(7)
END = day(max(WAVES.values()))  # the day of the last delivery; what comes later is unknown
EXTENTS = {100.0: 0.55, 75.0: 0.20, 50.0: 0.25}  # per cent of full time: share of jobs
SPAN = 100_000  # more days than any study lasts or any calendar reaches


def simulate_paths(
    rng: np.random.Generator, people: pd.DataFrame, to_work: float = 1.0
) -> pd.DataFrame:
    """Walk every person from entry until ``END``; return segments of constant status.

    to_work : what the planted hazards to work are multiplied by.
    Columns: ``person`` (position in ``people``), ``status``, ``from_on`` and ``to_on`` (half-open),
    what registers call it (``income``, ``occupation``, ``extent`` of work in per cent), and
    ``subsidised``. Sorted by person and day.
    """
    segments = _walk(rng, people, to_work)
    first = ~segments["person"].duplicated()
    status, person = segments["status"].to_numpy(), people.iloc[segments["person"]]
    support, idle = person["support"].to_numpy(), person["idle"].to_numpy()
    training = np.where(person["training_support"], "activity_support", support)
    working = np.where(first, support, "no_public")  # at entry: part-time work beside support
    no_longer = ["student_aid", "sickness_compensation", "no_public", "unknown"]
    segments["income"] = np.choose(status, [support, training, working, *no_longer])
    idle = np.where(idle == "work_training", "jobseeking", idle)
    doing = ["work_training", "employed", "studying", "other", "other", "unknown"]
    segments["occupation"] = np.choose(status, [idle, *doing])
    extent = rng.choice(list(EXTENTS), len(segments), p=list(EXTENTS.values()))
    segments["extent"] = np.where(status == WORK, np.where(first, 50.0, extent), np.nan)
    segments["subsidised"] = (rng.random(len(segments)) < TRUTH.people.subsidised) & (
        status == WORK
    )
    return segments


def simulate_before(rng: np.random.Generator, people: pd.DataFrame) -> pd.DataFrame:
    """Return segments of constant status up to entry, with the columns that spells are made of.

    What the register says of the time in public support holds; nobody was in work training yet.
    """
    n, planted, entry = len(people), TRUTH.before, days(people["start_on"])
    supported = people["public_support_months"].clip(upper=planted.months).to_numpy()
    begin, helped_on = (add_months(entry, -months) for months in (planted.months, supported))
    worked, unknown = (rng.random(n) < share for share in (planted.worked, planted.unknown))
    active = {
        "status": np.where(worked, WORK, STUDY),
        "income": np.where(worked, "no_public", "student_aid"),
        "occupation": np.where(worked, "employed", "studying"),
        "extent": np.where(worked, 100.0, np.nan),
        "from_on": begin,
        "to_on": helped_on,
    }
    idle = people["idle"].replace("work_training", "jobseeking").to_numpy()
    helped = {"status": SEEKING, "income": people["support"].to_numpy(), "occupation": idle}
    helped |= {"extent": np.nan, "from_on": helped_on, "to_on": entry}
    lives = [pd.DataFrame({"person": np.arange(n), **life}) for life in (active, helped)]
    segments = pd.concat(lives, ignore_index=True)
    passed = np.floor(rng.random(n) * (entry - begin).astype(int)).astype("timedelta64[D]")
    known_on = np.where(unknown, begin + passed, begin)[segments["person"]]
    segments["from_on"] = np.maximum(days(segments["from_on"]), known_on)
    segments = segments[segments["from_on"] < segments["to_on"]]
    return segments.sort_values(["person", "from_on"], ignore_index=True)


def segment_at(segments: pd.DataFrame, person: np.ndarray, on: Days) -> pd.DataFrame:
    """Return the segment that each person is in on a day, which must not precede the entry."""
    starts = segments["person"].to_numpy() * SPAN + _number(segments["from_on"])
    asked = person * SPAN + on.astype(int)
    return segments.iloc[np.searchsorted(starts, asked, side="right") - 1].reset_index(drop=True)


def gone_on(segments: pd.DataFrame) -> pd.Series:
    """Return the day on which people moved or died, indexed by person (only those who did)."""
    return segments[segments["status"] == GONE].set_index("person")["from_on"]


def _walk(rng: np.random.Generator, people: pd.DataFrame, to_work: float) -> pd.DataFrame:
    women, men = (_rates(gender, to_work) for gender in ("woman", "man"))
    rates = np.where(people["woman"].to_numpy()[:, None, None], women, men)
    person, status = np.arange(len(people)), people["status"].to_numpy()
    today = people["start_on"].to_numpy("datetime64[D]")
    walked = []
    while person.size:
        hazard = rates[person, status]
        wait = np.ceil(_wait(rng, hazard.sum(axis=1)) * DAYS_PER_MONTH)
        until = np.minimum(today + wait.astype("timedelta64[D]"), END)
        walked.append((person, status, today, until))
        on = until < END
        person, status, today = person[on], _choose(rng, hazard)[on], until[on]
    names = ("person", "status", "from_on", "to_on")
    columns = map(np.concatenate, zip(*walked, strict=True))
    segments = pd.DataFrame(dict(zip(names, columns, strict=True)))
    return segments.sort_values(["person", "from_on"], ignore_index=True)


def _rates(gender: str, to_work: float) -> np.ndarray:
    """Return the monthly hazards from (row) to (column) status, shape (7, 7)."""
    planted, rates = TRUTH.hazards, np.zeros((7, 7))
    for idle in (SEEKING, TRAINING):
        rates[idle, WORK] = planted.to_work[gender] * to_work
        rates[idle, STUDY] = planted.to_studies[gender]
        rates[idle, PENSIONED] = planted.to_sickness_compensation
        rates[idle, OUT] = planted.to_other_exit
    rates[SEEKING, TRAINING] = planted.to_work_training
    rates[TRAINING, SEEKING] = planted.work_training_ended
    rates[WORK, SEEKING] = planted.work_lost
    rates[STUDY, WORK] = planted.studies_to_work
    rates[STUDY, SEEKING] = planted.studies_ended
    rates[:GONE, GONE] = planted.moved_or_died
    return rates


def _wait(rng: np.random.Generator, hazard: np.ndarray) -> np.ndarray:
    """Draw months until the next event; those whom nothing can happen to wait for a century."""
    wait = rng.exponential(1, hazard.size) / np.where(hazard > 0, hazard, 1)
    return np.where(hazard > 0, np.minimum(wait, 1200), 1200)


def _choose(rng: np.random.Generator, hazard: np.ndarray) -> np.ndarray:
    """Draw each row's next status in proportion to its hazards."""
    cumulative = hazard.cumsum(axis=1)
    drawn = rng.random((len(hazard), 1)) * cumulative[:, -1:]
    return np.minimum((cumulative <= drawn).sum(axis=1), GONE)


def _number(column: pd.Series) -> np.ndarray:
    return column.to_numpy("datetime64[D]").astype(int)
