"""Shares of groups as draws from one distribution: the random-intercept logistic model.

logit P(success) = constant + x b + sd u, u standard normal, one per group. ``lme4::glmer`` of R
with ``nAGQ`` equal to ``points`` fits the same.

Source: Goldstein (2011), Multilevel Statistical Models, 4th ed., chapter 4; for the quadrature
Pinheiro and Bates (1995), Journal of Computational and Graphical Statistics 4, 12-35.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from shared.estimates.between_groups.logistic import fit_logistic, patterns
from shared.estimates.between_groups.quadrature import Table, minus_loglik, modes, posterior

TAIL = 0.025  # of each side: 95 % intervals
START = 0.3  # sd in log odds, from where the search begins
LEAST_GAIN = 1e-7  # in log likelihood, for a random intercept to be more than rounding
STEP = 1e-4  # for the curvature, in standardised units


@dataclass(frozen=True)
class MixedLogit:
    """A fitted model.

    coefficients : one row for ``constant`` and each column of x: ``estimate`` (log odds ratio),
                   ``se``, ``low`` and ``high`` (95 % Wald limits).
    sd           : between groups, in log odds; 0 when they differ no more than by chance.
    loglik       : of single answers, without binomial terms.
    groups       : one row per group, deviations from the model in log odds: ``mode`` and its
                   standard deviation ``mode_sd``, ``mean``, ``low`` and ``high`` (of the 95 % in
                   the middle, coefficients and sd taken as known).
    converged    : False when there is no finite best fit; all estimates are then NaN.
    """

    coefficients: pd.DataFrame
    sd: float
    loglik: float
    groups: pd.DataFrame
    converged: bool


def mixed_logit(
    successes: pd.Series,
    n: pd.Series,
    group: pd.Series,
    x: pd.DataFrame | None = None,
    *,
    points: int = 9,
    sd: float | None = None,
) -> MixedLogit:
    """Fit the model to rows of people or of counts.

    successes : real numbers, 0 to n. n : real numbers above 0 (1 where a row is a person).
    group     : a label per row. x : numbers, one column per coefficient and no constant.
    points    : of the quadrature; 1 is the Laplace approximation, and 9 are plenty unless groups
                are very small and very different.
    sd        : keeps the sd at this value, for a profile of the likelihood.
    Raises ValueError for rows that differ in index, missing values or counts outside 0 to n.
    """
    x = pd.DataFrame(index=group.index) if x is None else x
    _require(successes, n, group, x)
    names = ["constant", *map(str, x.columns)]
    table, labels, centre, spread = _table(successes, n, group, x)
    start = fit_logistic(table.x, table.successes, table.n)
    if start is None:
        return _none(names, labels)
    best = _maximum(start, table, points, sd)
    curvature = _curvature(best, table, points, sd)
    covariance = np.linalg.pinv(curvature)[: len(names), : len(names)]
    # Back from standardised columns: b / spread, and the constant at x = 0.
    back = np.diag(np.append(1.0, 1 / spread))
    back[0, 1:] = -centre / spread
    errors = np.sqrt(np.diag(back @ covariance @ back.T))
    coefficients = pd.DataFrame({"estimate": back @ best[:-1], "se": errors}, index=names)
    half = ndtri(1 - TAIL) * coefficients["se"]
    coefficients["low"] = coefficients["estimate"] - half
    coefficients["high"] = coefficients["estimate"] + half
    loglik = -minus_loglik(best, table, points)[0]
    return MixedLogit(coefficients, float(best[-1]), loglik, _groups(best, table, labels), True)


def _table(
    successes: pd.Series, n: pd.Series, group: pd.Series, x: pd.DataFrame
) -> tuple[Table, pd.Index, np.ndarray, np.ndarray]:
    """Return the patterns per group with standardised x, the group labels, and the standards."""
    codes, labels = pd.factorize(group, sort=True)
    values = x.to_numpy(dtype=float)
    weights = n.to_numpy(dtype=float)
    centre = weights @ values / weights.sum()
    spread = np.sqrt(weights @ (values - centre) ** 2 / weights.sum())
    spread[spread == 0] = 1.0
    first, pattern = patterns(np.column_stack([codes, values]))
    order = np.argsort(codes[first], kind="stable")
    kept = first[order]
    size = len(first)
    table = Table(
        np.column_stack([np.ones(size), (values[kept] - centre) / spread]),
        np.bincount(pattern, successes.to_numpy(dtype=float), size)[order],
        np.bincount(pattern, weights, size)[order],
        codes[kept],
        np.searchsorted(codes[kept], np.arange(len(labels))),
    )
    return table, pd.Index(labels), centre, spread


def _maximum(start: np.ndarray, table: Table, points: int, sd: float | None) -> np.ndarray:
    from scipy.optimize import minimize

    def at(free: np.ndarray) -> tuple[float, np.ndarray]:
        parameters = free if sd is None else np.append(free, sd)
        loglik, gradient = minus_loglik(parameters, table, points)
        return loglik, gradient[: len(free)]

    free = np.append(start, START) if sd is None else start
    guess = _spread(start, table)[: len(free), : len(free)]
    options = {"hess_inv0": guess, "gtol": 1e-6}
    found = minimize(at, free, jac=True, method="BFGS", options=options)
    if sd is not None:
        return np.append(found.x, sd)
    without = np.append(start, 0.0)
    gain = minus_loglik(without, table, points)[0] - found.fun
    return np.append(found.x[:-1], abs(found.x[-1])) if gain > LEAST_GAIN else without


def _spread(start: np.ndarray, table: Table) -> np.ndarray:
    """Return a rough covariance of the parameters, which makes the search take few steps."""
    chance = expit(table.x @ start)
    weight = table.n * chance * (1 - chance)
    rough = np.zeros((len(start) + 1, len(start) + 1))
    inverse = np.linalg.inv((table.x * weight[:, None]).T @ table.x)
    rough[:-1, :-1] = (inverse + inverse.T) / 2  # to the last digit, or the search refuses it
    rough[0, 0] += START**2 / len(table.starts)
    rough[-1, -1] = START**2 / len(table.starts)
    return rough


def _curvature(best: np.ndarray, table: Table, points: int, sd: float | None) -> np.ndarray:
    """Return minus the second derivatives for the parameters that are free and inside bounds."""
    free = len(best) if sd is None and best[-1] > 0 else len(best) - 1
    steps = STEP * np.eye(len(best))[:free]
    sides = [
        minus_loglik(best + step, table, points)[1] - minus_loglik(best - step, table, points)[1]
        for step in steps
    ]
    rough = np.array(sides)[:, :free] / (2 * STEP)
    return (rough + rough.T) / 2


def _groups(best: np.ndarray, table: Table, labels: pd.Index) -> pd.DataFrame:
    mode, scale = modes(table.x @ best[:-1], best[-1], table)
    middle = posterior(best, table, TAIL)
    columns = np.column_stack([best[-1] * mode, best[-1] * scale, middle])
    return pd.DataFrame(columns, labels, ["mode", "mode_sd", "mean", "low", "high"])


def _none(names: list[str], labels: pd.Index) -> MixedLogit:
    return MixedLogit(
        pd.DataFrame(np.nan, names, ["estimate", "se", "low", "high"]),
        np.nan,
        np.nan,
        pd.DataFrame(np.nan, labels, ["mode", "mode_sd", "mean", "low", "high"]),
        False,
    )


def _require(successes: pd.Series, n: pd.Series, group: pd.Series, x: pd.DataFrame) -> None:
    for name, values in {"n": n, "group": group, "x": x}.items():
        if not values.index.equals(successes.index):
            raise ValueError(f"Successes and {name} differ in index. Reindex them first.")
    missing = int((successes.isna() | n.isna() | group.isna() | x.isna().any(axis=1)).sum())
    wrong = int(((successes < 0) | (successes > n) | (n <= 0)).sum())
    if missing or wrong or not len(n):
        raise ValueError(
            f"Of {len(n)} rows {missing} have missing values and {wrong} have counts outside 0 to "
            "n. Give at least one row, n above 0, and nothing missing."
        )
