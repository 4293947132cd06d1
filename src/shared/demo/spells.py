"""Status spells of people who consent to follow-up: income, occupation and insats."""

import numpy as np
import pandas as pd

from shared.demo.dates import days
from shared.demo.paths import END, GONE

SOURCES = {"income": "register", "occupation": "caseworker", "insats": "caseworker"}


def make_spells(
    people: pd.DataFrame, segments: pd.DataFrame, participations: pd.DataFrame
) -> pd.DataFrame:
    """Return statusspell with all that was known on the last day; see ``spells_on`` for earlier.

    segments : of the time after entry, and perhaps before; ``known_on``, the first day on which a
               spell can be known, is never before entry.
    Spells of one domain never overlap: where participations run in parallel, the second's insats
    spell begins when the first's ends. Numbered in order of the first day, so that a later delivery
    replaces an earlier one row by row.
    """
    followed = people["followup_consent"] & ~people["misregistered"]
    segments = segments[(segments["status"] != GONE) & followed.to_numpy()[segments["person"]]]
    segments = segments.sort_values(["person", "from_on"])
    taken = participations[followed.to_numpy()[participations["person"]]]
    domains = {
        "income": _merged(segments.assign(value=segments["income"], extent=np.nan)),
        "occupation": _merged(segments.assign(value=segments["occupation"])),
        "insats": _insats_spells(taken),
    }
    spells = pd.concat([rows.assign(domain=domain) for domain, rows in domains.items()])
    spells = spells.sort_values(["person", "from_on", "domain"], ignore_index=True)
    spells["spell_no"] = spells.groupby("person").cumcount() + 1
    spells["person_id"] = people["person_id"].to_numpy()[spells["person"]]
    entry = days(people["start_on"])[spells["person"]]
    spells["known_on"] = np.maximum(days(spells["from_on"]), entry)
    spells["source"] = spells["domain"].map(SOURCES)
    return spells.rename(columns={"extent": "extent_pct"})


def spells_on(spells: pd.DataFrame, gone: pd.Series, on: np.datetime64) -> pd.DataFrame:
    """Return the spells known before a day; those still running end there, as censored.

    ``gone`` : day of moving or death, indexed by person; it censors as well.
    """
    known = spells[days(spells["known_on"]) < on].copy()
    left = days(gone.reindex(known["person"]))
    known["censored"] = (days(known["to_on"]) >= on) | (days(known["to_on"]) == left)
    known["to_on"] = np.minimum(days(known["to_on"]), on)
    return known


def _merged(segments: pd.DataFrame) -> pd.DataFrame:
    """Join neighbouring segments of one person that have the same value and extent."""
    alike = segments[["person", "value", "extent"]].fillna({"extent": 0})
    run = (alike != alike.shift()).any(axis=1).cumsum()
    whole = {"from_on": "first", "to_on": "last", "person": "first", "value": "first"}
    return segments.groupby(run).agg(whole | {"extent": "first"})


def _insats_spells(participations: pd.DataFrame) -> pd.DataFrame:
    taken = participations.sort_values(["person", "start_on"], kind="stable")
    end = np.fmin(days(taken["end_on"]), END)
    ended_before = pd.Series(end, index=taken.index).groupby(taken["person"]).shift()
    begin = np.fmax(days(taken["start_on"]), days(ended_before))
    spells = taken[["person"]].assign(
        value=taken["insats_id"], from_on=begin, to_on=end, extent=100.0
    )
    return spells[begin < end]
