"""Who bears the cost: the federation's money shared between the accounts by a stated rule.

What a party gave of its own, such as time, stays with that party under every rule.
"""

from types import MappingProxyType

import pandas as pd

from shared.economics.accounts import PUBLIC
from shared.economics.costs import ACTUAL, ALL, OTHER, funders, in_one_price_year
from shared.faults import Fault, InputError

FEDERATION = "samordningsforbund"
ACTUAL_RULE = "actual"
BUILT_IN = MappingProxyType(
    {
        # The cost per account of Jobbstudion, appendix 7 of Sweco's report (2014), fits this.
        "equal_fifths": dict.fromkeys(PUBLIC, 0.2),
        # The Social Insurance Agency pays for the whole state, the Employment Service included.
        "law_50_25_25": {"fk": 0.5, "region": 0.25, "municipality": 0.25},
    }
)
ROUNDING = 5e-6  # of the sum: five shares delivered with six decimals


def split(costs: pd.DataFrame, rule: str, shares: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the cost per account, kr of the costs' price year, under one rule.

    costs  : rows of kostnader in one price year (`costs.in_one_price_year`); those whose outcome is
             not known yet are left out.
    rule   : ``equal_fifths``, ``law_50_25_25`` or ``actual``.
    shares : rows of kostnadsfordelning. A rule delivered there replaces the built-in one;
             ``actual`` has none built in.
    One row per account (``account``), ``other`` (who is no account) and ``all``: ``shared``, its
    part of what the federation paid; ``own``, what it gave itself; ``amount``, both. The parts add
    up to the whole (to a float's rounding). Missing throughout while no outcome is known.
    Raises InputError for costs of several price years, for shares that do not add up to 1 or belong
    to nobody who bears costs, and for a rule that nobody has given.
    Source: lag (2003:1210) om finansiell samordning av rehabiliteringsinsatser, 5 §, for the rule
    of the law; Sweco (2014), Utvärdering av Samordningsförbundet i Uppsala län, appendix 7, for
    equal fifths.
    """
    known = in_one_price_year(costs).dropna(subset=[ACTUAL])
    paid = known[ACTUAL].astype(float).groupby(funders(known)).sum()
    whole = paid.get(FEDERATION, 0.0) * _shares_of(rule, shares)
    own = paid.drop(FEDERATION, errors="ignore").reindex([*PUBLIC, OTHER], fill_value=0.0)
    table = pd.DataFrame({"shared": whole.reindex(own.index, fill_value=0.0), "own": own})
    table["amount"] = table["shared"] + table["own"]
    table.loc[ALL] = table.sum()
    if known.empty:
        table[:] = float("nan")
    return table.rename_axis("account").reset_index()


def by_rule(costs: pd.DataFrame, shares: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the cost per account (kr) under every rule that is known, side by side.

    One row per ``account``, as `split`; one column per rule: ``rule_equal_fifths``,
    ``rule_law_50_25_25``, and ``rule_actual`` where it is delivered. Raises as `split` does.
    """
    given = [] if shares is None else shares["rule_id"].dropna().astype(str).unique()
    rules = [*BUILT_IN, *(rule for rule in given if rule not in BUILT_IN)]
    amounts = {
        f"rule_{rule}": split(costs, rule, shares).set_index("account")["amount"] for rule in rules
    }
    return pd.DataFrame(amounts).reset_index()


def _shares_of(rule: str, shares: pd.DataFrame | None) -> pd.Series:
    """Return each bearer's share under the rule, adding up to 1."""
    given = pd.DataFrame() if shares is None else shares[shares["rule_id"] == rule]
    if given.empty:
        return _built_in(rule)
    found = given.set_index(given["party"].astype(object))["share"].astype(float)
    _refuse_wrong(rule, found)
    return found / found.sum()


def _built_in(rule: str) -> pd.Series:
    if rule not in BUILT_IN:
        found = f"no shares of the rule {rule}"
        todo = "Deliver its shares, or choose another economics.cost_rule in study.yml."
        allowed = f"{', '.join(BUILT_IN)}, or a rule with shares in the table"
        raise InputError([Fault(found, allowed, todo, "kostnadsfordelning", column="Regel")])
    return pd.Series(BUILT_IN[rule], dtype=float)


def _refuse_wrong(rule: str, found: pd.Series) -> None:
    """Raise every fault of a delivered rule: who shares, who is missing, and the sum."""
    table = "kostnadsfordelning"
    faults = []
    strangers = [str(party) for party in found.index if party not in PUBLIC]
    if strangers:
        named = f"shares of {', '.join(strangers)} in the rule {rule}"
        todo = "Others' own payments are told by the funder of a cost."
        faults.append(Fault(named, ", ".join(PUBLIC), todo, table, column="Part"))
    twice = sorted({str(party) for party in found.index[found.index.duplicated()]})
    if twice:
        named = f"several shares of {', '.join(twice)} in the rule {rule}"
        faults.append(Fault(named, "one share per party", file=table, column="Part"))
    if found.isna().any() or (found < 0).any() or abs(found.sum() - 1) > ROUNDING:
        named = f"shares in the rule {rule} that add up to {found.sum():.6g}"
        named += f", {int(found.isna().sum())} of them missing" if found.isna().any() else ""
        todo = "Give them with all decimals, and none below 0."
        faults.append(Fault(named, "shares from 0 that add up to 1", todo, table, column="Andel"))
    if faults:
        raise InputError(faults)
