"""Protect a wave's counts, for all groups at once, before any notebook sees them."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import numpy as np
import pandas as pd

from shared.disclosure.counts import count_tables
from shared.disclosure.earlier import Release
from shared.disclosure.linked import Conditions
from shared.disclosure.rounding import controlled_round
from shared.disclosure.suppress import suppress
from shared.disclosure.system import Records, System, assemble, known_cells, margins
from shared.study import Study
from shared.study.settings import Disclosure

WORTH_OF_ALL = (
    5  # times: what is told of all groups together is read by all, and often all there is
)
Protected = dict[str, pd.DataFrame]
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
    each: Callable[..., Iterable[Protected]] = map,
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
    work = []
    for related in FAMILIES:
        families = [{k: records[k] for k in kinds if k in records} for kinds in related]
        families = [family for family in families if family]
        held = _common(families, study, wave, before) if len(families) > 1 else {}
        work += [(family, held) for family in families]
    do = partial(_protect_family, study=study, wave=wave, earlier=before)
    protected: Protected = {}
    for tables in each(do, [family for family, _ in work], [held for _, held in work]):
        protected |= tables
    return {name: protected[name] for name in count_tables() if name in protected}


def _common(
    families: list[Records], study: Study, wave: int, earlier: Sequence[Release]
) -> dict[Conditions, bool]:
    """Return whether to hide each of the margins that families of the same people share."""
    if study.disclosure.mode != "suppress":
        return {}
    together = {kind: rows for family in families for kind, rows in family.items()}
    threshold = study.disclosure.threshold
    system, known = margins(assemble(together, wave, _letters(study), threshold, earlier), wave)
    hidden = _hidden(system, threshold)
    return {conditions: bool(hidden[place]) for conditions, place in known.items()}


def _protect_family(
    records: Records,
    held: dict[Conditions, bool],
    *,
    study: Study,
    wave: int,
    earlier: Sequence[Release],
) -> Protected:
    """Protect all the tables that count the records of a family."""
    rules = study.disclosure
    system = assemble(records, wave, _letters(study), rules.threshold, earlier)
    for conditions, place in known_cells(system, wave).items():
        if conditions in held:
            (system.unseen if held[conditions] else system.shown).append(place)
    told, hidden = _told(system, rules)
    return {
        one.table.id: one.cells.assign(
            n=pd.array(told[rows], dtype="Int64"), hidden=hidden[rows]
        ).assign(n=lambda cells: cells["n"].mask(cells["hidden"]))
        for one in system.tables
        for rows in [slice(one.first, one.first + len(one.cells))]
    }


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
        insiders=True,
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
