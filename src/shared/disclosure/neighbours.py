"""Which cells are near a cell: its relations, the relations of their cells, and so on."""

from collections.abc import Collection, Iterator

import numpy as np
from scipy.sparse import csr_array

NEAR = 150  # cells; programmes of this size take milliseconds, and nearly always suffice
COMPANY = 24  # cells of one relation: of a sum over many groups a few are enough


Neighbourhood = tuple[np.ndarray, np.ndarray, bool]


class Neighbours:
    """The neighbourhoods of the cells of a relation matrix, shape (m, k)."""

    def __init__(self, matrix: csr_array, counts: np.ndarray) -> None:
        self._counts = counts.tolist()
        self._cells = _lists(matrix)
        self._rows = _lists(matrix.T.tocsr())
        self._all = np.arange(len(self._rows)), np.arange(len(self._cells))

    def around(self, cell: int, hidden: np.ndarray) -> Iterator[Neighbourhood]:
        """Yield cells around a cell, all relations that name them, and whether they are many.

        First some cells, then more, then all.

        Of long relations those cells come first that are hidden already, and the smallest.
        """
        for size in (NEAR, 4 * NEAR, 16 * NEAR):
            if size >= len(self._all[0]):
                break
            cells = self._nearest(cell, hidden, size)
            rows = sorted({row for one in cells for row in self._rows[one]})
            yield np.array(cells), np.array(rows), size > NEAR
        yield *self._all, True

    def _nearest(self, cell: int, hidden: np.ndarray, size: int) -> list[int]:
        found, reached, last = {cell}, set[int](), {cell}
        while len(found) < size and last:
            rows = {row for one in last for row in self._rows[one]} - reached
            reached |= rows
            last = {one for row in rows for one in self._company(row, hidden)} - found
            found |= set(self._first(last, hidden, size - len(found)))
        return sorted(found)

    def _company(self, row: int, hidden: np.ndarray) -> list[int]:
        return self._first(self._cells[row], hidden, COMPANY)

    def _first(self, cells: Collection[int], hidden: np.ndarray, most: int) -> list[int]:
        if len(cells) <= most:
            return list(cells)
        return sorted(cells, key=lambda one: (not hidden[one], self._counts[one], one))[:most]


def _lists(matrix: csr_array) -> list[list[int]]:
    ends = zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True)
    return [matrix.indices[first:last].tolist() for first, last in ends]
