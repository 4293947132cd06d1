"""Readings that look beyond a row's own figures: copied from another row."""

import math
from functools import lru_cache

from shared.economics.reconcile.consistency import Cells, without
from shared.economics.reconcile.feasible import implied, possible
from shared.economics.reconcile.model import (
    PER_PARTICIPANT,
    PROFITS,
    TOTALS,
    Claim,
    Claims,
    Horizons,
    Range,
    quantity,
)
from shared.economics.reconcile.reading import Reading
from shared.economics.reconcile.table import Row, claims_of

BLOCKS: tuple[Cells, ...] = (
    PROFITS,
    TOTALS,
    PER_PARTICIPANT,
    ("profit_total_short", "profit_pp_short"),
    ("profit_total_long", "profit_pp_long"),
)
NAMED = 3  # sources told; of more, how many
DIGITS_OF_ITS_OWN = 3  # fewer are alike by chance in a table of ten rows


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
            sources.setdefault(cells, []).append(f"{other.name} (row {other.row})")
    return [Reading("copied", cells, {}, source=_either(names)) for cells, names in sources.items()]


def _either(names: list[str]) -> str:
    more = [f"{len(names) - NAMED} more"] if len(names) > NAMED else []
    return " or ".join([*names[:NAMED], *more])


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
    if row.horizons != other.horizons:
        return ()
    theirs = claims_of(other)
    ranges = _profits_of(tuple(theirs.items()), other.horizons)
    for block in BLOCKS:
        cells = tuple(cell for cell in block if cell in claims)
        if len(cells) < 2 or not all(_overlap(claims[cell], ranges.get(cell)) for cell in cells):
            continue
        both = {**theirs, **{f"copied {cell}": claims[cell] for cell in cells}}
        if possible(both) and possible(without(claims, *cells)):
            return cells
    return ()


@lru_cache(maxsize=1024)
def _profits_of(claims: tuple[tuple[str, Claim], ...], horizons: Horizons) -> dict[str, Range]:
    """Return what a row's figures imply for its profits, as far as they bound them."""
    known = dict(claims)
    ranges = {cell: implied(known, quantity(cell, horizons)) for cell in PROFITS}
    return {cell: one for cell, one in ranges.items() if one and all(map(math.isfinite, one))}


def _overlap(one: Claim, other: Range | None) -> bool:
    return other is not None and one.low <= other[1] and other[0] <= one.high
