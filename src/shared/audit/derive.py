"""What follows of hidden counts: how low and how high each can be, and in words why.

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), chapter 4.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import OptimizeResult, linprog
from scipy.sparse import csr_array, eye_array, hstack, vstack

from shared.audit.system import System
from shared.disclosure.relations import components, relation_matrix, rows_of

TOLERANCE = 1e-6  # people; the solvers are accurate to about 1e-7
INFEASIBLE = 2  # a status code of linprog
LONGEST = 12  # terms of a derivation


class Contradictory(ValueError):
    """Shown counts that cannot all be true."""


class Attacker:
    """Finds which hidden counts of a system can be so low, or so high, and which cannot.

    Each solution found is a witness for every count in it.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        matrix = relation_matrix(system.relations, len(system.least))
        unknown = np.flatnonzero(system.least < system.most)
        self._blocks = [
            _Block(system, matrix, unknown[group]) for group in components(matrix[:, unknown])
        ]
        known = np.flatnonzero(system.least >= system.most)
        sums = matrix[:, known] @ system.least[known]
        whole = np.diff(matrix[:, unknown].indptr) == 0
        self._wrong = np.flatnonzero(whole & (np.abs(sums) > TOLERANCE))

    def contradictions(self) -> list[str]:
        """Name the counts whose shown parts add up to something else, and systems without truth."""
        wrong = [self._system.names[self._system.relations[row].total] for row in self._wrong]
        for block in self._blocks:
            try:
                block.start()
            except Contradictory:
                wrong.append(self._system.names[block.cells[0]])
        return wrong

    def highest(self, cells: Sequence[int], enough: float) -> dict[int, float]:
        """Return the highest that each can be, of those that cannot be as high as ``enough``."""
        return self._bound(cells, 1, enough)

    def lowest(self, cells: Sequence[int], enough: float) -> dict[int, float]:
        """Return the lowest that each can be, of those that cannot be as low as ``enough``."""
        return self._bound(cells, -1, enough)

    def knowing(self, cell: int, count: int) -> "Attacker":
        """Return the attacker who knows a count as well, and attacks what is linked to it."""
        knows = replace(
            self._system, least=self._system.least.copy(), most=self._system.most.copy()
        )
        knows.least[cell] = knows.most[cell] = count
        other = Attacker.__new__(Attacker)
        other._system, other._wrong = knows, self._wrong
        other._blocks = [
            _Block(knows, block.all_rows, block.cells)
            for block in self._blocks
            if cell in block.cells
        ]
        return other

    def derivation(self, cell: int, *, highest: bool) -> str:
        """Say in words why a count cannot be higher (or lower)."""
        for block in self._blocks:
            for place in np.flatnonzero(block.cells == cell):
                return block.words(int(place), 1 if highest else -1)
        return ""

    def _bound(self, cells: Sequence[int], sign: int, enough: float) -> dict[int, float]:
        wanted = np.array(sorted(cells), dtype=int)
        found: dict[int, float] = {}
        for block in self._blocks:
            places = np.flatnonzero(np.isin(block.cells, wanted))
            if len(places):
                found |= dict(block.out_of_reach(places, sign, enough))
        return found


class _Block:
    """Unknown counts that sums link: all x between limits with ``matrix @ x == sums``.

    matrix : all relations of the system; only those that name the cells count.
    """

    def __init__(self, system: System, matrix: csr_array, cells: np.ndarray) -> None:
        self.cells = cells
        self.all_rows = matrix[rows_of(matrix, cells)]
        self._system = system
        known = np.where(system.least < system.most, 0, system.least)
        known[cells] = 0
        self._matrix, self._sums = self.all_rows[:, cells], -(self.all_rows @ known)
        self._bounds = np.column_stack([system.least[cells], system.most[cells]])
        self._seen: np.ndarray | None = None  # lowest and highest so far, shape (2, k)

    def start(self) -> None:
        """Find any solution."""
        if self._seen is None:
            self._see(self._solve(np.zeros(len(self.cells))).x)

    def out_of_reach(
        self, places: np.ndarray, sign: int, enough: float
    ) -> Iterator[tuple[int, float]]:
        """Yield the counts that cannot be ``enough``, with the nearest that they can be."""
        self.start()
        left = self._short(places, sign, enough)
        while len(left):  # one programme that takes many of them as far as is asked
            self._see(self._together(left, sign, enough))
            before, left = left, self._short(left, sign, enough)
            if len(left) == len(before):
                break
        for place in left:
            if len(self._short(np.array([place]), sign, enough)) == 0:
                continue
            objective = np.zeros(len(self.cells))
            objective[place] = -sign
            answer = self._solve(objective)
            if answer.x is None:  # without limit
                continue
            self._see(answer.x)
            if sign * answer.x[place] < sign * enough - TOLERANCE:
                yield int(self.cells[place]), float(answer.x[place].round(6) + 0.0)

    def words(self, place: int, sign: int) -> str:
        """Return the equation from which a bound follows."""
        objective = np.zeros(len(self.cells))
        objective[place] = -sign
        answer = self._solve(objective)
        weights = self.all_rows.T @ answer.eqlin.marginals
        cell = self.cells[place]
        if abs(weights[cell]) <= TOLERANCE:
            return ""
        weights = -weights / weights[cell]
        weights[cell] = 0
        names, least, most = self._system.names, self._system.least, self._system.most
        used = np.flatnonzero(np.abs(weights) > TOLERANCE)
        known = [one for one in used if least[one] == most[one] and least[one]]
        terms = [
            f"{_signed(weights[one] * least[one])} ({names[one]})"
            for one in sorted(known, key=lambda one: -weights[one] * least[one])
        ]
        if len(terms) > LONGEST:
            terms = [*terms[:LONGEST], f"and {len(terms) - LONGEST} more"]
        exact = all(least[one] == most[one] for one in used)
        relation = "=" if exact else "at most" if sign > 0 else "at least"
        total = f"{relation} {answer.x[place]:g}"
        return f"{names[cell]}: {' '.join(terms).removeprefix('+ ')} {total}"

    def _short(self, places: np.ndarray, sign: int, enough: float) -> np.ndarray:
        assert self._seen is not None
        reached = self._seen[(sign + 1) // 2][places]
        return places[sign * reached < sign * enough - TOLERANCE]

    def _see(self, x: np.ndarray) -> None:
        if self._seen is None:
            self._seen = np.stack([x, x])
        self._seen = np.stack([np.minimum(self._seen[0], x), np.maximum(self._seen[1], x)])

    def _together(self, places: np.ndarray, sign: int, enough: float) -> np.ndarray:
        """Return a solution in which as many of the counts as possible come near ``enough``.

        What a count is short of it is a further unknown, of which the sum is least.
        """
        k, many = len(self.cells), len(places)
        chosen = csr_array((np.ones(many), (np.arange(many), places)), shape=(many, k))
        short = hstack([-sign * chosen, -eye_array(many)])
        sums = hstack([self._matrix, csr_array((self._matrix.shape[0], many))])
        answer = linprog(
            np.concatenate([np.zeros(k), np.ones(many)]),
            A_eq=sums,
            b_eq=self._sums,
            A_ub=vstack([short]),
            b_ub=np.full(many, -sign * enough),
            bounds=np.vstack([self._bounds, np.tile([0, np.inf], (many, 1))]),
            method="highs",
        )
        if answer.x is None:
            raise Contradictory(answer.message)
        return answer.x[:k]

    def _solve(self, objective: np.ndarray) -> OptimizeResult:
        answer = linprog(
            objective, A_eq=self._matrix, b_eq=self._sums, bounds=self._bounds, method="highs"
        )
        if answer.status == INFEASIBLE:
            raise Contradictory(answer.message)
        return answer


def _signed(number: float) -> str:
    return f"{'-' if number < 0 else '+'} {abs(number):g}"
