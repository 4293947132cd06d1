"""Appraisal of a programme: what a yearly gain is worth, its profit, and when the money is back.

Money is kr of one price year, time is counted from the day the cost was paid. Costs, gains and
assumptions are numbers or arrays that broadcast (draws, projects); results have their shape.

The cost counts in full at once. The gain of year t = 1, 2, ... counts as
``gain * (1 - decay)^(t-1) * (1 - deadweight) * (1 - displacement) * (1 - optimism) / (1 + r)^t``
and comes evenly within the year. With nothing assumed it is the arithmetic of NyttoSam, as Sweco
used it for the Uppsala federation (2014): profit = years * gain - cost, payback = 12 * cost / gain.
Sources: HM Treasury, The Green Book (discounting at year end, deadweight, displacement, optimism
bias); WSIPP, Benefit-Cost Technical Documentation (net present value, decay of an effect).
"""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Share = float | np.ndarray  # one number, or an array of draws
SURE = 6  # decimals of a month that count when rounding up: 6.0000000001 months are 6


@dataclass(frozen=True)
class Assumptions:
    """What is taken off a gain, each a fraction (3.5 % is 0.035); nothing unless said.

    discount     : rate per year, real when gains are in fixed prices.
    decay        : share of the gain that is lost each year after the first.
    deadweight   : share that would have come about without the programme.
    displacement : share that somebody outside the programme lost instead.
    optimism     : share taken off for estimates being too hopeful.
    Raises ValueError when one is outside 0 to 1, or the discount is 1.
    """

    discount: Share = 0.0
    decay: Share = 0.0
    deadweight: Share = 0.0
    displacement: Share = 0.0
    optimism: Share = 0.0

    def __post_init__(self) -> None:
        for field in fields(self):
            share = np.asarray(getattr(self, field.name), dtype=float)
            top = np.nextafter(1, 0) if field.name == "discount" else 1
            outside = ~((share >= 0) & (share <= top))
            if outside.any():
                raise ValueError(
                    f"found {field.name} {share[outside].flat[0]:g}; allowed: a fraction from 0 "
                    "to 1, for discount below 1. Write 3.5 % as 0.035."
                )


AS_GIVEN = Assumptions()


def worth(years: ArrayLike, assumptions: Assumptions = AS_GIVEN) -> Any:
    """Return what a gain of 1 kr a year is worth today over a horizon (kr).

    years : length of the horizon, from 0; of a part of a year, that part of its gain counts.
    Raises ValueError for a negative horizon.
    """
    years = np.asarray(years, dtype=float)
    if (years < 0).any():
        raise ValueError(f"found a horizon of {years.min():g} years; allowed: 0 or more.")
    whole = np.floor(years)
    part = (years - whole) * _kept(assumptions) ** whole
    return _first_year(assumptions) * (_sum_of_years(whole, assumptions) + part)


def profit(
    cost: ArrayLike, gain: ArrayLike, years: ArrayLike, assumptions: Assumptions = AS_GIVEN
) -> Any:
    """Return the profit in kr over ``years``: what the gain (kr a year) is worth minus the cost."""
    return np.asarray(gain) * worth(years, assumptions) - np.asarray(cost)


def payback_months(cost: ArrayLike, gain: ArrayLike, assumptions: Assumptions = AS_GIVEN) -> Any:
    """Return the months until the profit is 0, exactly; infinite when it never is.

    cost : kr; what costs nothing is back at once, whatever it gains.
    gain : kr a year.
    Whole years come from the sum of the geometric series turned around, the rest of the last year
    is linear, as the gain comes evenly within it.
    """
    cost, yearly = np.asarray(cost, float), np.asarray(gain, float) * _first_year(assumptions)
    lost, kept = _lost(assumptions), _kept(assumptions)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        needed = cost / yearly  # in gains of the first year
        turned = np.log1p(-needed * lost) / _log_kept(assumptions)
        whole = np.floor(np.where(lost == 0, needed, turned))
        rest = (needed - _sum_of_years(whole, assumptions)) / kept**whole
        never = (yearly <= 0) | (needed * lost >= 1)
    return np.where(cost <= 0, 0.0, np.where(never, np.inf, 12 * (whole + rest)))[()]


def whole_months(months: ArrayLike) -> Any:
    """Return months rounded up, as evaluations print them; infinite stays infinite."""
    return np.ceil(np.round(np.asarray(months, dtype=float), SURE))


def effectiveness(gain: ArrayLike, cost_before: ArrayLike) -> Any:
    """Return the share of the public cost the year before (kr) that the yearly gain (kr) makes up.

    NyttoSam's *verkningsgrad*: 1 when the whole cost is gone. NaN when there was no cost before.
    """
    before = np.asarray(cost_before, dtype=float)
    return np.asarray(gain) / np.where(before > 0, before, np.nan)


def cash_flow(
    cost: ArrayLike, gain: ArrayLike, years: float, assumptions: Assumptions = AS_GIVEN
) -> np.ndarray:
    """Return the profit in kr after each month, from month 0 (minus the cost) to the horizon.

    Shape (12 * years + 1,) and then that of the draws, if there are any.
    """
    draws = np.ndim(profit(cost, gain, years, assumptions))
    months = np.arange(int(round(12 * years, SURE)) + 1).reshape(-1, *(1,) * draws)
    return profit(cost, gain, months / 12, assumptions)


def _first_year(given: Assumptions) -> Any:
    """Return what is left of a gain of 1 in the first year, discounted."""
    left = (1 - given.deadweight) * (1 - given.displacement) * (1 - given.optimism)
    return left / (1 + given.discount)


def _kept(given: Assumptions) -> Any:
    """Return what a year's gain is worth in terms of the year before: the ratio of the series."""
    return (1 - given.decay) / (1 + given.discount)


def _lost(given: Assumptions) -> Any:
    """Return 1 minus what is kept, with all the digits of very small rates."""
    return (given.decay + given.discount) / (1 + given.discount)


def _log_kept(given: Assumptions) -> Any:
    with np.errstate(divide="ignore"):  # nothing is kept with a decay of 1
        return np.log1p(-given.decay) - np.log1p(given.discount)


def _sum_of_years(whole: Any, given: Assumptions) -> Any:
    """Return the sum of the series over whole years, in gains of the first year."""
    lost = _lost(given)
    with np.errstate(divide="ignore", invalid="ignore"):
        exponent = np.where(whole > 0, whole * _log_kept(given), 0.0)
        return np.where(lost == 0, whole, -np.expm1(exponent) / lost)
