"""Protect a wave's counts, for all groups at once, before any notebook sees them."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from shared.disclosure.counts import count_tables
from shared.disclosure.earlier import Release
from shared.disclosure.linked import Conditions
from shared.disclosure.rounding import controlled_round
from shared.disclosure.suppress import ExposedError, suppress
from shared.disclosure.system import Records, System, assemble, known_cells, margins
from shared.study import Study
from shared.study.settings import Disclosure

WORTH_OF_ALL = (
    5  # times: what is told of all groups together is read by all, and often all there is
)
Protected = dict[str, pd.DataFrame]
Held = dict[Conditions, bool]  # cells that several families have, and whether they are hidden
Found = tuple[Protected, set[Conditions]]
# Kinds of records that are protected as one system. Those of a row of families are about the same
# people: what they have in common is protected first, and then held fixed in each.
FAMILIES = (
    (("sent", "answers", "respondents", "changes"),),
    (("cases", "case_actions"),),
    (("participations", "people"), ("followups",), ("states", "ways", "durability")),
    (("left_out",),),
)


def protect(
    records: Records,
    study: Study,
    wave: int,
    earlier: Sequence[Release] = (),
    each: Callable[..., Iterable[Found]] = map,
) -> Protected:
    """Return every declared table of counts whose records are there, hidden cells missing.

    Tables that count the same people are protected together, and with what ``earlier`` releases
    have shown. Each frame has one row per cell: ``lokus_id`` (a letter, or ``all``), the
    dimensions, ``n`` (Int64; NA where hidden) and ``hidden`` (bool). In mode ``round`` every n is a
    multiple of the base and nothing is hidden; in mode ``open`` nothing is done. ``each`` is
    ``map``, or one that works on several families of records at a time.
    Raises ``ValueError`` when what was shown earlier can no longer be protected.
    """
    before = earlier if study.disclosure.mode != "open" else ()
    rows = [[_of(records, kinds) for kinds in related] for related in FAMILIES]
    rows = [[family for family in row if family] for row in rows]
    held: Held = {}
    for row in rows:
        held |= _common(row, study, wave, before) if len(row) > 1 else {}
    protected: Protected = {}
    todo = [family for row in rows for family in row]
    while todo:  # until families of the same people treat alike what they have in common
        do = partial(_protect_family, held=held, study=study, wave=wave, earlier=before)
        found = list(each(do, todo))
        more = {cell: True for _, gone in found for cell in gone if not held[cell]}
        for tables, _ in found:
            protected |= tables
        held = held | more
        todo = [family for row in rows if len(row) > 1 for family in row] if more else []
    return {name: protected[name] for name in count_tables() if name in protected}


def _of(records: Records, kinds: Sequence[str]) -> Records:
    return {kind: records[kind] for kind in kinds if kind in records}


def _common(families: list[Records], study: Study, wave: int, earlier: Sequence[Release]) -> Held:
    """Return whether to hide each of the margins that families of the same people share."""
    if study.disclosure.mode != "suppress":
        return {}
    together = {kind: rows for family in families for kind, rows in family.items()}
    threshold = study.disclosure.threshold
    system, known = margins(assemble(together, wave, _letters(study), threshold, earlier), wave)
    hidden = _hidden(system, threshold)
    return {conditions: bool(hidden[place]) for conditions, place in known.items()}


def _protect_family(
    records: Records, *, held: Held, study: Study, wave: int, earlier: Sequence[Release]
) -> Found:
    """Protect all the tables that count the records of a family.

    Returns them, and which of the cells that are held it hides.
    """
    rules = study.disclosure
    system = assemble(records, wave, _letters(study), rules.threshold, earlier)
    mine = {cell: at for cell, at in known_cells(system, wave).items() if cell in held}
    system.unseen += [at for cell, at in mine.items() if held[cell]]
    settled = [*system.shown]
    system.shown += [at for cell, at in mine.items() if not held[cell]]
    try:
        told, hidden = _told(system, rules)
    except ExposedError:
        # With what was shown before, not all that the families could show can be.
        told, hidden = _told(replace(system, shown=settled), rules)
    tables = {
        one.table.id: one.cells.assign(
            n=pd.array(told[rows], dtype="Int64"), hidden=hidden[rows]
        ).assign(n=lambda cells: cells["n"].mask(cells["hidden"]))
        for one in system.tables
        for rows in [slice(one.first, one.first + len(one.cells))]
    }
    return tables, {cell for cell, at in mine.items() if hidden[at]}


def _letters(study: Study) -> list[str]:
    return sorted((group.id for group in study.groups), key=lambda letter: (len(letter), letter))


def _told(system: System, rules: Disclosure) -> tuple[np.ndarray, np.ndarray]:
    """Return what is told of each cell, and which cells are hidden instead."""
    none = np.zeros(len(system.counts), dtype=bool)
    if rules.mode == "open":
        return system.counts, none
    if rules.mode == "round":
        return _rounded(system, rules.base), none
    return system.counts, _hidden(system, rules.threshold)


def _hidden(system: System, threshold: int) -> np.ndarray:
    return suppress(
        system.counts,
        system.relations,
        threshold=threshold,
        shown=system.shown,
        unseen=system.unseen,
        needs=system.needs,
        insiders=not system.bound,
        worth=np.where(system.of_all, WORTH_OF_ALL, 1),
    )


def _rounded(system: System, base: int) -> np.ndarray:
    """Round the cells that are told; sums hold between these, and nobody sees the others."""
    seen = np.zeros(len(system.counts), dtype=bool)
    for one in system.tables:
        seen[one.first : one.first + len(one.cells)] = True
    relations = [one for one in system.relations if seen[[one.total, *one.parts]].all()]
    fixed = np.full(len(system.counts), -1)
    fixed[list(system.fixed)] = list(system.fixed.values())
    return controlled_round(system.counts, relations, base=base, fixed=fixed)
