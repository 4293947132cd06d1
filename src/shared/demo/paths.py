"""Each person's way between statuses: a continuous-time Markov chain with the planted hazards."""

from dataclasses import dataclass

import numpy as np

from shared.demo.dates import Days, day
from shared.demo.truth import DAYS_PER_MONTH, TRUTH, WAVES

SEEKING, TRAINING, WORK, STUDY, PENSIONED, OUT, GONE = range(7)
ACTIVE = (WORK, STUDY)
END = day(max(WAVES.values()))  # the day of the last delivery; what comes later is unknown
EXTENTS = np.array([100.0, 75.0, 50.0])
EXTENT_SHARES = (0.55, 0.20, 0.25)


@dataclass(frozen=True)
class Paths:
    """Segments of constant status, sorted by person and day, half-open [from, to).

    person, status, from_on, to_on : arrays of shape (segments,). ``to_on`` is at most ``END``.
    extent, subsidised : of the job, where status is WORK; shape (segments,).
    """

    person: np.ndarray
    status: np.ndarray
    from_on: Days
    to_on: Days
    extent: np.ndarray
    subsidised: np.ndarray

    def at(self, person: np.ndarray, on: Days) -> np.ndarray:
        """Return the segment each person is in on a day; the day must not precede the first."""
        span = 100_000  # more days than any study
        keys = self.person * span + self.from_on.astype(int)
        return np.searchsorted(keys, person * span + on.astype(int), side="right") - 1


def simulate_paths(
    rng: np.random.Generator, woman: np.ndarray, status: np.ndarray, start: Days
) -> Paths:
    """Walk every person from ``status`` on the day ``start`` until ``END``; one entry a person."""
    rates = np.where(woman[:, None, None], _rates("woman"), _rates("man"))
    people, now, today = np.arange(len(start)), status.copy(), start.copy()
    walked: list[tuple[np.ndarray, ...]] = []
    while people.size:
        hazard = rates[people, now]
        total = hazard.sum(axis=1)
        wait = rng.exponential(1, people.size) / np.where(total > 0, total, 1e-9)
        until = np.minimum(today + np.ceil(wait * DAYS_PER_MONTH).astype("timedelta64[D]"), END)
        following = _choose(rng, hazard)
        walked.append((people, now, today, until))
        going_on = until < END
        people, now, today = people[going_on], following[going_on], until[going_on]
    person, state, from_on, to_on = map(np.concatenate, zip(*walked, strict=True))
    order = np.lexsort((from_on, person))
    extent = rng.choice(EXTENTS, order.size, p=EXTENT_SHARES)
    subsidised = rng.random(order.size) < TRUTH.people.subsidised
    return Paths(
        person[order], state[order], from_on[order], to_on[order], extent, subsidised
    )


def _rates(gender: str) -> np.ndarray:
    """Return monthly hazards from (row) to (column) status."""
    planted, rates = TRUTH.hazards, np.zeros((7, 7))
    for idle in (SEEKING, TRAINING):
        rates[idle, WORK] = planted.to_work[gender]
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


def _choose(rng: np.random.Generator, hazard: np.ndarray) -> np.ndarray:
    """Draw each row's next status in proportion to its hazards."""
    cumulative = hazard.cumsum(axis=1)
    drawn = rng.random((len(hazard), 1)) * cumulative[:, -1:]
    return np.minimum((cumulative <= drawn).sum(axis=1), GONE)
