"""The linear model of a published appraisal, and what printed figures say together about it.

A participant costs C and gains G a year, n take part. After y years the profit per participant is
y * G - C, in total n times that, and payback takes 12 * C / G months. In the unknowns (G, C, 1/n)
each printed interval is a pair of linear bounds, so what figures can be true together is a
polytope. It is held by its corners: none means that the figures contradict, and the least and
greatest value of anything that is a ratio of linear sums lie at corners (Charnes and Cooper 1962,
Naval Research Logistics Quarterly 9, 181-186). With seven figures there are few; no solver is
needed.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np

from shared.economics.reconcile.printed import Figure

Vector = tuple[float, float, float, float, float]  # weights of gain, cost, share, one, long_gain
ONE: Vector = (0, 0, 0, 1, 0)
GAIN: Vector = (1, 0, 0, 0, 0)
SHARE: Vector = (0, 0, 1, 0, 0)  # 100 / n
LONG_GAIN: Vector = (0, 0, 0, 0, 1)  # of all years to the long horizon, when it is not linear
KR = 1e5  # kr per unit of gain and cost, to reckon with numbers near 1
BOX = 1e3  # gain and cost are at most 100 Mkr per participant, so that there are corners
MOST_PEOPLE = 1e5
NEAR = 1e-9  # a corner may be this far outside, relative to its size: rounding of the arithmetic
PARTICIPANTS, COST, PAYBACK = "participants", "cost_per_participant", "payback_months"
TOTALS = ("profit_total_short", "profit_total_long")
PER_PARTICIPANT = ("profit_pp_short", "profit_pp_long")
PROFITS = (*TOTALS, *PER_PARTICIPANT)
CELLS = (PARTICIPANTS, COST, PAYBACK, *PROFITS)


@dataclass(frozen=True)
class Horizons:
    """The years after which the two profits of a table are counted."""

    short: float = 1.0
    long: float = 5.0

    def years(self, cell: str) -> float:
        """Return the horizon of a column of profits."""
        return self.short if cell.endswith("short") else self.long


@dataclass(frozen=True)
class Quantity:
    """What a column means: the ratio of two weighted sums of the unknowns."""

    top: Vector
    bottom: Vector = ONE


@dataclass(frozen=True)
class Claim:
    """What a printed figure says: its quantity lies from ``low`` to ``high``."""

    quantity: Quantity
    low: float
    high: float


Claims = Mapping[str, Claim]
Range = tuple[float, float]
ANNUAL_GAIN = Quantity((KR, 0, 0, 0, 0))
YEARS_OF_GAIN = Quantity(LONG_GAIN, GAIN)


def claimed(cell: str, figure: Figure, horizons: Horizons) -> Claim:
    """Return what a figure in a column claims.

    A payback that is not reached claims no profit at the long horizon: a gain of 0 or less, or
    one too small to pay the cost back within the years that the table looks at.
    """
    if cell == PAYBACK and math.isinf(figure.number):
        return Claim(quantity("profit_pp_long", horizons), -math.inf, 0.0)
    return Claim(quantity(cell, horizons), figure.low, figure.high)


def quantity(cell: str, horizons: Horizons, *, gross: bool = False) -> Quantity:
    """Return what a column means; ``gross`` is a profit that the cost was not drawn from."""
    if cell == PARTICIPANTS:
        return Quantity((0, 0, 0, 100, 0), SHARE)
    if cell == COST:
        return Quantity((0, KR, 0, 0, 0))
    if cell == PAYBACK:
        return Quantity((0, 12, 0, 0, 0), GAIN)
    return _profit(cell, (horizons.years(cell), 0.0 if gross else -1.0, 0, 0, 0))


def nonlinear(cell: str) -> Quantity:
    """Return a long-run profit whose gains are anything, not the short run's continued."""
    return _profit(cell, (0, -1, 0, 0, 1))


def possible(claims: Claims) -> bool:
    """Return whether all claims can be true, for a whole number of participants."""
    if not len(_corners_of(claims)):
        return False
    if PARTICIPANTS in claims or not any(cell in claims for cell in TOTALS):
        return True
    low, high = implied(claims, quantity(PARTICIPANTS, Horizons())) or (1.0, 0.0)
    # In these unknowns all n in the range are possible, so one whole number in it is enough.
    return math.isinf(high) or math.ceil(max(low, 1.0) * (1 - NEAR)) <= high * (1 + NEAR)


def implied(claims: Claims, of: Quantity) -> Range | None:
    """Return the least and greatest value of a quantity under the claims, None if impossible.

    Kr, months or people; infinite where the claims set no bound. Between the two every value is
    possible (but for n, which is whole).
    """
    if not len(_corners_of(claims)):
        return None
    (low, high), (lower, higher) = (_extremes(_corners_of(claims, box), of) for box in (1.0, 2.0))
    # What grows with the box is bounded by nothing else.
    return (
        low if math.isclose(low, lower, rel_tol=1e-6, abs_tol=1e-6) else -math.inf,
        high if math.isclose(high, higher, rel_tol=1e-6, abs_tol=1e-6) else math.inf,
    )


def _profit(cell: str, per_participant: Vector) -> Quantity:
    scale, bottom = (100 * KR, SHARE) if cell in TOTALS else (KR, ONE)
    gain, cost, share, one, long_gain = (scale * weight for weight in per_participant)
    return Quantity((gain, cost, share, one, long_gain), bottom)


def _extremes(corners: np.ndarray, of: Quantity) -> Range:
    """Return the least and greatest ratio at corners of shape (corners, 5)."""
    top, bottom = corners @ np.array(of.top), corners @ np.array(of.bottom)
    bottom = np.where(np.abs(bottom) < NEAR, 0.0, bottom)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = top / bottom
    ratio = np.where((bottom == 0) & (np.abs(top) < NEAR), np.nan, ratio)
    return float(np.nanmin(ratio)), float(np.nanmax(ratio))


def _corners_of(claims: Claims, box: float = 1.0) -> np.ndarray:
    return _corners(tuple(claims.values()), box)


@lru_cache(maxsize=4096)
def _corners(claims: tuple[Claim, ...], box: float) -> np.ndarray:
    """Return the corners of what the claims allow, shape (corners, 5); ``box`` widens BOX."""
    bounds = _bounds(claims, box)
    unknowns = [0, 1, 2, 4] if bounds[:, 4].any() else [0, 1, 2]
    sides, limits = bounds[:, unknowns], -bounds[:, 3]
    chosen = _choices(len(bounds), len(unknowns))
    chosen = chosen[np.abs(np.linalg.det(sides[chosen])) > 1e-12]  # sides that meet in one point
    points = np.linalg.solve(sides[chosen], limits[chosen][..., None])[..., 0]
    slack = NEAR * (1 + np.abs(points).max(axis=1, keepdims=True))
    points = points[(points @ sides.T <= limits + slack).all(axis=1)]
    corners = np.zeros((len(points), 5))
    corners[:, unknowns], corners[:, 3] = points, 1.0
    return corners


@lru_cache
def _choices(of: int, size: int) -> np.ndarray:
    return np.array(list(combinations(range(of), size)))


def _bounds(claims: tuple[Claim, ...], box: float) -> np.ndarray:
    """Return weights of the unknowns whose sums may not exceed 0, shape (bounds, 5)."""
    most = box * BOX
    rows = [  # 1 <= n <= MOST_PEOPLE; gain and cost in the box, cost not below 0
        (0, 0, 1, -100, 0),
        (0, 0, -1, 100 / MOST_PEOPLE / box, 0),
        (1, 0, 0, -most, 0),
        (-1, 0, 0, -most, 0),
        (0, 1, 0, -most, 0),
        (0, -1, 0, 0, 0),
    ]
    if any(one.quantity.top[4] for one in claims):
        rows += [(0, 0, 0, -100 * most, 1), (0, 0, 0, -100 * most, -1)]
    sides = [np.array(row, dtype=float) for row in rows]
    for one in claims:
        top, bottom = np.array(one.quantity.top), np.array(one.quantity.bottom)
        sides += [-bottom] if one.quantity.bottom == GAIN else []
        sides += [one.low * bottom - top] if math.isfinite(one.low) else []
        sides += [top - one.high * bottom] if math.isfinite(one.high) else []
    bounds = np.array(sides)
    return bounds / np.abs(bounds[:, [0, 1, 2, 4]]).max(axis=1, keepdims=True)
