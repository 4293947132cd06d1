"""Tables that count the same records, as one system of cells that is protected together.

A count that is hidden in one table must not follow from another: cells of different tables that
count the same thing are one cell, and a coarse category is the sum of its fine ones.
"""

from collections.abc import Callable

import pandas as pd

from shared.disclosure.counts import ALL, CountTable
from shared.disclosure.relations import Relation
from shared.estimates.records.followups import response
from shared.estimates.records.register import activity, income_move
from shared.sources.dictionary import code_lists

Conditions = frozenset[tuple[str, object]]


def _group_of(code_list: str) -> Callable[[str], str | None]:
    """Return what gives the coarser group of a code."""

    def group(code: str) -> str | None:
        listed = code_lists()[code_list]
        # What was not stated, or has not come yet, has no code: it is itself in both dimensions.
        return listed[code].group if code in listed else code

    return group


# Dimensions of the same records: the coarse one, the finer ones that tell it, and how.
COARSER: dict[str, tuple[tuple[str, ...], Callable[..., str | None]]] = {
    "from_party": (("origin_party",), _group_of("origin_party")),
    "kind": (("case_type",), _group_of("case_type")),
    "result": (("outcome",), _group_of("outcome")),
    "income_move": (("income_before", "income_after"), income_move),
    "activity": (("occupation_before", "occupation_after"), activity),
    "response": (("place",), response),
}


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
        for place, conditions in enumerate(conditions_of(table, cells, wave), first):
            if conditions in known:
                relations.append(Relation(place, (known[conditions],)))
            known.setdefault(conditions, place)
        first += len(cells)
    return relations + [_sum for coarse in COARSER for _sum in _sums(coarse, known)]


def conditions_of(table: CountTable, cells: pd.DataFrame, wave: int) -> list[Conditions]:
    """Say of each cell which records it counts: of which kind, and with which values."""
    fixed: set[tuple[str, object]] = {("records", table.records), *table.where.items()}
    fixed |= {("wave", wave)} if table.current else set()
    names = [name for name in cells if name != "n"]
    rows = cells[names].itertuples(index=False, name=None)
    return [
        frozenset(fixed | {(n, v) for n, v in zip(names, row, strict=True) if v != ALL})
        for row in rows
    ]


def _sums(coarse: str, known: dict[Conditions, int]) -> list[Relation]:
    """Return, per cell of a coarse category, that it is the sum of the fine ones if they exist."""
    fine, judge = COARSER[coarse]
    parts: dict[tuple[object, Conditions], list[int]] = {}
    for conditions, place in known.items():
        values = dict(conditions)
        if all(name in values for name in fine):
            rest = frozenset((n, v) for n, v in conditions if n not in fine)
            parts.setdefault((judge(*(str(values[n]) for n in fine)), rest), []).append(place)
    return [
        Relation(place, tuple(parts[value, conditions - {(name, value)}]))
        for conditions, place in known.items()
        for name, value in conditions
        if name == coarse and (value, conditions - {(name, value)}) in parts
    ]
