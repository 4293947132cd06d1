"""How cells of tables add up: the sums that every reader knows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components


@dataclass(frozen=True)
class Relation:
    """A sum every reader knows: ``values[total] == sum(values[parts])``.

    A single part states that two cells are the same count.
    """

    total: int
    parts: tuple[int, ...]


def checked_counts(values: np.ndarray, relations: Sequence[Relation]) -> np.ndarray:
    """Return the counts as integers; raise ValueError for no counts, or sums that do not hold."""
    given = np.asarray(values)
    wrong = np.flatnonzero(~((given >= 0) & (given == np.floor(given))))
    if len(wrong):
        raise ValueError(f"Cells {wrong.tolist()} are not counts. Use whole numbers from 0.")
    counts = given.astype(np.int64)
    for relation in relations:
        cells = [relation.total, *relation.parts]
        if min(cells) < 0 or max(cells) >= len(counts):
            raise ValueError(f"{relation} names a cell that is not in 0 to {len(counts) - 1}.")
        if counts[relation.total] != counts[list(relation.parts)].sum():
            raise ValueError(f"{relation} does not hold. Use counts from before any rounding.")
    return counts


def relation_matrix(relations: Sequence[Relation], size: int) -> csr_array:
    """Return one row per relation, shape (m, size): 1 for a part, -1 for the total."""
    entries = [
        (row, cell, sign)
        for row, relation in enumerate(relations)
        for cell, sign in [(relation.total, -1), *((part, 1) for part in relation.parts)]
    ]
    row, cell, sign = np.array(entries, dtype=int).reshape(-1, 3).T
    matrix = csr_array((sign, (row, cell)), shape=(len(relations), size))
    matrix.eliminate_zeros()  # a total that is its own part
    return matrix


def rows_of(matrix: csr_array, cells: np.ndarray) -> np.ndarray:
    """Return the relations that name any of the cells."""
    return np.flatnonzero(np.diff(matrix[:, cells].indptr))


def components(matrix: csr_array) -> list[np.ndarray]:
    """Return the columns of each set that rows link, directly or not."""
    count, label = connected_components(abs(matrix.T) @ abs(matrix), directed=False)
    return [np.flatnonzero(label == number) for number in range(count)]
