"""What earlier releases have shown of the same records, so that a later one cannot unravel it.

The count at 18 months less that at 12 is those who came between, and a corrected report less the
first one is those corrected. Such differences are counts that nobody shows and anybody can compute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from shared.disclosure.counts import GROUP, CountTable, axes_of

# What tells a record from the others of its kind, also in later releases. Where nothing does, as
# few records as possible are taken to have changed.
IDS = {
    "respondents": ["respondent_id"],
    "changes": ["respondent_id", "instrument", "construct"],
    "cases": ["case_id"],
    "case_actions": ["case_id", "action"],
    "participations": ["participation_id"],
    "people": ["participation_id"],
    "followups": ["participation_id", "wave"],
    "states": ["person_id", "month"],
    "ways": ["person_id"],
    "durability": ["person_id", "months_after"],
}


@dataclass(frozen=True)
class Release:
    """One earlier release: what was counted, and what was told of it.

    records   : kind -> the records as they were then, groups by the letters of today.
    protected : table -> the cells as they were released (dimensions, ``n``, ``hidden``).
    """

    wave: int
    records: dict[str, pd.DataFrame]
    protected: dict[str, pd.DataFrame]


def as_released(cells: pd.DataFrame, released: pd.DataFrame | None) -> pd.DataFrame:
    """Return what was told of each cell counted again: ``n``, and whether it was ``hidden``.

    A cell that the release did not have was not shown.
    """
    names = [name for name in cells if name != "n"]
    if released is None or not set(names) <= set(released):
        return pd.DataFrame({"n": pd.NA, "hidden": True}, index=cells.index)
    told = released[["n", "hidden"]].join(released[names].astype("str"))
    found = cells[names].astype("str").merge(told, on=names, how="left", validate="one_to_one")
    return found[["n", "hidden"]].assign(hidden=found["hidden"].isna() | found["hidden"].eq(True))


def in_both(
    now: pd.DataFrame, then: pd.DataFrame, table: CountTable, groups: Sequence[str]
) -> dict[tuple, int]:
    """Count the records that are in the same cell now and then, by the cell's categories.

    now, then : the records that the table counts, at the two times.
    The keys are tuples of the group and the dimensions, as text, sums included.
    """
    ids = IDS[table.records]
    dimensions = [GROUP, *table.dimensions]
    kept = [*dict.fromkeys([*ids, *dimensions])]
    both = now[kept].merge(then[kept], on=ids, suffixes=("", "_then"))
    either = pd.concat([now[dimensions].astype(object), then[dimensions].astype(object)])
    axes = axes_of(either, table, list(groups))
    members = []
    for axis in axes:
        before = f"{axis.name}_then" if f"{axis.name}_then" in both else axis.name
        places = axis.codes(both[axis.name]), axis.codes(both[before])
        members.append(axis.summing[:, places[0]] * axis.summing[:, places[1]])
    letters = "abcdefg"[: len(axes)]
    terms = ",".join(f"{letter}r" for letter in letters)
    counts = np.einsum(f"{terms}->{letters}", *members)
    labels = product(*([str(label) for label in axis.labels] for axis in axes))
    return dict(zip(labels, counts.ravel().tolist(), strict=True))


def shared_cells(
    table: CountTable,
    now: tuple[pd.DataFrame, pd.DataFrame],
    then: tuple[pd.DataFrame, pd.DataFrame],
    groups: Sequence[str],
) -> Iterator[tuple[int, int, int, int]]:
    """Yield, per cell that both releases count: its row now and then, and who came and who left.

    now, then : the records that the table counts, and the cells.
    """
    names = [GROUP, *table.dimensions]
    rows = [_rows(cells, names) for _, cells in (now, then)]
    same = in_both(now[0], then[0], table, groups) if table.records in IDS else None
    for key in (key for key in rows[0] if key in rows[1]):
        place, before = rows[0][key], rows[1][key]
        counts = int(now[1]["n"].iloc[place]), int(then[1]["n"].iloc[before])
        both = min(counts) if same is None else same[key]
        yield place, before, counts[0] - both, counts[1] - both


def _rows(cells: pd.DataFrame, names: list[str]) -> dict[tuple, int]:
    keys = cells[names].astype("str").itertuples(index=False, name=None)
    return {key: row for row, key in enumerate(keys)}
