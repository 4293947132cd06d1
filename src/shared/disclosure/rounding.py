"""Controlled rounding: every count a multiple of the base, and all sums still right.

Rounding each count by itself breaks the sums, and sums that are wrong tell which way their parts
went. Here all cells of linked tables are rounded at once, with as little change as possible.

Source: Salazar (2006), Mathematical Programming 105, 583-603; Handbook on Statistical Disclosure
Control, 2nd ed. (2024), section 5.5.
"""

from collections.abc import Sequence

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, OptimizeResult, milp
from scipy.sparse import csr_array, eye_array, hstack

from shared.disclosure.relations import (
    Relation,
    checked_counts,
    components,
    relation_matrix,
    rows_of,
)

# How many bases a count may be moved beyond its two neighbours; the next only where one fails.
EXTRA_STEPS = (0, 1, 2, 4, np.inf)
# Work is limited in branch-and-bound nodes, not seconds: a release must be the same everywhere.
MAX_NODES = 100
# Linked cells may miss the least by this share of what is gained over rounding them all down:
# to prove the last person of 3,000 cells takes ten times as long as to find the other 99 of 100.
GAP = 0.01


def controlled_round(
    values: np.ndarray,
    relations: Sequence[Relation],
    *,
    base: int = 5,
    fixed: np.ndarray | None = None,
) -> np.ndarray:
    """Return the counts rounded to multiples of the base, int, shape (n,); every relation holds.

    values    : counts of people, shape (n,), whole and not negative.
    relations : every sum that links the cells, over all tables that are shown together.
    fixed     : what earlier releases told of each cell, shape (n,), -1 where nothing: kept as is.
    A count becomes one of its two neighbouring multiples, and a multiple stays, unless the sums
    cannot hold so; then the linked cells may go further. ``sum(abs(rounded - values))`` is the
    least there is, to within GAP. The same input gives the same result.
    Raises ValueError for a count that is negative or not whole, a relation that does not hold for
    the counts, a fixed value that is not a multiple, and fixed values that no sums allow.
    """
    counts = checked_counts(values, relations)
    told = np.full(len(counts), -1) if fixed is None else np.asarray(fixed, dtype=np.int64)
    wrong = np.flatnonzero((told >= 0) & (told % base != 0))
    if len(wrong):
        raise ValueError(f"Cells {wrong.tolist()} are fixed but no multiples of {base}. Round all.")
    matrix = relation_matrix(relations, len(counts))
    rounded = np.zeros(len(counts), dtype=np.int64)
    for cells in components(matrix):
        rows = rows_of(matrix, cells)
        steps = _nearest(matrix[rows][:, cells], counts[cells], told[cells], base)
        if steps is None:
            broken = relations[rows[_broken(matrix[rows][:, cells], told[cells] // base)]]
            raise ValueError(
                f"{broken} cannot hold with what was told earlier. Withdraw the earlier release, "
                "or leave the table out."
            )
        rounded[cells] = steps * base
    return rounded


def _nearest(
    matrix: csr_array, counts: np.ndarray, told: np.ndarray, base: int
) -> np.ndarray | None:
    """Return the rounded counts in bases, shape (k,), or None if the told ones rule out all."""
    free = told < 0
    down = np.where(free, counts, told) // base
    rest = np.where(free, counts % base, 0)
    if not matrix.shape[0]:
        return down + (2 * rest > base)
    for extra in EXTRA_STEPS:
        answer = _solve(matrix, down, rest, np.where(free, extra, 0), base)
        if answer.x is not None:
            up, above, below = answer.x.round().astype(np.int64).reshape(3, -1)
            return down + up + above - below
    return None


def _solve(
    matrix: csr_array, down: np.ndarray, rest: np.ndarray, extra: np.ndarray, base: int
) -> OptimizeResult:
    """Find steps up to the upper neighbour, above it, and below the lower one, shape (3k,)."""
    size = len(down)
    step = eye_array(size)
    sums = -(matrix @ down)
    rank = np.arange(size) / size**2  # decides between roundings that are as near
    return milp(
        np.concatenate([base - 2 * rest + rank, base + rank, base + rank]),
        integrality=1,
        bounds=Bounds(0, np.concatenate([rest > 0, extra, np.minimum(extra, down)])),
        constraints=LinearConstraint(matrix @ hstack([step, step, -step]), sums, sums),
        options={"mip_rel_gap": GAP, "node_limit": MAX_NODES},
    )


def _broken(matrix: csr_array, told: np.ndarray) -> int:
    """Return the most told relation among those that break when sums miss as little as can be."""
    gaps = eye_array(matrix.shape[0])
    none = np.zeros(2 * matrix.shape[0])
    answer = milp(
        np.concatenate([np.zeros(len(told)), none + 1]),
        integrality=1,
        bounds=Bounds(
            np.concatenate([np.maximum(told, 0), none]),
            np.concatenate([np.where(told < 0, np.inf, told), none + np.inf]),
        ),
        constraints=LinearConstraint(hstack([matrix, gaps, -gaps]), 0, 0),
    )
    missing = answer.x[len(told) :].reshape(2, -1).sum(axis=0)
    cells = abs(matrix)
    return int(np.argmax((missing > 0) * (cells @ (told >= 0)) / cells.sum(axis=1)))
