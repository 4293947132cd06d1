"""What is found in a published table, as text for a terminal and as one JSON document."""

import json
import math
from textwrap import wrap
from typing import Any

from shared.economics.reconcile.arithmetic import agreement, contradictions
from shared.economics.reconcile.consistency import Gain
from shared.economics.reconcile.model import CELLS, PARTICIPANTS, PAYBACK, PROFITS
from shared.economics.reconcile.readings import Reading, whole_numbers
from shared.economics.reconcile.reconcile import Reconciled
from shared.economics.reconcile.table import LONG
from shared.economics.reconcile.words import (
    NO_BREAK,
    column,
    columns,
    interval,
    kr,
    reading_text,
    years,
)

WIDTH = 96
CONFLICTS_TOLD = 3
VERDICTS = {
    "consistent": "consistent",
    "contradictory": "contradictory",
    "untestable": "cannot be tested: too few figures",
}


def as_text(found: list[Reconciled]) -> str:
    """Return a block per project: verdict, gain, sums that contradict or agree, readings."""
    counts = [sum(one.consistency.verdict == verdict for one in found) for verdict in VERDICTS]
    projects = f"{len(found)} project" + ("s" if len(found) != 1 else "")
    summary = (
        f"{projects}: {counts[0]} consistent, {counts[1]} contradictory, {counts[2]} cannot be "
        "tested. Model: profit = years x gain - cost per participant; payback = 12 x cost / gain. "
        "A figure stands for all that it can be rounded from."
    )
    text = "\n\n".join(["\n".join(wrap(summary, WIDTH)), *map(_block, found)])
    return text.replace(NO_BREAK, " ")


def as_json(found: list[Reconciled], file: str) -> str:
    """Return the same as a JSON document, with ``projects`` in the order of the table."""
    document = {"file": file, "projects": [_project(one) for one in found]}
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return text.replace(NO_BREAK, " ")


def _block(one: Reconciled) -> str:
    head = f"{one.row.name} (row {one.row.row}): {VERDICTS[one.consistency.verdict]}"
    lines = [f"Annual gain per participant: {_gain(one)}"] if one.gain else []
    lines += _contradictions(one)
    lines += _agreements(one)
    lines += _readings(one)
    lines += _notes(one)
    indented = [
        part
        for line in lines
        for part in wrap(line, WIDTH, initial_indent="  ", subsequent_indent="      ")
    ]
    return "\n".join([head, *indented])


def _gain(one: Reconciled) -> str:
    gain = one.gain or Gain(-math.inf, math.inf)
    span = interval(PROFITS[0], (gain.low, gain.high))
    text = f"{kr(gain.estimate)} kr ({span})" if gain.estimate is not None else f"{span} kr"
    if not one.consistency.conflicts:
        return text
    likely = any(reading.certainty == "likely" for reading in one.readings)
    return f"{text}, {'by the likely reading' if likely else 'whichever figures are wrong'}"


def _contradictions(one: Reconciled) -> list[str]:
    found = one.consistency
    if not found.conflicts:
        return []
    lines = contradictions(one.row, found.conflicts, _wrong(one))
    told = [f"- {line}" for line in lines[:CONFLICTS_TOLD]]
    more = len(lines) - CONFLICTS_TOLD
    told += [f"- and {more} more of the kind"] if more > 0 else []
    return [*told, *_suspects(one)]


def _suspects(one: Reconciled) -> list[str]:
    repairs, horizons = one.consistency.repairs, one.row.horizons
    if len(repairs[0]) > 1:
        sets = "; or ".join(columns(repair, horizons) for repair in repairs)
        return [f"Changing one figure is not enough. The fewest to change: {sets}."]
    fits = [
        f"{column(cell, horizons)} ({interval(cell, one.implied[cell])} would fit)"
        for (cell,) in repairs
        if cell in one.implied
    ]
    which = "one of these" if len(fits) > 1 else "this"
    return [f"If only one figure is wrong, it is {which}: {'; '.join(fits)}."]


def _wrong(one: Reconciled) -> set[str]:
    return {cell for repair in one.consistency.repairs for cell in repair}


def _agreements(one: Reconciled) -> list[str]:
    status, gain = one.consistency.status, one.gain
    if not gain or one.consistency.verdict == "untestable":
        return []
    cells = [cell for cell in (*PROFITS, PAYBACK) if status[cell] == "agrees"]
    return [f"- {text}" for cell in cells if (text := agreement(one.row, cell, gain, _wrong(one)))]


def _readings(one: Reconciled) -> list[str]:
    if not one.consistency.conflicts:
        return []
    told = [
        f"{reading.certainty.capitalize()}: {reading_text(one.row, reading)}."
        for reading in one.readings
    ]
    if any(reading.kind != "not_linear" for reading in one.readings):
        return told
    return [*told, "No single slip that is known here explains it."]


def _notes(one: Reconciled) -> list[str]:
    row, notes = one.row, []
    if row.assumed:
        stated = [
            years(row.horizons.long if name == LONG else row.horizons.short) for name in row.assumed
        ]
        names = columns(row.assumed, row.horizons)
        notes.append(f"Not stated: {names}; {' and '.join(stated)} assumed.")
    if one.coarse:
        notes.append(
            f"Agrees only if {columns(one.coarse, row.horizons)} is rounded more coarsely than "
            "most of its column."
        )
    people = one.implied.get(PARTICIPANTS)
    if people and PARTICIPANTS not in row.figures and math.isfinite(people[1]):
        notes.append(
            f"Participants not printed; implied: {interval(PARTICIPANTS, whole_numbers(people))}."
        )
    return notes


def _project(one: Reconciled) -> dict[str, Any]:
    found, gain = one.consistency, one.gain
    return {
        "project": one.row.name,
        "row": one.row.row,
        "verdict": found.verdict,
        "annual_gain": {
            "low": _number(gain.low if gain else None),
            "high": _number(gain.high if gain else None),
            "estimate": _number(gain.estimate if gain else None),
        },
        "horizons": {
            "short": one.row.horizons.short,
            "long": one.row.horizons.long,
            "assumed": list(one.row.assumed),
        },
        "cells": {cell: _cell(one, cell) for cell in CELLS},
        "conflicts": [list(conflict) for conflict in found.conflicts],
        "smallest_repairs": [list(repair) for repair in found.repairs],
        "readings": [_reading(one, reading) for reading in one.readings],
        "notes": _notes(one),
    }


def _reading(one: Reconciled, reading: Reading) -> dict[str, Any]:
    return {
        "kind": reading.kind,
        "cell": reading.cells[0],
        "cells": list(reading.cells),
        "text": reading_text(one.row, reading),
        "certainty": reading.certainty,
    }


def _cell(one: Reconciled, cell: str) -> dict[str, Any]:
    figure, implied = one.row.figures.get(cell), one.implied.get(cell)
    return {
        "printed": figure.text if figure else None,
        "low": _number(figure.low if figure else None),
        "high": _number(figure.high if figure else None),
        "status": one.consistency.status[cell],
        "implied_low": _number(implied[0] if implied else None),
        "implied_high": _number(implied[1] if implied else None),
    }


def _number(number: float | None) -> float | None:
    """Return a number to two decimals; none where nothing bounds it, for JSON has no infinity."""
    return None if number is None or math.isinf(number) else round(number, 2)
