"""Letters on the pages for all groups: how many real groups each could be.

Whoever works in the region knows roughly how many people each group has. What a page for all shows
of a letter must therefore fit at least three groups: bands, which cells are hidden or missing, and
how many people a share and its interval imply.

Source: Sweeney (2002), "k-anonymity", Int. J. Uncertainty, Fuzziness and Knowledge-Based Systems
10, 557-570, for the rule that nothing shown may fit fewer than k.
"""

import math
from collections import defaultdict
from collections.abc import Iterable

from shared.audit.candidates import base_limits
from shared.audit.figures import ALL, GROUP, LIVES, Row, limits, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication

BANDS = frozenset({"low", "middle", "high"})  # of conditions that statistics tell of each group
LEAST_GROUPS = 3  # real groups that a letter could be
# Tables in other units whose n is participations all the same, by what their ids end with.
COUNTED = ("costs",)


def profiles(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find letters that differ from all but one others, at most, in what tells their size.

    Compared are bands of n, categories such as conditions, and which cells are hidden or missing,
    over all tables for all groups together; estimates themselves are not.
    """
    if knowledge.mode == "open":
        return []
    shown = _profiles(publication)
    found = []
    for letter, same in _alike(shown).items():
        if len(same) >= min(LEAST_GROUPS, len(shown)):
            continue
        splits = [part for part in _parts(shown) if len(_alike(shown, part)[letter]) < LEAST_GROUPS]
        for page, table, column in sorted(splits) or [("all pages", "together", "")]:
            says = f"letter {letter} is one of fewer than {LEAST_GROUPS} by what {column or 'all'} "
            says += "shows; merge classes, or hide it for the whole class"
            found.append(Finding("letter told apart", f"{page}: {table}", says))
    return found


def sizes(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find letters that fewer than three of the real groups fit, by their known sizes."""
    if knowledge.mode == "open" or not knowledge.sizes:
        return []
    found = []
    for letter, bounds in size_bounds(publication, knowledge).items():
        fitting = _fitting(bounds.values(), knowledge)
        if fitting >= min(LEAST_GROUPS, len(knowledge.sizes)):
            continue
        places = sorted(place for place, each in bounds.items() if _fitting([each], knowledge) < 3)
        for place in places or sorted(bounds):
            least, most = bounds[place]
            says = f"letter {letter}: {fitting} of the real groups have as many people; use wider "
            says += "size classes, or the interval of the whole class"
            derivation = f"{least:g} or more" if math.isinf(most) else f"{least:g} to {most:g}"
            found.append(Finding("letter by size", place, says, derivation))
    return found


def size_bounds(
    publication: Publication, knowledge: Knowledge
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return for each letter and place between what its number of participations must lie.

    Bands of participations are taken as they are; of those with a known result, the fewest that
    give the share and its interval are at most all.
    """
    found: dict[str, dict[str, tuple[float, float]]] = defaultdict(dict)
    for row in _lettered(publication):
        told = limits(row.values.get("n"))
        participations = row.table["unit"] == "participations" or row.table["id"].endswith(COUNTED)
        letter = row.values[GROUP]
        if told and participations:
            found[letter][row.place] = told
        elif row.table["unit"] in LIVES and (implied := base_limits(row, knowledge)):
            found[letter][row.place] = (max(implied[0], told[0] if told else 0), math.inf)
    return dict(found)


def _fitting(bounds: Iterable[tuple[float, float]], knowledge: Knowledge) -> int:
    listed = list(bounds)
    return sum(
        all(least <= size <= most for least, most in listed) for size in knowledge.sizes.values()
    )


def _lettered(publication: Publication) -> list[Row]:
    listed = rows(publication, groups=False)
    return [row for row in listed if row.values.get(GROUP, ALL) != ALL]


Part = tuple[str, str, str]  # page, table, column


def _profiles(publication: Publication) -> dict[str, dict[Part, tuple]]:
    """Return for each letter what each column of each table shows of its size or conditions."""
    shown: dict[str, dict[Part, tuple]] = defaultdict(lambda: defaultdict(tuple))
    listed = _lettered(publication)
    for row in listed:
        kinds = {column["name"]: column["kind"] for column in row.table["columns"]}
        besides = tuple(value for key, value in row.keys.items() if key != GROUP)
        for column, kind in kinds.items():
            if column == GROUP or column in row.keys:
                continue
            part = (row.page.path, row.table["id"], column)
            shown[row.values[GROUP]][part] += ((besides, _look(row, column, kind)),)
    return {letter: dict(parts) for letter, parts in shown.items()}


def _look(row: Row, column: str, kind: str) -> str:
    """Return what of a cell may tell which group it is: hidden, missing, a category or a number."""
    value = row.values[column]
    if column in row.hidden:
        return "hidden"
    if value is None:
        return "missing"
    # An exact count is nobody else's; estimates and judgements are taken as not known outside.
    outside = kind in ("count", "bool") or value in BANDS or (column == "n" or limits(value))
    return str(value) if outside and not isinstance(value, float) else "told"


def _parts(shown: dict[str, dict[Part, tuple]]) -> set[Part]:
    return {part for parts in shown.values() for part in parts}


def _alike(shown: dict[str, dict[Part, tuple]], part: Part | None = None) -> dict[str, set[str]]:
    """Return for each letter those that look the same, itself among them, in a part or in all."""
    chosen = [part] if part else sorted(_parts(shown))
    looks = {letter: tuple(parts.get(p) for p in chosen) for letter, parts in shown.items()}
    return {
        letter: {other for other, its in looks.items() if its == look}
        for letter, look in looks.items()
    }
