"""The numbers that a page's tables show, as a sentence may repeat them."""

import re
from dataclasses import dataclass

from shared.audit.published import Page
from shared.estimates.proportions import wilson

NUMBER = re.compile(
    r"(?<![\w.,–-])([−+-]?\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,]\d+)*)(?![\w])\s?"
    r"(%|procent\b|per cent\b|percent\b)?"
)
SPACES = "\u00a0\u202f "
DECIMALS = range(4)
PER_CENT = "pct"  # unit of rows whose numbers are per cent already


@dataclass(frozen=True)
class TableNumbers:
    """Numbers and percentages without sign, as they are written; ``mark`` is the decimal's."""

    mark: str
    plain: frozenset[str]
    shares: frozenset[str]

    @classmethod
    def of(cls, page: Page) -> "TableNumbers":
        """Return those of the shown tables and of the tables beside the page."""
        language = str(page.soup.html.get("lang", "sv")) if page.soup.html else "sv"
        mark = "." if language.startswith("en") else ","
        plain: set[str] = set()
        shares: set[str] = set()
        for shown in page.shown_tables:
            for text in (cell for row in [shown.header, *shown.rows] for cell in row):
                for match in NUMBER.finditer(text):
                    (shares if match[2] else plain).add(_shortest(match[1], mark))
        for table in page.tables:
            plain |= _plain(table)
            shares |= _shares(table)
        return cls(mark, frozenset(plain), frozenset(shares))

    def have(self, written: str, percentage: bool) -> bool:
        """Tell whether a number is there as it is written in a sentence."""
        number = _shortest(written, self.mark)
        return number in (self.shares if percentage else self.plain | self.shares)


def _plain(table: dict) -> set[str]:
    """Return the values with up to three decimals, how many rows there are, and their sums."""
    rows = table["rows"]
    told = [value for row in rows for value in row.values() if _is_number(value)]
    unseen = {cell["row"] for cell in table.get("suppressed", [])}
    lengths = [len(rows), len(unseen), len(rows) - len(unseen)]
    sums = [] if unseen else [sum(values) for values in _columns(table).values()]
    return {_decimal(value, places) for value in [*told, *lengths, *sums] for places in DECIMALS}


def _shares(table: dict) -> set[str]:
    """Return the values as percentages, and the shares that follow from the counts shown.

    A share of all with its interval, and one of all less one category (of the closed: all less the
    open), is one that any reader can compute.
    """
    told = [value for row in table["rows"] for value in row.values() if _is_number(value)]
    found = {_decimal(100 * value, places) for value in told for places in (0, 1)}
    of_rows = [row for row in table["rows"] if row.get("unit") == PER_CENT]
    found |= {
        _decimal(v, p) for row in of_rows for v in row.values() if _is_number(v) for p in (0, 1)
    }
    for values in _columns(table, "count").values():
        whole = max(values, default=0)
        bases = {whole - part for part in values} | {whole}
        found |= {
            _decimal(100 * part / base, 0) for part in values for base in bases if 0 < part <= base
        }
        parts = [part for part in set(values) if 0 < part <= whole]
        found |= {_decimal(100 * limit, 0) for limit in _limits(parts, whole)}
    return found


def _limits(parts: list[float], whole: float) -> list[float]:
    """Return the limits of the intervals of the parts' shares."""
    if not parts:
        return []
    intervals = wilson(parts, [whole] * len(parts))
    return intervals[["low", "high"]].to_numpy().ravel().tolist()


def _columns(table: dict, kind: str | None = None) -> dict[str, list[float]]:
    """Return the numbers of each column (those of a kind, with the n beside them)."""
    found = {}
    for column in table["columns"]:
        if kind in (None, column["kind"]):
            values = [row.get(column["name"]) for row in table["rows"]]
            if kind == "count":
                values += [row.get("n") for row in table["rows"]]
            found[column["name"]] = [value for value in values if _is_number(value)]
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimal(value: float, places: int) -> str:
    return _shortest(f"{value:.{places}f}", ".")


def _shortest(written: str, mark: str) -> str:
    """Return a number without sign, separators of thousands and closing zeros."""
    kept = written.lstrip("+−-").translate(dict.fromkeys(map(ord, SPACES)))
    kept = kept.replace("," if mark == "." else ".", "").replace(mark, ".")
    return kept.rstrip("0").rstrip(".") if "." in kept else kept
