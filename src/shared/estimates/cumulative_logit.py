"""The likelihood of the cumulative-logit model with a normal random intercept per cluster.

The integral over the intercept is a sum over an even grid. For smooth integrands that die out at
both ends its error falls exponentially with the step (Trefethen and Weideman 2014, SIAM Review 56,
385-458), so the grid need not be adapted to each cluster.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.special import log_expit

LARGE = 100_000  # table of clusters by pairs of x and answer, worth storing as sparse


@dataclass(frozen=True)
class AnswerTable:
    """Each distinct pair of x and answer, and how often each cluster has it.

    x : shape (pairs, columns), standardised by ``centre`` and ``spread``.
    level : shape (pairs,), 0 for the lowest answer to ``cuts`` for the highest.
    counts : shape (clusters, pairs).
    """

    x: np.ndarray
    level: np.ndarray
    counts: Any  # csr_array when large
    cuts: int
    centre: np.ndarray
    spread: np.ndarray


def answer_table(values: np.ndarray, level: np.ndarray, codes: np.ndarray) -> AnswerTable:
    """Count each distinct pair of x and answer, per cluster.

    values : shape (rows, columns). level, codes : shape (rows,), of the answer and the cluster.
    """
    centre, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread == 0] = 1.0
    rows = np.column_stack([(values - centre) / spread, level])
    pairs, pair = np.unique(rows, axis=0, return_inverse=True)
    counts = csr_array((np.ones(len(rows)), (codes, pair)))
    if counts.shape[0] * counts.shape[1] < LARGE:
        counts = counts.toarray()
    cuts = int(level.max())
    return AnswerTable(pairs[:, :-1], pairs[:, -1].astype(int), counts, cuts, centre, spread)


def has_finite_maximum(table: AnswerTable) -> bool:
    """Return whether no direction of thresholds and coefficients raises every probability.

    A linear programme looks for one (Konis 2007, Linear programming algorithms for detecting
    separated data in binary logistic regression models, thesis, Oxford); the log likelihood is
    concave, so such a direction is the only way to infinity.
    """
    from scipy.optimize import linprog

    at_cut = np.eye(table.cuts + 1)[:, :-1]
    below_top, above_bottom = table.level < table.cuts, table.level > 0
    upper = np.column_stack([at_cut[table.level], -table.x])[below_top]
    lower = np.column_stack([-at_cut[table.level - 1], table.x])[above_bottom]
    rises = np.vstack([upper, lower])
    best = linprog(-rises.sum(axis=0), A_ub=-rises, b_ub=np.zeros(len(rises)), bounds=(-1, 1))
    return best.status == 0 and -best.fun < 1e-4


def minus_loglik(
    parameters: np.ndarray, table: AnswerTable, nodes: np.ndarray
) -> tuple[float, np.ndarray]:
    """Return minus the log likelihood and its gradient.

    parameters : the first threshold, the logs of the steps to the next ones, the coefficients of
                 the standardised x, and the sd.
    nodes      : shape (nodes,), even grid of u; weights are the normal density, summing to 1.
    """
    cuts, level = table.cuts, table.level
    (first, *logs), b, sd = np.split(parameters, [cuts, len(parameters) - 1])
    steps = np.exp(logs)
    thresholds = np.concatenate([[-np.inf, first], first + np.cumsum(steps), [np.inf]])
    overlap = np.exp(-np.diff(thresholds))
    shift = (table.x @ b)[:, None] + sd * nodes
    # P(low < answer <= high) = F(high) (1 - F(low)) (1 - exp(low - high)), without cancellation.
    log_high = log_expit(thresholds[level + 1][:, None] - shift)
    log_low = log_expit(shift - thresholds[level][:, None])
    log_p = log_high + log_low + np.log1p(-overlap)[level][:, None]
    loglik, posterior = _averaged(table.counts @ log_p, nodes)
    # Fisher's identity: the score is that of known u, averaged over u given the answers.
    expected = table.counts.T @ posterior
    from_high, from_low = -expected * np.expm1(log_high), -expected * np.expm1(log_low)
    slope = from_low - from_high
    inner = np.bincount(level, expected.sum(axis=1)) * overlap / (1 - overlap)
    up = np.bincount(level, from_high.sum(axis=1)) + inner
    down = np.bincount(level, from_low.sum(axis=1)) + inner
    onwards = np.cumsum((up[:-1] - down[1:])[::-1])[::-1]
    by_threshold = onwards * np.append(1.0, steps)
    score = [by_threshold, table.x.T @ slope.sum(axis=1), [(slope @ nodes).sum()]]
    return -loglik, -np.concatenate(score)


def _averaged(logs: np.ndarray, nodes: np.ndarray) -> tuple[float, np.ndarray]:
    """Average likelihoods over a standard normal u, given their logs, shape (clusters, nodes).

    Returns the sum of the logs of the averages, and the weights of u given the answers.
    """
    prior = -(nodes**2) / 2
    joint = logs + prior
    peak = joint.max(axis=1, keepdims=True)
    mass = np.exp(joint - peak)
    total = mass.sum(axis=1, keepdims=True)
    scale = len(logs) * np.log(np.exp(prior).sum())
    return float((peak + np.log(total)).sum() - scale), mass / total
