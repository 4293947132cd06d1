"""Exposure: how many months a year people were in each status, before entry and after exit.

What unit prices are multiplied by. The year before against the year after is the design of the
Swedish practice (NyttoSam, as in Sweco's report to the Uppsala federation, 2014), here from every
day that is known and not from the status on two days.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from shared.estimates.histories import DAY, FACTS, UNKNOWN, histories
from shared.sources.dictionary import code_lists
from shared.study import Study

DOMAINS = {"income": "income_source", "occupation": "occupation"}  # of spells: their code list
WORK = "employed"
REASONS = ["no_id", "ongoing", "too_early", "not_known"]
YEAR = 12  # months


@dataclass(frozen=True)
class Exposure:
    """Months a year in each status, of those whose time before entry and after exit is known.

    people         : by person_id, sorted: ``entry_on``, the first day of the first participation,
                     and ``exit_on``, the day the last one ended; ``known_before`` and
                     ``known_after``, the share (0 to 1) of the window's days that are known, of
                     income and occupation the lower; of the first participation ``lokus_id``,
                     ``gender`` (``unknown`` where missing), ``birth_year``, ``education``,
                     ``public_support_months``; and ``age`` at entry (calendar years).
    before, after  : by person_id as ``people``, one column per status (``statuses``): months a
                     year, ``employed`` in full-time equivalents. But for that, a person's incomes
                     sum to 12, and so do the occupations.
    left_out       : who is not among them, by reason: ``no_id`` (participations: how many people
                     that is nobody knows); people ``ongoing`` in some participation, who left
                     ``too_early`` that their window has passed, or whose status is ``not_known``.
    extent_assumed : windows (at most two a person) with work of an extent that is not known.
    """

    people: pd.DataFrame
    before: pd.DataFrame
    after: pd.DataFrame
    left_out: pd.Series
    extent_assumed: int


@dataclass(frozen=True)
class _Window:
    """Months a year per status, share known and whether an extent is assumed, by person_id."""

    months: pd.DataFrame
    known: pd.Series
    assumed: pd.Series


def exposure(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> Exposure:
    """Return the months a year in each status before entry and after exit, known at the wave.

    tables : ``deltaganden`` and ``statusspell``; those who may not be followed have no id
             (``identity.consent``).

    The windows are the ``economics.window_months`` up to the first day of the first participation,
    and those from the day on which the last one ended; they must have passed by the wave's date.
    What holds on a day is told by ``estimates.histories``. Of both windows, and both income and
    occupation, the share ``economics.least_known`` must be known; the other days are taken to be as
    the person's own. Work of unknown extent is taken to be of the mean extent of the table's spells
    of work, full time if none is known.
    """
    as_of = study.waves[wave] or date.min
    register, spells = tables["deltaganden"], tables["statusspell"]
    register = register[~(register["start_on"] > pd.Timestamp(as_of))]
    people = _people(register, study.economics.window_months, as_of)
    passed = people[people["reason"].isna()]
    runs = _runs(spells, passed.index, as_of, study.followup.gap_days)
    full = _mean_extent(spells)
    before = _window(runs, passed["before_from"], passed["entry_on"], full)
    after = _window(runs, passed["exit_on"], passed["after_to"], full)
    people = people.assign(known_before=before.known, known_after=after.known)
    lowest = people[["known_before", "known_after"]].min(axis="columns")
    little = people["reason"].isna() & (lowest < study.economics.least_known)
    reason = people.pop("reason").mask(little, "not_known")
    kept = people.index[reason.isna()]
    counts = reason.value_counts().reindex(REASONS, fill_value=0).astype(int)
    counts["no_id"] = register["person_id"].isna().sum()
    return Exposure(
        people=people.loc[kept].drop(columns=["before_from", "after_to"]),
        before=before.months.loc[kept],
        after=after.months.loc[kept],
        left_out=counts.rename_axis("reason").rename("n"),
        extent_assumed=int(before.assumed[kept].sum() + after.assumed[kept].sum()),
    )


def statuses() -> list[str]:
    """Return every status there is an exposure to: incomes, then occupations, as listed.

    Nobody is exposed to ``unknown``. Both lists have ``other``; the occupation is
    ``other_occupation``.
    """
    return [status for domain in DOMAINS for status in _statuses(domain).values()]


def _statuses(domain: str) -> dict[str, str]:
    """Return the status of each code of a domain's list."""
    rename = {"other": "other_occupation"} if domain == "occupation" else {}
    codes = code_lists()[DOMAINS[domain]]
    return {code: rename.get(code, code) for code in codes if code != UNKNOWN}


def _people(register: pd.DataFrame, months: int, as_of: date | pd.Timestamp) -> pd.DataFrame:
    """Return who has an id, the bounds of their windows, and the ``reason`` they are left out."""
    today = pd.Timestamp(as_of)
    taken = register.dropna(subset="person_id")
    taken = taken.sort_values(["person_id", "start_on", "participation_id"])
    people = taken.drop_duplicates("person_id").set_index("person_id")[FACTS]
    people = people.rename(columns={"start_on": "entry_on"})
    ended = taken["end_on"].where(taken["end_on"] <= today).groupby(taken["person_id"])
    people["exit_on"] = ended.max()
    people["gender"] = people["gender"].astype("str").fillna(UNKNOWN)
    people["age"] = people["entry_on"].dt.year - people["birth_year"].astype(float)
    people["before_from"] = people["entry_on"] - pd.DateOffset(months=months)
    people["after_to"] = people["exit_on"] + pd.DateOffset(months=months)
    ongoing = ended.count() < ended.size()
    reasons = [ongoing, people["after_to"] > today, people["entry_on"].isna()]
    reason = pd.Series(np.select(reasons, REASONS[1:], default=""), people.index, dtype="str")
    return people.assign(reason=reason.mask(reason == ""))


def _runs(
    spells: pd.DataFrame, people: pd.Index, as_of: date | pd.Timestamp, gap_days: int
) -> dict[str, pd.DataFrame]:
    """Return the histories of both domains, and of work by extent (``extent``: the share).

    ``person_id`` is a position in ``people``; a missing ``extent`` is not known.
    """
    spells = spells[spells["person_id"].isin(people)]
    spells = spells.assign(person_id=people.get_indexer(spells["person_id"]))
    runs = {domain: histories(spells, domain, as_of, gap_days) for domain in DOMAINS}
    # A change of extent is no change of status, so the status is told without and the extent apart.
    extent = (spells["extent_pct"].astype(float) / 100).where(_is_work(spells))
    number, shares = pd.factorize(extent)
    labels = pd.Series([*(f"{share}" for share in shares), None])
    value = labels.take(number).set_axis(spells.index).fillna(spells["value"].astype("str"))
    by_extent = histories(spells.assign(value=value), "occupation", as_of, gap_days)
    known = dict(zip(labels, shares, strict=False)) | {WORK: np.nan}
    by_extent = by_extent[by_extent["value"].isin(list(known))]
    return runs | {"extent": by_extent.assign(extent=by_extent["value"].map(known).astype(float))}


def _is_work(spells: pd.DataFrame) -> pd.Series:
    return (spells["domain"] == "occupation") & (spells["value"] == WORK)


def _mean_extent(spells: pd.DataFrame) -> float:
    known = spells.loc[_is_work(spells), "extent_pct"].astype(float).dropna()
    return known.mean() / 100 if len(known) else 1.0


def _window(
    runs: dict[str, pd.DataFrame], begin: pd.Series, end: pd.Series, full: float
) -> _Window:
    """Return what holds from ``begin`` up to ``end``; ``full`` is the share of unknown extents."""
    people = begin.index
    bounds = begin.to_numpy(DAY), end.to_numpy(DAY)
    length = (bounds[1] - bounds[0]).astype(int)
    parts, shares = [], []
    for domain in DOMAINS:
        days = _days_in(runs[domain], bounds, _statuses(domain))
        known = days.sum(axis="columns")
        shares.append(known / length)
        parts.append(YEAR * days.div(known.where(known > 0, 1), axis="index"))
    months = pd.concat(parts, axis="columns").set_axis(people)
    extent, assumed = _extent_in(runs["extent"], bounds, full)
    worked = months[WORK].to_numpy() > 0
    months[WORK] *= extent
    known = pd.concat(shares, axis="columns").min(axis="columns").set_axis(people)
    return _Window(months, known, pd.Series(worked & assumed, people))


def _inside(runs: pd.DataFrame, bounds: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Return the days of each run within its person's window."""
    person = runs["person_id"].to_numpy(int)
    begin = np.maximum(runs["from_on"].to_numpy(DAY), bounds[0][person])
    end = np.minimum(runs["to_on"].to_numpy(DAY), bounds[1][person])
    return (end - begin).astype(int).clip(0)


def _days_in(
    runs: pd.DataFrame, bounds: tuple[np.ndarray, np.ndarray], status: dict[str, str]
) -> pd.DataFrame:
    """Return the days in each status, one row per person."""
    code = pd.Index(list(status)).get_indexer(runs["value"])
    cell = runs["person_id"].to_numpy(int) * len(status) + code
    days, priced = _inside(runs, bounds), code >= 0
    size = len(bounds[0]) * len(status)
    total = np.bincount(cell[priced], weights=days[priced], minlength=size)
    return pd.DataFrame(total.reshape(-1, len(status)), columns=list(status.values()))


def _extent_in(
    runs: pd.DataFrame, bounds: tuple[np.ndarray, np.ndarray], full: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return each person's mean extent of work (a share), and whether some of it is assumed.

    A gap that is bridged between two extents has none of its own, so that a window inside it has
    work of no extent that is known.
    """
    person, days, n = runs["person_id"].to_numpy(int), _inside(runs, bounds), len(bounds[0])
    extent = runs["extent"].to_numpy()
    total = np.bincount(person, weights=days, minlength=n)
    worked = np.bincount(person, weights=days * np.nan_to_num(extent, nan=full), minlength=n)
    missing = np.bincount(person, weights=days * np.isnan(extent), minlength=n)
    mean = np.divide(worked, total, out=np.full(n, full), where=total > 0)
    return mean, (missing > 0) | (total == 0)
