"""The linear model of a published appraisal, and what printed figures say together about it.

A participant costs C and gains G a year, n take part. After y years the profit per participant is
y * G - C, in total n times that, and payback takes 12 * C / G months. In the unknowns (G, C, 1/n)
each printed interval is a pair of linear bounds (``feasible`` says what they leave possible).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from shared.economics.reconcile.printed import Figure

Vector = tuple[float, float, float, float, float]  # weights of gain, cost, share, one, long_gain
ONE: Vector = (0, 0, 0, 1, 0)
GAIN: Vector = (1, 0, 0, 0, 0)
SHARE: Vector = (0, 0, 1, 0, 0)  # 100 / n
LONG_GAIN: Vector = (0, 0, 0, 0, 1)  # of all years to the long horizon, when it is not linear
KR = 1e5  # kr per unit of gain and cost, to reckon with numbers near 1
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
    one too small to pay the cost back within the years that the table looks at. That tables also
    print it of the short horizon alone is a reading (``conventions``), not the claim.
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


def _profit(cell: str, per_participant: Vector) -> Quantity:
    scale, bottom = (100 * KR, SHARE) if cell in TOTALS else (KR, ONE)
    gain, cost, share, one, long_gain = (scale * weight for weight in per_participant)
    return Quantity((gain, cost, share, one, long_gain), bottom)
