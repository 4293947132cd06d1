"""What figures leave possible: whether all can be true, and what they imply.

What printed figures can be true together is a polytope in the unknowns of the model. It is held
by its corners: none means that the figures contradict, and the least and greatest value of
anything that is a ratio of linear sums lie at corners (Charnes and Cooper 1962, Naval Research
Logistics Quarterly 9, 181-186). With seven figures there are few; no solver is needed.
"""

import math
from functools import lru_cache
from itertools import combinations

import numpy as np

from shared.economics.reconcile.model import (
    ANNUAL_GAIN,
    GAIN,
    KR,
    PARTICIPANTS,
    SHARE,
    TOTALS,
    Claim,
    Claims,
    Horizons,
    Quantity,
    Range,
    quantity,
)

BOX = 1e3  # gain and cost are at most 100 Mkr per participant, so that there are corners
BEYOND = 10.0  # or so many times the largest amount that is printed
MOST_PEOPLE = 1e5
NEAR = 1e-9  # a corner may be this far outside, relative to its size: rounding of the arithmetic
PARALLEL = 1e-12  # determinant of sides that do not meet in one point
PEOPLE = quantity(PARTICIPANTS, Horizons())


def possible(claims: Claims) -> bool:
    """Return whether all claims can be true, for a whole number of participants."""
    if not len(_corners_of(claims)):
        return False
    if PARTICIPANTS in claims or not any(cell in claims for cell in TOTALS):
        return True
    low, high = implied(claims, PEOPLE) or (1.0, 0.0)
    # In these unknowns all n in the range are possible, so one whole number in it is enough.
    return math.isinf(high) or math.ceil(max(low, 1.0) * (1 - NEAR)) <= high * (1 + NEAR)


def implied(claims: Claims, of: Quantity) -> Range | None:
    """Return the least and greatest value of a quantity under the claims, None if impossible.

    Kr, months or people; infinite where the claims set no bound. Between the two every value is
    possible (but for n, which is whole).
    """
    if of.bottom != GAIN:
        return _range(claims, of)
    gain = _range(claims, ANNUAL_GAIN)
    if not gain or gain[1] <= 0:
        return gain and (math.inf, math.inf)  # without a gain the cost is never paid back
    found = _range({**claims, "gain": Claim(ANNUAL_GAIN, 0.0, math.inf)}, of)
    return (found[0], math.inf) if found and gain[0] <= 0 else found


def _range(claims: Claims, of: Quantity) -> Range | None:
    if not len(_corners_of(claims)):
        return None
    (low, high), (lower, higher) = (_extremes(_corners_of(claims, box), of) for box in (1.0, 2.0))
    # What grows with the box is bounded by nothing else.
    return (
        low if math.isclose(low, lower, rel_tol=1e-6, abs_tol=1e-6) else -math.inf,
        high if math.isclose(high, higher, rel_tol=1e-6, abs_tol=1e-6) else math.inf,
    )


def _extremes(corners: np.ndarray, of: Quantity) -> Range:
    """Return the least and greatest ratio at corners of shape (corners, 5)."""
    top, bottom = corners @ np.array(of.top), corners @ np.array(of.bottom)
    bottom = np.where(np.abs(bottom) < NEAR, 0.0, bottom)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = top / bottom
    ratio = np.where((bottom == 0) & (np.abs(top) < NEAR), np.nan, ratio)
    if np.isnan(ratio).all():  # 0 / 0 everywhere: it can be anything
        return -math.inf, math.inf
    return float(np.nanmin(ratio)), float(np.nanmax(ratio))


def _corners_of(claims: Claims, box: float = 1.0) -> np.ndarray:
    return _corners(tuple(claims.values()), box)


@lru_cache(maxsize=4096)
def _corners(claims: tuple[Claim, ...], box: float) -> np.ndarray:
    """Return the corners of what the claims allow, shape (corners, 5); ``box`` widens BOX."""
    share = _known_share(claims)
    bounds = _bounds(claims, box, share)
    unknowns = [0, 1] + ([2] if share is None else []) + ([4] if bounds[:, 4].any() else [])
    limits = -bounds[:, 3] - bounds[:, 2] * (share or 0.0)
    sides = bounds[:, unknowns]
    size = np.abs(sides).max(axis=1)
    sides, limits = sides / size[:, None], limits / size
    points = _meeting_points(sides, limits)
    slack = NEAR * (1 + np.abs(points).max(axis=1, keepdims=True))
    points = points[(points @ sides.T <= limits + slack).all(axis=1)]
    corners = np.zeros((len(points), 5))
    corners[:, 2] = share or 0.0
    corners[:, unknowns], corners[:, 3] = points, 1.0
    return corners


def _meeting_points(sides: np.ndarray, limits: np.ndarray) -> np.ndarray:
    """Return where as many sides as there are unknowns meet, shape (points, unknowns)."""
    chosen = _choices(*sides.shape)
    if sides.shape[1] > 2:
        chosen = chosen[np.abs(np.linalg.det(sides[chosen])) > PARALLEL]
        points: np.ndarray = np.linalg.solve(sides[chosen], limits[chosen][..., None])[..., 0]
        return points
    # Two unknowns, as in most rows: Cramer's rule is many times faster.
    (a, b), (c, d), (e, f) = sides[chosen[:, 0]].T, sides[chosen[:, 1]].T, limits[chosen].T
    size = a * d - b * c
    meet = np.abs(size) > PARALLEL
    return (np.stack([e * d - b * f, a * f - e * c])[:, meet] / size[meet]).T


def _known_share(claims: tuple[Claim, ...]) -> float | None:
    """Return 100 / n where participants are printed: counted, so exact, and one unknown less."""
    people = [one.low for one in claims if one.quantity == PEOPLE and one.low == one.high]
    return 100 / people[0] if people else None


@lru_cache
def _choices(of: int, size: int) -> np.ndarray:
    return np.array(list(combinations(range(of), size)))


def _bounds(claims: tuple[Claim, ...], box: float, share: float | None) -> np.ndarray:
    """Return weights of the unknowns whose sums may not exceed 0, shape (bounds, 5)."""
    people = 100 / share if share else 1.0
    amounts = [
        abs(end) / KR / (people if one.quantity.bottom == SHARE else 1.0)
        for one in claims
        for end in (one.low, one.high)
        if one.quantity != PEOPLE and not (share is None and one.quantity.bottom == SHARE)
    ]
    most = box * max([BOX, *(BEYOND * amount for amount in amounts if math.isfinite(amount))])
    rows = [  # gain and cost in the box, cost not below 0
        (1, 0, 0, -most, 0),
        (-1, 0, 0, -most, 0),
        (0, 1, 0, -most, 0),
        (0, -1, 0, 0, 0),
    ]
    if share is None:  # 1 <= n <= MOST_PEOPLE
        rows += [(0, 0, 1, -100, 0), (0, 0, -1, 100 / MOST_PEOPLE / box, 0)]
    if any(one.quantity.top[4] for one in claims):
        rows += [(0, 0, 0, -100 * most, 1), (0, 0, 0, -100 * most, -1)]
    sides = [np.array(row, dtype=float) for row in rows]
    for one in claims:
        if share is not None and one.quantity == PEOPLE:
            continue
        top, bottom = np.array(one.quantity.top), np.array(one.quantity.bottom)
        sides += [-bottom] if one.quantity.bottom == GAIN else []
        sides += [one.low * bottom - top] if math.isfinite(one.low) else []
        sides += [top - one.high * bottom] if math.isfinite(one.high) else []
    return np.array(sides)
