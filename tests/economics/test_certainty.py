"""What the appraisal hangs on: other prices, scenarios, rules, and what it would take to pay."""

import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from shared.economics import certainty, parties
from shared.economics.change import change
from shared.economics.programme import programme

TAKEN = 5  # participations of the conftest's four people
ASSUMED = {
    "discount_rate": 0.035,
    "deadweight": 0.4,
    "displacement": 0.05,
    "decay_per_year": 0.15,
    "optimism_bias": 0.1,
}
SPANS = {
    "wage": (15_000, 30_000),
    "assistance": (9_000, 12_000),
    "care": (0, 5_000),
    "deadweight": (0.1, 0.6),
    "decay_per_year": (0.15, 0.15),
}


class Appraisal:
    """The study, its tables, and what every test starts from."""

    def __init__(self, tables, study, taken=TAKEN):
        self.tables, self.study = tables, study
        self.moved = change(tables, study, 18)
        self.drawn = parties.simulate(self.moved)
        self.spent = programme(tables, study)
        self.cost = self.spent.per_participation(taken)

    def brief(self, years, cost=None):
        cost = self.cost if cost is None else cost
        return parties.in_brief(self.moved, self.drawn, cost, years).set_index("account")


@pytest.fixture(scope="module")
def plain(case):
    return Appraisal(*case())


@pytest.fixture(scope="module")
def ranged(case):
    return Appraisal(*case(ranges=SPANS, **ASSUMED))


@pytest.fixture(scope="module")
def nobody(case):
    return Appraisal(*case(people=(), twice=(), ranges=SPANS, **ASSUMED), taken=0)


@pytest.fixture(scope="module")
def unpaid(case):
    tables, study = case(ranges=SPANS)
    tables["kostnader"]["actual_sek"] = pd.array([pd.NA] * 3, "Float64")
    return Appraisal(tables, study)


# What it hangs on


@pytest.mark.parametrize("who", ["municipality", "public", "society"])
def test_ends_of_a_price_are_the_profit_at_that_price(ranged, who):
    table, _ = certainty.hangs_on(ranged.moved, ranged.cost, who, 4)
    assert table["at_base"].to_list() == pytest.approx([ranged.brief(4).loc[who, "profit"]] * 4)
    ends = table.set_index("assumption")
    for price in ("wage", "assistance", "care"):
        for at, end in zip(("at_low", "at_high"), SPANS[price], strict=True):
            prices = ranged.tables["apriser"]
            own = prices["price_id"] == price
            moved = {**ranged.tables, "apriser": prices.assign(sek=prices["sek"].mask(own, end))}
            moved["apriser"] = moved["apriser"].assign(low=pd.NA, high=pd.NA)
            again = Appraisal(moved, ranged.study)
            exp = again.brief(4).loc[who, "profit"]
            assert ends.loc[f"L {price}", at] == pytest.approx(exp), (price, at)


def test_ends_of_an_assumption_are_the_profit_with_it(ranged):
    table, _ = certainty.hangs_on(ranged.moved, ranged.cost, "public", 4)
    ends = table.set_index("assumption")
    assert set(ends.index) == {"L wage", "L assistance", "L care", "deadweight"}  # decay has none
    assert (ends["n"] == 4).all()
    for at, end in zip(("at_low", "at_high"), SPANS["deadweight"], strict=True):
        given = replace(ranged.drawn.base_assumptions, deadweight=end)
        drawn = replace(ranged.drawn, base_assumptions=given)
        again = parties.in_brief(ranged.moved, drawn, ranged.cost, 4).set_index("account")
        assert ends.loc["deadweight", at] == pytest.approx(again.loc["public", "profit"])


def test_widest_comes_first(ranged):
    table, _ = certainty.hangs_on(ranged.moved, ranged.cost, "public", 5)
    width = (table["at_high"] - table["at_low"]).abs()
    assert list(width) == sorted(width, reverse=True)


def test_each_row_rests_on_those_whose_time_the_price_is_of(ranged):
    table, (parts, whole) = certainty.hangs_on(ranged.moved, ranged.cost, "public", 5)
    assert list(parts) == list(whole) == list(table["assumption"])
    assert list(parts.index) == ["a", "b", "c", "d"]
    # Months of work changed by 12 and 6, at 20 000 kr, and of care by 12 (d); 4 people of 5.
    share = 4 / 5
    assert parts["L wage"].tolist() == pytest.approx([240_000 * share, 0, 120_000 * share, 0])
    assert parts["L care"].tolist() == pytest.approx([0, 0, 0, 24_000 * share])
    own = parties.contributions(ranged.moved)["public"]
    assert parts["deadweight"].tolist() == own.tolist()
    for name in whole:  # the figure itself is told in every row
        assert whole[name].tolist() == own.tolist()


def test_prices_without_a_label_or_with_a_shared_one_are_told_by_their_id(ranged):
    tables = {**ranged.tables}
    labels = {"wage": None, "care": "Same", "assistance": "Same"}
    prices = tables["apriser"]
    tables["apriser"] = prices.assign(label_sv=prices["price_id"].map(labels).astype("str"))
    again = Appraisal(tables, ranged.study)
    table, (parts, _) = certainty.hangs_on(again.moved, again.cost, "public", 5)
    told = ["deadweight", "wage", "Same (care)", "Same (assistance)"]
    assert sorted(table["assumption"]) == sorted(told)
    assert list(parts) == list(table["assumption"])


def test_without_ranges_it_hangs_on_nothing(plain):
    table, (parts, _) = certainty.hangs_on(plain.moved, plain.cost, "public", 5)
    assert table.empty
    assert parts.shape == (4, 0)


# Scenarios


def test_gross_is_years_times_gain_less_the_cost(ranged):
    table = certainty.by_scenario(ranged.moved, ranged.tables, ranged.study, ranged.cost, 4)
    gross = table[table["scenario"] == "gross"].set_index("account")
    exp = 4 * gross["gain"] - pd.Series({"public": 88_000, "society": 90_000})
    assert gross["profit"].to_dict() == pytest.approx(exp.to_dict())
    assert gross["gain"].to_dict() == pytest.approx({"public": 92_160, "society": 112_800})
    assert gross["payback_months"].to_dict() == {"public": 12, "society": 10}
    assert (table["n"] == 4).all()


def test_every_scenario_is_the_appraisal_under_it(case):
    cautious = {"deadweight": 0.5, "tax_municipal": 0.3, "seed": 7}
    tables, study = case(ranges=SPANS, scenarios={"cautious": cautious}, **ASSUMED)
    one = Appraisal(tables, study)
    table = certainty.by_scenario(one.moved, tables, study, one.cost, 5)
    assert table["scenario"].unique().tolist() == ["gross", "base", "cautious"]
    for name in ("base", "cautious"):
        chosen = study.economics.model_copy(update={"scenario": name})
        under = Appraisal(tables, study.model_copy(update={"economics": chosen}))
        exp = under.brief(5).loc[["public", "society"]]
        got = table[table["scenario"] == name].set_index("account").drop(columns="scenario")
        pd.testing.assert_frame_equal(got, exp[list(got)])


# Rules of cost sharing


def test_payback_under_every_rule_worked_by_hand(plain):
    # Equal fifths of 400 000 are 80 000, the municipality's with its own 40 000; 5 participations,
    # and the gains of test_parties: 12 x 24 000 / 32 640 = 8.8. AF gains nothing.
    table = certainty.by_cost_rule(plain.moved, plain.drawn, plain.spent.rules, TAKEN, 5)
    got = table.set_index("account")
    assert got["payback_equal_fifths"].to_dict() == {
        "municipality": 9,
        "region": 22,
        "af": np.inf,
        "fk": 7,
        "state": 9,
        "public": 12,
        "society": 10,
    }
    law = got["payback_law_50_25_25"].dropna().to_dict()
    exp = {"municipality": 11, "region": 27, "fk": 17, "public": 12, "society": 10}
    assert law == exp
    assert (table["n"] == 4).all()


@pytest.mark.parametrize("rule", ["equal_fifths", "law_50_25_25", "actual"])
def test_payback_under_a_rule_is_that_of_a_study_with_the_rule(case, processed, rule):
    tables, study = case(economics={"cost_rule": rule}, **ASSUMED)
    shares = {"municipality": 0.6, "af": 0.4}
    rows = [{"rule_id": "actual", "party": party, "share": s} for party, s in shares.items()]
    tables["kostnadsfordelning"] = processed("kostnadsfordelning", *rows)
    one = Appraisal(tables, study)
    table = certainty.by_cost_rule(one.moved, one.drawn, one.spent.rules, TAKEN, 5)
    got = table.set_index("account")[f"payback_{rule}"]
    exp = one.brief(5)["payback_months"].reindex(got.index)
    assert got.to_dict() == pytest.approx(exp.to_dict(), nan_ok=True)
    assert got.notna().sum() >= 3


def test_cost_of_no_participations_is_never_said_to_be_back(plain):
    assert certainty.by_cost_rule(plain.moved, plain.drawn, plain.spent.rules, 0, 5).empty


# Break-even


def test_how_many_have_to_go_to_work_worked_by_hand(plain):
    # The mean year before is half assisted, half sick. In full-time work instead, the municipality
    # saves 60 000 and gets 48 000 of tax for 14 400: 93 600. The region gets 24 000 for 7 200 and
    # saves 12 000 of care; FK saves 72 000; the state gets 72 000; public: 266 400. Society gets
    # the production of 360 000 and saves the care. 140 000 / 93 600 = 1.5, rounded up.
    table = certainty.to_break_even(plain.moved, plain.spent.borne, TAKEN, 1)
    got = table.set_index("account")
    assert got["person_value"].to_dict() == pytest.approx(
        {
            "municipality": 93_600,
            "region": 28_800,
            "fk": 72_000,
            "public": 266_400,
            "society": 372_000,
        }
    )
    needed = {"municipality": 2, "region": 4, "fk": 3, "public": 2, "society": 2}
    assert got["needed"].to_dict() == needed
    shares = {who: people / TAKEN for who, people in needed.items()}
    assert got["needed_share"].to_dict() == pytest.approx(shares)
    assert (table["n"] == 4).all()


def test_so_many_in_work_pay_and_one_fewer_does_not(ranged):
    table = certainty.to_break_even(ranged.moved, ranged.spent.borne, TAKEN, 4)
    got = table.set_index("account")
    costs = ranged.cost * TAKEN
    for who, cost in {"public": costs[list(parties.PUBLIC)].sum(), "fk": costs["fk"]}.items():
        value, needed = got.loc[who, ["person_value", "needed"]]
        assert (needed - 1) * value < cost <= needed * value


# Nobody, unknown


def test_of_nobody_all_figures_are_missing(nobody):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hangs, (parts, _) = certainty.hangs_on(nobody.moved, nobody.cost, "public", 5)
        given = (nobody.moved, nobody.tables, nobody.study, nobody.cost, 5)
        scenarios = certainty.by_scenario(*given)
        rules = certainty.by_cost_rule(nobody.moved, nobody.drawn, nobody.spent.rules, 0, 5)
        even = certainty.to_break_even(nobody.moved, nobody.spent.borne, 0, 5)
    assert set(hangs["assumption"]) == {"L wage", "L assistance", "L care", "deadweight"}
    assert len(parts) == 0
    assert rules.empty
    for table in (hangs, scenarios, even):
        assert (table["n"] == 0).all()
        keys = ["assumption", "scenario", "account", "n"]
        assert table.drop(columns=keys, errors="ignore").isna().all(axis=None)
    assert len(scenarios) == 4
    assert len(even) == 5


def test_what_hangs_on_a_cost_that_is_not_known_is_missing(unpaid):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        hangs, _ = certainty.hangs_on(unpaid.moved, unpaid.cost, "public", 5)
        given = (unpaid.moved, unpaid.tables, unpaid.study, unpaid.cost, 5)
        scenarios = certainty.by_scenario(*given)
        rules = certainty.by_cost_rule(unpaid.moved, unpaid.drawn, unpaid.spent.rules, TAKEN, 5)
        even = certainty.to_break_even(unpaid.moved, unpaid.spent.borne, TAKEN, 5)
    assert hangs[["at_low", "at_high", "at_base"]].isna().all(axis=None)
    assert scenarios[["payback_months", "profit", "chance"]].isna().all(axis=None)
    assert scenarios["gain"].notna().all()
    assert rules.empty
    assert even.empty
