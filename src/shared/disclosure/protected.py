"""The protected counts of a declared table, as tables of counts and of shares.

Whatever is computed from a count is hidden where the count, or the sum it is divided by, is.
"""

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from shared.disclosure.counts import ALL, GROUP, count_tables
from shared.disclosure.release import too_few
from shared.disclosure.released import Column, Released, describe_columns, known_columns
from shared.disclosure.rules import COARSE
from shared.estimates.proportions import wilson
from shared.study.settings import Disclosure

About = dict[str, tuple[tuple[str, str], ...]]  # column -> the categories that it counts


@dataclass(frozen=True)
class Counts:
    """The protected counts of one declared table, for one group or for all.

    ``cells``: one row per cell with the dimensions, ``n`` (missing where hidden) and ``hidden``.
    """

    id: str
    cells: pd.DataFrame
    rules: Disclosure
    band: bool = False
    settled: tuple[tuple[str, Any], ...] = ()  # (dimension, value) of all the cells

    def where(self, **values: Any) -> "Counts":
        """Return only the cells with these values, without the dimensions that they settle.

        A list of values gives their order as well.
        """
        cells, settled = self.cells, self.settled
        for name, value in values.items():
            if isinstance(value, list):
                cells = _in_order(cells[cells[name].isin(value)], name, value)
            else:
                cells = cells[cells[name] == value].drop(columns=name)
                settled = (*settled, (name, value))
        return replace(self, cells=cells, settled=settled)

    def table(self, across: str | None = None) -> Released:
        """Return the counts as a table, with the categories of ``across`` as columns if given."""
        cells = self.cells
        if across is None:
            values, hidden = cells.drop(columns="hidden"), cells[["n", "hidden"]]
            return self._release(values, hidden.rename(columns={"n": "-", "hidden": "n"}))
        rows = [name for name in cells if name not in (across, "n", "hidden")]
        if cells.empty:
            return self._release(cells[rows], cells[rows])
        wide = cells.set_index([*rows, across]).unstack(across, sort=False)
        codes = known_columns()[across].codes
        names = [str(name) for name in wide["n"].columns]
        counts = {
            name: Column(name, "count", codes=codes, counts=((across, name),)) for name in names
        }
        return self._release(wide["n"].reset_index(), wide["hidden"].reset_index(), columns=counts)

    def shares(self, of: str, part: str, base: str) -> Released:
        """Return ``part`` as a share of ``base``, both categories of the dimension ``of``.

        One row per remaining category: ``count``, ``n``, ``share``, ``low``, ``high`` (95 % Wilson
        interval). Hidden when the count or its base is, and on a base under twice the threshold:
        there only an answer that all or none gave could be shown, and it would be everybody's.
        """
        rows = [name for name in self.cells if name not in (of, "n", "hidden")]
        counted, total = (
            _indexed(self.cells[self.cells[of] == label], rows) for label in (part, base)
        )
        about: About = {"count": ((of, part),), "n": ((of, base),)}
        return self._shares(counted, total, f"_{part}_of_{base}", about)

    def _shares(
        self,
        counted: pd.DataFrame,
        total: pd.DataFrame,
        suffix: str,
        about: About,
    ) -> Released:
        """Divide cells by the totals on the same index; ``about`` says what the columns count."""
        shares = wilson(counted["n"].astype("Float64"), total["n"].astype("Float64"))
        shares = shares.rename(columns={"successes": "count"})
        shares[["count", "n"]] = shares[["count", "n"]].astype("Int64")
        blocked = counted["hidden"] | total["hidden"] | too_few(total["n"], self.rules)
        if self.rules.mode != "open":
            if count_tables()[self.id].unit == "answers":  # what all or none answered, each did
                blocked |= shares["share"].isin([0, 1])
            if self.band:
                limits = ["share", "low", "high"]
                shares[limits] = shares[limits].astype(float).round(COARSE["share"])
        drop = counted.index.names == [None]
        # The base is a cell of its own: hidden only where it was.
        gone = pd.DataFrame(dict.fromkeys(shares, blocked)).assign(n=total["hidden"])
        values, hidden = (part.reset_index(drop=drop) for part in (shares.mask(gone), gone))
        known = {"count": known_columns()["count"], "n": known_columns()["base"]}
        columns = {
            name: Column(name, "count", column.label, counts=about.get(name, ()))
            for name, column in known.items()
        }
        return self._release(values, hidden, suffix, columns)

    def composition(self, of: str, parts: list[str] | None = None, base: str = ALL) -> Released:
        """Return categories of the dimension ``of`` as shares of ``base``.

        parts : the categories, or named sums of some, in the order they are shown; without them
                every category. One that nobody is in is left out. One row per part, and per
                category of what other dimensions there are: ``count``, ``n`` (the base),
                ``share``, ``low``, ``high``. Hidden as in ``shares``.
        """
        sums = [ALL, *count_tables()[self.id].subtotals.get(of, {})]
        labels = self.cells[of].drop_duplicates()
        parts = list(labels[~labels.isin(sums)]) if parts is None else parts
        cells = _in_order(self.cells[self.cells[of].isin(parts)], of, parts)
        empty = cells.groupby(of)["n"].transform(lambda counts: counts.eq(0).all(skipna=False))
        cells = cells[~empty.fillna(False).astype(bool)]
        rows = [name for name in cells if name not in ("n", "hidden")]
        others = [name for name in rows if name != of]
        total = self.cells[self.cells[of] == base].drop(columns=of)
        if others:
            total = cells[rows].merge(total, on=others, how="left", validate="many_to_one")
        else:
            total = cells[rows].merge(total, how="cross")
        about: About = {"n": ((of, base),)}
        return self._shares(cells.set_index(rows), total.set_index(rows), f"_by_{of}", about)

    def distribution(self, of: str, columns: dict[str, tuple[str, str]]) -> Released:
        """Return several categories of the dimension ``of`` as shares, one row per other category.

        columns : column name -> (part, base), both categories of ``of``. ``n`` is the first base.
        Hidden as in ``shares``.
        """
        found = {name: self.shares(of, part, base) for name, (part, base) in columns.items()}
        first = next(iter(found.values()))
        table = first.only([*first.keys, "n"])
        for name, shares in found.items():
            described = Column(name, "share", known_columns()[name].label)
            table = table.joined(shares, {"share": described})
        return replace(table, id=f"{self.id}_distribution")

    def described(self, values: pd.DataFrame, **columns: Column) -> tuple[Column, ...]:
        """Return how the columns of a table of these counts are shown."""
        headings = count_tables()[self.id].headings
        named = {n: replace(known_columns()[n], label=label) for n, label in headings.items()}
        return describe_columns([str(name) for name in values], **named, **columns)

    def _release(
        self,
        values: pd.DataFrame,
        hidden: pd.DataFrame,
        suffix: str = "",
        columns: dict[str, Column] | None = None,
    ) -> Released:
        unit = count_tables()[self.id].unit
        hidden = hidden.reindex(columns=values.columns).where(lambda cell: cell.eq(True), False)
        dimensions = {name for name in values if name in self.cells and name != "n"}
        hidden = hidden.assign(**dict.fromkeys(dimensions, False)).astype(bool)
        described = self.described(values, **(columns or {}))
        keys = tuple(name for name in values if name in dimensions)
        id, settled = self.id + suffix, self.settled
        return Released(id, unit, values, hidden, described, keys, self.id, settled)


def _in_order(cells: pd.DataFrame, name: str, values: list) -> pd.DataFrame:
    return cells.sort_values(name, key=lambda column: column.map(values.index), kind="stable")


def _indexed(cells: pd.DataFrame, rows: list[str]) -> pd.DataFrame:
    """Index cells by what tells rows apart; with nothing to tell there is one row."""
    return cells.set_index(rows) if rows else cells.reset_index(drop=True)


def flows(tables: dict[tuple[str, str], Counts]) -> Released:
    """Return several tables of two dimensions as one table of flows, stage after stage.

    tables : (from, to): the two dimensions -> the counts; the order is that of the stages.
    Columns ``flow`` (the table), ``comes_from``, ``goes_to`` and ``n``. Zeros and sums are left
    out.
    """
    parts = []
    for (comes_from, goes_to), counts in tables.items():
        cells = counts.cells[counts.cells["hidden"] | (counts.cells["n"] > 0).fillna(False)]
        cells = cells[(cells[comes_from] != ALL) & (cells[goes_to] != ALL)]
        names = {comes_from: "comes_from", goes_to: "goes_to"}
        parts.append(cells.rename(columns=names).assign(flow=counts.id))
    frame = pd.concat(parts, ignore_index=True)
    keys = ["flow", "comes_from", "goes_to"]
    hidden = pd.DataFrame(False, index=frame.index, columns=[*keys, "n"])
    hidden["n"] = frame["hidden"].astype(bool)
    described = describe_columns([*keys, "n"])
    ends = tuple((counts.id, list(between)) for between, counts in tables.items())
    return Released(
        "flows", "cases", frame[[*keys, "n"]], hidden, described, tuple(keys), "flows", ends
    )


def counts_of(cells: pd.DataFrame, table: str, *, group: str | None, rules: Disclosure) -> Counts:
    """Return the protected counts of ``table`` for one group, or for all when ``group`` is None."""
    counts = Counts(table, cells, rules, band=group is None)
    if group is None:
        return counts
    return replace(counts.where(**{GROUP: group}), settled=())  # the letter is the page's
