"""Cost per result: what a group cost, divided by the results its participants reached.

It compares what was paid with what was seen, such as work at 12 months, and says nothing of what
would have been seen without the cost.

Source: Fieller (1954), Journal of the Royal Statistical Society B 16, 175-185; Willan and Briggs
(2006), Statistical Analysis of Cost-Effectiveness Data, section 4.3.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from shared.estimates.between_groups.scores import Pooling, partial_pooling
from shared.estimates.proportions import wilson

FEWEST_RESULTS = 5  # below, one result more or less changes the figure by a fifth or more
TAIL = 0.025  # of each side: 95 % intervals
Reason = Literal["", "no_cost", "nobody", "no_results", "few_results", "no_limits"]


@dataclass(frozen=True)
class CostPerResult:
    """Cost per result of ``n`` participants with ``results`` results, in the unit of the cost.

    reason : empty, or why there is no figure (``few_results``: below 5); ``no_limits`` where there
             is one, but the results are compatible with none, so that no upper limit exists.
    """

    n: int
    results: float
    ratio: float = np.nan
    low: float = np.nan
    high: float = np.nan
    reason: Reason = ""


@dataclass(frozen=True)
class GroupCosts:
    """Costs per result of groups whose cost is one booked sum.

    groups  : one row per group: ``ratio`` with ``low`` and ``high`` (by the Wilson limits of the
              share with the result, for the cost is no sample); the same drawn together:
              ``pooled``, ``pooled_low``, ``pooled_high``; and ``reason``, empty with a figure.
    pooling : of the logarithms (`scores.partial_pooling`).
    """

    groups: pd.DataFrame
    pooling: Pooling


def cost_per_result(cost: pd.Series, result: pd.Series) -> CostPerResult:
    """Return the mean cost over the mean result of participants, with Fieller 95 % limits.

    cost, result : one value per participant, paired by index: money, and whether the result was
                   reached (or how much, as days in work); who lacks one is left out.
    The limits are the ratios that a paired t test of cost - ratio x result does not reject.
    Raises ValueError when an index label occurs twice, or for a negative cost or result.
    """
    if repeats := int(cost.index.duplicated().sum() + result.index.duplicated().sum()):
        raise ValueError(f"{repeats} labels occur twice. Each participant may occur once.")
    known = pd.DataFrame({"cost": cost, "result": result}).dropna().astype(float)
    if wrong := int((known < 0).any(axis=1).sum()):
        raise ValueError(f"{wrong} of {len(known)} have a negative cost or result. Give 0 or more.")
    n, results = len(known), float(known["result"].sum())
    if reason := _reason(float(known["cost"].sum()), results, n):
        return CostPerResult(n, results, reason=reason)
    paid, reached = known.mean()
    errors = known.cov().to_numpy() / n * stdtrit(n - 1, 1 - TAIL) ** 2
    a, b, c = reached**2 - errors[1, 1], paid * reached - errors[0, 1], paid**2 - errors[0, 0]
    if a <= 0:
        return CostPerResult(n, results, float(paid / reached), reason="no_limits")
    root = np.sqrt(max(b**2 - a * c, 0))
    low, high = (b - root) / a, (b + root) / a
    return CostPerResult(n, results, float(paid / reached), float(max(low, 0)), float(high))


def group_costs(cost: pd.Series, results: pd.Series, n: pd.Series) -> GroupCosts:
    """Return the cost per result of groups whose cost is one booked sum, apart and drawn together.

    cost, results, n : one number per group, paired by index: money, participants who reached the
                       result, and participants known about. The last two may be real numbers.
    NaN and a reason where there is no result, or fewer than 5.
    Raises ValueError for a negative cost, or results outside 0 to n.
    """
    table = pd.DataFrame({"cost": cost, "results": results, "n": n}, dtype=float)
    if wrong := int((table["cost"] < 0).sum()):
        raise ValueError(f"{wrong} of {len(table)} costs are negative. Give 0 or more.")
    shares = wilson(table["results"], table["n"])
    reason = pd.Series([_reason(*row) for row in table.itertuples(index=False)], table.index)
    told = table.where(reason == "")
    found = pd.DataFrame({"ratio": told["cost"] / told["results"]})
    found["low"] = told["cost"] / told["n"] / shares["high"]
    found["high"] = told["cost"] / told["n"] / shares["low"]
    # The binomial error of a log share; half a participant keeps it above 0 when all reached it.
    failed = (told["n"] - told["results"]).clip(lower=0.5)
    pooling = partial_pooling(np.log(found["ratio"]), failed / told["n"] / told["results"])
    log = pooling.groups
    pooled = {"pooled": log["mean"], "pooled_low": log["low"], "pooled_high": log["high"]}
    found = found.assign(**{name: np.exp(values) for name, values in pooled.items()})
    return GroupCosts(found.assign(reason=reason), pooling)


def _reason(cost: float, results: float, n: float) -> Reason:
    """Return why there is no cost per result, or nothing; a missing number is none."""
    if not cost > 0:
        return "no_cost"
    if not n > 0:
        return "nobody"
    if not results > 0:
        return "no_results"
    return "few_results" if results < FEWEST_RESULTS else ""
