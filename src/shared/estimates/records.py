"""What each question counts: one row per answer, case, participation or follow-up.

Processed tables become records with the few categories that the reports use. Every table of counts
(``disclosure/tables.yml``) and most estimates start from one of these.
"""

from collections.abc import Callable

import pandas as pd

from shared.estimates.scales import HIGHEST
from shared.sources.dictionary import code_lists
from shared.study import Study

Tables = dict[str, pd.DataFrame]
AGES = [16, 25, 30, 40, 50, 60, 65]
AGE_LABELS = ["16–24", "25–29", "30–39", "40–49", "50–59", "60–64"]


def records(tables: Tables, study: Study, wave: int) -> dict[str, pd.DataFrame]:
    """Return the records of every kind whose source tables are there.

    ``study`` may be the real one or the public one of a manifest. Each frame has ``lokus_id``.
    """
    needs: dict[str, tuple[Callable, tuple[str, ...]]] = {
        "sent": (_sent, ("enkatutskick",)),
        "answers": (_answers, ("processenkat", "enkatfragor")),
        "cases": (_cases, ("koordinatorlogg",)),
        "issues": (_issues, ("strukturfragor",)),
        "participations": (_participations, ("deltaganden",)),
        "followups": (_followups, ("uppfoljning", "deltaganden")),
        "left_out": (lambda tables, study, wave: tables["left_out"], ("left_out",)),
    }
    return {
        kind: build(tables, study, wave)
        for kind, (build, sources) in needs.items()
        if all(source in tables for source in sources)
    }


def period_of(dates: pd.Series, study: Study) -> pd.Series:
    """Return, per date, the wave at whose reference date its period ends; NA after the last.

    Periods are half-open from the day after one reference date to the next one's; what came before
    the baseline belongs to wave 0.
    """
    ends = {wave: pd.Timestamp(day) for wave, day in study.waves.items() if day}
    period = pd.Series(pd.NA, index=dates.index, dtype="Int64")
    for wave in sorted(ends, reverse=True):
        period = period.mask(dates <= ends[wave], wave)
    return period


def coarser(codes: pd.Series, code_list: str) -> pd.Series:
    """Return the coarser group of each code, as the code list gives it."""
    groups = {code.code: code.group for code in code_lists()[code_list].values()}
    order = list(dict.fromkeys(groups.values()))
    return codes.astype("str").map(groups).astype(pd.CategoricalDtype(order, ordered=True))


def _sent(tables: Tables, study: Study, wave: int) -> pd.DataFrame:
    """One row per survey sent: wave, party, and whether it was answered."""
    sent = tables["enkatutskick"]
    answered = sent.loc[sent.index.repeat(sent["n_answered"].fillna(0).astype(int))]
    silent = sent["n_sent"] - sent["n_answered"].fillna(0)
    unanswered = sent.loc[sent.index.repeat(silent.fillna(0).astype(int))]
    both = [answered.assign(response="answered"), unanswered.assign(response="unanswered")]
    return pd.concat(both)[["lokus_id", "wave", "party", "response"]]


def _answers(tables: Tables, study: Study, wave: int) -> pd.DataFrame:
    """One row per answer; reversed items turned, and a level: high is what counts as agreeing."""
    items = tables["enkatfragor"][["item_id", "wave", "construct", "is_anchor", "reversed"]]
    answers = tables["processenkat"].merge(
        items, on=["item_id", "wave"], how="left", validate="many_to_one"
    )
    given = answers["answer"]
    code = study.survey.dont_know
    dont_know = given.eq(code).fillna(False) if code is not None else given.ne(given).fillna(False)
    score = given.mask(dont_know)
    score = score.mask(answers["reversed"].fillna(False), HIGHEST + 1 - score)
    level = pd.Series("not_high", index=answers.index)
    level = level.mask((score > HIGHEST - study.survey.top).fillna(False), "high")
    level = level.mask(given.isna(), "missing").mask(dont_know, "dont_know")
    return answers.assign(answer=score.astype("Float64"), level=level)


def _cases(tables: Tables, study: Study, wave: int) -> pd.DataFrame:
    """One row per case up to the wave, with its period and whether it is still open."""
    cases = tables["koordinatorlogg"]
    cases = cases.assign(period=period_of(cases["opened_on"], study))
    return cases[cases["period"] <= wave]


def _issues(tables: Tables, study: Study, wave: int) -> pd.DataFrame:
    issues = tables["strukturfragor"]
    return issues[period_of(issues["raised_on"], study) <= wave]


def _participations(tables: Tables, study: Study, wave: int) -> pd.DataFrame:
    """One row per participation: ongoing or ended at the wave, age at start, coarser categories."""
    register = tables["deltaganden"]
    as_of = study.waves[wave]
    ended = register["end_on"].notna()
    if as_of:
        register = register[~(register["start_on"] > pd.Timestamp(as_of))]
        ended = register["end_on"] <= pd.Timestamp(as_of)
    state = ended.map({True: "ended", False: "ongoing"}).astype("str")
    age = register["start_on"].dt.year - register["birth_year"].astype("Float64")
    return register.assign(
        state=state.mask(register["start_on"].isna() & register["end_on"].isna()),
        age_band=pd.cut(age.astype(float), AGES, right=False, labels=AGE_LABELS),
        gender=register["gender"].fillna("unknown"),
        referrer=coarser(register["referrer"], "referrer"),
        occupation_before=coarser(register["occupation_before"], "occupation"),
        occupation_after=coarser(register["occupation_after"], "occupation"),
        income_before=coarser(register["main_income_before"], "income_source"),
        income_after=coarser(register["main_income_after"], "income_source"),
    )


def _followups(tables: Tables, study: Study, wave: int) -> pd.DataFrame:
    """One row per follow-up that was due: work, studies or neither, or ``not_reached``.

    Reached means reached within the window of days around the planned date. The deceased are not
    due (response = reached of due).
    """
    people = tables["deltaganden"][["participation_id", "lokus_id", "gender"]]
    followups = tables["uppfoljning"].merge(
        people, on="participation_id", how="inner", validate="many_to_one"
    )
    due = ~followups["followup_status"].isin(["not_due", "deceased"]) & (followups["wave"] <= wave)
    due &= followups["clock"].fillna(study.followup.clock).eq(study.followup.clock)
    followups = followups[due]
    late = (followups["done_on"] - followups["due_on"]).dt.days.abs()
    reached = followups["followup_status"].eq("reached") & ~(late > study.followup.window_days)
    occupation = followups["occupation"].astype("str")
    outcome = occupation.where(occupation.isin(["employed", "studying"]), "neither")
    outcome = outcome.mask(occupation.isna() | (occupation == "unknown"), "unknown")
    return followups.assign(
        gender=followups["gender"].fillna("unknown"),
        reached=reached,
        outcome=outcome.mask(~reached, "not_reached"),
    )
