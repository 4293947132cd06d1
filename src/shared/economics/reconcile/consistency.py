"""Which printed figures of a project agree, and which cannot all be true."""

import math
from dataclasses import dataclass
from itertools import combinations

from shared.economics.reconcile.feasible import implied, possible
from shared.economics.reconcile.model import (
    ANNUAL_GAIN,
    CELLS,
    COST,
    KR,
    PARTICIPANTS,
    PAYBACK,
    PER_PARTICIPANT,
    PROFITS,
    TOTALS,
    Claims,
    Range,
)

Cells = tuple[str, ...]
MOST_IN_CONFLICT = 4
WHOLE_RANGE = {  # what a column can be at all, as far as the model says; other columns: anything
    PARTICIPANTS: (1.0, math.inf),
    COST: (0.0, math.inf),
    PAYBACK: (0.0, math.inf),
}


@dataclass(frozen=True)
class Gain:
    """Annual gain per participant in kr, as an interval; infinite ends where nothing bounds it."""

    low: float
    high: float
    estimate: float | None = None


@dataclass(frozen=True)
class Consistency:
    """What the figures of a project say together.

    conflicts : smallest sets of columns that cannot all be true, the smallest first.
    repairs   : the smallest sets of columns without which the others can all be true.
    status    : agrees, contradicts, untested or missing, for each of ``CELLS``.
    """

    conflicts: tuple[Cells, ...]
    repairs: tuple[Cells, ...]
    status: dict[str, str]

    @property
    def verdict(self) -> str:
        """Consistent, contradictory, or untestable: too few figures to agree or not."""
        if self.conflicts:
            return "contradictory"
        return "consistent" if "agrees" in self.status.values() else "untestable"


def consistency(claims: Claims) -> Consistency:
    """Return which of the claims agree with each other and with the linear model.

    Columns contradict when they are in a smallest repair; the others agree when those left bound
    them, so that another figure would have contradicted, and are untested when nothing does.
    """
    conflicts = () if possible(claims) else _conflicts(claims)
    repairs = _repairs(tuple(claims), conflicts)
    wrong = {cell for repair in repairs for cell in repair}
    sound = {cell: one for cell, one in claims.items() if cell not in wrong}
    status = {cell: _status(cell, claims, sound) for cell in CELLS}
    return Consistency(conflicts, repairs, status)


def without(claims: Claims, *cells: str) -> Claims:
    """Return the claims of the other columns."""
    return {cell: one for cell, one in claims.items() if cell not in cells}


def annual_gain(claims: Claims) -> Gain | None:
    """Return the annual gain that consistent claims imply, None when they do not bound it.

    Each profit gives it with the cost, (profit + cost) / years, and the interval is where these
    overlap, as a reader would find by hand. Without a cost it is the range under all claims. The
    estimate is the mean of what the profits per participant give, or else the middle.
    """
    found = {cell: _route(claims, cell) for cell in (*PROFITS, PAYBACK) if cell in claims}
    routes = {cell: route for cell, route in found.items() if route}
    low = max((route[0] for route in routes.values()), default=-math.inf)
    high = min((route[1] for route in routes.values()), default=math.inf)
    if math.isinf(low) or math.isinf(high) or PARTICIPANTS not in claims:
        low, high = implied(claims, ANNUAL_GAIN) or (low, high)
    if math.isinf(low) and math.isinf(high):
        return None
    if math.isinf(low) or math.isinf(high):
        return Gain(low, high)
    near = [_middle(claims, cell) for cell in PER_PARTICIPANT if cell in routes]
    estimate = sum(near) / len(near) if near else (low + high) / 2
    return Gain(low, high, min(max(estimate, low), high))


def gain_without_wrong(claims: Claims, repairs: tuple[Cells, ...]) -> Gain | None:
    """Return the interval that holds the gain whichever of the repairs is the right one."""
    gains = [annual_gain(without(claims, *repair)) for repair in repairs]
    known = [gain for gain in gains if gain]
    if len(known) < len(gains):
        return None
    low, high = min(gain.low for gain in known), max(gain.high for gain in known)
    return Gain(low, high, known[0].estimate if len(known) == 1 else None)


def _route(claims: Claims, cell: str) -> Range | None:
    needed = (COST, cell, PARTICIPANTS) if cell in TOTALS else (COST, cell)
    if COST not in claims:
        return None
    return implied({name: claims[name] for name in needed if name in claims}, ANNUAL_GAIN)


def _middle(claims: Claims, cell: str) -> float:
    """Return the gain by a profit per participant and the cost as printed."""
    one, cost = claims[cell], claims[COST]
    per_year, per_cost = one.quantity.top[:2]
    # A cost of 0 can only be more than that, so the middle of its interval is not what is printed.
    printed = (cost.low + cost.high) / 2 if cost.low > 0 else 0.0
    return ((one.low + one.high) / 2 * KR - per_cost * printed) / per_year


def _conflicts(claims: Claims) -> tuple[Cells, ...]:
    """Return the smallest sets that contradict.

    Of linear bounds on three unknowns four already contradict where all do (Helly 1923); larger
    sets can contradict only in that they leave no whole number of participants.
    """
    found: list[Cells] = []
    for size in range(1, len(claims) + 1):
        for cells in combinations(claims, size):
            if any(set(known) <= set(cells) for known in found):
                continue
            if size > MOST_IN_CONFLICT and PARTICIPANTS in cells:
                continue
            if not possible({cell: claims[cell] for cell in cells}):
                found.append(cells)
    return tuple(found)


def _repairs(cells: Cells, conflicts: tuple[Cells, ...]) -> tuple[Cells, ...]:
    for size in range(1, len(cells) + 1 if conflicts else 0):
        found = [
            chosen
            for chosen in combinations(cells, size)
            if all(set(chosen) & set(conflict) for conflict in conflicts)
        ]
        if found:
            return tuple(found)
    return ()


def _status(cell: str, claims: Claims, sound: Claims) -> str:
    if cell not in claims:
        return "missing"
    if cell not in sound:
        return "contradicts"
    low, high = implied(without(sound, cell), claims[cell].quantity) or (-math.inf, math.inf)
    least, most = WHOLE_RANGE.get(cell, (-math.inf, math.inf))
    if math.isinf(claims[cell].low):
        least = -math.inf  # not reached: the quantity is a profit
    return "agrees" if low > least + 1e-6 or high < most else "untested"
