"""Records of the follow-up outside the register: what became of each one that was due."""

from datetime import date

import pandas as pd

from shared.sources.dictionary import code_lists
from shared.study import Study

MONTHS = (6, 12, 18)
FINAL = ("declined", "moved")  # who was lost in this way is not asked again
DECEASED = "deceased"
OF_ONE_DAY = [DECEASED, *FINAL, "not_reached", "reached"]  # in the order they count


def followups(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per follow-up that was due by the wave, and where the person was (``place``).

    Due are those whose planned day (as delivered, else the study's clock and so many months) has
    come: every delivered row but those said not to be due, and every participation without such a
    row, once the window of days has passed; save those who had died, by an earlier row or by the
    register, in whichever of their participations it says so. So the response is what was reached
    of what was due, and nobody is lost in silence.
    What became of someone is carried in the order of ``_in_order``, alike for all pseudonyms; where
    nobody knows whose a participation is, it is a person of its own.
    ``place``: a code of ``followup_place``; those reached by ``step`` of the scale of movement.
    ``response`` (reached or lost), ``reached`` (bool), ``health`` and ``belief`` (levels).
    """
    register = tables["deltaganden"]
    register = register.assign(person=register["person_id"].fillna(register["participation_id"]))
    table = _in_order(_rows(register, tables["uppfoljning"], study))
    table = table.assign(followup_status=_known(table, _deaths(register)))
    table = _due(table, study, wave)
    place = _place(table, study.followup.window_days)
    return table.assign(
        gender=table["gender"].fillna("unknown"),
        place=place,
        response=place.map(response),
        reached=place.map(response).eq("reached"),
        health=_level(table["self_rated_health"]),
        belief=_level(table["belief_in_job"]),
    ).drop(columns=["planned_on", "person"])


def response(place: str) -> str | None:
    """Say whether a place means that the person was reached or lost; None for other codes."""
    listed = code_lists()["followup_place"]
    return listed[place].group if place in listed else None


def planned(register: pd.DataFrame, study: Study, until: date | None = None) -> pd.DataFrame:
    """Return one row per participation and month at which a follow-up is planned.

    register : participations of people who are followed.
    ``participation_id``, ``wave`` (months) and ``planned_on``: so many months after the day of the
    study's clock (the last of a month that is too short), missing while the clock has not begun, as
    it has not where that day comes after ``until``.
    """
    begin = register["end_on" if study.followup.clock == "exit" else "start_on"]
    if until:
        begin = begin.mask(begin > pd.Timestamp(until))
    ids = register[["participation_id"]]
    plans = [
        ids.assign(wave=months, planned_on=begin + pd.DateOffset(months=months))
        for months in MONTHS
    ]
    return pd.concat(plans, ignore_index=True).astype({"wave": "Int64"})


def _rows(register: pd.DataFrame, delivered: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return one row per follow-up that is planned on a day, or delivered by the study's clock."""
    delivered = delivered[delivered["clock"].fillna(study.followup.clock).eq(study.followup.clock)]
    plans = planned(register[register["person_id"].notna()], study).dropna(subset="planned_on")
    table = plans.merge(delivered, on=["participation_id", "wave"], how="outer")
    table = table.drop(columns="person_id").merge(
        register[["participation_id", "lokus_id", "gender", "person_id", "person"]],
        on="participation_id",
        validate="many_to_one",
    )
    status = table["followup_status"].astype("str")
    return table.assign(
        due_on=table["due_on"].fillna(table["planned_on"]),
        followup_status=status.mask(status == "not_due"),  # says nothing once the day has come
    )


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Sort what became of people by day, and within a day as in ``OF_ONE_DAY``.

    A row without a day comes right before the first of the person's that is of the same months or
    more, and last if there is none.
    """
    person = table["person"]
    later = table.sort_values(["wave", "due_on"], ascending=False).groupby("person")
    first = later["due_on"].cummin().groupby(person).ffill()
    undated = table["due_on"].isna()
    order = pd.DataFrame(
        {
            "day": table["due_on"].fillna(first),
            "months": table["wave"].where(undated),
            "status": pd.Categorical(table["followup_status"], OF_ONE_DAY, ordered=True),
        }
    )
    return table.loc[order.sort_values(list(order)).index]


def _deaths(register: pd.DataFrame) -> pd.Series:
    """Return the day of death by the register, by person; missing where the day is not known."""
    died = register[register["exit_reason"] == DECEASED]
    return died.groupby("person")["end_on"].min()


def _known(table: pd.DataFrame, deaths: pd.Series) -> pd.Series:
    """Return the status of each row: who was lost for good before is lost, who had died is dead."""
    known, person = table["followup_status"], table["person"]
    before = known.groupby(person).ffill().groupby(person).shift()
    known = known.fillna(before.where(before.isin(FINAL)))
    died = person.isin(deaths.index)
    died &= ~(deaths.reindex(person).set_axis(table.index) > table["due_on"])
    died |= known.eq(DECEASED).groupby(person).cummax()
    return known.mask(died & ~known.eq("reached"), DECEASED)


def _due(table: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Keep what was due by the wave, which is nothing of the deceased."""
    known = table["followup_status"]
    told = known.notna() & known.ne(DECEASED)
    as_of = study.waves[wave]
    if not as_of:
        return table[told & (table["wave"] <= wave)]
    window = pd.Timedelta(days=study.followup.window_days)
    day = pd.Timestamp(as_of)
    come = ~(table["due_on"] > day) & (table["due_on"].notna() | (table["wave"] <= wave))
    silent = known.isna() & (table["due_on"] + window < day)
    return table[come & (told | silent)]


def _place(table: pd.DataFrame, window_days: int) -> pd.Series:
    """Return where each person was, or why that is not known."""
    late = (table["done_on"] - table["due_on"]).dt.days.abs() > window_days
    occupation, step = table["occupation"].astype("str"), table["step"].astype(float)
    place = pd.Series("unknown", table.index)
    place = place.mask(occupation.notna() & (occupation != "unknown"), "neither")
    steps = {"small_step": step >= 1, "same": step == 0, "worse": step < 0}
    for name, taken in steps.items():
        place = place.mask(place.eq("neither") & taken, name)
    place = place.mask(occupation == "work_training", "work_training")
    place = place.mask(occupation == "studying", "studying")
    subsidised = table["subsidised"].fillna(False).astype(bool)
    place = place.mask(occupation == "employed", "regular_work")
    place = place.mask((occupation == "employed") & subsidised, "subsidised_work")
    status = table["followup_status"].astype("str")
    place = place.mask(late.fillna(False), "not_reached")
    lost = status.where(status.isin([*FINAL, "not_reached"]), "no_record")
    return place.where(status == "reached", lost)


def _level(scores: pd.Series) -> pd.Series:
    """Return the level of answers from 1 to 5: low (1-2), middle (3), high (4-5)."""
    level = pd.cut(scores.astype("Float64").astype(float), [0, 2, 3, 5])
    return level.cat.rename_categories(["low", "middle", "high"]).astype("str")
