"""Attacks on hidden counts with the pages of one publication.

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), chapters 4 and 5.
"""

from collections.abc import Iterator

from shared.audit.cells import Address, cells
from shared.audit.counts_shown import untrue_counts
from shared.audit.derive import Attacker
from shared.audit.exposed import exposed, slack
from shared.audit.figures import ALL
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication
from shared.audit.system import System, system
from shared.audit.truth import true_counts

OTHERS = 2  # people of other categories that must look possible: one knows of oneself
SHARE_BASE = 2  # thresholds: of so many people, what all have in common is a result like another


def derived_counts(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts that all pages together show to be small, though each hides them."""
    if knowledge.mode == "open":
        return []
    known, truth = _known(publication, knowledge)
    attacker = Attacker(known)
    if attacker.contradictions():
        return []  # of counts that cannot be true anything follows
    wanted = [n for n in known.cells if known.least[n] < known.most[n]]
    return exposed(attacker, known, wanted, knowledge, truth)


def insiders(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts that somebody who is alone in a hidden cell can tell to be small.

    Needs the processed tables, which tell who is alone. Cells of one person are not attacked: the
    person may be the same.
    """
    if knowledge.data is None or knowledge.mode != "suppress":
        return []
    known, truth = _known(publication, knowledge)
    attacker = Attacker(known)
    if attacker.contradictions() or untrue_counts(publication, knowledge):
        return []
    small = [n for n in known.hidden if 1 < truth.get(n, 0) < knowledge.threshold]
    found: dict[int, Finding] = {}
    for alone in (n for n in known.hidden if truth.get(n) == 1):
        for cell, high in attacker.knowing(alone, 1).highest(small, knowledge.threshold).items():
            says = (
                f"{known.names[cell]}: at most {high:g} to whoever is alone in "
                f"{known.names[alone]}; hide more"
            )
            found.setdefault(cell, Finding("insider", known.cells[cell][0].place, says))
    return list(found.values())


def unanimous_counts(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find categories that all of a few are in: what is said of all is said of each."""
    if knowledge.mode != "suppress":
        return []
    known = system(cells(publication))
    attacker = Attacker(known)
    if attacker.contradictions():
        return []
    found = {}
    pairs = list(_sensitive(publication, known))
    few = _few(attacker, known, [base for _, base in pairs], knowledge.threshold)
    for part, base in pairs:
        if base not in few or part in found:
            continue
        n = few[base]
        if known.least[part] > n - OTHERS or attacker.lowest([part], n - OTHERS):
            which = "all, or all but one," if known.least[part] < n else "all"
            says = f"{known.names[part]}: {which} of {n:g}, which tells it of each"
            place = known.cells[base][0].place
            found[part] = Finding("all of a few", place, f"{says}; hide one of them")
    return list(found.values())


def few_left(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find what all groups less the shown ones leave, where that is one group or a few people."""
    if knowledge.mode != "suppress":
        return []
    told: dict[Address, int | None] = {}
    places: dict[Address, str] = {}
    for cell in cells(publication):
        told[cell.address] = told.get(cell.address) if cell.exact is None else cell.exact
        places.setdefault(cell.address, cell.place)
    groups = {address.group for address in told} - {ALL}
    found = []
    for address, total in told.items():
        if address.group != ALL or total is None:
            continue
        mine = [Address(address.source, group, address.categories) for group in sorted(groups)]
        shown = [n for n in (told.get(one) for one in mine) if n is not None]
        left = total - sum(shown)
        if len(shown) == len(groups) - 1 and 0 < left < knowledge.threshold:
            says = f"{address}: all groups less the shown ones leave one, below the threshold"
            how = f"{total} - {' - '.join(map(str, shown))} = {left}"
            found.append(Finding("few left", places[address], f"{says}; hide another", how))
    return found


def _known(publication: Publication, knowledge: Knowledge) -> tuple[System, dict[int, int]]:
    """Return what a reader knows, and how many there are in truth, as far as that is known."""
    truth = {} if knowledge.data is None else true_counts(knowledge.data)
    occurring = [which for which, n in truth.items() if n]
    known = system(cells(publication), slack(knowledge), occurring)
    return known, {known.numbers[which]: n for which, n in truth.items() if which in known.numbers}


def _few(attacker: Attacker, known: System, sums: list[int], threshold: int) -> dict[int, float]:
    """Return the sums that are known, and are neither small nor twice the threshold."""
    shown = {n: known.least[n] for n in sums if known.least[n] == known.most[n]}
    high = attacker.highest(sums, SHARE_BASE * threshold)
    low = attacker.lowest(list(high), 0)
    exact = shown | {n: most for n, most in high.items() if low.get(n) == most}
    return {n: count for n, count in exact.items() if threshold <= count < SHARE_BASE * threshold}


def _sensitive(publication: Publication, known: System) -> Iterator[tuple[int, int]]:
    """Yield each category of what is sensitive, with the cell of everybody it is one of."""
    addresses = dict.fromkeys(cell.address for cell in cells(publication))
    for address in addresses:
        table, values = address.table, dict(address.categories)
        for name, base in table.sensitive.items():
            sums = {label: set(members) for label, members in table.subtotals.get(name, {}).items()}
            inside = (
                set(table.order[name]) if base == ALL and name in table.order else sums.get(base)
            )
            label = values[name]
            part_of = sums.get(label, {label})
            if label in (ALL, base) or (inside is not None and not part_of < inside):
                continue
            whole = tuple((n, base if n == name else v) for n, v in address.categories)
            everybody = Address(address.source, address.group, whole).counted
            if everybody in known.numbers:
                yield known.numbers[address.counted], known.numbers[everybody]
