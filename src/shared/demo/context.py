"""The context of each group: invented figures in the form of public statistics, yearly.

Ill-health days follow how many of the group's participants are ill at start, as they would where
the same labour market makes both; the other measures are drawn for themselves.
"""

import numpy as np
import pandas as pd

from shared.demo.truth import TRUTH

SOURCE = "Påhittat för demonstration"
KNOWN = {0: 2014, 12: 2015}  # wave: the latest year of which there are figures
ILL = ("sickness_benefit", "activity_compensation")
UNITS = {"ill_health_days": "dagar", "population": "personer"}  # the rest are percentages


def context(rng: np.random.Generator, groups: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return omvarld: one row per group, year and measure, and ``wave``: when it became known.

    people : all who take part, with ``lokus_id`` and ``support`` at start.
    """
    planted = TRUTH.context
    ill = people["support"].isin(ILL)
    here = ill.groupby(people["lokus_id"]).mean().reindex(groups["lokus_id"])
    more_ill = (here - ill.mean()).fillna(0).to_numpy()  # of a group without participants, nothing
    days = planted.ill_health_days + planted.days_per_share_ill * more_ill
    lasting = {"ill_health_days": rng.normal(days, planted.sd_days)}
    for name, mean in planted.per_cent.items():
        lasting[name] = rng.normal(mean, planted.spread * mean, len(groups))
    people_here = planted.inhabitants * groups["share"].to_numpy()
    lasting["population"] = rng.normal(people_here, planted.spread * people_here)
    parts = []
    for wave, year in KNOWN.items():
        for name, value in lasting.items():
            this_year = value * rng.normal(1, planted.sd_year, len(groups))
            rows = {"wave": wave, "year": year, "indicator": name}
            rounded = this_year.clip(0).round(0 if name == "population" else 1)
            parts.append(groups[["lokus_id"]].assign(**rows, value=rounded))
    frame = pd.concat(parts, ignore_index=True)
    return frame.assign(unit=frame["indicator"].map(UNITS).fillna("procent"), source=SOURCE)
