"""Cell suppression: which counts of linked tables to hide so that no small count can be derived.

Hiding the small counts is not enough: totals give them back. The cheapest further cells are found
(`pattern`) and attacked (`attack`) as a reader would who knows every sum.

Source: Fischetti and Salazar (2001), Management Science 47(7), 1008-1027; Handbook on Statistical
Disclosure Control, 2nd ed. (2024), chapter 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from shared.disclosure.pattern import cheapest_pattern
from shared.disclosure.relations import (
    Relation,
    checked_counts,
    components,
    relation_matrix,
    rows_of,
)
from shared.disclosure.witnesses import Block

MARGIN_WEIGHT = 3  # a total is missed more than the cells it sums, for each sum that it is
MOST_MARGINS = 3
MOST_WITH_INSIDERS = 3_000  # linked cells; a few programmes for each small count take too long
_OF_CELLS = ("counts", "lost", "forced", "shown", "unseen")


class ExposedError(ValueError):
    """What is shown already gives small counts away, whatever else is hidden."""


def suppress(
    values: np.ndarray,
    relations: Sequence[Relation],
    *,
    threshold: int = 5,
    shown: Sequence[int] = (),
    unseen: Sequence[int] = (),
    free: Sequence[int] = (),
    needs: Sequence[tuple[int, int]] = (),
    insiders: bool = False,
    worth: np.ndarray | None = None,
) -> np.ndarray:
    """Return which cells to hide: bool, shape (n,), True = hidden.

    values    : counts of people, shape (n,), whole and not negative.
    relations : every sum that links the cells, over all tables that are shown together.
    threshold : counts from 1 to ``threshold - 1`` are hidden, and what `intervals` tells of each
                reaches from 1 or less to ``threshold`` or more.
    shown     : cells that cannot be hidden any more. What they say is out and not protected.
    unseen    : cells that are never shown; hiding them costs nothing. A cell in both is shown.
    free      : those of the unseen whose small counts need no protection.
    needs     : pairs of a cell and a change of its count that must look possible as well; the cell
                is hidden.
    insiders  : who is alone in a hidden cell knows that it is 1, and learns of no other's cell in
                the same sum that it is below the threshold, as far as hiding cells can prevent it.
                Not promised for more than some 600 linked cells, where only nearby cells are
                tried, and not tried for more than MOST_WITH_INSIDERS.
    worth     : how many times as much a cell is missed as its count says, shape (n,).
    Zeros are hidden only to protect others. Cells that a relation makes equal are one cell.
    The hidden counts (totals threefold for each sum, a zero as 1) sum to as little as possible;
    where that takes too much work to prove, the pattern is safe but may be dearer (`pattern`).
    Raises ValueError for a count that is negative or not whole, for a relation that does not
    hold or names a cell that does not exist, and when ``shown`` makes protection impossible.
    """
    counts = checked_counts(values, relations)
    same = _equal_cells(relations, len(counts))
    told = _Told(
        shown=_cells(same, shown),
        never=~_cells(same, np.setdiff1d(np.arange(len(counts)), unseen)),
        free=~_cells(same, np.setdiff1d(np.arange(len(counts)), free)),
        needs=tuple(sorted({(int(same[cell]), int(change)) for cell, change in needs})),
    )
    missed = _lost(counts, relations) * (1 if worth is None else np.asarray(worth))
    lost = np.where(np.isin(np.arange(len(counts)), unseen), 0, missed)
    whole = _whole(relation_matrix(relations, len(counts)), same, counts, lost, told, threshold)
    hidden = _pattern(replace(whole, people=_people(whole)) if insiders else whole, same)[same]
    hidden[list(unseen)] = True
    hidden[list(shown)] = False
    return hidden


@dataclass(frozen=True)
class _Told:
    """What is settled of cells before any is chosen, after equal cells have become one."""

    shown: np.ndarray
    never: np.ndarray
    free: np.ndarray
    needs: tuple[tuple[int, int], ...]


def _equal_cells(relations: Sequence[Relation], size: int) -> np.ndarray:
    """Number the cells so that those that relations make equal have the same number."""
    pairs = [(one.total, one.parts[0]) for one in relations if len(one.parts) == 1]
    total, part = np.array(pairs, dtype=int).reshape(-1, 2).T
    linked = csr_array((np.ones(len(pairs)), (total, part)), shape=(size, size))
    return connected_components(linked, directed=False)[1]


def _cells(same: np.ndarray, chosen: Sequence[int] | np.ndarray) -> np.ndarray:
    """Tell of each cell, equal ones being one, whether any of it is chosen."""
    found = np.zeros(same.max(initial=-1) + 1, dtype=bool)
    found[same[np.asarray(chosen, dtype=int)]] = True
    return found


def _lost(counts: np.ndarray, relations: Sequence[Relation]) -> np.ndarray:
    sums = np.array([one.total for one in relations if len(one.parts) > 1], dtype=int)
    times = np.minimum(np.bincount(sums, minlength=len(counts)), MOST_MARGINS)
    return np.maximum(counts, 1) * MARGIN_WEIGHT**times


def _whole(
    matrix: csr_array,
    same: np.ndarray,
    counts: np.ndarray,
    lost: np.ndarray,
    told: _Told,
    threshold: int,
) -> Block:
    size = len(told.shown)
    one = np.zeros(size, dtype=int)
    one[same] = counts
    ones = csr_array((np.ones(len(same)), (np.arange(len(same)), same)), shape=(len(same), size))
    sums = matrix @ ones
    sums.eliminate_zeros()  # a cell that equals itself
    sums.sort_indices()
    small = (one >= 1) & (one < threshold) & ~told.shown & ~told.free
    up = [(int(cell), threshold - int(one[cell])) for cell in np.flatnonzero(small)]
    down = [(int(cell), 1 - int(one[cell])) for cell in np.flatnonzero(small & (one > 1))]
    further = [need for need in told.needs if not told.shown[need[0]]]
    forced = small | (told.never & ~told.shown)
    forced[[cell for cell, _ in further]] = True
    return Block(
        matrix=sums,
        counts=one,
        lost=np.bincount(same, weights=lost, minlength=size),
        forced=forced,
        shown=told.shown,
        unseen=told.never & ~told.shown,
        needs=[*up, *down, *further],
        people=None,
    )


def _people(block: Block) -> np.ndarray:
    """Number cells so that a cell and the sum of it and empty ones, the same people, are alike."""
    whole = abs(block.matrix) @ (block.counts > 0)
    rows = np.flatnonzero(whole == 2)  # the sum, and the only part that is not empty
    cells = block.matrix[rows]
    kept = (block.counts[cells.indices] > 0).nonzero()[0]
    pairs = cells.indices[kept].reshape(-1, 2).T
    size = len(block.counts)
    linked = csr_array((np.ones(pairs.shape[1]), (pairs[0], pairs[1])), shape=(size, size))
    return connected_components(linked, directed=False)[1]


def _pattern(whole: Block, same: np.ndarray) -> np.ndarray:
    hidden = whole.unseen.copy()
    impossible: list[int] = []
    place = np.zeros(len(hidden), dtype=int)
    for cells in components(whole.matrix):
        place[cells] = np.arange(len(cells))
        inside = set(cells.tolist())
        people = whole.people if len(cells) <= MOST_WITH_INSIDERS else None
        block = replace(
            whole,
            matrix=whole.matrix[rows_of(whole.matrix, cells)][:, cells],
            needs=[(int(place[cell]), by) for cell, by in whole.needs if cell in inside],
            **{name: getattr(whole, name)[cells] for name in _OF_CELLS},
            people=None if people is None else people[cells],
        )
        if block.needs:
            hidden[cells], exposed = cheapest_pattern(block)
            impossible += cells[exposed].tolist()
    if impossible:
        known = np.flatnonzero(np.isin(same, impossible)).tolist()
        raise ExposedError(
            f"Cells {known} follow from what is shown already and cannot be protected any more. "
            "Withdraw what was shown, or leave the tables out that these cells belong to."
        )
    return hidden
