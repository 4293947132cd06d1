"""The whole way from raw files to estimates finds the truth that was planted in a large study.

The planted numbers are those of ``truth.yml``, which the study itself holds; the seed is fixed.
"""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import yaml

from shared.demo.simulate import write_demo
from shared.estimates import cases, individuals, survey
from shared.estimates.rates import rate_ratio
from shared.estimates.records import records
from shared.identity.consent import leave_out
from shared.identity.pseudonymise import pseudonymise
from shared.sources.delivery import read_deliveries
from shared.study import load_study

SE = 4  # standard errors between the truth and its estimate; 1 in 16,000 by chance
WITHIN_WINDOW = 0.97  # of those reached; the others are reached more than 60 days late
# What ends the wait of those who neither work nor study, a month.
HAZARDS = {
    "woman": {"work": 0.030, "studies": 0.012, "compensation": 0.006},
    "man": {"work": 0.036, "studies": 0.010, "compensation": 0.006},
}
OTHER_EXIT = 0.005  # seen in no status, but nothing comes after it
# Some have activity compensation from the start (below the age of 30), so that it does not begin.
BEGINS = {"work": 1.0, "studies": 1.0, "compensation": 0.96}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The study's records at 18 months, its spells, and what was planted by group."""
    folder = tmp_path_factory.mktemp("planted") / "study"
    write_demo(folder, groups=16, participants=6000, seed=1)
    study = load_study(folder)
    delivered = read_deliveries(study, folder, 18)
    assert delivered.faults == []
    same = {group.id: group.id for group in study.groups}
    tables, left_out = leave_out(pseudonymise(delivered.tables, b"key", same))
    truth = yaml.safe_load((folder / "truth.yml").read_text(encoding="utf-8"))
    return SimpleNamespace(
        study=study,
        spells=tables["statusspell"],
        by_group=pd.DataFrame(truth["by_group"]).set_index("lokus_id"),
        **records({**tables, "left_out": left_out}, study, 18),
    )


@pytest.fixture(scope="module")
def change(found):
    own = survey.of_instrument(found.answers)
    return survey.change_since_first(own, 18).set_index("construct")


@pytest.mark.parametrize("part", ["goals", "meetings", "knowledge"])
def test_parts_that_improve_have_risen_as_planted(change, part):
    got = change.loc[part]
    assert got["basis"] == "paired"
    assert abs(got["mean_change"] - 0.60) < got["change_high"] - got["change_low"]  # 4 errors
    assert got["change_low"] > 0.25  # what was planted at 6 months


@pytest.mark.parametrize("part", ["leadership", "resources_econ", "resources_staff"])
def test_flat_parts_have_not_changed(change, part):
    assert change.loc[part, "change_low"] < 0 < change.loc[part, "change_high"]


def test_busy_groups_have_twice_as_many_cases(found):
    service = cases.service(found.study, 18)
    rates = cases.rates_by_group(found.cases, service).set_index("lokus_id")
    busy = found.by_group["busy"].reindex(rates.index)
    often, seldom = (rates.loc[chosen, ["n", "months"]].sum() for chosen in (busy, ~busy))
    ratio = rate_ratio(*often, *seldom)
    assert 1.5 < ratio.low < 2.0 < ratio.high
    for planted, (n, months) in ((6.0, often), (3.0, seldom)):
        assert abs(n / months - planted) < SE * np.sqrt(planted / months)
    assert rates.loc[busy, "rate"].min() > rates.loc[~busy, "rate"].max()


@pytest.mark.parametrize(("wave", "reached"), [(6, 0.78), (12, 0.70), (18, 0.62)])
def test_shares_reached_are_as_planted(found, wave, reached):
    due = found.followups[found.followups["wave"] == wave]
    assert due["reached"].mean() == pytest.approx(WITHIN_WINDOW * reached, abs=0.03)


def test_those_who_are_not_followed_are_as_many_as_planted(found):
    shares = found.left_out["reason"].value_counts() / 6000
    planted = {"anonymous": 0.03, "no_consent": 0.97 * 0.06, "misregistration": 0.015}
    assert shares.to_dict() == pytest.approx(planted, abs=0.01)


@pytest.fixture(scope="module")
def incidence(found):
    table = individuals.first_events_by(found.first_events, 18)
    return table.set_index(["cause", "gender", "month"]).sort_index()


@pytest.mark.parametrize("gender", ["woman", "man"])
@pytest.mark.parametrize("cause", ["work", "studies", "compensation"])
def test_shares_to_whom_each_event_came_first_follow_the_planted_hazards(incidence, cause, gender):
    got = incidence.loc[cause, gender]
    total = sum(HAZARDS[gender].values()) + OTHER_EXIT
    exp = BEGINS[cause] * HAZARDS[gender][cause] / total * (1 - np.exp(-total * got.index))
    assert got.index.tolist() == list(range(1, 19))
    assert (abs(got["incidence"] - exp) < got["high"] - got["low"]).all()  # 4 errors


def test_fewer_women_than_men_have_begun_to_work(incidence):
    women, men = (incidence.loc["work", gender]["incidence"] for gender in ("woman", "man"))
    assert (women < men).loc[3:].all()


@pytest.mark.parametrize("months", [6, 12, 18])
def test_work_lasts_as_planted(found, months):
    table = individuals.staying_in_work(found.first_events, 18).set_index(["gender", "month"])
    got = table.loc[("all", months)]
    assert abs(got["share"] - np.exp(-0.020 * months)) < got["high"] - got["low"]  # 4 errors
