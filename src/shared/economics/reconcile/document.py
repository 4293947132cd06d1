"""What is found in a published table, as one JSON document."""

import json
import math
from typing import Any

from shared.economics.reconcile.model import CELLS
from shared.economics.reconcile.reading import Reading
from shared.economics.reconcile.reconcile import Reconciled
from shared.economics.reconcile.report import notes
from shared.economics.reconcile.words import NO_BREAK, reading_text


def as_json(found: list[Reconciled], file: str) -> str:
    """Return all that is found as a JSON document, with ``projects`` in the order of the table."""
    document = {"file": file, "projects": [_project(one) for one in found]}
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return text.replace(NO_BREAK, " ")


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
        "notes": notes(one),
    }


def _reading(one: Reconciled, reading: Reading) -> dict[str, Any]:
    return {
        "kind": reading.kind,
        "cell": reading.cells[0],
        "cells": list(reading.cells),
        "text": reading_text(one.row, reading),
        "certainty": reading.certainty,
        "also": [{"kind": other.kind, "cells": list(other.cells)} for other in reading.also],
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
