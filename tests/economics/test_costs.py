"""Costs and monthly payments: each test states one rule and kronor worked by hand."""

import numpy as np
import pandas as pd
import pytest

from shared.economics.costs import appraise, monthly_support, programme_cost, unit_costs

PRICES = pd.DataFrame(
    [
        ("social_assistance", 9_000, "municipality", "month", "transfer", 2017),
        ("sickness_benefit", 14_000, "fk", "month", "transfer", 2017),
        ("activity_compensation", 10_000, "fk", "month", "transfer", 2017),
        ("student_aid", 100, "state", "hour", "transfer", 2017),
        ("unemployment_insurance", 5_000, "state", "month", "tax", 2017),
    ],
    columns=["price_id", "sek", "payer", "unit", "kind", "price_year"],
).astype({"payer": "category", "sek": "Float64"})


def money(*rows):
    """Build costs from (type, budget, actual) rows of the price year 2017."""
    table = pd.DataFrame(rows, columns=["cost_type", "budget_sek", "actual_sek"])
    table = table.assign(price_year=pd.Series(2017, index=table.index, dtype="Int64"))
    return table.astype({"budget_sek": "Float64", "actual_sek": "Float64"})


def ended(*rows, state="ended"):
    """Build participations from (main income before, main income after) rows."""
    table = pd.DataFrame(rows, columns=["main_income_before", "main_income_after"])
    return table.astype("str").assign(state=state)


def support(*participations, prices=PRICES):
    return monthly_support(pd.concat(participations), prices).set_index("payer")


# What it costs


def test_costs_are_summed_by_coarse_type_and_in_total():
    got = programme_cost(
        money(
            ("coordinator", 300.0, 280.0),
            ("addon_resource", 500.0, 450.0),
            ("premises", 30.0, 35.0),
            ("in_kind_time", 20.0, 20.0),
        )
    ).set_index("cost_group")
    assert got["budget"].to_dict() == {"support": 350.0, "addon": 500.0, "all": 850.0}
    assert got["actual"].to_dict() == {"support": 335.0, "addon": 450.0, "all": 785.0}


def test_salary_of_the_coordinator_is_never_a_type_of_its_own():
    got = programme_cost(money(("coordinator", 300.0, 280.0)))
    assert got["cost_group"].tolist() == ["support", "all"]


def test_price_year_is_the_latest_of_the_costs():
    costs = money(("premises", 1.0, 1.0), ("premises", 1.0, 1.0))
    costs["price_year"] = [2016, 2017]
    assert programme_cost(costs)["price_year"].tolist() == [2017, 2017]


def test_costs_without_a_price_year_have_none():
    costs = money(("premises", 1.0, 1.0))
    costs["price_year"] = pd.array([None], dtype="Int64")
    assert programme_cost(costs)["price_year"].isna().all()


def test_cost_that_is_not_known_yet_is_missing_and_not_nothing():
    got = programme_cost(money(("premises", 30.0, None), ("training", 20.0, None)))
    assert got["budget"].tolist() == [50.0, 50.0]
    assert got["actual"].isna().all()


def test_what_is_known_of_the_costs_is_summed():
    got = programme_cost(money(("premises", 30.0, 35.0), ("addon_resource", 20.0, None)))
    assert got.set_index("cost_group")["actual"]["all"] == 35.0


def test_no_costs_have_no_sum():
    got = programme_cost(money())
    assert got["cost_group"].tolist() == ["all"]
    assert got[["budget", "actual"]].isna().all(axis=None)


def test_cost_per_participation_and_per_person_in_work():
    got = unit_costs(600.0, 12, 3).set_index("measure")
    assert got["n"].to_dict() == {"cost_per_participation": 12, "cost_per_person_in_work": 3}
    assert got["amount"].to_dict() == {
        "cost_per_participation": 50.0,
        "cost_per_person_in_work": 200.0,
    }


def test_cost_per_person_in_work_is_missing_when_nobody_works():
    got = unit_costs(600.0, 12, 0).set_index("measure")
    assert np.isnan(got.loc["cost_per_person_in_work", "amount"])


# What is paid a month


def test_support_by_payer_before_and_after_by_hand():
    # Before: 9 000 + 9 000 from the municipality, 14 000 from fk. After: 14 000 from fk.
    people = ended(
        ("social_assistance", "no_public"),
        ("social_assistance", "sickness_benefit"),
        ("sickness_benefit", "no_public"),
    )
    got = support(people)
    assert got["monthly_before"].to_dict() == {"fk": 14_000, "municipality": 18_000, "all": 32_000}
    assert got["monthly_after"].to_dict() == {"fk": 14_000, "municipality": 0, "all": 14_000}
    assert got["monthly_change"].to_dict() == {"fk": 0, "municipality": -18_000, "all": -18_000}


def test_several_sources_of_one_payer_are_added():
    got = support(ended(("sickness_benefit", "no_public"), ("activity_compensation", "no_public")))
    assert got["monthly_before"].to_dict() == {"fk": 24_000, "all": 24_000}


def test_n_is_the_fewer_of_those_paid_before_and_after_unless_nobody():
    people = ended(
        ("social_assistance", "sickness_benefit"),
        ("social_assistance", "sickness_benefit"),
        ("social_assistance", "social_assistance"),
        ("no_public", "no_public"),
    )
    assert support(people)["n"].to_dict() == {"fk": 2, "municipality": 1, "all": 4}


@pytest.mark.parametrize(
    "other",
    [
        ended(("sickness_benefit", "no_public"), state="ongoing"),
        ended(("sickness_benefit", "unknown")),
        ended(("unknown", "sickness_benefit")),
        ended(("sickness_benefit", None)),
    ],
)
def test_only_ended_participations_with_both_sources_known_count(other):
    got = support(ended(("social_assistance", "no_public")), other)
    assert got["n"].to_dict() == {"municipality": 1, "all": 1}
    assert got.loc["all", "monthly_change"] == -9_000


@pytest.mark.parametrize(
    "source",
    [
        "establishment_benefit",  # no price at all
        "student_aid",  # a price by the hour
        "unemployment_insurance",  # a tax
    ],
)
def test_income_source_without_a_monthly_transfer_is_named(source):
    with pytest.raises(ValueError, match=f"apriser has no monthly transfer for {source}$"):
        support(ended(("social_assistance", source)))


def test_all_sources_without_a_price_are_named_together():
    with pytest.raises(ValueError, match="establishment_benefit, student_aid"):
        support(ended(("student_aid", "establishment_benefit")))


def test_source_that_nobody_who_ended_has_needs_no_price():
    ongoing = ended(("student_aid", "student_aid"), state="ongoing")
    assert support(ended(("social_assistance", "no_public")), ongoing).loc["all", "n"] == 1


def test_latest_year_of_a_price_counts():
    earlier = PRICES.assign(price_year=2016, sek=PRICES["sek"] / 2)
    got = support(ended(("social_assistance", "no_public")), prices=pd.concat([PRICES, earlier]))
    assert got.loc["municipality", "monthly_before"] == 9_000


def test_nobody_has_ended_and_nothing_is_paid():
    got = support(ended(("sickness_benefit", "no_public"), state="ongoing"))
    assert got.index.tolist() == ["all"]
    assert got.loc["all", ["n", "monthly_before", "monthly_after", "monthly_change"]].eq(0).all()


# When the money is back


def test_profit_and_payback_at_one_four_and_five_years():
    # 2 000 kr less a month is 24 000 a year; 36 000 are back after a year and a half.
    got = appraise(36_000, -2_000, 7).set_index("horizon_years")
    assert got["profit"].to_dict() == {1: -12_000, 4: 60_000, 5: 84_000}
    assert got["payback_months"].tolist() == [18.0, 18.0, 18.0]
    assert got["n"].tolist() == [7, 7, 7]


@pytest.mark.parametrize(("change", "profit"), [(0, -36_000), (1_000, -48_000)])
def test_payback_is_missing_when_payments_have_not_fallen(change, profit):
    got = appraise(36_000, change, 7).set_index("horizon_years")
    assert got.loc[1, "profit"] == profit
    assert got["payback_months"].isna().all()


@pytest.mark.parametrize(("cost", "change"), [(36_000, pd.NA), (36_000, None), (np.nan, -2_000)])
def test_nothing_is_appraised_while_the_change_or_the_cost_is_unknown(cost, change):
    got = appraise(cost, change, 7)
    assert got[["profit", "payback_months"]].isna().all(axis=None)


def test_unknown_number_of_people_is_nobody():
    assert appraise(36_000, pd.NA, pd.NA)["n"].tolist() == [0, 0, 0]
