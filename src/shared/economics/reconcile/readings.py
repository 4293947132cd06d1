"""Readings: the slips that would explain a contradiction, one at a time.

A reading says what a figure was meant to be and is kept when everything then agrees. It is likely
only when it changes a single figure and no other that is tried fits; otherwise possible.
"""

import math
from collections.abc import Iterator
from dataclasses import replace

from shared.economics.reconcile.consistency import Cells, without
from shared.economics.reconcile.feasible import implied, possible
from shared.economics.reconcile.horizons import not_reached_early, other_horizons, other_years
from shared.economics.reconcile.model import (
    PARTICIPANTS,
    PAYBACK,
    PER_PARTICIPANT,
    PROFITS,
    TOTALS,
    Claim,
    Claims,
    Range,
    quantity,
)
from shared.economics.reconcile.printed import Figure
from shared.economics.reconcile.reading import Reading
from shared.economics.reconcile.table import Row

FACTORS = (10.0, 100.0, 1000.0)
GROUPS: tuple[Cells, ...] = (
    ("profit_total_short", "profit_pp_short"),
    ("profit_total_long", "profit_pp_long"),
    TOTALS,
    PER_PARTICIPANT,
    PROFITS,
)
SWAPS: tuple[Cells, ...] = (*GROUPS[:4],)


def slips(row: Row, claims: Claims, repairs: tuple[Cells, ...]) -> list[Reading]:
    """Return the slips in a row's own figures after which everything agrees.

    claims  : what the figures claim, by the convention that is tried.
    repairs : the smallest sets of columns one of which must be wrong (``consistency``).
    """
    fits = [
        reading
        for cell in row.figures
        if (cell,) in repairs
        for reading in _in_one_figure(row, claims, cell)
    ]
    fits += [reading for reading in other_horizons(row, claims) if _explains(claims, reading)]
    several = [*_swaps(claims), *_in_several(row, claims)]
    several = [reading for reading in several if _explains(claims, reading)]
    # An amount is often derived from its twin, and shares its slip; all four seldom do.
    fits += [reading for reading in several if len(reading.cells) == 2]
    return fits or several


def whole_numbers(people: Range) -> Range:
    """Return the least and greatest whole number in a range of participants."""
    low, high = people
    most = high if math.isinf(high) else float(math.floor(high + 1e-6))
    return float(math.ceil(low - 1e-6)), most


def _explains(claims: Claims, reading: Reading) -> bool:
    # What is left untouched must agree in itself; asked first, as readings of a group share it.
    untouched = without(claims, *reading.cells, *reading.meant)
    return possible(untouched) and possible({**without(claims, *reading.cells), **reading.meant})


def _in_one_figure(row: Row, claims: Claims, cell: str) -> Iterator[Reading]:
    """Yield the slips in one figure that fit what the other figures imply for it."""
    figure = row.figures[cell]
    fits = implied(without(claims, cell), claims[cell].quantity)
    if not fits:
        return
    if cell == PARTICIPANTS:
        if math.isfinite(fits[0]):  # else only more people than there can be would fit
            yield Reading("participants", (cell,), {}, whole_numbers(fits))
        return
    early = not_reached_early(row) if cell == PAYBACK else None
    if early and _explains(claims, early):
        yield early
    if not figure.number or not math.isfinite(figure.number):
        return
    values = [
        (kind, low, high)
        for kind, low, high in _other_values(cell, figure)
        if low <= fits[1] and high >= fits[0]
    ]
    yield from (_valued(claims, cell, [one]) for one in values if one[0] == "sign")
    # A factor and digits lost at the end are one slip, and so are two digits that both fit.
    digits = [one for one in values if one[0] != "sign"]
    if digits:
        yield _valued(claims, cell, digits)
    for reading in (_gross(row, claims, (cell,)), other_years(row, claims, cell)):
        if reading and _explains(claims, reading):
            yield reading


def _valued(claims: Claims, cell: str, values: list[tuple[str, float, float]]) -> Reading:
    kinds = {kind for kind, _, _ in values}
    low, high = min(one[1] for one in values), max(one[2] for one in values)
    kind = "factor" if "factor" in kinds else kinds.pop()
    return Reading(kind, (cell,), {cell: replace(claims[cell], low=low, high=high)}, (low, high))


def _other_values(cell: str, figure: Figure) -> Iterator[tuple[str, float, float]]:
    """Yield kind and interval of what may have been meant by a figure of kr or months."""
    if cell in PROFITS:
        yield "sign", -figure.high, -figure.low
    factors = (12.0,) if cell == PAYBACK else (*FACTORS, *(1 / factor for factor in FACTORS))
    for factor in factors:
        yield "factor", figure.low * factor, figure.high * factor
    if cell != PAYBACK:
        yield from (("digit", low, high) for low, high in _with_a_digit_more(figure))


def _with_a_digit_more(figure: Figure) -> Iterator[Range]:
    digits = str(round(abs(figure.number) / figure.unit)) if figure.unit else ""
    more = {
        digits[:place] + digit + digits[place:]
        for place in range(len(digits) + 1)
        for digit in "0123456789"
    }
    sign = math.copysign(1, figure.number)
    for number in sorted(int(one) for one in more if len(digits) > 1 and one[0] != "0"):
        middle = sign * number * figure.unit
        yield middle - figure.unit / 2, middle + figure.unit / 2


def _gross(row: Row, claims: Claims, cells: Cells) -> Reading | None:
    """Return the reading that profits are gains from which the cost was not drawn."""
    linear = all(claims[cell].quantity == quantity(cell, row.horizons) for cell in cells)
    positive = all(row.figures[cell].number > 0 for cell in cells)
    if not set(cells) <= set(PROFITS) or not linear or not positive:
        return None
    meant = {
        cell: replace(claims[cell], quantity=quantity(cell, row.horizons, gross=True))
        for cell in cells
    }
    return Reading("gross", cells, meant)


def _swaps(claims: Claims) -> Iterator[Reading]:
    for first, second in SWAPS:
        if first in claims and second in claims:
            meant = {
                to: replace(claims[to], low=claims[of].low, high=claims[of].high)
                for to, of in ((first, second), (second, first))
            }
            yield Reading("swapped", (first, second), meant)


def _in_several(row: Row, claims: Claims) -> Iterator[Reading]:
    """Yield the slips that were made alike in all figures of a group."""
    for group in GROUPS:
        cells = tuple(
            cell
            for cell in group
            if cell in row.figures and math.isfinite(row.figures[cell].number)
        )
        if len(cells) < 2:
            continue
        yield Reading("sign", cells, {cell: _times(claims[cell], -1) for cell in cells})
        for factor in FACTORS:
            for times in (factor, 1 / factor):
                meant = {cell: _times(claims[cell], times) for cell in cells}
                yield Reading("factor", cells, meant, (times, times))
        reading = _gross(row, claims, cells)
        if reading:
            yield reading


def _times(one: Claim, factor: float) -> Claim:
    low, high = sorted((one.low * factor, one.high * factor))
    return replace(one, low=low, high=high)
