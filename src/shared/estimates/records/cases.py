"""Records of the coordinator's log: each case, and each action taken."""

import pandas as pd

from shared.estimates.periods import period_of
from shared.sources.dictionary import coarser
from shared.study import Study

OPEN = "open"
AGE_BANDS = {"to_30": 30, "to_90": 90, "to_180": 180, "over_180": None}  # days, at most
FURTHEST = ("raised", "brokered", "advice", "no_action")  # of several actions, the first of these


def cases(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per case up to the wave, with coarser categories for tables that cross.

    ``period``, ``outcome`` (``open`` where not closed by the reference date), ``age_band`` (of an
    open case), ``from_party``, ``kind``, ``step`` (the furthest action) and ``result``.
    """
    log = tables["koordinatorlogg"]
    log = log.assign(period=period_of(log["opened_on"], study))
    log = log[log["period"] <= wave]
    as_of = pd.Timestamp(study.waves[wave])
    closed = (log["closed_on"] <= as_of).fillna(False)
    outcome = log["outcome"].astype("str").fillna("unknown")
    result = coarser(outcome, "outcome").astype("str").fillna("unknown")
    return log.assign(
        period=log["period"].astype("str"),  # beside the sum over all periods
        outcome=outcome.where(closed, OPEN),
        age_band=age_band((as_of - log["opened_on"]).dt.days).mask(closed),
        from_party=coarser(log["origin_party"], "origin_party"),
        kind=coarser(log["case_type"], "case_type"),
        step=_furthest(log["action"]),
        result=result.where(closed, OPEN),
    )


def case_actions(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per case and action taken in it; a case may have several."""
    log = cases(tables, study, wave)
    return log.assign(action=log["action"].str.split("|")).explode("action", ignore_index=True)


def age_band(days: pd.Series) -> pd.Series:
    """Return the band of each age in days, as an ordered category of ``AGE_BANDS``."""
    limits = [-1, *(days for days in AGE_BANDS.values() if days), float("inf")]
    return pd.cut(days.astype(float), limits, labels=list(AGE_BANDS))


def _furthest(actions: pd.Series) -> pd.Series:
    """Return the coarser group of the action that went furthest; missing where none is noted."""
    groups = actions.str.split("|").explode()
    groups = coarser(groups, "action").cat.set_categories(list(FURTHEST), ordered=True)
    return groups.groupby(level=0).min()
