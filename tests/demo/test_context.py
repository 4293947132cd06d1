"""The context of the demo study: plausible, and its planted relation can be found again."""

import numpy as np
import pandas as pd
import pytest

from shared.demo.context import ILL, KNOWN, context
from shared.demo.groups import make_groups
from shared.demo.participants import make_people
from shared.demo.truth import TRUTH


@pytest.fixture(scope="module")
def study():
    rng = np.random.default_rng(3)
    groups = make_groups(rng, 40)
    people = make_people(rng, groups, 20_000)
    return people, context(rng, groups, people)


def wide(table, year):
    return table[table["year"] == year].pivot(index="lokus_id", columns="indicator", values="value")


def test_ill_health_days_follow_the_participants_status_at_start(study):
    people, table = study
    ill = people["support"].isin(ILL).groupby(people["lokus_id"]).mean()
    days = wide(table, 2014)["ill_health_days"]
    slope, level = np.polyfit(ill - ill.mean(), days.loc[ill.index], 1)
    error = np.std(days, ddof=1) / np.sqrt(len(days)) / np.std(ill)
    assert slope == pytest.approx(TRUTH.context.days_per_share_ill, abs=4 * error)
    assert slope > 2 * error  # it is there
    assert level == pytest.approx(TRUTH.context.ill_health_days, abs=1)


def test_figures_are_plausible_and_move_little_from_year_to_year(study):
    _, table = study
    first, second = (wide(table, year) for year in KNOWN.values())
    assert (first > 0).all(axis=None)
    assert (first.drop(columns="population") < 60).all(axis=None)
    assert first["population"].sum() == pytest.approx(TRUTH.context.inhabitants, rel=0.2)
    moved = (second / first - 1).stack()
    assert moved.abs().max() < 0.08
    assert moved.abs().max() > 0


def test_every_figure_has_a_unit_and_a_source_and_a_group_of_nobody_has_figures():
    rng = np.random.default_rng(4)
    groups = make_groups(rng, 3)
    people = pd.DataFrame({"lokus_id": ["Almsta"], "support": ["other"]})
    table = context(rng, groups, people)
    assert table.notna().all(axis=None)
    assert len(table) == 3 * 5 * 2
