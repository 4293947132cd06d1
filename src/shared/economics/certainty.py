"""How sure the appraisal is: what it hangs on, other scenarios, and what it would take to pay."""

from dataclasses import replace

import numpy as np
import pandas as pd

from shared.economics import break_even, parties
from shared.economics.account_sums import with_sums
from shared.economics.appraisal import worth
from shared.economics.change import Change, priced, under
from shared.economics.parameters import ASSUMED, Parameters, scenarios
from shared.economics.tornado import RATES, tornado
from shared.economics.uncertainty import Simulation
from shared.study import Study

GROSS = "gross"
SHOWN = 10  # assumptions in the figure; the rest matter less


def hangs_on(
    change: Change, cost: pd.Series, who: str, years: float, people: Change | None = None
) -> tuple[pd.DataFrame, list[pd.DataFrame]]:
    """Return the profit of ``who`` when each price and assumption is at its low and its high.

    cost   : kr per participation by account. years : the horizon.
    people : the change as it was, where ``change`` is told from rounded time.
    Returns the table ``assumption`` (of a price its label), ``n``, ``at_low``, ``at_high``,
    ``at_base`` (kr per participation), and what each row rests on: persons x ``assumption`` (kr),
    by what the price moves, and by the whole gain, which is told in every row.
    """
    given = replace(change.parameters, horizon_years=years)
    months = parties.months_changed(change)
    mean = months if change.n else np.full((1, len(change.flows)), np.nan)  # of nobody
    table = tornado(mean, change.flows, given, cost, who).head(SHOWN).assign(n=change.n)
    people = people or change
    own = with_sums(people.gains)[who].sort_index()
    each = parties.months_changed(people)
    parts = {name: _moved(people, each, name, own) for name in table["name"]}
    table["name"] = table["name"].replace(_labels(change.flows))
    by_price = pd.DataFrame(parts, index=own.index).set_axis(list(table["name"]), axis="columns")
    rests_on = [by_price, by_price.apply(lambda moved: own)]
    names = {"name": "assumption", "low": "at_low", "high": "at_high", "base": "at_base"}
    return table.rename(columns=names)[["assumption", "n", *list(names.values())[1:]]], rests_on


def by_scenario(
    change: Change, tables: dict[str, pd.DataFrame], study: Study, cost: pd.Series, years: float
) -> pd.DataFrame:
    """Return what the public sector and society get under each scenario, and with no deductions.

    tables : as in `change.change`. One row per ``scenario`` (``gross``: the arithmetic of NyttoSam,
    profit = years x gain - cost) and ``account``: ``n``, ``gain``, ``payback_months``, ``profit``
    and ``chance``, as `parties.in_brief` has them.
    """
    cases = {GROSS: (change.flows, _nothing_taken_off(change.parameters))}
    for name in scenarios(tables.get("modellparametrar")):
        cases[name] = priced(tables, under(study, name))
    found: list[pd.DataFrame] = []
    people: dict[tuple, np.ndarray] = {}  # drawn once, priced under every scenario
    for name, (flows, parameters) in cases.items():
        other = change.repriced(flows, parameters)
        brief = parties.in_brief(other, parties.simulate(other, people), cost, years)
        found.append(brief[brief["account"].isin(parties.TOTALS)].assign(scenario=name))
    columns = ["scenario", "account", "n", "gain", "payback_months", "profit", "chance"]
    return pd.concat(found, ignore_index=True)[columns]


def by_cost_rule(
    change: Change, simulation: Simulation, costs: pd.DataFrame, participations: int, years: float
) -> pd.DataFrame:
    """Return the months until each party has its money back, under every rule of cost sharing.

    costs : kr in all by ``account``, a column per rule (`cost_shares.by_rule`).
    One row per ``account`` that pays under some rule: ``n``, and ``payback_equal_fifths`` and so
    on, a column per rule.
    """
    by_account = costs.set_index("account").drop(index="all")
    months = {
        rule.replace("rule_", "payback_"): parties.in_brief(
            change, simulation, by_account[rule] / (participations or np.nan), years
        ).set_index("account")["payback_months"]
        for rule in by_account
    }
    table = pd.DataFrame(months).dropna(how="all")
    table.insert(0, "n", change.n)
    return table.rename_axis("account").reset_index()


def to_break_even(
    change: Change, cost: pd.Series, participations: int, years: float
) -> pd.DataFrame:
    """Return how many have to go to work for the cost to be back within ``years``.

    cost : kr in all, by account.
    One row per ``account`` that pays: ``n`` (people followed), ``person_value`` (kr over the
    horizon, of one person in full-time work instead of the mean year before), ``needed`` (people;
    missing where no number would do) and ``needed_share`` of the participations.
    """
    factor = float(worth(years, change.parameters.assumptions()))
    value = break_even.value_of_work(change.exposure.before, change.flows)
    found = break_even.needed_in_work(cost, value, factor, participations)
    found = found.rename(columns={"who": "account", "value": "person_value"})
    found["needed_share"] = found["needed"] / (participations or float("nan"))
    found = found[found["cost"] > 0].assign(n=change.n)
    return found[["account", "n", "person_value", "needed", "needed_share"]].reset_index(drop=True)


def _labels(flows: pd.DataFrame) -> dict[str, str]:
    """Return the label of each price; the id where it has none, and beside a shared one."""
    prices = flows.drop_duplicates("price_id").set_index("price_id")
    ids = prices.index.to_series()
    labels = prices["label_sv"].astype("str")
    shared = labels.duplicated(keep=False) & labels.notna()
    return labels.mask(shared, labels + " (" + ids + ")").fillna(ids).to_dict()


def _nothing_taken_off(parameters: Parameters) -> Parameters:
    """Return parameters that leave the gain as it is; prices keep their ranges."""
    return replace(parameters, ranges={}, **dict.fromkeys(ASSUMED.values(), 0.0))  # type: ignore[arg-type]


def _moved(change: Change, months: np.ndarray, name: str, own: pd.Series) -> np.ndarray:
    """Return each person's part of what a price moves, or of the whole gain for an assumption."""
    if name in RATES or name not in set(change.flows["price_id"]):
        return own.to_numpy()
    flows = (change.flows["price_id"] == name).to_numpy()
    return np.abs(months[:, flows]).max(axis=1) * float(change.flows.loc[flows, "sek"].max())
