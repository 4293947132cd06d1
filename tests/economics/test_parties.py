"""What each party pays and gains: the study of the conftest, worked with a calculator."""

import itertools
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.economics import parties
from shared.economics.change import change
from shared.economics.programme import programme

LIVES = ("assisted", "sick", "work", "half")
PARTS = ["public", "individual", "employer"]
TAKEN = 5  # participations of the four people
DRAWN = {"wage": (15_000, 30_000), "care": (0, 5_000), "deadweight": (0.1, 0.6)}
ASSUMED = {
    "discount_rate": 0.035,
    "deadweight": 0.4,
    "displacement": 0.05,
    "decay_per_year": 0.15,
    "optimism_bias": 0.1,
}


def appraised(case, tables=None, taken=TAKEN, **given):
    """Return the change, draws of it and the cost per participation, by account."""
    built, study = case(**given)
    tables = tables or built
    moved = change(tables, study, 18)
    cost = programme(tables, study).per_participation(taken)
    return moved, parties.simulate(moved), cost


@pytest.fixture(scope="module")
def plain(case):
    """The four people at plain prices, nothing taken off."""
    return appraised(case)


def column(table, name):
    return table.set_index("account")[name].to_dict()


def approx(**figures):
    return pytest.approx({"af": 0.0, **figures}, nan_ok=True)


# By hand, kr per participation. Gains of the four people (test_change) are summed, and divided by
# the 5 participations: the municipality's 168 000 + 144 000 - 148 800 = 163 200 gives 32 640.

GAINS = {
    "municipality": 32_640,
    "region": 9_120,
    "fk": 28_800,
    "state": 21_600,
    "individual": 6_240,
    "employer": 14_400,
    "public": 92_160,
    "society": 112_800,
}
# Of the federation's 400 000 half is FK's and a quarter each the region's and the municipality's,
# which gave 40 000 of its own; others paid 10 000, which is a cost of society's only.
COSTS = {
    "municipality": 28_000,
    "region": 20_000,
    "fk": 40_000,
    "state": 0,
    "individual": 0,
    "employer": 0,
    "public": 88_000,
    "society": 90_000,
}


def test_cost_and_gain_of_every_party(plain):
    got = parties.in_brief(*plain, years=1)
    assert list(got["account"]) == list(parties.ORDER)
    assert set(got["n"]) == {4}
    assert column(got, "gain") == approx(**GAINS)
    assert column(got, "cost") == approx(**COSTS)


def test_profit_after_one_four_and_five_years_of_everything_gained(plain):
    # The public sector: 92 160 - 88 000 = 4 160; 4 x 92 160 - 88 000 = 280 640; 5 x: 372 800.
    got = parties.by_horizon(*plain, horizons=(1, 4, 5)).set_index("account")
    assert list(got) == ["n", "12", "48", "60"]
    exp = {
        "public": [4_160, 280_640, 372_800],
        "municipality": [4_640, 102_560, 135_200],
        "fk": [-11_200, 75_200, 104_000],
        "society": [22_800, 361_200, 474_000],
    }
    for who, kr in exp.items():
        assert got.loc[who, ["12", "48", "60"]].tolist() == pytest.approx(kr), who


def test_profit_of_all_participations_together(plain):
    got = parties.by_horizon(*plain, horizons=(1,), participations=TAKEN)
    assert column(got, "12")["public"] == pytest.approx(5 * 4_160)
    assert set(got["n"]) == {4}


def test_months_until_the_money_is_back_are_rounded_up(plain):
    # 12 x cost / gain: municipality 10.29, region 26.3, FK 16.7, public 11.46, society 9.57.
    got = column(parties.in_brief(*plain, years=5), "payback_months")
    exp = {"municipality": 11, "region": 27, "fk": 17, "public": 12, "society": 10}
    unpaid = dict.fromkeys(["af", "state", "individual", "employer"], float("nan"))
    assert got == pytest.approx(exp | unpaid, nan_ok=True)


def test_months_until_the_money_is_back_exactly(case):
    given = appraised(case, payback_rounding="exact")
    got = column(parties.in_brief(*given, years=5), "payback_months")
    assert got["public"] == pytest.approx(12 * 88_000 / 92_160)
    assert got["region"] == pytest.approx(12 * 20_000 / 9_120)


def test_money_is_never_back_for_who_loses(case):
    # From sick leave to assistance: the municipality pays more, FK less.
    given = appraised(case, people=[("d", "sick", "assisted")], twice=(), taken=1)
    got = column(parties.in_brief(*given, years=5), "payback_months")
    assert got["municipality"] == np.inf
    assert np.isfinite(got["fk"])


def test_what_one_gains_by_source_cancels_but_for_production_and_resources(plain):
    # Production 360 000 + 180 000, care saved 24 000; each over 5.
    table = parties.by_source(plain[0])
    assert column(table, "production") == approx(
        **dict.fromkeys(COSTS, 0) | {"employer": 108_000, "society": 108_000}
    )
    assert column(table, "real_resource") == approx(
        **dict.fromkeys(COSTS, 0) | {"region": 4_800, "public": 4_800, "society": 4_800}
    )
    assert column(table, "transfer") == approx(
        municipality=24_000,
        region=0,
        fk=28_800,
        state=0,
        public=52_800,
        individual=19_200,
        employer=-72_000,
        society=0,
    )
    assert column(table, "tax") == approx(
        municipality=8_640,
        region=4_320,
        fk=0,
        state=21_600,
        public=34_560,
        individual=-12_960,
        employer=-21_600,
        society=0,
    )
    assert set(table["n"]) == {4}


def test_effectiveness_is_the_gain_over_the_cost_of_the_year_before(plain):
    # The year before, net of taxes: two assisted at 120 000, two sick at 144 000 (FK), which give
    # 28 800 to the municipality, and 24 000 - 14 400 (region). All over 5 participations.
    moved, drawn, _ = plain
    table = parties.effectiveness_by_party(moved, drawn)
    before = {"municipality": 36_480, "region": 3_840, "fk": 57_600, "state": 0, "public": 97_920}
    assert column(table, "cost_before") == approx(**before)
    shares = {"municipality": 32_640 / 36_480, "region": 9_120 / 3_840, "fk": 0.5}
    unpaid = dict.fromkeys(["af", "state"], float("nan"))
    exp = shares | unpaid | {"public": 92_160 / 97_920}
    assert column(table, "effectiveness") == pytest.approx(exp, nan_ok=True)


def test_own_money_of_the_individuals(plain):
    # 48 000, 0, -36 000 and 19 200; quartiles lie a quarter of the way between two.
    row = parties.disposable_income(plain[0]).iloc[0].to_dict()
    assert row == {
        "measure": "disposable_income",
        "n": 4,
        "base": 4,
        "lower_quartile": -9_000,
        "middle": 9_600,
        "upper_quartile": 26_400,
        "worse_off": 0.25,
        "unchanged": 0.25,
        "better_off": 0.5,
    }


@pytest.mark.parametrize(
    ("by", "share"),
    [(999, "unchanged"), (1_000, "better_off"), (-999, "unchanged"), (-1_000, "worse_off")],
)
def test_change_of_own_money_under_a_thousand_is_none(plain, by, share):
    moved = plain[0]
    own = moved.gains.assign(individual=float(by))
    assert parties.disposable_income(replace(moved, gains=own))[share].item() == 1


def test_each_persons_part_adds_up_to_the_gain(plain):
    moved, drawn, cost = plain
    parts = parties.contributions(moved)
    gain = column(parties.in_brief(moved, drawn, cost, 1), "gain")
    assert (parts.sum() / TAKEN).to_dict() == pytest.approx(gain)
    whole, *kinds = parties.contributions_by_kind(moved)
    pd.testing.assert_frame_equal(whole, parts)
    pd.testing.assert_frame_equal(sum(kinds), parts, check_names=False)
    source = parties.by_source(moved).set_index("account").drop(columns="n")
    for kind, own in zip(source, kinds, strict=True):
        assert (own.sum() / TAKEN).to_dict() == pytest.approx(source[kind].to_dict()), kind
    before = parties.contributions_before(moved)
    assert before.loc["b", "public"] == -124_800


# What is taken off


def test_profit_takes_off_what_is_assumed_year_by_year(case):
    got = parties.by_horizon(*appraised(case, **ASSUMED), horizons=(1, 4, 5))
    left = (1 - 0.4) * (1 - 0.05) * (1 - 0.1)
    for years in (1, 4, 5):
        worth = sum(left * 0.85 ** (t - 1) / 1.035**t for t in range(1, years + 1))
        exp = {who: GAINS[who] * worth - COSTS[who] for who in GAINS}
        assert column(got, str(12 * years)) == approx(**exp)


def test_profit_is_nothing_when_the_money_is_back(case):
    moved, drawn, cost = appraised(case, payback_rounding="exact", **ASSUMED)
    months = column(parties.in_brief(moved, drawn, cost, 5), "payback_months")
    for who in ("municipality", "fk", "public", "society"):
        at = parties.in_brief(moved, drawn, cost, months[who] / 12)
        assert column(at, "profit")[who] == pytest.approx(0, abs=1e-6), who


def test_every_year_adds_its_own_discounted_gain(case):
    horizons = range(1, 8)
    table = parties.by_horizon(*appraised(case, **ASSUMED), horizons=horizons)
    kr = table.set_index("account").drop(columns="n").to_numpy()
    years = np.diff(kr, axis=1)
    # After the first, each is worth (1 - decay) / (1 + r) of the one before.
    ratio = np.full(years.shape[1] - 1, 0.85 / 1.035)
    paid = ~np.isclose(years[:, 0], 0)
    assert years[paid, 1:] / years[paid, :-1] == pytest.approx(np.tile(ratio, (paid.sum(), 1)))


def test_discount_rates_are_shown_beside_one_another(case):
    given = appraised(case, discount_rate=0.07)
    table = parties.by_discount(*given, horizons=(1, 5), rates=[0.07, 0.0, 0.05, 0.07])
    assert list(zip(table["account"], table["discount"], strict=True)) == [
        *(("public", 7), ("public", 0), ("public", 5)),
        *(("society", 7), ("society", 0), ("society", 5)),
    ]
    public = table[table["account"] == "public"].set_index("discount")
    assert public.loc[0, ["12", "60"]].tolist() == pytest.approx([4_160, 372_800])
    assert public.loc[7, "12"] == pytest.approx(92_160 / 1.07 - 88_000)


# How sure


def test_chance_is_the_share_of_all_resamples_with_a_profit(case):
    # All 4^4 ways to draw the four people again, against draws of them.
    moved, drawn, cost = appraised(case, n_draws=4_000)
    got = column(parties.in_brief(moved, drawn, cost, 1), "chance")
    own = parties.contributions(moved)
    for who in ("municipality", "fk", "public", "society"):
        kr = own[who].to_numpy()
        ways = [sum(draw) / TAKEN for draw in itertools.product(kr, repeat=4)]
        exp = np.mean([gain - COSTS[who] > 0 for gain in ways])
        assert 0.05 < exp < 0.95
        assert got[who] == pytest.approx(exp, abs=0.03), who


def test_limits_are_percentiles_of_the_draws_and_hold_the_figure(case):
    moved, drawn, cost = appraised(case, ranges=DRAWN, deadweight=0.3)
    table = parties.in_brief(moved, drawn, cost, 5).set_index("account")
    gain = np.sort(drawn.gains["public"])
    assert table.loc["public", "gain_low"] == gain[int(np.ceil(0.025 * 500)) - 1]
    assert table.loc["public", "gain_high"] == gain[int(np.ceil(0.975 * 500)) - 1]
    for name in ("gain", "profit"):
        assert (table[f"{name}_low"] <= table[name]).all()
        assert (table[name] <= table[f"{name}_high"]).all()


def test_same_seed_gives_the_same_and_another_does_not(case):
    one, other = (parties.in_brief(*appraised(case, ranges=DRAWN), 5) for _ in range(2))
    pd.testing.assert_frame_equal(one, other, check_exact=True)
    third = parties.in_brief(*appraised(case, ranges=DRAWN, seed=2), 5)
    drawn = ["gain_low", "gain_high", "profit_low", "profit_high", "chance"]
    pd.testing.assert_frame_equal(one.drop(columns=drawn), third.drop(columns=drawn))
    assert not one.equals(third)


def test_order_of_rows_is_of_no_importance(case):
    tables, _ = case(ranges=DRAWN)
    turned = {name: table[::-1].reset_index(drop=True) for name, table in tables.items()}
    one = parties.in_brief(*appraised(case, tables), 5)
    other = parties.in_brief(*appraised(case, turned), 5)
    pd.testing.assert_frame_equal(one, other, rtol=1e-12)


# Over time


def test_cash_flow_starts_with_the_cost_and_ends_with_the_profit(case):
    moved, drawn, cost = appraised(case, ranges=DRAWN, **ASSUMED)
    brief = parties.in_brief(moved, drawn, cost, 5).set_index("account")
    table = parties.cash_flows(moved, drawn, cost, 5)
    for who, flow in table.groupby("account", sort=False):
        flow = flow.set_index("month")
        assert list(flow.index) == list(range(0, 61, parties.STEP))
        assert flow.loc[0, "so_far"] == -COSTS[who]
        ends = flow.loc[60, ["so_far", "so_far_low", "so_far_high"]].tolist()
        exp = brief.loc[who, ["profit", "profit_low", "profit_high"]].tolist()
        assert ends == pytest.approx(exp)
        assert set(flow["payback_months"]) == {brief.loc[who, "payback_months"]}
        assert set(flow["n"]) == {4}
    assert list(table["account"].unique()) == list(parties.CURVES)


# Nobody, one, unknown


def every_table(moved, drawn, cost):
    return {
        "in_brief": parties.in_brief(moved, drawn, cost, 5),
        "by_horizon": parties.by_horizon(moved, drawn, cost, (1, 5), 3),
        "by_discount": parties.by_discount(moved, drawn, cost, (1, 5), [0, 0.05]),
        "by_source": parties.by_source(moved),
        "cash_flows": parties.cash_flows(moved, drawn, cost, 5),
        "disposable_income": parties.disposable_income(moved),
        "effectiveness": parties.effectiveness_by_party(moved, drawn),
    }


def test_of_nobody_all_figures_are_missing(case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        made = every_table(*appraised(case, people=(), twice=()))
    keys = ["account", "month", "discount", "measure", "n", "base"]
    for name, table in made.items():
        assert (table["n"] == 0).all(), name
        told = table.drop(columns=[*keys, "cost"], errors="ignore")
        assert told.isna().all(axis=None), name
    assert column(made["in_brief"], "cost") == approx(**COSTS)


def test_one_person_is_drawn_every_time(case):
    given = appraised(case, people=[("a", "assisted", "work")], twice=(), taken=1)
    table = parties.in_brief(*given, 5).set_index("account")
    assert (table["n"] == 1).all()
    for name in ("gain", "profit"):
        assert table[f"{name}_low"].tolist() == pytest.approx(table[name].tolist())
        assert table[f"{name}_high"].tolist() == pytest.approx(table[name].tolist())
    assert set(table["chance"].dropna()) == {0.0, 1.0}
    for made in every_table(*given).values():
        assert (made["n"] == 1).all()


def test_what_hangs_on_a_cost_that_is_not_known_is_missing(case):
    tables, _ = case()
    tables["kostnader"]["actual_sek"] = pd.array([pd.NA] * 3, "Float64")
    given = appraised(case, tables)
    hanging = ["cost", "payback_months", "profit", "profit_low", "profit_high", "chance"]
    paying = ["municipality", "region", "af", "fk", "state", "public", "society"]
    brief = parties.in_brief(*given, 5).set_index("account")
    assert brief.loc[paying, hanging].isna().all(axis=None)
    assert brief["gain"].to_dict() == approx(**GAINS)
    loser = appraised(case, tables | case(people=[("d", "sick", "assisted")])[0])
    assert loser[2].notna().all()
    brief = parties.in_brief(*loser[:2], given[2], 5).set_index("account")
    assert brief.loc[paying, hanging].isna().all(axis=None)
    horizons = parties.by_horizon(*given, (1, 5)).set_index("account")
    assert horizons.loc[paying, ["12", "60"]].isna().all(axis=None)
    flows = parties.cash_flows(*given, 5)
    assert flows.drop(columns=["account", "month", "n"]).isna().all(axis=None)


# Laws

people = st.lists(st.tuples(*2 * [st.sampled_from(LIVES)]), min_size=1, max_size=5)
kr = st.lists(st.integers(0, 60_000), min_size=5, max_size=5)


def drawn_case(case, lives, sek, **given):
    named = [(str(number), *one) for number, one in enumerate(lives)]
    tables, study = case(people=named, twice=("0",), n_draws=50, **given)
    tables["apriser"]["sek"] = sek
    moved = change(tables, study, 18)
    cost = programme(tables, study).per_participation(len(named) + 1)
    return moved, parties.simulate(moved), cost


@settings(max_examples=6, deadline=None)
@given(people, kr)
def test_public_individual_and_employer_make_up_society_in_every_table(case, lives, sek):
    moved, drawn, cost = drawn_case(case, lives, sek, **ASSUMED)
    by_others = cost["other"]  # a cost of society's that no party bears
    brief = parties.in_brief(moved, drawn, cost, 5).set_index("account")
    horizons = parties.by_horizon(moved, drawn, cost, (1, 4)).set_index("account")
    source = parties.by_source(moved).set_index("account")
    parts = parties.contributions(moved).T
    for name, table, less in [
        *(("gain", brief[["gain"]], 0), ("cost", brief[["cost"]], -by_others)),
        *(("profit", brief[["profit"]], by_others), ("horizons", horizons, by_others)),
        *(("source", source, 0), ("parts", parts, 0)),
        ("before", parties.contributions_before(moved).T, 0),
    ]:
        values = table.drop(columns="n", errors="ignore")
        exp = values.loc["society"] + less
        assert values.loc[PARTS].sum().tolist() == pytest.approx(exp.tolist(), abs=1e-6), name
        public = values.loc[list(parties.PUBLIC)].sum()
        assert values.loc["public"].tolist() == pytest.approx(public.tolist(), abs=1e-6), name
    assert source.loc["society", ["transfer", "tax"]].tolist() == pytest.approx([0, 0], abs=1e-6)


@settings(max_examples=4, deadline=None)
@given(people, kr, st.sampled_from([0.5, 2.0, 16.0]))
def test_money_scales_and_payback_and_chance_stay(case, lives, sek, times):
    named = [(str(number), *one) for number, one in enumerate(lives)]
    tables, _ = case(people=named, n_draws=50, ranges={"deadweight": (0, 0.5)}, **ASSUMED)
    tables["apriser"] = tables["apriser"].assign(sek=sek, low=0.0, high=60_000.0)
    one = appraised(case, tables)
    for name, columns in {"apriser": ["sek", "low", "high"], "kostnader": ["actual_sek"]}.items():
        tables[name] = tables[name].assign(**{key: tables[name][key] * times for key in columns})
    other = appraised(case, tables)
    first, second = (parties.in_brief(*each, 5).set_index("account") for each in (one, other))
    still = ["n", "payback_months", "chance"]
    pd.testing.assert_frame_equal(first[still], second[still])
    pd.testing.assert_frame_equal(first.drop(columns=still) * times, second.drop(columns=still))


@settings(max_examples=8, deadline=None)
@given(people, st.floats(0, 1e6), st.floats(0, 1e6))
def test_dearer_is_never_back_sooner(case, lives, one, more):
    named = [(str(number), *each) for number, each in enumerate(lives)]
    tables, study = case(people=named, n_draws=20, **ASSUMED)
    moved = change(tables, study, 18)
    drawn = parties.simulate(moved)
    cheap, dear = (
        parties.in_brief(moved, drawn, pd.Series({"fk": kr, "municipality": kr}), 5)
        for kr in (1 + one, 1 + one + more)
    )
    paid = cheap["cost"] > 0
    assert (cheap["payback_months"] <= dear["payback_months"])[paid].all()
    assert (cheap["profit"] >= dear["profit"]).all()
    assert not (cheap["chance"] < dear["chance"]).any()


def test_who_is_followed_and_who_is_not_yet(plain):
    moved, *_ = plain
    table = parties.who_is_followed(moved).set_index("reason")["n"]
    assert table["followed"] == 4
    assert "no_id" not in table
    assert table.drop("followed").to_dict() == moved.exposure.left_out.drop("no_id").to_dict()
