"""Intervals of ranks: how little the order of the groups is known. Nobody is ranked.

Source: Goldstein and Spiegelhalter (1996), Journal of the Royal Statistical Society A 159, 385-443.
"""

import numpy as np
import pandas as pd

TAIL = 0.025  # of each side: 95 % intervals


def rank_intervals(draws: pd.DataFrame) -> pd.DataFrame:
    """Return the interval of each group's rank, 1 for the highest share.

    draws : one row per joint draw of the groups' shares, one column per group
            (``shrinkage.Shrunken.draws``).
    Returns ``low`` and ``high`` (whole ranks, holding the middle 95 % of the draws) on the groups.
    No single rank is given: with few people per group the most likely one is mostly wrong.
    Raises ValueError without draws, or when draws have missing values.
    """
    if draws.empty or draws.isna().to_numpy().any():
        raise ValueError(
            f"There are {len(draws)} draws of {draws.shape[1]} groups, "
            f"{int(draws.isna().to_numpy().sum())} missing. Give complete draws."
        )
    # Equal draws share the middle rank, so that the order of the columns decides nothing.
    ranks = draws.rank(axis=1, ascending=False).to_numpy()
    low = np.quantile(ranks, TAIL, axis=0, method="inverted_cdf")
    high = np.quantile(ranks, 1 - TAIL, axis=0, method="inverted_cdf")
    whole = {"low": np.floor(low).astype(int), "high": np.ceil(high).astype(int)}
    return pd.DataFrame(whole, index=draws.columns)
