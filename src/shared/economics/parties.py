"""What each party pays and gains per participation: the tables of an appraisal.

Rows are accounts and their sums: ``public`` of the public accounts and ``society`` of all.
"""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pandas as pd

from shared.economics import account_sums, uncertainty
from shared.economics.account_sums import WHO, with_sums
from shared.economics.accounts import (
    ACCOUNTS,
    KINDS,
    PUBLIC,
    by_kind,
    gains,
)
from shared.economics.appraisal import effectiveness, whole_months
from shared.economics.change import Change
from shared.economics.uncertainty import Simulation

ORDER = (*PUBLIC, "public", "individual", "employer", "society")
TOTALS = {"public": PUBLIC, "society": ("public", "individual", "employer")}
CURVES = ("municipality", "public", "society")
QUARTILES = ("lower_quartile", "middle", "upper_quartile")
SPREAD = ("worse_off", "unchanged", "better_off", "lower_quartile", "upper_quartile")
STEP = 6  # months between the points of a curve, whose amounts are told in two digits
MONTHS = 12  # of a year
DECIMALS = 6  # of per cent: 7.000000000000001 is 7
SAME = 1000  # kr a year: a smaller change of disposable income is none


def contributions(change: Change) -> pd.DataFrame:
    """Return each person's part of every party's gain (kr a year): persons x ``ORDER``."""
    return with_sums(change.gains)[list(ORDER)]


def contributions_before(change: Change) -> pd.DataFrame:
    """Return each person's part of what the parties got the year before: persons x ``ORDER``."""
    return with_sums(change.before)[list(ORDER)]


def contributions_by_kind(change: Change) -> list[pd.DataFrame]:
    """Return `contributions`, and then the same of each kind of flow alone."""
    followed, kinds = change.exposure, change.flows["kind"].astype("str")
    each = [gains(followed.before, followed.after, change.flows[kinds == kind]) for kind in KINDS]
    return [contributions(change), *(with_sums(own[list(ACCOUNTS)])[list(ORDER)] for own in each)]


def simulate(change: Change, people: dict[tuple, np.ndarray] | None = None) -> Simulation:
    """Return draws of the gain per participation (``uncertainty.simulate``); missing of nobody.

    people : the draws of these people, kept here where they are priced more than once.
    """
    if not change.n:
        nothing = pd.Series(float("nan"), list(WHO))
        assumed = change.parameters.assumptions()
        return Simulation(0, nothing.to_frame().T, assumed, nothing, assumed)
    months, flows, given = months_changed(change), change.flows, change.parameters
    people = {} if people is None else people
    same = (given.seed, given.n_draws, *flows["status"])
    if same not in people:
        people[same] = uncertainty.people_drawn(months, given)
    return uncertainty.simulate(months, flows, given, people[same])


def months_changed(change: Change) -> np.ndarray:
    """Return the change (months a year) per participation, people x flows."""
    followed = change.exposure
    months = account_sums.months_changed(followed.before, followed.after, change.flows)
    return months * change.share


def in_brief(change: Change, simulation: Simulation, cost: pd.Series, years: float) -> pd.DataFrame:
    """Return what each party pays, gains, and when it has its money back, per participation.

    cost  : kr per participation, by account that pays.
    years : the horizon of the profit.
    One row per ``account``: ``n`` (people followed), ``cost`` (kr), ``gain`` (kr a year) with its
    limits, ``profit`` (kr after ``years``) with its limits, ``payback_months`` (rounded up unless
    the parameters say exact; infinite when never; missing where nothing was paid) and ``chance``
    (share of the draws with a profit; missing where nothing was paid). What hangs on a cost that is
    not known is missing.
    """
    table = uncertainty.base_appraisal(simulation, cost, years)
    drawn = uncertainty.profits(simulation, cost, years)
    for name, draws in {"gain": simulation.gains, "profit": drawn}.items():
        ends = uncertainty.limits(draws)
        table[f"{name}_low"], table[f"{name}_high"] = ends["low"], ends["high"]
    if change.parameters.payback_rounding == "ceil":
        table["payback_months"] = whole_months(table["payback_months"])
    table["payback_months"] = table["payback_months"].where(table["cost"] > 0)
    chance = uncertainty.chance_that_it_pays(drawn)
    table["chance"] = chance.where(table["profit"].notna() & (table["cost"] > 0))
    table["n"] = change.n
    order = ["n", "cost", "gain", "gain_low", "gain_high", "payback_months"]
    order += ["profit", "profit_low", "profit_high", "chance"]
    return table.loc[list(ORDER), order].rename_axis("account").reset_index()


def by_horizon(
    change: Change,
    simulation: Simulation,
    cost: pd.Series,
    horizons: Iterable[int],
    participations: int = 1,
) -> pd.DataFrame:
    """Return each party's profit over every horizon, per participation or of so many.

    One row per ``account``: ``n``, and kr in a column per horizon, named by its months.
    """
    found = {
        str(MONTHS * years): uncertainty.base_appraisal(simulation, cost, years)["profit"]
        for years in horizons
    }
    table = (participations * pd.DataFrame(found)).loc[list(ORDER)]
    table.insert(0, "n", change.n)
    return table.rename_axis("account").reset_index()


def by_discount(
    change: Change,
    simulation: Simulation,
    cost: pd.Series,
    horizons: Iterable[int],
    rates: Iterable[float],
) -> pd.DataFrame:
    """Return public and society's profit (kr per participation) by discount rate and horizon.

    One row per ``account`` and ``discount`` (per cent), with columns as `by_horizon`.
    """
    found = []
    for rate in dict.fromkeys(rates):
        assumed = replace(simulation.base_assumptions, discount=rate)
        at_rate = replace(simulation, base_assumptions=assumed)
        table = by_horizon(change, at_rate, cost, horizons)
        table.insert(1, "discount", round(100 * rate, DECIMALS))
        found.append(table[table["account"].isin(TOTALS)])
    table = pd.concat(found)
    return table.sort_values("account", kind="stable", ignore_index=True)


def by_source(change: Change) -> pd.DataFrame:
    """Return where each party's gain comes from: kr a year per participation, by kind of flow.

    One row per ``account``: ``n``, ``production``, ``real_resource``, ``transfer``, ``tax``.
    """
    followed = change.exposure
    sums = by_kind(followed.before, followed.after, change.flows)[list(ACCOUNTS)]
    each = change.share / change.n if change.n else float("nan")
    mean = (with_sums(sums) * each).T.loc[list(ORDER)]
    table = mean.rename_axis("account").reset_index()
    table.insert(1, "n", change.n)
    return table


def cash_flows(
    change: Change, simulation: Simulation, cost: pd.Series, years: float
) -> pd.DataFrame:
    """Return the profit ``so_far`` (kr per participation) by ``account`` and ``month``.

    One row per account and every ``STEP`` months: ``n``, ``payback_months`` (of the account, the
    same in all its rows, as `in_brief` has it), ``so_far`` and its limits.
    """
    found = [
        uncertainty.cash_flow_band(simulation, cost, who, years).assign(account=who)
        for who in CURVES
    ]
    table = pd.concat(found, ignore_index=True)
    table = table[table["month"] % STEP == 0]
    paid = in_brief(change, simulation, cost, years).set_index("account")["payback_months"]
    table = table.assign(n=change.n, payback_months=table["account"].map(paid))
    table = table.rename(columns={"base": "so_far", "low": "so_far_low", "high": "so_far_high"})
    figures = ["payback_months", "so_far", "so_far_low", "so_far_high"]
    return table[["account", "month", "n", *figures]].reset_index(drop=True)


def disposable_income(change: Change) -> pd.DataFrame:
    """Return how the individuals' own money changed (kr a year), and how many lost and gained.

    One row: ``n`` and ``base`` (people), quartiles ``lower_quartile``, ``middle`` and
    ``upper_quartile``, and the shares ``worse_off``, ``unchanged`` and ``better_off``; a change
    under ``SAME`` kr a year is none.
    """
    own = change.gains["individual"]
    quartiles = dict(zip(QUARTILES, own.quantile([0.25, 0.5, 0.75]), strict=True))
    shares = {"worse_off": (own <= -SAME).mean(), "better_off": (own >= SAME).mean()}
    shares["unchanged"] = 1 - sum(shares.values())
    row = {"measure": "disposable_income", "n": change.n, "base": change.n}
    return pd.DataFrame([{**row, **quartiles, **shares}])


def effectiveness_by_party(change: Change, simulation: Simulation) -> pd.DataFrame:
    """Return what the public parties paid the year before, and what share of it the gain makes up.

    One row per public ``account`` and for ``public``: ``n``, ``cost_before`` (kr a year and
    participation, net of taxes; negative of a party that received more than it paid) and
    ``effectiveness``, missing where nothing was paid.
    """
    accounts = [*PUBLIC, "public"]
    before = -with_sums(change.before)[accounts].mean() * change.share
    share = effectiveness(simulation.base[accounts], before)
    table = pd.DataFrame({"n": change.n, "cost_before": before, "effectiveness": share})
    return table.rename_axis("account").reset_index()


def who_is_followed(change: Change) -> pd.DataFrame:
    """Return how many people the gain rests on, and how many it does not yet, by ``reason``.

    People without an id are not among them: how many they are nobody knows.
    """
    counts = change.exposure.left_out.drop("no_id")
    table = pd.concat([pd.Series({"followed": change.n}), counts]).rename_axis("reason")
    return table.rename("n").reset_index()
