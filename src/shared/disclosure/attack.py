"""The attacker's programmes: can what must look possible be reached by changing hidden counts only?

A change of all cells at once that keeps every sum, and no count below zero, is a witness: to a
reader, the changed counts could be the true ones. Each witness serves every cell that it changes.

Source: Fischetti and Salazar (2001), Management Science 47(7), 1008-1027.
"""

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array, hstack

from shared.disclosure.intervals import TOLERANCE
from shared.disclosure.neighbours import Neighbours
from shared.disclosure.witnesses import Block, Witnesses

SMALL = 1000  # cells; presolving takes half the time of programmes as small as these
INFEASIBLE = 2  # a status code of linprog


class Attacker:
    """Attacks patterns of a block, and adds the cheapest cells where an attack succeeds.

    hidden     : the pattern, safe after `attack`, bool, shape (k,).
    cuts       : what rules the attacked pattern out; a cut c says of every safe y: ``c @ y >= 1``.
    impossible : cells that cannot be protected, whatever is hidden.

    Insiders: who is alone in a hidden cell knows that it is 1, and yet each other small count must
    look as if it could reach the threshold. Where nothing that can be hidden gives that, no more
    is asked than without insiders.
    """

    def __init__(self, block: Block, hidden: np.ndarray, neighbours: Neighbours) -> None:
        self.hidden = hidden.copy()
        self.cuts: list[csr_array] = []
        self.impossible: list[int] = []
        self._block = block
        self._neighbours = neighbours
        self._seen = Witnesses(block)

    def attack(self) -> None:
        """Try to reach everything that must look possible."""
        for number, wanted in enumerate(self._block.needs):
            for still in self._seen.missing(number):
                change, found = cheapest_change(
                    self._block, self.hidden, wanted, still, self._neighbours
                )
                if change is None:
                    self.impossible += [] if still else [wanted[0]]
                    self._seen.give_up(number, still)
                    continue
                if found is not None:
                    self.cuts.append(found)
                self.hidden |= np.abs(change) > TOLERANCE
                self._seen.add(change)


def cheapest_change(
    block: Block,
    hidden: np.ndarray,
    wanted: tuple[int, int],
    still: tuple[int, ...],
    neighbours: Neighbours,
) -> tuple[np.ndarray | None, csr_array | None]:
    """Change a cell as wanted, keeping all relations, with the least use of cells not hidden.

    wanted : the cell and its change.
    still  : cells that do not change.
    Returns the change of every cell, shape (k,), and a cut unless the hidden cells suffice. There
    is no change where even all cells that can be hidden do not suffice.
    """
    fixed = block.shown.copy()
    fixed[list(still)] = True
    for cells, rows, wide in neighbours.around(wanted[0], hidden):
        cells = cells[~fixed[cells]]
        answer = _solve(block, hidden, wanted, cells, rows)
        enough = answer.status != INFEASIBLE and (answer.fun <= TOLERANCE or wide)
        if enough or (still and wide):  # what insiders ask for is only sought nearby
            break
    if answer.status == INFEASIBLE:
        return None, None
    change = np.zeros(len(hidden))
    change[cells] = answer.x[: len(cells)]
    change[cells[~hidden[cells]]] -= answer.x[len(cells) :]
    if answer.fun <= TOLERANCE:
        return change, None
    # Any sum of relations is a relation, also one of those near the cell.
    weights = block.matrix[rows].T @ answer.eqlin.marginals
    return change, cut(block, weights, wanted, still)


def _solve(
    block: Block, hidden: np.ndarray, wanted: tuple[int, int], cells: np.ndarray, rows: np.ndarray
) -> OptimizeResult:
    cell, need = wanted
    open_ = np.flatnonzero(~hidden[cells])  # what these change costs, upwards and downwards
    lost, counts = block.lost[cells], block.counts[cells]
    least = np.concatenate([np.where(hidden[cells], -counts, 0), np.zeros(len(open_))])
    most = np.concatenate([np.full(len(cells), np.inf), counts[open_]])
    place = int(np.searchsorted(cells, cell))
    least[place] = most[place] = need
    part = block.matrix[rows][:, cells]
    answer = linprog(
        np.concatenate([np.where(hidden[cells], 0, lost), lost[open_]]),
        A_eq=hstack([part, -part[:, open_]]) if len(rows) else None,
        b_eq=np.zeros(len(rows)) if len(rows) else None,
        bounds=np.column_stack([least, most]),
        method="highs",
        options={"presolve": len(cells) > SMALL},
    )
    if not answer.success and answer.status != INFEASIBLE:
        raise RuntimeError(f"The attacker's programme was not solved: {answer.message}")
    return answer


def cut(
    block: Block, weights: np.ndarray, wanted: tuple[int, int], still: tuple[int, ...] = ()
) -> csr_array | None:
    """Turn ``weights @ change == 0``, true of every change, into a cut, if it asks for anything.

    Cuts have shape (1, k).

    The other cells must make up for ``weights[cell] * need``. A hidden one can, without limit
    upwards and by its count downwards. What cells that are hidden in any case give is always there.
    """
    cell, need = wanted
    room = np.where(weights > TOLERANCE, np.inf, np.maximum(-weights, 0) * block.counts)
    room[[cell, *still]] = 0
    missing = -weights[cell] * need - room[block.forced].sum()
    if missing <= TOLERANCE:
        return None
    share = np.minimum(np.where(block.forced, 0, room) / missing, 1)
    return csr_array(share.reshape(1, -1))
