"""Groups side by side: scores, spread between groups, and cost per participation."""

import pandas as pd

from shared.estimates.scales import construct_scores, icc


def scores_by_group(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return one row per group with the mean score of each part in one wave as columns.

    ``n`` is the fewest respondents behind any of the row's means.
    """
    scores = construct_scores(answers[answers["wave"] == wave], by=["lokus_id"])
    wide = scores.pivot(index="lokus_id", columns="construct", values="mean")
    wide.columns = wide.columns.astype(str)
    wide.insert(0, "n", scores[scores["n"] > 0].groupby("lokus_id")["n"].min())
    return _in_order(wide.reset_index())


def spread(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return how much of the variation in each part lies between groups.

    One row per ``construct``: ``icc1``, ``icc2``, ``n`` (respondents), ``groups``.
    """
    answers = answers[answers["wave"] == wave]
    rows = []
    for construct, part in answers.groupby("construct", observed=True):
        people = part.groupby(["respondent_id", "lokus_id"])["answer"].mean().reset_index()
        found = icc(people["answer"], people["lokus_id"])
        known = {"construct": construct, "n": found.n, "groups": found.groups}
        rows.append({**known, "icc1": found.icc1, "icc2": found.icc2})
    return pd.DataFrame(rows, columns=["construct", "n", "groups", "icc1", "icc2"])


def cost_per_participation(costs: pd.DataFrame, participations: pd.DataFrame) -> pd.DataFrame:
    """Return actual cost divided by participations per group: ``lokus_id``, ``n``, ``amount``.

    The amount is missing where there are no participations, or no actual cost is known yet.
    """
    total = costs.groupby("lokus_id")["actual_sek"].sum(min_count=1)
    n = participations.groupby("lokus_id").size().reindex(total.index, fill_value=0)
    amount = (total / n).where(n > 0)
    return _in_order(pd.DataFrame({"n": n, "amount": amount}).reset_index())


def shown_columns(mode: str, key: str) -> list[str]:
    """Return the columns of shares per ``key``; numbers of people only where data are open."""
    share = [key, "share", "low", "high"]
    return [*share, "count", "n"] if mode == "open" else share


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Sort by letter as people count them: A to Z, then AA."""
    order = sorted(table["lokus_id"], key=lambda letter: (len(letter), letter))
    return table.set_index("lokus_id").loc[order].reset_index()
