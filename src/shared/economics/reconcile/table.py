"""A published appraisal table, as figures that each stand for an interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from shared.economics.projects import HEADERS, Cell, Project, read_projects
from shared.economics.reconcile.model import (
    CELLS,
    COST,
    PARTICIPANTS,
    PAYBACK,
    PROFITS,
    Claims,
    Horizons,
    claimed,
)
from shared.economics.reconcile.printed import (
    UNIT_OF_ZERO,
    Figure,
    at_unit,
    money,
    months,
    people,
    shared_unit,
)
from shared.faults import Fault, InputError

SHORT, LONG = "horizon_short_years", "horizon_long_years"
ALIASES: dict[str, Sequence[str]] = {
    PARTICIPANTS: HEADERS[PARTICIPANTS],
    COST: HEADERS[COST],
    PAYBACK: (
        "återbetalningstid",
        *(f"återbetalningstid{unit}" for unit in (" (månader)", ", månader", " (mån)", ", mån")),
    ),
    "profit_total_short": ("vinst totalt kort sikt", "vinst totalt, kort sikt"),
    "profit_total_long": ("vinst totalt lång sikt", "vinst totalt, lång sikt"),
    "profit_pp_short": ("vinst per deltagare kort sikt", "vinst per deltagare, kort sikt"),
    "profit_pp_long": ("vinst per deltagare lång sikt", "vinst per deltagare, lång sikt"),
    SHORT: ("kort sikt, år", "kort sikt (år)"),
    LONG: ("lång sikt, år", "lång sikt (år)"),
}
UNIT = {**dict.fromkeys((COST, *PROFITS), "kr"), PAYBACK: "months"}  # besides none
MOST_YEARS = 100


@dataclass(frozen=True)
class Row:
    """A project's printed figures, by column; a blank has no key.

    assumed : the horizons that were not printed, for which 1 and 5 years are taken.
    """

    name: str
    row: int
    figures: dict[str, Figure]
    horizons: Horizons = field(default_factory=Horizons)
    assumed: tuple[str, ...] = ()


def read_table(path: Path) -> list[Row]:
    """Return the rows of a published table, CSV or workbook.

    Raises ``InputError`` with all faults: unreadable figures, a table without any profit or
    payback, horizons that are not years or not in order.
    """
    projects = read_projects(path, {}, ALIASES)
    faults = [fault for project in projects for fault in _faults(project)]
    columns = projects[0].cells if projects else {}
    if not any(cell in columns for cell in (PAYBACK, *PROFITS)):
        allowed = f"some of the columns {', '.join((PAYBACK, *PROFITS))}"
        faults.append(Fault("no column of profits or payback", allowed, file=path.name, row=1))
    if faults:
        raise InputError(faults)
    zeros = {cell: _unit_of_zero(projects, cell) for cell in (COST, *PROFITS)}
    return [_row(project, zeros) for project in projects]


def claims_of(row: Row, horizons: Horizons | None = None) -> Claims:
    """Return what the figures claim, at their own horizons unless others are given."""
    years = horizons or row.horizons
    return {cell: claimed(cell, figure, years) for cell, figure in row.figures.items()}


def is_never_paid_back(row: Row) -> bool:
    """Return whether the payback is printed as not reached (i.v.)."""
    return PAYBACK in row.figures and math.isinf(row.figures[PAYBACK].number)


def at_column_units(rows: list[Row]) -> list[Row]:
    """Return the rows as if every amount were rounded like most of its column."""
    units = {
        cell: shared_unit([row.figures[cell] for row in rows if cell in row.figures])
        for cell in (COST, *PROFITS)
    }
    return [
        replace(row, figures={c: at_unit(f, units.get(c)) for c, f in row.figures.items()})
        for row in rows
    ]


def _row(project: Project, zeros: dict[str, float]) -> Row:
    read = {
        PARTICIPANTS: people(project.cells.get(PARTICIPANTS)),
        PAYBACK: months(project.cells.get(PAYBACK)),
        **{cell: money(project.cells.get(cell), unit) for cell, unit in zeros.items()},
    }
    cost = read[COST]
    if cost:
        read[COST] = replace(cost, low=max(0.0, cost.low)) if math.isfinite(cost.number) else None
    figures = {cell: figure for cell in CELLS if (figure := read[cell])}
    assumed = tuple(name for name in (SHORT, LONG) if _years(project, name) is None)
    default = Horizons()
    horizons = Horizons(
        _years(project, SHORT) or default.short, _years(project, LONG) or default.long
    )
    return Row(project.name, project.row, figures, horizons, assumed)


def _unit_of_zero(projects: list[Project], cell: str) -> float:
    figures = [money(project.cells.get(cell)) for project in projects]
    units = [figure.unit for figure in figures if figure and figure.number and figure.unit]
    return max(units, default=UNIT_OF_ZERO)


def _years(project: Project, name: str) -> float | None:
    return project.cells.get(name, Cell("")).number


def _faults(project: Project) -> list[Fault]:
    faults: list[tuple[str, str, str]] = []
    short, long = _years(project, SHORT), _years(project, LONG)
    for name, years in ((SHORT, short), (LONG, long)):
        if years is not None and not 0 < years <= MOST_YEARS:
            faults.append((name, f"{years:g}", f"years above 0, at most {MOST_YEARS}"))
    default = Horizons()
    first, last = short or default.short, long or default.long
    if not faults and first >= last:
        allowed = f"a horizon after the short one, {first:g} years"
        faults.append((LONG, f"{last:g} years", allowed))
    payback = project.cells.get(PAYBACK, Cell("")).number
    if payback is not None and payback < 0:
        faults.append((PAYBACK, "a number below 0", "months, 0 or more, or i.v. (not reached)"))
    for name, cell in project.cells.items():
        if cell.number is not None and cell.unit not in ("", UNIT.get(name, "")):
            allowed = f"a number in {UNIT[name]}" if name in UNIT else "a number without unit"
            faults.append((name, f"a number in {cell.unit}", allowed))
    return [
        Fault(found, allowed, file=project.file, row=project.row, column=column)
        for column, found, allowed in faults
    ]
