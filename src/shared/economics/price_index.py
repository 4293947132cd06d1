"""Price index: amounts of other years in the prices of one year."""

import pandas as pd

from shared.faults import Fault, InputError


def deflate(
    amounts: pd.Series,
    years: pd.Series,
    to_year: int,
    index: pd.DataFrame | None,
    series: str | pd.Series,
) -> pd.Series:
    """Return the amounts in the prices of ``to_year``: times its index over that of their own year.

    amounts, years : kr and the year of its prices, on one index; a missing amount stays missing.
    index : ``prisindex``: index_series, year, value. series : the one to use, or one per amount.
    Raises ``InputError`` with every year and series that the index lacks.
    """
    named = pd.Series(series, index=amounts.index, dtype="object")
    factor = index_factors(years, to_year, index, named)
    lacking = factor.isna() & amounts.notna()
    if lacking.any():
        pairs = set(zip(years[lacking].map(_year), named[lacking].map(_series), strict=True))
        raise InputError([_fault(year, to_year, one) for year, one in sorted(pairs)])
    return amounts.astype("Float64").astype(float) * factor


def index_factors(
    years: pd.Series, to_year: int, index: pd.DataFrame | None, series: pd.Series
) -> pd.Series:
    """Return what amounts of each year are multiplied by; missing where the index lacks a figure.

    Amounts of ``to_year`` itself need no index: their factor is 1.
    """
    figures: dict[tuple, float] = {}
    if index is not None:
        keys = zip(index["index_series"], index["year"], strict=True)
        figures = dict(zip(keys, index["value"].astype(float), strict=True))
    lacks = float("nan")
    factors = [
        1.0
        if pd.notna(year) and year == to_year
        else figures.get((one, to_year), lacks) / figures.get((one, year), lacks)
        for year, one in zip(years, series, strict=True)
    ]
    return pd.Series(factors, index=years.index, dtype=float)


def _year(year: float) -> str:
    return "an unknown year" if pd.isna(year) else str(int(year))


def _series(one: str) -> str:
    return "no index series" if pd.isna(one) else f"the index series {one}"


def _fault(year: str, to_year: int, one: str) -> Fault:
    return Fault(
        f"an amount in the prices of {year}, to be moved to {to_year} by {one}",
        f"an index series with figures of {year} and {to_year}",
        "Give prisindex the figures, with their source.",
        "prisindex",
    )
