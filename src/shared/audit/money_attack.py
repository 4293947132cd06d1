"""Money: sums of few people, sums that one amount dominates, and costs that tell how many paid.

Source: Hundepool et al. (2012), Statistical Disclosure Control, section 4.2.2, for dominance and
the p% rule.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from shared.audit.figures import ALL, PEOPLE, Row, columns_of, limits, money_rounding, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication

LARGEST = 0.5  # of a sum: what one contributor may at most be
CLOSENESS = 0.10  # p: nobody may be able to tell another's amount this closely
PER_HEAD = "cost_per_"  # measures that divide what a programme cost
# Amounts of a programme, a price or an assumption, not of the people in n.
PROGRAMME = frozenset({"actual", "budget", "budget_to_date", "cost", "in_kind"})
RULES = frozenset({"rule_actual", "rule_equal_fifths", "rule_law_50_25_25"})
PRICES = frozenset({"price_high", "price_low", "sek", "willing"})
PARTIES = ("funder", "payer", "party")


def sums_of_few(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find money over people that is shown of fewer than twice the threshold of them."""
    if knowledge.mode == "open":
        return []
    least = 2 * knowledge.threshold
    found = []
    for row in rows(publication):
        n = limits(row.values.get("n"))
        of_people = row.table["unit"].startswith("kr") or row.table["unit"] in PEOPLE
        if not n or not 0 < n[0] < least or not of_people or _per_head(row):
            continue
        names = set(columns_of(row.table, "money")) - PROGRAMME - RULES - PRICES
        if shown := sorted(name for name in names if row.number_of(name) is not None):
            says = f"{row.about}: {', '.join(shown)} is of fewer than {least} people; hide it"
            found.append(Finding("money of few", row.place, says))
    return found


def counts_from_costs(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find numbers of people that follow from a cost per head and the cost itself on the page.

    A number that is hidden must be possible from 1 to the threshold, and one told as a band must
    not follow.
    """
    listed = list(rows(publication))
    totals = {
        (row.page.path, row.values["cost_group"]): row.number_of("actual")
        for row in listed
        if {"cost_group", "actual"} <= set(row.values)
    }
    found: list[Finding] = []
    for row in listed:
        total = totals.get((row.page.path, row.values.get("cost_base")))
        if total and _per_head(row) and row.number_of("n") is None:
            found += _divided(row, total, knowledge)
    return found


def costs_of_one(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find what a party gave in time, shown to the krona, where it is or may be one employee's.

    Needs the processed tables. Sums over parties are judged as well: where one party gives more
    than half of the time, or what the two largest leave is less than p of the largest, one party
    could compute another's.
    """
    if knowledge.data is None or not (knowledge.data / "kostnader.parquet").is_file():
        return []
    given = _time_given(knowledge.data)
    found = []
    for row in rows(publication, groups=True):
        if not {"in_kind", "actual"} & set(row.values):
            continue
        own = given[given["lokus_id"] == row.page.letter]
        for says in _one_employee(row, own):
            found.append(Finding("cost of one employee", row.place, f"{row.about}: {says}"))
    return found


def dominated(amounts: np.ndarray) -> bool:
    """Say whether one amount makes up the sum, or could be computed by who has the second.

    amounts : kr, shape (contributors,), of any sign. The largest is more than half of all, or what
    is left without the two largest is less than p of it. A sum of nobody's is not dominated.
    """
    sizes = np.sort(np.abs(amounts[amounts != 0]))[::-1]
    if not len(sizes):
        return False
    return bool(sizes[0] > LARGEST * sizes.sum() or sizes[2:].sum() < CLOSENESS * sizes[0])


def _per_head(row: Row) -> bool:
    return str(row.values.get("measure", "")).startswith(PER_HEAD)


def _divided(row: Row, total: float, knowledge: Knowledge) -> Iterator[Finding]:
    amount = row.number_of("amount")
    if not amount:
        return
    half, error = money_rounding(amount), money_rounding(total)
    least = int(np.ceil((total - error) / (amount + half)))
    most = int(np.floor((total + error) / (amount - half)))
    if least > most:  # the cost is not what was divided
        return
    hidden = limits(row.values.get("n")) is None
    if least == most or (hidden and not (least <= 1 and most >= knowledge.threshold)):
        says = f"{row.about}: how many there are follows from the cost; hide the cost per head"
        derivation = f"{total:.0f} / {amount:.0f}: {least} to {most}"
        yield Finding("count from cost", row.place, says, derivation)


@cache
def _time_given(data: Path) -> pd.DataFrame:
    costs = pd.read_parquet(data / "kostnader.parquet")
    return costs[costs["in_kind"].fillna(False).astype(bool) & costs["fte"].notna()]


def _one_employee(row: Row, given: pd.DataFrame) -> Iterator[str]:
    """Say what a row of costs in kind tells of one party's time."""
    party = next((row.values[name] for name in PARTIES if name in row.values), None)
    for name in ("in_kind", "actual"):
        amount = row.number_of(name)
        if not amount or money_rounding(amount) >= 1:
            continue
        if party not in (None, ALL):
            theirs = given[given["funder"] == party]
            at_once = theirs.groupby("period_from")["fte"].sum()
            if len(theirs) and at_once.max() <= 1:
                yield f"{name} may be one employee's pay; tell it in two digits"
        elif name == "in_kind":
            sums = given.groupby("funder", observed=True)["actual_sek"].sum().to_numpy(dtype=float)
            if dominated(sums):
                yield f"{name} is nearly one party's; tell it in two digits"
