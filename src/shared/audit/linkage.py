"""Letters over time: whether a release gives away which letter is which group in another.

Letters are new for each release, so that one recognised group does not open all others. Pages for
all groups are compared with each other; a group's own pages have exact figures, which are for the
group itself, and serve here only to know which letter was which. That groups keep their character
cannot be avoided, so likeness counts as a finding only where figures are the very same, or where
matching by likeness succeeds more often than chance would.

Source: Montmort (1713) for matches in random permutations (derangements).
"""

from collections.abc import Iterator
from math import comb, factorial
from pathlib import Path

import numpy as np

from shared.audit.figures import ALL, GROUP, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication, read_publication

LEVEL = 0.01  # of what happens by chance
SAME = 3  # figures of a row that are no accident when all are the same
MARGIN = 0.1  # share of figures by which the best match must beat the next

Figures = dict[str, dict[tuple, float]]  # letter -> figure -> value


def letters_kept(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find earlier publications in which more groups have the same letter than chance gives."""
    found = []
    for path, earlier in _of_other_waves(publication, knowledge):
        pairs = same_groups(earlier, publication)
        same = sum(old == new for old, new in pairs.items())
        if pairs and chance_of_matches(same, len(pairs)) < LEVEL:
            says = f"{same} of {len(pairs)} groups have the letter they had; draw new letters"
            found.append(Finding("letter kept", path.name, says))
    return found


def letters_linked(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find letters that the pages for all groups link to those of an earlier publication."""
    found = []
    new = _figures(publication, groups=False)
    for path, earlier in _of_other_waves(publication, knowledge):
        old = _figures(earlier, groups=False)
        for letter, table in _same_rows(old, new):
            says = f"letter {letter} has the very figures of one letter in {path.name}; leave out "
            says += "what has been shown before"
            found.append(Finding("letter linked", table, says))
        known = same_groups(earlier, publication)
        guessed = _nearest(old, new)
        right = sum(guessed.get(a) == b for a, b in known.items())
        if known and chance_of_matches(right, len(known)) < LEVEL:
            says = f"{right} of {len(known)} letters are found again by how alike their figures "
            says += f"are in {path.name}; tell them in coarser steps"
            found.append(Finding("letters followed", "pages for all groups", says))
    return found


def same_groups(earlier: Publication, later: Publication) -> dict[str, str]:
    """Return which letter of the later publication is that of the earlier, where it is clear.

    Figures of earlier waves stand on the groups' own pages of both; the letters that share most of
    them are the same group.
    """
    old, new = _figures(earlier, groups=True), _figures(later, groups=True)
    pairs = {}
    for letter, figures in old.items():
        shares = sorted(((_agreement(figures, its), other) for other, its in new.items()))
        if shares and shares[-1][0] >= (shares[-2][0] if len(shares) > 1 else 0) + MARGIN:
            pairs[letter] = shares[-1][1]
    once = list(pairs.values())
    return {old: new for old, new in pairs.items() if once.count(new) == 1}


def chance_of_matches(least: int, n: int) -> float:
    """Return how probable at least so many matches are in a random order of n."""
    without = [
        sum((-1) ** k * factorial(m) // factorial(k) for k in range(m + 1)) for m in range(n + 1)
    ]
    return sum(comb(n, k) * without[n - k] for k in range(least, n + 1)) / factorial(n)


def _of_other_waves(
    publication: Publication, knowledge: Knowledge
) -> Iterator[tuple[Path, Publication]]:
    """Yield the earlier publications, without corrections of the same wave: these keep letters."""
    wave = publication.manifest.get("wave")
    for path in knowledge.earlier:
        earlier = read_publication(path)
        if wave is None or earlier.manifest.get("wave") != wave:
            yield path, earlier


def _figures(publication: Publication, *, groups: bool) -> Figures:
    """Return the numbers shown of each letter, by table, what the row is about, and column."""
    figures: Figures = {}
    for row in rows(publication, groups=groups):
        letter = row.page.letter if groups else row.values.get(GROUP, ALL)
        if letter == ALL:
            continue
        keys = tuple((k, str(v)) for k, v in row.keys.items() if k != GROUP)
        for column in row.table["columns"]:
            value = row.number_of(column["name"])
            if value is not None and column["name"] not in row.keys:
                place = (row.table["id"], keys, column["name"])
                figures.setdefault(str(letter), {})[place] = value
    return figures


def _agreement(old: dict[tuple, float], new: dict[tuple, float]) -> float:
    common = old.keys() & new.keys()
    return sum(old[place] == new[place] for place in common) / max(len(common), 1)


def _same_rows(old: Figures, new: Figures) -> list[tuple[str, str]]:
    """Return letters that have a row of the figures of one letter before, and its table."""
    found = set()
    before, after = _rows(old), _rows(new)
    for (place, values), letters in after.items():
        if len(values) >= SAME and len(letters) == 1 and len(before.get((place, values), [])) == 1:
            found.add((letters[0], place[0]))
    return sorted(found)


def _rows(figures: Figures) -> dict[tuple, list[str]]:
    """Return the letters by row (table and what it is about) and its figures."""
    gathered: dict[tuple, list[str]] = {}
    for letter, its in figures.items():
        lines: dict[tuple, list] = {}
        for (table, keys, column), value in sorted(its.items()):
            lines.setdefault((table, keys), []).append((column, value))
        for place, values in lines.items():
            gathered.setdefault((place, tuple(values)), []).append(letter)
    return gathered


def _nearest(old: Figures, new: Figures) -> dict[str, str]:
    """Match letters so that their standardised figures lie as close together as they can."""
    from scipy.optimize import linear_sum_assignment

    everyone = [*old.values(), *new.values()]
    common = sorted(set.intersection(*(set(its) for its in everyone))) if old and new else []
    if not common:
        return {}
    first = np.array([[its[place] for place in common] for its in old.values()])
    second = np.array([[its[place] for place in common] for its in new.values()])
    spread = np.vstack([first, second]).std(axis=0)
    spread[spread == 0] = 1
    distance = (np.abs(first[:, None] - second[None]) / spread).sum(axis=2)
    a, b = linear_sum_assignment(distance)
    return {list(old)[i]: list(new)[j] for i, j in zip(a, b, strict=True)}
