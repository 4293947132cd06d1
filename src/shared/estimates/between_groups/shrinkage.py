"""Shares of small groups, drawn towards the overall share by as much as chance accounts for.

logit of a group's share ~ normal(mean, sd). A priori every overall share is equally likely, and sd
is half-normal with scale 1 (groups a typical sd apart then differ by an odds ratio of 2.7), so that
the intervals carry how little few groups tell of the sd, and do not collapse when it may be 0.
Sums over grids, not random draws, so that equal counts give equal figures.

Source: Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., sections 5.3 and 5.7; Röver et al.
(2021), Research Synthesis Methods 12, 448-474, for the prior of sd.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, log_expit, logit, ndtr

TAIL = 0.025  # of each side: 95 % intervals
REACH = 8.0  # of the grid of log odds, to each side of the overall share
STEP = 0.04  # of that grid, at most
LARGEST_SD = 3.5  # five in ten thousand of the half-normal lie beyond
CELLS = (41, 30)  # of the mean and the sd
LEAST = 14.0  # cells with less than exp(-14) of the largest weight are left out
MOST_ZOOMS = 6


@dataclass(frozen=True)
class Shrunken:
    """Shares drawn together.

    groups : one row per group: ``raw`` (its own share), ``share`` (posterior mean), ``low`` and
             ``high`` (95 % posterior limits), all proportions; NaN for a group of nobody.
    sd, sd_low, sd_high : between groups in log odds, posterior median and 95 % limits.
    """

    groups: pd.DataFrame
    sd: float
    sd_low: float
    sd_high: float


@dataclass(frozen=True)
class _Grid:
    """theta : (points,), log odds. fits : (groups, points), likelihoods, largest 1. mean, sd,
    weight : (cells,), weight the posterior. prior : (cells, points), chance of each theta.
    """

    theta: np.ndarray
    fits: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    weight: np.ndarray
    prior: np.ndarray


def shrunken_shares(successes: pd.Series, n: pd.Series) -> Shrunken:
    """Return the posterior of each group's share.

    successes, n : one real number per group, paired by index: counts, or for the intervals of a
                   size class the share x n of the smallest, and that n.
    Raises ValueError for successes outside 0 to n, or when all groups are empty.
    """
    table = _known(successes, n)
    grid = _grid(table)
    shares = expit(grid.theta)
    posterior = grid.fits * ((grid.weight[:, None] / (grid.prior @ grid.fits.T)).T @ grid.prior)
    posterior /= posterior.sum(axis=1, keepdims=True)
    edges = _edges(grid.theta)
    below = np.cumsum(posterior, axis=1)[:, :-1]
    ends = [expit([np.interp(p, row, edges) for row in below]) for p in (TAIL, 1 - TAIL)]
    groups = pd.DataFrame({"raw": table["successes"] / table["n"], "share": posterior @ shares})
    groups = groups.assign(low=ends[0], high=ends[1]).reindex(n.index)
    order = np.argsort(grid.sd, kind="stable")
    total = np.cumsum(grid.weight[order])
    middle, low, high = np.interp([0.5, TAIL, 1 - TAIL], total, grid.sd[order])
    return Shrunken(groups, float(middle), float(low), float(high))


def share_draws(
    successes: pd.Series, n: pd.Series, draws: int = 4000, seed: int = 1
) -> pd.DataFrame:
    """Return joint draws of the groups' shares from the same posterior, one column per group.

    A group of nobody has no column.
    """
    table = _known(successes, n)
    grid = _grid(table)
    random = np.random.default_rng(seed)
    cells, counts = np.unique(
        random.choice(len(grid.weight), draws, p=grid.weight), return_counts=True
    )
    found = []
    for cell, count in zip(cells, counts, strict=True):
        total = np.cumsum(grid.fits * grid.prior[cell], axis=1)
        at = random.random((count, len(table))) * total[:, -1]
        found.append([np.searchsorted(row, want) for row, want in zip(total, at.T, strict=True)])
    # Within its step of the grid a draw may lie anywhere: without this, draws would tie.
    theta = grid.theta[np.concatenate(found, axis=1).T]
    theta += (random.random(theta.shape) - 0.5) * (grid.theta[1] - grid.theta[0])
    return pd.DataFrame(expit(theta), columns=table.index)


def efron_morris(share: pd.Series, n: float) -> pd.Series:
    """Return the shares of groups of equal size n, drawn towards their mean by the rule of Stein.

    The chance variance is the binomial one at the mean share; no share is drawn past the mean.
    Source: Efron and Morris (1975), Journal of the American Statistical Association 70, 311-319.
    Raises ValueError for fewer groups, where the rule has no gain.
    """
    if len(share) < 4:
        raise ValueError(f"There are {len(share)} groups. The rule needs at least 4.")
    mean = share.mean()
    spread = ((share - mean) ** 2).sum()
    chance = (len(share) - 3) * mean * (1 - mean) / n
    factor = max(0.0, 1 - chance / spread) if spread > 0 else 0.0
    return mean + factor * (share - mean)


def _known(successes: pd.Series, n: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"successes": successes, "n": n}, dtype=float)
    wrong = int(((table["successes"] < 0) | (table["successes"] > table["n"])).sum())
    known = table[table["n"] > 0].dropna()
    if wrong or known.empty:
        raise ValueError(
            f"Of {len(table)} groups {len(known)} have an n above 0, and {wrong} have successes "
            "outside 0 to n. Give at least one group with people, and shares of those."
        )
    return known


def _grid(table: pd.DataFrame) -> _Grid:
    k, n = table["successes"].to_numpy()[:, None], table["n"].to_numpy()[:, None]
    centre = logit((k.sum() + 0.5) / (n.sum() + 1))
    step = min(STEP, 0.4 / np.sqrt(n.max()))
    theta = centre + np.arange(-REACH, REACH + step, step)
    logs = k * log_expit(theta) + (n - k) * log_expit(-theta)
    fits = np.exp(logs - logs.max(axis=1, keepdims=True))
    box = np.array([[centre - 4, centre + 4], [0.0, LARGEST_SD]])
    for _ in range(MOST_ZOOMS):
        mean, sd, log_weight, prior = _weigh(box, theta, fits)
        kept = log_weight > log_weight.max() - LEAST
        margins = np.diff(box)[:, 0] / CELLS
        held = [
            [v[kept].min() - m, v[kept].max() + m] for v, m in zip((mean, sd), margins, strict=True)
        ]
        smaller = np.clip(held, box[:, :1], box[:, 1:])
        if (np.diff(smaller) > 0.7 * np.diff(box)).all():
            break
        box = smaller
    weight = np.exp(log_weight[kept] - log_weight.max())
    return _Grid(theta, fits, mean[kept], sd[kept], weight / weight.sum(), prior[kept])


def _weigh(
    box: np.ndarray, theta: np.ndarray, fits: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, sd, log posterior weight and prior of theta for the cells of the box."""
    middles = [
        low + (np.arange(cells) + 0.5) / cells * (high - low)
        for (low, high), cells in zip(box, CELLS, strict=True)
    ]
    mean, sd = (values.ravel() for values in np.meshgrid(*middles))
    # By cells of theta, so that a sd narrower than a step still has its whole prior.
    below = ndtr((_edges(theta) - mean[:, None]) / sd[:, None])
    prior = np.diff(below, axis=1, prepend=0.0, append=1.0)
    with np.errstate(divide="ignore"):
        log_weight = np.log(prior @ fits.T).sum(axis=1)
    return mean, sd, log_weight - sd**2 / 2 + log_expit(mean) + log_expit(-mean), prior


def _edges(theta: np.ndarray) -> np.ndarray:
    return (theta[1:] + theta[:-1]) / 2
