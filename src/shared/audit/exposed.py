"""Which hidden counts can be told to be small, by fractions first and by whole people where near.

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), section 4.3.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from shared.audit.derive import Attacker
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.system import System
from shared.disclosure.whole import whole_intervals

NEAR = 1  # people from the threshold, where whole counts may tell what fractions do not
Limits = tuple[float, float]


def exposed(
    attacker: Attacker,
    known: System,
    wanted: Sequence[int],
    knowledge: Knowledge,
    truth: Mapping[int, int],
) -> list[Finding]:
    """Find which of the counts can be told to be small.

    truth : count's number -> how many there are, for those of which it is known. Of these a
            hidden one must also look as if it could be 1.
    """
    t = knowledge.threshold
    small = [n for n in wanted if 0 < truth.get(n, 1) < t]
    high = attacker.highest(small, t + NEAR)
    low = attacker.lowest([n for n in small if n in truth] or list(high), 0)
    limits = {n: (low.get(n, 0.0), high.get(n, np.inf)) for n in high.keys() | low.keys()}
    near = [n for n, (_, most) in limits.items() if t <= most < t + NEAR]
    limits |= _whole(known, near)
    found = []
    for cell, (least, most) in sorted(limits.items()):
        # A count that is rounded to 0 may be anything below the base: only that it is not 0 tells.
        rounded = knowledge.mode == "round" or not known.cells.get(cell)
        is_small = (1 if rounded else 0) <= least <= most < t and most > 0
        if is_small or (cell in truth and least > 1 and knowledge.mode == "suppress"):
            how = attacker.derivation(cell, highest=most < t)
            found.append(_finding(known, cell, (least, most), how, t))
    return found


def slack(knowledge: Knowledge) -> int:
    """Return how far a shown count may be from the true one."""
    return knowledge.base - 1 if knowledge.mode == "round" else 0


def _whole(known: System, wanted: list[int]) -> dict[int, Limits]:
    """Return the limits of counts as whole people give them."""
    hidden = known.least < known.most
    if not wanted or np.any(hidden & ((known.least > 0) | (known.most < np.inf))):
        return {}  # where counts are told as bands or rounded, fractions are all that is tried
    found = whole_intervals(known.least, known.relations, hidden, wanted)
    return {cell: (float(found[cell, 0]), float(found[cell, 1])) for cell in wanted}


def _finding(known: System, cell: int, limits: Limits, how: str, threshold: int) -> Finding:
    low, high = limits
    between = f"is {low:g}" if low == high else f"lies from {low:g} to {high:g}"
    says = f"{known.names[cell]}: {between}, so it can be told to be below {threshold}"
    if high >= threshold:
        says = f"{known.names[cell]}: {between}, and could not be 1"
    shown = known.cells.get(cell)
    place = shown[0].place if shown else "all pages"
    return Finding("hidden count derived", place, f"{says}; hide more", how)
