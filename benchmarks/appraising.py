"""The appraisal's steps, to be measured: months, money, draws, and the tables a page is made of."""

import pandas as pd
from planted.nation import WAVE

from shared.economics import certainty, parties
from shared.economics.change import Change, change, priced
from shared.economics.exposure import Exposure, exposure
from shared.study import Study

COST = pd.Series({"fk": 30_000.0, "region": 15_000.0, "municipality": 15_000.0})  # a participation
RULES = pd.DataFrame({"account": [*COST.index, "all"], "rule_law": [*COST, COST.sum()]})
YEARS = 5

Tables = dict[str, pd.DataFrame]


def expose(tables: Tables, study: Study) -> Tables:
    """Return who is followed, and their months a year in each status."""
    followed = exposure(tables, study, WAVE)
    return {"people": followed.people, "before": followed.before, "after": followed.after}


def value(tables: Tables, study: Study) -> Tables:
    """Return what each person moved between the parties before, and moved more after."""
    flows, parameters = priced(tables, study)
    nothing = tables["people"][[]]
    moved = Change(_exposed(tables), flows, parameters, nothing, nothing, 1.0)
    moved = moved.repriced(flows, parameters)
    return {"balances": moved.before, "gains": moved.gains}


def draw(tables: Tables, study: Study) -> None:
    """Draw people, prices and assumptions."""
    parties.simulate(_changed(tables, study))


def tell(tables: Tables, study: Study) -> None:
    """Make the tables of the parties, of all people together."""
    moved, horizons = _changed(tables, study), study.economics.horizons
    _tell_group(moved)
    drawn = parties.simulate(moved)
    parties.by_horizon(moved, drawn, COST, horizons)
    parties.by_discount(moved, drawn, COST, horizons, study.economics.discount_also)
    parties.cash_flows(moved, drawn, COST, YEARS)
    parties.effectiveness_by_party(moved, drawn)
    certainty.by_cost_rule(moved, drawn, RULES, 1, YEARS)


def doubt(tables: Tables, study: Study) -> None:
    """Make the tables of what it hangs on, of the scenarios and of what it would take."""
    moved = _changed(tables, study)
    certainty.hangs_on(moved, COST, "public", YEARS)
    certainty.by_scenario(moved, tables, study, COST, YEARS)
    certainty.to_break_even(moved, COST, 1, YEARS)


def each_group(tables: Tables, study: Study) -> None:
    """Appraise the groups one at a time, as their pages do."""
    register = tables["deltaganden"]
    for _, own in register.groupby("lokus_id", observed=True):
        _tell_group(change({**tables, "deltaganden": own}, study, WAVE))


def _exposed(tables: Tables) -> Exposure:
    nobody = pd.Series(dtype=int)
    return Exposure(tables["people"], tables["before"], tables["after"], nobody, 0)


def _changed(tables: Tables, study: Study) -> Change:
    flows, parameters = priced(tables, study)
    return Change(_exposed(tables), flows, parameters, tables["balances"], tables["gains"], 1.0)


def _tell_group(moved: Change) -> None:
    parties.in_brief(moved, parties.simulate(moved), COST, YEARS)
    parties.contributions(moved)
    parties.contributions_by_kind(moved)
    parties.by_source(moved)
    parties.disposable_income(moved)
