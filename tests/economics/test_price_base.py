"""The one price year: each test states one rule."""

from dataclasses import replace

import pandas as pd
import pytest

from shared.economics.price_base import PriceBase, price_base
from shared.faults import InputError
from shared.study import Study

FIGURES = {2016: 100.0, 2017: 110.0, 2018: 121.0}


def study_of(**economics):
    return Study(name="s", title="S", waves=[18], groups=[{"id": "A"}], economics=economics)


def prices_of(*rows):
    return pd.DataFrame(rows, columns=["price_id", "unit", "price_year"])


def costs_of(*rows):
    names = ["budget_sek", "actual_sek", "price_year"]
    return pd.DataFrame(rows, columns=names).astype(dict.fromkeys(names, "Float64"))


def index_of(*series, figures=FIGURES):
    rows = [(one, year, value) for one in series for year, value in figures.items()]
    return pd.DataFrame(rows, columns=["index_series", "year", "value"])


PRICES = prices_of(("a", "month", 2016), ("b", "month", 2017), ("c", "visit", 2019))
COSTS = costs_of((1, None, 2018), (None, 2, 2016), (None, None, 2020))


def test_year_of_the_setting_comes_first():
    got = price_base({"apriser": PRICES, "kostnader": COSTS}, study_of(price_year=2012))
    assert got == PriceBase(2012, None, None)


def test_year_is_else_the_latest_of_the_prices_that_can_be_used():
    assert price_base({"apriser": PRICES, "kostnader": COSTS}, study_of()).year == 2017


def test_year_is_else_the_latest_of_the_costs_that_have_an_amount():
    assert price_base({"kostnader": COSTS}, study_of()).year == 2018


def test_without_prices_and_costs_there_is_no_base():
    assert price_base({}, study_of()) is None
    assert price_base({"kostnader": COSTS.tail(1)}, study_of()) is None


def test_only_series_is_the_one_costs_move_by():
    tables = {"kostnader": COSTS, "prisindex": index_of("KPI")}
    assert price_base(tables, study_of()).series == "KPI"
    assert price_base(tables, study_of(cost_index="KPI")).series == "KPI"


def test_one_of_several_series_has_to_be_named():
    tables = {"kostnader": COSTS, "prisindex": index_of("LCI", "KPI")}
    with pytest.raises(InputError) as refused:
        price_base(tables, study_of())
    (fault,) = refused.value.faults
    assert (fault.found, fault.allowed) == ("no economics.cost_index", "one of KPI, LCI")
    assert price_base(tables, study_of(cost_index="LCI")).series == "LCI"


@pytest.mark.parametrize(
    ("tables", "allowed", "todo"),
    [
        ({"prisindex": index_of("KPI")}, "one of KPI", "Did you mean 'KPI'? Name it in study.yml."),
        ({}, "one of no series", "Name it in study.yml."),
    ],
)
def test_series_that_was_not_delivered_is_refused(tables, allowed, todo):
    with pytest.raises(InputError) as refused:
        price_base({"kostnader": COSTS, **tables}, study_of(cost_index="KPIF"))
    (fault,) = refused.value.faults
    assert (fault.found, fault.allowed) == ("economics.cost_index KPIF", allowed)
    assert fault.todo == todo


def test_amounts_are_moved_by_the_named_series_only():
    index = pd.concat([index_of("KPI"), index_of("LCI", figures={2016: 50.0, 2017: 100.0})])
    base = PriceBase(2017, index, "KPI")
    amounts, years = pd.Series([100.0, 100.0, 100.0]), pd.Series([2016, 2017, 2018])
    # 100 x 110 / 100; 100; 100 x 110 / 121
    assert base(amounts, years).tolist() == pytest.approx([110, 100, 100 * 110 / 121])
    by_wages = replace(base, series="LCI")
    assert by_wages(amounts.head(2), years.head(2)).tolist() == pytest.approx([200, 100])


def test_without_an_index_only_amounts_of_the_year_itself_are_told():
    base = PriceBase(2017, None, None)
    assert base(pd.Series([5.0]), pd.Series([2017])).tolist() == [5]
    with pytest.raises(InputError, match="prices of 2016, to be moved to 2017"):
        base(pd.Series([5.0]), pd.Series([2016]))
