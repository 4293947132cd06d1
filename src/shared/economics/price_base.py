"""The one price year of a study's money, and how amounts of other years are moved into it."""

from dataclasses import dataclass

import pandas as pd

from shared.economics.costs import ACTUAL, BUDGET
from shared.economics.price_index import deflate
from shared.economics.prices import appraisal_year
from shared.faults import Fault, InputError, nearest
from shared.study import Study


@dataclass(frozen=True)
class PriceBase:
    """The price year, and the index that other years' amounts are moved by (None: none is there).

    Calling it with amounts, and the year of each, gives them in kr of the price year.
    """

    year: int
    index: pd.DataFrame | None
    series: str | None

    def __call__(self, amounts: pd.Series, years: pd.Series) -> pd.Series:
        """Return the amounts in the price year."""
        return deflate(amounts, years, self.year, self.index, self.series or "")


def price_base(tables: dict[str, pd.DataFrame], study: Study) -> PriceBase | None:
    """Return the study's price base; None where nothing delivered has a price year.

    tables : ``apriser``, ``kostnader`` and ``prisindex``, those that were delivered.
    The year is the setting's, else the latest of the prices, else of the costs.
    Raises ``InputError`` when it cannot be told which index the costs move by.
    """
    year = study.economics.price_year
    if year is None and "apriser" in tables:
        year = appraisal_year(tables["apriser"])
    if year is None and "kostnader" in tables:
        costs = tables["kostnader"].dropna(subset=[BUDGET, ACTUAL], how="all")
        years = costs["price_year"].dropna()
        year = int(years.max()) if len(years) else None
    if year is None:
        return None
    index = tables.get("prisindex")
    return PriceBase(year, index, _series(index, study.economics.cost_index))


def _series(index: pd.DataFrame | None, chosen: str | None) -> str | None:
    named = [] if index is None else sorted(index["index_series"].dropna().unique())
    if chosen is None and len(named) == 1:
        return str(named[0])
    if chosen in named:
        return chosen
    if chosen is None and not named:
        return None
    found = f"economics.cost_index {chosen}" if chosen else "no economics.cost_index"
    todo = f"{nearest(chosen or '', named)} Name it in study.yml.".strip()
    raise InputError([Fault(found, f"one of {', '.join(named) or 'no series'}", todo, "prisindex")])
