"""Records of one kind that are records of another as well: what is left is a count nobody shows.

Of twelve participations, ten have been followed up: two have not, whether or not a table says so.
What is left between two counts that are shown must be as safe as if it were shown itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from shared.disclosure.counts import GROUP
from shared.disclosure.linked import Conditions
from shared.disclosure.relations import Relation
from shared.estimates.records.survey import PROCESS

RECORDS = "records"
_NONE: Conditions = frozenset()


@dataclass(frozen=True)
class Within:
    """Each record of ``inner`` is one of ``outer``, with the same values of ``shared``.

    only    : conditions of the inner cells.
    selects : further dimensions of the inner cells, each of which chooses some of its records.
    among   : conditions of the outer cells.
    decided : a dimension of ``selects`` and one of the outer kind that its values decide.
    """

    inner: str
    outer: str
    shared: tuple[str, ...] = ()
    only: Conditions = _NONE
    selects: tuple[str, ...] = ()
    among: Conditions = _NONE
    decided: tuple[str, str] | None = None


def containments(wave: int) -> tuple[Within, ...]:
    """Return which kinds of records are within which, at a wave."""
    gender, answered = ("gender",), ("response", "answered")
    now = frozenset({answered, ("wave", wave), ("instrument", PROCESS)})
    item = ("item_id", "instrument")
    stayed = frozenset({("presence", "stayed")})
    return (
        Within("case_actions", "cases", ("focus",), selects=("action",)),
        Within("people", "participations", gender),
        Within("ways", "people", gender),
        Within("states", "ways", gender, selects=("month",)),
        Within("durability", "ways", gender, selects=("months_after",)),
        Within("followups", "participations", gender, selects=("wave",)),
        Within("answers", "sent", ("wave",), _NONE, item[:1], frozenset({answered}), item),
        Within("respondents", "sent", only=frozenset({("presence", "now")}), among=now),
        Within("changes", "respondents", selects=("construct", "instrument"), among=stayed),
    )


def left_between(
    known: dict[Conditions, int],
    counts: np.ndarray,
    wave: int,
    decided: Mapping[str, Mapping[object, object]],
) -> list[tuple[Relation, int]]:
    """Return, per pair of an inner and an outer cell, their relation and the count that is left.

    known   : where each cell is, of all kinds of records.
    counts  : of the cells. A relation names, after its inner cell, what is left: it is to be given
              the number after all cells, the next one the number after that, and so on.
    decided : dimension -> value -> the value of another dimension that it decides.
    """
    found: list[tuple[Relation, int]] = []
    for within in containments(wave):
        for inner, outer in _pairs(within, known, decided):
            left = int(counts[outer] - counts[inner])
            # Where the deliveries contradict one another nothing follows from them.
            if left >= 0:
                found.append((Relation(outer, (inner, len(counts) + len(found))), left))
    return found


def _pairs(
    within: Within,
    known: dict[Conditions, int],
    decided: Mapping[str, Mapping[object, object]],
) -> Iterator[tuple[int, int]]:
    selects = {*within.selects, *(name for name, _ in within.only)}
    for conditions, place in known.items():
        values = dict(conditions)
        if values[RECORDS] != within.inner or not within.only <= conditions:
            continue
        if not selects <= set(values) <= {GROUP, RECORDS, *within.shared, *selects}:
            continue
        kept = {(n, v) for n, v in conditions if n in (GROUP, *within.shared)}
        if within.decided:
            name, other = within.decided
            kept.add((other, decided[name].get(values[name])))
        outer = known.get(frozenset(kept | {(RECORDS, within.outer)} | within.among))
        if outer is not None:
            yield place, outer
