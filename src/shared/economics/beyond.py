"""What the participants' change was beyond that of people without the effort, and at what cost.

It tells an effect only so far as the covariates hold what decided both who took part and how it
went. All figures are about the same people: those of `comparison.arms`.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from shared.economics.comparison import COVARIATES, OUTCOMES, adjusted_for, changes
from shared.economics.cost_effectiveness import acceptability, resampled_increments
from shared.estimates.effect import differences, doubly_robust, weighting
from shared.estimates.effect.balance import balance
from shared.estimates.effect.imputation import expected_outcome
from shared.estimates.effect.people import people as paired
from shared.estimates.effect.propensity import score_of
from shared.estimates.effect.result import Effect

WILLING = (0, 10_000, 20_000, 30_000, 40_000, 50_000)  # kr for a full-time month of work


def effects(people: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return what the participants' change of an outcome was beyond the others', by method.

    people : as `comparison.arms`. outcome : of ``OUTCOMES``.
    One row per method (``compared_by``): difference in differences, inverse probability weights
    and doubly robust (both of the treated, on the change, adjusted for the covariates that
    `comparison.adjusted_for` keeps); ``outcome``, ``n`` (participants), ``n_comparison``, and the
    estimate under the outcome's name with its limits, missing where it cannot be estimated. No rows
    without people.
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


def plane(people: pd.DataFrame, cost: float, draws: int, seed: int) -> pd.DataFrame:
    """Return draws of what the programme adds in the first year: work, and public cost.

    people : as `comparison.arms`. cost : of the programme, kr per participant, missing where it is
    not known in the price year.
    ``outcome``, ``draw``, ``n``, ``more_work`` (full-time months a year, in tenths) and
    ``more_cost`` (kr): the doubly robust effects of `effects`, people drawn again in each arm with
    both models as they are, so that the draws spread as the limits there do.
    No rows where those effects cannot be estimated, or without a cost.
    """
    columns = ["outcome", "draw", "n", "more_work", "more_cost"]
    if np.isnan(cost):
        return pd.DataFrame(columns=columns)
    treated, covariates = people["treated"], adjusted_for(people)
    try:
        parts = {
            of: _parts_of_effect(change, treated, covariates)
            for of, change in changes(people).items()
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


def _parts_of_effect(change: pd.Series, treated: pd.Series, covariates: pd.DataFrame) -> pd.Series:
    """Return what, as a difference of the arms' means, gives the doubly robust effect.

    Each person's change beyond the one expected, the comparison people weighted.
    """
    who = paired(treated, covariates, change)
    weight = np.where(who.treated, 1.0, weighting.weights(score_of(who), who.treated))
    weight[~who.treated] /= weight[~who.treated].mean()
    return pd.Series(weight * (who.outcome - expected_outcome(who, among=False)), change.index)


def _told(estimate: Callable[[], Effect], name: str) -> dict[str, float]:
    """Return the figures of an effect; missing ones where the arms do not allow it."""
    names = (name, f"{name}_low", f"{name}_high")
    try:
        found = estimate()
    except ValueError:
        return dict.fromkeys(names, float("nan"))
    return dict(zip(names, (found.estimate, found.low, found.high), strict=True))
