"""The door for sums of money: what is hidden, what stays, and in how many digits it is told."""

import numpy as np
import pandas as pd
import pytest

from shared.disclosure.money import release_money
from shared.disclosure.released import Column
from shared.study.settings import Disclosure

SUPPRESS, OPEN = Disclosure(mode="suppress"), Disclosure(mode="open")
ACCOUNTS = ["fk", "region", "public"]
TOTALS = {"public": ["fk", "region"]}
MANY = [1000.0, 2000, 3000, 1500, 2500, 1200, 1800, 2200, 900, 1100]  # 10 people: safe to sum
FEW = [1000.0, 2000, 3000, 1500, 0, 0, 0, 0, 0, 0]  # 4 people
COLUMNS = {
    "in_sum": Column("in_sum", "share"),
    "more_months": Column("more_months", "number"),
    "others": Column("others", "count"),
}


def people(**amounts):
    """Return contributions: each party's of ten people; the rest have safe ones."""
    given = {name: amounts.get(name, MANY) for name in ("fk", "region")}
    frame = pd.DataFrame(given, dtype=float)
    return frame.assign(public=frame.sum(axis="columns"))


def table(n=10, **more):
    rows = {"account": ACCOUNTS, "n": n, "cost": 71234.0, "gain": [12345.0, 678.0, 13023.0]}
    return pd.DataFrame(rows | more)


def money(contributions=None, frame=None, known=(), rules=SUPPRESS, totals=TOTALS, **given):
    options = {"keys": ["account"], "of": "account", "band": False, "columns": COLUMNS} | given
    return release_money(
        table() if frame is None else frame,
        id="x",
        unit="kr",
        contributions=people() if contributions is None else contributions,
        totals=totals,
        known=known,
        rules=rules,
        **options,
    )


def hidden(released, column="gain"):
    """Return the accounts whose value is hidden; it is gone from the values as well."""
    assert released.frame[column].isna().tolist() == released.hidden[column].tolist()
    return released.frame.loc[released.hidden[column], "account"].tolist()


def test_sums_of_enough_people_are_shown_in_two_digits():
    assert money().frame["gain"].tolist() == [12000, 680, 13000]
    assert money().n_suppressed == 0


def test_sum_of_four_people_hides_the_other_part_too_and_leaves_the_total():
    assert hidden(money(people(fk=FEW))) == ["fk", "region"]


def test_largest_amount_of_more_than_half_is_hidden():
    assert hidden(money(people(region=[50_000.0, *MANY[1:]]))) == ["region", "public"]


def test_fewer_than_twice_the_threshold_show_nothing():
    assert hidden(money(people().head(9), table(n=9))) == ACCOUNTS
    assert hidden(money(people().head(9), table(n=9), rules=Disclosure(threshold=4))) == []


def test_nothing_but_the_values_of_the_row_is_hidden():
    got = money(people(fk=FEW), known=["cost"])
    assert got.frame["account"].tolist() == ACCOUNTS
    assert got.frame["n"].tolist() == [10, 10, 10]
    assert got.frame["cost"].tolist() == [71000] * 3
    assert got.hidden.to_numpy().sum() == 2


def test_sum_without_a_total_hides_no_other():
    assert hidden(money(people(fk=FEW), totals={})) == ["fk"]


def test_open_data_are_exact_and_whole():
    got = money(people(fk=FEW), rules=OPEN, known=["cost"])
    assert got.frame["gain"].tolist() == [12345, 678, 13023]
    assert (got.frame["cost"].iloc[0], got.n_suppressed) == (71234, 0)


def test_row_of_nobody_is_missing_and_not_hidden():
    nobody = table(n=0).assign(gain=np.nan)
    got = money(people().head(0), nobody)
    assert (got.n_suppressed, got.frame["gain"].isna().all()) == (0, True)


def test_row_about_no_sum_is_not_judged():
    extra = table().assign(account=["fk", "region", "assumption"])
    assert hidden(money(people(fk=FEW), extra)) == ["fk", "region"]


def test_several_rows_of_one_sum_are_judged_alike():
    twice = pd.concat([table().assign(month=month) for month in (1, 2)], ignore_index=True)
    got = money(people(fk=FEW), twice, keys=["account", "month"], columns={**COLUMNS})
    assert hidden(got) == ["fk", "region"] * 2


def test_n_is_a_band_where_asked():
    assert money(band=True).frame["n"].tolist() == ["10–19"] * 3


# Several sums behind a row


def test_row_is_hidden_where_one_of_its_sums_may_not_be_shown():
    assert hidden(money([people(), people(fk=FEW)])) == ["fk", "region"]
    assert hidden(money([people(), people()])) == []


def test_another_group_of_too_few_people_hides_the_row():
    assert hidden(money([people(), people().head(9)])) == ACCOUNTS


# What is not of the people


def test_known_amounts_are_hidden_where_nothing_else_is_told():
    # A known cost in all over the cost per participation would be the participations.
    got = money(people().head(9), table(n=9), known=["cost"])
    assert hidden(got, "cost") == ACCOUNTS
    assert hidden(money(people(), table(n=4), known=["cost"]), "cost") == ACCOUNTS
    nobody = money(people().head(0), table(n=0).assign(gain=np.nan), known=["cost"])
    assert hidden(nobody, "cost") == ACCOUNTS


@pytest.mark.parametrize(
    ("n", "band", "told"), [(4, False, None), (5, False, 5), (12, True, "10–19"), (3, True, None)]
)
def test_number_of_others_is_hidden_and_banded_as_n(n, band, told):
    got = money(frame=table(others=n), known=["others"], band=band)
    assert got.hidden["others"].tolist() == [told is None] * 3
    assert got.value("others", account="fk").value == told or told is None


# Digits


def test_shares_and_months_tell_no_more_than_their_amounts():
    got = money(frame=table(in_sum=0.603265, more_months=1.23456))
    assert got.frame["in_sum"].tolist() == [0.6] * 3
    assert got.frame["more_months"].tolist() == [1.2] * 3


def test_what_is_left_of_adding_up_is_no_amount():
    dust = pd.DataFrame({"fk": [3e-12] + [0.0] * 9, "region": MANY})
    dust = dust.assign(public=dust.sum(axis="columns"))
    got = money(dust, table().assign(gain=[3e-12, 678.0, 678.0]))
    assert got.frame["gain"].tolist() == [0, 680, 680]
