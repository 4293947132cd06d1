"""The process question: scores per part, change since the baseline, checklist, meetings."""

from collections.abc import Callable

import pandas as pd

from shared.estimates.change import paired_change, unpaired_change
from shared.estimates.proportions import wilson
from shared.estimates.records import period_of
from shared.estimates.scales import HIGHEST, LOWEST, construct_scores, cronbach_alpha
from shared.study import Study

SCORE = {"low": "score_low", "high": "score_high"}
CHANGE = {"low": "change_low", "high": "change_high"}
FEWEST_PAIRS = 5  # linked respondents below which all who answered are compared instead


def score_by_wave(answers: pd.DataFrame, by: tuple[str, ...] = ("wave",)) -> pd.DataFrame:
    """Return the mean score of each part per wave, from anchor items only.

    One row per ``construct`` x ``by``: ``n`` (respondents), ``mean``, ``score_low`` and
    ``score_high`` (t limits, within the scale).
    """
    anchors = answers[answers["is_anchor"].fillna(False)]
    scores = construct_scores(anchors, by=list(by)).rename(columns=SCORE)
    scores[["score_low", "score_high"]] = scores[["score_low", "score_high"]].clip(LOWEST, HIGHEST)
    scores = scores.sort_values(["construct", *by], kind="stable", ignore_index=True)
    return scores[["construct", *by, "n", "mean", "score_low", "score_high"]]


def change_since_baseline(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the change of each part's score from the first wave to ``wave``.

    The same respondents are compared when at least ``FEWEST_PAIRS`` answered both times, otherwise
    all who answered; ``basis`` says which. One row per part: ``n`` is the pairs, or the smaller of
    the two waves' respondents. No rows when ``wave`` is the first, or nobody has answered yet.
    """
    first = answers["wave"].min()
    anchors = answers[answers["is_anchor"].fillna(False) & answers["wave"].isin([first, wave])]
    columns = ["construct", "basis", "n", "mean_change", "change_low", "change_high", "p"]
    if pd.isna(first) or first == wave:
        return pd.DataFrame(columns=columns)
    scores = construct_scores(anchors, by=["wave", "respondent_id"])
    scores = scores[scores["n"] > 0].set_index("respondent_id")
    rows = []
    for construct, part in scores.groupby("construct", observed=True):
        before, after = (part.loc[part["wave"] == w, "mean"] for w in (first, wave))
        rows.append({"construct": construct, **_change(before, after)})
    return pd.DataFrame(rows, columns=columns)


def _change(before: pd.Series, after: pd.Series) -> dict:
    paired = paired_change(before, after)
    if paired.n >= FEWEST_PAIRS:
        found, basis, n = paired, "paired", paired.n
    else:
        found = unpaired_change(before, after)  # type: ignore[assignment]
        basis, n = "unpaired", min(len(before), len(after))
    limits = {"change_low": found.low, "change_high": found.high, "p": found.p}
    return {"basis": basis, "n": n, "mean_change": found.mean_change, **limits}


def scale_quality(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return Cronbach's alpha per part in one wave: ``alpha``, ``n`` (complete), ``k`` (items)."""
    rows = []
    for construct, part in answers[answers["wave"] == wave].groupby("construct", observed=True):
        items = part.pivot(index="respondent_id", columns="item_id", values="answer")
        quality = cronbach_alpha(items.astype(float))
        rows.append(
            {"construct": construct, "n": quality.n, "k": quality.k, "alpha": quality.alpha}
        )
    return pd.DataFrame(rows, columns=["construct", "n", "k", "alpha"])


def checklist_by_wave(checklist: pd.DataFrame) -> pd.DataFrame:
    """Return the judgement of each part, one column per wave.

    Where two assessors differ the more cautious judgement stands (codes are ordered yes to no);
    ``unknown`` only where nobody could judge.
    """
    judged = checklist["in_place"].cat.reorder_categories(["unknown", "yes", "partly", "no"])
    parts = checklist.assign(in_place=judged).groupby(["part_id", "wave"], observed=True)
    worst = parts["in_place"].max()
    return worst.unstack("wave").rename(columns=str).reset_index()


def meetings_by_period(meetings: pd.DataFrame, study: Study, wave: int) -> pd.DataFrame:
    """Return, per period, meetings held and cancelled, and the gaps between those held (days)."""
    meetings = meetings.assign(period=period_of(meetings["held_on"], study)).sort_values("held_on")
    meetings = meetings[meetings["period"] <= wave]
    held = meetings[~meetings["cancelled"].fillna(False)]
    gaps = held["held_on"].diff().dt.days.groupby(held["period"])
    counts: dict[str, Callable] = {"held": lambda c: (~c).sum(), "cancelled": lambda c: c.sum()}
    cancelled = meetings["cancelled"].fillna(False).groupby(meetings["period"])
    table = pd.DataFrame({name: cancelled.agg(how) for name, how in counts.items()})
    table = table.assign(median_gap=gaps.median(), longest_gap=gaps.max())
    return table.rename_axis("period").reset_index()


def attendance_by_party(attendance: pd.DataFrame, meetings: pd.DataFrame) -> pd.DataFrame:
    """Return, per party, the share of held meetings it was invited to where it was present.

    One row per party: ``invited``, ``present`` (meetings), ``share``, ``low``, ``high`` (Wilson).
    """
    held = meetings.loc[~meetings["cancelled"].fillna(False), "meeting_id"]
    asked = attendance[attendance["meeting_id"].isin(held) & attendance["invited"].fillna(False)]
    present = (asked["present_n"] > 0).fillna(False).groupby(asked["party"], observed=True)
    shares = wilson(present.sum(), present.size())
    return shares.rename(columns={"successes": "present", "n": "invited"}).reset_index()
