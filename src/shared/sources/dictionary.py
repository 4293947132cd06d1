"""The data dictionary: which tables exist, their columns, types and code lists.

Each table is declared in ``tables/<table>.yml`` and every code list in ``codes.csv``; both can be
edited without touching Python. The tables keep the dictionary's Swedish names, in ASCII.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
import yaml

HERE = Path(__file__).parent
TYPES = ("id", "text", "int", "float", "date", "bool", "code", "codes", "group", "person", "drop")
ColumnType = Literal[
    "id", "text", "int", "float", "date", "bool", "code", "codes", "group", "person", "drop"
]
# Every file may say where it came from and when it was taken out of the source system.
COMMON = (
    {"header": "Källsystem", "name": "source_system", "type": "text"},
    {"header": "Uttagsdatum", "name": "extracted_on", "type": "date"},
)


@dataclass(frozen=True)
class Column:
    """One column: its Swedish header, its name in code, its type, and its code list if it has one.

    ``group`` is the raw id of a lokus group, ``person`` an id that becomes a pseudonym, ``codes``
    several codes in one cell, and ``drop`` a column that is known but never read. ``default`` is
    what an empty cell, or a file without the column, means. ``scan`` marks free text that others
    will read, so that it may name nobody: true, or the yes-or-no column that says of which rows.
    """

    header: str
    name: str
    type: ColumnType
    codes: str = ""
    default: str = ""
    scan: bool | str = False


@dataclass(frozen=True)
class Table:
    """One table of the dictionary; ``key`` names the columns that identify a row.

    ``scan`` marks a table whose files may name nobody in any text, in columns not read either.
    """

    name: str
    title: str
    question: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    scan: bool = False

    def column(self, name: str) -> Column:
        """Return the column called ``name``."""
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Code:
    """One value of a code list: its code, its Swedish label, and its coarser group."""

    code: str
    label: str
    group: str
    aliases: tuple[str, ...]


@cache
def tables() -> dict[str, Table]:
    """Return every table of the dictionary by name, in alphabetical order."""
    return {path.stem: _table(path) for path in sorted((HERE / "tables").glob("*.yml"))}


@cache
def code_lists() -> dict[str, dict[str, Code]]:
    """Return every code list by name: code to ``Code``, in the order of the file."""
    lists: dict[str, dict[str, Code]] = {}
    with (HERE / "codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            aliases = tuple(filter(None, row["aliases"].split("|")))
            code = Code(row["code"], row["label"], row["group"], aliases)
            lists.setdefault(row["list"], {})[code.code] = code
    return lists


def coarser(codes: pd.Series, code_list: str) -> pd.Series:
    """Return the coarser group of each code, as the code list gives it, in the list's order."""
    groups = {code.code: code.group for code in code_lists()[code_list].values()}
    order = list(dict.fromkeys(groups.values()))
    return codes.astype("str").map(groups).astype(pd.CategoricalDtype(order, ordered=True))


def _table(path: Path) -> Table:
    declared = yaml.safe_load(path.read_text(encoding="utf-8"))
    columns = tuple(Column(**column) for column in [*declared["columns"], *COMMON])
    return Table(
        path.stem,
        declared["title"],
        declared["question"],
        tuple(declared["key"]),
        columns,
        declared.get("scan", False),
    )
