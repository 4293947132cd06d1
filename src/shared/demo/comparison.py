"""People who were offered nothing: delivered once, as a comparison group of their own.

They come from the participants' population with another case mix, and find work more slowly. From
the comparison day they live through a participation that only exists on paper: it would last as
long as a real one, planned and ended by the same rules, so that both are seen over the same windows
and may be followed under the same conditions.
"""

from math import ceil

import numpy as np
import pandas as pd

from shared.demo import prices
from shared.demo.dates import day
from shared.demo.participants import make_people
from shared.demo.paths import gone_on, simulate_before, simulate_paths
from shared.demo.register import make_participations
from shared.demo.spells import make_spells, spells_on
from shared.demo.truth import ECONOMICS, TRUTH, WAVES
from shared.economics.change import change
from shared.economics.comparison import COLUMNS, participants
from shared.study import Study

LAST = max(WAVES)  # the wave at which they arrive
FACTS = ["gender", "birth_year", "education", "public_support_months", "entry_on"]


def comparison_group(
    rng: np.random.Generator, groups: pd.DataFrame, insatser: pd.DataFrame, n: int
) -> pd.DataFrame:
    """Return jamforelsegrupp of a study of ``n`` participants: those who can be followed."""
    planted = TRUTH.comparison
    people = make_people(rng, groups, ceil(planted.per_participant * n))
    people = people.assign(is_anonymous=False, followup_consent=True, misregistered=False)
    months = people["public_support_months"] * planted.support
    people["public_support_months"] = months.astype(int)
    people["person_id"] = people["person_id"].str.replace("P-", "J-")
    lived = _live(rng, people, insatser, planted.to_work)
    lived = lived.round({"cost_before": 0, "cost_after": 0}).reset_index()
    return lived.assign(price_year=prices.PRICE_YEAR, source=prices.SOURCE)


def effect(
    rng: np.random.Generator, groups: pd.DataFrame, insatser: pd.DataFrame, n: int
) -> pd.Series:
    """Return what the effort does to people like the participants: ``n`` of them live twice.

    The means of public cost and work (``COLUMNS``) with the effort less those without it, of those
    followed in each life; the planted truth is that of half a million people.
    """
    people = make_people(rng, groups, n)
    helped = _live(rng, people, insatser, to_work=1.0)
    alone = _live(rng, people, insatser, TRUTH.comparison.to_work)
    return helped[COLUMNS].mean() - alone[COLUMNS].mean()


def _live(
    rng: np.random.Generator, people: pd.DataFrame, insatser: pd.DataFrame, to_work: float
) -> pd.DataFrame:
    """Return by ``person_id`` what is known at the last wave of those who can be followed.

    to_work : share of the planted hazards to work.
    Returns ``FACTS``, and what the public sector paid and how much they worked (``COLUMNS``).
    """
    after = simulate_paths(rng, people, to_work)
    participations = make_participations(rng, people, after, insatser)
    lives = pd.concat([simulate_before(rng, people), after])
    spells = make_spells(people, lives, participations)
    tables = {
        "deltaganden": participations,
        "statusspell": spells_on(spells, gone_on(after), day(WAVES[LAST])),
        "apriser": prices.unit_prices(),
        "prisindex": prices.price_index(),
        "modellparametrar": prices.model_parameters(),
    }
    settings = {"name": "demo", "title": "", "waves": WAVES, "groups": [{"id": "A"}]}
    study = Study.model_validate(settings | {"economics": ECONOMICS})
    moved = change(tables, study, LAST)
    return moved.exposure.people[FACTS].join(participants(moved)[COLUMNS])
