"""Text to values: numbers with decimal commas, dates in several forms, labels to codes."""

import re
from collections.abc import Callable

import numpy as np
import pandas as pd

from shared.faults import describe, nearest
from shared.sources.dictionary import Code, Column, code_lists

MISSING = ("", "..", "-", "NA", "N/A", "#N/A")
YES = ("ja", "j", "yes", "true", "sant", "1", "x")
NO = ("nej", "n", "no", "false", "falskt", "0")
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
LARGEST = 2**53  # larger whole numbers lose their last digits
SPACES = re.compile(r"\s")  # also thin and non-breaking spaces
DTYPES = {"int": "Int64", "float": "Float64", "bool": "boolean", "date": "datetime64[s]"}
ALLOWED = {
    "int": "a whole number",
    "float": "a number, with decimal comma or point",
    "bool": "Ja or Nej",
    "date": "a date such as 2016-01-31, 20160131, 31/01/2016 or 31 januari 2016",
}


def parse(text: pd.Series, column: Column) -> tuple[pd.Series, pd.Series]:
    """Return the column's values, and a text per unreadable cell (same index, only those).

    ``text`` holds the cells as text; missing cells become NA. Codes come back as the list's codes,
    several codes in one cell joined by ``|``. Each unreadable cell is described, never repeated.
    """
    text = text.mask(text.isin(MISSING))
    reader, dtype = _reader(column), DTYPES.get(column.type, "str")
    if reader is str:
        return text.astype(dtype), text[:0]
    place, cells = pd.factorize(text)  # each cell is read once, however often it stands there
    values = [reader(cell) for cell in cells]
    unread = np.array([value is None for value in values] + [False])  # the last is a missing cell's
    known = pd.Series(values, dtype=object).astype(dtype).array
    parsed = pd.Series(known.take(place, allow_fill=True), index=text.index, name=text.name)
    return parsed, text[unread[place]].map(lambda cell: _hint(cell, column))


def allowed(column: Column) -> str:
    """Say what a cell of the column may hold."""
    if column.codes:
        labels = ", ".join(code.label for code in code_lists()[column.codes].values())
        return f"{'one or more of' if column.type == 'codes' else 'one of'} {labels}"
    return ALLOWED.get(column.type, "text")


def _hint(cell: str, column: Column) -> str:
    labels = [code.label for code in code_lists()[column.codes].values()] if column.codes else []
    return " ".join(filter(None, [describe(cell), nearest(cell, labels)]))


def _reader(column: Column) -> Callable[[str], object]:
    """Return the function that reads one cell, giving None for what it cannot read."""
    if column.codes:
        known = _labels(code_lists()[column.codes])
        return lambda cell: _codes(cell, known, several=column.type == "codes")
    return {"int": _int, "float": _float, "bool": _bool, "date": _date}.get(column.type, str)


def _labels(codes: dict[str, Code]) -> dict[str, str]:
    known: dict[str, str] = {}
    for code in codes.values():
        for name in (code.code, code.label, *code.aliases):
            known.setdefault(name.casefold(), code.code)
    return known


def _codes(cell: str, known: dict[str, str], *, several: bool) -> str | None:
    if cell.casefold() in known:
        return known[cell.casefold()]
    if not several:
        return None
    found = [known.get(part.strip().casefold()) for part in re.split(r"[;|,]", cell)]
    return None if None in found else "|".join(dict.fromkeys(filter(None, found)))


def _int(cell: str) -> int | None:
    number = _float(cell)
    if number is None or not number.is_integer() or abs(number) >= LARGEST:
        return None
    return int(number)


def _float(cell: str) -> float | None:
    number = SPACES.sub("", cell).replace(",", ".").replace("−", "-")
    return float(number) if re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d\d?)?", number) else None


def _bool(cell: str) -> bool | None:
    return {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}.get(cell.casefold())


def _date(cell: str) -> pd.Timestamp | None:
    forms = {
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})([ t][\d:.]+)?": None,
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})": None,
        r"(?P<d>\d{1,2})[/.](?P<m>\d{1,2})[/.](?P<y>\d{4})": None,
        r"(?P<d>\d{1,2}) (?P<m>[a-zåäö]{3})[a-zåäö]*\.? (?P<y>\d{4})": MONTHS,
    }
    for form, names in forms.items():
        match = re.fullmatch(form, cell.casefold())
        if not match or (names and match["m"] not in names):
            continue
        month = names.index(match["m"]) + 1 if names else int(match["m"])
        try:
            return pd.Timestamp(int(match["y"]), month, int(match["d"]))
        except ValueError:
            return None
    return None
