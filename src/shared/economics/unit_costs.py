"""What one of something costs: a participation, a step, a case, an issue that was closed.

Which cost is divided, the *cost base*, is a choice and is named in the result:

- ``addon``: the add-on resources, for what they are bought for, individuals and their results;
- ``support``: the coordinator, premises and the parties' own time, for cases and structural issues;
- ``all``: both, for participations, as the evaluations of Swedish federations tell it.

The support cost is joint: it is divided in full by the cases and in full by the issues, so the
measures stand side by side and do not add up.

Source: Drummond et al. (2015), Methods for the Economic Evaluation of Health Care Programmes,
4th ed., chapter 4, on average costs and joint costs.
"""

from collections.abc import Mapping

import pandas as pd

PARTICIPATIONS, STEPS, IN_WORK = "participations", "steps", "in_work_or_study"
CASES, ISSUES = "cases", "closed_issues"
MEASURES = (  # measure, what is counted, cost base
    ("cost_per_participation", PARTICIPATIONS, "all"),
    ("cost_per_participation", PARTICIPATIONS, "addon"),
    ("cost_per_step", STEPS, "addon"),
    ("cost_per_person_in_work_or_study", IN_WORK, "addon"),
    ("cost_per_case", CASES, "support"),
    ("cost_per_closed_issue", ISSUES, "support"),
)


def unit_costs(costs: Mapping[str, float], counts: Mapping[str, float | None]) -> pd.DataFrame:
    """Return average costs, one row per measure and cost base.

    costs  : kr by cost base: ``addon``, ``support``, ``all`` (`costs.ProgrammeCost.total`); NaN
             where it is not known.
    counts : how many, by what is counted: ``participations``, ``steps`` (upwards, of those
             followed), ``in_work_or_study`` (people), ``cases``, ``closed_issues``. Missing where
             the number is hidden; what is not counted at all is left out, and has no rows.
    Returns ``measure``, ``cost_base``, ``n`` (float) and ``amount`` (kr each, in the costs' price
    year). The amount is missing where n is 0 or missing, or the cost is.
    Raises ValueError for a count of something else, or below 0, and for a base without a cost.
    """
    _refuse_wrong(costs, counts)
    rows = []
    for measure, counted, base in MEASURES:
        if counted in counts:
            n = _number(counts[counted])
            amount = _number(costs[base]) / n if n else float("nan")
            rows.append({"measure": measure, "cost_base": base, "n": n, "amount": amount})
    return pd.DataFrame(rows, columns=["measure", "cost_base", "n", "amount"])


def _number(value: float | None) -> float:
    return float("nan") if pd.isna(value) else float(value)  # type: ignore[arg-type]


def _refuse_wrong(costs: Mapping[str, float], counts: Mapping[str, float | None]) -> None:
    known = list(dict.fromkeys(counted for _, counted, _ in MEASURES))
    strange = [name for name in counts if name not in known]
    if strange:
        raise ValueError(f"Counts of {', '.join(strange)}; known are {', '.join(known)}.")
    below = [name for name, n in counts.items() if _number(n) < 0]
    if below:
        raise ValueError(f"The number of {', '.join(below)} is below 0. Counts are 0 or more.")
    needed = {base for _, counted, base in MEASURES if counted in counts}
    lacking = sorted(needed - set(costs))
    if lacking:
        raise ValueError(f"No cost of {', '.join(lacking)}. Give NaN where it is not known.")
