"""Unit prices as flows of money and resources between parties, per month in a status, of one year.

A price is what one unit of time in a status moves from a payer to a payee. What is used up goes to
the outside world and what is produced comes from it; transfers and taxes stay between the parties,
so that they cancel for society. Wages and taxable benefits bring their taxes with them.
"""

from collections.abc import Collection

import pandas as pd

from shared.economics.exposure import WORK, statuses
from shared.economics.parameters import Parameters
from shared.economics.price_index import index_factors
from shared.estimates.histories import UNKNOWN
from shared.faults import Fault, InputError
from shared.sources.dictionary import code_lists

PER_MONTH = {"month": 1.0, "day": 365.25 / 12}  # units that a status spell can be priced in
AMOUNTS = ["sek", "low", "high"]
COLUMNS = [
    *("status", "price_id", "label_sv", "payer", "payee", "kind"),
    *(*AMOUNTS, "source", "price_year"),
]
TEXTS = ["price_id", "status", "unit", "payer", "payee", "kind", "index_series"]
OPTIONAL = ("status", "label_sv", "payee", "taxable", "low", "high", "index_series")
REQUIRED = {  # a price without them is of no use: their headers
    "unit": "Enhet",
    "sek": "Pris",
    "payer": "Part",
    "kind": "Slag",
    "source": "Källa",
    "price_year": "Giltigt år",
}
NEVER_PRICED = ("no_public", UNKNOWN)  # nothing is paid, or nobody knows what
# A tax on what an individual receives: its rate, who pays it, who receives it.
TAXES = (
    ("tax_municipal", "individual", "municipality"),
    ("tax_region", "individual", "region"),
    ("employer_contribution", "employer", "state"),  # of wages only
)
TABLE = "apriser"


def price_flows(
    prices: pd.DataFrame,
    parameters: Parameters,
    price_year: int | None = None,
    index: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return one row per flow: who pays whom how much (kr) for a month in a status.

    prices : ``apriser``. Of several years of a price the last one up to the price year is used, or
        the first one after it; units other than month and day are left out (``not_priced``).
    price_year : the year of all money; the latest year of the prices that can be used if None.
    index : ``prisindex``, needed when a price is of another year.
    Returns ``status, price_id, label_sv, payer, payee, kind, sek, low, high`` (kr a month; low and
    high missing when no range is given; of a range with one end, the other is the price),
    ``source, price_year``. Taxes and contributions that follow from a taxable price have rows of
    their own, with that price's id, label and source.
    Raises ``InputError`` with every price that cannot be used.
    """
    if incomplete := _incomplete(prices):
        raise InputError(incomplete)
    rows = _monthly(prices)
    year = appraisal_year(prices, price_year)
    rows = _directed(_of_year(rows, year))
    factor = index_factors(rows["price_year"], year, index, rows["index_series"])
    faults = _unmoved(rows, year, factor) + _misdirected(rows) + _untaxed(rows, parameters)
    if faults:
        raise InputError(faults)
    per_month = rows["unit"].map(PER_MONTH) * factor
    rows[AMOUNTS] = rows[AMOUNTS].mul(per_month, axis=0)
    flows = pd.concat([rows.assign(price_year=year), *_taxes(rows, parameters, year)])
    return flows[COLUMNS].sort_values("price_id", kind="stable", ignore_index=True)


def appraisal_year(prices: pd.DataFrame, price_year: int | None = None) -> int:
    """Return the one price year: the given one, or the latest of the prices that can be used.

    Raises ``InputError`` when no price is per month or day.
    """
    years = _monthly(prices)["price_year"].dropna()
    if years.empty:
        todo = "Start from data/prices/apriser.csv."
        raise InputError([Fault("no price per month or day", "at least one", todo, TABLE)])
    return int(years.max()) if price_year is None else price_year


def not_priced(prices: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``apriser`` that time in a status cannot be priced by.

    Those per hour, visit or piece, and those of something else than a status. They belong in the
    page's list of prices, so that nobody believes they were counted.
    """
    own = prices["price_id"].astype("str")
    status = prices["status"].astype("str").fillna(own) if "status" in prices else own
    used = prices["unit"].astype("str").isin(PER_MONTH) & status.isin(statuses())
    return prices[prices["unit"].notna() & ~used].reset_index(drop=True)


def require_prices(flows: pd.DataFrame, used: Collection[str]) -> None:
    """Raise ``InputError`` unless everything found in the spells that must have a price has one.

    used : statuses found in the spells (``exposure.statuses``). Income sources must have a price,
        except no public support and unknown, and so must work; other statuses may have one.
    """
    income = [code for code in code_lists()["income_source"] if code not in NEVER_PRICED]
    priced = set(flows["status"])
    todo = "Add its row to apriser: Gäller the code, Enhet Månad, with Part, Slag, Pris and Källa."
    if others := sorted(priced - {*statuses()}):
        todo += f" It has prices of {', '.join(others)}, which are no statuses."
    faults = [
        Fault(f"no price of {code}", "a price per month of each status", todo, TABLE)
        for code in [*income, WORK]
        if code in set(used) - priced
    ]
    if faults:
        raise InputError(faults)


def _monthly(prices: pd.DataFrame) -> pd.DataFrame:
    """Return the prices per month or day, with every column and plain types."""
    expected = (*OPTIONAL, *REQUIRED)
    rows = prices.assign(**{name: pd.NA for name in expected if name not in prices})
    rows[TEXTS] = rows[TEXTS].astype("str")
    rows = rows[rows["unit"].isin(PER_MONTH)].reset_index(drop=True)
    rows[AMOUNTS] = rows[AMOUNTS].astype("Float64").astype(float)
    one_end = rows["low"].notna() | rows["high"].notna()
    for end in ("low", "high"):
        rows[end] = rows[end].fillna(rows["sek"].where(one_end))
    rows["taxable"] = rows["taxable"].astype("boolean").fillna(False).astype(bool)
    return rows.assign(status=rows["status"].fillna(rows["price_id"]))


def _of_year(rows: pd.DataFrame, year: int) -> pd.DataFrame:
    """Keep of each price the last row up to ``year``, or the first one after it."""
    rows = rows.astype({"price_year": int})
    ahead = rows["price_year"] - year
    nearness = pd.DataFrame({"after": ahead > 0, "away": ahead.abs()})
    order = nearness.sort_values(["after", "away"], kind="stable").index
    return rows.loc[order].drop_duplicates("price_id").sort_index()


def _directed(rows: pd.DataFrame) -> pd.DataFrame:
    """Fill in payer and payee of rows without a payee: the kind says where the flow goes."""
    named, given = rows["payer"], rows["payee"]
    from_individual = given.isna() & (rows["kind"] == "tax")
    from_outside = given.isna() & (rows["kind"] == "production")
    payer = named.mask(from_individual, "individual").mask(from_outside, "outside")
    other_end = rows["kind"].map({"transfer": "individual", "real_resource": "outside"})
    payee = given.fillna(other_end.where(~(from_individual | from_outside), named))
    return rows.assign(payer=payer, payee=payee)


def _taxes(rows: pd.DataFrame, parameters: Parameters, year: int) -> list[pd.DataFrame]:
    """Return the taxes on what individuals receive, a frame for each tax that is due."""
    found = []
    for rate, payer, payee in TAXES:
        due = rows[_due(rows, rate)].assign(payer=payer, payee=payee, kind="tax", price_year=year)
        if len(due):
            due[AMOUNTS] *= getattr(parameters, rate)
            found.append(due)
    return found


def _due(rows: pd.DataFrame, rate: str) -> pd.Series:
    """Tell of which rows a tax is due; employers pay the contribution on wages only."""
    wage = rows["payer"] == "employer"
    return rows["taxable"] & (wage if rate == "employer_contribution" else True)


def _incomplete(prices: pd.DataFrame) -> list[Fault]:
    """Return a fault per price and cell that it must have and lacks."""
    return [
        Fault(f"the price {price} without {header}", "a value", "", TABLE, column=header)
        for name, header in REQUIRED.items()
        for price in prices.loc[prices[name].isna() if name in prices else slice(None), "price_id"]
    ]


def _unmoved(rows: pd.DataFrame, year: int, factor: pd.Series) -> list[Fault]:
    """Return a fault per price that cannot be moved into the price year."""
    found = []
    for row in rows[factor.isna()].to_dict("records"):
        series = row["index_series"]
        lacks = "has no Index" if pd.isna(series) else f"has Index {series}"
        found.append(
            Fault(
                f"the price {row['price_id']} of {row['price_year']}, which {lacks}",
                f"prices of {year}, or an Index with figures of {row['price_year']} and {year}",
                f"Give its price of {year}, or name its Index and fill in prisindex.",
                TABLE,
            )
        )
    return found


def _misdirected(rows: pd.DataFrame) -> list[Fault]:
    """Return a fault per price between parties that its kind cannot be between."""
    payer, payee = rows["payer"], rows["payee"]
    outside = pd.DataFrame({"from": payer == "outside", "to": payee == "outside"})
    wanted = pd.DataFrame(
        {"from": rows["kind"] == "production", "to": rows["kind"] == "real_resource"}
    )
    wrong = (outside != wanted).any(axis=1) | (payer == payee)
    allowed = (
        "a transfer or tax between two parties, a real resource to the outside world (outside), "
        "production from it"
    )
    return [
        Fault(
            f"the price {row['price_id']}, a {row['kind']} from {row['payer']} to {row['payee']}",
            allowed,
            "Leave Mottagare empty, or correct Slag.",
            TABLE,
        )
        for row in rows[wrong].to_dict("records")
    ]


def _untaxed(rows: pd.DataFrame, parameters: Parameters) -> list[Fault]:
    """Return a fault per taxable price that is no income, and per tax rate that is missing."""
    income = (rows["kind"] == "transfer") & (rows["payee"] == "individual")
    faults = [
        Fault(
            f"the price {price}, taxable but not a transfer to the individual",
            "Skattepliktig Ja on wages and benefits only",
            "Clear Skattepliktig, or correct Slag or Mottagare.",
            TABLE,
        )
        for price in rows.loc[rows["taxable"] & ~income, "price_id"]
    ]
    for rate, *_ in TAXES:
        due = rows[_due(rows, rate)]
        if len(due) and getattr(parameters, rate) is None:
            found = f"the taxable prices {', '.join(due['price_id'])} but no {rate}"
            allowed = f"a row {rate} of the scenario {parameters.scenario}"
            todo = "Give the rate as a share, such as 0,32."
            faults.append(Fault(found, allowed, todo, "modellparametrar"))
    return faults
