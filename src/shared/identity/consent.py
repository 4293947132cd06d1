"""People who may not be followed: left out of everything but the counts, and counted.

Anonymous participants and participants without consent to follow-up count in the volume, and
nothing else about them is kept. Misregistrations are dropped.
"""

import numpy as np
import pandas as pd

KEPT = ["participation_id", "lokus_id", "insats_id", "is_anonymous", "start_on", "end_on"]
FOLLOWED = {"uppfoljning": "participation_id", "statusspell": "person_id"}
REASONS = ("anonymous", "no_consent", "misregistration")


def leave_out(tables: dict[str, pd.DataFrame]) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables without what may not be known, and one row per participation concerned.

    The second frame has ``lokus_id`` and ``reason`` (one of ``REASONS``), and no ids.
    A person who has refused in one participation is not followed in any.
    """
    if "deltaganden" not in tables:
        # Without the register nobody's consent is known, so nobody is followed.
        known = {name: tables[name] for name in tables if name not in FOLLOWED}
        return known, pd.DataFrame({"lokus_id": [], "reason": []}, dtype="str")
    register = tables["deltaganden"]
    reason = _reason(register)
    refused = register.loc[reason == "no_consent", "person_id"].dropna()
    reason = reason.mask(reason.isna() & _among(register["person_id"], refused), "no_consent")
    kept = register[reason != "misregistration"].copy()
    unknown = reason[kept.index].notna()
    kept.loc[unknown, [column for column in kept if column not in KEPT]] = pd.NA
    followed = kept[~unknown]
    tables = {**tables, "deltaganden": kept}
    for name, column in FOLLOWED.items():
        if name in tables:
            tables[name] = tables[name][_among(tables[name][column], followed[column].dropna())]
    left_out = pd.DataFrame({"lokus_id": register["lokus_id"], "reason": reason})
    return tables, left_out.dropna(subset="reason").reset_index(drop=True)


def _among(ids: pd.Series, known: pd.Series) -> np.ndarray:
    """Say of each id whether it is known; ``isin`` takes seconds for texts by the 100,000."""
    return pd.Index(known.unique()).get_indexer(ids) >= 0


def _reason(register: pd.DataFrame) -> pd.Series:
    """Say of each participation why it may not be followed; missing where it may.

    No answer to the question of consent is not consent.
    """
    reason = pd.Series(pd.NA, index=register.index, dtype="str")
    reason = reason.mask(~register["followup_consent"].fillna(False), "no_consent")
    reason = reason.mask(register["is_anonymous"].fillna(False), "anonymous")
    return reason.mask(register["exit_reason"] == "misregistration", "misregistration")
