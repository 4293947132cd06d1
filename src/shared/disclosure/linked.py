"""Tables that count the same records, as one system of cells that is protected together.

A count that is hidden in one table must not follow from another: cells of different tables that
count the same thing are one cell, and a coarse category is the sum of its fine ones.
"""

import pandas as pd

from shared.disclosure.counts import ALL, CountTable
from shared.disclosure.relations import Relation
from shared.sources.dictionary import code_lists

# Dimensions of the same records: the coarse one, and the code list of the fine one it sums.
COARSER = {"from_party": "origin_party", "kind": "case_type", "result": "outcome"}
Conditions = frozenset[tuple[str, object]]


def link(
    tables: list[tuple[CountTable, pd.DataFrame, list[Relation]]], wave: int
) -> list[Relation]:
    """Return every relation between the cells of all the tables, numbered one table after another.

    tables : each with its cells and the relations between them (``counts.count``).
    wave   : the wave that is published, which tables of the current wave count alone.
    """
    relations: list[Relation] = []
    known: dict[Conditions, int] = {}
    first = 0
    for table, cells, own in tables:
        relations += [
            Relation(one.total + first, tuple(part + first for part in one.parts)) for one in own
        ]
        for place, conditions in enumerate(_conditions(table, cells, wave), first):
            if conditions in known:
                relations.append(Relation(place, (known[conditions],)))
            known.setdefault(conditions, place)
        first += len(cells)
    return relations + [_sum for coarse in COARSER for _sum in _sums(coarse, known)]


def _conditions(table: CountTable, cells: pd.DataFrame, wave: int) -> list[Conditions]:
    """Say of each cell which records it counts."""
    fixed = {*table.where.items(), *({("wave", wave)} if table.current else ())}
    names = [name for name in cells if name != "n"]
    rows = cells[names].itertuples(index=False, name=None)
    return [
        frozenset(fixed | {(n, v) for n, v in zip(names, row, strict=True) if v != ALL})
        for row in rows
    ]


def _sums(coarse: str, known: dict[Conditions, int]) -> list[Relation]:
    """Return, per cell of a coarse category, that it is the sum of the fine ones if they exist."""
    fine = COARSER[coarse]
    groups = {code.code: code.group for code in code_lists()[fine].values()}
    parts: dict[tuple[object, Conditions], list[int]] = {}
    for conditions, place in known.items():
        for name, value in conditions:
            if name == fine:
                rest = conditions - {(name, value)}
                parts.setdefault((groups.get(str(value), value), rest), []).append(place)
    return [
        Relation(place, tuple(parts[value, conditions - {(name, value)}]))
        for conditions, place in known.items()
        for name, value in conditions
        if name == coarse and (value, conditions - {(name, value)}) in parts
    ]
