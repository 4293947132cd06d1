"""Classes of size, and bands of other traits, that always hold several groups.

A comparison shows groups by letter, and anybody in the region knows roughly how many take part
where. Whatever follows a group's size is therefore decided for a class of groups by its smallest
one, and what else is shown of a group is shared by several: k-anonymity with k groups, reached by
generalisation and suppression.

Source: Samarati (2001), IEEE Transactions on Knowledge and Data Engineering 13, 1010-1027.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from shared.disclosure.rules import GROUPS as LEAST

OUTER = (1, 2, 5)  # the lowest and highest limits are these times a power of ten
INNER = (1, 2, 3, 4, 5, 6, 7, 8, 9)  # and those between classes any one digit
BANDS = ("low", "middle", "high")
EVERYONE = "all"  # the only band, where there are too few groups for two
MISSING = "missing"
Block = tuple[int, ...]  # bands that are shown as one
Blocks = dict[str, list[Block]]


def size_classes(n: pd.Series, least: int = LEAST) -> pd.Series:
    """Return the size class of each group, as many classes as hold ``least`` groups each.

    n : people, answers or cases per group, 0 or more; shape (groups,), indexed by group.
    Returns labels such as "10–49" on the same index, in round numbers. Fewer than twice ``least``
    groups, or groups of about the same size, are one class.
    Raises ValueError for a missing or negative size.
    """
    sizes = n.astype(float)
    if wrong := int((sizes.isna() | (sizes < 0)).sum()):
        raise ValueError(
            f"{wrong} of {len(n)} groups have a missing or negative size. Sizes are 0 or more: "
            "give 0 to a group without anybody."
        )
    if sizes.empty:
        return pd.Series([], index=n.index, dtype=object, name=n.name)
    outer = _round_numbers(sizes.max(), OUTER)
    limits = [outer[np.searchsorted(outer, sizes.min(), side="right") - 1]]
    for cut in _round_numbers(sizes.max(), INNER):
        here = (sizes >= limits[-1]) & (sizes < cut)
        if here.sum() >= least and (sizes >= cut).sum() >= least:
            limits.append(cut)
    limits.append(outer[np.searchsorted(outer, sizes.max(), side="right")])
    labels = [f"{low}–{high - 1}" if high - low > 1 else str(low) for low, high in pairwise(limits)]
    place = np.searchsorted(limits, sizes, side="right") - 1
    return pd.Series([labels[one] for one in place], index=n.index, name=n.name)


def smallest_in_class(n: pd.Series, by: Sequence[pd.Series], base: int = 5) -> pd.Series:
    """Return for each row the n of the smallest group in its class, down to a multiple of ``base``.

    n  : people behind each row, 0 or more.
    by : the class of each row, and what else rows of one comparison have in common; on n's index.
    An interval as if a group had this n is as wide for every group of the class, and does not tell
    the smallest one's n either. Fewer than ``base`` stay as they are.
    """
    smallest = n.groupby(list(by), dropna=False).transform("min")
    return (smallest // base * base).where(smallest >= base, smallest)


def bands(values: pd.Series, least: int = LEAST) -> pd.Series:
    """Return low, middle and high groups, or low and high ones, at least ``least`` in each band.

    values : one number per group, shape (groups,); equal ones are in one band.
    Returns ordered categories on the same index. The bands are as even as they can be; where not
    even two can be made, everybody is in the band ``all``. A group without a value has no band, and
    if some but fewer than ``least`` have none, nobody has: what bands and total differ by would be
    theirs.
    """
    levels = pd.CategoricalDtype([*BANDS, EVERYONE], ordered=True)
    known = np.sort(values.dropna().to_numpy(dtype=float))
    if not len(known) or 0 < len(values) - len(known) < least:
        return pd.Series(None, index=values.index, dtype=levels, name=values.name)
    cuts = _even_cuts(known, least)
    names = {0: (EVERYONE,), 1: (BANDS[0], BANDS[-1]), 2: BANDS}[len(cuts)]
    found = values.map(lambda one: names[np.searchsorted(cuts, one, side="right")], "ignore")
    return found.astype(levels)


def coarsened(profile: pd.DataFrame, least: int = LEAST) -> pd.DataFrame:
    """Return the profile with bands merged or dropped until every row is shared by several groups.

    profile : one row per group and one column of bands per trait; neighbours of ordered categories
              are merged, of other values any two. A missing value is a band of its own.
    Each step merges the two bands of a column that lose least information (entropy, in bits); what
    has a single band left tells nothing and is dropped. Of equal losses the last column's goes
    first, whatever the order of the rows. In the end no column is merged that need not be.
    Returns the columns left as text; merged bands are joined by " / ".
    """
    if len(profile) < least:
        return profile[[]]
    order = {name: _levels(profile[name]) for name in profile}
    places = pd.DataFrame(
        {name: _filled(profile[name]).map(order[name].index) for name in profile}, profile.index
    )
    whole: Blocks = {name: [(place,) for place in range(len(order[name]))] for name in profile}
    blocks = dict(whole)
    while not _is_shared(places, blocks, least):
        names = reversed(blocks)
        steps = [step for name in names for step in _merges(name, places, blocks[name], profile)]
        _, name, merged = min(steps, key=lambda step: step[0])
        blocks[name] = merged
    for name in blocks:  # an early merge may have become needless by a later one
        if _is_shared(places, blocks | {name: whole[name]}, least):
            blocks[name] = whole[name]
    kept = {name: parts for name, parts in blocks.items() if len(parts) > 1}
    texts = {name: _texts(order[name], parts) for name, parts in kept.items()}
    return pd.DataFrame({name: places[name].map(texts[name]) for name in kept}, profile.index)


def _round_numbers(largest: float, digits: tuple[int, ...]) -> list[int]:
    """Return 0 and each digit times a power of ten, up to the first above ``largest``."""
    limits = [0]
    power = 1
    while limits[-1] <= largest:
        limits += [digit * power for digit in digits]
        power *= 10
    return limits


def _even_cuts(known: np.ndarray, least: int) -> tuple[float, ...]:
    """Return the lowest values of all bands but the first, as many and as even as can be.

    known : sorted values of the groups, shape (groups,).
    """
    n = len(known)
    starts = [i for i in range(least, n - least + 1) if known[i] > known[i - 1]]
    three = [(i, j) for i in starts for j in starts if j - i >= least]
    two = [(i,) for i in starts]
    choices: list[tuple[int, ...]] = [*three] or [*two] or [()]
    best = min(choices, key=lambda cut: sum((b - a) ** 2 for a, b in pairwise([0, *cut, n])))
    return tuple(float(known[place]) for place in best)


def _levels(column: pd.Series) -> list[str]:
    """Return the bands that occur, in their order; missing last."""
    occurring = set(column.dropna().astype(str))
    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = [str(level) for level in column.cat.categories if str(level) in occurring]
    else:
        levels = sorted(occurring)
    return levels + [MISSING] * bool(column.isna().any())


def _filled(column: pd.Series) -> pd.Series:
    return column.astype(object).where(column.notna(), MISSING).astype(str)


def _texts(order: list[str], parts: list[Block]) -> dict[int, str]:
    """Return what each band is called once it is merged with others."""
    return {one: " / ".join(order[place] for place in part) for part in parts for one in part}


def _is_shared(places: pd.DataFrame, blocks: Blocks, least: int) -> bool:
    """Tell whether every distinct row of merged bands is that of ``least`` groups or more."""
    rows = pd.DataFrame({name: _merged(places[name], parts) for name, parts in blocks.items()})
    return rows.empty or bool(rows.value_counts().min() >= least)


def _merged(places: pd.Series, parts: list[Block]) -> pd.Series:
    return places.map({one: number for number, part in enumerate(parts) for one in part})


def _merges(
    name: str, places: pd.DataFrame, parts: list[Block], profile: pd.DataFrame
) -> list[tuple[float, str, list[Block]]]:
    """Return every merge of two bands of a column: bits lost, the column and its bands after."""
    sizes = _merged(places[name], parts).value_counts()
    ordered = isinstance(profile[name].dtype, pd.CategoricalDtype) and profile[name].cat.ordered
    numbers = range(len(parts))
    pairs = [(i, j) for i in numbers for j in numbers if i < j and (not ordered or j == i + 1)]
    found = []
    for i, j in pairs:
        both = sizes[i] + sizes[j]
        bits = sum(sizes[one] * np.log2(both / sizes[one]) for one in (i, j)) / len(places)
        rest = [part for number, part in enumerate(parts) if number not in (i, j)]
        merged = sorted([*rest, tuple(sorted(parts[i] + parts[j]))])
        found.append((round(float(bits), 9), name, merged))
    return found
