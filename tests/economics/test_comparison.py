"""Comparison: who is beside whom, by hand; the adjusted figures on planted effects."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ttest_ind

from shared.economics import beyond, comparison
from shared.economics.beyond import balance_table, effects, plane, worth_it
from shared.economics.change import change
from shared.economics.comparison import arms, participants
from shared.economics.price_base import PriceBase
from shared.estimates.effect.balance import balance
from shared.estimates.effect.doubly_robust import doubly_robust_effect
from shared.estimates.effect.weighting import weighted_effect
from shared.faults import InputError
from shared.study import Study

ENTRY, EXIT, AS_OF = date(2016, 1, 1), date(2016, 7, 1), date(2017, 7, 1)
LONG_AGO, EVER = date(2010, 1, 1), date(2020, 1, 1)
INDEX = pd.DataFrame({"index_series": "K", "year": [2016, 2017], "value": [100.0, 110.0]})
BASE = PriceBase(2017, INDEX, "K")
METHODS = ["difference_in_differences", "ipw", "doubly_robust"]


def study_of(**economics):
    return Study(
        name="s",
        title="Study",
        waves={18: AS_OF},
        groups=[{"id": "A"}, {"id": "B"}],
        disclosure={"threshold": 3},
        economics={"window_months": 6, **economics},
    )


def register_of(*rows):
    """Return deltaganden of (person, group, first day) rows, half a year each."""
    table = pd.DataFrame(rows, columns=["person_id", "lokus_id", "start_on"])
    table["end_on"] = table["start_on"].map(lambda day: date(day.year, day.month + 6, 1))
    table = table.assign(gender="woman", birth_year=1980, education="tertiary")
    table = table.assign(public_support_months=7, participation_id=table.index.astype(str))
    return table.astype({"start_on": "datetime64[ms]", "end_on": "datetime64[ms]"})


def spells_of(people):
    """Return statusspell: social assistance until July 2016, then work of some extent or none."""
    rows = []
    for person, extent in people.items():
        after = ("no_public", "employed") if extent else ("social_assistance", "jobseeking")
        rows += [
            (person, "income", "social_assistance", LONG_AGO, EXIT, None),
            (person, "occupation", "jobseeking", LONG_AGO, EXIT, None),
            (person, "income", after[0], EXIT, EVER, None),
            (person, "occupation", after[1], EXIT, EVER, extent),
        ]
    names = ["person_id", "domain", "value", "from_on", "to_on", "extent_pct"]
    table = pd.DataFrame(rows, columns=names).assign(spell_no=range(1, len(rows) + 1))
    types = {"from_on": "datetime64[ms]", "to_on": "datetime64[ms]", "extent_pct": "Float64"}
    return table.astype(types)


def prices():
    """Return 10 000 kr of assistance and 20 000 kr of wage a month, and the rates of its taxes."""
    rows = [
        ("social_assistance", 10_000.0, "municipality", False),
        ("employed", 20_000.0, "employer", True),
    ]
    table = pd.DataFrame(rows, columns=["price_id", "sek", "payer", "taxable"])
    kept = {"unit": "month", "kind": "transfer", "source": "Hand", "price_year": 2017}
    rates = {"tax_municipal": "0.2", "tax_region": "0.1", "employer_contribution": "0.3"}
    given = pd.DataFrame(list(rates.items()), columns=["name", "value"]).assign(scenario="base")
    return {"apriser": table.assign(**kept), "modellparametrar": given}


def tables_of(register, people, **more):
    return {"deltaganden": register_of(*register), "statusspell": spells_of(people)} | (
        prices() | more
    )


def found(tables, group=None, **economics):
    """Return the arms of a group's page, or of the page of all groups."""
    study, register = study_of(**economics), tables["deltaganden"]
    own = register if group is None else register[register["lokus_id"] == group]
    return arms(change({**tables, "deltaganden": own}, study, 18), tables, study, 18, BASE)


def who(both):
    """Return the participants and the others."""
    return "".join(both.index[both["treated"]]), "".join(both.index[~both["treated"]])


# A person worked by hand


def test_person_worked_by_hand():
    # Before: 12 months of assistance, 120 000 kr a year. After: half-time work, 6 full-time months
    # with 20 000 x (0.2 + 0.1 + 0.3) in taxes each: the public sector gets 72 000 kr a year.
    tables = tables_of([("p", "A", ENTRY)], {"p": 50})
    person = participants(change(tables, study_of(), 18)).loc["p"]
    assert person["cost_before"] == pytest.approx(120_000)
    assert person["cost_after"] == pytest.approx(-72_000)
    assert (person["work_before"], person["work_after"]) == pytest.approx((0, 6))
    assert person[["age", "public_support_months", "woman", "upper"]].tolist() == [36, 7, 1, 1]


# Who is beside whom

TWO_GROUPS = [(person, "A", ENTRY) for person in "abcx"] + [
    (person, "B", ENTRY) for person in "xyzuv"
]
EVERYONE = dict.fromkeys("abcxyzuv", 100)


def given(*rows, year=2017):
    """Return jamforelsegrupp of (person, cost before, cost after) rows."""
    table = pd.DataFrame(rows, columns=["person_id", "cost_before", "cost_after"])
    table = table.assign(work_before=0.0, work_after=3.0, gender="man", birth_year=1986)
    table = table.assign(education="primary", public_support_months=5, price_year=year)
    return table.assign(entry_on=pd.Timestamp(ENTRY), source="Hand")


def test_other_group_is_compared_with_and_who_is_in_both_is_a_participant():
    both = found(tables_of(TWO_GROUPS, EVERYONE), "A", compare_with="B")
    assert who(both) == ("abcx", "uvyz")


def test_page_of_all_groups_compares_the_others_with_the_group():
    both = found(tables_of(TWO_GROUPS, EVERYONE), compare_with="B")
    assert who(both) == ("abcx", "uvyz")


def test_group_is_not_compared_with_itself():
    register = [(person, "A", ENTRY) for person in "abcxyz"]
    register += [(person, "B", ENTRY) for person in "xyzuvw"]
    tables = tables_of(register, dict.fromkeys("abcuvwxyz", 100))
    assert who(found(tables, compare_with="B")) == ("abcxyz", "uvw")
    assert found(tables, "B", compare_with="B").empty


def test_later_ones_are_compared_with_those_who_entered_before_the_day():
    register = [(person, "A", date(2016, 1, 1)) for person in "abc"]
    register += [(person, "A", date(2016, 2, 1)) for person in "xyz"]
    both = found(tables_of(register, EVERYONE), compare_before=date(2016, 2, 1))
    assert who(both) == ("xyz", "abc")


def test_table_is_compared_with_at_the_studys_prices():
    rows = [(f"j{i}", 100_000.0, 50_000.0) for i in range(3)]
    tables = tables_of([(p, "A", ENTRY) for p in "abc"], EVERYONE)
    both = found({**tables, "jamforelsegrupp": given(*rows, year=2016)})
    assert who(both) == ("abc", "j0j1j2")
    person = both.loc["j0"]
    assert (person["cost_before"], person["cost_after"]) == pytest.approx((110_000, 55_000))
    assert (person["work_before"], person["work_after"]) == (0, 3)
    assert person[["age", "public_support_months", "woman", "upper"]].tolist() == [30, 5, 0, 0]
    same = found({**tables, "jamforelsegrupp": given(*rows)})
    assert same.loc["j0", "cost_before"] == 100_000


def test_price_year_that_the_index_lacks_is_refused():
    tables = tables_of([("a", "A", ENTRY)], EVERYONE)
    rows = given(("j", 1.0, 2.0), year=2012)
    with pytest.raises(InputError, match="2012"):
        found({**tables, "jamforelsegrupp": rows})


def test_participant_in_the_table_is_not_compared_with_himself():
    rows = [(person, 1.0, 2.0) for person in ("a", "j", "k", "l")]
    tables = tables_of([(p, "A", ENTRY) for p in "abc"], EVERYONE)
    assert who(found({**tables, "jamforelsegrupp": given(*rows)})) == ("abc", "jkl")


def test_table_is_not_used_where_a_group_or_a_day_is_named():
    table = given(*[(person, 1.0, 2.0) for person in "jkl"])
    tables = tables_of(TWO_GROUPS, EVERYONE, jamforelsegrupp=table)
    assert who(found(tables, "A", compare_with="B"))[1] == "uvyz"
    assert found(tables, compare_before=ENTRY).empty  # nobody is that early


def test_who_lacks_an_outcome_is_left_out():
    rows = [("j", 1.0, 2.0), ("k", 1.0, None), ("l", 1.0, 2.0), ("m", 1.0, 2.0)]
    tables = tables_of([(p, "A", ENTRY) for p in "abc"], EVERYONE)
    assert who(found({**tables, "jamforelsegrupp": given(*rows)})) == ("abc", "jlm")


def test_order_of_rows_does_not_matter():
    table = given(*[(f"j{i}", 1000.0 * i, 900.0 * i) for i in range(6)])
    register = [(p, "A", ENTRY) for p in "abcd"]
    tables = tables_of(register, dict(zip("abcd", (100, 50, 0, 25), strict=True)))
    tables["jamforelsegrupp"] = table
    turned = {name: rows.iloc[::-1].reset_index(drop=True) for name, rows in tables.items()}
    pd.testing.assert_frame_equal(found(tables), found(turned))


# Nobody, or too few


def nothing(both):
    """Tell whether every table of the page is empty, with its columns."""
    shown = [effects(both, outcome) for outcome in comparison.OUTCOMES]
    cloud = plane(both, 80_000.0, 10, 1)
    shown += [comparison.changes(both), balance_table(both), cloud, worth_it(cloud)]
    return all(table.empty and len(table.columns) for table in shown)


def test_without_anybody_to_compare_with_nothing_is_told():
    both = found(tables_of(TWO_GROUPS, EVERYONE), "A")
    assert both.empty
    assert nothing(both)


def test_nobody_followed_is_no_error():
    tables = tables_of([], {}, jamforelsegrupp=given(*[(p, 1.0, 2.0) for p in "jkl"]))
    assert nothing(found(tables))


@pytest.mark.parametrize(("own", "others"), [("ab", "jkl"), ("abc", "jk")])
def test_fewer_in_an_arm_than_may_be_told_of_are_not_compared(own, others):
    table = given(*[(person, 1.0, 2.0) for person in others])
    tables = tables_of([(p, "A", ENTRY) for p in own], EVERYONE, jamforelsegrupp=table)
    assert nothing(found(tables))


# Effects


def people_of(treated, others, **covariates):
    """Return arms by their (before, after) of work; public cost is 10 000 kr less per month."""
    rows = pd.DataFrame([*treated, *others], columns=["work_before", "work_after"], dtype=float)
    rows["treated"] = [True] * len(treated) + [False] * len(others)
    for when in ("before", "after"):
        rows[f"cost_{when}"] = 100_000 - 10_000 * rows[f"work_{when}"]
    missing = dict.fromkeys(comparison.COVARIATES[2:], np.nan)
    rows = rows.assign(**missing | covariates)
    return rows.set_axis([f"p{i:04d}" for i in range(len(rows))])


SMALL = people_of([(0, 6), (1, 4), (2, 2)], [(0, 1), (1, 3), (3, 3)])


def test_difference_in_differences_worked_by_hand():
    # Changes 6, 3 and 0 months against 1, 2 and 0: means 3 and 1.
    table = effects(SMALL, "work_months").set_index("compared_by")
    row = table.loc["difference_in_differences"]
    assert row["months_beyond"] == pytest.approx(2)
    limits = ttest_ind([6, 3, 0], [1, 2, 0], equal_var=False).confidence_interval()
    assert (row["months_beyond_low"], row["months_beyond_high"]) == pytest.approx((*limits,))
    assert (row["outcome"], row["n"], row["n_comparison"]) == ("work_months", 3, 3)
    money = effects(SMALL, "public_cost").set_index("compared_by")
    assert money.loc["difference_in_differences", "beyond"] == pytest.approx(-20_000)


def test_methods_that_people_are_too_few_for_have_no_figures():
    for outcome, (_, name) in comparison.OUTCOMES.items():
        table = effects(SMALL, outcome)
        assert table["compared_by"].tolist() == METHODS
        known = table[[name, f"{name}_low", f"{name}_high"]].notna()
        assert known.all(axis="columns").tolist() == [True, False, False]


def test_changes_are_each_persons_own():
    table = comparison.changes(SMALL[SMALL["treated"]])
    assert table["work_months"].tolist() == [6, 3, 0]
    assert table["public_cost"].tolist() == [-60_000, -30_000, 0]


def planted(n, seed, *, effect=2.0, missing=0.0):
    """Return arms of ``n`` each, where those long supported take part oftener and change more."""
    rng = np.random.default_rng(seed)
    treated = np.repeat([True, False], n)
    months = rng.normal(np.where(treated, 30, 20), 10)
    before = rng.uniform(0, 4, 2 * n)
    after = before + 0.1 * months + effect * treated + rng.normal(0, 1, 2 * n)
    pairs = np.column_stack([before, after])
    facts = {
        "age": rng.normal(40, 10, 2 * n),
        "public_support_months": np.where(rng.random(2 * n) < missing, np.nan, months),
        "woman": rng.integers(0, 2, 2 * n),
        "upper": rng.integers(0, 2, 2 * n),
    }
    people = people_of(pairs[:n], pairs[n:], **facts)
    for when in ("before", "after"):  # of its own, as money is
        people[f"cost_{when}"] += rng.normal(0, 5_000, 2 * n)
    return people


def test_adjusted_methods_find_the_planted_effect_where_the_plain_one_does_not():
    people = planted(400, 1)
    table = effects(people, "work_months").set_index("compared_by")
    inside = (table["months_beyond_low"] < 2) & (table["months_beyond_high"] > 2)
    assert inside.to_dict() == dict(zip(METHODS, [False, True, True], strict=True))
    assert table.loc["difference_in_differences", "months_beyond"] == pytest.approx(3, abs=0.3)
    money = effects(people, "public_cost").set_index("compared_by").loc["doubly_robust"]
    assert money["beyond_low"] < -20_000 < money["beyond_high"]


def test_adjusted_methods_are_about_the_change_and_adjust_for_what_is_kept():
    people = planted(60, 9)
    change = people["work_after"] - people["work_before"]
    given = change, people["treated"], comparison.adjusted_for(people)
    table = effects(people, "work_months").set_index("compared_by")
    for method, estimate in (("ipw", weighted_effect), ("doubly_robust", doubly_robust_effect)):
        exp = estimate(*given)
        got = table.loc[method, ["months_beyond", "months_beyond_low", "months_beyond_high"]]
        assert got.tolist() == pytest.approx([exp.estimate, exp.low, exp.high])


# What is adjusted for


@pytest.mark.parametrize(("n", "kept"), [(4, 0), (5, 1), (9, 1), (10, 2), (29, 5), (30, 6)])
def test_fewer_people_are_adjusted_for_the_first_covariates_only(n, kept):
    large = planted(40, 2)
    people = pd.concat([large[large["treated"]].head(n), large[~large["treated"]]])
    assert list(comparison.adjusted_for(people)) == comparison.COVARIATES[:kept]


@pytest.mark.parametrize("arm", [True, False])
def test_covariate_that_is_constant_in_an_arm_is_not_adjusted_for(arm):
    people = planted(40, 2)
    people.loc[people["treated"] == arm, "woman"] = 1
    kept = [name for name in comparison.COVARIATES if name != "woman"]
    assert list(comparison.adjusted_for(people)) == kept
    assert effects(people, "work_months")["months_beyond"].notna().all()


@pytest.mark.parametrize(("lacking", "kept"), [(8, True), (9, False)])
def test_covariate_that_more_than_a_fifth_of_an_arm_lacks_is_not_adjusted_for(lacking, kept):
    people = planted(40, 2)
    people.loc[people.index[-lacking:], "age"] = np.nan
    assert ("age" in comparison.adjusted_for(people)) == kept


def test_missing_covariate_is_the_mean_and_everyone_counts():
    people = planted(200, 3, missing=0.1)
    filled = comparison.adjusted_for(people)
    gone = people["public_support_months"].isna()
    assert gone.sum() > 20
    mean = people["public_support_months"].mean()
    assert filled.loc[gone, "public_support_months"].eq(mean).all()
    table = effects(people, "work_months")
    assert table[["n", "n_comparison"]].eq(200).all(axis=None)
    row = table.set_index("compared_by").loc["doubly_robust"]
    assert row["months_beyond_low"] < 2 < row["months_beyond_high"]


@pytest.mark.parametrize(
    ("gender", "education", "expected"),
    [
        ("woman", "upper_secondary", (1, 1)),
        ("man", "primary", (0, 0)),
        ("man", "none", (0, 0)),
        ("unknown", "unknown", (None, None)),
        (None, None, (None, None)),
    ],
)
def test_unknown_gender_and_education_are_missing(gender, education, expected):
    tables = tables_of([(p, "A", ENTRY) for p in "abc"], EVERYONE)
    rows = given(*[(p, 1.0, 2.0) for p in "jkl"]).assign(gender=gender, education=education)
    person = found({**tables, "jamforelsegrupp": rows}).loc["j", ["woman", "upper"]]
    assert tuple(None if pd.isna(value) else value for value in person) == expected


# Balance


def test_balance_is_of_the_people_and_covariates_of_the_effects():
    people = planted(200, 4)
    table = balance_table(people).set_index("covariate")
    assert list(table.index) == comparison.COVARIATES
    exp = balance(people["treated"], people[comparison.COVARIATES]).table
    for column in ("smd_before", "smd_after"):
        assert table[column].to_dict() == pytest.approx(exp[column].to_dict())
    months = table.loc["public_support_months"]
    assert months["smd_before"] == pytest.approx(1, abs=0.2)
    assert abs(months["smd_after"]) < 0.15
    assert (table["n"] == 200).all()


def test_balance_of_what_is_not_adjusted_for_is_told_before_only():
    # Before work: 0, 1 and 2 against 0, 1 and 3, with a standard deviation of 1: 1 - 4/3.
    table = balance_table(SMALL.assign(woman=[1, 1, 1, 1, 1, 0], upper=1)).set_index("covariate")
    assert table["smd_before"]["work_before"] == pytest.approx(-1 / 3)
    # All participants are women: the spread is that of all six, sqrt(1/6).
    assert table["smd_before"]["woman"] == pytest.approx((1 / 3) / np.sqrt(1 / 6))
    assert set(table.index) == {"cost_before", "work_before", "woman"}
    assert table["smd_after"].isna().all()


def test_covariate_that_one_arm_lacks_has_no_balance():
    people = planted(40, 5)
    people.loc[~people["treated"], "age"] = np.nan
    table = balance_table(people).set_index("covariate")
    assert "age" not in table.index
    assert table["smd_after"].notna().all()


# Is the work worth its cost?


def test_plane_has_the_doubly_robust_effects_and_spreads_as_their_limits():
    people, cost = planted(400, 6).iloc[:600], 50_000.0  # twice as many participants as others
    drawn = plane(people, cost, 4000, 1)
    for outcome, column, added in (
        ("work_months", "more_work", 0),
        ("public_cost", "more_cost", cost),
    ):
        stem = comparison.OUTCOMES[outcome][1]
        row = effects(people, outcome).set_index("compared_by").loc["doubly_robust"]
        se = (row[f"{stem}_high"] - row[f"{stem}_low"]) / (2 * 1.959964)
        assert drawn[column].mean() == pytest.approx(row[stem] + added, abs=4 * se / np.sqrt(4000))
        # The effect's limits count the estimated propensity; 4000 draws know an sd to 1 %.
        assert drawn[column].std() == pytest.approx(se, rel=0.1)
    assert (drawn["n"] == 400).all()
    assert drawn["draw"].tolist() == list(range(1, 4001))


def test_programme_cost_moves_every_draw_by_itself():
    people = planted(60, 7)
    dear, free = plane(people, 30_000.0, 50, 1), plane(people, 0.0, 50, 1)
    assert (dear["more_cost"] - free["more_cost"]).to_numpy() == pytest.approx(30_000, abs=0.11)
    assert dear["more_work"].equals(free["more_work"])


def test_same_seed_draws_the_same_plane_and_another_does_not():
    people = planted(60, 7)
    assert plane(people, 0.0, 50, 1).equals(plane(people, 0.0, 50, 1))
    assert not plane(people, 0.0, 50, 1).equals(plane(people, 0.0, 50, 2))


def test_too_few_to_adjust_for_anything_have_no_plane():
    assert plane(SMALL, 80_000.0, 10, 1).empty


def test_cost_that_is_not_known_has_no_plane():
    assert plane(planted(60, 7), float("nan"), 10, 1).empty


def test_work_is_worth_it_from_what_a_month_costs():
    # 2 months more at 70 000 kr in cost less 20 000 kr saved: 25 000 kr a month.
    table = worth_it(plane(planted(2000, 8), 70_000.0, 500, 1)).set_index("willing")
    assert list(table.index) == list(beyond.WILLING)
    assert table["acceptable"][20_000] < 0.01
    assert table["acceptable"][30_000] > 0.99
    assert set(table["outcome"]) == {"public_cost"}
    assert set(table["n"]) == {2000}
