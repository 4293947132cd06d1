"""Process beside results: do groups that work well together also reach more? Never a cause.

Eight groups are eight points: only a very strong association can be told from none.
"""

import pandas as pd

from shared.estimates.between_groups.association import association, within_groups

COLUMNS = ["relation", "wave", "n", "rho", "low", "high", "p"]


def process_and_results(process: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """Return how the process of the groups goes with the share of their results.

    process : ``lokus_id``, ``wave`` and ``score``. results : ``lokus_id``, ``wave`` and ``share``.
    One row ``across`` groups per wave, where ``rho`` is Spearman's correlation; and one ``within``
    groups from wave to wave, where ``rho`` is the change in the share that goes with one step up
    the scale. ``n``: groups; ``low`` and ``high``: 95 % limits; ``p`` by permutations. Rows of
    which nothing can be said are left out.
    """
    both = process[["lokus_id", "wave", "score"]].merge(
        results[["lokus_id", "wave", "share"]], on=["lokus_id", "wave"]
    )
    rows = []
    for wave, points in both.groupby("wave"):
        found = association(points["score"], points["share"])
        rows.append(["across", wave, found.n, found.rho, found.low, found.high, found.p])
    names = {"lokus_id": "group", "score": "process", "share": "result"}
    found_within = within_groups(both.rename(columns=names).dropna())
    slope = found_within.slope, found_within.low, found_within.high, found_within.p
    rows.append(["within", None, found_within.n, *slope])
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table[table["rho"].notna()].reset_index(drop=True)
