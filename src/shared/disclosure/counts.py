"""Tables of counts, declared as data: their cells, and every sum that an outsider could use.

``tables.yml`` says which tables exist. Each is computed for all groups at once, with the sums over
groups, so that what protects one group's page also holds against the others'.
"""

from dataclasses import dataclass, field
from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from shared.disclosure.relations import Relation
from shared.sources.dictionary import code_lists

ALL = "all"  # the sum over a dimension
GROUP = "lokus_id"
UNKNOWN = "unknown"


@dataclass(frozen=True)
class CountTable:
    """One declared table; see the comments in ``tables.yml``."""

    id: str
    records: str
    unit: str
    dimensions: list[str]
    totals: list[str] = field(default_factory=list)
    subtotals: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    order: dict[str, list[str]] = field(default_factory=dict)
    where: dict[str, str] = field(default_factory=dict)
    sensitive: dict[str, str] = field(default_factory=dict)
    headings: dict[str, str] = field(default_factory=dict)
    current: bool = False


@cache
def count_tables() -> dict[str, CountTable]:
    """Return every declared table of counts by id."""
    declared = yaml.safe_load((Path(__file__).parent / "tables.yml").read_text(encoding="utf-8"))
    return {name: CountTable(id=name, **table) for name, table in declared.items()}


def count(
    records: pd.DataFrame, table: CountTable, groups: list[str]
) -> tuple[pd.DataFrame, list[Relation]]:
    """Count the records of a table for every group, and for all groups together.

    Returns one row per cell (``lokus_id``, the dimensions, ``n``), zeros included, and the
    relations between rows: each says that one cell is the sum of others. Missing values count as
    the category ``unknown``.
    Raises ``ValueError`` for a group or a category that the table does not know.
    """
    axes = axes_of(records, table, groups)
    codes = [axis.codes(records[axis.name]) for axis in axes]
    if stray := [axis.name for axis, code in zip(axes, codes, strict=True) if (code < 0).any()]:
        raise ValueError(f"{table.id} has other values of {', '.join(stray)} than it declares")
    counts = np.zeros([len(axis.parts) for axis in axes], dtype=int)
    np.add.at(counts, tuple(codes), 1)
    for place, axis in enumerate(axes):
        counts = np.moveaxis(np.tensordot(axis.summing, counts, (1, place)), 0, place)
    cells = pd.DataFrame(
        list(product(*(axis.labels for axis in axes))), columns=[axis.name for axis in axes]
    )
    return cells.assign(n=counts.ravel()), _relations(axes, counts.shape)


def axes_of(records: pd.DataFrame, table: CountTable, groups: list[str]) -> list["Axis"]:
    """Return the dimensions of a table of these records, the group first."""
    dimensions = [_axis(records[name], table) for name in table.dimensions]
    return [Axis(GROUP, groups, {ALL: groups}), *dimensions]


@dataclass(frozen=True)
class Axis:
    """A dimension: its parts, and its sums as the parts that they add up."""

    name: str
    parts: list
    sums: dict[str, list]

    @property
    def labels(self) -> list:
        """Every category of the table: the parts, then the sums."""
        return [*self.parts, *self.sums]

    @property
    def summing(self) -> np.ndarray:
        """Matrix of shape (labels, parts) that turns counts of parts into counts of labels."""
        sums = [[part in members for part in self.parts] for members in self.sums.values()]
        return np.vstack([np.eye(len(self.parts)), *sums]).astype(int)

    def codes(self, values: pd.Series) -> np.ndarray:
        """Return the place of each value among the parts, -1 for one that is none of them."""
        return pd.Index(self.parts).get_indexer(_filled(values))


def _axis(values: pd.Series, table: CountTable) -> Axis:
    """List the categories that occur anywhere in the study, in the order they are shown."""
    name = str(values.name)
    occurring = set(_filled(values))
    if name in table.order:
        order: list = table.order[name]
    elif isinstance(values.dtype, pd.CategoricalDtype):
        order = list(values.cat.categories)
    elif name == "gender":  # of records in which it is text
        order = [code for code in code_lists()[name] if code != UNKNOWN]
    else:
        order = sorted(occurring - {UNKNOWN})
    parts = [part for part in order if part in occurring or name in table.order]
    parts += [UNKNOWN] if UNKNOWN in occurring and UNKNOWN not in parts else []
    sums = {
        label: [m for m in members if m in parts]
        for label, members in table.subtotals.get(name, {}).items()
    }
    return Axis(name, parts, sums | ({ALL: parts} if name in table.totals else {}))


def _filled(values: pd.Series) -> pd.Series:
    return values.astype(object).where(values.notna(), UNKNOWN)


def _relations(axes: list[Axis], shape: tuple[int, ...]) -> list[Relation]:
    places = np.arange(np.prod(shape)).reshape(shape)
    relations: list[Relation] = []
    if not places.size:
        return relations
    for number, axis in enumerate(axes):
        along = np.moveaxis(places, number, 0).reshape(len(axis.labels), -1)
        for label, members in axis.sums.items():
            total = along[axis.labels.index(label)]
            parts = along[[axis.parts.index(member) for member in members]]
            relations += [
                Relation(int(t), tuple(map(int, p))) for t, p in zip(total, parts.T, strict=True)
            ]
    return relations
