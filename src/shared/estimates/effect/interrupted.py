"""Interrupted time series: does a monthly outcome leave its earlier course when something starts?

An effect only if the earlier course would have gone on, and nothing else happened then. Months that
follow each other are alike, so the errors allow for it twice: by Newey and West, and by a model of
first-order autocorrelation with restricted maximum likelihood, which in series of a few years is
the less optimistic. Where the two disagree, neither is safe.

Source: Bernal, Cummins and Gasparrini (2017), International Journal of Epidemiology 46, 348-355;
Newey and West (1987), Econometrica 55, 703-708; Turner et al. (2021), BMC Medical Research
Methodology 21, 181, for restricted likelihood; Ljung and Box (1978), Biometrika 65, 297-303.
"""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.special import stdtr, stdtrit

from shared.estimates.effect.stepped import Lacking

FEWEST = 12  # months before and after, a year of each
YEAR = 12


@dataclass(frozen=True)
class Shift:
    """A change with 95 % t limits and two-sided p."""

    estimate: float = np.nan
    low: float = np.nan
    high: float = np.nan
    p: float = np.nan


@dataclass(frozen=True)
class Interrupted:
    """Change of a monthly outcome at a start, in units of the outcome.

    n_before, n_after    : months.
    trend                : per month before the start.
    level, slope         : change at the start, and change of the trend per month from then on, by
                           least squares with Newey-West errors over ``lags`` months; slope NaN when
                           not asked for.
    level_ar1, slope_ar1 : the same by first-order autocorrelation, ``rho`` the correlation of one
                           month's deviation with the next. Tell these: of series of 48 months with
                           a rho of 0.4 they held a known level in 91 %, Newey-West in 79 %.
    durbin_watson        : 2 without autocorrelation, towards 0 the more alike neighbours are.
    p_autocorrelation    : Ljung and Box's, over 12 months (a fifth of the months if fewer). Neither
                           test finds much in few months: a high p is no licence.
    lacking              : why there are no figures; empty where there are.
    """

    n_before: int
    n_after: int
    trend: float = np.nan
    level: Shift = field(default_factory=Shift)
    slope: Shift = field(default_factory=Shift)
    lags: int = 0
    rho: float = np.nan
    level_ar1: Shift = field(default_factory=Shift)
    slope_ar1: Shift = field(default_factory=Shift)
    durbin_watson: float = np.nan
    p_autocorrelation: float = np.nan
    lacking: tuple[Lacking, ...] = ()


def interrupted_series(
    outcome: pd.Series,
    start: pd.Period,
    *,
    slope: bool = True,
    harmonics: int = 0,
    lags: int | None = None,
) -> Interrupted:
    """Return how the outcome changed at ``start``, beyond its earlier course.

    outcome   : one number per month, on a monthly PeriodIndex in order; logarithms give ratios.
    start     : the first month after.
    slope     : whether the trend may change too, or the level only.
    harmonics : pairs of sine and cosine for the seasons, 0 to 5.
    lags      : of Newey-West; by default 4 (n / 100)^(2/9), rounded down.
    With fewer than 12 months on either side, or months missing, there are reasons and no figures.
    Raises ValueError for another index or frequency, months out of order, or other harmonics.
    """
    months = outcome.index
    if not isinstance(months, pd.PeriodIndex) or months.freqstr != "M":
        raise ValueError("The outcome is not on months. Give it a PeriodIndex of frequency M.")
    if not (months.is_monotonic_increasing and months.is_unique):
        raise ValueError("The months are not in order, each once. Sort and join them first.")
    if not 0 <= harmonics <= 5:
        raise ValueError(f"Harmonics is {harmonics}. Allowed: 0 to 5; a year has 12 months.")
    known = outcome.dropna().astype(float)
    after = np.asarray(known.index >= start)
    counts = int((~after).sum()), int(after.sum())
    if lacking := _lacking(known, counts):
        return Interrupted(*counts, lacking=lacking)
    return _fit(known, _design(known.index, after, slope, harmonics), counts, slope, lags)


def _lacking(known: pd.Series, counts: tuple[int, int]) -> tuple[Lacking, ...]:
    named = zip(("months_before", "months_after"), counts, strict=True)
    lacking = [Lacking(what, found, FEWEST) for what, found in named if found < FEWEST]
    if gaps := _span(known.index) - len(known):
        lacking.append(Lacking("gaps", gaps, 0))
    return tuple(lacking)


def _span(months: pd.Index) -> int:
    return int(months.asi8[-1] - months.asi8[0] + 1) if len(months) else 0


def _design(months: pd.PeriodIndex, after: np.ndarray, slope: bool, harmonics: int) -> np.ndarray:
    """Return constant, time, level, slope if asked for, and seasons, (months, columns)."""
    time = np.arange(len(months), dtype=float)
    columns = [np.ones(len(time)), time, after.astype(float)]
    if slope:
        columns.append(np.where(after, time - np.argmax(after), 0.0))
    for pair in range(1, harmonics + 1):
        angle = 2 * np.pi * pair * months.month.to_numpy() / YEAR
        columns += [np.sin(angle), np.cos(angle)]
    return np.column_stack(columns)


def _fit(
    known: pd.Series, x: np.ndarray, counts: tuple[int, int], slope: bool, lags: int | None
) -> Interrupted:
    from statsmodels.regression.linear_model import OLS
    from statsmodels.stats.diagnostic import acorr_ljungbox
    from statsmodels.stats.stattools import durbin_watson

    y = known.to_numpy()
    n = len(y)
    lags = int(4 * (n / 100) ** (2 / 9)) if lags is None else lags
    options = {"maxlags": lags, "use_correction": True}
    fit = OLS(y, x).fit(cov_type="HAC", cov_kwds=options, use_t=True)
    rho, estimates, errors = _autoregressive(y, x)
    df = n - x.shape[1]
    box = acorr_ljungbox(fit.resid, lags=[min(YEAR, n // 5)])["lb_pvalue"]
    return Interrupted(
        *counts,
        trend=float(fit.params[1]),
        level=_shift(fit.params[2], fit.bse[2], df),
        slope=_shift(fit.params[3], fit.bse[3], df) if slope else Shift(),
        lags=lags,
        rho=rho,
        level_ar1=_shift(estimates[2], errors[2], df),
        slope_ar1=_shift(estimates[3], errors[3], df) if slope else Shift(),
        durbin_watson=float(durbin_watson(fit.resid)),
        p_autocorrelation=float(box.iloc[0]),
    )


def _shift(estimate: float, se: float, df: int) -> Shift:
    half = stdtrit(df, 0.975) * se
    p = float(2 * stdtr(df, -abs(estimate / se))) if se > 0 else np.nan
    return Shift(float(estimate), float(estimate - half), float(estimate + half), p)


def _autoregressive(y: np.ndarray, x: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Return rho, coefficients and their errors."""
    from scipy.optimize import minimize_scalar

    def solved(rho: float) -> tuple[np.ndarray, np.ndarray, float]:
        a, b = _whitened(x, rho), _whitened(y[:, None], rho)[:, 0]
        estimates = np.linalg.lstsq(a, b, rcond=None)[0]
        return a.T @ a, estimates, float(((b - a @ estimates) ** 2).sum())

    df = len(y) - x.shape[1]

    def misfit(rho: float) -> float:
        information, _, squares = solved(rho)
        return float(df * np.log(squares) + np.linalg.slogdet(information)[1] - np.log1p(-(rho**2)))

    rho = float(minimize_scalar(misfit, bounds=(-0.99, 0.99), options={"xatol": 1e-8}).x)
    information, estimates, squares = solved(rho)
    return rho, estimates, np.sqrt(squares / df * np.diag(np.linalg.inv(information)))


def _whitened(columns: np.ndarray, rho: float) -> np.ndarray:
    """Return columns less rho times the month before; the first keeps its share of what it says."""
    return np.vstack([np.sqrt(1 - rho**2) * columns[:1], columns[1:] - rho * columns[:-1]])
