"""Change: what each party got of each person before and after (conftest has the study)."""

import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.economics.accounts import ACCOUNTS
from shared.economics.change import change, money_faults, priced, used_statuses
from shared.economics.prices import price_flows

LIVES = ("assisted", "sick", "work", "half")
KR = st.integers(0, 60_000)


def moved(case, **given):
    tables, study = case(**given)
    return change(tables, study, 18)


def found(faults):
    return [fault.found for fault in faults]


# By hand (kr a year, from what a year in each status moves)


def test_gains_of_each_person_by_party(case):
    # a: individual 240 - 48 - 24 - 120 = 48; municipality 120 + 48; region 24; state 72;
    #    employer 360 - 240 - 72 = 48. c: half the work. d: the assistance for the benefit.
    exp = {
        "individual": [48_000, 0, 84_000 - 120_000, 120_000 - 100_800],
        "municipality": [168_000, 0, 120_000 + 24_000, -120_000 - 28_800],
        "region": [24_000, 0, 12_000, 24_000 - 14_400],
        "af": [0, 0, 0, 0],
        "fk": [0, 0, 0, 144_000],
        "state": [72_000, 0, 36_000, 0],
        "employer": [48_000, 0, 24_000, 0],
    }
    got = moved(case).gains
    assert list(got.index) == ["a", "b", "c", "d"]
    pd.testing.assert_frame_equal(got, pd.DataFrame(exp, got.index, dtype=float), check_names=False)


def test_year_before_is_told_by_party(case):
    # b: 144 of benefit, 28.8 and 14.4 of taxes on it, and 24 of care.
    assert moved(case).before.loc["b"].to_dict() == {
        **dict.fromkeys(ACCOUNTS, 0.0),
        "individual": 100_800.0,
        "municipality": 28_800.0,
        "region": 14_400.0 - 24_000.0,
        "fk": -144_000.0,
    }


# People and participations


def test_share_is_people_per_participation(case):
    assert (moved(case).n, moved(case).share) == (4, 4 / 5)
    assert moved(case, twice=()).share == 1
    assert moved(case, twice=("a", "b", "c", "d")).share == 4 / 8


def test_participations_of_those_who_are_not_followed_do_not_count(case):
    tables, study = case()
    register = tables["deltaganden"]
    tables["deltaganden"] = register.assign(person_id=register["person_id"].replace("b", None))
    got = change(tables, study, 18)
    assert (got.n, got.share) == (3, 3 / 4)


def test_participation_that_has_not_begun_does_not_count(case):
    tables, study = case()
    later = tables["deltaganden"].head(1)
    later = later.assign(participation_id="a1", start_on=pd.Timestamp("2018-02-01"), end_on=pd.NaT)
    tables["deltaganden"] = pd.concat([tables["deltaganden"], later])
    got = change(tables, study, 18)
    assert (got.n, got.share) == (4, 4 / 5)


def test_nobody_followed_is_no_fault(case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = moved(case, people=())
        assert (got.n, got.share) == (0, 1)
        assert list(got.gains) == list(got.before) == list(ACCOUNTS)


# Laws


@settings(max_examples=8, deadline=None)
@given(
    people=st.lists(st.tuples(*2 * [st.sampled_from(LIVES)]), min_size=1, max_size=5),
    sek=st.lists(KR, min_size=5, max_size=5),
)
def test_society_gains_what_is_produced_less_what_is_used_whatever_is_paid(case, people, sek):
    tables, study = case(people=[(str(number), *lives) for number, lives in enumerate(people)])
    tables["apriser"]["sek"] = sek
    got = change(tables, study, 18)
    worked = {"work": 12, "half": 6}
    _, _, _, produced, care = sek
    real = [
        produced * (worked.get(after, 0) - worked.get(before, 0))
        - care * 12 * ((after == "sick") - (before == "sick"))
        for before, after in people
    ]
    # Kronor of floats: a millionth of one is nought.
    assert got.gains.sum(axis="columns").tolist() == pytest.approx(real, abs=1e-6)


def test_order_of_rows_is_of_no_importance(case):
    tables, study = case(ranges={"wage": (18_000, 25_000)})
    turned = {name: table[::-1].reset_index(drop=True) for name, table in tables.items()}
    one, other = change(tables, study, 18), change(turned, study, 18)
    pd.testing.assert_frame_equal(one.gains, other.gains)
    pd.testing.assert_frame_equal(one.before, other.before)
    pd.testing.assert_frame_equal(one.flows, other.flows)
    assert (one.share, one.parameters) == (other.share, other.parameters)


# Other prices


def test_repriced_is_the_change_at_those_prices(case):
    tables, study = case()
    got = change(tables, study, 18)
    tables["apriser"]["sek"] *= 2
    flows, parameters = priced(tables, study)
    exp = change(tables, study, 18)
    again = got.repriced(flows, parameters)
    pd.testing.assert_frame_equal(again.gains, exp.gains)
    pd.testing.assert_frame_equal(again.before, exp.before)
    assert (again.share, again.parameters) == (exp.share, exp.parameters)
    assert not again.gains.equals(got.gains)


def test_prices_are_of_the_studys_scenario_and_year(case, processed):
    index = [{"index_series": "KPI", "year": y, "value": v} for y, v in ((2017, 100), (2018, 110))]
    given = {"scenario": "dear", "price_year": 2018}
    tables, study = case(scenarios={"dear": {"tax_municipal": 0.5}}, economics=given)
    tables["apriser"]["index_series"] = "KPI"
    tables["prisindex"] = processed("prisindex", *index)
    flows, parameters = priced(tables, study)
    assert parameters.scenario == "dear"
    assert set(flows["price_year"]) == {2018}
    tax = flows[(flows["price_id"] == "wage") & (flows["payee"] == "municipality")]
    assert tax["sek"].tolist() == pytest.approx([20_000 * 1.1 * 0.5])


# What stops the appraisal


def test_study_with_a_price_of_all_it_needs_has_no_fault(case):
    assert money_faults(*case()) == []


def test_every_status_without_a_price_is_listed(case):
    tables, study = case()
    lacking = ["assistance", "sickness", "care"]  # nobody has to price what sick leave takes
    tables["apriser"] = tables["apriser"][~tables["apriser"]["price_id"].isin(lacking)]
    assert found(money_faults(tables, study)) == [
        "no price of sickness_benefit",
        "no price of social_assistance",
    ]


def test_wrong_prices_are_listed_with_the_statuses_that_lack_one(case):
    tables, study = case()
    prices = tables["apriser"].set_index("price_id").drop(index="sickness")
    prices.loc["care", "taxable"] = True
    prices.loc["assistance", "kind"] = "tax"
    prices["payee"] = prices["payee"].astype(object)
    prices.loc["assistance", "payee"] = "municipality"  # it would pay itself
    prices.loc["wage", "status"] = "emploied"
    prices.loc["production", "status"] = None
    tables["apriser"] = prices.reset_index()
    assert sorted(found(money_faults(tables, study))) == [
        "no price of employed",
        "no price of sickness_benefit",
        "the price assistance, a tax from municipality to municipality",
        "the price care, taxable but not a transfer to the individual",
    ]


def test_wrong_price_is_no_lacking_one(case):
    tables, study = case()
    sickness = tables["apriser"]["price_id"] == "sickness"
    for name in ("source", "unit"):
        tables["apriser"][name] = tables["apriser"][name].mask(sickness)
    assert found(money_faults(tables, study)) == [
        "the price sickness without Enhet",
        "the price sickness without Källa",
    ]


def test_price_by_the_hour_is_none_of_a_status(case):
    tables, study = case()
    prices = tables["apriser"].astype({"unit": "str"}).set_index("price_id")
    prices.loc["sickness", "unit"] = "hour"
    tables["apriser"] = prices.reset_index()
    assert found(money_faults(tables, study)) == ["no price of sickness_benefit"]


def test_faults_of_every_scenario_are_listed_once(case):
    tables, study = case(scenarios={"dear": {"deadweight": 1.5}})
    rows = tables["modellparametrar"]
    dear = rows["scenario"] == "dear"
    tables["modellparametrar"] = rows[~(dear & (rows["name"] == "tax_region"))]
    tables["apriser"].loc[0, "taxable"] = True
    tables["apriser"]["kind"] = tables["apriser"]["kind"].astype(object)
    tables["apriser"].loc[0, "kind"] = "tax"
    assert found(money_faults(tables, study)) == [
        "the price assistance, taxable but not a transfer to the individual",
        "1.5 for deadweight in the scenario dear",
    ]
    tables, study = case(scenarios={"dear": {}})
    tables["modellparametrar"] = rows[~(dear & rows["name"].isin(["tax_region", "deadweight"]))]
    assert found(money_faults(tables, study)) == [
        "the taxable prices sickness, wage but no tax_region"
    ]


def test_scenario_that_nobody_delivered_is_a_fault(case):
    tables, study = case(economics={"scenario": "hopeful"})
    assert found(money_faults(tables, study)) == ["no rows of the scenario hopeful"]


def test_comparison_group_in_other_years_needs_an_index(case, processed):
    tables, study = case()
    person = {"person_id": "C1", "cost_before": 1.0, "cost_after": 1.0, "price_year": 2016}
    tables["jamforelsegrupp"] = processed("jamforelsegrupp", person)
    assert len(money_faults(tables, study)) == 1
    tables["jamforelsegrupp"]["price_year"] = 2017
    assert money_faults(tables, study) == []


def test_without_prices_nothing_is_asked_for(case):
    tables, study = case(economics={"scenario": "hopeful"})
    del tables["apriser"]
    assert money_faults(tables, study) == []


def test_without_spells_no_status_needs_a_price(case):
    tables, study = case()
    del tables["statusspell"]
    tables["apriser"] = tables["apriser"].head(1)
    assert money_faults(tables, study) == []


def test_tables_as_they_were_delivered_have_the_same_faults(case):
    tables, study = case()
    tables["apriser"] = tables["apriser"].tail(3)
    raw = {name: as_delivered(table) for name, table in tables.items()}
    assert found(money_faults(raw, study)) == found(money_faults(tables, study))
    assert len(money_faults(raw, study)) == 2


def as_delivered(table):
    """Return a table whose codes are texts yet."""
    codes = table.select_dtypes("category")
    return table.astype(dict.fromkeys(codes, "str"))


def test_used_statuses_are_all_incomes_and_work(case):
    tables, _ = case()
    assert used_statuses(tables) == {
        *("social_assistance", "sickness_benefit", "no_public", "employed")
    }
    assert used_statuses({}) == set()


def test_other_occupation_is_no_other_income(case):
    tables, _ = case(people=[("a", "sick", "sick")])
    spells = tables["statusspell"]
    spells["value"] = spells["value"].replace("sick_listed", "other")
    assert used_statuses(tables) == {"sickness_benefit"}


def test_flows_are_those_of_the_price_list(case):
    tables, study = case()
    flows, parameters = priced(tables, study)
    pd.testing.assert_frame_equal(flows, price_flows(tables["apriser"], parameters))
