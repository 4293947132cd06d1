"""Groups side by side: what each question's figures are, one row per group.

These are the groups' own figures. How they are told, and what is drawn from them, is decided for
all groups together (``disclosure/between_groups.py``, ``between_groups/as_told.py``).
"""

import pandas as pd

from shared.estimates.between_groups.expected import CASE_MIX, expected_chances
from shared.estimates.scales import construct_scores, icc

PLACES = {  # what counts as each result at a follow-up
    "employed": ("regular_work", "subsidised_work"),
    "active": ("regular_work", "subsidised_work", "studying"),
}

FEWEST_RESULTS = 5  # behind a cost per result; of fewer it says little and tells how few
_RESULTS = ["lokus_id", "wave", "successes", "n", "share", "expected"]
NO_RESULTS = pd.DataFrame(columns=_RESULTS)


def scores_by_group(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return one row per group with the mean score of each part in one wave as columns.

    ``n`` is the fewest respondents behind any of the row's means.
    """
    scores = construct_scores(answers[answers["wave"] == wave], by=["lokus_id"])
    wide = scores.pivot(index="lokus_id", columns="construct", values="mean")
    wide.columns = wide.columns.astype(str)
    wide.insert(0, "n", scores[scores["n"] > 0].groupby("lokus_id")["n"].min())
    return _in_order(wide.reset_index())


def process_by_group(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return per group the mean over all parts of the process in one wave.

    ``score``: mean of the respondents' own means over the parts they have answered; ``sd`` between
    them; ``n``: respondents.
    """
    scores = construct_scores(answers[answers["wave"] == wave], by=["lokus_id", "respondent_id"])
    people = scores.groupby(["lokus_id", "respondent_id"], observed=True)["mean"].mean()
    found = people.astype(float).groupby("lokus_id").agg(score="mean", sd="std", n="count")
    return _in_order(found.reset_index())


def within(scores: pd.DataFrame) -> float:
    """Return the sd of people within groups, pooled, from ``sd`` and ``n`` per group."""
    known = scores[scores["n"] > 1]
    freedom = known["n"] - 1
    return float((known["sd"] ** 2 * freedom).sum() / freedom.sum()) ** 0.5


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


def results_by_group(
    followups: pd.DataFrame, participations: pd.DataFrame, result: str = "employed"
) -> pd.DataFrame:
    """Return per group and month of follow-up how many of those reached have the result.

    result : a key of ``PLACES``.
    One row per ``lokus_id``, and ``all``, and ``wave``: ``successes``, ``n`` (reached), ``share``,
    and ``expected``: the share if each had the chance of such people in all groups, by age, gender,
    time in public support and what they did before.
    """
    reached = followups[followups["reached"]]
    facts = participations.set_index("participation_id")[CASE_MIX].astype("str").fillna("unknown")
    parts = []
    for wave, due in reached.groupby("wave"):
        outcome = due["place"].isin(PLACES[result])
        chances = expected_chances(outcome, facts.loc[due["participation_id"]].set_axis(due.index))
        rows = pd.DataFrame({"lokus_id": due["lokus_id"], "is": outcome, "chance": chances})
        both = pd.concat([rows, rows.assign(lokus_id="all")]).groupby("lokus_id")
        found = both.agg(successes=("is", "sum"), n=("is", "size"), expected=("chance", "mean"))
        parts.append(found.assign(wave=wave, share=found["successes"] / found["n"]).reset_index())
    return pd.concat(parts, ignore_index=True)[_RESULTS] if parts else NO_RESULTS


def at_first(results: pd.DataFrame, participations: pd.DataFrame) -> pd.DataFrame:
    """Return each group's result at the first follow-up, with how many have taken part.

    Groups without results are there too, with none of nobody.
    """
    taken = participations["lokus_id"].value_counts().rename_axis("lokus_id")
    first = results[results["wave"] == results["wave"].min()].set_index("lokus_id")
    counted = first[["successes", "n"]].reindex(taken.index, fill_value=0).astype(int)
    return counted.assign(participations=taken).reset_index()


def reached_by_group(followups: pd.DataFrame) -> pd.DataFrame:
    """Return the share of due follow-ups that were reached, per group and ``wave``: ``n`` due."""
    due = followups.groupby(["lokus_id", "wave"])["reached"]
    return due.agg(share="mean", n="size").reset_index()


def costs_by_class(costs: pd.DataFrame, results: pd.DataFrame, sizes: pd.Series) -> pd.DataFrame:
    """Return what groups of each size class have paid per participation and per result.

    costs   : the programme's rows, ``actual_sek`` in one price year.
    results : one row per group: ``successes`` and ``n`` (followed up), and ``participations``.
    sizes   : class of each group. Groups of a class are summed: one group's own cost over its
              results would tell how many these are to whoever knows the cost.
    One row per class (``size``) and ``all``: ``n`` (participations), ``per_participation`` and
    ``per_result``, missing where nobody has paid or there are too few results.
    """
    paid = costs.groupby("lokus_id")["actual_sek"].sum(min_count=1)
    rows = results.set_index("lokus_id").join(paid)
    rows = rows[rows["actual_sek"].notna()].assign(size=sizes.astype("str"))
    # Costs are of all who take part, results are known of those followed up alone.
    both = pd.concat([rows, rows.assign(size="all")]).groupby("size")
    sums = both[["actual_sek", "participations", "successes", "n"]].sum()
    share = (sums["successes"] / sums["n"]).where(sums["successes"] >= FEWEST_RESULTS)
    unit_costs = {
        "n": sums["participations"].astype(int),
        "per_participation": sums["actual_sek"] / sums["participations"],
        "per_result": sums["actual_sek"] / (share * sums["participations"]),
    }
    return pd.DataFrame(unit_costs).reset_index()


def shown_columns(mode: str, key: str) -> list[str]:
    """Return the columns of shares per ``key``; numbers of people only where data are open."""
    share = [key, "share", "low", "high"]
    return [*share, "count", "n"] if mode == "open" else share


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Sort by letter as people count them: A to Z, then AA."""
    order = sorted(table["lokus_id"], key=lambda letter: (len(letter), letter))
    return table.set_index("lokus_id").loc[order].reset_index()
