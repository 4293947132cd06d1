"""What an attacker who counts whole people can derive: of hidden counts, and of rounded ones.

``intervals`` lets a count be 2.5 people, which is quick but may look safer than it is. Here every
count is whole.

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), sections 4.3 and 5.5.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from shared.disclosure.relations import Relation, components, relation_matrix, rows_of

TOLERANCE = 1e-6  # people; the solvers are accurate to about 1e-7
UNBOUNDED = 3  # a status code of linprog


def whole_intervals(
    values: np.ndarray,
    relations: Sequence[Relation],
    hidden: np.ndarray,
    cells: Iterable[int] | None = None,
) -> np.ndarray:
    """Return the lowest and highest whole count that can be derived of each cell, shape (n, 2).

    values : counts of people, shape (n,). Those of hidden cells are not read.
    hidden : bool, shape (n,), True = not shown.
    cells  : the cells to attack; all if None. Hidden cells that are not attacked have NaN.
    A cell without upper limit has highest == inf.
    Raises ValueError when no whole counts fit the shown ones.
    """
    least = np.where(hidden, 0, values).astype(float)
    most = np.where(hidden, np.inf, values).astype(float)
    return _derivable(relations, least, most, cells)


def rounded_intervals(
    rounded: np.ndarray,
    relations: Sequence[Relation],
    base: int,
    known: Mapping[int, int] | None = None,
    cells: Iterable[int] | None = None,
) -> np.ndarray:
    """Return the lowest and highest true count that can be derived of rounded ones, shape (n, 2).

    rounded : published counts, shape (n,). The reader knows that each is less than ``base`` from
        the true count, and that the true counts add up too.
    known   : cell -> its true count, for those that the reader knows from elsewhere.
    cells   : the cells to attack; all if None. Cells that are not attacked have NaN.
    Raises ValueError when no whole counts fit, as when a count was moved by more than the base.
    """
    least = np.maximum(np.asarray(rounded) - (base - 1), 0).astype(float)
    most = np.asarray(rounded) + (base - 1.0)
    for cell, count in (known or {}).items():
        least[cell] = most[cell] = count
    return _derivable(relations, least, most, cells)


def _derivable(
    relations: Sequence[Relation], least: np.ndarray, most: np.ndarray, cells: Iterable[int] | None
) -> np.ndarray:
    """Attack cells that lie between these limits."""
    matrix = relation_matrix(relations, len(least))
    unknown = np.flatnonzero(least < most)
    wanted = unknown if cells is None else np.intersect1d(unknown, list(cells))
    shown = np.where(least < most, 0, least)
    known = np.column_stack([shown, shown])
    known[unknown] = np.nan
    for group in components(matrix[:, unknown]):
        places = unknown[group]
        rows = rows_of(matrix, places)
        attacked = np.flatnonzero(np.isin(places, wanted))
        block = _Block(
            matrix[rows][:, places], -(matrix[rows] @ shown), least[places], most[places]
        )
        known[places[attacked]] = block.extremes(attacked)
    return known


class _Block:
    """Unknown cells that relations link: all whole x between limits, ``matrix @ x == sums``."""

    def __init__(
        self, matrix: csr_array, sums: np.ndarray, least: np.ndarray, most: np.ndarray
    ) -> None:
        self.matrix, self.sums = matrix, sums
        self.least, self.most = least, most

    def extremes(self, cells: np.ndarray) -> np.ndarray:
        """Return the lowest and highest count of each of the cells, shape (len(cells), 2)."""
        low, high = np.full(len(self.least), np.inf), np.full(len(self.least), -np.inf)
        found = np.zeros((len(cells), 2))
        for row, cell in enumerate(cells):
            for column, sign in enumerate((1, -1)):
                reached = (low[cell] == self.least[cell], high[cell] == self.most[cell])[column]
                if not reached:
                    witness = self._extreme(cell, sign)
                    if witness is None:
                        found[row, column] = np.inf
                        continue
                    low, high = np.minimum(low, witness), np.maximum(high, witness)
                found[row, column] = (low[cell], high[cell])[column]
        return found

    def _extreme(self, cell: np.integer, sign: int) -> np.ndarray | None:
        """Return whole counts where ``sign`` times the cell is least; None if without limit."""
        objective = np.zeros(len(self.least))
        objective[cell] = sign
        answer = linprog(
            objective,
            A_eq=self.matrix,
            b_eq=self.sums,
            bounds=np.column_stack([self.least, self.most]),
            options={"presolve": False},
        )
        if answer.status == UNBOUNDED:
            return None
        if answer.success and np.abs(answer.x - answer.x.round()).max() > TOLERANCE:
            rows = LinearConstraint(self.matrix, self.sums, self.sums)
            bounds = Bounds(self.least, self.most)
            answer = milp(objective, integrality=1, bounds=bounds, constraints=rows)
        if answer.x is None:
            raise ValueError(f"No whole counts fit what is shown: {answer.message}")
        return answer.x.round() + 0.0  # no -0.0
