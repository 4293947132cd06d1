"""Individuals in what was delivered: none may be told from a cell that is kept or shown.

Personal identity numbers are refused in every column of text. Phone numbers, e-mail addresses and
the study's list of names are refused where others will read the text, and everywhere in the files
of the coordinator's log (``scan`` in ``sources/tables``). A fault says where, never what.
"""

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from shared.faults import Fault
from shared.identity.numbers import has_personal_number
from shared.sources.delivery import FREE, PLACE, Delivered, header_of, mapping_of
from shared.sources.dictionary import Column, Table, tables
from shared.study import Study

NUMBER, NAME = "a personal identity number", "a name on the list"
IDS = "ids made by the sender, never personal identity numbers"
TEXT = "text without names, phone numbers, e-mail addresses and personal identity numbers"
ADVICE = "Ask the sender for a file without them, and delete this one."
DASH = "-‐‑–−"
# As Swedes write them, and with a country code. Groups of digits after the area code tell a number
# from a date or an amount; the area code's own zero does the rest.
PHONE = re.compile(
    rf"""
    (?<![\d+]) (?<!\d[{DASH}./:,])  # not the tail of a date, a time, an amount or a case number
    (?: (?:\+|00) \s? [1-9] (?: [{DASH}\s()./]{{0,3}} \d ){{8,12}}  # +46 70 174 06 05
      | 0[1-9]\d{{7,8}}  # 0701740605
      | 0(?:8|[1-9]\d{{1,2}}) (?: \)?\s?[{DASH}/.]\s? | \)?\s | \) )  # the area code
        (?: \d{{2,3}} ([{DASH}.\s]) \d{{2,3}} \1 \d{{2,3}}  # 31 92 00, 465 004 00
          | \d{{3}} [{DASH}.\s] \d{{2,4}}  # 319 200
          | \d{{5,8}} )  # 319200
    ) (?! \d | /\d{{4}} | \s?kr\b )  # nor the head of a case number or an amount
    """,
    re.VERBOSE,
)
# What every match of PHONE begins with. Most texts lack it, and are passed ten times faster.
LIKELY = re.compile(rf"[+0](?<!\d.)[{DASH}\d\s()./]{{7}}")
NATIONAL = range(8, 11)  # digits of a Swedish number, the area code's zero included
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
WORD = re.compile(r"[^\W\d_]+")

Names = dict[str, set[tuple[str, ...]]]  # first word -> the names that begin with it, as words
Kinds = dict[str, Callable[[str], bool]]


def refuse_individuals(delivered: Delivered, study: Study, folder: Path) -> list[Fault]:
    """Return a fault for each cell in which an individual may be told, with every kind found.

    ``folder`` is the study's: it holds the list of names. In columns of person ids personal
    identity numbers are let through when ``study.yml`` says they become pseudonyms.
    """
    names, faults = _listed(study, folder)
    number: Kinds = {NUMBER: has_personal_number}
    contact: Kinds = {"a phone number": has_phone_number, "an e-mail address": has_email}
    free = contact | ({NAME: lambda text: has_name(text, names)} if names else {})
    found: dict[tuple, list[str]] = {}
    for name, frame in delivered.tables.items():
        for column in _columns_of_text(tables()[name], frame):
            cells = _cells(frame, column, tables()[name], study)
            if column.type != "person" or study.identity.personal_numbers == "refuse":
                _search(cells, number, found)
            if column.scan:
                _search(cells[_read_by_others(frame, column)], free, found)
    for cells in delivered.texts:
        _search(cells, number | free, found)
    return faults + [_fault(place, found[place]) for place in sorted(found)]


def has_phone_number(text: str) -> bool:
    """Tell whether the text holds a phone number, as Swedes write it or with a country code.

    Numbers without area code (112, 1177, 12 34 56) pass. So does what is a personal identity
    number: in 2000-2009 people were born whose ten digits begin as area codes do.
    """
    if not LIKELY.search(text):
        return False
    matches = [match[0] for match in PHONE.finditer(text)]
    return any(_is_long_enough(match) and not has_personal_number(match) for match in matches)


def has_email(text: str) -> bool:
    """Tell whether the text holds what looks like an e-mail address."""
    return "@" in text and EMAIL.search(text) is not None


def has_name(text: str, names: Names) -> bool:
    """Tell whether the text holds one of ``names`` (from ``forms_of``) as whole words."""
    words = WORD.findall(unicodedata.normalize("NFC", text))
    return not names.keys().isdisjoint(words) and any(
        tuple(words[at : at + len(name)]) == name
        for at, word in enumerate(words)
        for name in names.get(word, ())
    )


def forms_of(names: list[str]) -> Names:
    """Return the forms in which names are looked for: Anna, ANNA, Annas and ANNAS, never anna."""
    forms: Names = {}
    for name in names:
        for written in {name.title() if name.islower() else name, name.title(), name.upper()}:
            for form in (written, written + ("S" if written.isupper() else "s")):
                words = tuple(WORD.findall(unicodedata.normalize("NFC", form)))
                forms.setdefault(words[0], set()).add(words)
    return forms


def _listed(study: Study, folder: Path) -> tuple[Names, list[Fault]]:
    """Read the study's list of names; a list that cannot be read is a fault."""
    if study.identity.names is None:
        return {}, []
    path = folder / study.identity.names
    if not path.is_file():
        found, allowed = f"no file {path.name}", "a file beside study.yml, one name per line"
        return {}, [Fault(found, allowed, "Write it, or take identity.names out.", "study.yml")]
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return {}, [Fault("text in another encoding", "UTF-8", file=path.name)]
    names = [line.partition("#")[0].strip() for line in lines]
    return forms_of([name for name in names if WORD.search(name)]), []


def _columns_of_text(table: Table, frame: pd.DataFrame) -> list[Column]:
    """List the columns to search; the texts of a table that is scanned whole are kept apart."""
    types = ("group",) if table.scan else (*FREE, "group")
    return [column for column in table.columns if column.type in types and column.name in frame]


def _read_by_others(frame: pd.DataFrame, column: Column) -> pd.Series:
    """Say of each row whether its text will be read by others; no answer is not a yes."""
    if column.scan is True:
        return pd.Series(True, index=frame.index)
    never = pd.Series(False, index=frame.index)
    return frame.get(str(column.scan), never).fillna(False).astype(bool)


def _cells(frame: pd.DataFrame, column: Column, table: Table, study: Study) -> pd.DataFrame:
    """Return a column's cells with their place and the header that each file gives them."""
    headers = {
        file: header_of(column.name, table, mapping_of(study, table.name, file), "")
        for file in frame["_file"].unique()
    }
    return frame[PLACE].assign(_header=frame["_file"].map(headers), _text=frame[column.name])


def _search(cells: pd.DataFrame, kinds: Kinds, found: dict[tuple, list[str]]) -> None:
    """Add to ``found`` the kinds of individual in each cell, by file, sheet, row and header."""
    unique = cells["_text"].dropna().unique().tolist()  # plain texts: Arrow's are slow to walk
    for kind, holds in kinds.items():
        hits = cells["_text"].isin([text for text in unique if holds(text)])
        for place in cells.loc[hits, [*PLACE, "_header"]].itertuples(index=False, name=None):
            known = found.setdefault(place, [])
            known += [kind] if kind not in known else []


def _is_long_enough(match: str) -> bool:
    digits = sum(character.isdigit() for character in match)
    return match.startswith(("+", "00")) or digits in NATIONAL


def _fault(place: tuple, kinds: list[str]) -> Fault:
    file, sheet, row, header = place
    found = f"what looks like {' and '.join(kinds)}"
    own = " A name that is no person's here may be taken off it." if NAME in kinds else ""
    allowed = IDS if kinds == [NUMBER] else TEXT
    return Fault(found, allowed, ADVICE + own, file, sheet, int(row), header)
