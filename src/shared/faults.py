"""Faults in what was given to Lokus: what was found, where, what is allowed, what to do next.

A fault never carries a cell's value when that could be personal; see ``describe``.
"""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One fault; ``row`` counts as the spreadsheet does, the header row included."""

    found: str
    allowed: str
    todo: str = ""
    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""

    @property
    def place(self) -> str:
        """File, sheet, row and column, as far as they are known."""
        parts = [self.file]
        parts += [f"sheet {self.sheet}"] if self.sheet else []
        parts += [f"row {self.row}"] if self.row is not None else []
        parts += [f"column {self.column}"] if self.column else []
        return ", ".join(filter(None, parts))

    def __str__(self) -> str:
        """Return the fault as sentences: place, found, allowed, what to do."""
        place = f"{self.place}: " if self.place else ""
        todo = f" {self.todo}" if self.todo else ""
        return f"{place}found {self.found}; allowed: {self.allowed}.{todo}"


class InputError(Exception):
    """The input cannot be used; carries every fault of the step, not only the first."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def describe(value: Any) -> str:
    """Say what kind of value was found without repeating it, for it could be personal.

    Numbers of at most three digits are shown: they help, and identify nobody.
    """
    if isinstance(value, date):
        return "a date"
    text = str(value).strip()
    number = text.lstrip("+-").replace(",", ".")
    if number.replace(".", "", 1).isdigit():
        digits = sum(character.isdigit() for character in number.removesuffix(".0"))
        return text.removesuffix(".0") if digits <= 3 else f"a number of {digits} digits"
    return f"text of {len(text)} characters" if text else "an empty cell"


def nearest(word: str, known: list[str]) -> str:
    """Return a hint with the known word that is most like ``word``, or an empty string."""
    lowered = {name.casefold(): name for name in known}
    close = get_close_matches(word.casefold(), list(lowered), n=1, cutoff=0.6)
    return f"Did you mean '{lowered[close[0]]}'?" if close else ""
