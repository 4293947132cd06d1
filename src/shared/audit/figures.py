"""Figures as a reader meets them: what is hidden, and how far the truth may lie from what is told.

Tables are those beside a page (``<page>.tables.json``); values are rounded there as on the page.
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from shared.audit.published import Page, Publication

ALL = "all"
GROUP = "lokus_id"
# Units of which each is a person, or what one person did or answered.
LIVES = frozenset({"follow-ups", "individuals", "participations", "people"})
SURVEY = frozenset({"answers", "questionnaires", "respondents"})
PEOPLE = LIVES | SURVEY | {"actions", "cases"}
FINEST = 1e-8  # relative; the tables hold nine digits
BAND = re.compile(r"(\d+)(?:–(\d+)|(\+))?")


@dataclass(frozen=True)
class Row:
    """One row of a table: ``values`` by column; those in ``hidden`` are not shown."""

    page: Page
    table: dict
    number: int
    values: dict[str, Any]
    hidden: frozenset[str]

    @property
    def place(self) -> str:
        """The page and the table, as findings name them."""
        return f"{self.page.path}: {self.table['id']}"

    @property
    def about(self) -> str:
        """What the row is about, in codes; never text that somebody wrote."""
        kinds = ("code", "wave", "number")
        keys = [c["name"] for c in self.table["columns"] if c.get("key") and c["kind"] in kinds]
        return ", ".join(f"{key} {self.values[key]}" for key in keys) or f"row {self.number + 1}"

    @property
    def keys(self) -> dict[str, Any]:
        """The values that say what the row is about."""
        return {c["name"]: self.values[c["name"]] for c in self.table["columns"] if c.get("key")}

    def number_of(self, column: str) -> float | None:
        """Return the value where it is shown and a number, else None."""
        value = self.values.get(column)
        return float(value) if isinstance(value, int | float) else None


def rows(
    publication: Publication, *, units: Iterable[str] = (), groups: bool | None = None
) -> Iterator[Row]:
    """Yield every row of every table beside the pages.

    units  : only tables that count these; all when empty.
    groups : only the pages of groups (True), or those for all together (False); both when None.
    """
    wanted = frozenset(units)
    for page in publication.pages:
        if groups is not None and groups != (page.letter is not None):
            continue
        for table in page.tables or []:
            if not wanted or table["unit"] in wanted:
                yield from rows_of(page, table)


def rows_of(page: Page, table: dict) -> Iterator[Row]:
    """Yield the rows of one table."""
    hidden: dict[int, set[str]] = {}
    for cell in table.get("suppressed", []):
        hidden.setdefault(cell["row"], set()).add(cell["column"])
    for number, values in enumerate(table["rows"]):
        yield Row(page, table, number, values, frozenset(hidden.get(number, ())))


def columns_of(table: dict, kind: str) -> list[str]:
    """Return the names of the columns of a kind."""
    return [column["name"] for column in table["columns"] if column["kind"] == kind]


def limits(n: Any) -> tuple[float, float] | None:
    """Return between what a shown number of people lies: 12, "10–19" and "100+"; None if untold."""
    if isinstance(n, int | float):
        return float(n), float(n)
    found = BAND.fullmatch(n) if isinstance(n, str) else None
    if not found:
        return None
    return float(found[1]), math.inf if found[3] else float(found[2] or found[1])


def rounding(table: dict, columns: Iterable[str]) -> float:
    """Return how far the truth may lie from values told with the decimals of these columns."""
    values = [row.get(column) for row in table["rows"] for column in columns]
    decimals = max((_decimals(v) for v in values if isinstance(v, int | float)), default=0)
    return max(0.5 * 10**-decimals, FINEST) + FINEST


def money_rounding(amount: float) -> float:
    """Return how far the truth may lie from an amount: half its last of two digits, or half an öre.

    An amount with more digits than two is taken as exact.
    """
    if amount == 0:
        return 0.5
    if math.isclose(amount, float(f"{amount:.1e}"), rel_tol=FINEST):
        return 0.5 * 10 ** (math.floor(math.log10(abs(amount))) - 1)
    return 0.005


def _decimals(value: float) -> int:
    text = f"{value:.9g}"
    return len(text.split(".")[1]) if "." in text and "e" not in text else 0
