"""Reconcile a published appraisal: which figures agree, which cannot be true, what was meant."""

from dataclasses import dataclass, replace
from pathlib import Path

from shared.economics.reconcile.consistency import (
    Consistency,
    Gain,
    annual_gain,
    consistency,
    gain_without_wrong,
    without,
)
from shared.economics.reconcile.conventions import is_ordinary, not_linear, with_conventions
from shared.economics.reconcile.feasible import implied, possible
from shared.economics.reconcile.model import (
    CELLS,
    PARTICIPANTS,
    Claims,
    Range,
    claimed,
    quantity,
)
from shared.economics.reconcile.other_sources import copied
from shared.economics.reconcile.reading import Reading
from shared.economics.reconcile.readings import slips
from shared.economics.reconcile.table import Row, at_column_units, claims_of, read_table


@dataclass(frozen=True)
class Reconciled:
    """What is found for one project.

    gain    : annual gain per participant; under the likely reading, when there is one.
    implied : what the other figures imply for a column (kr, months, people): for those that
              contradict or are missing, as far as the others can all be true.
    coarse  : columns that agree only if rounded more coarsely than most of their column.
    """

    row: Row
    consistency: Consistency
    gain: Gain | None
    implied: dict[str, Range]
    readings: tuple[Reading, ...] = ()
    coarse: tuple[str, ...] = ()


def reconcile_table(path: Path) -> list[Reconciled]:
    """Return what is found for each project of a published table, in the order of its rows.

    path : CSV or workbook with a row per project (``table.ALIASES`` has the columns).
    Raises ``InputError`` naming file, row and column of every figure that cannot be used.
    """
    rows = read_table(path)
    return [
        reconcile_row(row, [other for other in rows if other is not row], strict)
        for row, strict in zip(rows, at_column_units(rows), strict=True)
    ]


def reconcile_row(row: Row, others: list[Row], strict: Row | None = None) -> Reconciled:
    """Return what is found for one project.

    others : the other rows, from which figures may have been copied.
    strict : the same row with its amounts rounded like most of their columns, if that is known.
    """
    claims = claims_of(row)
    found = consistency(claims)
    if found.conflicts:
        readings = _readings(row, others, found)
        likely = [reading for reading in readings if reading.certainty == "likely"]
        gain = gain_without_wrong(claims, found.repairs)
        if likely:
            meant = {**without(claims, *likely[0].cells), **likely[0].meant}
            gain = annual_gain(meant)
        return Reconciled(row, found, gain, _implied(row, claims, found), readings)
    gain = annual_gain(claims) if found.verdict == "consistent" else None
    coarse = _coarse(row, strict) if strict else ()
    return Reconciled(row, found, gain, _implied(row, claims, found), coarse=coarse)


def _is_a_slip(reading: Reading, found: Consistency) -> bool:
    """Tell whether a reading is of a known slip, or of the only figure that can be wrong alone.

    Some other number of participants often fits, and is no slip of a certain kind.
    """
    alone = [cells for cells in found.repairs if len(cells) == 1]
    return reading.kind != PARTICIPANTS or alone == [(PARTICIPANTS,)]


def _readings(row: Row, others: list[Row], found: Consistency) -> tuple[Reading, ...]:
    own = slips(row, claims_of(row), found.repairs)
    simple = [reading for reading in own if len(reading.cells) == 1]
    readings = own + copied(row, others, loosely=not simple)
    other_model = not_linear(row)
    doubted = other_model is not None and is_ordinary(other_model)
    if len(readings) == 1 and simple and not doubted and _is_a_slip(readings[0], found):
        readings = [replace(readings[0], certainty="likely")]
    if not own and not other_model:
        readings += with_conventions(row)
    return (*readings, *([other_model] if other_model else []))


def _implied(row: Row, claims: Claims, found: Consistency) -> dict[str, Range]:
    ranges = {}
    for cell in CELLS:
        if found.status[cell] == "missing" and not found.conflicts:
            ranges[cell] = implied(claims, quantity(cell, row.horizons))
        elif found.status[cell] == "contradicts" and (cell,) in found.repairs:
            ranges[cell] = implied(without(claims, cell), quantity(cell, row.horizons))
    return {cell: one for cell, one in ranges.items() if one is not None}


def _coarse(row: Row, strict: Row) -> tuple[str, ...]:
    """Return the columns whose coarser rounding alone makes a consistent row consistent."""
    narrow = claims_of(strict)
    if possible(narrow):
        return ()
    wide = [cell for cell, figure in row.figures.items() if figure != strict.figures[cell]]
    return tuple(
        cell
        for cell in wide
        if possible({**narrow, cell: claimed(cell, row.figures[cell], row.horizons)})
    ) or tuple(wide)
