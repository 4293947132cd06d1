"""What is found in a published table, as text for a terminal."""

import math
from textwrap import wrap

from shared.economics.reconcile.arithmetic import agreement, contradictions
from shared.economics.reconcile.consistency import Gain
from shared.economics.reconcile.model import CELLS, PARTICIPANTS, PAYBACK, PROFITS
from shared.economics.reconcile.readings import whole_numbers
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
REPAIRS_TOLD = 3
READINGS_TOLD = 5
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
    absent = [cell for cell in CELLS if all(cell not in one.row.figures for one in found)]
    if absent:
        summary += f" No figures found of: {', '.join(absent)}."
    # What is the same for all is said once.
    alike = {_assumed(one) for one in found}
    shared = alike.pop() if len(found) > 1 and len(alike) == 1 else ""
    summary += f" {shared}" if shared else ""
    blocks = [_block(one, assumed=not shared) for one in found]
    return "\n\n".join(["\n".join(wrap(summary, WIDTH)), *blocks]).replace(NO_BREAK, " ")


def _block(one: Reconciled, *, assumed: bool) -> str:
    head = f"{one.row.name} (row {one.row.row}): {VERDICTS[one.consistency.verdict]}"
    lines = _readings(one)
    lines += _contradictions(one)
    lines += [f"Annual gain per participant: {_gain(one)}"] if one.gain else []
    lines += _agreements(one)
    lines += [note for note in notes(one) if assumed or note != _assumed(one)]
    indented = [
        part
        for line in lines
        for part in wrap(line, WIDTH, initial_indent="  ", subsequent_indent="      ")
    ]
    return "\n".join([head, *indented])


def _gain(one: Reconciled) -> str:
    gain = one.gain or Gain(-math.inf, math.inf)
    span = interval(PROFITS[0], (gain.low, gain.high))
    if gain.estimate is not None:
        text = f"{kr(gain.estimate)} kr" + (f" ({span})" if span != kr(gain.estimate) else "")
    else:
        text = " kr or ".join(span.split(" or ")) if " or " in span else f"{span} kr"
    if not one.consistency.conflicts:
        return text
    if any(reading.certainty == "likely" for reading in one.readings):
        return f"{text}, by the likely reading"
    repairs = one.consistency.repairs
    if len(repairs[0]) > 1:
        return f"{text}, if no more figures than these are wrong"
    return f"{text}, {'by the other figures' if len(repairs) == 1 else 'whichever is wrong'}"


def _contradictions(one: Reconciled) -> list[str]:
    found = one.consistency
    if not found.conflicts:
        return []
    lines = contradictions(one.row, found.conflicts, _wrong(one))
    told = [f"- {line}" for line in lines[:CONFLICTS_TOLD]]
    return [*told, *_suspects(one)]


def _suspects(one: Reconciled) -> list[str]:
    repairs, horizons = one.consistency.repairs, one.row.horizons
    if len(repairs[0]) > 1:
        sets = [columns(repair, horizons) for repair in repairs]
        more = len(sets) - REPAIRS_TOLD
        told = "; or ".join(sets[:REPAIRS_TOLD]) + (f"; and {more} more" if more > 0 else "")
        return [f"Changing one figure is not enough. The fewest to change: {told}."]
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
    more = len(told) - READINGS_TOLD
    told = told[:READINGS_TOLD] + ([f"And {more} more possible readings."] if more > 0 else [])
    if any(reading.kind != "not_linear" or reading.also for reading in one.readings):
        return told
    return [*told, "No single slip that is known here explains it."]


def notes(one: Reconciled) -> list[str]:
    """Return what is remarked on a row besides: what was assumed, and what is implied."""
    row, said = one.row, []
    if row.assumed:
        said.append(_assumed(one))
    if one.consistency.verdict == "consistent" and not _agreements(one):
        said.append("Nothing contradicts, but with so few figures little could.")
    if one.coarse:
        said.append(
            f"Agrees only if {columns(one.coarse, row.horizons)} is rounded more coarsely than "
            "most of its column."
        )
    people = one.implied.get(PARTICIPANTS)
    if people and PARTICIPANTS not in row.figures and math.isfinite(people[1]):
        said.append(
            f"Participants not printed; implied: {interval(PARTICIPANTS, whole_numbers(people))}."
        )
    return said


def _assumed(one: Reconciled) -> str:
    row = one.row
    if not row.assumed:
        return ""
    stated = [years(row.horizons.long if at == LONG else row.horizons.short) for at in row.assumed]
    names = columns(row.assumed, row.horizons)
    return f"Not stated: {names}; {' and '.join(stated)} assumed."
