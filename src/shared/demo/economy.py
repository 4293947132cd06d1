"""Money: costs and budgets, how they are shared, and targets."""

from datetime import date

import numpy as np
import pandas as pd

from shared.demo.dates import days
from shared.demo.groups import texts
from shared.demo.known import blank
from shared.demo.truth import START_ON, TRUTH, WAVES

PERIODS = {  # half-year: the wave at which its outcome is known
    (date(2015, 7, 1), date(2015, 12, 31)): 0,
    (date(2016, 1, 1), date(2016, 6, 30)): 6,
    (date(2016, 7, 1), date(2016, 12, 31)): 12,
    (date(2017, 1, 1), date(2017, 6, 30)): 18,
}
SUPPORTING = {"premises": 30_000, "training": 20_000, "evaluation": 15_000, "admin": 25_000}
STRUCTURAL = 150_000  # half-year's budget of an insats without participants
GIVING_TIME = ("af", "fk", "municipality", "region")
SHARES = {
    "equal_fifths": {"municipality": 0.2, "region": 0.2, "state": 0.2, "af": 0.2, "fk": 0.2},
    "law_50_25_25": {"fk": 0.5, "region": 0.25, "municipality": 0.25},
    "actual": {"fk": 0.42, "region": 0.23, "municipality": 0.27, "af": 0.08},
}


def make_costs(
    rng: np.random.Generator,
    groups: pd.DataFrame,
    insatser: pd.DataFrame,
    participations: pd.DataFrame,
) -> pd.DataFrame:
    """Return kostnader with every outcome known, and ``wave``: when each became known."""
    fte = pd.Series(rng.choice([0.5, 0.75, 1.0], len(groups)))
    time = {party: rng.choice([0.1, 0.2, 0.3], len(groups)) for party in GIVING_TIME}
    parts = []
    for (start, end), wave in PERIODS.items():
        lines = _support(groups, fte, start) + _time_given(groups, time)
        lines.append(_addon(insatser, participations, start, end))
        period = {"period_from": start, "period_to": end, "price_year": end.year, "wave": wave}
        parts.append(pd.concat(lines).assign(**period))
    costs = pd.concat(parts, ignore_index=True)
    spent = rng.normal(TRUTH.money.spent, TRUTH.money.sd_spent, len(costs))
    costs["actual_sek"] = (costs["budget_sek"] * spent).round(2)
    costs["in_kind"] = costs["cost_type"] == "in_kind_time"
    costs["vat_included"] = costs["cost_type"] == "premises"
    return costs.assign(cost_id=[f"K-{i:05d}" for i in range(1, len(costs) + 1)])


def costs_on(costs: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the outcome of the half-year that ended, and the budget of the one that begins."""
    waves = list(WAVES)
    coming = waves[waves.index(wave) + 1] if wave < waves[-1] else None
    known = costs[costs["wave"].isin([wave, coming])].copy()
    blank(known, known["wave"] == coming, ["actual_sek"])
    return known


def cost_shares() -> pd.DataFrame:
    """Return kostnadsfordelning: the parties' shares under each rule."""
    rows = [
        (rule, party, share) for rule, parts in SHARES.items() for party, share in parts.items()
    ]
    return pd.DataFrame(rows, columns=["rule_id", "party", "share"])


def targets(groups: pd.DataFrame) -> pd.DataFrame:
    """Return resultatmal: five targets per group, and T4 in every other group."""
    wanted = pd.DataFrame(texts()["targets"]).rename(
        columns={"text": "target_text", "value": "target_value"}
    )
    wanted["target_id"] = [f"T{i}" for i in range(1, len(wanted) + 1)]
    frame = groups.reset_index(names="position")[["position", "lokus_id"]].merge(wanted, "cross")
    frame = frame[(frame["target_id"] != "T4") | (frame["position"] % 2 == 0)]
    dates = {"due_on": date(2017, 6, 30), "valid_from": START_ON, "valid_to": date(2017, 12, 31)}
    return frame.assign(direction=frame["direction"].fillna("ge"), **dates)


def _support(groups: pd.DataFrame, fte: pd.Series, start: date) -> list[pd.DataFrame]:
    """Return the federation's costs around the groups; before their start there are none."""
    if start < START_ON:
        return []
    place = groups[["lokus_id"]].assign(funder="samordningsforbund")
    coordinator = place.assign(cost_type="coordinator", fte=fte)
    coordinator["budget_sek"] = fte * TRUTH.money.coordinator_per_fte
    return [coordinator] + [
        place.assign(cost_type=cost_type, budget_sek=float(sek))
        for cost_type, sek in SUPPORTING.items()
    ]


def _time_given(groups: pd.DataFrame, time: dict[str, np.ndarray]) -> list[pd.DataFrame]:
    return [
        groups[["lokus_id"]].assign(
            cost_type="in_kind_time",
            funder=party,
            fte=fte,
            budget_sek=fte * TRUTH.money.coordinator_per_fte,
        )
        for party, fte in time.items()
    ]


def _addon(
    insatser: pd.DataFrame, participations: pd.DataFrame, start: date, end: date
) -> pd.DataFrame:
    """Budget each insats by those who enter in the half-year, at least one place."""
    begun = days(participations["start_on"])
    entered = participations[(begun >= np.datetime64(start)) & (begun <= np.datetime64(end))]
    places = insatser["insats_id"].map(entered["insats_id"].value_counts()).fillna(0).clip(lower=1)
    individual = insatser["direction"] == "individual"
    budget = (places * TRUTH.money.addon_per_entry).where(individual, STRUCTURAL)
    place = insatser[["lokus_id", "insats_id"]]
    return place.assign(cost_type="addon_resource", funder="samordningsforbund", budget_sek=budget)
