"""Who bears the cost: each test states one rule and kronor worked by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.economics.accounts import PUBLIC
from shared.economics.cost_shares import BUILT_IN, by_rule, split
from shared.faults import InputError

FEDERATION = "samordningsforbund"


def paid(*rows, price_year=2017):
    """Build costs from (funder, actual) rows."""
    table = pd.DataFrame(rows, columns=["funder", "actual_sek"])
    table = table.assign(budget_sek=table["actual_sek"], price_year=price_year)
    types = {"funder": "category", "actual_sek": "Float64", "budget_sek": "Float64"}
    return table.astype(types | {"price_year": "Int64"})


def delivered(rule="actual", **shares):
    """Build the shares of one rule."""
    table = pd.DataFrame({"party": list(shares), "share": list(shares.values())})
    return table.assign(rule_id=rule).astype({"share": "Float64", "party": "category"})


def amounts(table, column="amount"):
    return table.set_index("account")[column].to_dict()


def test_equal_fifths_by_hand():
    got = amounts(split(paid((FEDERATION, 1000.0)), "equal_fifths"))
    fifths = dict.fromkeys(("municipality", "region", "state", "af", "fk"), 200.0)
    assert got == fifths | {"other": 0.0, "all": 1000.0}


def test_by_the_law_half_is_the_states_and_fk_pays_it():
    # Lag (2003:1210), 5 §: half from the state through FK, a quarter each from the others.
    got = amounts(split(paid((FEDERATION, 1000.0)), "law_50_25_25"))
    assert got == {
        "municipality": 250.0,
        "region": 250.0,
        "state": 0.0,
        "af": 0.0,
        "fk": 500.0,
        "other": 0.0,
        "all": 1000.0,
    }


def test_delivered_shares_are_used_and_others_bear_nothing():
    shares = delivered(fk=0.42, region=0.23, municipality=0.27, af=0.08)
    got = amounts(split(paid((FEDERATION, 1000.0)), "actual", shares))
    exp = {"fk": 420.0, "region": 230.0, "municipality": 270.0, "af": 80.0, "state": 0.0}
    assert got == pytest.approx(exp | {"other": 0.0, "all": 1000.0})


def test_delivered_rule_replaces_the_built_in_one():
    shares = delivered("law_50_25_25", fk=0.4, region=0.3, municipality=0.3)
    assert amounts(split(paid((FEDERATION, 1000.0)), "law_50_25_25", shares))["fk"] == 400.0
    assert amounts(split(paid((FEDERATION, 1000.0)), "equal_fifths", shares))["fk"] == 200.0


def test_what_a_party_gave_itself_stays_with_it():
    costs = paid((FEDERATION, 1000.0), ("af", 30.0), ("af", 10.0), ("fk", 5.0), ("other", 7.0))
    got = split(costs, "law_50_25_25")
    exp = {"af": 40.0, "fk": 5.0, "other": 7.0, "municipality": 0.0, "region": 0.0, "state": 0.0}
    assert amounts(got, "own") == exp | {"all": 52.0}
    assert amounts(got)["af"] == 40.0
    assert amounts(got)["fk"] == 505.0
    assert amounts(got)["other"] == 7.0
    assert amounts(got)["all"] == 1052.0


def test_cost_that_nobody_says_who_paid_is_not_lost():
    assert amounts(split(paid((None, 7.0)), "equal_fifths"))["other"] == 7.0


def test_outcome_that_is_not_known_yet_is_left_out():
    got = amounts(split(paid((FEDERATION, 100.0), (FEDERATION, None)), "equal_fifths"))
    assert got["all"] == 100.0


@pytest.mark.parametrize("costs", [paid(), paid((FEDERATION, None), ("fk", None))])
def test_no_known_outcome_has_no_shares(costs):
    got = split(costs, "equal_fifths")
    assert got[["shared", "own", "amount"]].isna().all(axis=None)
    assert got["account"].tolist() == [*PUBLIC, "other", "all"]


WHOLE = st.lists(st.integers(0, 1000), min_size=5, max_size=5).filter(any)
MONEY = st.floats(0.01, 1e8, allow_nan=False)
FUNDERS = st.sampled_from([FEDERATION, "municipality", "region", "af", "fk", "other", None])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(FUNDERS, MONEY), min_size=1, max_size=8), WHOLE)
def test_parts_add_up_to_what_was_paid_under_every_rule(rows, weights):
    total = sum(weights)
    shares = delivered(**{k: w / total for k, w in zip(PUBLIC, weights, strict=True)})
    got = by_rule(paid(*rows), shares).set_index("account")
    exp = sum(amount for _, amount in rows)
    assert list(got) == ["rule_equal_fifths", "rule_law_50_25_25", "rule_actual"]
    for rule in got:
        assert got[rule].drop("all").sum() == pytest.approx(exp, rel=1e-12)
        assert got.loc["all", rule] == pytest.approx(exp, rel=1e-12)


def test_rules_side_by_side_are_the_splits_of_each():
    costs = paid((FEDERATION, 1000.0), ("af", 30.0))
    got = by_rule(costs)
    assert list(got) == ["account", "rule_equal_fifths", "rule_law_50_25_25"]
    for rule in BUILT_IN:
        assert amounts(got, f"rule_{rule}") == amounts(split(costs, rule))


def test_shares_built_in_add_up_to_one():
    assert {rule: sum(shares.values()) for rule, shares in BUILT_IN.items()} == pytest.approx(
        dict.fromkeys(BUILT_IN, 1)
    )


# What is refused


def refused(rule="actual", shares=None):
    """Return the faults that a rule is refused with."""
    with pytest.raises(InputError) as error:
        split(paid((FEDERATION, 1000.0)), rule, shares)
    return [fault.found for fault in error.value.faults]


@pytest.mark.parametrize("shares", [None, delivered("equal_fifths", fk=1.0)])
def test_actual_budget_that_is_not_delivered_has_no_shares(shares):
    assert refused("actual", shares) == ["no shares of the rule actual"]


@pytest.mark.parametrize(("fk", "adds_up_to"), [(0.5, "0.9"), (0.7, "1.1"), (0.59999, "0.99999")])
def test_shares_that_do_not_add_up_to_one_are_refused(fk, adds_up_to):
    exp = f"shares in the rule actual that add up to {adds_up_to}"
    assert refused(shares=delivered(fk=fk, region=0.4)) == [exp]


def test_thirds_with_six_decimals_add_up():
    shares = delivered(fk=0.333333, region=0.333333, municipality=0.333333)
    got = amounts(split(paid((FEDERATION, 999.0)), "actual", shares))
    assert (got["fk"], got["all"]) == pytest.approx((333.0, 999.0))


def test_negative_and_missing_shares_are_refused():
    assert refused(shares=delivered(fk=1.5, region=-0.5)) == [
        "shares in the rule actual that add up to 1"
    ]
    assert refused(shares=delivered(fk=1.0, region=None)) == [
        "shares in the rule actual that add up to 1, 1 of them missing"
    ]


@pytest.mark.parametrize("stranger", ["individual", "employer"])
def test_only_public_parties_bear_what_the_federation_paid(stranger):
    got = refused(shares=delivered(fk=0.5, **{stranger: 0.5}))
    assert got == [f"shares of {stranger} in the rule actual"]


def test_party_with_two_shares_is_refused_with_every_other_fault():
    shares = pd.concat([delivered(fk=0.5), delivered(fk=0.25, employer=0.5)])
    assert [found.split(" in ")[0] for found in refused(shares=shares)] == [
        "shares of employer",
        "several shares of fk",
        "shares",
    ]


def test_costs_of_several_price_years_cannot_be_shared():
    costs = pd.concat([paid((FEDERATION, 1.0)), paid((FEDERATION, 1.0), price_year=2016)])
    for refuse in (lambda: split(costs, "equal_fifths"), lambda: by_rule(costs)):
        with pytest.raises(InputError, match="prices of 2016 and 2017"):
            refuse()


def test_nothing_paid_by_the_federation_leaves_each_its_own():
    got = split(paid(("fk", 5.0)), "equal_fifths")
    assert not np.any(got["shared"])
    assert amounts(got)["all"] == 5.0
