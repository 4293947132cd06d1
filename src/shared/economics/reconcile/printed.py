"""Printed figures: the interval that a figure of a published table can stand for.

A figure ending in zeros may be rounded or exact, and one that is rounded looks the same. The
widest defensible choice is made: all zeros at its end are taken for rounding, so 500 000 is
450 000 to 550 000 even in a column of figures like 71 000. Reports mix sources, and print large
amounts more coarsely than small ones; taking the column's unit would find contradictions that
are not there. Only written decimals say more: 1,0 Mkr is 950 000 to 1 050 000. The unit that a
column shares is kept apart, for a remark (``shared_unit``).
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from shared.economics.projects import Cell

NOT_REACHED = "i.v."  # ingen vinst
UNIT_OF_ZERO = 100_000.0  # kr; a lone zero has no unit of its own, and may be 0.0 Mkr


@dataclass(frozen=True)
class Figure:
    """A printed figure and what it can stand for, ends included.

    ``number`` is what is printed, infinite for a payback that is not reached and minus infinity
    for a profit printed as i.v.; ``unit`` is what one step of its last digit is worth, 0 when
    exact. Kr, months or people.
    """

    text: str
    number: float
    low: float
    high: float
    unit: float


def money(cell: Cell | None, unit_of_zero: float = UNIT_OF_ZERO) -> Figure | None:
    """Return the interval of an amount in kr, or None when nothing is printed.

    unit_of_zero : what a zero is rounded to, for it has no digits to show it.
    A profit printed as i.v. is 0 or less.
    """
    if cell is not None and is_not_reached(cell):
        return Figure(cell.text, -math.inf, -math.inf, 0.0, 0.0)
    if cell is None or cell.number is None:
        return None
    unit = _unit(cell) if cell.number else unit_of_zero
    return rounded(cell.text, cell.number, unit)


def rounded(text: str, number: float, unit: float) -> Figure:
    """Return a figure rounded to the nearest ``unit``, halves either way."""
    return Figure(text, number, number - unit / 2, number + unit / 2, unit)


def months(cell: Cell | None) -> Figure | None:
    """Return the interval of a payback time, or None when nothing is printed.

    Practice rounds up to whole months, other tables to the nearest: 6 is 5 to 6.5. Zeros at the
    end mean nothing here. Not reached (i.v.) is infinite.
    """
    if cell is not None and is_not_reached(cell):
        return Figure(cell.text, math.inf, math.inf, math.inf, 0.0)
    if cell is None or cell.number is None:
        return None
    unit = min(1.0, _unit(cell)) if cell.number else 1.0
    return Figure(
        cell.text, cell.number, max(0.0, cell.number - unit), cell.number + unit / 2, unit
    )


def people(cell: Cell | None) -> Figure | None:
    """Return a number of participants, or None. People are counted, so it is exact."""
    if cell is None or cell.number is None:
        return None
    return Figure(cell.text, cell.number, cell.number, cell.number, 0.0)


def shared_unit(figures: Sequence[Figure]) -> float | None:
    """Return the finest unit of a column's amounts, when most of them (and 3) end in just that."""
    units = [figure.unit for figure in figures if figure.number and figure.unit]
    finest = min(units, default=0.0)
    alike = units.count(finest)
    return finest if alike >= 3 and alike > len(units) / 2 else None


def at_unit(figure: Figure, unit: float | None) -> Figure:
    """Return the figure as if it were rounded to ``unit``, when that is finer than its own."""
    if not unit or unit >= figure.unit:
        return figure
    return rounded(figure.text, figure.number, unit)


def is_not_reached(cell: Cell) -> bool:
    """Return whether the cell says i.v., however it is spaced."""
    return re.sub(r"\s", "", cell.text.casefold()) == NOT_REACHED


def _unit(cell: Cell) -> float:
    # 1400000.0 is a spreadsheet's way to write 1400000; 1,0 Mkr is an author's.
    if cell.step is not None and cell.step >= 1 and re.search(r"\d[.,]\d", cell.text):
        return cell.step
    digits = Decimal(str(cell.number)).normalize()
    return 10.0 ** int(digits.as_tuple().exponent)
