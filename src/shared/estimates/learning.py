"""The learning log: what was fed back to a group, what was done about it, what is still open."""

import pandas as pd

from shared.study import Study

STILL_OPEN = ["open", "in_progress"]


def carried(log: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Return the findings fed back up to a wave, those still open first, oldest first.

    Adds ``open_months``: how many months a finding has been carried, missing once it is settled.
    What was closed after the wave's reference date is still in progress at it.
    """
    known = log[log["wave"] <= wave]
    as_of = pd.Timestamp(study.waves[wave]) if study.waves[wave] else pd.Timestamp.max
    later = known["closed_on"] > as_of
    known = known.assign(
        status=known["status"].mask(later, "in_progress"), closed_on=known["closed_on"].mask(later)
    )
    still = known["status"].isin(STILL_OPEN)
    months = (wave - known["wave"]).astype("Int64").where(still)
    table = known.assign(open_months=months, settled=~still)
    table = table.sort_values(["settled", "wave", "finding_id"], kind="stable", ignore_index=True)
    columns = ["fed_back_on", "finding", "owner_party", "action", "status", "open_months"]
    return table[[*columns, "closed_on"]]
