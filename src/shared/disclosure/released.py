"""What has passed the door: tables in which everything that may not be shown is already gone."""

import csv
import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from shared.disclosure.rules import WORTH

MARK = "lokus"  # in an output's metadata: the mark of what has passed the door
NEVER = "not reached"  # a payback that never comes; JSON knows no infinity
REASON = "small count, or needed to protect one"  # primary and secondary alike


@dataclass(frozen=True)
class Column:
    """A column as readers meet it: ``kind`` decides the format, ``codes`` gives the labels.

    ``counts`` says which categories a column of protected counts counts, where no other column of
    the row does.
    """

    name: str
    kind: str = "text"
    label: str = ""
    codes: str = ""
    counts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """One value on its way into a sentence."""

    value: Any
    kind: str
    codes: str
    hidden: bool


@dataclass(frozen=True)
class Released:
    """A table that may be shown, drawn from and written about.

    frame  : the values; hidden ones are missing.
    hidden : bool frame of the same shape; tells hidden from missing.
    source : the declared table of counts that it comes from, if it does.
    where_all : (dimension, value) that hold of all its counts, besides what rows and columns say.
    Only ``shared.disclosure`` makes these.
    """

    id: str
    unit: str
    frame: pd.DataFrame
    hidden: pd.DataFrame
    columns: tuple[Column, ...]
    keys: tuple[str, ...] = ()  # the columns that say what a row is about
    source: str = ""
    where_all: tuple[tuple[str, Any], ...] = ()

    @property
    def n_suppressed(self) -> int:
        """How many cells are hidden."""
        return int(self.hidden.to_numpy().sum())

    @property
    def shows_anything(self) -> bool:
        """Whether there is anything to see: a number, a date or a judgement.

        Where something is hidden, zeros and a lone total beside it say nothing.
        """
        values = [c.name for c in self.columns if c.name not in self.keys]
        shown = self.frame[values].notna()
        if not self.hidden[values].to_numpy().any():
            return bool(shown.to_numpy().any())
        return bool((shown & self.frame[values].astype(object).ne(0)).to_numpy().mean() >= WORTH)

    def where(self, **values: Any) -> "Released":
        """Return only the rows with these values; raise ``KeyError`` for an unknown column."""
        rows = pd.Series(True, index=self.frame.index)
        for column, value in values.items():
            rows &= self.frame[column].isin(value if isinstance(value, list) else [value])
        return replace(self, frame=self.frame[rows], hidden=self.hidden[rows])

    def told(self) -> "Released":
        """Return only the rows of which something is shown besides what they are about."""
        values = [c.name for c in self.columns if c.name not in self.keys]
        rows = self.frame[values].notna().any(axis="columns")
        return replace(self, frame=self.frame[rows], hidden=self.hidden[rows])

    def known(self, column: str) -> "Released":
        """Return only the rows in which a value of ``column`` is shown."""
        rows = self.frame[column].notna()
        return replace(self, frame=self.frame[rows], hidden=self.hidden[rows])

    def first(self) -> "Released":
        """Return only the first row."""
        return replace(self, frame=self.frame.head(1), hidden=self.hidden.head(1))

    def only(self, columns: Iterable[str]) -> "Released":
        """Return only these columns, in this order."""
        names = list(columns)
        kept = tuple(next(c for c in self.columns if c.name == name) for name in names)
        keys = tuple(key for key in self.keys if key in names)
        frame, hidden = self.frame[names], self.hidden[names]
        return replace(self, frame=frame, hidden=hidden, columns=kept, keys=keys)

    def beside(self, column: str, name: str, texts: dict[str, str]) -> "Released":
        """Return the table with a column ``name`` after ``column``: the text of each code."""
        frame, hidden = self.frame.copy(), self.hidden.copy()
        place = list(frame).index(column) + 1
        frame.insert(place, name, frame[column].map(texts))
        hidden.insert(place, name, False)
        described = (*self.columns[:place], *describe_columns([name]), *self.columns[place:])
        keys = (*self.keys, name)
        return replace(self, frame=frame, hidden=hidden, columns=described, keys=keys)

    def called(self, id: str) -> "Released":
        """Return the table under another id, as an excerpt that is shown apart."""
        return replace(self, id=id)

    def as_number(self, column: str, label: str) -> "Released":
        """Return the table with the column of waves as plain numbers, such as months on an axis."""
        number = Column(column, "number", label)
        described = tuple(number if c.name == column else c for c in self.columns)
        return replace(self, columns=described)

    def hidden_as(self, other: "Released", column: str) -> "Released":
        """Return the table with every row hidden that is hidden in ``column`` of ``other``.

        Rows are matched by the keys that both have: no estimate may tell the count it rests on.
        """
        keys = [key for key in self.keys if key in other.keys]
        gone = other.frame[keys].astype("str").assign(_gone=other.hidden[column])
        mine = self.frame[keys].astype("str")
        rows = mine.merge(gone, on=keys, how="left", validate="many_to_one")["_gone"]
        rows = rows.fillna(False).astype(bool).set_axis(self.frame.index)
        values = [name for name in self.frame if name not in self.keys]
        frame, hidden = self.frame.copy(), self.hidden.copy()
        frame[values] = frame[values].mask(rows)
        hidden.loc[rows, values] = True
        return replace(self, frame=frame, hidden=hidden)

    def joined(self, other: "Released", columns: dict[str, Column]) -> "Released":
        """Return the table with columns of ``other`` after its own, by the keys that both have.

        columns : the other's column name -> how it is shown here, under its new name.
        """
        keys = [key for key in self.keys if key in other.keys]
        names = {name: column.name for name, column in columns.items()}
        parts = {}
        for part in ("frame", "hidden"):
            beside = other.frame[keys].join(getattr(other, part)[list(names)]).rename(columns=names)
            mine = self.frame[keys].join(getattr(self, part).drop(columns=keys))
            parts[part] = mine.merge(beside, on=keys, how="left", validate="one_to_one")
        hidden = parts["hidden"].assign(**dict.fromkeys(keys, False)).fillna(False).astype(bool)
        order = [*self.frame.columns, *names.values()]
        described = (*self.columns, *columns.values())
        return replace(self, frame=parts["frame"][order], hidden=hidden[order], columns=described)

    def value(self, column: str, **where: Any) -> Cell:
        """Return the one value of ``column`` in the row where the other columns have these values.

        No such row is a missing value; more than one is an error.
        """
        rows = self.where(**where)
        described = next(c for c in self.columns if c.name == column)
        if len(rows.frame) > 1:
            raise ValueError(f"{self.id} has {len(rows.frame)} rows where {where}; name one")
        value = rows.frame[column].iloc[0] if len(rows.frame) else None
        hidden = bool(rows.hidden[column].iloc[0]) if len(rows.frame) else False
        return Cell(value, described.kind, described.codes, hidden)

    def extreme(self, column: str, *, largest: bool = True) -> dict[str, Cell]:
        """Return the cells of the row where ``column`` is largest (or smallest) among those shown.

        With nothing shown every cell is missing.
        """
        values = pd.to_numeric(self.frame[column], errors="coerce").astype(float)
        if values.isna().all():
            return {c.name: Cell(None, c.kind, c.codes, False) for c in self.columns}
        row = self.frame.loc[values.idxmax() if largest else values.idxmin()]
        return {c.name: Cell(row[c.name], c.kind, c.codes, False) for c in self.columns}

    def to_dict(self, title: str) -> dict:
        """Return the table as the contract for ``<page>.tables.json`` has it."""
        records = self.frame.astype(object).where(self.frame.notna(), None).to_dict("records")
        places = zip(*self.hidden.to_numpy().nonzero(), strict=True)
        suppressed = [
            {"row": int(row), "column": str(self.frame.columns[column]), "reason": REASON}
            for row, column in places
        ]
        settled = {name: _plain(value) for name, value in self.where_all}
        counted = {"source": self.source, "where": settled} if self.source else {}
        return {
            "id": self.id,
            "title": title,
            "unit": self.unit,
            **counted,
            "columns": [self._described(column) for column in self.columns],
            "rows": [{str(name): _plain(value) for name, value in row.items()} for row in records],
            "n_suppressed": self.n_suppressed,
            "suppressed": suppressed,
        }

    def _described(self, column: Column) -> dict:
        """Say of a column what the data needs: what it counts, or that it is a key."""
        key = {"key": True} if column.name in self.keys else {}
        counts = {"counts": dict(column.counts)} if column.counts else {}
        return {"name": column.name, "kind": column.kind, **key, **counts}


def gathered(id: str, unit: str, rows: list[dict[str, Cell]], *, keys: list[str]) -> Released:
    """Return a table of cells that were released before, one dict of them per row.

    The kind and codes of a column are those of its cells.
    """
    first = rows[0] if rows else {}
    kinds = {n: replace(known_columns()[n], kind=c.kind, codes=c.codes) for n, c in first.items()}
    described = describe_columns(first or keys, **kinds)
    frame = pd.DataFrame([{n: c.value for n, c in row.items()} for row in rows])
    hidden = pd.DataFrame([{n: c.hidden for n, c in row.items()} for row in rows])
    frame = frame.reindex(columns=[c.name for c in described])
    hidden = hidden.reindex(columns=frame.columns).astype(bool)
    return Released(id, unit, frame, hidden, described, tuple(keys))


@cache
def known_columns() -> dict[str, Column]:
    """Return how columns are shown, by name, from ``columns.csv``."""
    with (Path(__file__).parent / "columns.csv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {r["name"]: Column(r["name"], r["kind"], r["label"], r["codes"]) for r in rows}


def describe_columns(names: Iterable[str], **others: Column) -> tuple[Column, ...]:
    """Return how each column is shown; raise ``KeyError`` for one that nobody has described."""
    known = known_columns() | others
    unknown = [name for name in names if name not in known]
    if unknown:
        raise KeyError(f"columns.csv does not describe {', '.join(unknown)}")
    return tuple(known[name] for name in names)


def _plain(value: Any) -> Any:
    """Return a value that JSON can hold, rounded as no reader needs more (nine digits)."""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    value = value.item() if hasattr(value, "item") else value
    if value == math.inf:
        return NEVER
    return float(f"{value:.9g}") if isinstance(value, float) else value
