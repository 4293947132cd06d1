"""What an attacker can derive of hidden counts: linear programmes over all that could be true.

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), chapter 4.
"""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array

from shared.disclosure.relations import Relation, components, relation_matrix, rows_of

TOLERANCE = 1e-6  # people; the solvers are accurate to about 1e-7
UNBOUNDED = 3  # a status code of linprog


def intervals(values: np.ndarray, relations: Sequence[Relation], hidden: np.ndarray) -> np.ndarray:
    """Return the lowest and highest count a reader can derive for each cell, shape (n, 2).

    values : counts of people, shape (n,). Those of hidden cells are not read.
    hidden : bool, shape (n,), True = not shown.
    The reader knows the shown counts, the relations, and that no count is negative. A shown cell
    has lowest == highest; a cell without upper limit has highest == inf.
    Raises ValueError when no hidden counts fit the shown ones.
    """
    return _derivable(relation_matrix(relations, len(values)), values, hidden)


def _derivable(matrix: csr_array, values: np.ndarray, hidden: np.ndarray) -> np.ndarray:
    shown = np.where(hidden, 0, values).astype(float)
    known = np.column_stack([shown, shown])
    for cells, rows, sums in _unknowns(matrix, values, hidden):
        known[cells] = _extremes(matrix[rows][:, cells], sums)
    return known


def _unknowns(
    matrix: csr_array, values: np.ndarray, hidden: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Yield each set of linked hidden cells: the cells, their relations, and what these leave."""
    shown = np.where(hidden, 0, values).astype(float)
    unknown = np.flatnonzero(hidden)
    for group in components(matrix[:, unknown]):
        rows = rows_of(matrix, unknown[group])
        yield unknown[group], rows, -(matrix[rows] @ shown)


def _extremes(matrix: csr_array, sums: np.ndarray) -> np.ndarray:
    """Return least and greatest x over all x >= 0 with ``matrix @ x == sums``, shape (k, 2)."""
    size = matrix.shape[1]
    extremes = np.zeros((size, 2))
    seen = np.full(size, np.inf)  # least of each x so far
    for cell, (column, greatest) in product(range(size), [(1, True), (0, False)]):
        if column == 0 and seen[cell] <= TOLERANCE:
            continue
        answer = _extreme(matrix, sums, cell, greatest=greatest)
        if answer.status == UNBOUNDED:
            extremes[cell, column] = np.inf
            continue
        extremes[cell, column] = answer.x[cell]
        seen = np.minimum(seen, answer.x)
    return extremes.round(6) + 0.0  # no -0.0


def _extreme(
    matrix: csr_array, sums: np.ndarray, cell: np.integer | int, *, greatest: bool
) -> OptimizeResult:
    objective = np.zeros(matrix.shape[1])
    objective[cell] = -1 if greatest else 1
    answer = linprog(objective, A_eq=matrix, b_eq=sums, method="highs", options={"presolve": False})
    if not answer.success and answer.status != UNBOUNDED:
        raise ValueError(f"No hidden counts fit the shown ones: {answer.message}")
    return answer
