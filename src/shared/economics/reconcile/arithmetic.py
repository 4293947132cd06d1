"""The arithmetic that shows why a printed figure agrees with others, or does not."""

import math
from dataclasses import replace

from shared.economics.reconcile.consistency import Cells, Gain, without
from shared.economics.reconcile.model import (
    ANNUAL_GAIN,
    COST,
    PARTICIPANTS,
    PAYBACK,
    PER_PARTICIPANT,
    PROFITS,
    TOTALS,
    Claims,
    Range,
    implied,
)
from shared.economics.reconcile.table import Row, claims_of
from shared.economics.reconcile.words import column, columns, interval, kr, printed, whole, years

Sum = tuple[str, float]  # as written, and what it comes to


def agreement(row: Row, cell: str, gain: Gain, wrong: set[str]) -> str:
    """Return the sum that gives a printed profit or payback, and that they agree.

    "5 years x 122 900 - 52 000 = 562 500, printed 562 000: agrees". Where the sum of rounded
    figures lies outside what is printed, the interval that they stand for is said too. Empty when
    it takes a figure under suspicion (``wrong``), or one that is not printed.
    """
    sound = {name: figure for name, figure in row.figures.items() if name not in wrong}
    cost = sound.get(COST)
    if gain.estimate is None or cost is None:
        return ""
    written, result = _sum(replace(row, figures=sound), cell, gain.estimate, cost.number)
    figure = row.figures[cell]
    if not written or math.isinf(figure.number):
        return ""
    text = f"{column(cell, row.horizons)}: {written} = {_result(cell, result)}"
    if not figure.low <= result <= figure.high:
        claims = claims_of(replace(row, figures=sound))
        range_ = implied(without(claims, cell), claims[cell].quantity)
        text += f" ({interval(cell, range_)} unrounded)" if range_ else ""
        return f"{text}, printed {printed(row, cell)} ({_stands_for(row, cell)}): agrees"
    return f"{text}, printed {printed(row, cell)}: agrees"


def contradictions(row: Row, conflicts: tuple[Cells, ...], wrong: set[str]) -> list[str]:
    """Return why figures cannot all be true, what is easiest to follow first.

    wrong : the columns under suspicion; one of them is told by the others where possible.
    """
    told: dict[str, tuple[int, int]] = {}
    for conflict in conflicts:
        cell = _told(conflict, wrong)
        others = _others(row, conflict, cell)
        found = implied(others, claims_of(row)[cell].quantity)
        if found:
            unclear = sum(map(math.isinf, found))
            told.setdefault(_contradiction(row, cell, others, found), (unclear, len(others)))
        else:
            names = columns(conflict, row.horizons)
            told[f"{names} cannot all be true"] = (2, len(conflict))
    return sorted(told, key=lambda text: told[text])


def _others(row: Row, conflict: Cells, cell: str) -> Claims:
    """Return the claims against ``cell``; with participants where that makes them a sum."""
    same_horizon = {
        name for name in conflict if name in PROFITS and name[-4:] == cell[-4:] and cell in PROFITS
    }
    names = {*conflict, PARTICIPANTS} if len(same_horizon) > 1 else set(conflict)
    return {name: one for name, one in claims_of(row).items() if name in names - {cell}}


def _contradiction(row: Row, cell: str, others: Claims, found: Range) -> str:
    names = ", ".join(f"{column(name, row.horizons)} {printed(row, name)}" for name in others)
    written = _written(row, cell, others)
    given = interval(cell, found)
    text = f"{written} = {given}" if written else f"{given} by {names}"
    stands_for = _stands_for(row, cell)
    said = f" ({stands_for})" if stands_for else ""
    return f"{column(cell, row.horizons)}: {text}, printed {printed(row, cell)}{said}: contradicts"


def _told(conflict: Cells, wrong: set[str]) -> str:
    order = (*PER_PARTICIPANT, *TOTALS, PAYBACK, COST, PARTICIPANTS)
    suspects = [cell for cell in (*reversed(PROFITS), *order) if cell in conflict and cell in wrong]
    return (suspects or [cell for cell in order if cell in conflict])[0]


def _written(row: Row, cell: str, others: Claims) -> str:
    """Return the sum that the other figures of a conflict give, empty when it takes more."""
    figures = {name: figure for name, figure in row.figures.items() if name in others}
    twin = cell.replace("pp", "total")
    if cell in PER_PARTICIPANT and set(others) == {PARTICIPANTS, twin}:
        return f"{kr(figures[twin].number)} / {whole(figures[PARTICIPANTS].number)}"
    gain = implied(others, ANNUAL_GAIN)
    if set(others) == {PARTICIPANTS, cell.replace("total", "pp")}:
        return _sum(replace(row, figures=figures), cell, 0.0, 0.0)[0]
    if COST not in others or not gain or math.isinf(gain[0]) or math.isinf(gain[1]):
        return ""
    return _sum(replace(row, figures=figures), cell, sum(gain) / 2, figures[COST].number)[0]


def _sum(row: Row, cell: str, gain: float, cost: float) -> Sum:
    if cell == PAYBACK:
        return f"12 x {kr(cost)} / {kr(gain)}", 12 * cost / gain if gain > 0 else math.inf
    if cell not in PROFITS:
        return "", math.nan
    horizon = row.horizons.years(cell)
    profit = horizon * gain - cost
    text = f"{years(horizon)} x {kr(gain)} - {kr(cost)}"
    if cell in PER_PARTICIPANT:
        return text, profit
    if PARTICIPANTS not in row.figures:
        return "", math.nan
    people, twin = row.figures[PARTICIPANTS].number, row.figures.get(cell.replace("total", "pp"))
    if twin and math.isfinite(twin.number):
        return f"{whole(people)} x {kr(twin.number)}", people * twin.number
    return f"{whole(people)} x ({text})", people * profit


def _result(cell: str, amount: float) -> str:
    return f"{amount:.1f} months" if cell == PAYBACK else kr(amount)


def _stands_for(row: Row, cell: str) -> str:
    figure = row.figures[cell]
    if math.isinf(figure.number):
        return "" if cell == PAYBACK else "0 or less"
    return interval(cell, (figure.low, figure.high)) if figure.low < figure.high else ""
