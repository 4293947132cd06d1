"""Seconds and peak memory of protecting the counts of 8 groups, and of 290.

    .venv/bin/python benchmarks/protecting.py [--groups 8 290]

Simulates three linked tables of each group (part, status and status later, each by gender, with
common totals), of groups of 20 to 300 people, and their sums over all groups. Prints the cells,
how many are small, how many are hidden, the processor's seconds, and the peak of memory so far.
"""

import argparse
import resource
import sys
import time

import numpy as np

from shared.disclosure.relations import Relation
from shared.disclosure.suppress import suppress

PARTS = (4, 6, 6)  # categories of the three tables
GENDERS = 2
MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10  # in the units of the system's peak


def main() -> None:
    """Protect systems of the sizes asked for, the smallest first."""
    parser = argparse.ArgumentParser(description="Time the protection of counts.")
    parser.add_argument("--groups", type=int, nargs="+", default=[8, 290])
    print("groups  cells  small  hidden  seconds  MB")
    for groups in sorted(parser.parse_args().groups):
        counts, relations = simulated(groups)
        start = time.process_time()
        hidden = suppress(counts, relations)
        seconds = time.process_time() - start
        small = ((counts > 0) & (counts < 5)).sum()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
        print(f"{groups:6} {len(counts):6} {small:6} {hidden.sum():7} {seconds:8.1f} {peak:4.0f}")


def simulated(groups: int, seed: int = 0) -> tuple[np.ndarray, list[Relation]]:
    """Return the counts of all groups' tables and of their sums, and how they add up."""
    rng = np.random.default_rng(seed)
    people = rng.integers(20, 301, size=groups)
    counts: list[np.ndarray] = []
    relations: list[Relation] = []
    first = 0
    women = rng.binomial(people, 0.5)
    totals: list[np.ndarray] = []
    for parts in PARTS:
        shares = rng.dirichlet(np.ones(parts), size=GENDERS)
        both = np.column_stack([women, people - women])
        inner = np.stack([rng.multinomial(both[:, sex], shares[sex]) for sex in range(GENDERS)])
        table = inner.transpose(1, 2, 0)  # group, part, gender
        for axis in range(3):
            table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
        index = np.arange(table.size).reshape(table.shape) + first
        relations += _sums(index)
        totals.append(index[:, -1].ravel())
        counts.append(table.ravel())
        first += table.size
    for later in totals[1:]:  # the same people, in all tables
        pairs = zip(totals[0].tolist(), later.tolist(), strict=True)
        relations += [Relation(cell, (same,)) for cell, same in pairs]
    return np.concatenate(counts), relations


def _sums(index: np.ndarray) -> list[Relation]:
    return [
        Relation(line[-1], tuple(line[:-1]))
        for axis in range(index.ndim)
        for line in np.moveaxis(index, axis, -1).reshape(-1, index.shape[axis]).tolist()
    ]


if __name__ == "__main__":
    main()
