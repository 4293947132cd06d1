"""A programme's cost and who bears it, in one price year; each test states one rule."""

import pandas as pd
import pytest

from shared.economics.programme import cost_faults, programme

NOBODYS = {"individual", "employer", "all"}


def index_of(processed, *series):
    figures = [(2016, 100.0), (2017, 110.0)]
    rows = [
        {"index_series": one, "year": year, "value": value}
        for one in series
        for year, value in figures
    ]
    return processed("prisindex", *rows)


def found(faults):
    return [fault.found for fault in faults]


def test_who_bears_the_cost_worked_by_hand(case):
    # 400 000 by law: half FK's, a quarter each the region's and the municipality's, which gave
    # 40 000 of its own.
    got = programme(*case())
    borne = {"fk": 200_000, "region": 100_000, "municipality": 140_000, "other": 10_000}
    assert got.borne[got.borne > 0].to_dict() == borne
    assert not NOBODYS & set(got.borne.index)
    assert got.cost.total() == 450_000
    each = got.per_participation(5)
    assert each[each > 0].to_dict() == {who: kr / 5 for who, kr in borne.items()}


def test_cost_follows_the_rule_of_the_study_and_all_rules_are_told(case):
    got = programme(*case(economics={"cost_rule": "equal_fifths"}))
    assert got.borne["af"] == 80_000
    rules = got.rules.set_index("account")
    assert rules.loc["af"].to_dict() == {"rule_equal_fifths": 80_000, "rule_law_50_25_25": 0}
    assert rules.loc["all"].tolist() == [450_000, 450_000]


def test_cost_without_an_outcome_is_not_known(case):
    tables, study = case()
    tables["kostnader"]["actual_sek"] = pd.array([pd.NA] * 3, "Float64")
    got = programme(tables, study)
    assert got.borne.isna().all()
    assert got.per_participation(5).isna().all()
    assert pd.isna(got.cost.total())


def test_cost_per_participation_of_none_is_not_known(case):
    assert programme(*case()).per_participation(0).isna().all()


def test_price_year_is_told_in_a_row(case):
    tables, study = case()
    assert programme(tables, study).price_years["price_year"].tolist() == [2017]
    assert programme(tables, study).unit == "kr, 2017 prices"
    none = {"kostnader": tables["kostnader"].head(0)}
    empty = programme(none, study)
    assert empty.base is None
    assert empty.price_years["price_year"].tolist() == []
    assert empty.borne.isna().all()
    assert empty.per_participation(5).isna().all()


def test_costs_move_into_the_price_year(case, processed):
    tables, study = case()
    tables["kostnader"]["price_year"] = pd.array([2016, 2017, 2017], "Int64")
    tables["prisindex"] = index_of(processed, "KPI")
    got = programme(tables, study)
    assert got.cost.price_year == 2017
    assert got.borne["fk"] == pytest.approx(200_000 * 1.1)
    assert got.borne["municipality"] == pytest.approx(100_000 * 1.1 + 40_000)
    assert got.cost.total() == pytest.approx(490_000)
    assert got.rules.set_index("account").loc["all"].tolist() == pytest.approx([490_000] * 2)


def test_costs_of_several_years_without_an_index_are_told_as_booked_and_not_appraised(case):
    tables, study = case()
    tables["kostnader"]["price_year"] = pd.array([2016, 2017, 2017], "Int64")
    got = programme(tables, study)
    assert cost_faults(tables, study) == []
    assert got.current
    assert got.cost.total() == 450_000
    assert (got.unit, len(got.price_years)) == ("kr, current prices", 0)
    assert got.borne.isna().all()
    assert got.rules.drop(columns="account").isna().all(axis=None)


def test_costs_without_a_price_year_are_a_fault(case):
    tables, study = case()
    tables["kostnader"]["price_year"] = pd.array([pd.NA, 2017, 2017], "Int64")
    assert found(cost_faults(tables, study)) == ["1 costs without a price year"]


def test_index_without_the_year_is_a_fault(case, processed):
    tables, study = case()
    tables["kostnader"]["price_year"] = pd.array([2015, 2017, 2017], "Int64")
    tables["prisindex"] = index_of(processed, "KPI")
    (fault,) = cost_faults(tables, study)
    assert "the prices of 2015, to be moved to 2017 by the index series KPI" in fault.found


def test_index_has_to_be_named_where_there_are_several(case, processed):
    tables, study = case()
    tables["prisindex"] = index_of(processed, "KPI", "LCI")
    assert found(cost_faults(tables, study)) == ["no economics.cost_index"]
    _, named = case(economics={"cost_index": "LCI"})
    assert cost_faults(tables, named) == []


def test_shares_that_do_not_add_up_are_a_fault(case, processed):
    tables, study = case()
    half = {"rule_id": "actual", "party": "fk", "share": 0.5}
    tables["kostnadsfordelning"] = processed("kostnadsfordelning", half)
    assert found(cost_faults(tables, study)) == ["shares in the rule actual that add up to 0.5"]


def test_rule_that_nobody_delivered_is_a_fault(case):
    assert found(cost_faults(*case(economics={"cost_rule": "actual"}))) == [
        "no shares of the rule actual"
    ]


def test_costs_that_can_be_told_have_no_fault(case):
    assert cost_faults(*case()) == []


def test_without_costs_nothing_is_asked_for(case):
    tables, study = case(economics={"cost_rule": "actual"})
    del tables["kostnader"]
    assert cost_faults(tables, study) == []


def test_order_of_rows_is_of_no_importance(case, processed):
    tables, study = case()
    tables["kostnader"]["price_year"] = pd.array([2016, 2017, 2017], "Int64")
    tables["prisindex"] = index_of(processed, "KPI")
    turned = {name: table[::-1].reset_index(drop=True) for name, table in tables.items()}
    one, other = programme(tables, study), programme(turned, study)
    pd.testing.assert_series_equal(one.borne, other.borne)
    pd.testing.assert_frame_equal(one.rules, other.rules)
