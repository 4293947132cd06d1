"""Rates of groups, such as cases per full-time month, drawn together by as much as chance explains.

Counts ~ Poisson(rate x exposure), and the rates of the groups ~ gamma with the overall mean and the
coefficient of variation cv = 1 / sqrt(shape), so the counts are negative binomial. A priori every
order of size of the mean is equally likely, and cv is half-normal with scale 1, so the intervals
carry how little few groups tell of it. Sums over a grid: equal counts give equal figures.

Source: Gaver and O'Muircheartaigh (1987), Technometrics 29, 1-15, for the model and the maximum
likelihood; Christiansen and Morris (1997), JASA 92, 618-632, for the uncertainty of its parameters.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammainc, gammaln

TAIL = 0.025  # of each side: 95 % intervals
CELLS = (41, 40)  # of the log mean and the cv
LARGEST_CV = 3.5  # twice in a thousand of the half-normal lies beyond
LARGEST_SHAPE = 1e6  # above it the rates do not differ
DRAWS = 9999  # of the test: p in steps of 0.0001
ROUNDING = 1e-9  # of the chi-square, for ties with the observed


@dataclass(frozen=True)
class Rates:
    """Rates drawn together, in events per ``per`` units of exposure.

    groups      : one row per group: ``raw``, and the posterior mean ``rate``, with 95 % posterior
                  ``low`` and ``high``; NaN for a group without exposure.
    mean, shape : of the gamma distribution of the rates, by maximum likelihood. The shape is
                  infinite where the counts spread no more than chance would have them.
    cv, cv_low, cv_high : coefficient of variation between groups, posterior median and 95 % limits.
    """

    groups: pd.DataFrame
    mean: float
    shape: float
    cv: float
    cv_low: float
    cv_high: float


@dataclass(frozen=True)
class Spread:
    """Chi-square of equal rates, over df = groups - 1, and its p given the total."""

    groups: int
    chi2: float
    p: float


def pooled_rates(count: pd.Series, exposure: pd.Series, per: float = 1.0) -> Rates:
    """Return the posterior of each group's rate.

    count, exposure : one real number per group, paired by index: events, and time or units at risk;
                      for the intervals of a size class scaled to the exposure of its smallest.
    per             : the unit of the rates, as 1000 for events per 1000 units of exposure.
    Raises ValueError for negative numbers, or when there is no event or no group with exposure.
    """
    table = _known(count, exposure)
    y, units = table["count"].to_numpy(), table["exposure"].to_numpy() / per
    log_mean, shape, best = _maximum(y, units)
    mean, cv, weight = _grid(y, units, best)
    a, b = cv**-2, cv**-2 / mean
    centre = weight @ ((a[:, None] + y) / (b[:, None] + units))
    ends = [_quantile(a[:, None] + y, b[:, None] + units, weight, p) for p in (TAIL, 1 - TAIL)]
    groups = pd.DataFrame(
        {"raw": y / units, "rate": centre, "low": ends[0], "high": ends[1]}, index=table.index
    ).reindex(exposure.index)
    order = np.argsort(cv, kind="stable")
    total = np.cumsum(weight[order])
    spread = np.interp([0.5, TAIL, 1 - TAIL], total, cv[order]).tolist()
    return Rates(groups, float(np.exp(log_mean)), shape, *spread)


def rate_spread(count: pd.Series, exposure: pd.Series, draws: int = DRAWS, seed: int = 1) -> Spread:
    """Return whether the rates of the groups differ by more than chance.

    count, exposure : whole numbers of events, and exposure above 0, paired by index; others are
                      left out. With fewer than two groups the chi-square and p are NaN.
    p is the chance of at least this chi-square when the total falls on the groups by exposure
    alone, from random draws of the multinomial: it holds for few events, and tests overdispersion.
    Raises ValueError for negative numbers or counts that are not whole, or without any event.
    Source: Potthoff and Whittinghill (1966), Biometrika 53, 183-190.
    """
    table = _known(count, exposure)
    y, units = table["count"].to_numpy(), table["exposure"].to_numpy()
    if wrong := int((y % 1 > 0).sum()):
        raise ValueError(
            f"{wrong} of {len(y)} counts are not whole. Give the counts themselves: scaled ones "
            "are no events."
        )
    if len(y) < 2:
        return Spread(len(y), np.nan, np.nan)
    expected = y.sum() * units / units.sum()
    drawn = np.random.default_rng(seed).multinomial(int(y.sum()), units / units.sum(), draws)
    chi2 = float(((y - expected) ** 2 / expected).sum())
    as_large = ((drawn - expected) ** 2 / expected).sum(axis=1) >= chi2 * (1 - ROUNDING)
    return Spread(len(y), chi2, float((1 + np.count_nonzero(as_large)) / (1 + draws)))


def _known(count: pd.Series, exposure: pd.Series) -> pd.DataFrame:
    table = pd.DataFrame({"count": count, "exposure": exposure}, dtype=float)
    wrong = int((table < 0).any(axis=1).sum())
    known = table[table["exposure"] > 0].dropna()
    if wrong or not known["count"].sum() > 0:
        raise ValueError(
            f"Of {len(table)} groups {wrong} have a negative count or exposure, and {len(known)} "
            f"have exposure, with {known['count'].sum():g} events. Numbers are 0 or more, and at "
            "least one event is needed."
        )
    return known


def _log_fit(y: np.ndarray, units: np.ndarray, mean: np.ndarray, shape: np.ndarray) -> np.ndarray:
    """Return the negative binomial log likelihood, up to a constant, of cells of shape (..., 1)."""
    expected = mean * units
    grown = gammaln(y + shape) - gammaln(shape)
    # Not y log(expected / (shape + expected)): two large logs would cancel for a large shape.
    rest = y * np.log(expected / shape) - (y + shape) * np.log1p(expected / shape)
    return (grown + rest).sum(axis=-1)


def _maximum(y: np.ndarray, units: np.ndarray) -> tuple[float, float, float]:
    """Return the log mean and shape of the largest likelihood, and the log mean of no spread."""
    from scipy.optimize import minimize

    plain = float(np.log(y.sum() / units.sum()))
    found = minimize(
        lambda at: -_log_fit(y, units, np.exp(at[0]), np.exp(at[1])),
        [plain, 0.0],
        method="Nelder-Mead",
        bounds=[(plain - 8, plain + 8), (np.log(1e-3), np.log(LARGEST_SHAPE))],
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000},
    )
    shape = float(np.exp(found.x[1]))
    none = shape > LARGEST_SHAPE / 10
    return (plain, np.inf, plain) if none else (float(found.x[0]), shape, plain)


def _grid(
    y: np.ndarray, units: np.ndarray, centre: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return mean, cv and posterior weight of the cells, first wide, then where it is."""
    box = np.array([[centre - 5, centre + 5], [0.0, LARGEST_CV]])
    for _ in range(3):
        log_mean, cv = (
            part.ravel()
            for part in np.meshgrid(
                *(
                    low + (np.arange(cells) + 0.5) / cells * (high - low)
                    for (low, high), cells in zip(box, CELLS, strict=True)
                )
            )
        )
        shape = cv[:, None] ** -2
        log_weight = _log_fit(y, units, np.exp(log_mean)[:, None], shape) - cv**2 / 2
        kept = log_weight > log_weight.max() - 14
        margins = np.diff(box)[:, 0] / CELLS
        held = [
            [v[kept].min() - m, v[kept].max() + m]
            for v, m in zip((log_mean, cv), margins, strict=True)
        ]
        box = np.clip(held, box[:, :1], box[:, 1:])
    weight = np.exp(log_weight[kept] - log_weight.max())
    return np.exp(log_mean[kept]), cv[kept], weight / weight.sum()


def _quantile(a: np.ndarray, b: np.ndarray, weight: np.ndarray, tail: float) -> np.ndarray:
    """Return where the mixture of gammas has ``tail`` below it, by bisection, (groups,)."""
    low, high = np.zeros(a.shape[1]), ((a + 12 * np.sqrt(a) + 30) / b).max(axis=0)
    for _ in range(36):
        middle = (low + high) / 2
        below = weight @ gammainc(a, b * middle) < tail
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2
