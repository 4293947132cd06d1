"""The add-on resources question: how many people, how long until they work, and how long it lasts.

``events`` are the records of `first_events` (``records/histories.py``); all months are of 30.4375
days. People of unknown gender are left out of ``all`` as well: the difference between all and the
genders would be theirs.
"""

from datetime import date

import pandas as pd

from shared.estimates.periods import DAYS_PER_MONTH, open_days
from shared.estimates.records.histories import CAUSES, WORK
from shared.estimates.time_to_event.aalen_johansen import cumulative_incidence
from shared.estimates.time_to_event.compare import gray, log_rank
from shared.estimates.time_to_event.cox import cox
from shared.estimates.time_to_event.kaplan_meier import (
    kaplan_meier,
    median_time,
    restricted_mean,
    restricted_mean_difference,
)
from shared.estimates.time_to_event.proportional_hazards import proportional_hazards

SCHOOLED = {"none": 0, "primary": 0, "upper_secondary": 1, "tertiary": 1}
FEWEST = 5  # of each gender, or events with and without something, for a comparison
EVENTS_PER_COEFFICIENT = 10  # Peduzzi et al. (1995), Journal of Clinical Epidemiology 48, 1503-1510
YEAR = 12.0  # months within which the mean time in an effort is counted


def headcount(people: pd.DataFrame) -> pd.DataFrame:
    """Return how many individuals there are: ``n`` per ``gender``, ``all`` last."""
    genders = ["woman", "man", "unknown"]
    counts = [int(people["gender"].eq(gender).sum()) for gender in genders]
    return pd.DataFrame({"gender": [*genders, "all"], "n": [*counts, len(people)]})


def first_events_by(events: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the share to whom each event came first, by month since the start.

    One row per ``gender`` (``all``, ``woman``, ``man``), ``cause`` (``work``, ``studies``,
    ``compensation``) and ``month`` (1 to the wave's): ``n`` (at risk), ``events`` (so far),
    ``incidence`` (Aalen-Johansen, 0 to 1; missing after the last follow-up), ``low``, ``high``.
    """
    rows = []
    for gender, people in _by_gender(events).items():
        wait = people["months"], people["cause"], _months(wave), people["entry"]
        curve = cumulative_incidence(*wait, causes=list(CAUSES)).sort_values(["cause", "time"])
        rows.append(curve.assign(gender=gender, cause=curve["cause"].map(CAUSES)))
    table = pd.concat(rows, ignore_index=True).rename(columns={"time": "month", "at_risk": "n"})
    return table[["gender", "cause", "month", "n", "events", "incidence", "low", "high"]]


def women_and_men(events: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return how the wait of women differs from men's: one row per ``comparison``.

    ``gray``   : Gray's test of the share to whom work came first, of people observed from the start
                 (it does not allow for late entry).
    ``any``    : the log-rank test of the time to the first of the three events.
    ``months`` : ``difference`` (women less men) in mean months without work or studies, up to the
                 wave's, with ``low`` and ``high``; missing where not all these months are known.
    ``n`` counts people, ``p`` is two-sided. Figures are missing with fewer than 5 of a gender.
    """
    known = _by_gender(events if wave else events.iloc[:0])
    everyone, seen = known["all"], known["all"].query("entry == 0")
    figures: dict[str, dict[str, float]] = {"gray": {}, "any": {}, "months": {}}
    if _enough(seen["gender"]):
        figures["gray"]["p"] = gray(seen["months"], seen["cause"], seen["gender"], of=WORK).p
    if _enough(everyone["gender"]):
        wait = everyone["months"], everyone["cause"] > 0, everyone["gender"]
        figures["any"]["p"] = log_rank(*wait, entry=everyone["entry"]).p
        women, men = (
            restricted_mean(of["without_months"], of["without_ended"], wave, of["entry"])
            for of in (known["woman"], known["man"])
        )
        figures["months"] = vars(restricted_mean_difference(women, men))
    table = pd.DataFrame(figures.values(), columns=["difference", "low", "high", "p"], dtype=float)
    table.insert(0, "n", [len(seen), len(everyone), len(everyone)])
    table.insert(0, "comparison", list(figures))
    return table


def adjusted(events: pd.DataFrame) -> pd.DataFrame:
    """Return how each covariate multiplies the hazard of work, the others held alike (Cox).

    One row per ``covariate``: ``woman`` (rather than man), ``age`` (ten years older), ``schooled``
    (upper secondary or more), ``support_years`` (a year more in public support before). Of ``n``
    people who have all four, ``events`` began to work first; studies and compensation end the wait.
    ``hazard_ratio``, ``hazard_low``, ``hazard_high``, ``p``; a small ``p_proportional`` says that
    the ratio changes over time. Empty with fewer than 10 events per coefficient, or fewer than 5
    with and without each of the first and third.
    """
    names = ["covariate", "n", "events", "hazard_ratio", "hazard_low", "hazard_high", "p"]
    covariates = pd.DataFrame(
        {
            "woman": events["gender"].map({"woman": 1.0, "man": 0.0}),
            "age": events["age"] / 10,
            "schooled": events["education"].map(SCHOOLED).astype(float),
            "support_years": events["public_support_months"] / 12,
        }
    ).dropna()
    people = events.loc[covariates.index]
    event = people["cause"] == WORK
    if not _can_carry(covariates, event):
        return pd.DataFrame(columns=[*names, "p_proportional"])
    model = cox(people["months"], event, covariates, entry=people["entry"])
    table = model.table.rename(columns={"low": "hazard_low", "high": "hazard_high"}).reset_index()
    table = table.assign(n=model.n, events=model.events)[names]
    return table.assign(p_proportional=proportional_hazards(model)["p"].to_numpy()[:-1])


def staying_in_work(events: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the share still in their first work, unbroken, by month since it began.

    Those who have not reached work are left out.
    One row per ``gender`` and ``month`` (1 to the wave's): ``n`` (at risk), ``events`` (left work
    so far), ``share`` (Kaplan-Meier), ``low``, ``high``.
    """
    rows = []
    for gender, people in _by_gender(events.dropna(subset=["work_months"])).items():
        curve = kaplan_meier(people["work_months"], people["work_ended"], at=_months(wave))
        rows.append(curve.assign(gender=gender, events=curve["events"].cumsum()))
    table = pd.concat(rows, ignore_index=True)
    table = table.rename(columns={"time": "month", "at_risk": "n", "survival": "share"})
    return table[["gender", "month", "n", "events", "share", "low", "high"]]


def time_in_effort(participations: pd.DataFrame, as_of: date | None) -> pd.DataFrame:
    """Return months in the effort, from start to end or so far, one row per ``gender``.

    participations : ``gender``, ``start_on``, ``end_on``; those without a start, or that start
                     after ``as_of``, are left out. Without a date for the wave all are.
    ``n`` participations, ``events`` (ended), ``median``, ``median_low``, ``median_high``
    (Kaplan-Meier); ``mean``, ``mean_low``, ``mean_high`` of the months within the first 12.
    """
    day = pd.Timestamp(as_of)
    rows = []
    for gender, taken in _by_gender(participations[participations["start_on"] <= day]).items():
        days, ended = open_days(taken["start_on"], taken["end_on"], day)
        half = median_time(days / DAYS_PER_MONTH, ended)
        mean = restricted_mean(days / DAYS_PER_MONTH, ended, YEAR)
        known = [gender, half.n, half.events, half.median, half.low, half.high]
        rows.append([*known, mean.mean, mean.low, mean.high])
    names = ["gender", "n", "events", "median", "median_low", "median_high"]
    return pd.DataFrame(rows, columns=[*names, "mean", "mean_low", "mean_high"])


def _months(wave: int) -> list[float]:
    return [float(month) for month in range(1, wave + 1)]


def _by_gender(people: pd.DataFrame) -> dict[str, pd.DataFrame]:
    known = people[people["gender"].isin(["woman", "man"])]
    genders = {gender: known[known["gender"] == gender] for gender in ("woman", "man")}
    return {"all": known, **genders}


def _enough(gender: pd.Series) -> bool:
    return all((gender == one).sum() >= FEWEST for one in ("woman", "man"))


def _can_carry(covariates: pd.DataFrame, event: pd.Series) -> bool:
    """Say whether there are events enough for the coefficients, and on both sides of yes or no."""
    if event.sum() < EVENTS_PER_COEFFICIENT * covariates.shape[1]:
        return False
    sides = [
        covariates.loc[event, name] == side for name in ("woman", "schooled") for side in (0, 1)
    ]
    return all(side.sum() >= FEWEST for side in sides)
