"""The likelihood of a logistic model with a normal random intercept, by adaptive quadrature.

logit P(success) = x b + sd u, u standard normal, one per group. The integral over each group's u is
a Gauss-Hermite sum around its mode and scaled by the curvature there; one point is the Laplace
approximation. The gradient is that of the sum itself, so that its maximum is found exactly.

Source: Pinheiro and Bates (1995), Journal of Computational and Graphical Statistics 4, 12-35;
``lme4::glmer`` of R maximises the same.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial.hermite_e import hermegauss
from scipy.special import expit, log_expit, ndtri

MOST_STEPS = 100
CLOSE = 1e-10  # of a mode, in standard normal units
LONGEST = 2.0  # step towards a mode, in log odds: a longer one may overshoot
GRID = np.linspace(-8, 8, 81)  # around a mode, in units of its scale


@dataclass(frozen=True)
class Table:
    """Distinct patterns of x within each group, sorted by group.

    x : shape (patterns, coefficients), constant included. successes, n : shape (patterns,), real.
    group : shape (patterns,), 0 to groups - 1. starts : shape (groups,), first pattern of each.
    """

    x: np.ndarray
    successes: np.ndarray
    n: np.ndarray
    group: np.ndarray
    starts: np.ndarray

    def per_group(self, values: np.ndarray) -> np.ndarray:
        """Return the sums of values, shape (patterns, ...), over the patterns of each group."""
        return np.add.reduceat(values, self.starts, axis=0)


def minus_loglik(parameters: np.ndarray, table: Table, points: int) -> tuple[float, np.ndarray]:
    """Return minus the log likelihood (of single answers, no binomial terms) and its gradient.

    parameters : the coefficients, and last the sd (of either sign: the likelihood is even).
    """
    b, sd = parameters[:-1], parameters[-1]
    base = table.x @ b
    mode, scale = modes(base, sd, table)
    z, weights = hermegauss(points)
    u = mode[:, None] + scale[:, None] * z
    logs, left = _at(u, base, sd, table)
    terms = logs + z**2 / 2 + np.log(weights)
    peak = terms.max(axis=1, keepdims=True)
    mass = np.exp(terms - peak)
    total = mass.sum(axis=1, keepdims=True)
    loglik = (np.log(scale) + (peak + np.log(total))[:, 0]).sum()
    loglik -= len(scale) * np.log(2 * np.pi) / 2
    posterior = mass / total
    weighted = posterior[table.group]
    residual = (left * weighted).sum(axis=1)
    by_sd = table.per_group((left * weighted * u[table.group]).sum(axis=1)).sum()
    slope = (sd * table.per_group(left) - u) * posterior
    moved = _gradient_of_points(mode, scale, base, sd, table)
    via = slope.sum(axis=1) @ moved[0] + ((slope @ z) + 1 / scale) @ moved[1]
    return -loglik, -(np.append(table.x.T @ residual, by_sd) + via)


def modes(base: np.ndarray, sd: float, table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Return each group's most likely u, and its scale: the root of the inverse curvature there.

    base : x b, shape (patterns,). Both results have shape (groups,), in standard normal units.
    """
    u = np.zeros(len(table.starts))
    longest = LONGEST / max(abs(sd), 1e-8)
    for _ in range(MOST_STEPS):
        chance = expit(base + sd * u[table.group])
        slope = sd * table.per_group(table.successes - table.n * chance) - u
        curvature = 1 + sd**2 * table.per_group(table.n * chance * (1 - chance))
        step = np.clip(slope / curvature, -longest, longest)
        u = u + step
        if np.abs(step).max() < CLOSE:
            break
    return u, 1 / np.sqrt(curvature)


def posterior(parameters: np.ndarray, table: Table, tail: float) -> np.ndarray:
    """Return the mean and both limits of each group's intercept, shape (groups, 3), in log odds.

    tail : probability beyond each limit. The parameters are taken as known.
    """
    from scipy.integrate import cumulative_simpson

    sd = parameters[-1]
    base = table.x @ parameters[:-1]
    mode, scale = modes(base, sd, table)
    u = mode[:, None] + scale[:, None] * GRID
    logs = np.column_stack([_at(column[:, None], base, sd, table)[0] for column in u.T])
    density = np.exp(logs - logs.max(axis=1, keepdims=True))
    below = cumulative_simpson(density, x=GRID, axis=1, initial=0)
    # On the probit scale the curve is nearly a line, so that a straight cut between points is good.
    probit = ndtri(np.clip(below / below[:, -1:], 1e-12, 1 - 1e-12))
    ends = [[np.interp(side, p, v) for p, v in zip(probit, u, strict=True)] for side in _ends(tail)]
    mean = (density * u).sum(axis=1) / density.sum(axis=1)
    return sd * np.column_stack([mean, *ends])


def _ends(tail: float) -> tuple[float, float]:
    return float(ndtri(tail)), float(ndtri(1 - tail))


def _at(u: np.ndarray, base: np.ndarray, sd: float, table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Return the log joint density of outcomes and u, and successes less expected ones.

    u : shape (groups, points). Shapes (groups, points), without the constant, and (patterns, p.).
    """
    eta = base[:, None] + sd * u[table.group]
    log_failure = log_expit(-eta)
    logs = table.per_group(table.successes[:, None] * eta + table.n[:, None] * log_failure)
    left = table.successes[:, None] + table.n[:, None] * np.expm1(log_failure)
    return logs - u**2 / 2, left


def _gradient_of_points(
    mode: np.ndarray, scale: np.ndarray, base: np.ndarray, sd: float, table: Table
) -> tuple[np.ndarray, np.ndarray]:
    """Return how mode and scale move with the parameters, each of shape (groups, parameters)."""
    chance = expit(base + sd * mode[table.group])
    weight = table.n * chance * (1 - chance)
    third = weight * (1 - 2 * chance)
    slope = table.per_group(table.successes - table.n * chance)
    weight_sum, third_sum = table.per_group(weight), table.per_group(third)
    slope_moves = np.column_stack(
        [-sd * table.per_group(weight[:, None] * table.x), slope - sd * mode * weight_sum]
    )
    mode_moves = slope_moves * scale[:, None] ** 2
    curvature_moves = np.column_stack(
        [
            -(sd**2) * table.per_group(third[:, None] * table.x),
            -2 * sd * weight_sum - sd**2 * mode * third_sum,
        ]
    )
    curvature_moves -= sd**3 * third_sum[:, None] * mode_moves
    return mode_moves, curvature_moves * scale[:, None] ** 3 / 2
