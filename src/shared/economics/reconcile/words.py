"""How figures, columns and readings are put in words in a terminal."""

import math
import re

from shared.economics.reconcile.model import COST, PARTICIPANTS, PAYBACK, Horizons, Range
from shared.economics.reconcile.reading import Reading
from shared.economics.reconcile.table import LONG, SHORT, Row

NO_BREAK = "\N{NO-BREAK SPACE}"  # a line may not end inside an amount
KINDS = {  # a reading in words
    "sign": "{slip} in {cells}: printed {printed}",
    "gross": "{cells} {verb} gross: the cost was not drawn from the gain",
    "factor": "a digit lost or added at the end, or the unit, in {cells}: printed {printed}",
    "digit": "a digit was lost in {cells}: printed {printed}",
    "horizon": "the {cells} is {low} years, not {printed}",
    "participants": "the number of participants: printed {printed}",
    "swapped": "{cells} changed places",
    "copied": "{cells} {past} copied from {source}",
    "not_linear": "the gain is not the same every year after the first",
}
EARLY = "payback {printed} means not paid back within {short}, though it is within {long}"
ALSO = {  # a convention that a slip takes besides
    "horizon": "i.v. says only that it is not paid back within {short}",
    "not_linear": "the gain changes after the first year",
}
OTHER_YEARS = "{cells} is the profit after {low} years: printed {printed}"


def kr(amount: float) -> str:
    """Return an amount with thousands apart, to five digits."""
    if math.isinf(amount):
        return "any amount"
    size = abs(amount)
    step = 10 ** max(0, math.floor(math.log10(size)) - 4) if size >= 1 else 1
    return whole(round(amount / step) * step)


def whole(number: float) -> str:
    """Return a number without decimals, thousands apart."""
    return f"{round(number):,}".replace(",", NO_BREAK)


def value(cell: str, amount: float) -> str:
    """Return a value in its column's unit."""
    if cell == PARTICIPANTS:
        return whole(amount)
    if cell == PAYBACK:
        return f"{max(amount, 0.0):.1f} months"
    return kr(amount)


def interval(cell: str, found: Range) -> str:
    """Return a range in words; one end only where nothing bounds the other."""
    low, high = found
    if cell == PAYBACK and low == math.inf:
        return "i.v. (not reached)"
    if math.isinf(low) and math.isinf(high):
        return "anything"
    if math.isinf(low):
        return f"{value(cell, high)} or less"
    if math.isinf(high):
        return f"{value(cell, low)} or more"
    first, last = value(cell, low), value(cell, high)
    return first if first == last else f"{first.removesuffix(' months')} to {last}"


def column(cell: str, horizons: Horizons) -> str:
    """Return what a column is called in a sentence."""
    names = {
        PARTICIPANTS: "participants",
        COST: "cost per participant",
        PAYBACK: "payback",
        SHORT: "short horizon",
        LONG: "long horizon",
    }
    if cell in names:
        return names[cell]
    what = "total profit" if "total" in cell else "profit per participant"
    return f"{what} after {years(horizons.years(cell))}"


def years(number: float) -> str:
    """Return a number of years."""
    return f"{number:g} year" if number == 1 else f"{number:g} years"


def columns(cells: tuple[str, ...], horizons: Horizons) -> str:
    """Return several columns in a sentence."""
    names = [column(cell, horizons) for cell in cells]
    return ", ".join(names[:-1]) + " and " + names[-1] if len(names) > 1 else names[0]


def printed(row: Row, cell: str) -> str:
    """Return a figure as it is printed, a plain number with its thousands apart."""
    figure = row.figures[cell]
    if re.fullmatch(r"-?\d+(\.0+)?", figure.text):
        return whole(figure.number)
    return NO_BREAK.join(figure.text.split())


def reading_text(row: Row, reading: Reading) -> str:
    """Return a reading as a sentence, with the conventions that it takes."""
    text = _one_text(row, reading)
    if not reading.also:
        return text
    short = years(row.horizons.short)
    conventions = " and ".join(ALSO[one.kind].format(short=short) for one in reading.also)
    return f"{text}, if {conventions}"


def _one_text(row: Row, reading: Reading) -> str:
    text = _template(reading).format(**_shown(row, reading))
    if reading.kind in ("copied", "gross", "horizon", "swapped") or not reading.detail:
        return text + _meant_signs(row, reading)
    if reading.kind == "not_linear":
        return f"{text}: {_growth(reading.detail)}"
    if len(reading.cells) > 1:
        return f"{text}, meant {reading.detail[0]:g} times that"
    if reading.kind == "sign":
        return text + _meant_signs(row, reading)
    return f"{text}, meant {interval(reading.cells[0], reading.detail)}"


def _template(reading: Reading) -> str:
    if reading.kind == "horizon" and reading.cells[0] == PAYBACK:
        return EARLY
    if reading.kind == "horizon" and reading.cells[0] not in (SHORT, LONG):
        return OTHER_YEARS
    return KINDS[reading.kind]


def _shown(row: Row, reading: Reading) -> dict[str, str]:
    cell, several = reading.cells[0], len(reading.cells) > 1
    stated = {SHORT: row.horizons.short, LONG: row.horizons.long}
    figures = ", ".join(printed(row, one) for one in reading.cells if one in row.figures)
    return {
        "cells": columns(reading.cells, row.horizons),
        "verb": "are" if several else "is",
        "past": "were" if several else "was",
        "source": reading.source,
        "slip": _sign_slip(row, cell) if reading.kind == "sign" else "",
        "low": f"{reading.detail[0]:g}" if reading.detail else "",
        "short": years(row.horizons.short),
        "long": years(row.horizons.long),
        "printed": f"{stated[cell]:g}" if cell in stated else figures,
    }


def _meant_signs(row: Row, reading: Reading) -> str:
    if reading.kind != "sign":
        return ""
    return ", meant " + ", ".join(whole(-row.figures[cell].number) for cell in reading.cells)


def _sign_slip(row: Row, cell: str) -> str:
    return "minus sign lost" if row.figures[cell].number > 0 else "minus sign too many"


def _growth(growth: Range) -> str:
    """Return the yearly growth, and the discounting that would do the same."""
    low, high = (f"{100 * abs(one):.1f}" for one in sorted(growth, key=abs))
    percent = f"{low} to {high} %" if low != high else f"{low} %"
    if growth[1] >= 0:
        return f"as if the gain grew by {percent} a year after the first"
    first, last = (f"{100 * (-one / (1 + one)):.1f}" for one in sorted(growth, key=abs))
    rate = f"{first} to {last} %" if first != last else f"{first} %"
    return f"as if the gain fell by {percent} a year after the first, or was discounted by {rate}"
