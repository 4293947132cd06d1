"""The appraisal of a table of projects: profit per horizon and payback of each, and what it means.

A row says how many took part, what each cost, and what each gains a year (kr).
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.markup import escape
from rich.table import Table

from shared.economics.appraisal import Assumptions, payback_months, profit, whole_months
from shared.economics.projects import HEADERS, Project, read_projects
from shared.faults import Fault, InputError

PAYBACK = ("Participants", "Cost each", "Gain a year", "Months", "Whole")
PROFIT = ("Years", "Each", "In all")
LONGEST = 100  # years; a longer horizon is a slip of the pen
NOTES = (
    "Kr in the price year of the source.",
    "Gross change, assumed constant from year to year: nothing is taken off for what would have "
    "happened anyway (deadweight), for displacement, or for gains that fade. Change, not effect.",
    "Projects with other participants, aims and methods of measuring cannot be ranked by it.",
)


@dataclass(frozen=True)
class Appraised:
    """What was asked, the answer for each project in the order of the file, and what to mind."""

    years: list[float]
    discount: float
    projects: list[dict[str, Any]]
    notes: list[str]


def appraise_projects(path: Path, years: str, discount: str) -> Appraised:
    """Return profit and payback of each project in a CSV file or workbook.

    years    : horizons in years, separated by commas, such as ``1,4.5``.
    discount : rate per year as a fraction, such as ``0.035``.
    Amounts are kr. ``payback_months`` is exact, and None when the money is never back.
    Raises ``InputError`` for horizons, a rate or a file that cannot be used.
    """
    horizons, assumptions = _horizons(years), Assumptions(discount=_rate(discount))
    rate = float(assumptions.discount)
    projects = [_appraise(one, horizons, assumptions) for one in read_projects(path, HEADERS)]
    counted = f"Discounted by {100 * rate:g} % a year, each year's gain at its end."
    return Appraised(horizons, rate, projects, [*NOTES, counted if rate else "Not discounted."])


def as_json(appraised: Appraised) -> str:
    """Return everything as one JSON document; an unreached payback is null, and said so."""
    return json.dumps(vars(appraised), ensure_ascii=False, indent=2, allow_nan=False)


def as_tables(appraised: Appraised) -> tuple[Table, Table]:
    """Return payback, and profit by horizon, as tables for a terminal of 80 characters."""
    payback = _table("Payback (kr per participant)", PAYBACK)
    profits = _table("Profit (kr per participant, in all)", PROFIT)
    for one in appraised.projects:
        months, whole = ("not reached", "")
        if one["reached"]:
            months, whole = f"{one['payback_months']:.1f}", f"{one['payback_whole_months']}"
        amounts = (one["cost_per_participant"], one["gain_per_participant_year"])
        given = (str(one["participants"]), *map(_kr, amounts))
        payback.add_row(escape(one["project"]), *given, months, whole)
        for place, row in enumerate(one["profit"]):
            name = "" if place else escape(one["project"])
            amounts = (row["per_participant"], row["total"])
            profits.add_row(name, f"{row['years']:g}", *map(_kr, amounts))
    return payback, profits


def _appraise(project: Project, horizons: list[float], assumptions: Assumptions) -> dict[str, Any]:
    people, cost, gain = (project.cells[name].number or 0.0 for name in HEADERS)
    months = float(payback_months(cost, gain, assumptions))
    reached = bool(np.isfinite(months))
    each = [float(profit(cost, gain, years, assumptions)) for years in horizons]
    return {
        "project": project.name,
        "participants": int(people),
        "cost_per_participant": cost,
        "gain_per_participant_year": gain,
        "cost_total": people * cost,
        "payback_months": months if reached else None,
        "payback_whole_months": int(whole_months(months)) if reached else None,
        "reached": reached,
        "profit": [
            {"years": years, "per_participant": one, "total": people * one}
            for years, one in zip(horizons, each, strict=True)
        ],
    }


def _horizons(text: str) -> list[float]:
    parts = [part.strip() for part in text.split(",")]
    years = [float(part) if re.fullmatch(r"\d+(\.\d+)?", part) else 0.0 for part in parts]
    if not all(0 < one <= LONGEST for one in years):
        allowed = f"years above 0 and up to {LONGEST}, separated by commas, such as 1,4.5"
        raise InputError([Fault(f"the horizons '{text}'", allowed)])
    return [int(one) if one.is_integer() else one for one in years]


def _rate(text: str) -> float:
    rate = text.strip().replace(",", ".")
    if not re.fullmatch(r"0|0?\.\d+", rate):
        allowed = "a fraction from 0 and below 1"
        raise InputError([Fault(f"the discount '{text}'", allowed, "Write 3.5 % as 0.035.")])
    return float(rate)


def _table(title: str, headers: tuple[str, ...]) -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    table.add_column("Project", overflow="fold")
    for header in headers:
        table.add_column(header, justify="right", no_wrap=True)
    return table


def _kr(amount: float) -> str:
    return f"{round(amount):,}".replace(",", " ")
