"""How the money around a group's participants changed: the year before entry against after exit.

Everything a page tells of gains starts here: whom it rests on, what a month in each status moves
between the parties, and what each party got of each person before and after.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from shared.economics.accounts import ACCOUNTS, balances, gains
from shared.economics.exposure import Exposure, exposure, statuses
from shared.economics.parameters import Parameters, read_parameters, scenarios
from shared.economics.price_base import price_base
from shared.economics.prices import PER_MONTH, price_flows, require_prices
from shared.faults import Fault, InputError
from shared.study import Study

NEEDS = ("deltaganden", "statusspell", "apriser")
UNTAXED = Parameters(employer_contribution=0.0, tax_municipal=0.0, tax_region=0.0)


@dataclass(frozen=True)
class Change:
    """The money before and after, of the people whose year before and after is known.

    exposure   : who they are, and months a year in each status.
    flows      : what a month in each status moves (``prices.price_flows``).
    parameters : of the study's scenario.
    before     : kr a year by person and account (``accounts.balances``); a payer's are negative.
    gains      : kr a year by person and account: after minus before.
    share      : people per participation among them; what is told per participation is a person's
                 gain times this, since a person's gain comes once and the cost every time.
    """

    exposure: Exposure
    flows: pd.DataFrame
    parameters: Parameters
    before: pd.DataFrame
    gains: pd.DataFrame
    share: float

    @property
    def n(self) -> int:
        """How many people it rests on."""
        return len(self.gains)

    @property
    def unit(self) -> str:
        """Kr, and the year of its prices."""
        return f"kr, {self.flows['price_year'].max()} prices"

    def repriced(self, flows: pd.DataFrame, parameters: Parameters) -> "Change":
        """Return the same people's change at other prices and parameters."""
        return _at(flows, parameters, self.exposure, self.share)


def change(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> Change:
    """Return the change in money of the people in ``deltaganden``.

    tables : those of ``NEEDS``, and ``modellparametrar`` and ``prisindex`` where delivered.
    Raises ``InputError`` as `price_flows` and `read_parameters` do.
    """
    flows, parameters = priced(tables, study)
    followed = exposure(tables, study, wave)
    register, as_of = tables["deltaganden"], pd.Timestamp(study.waves[wave] or date.min)
    begun = ~(register["start_on"] > as_of)  # as participations are counted (estimates.records)
    taken = (register["person_id"].isin(followed.people.index) & begun).sum()
    share = len(followed.people) / taken if taken else 1.0
    return _at(flows, parameters, followed, float(share))


def priced(tables: dict[str, pd.DataFrame], study: Study) -> tuple[pd.DataFrame, Parameters]:
    """Return the flows of the study's prices of statuses, and the parameters of its scenario."""
    chosen = study.economics
    parameters = read_parameters(tables.get("modellparametrar"), chosen.scenario)
    index = tables.get("prisindex")
    flows = price_flows(tables["apriser"], parameters, chosen.price_year, index)
    return flows[flows["status"].isin(statuses())].reset_index(drop=True), parameters


def money_faults(tables: dict[str, pd.DataFrame], study: Study) -> list[Fault]:
    """Return what stops the appraisal: prices that cannot be used, and statuses without a price.

    tables : with every column of the dictionary; nothing is wrong without ``apriser``. Each fault
    is listed once, however many scenarios (``modellparametrar``) it stops.
    """
    if "apriser" not in tables:
        return []
    prices, year = tables["apriser"], study.economics.price_year
    faults = _faults_of(price_flows, prices, UNTAXED, year, tables.get("prisindex"))
    faults += _faults_of(require_prices, _codes(prices), used_statuses(tables))
    named = [study.economics.scenario, *scenarios(tables.get("modellparametrar"))]
    for name in dict.fromkeys(named):
        faults += _faults_of(priced, tables, under(study, name))
    if not faults and "jamforelsegrupp" in tables:
        faults += _faults_of(_moved, tables, study)
    return list(dict.fromkeys(faults))


def under(study: Study, scenario: str) -> Study:
    """Return the study with another scenario of its model parameters."""
    chosen = study.economics.model_copy(update={"scenario": scenario})
    return study.model_copy(update={"economics": chosen})


def used_statuses(tables: dict[str, pd.DataFrame]) -> set[str]:
    """Return the statuses that the delivered spells have; none where there are no spells."""
    if "statusspell" not in tables:
        return set()
    spells = tables["statusspell"][["domain", "value"]].astype("str")
    income = spells.loc[spells["domain"] == "income", "value"]
    work = spells.loc[(spells["domain"] == "occupation") & (spells["value"] == "employed"), "value"]
    return {*income.dropna(), *work} & {*statuses()}


def _at(flows: pd.DataFrame, given: Parameters, followed: Exposure, share: float) -> Change:
    """Return the change of the people followed, at these prices and parameters."""
    before = balances(followed.before, flows)[list(ACCOUNTS)]
    gained = gains(followed.before, followed.after, flows)[list(ACCOUNTS)]
    return Change(followed, flows, given, before, gained, share)


def _faults_of(step: Callable[..., object], *given: Any) -> list[Fault]:
    try:
        step(*given)
    except InputError as error:
        return error.faults
    return []


def _moved(tables: dict[str, pd.DataFrame], study: Study) -> None:
    """Move the comparison group's amounts into the price year."""
    base, people = price_base(tables, study), tables["jamforelsegrupp"]
    if base is not None:
        base(people["cost_before"], people["price_year"])


def _codes(prices: pd.DataFrame) -> pd.DataFrame:
    """Return the status that each price is of, usable or not: a wrong price is no lacking one."""
    of_time = prices["unit"].isin(list(PER_MONTH)) | prices["unit"].isna()
    rows = prices.loc[of_time, ["price_id", "status"]].astype("str")
    return rows.assign(status=rows["status"].fillna(rows["price_id"]))
