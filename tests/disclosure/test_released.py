"""Released tables: what they give out, and that putting two together reveals nothing hidden."""

import json

import numpy as np
import pandas as pd
import pytest

from shared.disclosure.release import release_estimates
from shared.disclosure.released import (
    Cell,
    Column,
    Released,
    describe_columns,
    gathered,
    known_columns,
)
from shared.study.settings import Disclosure

COLUMNS = {"other": Column("other", "share")}


def released(rows, columns, keys, hidden=()):
    """Make a table; ``hidden`` names (row, column) places, whose values are missing."""
    frame = pd.DataFrame(rows, columns=columns)
    mask = pd.DataFrame(False, index=frame.index, columns=columns)
    for row, column in hidden:
        mask.loc[row, column] = True
    return Released("x", "p", frame.mask(mask), mask, describe_columns(columns, **COLUMNS), keys)


def items(*rows, hidden=()):
    return released(rows, ["item_id", "share", "n"], ("item_id",), hidden)


def joined(mine, other, column="share"):
    return mine.joined(other, {column: COLUMNS["other"]})


def test_columns_of_another_table_come_after_by_key():
    got = joined(items(("a", 0.1, 10), ("b", 0.2, 20)), items(("b", 0.4, 40), ("a", 0.3, 30)))
    assert got.frame.columns.tolist() == ["item_id", "share", "n", "other"]
    assert [column.name for column in got.columns] == ["item_id", "share", "n", "other"]
    assert got.frame.to_numpy().tolist() == [["a", 0.1, 10, 0.3], ["b", 0.2, 20, 0.4]]
    assert (got.columns[-1], got.n_suppressed) == (COLUMNS["other"], 0)


def test_what_is_hidden_in_either_table_is_hidden_in_both_together():
    mine = items(("a", 0.1, 10), ("b", 0.2, 20), hidden=[(0, "share")])
    other = items(("b", 0.4, 40), ("a", 0.3, 30), hidden=[(0, "share"), (1, "n")])
    got = joined(mine, other)
    assert got.hidden.to_numpy().tolist() == [
        [False, True, False, False],
        [False, False, False, True],
    ]
    assert got.frame.isna().to_numpy().tolist() == got.hidden.to_numpy().tolist()


def test_row_that_the_other_table_lacks_is_missing_and_not_hidden():
    got = joined(items(("a", 0.1, 10), ("b", 0.2, 20)), items(("b", 0.4, 40), ("c", 0.5, 50)))
    assert got.frame["item_id"].tolist() == ["a", "b"]
    assert got.value("other", item_id="a").hidden is False
    assert np.isnan(got.value("other", item_id="a").value)


def test_rows_chosen_before_keep_their_own_hidden_cells():
    mine = items(("a", 0.1, 10), ("b", 0.2, 20), hidden=[(1, "n")]).where(item_id="b")
    got = joined(mine, items(("a", 0.3, 30), ("b", 0.4, 40), hidden=[(1, "share")]))
    assert got.hidden.to_numpy().tolist() == [[False, False, True, True]]


def test_own_keys_that_the_other_table_lacks_are_kept():
    mine = items(("a", 0.1, 10)).beside("item_id", "text_sv", {"a": "Vi vet."})
    got = joined(mine, items(("a", 0.3, 30)))
    assert got.keys == ("item_id", "text_sv")
    assert got.frame.iloc[0].tolist() == ["a", "Vi vet.", 0.1, 10, 0.3]


def test_keys_that_do_not_tell_rows_apart_are_refused():
    with pytest.raises(pd.errors.MergeError):
        joined(items(("a", 0.1, 10)), items(("a", 0.3, 30), ("a", 0.4, 40)))


def test_tables_without_rows_can_be_joined():
    got = joined(items(), items())
    assert got.frame.columns.tolist() == ["item_id", "share", "n", "other"]
    assert (got.n_suppressed, got.shows_anything) == (0, False)


def test_joined_table_says_what_is_hidden():
    other = items(("a", 0.3, 30), hidden=[(0, "share")])
    told = joined(items(("a", 0.1, 10)), other).to_dict("T")
    assert told["rows"] == [{"item_id": "a", "share": 0.1, "n": 10, "other": None}]
    assert [(place["row"], place["column"]) for place in told["suppressed"]] == [(0, "other")]


def test_payback_that_never_comes_is_said_in_words_that_json_can_hold():
    frame = pd.DataFrame({"payer": ["af", "fk", "all"], "payback_months": [np.inf, 14.0, np.nan]})
    table = Released("x", "kr", frame, frame.isna() & False, describe_columns(list(frame)), ())
    told = table.to_dict("T")["rows"]
    assert [row["payback_months"] for row in told] == ["not reached", 14.0, None]
    assert json.loads(json.dumps(told, allow_nan=False)) == told


def test_rows_hidden_in_another_table_are_hidden_here_by_key():
    mine = items(("a", 0.1, 10), ("b", 0.2, 20), ("c", 0.3, 30))
    other = items(("b", 0.4, 40), ("a", 0.5, 50), hidden=[(0, "share")])
    got = mine.hidden_as(other, "share")
    assert got.hidden.to_numpy().tolist() == [[False] * 3, [False, True, True], [False] * 3]
    assert got.frame["share"].isna().tolist() == [False, True, False]
    assert not mine.hidden_as(other, "n").hidden.any(axis=None)


def test_rows_that_were_hidden_here_stay_so():
    mine = items(("a", 0.1, 10), hidden=[(0, "n")])
    assert mine.hidden_as(items(("a", 0.5, 50)), "share").hidden["n"].tolist() == [True]


def test_rows_of_which_something_is_shown_are_told():
    table = items(
        ("a", 0.1, 10),
        ("b", 0.2, 20),
        ("c", 0.3, 30),
        ("d", None, None),
        hidden=[(0, "share"), (1, "share"), (1, "n")],
    )
    got = table.told()
    assert got.frame["item_id"].tolist() == ["a", "c"]
    assert got.hidden.to_numpy().tolist() == [[False, True, False], [False] * 3]
    assert got.n_suppressed == 1


def test_known_rows_are_those_with_a_value_in_the_column():
    table = items(("a", 0.1, 10), ("b", 0.2, 20), ("c", None, 30), hidden=[(0, "share"), (1, "n")])
    got = table.known("share")
    assert got.frame["item_id"].tolist() == ["b"]
    assert got.hidden.to_numpy().tolist() == [[False, False, True]]
    assert table.known("n").extreme("n")["item_id"].value == "c"


def test_wave_can_be_a_plain_number_on_an_axis():
    table = released([(6, 0.1, 10)], ["wave", "share", "n"], ("wave",), [(0, "n")])
    got = table.as_number("wave", "Månader")
    assert got.columns[0] == Column("wave", "number", "Månader")
    assert got.columns[1:] == table.columns[1:]
    assert table.columns[0].kind == "wave"
    assert (got.frame is table.frame, got.keys, got.n_suppressed) == (True, ("wave",), 1)


def test_only_some_columns_keep_their_hidden_cells():
    got = items(("a", 0.1, 10), hidden=[(0, "share")]).only(["n", "share"])
    assert got.hidden.to_numpy().tolist() == [[False, True]]
    assert [column.name for column in got.columns] == ["n", "share"]


def test_value_is_of_a_single_row():
    table = items(("a", 0.1, 10), ("a", 0.2, 20))
    with pytest.raises(ValueError, match="has 2 rows where"):
        table.value("n", item_id="a")
    assert table.value("n", item_id="c").value is None


def test_extreme_ignores_hidden_rows():
    table = items(("a", 0.1, 10), ("b", 0.9, 3), hidden=[(1, "share")])
    assert table.extreme("share")["item_id"].value == "a"
    nothing = items(("a", 0.1, 10), hidden=[(0, "share")])
    assert nothing.extreme("share")["item_id"].value is None


@pytest.mark.parametrize(
    ("rows", "hidden", "shows"),
    [
        ([("a", 0.1, 10)], [], True),
        ([("a", 0.0, 0)], [], True),  # with nothing hidden a zero is a finding
        ([("a", None, None)], [], False),
        ([("a", 0.1, 10)], [(0, "share"), (0, "n")], False),
        ([("a", 0.0, 10)], [(0, "n")], False),  # a zero beside what is hidden says nothing
        # One of four cells tells something, and one of six.
        ([("a", 0.1, 10), ("b", 0.2, 20)], [(0, "share"), (1, "share"), (1, "n")], True),
        (
            [("a", 0.1, 10), ("b", 0.2, 20), ("c", 0.3, 30)],
            [(0, "share"), (1, "share"), (2, "share"), (1, "n"), (2, "n")],
            False,
        ),
    ],
)
def test_table_shows_something_unless_zeros_and_little_else_are_left(rows, hidden, shows):
    assert items(*rows, hidden=hidden).shows_anything is shows


# Gathered


def test_cells_that_were_released_make_a_table():
    first = items(("a", 0.1, 10), ("b", 0.2, 20), hidden=[(1, "n")])
    rows = [
        {"item_id": Cell(name, "text", "", False), "n": first.value("n", item_id=name)}
        for name in ("b", "a")
    ]
    got = gathered("x", "p", rows, keys=["item_id"])
    assert got.frame["item_id"].tolist() == ["b", "a"]
    assert got.hidden.to_numpy().tolist() == [[False, True], [False, False]]
    assert got.value("n", item_id="a").value == 10
    assert pd.isna(got.value("n", item_id="b").value)
    assert (got.id, got.unit, got.keys) == ("x", "p", ("item_id",))


def test_gathered_columns_have_the_kind_and_codes_of_their_cells_and_the_known_label():
    got = gathered("x", "p", [{"share": Cell(50.0, "number", "gender", False)}], keys=[])
    assert got.columns == (Column("share", "number", known_columns()["share"].label, "gender"),)


def test_nothing_gathered_is_an_empty_table_of_its_keys():
    got = gathered("x", "p", [], keys=["item_id"])
    assert got.frame.columns.tolist() == ["item_id"]
    assert (len(got.frame), got.n_suppressed, got.shows_anything) == (0, 0, False)


def test_cell_under_a_name_that_is_not_described_is_refused():
    with pytest.raises(KeyError, match="secret"):
        gathered("x", "p", [{"secret": Cell(1, "count", "", False)}], keys=[])


def test_every_known_column_is_described_once():
    assert all(name == column.name for name, column in known_columns().items())
    with pytest.raises(KeyError, match="does not describe secret"):
        describe_columns(["share", "secret"])


def test_first_row_alone_has_one_value_to_tell_even_where_n_is_a_band():
    table = release_estimates(
        pd.DataFrame({"instrument": ["participant"] * 2, "n": [6, 7]}),
        id="x",
        unit="respondents",
        keys=["instrument"],
        rules=Disclosure(),
        band=True,
        columns={},
    )
    assert table.first().value("instrument").value == "participant"
    assert table.extreme("n")["instrument"].value is None  # a band has no largest
