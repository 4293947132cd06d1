"""Shares at the follow-up, weighted so that those reached also speak for those who were lost."""

import pandas as pd

from shared.estimates.attrition import weighted_share

# What is known of everyone who was due, the most important first (`response_model.response_model`).
COVARIATES = ["occupation_before", "age_band", "support_band", "education", "gender"]
GENDERS = {"all": ["woman", "man", "unknown"], "woman": ["woman"], "man": ["man"]}


def weighted_by_wave(
    followups: pd.DataFrame, participations: pd.DataFrame, places: list[str]
) -> pd.DataFrame:
    """Return the share of all due who are in one of ``places``, by wave and gender.

    followups, participations : records of those kinds, of one group or of all.
    One row per ``wave`` and ``gender``: ``n`` (reached), ``weighted``, ``weighted_low``,
    ``weighted_high`` (proportions, 0 to 1; `attrition.weighted_share`), ``effective_n`` and
    ``covariates``: how many the lost and the reached were enough for.
    """
    columns = ["participation_id", *(name for name in COVARIATES if name != "gender")]
    known = followups.merge(
        participations[columns], on="participation_id", how="left", validate="many_to_one"
    )
    found = [
        {"wave": wave, "gender": gender, **_weighted(rows, places)}
        for wave, due in known.groupby("wave", observed=True)
        for gender, wanted in GENDERS.items()
        for rows in [due[due["gender"].isin(wanted)]]
    ]
    names = ["wave", "gender", "n", "weighted", "weighted_low", "weighted_high", "effective_n"]
    return pd.DataFrame(found, columns=[*names, "covariates"])


def _weighted(due: pd.DataFrame, places: list[str]) -> dict[str, object]:
    covariates = due[COVARIATES].astype("str")
    found = weighted_share(due["place"].isin(places), due["reached"], covariates)
    return {
        "n": found.reached,
        "weighted": found.share,
        "weighted_low": found.low,
        "weighted_high": found.high,
        "effective_n": found.effective_n,
        "covariates": len(found.covariates),
    }
