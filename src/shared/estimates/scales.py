"""Scales: how well items hang together, how much groups differ, and the score of a construct."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import fdtri, stdtrit

LOWEST, HIGHEST = 1, 5  # the answers of every scale item
ANSWERED_SHARE = 0.5  # of the items shown, for a respondent to have a score
# Sums of scores stored as 1.666667 would otherwise differ by the last digit alone.
DECIMALS = 9


@dataclass(frozen=True)
class Alpha:
    """Cronbach's raw alpha: n respondents answered all k items.

    low, high        : 95 % limits of alpha; like alpha itself, low has no floor.
    mean_correlation : of the pairs of items, -1 to 1; NaN when no pair has one.
    """

    alpha: float
    low: float
    high: float
    mean_correlation: float
    n: int
    k: int


@dataclass(frozen=True)
class Icc:
    """Likeness within groups: icc1 of one respondent, icc2 of a group's mean.

    n : respondents, ``groups``: the groups they belong to.
    """

    icc1: float
    icc2: float
    n: int
    groups: int


def cronbach_alpha(items: pd.DataFrame) -> Alpha:
    """Return raw alpha on complete cases, with exact 95 % limits.

    items : one row per respondent, one column per item, all turned the same way.
    Alpha and its limits are NaN with fewer than 2 items or 2 complete cases, or when no sum score
    differs. An item that everyone answers alike counts among the k, but has no correlation.
    Source: Cronbach (1951), Psychometrika 16, 297-334; Feldt (1965), Psychometrika 30, 357-370,
    for the limits, exact for normal scores of parallel items. ``psych::alpha`` of R agrees, though
    it drops items without spread first.
    """
    complete = items.dropna().astype(float)
    n, k = complete.shape
    correlations = complete.corr().to_numpy()[np.triu_indices(k, 1)]
    known = correlations[~np.isnan(correlations)]
    mean = float(known.mean()) if len(known) else np.nan
    total = complete.sum(axis=1)
    if k < 2 or not _differs(total):
        return Alpha(np.nan, np.nan, np.nan, mean, n, k)
    alpha = float(k / (k - 1) * (1 - complete.var().sum() / total.var()))
    low, high = 1 - (1 - alpha) * fdtri(n - 1, (n - 1) * (k - 1), [0.975, 0.025])
    return Alpha(alpha, float(low), float(high), mean, n, k)


def item_analysis(items: pd.DataFrame) -> pd.DataFrame:
    """Return what each item adds to its scale, on the complete cases of all items.

    items : one row per respondent, one column per item, all turned the same way.
    Returns one row per item (the index): ``alpha_if_dropped``, raw alpha of the other items, NaN
    where they have none, as with 2 items; and ``item_rest``, the correlation of the item with the
    sum of the others (-1 to 1), NaN when either has no spread.
    Source: Nunnally and Bernstein (1994), Psychometric Theory, 3rd ed., chapter 8; R's
    ``psych::alpha`` calls the two ``raw_alpha`` and ``r.drop``.
    """
    complete = items.dropna().astype(float)
    rest = -complete.sub(complete.sum(axis=1), axis=0)
    dropped = {item: cronbach_alpha(complete.drop(columns=item)).alpha for item in complete}
    return pd.DataFrame(
        {
            "alpha_if_dropped": pd.Series(dropped, dtype=float),
            "item_rest": complete.corrwith(rest).where(_differs(complete) & _differs(rest)),
        },
        index=items.columns,
    )


def icc(scores: pd.Series, groups: pd.Series) -> Icc:
    """Return ICC(1) and ICC(2) of a one-way analysis of variance.

    scores, groups : one value per respondent, paired by index; rows missing either are left out.
    Both are NaN with fewer than 2 groups, or when no group has 2 respondents. ICC(2) is NaN when
    the group means do not differ at all.
    Source: Bliese (2000), in Klein and Kozlowski, chapter 8. The group size is the plain average
    n / groups, as in R's ``multilevel::ICC1`` and ``ICC2``.
    """
    table = pd.DataFrame({"score": scores, "group": groups}).dropna()
    score = table["score"].astype(float)
    means = score.groupby(table["group"].to_numpy()).transform("mean")
    n, k = len(table), table["group"].nunique()
    if k < 2 or n <= k:
        return Icc(np.nan, np.nan, n, k)
    between = ((means - score.mean()) ** 2).sum() / (k - 1)
    within = ((score - means) ** 2).sum() / (n - k)
    spread = between + (n / k - 1) * within
    return Icc(
        icc1=float((between - within) / spread) if spread else np.nan,
        icc2=float((between - within) / between) if between else np.nan,
        n=n,
        groups=k,
    )


def construct_scores(answers: pd.DataFrame, *, by: list[str]) -> pd.DataFrame:
    """Return the mean score of each construct in each group, with 95 % t limits.

    answers : one row per item shown to a respondent: ``respondent_id``, ``construct``, ``answer``
              (1 to 5; NaN for no answer and for don't know) and the ``by`` columns.
    by      : the columns that make the groups; a missing value is a group of its own.
    A respondent's score is the mean of their answers, given that at least half of the items they
    were shown have one. Returns one row per ``by`` x ``construct``: ``n`` (respondents with a
    score), ``mean`` (1 to 5), ``sd``, ``low`` and ``high``. The mean needs n = 1, the others n = 2,
    and are NaN otherwise; with very few respondents the limits may leave the scale.
    Raises ValueError for a missing column or an answer outside 1 to 5.
    """
    _require_answers(answers, by)
    keys = [*by, "construct"]
    shown = answers.groupby([*keys, "respondent_id"], dropna=False, observed=True)["answer"]
    enough = shown.count() >= ANSWERED_SHARE * shown.size()
    score = shown.mean().where(enough)
    # By number, since the respondent may be one of the keys as well.
    groups = score.groupby(level=list(range(len(keys))), dropna=False, observed=True)
    table = groups.agg(n="count", mean="mean", sd="std").reset_index()
    half = stdtrit(table["n"] - 1, 0.975) * table["sd"] / np.sqrt(table["n"])
    return table.assign(low=table["mean"] - half, high=table["mean"] + half)


def _differs(scores: pd.Series | pd.DataFrame) -> bool | pd.Series:
    """Return whether respondents differ, one value or one per column."""
    return scores.round(DECIMALS).nunique() > 1


def _require_answers(answers: pd.DataFrame, by: list[str]) -> None:
    needed = ["respondent_id", "construct", "answer", *by]
    missing = [name for name in needed if name not in answers]
    if missing:
        raise ValueError(f"Columns {missing} are missing; answers has {list(answers.columns)}.")
    outside = (answers["answer"] < LOWEST) | (answers["answer"] > HIGHEST)
    if outside.any():
        raise ValueError(
            f"{int(outside.sum())} answers lie outside {LOWEST} to {HIGHEST}. "
            "Don't-know codes must be NaN before scores are computed."
        )
