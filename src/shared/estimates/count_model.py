"""Regression of event counts, by a model that suits how much they spread.

Counts often vary more than Poisson allows, and limits that ignore it are too narrow. So the spread
is tested, and every result says which model it comes from.

Source: Cameron and Trivedi (2013), Regression Analysis of Count Data, 2nd ed., chapter 3; R's
``glm`` and ``MASS::glm.nb`` give the same estimates.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtr, stdtrit

LEVEL = 0.05  # of the test for overdispersion
MODELS = ("auto", "poisson", "negative_binomial", "quasi_poisson")
# A group without events has no finite log rate; the iterations stop at errors in the thousands.
LARGEST_SE = 100.0


@dataclass(frozen=True)
class CountModel:
    """A regression of counts on the log scale, with 95 % Wald limits.

    model        : ``poisson``, ``negative_binomial`` (NB2: variance mu + mu**2 / theta),
                   ``quasi_poisson`` (errors scaled by the dispersion), or ``none``: no estimates.
    coefficients : one row per column of x, after ``const``: ``estimate`` (log rate ratio), ``se``,
                   ``low``, ``high`` and two-sided ``p``; NaN where there is no finite estimate.
    n, left_out  : rows used; rows without exposure or with a missing value.
    dispersion   : Pearson chi-square of the Poisson model over its residual df.
    p_dispersion : one-sided p of the counts spreading more than Poisson.
    theta        : shape of the negative binomial, NaN for the others.
    loglik       : log likelihood, NaN for ``quasi_poisson``, which has none.
    """

    model: str
    coefficients: pd.DataFrame
    n: int
    left_out: int
    dispersion: float = np.nan
    p_dispersion: float = np.nan
    theta: float = np.nan
    loglik: float = np.nan


def count_model(
    count: pd.Series, x: pd.DataFrame, exposure: pd.Series | None = None, model: str = "auto"
) -> CountModel:
    """Return the log-linear regression of ``count`` on a constant and the columns of ``x``.

    count    : events per row, shape (rows,).
    x        : numbers, shape (rows, columns), on the index of ``count``; categories as 0 and 1.
    exposure : time or units at risk, on the same index; 1 each when not given.
    model    : ``auto`` is the negative binomial where the spread is above Poisson at 5 %, else
               Poisson; the other names ask for that model. A negative binomial that does not
               converge, as when there is no extra spread, becomes ``quasi_poisson``.
    Without events, a residual df or a finite maximum (as when all events are in the last month)
    every figure is NaN and the model ``none``.
    Raises ValueError for a count that is negative or not whole, a negative exposure, another index,
    collinear columns or an unknown model.
    """
    if model not in MODELS:
        raise ValueError(f"Model is {model!r}. Allowed: {', '.join(MODELS)}.")
    y, units, design = _rows(count, x, exposure)
    known = len(y), len(count) - len(y)
    poisson = _poisson(y, units, design) if y.sum() and len(y) > design.shape[1] else None
    if poisson is None or not poisson.converged:
        unknown = pd.Series(np.nan, design.columns)
        return CountModel("none", _table(design, unknown, unknown), *known)
    dispersion = float(poisson.pearson_chi2 / poisson.df_resid)
    p_dispersion = _p_dispersion(y, poisson)
    if model == "auto":
        model = "negative_binomial" if p_dispersion < LEVEL else "poisson"
    if model == "negative_binomial":
        fit = _negative_binomial(y, units, design, poisson)
        model = "quasi_poisson" if fit is None else model
    theta, loglik = np.nan, np.nan
    if model == "negative_binomial":
        table = _table(design, fit.params, fit.bse)
        theta, loglik = float(1 / fit.params["alpha"]), float(fit.llf)
    elif model == "quasi_poisson":
        # Less spread than Poisson is mostly chance in few rows: the limits gain nothing from it.
        se = poisson.bse * np.sqrt(max(dispersion, 1))
        table = _table(design, poisson.params, se, poisson.df_resid)
    else:
        table, loglik = _table(design, poisson.params, poisson.bse), float(poisson.llf)
    return CountModel(model, table, *known, dispersion, p_dispersion, theta, loglik)


def _rows(
    count: pd.Series, x: pd.DataFrame, exposure: pd.Series | None
) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    """Return count, exposure and design of the rows with exposure and no missing value."""
    units = pd.Series(1.0, count.index) if exposure is None else exposure.astype(float)
    if not (count.index.equals(x.index) and count.index.equals(units.index)):
        raise ValueError(
            "Count, x and exposure differ in index. Row by row all must be about the same unit: "
            "reindex them first."
        )
    y = count.astype(float)
    wrong = int(((y < 0) | (y % 1 > 0) | (units < 0)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(y)} rows have a count that is negative or not whole, or a negative "
            "exposure. Counts are whole numbers and exposures numbers, from 0 up."
        )
    used = y.notna() & (units > 0) & x.notna().all(axis=1)
    design = x[used].astype(float)
    design.insert(0, "const", 1.0)
    return y[used], units[used], design


def _poisson(y: pd.Series, units: pd.Series, design: pd.DataFrame) -> Any:
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    rank = int(np.linalg.matrix_rank(design.to_numpy()))
    if rank < design.shape[1]:
        raise ValueError(
            f"The {design.shape[1]} columns {list(design)} have rank {rank} in the {len(y)} rows "
            "used. No column may follow from the others: drop one."
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of separation: such columns become NaN in the table
        return GLM(y, design, family=Poisson(), exposure=units).fit(rtol=1e-10)


def _p_dispersion(y: pd.Series, poisson: Any) -> float:
    """Return the one-sided p of Dean's score test against NB2, corrected for leverage (P_B').

    Of series of 18 Poisson counts with a trend it rejects 5.5 %; without the correction 3 %.
    Source: Dean (1992), Journal of the American Statistical Association 87, 451-457.
    """
    mu = poisson.mu
    excess = (y - mu) ** 2 - y + poisson.get_hat_matrix_diag() * mu
    return float(ndtr(-excess.sum() / np.sqrt(2 * (mu**2).sum())))


def _negative_binomial(y: pd.Series, units: pd.Series, design: pd.DataFrame, poisson: Any) -> Any:
    """Return the fitted NB2 model, or None where it does not converge."""
    from statsmodels.discrete.discrete_model import NegativeBinomial

    mu = poisson.mu
    if ((y - mu) ** 2 - y).sum() <= 0:
        return None  # the likelihood falls from alpha = 0 on
    extra = (((y - mu) ** 2 - mu) / mu**2).sum() / poisson.df_resid
    model = NegativeBinomial(y, design, exposure=units)
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            near = model.fit(start_params=[*poisson.params, max(extra, 0.05)], maxiter=200, disp=0)
            # BFGS on log alpha comes near from anywhere, Newton then to all digits.
            fit = model.fit(start_params=near.params, method="newton", disp=0)
            sound = fit.mle_retvals["converged"] and fit.params["alpha"] > 0
            return fit if sound and np.isfinite([fit.llf, *fit.bse]).all() else None
        except np.linalg.LinAlgError:
            return None


def _table(
    design: pd.DataFrame, estimate: pd.Series, se: pd.Series, df: float = np.inf
) -> pd.DataFrame:
    """Return the coefficients of the columns of ``design`` with limits, by t if ``df`` is given."""
    finite = se[design.columns] * design.std() < LARGEST_SE
    estimate, se = (figures[design.columns].where(finite) for figures in (estimate, se))
    half = stdtrit(df, 0.975) * se
    figures = {
        "low": estimate - half,
        "high": estimate + half,
        "p": 2 * stdtr(df, -abs(estimate / se)),
    }
    return pd.DataFrame({"estimate": estimate, "se": se, **figures})
