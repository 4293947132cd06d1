"""Participants beside people without the effort: who they are, and what is known of both.

The comparison is another group, an earlier cohort, or a table of people from a source of its own
(``jamforelsegrupp``). What the participants' change was beyond the others' is told in ``beyond``.
"""

from collections.abc import Callable

import pandas as pd

from shared.economics.accounts import PUBLIC
from shared.economics.change import Change
from shared.economics.change import change as changed
from shared.economics.exposure import WORK
from shared.estimates.effect.people import PER_COEFFICIENT
from shared.estimates.histories import UNKNOWN
from shared.study import Study

# Kr a year, and full-time months a year: the columns before and after, and the estimate's name.
OUTCOMES = {"public_cost": ("cost", "beyond"), "work_months": ("work", "months_beyond")}
COLUMNS = ["cost_before", "cost_after", "work_before", "work_after"]
# In order of importance: where people are few, only the first ones are adjusted for.
COVARIATES = ["cost_before", "work_before", "age", "public_support_months", "woman", "upper"]
UPPER = ("upper_secondary", "tertiary")
LEAST_KNOWN = 0.8  # of the people in each arm, for a covariate to be adjusted for; a choice of ours


def participants(change: Change) -> pd.DataFrame:
    """Return one row per person followed: the outcomes before and after, and ``COVARIATES``.

    ``cost_before`` and ``cost_after``: what the public sector paid net of taxes, kr a year;
    ``work_before`` and ``work_after``: full-time months a year; ``age`` at entry; ``woman`` and
    ``upper`` (upper secondary education or more): 1 or 0. What is not known is missing.
    """
    exposure = change.exposure
    before = -change.before[list(PUBLIC)].sum(axis="columns")
    after = before - change.gains[list(PUBLIC)].sum(axis="columns")
    work = exposure.before[WORK], exposure.after[WORK]
    found = pd.DataFrame(dict(zip(COLUMNS, (before, after, *work), strict=True)))
    return found.join(_covariates(exposure.people))


def arms(
    change: Change,
    tables: dict[str, pd.DataFrame],
    study: Study,
    wave: int,
    deflated: Callable[[pd.Series, pd.Series], pd.Series],
) -> pd.DataFrame:
    """Return the participants beside those the study compares them with, and ``treated``.

    tables   : those of `change.change` with the rows of all groups, and ``jamforelsegrupp``.
    deflated : takes amounts and the year of each, and returns them in the price year.
    Who is in both counts as a participant, and who lacks an outcome is left out. No rows when the
    study has nobody to compare with, or fewer in an arm than may be told of.
    Raises `InputError` as ``deflated`` does.
    """
    own, others = _sides(change, tables, study, wave, deflated)
    others = others[~others.index.isin(own.index)]
    both = pd.concat([own.assign(treated=True), others.assign(treated=False)])
    both = both.dropna(subset=COLUMNS).sort_index()
    return both if _smaller(both) >= study.disclosure.threshold else both.head(0)


def changes(people: pd.DataFrame) -> pd.DataFrame:
    """Return each person's change of every outcome: what a comparison rests on, in either arm."""
    return pd.DataFrame(
        {
            of: people[f"{stem}_after"] - people[f"{stem}_before"]
            for of, (stem, _) in OUTCOMES.items()
        }
    )


def adjusted_for(people: pd.DataFrame) -> pd.DataFrame:
    """Return the covariates to adjust for, of all ``people``.

    The first of ``COVARIATES`` that vary in both arms and are known for most people in both, as
    many as there are people for in the smaller one. What is missing becomes the mean of those
    known, so that everyone counts in every figure.
    """
    arm = people.groupby("treated")[COVARIATES]
    known = (arm.count().div(arm.size(), axis="index") >= LEAST_KNOWN).all()
    usable = known & (arm.nunique() > 1).all()
    kept = [name for name in COVARIATES if usable[name]][: _smaller(people) // PER_COEFFICIENT]
    return people[kept].fillna(people[kept].mean())


def _sides(
    change: Change,
    tables: dict[str, pd.DataFrame],
    study: Study,
    wave: int,
    deflated: Callable[[pd.Series, pd.Series], pd.Series],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the participants, and those whom the study compares them with."""
    own, chosen = participants(change), study.economics
    people = change.exposure.people
    if chosen.compare_with is not None:
        register = tables["deltaganden"]
        inside = register["lokus_id"] == chosen.compare_with
        others = participants(changed({**tables, "deltaganden": register[inside]}, study, wave))
        # A page about all groups has the comparison's people as well; its own page, no others.
        alone = (people["lokus_id"] == chosen.compare_with).all()
        elsewhere = register.loc[~inside, "person_id"]
        return own.head(0) if alone else own[own.index.isin(elsewhere)], others
    if chosen.compare_before is not None:
        early = people["entry_on"] < pd.Timestamp(chosen.compare_before)
        return own[~early], own[early]
    if "jamforelsegrupp" in tables:
        return own, _from_table(tables["jamforelsegrupp"], deflated)
    return own, own.head(0)


def _smaller(people: pd.DataFrame) -> int:
    """Return the number of people in the smaller arm."""
    return min(int(people["treated"].sum()), int((~people["treated"]).sum()))


def _from_table(
    table: pd.DataFrame, deflated: Callable[[pd.Series, pd.Series], pd.Series]
) -> pd.DataFrame:
    people = table.set_index("person_id")
    age = people["entry_on"].dt.year - people["birth_year"].astype(float)
    outcomes = people[COLUMNS].astype(float)
    for name in ("cost_before", "cost_after"):
        outcomes[name] = deflated(outcomes[name], people["price_year"])
    return outcomes.join(_covariates(people.assign(age=age)))


def _covariates(people: pd.DataFrame) -> pd.DataFrame:
    gender, education = (
        people[name].astype("str").replace(UNKNOWN, float("nan"))
        for name in ("gender", "education")
    )
    return pd.DataFrame(
        {
            "age": people["age"].astype(float),
            "public_support_months": people["public_support_months"].astype(float),
            "woman": (gender == "woman").astype(float).where(gender.notna()),
            "upper": education.isin(UPPER).astype(float).where(education.notna()),
        }
    )
