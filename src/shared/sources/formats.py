"""Read one delivered file as text: CSV, a sheet of a workbook, or a coded interview project.

Every cell becomes text and every row keeps its number in the file, so that a fault can be found.
"""

import re
from datetime import date, datetime
from io import StringIO
from pathlib import Path

import pandas as pd

from shared.faults import Fault, InputError
from shared.sources.qdpx import read_qdpx

ENCODINGS = ("utf-8-sig", "cp1252")  # with or without BOM; Windows-1252 covers Latin-1 text
DELIMITERS = (";", "\t", ",")


def read_text(
    path: Path, *, sheet: str | None = None, header_row: int = 1, encoding: str | None = None
) -> tuple[pd.DataFrame, str]:
    """Return the file's cells as text, and the name of the sheet (only a workbook has one).

    The frame's columns are the headers, its index the row numbers in the file (1 is the first);
    a coded project (.qdpx) has no rows of its own, and its codings are counted instead.
    Empty cells are empty strings; rows without any text are left out.
    Raises ``InputError`` when the file cannot be read as what its name says.
    """
    if path.suffix.lower() == ".qdpx":
        return read_qdpx(path), ""
    if path.suffix.lower() == ".csv":
        frame, sheet = _read_csv(path, header_row, encoding), ""
    else:
        frame, sheet = _read_sheet(path, header_row, sheet)
    frame.columns = [" ".join(str(header).split()) for header in frame.columns]
    frame.index = pd.RangeIndex(header_row + 1, header_row + 1 + len(frame))
    stripped = frame.apply(lambda column: column.str.strip())
    return stripped[(stripped != "").any(axis=1)], sheet


def _read_csv(path: Path, header_row: int, encoding: str | None) -> pd.DataFrame:
    text = _decode(path, encoding)
    lines = text.splitlines()
    if len(lines) < header_row:
        raise InputError([Fault(f"{len(lines)} rows", "a header row", file=path.name)])
    header = lines[header_row - 1]
    delimiter = max(DELIMITERS, key=header.count)
    try:
        rows = pd.read_csv(
            StringIO(text),
            sep=delimiter,
            header=None,  # else repeated headers are renamed and a long first row is cut off
            skiprows=header_row - 1,
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
        ).fillna("")
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        numbers = re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", str(error))
        if not numbers:
            raise InputError([Fault("text that is not a table", "CSV", file=path.name)]) from error
        expected, row, seen = map(int, numbers.groups())
        fault = Fault(
            f"{seen} cells",
            f"{expected} cells, as in the header row",
            "Put quotation marks around cells that contain the separator.",
            file=path.name,
            row=row,
        )
        raise InputError([fault]) from error
    return rows.iloc[1:].set_axis(rows.iloc[0], axis=1)


def _decode(path: Path, encoding: str | None) -> str:
    content = path.read_bytes()
    for name in [encoding] if encoding else ENCODINGS:
        try:
            return content.decode(name)
        except UnicodeDecodeError:
            continue
        except LookupError as error:
            fault = Fault(f"the encoding '{name}'", "a known encoding", file=path.name)
            raise InputError([fault]) from error
    allowed = encoding or "UTF-8 or Windows-1252"
    raise InputError([Fault("text in another encoding", allowed, file=path.name)])


def _read_sheet(path: Path, header_row: int, sheet: str | None) -> tuple[pd.DataFrame, str]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        workbook = CalamineWorkbook.from_path(path)
    except CalamineError as error:
        fault = Fault("a file that is not a workbook", "an .xlsx file", file=path.name)
        raise InputError([fault]) from error
    if sheet is not None and sheet not in workbook.sheet_names:
        allowed = ", ".join(workbook.sheet_names)
        raise InputError([Fault(f"no sheet '{sheet}'", f"one of {allowed}", file=path.name)])
    name = sheet or workbook.sheet_names[0]
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    if len(rows) < header_row:
        raise InputError([Fault(f"{len(rows)} rows", "a header row", file=path.name, sheet=name)])
    cells = [[_cell_text(cell) for cell in row] for row in rows[header_row:]]
    headers = [_cell_text(cell) for cell in rows[header_row - 1]]
    return pd.DataFrame(cells, columns=headers, dtype=str), name


def _cell_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "Ja" if cell else "Nej"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return (
            cell.isoformat(" ") if cell.time() != datetime.min.time() else cell.date().isoformat()
        )
    return cell.isoformat() if isinstance(cell, date) else str(cell)
