"""What an appraisal was made with, as its page lists it: prices and assumptions."""

import pandas as pd

from shared.economics.appraisal import worth
from shared.economics.change import priced
from shared.economics.parameters import ASSUMED, read_parameters
from shared.economics.prices import appraisal_year, not_priced
from shared.economics.tornado import RATES
from shared.study import Study

DECIMALS = 6  # of per cent: 7.000000000000001 is 7
OF_A_PRICE = ["label_sv", "payer", "payee", "sek", "price_low", "price_high", "source"]


def price_list(tables: dict[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return the prices (kr a month, in the price year) with who pays whom, and their source.

    Columns ``label_sv``, ``payer``, ``payee``, ``sek``, ``price_low``, ``price_high`` and
    ``source``. Taxes are not among them: they follow from the rates (`parameter_list`).
    """
    flows, _ = priced(tables, study)
    given = flows[~flows.duplicated("price_id")]
    names = {"low": "price_low", "high": "price_high"}
    return given.rename(columns=names)[OF_A_PRICE].reset_index(drop=True)


def unit(tables: dict[str, pd.DataFrame], study: Study) -> str:
    """Return kr and the year of the prices."""
    return f"kr, {appraisal_year(tables['apriser'], study.economics.price_year)} prices"


def unused_prices(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the delivered prices that time in a status cannot be priced by, and their unit."""
    rows = not_priced(tables["apriser"]).rename(columns={"unit": "price_unit"})
    return rows[["label_sv", "price_unit", "sek", "price_year", "source"]]


def parameter_list(tables: dict[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return the scenario's assumptions and rates in per cent, and their ranges.

    Columns ``parameter``, ``percent``, ``percent_low`` and ``percent_high``; rates that no price
    needed and nobody gave are left out.
    """
    given = read_parameters(tables.get("modellparametrar"), study.economics.scenario)
    rows = []
    for name in (*ASSUMED.values(), *RATES):
        value = getattr(given, name)
        low, high = given.ranges.get(name, (float("nan"), float("nan")))
        if value is not None:
            ends = {"percent": 100 * value, "percent_low": 100 * low, "percent_high": 100 * high}
            rows.append({"parameter": name, **ends})
    return pd.DataFrame(rows).round(DECIMALS)


def model(tables: dict[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return what the scenario reckons with besides its rates, in one row.

    ``horizon`` (years), ``draws``, and ``kept``: the share of the first year's gain that is left
    when all has been taken off it.
    """
    given = read_parameters(tables.get("modellparametrar"), study.economics.scenario)
    kept = float(worth(1, given.assumptions()))
    return pd.DataFrame([{"horizon": given.horizon_years, "draws": given.n_draws, "kept": kept}])
