"""What a reader could take for the truth: changes of hidden counts that keep every sum."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from shared.disclosure.intervals import TOLERANCE

ACCURACY = 1e-4  # people; rounding errors add up in long sums


@dataclass(frozen=True)
class Block:
    """Cells that relations link, directly or not, each of them different from the others."""

    matrix: csr_array  # shape (m, k); matrix @ counts == 0
    counts: np.ndarray  # shape (k,)
    lost: np.ndarray  # information lost by hiding a cell, shape (k,)
    forced: np.ndarray  # bool, shape (k,): hidden in any case
    shown: np.ndarray  # bool, shape (k,): cannot be hidden
    unseen: np.ndarray  # bool, shape (k,): never shown, whatever hides them
    needs: Sequence[tuple[int, int]]  # (cell, change from its count) that must look possible
    people: np.ndarray | None  # whose cell it is, of cells of one person; None without insiders

    @property
    def alone(self) -> np.ndarray:
        """Cells of one person, who knows it."""
        return (self.counts == 1) & ~self.shown if self.people is not None else self.shown & False


class Witnesses:
    """Changes that keep all relations, and which needs of a block they meet."""

    def __init__(self, block: Block) -> None:
        self._block = block
        self._alone = block.alone
        self._of_need: dict[int, list[tuple[frozenset[int], frozenset[int]]]] = {}
        self._given_up: set[tuple[int, int | None]] = set()
        self._mates: dict[int, set[int]] = {}
        self._needs_of: dict[int, list[int]] = {}
        for number, (cell, _) in enumerate(block.needs):
            self._needs_of.setdefault(cell, []).append(number)

    def missing(self, number: int) -> Iterator[tuple[int, ...]]:
        """Yield the cells that must stay as they are in the witness that is wanted next."""
        if not self._of_need.get(number) and (number, None) not in self._given_up:
            yield ()
        while known := self._known(number):
            yield (min(known),)

    def add(self, change: np.ndarray) -> None:
        """Keep a change as a witness of all needs that it meets.

        Raises RuntimeError for a change that breaks a sum: the solver cannot be trusted then.
        """
        broken = np.abs(self._block.matrix @ change).max(initial=0)
        if max(broken, -(self._block.counts + change).min()) > ACCURACY:
            raise RuntimeError(
                "The attacker's programme gave counts that do not add up. Nothing was protected; "
                "report the tables' structure as a fault."
            )
        support = np.flatnonzero(np.abs(change) > TOLERANCE)
        used = frozenset(support.tolist())
        ones = frozenset(support[self._alone[support]].tolist())
        for cell in used:
            for number in self._needs_of.get(cell, ()):
                need = self._block.needs[number][1]
                if change[cell] * np.sign(need) >= abs(need) - TOLERANCE:
                    self._of_need.setdefault(number, []).append((used, ones))

    def give_up(self, number: int, still: tuple[int, ...]) -> None:
        """Ask no more for a witness in which a cell stays as it is, or for any."""
        self._given_up.add((number, still[0] if still else None))

    def _known(self, number: int) -> set[int]:
        """Return who knows every witness of a need to be false."""
        found = self._of_need.get(number)
        cell, need = self._block.needs[number]
        people = self._block.people
        if not found or people is None or need < 0:
            return set()
        common = frozenset.intersection(*(ones for _, ones in found))
        other = {one for one in common & self._together(cell) if people[one] != people[cell]}
        return {one for one in other if (number, one) not in self._given_up}

    def _together(self, cell: int) -> set[int]:
        """Return the cells that are in a sum together with a cell."""
        if cell not in self._mates:
            rows = self._block.matrix[:, [cell]].nonzero()[0]
            self._mates[cell] = set(self._block.matrix[rows].indices.tolist())
        return self._mates[cell]
