"""Which designs for an effect a study allows, and what they find; else what would be needed.

The outcome is the share in work, month by month, of everybody who has taken part at some time and
whose status is known that month: also before they came.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.estimates.effect.interrupted import Interrupted, interrupted_series
from shared.estimates.effect.stepped import Lacking, SteppedEffect, stepped_effect
from shared.estimates.histories import UNKNOWN, histories
from shared.study import Study

HALF = pd.Timedelta(days=15)
FEWEST_KNOWN = 5  # people behind a group's month; of fewer the month is missing


@dataclass(frozen=True)
class Designs:
    """What was tried: ``stepped`` over groups, and ``interrupted`` for all of them together."""

    stepped: SteppedEffect
    interrupted: Interrupted
    people: int


def designs(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> Designs:
    """Return the effect of the groups' start on work, by each design that the study allows.

    tables : ``deltaganden`` and ``statusspell``.
    An interrupted series needs one start for all: groups that start apart have the stepped design.
    """
    known = in_work(tables, study, wave)
    starts = pd.Series({one.id: one.start_on for one in study.groups}, dtype=object)
    begins = starts.map(lambda day: pd.Period(day, "M") if day else pd.NaT)
    by_group = known.groupby(["lokus_id", "month"])["works"].agg(["mean", "size"])
    share = by_group["mean"].where(by_group["size"] >= FEWEST_KNOWN).unstack("month")
    share = share.reindex(begins.index).sort_index(axis="columns")
    stepped = stepped_effect(share, begins)
    people = int(known["person_id"].nunique())
    if begins.isna().any() or begins.nunique() > 1:
        lacking = Lacking("one_start", int(begins.dropna().nunique()), 1)
        return Designs(stepped, Interrupted(0, 0, lacking=(lacking,)), people)
    whole = known.groupby("month")["works"].agg(["mean", "size"])
    series = whole["mean"].where(whole["size"] >= FEWEST_KNOWN).dropna()
    months = pd.PeriodIndex(series.index, freq="M")
    return Designs(stepped, interrupted_series(series.set_axis(months), begins.iloc[0]), people)


def in_work(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return whether each person works on the 15th of each month in which that is known.

    Columns ``person_id``, ``lokus_id``, ``month`` (period) and ``works`` (bool), up to the wave.
    """
    columns = ["person_id", "lokus_id", "month", "works"]
    as_of = study.waves[wave]
    if as_of is None:
        return pd.DataFrame(columns=columns)
    runs = histories(tables["statusspell"], "occupation", as_of, study.followup.gap_days)
    runs = runs[runs["value"].astype("str") != UNKNOWN]
    # The first month whose 15th is not before the run, and the last whose 15th is before its end.
    first = (runs["from_on"] - HALF).dt.to_period("M").astype("int64") + 1
    last = (runs["to_on"] - HALF).dt.to_period("M").astype("int64")
    lengths = (last - first + 1).clip(lower=0).to_numpy()
    rows = runs.loc[runs.index.repeat(lengths)]
    step = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    begun = np.repeat(first.to_numpy(), lengths)
    groups = tables["deltaganden"].dropna(subset="person_id").drop_duplicates("person_id")
    found = pd.DataFrame(
        {
            "person_id": rows["person_id"].to_numpy(),
            "month": pd.PeriodIndex.from_ordinals(begun + step, freq="M"),
            "works": rows["value"].astype("str").eq("employed").to_numpy(),
        }
    )
    return found.merge(groups[["person_id", "lokus_id"]], on="person_id")[columns]


def found(designs: Designs) -> pd.DataFrame:
    """Return what was found, one row per design with an estimate: ``design``, ``n``, figures.

    ``n`` is the people behind it; ``difference`` with its limits is in shares (stepped: mean over
    the months since start; interrupted: the level at the start), and ``p``.
    """
    stepped, level = designs.stepped, designs.interrupted.level_ar1
    rows = [
        ["stepped", designs.people, stepped.estimate, stepped.low, stepped.high, stepped.p],
        ["interrupted", designs.people, level.estimate, level.low, level.high, level.p],
    ]
    columns = ["design", "n", "difference", "difference_low", "difference_high", "p"]
    return pd.DataFrame(rows, columns=columns).dropna(subset="difference").reset_index(drop=True)


def lacking(designs: Designs) -> pd.DataFrame:
    """Return what each design needs and does not have: ``design``, ``lacking``, found, least."""
    rows = [
        [name, one.what, one.found, one.needed]
        for name, design in (("stepped", designs.stepped), ("interrupted", designs.interrupted))
        for one in design.lacking
    ]
    return pd.DataFrame(rows, columns=["design", "lacking", "found", "least"])
