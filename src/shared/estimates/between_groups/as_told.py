"""What is drawn from groups' figures as they are told: pooled estimates, limits, ranks.

A page for all groups tells each group's figure in steps and its size as a class. Whatever else is
shown is computed from those, as if every group of a class had the size of its smallest: so it says
nothing of a group that figure and class do not, and its intervals are rather too wide than too
narrow. ``rows`` are the rows of one table as told: ``lokus_id``, ``n`` and a value, missing where
it is hidden; the row ``all``, if any, gets no estimates.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from shared.estimates.between_groups.expected import observed_expected
from shared.estimates.between_groups.funnel import limits as chance_limits
from shared.estimates.between_groups.ranks import rank_intervals
from shared.estimates.between_groups.rates import pooled_rates
from shared.estimates.between_groups.scores import pooled_scores
from shared.estimates.between_groups.shrinkage import share_draws, shrunken_shares

GROUP, ALL = "lokus_id", "all"
FEWEST = 3  # groups: of fewer nothing can be drawn together
DRAWN = ["drawn", "drawn_low", "drawn_high"]
FUNNEL = {"95": 0.025, "998": 0.001}  # name -> chance beyond each limit


def shares(rows: pd.DataFrame, *, by: Sequence[str] = ()) -> pd.DataFrame:
    """Return what is drawn from ``share`` (0 to 1), on the index of the rows.

    by : further keys of the table; groups are drawn together within each of their values.
    ``drawn`` with ``drawn_low`` and ``drawn_high``: the share drawn towards that of the others;
    ``low_95``, ``high_95``, ``low_998`` and ``high_998``: where chance alone would have it.
    Where the rows have ``expected``, also ``oe`` (observed over expected) with its limits.
    """
    return _each(rows, by, _shares)


def scores(rows: pd.DataFrame, *, sd: float) -> pd.DataFrame:
    """Return ``drawn`` with its limits from the mean ``score``; ``sd`` of people within groups."""
    groups = _told(rows, "score")
    found = pd.DataFrame(np.nan, rows.index, DRAWN)
    if len(groups) >= FEWEST and sd > 0:
        spread = pd.Series(float(sd), groups.index)
        pooled = pooled_scores(groups["score"], spread, groups["n"]).groups
        found.loc[groups.index] = pooled[["mean", "low", "high"]].to_numpy()
    return found


def rates(rows: pd.DataFrame, *, months: float) -> pd.DataFrame:
    """Return ``drawn`` with its limits from ``rate``, cases per month in ``months`` months."""
    groups = _told(rows, "rate")
    found = pd.DataFrame(np.nan, rows.index, DRAWN)
    if len(groups) >= FEWEST and (groups["rate"] > 0).any():
        time = pd.Series(float(months), groups.index)
        pooled = pooled_rates(groups["rate"] * time, time).groups
        found.loc[groups.index] = pooled[["rate", "low", "high"]].to_numpy()
    return found


def ranks(rows: pd.DataFrame) -> pd.DataFrame:
    """Return ``rank_low`` and ``rank_high`` of ``share``, 1 the highest: whole ranks, 95 %."""
    groups = _told(rows, "share")
    found = pd.DataFrame(np.nan, rows.index, ["rank_low", "rank_high"])
    if len(groups) >= FEWEST:
        draws = share_draws(groups["share"] * groups["n"], groups["n"])
        found.loc[groups.index] = rank_intervals(draws).to_numpy()
    return found


def _each(
    rows: pd.DataFrame, by: Sequence[str], estimate: Callable[[pd.DataFrame], pd.DataFrame]
) -> pd.DataFrame:
    if not by:
        return estimate(rows)
    parts = [estimate(part) for _, part in rows.groupby(list(by), observed=True, sort=False)]
    return pd.concat(parts).reindex(rows.index)


def _told(rows: pd.DataFrame, value: str) -> pd.DataFrame:
    """Return the rows of groups whose value is told."""
    return rows[(rows[GROUP] != ALL) & rows[value].notna() & (rows["n"] > 0)]


def _shares(rows: pd.DataFrame) -> pd.DataFrame:
    groups = _told(rows, "share")
    found = pd.DataFrame(
        np.nan,
        rows.index,
        [*DRAWN, *(f"{side}_{name}" for name in FUNNEL for side in ("low", "high"))],
    )
    if len(groups) >= FEWEST:
        count: Any = groups["share"] * groups["n"]
        drawn = shrunken_shares(count, groups["n"]).groups
        found.loc[groups.index, DRAWN] = drawn[["share", "low", "high"]].to_numpy()
        target = _target(rows, groups)
        for name, tail in FUNNEL.items():
            low, high = chance_limits(groups["n"], target, tail)
            found.loc[groups.index, f"low_{name}"] = low
            found.loc[groups.index, f"high_{name}"] = high
    if "expected" not in rows:
        return found
    held = groups[groups["expected"] > 0]
    beside = observed_expected(held["share"] * held["n"], held["expected"] * held["n"])
    names = {"ratio": "oe", "low": "oe_low", "high": "oe_high"}
    return found.join(beside[list(names)].rename(columns=names))


def _target(rows: pd.DataFrame, groups: pd.DataFrame) -> float:
    """Return the share of all as told, or else of the groups together."""
    whole = rows.loc[rows[GROUP] == ALL, "share"].dropna()
    share = whole.iloc[0] if len(whole) else np.average(groups["share"], weights=groups["n"])
    return float(np.clip(share, 0.01, 0.99))
