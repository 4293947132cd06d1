"""Shares: what count and base they can come from, and whether they are those beside them.

Source: Hundepool et al. (2024), Handbook on Statistical Disclosure Control, 2nd ed., section 5.7.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby

import numpy as np

from shared.audit.candidates import base_limits, pairs_of
from shared.audit.figures import (
    ALL,
    GROUP,
    PEOPLE,
    Row,
    rounding,
    rows,
)
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication

BASE_ROUNDED = 20  # least base of a share of rounded counts
LEAST_GROUPS = 3  # as many must share what could tell one of them
SHARES = (("share", "count", "n"), ("share_of_answered", "count", "n_answered"))


def share_of_counts(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find shares that are not those of the counts shown beside them, or are of too few.

    Where counts are rounded, a share of the true ones would tell these.
    """
    return [
        Finding(check, row.place, f"{row.about}: {says}")
        for row in rows(publication, units=PEOPLE)
        for share, count, base in SHARES
        for check, says in _beside(row, share, count, base, knowledge)
    ]


def counts_from_shares(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts that are hidden, or small, and follow from a share that is shown.

    Every pair (count, base) that gives the share, and its interval where there is one, is tried. A
    hidden count must be possible from 1 to the threshold; a count that is not shown must not be
    small, nor what is left of the base, in all pairs.
    """
    found = []
    for row in rows(publication, units=PEOPLE):
        for share, count, base in SHARES:
            if row.number_of(share) is None:
                continue
            pairs = pairs_of(row, share, base, knowledge)
            says = _given_away(row, count, pairs, knowledge) if len(pairs) else ""
            if says:
                derivation = f"{_told(row, share)}: {_listed(pairs)}"
                says = f"{row.about}: {says}; hide the share with its counts"
                found.append(Finding("count from share", row.place, says, derivation))
    return found


def bases_from_shares(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find groups whose number of people follows from a share on a page that is for all groups.

    What fits one number only must fit it for at least three groups of the table.
    """
    found = []
    listed = (r for r in rows(publication, units=PEOPLE, groups=False) if GROUP in r.values)
    for _, group in groupby(listed, key=lambda row: row.place):
        table = [row for row in group if row.values[GROUP] != ALL]
        bases = [_only_base(row, knowledge) for row in table]
        shared = Counter(base for base in bases if base)
        for row, base in zip(table, bases, strict=True):
            if base and shared[base] < LEAST_GROUPS:
                says = f"{row.about}: the share and its interval fit one number of people only"
                says += "; tell shares in coarser steps and the interval of the size class"
                found.append(Finding("size from share", row.place, says, _told(row, "share")))
    return found


def shares_told_twice(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find shares that are hidden beside their counts and shown in another table of the page."""
    del knowledge  # what is hidden is so whatever the reader knows
    listed = list(rows(publication, units=PEOPLE, groups=True))
    shown = [row for row in listed if "source" not in row.table and row.number_of("share")]
    found = []
    for row in (row for row in listed if "share" in row.hidden and "_of_" in row.table["id"]):
        measure = row.table["id"].removeprefix(f"{row.table['source']}_").split("_of_")[0]
        for other in shown:
            same = other.page is row.page and row.keys.items() <= other.keys.items()
            words = other.table["id"].split("_")
            if same and row.table["source"] in words and measure in words:
                says = f"{row.about}: the share is hidden in {row.table['id']}; hide it here too"
                found.append(Finding("share told twice", other.place, says))
    return found


def _beside(
    row: Row, share: str, count: str, base: str, knowledge: Knowledge
) -> Iterator[tuple[str, str]]:
    told, part, whole = (row.number_of(name) for name in (share, count, base))
    if told is None or not whole:
        return
    rounded = knowledge.mode == "round"
    least = BASE_ROUNDED if rounded else 2 * knowledge.threshold
    if knowledge.mode != "open" and whole < least:
        yield "share of few", f"{share} is of fewer than {least}; hide it"
    if part is None:
        return
    if abs(part / whole - told) > rounding(row.table, [share]):
        says = f"{share} is not {count} / {base}; compute it from the counts that are shown"
        yield "share of other counts", says


def _given_away(row: Row, count: str, pairs: np.ndarray, knowledge: Knowledge) -> str:
    if row.number_of(count) is not None or knowledge.mode != "suppress":
        return ""
    t, counts, others = knowledge.threshold, pairs[:, 0], pairs[:, 1] - pairs[:, 0]
    if count in row.hidden and not (counts.min() <= 1 and counts.max() >= t):
        return f"a hidden count lies between {counts.min()} and {counts.max()}"
    for name, each in (("the count", counts), ("what is left of the base", others)):
        if each.min() >= 1 and each.max() < t:
            return f"{name} is below {t}"
    return ""


def _only_base(row: Row, knowledge: Knowledge) -> int:
    """Return the one base that fits, or 0."""
    bases = base_limits(row, knowledge)
    return bases[0] if bases and bases[0] == bases[1] else 0


def _told(row: Row, share: str) -> str:
    names = [share, "low", "high"] if share == "share" else [share]
    return ", ".join(f"{n} {row.values[n]}" for n in names if row.number_of(n) is not None)


def _listed(pairs: np.ndarray) -> str:
    shown = " or ".join(f"{count} of {base}" for count, base in pairs[:3])
    return shown if len(pairs) <= 3 else f"{shown} and {len(pairs) - 3} more"
