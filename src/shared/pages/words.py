"""Texts and numbers in the reader's language: Swedish in the code, others in catalogues.

A catalogue is ``locale/<language>.po``, the format of gettext: any translator's tool edits it, and
a new language is one new file. A missing translation is an error, never Swedish in disguise.
"""

import csv
import math
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
from babel import numbers
from babel.dates import format_date
from babel.messages.pofile import read_po

from shared.faults import Fault, InputError
from shared.sources.dictionary import code_lists

HERE = Path(__file__).parent
SWEDISH = "sv"
HIDDEN = ".."  # one symbol for everything hidden, whatever the reason
MISSING = "–"
NEVER = "nås inte"  # of a sum that is not paid back
SMALLEST_P = 0.001  # smaller ones are told as smaller
NBSP = "\N{NO-BREAK SPACE}"
# Of each kind; the second of a score and the like only where it has one: some are told coarsely.
PATTERNS = {
    **dict.fromkeys(("score", "rate"), "#,##0.0#"),
    **dict.fromkeys(("change", "effect"), "+#,##0.0#;-#,##0.0#"),
    "coefficient": "#,##0.00",
    "p": "#,##0.0##",
    "limit": "#,##0.##",
    "odds": "@@",
}


def languages() -> list[str]:
    """Return the languages in which pages can be made."""
    return [SWEDISH, *sorted(path.stem for path in (HERE / "locale").glob("*.po"))]


class MissingTranslationError(LookupError):
    """A text that a catalogue does not have."""


class Words:
    """The texts and number formats of one language; called with Swedish, it translates."""

    def __init__(self, language: str = SWEDISH) -> None:
        if language not in languages():
            fault = Fault(f"language '{language}'", f"one of {', '.join(languages())}")
            raise InputError([fault])
        self.language = language
        self.catalogue = _catalogue(language)

    def __call__(self, text: str) -> str:
        """Return ``text``, which is Swedish, in this language."""
        if self.language == SWEDISH or not text.strip():
            return text
        if text not in self.catalogue:
            raise MissingTranslationError(
                f"locale/{self.language}.po has no translation of: {text!r}"
            )
        return self.catalogue[text]

    def label(self, code: str, code_list: str = "") -> str:
        """Return the label of a code: from its code list, else from ``labels.csv``, else itself."""
        listed = code_lists().get(code_list, {})
        if code in listed:
            return self(listed[code].label)
        return self(labels()[code]) if code in labels() else code

    def number(self, value: Any, kind: str = "number") -> str:
        """Return a value as text: share, score, money, count, date and so on (``columns.csv``)."""
        if value is None or pd.isna(value):
            return MISSING
        if kind == "date":
            return format_date(pd.Timestamp(value).date(), "yyyy-MM-dd", locale=self.language)
        if kind in ("share", "rough"):
            return self._signed(numbers.format_percent(value, locale=self.language))
        if kind == "points":  # of a difference between shares
            return self._decimal(100 * value, "+#,##0;-#,##0")
        if kind == "payback" and value == math.inf:
            return self(NEVER)
        if kind == "money":
            return f"{self._decimal(round(value), '#,##0')}{NBSP}kr"
        if isinstance(value, str):
            return value
        if kind == "p" and value < SMALLEST_P:
            return f"<{self.number(SMALLEST_P, kind)}"
        return self._decimal(value, PATTERNS.get(kind, "#,##0.#"))

    def _decimal(self, value: float, pattern: str) -> str:
        return self._signed(numbers.format_decimal(value, pattern, locale=self.language))

    def _signed(self, text: str) -> str:
        """Return the text with the language's minus sign, and no sign for what rounds to zero."""
        if not any(digit in text for digit in "123456789"):
            return text.lstrip("+-")
        return text.replace("-", numbers.get_minus_sign_symbol(self.language))


@cache
def labels() -> dict[str, str]:
    """Return the Swedish labels of codes that belong to no code list, such as ``all``."""
    with (HERE / "labels.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["label"] for row in csv.DictReader(file)}


@cache
def _catalogue(language: str) -> dict[str, str]:
    if language == SWEDISH:
        return {}
    with (HERE / "locale" / f"{language}.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if message.string}
