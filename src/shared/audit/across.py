"""Attacks with earlier publications: what two of them tell that neither tells alone.

Letters are given anew in each wave, so besides the counts of all groups those of a group are
compared where its own pages show which letter it had (``linkage.same_groups``).

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), sections 5.2 and 6.6.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from shared.audit.cells import Address, Cell, cells
from shared.audit.figures import ALL
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.linkage import same_groups
from shared.audit.published import Publication, read_publication

# Records that a later wave counts again; those of the others depend on who is there at the time.
GROWING = frozenset(
    {"cases", "case_actions", "people", "participations", "followups", "states", "durability"}
)
# Values that a record may lose later. With all others it stays where it was counted.
PASSING = frozenset({"ongoing", "open", "unknown"})
PASSING_DIMENSIONS = frozenset({"step"})  # what is done last about a case


@dataclass(frozen=True)
class Earlier:
    """An earlier publication: its cells, groups by the letters of today; ``same`` wave or not."""

    name: str
    cells: list[Cell]
    same: bool


def changed_counts(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts that differ from earlier ones by a few, who are those that came or left."""
    if knowledge.mode != "suppress":
        return []
    found = []
    for before, old, new in _pairs(publication, knowledge):
        if old.exact is None or new.exact is None:
            continue
        change = new.exact - old.exact
        comparable = before.same or lasting(new.address)
        if comparable and 0 < abs(change) < knowledge.threshold:
            those = "came or left" if before.same else "came" if change > 0 else "left"
            says = f"{new.address}: fewer than {knowledge.threshold} {those} since {before.name}"
            how = f"{new.address}: {new.exact} - {old.exact} = {change}"
            found.append(Finding("changed count", new.place, f"{says}; hide it", how))
    return found


def shown_before(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts that are hidden in one of two publications of a wave and shown in the other.

    The records are the same save for corrections, so either tells what the other hides.
    """
    if knowledge.mode != "suppress":
        return []
    found = []
    for before, old, new in _pairs(publication, knowledge):
        if before.same and old.hidden != new.hidden:
            which = "was shown" if new.hidden else "was hidden"
            says = f"{new.address}: {which} in {before.name}, of the same wave; keep it as it was"
            found.append(Finding("shown in one", new.place, says))
    return found


def earlier(publication: Publication, knowledge: Knowledge) -> Iterator[Earlier]:
    """Yield what earlier publications tell of all groups, and of those a reader finds again."""
    for place in knowledge.earlier:
        other = read_publication(place)
        wave = publication.manifest.get("wave")
        same = wave is not None and other.manifest.get("wave") == wave
        letters = {} if same else {ALL: ALL, **same_groups(other, publication)}
        yield Earlier(place.name, list(_renamed(cells(other), letters, same)), same)


def lasting(address: Address) -> bool:
    """Tell whether a record that is in the cell at one wave is in it at every later one."""
    values = dict(address.categories)
    return (
        address.table.records in GROWING
        and not PASSING & {*values.values(), *address.table.where.values()}
        and not any(values.get(name, ALL) != ALL for name in PASSING_DIMENSIONS)
    )


def _renamed(told: list[Cell], letters: dict[str, str], same: bool) -> Iterator[Cell]:
    for cell in told:
        group = cell.address.group if same else letters.get(cell.address.group)
        if group is not None:
            yield replace(cell, address=replace(cell.address, group=group))


def _pairs(publication: Publication, knowledge: Knowledge) -> Iterator[tuple[Earlier, Cell, Cell]]:
    """Yield the earlier publication, its cell, and the cell of today at the same address."""
    if not knowledge.earlier:
        return
    now = _by_address(cells(publication))
    for before in earlier(publication, knowledge):
        for address, old in _by_address(before.cells).items():
            if address in now:
                yield before, old, now[address]


def _by_address(told: list[Cell]) -> dict[Address, Cell]:
    """Return one cell per address, the one that tells most."""
    found: dict[Address, Cell] = {}
    for cell in told:
        if cell.address not in found or found[cell.address].hidden:
            found[cell.address] = cell
    return found
