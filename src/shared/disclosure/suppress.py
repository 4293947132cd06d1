"""Cell suppression: which counts of linked tables to hide so that no small count can be derived.

Hiding the small counts is not enough: totals give them back. The cheapest further cells are found
exactly. An integer programme proposes a pattern, linear programmes play the attacker, and every
attack that succeeds becomes a constraint on the next proposal.

Source: Fischetti and Salazar (2001), Management Science 47(7), 1008-1027; Handbook on Statistical
Disclosure Control, 2nd ed. (2024), chapter 4.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, linprog, milp
from scipy.sparse import csr_array, hstack, vstack

from shared.disclosure.intervals import TOLERANCE, covers
from shared.disclosure.relations import (
    Relation,
    checked_counts,
    components,
    relation_matrix,
    rows_of,
)

MARGIN_WEIGHT = 3  # a total is missed more than the cells it sums, for each sum that it is
MOST_MARGINS = 3
# Work is limited in branch-and-bound nodes, not seconds: a table must get the same pattern on
# every machine, because two patterns of one table can be put together.
MAX_NODES = 3  # for all proposals of one set of linked cells


def suppress(
    values: np.ndarray, relations: Sequence[Relation], *, threshold: int = 5
) -> np.ndarray:
    """Return which cells to hide: bool, shape (n,), True = hidden.

    values    : counts of people, shape (n,), whole and not negative.
    relations : every sum that links the cells, over all tables that are shown together.
    threshold : counts from 1 to ``threshold - 1`` are hidden, and what `intervals` tells of each
                reaches from 1 or less to ``threshold`` or more.
    Zeros are hidden only to protect others. Cells that a relation makes equal are treated alike.
    The hidden counts (totals threefold for each sum, a zero as 1) sum to as little as possible;
    where that takes more than MAX_NODES to prove, the pattern is safe but may be dearer.
    Raises ValueError for a count that is negative or not whole, and for a relation that does not
    hold or names a cell that does not exist.
    """
    counts = checked_counts(values, relations)
    matrix = relation_matrix(relations, len(counts))
    lost = np.maximum(counts, 1)
    sums = np.array([one.total for one in relations if len(one.parts) > 1], dtype=int)
    lost *= MARGIN_WEIGHT ** np.minimum(np.bincount(sums, minlength=len(lost)), MOST_MARGINS)
    hidden = np.zeros(len(counts), dtype=bool)
    for cells in components(matrix):
        part = matrix[rows_of(matrix, cells)][:, cells]
        block = _Block(part, counts[cells], lost[cells], threshold)
        if block.primary.any():
            pattern = _cheapest_pattern(block)
            # With nothing shown, every multiple of the true counts looks possible.
            primary = np.flatnonzero(block.primary)
            safe = covers(part, block.counts, pattern, primary, threshold)
            hidden[cells] = pattern if safe else True
    return hidden


@dataclass(frozen=True)
class _Block:
    """Cells that relations link, directly or not."""

    matrix: csr_array  # shape (m, k); matrix @ counts == 0
    counts: np.ndarray  # shape (k,)
    lost: np.ndarray  # information lost by hiding a cell, shape (k,)
    threshold: int

    @property
    def primary(self) -> np.ndarray:
        return (self.counts >= 1) & (self.counts < self.threshold)

    def needs(self) -> list[tuple[int, int]]:
        """Pairs of a cell and a change from its true count that must look possible."""
        small = [(int(cell), int(self.counts[cell])) for cell in np.flatnonzero(self.primary)]
        up = [(cell, self.threshold - count) for cell, count in small]
        return up + [(cell, 1 - count) for cell, count in small if count > 1]


def _cheapest_pattern(block: _Block) -> np.ndarray:
    best = np.ones(len(block.lost), dtype=bool)
    cuts = _first_cuts(block)
    nodes = 0
    while nodes < MAX_NODES:
        answer = _propose(block, cuts, MAX_NODES - nodes)
        if answer.x is None:
            break
        found, safe = _attack(block, answer.x > 0.5)
        best = min(safe, best, key=lambda hidden: block.lost[hidden].sum())
        if not found:
            break
        cuts += found
        nodes += max(1, answer.mip_node_count)
    return best


def _first_cuts(block: _Block) -> list[np.ndarray]:
    """Return the cuts that each relation gives by itself."""
    rows = block.matrix.toarray()
    cuts = (
        _cut(block, row * -np.sign(row[cell] * need), cell, need)
        for cell, need in block.needs()
        for row in rows[rows[:, cell] != 0]
    )
    return [cut for cut in cuts if cut is not None]


def _propose(block: _Block, cuts: list[np.ndarray], nodes: int) -> OptimizeResult:
    """Return the cheapest pattern that meets all cuts: ``x`` is 1 for a hidden cell."""
    linked = abs(block.matrix).sign()
    relation, cell = linked.nonzero()
    row = np.arange(len(cell))
    itself = csr_array((np.ones(len(cell)), (row, cell)), shape=(len(cell), linked.shape[1]))
    # A hidden cell needs another in each of its relations, or it could as well be shown.
    company = linked[relation] - 2 * itself
    rows = vstack([company, csr_array(np.reshape(cuts, (-1, linked.shape[1])))])
    least = np.repeat([0, 1 - TOLERANCE], [len(cell), len(cuts)])  # thirds do not add up to 1
    rank = np.arange(len(block.lost))  # decides between patterns that lose the same
    return milp(
        block.lost + 1e-6 * rank,
        integrality=1,
        bounds=Bounds(block.primary, 1),
        constraints=LinearConstraint(rows, least, np.inf),
        options={"mip_rel_gap": 0, "node_limit": nodes},
    )


def _attack(block: _Block, hidden: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Return cuts that rule an unsafe pattern out, and a safe pattern that contains it.

    A cut c says of every safe pattern y that ``c @ y >= 1``.
    """
    cuts = []
    safe = hidden
    reach = np.zeros((2, len(hidden)))  # changes seen to look possible so far
    for cell, need in block.needs():
        if reach[0, cell] <= need <= reach[1, cell]:
            continue
        change, cut = _cheapest_change(block, safe, cell, need)
        if cut is not None:
            cuts.append(cut)
            safe = safe | (np.abs(change) > TOLERANCE)
        reach = np.array([np.minimum(reach[0], change), np.maximum(reach[1], change)])
    return cuts, safe


def _cheapest_change(
    block: _Block, hidden: np.ndarray, cell: int, need: int
) -> tuple[np.ndarray, np.ndarray | None]:
    """Change ``cell`` by ``need``, keeping all relations, with the least use of shown cells.

    Returns the change of every cell, shape (k,), and a cut unless the hidden cells suffice.
    """
    price = np.where(hidden, 0, block.lost)
    most = np.concatenate([np.full(len(price), np.inf), block.counts])  # upwards, downwards
    least = np.zeros(len(most))
    itself = [cell, len(price) + cell]
    most[itself] = least[itself] = max(need, 0), max(-need, 0)
    answer = linprog(
        np.concatenate([price, price]),
        A_eq=hstack([block.matrix, -block.matrix]),
        b_eq=np.zeros(block.matrix.shape[0]),
        bounds=np.column_stack([least, most]),
        method="highs",
        options={"presolve": False},  # takes half the time of programmes as small as these
    )
    change = answer.x[: len(price)] - answer.x[len(price) :]
    weights = block.matrix.T @ answer.eqlin.marginals
    return change, _cut(block, weights, cell, need) if answer.fun > TOLERANCE else None


def _cut(block: _Block, weights: np.ndarray, cell: int, need: int) -> np.ndarray | None:
    """Turn ``weights @ change == 0``, true of every change, into a cut, if it asks for anything.

    The other cells must make up for ``weights[cell] * need``. A hidden one can, without limit
    upwards and by its count downwards. What primary cells give is always there.
    """
    room = np.where(weights > TOLERANCE, np.inf, np.maximum(-weights, 0) * block.counts)
    room[cell] = 0
    wanted = -weights[cell] * need - room[block.primary].sum()
    if wanted <= TOLERANCE:
        return None
    return np.minimum(np.where(block.primary, 0, room) / wanted, 1)
