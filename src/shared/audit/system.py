"""What a reader of all pages knows of every count: its limits, and the sums between counts.

Built from the pages and the declared tables alone, as somebody outside would build it, and not from
what protected them.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

import numpy as np

from shared.audit.cells import Address, Cell, Counted, counted
from shared.audit.figures import ALL
from shared.disclosure.counts import CountTable, count_tables
from shared.disclosure.relations import Relation
from shared.sources.dictionary import code_lists


@dataclass
class System:
    """Counts, numbered by what they count; between which limits each lies; and their sums.

    least, most : shape (n,); most is inf where nothing is told.
    cells       : by number, how the pages show it; empty for a count that no page has a place for.
    clashes     : pairs of cells that count the same and are told differently.
    """

    numbers: dict[Counted, int]
    names: list[str]
    least: np.ndarray
    most: np.ndarray
    relations: list[Relation]
    cells: dict[int, list[Cell]] = field(default_factory=lambda: defaultdict(list))
    clashes: list[tuple[Cell, Cell]] = field(default_factory=list)

    @property
    def hidden(self) -> list[int]:
        """The counts that pages hide, and no page tells."""
        return [n for n, shown in self.cells.items() if all(cell.hidden for cell in shown)]


def system(cells: Iterable[Cell], slack: int = 0, occurring: Iterable[Counted] = ()) -> System:
    """Return everything a reader knows who puts all the cells together.

    slack     : how far a shown count may be from the true one (base - 1 where counts are rounded).
    occurring : counts that are not 0, though pages may have no place for their categories.
    """
    also = _categories(occurring)
    told = list(cells)
    groups = sorted({cell.address.group for cell in told} - {ALL})
    tables = {cell.address.source: cell.address.table for cell in told}
    names: dict[Counted, str] = {}
    sums: list[tuple[Counted, list[Counted]]] = []
    for table in tables.values():
        # A page may leave out a category; one that occurs in such records can occur in any table.
        alike = [cell.address for cell in told if cell.address.table.records == table.records]
        shape = _Shape(table, alike, also)
        # Nothing follows from sums over groups of which no page tells any.
        summed = [ALL] if any(one.group == ALL for one in alike) else []
        for address in shape.addresses([*groups, *summed]):
            names.setdefault(address.counted, str(address))
        sums += shape.sums(groups, summed)
    sums += _coarse(names)
    numbers = {which: number for number, which in enumerate(names)}
    relations = {
        Relation(numbers[total], tuple(numbers[part] for part in parts))
        for total, parts in sums
        if parts and [total] != parts
    }
    ordered = sorted(relations, key=lambda one: (one.total, one.parts))
    size = len(numbers)
    found = System(numbers, list(names.values()), np.zeros(size), np.full(size, np.inf), ordered)
    for cell in told:
        _tell(found, cell, slack)
    return found


class _Shape:
    """The categories of a declared table, as they occur on the pages, and their sums."""

    def __init__(
        self, table: CountTable, shown: list[Address], also: dict[tuple[str, str], list[str]]
    ) -> None:
        self.table = table
        self.parts: dict[str, list[str]] = {}
        self.totals: dict[str, dict[str, list[str]]] = {}
        for name in table.dimensions:
            values = (dict(address.categories).get(name, ALL) for address in shown)
            seen = dict.fromkeys([*values, *also.get((table.records, name), [])])
            named = table.subtotals.get(name, {})
            parts = dict.fromkeys([*table.order.get(name, []), *seen])
            sums = {ALL, *_subtotals(table.records, name)}
            self.parts[name] = [part for part in parts if part not in sums]
            totals = {ALL: self.parts[name]} if name in table.totals else {}
            of_parts = {k: [m for m in v if m in self.parts[name]] for k, v in named.items()}
            self.totals[name] = {**of_parts, **totals}

    def addresses(self, groups: list[str]) -> Iterator[Address]:
        """Yield the address of every cell."""
        labels = [[*self.parts[name], *self.totals[name]] for name in self.table.dimensions]
        for group, categories in product(groups, product(*labels)):
            named = tuple(zip(self.table.dimensions, categories, strict=True))
            yield Address(self.table.id, group, named)

    def sums(self, groups: list[str], summed: list[str]) -> Iterator[tuple[Counted, list[Counted]]]:
        """Yield each cell that is a sum, with its parts; ``summed`` has all groups, if told."""
        for address in self.addresses([*groups, *summed]):
            values = dict(address.categories)
            for name, label in values.items():
                if label in self.totals[name]:
                    parts = self.totals[name][label]
                    yield (
                        address.counted,
                        [
                            counted(self.table, address.group, {**values, name: part})
                            for part in parts
                        ],
                    )
            if address.group == ALL and groups:
                yield address.counted, [counted(self.table, one, values) for one in groups]


def _categories(occurring: Iterable[Counted]) -> dict[tuple[str, str], list[str]]:
    """Return the values of each dimension of each kind of records."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for which in occurring:
        values = dict(which)
        for name, value in which:
            found[values["records"], name].add(value)
    return {place: sorted(values) for place, values in found.items()}


def _tell(found: System, cell: Cell, slack: int) -> None:
    """Narrow a count to what a cell tells of it."""
    number = found.numbers[cell.address.counted]
    if cell.most is not None:
        same = [one for one in found.cells[number] if one.exact is not None]
        if cell.exact is not None and same and same[0].exact != cell.exact:
            found.clashes.append((same[0], cell))
            return
        found.most[number] = min(found.most[number], cell.most + slack)
    found.least[number] = max(found.least[number], cell.least - slack)
    found.cells[number].append(cell)


def _group_of(code_list: str) -> Callable[..., str | None]:
    def group(code: str) -> str | None:
        listed = code_lists()[code_list]
        return listed[code].group if code in listed else code

    return group


def _moved(before: str, after: str) -> str | None:
    from shared.estimates.records.register import income_move

    return income_move(before, after)


def _active(before: str, after: str) -> str | None:
    from shared.estimates.records.register import activity

    return activity(before, after)


def _response(place: str) -> str | None:
    from shared.estimates.records.followups import response

    return response(place)


# A coarse category, the fine ones that tell it, and how: the report's own explanations say so.
COARSER: dict[str, tuple[tuple[str, ...], Callable[..., str | None]]] = {
    "from_party": (("origin_party",), _group_of("origin_party")),
    "kind": (("case_type",), _group_of("case_type")),
    "result": (("outcome",), _group_of("outcome")),
    "income_move": (("income_before", "income_after"), _moved),
    "activity": (("occupation_before", "occupation_after"), _active),
    "response": (("place",), _response),
}


def _coarse(names: Iterable[Counted]) -> Iterator[tuple[Counted, list[Counted]]]:
    """Yield each count of a coarse category with the counts of the fine ones that it sums."""
    parts: dict[Counted, list[Counted]] = defaultdict(list)
    known = dict.fromkeys(names)
    for which in known:
        values = dict(which)
        for name, (fine, judge) in COARSER.items():
            if all(one in values for one in fine) and not _is_sum(values, fine):
                coarse = judge(*(values[one] for one in fine))
                rest = {(n, v) for n, v in which if n not in fine}
                parts[frozenset(rest | {(name, str(coarse))})].append(which)
    yield from ((total, found) for total, found in parts.items() if total in known)


def _is_sum(values: dict[str, str], fine: tuple[str, ...]) -> bool:
    """Tell whether one of the values is a subtotal of a table of such records."""
    return any(values[name] in _subtotals(values["records"], name) for name in fine)


def _subtotals(records: str, dimension: str) -> set[str]:
    """Return the sums of a dimension that tables of such records name."""
    tables = (table for table in count_tables().values() if table.records == records)
    return {label for table in tables for label in table.subtotals.get(dimension, {})}
