"""A published table of projects: each figure as a number, as it is printed, and how precisely.

Such tables are typed off reports, so they are read as people write them: ``52 000 kr``,
``1,4 Mkr``, ``i.v.``. What could mean two things is refused rather than guessed.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from shared.faults import Fault, InputError, describe, nearest

if TYPE_CHECKING:
    import pandas as pd

PROJECT = {"project": ("projekt", "projektnamn")}
HEADERS = {  # how the columns of an appraisal are headed, besides by their names
    "participants": ("deltagare", "antal deltagare"),
    "cost_per_participant": ("kostnad per deltagare",),
    "gain_per_participant_year": (
        "vinst per deltagare och år",
        "vinst per deltagare per år",
        "gain per participant and year",
    ),
}
NO_VALUE = ("", "-", "–", "—", "−", "..", "i.v.", "i.u.", "e.t.", "n/a", "na")
UNITS = {  # what may follow a number: its unit, and the power of ten that it stands for
    **dict.fromkeys(("kr", "kronor", "sek", "kr/år", ":-", ",-"), ("kr", 0)),
    "tkr": ("kr", 3),
    **dict.fromkeys(("mkr", "mnkr"), ("kr", 6)),
    **dict.fromkeys(("mån", "månader"), ("months", 0)),
    "%": ("%", 0),
    "": ("", 0),
}
NUMBER = re.compile(r"([+-]?\d{1,15}(?:[.,]\d{1,15})?(?:e[+-]?\d\d?)?)(\D*)")
THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")  # 52,000: thousands, or three decimals?
FIGURE = "a number such as 52 000, 52000,50 or 1,4 Mkr"
HOW_THOUSANDS = "Write thousands with spaces or without, and not three decimals."
RULES: dict[str, tuple[str, Callable[[float], bool], str]] = {  # allowed, test, unit
    "participants": ("a whole number above 0", lambda n: n > 0 and n.is_integer(), ""),
    "cost_per_participant": ("kr, 0 or more, without minus sign", lambda kr: kr >= 0, "kr"),
    "gain_per_participant_year": ("kr", lambda kr: True, "kr"),
}


@dataclass(frozen=True)
class Cell:
    """A figure: its text as printed, its number, and what one unit of its last digit is worth.

    ``1,4 Mkr`` is 1 400 000 by steps of 100 000; ``number`` and ``step`` are None without a value.
    ``unit`` is kr (tkr and Mkr are counted in), % or months, and empty when none is written.
    """

    text: str
    number: float | None = None
    step: float | None = None
    unit: str = ""


@dataclass(frozen=True)
class Project:
    """One row of the table; ``row`` counts as the spreadsheet does, the header row included."""

    name: str
    file: str
    row: int
    cells: dict[str, Cell]


def read_projects(
    path: Path,
    columns: Mapping[str, Sequence[str]],
    optional: Mapping[str, Sequence[str]] | None = None,
) -> list[Project]:
    """Return the projects of a CSV file or workbook in the order of its rows.

    columns  : name of each column that is needed, with other headers it may have (``HEADERS``).
    optional : columns that may be missing, and whose cells may be without value (``NO_VALUE``);
               a column that the file lacks is no key of ``cells``.
    The column ``project`` is always needed; columns not asked for are ignored.
    Raises ``InputError`` with all faults of the file.
    """
    frame, sheet = _read(path)
    needed = {**PROJECT, **columns}
    places, faults = _locate(frame.columns.tolist(), {**needed, **(optional or {})}, needed)
    if frame.empty:
        faults.append(Fault("no projects", "a row for each project under the header row"))
    projects = []
    for row, *texts in frame.itertuples(name=None):
        written = {name: texts[place] for name, place in places.items()}
        cells = {name: read_cell(text) for name, text in written.items() if name not in PROJECT}
        projects.append(Project(written.get("project", ""), path.name, row, cells))
        faults += _faults(written, cells, row, needed)
    if faults:
        raise InputError([replace(fault, file=path.name, sheet=sheet) for fault in faults])
    return projects


def read_cell(text: str) -> Cell:
    """Return what a cell says; without number when it says nothing, or nothing that is clear."""
    plain = re.sub(r"\s", "", text.casefold()).replace("−", "-").replace("–", "-")
    match = NUMBER.fullmatch(plain)
    if not match or match[2] not in UNITS:
        return Cell(text)
    unit, power = UNITS[match[2]]
    if power == 0 and THOUSANDS.fullmatch(match[1]):
        return Cell(text)
    number = Decimal(match[1].replace(",", ".")).scaleb(power)
    return Cell(text, float(number), 10.0 ** int(number.as_tuple().exponent), unit)


def _read(path: Path) -> tuple["pd.DataFrame", str]:
    from shared.sources.formats import read_text

    kinds = "a .csv file (UTF-8 or Windows-1252) or an .xlsx file"
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError([Fault(f"no file to read at '{path}'", kinds)]) from error
    suffix = path.suffix.lower()
    if suffix not in (".csv", ".xlsx") or (suffix == ".csv" and b"\0" in content):
        found = "a file that is not a table as text" if suffix == ".csv" else "another kind of file"
        todo = "Save it from the spreadsheet as one of them."
        raise InputError([Fault(found, kinds, todo, file=path.name)])
    lines = content.splitlines() if suffix == ".csv" else []
    empty = next((place for place, line in enumerate(lines) if line.strip()), 0)
    return read_text(path, header_row=1 + empty)


def _locate(
    headers: list[str], asked: Mapping[str, Sequence[str]], needed: Mapping[str, Sequence[str]]
) -> tuple[dict[str, int], list[Fault]]:
    """Return the place of each column, and a fault for each that is missing or there twice."""
    plain = [_plain(header) for header in headers]
    known = {name: {_plain(header) for header in (name, *others)} for name, others in asked.items()}
    at = {name: [i for i, word in enumerate(plain) if word in known[name]] for name in asked}
    taken = {place for places in at.values() for place in places}
    free = [header for place, header in enumerate(headers) if place not in taken]
    faults = []
    for name, places in at.items():
        if len(places) > 1:
            twice = " and ".join(f"'{headers[place]}'" for place in places)
            faults.append(Fault(f"the columns {twice}", "one of them", column=name))
        if not places and name in needed:
            names = (name, *asked[name])
            hints = (nearest(word, free) for word in names)
            allowed = " or ".join(f"'{word}'" for word in names)
            hint = next(filter(None, hints), "")
            faults.append(Fault("no such column", f"the header {allowed}", hint, column=name))
    return {name: places[0] for name, places in at.items() if places}, faults


def _plain(header: str) -> str:
    words = " ".join(header.casefold().replace("_", " ").replace("/", " per ").split())
    return re.sub(r",? \(?(kr|sek)( per år)?\)?$", "", words)  # one in tkr stays unknown


def _faults(
    written: dict[str, str], cells: dict[str, Cell], row: int, needed: Mapping[str, Sequence[str]]
) -> list[Fault]:
    """Return the faults of one row: what is missing, unreadable, or not allowed in its column."""
    faults = []
    if written.get("project") == "":
        faults.append(Fault("an empty cell", "the project's name", row=row, column="project"))
    for name, cell in cells.items():
        allowed, fits, unit = RULES.get(name, (FIGURE, lambda number: True, cell.unit))
        if cell.number is None and (name in needed or cell.text.casefold() not in NO_VALUE):
            what = f"{FIGURE}; {allowed}" if name in RULES else allowed
            hint = HOW_THOUSANDS if THOUSANDS.search(cell.text) else ""
            faults.append(Fault(describe(cell.text), what, hint, row=row, column=name))
        elif cell.number is not None and not (fits(cell.number) and cell.unit in ("", unit)):
            faults.append(Fault(describe(cell.text), allowed, row=row, column=name))
    return faults
