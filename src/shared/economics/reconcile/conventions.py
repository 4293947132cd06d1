"""Readings by which a table follows another convention than the model, alone or with a slip.

Not reached (i.v.) is taken strictly: not within the long horizon. Tables also print it of the
first year alone, and a row that contradicts itself strictly but agrees so gets that as a reading
(``readings``). Where neither a slip nor a convention explains a row, one slip is looked for with
i.v. of the short horizon, then with a long run that is not the short run continued, then with
both. Such a reading changes two things or more, so it names them all and is only possible.
"""

import math
from dataclasses import replace

from shared.economics.reconcile.consistency import without
from shared.economics.reconcile.feasible import implied, possible
from shared.economics.reconcile.horizons import not_reached_early
from shared.economics.reconcile.model import (
    ANNUAL_GAIN,
    PAYBACK,
    PROFITS,
    YEARS_OF_GAIN,
    Claims,
    Range,
    nonlinear,
)
from shared.economics.reconcile.reading import Reading
from shared.economics.reconcile.readings import slips
from shared.economics.reconcile.table import Row, claims_of, is_never_paid_back

STEEPEST = 0.25  # growth or fall a year beyond which another slip is the better story
ORDINARY = 0.05  # discount rates and growth a year that appraisals use


def not_linear(row: Row) -> Reading | None:
    """Return the reading that the long run is not the short run continued, if it explains all.

    ``detail`` is the growth of the gain per year after the first that it takes (negative: it falls,
    or is discounted), when the short run is the first year. None when it takes too much to be true.
    """
    apart = _long_run_apart(row)
    growth = _growths(row, {**claims_of(row), **apart.meant}) if apart else None
    return replace(apart, detail=growth) if apart and growth else None


def is_ordinary(reading: Reading) -> bool:
    """Return whether a reading that is not linear takes no more than is usual in appraisals."""
    return reading.detail is not None and min(map(abs, reading.detail)) <= ORDINARY


def with_conventions(row: Row) -> list[Reading]:
    """Return the slips that explain a row together with other conventions, the fewest of these.

    ``also`` holds the conventions. When both conventions suffice without a slip, the long run is
    the reading and i.v. its ``also``.
    """
    early, apart = not_reached_early(row), _long_run_apart(row)
    for given in ((apart,), (early,), (apart, early)):
        conventions = tuple(one for one in given if one)
        if len(conventions) < len(given):
            continue
        claims = dict(claims_of(row))
        for one in conventions:
            claims.update(one.meant)
        fits = _slips_or_none(row, claims, conventions)
        if fits:
            return fits
    return []


def _slips_or_none(row: Row, claims: Claims, given: tuple[Reading, ...]) -> list[Reading]:
    apart = given[0].kind == "not_linear"
    growth = _growths(row, claims) if apart else None
    if apart and len(given) > 1 and growth:
        return [replace(given[0], detail=growth, also=given[1:])]
    if possible(claims):
        return []
    repairs = tuple((cell,) for cell in claims if possible(without(claims, cell)))
    found = slips(row, claims, repairs)
    return [
        replace(slip, also=given)
        for slip in found
        # Profits after other years than stated are reckoned linearly.
        if not apart
        or (
            slip.kind != "horizon" and _growths(row, {**without(claims, *slip.cells), **slip.meant})
        )
    ]


def _long_run_apart(row: Row) -> Reading | None:
    claims = claims_of(row)
    cells = tuple(cell for cell in PROFITS if cell in claims and cell.endswith("long"))
    if not cells or row.horizons.short != 1:
        return None
    meant = {cell: replace(claims[cell], quantity=nonlinear(cell)) for cell in cells}
    if is_never_paid_back(row):
        meant[PAYBACK] = replace(claims[PAYBACK], quantity=nonlinear("profit_pp_long"))
    return Reading("not_linear", cells, meant)


def _growths(row: Row, claims: Claims) -> Range | None:
    """Return the growth a year of the gain that the claims take, None when it is too much."""
    gain = implied(claims, ANNUAL_GAIN) if possible(claims) else None
    years = implied(claims, YEARS_OF_GAIN) if gain and gain[0] > 0 else None
    if not years or not all(map(math.isfinite, years)):
        return None
    horizon = row.horizons.long
    if years[0] < _years_of_gain(-STEEPEST, horizon) or years[1] > _years_of_gain(
        STEEPEST, horizon
    ):
        return None
    return _growth(years[0], horizon), _growth(years[1], horizon)


def _growth(years_of_gain: float, horizon: float) -> float:
    """Return the growth a year with which the gains sum to so many times the first year's."""
    from scipy.optimize import brentq

    def missing(growth: float) -> float:
        return _years_of_gain(growth, horizon) - years_of_gain

    return float(brentq(missing, -STEEPEST, STEEPEST))


def _years_of_gain(growth: float, horizon: float) -> float:
    whole = int(horizon)
    counted = sum((1 + growth) ** year for year in range(whole))
    return counted + (horizon - whole) * (1 + growth) ** whole
