"""What is planted in the follow-ups 6, 12 and 18 months on: the share in work or studies.

Everyone due is asked once, on a day from 15 days before the planned one to 45 after it, whatever
their status; the few asked later are lost. So the planted share of all due is that of the matrix
exponential, averaged over these days, of those who have not moved or died (``planted.lives``).

Those in work or studies are easier to reach, with a chance a, than others, with b. Of those
reached the share is p a / (p a + (1 - p) b), and limits around it are too high to hold p; nor do
those of a share weighted by what was known before, for the status itself decides. Bounds that
assume nothing of those lost do. Weights are right where what was known decides (`known_response`).
"""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from planted.lives import followed_study, in_status, simulate
from planted.study import LAST, Interval
from shared.demo.followup import EARLIEST, LATEST, MONTHS
from shared.demo.truth import DAYS_PER_MONTH, TRUTH
from shared.estimates.attrition import bounds, weighted_share
from shared.estimates.proportions import wilson
from shared.estimates.records.followups import followups
from shared.estimates.records.register import participations
from shared.estimates.weighted_followups import COVARIATES

ACTIVE = ["regular_work", "subsidised_work", "studying"]
BEFORE = {"ill": 0.5, "seeking": 0.3, "training": 0.2}  # share of people by what they did before
OUTCOME = {"ill": 0.20, "seeking": 0.40, "training": 0.60}  # share who work later, of each
RESPONSE = {"ill": 0.50, "seeking": 0.70, "training": 0.90}  # chance of being reached, of each
DUE = 300


def followed_up(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the shares in work or studies of those due, found by those reached."""
    tables = simulate(rng)
    due = followups(tables, followed_study(), LAST)
    start = participations(tables, followed_study(), LAST).set_index("participation_id")
    due = due.join(start[COVARIATES].drop(columns="gender"), on="participation_id")
    for month in MONTHS:
        own = due[due["wave"] == month]
        active = own["place"].isin(ACTIVE)
        counts = active.sum(), own["reached"].sum()
        name, (planted, of_reached) = f"in work or studies, {month} months", _planted(month)
        found = wilson(*counts).iloc[0]
        limits = found["low"], found["high"]
        yield Interval(f"{name}, of those reached", "Wilson", of_reached, *limits)
        yield Interval(f"{name}, of those due", "Wilson, biased", planted, *limits)
        share = weighted_share(active, own["reached"], own[COVARIATES].astype("str"))
        limits = share.low, share.high
        yield Interval(f"{name}, weighted", "weighted, biased", planted, *limits)
        found = bounds(*counts, len(own) - counts[1]).iloc[0]
        yield Interval(f"{name}, bounds", "bounds", planted, found["low"], found["high"])


def known_response(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield a share where what was known before decides both the response and the outcome."""
    before = pd.Series(rng.choice(list(BEFORE), DUE, p=list(BEFORE.values())))
    outcome = pd.Series(rng.random(DUE) < before.map(OUTCOME))
    reached = pd.Series(rng.random(DUE) < before.map(RESPONSE))
    planted = sum(BEFORE[group] * OUTCOME[group] for group in BEFORE)
    found = wilson((outcome & reached).sum(), reached.sum()).iloc[0]
    limits = found["low"], found["high"]
    yield Interval("response by what is known, of those due", "Wilson, biased", planted, *limits)
    share = weighted_share(outcome, reached, before.to_frame("before"))
    limits = share.low, share.high
    yield Interval("response by what is known, weighted", "weighted", planted, *limits)


@cache
def _planted(month: int) -> tuple[float, float]:
    """Return the share in work or studies of all due, and of those reached."""
    lags = np.arange(EARLIEST, LATEST) / DAYS_PER_MONTH
    shares = {"woman": TRUTH.people.women, "man": 1 - TRUTH.people.women}
    active = np.zeros(len(lags))
    for gender, share in shares.items():
        status = [in_status(gender, month + lag) for lag in lags]
        active += share * np.array([one["work"] + one["studies"] for one in status])
    others = (1 - active) * TRUTH.followup.reached_other[month]
    reached = active * TRUTH.followup.reached_active[month]
    return float(active.mean()), float(reached.sum() / (reached + others).sum())
