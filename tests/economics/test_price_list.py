"""The list of prices and assumptions that a page ends with; each test states one rule."""

import pandas as pd
import pytest

from shared.economics.price_list import model, parameter_list, price_list, unused_prices


def rows_of(table, *columns):
    return list(table[list(columns)].itertuples(index=False, name=None))


def test_every_price_is_listed_once_with_who_pays_whom(case):
    got = price_list(*case(ranges={"wage": (18_000, 25_000)}))
    assert rows_of(got, "label_sv", "payer", "payee", "sek") == [
        ("L assistance", "municipality", "individual", 10_000),
        ("L care", "region", "outside", 2_000),
        ("L production", "outside", "employer", 30_000),
        ("L sickness", "fk", "individual", 12_000),
        ("L wage", "employer", "individual", 20_000),
    ]
    assert set(got["source"]) == {"S"}
    ranges = got.set_index("label_sv")[["price_low", "price_high"]]
    assert ranges.loc["L wage"].tolist() == [18_000, 25_000]
    assert ranges.drop("L wage").isna().all(axis=None)


def test_taxes_are_not_listed(case):
    tables, study = case()
    tables["apriser"] = tables["apriser"].assign(taxable=tables["apriser"]["kind"] == "transfer")
    got = price_list(tables, study)
    assert len(got) == 5
    assert not got["payee"].isin(["region", "state"]).any()


def test_prices_are_a_months_in_the_price_year(case, processed):
    tables, study = case()
    prices = tables["apriser"].astype({"unit": "str"})
    prices.loc[0, ["unit", "price_year", "index_series"]] = ["day", 2016, "KPI"]
    index = [{"index_series": "KPI", "year": y, "value": v} for y, v in ((2016, 100), (2017, 110))]
    tables |= {"apriser": prices, "prisindex": processed("prisindex", *index)}
    got = price_list(tables, study).set_index("label_sv")
    assert got.loc["L assistance", "sek"] == pytest.approx(10_000 * 365.25 / 12 * 1.1)


def test_prices_by_the_hour_visit_or_piece_are_listed_apart(case):
    tables, study = case()
    prices = tables["apriser"].astype({"unit": "str"})
    prices.loc[4, "unit"] = "visit"
    tables["apriser"] = prices
    got = unused_prices(tables)
    assert rows_of(got, *got) == [("L care", "visit", 2_000, 2017, "S")]
    assert list(got) == ["label_sv", "price_unit", "sek", "price_year", "source"]
    assert "L care" not in set(price_list(tables, study)["label_sv"])
    tables["apriser"] = prices.drop(index=4)
    assert unused_prices(tables).empty


def test_parameters_are_told_in_per_cent_with_their_ranges(case):
    spans = {"deadweight": (0.07, 0.55)}
    got = parameter_list(*case(ranges=spans, discount_rate=0.035, deadweight=0.14))
    percent = got.set_index("parameter")["percent"].to_dict()
    assert percent == {
        "discount_rate": 3.5,
        "decay_per_year": 0,
        "deadweight": 14,
        "displacement": 0,
        "optimism_bias": 0,
        "employer_contribution": 30,
        "tax_municipal": 20,
        "tax_region": 10,
    }
    ranges = got.set_index("parameter")[["percent_low", "percent_high"]]
    assert ranges.loc["deadweight"].tolist() == [7, 55]
    assert ranges.drop("deadweight").isna().all(axis=None)


def test_parameters_are_those_of_the_studys_scenario(case):
    given = {"scenarios": {"dear": {"deadweight": 0.9}}, "economics": {"scenario": "dear"}}
    got = parameter_list(*case(**given)).set_index("parameter")
    assert got.loc["deadweight", "percent"] == 90


def test_rates_that_nobody_gave_are_left_out(case):
    tables, study = case()
    del tables["modellparametrar"]
    got = parameter_list(tables, study)
    assert got["parameter"].tolist() == [
        *("discount_rate", "decay_per_year", "deadweight", "displacement", "optimism_bias")
    ]
    assert got["percent"].tolist() == [3.5, 0, 0, 0, 0]


def test_order_of_rows_is_of_no_importance(case):
    tables, study = case(ranges={"wage": (18_000, 25_000), "deadweight": (0, 0.5)})
    turned = {name: table[::-1].reset_index(drop=True) for name, table in tables.items()}
    for listed in (price_list, parameter_list):
        pd.testing.assert_frame_equal(listed(tables, study), listed(turned, study))


def test_model_says_what_is_left_of_the_first_years_gain(case, processed):
    tables, study = case()
    names = {"discount_rate": "0.25", "deadweight": "0.5", "optimism_bias": "0.2", "n_draws": "7"}
    rows = [{"scenario": "base", "name": name, "value": value} for name, value in names.items()]
    tables["modellparametrar"] = processed("modellparametrar", *rows)
    # 0.5 x 0.8 / 1.25
    (row,) = model(tables, study).to_dict("records")
    assert row == pytest.approx({"horizon": 5, "draws": 7, "kept": 0.32})
