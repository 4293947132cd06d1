"""Status spells as continuous histories: what each person did on every day that is known.

Spells arrive with overlaps, corrections and gaps; a history says one thing of each day.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from shared.study import Study

STATUS = {
    "employed": "work",
    "studying": "studies",
    "work_training": "training",
    **dict.fromkeys(["jobseeking", "sick_listed", "other"], "neither"),
}
UNKNOWN = "unknown"
COLUMNS = ["person_id", "value", "from_on", "to_on"]
FACTS = ["lokus_id", "gender", "start_on", "birth_year", "education", "public_support_months"]
DAY = "datetime64[D]"


@dataclass(frozen=True)
class Followed:
    """People from the start of their first participation, as long as their status is known.

    people : by person_id: ``lokus_id``, ``gender`` (``unknown`` where missing), ``start_on`` and
             what else the register says of the first participation; ``entry_on``, the first day
             known (the start, or later), and ``last_on``, the day after the last one.
    runs   : ``person_id``, ``value`` (a code of the list ``status``), ``from_on`` and ``to_on``:
             every day from ``entry_on`` up to ``last_on``, in order; gaps inside are ``unknown``.
    """

    people: pd.DataFrame
    runs: pd.DataFrame


def histories(
    spells: pd.DataFrame, domain: str, as_of: date | pd.Timestamp, gap_days: int
) -> pd.DataFrame:
    """Return one value per person and day, from the first spell of a domain to the last.

    spells   : ``person_id``, ``spell_no``, ``from_on`` and ``to_on`` (half-open), ``domain`` and
               ``value``, in any order.
    as_of    : nothing is known from this day on. A spell without an end runs until then.
    gap_days : a gap this short between two spells of the same value is no gap.
    Where spells overlap, the one that began last holds (a later report corrects an earlier one),
    with the same first day the one with the higher number; a longer one resumes after it. Empty
    spells say nothing. Spells that touch and say the same are one. Other gaps are ``unknown``.
    Returns ``person_id``, ``value``, ``from_on`` and ``to_on``, sorted, without overlap or gap.
    """
    days = _stretches(spells[spells["domain"] == domain], as_of, gap_days)
    begins = (days[["person_id", "value"]] != days[["person_id", "value"]].shift()).any(axis=1)
    run = days.groupby(begins.cumsum().to_numpy())
    whole = {"person_id": "first", "value": "first", "from_on": "first", "to_on": "last"}
    return run.agg(whole).reset_index(drop=True)


def summary(spells: pd.DataFrame, as_of: date | pd.Timestamp, gap_days: int) -> pd.DataFrame:
    """Return how whole the spells are, one row per domain.

    Columns: ``domain``, ``n`` (people with a spell that is not empty), ``spells`` (not empty),
    ``overlapped`` and ``gaps``: days with more than one spell, and in gaps longer than ``gap_days``
    or between different values, as shares (0 to 1) of the days from each person's first to last.
    """
    rows = []
    for domain, of_domain in spells.groupby(spells["domain"].astype("str")):
        days = _stretches(of_domain, as_of, gap_days)
        length = (days["to_on"] - days["from_on"]).dt.days
        total = length.sum() or np.nan
        shares = [length @ days[name] / total for name in ("overlapped", "gap")]
        counts = days["person_id"].nunique(), len(_usable(of_domain, as_of))
        rows.append([domain, *counts, *shares])
    return pd.DataFrame(rows, columns=["domain", "n", "spells", "overlapped", "gaps"])


def follow(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> Followed:
    """Return the people of the register whose status is known some day after they started.

    tables : ``deltaganden`` and ``statusspell``. Anonymous people have no id and no history.
    Days before the first known one, or after the last, are not followed, and nobody is without a
    date for the wave.
    """
    register, spells = tables["deltaganden"], tables["statusspell"]
    people = register.dropna(subset=["person_id", "start_on"])
    people = people.sort_values(["start_on", "participation_id"]).drop_duplicates("person_id")
    people = people.set_index("person_id")[FACTS]
    people["gender"] = people["gender"].astype("str").fillna(UNKNOWN)
    # Statuses are coarser than occupations: joined first, a change between two of one status
    # is no change.
    spells = spells.assign(value=spells["value"].astype("str").map(STATUS))
    as_of = study.waves[wave] or date.min
    runs = histories(spells, "occupation", as_of, study.followup.gap_days)
    known = runs[runs["value"] != UNKNOWN].groupby("person_id")
    people = people.join(known.agg(entry_on=("from_on", "min"), last_on=("to_on", "max")))
    people = people[people["last_on"] > people["start_on"]]
    people["entry_on"] = people[["entry_on", "start_on"]].max(axis="columns")
    runs = runs.join(people[["entry_on", "last_on"]], on="person_id", how="inner")
    runs["from_on"] = runs["from_on"].clip(lower=runs["entry_on"])
    runs["to_on"] = runs["to_on"].clip(upper=runs["last_on"])
    runs = runs.loc[runs["from_on"] < runs["to_on"], COLUMNS]
    return Followed(people, runs.reset_index(drop=True))


def status_on(followed: Followed, days: pd.Series) -> pd.Series:
    """Return the status of each person on a day; who is not followed then is left out.

    days : one date per person, by person_id.
    """
    runs = followed.runs.join(days.rename("day"), on="person_id", how="inner")
    held = runs[(runs["from_on"] <= runs["day"]) & (runs["day"] < runs["to_on"])]
    return held.set_index("person_id")["value"]


def first_work(followed: Followed) -> pd.DataFrame:
    """Return the first unbroken time in work of those not in work on the first day observed.

    By person_id: ``from_on``, ``to_on``, and ``left``: whether something else is known to have come
    after. Otherwise they were still in work, or the history does not say.
    """
    runs = followed.runs
    person, after = runs["person_id"], runs.groupby("person_id")["value"].shift(-1)
    working = runs["value"] == "work"
    already = person[working & ~person.duplicated()]
    work = runs.assign(left=after.notna() & (after != UNKNOWN))[working & ~person.isin(already)]
    return work.drop_duplicates("person_id").set_index("person_id")[["from_on", "to_on", "left"]]


def _usable(spells: pd.DataFrame, as_of: date | pd.Timestamp) -> pd.DataFrame:
    """Return the spells that are not empty, ended by ``as_of``, in the order of precedence."""
    from_on = spells["from_on"].to_numpy(DAY)
    to_on = np.fmin(spells["to_on"].to_numpy(DAY), np.datetime64(as_of, "D"))
    spells = spells.assign(from_on=from_on, to_on=to_on)[from_on < to_on]
    return spells.sort_values(["person_id", "from_on", "spell_no"])


def _stretches(spells: pd.DataFrame, as_of: date | pd.Timestamp, gap_days: int) -> pd.DataFrame:
    """Return stretches of days in which no spell begins or ends, from first to last by person.

    Columns: ``person_id``, ``value``, ``from_on``, ``to_on``; ``overlapped``: more than one spell
    says something of these days; ``gap``: none does, and it is not bridged.
    """
    spells = _usable(spells, as_of)
    if spells.empty:
        return spells[COLUMNS].assign(overlapped=False, gap=False)
    person, people = pd.factorize(spells["person_id"])
    from_on, to_on = spells["from_on"].to_numpy(DAY), spells["to_on"].to_numpy(DAY)
    # All people on one line of days, with a day between, so that one search serves them all.
    origin = from_on.min()
    span = (to_on.max() - origin).astype(int) + 1
    begin = person * span + (from_on - origin).astype(int)
    end = person * span + (to_on - origin).astype(int)
    bounds = pd.unique(np.sort(np.concatenate([begin, end])))
    own = bounds[:-1] // span == bounds[1:] // span
    at, until = bounds[:-1][own], bounds[1:][own]
    value = pd.Categorical(spells["value"].astype("str").fillna(UNKNOWN))
    said, gap = _said(value, _holder(begin, end, at), until - at <= gap_days)
    begun, ended = (np.searchsorted(np.sort(side), at, "right") for side in (begin, end))
    table = {
        "person_id": people.take(at // span),
        "value": said,
        "from_on": origin + at % span,
        "to_on": origin + until % span,
        "overlapped": begun - ended > 1,
        "gap": gap,
    }
    return pd.DataFrame(table)


def _said(
    value: pd.Categorical, holder: np.ndarray, short: np.ndarray
) -> tuple[pd.Series, np.ndarray]:
    """Return what each stretch's holder says, and where nobody does and it is not bridged."""
    gap = holder < 0
    said = np.where(gap, -1, value.codes[holder])
    # A gap lies between two stretches of the same person, so it is neither the first nor the last.
    at = np.flatnonzero(gap & short)
    bridged = at[said[at - 1] == said[at + 1]]
    said[bridged], gap[bridged] = said[bridged - 1], False
    names = pd.Series(pd.Categorical.from_codes(said, dtype=value.dtype)).astype("str")
    return names.fillna(UNKNOWN), gap


def _holder(begin: np.ndarray, end: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return, for each point, which spell begun before it and not ended is last; -1 for none.

    Spells are in order of precedence. One that has ended hands over to the nearest before it that
    lasts longer; those between have ended too.
    """
    end = np.append(end, np.iinfo(np.int64).max)  # the last one, also found at -1, never ends
    outlasting = np.arange(-1, len(begin))
    waiting = np.arange(len(begin))
    while waiting.size:
        waiting = waiting[end[outlasting[waiting]] <= end[waiting]]
        outlasting[waiting] = outlasting[outlasting[waiting]]
    holder = np.searchsorted(begin, at, side="right") - 1
    waiting = np.arange(len(at))
    while waiting.size:
        waiting = waiting[end[holder[waiting]] <= at[waiting]]
        holder[waiting] = outlasting[holder[waiting]]
    return holder
