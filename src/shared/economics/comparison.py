"""Participants beside people without the effort: what of the change would have come anyway.

The comparison is another group, an earlier cohort, or a table of people from a source of its own
(``jamforelsegrupp``). It tells an effect only so far as the covariates hold what decided both who
took part and how it went. All figures are about the same people: those of `arms`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from shared.economics.accounts import PUBLIC
from shared.economics.change import Change
from shared.economics.change import change as changed
from shared.economics.cost_effectiveness import acceptability, resampled_increments
from shared.economics.exposure import WORK
from shared.estimates.effect import differences, doubly_robust, weighting
from shared.estimates.effect.balance import balance
from shared.estimates.effect.imputation import expected_outcome
from shared.estimates.effect.people import PER_COEFFICIENT
from shared.estimates.effect.people import people as paired
from shared.estimates.effect.propensity import score_of
from shared.estimates.effect.result import Effect
from shared.estimates.histories import UNKNOWN
from shared.study import Study

# Kr a year, and full-time months a year: the columns before and after, and the estimate's name.
OUTCOMES = {"public_cost": ("cost", "beyond"), "work_months": ("work", "months_beyond")}
COLUMNS = ["cost_before", "cost_after", "work_before", "work_after"]
# In order of importance: where people are few, only the first ones are adjusted for.
COVARIATES = ["cost_before", "work_before", "age", "public_support_months", "woman", "upper"]
UPPER = ("upper_secondary", "tertiary")
LEAST_KNOWN = 0.8  # of the people in each arm, for a covariate to be adjusted for; a choice of ours
WILLING = (0, 10_000, 20_000, 30_000, 40_000, 50_000)  # kr for a full-time month of work


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


def effects(people: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return what the participants' change of an outcome was beyond the others', by method.

    people : as `arms`. outcome : of ``OUTCOMES``.
    One row per method (``compared_by``): difference in differences, inverse probability weights
    and doubly robust (both of the treated, on the change, adjusted for the covariates that
    `adjusted_for` keeps); ``outcome``, ``n`` (participants), ``n_comparison``, and the estimate
    under the outcome's name with its limits, missing where it cannot be estimated. No rows without
    people.
    """
    stem, name = OUTCOMES[outcome]
    before, after, treated = people[f"{stem}_before"], people[f"{stem}_after"], people["treated"]
    covariates = adjusted_for(people)
    methods: dict[str, Callable[[], Effect]] = {
        "difference_in_differences": lambda: differences.difference_in_differences(
            before, after, treated
        ),
        "ipw": lambda: weighting.weighted_effect(after - before, treated, covariates),
        "doubly_robust": lambda: doubly_robust.doubly_robust_effect(
            after - before, treated, covariates
        ),
    }
    sizes = {"n": int(treated.sum()), "n_comparison": int((~treated).sum())}
    rows = [
        {"outcome": outcome, "compared_by": method, **sizes, **_told(estimate, name)}
        for method, estimate in (methods.items() if len(people) else ())
    ]
    keys = ["outcome", "compared_by", *sizes, name, f"{name}_low", f"{name}_high"]
    return pd.DataFrame(rows, columns=keys)


def changes(people: pd.DataFrame) -> pd.DataFrame:
    """Return each participant's change of every outcome: what a comparison rests on."""
    return _changes(people)[people["treated"]]


def plane(people: pd.DataFrame, cost: float, draws: int, seed: int) -> pd.DataFrame:
    """Return draws of what the programme adds in the first year: work, and public cost.

    people : as `arms`. cost : of the programme, kr per participant.
    ``outcome``, ``draw``, ``n``, ``more_work`` (full-time months a year, in tenths) and
    ``more_cost`` (kr): the doubly robust effects of `effects`, people drawn again in each arm with
    both models as they are, so that the draws spread as the limits there do.
    No rows where those effects cannot be estimated.
    """
    columns = ["outcome", "draw", "n", "more_work", "more_cost"]
    treated, covariates = people["treated"], adjusted_for(people)
    try:
        parts = {
            of: _parts_of_effect(change, treated, covariates)
            for of, change in _changes(people).items()
        }
    except ValueError:
        return pd.DataFrame(columns=columns)
    spent = parts["public_cost"] + cost * treated
    drawn = resampled_increments(spent, parts["work_months"], treated, draws, seed)
    drawn = drawn.rename(columns={"effect": "more_work", "cost": "more_cost"}).round(1)
    n = int(treated.sum())
    return drawn.assign(outcome="public_cost", draw=range(1, draws + 1), n=n)[columns]


def worth_it(drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the chance that the work is worth its cost, by what a month of it may cost.

    drawn : as `plane`. ``outcome``, ``n``, ``willing`` (kr a full-time month) and ``acceptable``.
    No rows without draws.
    """
    if drawn.empty:
        return pd.DataFrame(columns=["outcome", "n", "willing", "acceptable"])
    increments = drawn.rename(columns={"more_work": "effect", "more_cost": "cost"})
    names = {"willingness": "willing", "p": "acceptable"}
    table = acceptability(increments, WILLING).rename(columns=names)
    table.insert(0, "outcome", "public_cost")
    table.insert(1, "n", drawn["n"].iloc[0])
    return table


def balance_table(people: pd.DataFrame) -> pd.DataFrame:
    """Return how alike the arms are: ``covariate``, ``n``, ``smd_before`` and ``smd_after``.

    Standardized mean differences, before and after the weights of `effects`: of all ``COVARIATES``
    that are known and vary. Those not adjusted for lack the one after, and so do all where there
    are no weights.
    """
    treated, known = people["treated"], people[COVARIATES].dropna(axis="columns", how="all")
    inside, outside = known[treated], known[~treated]
    # As `balance` has it: where the participants are all alike, the spread is everyone's.
    spread = inside.std().where(lambda sd: sd > 0, known.std())
    before = ((inside.mean() - outside.mean()) / spread.where(spread > 0)).dropna()
    table = before.rename("smd_before").rename_axis("covariate").to_frame()
    try:
        weighted = balance(treated, adjusted_for(people)).table
        table.update(weighted[["smd_before"]])
        table = table.join(weighted["smd_after"])
    except ValueError:
        table["smd_after"] = np.nan
    table.insert(0, "n", int(treated.sum()))
    return table.reset_index()


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


def _changes(people: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            of: people[f"{stem}_after"] - people[f"{stem}_before"]
            for of, (stem, _) in OUTCOMES.items()
        }
    )


def _parts_of_effect(change: pd.Series, treated: pd.Series, covariates: pd.DataFrame) -> pd.Series:
    """Return what, as a difference of the arms' means, gives the doubly robust effect.

    Each person's change beyond the one expected, the comparison people weighted.
    """
    who = paired(treated, covariates, change)
    weight = np.where(who.treated, 1.0, weighting.weights(score_of(who), who.treated))
    weight[~who.treated] /= weight[~who.treated].mean()
    return pd.Series(weight * (who.outcome - expected_outcome(who, among=False)), change.index)


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
        people[name].astype("str").replace(UNKNOWN, np.nan) for name in ("gender", "education")
    )
    return pd.DataFrame(
        {
            "age": people["age"].astype(float),
            "public_support_months": people["public_support_months"].astype(float),
            "woman": (gender == "woman").astype(float).where(gender.notna()),
            "upper": education.isin(UPPER).astype(float).where(education.notna()),
        }
    )


def _told(estimate: Callable[[], Effect], name: str) -> dict[str, float]:
    """Return the figures of an effect; missing ones where the arms do not allow it."""
    names = (name, f"{name}_low", f"{name}_high")
    try:
        found = estimate()
    except ValueError:
        return dict.fromkeys(names, float("nan"))
    return dict(zip(names, (found.estimate, found.low, found.high), strict=True))
