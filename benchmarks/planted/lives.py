"""The lives of 300 people as the demo study plants them, and what follows in closed form.

Monthly hazards are constant: of work, studies, compensation and another exit for all who neither
work nor study, in training or not; of losing work; of ending studies, for work or not. Moving and
death are as likely from all statuses, and the wave's day comes for all alike, so both only censor.
Events fall on whole days, half a day late on average, which moves shares by 0.001 at most.
"""

from functools import cache

import numpy as np
import pandas as pd
from scipy.linalg import expm
from scipy.stats import beta

from planted.study import LAST, groups, study
from shared.demo.dates import day
from shared.demo.deliveries import PARTICIPATION
from shared.demo.followup import followups_on, make_followups
from shared.demo.known import known_on
from shared.demo.participants import ACTIVITY_COMPENSATION_UNTIL, AGES, SUPPORT, make_people
from shared.demo.paths import gone_on, simulate_paths
from shared.demo.register import make_insatser, make_participations
from shared.demo.spells import make_spells, spells_on
from shared.demo.truth import TRUTH, WAVES
from shared.study import Study
from shared.study.settings import Followup

PEOPLE = 300
STATUSES = ("neither", "work", "studies", "out")  # out: compensation or another exit, for good


def simulate(rng: np.random.Generator, *, alike: bool = False) -> dict[str, pd.DataFrame]:
    """Return the tables of those who consent, known at 18 months, as they come to the estimates.

    alike : women have the hazards of men.
    Each takes part once, so that follow-ups are of separate people.
    """
    people = make_people(rng, groups(), PEOPLE)
    segments = simulate_paths(rng, people.assign(woman=people["woman"] & (not alike)))
    taken = make_participations(rng, people, segments, make_insatser(rng, groups()))
    spells = make_spells(people, segments, taken)
    once = taken[taken["followup_consent"] & ~taken["misregistered"]].drop_duplicates("person")
    followups = make_followups(rng, people, segments, once)
    arrived = {
        "deltaganden": known_on(once, WAVES[LAST], PARTICIPATION),
        "statusspell": spells_on(spells, gone_on(segments), day(WAVES[LAST])),
        "uppfoljning": followups_on(followups, day(WAVES[LAST])),
    }
    return {name: rows.drop(columns="person") for name, rows in arrived.items()}


@cache
def followed_study() -> Study:
    """Return the settings of the study, followed up from the start of each participation."""
    return study().model_copy(update={"followup": Followup(clock="start")})


def ends_of_wait(gender: str) -> dict[str, float]:
    """Return the monthly hazards of what ends the chance of work of those who wait for it.

    ``exit`` is no event, and in no status: those who have left are still observed, and wait in
    vain. So it takes from the incidence of work, without censoring.
    """
    planted = TRUTH.hazards
    return {
        "work": planted.to_work[gender],
        "studies": planted.to_studies[gender],
        "compensation": planted.to_sickness_compensation,
        "exit": planted.to_other_exit,
    }


def came_first(cause: str, gender: str, months: float) -> float:
    """Return the share to whom an event came first: h / H (1 - exp(-H t)), H the sum of the h."""
    hazards = ends_of_wait(gender)
    total = sum(hazards.values())
    return float(hazards[cause] / total * (1 - np.exp(-total * months)))


def not_yet_compensated() -> float:
    """Return the share without activity compensation at the start; ages are rounded from a beta."""
    youngest, oldest = AGES
    young = beta(1.5, 2.0).cdf((ACTIVITY_COMPENSATION_UNTIL - 0.5 - youngest) / (oldest - youngest))
    return 1 - SUPPORT["activity_compensation"] * float(young)


def without_work_or_studies(gender: str, months: float) -> float:
    """Return the mean of so many months without: these less the integral of the shares with."""
    hazards = ends_of_wait(gender)
    total = sum(hazards.values())
    waited = (1 - np.exp(-total * months)) / total
    return float(months - (hazards["work"] + hazards["studies"]) / total * (months - waited))


def in_status(gender: str, months: float, start: str | None = None) -> dict[str, float]:
    """Return the share in each status so many months after one, or after the start.

    It is a row of the matrix exponential of the hazards between statuses (minus their sum on the
    diagonal) times the months.
    """
    wait, planted = ends_of_wait(gender), TRUTH.hazards
    leave = wait["compensation"] + wait["exit"]
    rates = np.array(
        [
            [0, wait["work"], wait["studies"], leave],
            [planted.work_lost, 0, 0, 0],
            [planted.studies_ended, planted.studies_to_work, 0, 0],
            [0, 0, 0, 0],
        ]
    )
    working = TRUTH.people.working_at_start
    first = [1 - working, working, 0, 0] if start is None else np.eye(4)[STATUSES.index(start)]
    shares = first @ expm((rates - np.diag(rates.sum(axis=1))) * months)
    return dict(zip(STATUSES, map(float, shares), strict=True))
