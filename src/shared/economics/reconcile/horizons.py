"""Readings by which a figure is of another horizon than the table states."""

import math
from collections.abc import Iterator
from dataclasses import replace

from shared.economics.reconcile.feasible import possible
from shared.economics.reconcile.model import PAYBACK, PROFITS, Claim, Claims, Horizons, quantity
from shared.economics.reconcile.reading import Reading
from shared.economics.reconcile.table import LONG, SHORT, Row, is_never_paid_back

OTHER_HORIZONS = range(1, 11)  # years


def not_reached_early(row: Row) -> Reading | None:
    """Return the reading that a payback not reached is so within the short horizon alone."""
    if not is_never_paid_back(row):
        return None
    meant = Claim(quantity("profit_pp_short", row.horizons), -math.inf, 0.0)
    return Reading("horizon", (PAYBACK,), {PAYBACK: meant})


def other_years(row: Row, claims: Claims, cell: str) -> Reading | None:
    """Return the reading that one profit is that after another number of years.

    Only where the table has another profit at the stated horizon, which is then right.
    """
    stated = quantity(cell, row.horizons) if cell in PROFITS else None
    twins = [one for one in PROFITS if one[-4:] == cell[-4:] and one in row.figures]
    if len(twins) < 2 or claims[cell].quantity != stated:
        return None
    fits = []
    for years in map(float, OTHER_HORIZONS):
        meant = replace(claims[cell], quantity=quantity(cell, Horizons(years, years)))
        if years != row.horizons.years(cell) and possible({**claims, cell: meant}):
            fits.append((years, meant))
    if len(fits) != 1:
        return None
    ((years, meant),) = fits
    return Reading("horizon", (cell,), {cell: meant}, (years, years))


def other_horizons(row: Row, claims: Claims) -> Iterator[Reading]:
    """Yield the readings that a horizon is another number of years than stated."""
    for name, field in ((SHORT, "short"), (LONG, "long")):
        stated = {cell: quantity(cell, row.horizons) for cell in PROFITS if cell.endswith(field)}
        cells = {  # the payback not reached too, which is a claim of the profit
            cell: of
            for cell, one in claims.items()
            for of, meaning in stated.items()
            if one.quantity == meaning
        }
        for years in OTHER_HORIZONS if cells else ():
            horizons = replace(row.horizons, **{field: float(years)})
            if horizons.short < horizons.long and horizons != row.horizons:
                meant = {
                    cell: replace(claims[cell], quantity=quantity(of, horizons))
                    for cell, of in cells.items()
                }
                yield Reading("horizon", (name,), meant, (float(years), float(years)))
