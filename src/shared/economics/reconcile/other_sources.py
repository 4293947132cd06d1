"""Readings that look beyond a row's own figures: copied from another row, or not linear."""

import math
from dataclasses import replace

from shared.economics.reconcile.consistency import Cells, without
from shared.economics.reconcile.model import (
    PAYBACK,
    PER_PARTICIPANT,
    PROFITS,
    TOTALS,
    YEARS_OF_GAIN,
    Claims,
    implied,
    nonlinear,
    possible,
)
from shared.economics.reconcile.readings import Reading
from shared.economics.reconcile.table import Row, claims_of

BLOCKS: tuple[Cells, ...] = (
    PROFITS,
    TOTALS,
    PER_PARTICIPANT,
    ("profit_total_short", "profit_pp_short"),
    ("profit_total_long", "profit_pp_long"),
)
DIGITS_OF_ITS_OWN = 3  # fewer are alike by chance in a table of ten rows
STEEPEST = 0.25  # growth or fall a year beyond which another slip is the better story
ORDINARY = 0.05  # discount rates and growth a year that appraisals use


def copied(row: Row, others: list[Row], *, loosely: bool) -> list[Reading]:
    """Return from which rows figures may be copied, so that the rest of the row agrees.

    Figures are copied when they are the same as another row's: two or more of them, or one of
    three digits. ``loosely``: also when two or more of them fit the other row's participants, cost
    and gain, though they are not the same.
    """
    claims = claims_of(row)
    sources: dict[Cells, list[str]] = {}
    for other in others:
        cells = _same(row, other)
        if not (cells and possible(without(claims, *cells))):
            cells = _fitting(claims, row, other) if loosely else ()
        if cells:
            sources.setdefault(cells, []).append(other.name)
    return [
        Reading("copied", cells, {}, source=" or ".join(names)) for cells, names in sources.items()
    ]


def not_linear(row: Row) -> Reading | None:
    """Return the reading that the long run is not the short run continued, if it explains all.

    ``detail`` is the growth of the gain per year after the first that it takes (negative: it falls,
    or is discounted), when the short run is the first year. None when it takes too much to be true.
    """
    claims = claims_of(row)
    cells = tuple(cell for cell in PROFITS if cell in claims and cell.endswith("long"))
    if (
        not cells
        or row.horizons.short != 1
        or math.isinf(getattr(row.figures.get(PAYBACK), "number", 0))
    ):
        return None
    meant = {cell: replace(claims[cell], quantity=nonlinear(cell)) for cell in cells}
    free = {**claims, **meant}
    years = implied(free, YEARS_OF_GAIN) if possible(free) else None
    if not years or years[0] <= 1 or math.isinf(years[1]):
        return None
    growth = (_growth(years[0], row.horizons.long), _growth(years[1], row.horizons.long))
    if max(map(abs, growth)) > STEEPEST:
        return None
    return Reading("not_linear", cells, meant, growth)


def is_ordinary(reading: Reading) -> bool:
    """Return whether a reading that is not linear takes no more than is usual in appraisals."""
    return reading.detail is not None and min(map(abs, reading.detail)) <= ORDINARY


def _never_paid_back(row: Row) -> bool:
    return PAYBACK in row.figures and math.isinf(row.figures[PAYBACK].number)


def _same(row: Row, other: Row) -> Cells:
    same = tuple(
        cell
        for cell in PROFITS
        if cell in row.figures
        and cell in other.figures
        and row.figures[cell].number == other.figures[cell].number != 0
        and math.isfinite(row.figures[cell].number)
    )
    if len(same) == 1:
        figure = row.figures[same[0]]
        digits = len(str(round(abs(figure.number) / figure.unit)))
        return same if digits >= DIGITS_OF_ITS_OWN else ()
    return same


def _fitting(claims: Claims, row: Row, other: Row) -> Cells:
    theirs = claims_of(other)
    if not possible(theirs):
        return ()
    for block in BLOCKS:
        cells = tuple(cell for cell in block if cell in claims)
        if len(cells) < 2 or not possible(without(claims, *cells)):
            continue
        ranges = [implied(theirs, claims[cell].quantity) for cell in cells]
        bounded = all(one and math.isfinite(one[0]) and math.isfinite(one[1]) for one in ranges)
        both = {**theirs, **{f"copied {cell}": claims[cell] for cell in cells}}
        if bounded and row.horizons == other.horizons and possible(both):
            return cells
    return ()


def _growth(years_of_gain: float, horizon: float) -> float:
    """Return the growth a year with which the gains sum to so many times the first year's."""
    from scipy.optimize import brentq

    def missing(growth: float) -> float:
        whole = int(horizon)
        counted = sum((1 + growth) ** year for year in range(whole))
        return counted + (horizon - whole) * (1 + growth) ** whole - years_of_gain

    return float(brentq(missing, -0.999, 10.0))
