"""In place or not: a verdict per part of the process, by the rule of the study's settings.

Up to three sources rate each part at each wave: the survey (the mean of the part's anchor items),
the checklist (the assessors' judgement) and, for the part about meetings, the meeting log. The
verdict is the lowest or the middle of the ratings, as the study says, and cannot be given when
there are fewer sources than the study asks for.
"""

import numpy as np
import pandas as pd

from shared.estimates.agreement import cohen_kappa, pairs_of_assessors
from shared.estimates.meetings import regularity
from shared.estimates.scales import construct_scores
from shared.sources.dictionary import coarser, code_lists
from shared.study import Study
from shared.study.settings import Limits

RATINGS = ["not_yet", "partly", "in_place"]  # from lowest to highest
NO_RATING = "cannot_judge"
VERDICTS = [*RATINGS[::-1], NO_RATING]
CHECKLIST = {"yes": "in_place", "partly": "partly", "no": "not_yet"}
SOURCES = ["survey", "checklist", "meeting_log"]
MEETINGS = "meetings"


def evidence(
    study: Study,
    wave: int,
    *,
    answers: pd.DataFrame | None = None,
    checklist: pd.DataFrame | None = None,
    meetings: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what each source says of each part at each wave, and the verdict.

    answers   : records of the groups' own survey, of one group.
    checklist : judgements of one group; where assessors differ the more cautious one counts.
    meetings  : the group's meeting log.
    One row per ``part_id`` x ``wave`` up to ``wave``: ``survey``, ``checklist``, ``meeting_log``
    (a rating, or missing) and ``verdict`` (a rating or ``cannot_judge``). The survey rates when at
    least as many answered as a shown figure must rest on (``disclosure.threshold``).
    """
    rated = {
        "survey": _survey(answers, study) if answers is not None else None,
        "checklist": _checklist(checklist) if checklist is not None else None,
        "meeting_log": _meeting_log(meetings, study, wave) if meetings is not None else None,
    }
    parts = list(code_lists()["process_part"])
    waves = sorted(known for known in study.waves if known <= wave)
    index = pd.MultiIndex.from_product([parts, waves], names=["part_id", "wave"])
    table = pd.DataFrame(
        {
            name: ratings.reindex(index) if ratings is not None else pd.Series(index=index)
            for name, ratings in rated.items()
        },
        dtype="object",
    )
    return table.assign(verdict=table.apply(_verdict, axis=1, study=study)).reset_index()


def over_waves(evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts as a matrix: ``part_id``, and one column per wave."""
    wide = evidence.pivot(index="part_id", columns="wave", values="verdict")
    return wide.reindex(evidence["part_id"].unique()).rename(columns=str).reset_index()


def tally(evidence: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return one row: how many ``parts`` there are at a wave, and how many have each verdict."""
    now = evidence.loc[evidence["wave"] == wave, "verdict"]
    counts = {verdict: int((now == verdict).sum()) for verdict in VERDICTS}
    return pd.DataFrame([{"parts": len(now), **counts}])


def rule(study: Study) -> pd.DataFrame:
    """Return the limits of the study's rule: one row per source that has limits."""
    limits = {"survey": study.verdict.survey, "meeting_log": study.verdict.gap_days}
    rows = [
        {"of": of, "at_in_place": limit.in_place, "at_partly": limit.partly}
        for of, limit in limits.items()
    ]
    return pd.DataFrame(rows)


def assessor_agreement(checklist: pd.DataFrame) -> pd.DataFrame:
    """Return how far two assessors agree on the parts that both could judge, over all waves.

    One row: ``n`` (pairs of judgements), ``agreed`` (share), ``kappa`` with linear weights,
    ``kappa_low`` and ``kappa_high``.
    """
    judged = checklist[checklist["in_place"].isin(list(CHECKLIST))]
    pairs = pairs_of_assessors(judged, ["lokus_id", "wave", "part_id"], "assessor", "in_place")
    found = cohen_kappa(pairs["first"], pairs["second"], order=list(CHECKLIST))
    limits = {"kappa_low": found.low, "kappa_high": found.high}
    return pd.DataFrame([{"n": found.n, "agreed": found.agreed, "kappa": found.kappa, **limits}])


def _verdict(row: pd.Series, study: Study) -> str:
    known = sorted(RATINGS.index(row[name]) for name in SOURCES if pd.notna(row[name]))
    if len(known) < study.verdict.sources:
        return NO_RATING
    # Of an even number the lower middle one: a doubt weighs more than a hope.
    place = 0 if study.verdict.combine == "lowest" else (len(known) - 1) // 2
    return RATINGS[known[place]]


def _survey(answers: pd.DataFrame, study: Study) -> pd.Series:
    anchors = answers[answers["is_anchor"].fillna(False)]
    parts = anchors.assign(construct=coarser(anchors["construct"], "construct").astype("object"))
    scores = construct_scores(parts, by=["wave"]).set_index(["construct", "wave"])
    enough = scores["n"] >= study.disclosure.threshold
    return _rate(scores["mean"].where(enough), study.verdict.survey)


def _checklist(checklist: pd.DataFrame) -> pd.Series:
    rating = checklist["in_place"].astype("object").map(CHECKLIST)
    place = rating.map(RATINGS.index, na_action="ignore").astype("Float64")
    lowest = place.groupby([checklist["part_id"].astype("object"), checklist["wave"]]).min()
    return lowest.map(lambda at: RATINGS[int(at)], na_action="ignore").astype("object")


def _meeting_log(meetings: pd.DataFrame, study: Study, wave: int) -> pd.Series:
    gaps = regularity(meetings, study, wave).set_index("period")["longest_gap"]
    gaps.index = pd.MultiIndex.from_product([[MEETINGS], gaps.index])
    limits = study.verdict.gap_days  # fewer days are better
    return _rate(-gaps, Limits(in_place=-limits.in_place, partly=-limits.partly))


def _rate(value: pd.Series, limits: Limits) -> pd.Series:
    value = value.astype(float)  # a Float64 that is missing is neither reached nor not
    reached = [value >= limits.in_place, value >= limits.partly]
    rated = np.select(reached, ["in_place", "partly"], "not_yet")
    return pd.Series(rated, index=value.index, dtype="object").where(value.notna())
