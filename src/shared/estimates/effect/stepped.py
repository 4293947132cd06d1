"""Staggered starts: groups that have started beside those that have not yet, month by month.

An effect only if, without the programme, the outcome of both would have moved alike, and nobody
changed ahead of the start. With eight groups no normal error holds, so the p and limits come from
exchanging the start months between the groups; they hold if any group could have had any of them.

Source: Callaway and Sant'Anna (2021), Journal of Econometrics 225, 200-230; Roth and Sant'Anna
(2023), Journal of Political Economy Microeconomics 1, 669-709, for starts as if by lot.
"""

from dataclasses import dataclass, field
from math import factorial
from typing import Any

import numpy as np
import pandas as pd

from shared.estimates.between_groups.association import permuted_sums

CONTROLS = ("not_yet", "never")
LEVEL = 0.05
FEWEST_ASSIGNMENTS = 20  # with fewer no p can reach 5 %
ROUNDING = 1e-9
COLUMNS = ["start", "month", "since", "started", "controls", "att"]


@dataclass(frozen=True)
class Lacking:
    """What a design needs and does not have: ``needed`` of ``what``, and ``found`` there are.

    what : ``start_months`` (different ones, never counted as one), ``months_before`` (the first
           start), ``groups_not_yet_started`` (when another has), ``months_after``, or ``gaps``
           (months missing within a series, of which none may be).
    """

    what: str
    found: int
    needed: int


@dataclass(frozen=True)
class SteppedEffect:
    """Mean effect in the months since start of those that started, in units of the outcome.

    n, left_out   : groups used; those left out for want of an outcome or of a month before start.
    assignments   : different ways to give the groups their start months; 1 / it is the least p.
    estimate      : over groups and months started, each group-month with equal weight.
    low, high, p  : 95 % limits and two-sided p by exchanging the start months; the limits take the
                    effect as equal throughout. NaN with fewer than 20 assignments.
    by_month      : one row per start month and month: ``since`` start (months of the panel, below 0
                    ahead of it), groups ``started`` then and ``controls``, and ``att``. Ahead of
                    the start it is the step from the month before: away from 0, the groups did not
                    move alike.
    lacking       : why there is no estimate; empty where there is one.
    """

    n: int
    left_out: int
    assignments: int = 0
    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan
    by_month: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=COLUMNS))
    lacking: tuple[Lacking, ...] = ()


def stepped_effect(
    outcome: pd.DataFrame, start: pd.Series, controls: str = "not_yet"
) -> SteppedEffect:
    """Return the effect of starting, by groups that have not started.

    outcome  : one row per group and one column per month, in order.
    start    : month of start per group, in the terms of the columns; missing for those who did not.
    controls : ``not_yet`` started in that month, or ``never`` in the panel.
    Raises ValueError for other controls, months out of order, or groups without a row in ``start``.
    """
    if controls not in CONTROLS:
        raise ValueError(f"Controls is {controls!r}. Allowed: {', '.join(CONTROLS)}.")
    if not (outcome.columns.is_monotonic_increasing and outcome.columns.is_unique):
        raise ValueError("The months are not in order, each once. Sort the columns first.")
    if missing := int((~outcome.index.isin(start.index)).sum()):
        raise ValueError(f"{missing} groups are not in start. Give each a month, or a missing one.")
    begins = _position(outcome.columns, start.reindex(outcome.index))
    used = outcome.notna().all(axis=1).to_numpy() & (begins > 0)
    y, begins = outcome[used].to_numpy(dtype=float), begins[used]
    known = len(y), len(outcome) - len(y)
    cells = _cells(begins, y.shape[1], controls)
    if lacking := _lacking(begins, outcome.shape[1], cells):
        return SteppedEffect(*known, lacking=lacking)
    weights = _weights(cells, begins, y.shape[1])
    sums = permuted_sums(weights @ y.T)
    shares = permuted_sums(weights @ (np.arange(y.shape[1]) >= begins[:, None]).T)
    assignments = factorial(len(y))
    for count in np.unique(begins, return_counts=True)[1].tolist():
        assignments //= factorial(count)
    limits = np.nan, np.nan, np.nan
    if assignments >= FEWEST_ASSIGNMENTS:
        limits = *_limits(sums, shares), float(np.mean(np.abs(sums) >= _nearly(abs(sums[0]))))
    by_month = _table(cells, y, outcome.columns)
    return SteppedEffect(*known, assignments, float(sums[0]), *limits, by_month)


@dataclass(frozen=True)
class _Cell:
    """Groups that start at ``begin`` and their controls, (groups,), from month base to month."""

    begin: int
    base: int
    month: int
    started: np.ndarray
    controls: np.ndarray


def _position(months: pd.Index, start: pd.Series) -> np.ndarray:
    """Return the first month of the panel from each start on; its length where there is none."""
    found = np.full(len(start), len(months))
    has = start.notna().to_numpy()
    found[has] = months.searchsorted(pd.Index(start[has]))
    return found


def _cells(begins: np.ndarray, months: int, controls: str) -> list[_Cell]:
    """Return the comparisons, those ahead of the start included, that have controls."""
    cells = []
    for begin in np.unique(begins[begins < months]):
        for month in range(1, months):
            base = begin - 1 if month >= begin else month - 1
            free = begins > month if controls == "not_yet" else begins == months
            free = free & (begins != begin)
            if free.any():
                cells.append(_Cell(int(begin), int(base), month, begins == begin, free))
    return cells


def _lacking(begins: np.ndarray, months: int, cells: list[_Cell]) -> tuple[Lacking, ...]:
    first = int(begins.min()) if len(begins) else 0
    after = sum(cell.month >= cell.begin for cell in cells)
    found = {
        "start_months": (len(np.unique(begins)), 2),
        "months_before": (min(first, months), 1),
        "groups_not_yet_started": (max((int(c.controls.sum()) for c in cells), default=0), 1),
        "months_after": (after, 1),
    }
    return tuple(Lacking(what, *pair) for what, pair in found.items() if pair[0] < pair[1])


def _weights(cells: list[_Cell], begins: np.ndarray, months: int) -> np.ndarray:
    """Return what each outcome counts in the estimate, (groups, months)."""
    weights = np.zeros((len(begins), months))
    for cell in cells:
        if cell.month >= cell.begin:
            share = cell.started - cell.controls * cell.started.sum() / cell.controls.sum()
            weights[:, cell.month] += share
            weights[:, cell.base] -= share
    return weights / sum(cell.started.sum() for cell in cells if cell.month >= cell.begin)


def _limits(sums: np.ndarray, shares: np.ndarray) -> tuple[float, float]:
    """Return the least and largest effect that the exchange of starts does not reject.

    Less an effect x for those that started, each exchange gives sum - x * share, so it is at least
    as far out as the actual one (share 1) from one root of a quadratic in x to the other.
    """
    always = np.abs(shares) >= 1 - ROUNDING
    a, b = sums[~always], shares[~always]
    roots = np.sort([(sums[0] - a) / (1 - b), (sums[0] + a) / (1 + b)], axis=0)
    if always.mean() > LEVEL or not len(a):
        return -np.inf, np.inf
    low, high = np.sort(roots[0]), np.sort(roots[1])
    at = np.concatenate([low, high])
    held = np.searchsorted(low, at, side="right") - np.searchsorted(high, at, side="left")
    kept = at[(always.sum() + held) / len(sums) > LEVEL]
    return float(kept.min()), float(kept.max())


def _table(cells: list[_Cell], y: np.ndarray, months: pd.Index) -> pd.DataFrame:
    rows: list[list[Any]] = []
    for cell in cells:
        step = y[:, cell.month] - y[:, cell.base]
        att = step[cell.started].mean() - step[cell.controls].mean()
        counts = int(cell.started.sum()), int(cell.controls.sum())
        since = cell.month - cell.begin
        rows.append([months[cell.begin], months[cell.month], since, *counts, float(att)])
    return pd.DataFrame(rows, columns=COLUMNS)


def _nearly(value: float) -> float:
    return value * (1 - ROUNDING) - ROUNDING**2
