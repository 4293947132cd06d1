"""What the study's programme costs and who bears it, in the study's one price year."""

from dataclasses import dataclass

import pandas as pd

from shared.economics.cost_shares import by_rule, split
from shared.economics.costs import ALL, ProgrammeCost, in_one_price_year, programme_cost
from shared.economics.price_base import PriceBase, price_base
from shared.faults import Fault, InputError
from shared.study import Study

NEEDS = ("kostnader", "kostnadsfordelning", "apriser", "prisindex")


@dataclass(frozen=True)
class Programme:
    """A programme's cost (``cost``), who bears it, and the price year and index (``base``).

    rows  : those of ``kostnader``, in the price year.
    borne : kr by account, under the study's rule; ``other`` is what nobody with an account paid.
            Missing while no outcome is known.
    rules : kr by account under every rule that is known (`cost_shares.by_rule`).
    """

    rows: pd.DataFrame
    cost: ProgrammeCost
    borne: pd.Series
    rules: pd.DataFrame
    base: PriceBase | None

    @property
    def price_years(self) -> pd.DataFrame:
        """The one price year of all amounts, in a row; none where nothing has a price year."""
        years = [] if self.cost.price_year is None else [self.cost.price_year]
        return pd.DataFrame({"price_year": years})

    def per_participation(self, participations: int) -> pd.Series:
        """Return kr per participation by account.

        Missing while no outcome is known, and where nobody took part.
        """
        return self.borne / (participations or float("nan"))


def programme(tables: dict[str, pd.DataFrame], study: Study) -> Programme:
    """Return the cost of the programme in ``kostnader``.

    tables : those of ``NEEDS`` that were delivered.
    Raises ``InputError`` for costs that cannot be moved into one price year or shared by the rule.
    """
    base = price_base(tables, study)
    year = base.year if base else None
    moved = base if base and base.series else None
    cost = programme_cost(tables["kostnader"], moved, year)
    rows = in_one_price_year(tables["kostnader"], moved, year)
    shares = tables.get("kostnadsfordelning")
    borne = split(rows, study.economics.cost_rule, shares).set_index("account")["amount"]
    return Programme(rows, cost, borne.drop(ALL), by_rule(rows, shares), base)


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
