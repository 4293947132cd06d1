"""The simulated comparison group: its shape, and whether the planted effect is found with it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from shared.demo.comparison import comparison_group, effect
from shared.demo.deliveries import arrivals, simulate_study
from shared.demo.groups import make_groups
from shared.economics import beyond, comparison
from shared.economics.change import change
from shared.economics.price_base import price_base
from shared.study import load_study

COMMITTED = Path(__file__).parents[2] / "data" / "raw" / "demo"
SE = 4  # standard errors between the truth and its estimate; 1 in 16,000 by chance


@pytest.fixture(scope="module")
def groups():
    return make_groups(np.random.default_rng(1), 8)


@pytest.fixture(scope="module")
def truth():
    text = (COMMITTED / "truth.yml").read_text(encoding="utf-8")
    return yaml.safe_load(text)["comparison"]


@pytest.fixture(scope="module")
def delivered(groups):
    """Return the tables of a study with about 1,500 people in each arm, as they are delivered."""
    study = simulate_study(np.random.default_rng(3), groups, 3_700)
    tables = {arrival.table: arrival.rows for wave in (12, 18) for arrival in arrivals(study, wave)}
    rng = np.random.default_rng(4)
    return tables | {"jamforelsegrupp": comparison_group(rng, groups, study.insatser, 5_500)}


@pytest.fixture(scope="module")
def arms(delivered):
    """Return both arms as the page of all groups has them."""
    study = load_study(COMMITTED)
    own = change(delivered, study, 18)
    return comparison.arms(own, delivered, study, 18, price_base(delivered, study))


def test_arms_have_about_as_many_each(arms):
    assert arms["treated"].value_counts().between(1_400, 1_700).all()


def test_others_have_had_three_fifths_of_the_time_in_support(arms):
    months = arms.groupby("treated")["public_support_months"].mean()
    assert months[False] / months[True] == pytest.approx(0.6, abs=0.05)


@pytest.mark.parametrize("column", ["age", "woman", "upper"])
def test_others_are_like_the_participants_in_the_rest(arms, column):
    by_arm = arms.groupby("treated")[column].agg(["mean", "sem"])
    assert abs(by_arm["mean"].diff().iloc[1]) < SE * np.hypot(*by_arm["sem"])


@pytest.mark.parametrize(
    ("outcome", "planted", "sign"),
    [("work_months", "months_more", 1), ("public_cost", "cost_less", -1)],
)
def test_plain_difference_is_biased_and_the_doubly_robust_one_covers_the_truth(
    arms, truth, outcome, planted, sign
):
    name = comparison.OUTCOMES[outcome][1]
    table = beyond.effects(arms, outcome).set_index("compared_by")
    limits = table[[f"{name}_low", f"{name}_high"]]
    covers = limits.iloc[:, 0].lt(sign * truth[planted]) & limits.iloc[:, 1].gt(
        sign * truth[planted]
    )
    assert covers.to_dict() == {
        "difference_in_differences": False,
        "ipw": True,
        "doubly_robust": True,
    }
    excluded = limits.loc["doubly_robust"] * sign > 0
    assert excluded.all()


def test_arms_are_unlike_before_weighting_and_alike_after(arms):
    table = beyond.balance_table(arms).set_index("covariate")
    assert table.loc["public_support_months", "smd_before"] > 0.3
    assert (table["smd_after"].abs() < 0.1).all()  # as Austin and Stuart (2015) have it


def test_planted_effect_is_that_of_living_twice(groups, truth):
    insatser = simulate_study(np.random.default_rng(5), groups, 1).insatser
    rng = np.random.default_rng(6)
    found = pd.DataFrame([effect(rng, groups, insatser, 6_000) for _ in range(5)])
    error = found.sem()
    assert abs(found["work_after"].mean() - truth["months_more"]) < 0.2  # sem about 0.05
    assert abs(found["cost_after"].mean() + truth["cost_less"]) < 6_000  # sem about 1 500
    before = found[["work_before", "cost_before"]].mean() / error[["work_before", "cost_before"]]
    assert before.abs().max() < 8.6  # of a t with 4 degrees of freedom, 1 in 1 000


def test_delivered_people_are_other_than_the_participants(delivered):
    table = delivered["jamforelsegrupp"]
    assert table["person_id"].is_unique
    assert not set(table["person_id"]) & set(delivered["deltaganden"]["person_id"])
    assert table["work_before"].between(0, 12).all()
    assert table["work_after"].between(0, 12).all()


def test_committed_group_can_be_followed_before_the_last_wave():
    table = pd.read_csv(
        COMMITTED / "wave-18" / "jamforelsegrupp.csv", sep=";", encoding="utf-8-sig"
    )
    assert len(table) == 88
    # At least 14 days of participation and 6 months of follow-up by 15 July 2017.
    assert table["Jämförelsedag"].between("2015-07-01", "2017-01-01").all()
    assert set(table["Källa"]) == {"Påhittat för demonstration"}
    assert set(table["Prisår"]) == {2017}
