"""What one of each result costs, as pages show it: cost set against what was counted.

Every count is a cell of a released table: what is hidden there is hidden here, and so is its cost.
"""

from typing import Any

import pandas as pd

from shared.disclosure.counts import GROUP
from shared.disclosure.release import told
from shared.disclosure.released import Cell, Released, gathered
from shared.economics.costs import ALL, ProgrammeCost
from shared.economics.unit_costs import (
    CASES,
    IN_WORK,
    ISSUES,
    MEASURES,
    PARTICIPATIONS,
    STEPS,
    unit_costs,
)
from shared.estimates.issues import issues_by_owner
from shared.pages.page import Page

BASES = ("addon", "support", ALL)
STEPS_AFTER = 12  # months: the follow-up at which steps are counted, or the last one before it


def unit_cost_table(page: Page, cost: ProgrammeCost, unit: str) -> Released:
    """Return what a participation, a step, a person in work or studies, a case and an issue cost.

    unit : of the amounts, with the year of their prices.
    Columns ``measure``, ``cost_base``, ``n`` and ``amount`` (kr each, in two digits); what was
    never delivered has no row, but for participations.
    """
    counts = _counts(page)
    values = {name: None if cell.hidden else cell.value for name, cell in counts.items()}
    found = unit_costs({base: cost.total(base) for base in BASES}, values)
    counted = {measure: what for measure, what, _ in MEASURES}
    rows = [_row(row, counts[counted[row["measure"]]]) for row in found.to_dict("records")]
    return gathered("unit_costs", unit, rows, keys=["measure", "cost_base"])


def _row(row: dict, n: Cell) -> dict[str, Cell]:
    amount = told(pd.Series([row["amount"]]), "money", band=False).item()
    return {
        "measure": Cell(row["measure"], "code", "", False),
        "cost_base": Cell(row["cost_base"], "code", "", False),
        "n": n,
        "amount": Cell(None if pd.isna(amount) else amount, "money", "", n.hidden),
    }


def _counts(page: Page) -> dict[str, Cell]:
    """Return how many there are of each, of what the study has delivered.

    Participations are always asked for: where there is no register, how many is missing.
    """
    found = {PARTICIPATIONS: Cell(None, "count", "", False)}
    if page.has("deltaganden"):
        found[PARTICIPATIONS] = _count(page, "participations", state=ALL, gender=ALL)
        found[IN_WORK] = _count(page, "activity", activity="active_after", gender=ALL)
    if page.has("deltaganden") and page.has("uppfoljning"):
        wave = max(min(STEPS_AFTER, page.wave), 6)
        found[STEPS] = _count(page, "followup", wave=wave, place="step_up", gender=ALL)
    if page.has("koordinatorlogg"):
        found[CASES] = _count(page, "cases_by_outcome", outcome=ALL, focus=ALL)
    if page.has("strukturfragor"):
        closed = issues_by_owner(page.rows("strukturfragor"), page.study, page.wave)["closed"]
        found[ISSUES] = Cell(int(closed.sum()), "count", "", False)
    return found


def _count(page: Page, table: str, **where: Any) -> Cell:
    """Return one protected count of the page's group, or of all groups together."""
    groups = {} if page.group else {GROUP: ALL}
    return page.counts(table).table().value("n", **where, **groups)
