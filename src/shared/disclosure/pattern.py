"""The cheapest pattern of hidden cells that withstands every attack.

An integer programme proposes a pattern, linear programmes play the attacker, and every attack that
succeeds becomes a constraint on the next proposal. Blocks of more than MOST_PROVEN cells get one
proposal, and those of more than MOST_PROPOSED none: cells are then added to what is proposed, or
must be hidden, one attack after another.

Source: Fischetti and Salazar (2001), Management Science 47(7), 1008-1027.
"""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, vstack

from shared.disclosure.attack import Attacker, cut
from shared.disclosure.intervals import TOLERANCE
from shared.disclosure.neighbours import Neighbours
from shared.disclosure.witnesses import Block

# Work is limited in branch-and-bound nodes and cells, not seconds: a table must get the same
# pattern on every machine, because two patterns of one table can be put together.
MAX_NODES = 3  # for all proposals of one set of linked cells
MOST_PROVEN = 1_000  # cells
MOST_PROPOSED = 20_000  # cells


def cheapest_pattern(block: Block) -> tuple[np.ndarray, list[int]]:
    """Return which cells of a block to hide, bool, shape (k,), and those nothing can protect."""
    size = len(block.counts)
    neighbours = Neighbours(block.matrix, block.counts)
    best = _proposed(block, neighbours) if size <= MOST_PROPOSED else None
    if best is None:
        best = Attacker(block, block.forced, neighbours)
        best.attack()
    return best.hidden, best.impossible


def _proposed(block: Block, neighbours: Neighbours) -> Attacker | None:
    """Return the best pattern of those proposed, once attacked, if any can be proposed."""
    best = None
    cuts = _first_cuts(block)
    nodes, most = 0, MAX_NODES if len(block.counts) <= MOST_PROVEN else 1
    while nodes < most:
        answer = _propose(block, cuts, most - nodes)
        if answer.x is None:
            break
        found = Attacker(block, answer.x > 0.5, neighbours)
        found.attack()
        if best is None or block.lost[found.hidden].sum() < block.lost[best.hidden].sum():
            best = found
        if found.impossible or not found.cuts:
            break
        cuts += found.cuts
        nodes += max(1, answer.mip_node_count)
    return best


def _first_cuts(block: Block) -> list[csr_array]:
    """Return the cuts that each relation gives by itself."""
    by_cell = block.matrix.tocsc()
    cuts = []
    for cell, need in block.needs:
        for row in by_cell.indices[by_cell.indptr[cell] : by_cell.indptr[cell + 1]].tolist():
            weights = block.matrix[[row]].toarray()[0]
            found = cut(block, weights * -np.sign(weights[cell] * need), (cell, need))
            if found is not None:
                cuts.append(found)
    return cuts


def _propose(block: Block, cuts: list[np.ndarray], nodes: int) -> OptimizeResult:
    """Return the cheapest pattern that meets all cuts: ``x`` is 1 for a hidden cell."""
    linked = abs(block.matrix).sign()
    relation, cell = linked.nonzero()
    # A hidden cell needs another in each of its relations, or it could as well be shown.
    relation, cell = relation[~block.unseen[cell]], cell[~block.unseen[cell]]
    row = np.arange(len(cell))
    itself = csr_array((np.ones(len(cell)), (row, cell)), shape=(len(cell), linked.shape[1]))
    company = linked[relation] - 2 * itself
    rows = vstack([company, *cuts])
    least = np.repeat([0, 1 - TOLERANCE], [len(cell), len(cuts)])  # thirds do not add up to 1
    rank = np.arange(len(block.lost))  # decides between patterns that lose the same
    return milp(
        block.lost + 1e-6 * rank,
        integrality=1,
        bounds=Bounds(block.forced, ~block.shown),
        constraints=LinearConstraint(rows, least, np.inf),
        options={"mip_rel_gap": 0, "node_limit": nodes},
    )
