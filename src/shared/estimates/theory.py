"""The theory of change beside the evidence: which steps it supports, contradicts or leaves open.

A step is measured by one indicator. The evidence supports it when the whole interval reaches the
target, contradicts it when the whole interval falls short, and otherwise leaves it open. That a
step is supported says that its indicator stands where the theory wants it, not that an earlier
step brought it there.
"""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from shared.estimates.proportions import wilson
from shared.sources.dictionary import coarser, code_lists

LEVEL = 0.05
VERDICTS = {"in_place": "supports", "not_yet": "contradicts"}
WORK = ["regular_work", "subsidised_work"]
PLACES = {"share_to_work": WORK, "share_to_work_or_study": [*WORK, "studying"]}


def steps_with_evidence(theory: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return the steps of the chain in order, each with what the evidence says of it.

    theory     : rows of forandringsteori.
    indicators : from the functions below, together: ``indicator``, ``part_id`` (missing where the
                 indicator is of no part), ``n``, ``low``, ``high``, and ``verdict`` for parts.
    Columns ``stage``, ``text_sv``, ``level``, ``mechanism``, ``indicator``, ``part_id``, ``n`` and
    ``evidence``: ``supports``, ``contradicts``, ``open``, or ``not_measured`` when
    the step has no indicator, no target to hold it against, or there are no data for it yet.
    """
    on = ["indicator", "part_id"]
    known = indicators.assign(**{name: indicators[name].astype("object") for name in on})
    steps = theory.sort_values(["stage", "step_id"], kind="stable")
    steps = steps.assign(**{name: steps[name].astype("object") for name in on})
    steps[on], known[on] = steps[on].fillna(""), known[on].fillna("")
    table = steps.merge(known, on=on, how="left", validate="many_to_one")
    target = table["target_value"].astype(float)
    evidence = np.select(
        [
            table["verdict"].notna(),
            table["low"] >= target,
            table["high"] < target,
            table["low"].notna() & target.notna(),
        ],
        [table["verdict"].map(VERDICTS).fillna("open"), "supports", "contradicts", "open"],
        "not_measured",
    )
    table[on] = table[on].replace("", None)
    table = table.assign(evidence=evidence, n=table["n"].fillna(0).astype(int))
    columns = ["stage", "text_sv", "level", "mechanism", *on, "n", "evidence"]
    return table[columns]


def together(indicators: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Put the indicators of several sources into one table."""
    columns = ["indicator", "part_id", "n", "low", "high", "verdict"]
    return pd.concat([pd.DataFrame(columns=columns), *indicators], ignore_index=True)[columns]


def of_parts(evidence: pd.DataFrame, change: pd.DataFrame | None, wave: int) -> pd.DataFrame:
    """Return the indicators of the parts of the process: in place, and changed since the baseline.

    The change of a part with several constructs is that of the construct that changed least. It
    stays open, without limits, unless its p-value adjusted for all constructs is below 5 %.
    ``change`` is None in a study without a survey.
    """
    now = evidence.loc[evidence["wave"] == wave, ["part_id", "verdict"]]
    placed = now[now["verdict"] != "cannot_judge"].assign(indicator="part_in_place", n=np.nan)
    if change is None:
        return placed
    least = change.assign(part_id=coarser(change["construct"], "construct").astype("object"))
    least = least[least["part_id"].isin(list(code_lists()["process_part"]))]
    least = least.sort_values("change_low", kind="stable").drop_duplicates("part_id")
    sure = least["p_holm"] < LEVEL
    changed = least.assign(
        low=least["change_low"].where(sure, -np.inf), high=least["change_high"].where(sure, np.inf)
    )
    return pd.concat([placed, changed.assign(indicator="part_change")])


def of_meetings(regularity: pd.DataFrame, attendance: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the share of planned meetings that were held, and the lowest attendance of a party."""
    now = regularity[regularity["period"] == wave]
    held = wilson(now["held"], now["planned"]).assign(indicator="meetings_held")
    lowest = attendance.sort_values("share", kind="stable").head(1)
    present = lowest.rename(columns={"invited": "n"}).assign(indicator="party_present")
    return pd.concat([held, present])


def of_cases(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the share of closed cases that were solved."""
    closed = cases[cases["outcome"] != "open"]
    return _share("cases_solved", closed["outcome"] == "solved")


def of_issues(issues: pd.DataFrame) -> pd.DataFrame:
    """Return the share of structural issues that are closed; ``issues`` from ``issue_lives``."""
    return _share("issues_closed", issues["status"] == "closed")


def of_followups(followups: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the shares in work, and in work or studies, of those reached at a wave."""
    reached = followups[(followups["wave"] == wave) & followups["reached"]]
    return pd.concat(
        [_share(name, reached["place"].isin(places)) for name, places in PLACES.items()]
    )


def _share(indicator: str, success: pd.Series) -> pd.DataFrame:
    return wilson([success.sum()], [len(success)]).assign(indicator=indicator)
