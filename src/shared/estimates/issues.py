"""Structural issues over their life: raised, owned by a party, closed, and what they led to."""

import pandas as pd

from shared.estimates.periods import open_days
from shared.estimates.records.cases import age_band
from shared.estimates.time_to_event.kaplan_meier import median_time
from shared.study import Study

ENDED = ["closed", "rejected"]


def issue_lives(issues: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Return each structural issue raised up to the wave: its area, owner, age and what it led to.

    One row per issue, open ones first, oldest first: ``area``, ``owner_party``, ``status``,
    ``days`` (until closed, or so far), ``age_band`` (of those not closed) and ``result``.
    """
    as_of = pd.Timestamp(study.waves[wave])
    known = issues[issues["raised_on"] <= as_of]
    days, closed = open_days(known["raised_on"], known["closed_on"], as_of)
    table = known.assign(days=days, closed=closed, age_band=age_band(days).mask(closed))
    table["result"] = table["result"].where(closed)
    table["status"] = table["status"].mask(~closed & table["status"].isin(ENDED), "in_progress")
    order = ["closed", "days"]
    table = table.sort_values(order, ascending=[True, False], kind="stable", ignore_index=True)
    return table[["area", "owner_party", "status", "days", "age_band", "result"]]


def issue_time(issues: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Return the median days from raised to closed over all issues (Kaplan-Meier, log-log)."""
    as_of = pd.Timestamp(study.waves[wave])
    known = issues[issues["raised_on"] <= as_of]
    days, closed = open_days(known["raised_on"], known["closed_on"], as_of)
    found = median_time(days, closed)
    row = {"n": found.n, "events": found.events, "median": found.median}
    return pd.DataFrame([{**row, "median_low": found.low, "median_high": found.high}])


def issues_by_owner(issues: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Return per owner: ``raised``, ``closed``, and ``changed``: closed with something to show.

    A closed issue counts as having changed something unless its result is ``no_change`` or missing.
    """
    lives = issue_lives(issues, study, wave)
    closed = lives["age_band"].isna()
    changed = closed & lives["result"].notna() & (lives["result"] != "no_change")
    owner = lives["owner_party"].astype("str").fillna("unknown").rename("owner_party")
    counts = pd.DataFrame({"raised": True, "closed": closed, "changed": changed}).astype(int)
    return counts.groupby(owner).sum().reset_index()
