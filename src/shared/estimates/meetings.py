"""Meetings: how regularly a group meets, and which parties come, with the mandate to decide."""

import pandas as pd

from shared.estimates.periods import period_of
from shared.estimates.proportions import wilson
from shared.study import Study

COORDINATOR = "coordinator"
GROUPS_OWN = "lokus"  # the type of the group's own meetings; an empty type is taken to be one


def regularity(meetings: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Return, per period up to the wave, the group's own meetings and the days between them.

    ``planned``, ``held``, ``cancelled``, ``median_gap`` and ``longest_gap`` in days. A gap belongs
    to the period in which it ends; the time from the last meeting held until the period's end
    counts towards the longest, so that a group that stops meeting is seen to.
    """
    own = meetings["meeting_type"].isna() | (meetings["meeting_type"] == GROUPS_OWN)
    meetings = meetings[own].sort_values("held_on")
    cancelled = meetings["cancelled"].fillna(False).astype(bool)
    period = period_of(meetings["held_on"], study)
    held = meetings.loc[~cancelled, "held_on"]
    gaps = held.diff().dt.days
    rows = []
    for known in sorted(w for w in study.waves if w <= wave):
        end = pd.Timestamp(study.waves[known])
        ended = gaps[period[gaps.index] == known]
        waiting = (end - held[held <= end].max()).days if (held <= end).any() else float("nan")
        now = period == known
        rows.append(
            {
                "period": known,
                "planned": int(now.sum()),
                "held": int((now & ~cancelled).sum()),
                "cancelled": int((now & cancelled).sum()),
                "median_gap": ended.median(),
                "longest_gap": pd.Series([*ended, waiting]).max(),
            }
        )
    return pd.DataFrame(rows)


def attendance_by_party(
    attendance: pd.DataFrame, meetings: pd.DataFrame, study: Study, wave: int
) -> pd.DataFrame:
    """Return, per party, the share of held meetings it was invited to where it was present.

    Of all meetings up to the wave.

    One row per party: ``invited``, ``present`` (meetings), ``share``, ``low``, ``high`` (Wilson),
    and ``mandate``: the share with the right mandate of the meetings where that is known, missing
    for a party from which no more than one person ever came: it would be about that person.
    """
    asked = _asked(attendance, meetings)
    asked = asked[(period_of(asked["held_on"], study) <= wave).fillna(False)]
    by_party = asked.groupby("party", observed=True)
    shares = wilson(by_party["present"].sum(), by_party.size())
    mandate = asked["has_mandate"].map({"yes": 1.0, "no": 0.0}).astype(float)
    mandate = mandate.where(asked["present"]).groupby(asked["party"], observed=True).mean()
    mandate = mandate.where(by_party["present_n"].max() > 1)
    shares = shares.rename(columns={"successes": "present", "n": "invited"})
    return shares.assign(mandate=mandate).reset_index()


def attendance_by_period(
    attendance: pd.DataFrame, meetings: pd.DataFrame, study: Study, wave: int
) -> pd.DataFrame:
    """Return the share of meetings at which each party was present, one column per period."""
    asked = _asked(attendance, meetings)
    period = period_of(asked["held_on"], study)
    asked = asked[period <= wave].assign(period=period.astype("str"))
    shares = asked.pivot_table(
        "present", index="party", columns="period", aggfunc="mean", observed=True
    )
    order = [str(known) for known in sorted(study.waves) if str(known) in shares]
    return shares[order].reset_index()


def _asked(attendance: pd.DataFrame, meetings: pd.DataFrame) -> pd.DataFrame:
    """Return one row per party and held meeting that it was invited to; never of the coordinator.

    The coordinator is one person, whose attendance is nobody's business but the employer's.
    """
    held = meetings.loc[~meetings["cancelled"].fillna(False), ["meeting_id", "held_on"]]
    asked = attendance[attendance["invited"].fillna(False) & (attendance["party"] != COORDINATOR)]
    asked = asked.merge(held, on="meeting_id")
    return asked.assign(present=(asked["present_n"] > 0).fillna(False).astype(bool))
