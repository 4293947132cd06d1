"""The learning log: what was fed back to a group, what was done about it, what is still open."""

import pandas as pd

STILL_OPEN = ["open", "in_progress"]


def carried(log: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the findings fed back up to a wave, those still open first, oldest first.

    Adds ``open_months``: how many months a finding has been carried, missing once it is settled.
    """
    known = log[log["wave"] <= wave]
    still = known["status"].isin(STILL_OPEN)
    months = (wave - known["wave"]).astype("Int64").where(still)
    table = known.assign(open_months=months, settled=~still)
    table = table.sort_values(["settled", "wave", "finding_id"], kind="stable", ignore_index=True)
    return table[["wave", "finding", "owner_party", "action", "status", "open_months"]]
