"""What a programme costs, in one price year: by type, by period and by who pays.

Time that a party gives in kind is a cost like any other: it is part of every sum, and shown beside
it. An outcome that is not known yet is missing, never 0.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from shared.faults import Fault, InputError
from shared.sources.dictionary import coarser, code_lists

Deflate = Callable[[pd.Series, pd.Series], pd.Series]

ALL = "all"
BUDGET, ACTUAL = "budget_sek", "actual_sek"
TIME = "in_kind_time"
OTHER = "other"
COORDINATOR = "coordinator"
ADDON = "addon"
POOLED = 3  # groups, each with a coordinator: among fewer, one knows what another earns
MASKED = 0.1  # of a salary: the other costs of a sum are at least this, or the sum tells it (p%)
USED = ["lokus_id", "cost_type", "funder", "period_from", "period_to"]
USED += [BUDGET, ACTUAL, "in_kind", "vat_included", "price_year"]


@dataclass(frozen=True)
class ProgrammeCost:
    """What a programme costs, kr of ``price_year``; each table ends with the row ``all``.

    Each table has one code and then ``budget``, ``budget_to_date`` (of what has an outcome),
    ``actual``, and ``in_kind`` (how much of actual is time given in kind), missing where nothing is
    known. Where a row would tell a coordinator's salary there is the row ``all`` only.

    by_type     : ``cost_group``, the coarse types ``support`` and ``addon``.
    by_period   : ``cost_period``, such as 2016-01-01--2016-06-30 with a dash, or ``unknown``.
    by_payer    : ``funder``, the federation (``samordningsforbund``), each party, ``other``.
    by_vat      : ``vat``, amounts that include VAT (``included``), that do not (``excluded``), and
                  that do not say (``unknown``).
    price_year  : of all figures; missing without any costs.
    price_years : those found in the delivery.
    not_known   : periods in which the outcome of some cost is not known.
    """

    by_type: pd.DataFrame
    by_period: pd.DataFrame
    by_payer: pd.DataFrame
    by_vat: pd.DataFrame
    price_year: int | None
    price_years: tuple[int, ...]
    not_known: tuple[str, ...]

    def total(self, cost_group: str = ALL) -> float:
        """Return the actual cost (kr) of a coarse type, or of all; NaN if it is not known."""
        actual = self.by_type.set_index("cost_group")["actual"]
        return float(actual.get(cost_group, float("nan")))


def programme_cost(
    costs: pd.DataFrame, deflate: Deflate | None = None, price_year: int | None = None
) -> ProgrammeCost:
    """Return the cost of a programme, from the rows of kostnader.

    deflate, price_year : as of `in_one_price_year`, which says what is refused.
    """
    year = price_year or _latest(price_years(costs))
    rows = in_one_price_year(costs, deflate, year).reindex(columns=USED)
    period = _periods(rows)
    vat = rows["vat_included"].map({True: "included", False: "excluded"})
    unknown = rows[ACTUAL].isna()
    group = coarser(rows["cost_type"], "cost_type").rename("cost_group")
    by_type = _table(rows, group)
    # Told apart, the add-on resources can be taken from any other row, and hide no salary in it.
    apart = group.eq(ADDON).to_numpy() & (len(by_type) > 1)
    masking = rows.index[~apart]
    in_order = rows.sort_values("period_from", kind="stable")
    return ProgrammeCost(
        by_type=by_type,
        by_period=_table(in_order, period.rename("cost_period"), masking),
        by_payer=_table(rows, funders(rows), masking),
        by_vat=_table(rows, vat.astype(object).fillna("unknown").rename("vat"), masking),
        price_year=year,
        price_years=price_years(costs),
        not_known=tuple(sorted(set(period[unknown]))),
    )


def in_one_price_year(
    costs: pd.DataFrame, deflate: Deflate | None = None, price_year: int | None = None
) -> pd.DataFrame:
    """Return the costs with budget and actual in kr of ``price_year``, and that as their year.

    deflate    : takes amounts and the years of their prices, and returns them in ``price_year``
                 (`price_index.deflate` with the rest filled in); None without a price index.
    price_year : the latest of the costs' own if none is given.
    Raises InputError for amounts without a price year, and without a price index for amounts of
    another year; ValueError when ``deflate`` gives the prices of another year.
    """
    years = price_years(costs)
    year = price_year or _latest(years)
    if year is None:
        return costs
    if deflate is None:
        _refuse_mixed(years, year)
        return costs
    same = deflate(pd.Series([1.0]), pd.Series([year]))
    if abs(same.iloc[0] - 1) > 1e-9:
        raise ValueError(f"Deflate changes amounts of {year}, the year whose prices it must give.")
    own = costs["price_year"]
    amounts = {name: deflate(costs[name].astype(float), own) for name in (BUDGET, ACTUAL)}
    return costs.assign(**amounts, price_year=own.where(own.isna(), year))


def price_years(costs: pd.DataFrame) -> tuple[int, ...]:
    """Return the price years of the rows that have an amount.

    Raises InputError for amounts without a price year.
    """
    _refuse_undated(costs)
    some = costs[[BUDGET, ACTUAL]].notna().any(axis="columns")
    return tuple(sorted(int(year) for year in costs.loc[some, "price_year"].dropna().unique()))


def funders(costs: pd.DataFrame) -> pd.Series:
    """Return who paid each cost, in the order of the code list; ``other`` where it is not said."""
    order = pd.CategoricalDtype(list(code_lists()["funder"]), ordered=True)
    return costs["funder"].astype(object).fillna(OTHER).astype(order)


def _latest(years: tuple[int, ...]) -> int | None:
    return max(years, default=None)


def _refuse_undated(costs: pd.DataFrame) -> None:
    some = costs[[BUDGET, ACTUAL]].notna().any(axis="columns")
    undated = int((some & costs["price_year"].isna()).sum())
    if undated:
        found = f"{undated} costs without a price year"
        todo = "Deliver the year in whose prices they are booked."
        allowed = "a price year for each cost"
        raise InputError([Fault(found, allowed, todo, "kostnader", column="Prisår")])


def _refuse_mixed(years: tuple[int, ...], year: int) -> None:
    if any(one != year for one in years):
        needed = _listed(sorted({*years, year}))
        todo = f"Deliver the table prisindex with the index of {needed}."
        found = f"costs in the prices of {_listed(years)}"
        allowed = f"the prices of {year} only, as long as there is no price index"
        raise InputError([Fault(found, allowed, todo, "kostnader", column="Prisår")])


def _listed(years: tuple[int, ...] | list[int]) -> str:
    *first, last = map(str, years)
    return f"{', '.join(first)} and {last}" if first else last


def _periods(rows: pd.DataFrame) -> pd.Series:
    """Return each row's period as delivered, such as 2016-01-01–2016-06-30."""
    start, end = (
        pd.to_datetime(rows[name]).dt.strftime("%Y-%m-%d") for name in ("period_from", "period_to")
    )
    return (start + "–" + end).astype(object).fillna("unknown")


def _table(rows: pd.DataFrame, labels: pd.Series, masking: pd.Index | None = None) -> pd.DataFrame:
    """Return the sums of the rows by their labels, in the labels' order if any, and of all.

    masking : the rows that may hide a salary in a sum; all of them if not said.
    """
    masking = rows.index if masking is None else masking
    found = labels.reindex(rows.index).dropna().unique()
    order = found.categories if isinstance(found, pd.Categorical) else found
    parts = {str(label): rows[labels.reindex(rows.index) == label] for label in order}
    if any(_tells_a_salary(part[part.index.isin(masking)]) for part in parts.values()):
        parts = {}
    parts = {label: part for label, part in parts.items() if len(part)} | {ALL: rows}
    table = pd.DataFrame([_sums(part) for part in parts.values()])
    if _tells_a_salary(rows):
        table[:] = float("nan")
    table.insert(0, str(labels.name), list(parts))
    return table


def _in_kind(rows: pd.DataFrame) -> pd.Series:
    said = rows["in_kind"].astype("boolean").fillna(False).astype(bool)
    return said | (rows["cost_type"].astype(object) == TIME)


def _sums(rows: pd.DataFrame) -> dict[str, float]:
    budget, actual = (rows[name].astype(float) for name in (BUDGET, ACTUAL))
    amounts = {
        "budget": budget,
        "budget_to_date": budget[actual.notna()],
        "actual": actual,
        "in_kind": actual.where(_in_kind(rows) | actual.isna(), 0.0),
    }
    return {name: amount.sum(min_count=1) for name, amount in amounts.items()}


def _tells_a_salary(rows: pd.DataFrame) -> bool:
    """Say whether what is paid in money is a coordinator's pay and next to nothing else.

    Time in kind hides nothing, for it is shown beside the sum.
    """
    paid = rows[~_in_kind(rows)]
    if paid["lokus_id"].nunique() >= POOLED:
        return False
    salary = paid["cost_type"].eq(COORDINATOR)
    amounts = paid[[BUDGET, ACTUAL]].astype(float)
    own, rest = amounts[salary].sum(), amounts[~salary].sum()
    return bool(((own > 0) & (rest < MASKED * own)).any())
