"""Marks of hidden cells: one for all, and nothing about them that depends on what they hide.

Source: docs of statistical offices agree on one mark for primary and secondary cells alike; see
Hundepool et al. (2024), Handbook on Statistical Disclosure Control, 2nd ed., chapter 4.
"""

import re
from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

from shared.audit.figures import PEOPLE, Row, columns_of, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication

if TYPE_CHECKING:
    from bs4 import Tag

HIDDEN = ".."
# What others write for a hidden cell; each tells more than that it is hidden, or differs from it.
LESS = r"(?:[<≤]|färre än|fewer than|under|högst)\s*\d+"
OTHER = re.compile(LESS + r"|1[–-]4|[*x:…]|\.{3}|\(?s\)?", re.IGNORECASE)
SORTED_ALONE = 6  # different values in order that are no accident in a table on one page
SORTED = 4  # the same, where the rows come in another order on other pages


def other_marks(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find cells of shown tables that are marked as hidden in another way than the others."""
    del knowledge  # a mark tells whatever the reader knows
    found = []
    for page in publication.pages:
        for place, column in _columns(page).items():
            texts = [cell.get_text(strip=True) for cell in column]
            odd = sorted({text for text in texts if OTHER.fullmatch(text)})
            if odd:
                says = f"cells are marked {', '.join(odd)}; the mark of hidden cells is {HIDDEN}"
                found.append(Finding("mark of hidden cells", place, says))
            marks = {str(cell) for cell, text in zip(column, texts, strict=True) if text == HIDDEN}
            if len(marks) > 1:
                says = f"hidden cells look in {len(marks)} ways; give all the same class and style"
                found.append(Finding("mark of hidden cells", place, says))
    return found


def other_reasons(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find tables that tell primary from secondary hidden cells by the reason they give."""
    del knowledge
    reasons: dict[str, str] = {}
    for page in publication.pages:
        for table in page.tables or []:
            for cell in table.get("suppressed", []):
                reasons.setdefault(cell["reason"], f"{page.path}: {table['id']}")
    if len(reasons) < 2:
        return []
    says = f"hidden cells have {len(reasons)} different reasons; give the same for all"
    return [Finding("reasons differ", place, says) for place in sorted(reasons.values())]


def sorted_by_hidden(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find tables whose rows are in the order of a column in which some values are hidden.

    A hidden value then lies between its neighbours. Rows that come in the same order on all pages
    are not sorted by value; of a table on one page only, many values in order are needed.
    """
    del knowledge
    tables: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    for row in rows(publication, units=PEOPLE):
        tables[row.page.question, row.table["id"]][row.page.path].append(row)
    found = []
    for pages in tables.values():
        orders = [[str(row.keys) for row in listed] for listed in pages.values()]
        if len(orders) > 1 and all(_same_order(a, b) for a, b in combinations(orders, 2)):
            continue
        least = SORTED if len(orders) > 1 else SORTED_ALONE
        for listed in pages.values():
            for column in columns_of(listed[0].table, "count"):
                if _in_order(listed, column, least):
                    says = f"rows are sorted by {column}; use a fixed order"
                    found.append(Finding("sorted by hidden", listed[0].place, says))
    return found


def _columns(page: Page) -> dict[str, list["Tag"]]:
    """Return the cells of each column of numbers of each shown table, by page, table and column."""
    columns: dict[str, list[Tag]] = defaultdict(list)
    for number, table in enumerate(page.soup.find_all("table"), start=1):
        for line in table.find_all("tr"):
            for place, cell in enumerate(line.find_all(["td", "th"]), start=1):
                if cell.name == "td" and "text" not in (cell.get("class") or []):
                    columns[f"{page.path}: table {number}, column {place}"].append(cell)
    return columns


def _same_order(first: list[str], second: list[str]) -> bool:
    common = set(first) & set(second)
    return [key for key in first if key in common] == [key for key in second if key in common]


def _in_order(listed: list[Row], column: str, least: int) -> bool:
    places = [(n, row.number_of(column)) for n, row in enumerate(listed)]
    shown = [(n, value) for n, value in places if value is not None]
    values = [value for _, value in shown]
    if len(set(values)) < least or values not in (sorted(values), sorted(values, reverse=True)):
        return False
    return any(column in row.hidden for row in listed[shown[0][0] : shown[-1][0]])
