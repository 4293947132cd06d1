"""What a programme costs: each test states one rule and kronor worked by hand."""

from functools import partial

import numpy as np
import pandas as pd
import pytest

from shared.economics.costs import in_one_price_year, programme_cost
from shared.economics.price_index import deflate
from shared.faults import InputError

AUTUMN, SPRING = ("2016-07-01", "2016-12-31"), ("2017-01-01", "2017-06-30")
FEDERATION = "samordningsforbund"


def cost(cost_type, budget, actual, **other):
    """Return one row of kostnader: of group A, the federation's and of spring 2017 if not said."""
    usual = {"lokus_id": "A", "funder": FEDERATION, "period": SPRING, "price_year": 2017}
    row = usual | {"in_kind": False, "vat_included": False} | other
    start, end = row.pop("period")
    money = {"cost_type": cost_type, "budget_sek": budget, "actual_sek": actual}
    return money | row | {"period_from": start, "period_to": end}


def table(*rows):
    """Return rows of kostnader with the types that processed tables have."""
    columns = list(cost("premises", 0.0, 0.0))
    dates = dict.fromkeys(["period_from", "period_to"], "datetime64[ms]")
    money = dict.fromkeys(["budget_sek", "actual_sek"], "Float64")
    flags = dict.fromkeys(["in_kind", "vat_included"], "boolean")
    types = {"cost_type": "category", "funder": "category", "price_year": "Int64"}
    return pd.DataFrame(list(rows), columns=columns).astype(types | dates | money | flags)


def by(table, column="actual"):
    """Return a column of one of the tables by the code of its rows."""
    return dict(zip(table.iloc[:, 0], table[column], strict=True))


INDEX = pd.DataFrame({"index_series": "kpi", "year": [2016, 2017], "value": [100.0, 200.0]})
doubled = partial(deflate, to_year=2017, index=INDEX, series="kpi")  # prices of 2016


ALL_KINDS = table(
    cost("addon_resource", 500.0, 450.0),
    cost("coordinator", 300.0, 280.0),
    cost("premises", 60.0, 70.0, vat_included=True),
    cost("in_kind_time", 20.0, 25.0, funder="fk", in_kind=True),
)


# What it is for


def test_costs_are_summed_by_coarse_type_and_in_total():
    got = programme_cost(ALL_KINDS).by_type
    assert by(got, "budget") == {"support": 380.0, "addon": 500.0, "all": 880.0}
    assert by(got, "actual") == {"support": 375.0, "addon": 450.0, "all": 825.0}
    assert list(by(got)) == ["support", "addon", "all"]


def test_time_in_kind_is_in_the_sum_and_shown_beside_it():
    got = programme_cost(ALL_KINDS).by_type
    assert by(got, "in_kind") == {"support": 25.0, "addon": 0.0, "all": 25.0}


@pytest.mark.parametrize(("in_kind", "exp"), [(True, 10.0), (False, 0.0), (None, 0.0)])
def test_what_is_marked_in_kind_counts_as_such_whatever_its_type(in_kind, exp):
    got = programme_cost(table(cost("addon_resource", 10.0, 10.0, in_kind=in_kind)))
    assert by(got.by_type, "in_kind")["all"] == exp


def test_working_time_is_in_kind_without_a_mark():
    got = programme_cost(table(cost("in_kind_time", 10.0, 10.0, in_kind=None)))
    assert by(got.by_type, "in_kind")["all"] == 10.0


def test_total_of_a_type_and_of_all():
    got = programme_cost(ALL_KINDS)
    assert (got.total(), got.total("addon"), got.total("support")) == (825.0, 450.0, 375.0)


# When


def test_costs_are_summed_by_period_as_delivered_in_order():
    got = programme_cost(
        table(cost("premises", 1.0, 2.0), cost("training", 4.0, 8.0, period=AUTUMN))
    )
    exp = {"2016-07-01–2016-12-31": 8.0, "2017-01-01–2017-06-30": 2.0, "all": 10.0}
    assert list(by(got.by_period).items()) == list(exp.items())


def test_period_that_nobody_has_told_is_unknown():
    got = programme_cost(
        table(cost("premises", 1.0, 1.0), cost("premises", 2.0, 2.0, period=("2016-01-01", None)))
    )
    assert by(got.by_period) == {"2017-01-01–2017-06-30": 1.0, "unknown": 2.0, "all": 3.0}


def test_outcome_that_is_not_known_yet_is_missing_and_its_period_named():
    got = programme_cost(
        table(cost("premises", 30.0, 35.0, period=AUTUMN), cost("premises", 20.0, None))
    )
    assert got.not_known == ("2017-01-01–2017-06-30",)
    assert np.isnan(by(got.by_period)["2017-01-01–2017-06-30"])
    assert np.isnan(by(got.by_period, "in_kind")["2017-01-01–2017-06-30"])
    assert by(got.by_period, "budget")["2017-01-01–2017-06-30"] == 20.0


def test_known_outcome_stands_beside_the_budget_of_the_same_costs():
    got = programme_cost(
        table(cost("premises", 30.0, 35.0, period=AUTUMN), cost("premises", 20.0, None))
    ).by_type
    columns = ("budget", "budget_to_date", "actual")
    assert [by(got, name)["all"] for name in columns] == [50.0, 30.0, 35.0]


def test_nothing_known_at_all_is_missing_and_not_nothing():
    got = programme_cost(table(cost("premises", 30.0, None), cost("training", 20.0, None)))
    assert got.by_type["budget"].tolist() == [50.0, 50.0]
    assert got.by_type[["budget_to_date", "actual", "in_kind"]].isna().all(axis=None)
    assert np.isnan(got.total())


def test_all_outcomes_known_leaves_no_period_open():
    assert programme_cost(ALL_KINDS).not_known == ()


def test_no_costs_have_no_sum_and_no_year():
    got = programme_cost(table())
    for sums in (got.by_type, got.by_period, got.by_payer, got.by_vat):
        assert sums.iloc[:, 0].tolist() == ["all"]
        assert sums.iloc[:, 1:].isna().all(axis=None)
    assert (got.price_year, got.price_years, got.not_known) == (None, (), ())


# Who pays


def test_costs_are_summed_by_who_pays():
    got = programme_cost(
        table(
            cost("in_kind_time", 20.0, 25.0, funder="fk"),
            cost("premises", 5.0, 5.0, funder="fk"),
            cost("training", 7.0, 7.0, funder="other"),
            cost("addon_resource", 500.0, 450.0),
        )
    ).by_payer
    assert list(by(got).items()) == [
        (FEDERATION, 450.0),
        ("fk", 30.0),
        ("other", 7.0),
        ("all", 487.0),
    ]
    assert by(got, "in_kind") == {FEDERATION: 0.0, "fk": 25.0, "other": 0.0, "all": 25.0}


def test_cost_that_nobody_says_who_paid_is_somebody_elses():
    got = programme_cost(table(cost("premises", 5.0, 5.0, funder=None)))
    assert by(got.by_payer) == {"other": 5.0, "all": 5.0}


# VAT


def test_costs_with_vat_without_and_not_said():
    got = programme_cost(
        table(
            cost("premises", 1.0, 1.0, vat_included=True),
            cost("premises", 2.0, 2.0, vat_included=True),
            cost("training", 4.0, 4.0, vat_included=False),
            cost("admin", 8.0, 8.0, vat_included=None),
        )
    ).by_vat
    assert by(got) == {"included": 3.0, "excluded": 4.0, "unknown": 8.0, "all": 15.0}


# Whose salary it is


def shown(*rows, of="by_type"):
    return list(by(getattr(programme_cost(table(*rows)), of)))


def test_support_that_is_the_coordinators_pay_is_not_told():
    pay = [cost("coordinator", 300.0, 280.0), cost("addon_resource", 500.0, 450.0)]
    time = cost("in_kind_time", 50.0, 50.0, funder="fk")
    assert shown(*pay) == ["all"]
    assert shown(*pay, time) == ["all"]
    assert np.isnan(programme_cost(table(*pay)).total("addon"))
    assert programme_cost(table(*pay)).total() == 730.0


@pytest.mark.parametrize(("other", "exp"), [(29.0, ["all"]), (30.0, ["support", "addon", "all"])])
def test_other_support_is_at_least_a_tenth_of_the_pay_it_is_told_with(other, exp):
    rows = [cost("coordinator", 300.0, 280.0), cost("premises", other, 30.0)]
    assert shown(*rows, cost("addon_resource", 1.0, 1.0)) == exp


def test_pay_known_only_as_budget_or_only_as_outcome_is_not_told_either():
    assert shown(cost("coordinator", 300.0, None), cost("addon_resource", 9.0, 9.0)) == ["all"]
    assert shown(cost("coordinator", None, 300.0), cost("addon_resource", 9.0, 9.0)) == ["all"]


def test_nothing_but_the_coordinators_pay_is_not_told_at_all():
    got = programme_cost(table(cost("coordinator", 300.0, 280.0)))
    assert got.by_type.iloc[:, 1:].isna().all(axis=None)
    assert np.isnan(got.total())


def test_period_with_nothing_but_pay_closes_the_periods_only():
    rows = [cost("coordinator", 300.0, 280.0), cost("premises", 90.0, 90.0, period=AUTUMN)]
    assert shown(*rows, of="by_period") == ["all"]
    assert shown(*rows, of="by_type") == ["support", "all"]


@pytest.mark.parametrize(("groups", "exp"), [("AB", ["all"]), ("ABC", ["support", "all"])])
def test_pay_of_three_coordinators_together_can_be_told(groups, exp):
    assert shown(*(cost("coordinator", 300.0, 280.0, lokus_id=one) for one in groups)) == exp


# In whose prices


def test_costs_are_told_in_one_price_year():
    rows = table(
        cost("premises", 10.0, 11.0, price_year=2016, period=AUTUMN), cost("premises", 5.0, 6.0)
    )
    got = programme_cost(rows, doubled, 2017)
    assert (got.price_year, got.price_years) == (2017, (2016, 2017))
    assert by(got.by_period) == {
        "2016-07-01–2016-12-31": 22.0,
        "2017-01-01–2017-06-30": 6.0,
        "all": 28.0,
    }
    assert by(got.by_type, "budget")["all"] == 25.0


def test_price_year_is_the_latest_of_the_costs_if_none_is_given():
    rows = table(cost("premises", 10.0, 11.0, price_year=2016), cost("premises", 5.0, 6.0))
    assert programme_cost(rows, doubled).price_year == 2017


def test_costs_put_in_one_price_year_stay_there():
    rows = table(cost("premises", 10.0, 11.0, price_year=2016), cost("premises", 5.0, None))
    once = in_one_price_year(rows, doubled)
    assert once["actual_sek"].tolist() == pytest.approx([22.0, np.nan], nan_ok=True)
    assert once["price_year"].tolist() == [2017, 2017]
    assert in_one_price_year(once, doubled).equals(once)
    assert programme_cost(once).total() == 22.0


def test_several_price_years_without_an_index_are_refused_and_named():
    rows = table(*(cost("premises", 1.0, 1.0, price_year=year) for year in (2017, 2015, 2016)))
    with pytest.raises(InputError) as refused:
        programme_cost(rows)
    (fault,) = refused.value.faults
    assert fault.found == "costs in the prices of 2015, 2016 and 2017"
    assert fault.todo == "Deliver the table prisindex with the index of 2015, 2016 and 2017."


def test_one_price_year_that_is_not_the_one_asked_for_needs_an_index_too():
    with pytest.raises(InputError, match="prisindex with the index of 2016 and 2017"):
        programme_cost(table(cost("premises", 1.0, 1.0, price_year=2016)), price_year=2017)


def test_row_without_any_amount_has_no_price_year_to_mind():
    rows = table(cost("premises", 1.0, 1.0), cost("premises", None, None, price_year=2015))
    got = programme_cost(rows)
    assert (got.price_year, got.price_years) == (2017, (2017,))


def test_amount_without_a_price_year_is_refused():
    rows = table(cost("premises", 1.0, 1.0), cost("premises", 1.0, None, price_year=None))
    with pytest.raises(InputError, match="found 1 costs without a price year"):
        programme_cost(rows, doubled)


def test_deflating_to_another_year_than_is_told_is_refused():
    rows = table(cost("premises", 1.0, 1.0, price_year=2016))
    with pytest.raises(ValueError, match="changes amounts of 2016"):
        programme_cost(rows, doubled)
