"""The add-on resources question: how long it takes until people work."""

import pandas as pd

from shared.estimates.time_to_event import cumulative_incidence, kaplan_meier
from shared.study import Study

WORK, STUDIES = 1, 2
CAUSES = {"employed": WORK, "studying": STUDIES}
DAYS_PER_MONTH = 365.25 / 12


def first_work(
    spells: pd.DataFrame, participations: pd.DataFrame, study: Study, wave: int
) -> pd.DataFrame:
    """Return the share who have begun to work by months since start, studies competing.

    People who start without work count from their first participation until their last spell of
    occupation ends, or the wave's date; those without any such spell are not followed. One row per
    ``gender`` (``all`` too) and ``month`` (every third): ``n`` (at risk), ``incidence``
    (Aalen-Johansen, 0 to 1; missing after the last follow-up). People of unknown gender are left
    out: the difference between all and the genders would be theirs.
    """
    known = participations[participations["gender"].isin(["woman", "man"])]
    times = _times(spells, known, pd.Timestamp(study.waves[wave]))
    months = [float(month) for month in range(3, wave + 1, 3)]
    groups = {"all": times, **dict(list(times.groupby("gender", observed=True)))}
    rows = []
    for gender, people in groups.items():
        rows.append(_work_by(people["months"], people["cause"], months).assign(gender=gender))
    table = pd.concat(rows).rename(columns={"time": "month", "at_risk": "n"})
    return table[["gender", "month", "n", "incidence"]].reset_index(drop=True)


def _work_by(duration: pd.Series, cause: pd.Series, months: list[float]) -> pd.DataFrame:
    if (cause == WORK).any():
        curve = cumulative_incidence(duration, cause, months)
        return curve[curve["cause"] == WORK]
    # Without any event the curve has no rows of work; where someone is followed it is zero.
    waiting = kaplan_meier(duration, cause > 0, at=months)
    return waiting.assign(incidence=0 * waiting["survival"])


def _times(spells: pd.DataFrame, participations: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """One row per person not in work at the start: months until the first work or studies."""
    people = participations.dropna(subset=["person_id", "start_on"]).sort_values("start_on")
    people = people.drop_duplicates("person_id").set_index("person_id")
    spells = spells[(spells["domain"] == "occupation") & (spells["from_on"] <= as_of)]
    spells = spells.join(people[["start_on"]], on="person_id", how="inner")
    # A spell that has already begun at the start says what the person came from.
    at_start = (spells["from_on"] <= spells["start_on"]) & ~(spells["to_on"] <= spells["start_on"])
    working = set(spells.loc[at_start & (spells["value"] == "employed"), "person_id"])
    later = spells[(spells["from_on"] > spells["start_on"]) & spells["value"].isin(list(CAUSES))]
    first = later.sort_values("from_on").drop_duplicates("person_id").set_index("person_id")
    # What came before the first participation was not followed.
    after = spells[~(spells["to_on"] <= spells["start_on"])]
    last = after["to_on"].fillna(as_of).clip(upper=as_of).groupby(after["person_id"]).max()
    people = people[people.index.isin(last.index) & ~people.index.isin(working)]
    end = first["from_on"].reindex(people.index)
    days = (end.fillna(last) - people["start_on"]).dt.days
    cause = first["value"].map(CAUSES).astype(float).reindex(people.index).fillna(0).astype(int)
    return pd.DataFrame(
        {"gender": people["gender"], "months": days / DAYS_PER_MONTH, "cause": cause}
    )
