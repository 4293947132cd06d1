"""The one door: the only ways for a table to become ``Released``.

Counts come protected (``disclosure/protect.py``). Estimates from rows, such as means and medians,
are hidden when fewer people than the threshold are behind them. What is not about people passes
with a stated reason.
"""

from dataclasses import dataclass
from typing import Any

import pandas as pd

from shared.disclosure.counts import ALL, GROUP, count_tables
from shared.disclosure.released import Column, Released, describe_columns, known_columns
from shared.estimates.proportions import wilson
from shared.study.settings import Disclosure

# Decimals of estimates where n is a band: more of them would give n back.
COARSE = {"share": 2, "score": 1, "rate": 1, "coefficient": 2}
BANDS = ((1, "1–4"), (5, "5–9"), (10, "10–19"), (20, "20–49"), (50, "50–99"), (100, "100+"))


@dataclass(frozen=True)
class Counts:
    """The protected counts of one declared table, for one group or for all.

    ``cells``: one row per cell with the dimensions, ``n`` (missing where hidden) and ``hidden``.
    """

    id: str
    cells: pd.DataFrame
    rules: Disclosure
    band: bool = False

    def where(self, **values: Any) -> "Counts":
        """Return only the cells with these values, without the dimensions that they settle."""
        cells = self.cells
        for name, value in values.items():
            cells = cells[cells[name].isin(value if isinstance(value, list) else [value])]
            cells = cells if isinstance(value, list) else cells.drop(columns=name)
        return Counts(self.id, cells, self.rules, self.band)

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
        counts = {name: Column(name, "count", codes=codes) for name in names}
        return self._release(wide["n"].reset_index(), wide["hidden"].reset_index(), columns=counts)

    def shares(self, of: str, part: str, base: str) -> Released:
        """Return ``part`` as a share of ``base``, both categories of the dimension ``of``.

        One row per remaining category: ``count``, ``n``, ``share``, ``low``, ``high`` (95 % Wilson
        interval). Hidden when the count or its base is, and on a base under twice the threshold:
        there only an answer that all or none gave could be shown, and it would be everybody's.
        """
        rows = [name for name in self.cells if name not in (of, "n", "hidden")]
        counted, total = (
            self.cells[self.cells[of] == label].set_index(rows) for label in (part, base)
        )
        shares = wilson(counted["n"].astype("Float64"), total["n"].astype("Float64"))
        shares = shares.rename(columns={"successes": "count"})
        shares[["count", "n"]] = shares[["count", "n"]].astype("Int64")
        blocked = counted["hidden"] | total["hidden"]
        if self.rules.mode != "open":
            blocked |= total["n"].between(1, 2 * self.rules.threshold - 1).fillna(False)
            if self.band:
                limits = ["share", "low", "high"]
                shares[limits] = shares[limits].astype(float).round(COARSE["share"])
        values = shares.mask(blocked).reset_index()
        hidden = pd.DataFrame(dict.fromkeys(shares, blocked)).reset_index()
        base_column = Column("n", "count", known_columns()["base"].label)
        return self._release(values, hidden, f"_{part}_of_{base}", {"n": base_column})

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
        described = describe_columns([str(name) for name in values], **(columns or {}))
        keys = tuple(name for name in values if name in dimensions)
        return Released(self.id + suffix, unit, values, hidden, described, keys)


def counts_of(cells: pd.DataFrame, table: str, *, group: str | None, rules: Disclosure) -> Counts:
    """Return the protected counts of ``table`` for one group, or for all when ``group`` is None."""
    counts = Counts(table, cells, rules, band=group is None)
    return counts if group is None else counts.where(**{GROUP: group})


def release_estimates(
    frame: pd.DataFrame,
    *,
    id: str,
    unit: str,
    keys: list[str],
    rules: Disclosure,
    band: bool,
    columns: dict[str, Column],
) -> Released:
    """Release estimates that rest on rows: hidden where fewer than the threshold are behind them.

    ``frame`` needs a column ``n``: how many people (or answers, cases) each row rests on. Columns
    in ``keys`` say what a row is about and are always shown. ``band`` shows n as a band, for tables
    where its size would tell which group it is, and the estimates coarser, so that n cannot be
    computed from them. Where a row ``all`` sums others and one of these is hidden, all of them
    are: only the sum is shown. Money is shown in two digits, which makes it harder to divide by a
    price into a number of people.
    """
    if "n" not in frame:
        raise ValueError(f"{id} has no column 'n': say how many people are behind each row")
    described = describe_columns(list(frame), **columns)
    values = [column for column in frame if column not in keys]
    shown = frame.astype({"n": "Int64"})
    few = pd.Series(False, index=frame.index)
    if rules.mode != "open":
        few = (frame["n"] > 0) & (frame["n"] < rules.threshold)
        few = _with_siblings(few, frame[keys])
        shown["n"] = frame["n"].map(_band) if band else shown["n"]
        for column in described:
            if column.kind == "money" and column.name in values:
                shown[column.name] = shown[column.name].map(_two_digits)
            elif band and column.kind in COARSE and column.name in values:
                shown[column.name] = shown[column.name].astype(float).round(COARSE[column.kind])
    shown[values] = shown[values].mask(few)
    hidden = pd.DataFrame({name: few & (name in values) for name in frame})
    return Released(id, unit, shown, hidden, described, tuple(keys))


def release_facts(
    frame: pd.DataFrame, *, id: str, unit: str, because: str, columns: dict[str, Column]
) -> Released:
    """Release what is not about people (meetings held, rules checked); ``because`` says why.

    ``columns`` describes those that ``columns.csv`` does not know.
    """
    if not because.strip():
        raise ValueError(f"say why the table {id} reveals nothing about a person")
    hidden = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    described = describe_columns(list(frame), **columns)
    return Released(id, unit, frame, hidden, described, tuple(frame.columns[:1]))


def _with_siblings(few: pd.Series, keys: pd.DataFrame) -> pd.Series:
    """Mark every part of a sum whose other parts are hidden: the sum would give the last away."""
    for column in keys:
        total = keys[column].eq(ALL)
        if total.any():
            others = [keys[name] for name in keys if name != column] or [total & False]
            few = few | (~total & (few & ~total).groupby(others, dropna=False).transform("any"))
    return few


def _two_digits(amount: float) -> float:
    return float(f"{amount:.1e}") if pd.notna(amount) else amount


def _band(n: float) -> str:
    return next((label for least, label in reversed(BANDS) if n >= least), "0")
