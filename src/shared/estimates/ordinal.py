"""Ordered answers: the cumulative-logit model, with a normal random intercept per cluster.

logit P(answer <= j) = threshold_j - x b - sd u, with u standard normal, one per cluster: a positive
coefficient raises the answers, and exp(b) multiplies the odds of a higher one. R's ``ordinal::clm``
and ``clmm`` fit the same.

Source: McCullagh (1980), Journal of the Royal Statistical Society B 42, 109-142; Hedeker and
Gibbons (1994), Biometrics 50, 933-944, for the random intercept.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from shared.estimates.cumulative_logit import (
    AnswerTable,
    answer_table,
    has_finite_maximum,
    minus_loglik,
)

REACH = 8.0  # of the grid, in sd of the random intercept: 1e-15 of the normal lies beyond
COARSEST = 0.25  # step of the grid
LARGEST_SD = 10.0  # in log odds; a fit beyond it is on its way to infinity
LEAST_INFORMATION = 1e-6  # about any mix of the parameters, at a maximum: standard error 1000
CLOSE_ENOUGH = 1e-8  # to the maximum, in log likelihood
MOST_ITERATIONS = 200  # some twenty are usual
LEAST_GAIN = 1e-6  # in log likelihood, for a random intercept to be more than rounding
NO_INTERCEPT = np.zeros(1)  # the grid of a model without random intercept


@dataclass(frozen=True)
class OrdinalModel:
    """A fitted model of n answers from some clusters (0 when none are given).

    coefficients : one row per column of x: ``estimate`` (log odds ratio), ``se``, ``low`` and
                   ``high`` (95 % Wald limits) and ``p`` (two-sided Wald).
    thresholds   : in log odds, one per cut between neighbouring answers, labelled as ``1|2``.
    sd           : of the random intercept, in log odds; 0 without clusters or when they differ no
                   more than by chance, and the model is then the one without random intercept.
    loglik       : natural logarithm of the likelihood.
    converged    : False when there is no finite best fit; all estimates are then NaN.
    """

    coefficients: pd.DataFrame
    thresholds: pd.Series
    sd: float
    loglik: float
    n: int
    clusters: int
    converged: bool


@dataclass(frozen=True)
class _Fit:
    """A maximum: parameters as in ``minus_loglik``, and the covariance of those that are free."""

    parameters: np.ndarray
    covariance: np.ndarray
    loglik: float

    @property
    def sd(self) -> float:
        # The likelihood is even in sd, so the search may end at either sign.
        return abs(float(self.parameters[-1]))


def ordinal_model(
    answer: pd.Series, x: pd.DataFrame, cluster: pd.Series | None = None
) -> OrdinalModel:
    """Fit ordered answers to ``x``, with a random intercept per cluster when clusters are given.

    answer  : numbers, higher is more; only their order counts, and an answer never given is no
              category.
    x       : numbers, one column per coefficient and no constant; there may be no columns.
    cluster : a label per row. All share one index; rows with any missing value are left out.
    There is no finite best fit when only one answer occurs, when columns of x are constant or
    follow from each other, when x separates low from high answers, wholly or in part, when no
    cluster has two answers, or when the sd would pass 10.
    Raises ValueError when the indexes differ.
    """
    labels = pd.Series(0, index=answer.index) if cluster is None else cluster
    _require_same_index(answer, x=x, cluster=labels)
    complete = answer.notna() & x.notna().all(axis=1) & labels.notna()
    values = x[complete].to_numpy(dtype=float)
    answers, level = np.unique(answer[complete].to_numpy(dtype=float), return_inverse=True)
    codes, found = pd.factorize(labels[complete])
    fit = data = None
    if len(answers) > 1 and (cluster is None or len(found) < len(codes)):
        data = answer_table(values, level, codes)
        fit = _fit(data) if has_finite_maximum(data) else None
    cuts = [f"{low:g}|{high:g}" for low, high in pairwise(answers)]
    coefficients, thresholds = _estimates(fit, data, x.columns, cuts)
    return OrdinalModel(
        coefficients=coefficients,
        thresholds=thresholds,
        sd=fit.sd if fit else np.nan,
        loglik=fit.loglik if fit else np.nan,
        n=len(level),
        clusters=0 if cluster is None else len(found),
        converged=fit is not None,
    )


def _require_same_index(answer: pd.Series, **others: pd.Series | pd.DataFrame) -> None:
    for name, values in others.items():
        if not values.index.equals(answer.index):
            raise ValueError(
                f"The index of {name} ({len(values)} rows) is not that of answer "
                f"({len(answer)} rows). Give both the same labels in the same order."
            )


def _fit(data: AnswerTable) -> _Fit | None:
    shares = np.cumsum(np.bincount(data.level, data.counts.sum(axis=0)))[:-1] / data.counts.sum()
    cuts = np.log(shares / (1 - shares))
    start = np.concatenate([cuts[:1], np.log(np.diff(cuts)), np.zeros(data.x.shape[1] + 1)])
    plain = _confirmed(_search(data, start, NO_INTERCEPT), data, NO_INTERCEPT)
    if plain is None or data.counts.shape[0] == 1:
        return plain
    mixed = _mixed(data, plain)
    if mixed is None or mixed.loglik - plain.loglik > LEAST_GAIN:
        return mixed
    return plain


def _mixed(data: AnswerTable, plain: _Fit) -> _Fit | None:
    """Return the fit with a random intercept, on a grid fine enough for the sd found."""
    start = np.append(plain.parameters[:-1], 1.0)
    guess = np.eye(len(start)) / 10
    guess[:-1, :-1] = plain.covariance
    step, sd = np.inf, 1.0
    while step > _step(data, sd):
        step = 0.9 * _step(data, sd)
        nodes = np.arange(-REACH, REACH + step, step)
        best = _search(data, start, nodes, hess_inv0=guess)
        sd = min(abs(best.x[-1]), LARGEST_SD)
        start = best.x if sd < LARGEST_SD else start
    return _confirmed(best, data, nodes) if sd < LARGEST_SD else None


def _step(data: AnswerTable, sd: float) -> float:
    """Return the widest step allowed: three quarters of the narrowest peak any cluster can have.

    An answer bends the log likelihood by 1/2 at most, so n of them leave a peak whose sd is at
    least 1 / sqrt(1 + n sd^2 / 2).
    """
    most = data.counts.sum(axis=1).max()
    return min(COARSEST, 0.75 / np.sqrt(1 + most * sd**2 / 2))


def _search(data: AnswerTable, start: np.ndarray, nodes: np.ndarray, **options: np.ndarray) -> Any:
    from scipy.optimize import minimize

    limits = {"maxiter": MOST_ITERATIONS, **options}
    with np.errstate(all="ignore"):  # a step too far is infinite, and the search turns back
        return minimize(minus_loglik, start, (data, nodes), jac=True, method="BFGS", options=limits)


def _confirmed(best: Any, data: AnswerTable, nodes: np.ndarray) -> _Fit | None:
    """Return the end of a search with its covariance, or None when it is not at a maximum."""
    free = len(best.x) - (len(nodes) == 1)
    steps = 1e-4 * np.eye(len(best.x))[:free]
    with np.errstate(all="ignore"):
        scores = [
            minus_loglik(best.x + h, data, nodes)[1] - minus_loglik(best.x - h, data, nodes)[1]
            for h in steps
        ]
    information = np.array(scores)[:, :free] / 2e-4
    if not np.isfinite(information).all() or np.linalg.eigvalsh(information)[0] < LEAST_INFORMATION:
        return None
    covariance = np.linalg.inv((information + information.T) / 2)
    last_step = covariance @ best.jac[:free]
    if not best.jac[:free] @ last_step < CLOSE_ENOUGH:
        return None
    best.x[:free] -= last_step
    return _Fit(best.x, (covariance + covariance.T) / 2, -float(best.fun))


def _estimates(
    fit: _Fit | None, data: AnswerTable | None, columns: pd.Index, cuts: list[str]
) -> tuple[pd.DataFrame, pd.Series]:
    """Return coefficients and thresholds in the units of x as given."""
    names = ["estimate", "se", "low", "high", "p"]
    if fit is None or data is None:
        return pd.DataFrame(np.nan, columns, names), pd.Series(np.nan, cuts, dtype=float)
    (first, *logs), b, _ = np.split(fit.parameters, [data.cuts, len(fit.parameters) - 1])
    estimate = b / data.spread
    se = np.sqrt(np.diag(fit.covariance)[data.cuts : len(fit.parameters) - 1]) / data.spread
    half = ndtri(0.975) * se
    p = 2 * ndtr(-np.abs(estimate / se))
    table = np.column_stack([estimate, se, estimate - half, estimate + half, p])
    thresholds = np.cumsum([first + estimate @ data.centre, *np.exp(logs)])
    return pd.DataFrame(table, columns, names), pd.Series(thresholds, cuts)
