"""What the study's programme costs and who bears it, in the study's one price year."""

from dataclasses import dataclass

import pandas as pd

from shared.economics.cost_shares import by_rule, split
from shared.economics.costs import (
    ALL,
    ProgrammeCost,
    in_one_price_year,
    price_years,
    programme_cost,
)
from shared.economics.price_base import PriceBase, price_base
from shared.faults import Fault, InputError
from shared.study import Study

NEEDS = ("kostnader", "kostnadsfordelning", "apriser", "prisindex")


@dataclass(frozen=True)
class Programme:
    """A programme's cost (``cost``), who bears it, and the price year and index (``base``).

    rows    : those of ``kostnader``, in the price year.
    borne   : kr by account, under the study's rule; ``other`` is what nobody with an account paid.
              Missing while no outcome is known.
    rules   : kr by account under every rule that is known (`cost_shares.by_rule`).
    current : whether the costs are told as they were booked, in several years' prices, for want of
              an index. Then ``borne`` and ``rules`` are missing: nothing is appraised by them.
    """

    rows: pd.DataFrame
    cost: ProgrammeCost
    borne: pd.Series
    rules: pd.DataFrame
    base: PriceBase | None
    current: bool

    @property
    def price_years(self) -> pd.DataFrame:
        """The one price year of all amounts, in a row; none where there is no such year."""
        years = [] if self.current or self.cost.price_year is None else [self.cost.price_year]
        return pd.DataFrame({"price_year": years})

    @property
    def unit(self) -> str:
        """Kr, and the year of its prices."""
        return "kr, current prices" if self.current else f"kr, {self.cost.price_year} prices"

    def per_participation(self, participations: int) -> pd.Series:
        """Return kr per participation by account.

        Missing while no outcome is known, and where nobody took part.
        """
        return self.borne / (participations or float("nan"))


def programme(tables: dict[str, pd.DataFrame], study: Study) -> Programme:
    """Return the cost of the programme in ``kostnader``.

    tables : those of ``NEEDS`` that were delivered.
    Costs of several years are told as they were booked where no index has been delivered.
    Raises ``InputError`` for costs without a year, an index that lacks one of theirs, and shares
    that do not make a rule.
    """
    base = price_base(tables, study)
    year = base.year if base else None
    costs, index = tables["kostnader"], base if base and base.series else None
    current = index is None and bool(set(price_years(costs)) - {year})
    rows = costs.assign(price_year=year) if current else in_one_price_year(costs, index, year)
    cost = programme_cost(rows if current else costs, index, year)
    shares = tables.get("kostnadsfordelning")
    borne = split(rows, study.economics.cost_rule, shares).set_index("account")["amount"]
    rules = by_rule(rows, shares).set_index("account")
    if current:
        borne, rules = borne * float("nan"), rules * float("nan")
    return Programme(rows, cost, borne.drop(ALL), rules.reset_index(), base, current)


def cost_faults(tables: dict[str, pd.DataFrame], study: Study) -> list[Fault]:
    """Return what keeps the costs of the study from being told in one price year, by one rule.

    tables : as in `programme`, with every column of the dictionary.
    """
    if "kostnader" not in tables:
        return []
    try:
        programme(tables, study)
    except InputError as error:
        return error.faults
    return []
