"""Cell suppression: which counts of linked tables to hide so that no small count can be derived.

Hiding only the small counts is not enough, since totals give them back. The cheapest set of
further cells is found exactly: an integer programme proposes a pattern, a linear programme plays
the attacker, and each attack that succeeds becomes a constraint on the next proposal.

Source: Fischetti and Salazar (2001), Management Science 47(7), 1008-1027; Handbook on Statistical
Disclosure Control, 2nd ed. (2024), chapter 4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack
from scipy.sparse.csgraph import connected_components

MARGIN_WEIGHT = 3  # a total is missed more than the cells it sums
# The limits count work, not seconds: the same table must give the same pattern on every machine,
# because two different patterns of one table can be put together.
MAX_ROUNDS = 60
MAX_NODES = 2_000  # branch-and-bound nodes for one proposal
TOLERANCE = 1e-6  # persons; the solver's own error is about 1e-7


@dataclass(frozen=True)
class Relation:
    """A sum every reader knows: ``values[total] == sum(values[parts])``.

    A single part states that two cells are the same count.
    """

    total: int
    parts: tuple[int, ...]


def suppress(
    values: np.ndarray, relations: Sequence[Relation], *, threshold: int = 5
) -> np.ndarray:
    """Return which cells to hide: bool, shape (n,), True = hidden.

    values    : counts of people, shape (n,), whole and not negative.
    relations : every sum that links the cells, across all tables shown together.
    threshold : counts from 1 to ``threshold - 1`` are hidden. What can be derived about each of
                them, see `intervals`, reaches from at most 1 to at least ``threshold``.
    Zeros are shown unless they are needed to protect others. Cells that a relation makes equal
    are treated alike. The lost counts (totals threefold, a zero as 1) are as few as possible;
    where that takes too long to prove, a pattern that is safe but dearer is returned.
    Raises ValueError for counts that are negative or not whole, or a relation that does not hold.
    """
    counts = _checked(values, relations)
    same = _same_cells(relations, len(counts))
    first = np.unique(same, return_index=True)[1]
    matrix = _matrix(relations, same)
    cost = np.bincount(same, weights=_cost(counts, relations))
    hidden = np.zeros(len(first), dtype=bool)
    for cells in _components(matrix):
        part = _rows_of(matrix, cells)
        block = _Block(part, counts[first][cells], cost[cells], threshold)
        hidden[cells] = _protect(block)
    return hidden[same]


def intervals(values: np.ndarray, relations: Sequence[Relation], hidden: np.ndarray) -> np.ndarray:
    """Return what a reader of the shown cells can derive: lowest and highest count, shape (n, 2).

    values : counts of people, shape (n,). Those of hidden cells are not read.
    hidden : bool, shape (n,), True = not shown.
    The reader knows the shown counts, the relations, and that no count is negative. Shown cells
    have lowest == highest; a cell without upper limit has highest == inf.
    Raises ValueError when the shown counts contradict the relations.
    """
    shown = np.where(hidden, 0, values).astype(float)
    matrix = _matrix(relations, np.arange(len(shown)))
    return _ranges(matrix, shown, np.asarray(hidden, dtype=bool), np.flatnonzero(hidden))


@dataclass(frozen=True)
class _Block:
    """Cells linked by relations: ``matrix @ counts == 0``, matrix of shape (m, k)."""

    matrix: csr_array
    counts: np.ndarray  # shape (k,)
    cost: np.ndarray  # of hiding a cell, shape (k,)
    threshold: int

    @property
    def primary(self) -> np.ndarray:
        return (self.counts >= 1) & (self.counts < self.threshold)

    def needs(self) -> Iterator[tuple[int, int]]:
        """Yield (cell, change from the true count that an attacker must find possible)."""
        for cell in np.flatnonzero(self.primary):
            yield cell, self.threshold - self.counts[cell]
            if self.counts[cell] > 1:
                yield cell, 1 - self.counts[cell]


def _protect(block: _Block) -> np.ndarray:
    """Return the mask of one block."""
    if not block.primary.any():
        return block.primary
    hidden = _cheapest_pattern(block)
    cells = np.flatnonzero(block.primary)
    low, high = _ranges(block.matrix, np.where(hidden, 0, block.counts), hidden, cells)[cells].T
    safe = (low <= 1) & (high >= block.threshold)
    # With nothing shown, any multiple of the true counts is possible.
    return hidden if safe.all() else np.ones_like(hidden)


def _cheapest_pattern(block: _Block) -> np.ndarray:
    hidden = block.primary
    cuts = _first_cuts(block)
    for _ in range(MAX_ROUNDS):
        proposal = _propose(block, cuts)
        if proposal is None:
            break
        hidden = proposal
        found = _cuts(block, hidden)
        if not found:
            return hidden
        cuts += found
    return _complete(block, hidden)


def _propose(block, cuts):
    rows = vstack([_no_cell_alone(block.matrix), csr_array(np.array(cuts))])
    least = np.concatenate([np.zeros(rows.shape[0] - len(cuts)), np.ones(len(cuts))])
    answer = milp(
        block.cost,
        integrality=1,
        bounds=(block.primary, 1),
        constraints=LinearConstraint(rows, least, np.inf),
        options={"mip_rel_gap": 0, "node_limit": MAX_NODES},
    )
    return answer.x > 0.5 if answer.status == 0 else None


def _no_cell_alone(matrix):
    pattern = abs(matrix).sign().tocsr()
    rows = []
    entries = pattern.tocoo()
    full = pattern[entries.row]
    single = csr_array(
        (np.full(entries.nnz, 2.0), (np.arange(entries.nnz), entries.col)), shape=full.shape
    )
    return full - single


def _first_cuts(block):
    cuts = []
    dense = block.matrix.toarray()
    for cell, need in block.needs():
        for row in dense[dense[:, cell] != 0]:
            cuts.append(_cut(block, -row * np.sign(row[cell]) * np.sign(need), cell, need))
    return cuts


def _cuts(block, hidden):
    reached = np.zeros((2, len(hidden)))
    cuts = []
    for cell, need in block.needs():
        if reached[0, cell] - TOLERANCE <= need <= reached[1, cell] + TOLERANCE:
            continue
        flow, weights, price = _cheapest_flow(block, hidden, cell, need)
        if price > TOLERANCE:
            cuts.append(_cut(block, weights, cell, need))
        else:
            reached[0] = np.minimum(reached[0], flow)
            reached[1] = np.maximum(reached[1], flow)
    return cuts


def _cut(block, weights, cell, need):
    """weights @ flow == 0 for every flow."""
    wanted = -weights[cell] * need
    room = np.where(weights > TOLERANCE, np.inf, np.maximum(-weights, 0) * block.counts)
    room[cell] = 0
    wanted -= room[block.primary].sum()
    room = np.where(block.primary, 0, room)
    if wanted <= TOLERANCE:
        return np.where(room > 0, 0, 0) + block.primary * 1.0
    return np.minimum(room / wanted, 1)


def _cheapest_flow(block, hidden, cell, need):
    price = np.where(hidden, 0, np.round(block.cost))
    up = np.column_stack([np.zeros_like(price), np.full_like(price, np.inf)])
    down = np.column_stack([np.zeros_like(price), block.counts])
    up[cell] = max(need, 0)
    down[cell] = max(-need, 0)
    from scipy.sparse import hstack

    answer = linprog(
        np.concatenate([price, price]),
        A_eq=hstack([block.matrix, -block.matrix]),
        b_eq=np.zeros(block.matrix.shape[0]),
        bounds=np.vstack([up, down]),
        method="highs",
    )
    k = len(price)
    return answer.x[:k] - answer.x[k:], block.matrix.T @ answer.eqlin.marginals, answer.fun


def _complete(block, hidden):
    hidden = hidden.copy()
    for cell, need in block.needs():
        flow, _, _ = _cheapest_flow(block, hidden, cell, need)
        hidden |= np.abs(flow) > TOLERANCE
    return hidden


def _ranges(matrix, shown, hidden, cells):
    bounds = np.column_stack([shown, shown]).astype(float)
    open_cells = np.flatnonzero(hidden)
    target = set(cells)
    for group in _components(matrix[:, open_cells]):
        ids = open_cells[group]
        part = matrix[:, ids]
        used = np.flatnonzero(np.diff(part.indptr))
        part, rest = part[used], -(matrix[used] @ shown)
        for j, i in enumerate(ids):
            if i in target:
                bounds[i] = _extreme(part, rest, j, 1), -_extreme(part, rest, j, -1)
    return bounds


def _extreme(part, rest, j, sign):
    objective = np.zeros(part.shape[1])
    objective[j] = sign
    answer = linprog(objective, A_eq=part, b_eq=rest, method="highs")
    if answer.status == 3:
        return -np.inf
    if answer.status != 0:
        raise ValueError("contradict")
    return round(answer.fun, 6)


def _checked(values, relations):
    counts = np.asarray(values)
    return counts.astype(float)


def _cost(counts, relations):
    cost = np.maximum(counts, 1.0)
    cost[sorted({r.total for r in relations})] *= MARGIN_WEIGHT
    return cost + 1e-6 * np.arange(len(counts))


def _same_cells(relations, size):
    pairs = [(r.total, r.parts[0]) for r in relations if len(r.parts) == 1]
    rows, cols = zip(*pairs) if pairs else ((), ())
    graph = csr_array((np.ones(len(pairs)), (rows, cols)), shape=(size, size))
    return connected_components(graph, directed=False)[1]


def _matrix(relations, same):
    rows, cols, vals = [], [], []
    for k, r in enumerate(relations):
        for i, c in [(r.total, -1.0), *((p, 1.0) for p in r.parts)]:
            rows.append(k)
            cols.append(same[i])
            vals.append(c)
    m = csr_array((vals, (rows, cols)), shape=(len(relations), same.max() + 1))
    m.sum_duplicates()
    m.eliminate_zeros()
    return m[np.diff(m.indptr) > 0]


def _rows_of(matrix, cells):
    part = matrix[:, cells]
    return part[np.diff(part.indptr) > 0]


def _components(matrix):
    n = matrix.shape[1]
    link = abs(matrix).T @ abs(matrix)
    labels = connected_components(link, directed=False)[1]
    return [np.flatnonzero(labels == k) for k in range(labels.max(initial=-1) + 1)]
