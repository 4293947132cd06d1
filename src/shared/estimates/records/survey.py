"""Records of the surveys: what was sent, each answer, and each respondent's way over the waves."""

import pandas as pd

from shared.estimates.scales import HIGHEST, LOWEST, construct_scores
from shared.study import Study

PROCESS = "process"  # the instrument of the lokus groups themselves
DECIMALS = 5  # scores stored as 1.666667 would otherwise look changed


def sent(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per survey sent: instrument, wave, party, and whether it was answered."""
    table = tables["enkatutskick"]
    answered = table.loc[table.index.repeat(table["n_answered"].fillna(0).astype(int))]
    silent = table["n_sent"] - table["n_answered"].fillna(0)
    unanswered = table.loc[table.index.repeat(silent.fillna(0).astype(int))]
    both = [answered.assign(response="answered"), unanswered.assign(response="unanswered")]
    return pd.concat(both)[["lokus_id", "instrument", "wave", "party", "response"]]


def answers(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per answer, reversed items turned, with its instrument, part and level.

    ``level``: ``high`` is what counts as agreeing, ``low`` the same steps at the other end (or what
    is left of them), ``middle`` what lies between; or ``dont_know`` or ``missing``.
    """
    columns = ["item_id", "wave", "instrument", "construct", "is_anchor", "reversed"]
    given = tables["processenkat"].merge(
        tables["enkatfragor"][columns], on=["item_id", "wave"], how="left", validate="many_to_one"
    )
    code = study.survey.dont_know
    raw = given["answer"]
    dont_know = raw.eq(code).fillna(False) if code is not None else raw.ne(raw).fillna(False)
    score = raw.mask(dont_know)
    score = score.mask(given["reversed"].fillna(False), LOWEST + HIGHEST - score)
    top = study.survey.top
    level = pd.Series("middle", index=given.index)
    level = level.mask((score < LOWEST + min(top, HIGHEST - top)).fillna(False), "low")
    level = level.mask((score > HIGHEST - top).fillna(False), "high")
    level = level.mask(raw.isna(), "missing").mask(dont_know, "dont_know")
    return given.assign(answer=score.astype("Float64"), level=level)


def respondents(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per respondent of the group's first wave or this one: stayed, left or joined.

    About the groups' own survey; none from a group whose first wave this is.
    """
    given = answers(tables, study, wave)
    given = given[(given["instrument"] == PROCESS) & given["answer"].notna()]
    people = given.assign(first=given.groupby("lokus_id")["wave"].transform("min"))
    people = people[people["first"] < wave].drop_duplicates(["respondent_id", "wave"])
    before, now = people[people["wave"] == people["first"]], people[people["wave"] == wave]
    both = pd.concat([now, before]).drop_duplicates("respondent_id")
    was, is_ = (both["respondent_id"].isin(part["respondent_id"]) for part in (before, now))
    presence = pd.Series("stayed", index=both.index).mask(~is_, "left").mask(~was, "joined")
    return both.assign(presence=presence)[["lokus_id", "respondent_id", "party", "presence"]]


def changes(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per respondent and construct scored both in the first wave and in this one.

    ``direction``: ``up``, ``same`` or ``down``; scores are means of anchor items. The first wave is
    that of the group and the instrument.
    """
    given = answers(tables, study, wave)
    first = given.groupby(["lokus_id", "instrument"], observed=True)["wave"].transform("min")
    at = pd.Series(pd.NA, index=given.index, dtype="str")
    at = at.mask(given["wave"] == first, "before").mask(given["wave"] == wave, "after")
    both = given.assign(at=at)[given["is_anchor"].fillna(False) & at.notna()]
    by = ["lokus_id", "instrument", "respondent_id", "at"]
    scores = construct_scores(both, by=by).dropna(subset="mean")
    wide = scores.pivot(index=[*by[:3], "construct"], columns="at", values="mean")
    wide = wide.reindex(columns=["before", "after"]).dropna().reset_index()
    step = (wide["after"] - wide["before"]).astype(float).round(DECIMALS)
    direction = pd.Series("same", index=wide.index).mask(step > 0, "up").mask(step < 0, "down")
    return wide.assign(direction=direction)[[*by[:3], "construct", "direction"]]
