"""Mean scores of groups with few respondents, drawn together by as much as chance accounts for.

A group's true mean ~ normal(overall mean, tau). Source: Higgins and Thompson (2002), Statistics in
Medicine 21, 1539-1558, for I2; Viechtbauer (2007), Statistics in Medicine 26, 37-52, for the
Q-profile limits; Paule and Mandel (1982), Journal of Research of the National Bureau of Standards
87, 377-385; Hartung and Knapp (2001), Statistics in Medicine 20, 3875-3889, for the overall mean;
Gelman et al. (2013), Bayesian Data Analysis, 3rd ed., section 5.4, for the posterior of a group.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import chdtrc, chdtri, stdtr, stdtrit

TAIL = 0.025  # of each side: 95 % intervals
FEWEST = 3  # groups; two say next to nothing about how much groups differ
CELLS = 250  # of the grid of tau
WIDEST = 10.0  # times the spread of what was observed: where the grid of tau ends


@dataclass(frozen=True)
class Pooling:
    """Estimates of several groups drawn together, in their own unit.

    groups  : one row per group: ``raw``, and the posterior ``mean``, ``low`` and ``high`` (95 %);
              NaN for a group without estimate or variance, and for all with fewer than 3 groups.
    mean, mean_low, mean_high : overall mean, with Hartung-Knapp 95 % limits.
    tau, tau_low, tau_high    : sd between groups (Paule-Mandel), with Q-profile 95 % limits.
    i2, i2_low, i2_high       : part of the variation beyond chance, 0 to 1.
    q, p    : Cochran's Q and its p, of all groups being alike.
    """

    groups: pd.DataFrame
    mean: float = np.nan
    mean_low: float = np.nan
    mean_high: float = np.nan
    tau: float = np.nan
    tau_low: float = np.nan
    tau_high: float = np.nan
    i2: float = np.nan
    i2_low: float = np.nan
    i2_high: float = np.nan
    q: float = np.nan
    p: float = np.nan


def pooled_scores(mean: pd.Series, sd: pd.Series, n: pd.Series) -> Pooling:
    """Return the groups' mean scores drawn together.

    mean, sd, n : of each group's respondents, paired by index, in units of the scale; n may be any
                  real number above 0. A group of one has no sd and is left to the others'.
    The sd within groups is pooled, since 5 to 12 respondents say little of their own; its df widen
    the intervals of the groups. Groups without a mean or respondents get NaN.
    Raises ValueError for a negative sd or n, or when no group has two respondents who differ.
    """
    table = pd.DataFrame({"mean": mean, "sd": sd, "n": n}, dtype=float)
    wrong = int(((table["sd"] < 0) | (table["n"] < 0)).sum())
    used = table[(table["n"] > 1) & table["sd"].notna() & table["mean"].notna()]
    df = float((used["n"] - 1).sum())
    squares = float(((used["n"] - 1) * used["sd"] ** 2).sum())
    if wrong or not squares > 0:
        raise ValueError(
            f"{wrong} of {len(table)} groups have a negative sd or n, and {len(used)} have two "
            "respondents and an sd. At least one must, with an sd above 0."
        )
    variance = squares / df / table["n"].where(table["n"] > 0)
    return partial_pooling(table["mean"], variance, df)


def partial_pooling(estimate: pd.Series, variance: pd.Series, df: float = np.inf) -> Pooling:
    """Return estimates of groups drawn together towards their mean.

    estimate, variance : of each group and of its error, paired by index, in any unit.
    df                 : degrees of freedom that the variances rest on.
    A priori every tau is as likely (Gelman 2006, Bayesian Analysis 1, 515-534), so the posterior
    carries how little few groups tell of it, and does not collapse where tau may be 0.
    Raises ValueError for a variance of 0 or less.
    """
    table = pd.DataFrame({"y": estimate, "v": variance}, dtype=float)
    if wrong := int((table["v"] <= 0).sum()):
        raise ValueError(
            f"{wrong} of {len(table)} variances are 0 or less. Each estimate needs an error."
        )
    groups = pd.DataFrame({"raw": table["y"]}).reindex(columns=["raw", "mean", "low", "high"])
    known = table.dropna()
    if len(known) < FEWEST:
        return Pooling(groups.astype(float))
    y, v = known["y"].to_numpy(), known["v"].to_numpy()
    groups.loc[known.index, ["mean", "low", "high"]] = _posterior(y, v, df)
    between = np.array([_tau2(y, v, want) for want in _wanted(len(y))])
    tau, tau_low, tau_high = np.sqrt(between).tolist()
    i2, i2_low, i2_high = (between / (between + _typical(v))).tolist()
    mean, half = _hartung_knapp(y, v, between[0])
    q = _q(y, v, 0.0)
    return Pooling(
        groups.astype(float),
        mean=mean,
        mean_low=mean - half,
        mean_high=mean + half,
        tau=tau,
        tau_low=tau_low,
        tau_high=tau_high,
        i2=i2,
        i2_low=i2_low,
        i2_high=i2_high,
        q=q,
        p=float(chdtrc(len(y) - 1, q)),
    )


def _typical(v: np.ndarray) -> float:
    """Return the variance within that Higgins and Thompson call typical."""
    weight = 1 / v
    return float((len(v) - 1) * weight.sum() / (weight.sum() ** 2 - (weight**2).sum()))


def _wanted(groups: int) -> tuple[float, float, float]:
    """Return the values of Q at tau2 and at its lower and upper limit."""
    return groups - 1, chdtri(groups - 1, TAIL), chdtri(groups - 1, 1 - TAIL)


def _q(y: np.ndarray, v: np.ndarray, tau2: float) -> float:
    weight = 1 / (v + tau2)
    return float((weight * (y - weight @ y / weight.sum()) ** 2).sum())


def _tau2(y: np.ndarray, v: np.ndarray, want: float) -> float:
    """Return the variance between groups at which Q is ``want``; 0 where it is lower at once."""
    from scipy.optimize import brentq

    if _q(y, v, 0.0) <= want:
        return 0.0
    # With any more variance between groups, Q is below what is wanted.
    largest = ((y - y.mean()) ** 2).sum() / want
    return float(brentq(lambda tau2: _q(y, v, tau2) - want, 0.0, largest, xtol=1e-14, rtol=1e-12))


def _hartung_knapp(y: np.ndarray, v: np.ndarray, tau2: float) -> tuple[float, float]:
    """Return the overall mean and half its 95 % interval."""
    weight = 1 / (v + tau2)
    df = len(y) - 1
    half = stdtrit(df, 1 - TAIL) * np.sqrt(_q(y, v, tau2) / df / weight.sum())
    return float(weight @ y / weight.sum()), float(half)


def _posterior(y: np.ndarray, v: np.ndarray, df: float) -> np.ndarray:
    """Return posterior mean and 95 % limits of each group, shape (groups, 3)."""
    # Even steps of the square root of tau: fine near 0, where the figures turn on it.
    top = np.sqrt(WIDEST * max(y.std(ddof=1), np.sqrt(v.mean())))
    root = (np.arange(CELLS) + 0.5) / CELLS * top
    tau2 = root[:, None] ** 4
    weight = 1 / (v + tau2)
    mean = (weight * y).sum(axis=1, keepdims=True) / weight.sum(axis=1, keepdims=True)
    log_fit = (np.log(weight) - weight * (y - mean) ** 2).sum(axis=1) - np.log(weight.sum(axis=1))
    log_fit = log_fit / 2 + np.log(root)
    cells = np.exp(log_fit - log_fit.max())
    cells /= cells.sum()
    shrink = v * weight
    centre = shrink * mean + (1 - shrink) * y
    spread = np.sqrt(v * (1 - shrink) + shrink**2 / weight.sum(axis=1, keepdims=True))
    ends = [_quantile(centre, spread, cells, df, tail) for tail in (TAIL, 1 - TAIL)]
    return np.column_stack([cells @ centre, *ends])


def _quantile(
    centre: np.ndarray, spread: np.ndarray, cells: np.ndarray, df: float, tail: float
) -> np.ndarray:
    """Return where the mixture over the cells has ``tail`` below it, by bisection, (groups,)."""
    reach = -stdtrit(df, 1e-6) * spread.max()
    low, high = centre.min(axis=0) - reach, centre.max(axis=0) + reach
    for _ in range(42):
        middle = (low + high) / 2
        below = cells @ stdtr(df, (middle - centre) / spread) < tail
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
