"""How figures, columns and readings are put in words in a terminal."""

import math

from shared.economics.reconcile.model import COST, PARTICIPANTS, PAYBACK, Horizons, Range
from shared.economics.reconcile.readings import Reading
from shared.economics.reconcile.table import LONG, SHORT, Row

NO_BREAK = "\N{NO-BREAK SPACE}"  # a line may not end inside an amount
KINDS = {  # a reading in words
    "sign": "{slip} in {cells}: printed {printed}",
    "gross": "{cells} is gross: the gain before the cost is drawn from it",
    "factor": "{cells} lost or gained zeros or a unit: printed {printed}",
    "digit": "a digit was lost from {cells}: printed {printed}",
    "horizon": "the {cells} is {low} years, not {printed}",
    "participants": "the participants are another number: printed {printed}",
    "swapped": "{cells} changed places",
    "copied": "{cells} was copied from {source}",
    "not_linear": "{cells} is not the short run continued (discounted, or another assumption)",
}


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
        return f"{amount:.1f} months"
    return kr(amount)


def interval(cell: str, found: Range) -> str:
    """Return a range in words; one end only where nothing bounds the other."""
    low, high = found
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
    if cell in (PAYBACK, PARTICIPANTS) or not figure.text.lstrip("-").isdigit():
        return figure.text
    return whole(figure.number)


def reading_text(row: Row, reading: Reading) -> str:
    """Return a reading as a sentence."""
    cell = reading.cells[0]
    stated = {SHORT: row.horizons.short, LONG: row.horizons.long}
    shown = {
        "cells": columns(reading.cells, row.horizons),
        "source": reading.source,
        "slip": _sign_slip(row, cell) if reading.kind == "sign" else "",
        "low": f"{reading.detail[0]:g}" if reading.detail else "",
        "printed": f"{stated[cell]:g}"
        if cell in stated
        else ", ".join(printed(row, one) for one in reading.cells),
    }
    text = KINDS[reading.kind].format(**shown)
    if reading.kind == "copied" or not reading.detail or reading.kind == "horizon":
        return text
    if reading.kind == "not_linear":
        return text + "; " + _growth(reading.detail)
    if len(reading.cells) > 1:
        return f"{text}, meant {reading.detail[0]:g} times that"
    return f"{text}, meant {interval(cell, reading.detail)}"


def _sign_slip(row: Row, cell: str) -> str:
    if row.figures[cell].number > 0:
        return "a loss printed as a profit, its sign lost,"
    return "a profit printed as a loss, with a sign too many,"


def _growth(growth: Range) -> str:
    """Return the yearly growth, and the discounting that would do the same."""
    low, high = (f"{100 * abs(one):.1f}" for one in sorted(growth, key=abs))
    percent = f"{low} to {high} %" if low != high else f"{low} %"
    if growth[1] >= 0:
        return f"as if the gain grew by {percent} a year after the first"
    first, last = (f"{100 * (-one / (1 + one)):.1f}" for one in sorted(growth, key=abs))
    rate = f"{first} to {last} %" if first != last else f"{first} %"
    return f"as if the gain fell by {percent} a year after the first, or was discounted by {rate}"
