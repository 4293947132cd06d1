"""The work list: which follow-ups and which surveys are overdue, due or coming on a day.

Both have a planned day, and may be done ``followup.window_days`` before or after it. The tables are
pseudonymised, and have no rows where nothing was delivered.
"""

from datetime import date

import pandas as pd

from shared.estimates.records.followups import planned
from shared.estimates.records.survey import PROCESS
from shared.identity.consent import leave_out
from shared.study import Study

STATUSES = ["overdue", "due", "coming", "sent"]  # in the order of the list
FINAL = ["declined", "moved", "deceased"]  # who has one of these is not contacted again
WINDOW = ["opens_on", "closes_on"]
SURVEY = ["lokus_id", "instrument", "wave"]


def followups_due(
    tables: dict[str, pd.DataFrame], study: Study, on: date, ahead: int
) -> pd.DataFrame:
    """Return one row per follow-up that is still to be made, overdue first, then by planned day.

    tables : ``deltaganden`` and ``uppfoljning``. Not listed is who may not be followed
             (``identity.consent``), is ``FINAL`` in any follow-up, or deceased by the register.
    ahead  : days after ``on`` by which a window must have opened to be on the list.

    The planned day is the one that was delivered, else so many months after the day of the study's
    clock (the last of a month that is too short), once that day has come. Outcomes by another clock
    do not count. Off the list are those reached, and those not reached when the window has closed.

    Columns: ``status`` (``overdue``: the window closed before ``on`` and no outcome is known;
    ``due``: it is open, its first and last day included; ``coming``), ``due_on``, ``lokus_id``,
    ``person_id``, ``participation_id``, ``wave`` (months), ``opens_on``, ``closes_on``, ``tried``
    (not reached so far) and ``same_person`` (another one on the list is of the same person, and
    planned within this one's window).
    """
    known = tables["uppfoljning"]
    later = known["done_on"] > pd.Timestamp(on)
    known = known.assign(followup_status=known["followup_status"].astype("str").mask(later))
    people = _contactable(tables["deltaganden"], known)
    who = people[["lokus_id", "person_id", "participation_id"]]
    table = planned(people, study, until=on).merge(who, on="participation_id")
    counted = known["clock"].astype("str").fillna(study.followup.clock) == study.followup.clock
    key = ["person_id", "participation_id", "wave"]
    given = known.loc[counted, [*key, "due_on", "followup_status"]]
    table = table.merge(given, on=key, how="left", validate="one_to_one")
    table["due_on"] = table["due_on"].fillna(table["planned_on"])
    table = _timed(table, study, on, ahead)
    outcome = table["followup_status"].fillna("")
    table["tried"] = outcome == "not_reached"
    over = (outcome == "reached") | (table["tried"] & (table["status"] == "overdue"))
    columns = ["status", "due_on", "lokus_id", *key, *WINDOW, "tried"]
    table = _ordered(table.loc[~over, columns])
    return table.assign(same_person=_same_person(table, study))


def surveys_due(
    tables: dict[str, pd.DataFrame], study: Study, on: date, ahead: int
) -> pd.DataFrame:
    """Return one row per group and survey that goes out, overdue first, then by reference date.

    tables : ``enkatfragor``, ``enkatutskick`` and ``processenkat``; only surveys in the first two
             are known.

    The groups' own survey goes out at each reference date. Others do at the waves of the item map
    and the sent list, and, for all that is known, at each wave after the last of these. Left out
    are waves without a date, and groups at the waves before their start.

    Columns: ``status`` as for the follow-ups, or ``sent`` while the window is open (on the sent
    list, or answered), ``due_on``, ``lokus_id``, ``instrument``, ``wave``, ``opens_on``,
    ``closes_on``, ``n_sent`` and ``n_answered`` (people; missing when unknown).
    """
    table = _timed(_asked(tables, study), study, on, ahead)
    table = table.merge(_sent(tables), "left", SURVEY, validate="one_to_one", indicator=True)
    sent = table["_merge"] == "both"
    table = table[~sent | (table["status"] == "due")]
    table["status"] = table["status"].mask(sent, "sent")
    return _ordered(table[["status", "due_on", *SURVEY, *WINDOW, "n_sent", "n_answered"]])


def _contactable(register: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Keep the participations of people who consent, and have not declined, moved or died.

    That somebody has is known also from a participation that is left out itself.
    """
    final = known[known["followup_status"].isin(FINAL)]
    ended = register["participation_id"].isin(final["participation_id"])
    ended |= register["exit_reason"] == "deceased"
    gone = {*register.loc[ended, "person_id"].dropna(), *final["person_id"].dropna()}
    kept = leave_out({"deltaganden": register})[0]["deltaganden"]
    consents = kept["followup_consent"].fillna(False) & kept["person_id"].notna()
    return kept[consents & ~kept["person_id"].isin(gone)]


def _asked(tables: dict[str, pd.DataFrame], study: Study) -> pd.DataFrame:
    """Return a row per survey, dated wave and group that has started by then."""
    told = [tables[name][["instrument", "wave"]] for name in ("enkatfragor", "enkatutskick")]
    known = set(pd.concat(told).dropna().itertuples(index=False, name=None))
    last = max((wave for _, wave in known), default=0)
    rows = [
        (group.id, instrument, wave, day)
        for instrument in {instrument for instrument, _ in known}
        for wave, day in study.waves.items()
        if day and (instrument == PROCESS or (instrument, wave) in known or wave > last)
        for group in study.groups
        if not group.start_on or group.start_on <= day
    ]
    types = dict(zip([*SURVEY, "due_on"], ["str", "str", "Int64", "datetime64[s]"], strict=True))
    return pd.DataFrame(rows, columns=list(types)).astype(types)


def _sent(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return, per survey, wave and group, the numbers of the sent list, else who has answered."""
    names = {"instrument": "str"}
    listed = tables["enkatutskick"].astype(names).groupby(SURVEY)[["n_sent", "n_answered"]]
    items = tables["enkatfragor"][["item_id", "wave", "instrument"]].astype(names)
    answers = tables["processenkat"].dropna(subset="answer").merge(items, on=["item_id", "wave"])
    people = answers.groupby(SURVEY)["respondent_id"].nunique().rename("n_answered").astype("Int64")
    return listed.sum(min_count=1).combine_first(people.to_frame()).reset_index()


def _timed(table: pd.DataFrame, study: Study, on: date, ahead: int) -> pd.DataFrame:
    """Add the window and the status; rows go whose window opens later, or that have no day."""
    window, day = pd.Timedelta(days=study.followup.window_days), pd.Timestamp(on)
    opens, closes = table["due_on"] - window, table["due_on"] + window
    status = (
        pd.Series("coming", table.index).mask(opens <= day, "due").mask(closes < day, "overdue")
    )
    table = table.assign(opens_on=opens, closes_on=closes, status=status)
    return table[opens <= day + pd.Timedelta(days=ahead)]


def _ordered(table: pd.DataFrame) -> pd.DataFrame:
    """Sort by the first five columns, the status in the order of the list."""
    table = table.astype({"status": pd.CategoricalDtype(STATUSES, ordered=True)})
    return table.sort_values(list(table.columns[:5]), ignore_index=True)


def _same_person(table: pd.DataFrame, study: Study) -> pd.Series:
    """Say of each row whether the same person's next or last one is planned within its window."""
    days = table.sort_values(["person_id", "due_on"]).groupby("person_id")["due_on"]
    window = pd.Timedelta(days=study.followup.window_days)
    near = (days.diff() <= window) | (-days.diff(-1) <= window)
    return near.reindex(table.index)
