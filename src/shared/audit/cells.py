"""Shown and hidden counts with their address: which records each counts, as the pages say.

An address is the declared table, the group, and a category of every dimension. Cells of different
tables that count the same records have the same `Counted`, which is what a reader puts together.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.audit.figures import ALL, GROUP, Row, limits, rows
from shared.audit.published import Publication
from shared.disclosure.counts import CountTable, count_tables

FLOWS = "flows"  # several declared tables in one: each row names its table
COUNTS = ("count", "n")  # columns of counts that the keys alone say everything of
Counted = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Address:
    """The group, and a category of every dimension, of a cell of a declared table."""

    source: str
    group: str
    categories: tuple[tuple[str, str], ...]  # in the order of the table's dimensions

    @property
    def counted(self) -> Counted:
        """Which records the cell counts: their kind and the values that they have."""
        return counted(self.table, self.group, dict(self.categories))

    @cached_property
    def table(self) -> CountTable:
        """The declared table."""
        return count_tables()[self.source]

    def __str__(self) -> str:
        """Name the cell, as in "participations, women, group B"."""
        categories = [value for _, value in self.categories if value != ALL]
        group = [] if self.group == ALL else [f"group {self.group}"]
        return ", ".join([self.source, *(categories or [ALL]), *group])


@dataclass(frozen=True)
class Cell:
    """A count of a page: it lies from ``least`` to ``most``; most is None where it is hidden."""

    address: Address
    place: str
    least: int
    most: int | None

    @property
    def exact(self) -> int | None:
        """The count, where it is told as such."""
        return self.most if self.most == self.least else None

    @property
    def hidden(self) -> bool:
        """Whether nothing is told."""
        return self.most is None


def cells(publication: Publication) -> list[Cell]:
    """Return every count of the tables beside the pages that says which records it counts."""
    return [
        Cell(address, row.place, *_limits(row, column))
        for row in rows(publication)
        if "source" in row.table
        for column, address in _addresses(row)
        if address and (row.values.get(column) is not None or column in row.hidden)
    ]


def unplaced(publication: Publication) -> list[tuple[Row, str]]:
    """Return the counts that say they are of a declared table, and are of no cell of one."""
    return [
        (row, column)
        for row in rows(publication)
        if "source" in row.table
        for column, address in _addresses(row)
        if address is None
    ]


def counted(table: CountTable, group: str, categories: dict[str, str]) -> Counted:
    """Return which records a cell counts."""
    fixed = {("records", table.records), (GROUP, group), *table.where.items()}
    fixed |= {("current", "yes")} if table.current else set()
    return frozenset(fixed | {(name, value) for name, value in categories.items() if value != ALL})


def _addresses(row: Row) -> Iterator[tuple[str, Address | None]]:
    """Yield the columns of counts of a row, with what they count; None if that is not said."""
    where, source = row.table.get("where") or {}, row.table["source"]
    settled = {name: value for name, value in where.items() if not isinstance(value, list)}
    settled |= row.keys
    if source == FLOWS:
        source = row.values["flow"]
        ends = (row.values["comes_from"], row.values["goes_to"])
        settled = {GROUP: where.get(GROUP), **dict(zip(where[source], ends, strict=True))}
    for column in row.table["columns"]:
        if "counts" in column or (column["kind"] == "count" and column["name"] in COUNTS):
            yield column["name"], _address(row, source, {**settled, **column.get("counts", {})})


def _address(row: Row, source: str, settled: dict[str, Any]) -> Address | None:
    table = count_tables().get(source)
    if table is None:
        return None
    group = str(settled.get(GROUP) or row.page.letter or ALL)
    if any(settled.get(name) is None and name not in table.totals for name in table.dimensions):
        return None
    categories = tuple((name, str(settled.get(name, ALL))) for name in table.dimensions)
    return Address(source, group, categories)


def _limits(row: Row, column: str) -> tuple[int, int | None]:
    value = row.values.get(column)
    told = None if column in row.hidden else limits(value)
    if told is None:
        return 0, None
    return int(told[0]), None if told[1] == float("inf") else int(told[1])
