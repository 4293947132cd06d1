"""Prices: who pays whom for a month in a status, in one price year, with the taxes that follow."""

import pandas as pd
import pytest

from shared.economics.parameters import Parameters
from shared.economics.prices import appraisal_year, not_priced, price_flows, require_prices
from shared.faults import InputError
from shared.identity.pseudonymise import pseudonymise
from shared.places import ROOT
from shared.sources.delivery import read_deliveries
from shared.sources.dictionary import code_lists
from shared.study import Study

RATES = Parameters(tax_municipal=0.2, tax_region=0.1, employer_contribution=0.3)
INDEX = pd.DataFrame(
    [("KPI", 2015, 100.0), ("KPI", 2016, 105.0), ("KPI", 2017, 110.0)],
    columns=["index_series", "year", "value"],
)


def price(price_id="social_assistance", sek=100.0, payer="municipality", kind="transfer", **more):
    given = {"unit": "month", "source": "S", "price_year": 2017}
    return {"price_id": price_id, "sek": sek, "payer": payer, "kind": kind, **given, **more}


def flows(*prices, parameters=RATES, **settings):
    return price_flows(pd.DataFrame(prices), parameters, **settings)


def entries(*prices, **settings):
    """Return who pays whom how much."""
    columns = ["payer", "payee", "sek"]
    rows = flows(*prices, **settings)[columns].itertuples(index=False, name=None)
    return [(payer, payee, round(sek, 6)) for payer, payee, sek in rows]


def faults(*prices, **settings):
    with pytest.raises(InputError) as refused:
        flows(*prices, **settings)
    return refused.value.faults


# Direction


@pytest.mark.parametrize(
    ("kind", "payer", "payee"),
    [
        ("transfer", "municipality", "individual"),
        ("tax", "individual", "municipality"),
        ("real_resource", "municipality", "outside"),
        ("production", "outside", "municipality"),
    ],
)
def test_direction_follows_from_the_kind(kind, payer, payee):
    assert entries(price(kind=kind)) == [(payer, payee, 100)]


@pytest.mark.parametrize(
    ("kind", "payer", "payee"),
    [
        ("transfer", "af", "employer"),
        ("tax", "employer", "state"),
        ("real_resource", "region", "outside"),
        ("production", "outside", "employer"),
    ],
)
def test_with_a_receiver_the_party_is_the_payer_whatever_the_kind(kind, payer, payee):
    assert entries(price(kind=kind, payer=payer, payee=payee)) == [(payer, payee, 100)]


def test_receiver_may_be_missing_in_some_rows_only():
    got = entries(price("a", payer="af", payee="employer"), price("b", payer="fk", payee=None))
    assert got == [("af", "employer", 100), ("fk", "individual", 100)]


@pytest.mark.parametrize(
    ("kind", "payer", "payee"),
    [
        ("transfer", "fk", "outside"),  # would be lost to society
        ("tax", "outside", "state"),
        ("transfer", "individual", None),  # to oneself
        ("production", "employer", "outside"),
        ("production", "employer", "individual"),
        ("production", "employer", "employer"),
        ("production", "outside", None),
        ("real_resource", "fk", "region"),
        ("real_resource", "outside", None),
    ],
)
def test_flow_that_its_kind_cannot_be_is_a_fault(kind, payer, payee):
    (fault,) = faults(price("x", kind=kind, payer=payer, payee=payee))
    assert fault.found.startswith(f"the price x, a {kind} from ")


# Status, unit and range


def test_price_without_status_is_of_the_code_it_is_called():
    got = flows(price("social_assistance"), price("wage", status="employed", payer="employer"))
    assert got["status"].tolist() == ["social_assistance", "employed"]


def test_day_is_a_month_of_30_and_7_sixteenths():
    got = flows(price(sek=16.0, low=8.0, high=32.0, unit="day"))
    assert got[["sek", "low", "high"]].iloc[0].tolist() == [487, 243.5, 974]


def test_hour_visit_and_piece_price_no_time_and_are_listed():
    prices = pd.DataFrame([price(unit=unit) for unit in ("hour", "month", "visit", "piece", "day")])
    prices = prices.assign(price_id=list("abcde"), status="social_assistance")
    assert price_flows(prices, RATES)["price_id"].tolist() == ["b", "e"]
    assert not_priced(prices)["price_id"].tolist() == ["a", "c", "d"]


def test_price_of_something_else_than_a_status_is_listed_as_not_used():
    prices = pd.DataFrame([price("sickness_benefit"), price("sickness"), price("I-1")])
    assert not_priced(prices)["price_id"].tolist() == ["sickness", "I-1"]


def test_range_without_one_end_goes_to_the_price_and_without_both_there_is_none():
    got = flows(price("a", low=90), price("b", high=120), price("c", low=None, high=None))
    assert got[["low", "high"]].iloc[:2].to_numpy().tolist() == [[90, 100], [100, 120]]
    assert got.loc[2, ["low", "high"]].isna().all()


# Tax


def test_taxable_benefit_is_taxed_by_municipality_and_region():
    got = entries(price(sek=1000, payer="fk", taxable=True))
    exp = {
        ("fk", "individual", 1000),
        ("individual", "municipality", 200),
        ("individual", "region", 100),
    }
    assert (set(got), len(got)) == (exp, 3)


def test_of_a_wage_the_employer_pays_its_contribution_as_well():
    got = entries(price("wage", 1000, "employer", status="employed", taxable=True))
    assert ("employer", "state", 300) in got
    assert len(got) == 4


def test_tax_has_the_price_id_status_range_and_source_of_what_it_is_on():
    wage = price("wage", 1000, "employer", status="employed", taxable=True, low=900, high=1200)
    got = flows(wage).query("kind == 'tax'")
    assert set(got["price_id"]) == {"wage"}
    assert set(got["status"]) == {"employed"}
    assert set(got["source"]) == {"S"}
    assert got.loc[got["payee"] == "region", ["low", "high"]].iloc[0].tolist() == [90, 120]


@pytest.mark.parametrize("taxable", [False, None])
def test_what_is_not_said_to_be_taxable_is_not(taxable):
    assert len(flows(price(taxable=taxable), parameters=Parameters())) == 1


def test_rates_are_needed_only_when_something_is_taxed_by_them():
    benefit = price(payer="fk", taxable=True)
    some = Parameters(tax_municipal=0.2, tax_region=0.1)
    assert len(flows(benefit, parameters=some)) == 3
    wage = price("wage", payer="employer", taxable=True)
    found = faults(benefit, wage, parameters=Parameters(scenario="low", tax_region=0.1))
    assert [fault.found for fault in found] == [
        "the taxable prices social_assistance, wage but no tax_municipal",
        "the taxable prices wage but no employer_contribution",
    ]
    assert found[0].allowed == "a row tax_municipal of the scenario low"


@pytest.mark.parametrize("wrong", [{"kind": "production"}, {"payer": "af", "payee": "employer"}])
def test_taxable_is_only_what_the_individual_receives(wrong):
    (fault,) = faults(price("x", taxable=True, **wrong))
    assert fault.found == "the price x, taxable but not a transfer to the individual"


# Price year


def test_price_year_is_the_latest_of_the_prices_that_can_be_used():
    prices = pd.DataFrame([price("a", price_year=2016), price("b", price_year=2019, unit="hour")])
    assert appraisal_year(prices) == 2016
    assert appraisal_year(prices, 2018) == 2018


@pytest.mark.parametrize(("year", "sek"), [(2015, 100), (2016, 100 * 105 / 100), (2017, 300)])
def test_last_price_up_to_the_price_year_is_used(year, sek):
    rows = [price(sek=100.0, price_year=2015), price(sek=300.0, price_year=2017)]
    got = flows(*(row | {"index_series": "KPI"} for row in rows), price_year=year, index=INDEX)
    assert got["sek"].tolist() == pytest.approx([sek])
    assert got["price_year"].tolist() == [year]


def test_first_price_after_the_price_year_is_used_when_there_is_none_before():
    rows = [
        price(sek=sek, price_year=year, index_series="KPI")
        for sek, year in ((330, 2017), (315, 2016))
    ]
    got = flows(*rows, price_year=2015, index=INDEX)
    assert got["sek"].tolist() == pytest.approx([300])


def test_price_of_another_year_moves_with_its_range_and_its_taxes():
    old = price(
        "a", 1000, "fk", taxable=True, low=800, high=2000, price_year=2015, index_series="KPI"
    )
    got = flows(old, price("b"), index=INDEX)
    assert got[["sek", "low", "high"]].iloc[0].tolist() == pytest.approx([1100, 880, 2200])
    assert got.loc[got["payee"] == "municipality", "sek"].tolist() == pytest.approx([220])


@pytest.mark.parametrize("series", [None, "LCI"])
@pytest.mark.parametrize("index", [None, INDEX])
def test_price_that_cannot_be_moved_is_a_fault(series, index):
    old = price("old", price_year=2015, index_series=series)
    (fault,) = faults(old, price(), index=index)
    assert fault.found.startswith("the price old of 2015, which has ")
    assert "prices of 2017" in fault.allowed
    assert "2017" in fault.todo


def test_no_price_that_can_be_used_is_a_fault():
    (fault,) = faults(price(unit="hour"))
    assert fault.found == "no price per month or day"


@pytest.mark.parametrize("missing", ["sek", "unit", "kind", "payer", "source", "price_year"])
def test_price_that_lacks_something_is_a_fault(missing):
    (fault,) = faults(price("x", **{missing: None}), price())
    assert fault.found.startswith("the price x without ")
    frame = pd.DataFrame([price("x"), price()]).drop(columns=missing)
    with pytest.raises(InputError) as refused:
        price_flows(frame, RATES)
    assert len(refused.value.faults) == 2


def test_every_fault_is_told_at_once():
    found = faults(
        price("a", price_year=2015),
        price("b", payee="outside"),
        price("c", payer="fk", taxable=True),
        parameters=Parameters(),
    )
    assert len(found) == 4  # c lacks two rates


def test_order_of_the_prices_does_not_matter():
    rows = [price("b"), price("a", payer="fk", taxable=True), price("c", kind="real_resource")]
    pd.testing.assert_frame_equal(flows(*rows), flows(*rows[::-1]))


# Statuses that must have a price


def required(priced, used):
    with pytest.raises(InputError) as refused:
        require_prices(flows(*(price(f"p{code}", status=code) for code in priced)), used)
    return refused.value.faults


def test_every_income_source_and_work_that_people_have_must_have_a_price():
    used = [*code_lists()["income_source"], *code_lists()["occupation"]]
    found = [fault.found for fault in required(["social_assistance"], used)]
    unpriced = [
        *("sickness_benefit", "activity_compensation", "sickness_compensation"),
        *("unemployment_insurance", "activity_support", "establishment_benefit"),
        *("student_aid", "other", "employed"),
    ]
    assert found == [f"no price of {code}" for code in unpriced]


def test_what_nobody_has_needs_no_price():
    require_prices(
        flows(price("social_assistance")), {"social_assistance", "no_public", "studying"}
    )


def test_misspelt_status_is_named_beside_the_one_that_lacks_a_price():
    (fault,) = required(["social_asistance"], ["social_assistance"])
    assert fault.found == "no price of social_assistance"
    assert "It has prices of social_asistance, which are no statuses." in fault.todo


# As delivered

STUDY = Study(name="s", title="T", waves=[0], groups=[{"id": "A"}])
OLD_HEADER = "Pris-id;Benämning;Enhet;Pris;Part;Slag;Lägsta;Högsta;Källa;Giltigt år;Index"


def delivered(folder, text, name="apriser"):
    """Return the table as read from a file, and as processed."""
    (folder / "wave-00").mkdir(exist_ok=True)
    (folder / "wave-00" / f"{name}.csv").write_text(text, encoding="utf-8")
    read = read_deliveries(STUDY, folder, 0)
    assert read.faults == []
    return read.tables, pseudonymise(read.tables, b"key", {"A": "A"})


def test_file_without_the_optional_columns_is_still_read(tmp_path):
    row = "sickness_benefit;Sjukpenning;Månad;14200;Försäkringskassan;Transferering;;;K;2017;"
    text = f"{OLD_HEADER}\n{row}\n"
    raw, processed = delivered(tmp_path, text)
    for tables in (raw, processed):
        got = price_flows(tables["apriser"], Parameters())
        assert got[["payer", "payee", "sek", "label_sv"]].iloc[0].tolist() == [
            *("fk", "individual", 14_200, "Sjukpenning"),
        ]


def test_optional_columns_are_read_by_their_headers(tmp_path):
    text = (
        f"{OLD_HEADER};Gäller;Mottagare;Skattepliktig\n"
        "wage;Lön;Månad;27000,5;Arbetsgivaren;Transferering;;;K;2017;;employed;Individen;Ja\n"
        "made;Värde;Månad;30000;Omvärlden;Produktion;;;K;2017;;employed;Arbetsgivaren;\n"
    )
    _, processed = delivered(tmp_path, text)
    got = price_flows(processed["apriser"], RATES)
    assert set(got["status"]) == {"employed"}
    assert got.set_index(["payer", "payee"])["sek"].to_dict() == pytest.approx(
        {
            ("outside", "employer"): 30_000,
            ("employer", "individual"): 27_000.5,
            ("individual", "municipality"): 5_400.1,
            ("individual", "region"): 2_700.05,
            ("employer", "state"): 8_100.15,
        }
    )


def test_index_is_read_by_its_headers(tmp_path):
    text = "Index;År;Indextal;Källa\nKPI;2015;313,35;SCB\nKPI;2017;322,11;SCB\n"
    index = delivered(tmp_path, text, "prisindex")[1]["prisindex"]
    got = flows(price(price_year=2015, index_series="KPI"), price_year=2017, index=index)
    assert got["sek"].tolist() == pytest.approx([100 * 322.11 / 313.35])


# The template

TEMPLATE = (ROOT / "data/prices/apriser.csv").read_text("utf-8-sig")


def test_template_has_a_row_for_every_income_source_that_needs_one_and_for_work(tmp_path):
    rows = delivered(tmp_path, TEMPLATE)[0]["apriser"]
    status = rows["status"].fillna(rows["price_id"])[rows["unit"] == "month"]
    income = [
        code for code in code_lists()["income_source"] if code not in ("no_public", "unknown")
    ]
    assert {*income, "employed"} <= set(status)
    assert set(rows.loc[status[status == "employed"].index, "kind"]) == {"transfer", "production"}


def test_template_prices_only_what_has_a_source(tmp_path):
    rows = delivered(tmp_path, TEMPLATE)[0]["apriser"]
    assert (rows["sek"].notna() == rows["source"].notna()).all()
    assert (rows["sek"].notna() == rows["price_year"].notna()).all()
    assert rows["sek"].notna().sum() == 7
    assert not rows.loc[rows["sek"].notna(), "unit"].isin(["month", "day"]).any()


def test_template_filled_in_prices_every_status(tmp_path):
    rows = delivered(tmp_path, TEMPLATE)[0]["apriser"]
    filled = rows.assign(
        sek=rows["sek"].fillna(1000.0),
        payer=rows["payer"].fillna("municipality"),
        source=rows["source"].fillna("S"),
        price_year=rows["price_year"].fillna(2017),
    )
    got = price_flows(filled, RATES)
    require_prices(got, [*code_lists()["income_source"], "employed"])
    assert len(not_priced(filled)) == 11


def test_template_is_refused_while_prices_are_empty(tmp_path):
    tables, _ = delivered(tmp_path, TEMPLATE)
    with pytest.raises(InputError) as refused:
        price_flows(tables["apriser"], RATES)
    columns = {fault.column for fault in refused.value.faults}
    assert columns == {"Pris", "Källa", "Giltigt år", "Part"}
