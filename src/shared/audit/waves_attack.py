"""The attack on hidden counts with the pages of several waves at once.

Who was counted at one wave is counted at the next: a count now is the earlier one and those who
came between, a count that nobody shows and that must be as safe as if somebody did.

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), sections 4.3 and 5.2.
"""

import numpy as np

from shared.audit.across import Earlier, earlier, lasting
from shared.audit.cells import Address, Cell, Counted, cells
from shared.audit.derive import Attacker
from shared.audit.exposed import exposed, slack
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication
from shared.audit.system import System, system
from shared.disclosure.relations import Relation


def derived_over_waves(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts, shown on no page, that this and an earlier publication show to be small."""
    if knowledge.mode == "open":
        return []
    found: list[Finding] = []
    now = cells(publication)
    for before in earlier(publication, knowledge):
        groups = {cell.address.group for cell in before.cells}
        kept = [cell for cell in now if cell.address.group in groups]
        both = tied(kept, before, slack(knowledge))
        attacker = Attacker(both)
        if attacker.contradictions():  # who was counted once has been taken away again
            continue
        wanted = np.flatnonzero(both.least < both.most)
        found += exposed(attacker, both, [int(n) for n in wanted], knowledge, {})
    return found


def tied(now: list[Cell], before: Earlier, slack: int) -> System:
    """Return the systems of two publications as one: now = before + those who came between."""
    new, old = system(now, slack), system(before.cells, slack)
    size = len(new.names)
    both = System(
        dict(new.numbers),
        [*new.names, *(f"{name}, in {before.name}" for name in old.names)],
        np.concatenate([new.least, old.least]),
        np.concatenate([new.most, old.most]),
        [*new.relations, *(_moved(one, size) for one in old.relations)],
    )
    both.cells.update(new.cells)
    both.cells.update({number + size: shown for number, shown in old.cells.items()})
    addresses = _addresses([*now, *before.cells])
    for which, number in old.numbers.items():
        if which in new.numbers and which in addresses and lasting(addresses[which]):
            _tie(both, new.numbers[which], number + size, before.name)
    return both


def _addresses(told: list[Cell]) -> dict[Counted, Address]:
    return {cell.address.counted: cell.address for cell in told}


def _moved(relation: Relation, by: int) -> Relation:
    return Relation(relation.total + by, tuple(part + by for part in relation.parts))


def _tie(both: System, now: int, then: int, name: str) -> None:
    """Add those who came between, unless the count is known to have become less."""
    if both.most[now] < both.least[then]:
        return
    both.relations.append(Relation(now, (then, len(both.names))))
    both.names.append(f"those who came since {name}, {both.names[now]}")
    least = max(0.0, both.least[now] - both.most[then])
    both.least = np.append(both.least, least)
    both.most = np.append(both.most, both.most[now] - both.least[then])
