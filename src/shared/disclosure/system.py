"""All that is counted of the same people, as one system: tables, what lies between, what was shown.

Counts are protected together because they are attacked together: the tables of one release, what is
left between two kinds of records of the same people, and what earlier releases have told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from shared.disclosure.contained import left_between
from shared.disclosure.counts import ALL, GROUP, CountTable, count, count_tables
from shared.disclosure.earlier import Release, as_released, shared_cells
from shared.disclosure.linked import Conditions, conditions_of, link
from shared.disclosure.relations import Relation
from shared.disclosure.unanimous import unanimous

Records = dict[str, pd.DataFrame]
MARGIN = {"records", GROUP, "gender", "wave", "month", "months_after"}


@dataclass(frozen=True)
class Counted:
    """One table as counted: the records it counts, and a row per cell."""

    table: CountTable
    records: pd.DataFrame
    cells: pd.DataFrame
    first: int  # the number of its first cell in the system


@dataclass
class System:
    """Cells, numbered; the sums between them; and what may, must and need not be hidden.

    tables : of this release, whose cells come first; then what is left between kinds of records.
    shown  : cells that cannot be hidden any more.
    unseen : cells that are never shown: hidden before, or implied by others.
    needs  : (cell, change) that must look possible, besides what small counts ask for.
    fixed  : cell -> what was told of it earlier, where counts are rounded.
    of_all : bool per cell, whether it counts all groups together.
    bound  : whether earlier releases have settled some of it. Then insiders are left to the
             auditor: to look for what could still protect against each takes minutes.
    """

    counts: np.ndarray
    relations: list[Relation]
    tables: list[Counted]
    shown: list[int] = field(default_factory=list)
    unseen: list[int] = field(default_factory=list)
    needs: list[tuple[int, int]] = field(default_factory=list)
    fixed: dict[int, int] = field(default_factory=dict)
    of_all: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    bound: bool = False


def assemble(
    records: Records, wave: int, groups: list[str], threshold: int, earlier: Sequence[Release] = ()
) -> System:
    """Return the system of all tables that count these kinds of records, up to a wave.

    earlier : what was released before, oldest first.
    """
    system = _of_one_release(records, wave, groups, threshold)
    system.bound = bool(earlier)
    for release in earlier:
        for now in system.tables:
            if not now.table.current and now.table.records in release.records:
                _tie(system, now, release, groups, threshold)
    return system


def known_cells(system: System, wave: int) -> dict[Conditions, int]:
    """Return the cells of the tables by what they count, each once."""
    known: dict[Conditions, int] = {}
    for one in system.tables:
        for place, conditions in enumerate(conditions_of(one.table, one.cells, wave), one.first):
            known.setdefault(conditions, place)
    return known


def margins(system: System, wave: int) -> tuple[System, dict[Conditions, int]]:
    """Return the system of its margins alone, how many there are of each kind, and its cells.

    They are what several kinds of records of the same people have in common.
    """
    known = known_cells(system, wave)
    kept = [place for name, place in known.items() if {one for one, _ in name} <= MARGIN]
    kept += range(_end(system), len(system.counts))
    number = {place: new for new, place in enumerate(kept)}
    relations = [
        Relation(number[one.total], tuple(number[part] for part in one.parts))
        for one in system.relations
        if all(cell in number for cell in (one.total, *one.parts))
    ]
    own = System(system.counts[kept], relations, [], of_all=system.of_all[kept], bound=system.bound)
    own.shown = [number[cell] for cell in system.shown if cell in number]
    own.unseen = [number[cell] for cell in system.unseen if cell in number]
    own.needs = [(number[cell], change) for cell, change in system.needs if cell in number]
    return own, {name: number[place] for name, place in known.items() if place in number}


def _end(system: System) -> int:
    return max((one.first + len(one.cells) for one in system.tables), default=0)


def _of_one_release(records: Records, wave: int, groups: list[str], threshold: int) -> System:
    tables: list[Counted] = []
    own: list[list[Relation]] = []
    first = 0
    for table in count_tables().values():
        if table.records in records:
            chosen = _chosen(records[table.records], table, wave)
            cells, relations = count(chosen, table, groups)
            tables.append(Counted(table, chosen, cells, first))
            own.append(relations)
            first += len(cells)
    numbers = [one.cells["n"].to_numpy(dtype=int) for one in tables]
    counts = np.concatenate([np.zeros(0, dtype=int), *numbers])
    linked = [(one.table, one.cells, sums) for one, sums in zip(tables, own, strict=True)]
    system = System(counts, link(linked, wave), tables)
    for one in tables:
        needs = unanimous(one.table, one.cells, threshold)
        system.needs += [(one.first + row, change) for row, change in needs]
    _imply(system, records, wave)
    return system


def _imply(system: System, records: Records, wave: int) -> None:
    """Add what is left between kinds of records that are within one another."""
    decided: dict[str, dict] = {"item_id": {}}
    if "instrument" in records.get("answers", ()):
        asked = records["answers"].drop_duplicates("item_id")
        decided["item_id"] = dict(zip(asked["item_id"], asked["instrument"], strict=True))
    left = left_between(known_cells(system, wave), system.counts, wave, decided)
    system.unseen += range(len(system.counts), len(system.counts) + len(left))
    counts = np.array([count for _, count in left], dtype=int)
    system.counts = np.concatenate([system.counts, counts])
    system.relations += [relation for relation, _ in left]
    of_all = [one.cells[GROUP].eq(ALL).to_numpy() for one in system.tables]
    system.of_all = np.concatenate([*of_all, np.zeros(len(left), dtype=bool)])


def _tie(system: System, now: Counted, release: Release, groups: list[str], threshold: int) -> None:
    """Hold the cells of a table against themselves in an earlier release.

    A cell of the same records is the same cell: it is shown now if it was, and hidden if it was.
    Where few have come since it was shown, or few have left, the difference would tell how many.
    """
    then = _chosen(release.records[now.table.records], now.table, release.wave)
    before, _ = count(then, now.table, groups)
    told = as_released(before, release.protected.get(now.table.id))
    hidden, numbers = told["hidden"].tolist(), told["n"].tolist()
    for row, old, came, left in shared_cells(
        now.table, (now.records, now.cells), (then, before), groups
    ):
        place = now.first + row
        if came == left == 0:
            (system.unseen if hidden[old] else system.shown).append(place)
            if not hidden[old]:
                system.fixed[place] = int(numbers[old])
        elif not hidden[old] and 0 in (came, left) and came + left < threshold:
            few, sign = came + left, 1 if came else -1
            system.needs += [(place, sign * (threshold - few)), (place, sign * (1 - few))]


def _chosen(records: pd.DataFrame, table: CountTable, wave: int) -> pd.DataFrame:
    """Return the records that the table counts."""
    for column, value in {**table.where, **({"wave": wave} if table.current else {})}.items():
        records = records[records[column] == value]
    return records
