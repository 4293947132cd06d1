"""A survey over the waves: scores per construct, answers, change since the first wave, who left.

Every function works on the records of any instrument (``estimates/records/survey.py``).
"""

from collections.abc import Callable

import pandas as pd

from shared.estimates.change import Change, UnpairedChange, holm, paired_change, unpaired_change
from shared.estimates.records.survey import PROCESS
from shared.estimates.scales import HIGHEST, LOWEST, construct_scores

SCORE = {"low": "score_low", "high": "score_high"}
FEWEST_PAIRS = 5  # linked respondents below which all who answered are compared instead
LEVELS = {"low": "disagree", "middle": "between", "high": "agree"}


def score_by_wave(answers: pd.DataFrame, by: tuple[str, ...] = ("wave",)) -> pd.DataFrame:
    """Return the mean score of each construct per wave, from anchor items only.

    One row per ``construct`` x ``by``: ``n`` (respondents), ``mean``, ``score_low`` and
    ``score_high`` (t limits, within the scale).
    """
    scores = construct_scores(_anchors(answers), by=list(by)).rename(columns=SCORE)
    scores[["score_low", "score_high"]] = scores[["score_low", "score_high"]].clip(LOWEST, HIGHEST)
    scores = scores.sort_values(["construct", *by], kind="stable", ignore_index=True)
    return scores[["construct", *by, "n", "mean", "score_low", "score_high"]]


def answers_by_construct(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return how the answers to all items of a construct spread in one wave.

    One row per construct: ``n`` (respondents with an answer on the scale; where nobody has one,
    all who answered), ``base`` (answers on the scale), ``disagree``, ``between`` and ``agree``
    (shares of these) and ``unsure`` (don't know, as a share of all answers given).
    """
    given = answers[(answers["wave"] == wave) & (answers["level"] != "missing")]
    counted = given.groupby(["construct", "level"], observed=True).size().unstack("level")
    counted = counted.reindex(columns=[*LEVELS, "dont_know"]).fillna(0)
    valid, everything = counted[list(LEVELS)].sum(axis=1), counted.sum(axis=1)
    shares = counted[list(LEVELS)].div(valid.where(valid > 0), axis=0).rename(columns=LEVELS)
    on_scale = _respondents(given[given["level"].isin(list(LEVELS))]).reindex(shares.index)
    shares.insert(0, "n", on_scale.fillna(_respondents(given)).astype(int))
    shares.insert(1, "base", valid.astype(int))
    return shares.assign(unsure=counted["dont_know"] / everything).reset_index()


def change_since_first(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the change of each construct's score from its first wave to ``wave``.

    The same respondents are compared when at least ``FEWEST_PAIRS`` answered both times, otherwise
    all who answered; ``basis`` says which. One row per construct: ``n`` is the pairs, or the
    smaller of the two waves' respondents; ``effect`` (matched-pairs rank-biserial correlation) only
    for pairs; ``p_holm`` is p adjusted for the number of constructs. No rows when ``wave`` is the
    first, or nobody has answered yet.
    """
    columns = ["construct", "basis", "n", "mean_change", "change_low", "change_high"]
    columns += ["effect", "p", "p_holm"]
    first = answers["wave"].min()
    if pd.isna(first) or first == wave:
        return pd.DataFrame(columns=columns)
    anchors = _anchors(answers[answers["wave"].isin([first, wave])])
    scores = construct_scores(anchors, by=["wave", "respondent_id"])
    scores = scores[scores["n"] > 0].set_index("respondent_id")
    rows = []
    for construct, part in scores.groupby("construct", observed=True):
        before, after = (part.loc[part["wave"] == w, "mean"] for w in (first, wave))
        rows.append({"construct": construct, **_change(before, after)})
    table = pd.DataFrame(rows, columns=columns[:-1])
    return table.assign(p_holm=holm(table["p"].astype(float)))


def left_or_stayed(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Compare the first wave's scores of those who answer in ``wave`` and those who no longer do.

    One row per construct: ``n`` (the fewer of the two), ``stayed`` and ``left`` (mean scores in
    the first wave), ``mean_change`` (left minus stayed) with Welch limits and ``p``; all missing
    where nobody left, or nobody stayed. No rows when ``wave`` is the first.
    """
    columns = ["construct", "n", "stayed", "left", "mean_change", "change_low", "change_high", "p"]
    first = answers["wave"].min()
    if pd.isna(first) or first == wave:
        return pd.DataFrame(columns=columns)
    anchors = _anchors(answers[answers["wave"] == first])
    scores = construct_scores(anchors, by=["respondent_id"]).dropna(subset="mean")
    now = answers.loc[(answers["wave"] == wave) & answers["answer"].notna(), "respondent_id"]
    rows = []
    for construct, part in scores.groupby("construct", observed=True):
        here = part["respondent_id"].isin(now)
        found = unpaired_change(part.loc[here, "mean"], part.loc[~here, "mean"])
        means = {"stayed": part.loc[here, "mean"].mean(), "left": part.loc[~here, "mean"].mean()}
        n = min(found.n_before, found.n_after)
        # A mean beside n = 0 would pass as resting on nobody.
        rows.append({"construct": construct, "n": n, **(means if n else {}), **_limits(found)})
    return pd.DataFrame(rows, columns=columns)


def of_instrument(answers: pd.DataFrame, instrument: str = PROCESS) -> pd.DataFrame:
    """Return the answers to one instrument; by default the groups' own survey."""
    return answers[answers["instrument"] == instrument]


def other_instruments(answers: pd.DataFrame) -> pd.DataFrame:
    """Return the answers to all instruments but the groups' own survey."""
    return answers[answers["instrument"] != PROCESS]


def each_instrument(
    answers: pd.DataFrame, estimate: Callable[..., pd.DataFrame], *arguments: object
) -> pd.DataFrame:
    """Return ``estimate(answers, *arguments)`` of every instrument apart, ``instrument`` first."""
    parts = [answers[answers["instrument"] == name] for name in _instruments(answers)]
    found = [estimate(part, *arguments) for part in parts] or [estimate(answers, *arguments)]
    names = [*_instruments(answers), None]
    tables = [part.assign(instrument=name) for part, name in zip(found, names, strict=False)]
    table = pd.concat(tables, ignore_index=True)
    return table[["instrument", *(name for name in table if name != "instrument")]]


def _instruments(answers: pd.DataFrame) -> list[str]:
    return list(answers["instrument"].astype("str").dropna().unique())


def _respondents(answers: pd.DataFrame) -> pd.Series:
    return answers.groupby("construct", observed=True)["respondent_id"].nunique()


def _anchors(answers: pd.DataFrame) -> pd.DataFrame:
    return answers[answers["is_anchor"].fillna(False).astype(bool)]


def _change(before: pd.Series, after: pd.Series) -> dict:
    paired = paired_change(before, after)
    if paired.n >= FEWEST_PAIRS:
        return {"basis": "paired", "n": paired.n, "effect": paired.effect, **_limits(paired)}
    unpaired = unpaired_change(before, after)
    n = min(unpaired.n_before, unpaired.n_after)
    return {"basis": "unpaired", "n": n, **_limits(unpaired)}


def _limits(found: Change | UnpairedChange) -> dict:
    limits = {"change_low": found.low, "change_high": found.high, "p": found.p}
    return {"mean_change": found.mean_change, **limits}
