"""Unanimous cells: what all of a few share is not said, what all but one share is no smaller."""

import pandas as pd
import pytest

from shared.disclosure.counts import CountTable, count
from shared.disclosure.unanimous import unanimous

WAYS = CountTable("w", "r", "people", ["way"], ["way"], sensitive={"way": "all"})
PLACES = CountTable(
    "p",
    "r",
    "people",
    ["place"],
    ["place"],
    {"place": {"active": ["work", "study"], "reached": ["work", "study", "home"]}},
    {"place": ["work", "study", "home", "lost"]},
    sensitive={"place": "reached"},
)


def found(table, values, threshold=5):
    name = table.dimensions[0]
    rows = pd.DataFrame({"lokus_id": "A", name: values})
    cells, _ = count(rows, table, ["A"])
    labels = cells[name].where(cells["lokus_id"] == "A")
    return {
        labels[row] for row, _ in unanimous(table, cells, threshold) if labels[row] == labels[row]
    }


@pytest.mark.parametrize(("n", "hidden"), [(4, set()), (5, {"out"}), (9, {"out"}), (10, set())])
def test_category_of_everybody_is_unanimous_where_few_are_behind_the_sum(n, hidden):
    assert found(WAYS, ["out"] * n) == hidden


def test_one_who_differs_is_a_small_count_and_needs_nothing_more():
    assert found(WAYS, ["out"] * 6 + ["work"]) == set()


def test_sums_of_categories_are_unanimous_as_well_within_the_base_alone():
    # All six reached are active; that six of eight were reached is not said of each.
    assert found(PLACES, ["work"] * 5 + ["study"] + ["lost"] * 2) == {"active"}


def test_table_that_declares_nothing_sensitive_has_no_unanimous_cells():
    plain = CountTable("w", "r", "people", ["way"], ["way"])
    assert found(plain, ["out"] * 6) == set()


def test_at_least_two_must_look_elsewhere():
    rows = pd.DataFrame({"lokus_id": "A", "way": ["out"] * 6})
    cells, _ = count(rows, WAYS, ["A"])
    assert {change for _, change in unanimous(WAYS, cells, 5)} == {-2}
