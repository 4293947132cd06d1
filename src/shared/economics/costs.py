"""What a group costs, and how monthly payments to its participants change."""

import pandas as pd

from shared.economics.appraisal import payback_months, profit
from shared.sources.dictionary import coarser

HORIZONS = (1, 4, 5)  # years; those that Swedish evaluations report


def programme_cost(costs: pd.DataFrame) -> pd.DataFrame:
    """Return budget and actual cost (kr) by coarse type, and in total.

    A type of its own for the coordinator would be a salary: it is one person. One row per
    ``cost_group``: ``budget``, ``actual`` (missing while nothing is known), ``price_year`` (the
    latest of the costs).
    """
    costs = costs.assign(cost_group=coarser(costs["cost_type"], "cost_type").astype("str"))
    amounts = costs[["budget_sek", "actual_sek"]].astype(float)
    sums = amounts.groupby(costs["cost_group"], sort=False).sum(min_count=1)
    sums.loc["all"] = sums.sum(min_count=1)
    year = costs["price_year"].max()
    sums = sums.rename(columns={"budget_sek": "budget", "actual_sek": "actual"})
    return sums.assign(price_year=year).reset_index()


def unit_costs(cost: float, participations: int, in_work: int) -> pd.DataFrame:
    """Return cost per participation and per person in work: ``measure``, ``n``, ``amount`` (kr)."""
    counts = {"cost_per_participation": participations, "cost_per_person_in_work": in_work}
    return pd.DataFrame(
        [
            {"measure": measure, "n": n, "amount": cost / n if n else float("nan")}
            for measure, n in counts.items()
        ]
    )


def monthly_support(participations: pd.DataFrame, prices: pd.DataFrame) -> pd.DataFrame:
    """Return what each party pays per month to those who have ended, before and after.

    A participant's main income source is priced with the monthly transfer of the same name, of its
    latest year.
    One row per ``payer``, and ``all``: ``n`` (the fewer of those it paid before and after, unless
    nobody; for all: ended participations with both sources known), ``monthly_before``,
    ``monthly_after``, ``monthly_change`` (kr, all participants together).
    Raises ``ValueError`` naming the income sources that have no price.
    """
    columns = ["main_income_before", "main_income_after"]
    ended = participations[participations["state"] == "ended"].dropna(subset=columns)
    ended = ended[(ended[columns] != "unknown").all(axis=1)]
    price = prices[(prices["unit"] == "month") & (prices["kind"] == "transfer")]
    price = price.sort_values("price_year").drop_duplicates("price_id", keep="last")
    price = price.set_index("price_id")[["sek", "payer"]]
    known = {*price.index, "no_public", "other"}
    unpriced = sorted(set(pd.unique(ended[columns].astype("str").to_numpy().ravel())) - known)
    if unpriced:
        raise ValueError(f"apriser has no monthly transfer for {', '.join(unpriced)}")
    paid = {
        name: price.reindex(ended[column].astype("str")).groupby("payer", observed=True)["sek"]
        for name, column in zip(("monthly_before", "monthly_after"), columns, strict=True)
    }
    table = pd.DataFrame({name: payer.sum() for name, payer in paid.items()}).fillna(0)
    people = pd.DataFrame({name: payer.size() for name, payer in paid.items()})
    table["n"] = people.where(people > 0).min(axis=1).fillna(0)
    table = table[table["n"] > 0]
    table.index = table.index.astype("str")
    table.loc["all"] = table.sum()
    table.loc["all", "n"] = len(ended)
    table["monthly_change"] = table["monthly_after"] - table["monthly_before"]
    return table.rename_axis("payer").reset_index()


def appraise(cost: float, monthly_change: float | None, n: int | None) -> pd.DataFrame:
    """Return profit and payback per horizon: ``horizon_years``, ``profit``, ``payback_months``.

    ``monthly_change`` is the change in payments (kr a month; missing when it may not be known),
    ``n`` how many people it rests on. Payback that is never reached is missing.
    """
    gain_per_year = float("nan") if pd.isna(monthly_change) else -12 * float(monthly_change)  # type: ignore[arg-type]
    months = payback_months(cost, gain_per_year)
    back = months if months != float("inf") else float("nan")
    return pd.DataFrame(
        [
            {
                "horizon_years": years,
                "n": 0 if pd.isna(n) else n,
                "profit": profit(cost, gain_per_year, years),
                "payback_months": back,
            }
            for years in HORIZONS
        ]
    )
