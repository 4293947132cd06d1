"""The order of the letters: it must follow neither the groups' sizes nor their names.

Source: Spearman (1904), American Journal of Psychology 15, 72-101, for the correlation of ranks.
"""

from itertools import permutations

import numpy as np

from shared.audit.figures import ALL, GROUP, limits, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication

LEVEL = 0.001  # of what happens by chance; every release is tested against several orders
ENUMERATED = 8  # groups of which all orders are tried


def letter_order(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find letters that are given by size, or by the names of the groups.

    Where it is not known which group has which letter, it is the one that alone has its size.
    """
    sizes = _sizes(publication)
    letters = sorted(sizes, key=lambda letter: (len(letter), letter))
    found = []
    if _ordered([sizes[letter] for letter in letters]):
        found.append(_order("size"))
    listed = list(knowledge.sizes.values())
    named = {float(n): name for name, n in knowledge.sizes.items() if listed.count(n) == 1}
    known = {letter: name for name, letter in knowledge.letters.items()}
    guessed = {letter: named[n] for letter, n in sizes.items() if n in named}
    by_letter = known or guessed
    names = [by_letter[letter] for letter in letters if letter in by_letter]
    places = sorted(names)
    if _ordered([places.index(name) for name in names]):
        found.append(_order("name"))
    return found


def _order(of: str) -> Finding:
    says = f"letters follow the groups' {of}; draw them at random"
    return Finding("letters in order", "letters", says)


def _ordered(values: list[float]) -> bool:
    """Whether values in the order of the letters rise or fall more than chance explains."""
    from scipy.stats import rankdata, spearmanr

    n = len(values)
    if n < 3 or len(set(values)) == 1:
        return False
    ranks = rankdata(values)
    if n > ENUMERATED:
        return bool(spearmanr(np.arange(n), ranks).pvalue < LEVEL)
    places = np.arange(n) - (n - 1) / 2
    sums = np.abs(np.array(list(permutations(ranks))) @ places)
    return bool((sums >= abs(ranks @ places) - 1e-9).mean() < LEVEL)


def _sizes(publication: Publication) -> dict[str, float]:
    """Return how many participations each letter has: the greatest count on its pages, or its band.

    Only letters of which something is known are in it.
    """
    sizes: dict[str, float] = {}
    for row in rows(publication, units={"participations"}, groups=True):
        counts = [c["name"] for c in row.table["columns"] if c["kind"] == "count"]
        most = max((row.number_of(name) or 0 for name in counts), default=0)
        letter = str(row.page.letter)
        sizes[letter] = max(most, sizes.get(letter, 0))
    for row in rows(publication, groups=False):
        told = limits(row.values.get("n"))
        letter = row.values.get(GROUP, ALL)
        if told and letter != ALL and row.table["unit"] == "participations":
            sizes.setdefault(letter, told[0])
    return sizes
