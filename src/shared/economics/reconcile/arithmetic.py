"""The arithmetic that shows why a printed figure agrees with others, or does not."""

import math
from dataclasses import replace

from shared.economics.reconcile.consistency import Cells, Gain, without
from shared.economics.reconcile.feasible import implied
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
)
from shared.economics.reconcile.table import Row, claims_of, is_never_paid_back
from shared.economics.reconcile.words import column, columns, interval, kr, printed, whole, years

TIGHT = 0.03  # relative width of a gain that can be told as one figure
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
    if not written or math.isinf(figure.number) or math.isinf(result):
        return ""
    text = f"{column(cell, row.horizons)}: {written} = {_result(cell, result)}"
    if not figure.low <= result <= figure.high:
        claims = claims_of(replace(row, figures=sound))
        range_ = implied(without(claims, cell), claims[cell].quantity)
        text += f" ({interval(cell, range_)} unrounded)" if range_ else ""
        return f"{text}, printed {printed(row, cell)} ({_stands_for(row, cell)}): agrees"
    return f"{text}, printed {printed(row, cell)}: agrees"


def contradictions(row: Row, conflicts: tuple[Cells, ...], wrong: set[str]) -> list[str]:
    """Return why figures cannot all be true, once for each figure told, the easiest to follow.

    wrong : the columns under suspicion; one of them is told by the others where possible.
    """
    told: dict[str, tuple[tuple[int, int], str]] = {}
    for conflict in conflicts:
        cell = _told(conflict, wrong)
        others = _others(row, conflict, cell)
        found = implied(others, claims_of(row)[cell].quantity)
        if found:
            ease = (sum(map(math.isinf, found)), len(others))
            text = _contradiction(row, cell, others, found)
        else:
            ease, text = (2, len(conflict)), f"{columns(conflict, row.horizons)} cannot all be true"
        if cell not in told or ease < told[cell][0]:
            told[cell] = (ease, text)
    return [text for _, text in sorted(told.values())]


def _others(row: Row, conflict: Cells, cell: str) -> Claims:
    """Return the claims against ``cell``; with participants where that makes them a sum."""
    same_horizon = {
        name for name in conflict if name in PROFITS and name[-4:] == cell[-4:] and cell in PROFITS
    }
    names = {*conflict, PARTICIPANTS} if len(same_horizon) > 1 else set(conflict)
    return {name: one for name, one in claims_of(row).items() if name in names - {cell}}


def _contradiction(row: Row, cell: str, others: Claims, found: Range) -> str:
    if cell == PAYBACK and is_never_paid_back(row):
        return _paid_back(row, others, found)
    written = _written(row, cell, others)
    given = interval(cell, found)
    text = f"{written} = {given}" if written else f"{given} by {_named(row, others)}"
    said = f" ({stands})" if (stands := _stands_for(row, cell)) and _near(row, cell, found) else ""
    return f"{column(cell, row.horizons)}: {text}, printed {printed(row, cell)}{said}: contradicts"


def _paid_back(row: Row, others: Claims, found: Range) -> str:
    profit = column("profit_pp_long", row.horizons)
    if set(others) == {"profit_pp_long"}:
        reason = f"{profit} is {printed(row, 'profit_pp_long')}"
    else:
        reason = f"{profit} is {interval('profit_pp_long', found)} by {_named(row, others)}"
    horizon = years(row.horizons.long)
    return f"payback: printed {printed(row, PAYBACK)}, but paid back within {horizon}, as {reason}"


def _named(row: Row, others: Claims) -> str:
    return ", ".join(f"{column(name, row.horizons)} {printed(row, name)}" for name in others)


def _near(row: Row, cell: str, found: Range) -> bool:
    """Return whether it takes the interval of a printed figure to see that it contradicts."""
    figure = row.figures[cell]
    apart = max(found[0] - figure.high, figure.low - found[1])
    return apart <= 2 * figure.unit


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
    if gain[1] - gain[0] > TIGHT * abs(sum(gain) / 2):
        return ""  # a single gain would not give the interval
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
