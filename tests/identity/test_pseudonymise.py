"""Pseudonymising: who and where is gone, and every column of the dictionary has its type."""

import pandas as pd
import pytest

from shared.identity.keys import pseudonyms
from shared.identity.pseudonymise import pseudonymise
from shared.sources.dictionary import tables
from shared.sources.values import DTYPES

KEY = b"1" * 32
LETTERS = {"Almsta": "B", "Brunnvik": "A"}


def processed(table, **columns):
    frame = pd.DataFrame(columns, dtype="str").assign(_file="wave-00/a.csv", _sheet="", _row=2)
    return pseudonymise({table: frame}, KEY, LETTERS)[table]


def test_groups_become_their_letters():
    table = processed("moten", meeting_id=["1", "2"], lokus_id=["Almsta", "Brunnvik"])
    assert table["lokus_id"].tolist() == ["B", "A"]


def test_person_is_the_same_in_every_table():
    register = processed("deltaganden", participation_id=["D-1"], person_id=["P-1"])
    spells = processed("statusspell", person_id=["P-1"], spell_no=[1])
    assert register["person_id"].tolist() == spells["person_id"].tolist()
    assert register["person_id"][0] != "P-1"
    assert (
        register["participation_id"][0]
        == pseudonyms(pd.Series(["D-1"]), KEY, kind="participation_id")[0]
    )


def test_codes_become_ordered_categories_in_the_order_of_their_list():
    party = processed("narvaro", meeting_id=["1", "1"], party=["region", "af"])["party"]
    assert party.cat.categories.tolist() == ["af", "fk", "municipality", "region", "coordinator"]
    assert party.cat.ordered
    assert party.tolist() == ["region", "af"]


def test_place_of_a_row_and_columns_that_are_never_read_are_gone():
    table = processed("deltaganden", participation_id=["D-1"], municipality=["Almsta"])
    assert set(table) == {
        column.name for column in tables()["deltaganden"].columns if column.type != "drop"
    }


@pytest.mark.parametrize("name", tables())
def test_columns_that_were_not_delivered_are_there_with_their_type(name):
    table = processed(name)
    for column in tables()[name].columns:
        if column.type not in ("code", "drop"):
            assert table[column.name].dtype == DTYPES.get(column.type, "str"), column.name
