"""How much of the differences between groups chance alone would give, aspect by aspect."""

import numpy as np
import pandas as pd

from shared.estimates.between_groups.heterogeneity import heterogeneity
from shared.estimates.between_groups.rates import pooled_rates, rate_spread
from shared.estimates.between_groups.scores import pooled_scores

FEWEST = 3  # groups
COLUMNS = ["aspect", "wave", "groups", "n", "by_chance", "p"]


def of_results(results: pd.DataFrame) -> pd.DataFrame:
    """Return one row per ``wave`` of follow-up from ``successes`` and ``n`` per group and wave.

    ``by_chance``: the part of the variation between the groups that chance alone would give, 0 to
    1; ``p`` that all differences are chance (permutations); ``n`` people and ``groups``.
    """
    rows = []
    for wave, of_wave in results[results["lokus_id"] != "all"].groupby("wave"):
        found = heterogeneity(of_wave["successes"], of_wave["n"])
        rows.append(["results", wave, found.groups, found.n, found.chance, found.p])
    return _told(rows)


def of_scores(scores: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return one row, as `of_results`, from mean ``score``, ``sd`` and ``n`` per group."""
    known = scores[scores["n"] > 1]
    if len(known) < FEWEST:
        return _told([])
    found = pooled_scores(known["score"], known["sd"], known["n"])
    n = int(known["n"].sum())
    return _told([["process", wave, len(known), n, 1 - found.i2, found.p]])


def of_rates(count: pd.Series, exposure: pd.Series, wave: int) -> pd.DataFrame:
    """Return one row, as `of_results`, from events and exposure per group.

    The part that chance gives is that of a Poisson count in the variance of the counts.
    """
    if len(count) < FEWEST or not count.sum():
        return _told([])
    rates, spread = pooled_rates(count, exposure), rate_spread(count, exposure)
    between = 0 if np.isinf(rates.shape) else (rates.mean * exposure.mean()) ** 2 / rates.shape
    poisson = rates.mean * exposure.mean()
    part = poisson / (poisson + between)
    return _told([["cases", wave, spread.groups, int(count.sum()), part, spread.p]])


def _told(rows: list[list]) -> pd.DataFrame:
    """Return the rows of which anything can be said."""
    table = pd.DataFrame(rows, columns=COLUMNS).astype({"by_chance": float, "p": float})
    return table[table["groups"].ge(FEWEST) & table["by_chance"].notna()].reset_index(drop=True)
