"""Cells that everybody is in: what is said of all is said of each, and nobody need be recognised.

A group of seven of whom seven are out of work tells of each member that they are. In sums of twice
the threshold or more it is a result like another, and is shown.

Source: Handbook on Statistical Disclosure Control, 2nd ed. (2024), chapter 5.2, on group
disclosure; Lupp and Langsrud (2021), Journal of Privacy and Confidentiality 11(1), on coalitions.
"""

import pandas as pd

from shared.disclosure.counts import ALL, CountTable
from shared.disclosure.rules import OTHERS, SHARE_BASE


def unanimous(table: CountTable, cells: pd.DataFrame, threshold: int) -> list[tuple[int, int]]:
    """Return what must look possible of unanimous cells: pairs of a cell's row and a change of it.

    cells : one row per cell with the dimensions and ``n``, as `counts.count` returns them.
    A cell is unanimous when it holds everybody of a sum that ``table.sensitive`` names, and these
    are fewer than twice the threshold.
    """
    found = []
    for dimension, base in table.sensitive.items():
        others = [name for name in cells if name not in (dimension, "n")]
        sums = {name: set(members) for name, members in table.subtotals.get(dimension, {}).items()}
        inside = set(cells[dimension]) - {ALL, *sums} if base == ALL else sums[base]
        parts = inside | {label for label, members in sums.items() if members < inside}
        within = cells[cells[dimension].isin(parts - {base})].reset_index(names="row")
        both = within.merge(
            cells[cells[dimension] == base], on=others, suffixes=("", "_of"), validate="many_to_one"
        )
        few = both["n_of"].between(threshold, SHARE_BASE * threshold - 1)
        found += both.loc[few & (both["n"] == both["n_of"]), "row"].tolist()
    return [(int(row), -OTHERS) for row in found]
