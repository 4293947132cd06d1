"""What is settled of cells before any is chosen: shown, never shown, known to insiders.

All patterns are tried, and what follows from each is told by `intervals`, whose answers are held
against counting out every table that fits.
"""

from itertools import product

import numpy as np
import pytest

from shared.disclosure.intervals import intervals
from shared.disclosure.relations import Relation
from shared.disclosure.suppress import suppress

SUM = [Relation(0, (1, 2, 3))]


def crossed(inner):
    """Return the counts of a two-way table, its totals last in each line, and its relations."""
    table = np.pad(np.array(inner), ((0, 1), (0, 1)))
    table[:-1, -1] = table[:-1, :-1].sum(axis=1)
    table[-1] = table[:-1].sum(axis=0)
    index = np.arange(table.size).reshape(table.shape)
    lines = [*index.tolist(), *index.T.tolist()]
    return table.ravel(), [Relation(line[-1], tuple(line[:-1])) for line in lines]


def hides(values, relations=SUM, **settled):
    return np.flatnonzero(suppress(np.array(values), relations, **settled)).tolist()


def reached(values, relations, hidden, settled):
    """Return which needs look possible: of all readers, and of each insider about another."""
    out = set(settled["shown"])
    small = [c for c, n in enumerate(values) if 1 <= n < 5 and c not in out | set(settled["free"])]
    wanted = [(c, 5) for c in small] + [(c, 1) for c in small]
    wanted += [(c, values[c] + by) for c, by in settled["needs"] if c not in out]
    low, high = intervals(values, relations, hidden).T
    met = {("all", c, n): bool(hidden[c] and low[c] <= n <= high[c]) for c, n in wanted}
    for one in np.flatnonzero((values == 1) & hidden) if settled["insiders"] else ():
        known = hidden.copy()
        known[one] = False
        high = intervals(values, relations, known)[:, 1]
        for other in small:
            both = [r for r in relations if {one, other} <= {r.total, *r.parts}]
            sums = [r.total in (one, other) for r in both]
            themselves = values[other] == 1 and any(sums)
            if other != one and both and not themselves:
                met["insider", int(one), other] = bool(hidden[other] and high[other] >= 5)
    return met


def cheapest(values, relations, settled, price):
    """Return the least price of a safe pattern, by trying all; None where there is none."""
    size = len(values)
    widest = np.array([cell not in settled["shown"] for cell in range(size)])
    possible = reached(values, relations, widest, settled)
    if not all(met for (who, *_), met in possible.items() if who == "all"):
        return None
    asked = {need for need, met in possible.items() if met}
    must = [c for who, c, _ in possible if who == "all"]
    lines = [[r.total, *r.parts] for r in relations]
    choices = [
        (False,) if not widest[c] else (True,) if c in {*must, *settled["unseen"]} else (0, 1)
        for c in range(size)
    ]
    patterns = np.array(list(product(*choices)), dtype=bool)
    for pattern in patterns[np.argsort(patterns @ price, kind="stable")]:
        if any(
            pattern[line].sum() == 1 and pattern[line][line.index(c)]
            for line in lines
            for c in must
            if c in line
        ):
            continue
        met = reached(values, relations, pattern, settled)
        if all(met[need] for need in asked if need in met):
            return pattern @ price
    raise AssertionError("The widest pattern is safe.")


def drawn(seed):
    """Return a random small table and what is settled of it."""
    rng = np.random.default_rng(seed)
    values, relations = crossed(rng.choice([0, 1, 1, 2, 4, 7, 12], size=(2, 3)))
    cells = rng.permutation(len(values)).tolist()
    large = [int(cell) for cell in cells[3:] if values[cell] >= 5]
    return (
        values,
        relations,
        {
            "shown": cells[: seed % 3],
            "unseen": cells[2:4],
            "free": cells[2:3],
            "needs": [(large[0], -2)] if large else [],
            "insiders": bool(seed % 2),
        },
    )


@pytest.mark.parametrize("seed", range(24))
def test_settled_cells_cost_as_little_as_trying_all(seed):
    values, relations, settled = drawn(seed)
    totals = np.bincount([r.total for r in relations], minlength=len(values))
    price = np.maximum(values, 1) * 3 ** np.minimum(totals, 3)
    price[settled["unseen"]] = 0
    least = cheapest(values, relations, settled, price)
    if least is None:
        with pytest.raises(ValueError, match="cannot be protected any more"):
            suppress(values, relations, **settled)
    else:
        hidden = suppress(values, relations, **settled)
        assert not hidden[settled["shown"]].any()
        assert hidden[list({*settled["unseen"]} - {*settled["shown"]})].all()
        assert hidden @ price == least


def test_drawn_tables_are_protected_and_refused():
    refused = []
    for seed in range(24):
        values, relations, settled = drawn(seed)
        try:
            suppress(values, relations, **settled)
        except ValueError:
            refused.append(seed)
    assert 3 < len(refused) < 21


def test_shown_cell_is_spared_and_another_hidden():
    assert hides([30, 2, 8, 20]) == [1, 2]
    assert hides([30, 2, 8, 20], shown=[2]) == [1, 3]


def test_small_count_that_is_out_needs_no_protection():
    assert hides([30, 2, 8, 20], shown=[1]) == []
    assert hides([30, 2, 8, 20], shown=[1], needs=[(1, -2)]) == []


def test_equal_of_a_shown_cell_is_shown():
    assert hides([2, 2], [Relation(0, (1,))], shown=[0]) == []


def test_what_follows_from_shown_cells_is_named():
    with pytest.raises(ValueError, match=r"Cells \[1\] follow from what is shown"):
        hides([30, 2, 8, 20], shown=[0, 2, 3])


def test_unseen_cells_protect_for_nothing():
    # The 20 lies between two tables and is never shown: the 8 need not be hidden.
    assert hides([30, 2, 8, 20], unseen=[3]) == [1, 3]


def test_equal_that_is_never_seen_does_not_make_a_cell_dearer():
    relations = [*SUM, Relation(2, (4,))]
    assert hides([22, 2, 8, 12, 8], relations, unseen=[4]) == [1, 2, 4]


def test_unseen_small_count_is_protected_unless_free():
    assert hides([30, 2, 8, 20], unseen=[1]) == [1, 2]
    assert hides([30, 2, 8, 20], unseen=[1], free=[1]) == [1]


def test_unanimous_cell_is_hidden_with_another():
    # All 7 of the 7: two fewer must look possible, and the zero gives room.
    assert hides([7, 7, 0], [Relation(0, (1, 2))], needs=[(1, -2)]) == [1, 2]


def test_insider_does_not_learn_of_the_others():
    # Whoever is the 1 would know the 4 from 5 hidden in all.
    values, relations = [20, 1, 4, 15, 0], [Relation(0, (1, 2, 3, 4))]
    assert hides(values, relations) == [1, 2]
    assert hides(values, relations, insiders=True) == [1, 2, 3]


def test_insider_knows_the_sums_of_one_person_as_well():
    values, relations = crossed([[1, 0], [30, 40]])
    assert hides(values, relations, insiders=True) == hides(values, relations)


@pytest.mark.parametrize("seed", range(6))
def test_numbering_of_cells_does_not_change_the_loss(seed):
    values, relations = crossed(np.random.default_rng(seed).poisson(5, size=(4, 3)))
    order = np.random.default_rng(seed).permutation(len(values))  # old -> new
    renamed = np.empty_like(values)
    renamed[order] = values
    again = [Relation(order[r.total], tuple(order[list(r.parts)])) for r in relations]
    totals = np.bincount([r.total for r in relations], minlength=len(values))
    price = np.maximum(values, 1) * 3**totals
    one = suppress(values, relations, insiders=True)
    other = suppress(renamed, again, insiders=True)[order]
    assert price[one].sum() == price[other].sum()


@pytest.mark.parametrize("seed", range(4))
def test_intervals_equal_those_of_all_tables_that_fit(seed):
    rng = np.random.default_rng(seed)
    values, relations = crossed(rng.integers(0, 4, size=(2, 3)))
    hidden = rng.random(len(values)) < 0.7
    hidden[[3, 7]] = False  # the rows' sums are shown, so only so many tables fit
    rows = [
        [row for row in product(range(int(values[at]) + 1), repeat=3) if sum(row) == values[at]]
        for at in (3, 7)
    ]
    tables = np.array([crossed(inner)[0] for inner in product(*rows)])
    fit = tables[(tables[:, ~hidden] == values[~hidden]).all(axis=1)]
    expected = np.column_stack([fit.min(axis=0), fit.max(axis=0)])
    assert intervals(values, relations, hidden).tolist() == expected.tolist()
