"""Write tables as real exports look: Swedish headers and labels, four formats, the same bytes.

A ``Style`` says how a file is written. A file with other headers and labels is written by turning
its mapping in ``study.yml`` around, so that the two always agree.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile, ZipInfo

import numpy as np
import pandas as pd
import xlsxwriter

from shared.sources.dictionary import Column, Table, code_lists

CREATED = datetime(2017, 7, 15)  # of every workbook; the clock's time would change the bytes


@dataclass(frozen=True)
class Style:
    """How a file is written; ``decimal`` and ``date`` do not concern workbooks."""

    suffix: Literal[".csv", ".xlsx"]
    encoding: str = "utf-8"
    delimiter: str = ";"
    decimal: str = ","
    date: str = "%Y-%m-%d"


SEMICOLON = Style(".csv", "utf-8-sig")
REGISTER = Style(".csv", "cp1252", date="%Y%m%d")
COMMA = Style(".csv", delimiter=",", decimal=".")
SLASHED = Style(".csv", delimiter=",", decimal=".", date="%d/%m/%Y")
WORKBOOK = Style(".xlsx")


def export(frame: pd.DataFrame, table: Table, style: Style) -> pd.DataFrame:
    """Return the table's columns in Swedish: the dictionary's headers, labels and cell forms.

    A column that ``frame`` lacks becomes empty. Several codes in a cell are joined by ``|`` in
    ``frame`` and by ``; `` in the file.
    """
    cells = {
        column.header: _cells(frame[column.name], column, style)
        if column.name in frame
        else np.full(len(frame), "", dtype=object)
        for column in table.columns
    }
    return pd.DataFrame(cells)


def export_mapped(frame: pd.DataFrame, table: Table, mapping: dict[str, Any]) -> pd.DataFrame:
    """Return a frame in the headers and labels of a mapped workbook; wide when it has items."""
    frame = frame.reset_index(drop=True)
    shown = export(frame, table, WORKBOOK)
    for name, labels in mapping.get("values", {}).items():
        back = {ours: theirs for theirs, ours in labels.items()}
        shown[table.column(name).header] = frame[name].map(back, na_action="ignore").fillna("")
    header = {ours: theirs for theirs, ours in mapping["columns"].items()}
    kept = shown[[table.column(name).header for name in header]].set_axis(
        list(header.values()), axis=1
    )
    if "items" not in mapping:
        return kept
    kept = kept.assign(
        item=frame["item_id"].to_numpy(), answer=shown[table.column("answer").header]
    )
    return kept.pivot(index=list(header.values()), columns="item", values="answer").reset_index()


def write_csv(path: Path, cells: pd.DataFrame, style: Style) -> None:
    """Write exported cells as CSV."""
    cells.to_csv(
        path, index=False, sep=style.delimiter, encoding=style.encoding, lineterminator="\n"
    )


def write_workbook(
    path: Path, sheets: dict[str, pd.DataFrame], above: tuple[str, ...] = ()
) -> None:
    """Write exported cells as sheets; the lines ``above`` stand over the first sheet's headers."""
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    book.set_properties({"created": CREATED})
    for number, (name, cells) in enumerate(sheets.items()):
        sheet = book.add_worksheet(name)
        lines = above if number == 0 else ()
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line)
        for place, header in enumerate(cells.columns):
            sheet.write_column(len(lines), place, [header, *cells[header]])
    book.close()
    path.write_bytes(_uncompressed(buffer))


def _uncompressed(buffer: BytesIO) -> bytes:
    """Store the workbook's parts as they are: compressed bytes differ between zlib versions."""
    stored = BytesIO()
    with ZipFile(buffer) as packed, ZipFile(stored, "w") as plain:
        for name in packed.namelist():
            info = ZipInfo(name)
            info.create_system = 0  # else it tells the operating system
            plain.writestr(info, packed.read(name))
    return stored.getvalue()


def _cells(values: pd.Series, column: Column, style: Style) -> np.ndarray:
    """Turn values into cells, each distinct value once; missing ones become empty."""
    numbers, distinct = pd.factorize(values)
    write = _writer(column, style)
    written = np.array([*(write(value) for value in distinct), ""], dtype=object)
    return written[numbers]  # a missing value has number -1, the last


def _writer(column: Column, style: Style) -> Callable[[Any], Any]:
    """Return the function that writes one value; workbooks keep dates and numbers as such."""
    labels = {code: item.label for code, item in code_lists().get(column.codes, {}).items()}
    if column.codes:
        return lambda codes: "; ".join(labels[code] for code in codes.split("|"))
    in_workbook = style.suffix == ".xlsx"
    writers: dict[str, Callable[[Any], Any]] = {
        "bool": lambda value: "Ja" if value else "Nej",
        "date": lambda value: _date(value) if in_workbook else f"{_date(value):{style.date}}",
        "int": lambda value: int(value) if in_workbook else str(int(value)),
        "float": lambda value: float(value) if in_workbook else _number(value, style),
    }
    return writers.get(column.type, str)


def _date(value: Any) -> date:
    return pd.Timestamp(value).date()


def _number(value: float, style: Style) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", style.decimal)
