"""The linear model: corners are held against scipy's linear programming."""

import random
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linprog

from shared.economics.reconcile.consistency import consistency
from shared.economics.reconcile.feasible import implied, possible
from shared.economics.reconcile.model import (
    ANNUAL_GAIN,
    CELLS,
    COST,
    PARTICIPANTS,
    Claim,
    Horizons,
    Quantity,
    quantity,
)

FIVE = Horizons()
PROFIT_PER_HEAD = quantity("profit_pp_long", FIVE)


def by_solver(claims, of):
    """Return the least value of a linear quantity by scipy, None when there is none."""
    sides = [(0, 0, 1, -100, 0), (0, 0, -1, 1e-3, 0), (1, 0, 0, -1e3, 0), (-1, 0, 0, -1e3, 0)]
    sides += [(0, 1, 0, -1e3, 0)]
    for claim in claims.values():
        top, bottom = np.array(claim.quantity.top), np.array(claim.quantity.bottom)
        sides += [-bottom, claim.low * bottom - top, top - claim.high * bottom]
    rows = np.array(sides, dtype=float)
    rows /= np.abs(rows).max(axis=1, keepdims=True)
    top = np.array(of.top) / 1e5
    free = (None, None)
    found = linprog(
        top, rows, np.zeros(len(rows)), [of.bottom], [1], [free, (0, None), free, free, (0, 0)]
    )
    return None if found.status == 2 else 1e5 * found.fun


def test_corners_agree_with_linear_programming():
    draw = random.Random(5)
    decided = []
    for _ in range(60):
        n, cost, gain = draw.randint(2, 50), draw.uniform(3e4, 9e4), draw.uniform(5e4, 2e5)
        true = {
            PARTICIPANTS: n,
            COST: cost,
            "payback_months": 12 * cost / gain,
            **{c: (n if "total" in c else 1) * (FIVE.years(c) * gain - cost) for c in CELLS[3:]},
        }
        claims = {}
        for cell in draw.sample(CELLS, 5):
            value = true[cell] * draw.choice([1, 1, 1, 1, 1.2])
            slack = 0 if cell == PARTICIPANTS else abs(value) * 0.02
            claims[cell] = Claim(quantity(cell, FIVE), value - slack, value + slack)
        claims[PARTICIPANTS] = Claim(quantity(PARTICIPANTS, FIVE), n, n)
        least = by_solver(claims, ANNUAL_GAIN)
        decided.append(possible(claims))
        assert decided[-1] == (least is not None)
        if least is not None:
            assert implied(claims, ANNUAL_GAIN)[0] == pytest.approx(least, rel=1e-5)
    assert 10 < sum(decided) < 50


def test_what_nothing_bounds_is_infinite():
    cost = {COST: Claim(quantity(COST, FIVE), 51_500, 52_500)}
    assert implied(cost, ANNUAL_GAIN) == (-np.inf, np.inf)
    assert implied(cost, quantity(COST, FIVE)) == pytest.approx((51_500, 52_500))


def test_participants_are_a_whole_number():
    def total(low, high):
        return Claim(quantity("profit_total_long", FIVE), low, high)

    head = {"profit_pp_long": Claim(PROFIT_PER_HEAD, 100_000, 100_000)}
    assert possible({**head, "profit_total_long": total(1_590_000, 1_610_000)})
    assert not possible({**head, "profit_total_long": total(1_540_000, 1_560_000)})


def test_claims_that_cannot_all_be_true_imply_nothing():
    claims = {"a": Claim(Quantity((1e5, 0, 0, 0, 0)), 1, 2), "b": Claim(ANNUAL_GAIN, 3, 4)}
    assert implied(claims, ANNUAL_GAIN) is None


def test_conflicts_are_those_of_all_subsets():
    # Four claims are enough to look at: held against every subset.
    draw = random.Random(11)
    for _ in range(12):
        low, high = draw.choice([(20, 20), (1, 60)])
        claims = {PARTICIPANTS: Claim(quantity(PARTICIPANTS, FIVE), low, high)}
        for cell in CELLS[1:]:
            heads = 20 if "total" in cell else 1
            middle = 6 if "payback" in cell else heads * draw.uniform(3e4, 2e5)
            claims[cell] = Claim(quantity(cell, FIVE), 0.8 * middle, 1.2 * middle)
        known = []
        for size in range(1, len(claims) + 1):
            for cells in combinations(claims, size):
                fresh = not any(set(one) <= set(cells) for one in known)
                if fresh and not possible({cell: claims[cell] for cell in cells}):
                    known.append(cells)
        assert list(consistency(claims).conflicts) == known
