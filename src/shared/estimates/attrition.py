"""Loss to follow-up: who is lost, and what the share may be among all who were due.

Two answers to what the lost would have changed: `weighted_share` lets those reached speak for the
lost who are like them in what is known of both, and `bounds` assumes nothing about the lost.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from pandas.api.types import is_numeric_dtype
from scipy.special import expit, logit, ndtr, ndtri

from shared.estimates.proportions import wilson

PER_COEFFICIENT = 10  # lost, and reached: Peduzzi et al. (1996), J. Clin. Epidemiol. 49, 1373-1379
LOWEST_CHANCE = 0.05
# A group of which all are reached has no finite log odds; the iterations stop in the thousands.
LARGEST_SE = 100.0


@dataclass(frozen=True)
class ResponseModel:
    """A logistic regression of being reached.

    n, reached   : people due, and of them reached.
    coefficients : one row per ``covariate`` and ``level`` (empty for numbers and ``const``), with
                   ``n`` people, ``estimate`` (log odds ratio), ``se``, 95 % Wald limits ``low`` and
                   ``high``, and two-sided ``p``. The level that the others are compared with has
                   estimate 0 and no limits.
    chance       : estimated probability of being reached, 0 to 1, one per person due.
    design       : the constant and the covariates used, shape (people due, coefficients).
    left_out     : covariates not used, by the rules of `response_model`.
    """

    n: int
    reached: int
    coefficients: pd.DataFrame
    chance: pd.Series
    design: pd.DataFrame
    left_out: tuple[str, ...]


@dataclass(frozen=True)
class WeightedShare:
    """A share among all due, those reached weighted to be like them.

    n, reached     : people due, and of them reached with a known outcome.
    share          : 0 to 1, with 95 % limits ``low`` and ``high``.
    effective_n    : reached people of equal weight that would say as much, (sum w)**2 / sum w**2.
    largest_weight : people due that one person reached speaks for at most, up to 20.
    truncated      : people reached whose weight was cut to 20.
    covariates     : those used; none means the plain share of those reached.
    left_out       : those given but not used.
    """

    n: int
    reached: int
    share: float
    low: float
    high: float
    effective_n: float
    largest_weight: float
    truncated: int
    covariates: tuple[str, ...]
    left_out: tuple[str, ...]


def response_model(reached: pd.Series, covariates: pd.DataFrame) -> ResponseModel:
    """Return the logistic regression of being reached on what is known of all who were due.

    reached    : True or False, one per person due.
    covariates : on the same index, the most important first. Numbers enter as they are; other
                 columns by level, compared with the most common one, and missing is a level. A
                 level with nobody lost or nobody reached is joined with the most common one.
    Covariates are used, in the order given, as long as there are ten lost and ten reached for each
    coefficient besides the constant. One that is constant, follows from those before it or leaves
    no finite coefficient is left out. With nobody lost or nobody reached no figure is estimated.
    Raises ValueError for a missing ``reached``, a missing number, or another index.
    Source: R's ``glm(family = binomial)`` gives the same coefficients.
    """
    seen = _flags(reached, covariates)
    design, fit = _fit(seen, covariates)
    chance = seen.astype(float) if fit is None else fit.fittedvalues
    return ResponseModel(
        n=len(seen),
        reached=int(seen.sum()),
        coefficients=_coefficients(seen, covariates, design, fit),
        chance=pd.Series(chance, seen.index, name="chance"),
        design=design,
        left_out=tuple(covariates.columns.difference(design.columns.unique("covariate"), False)),
    )


def weighted_share(
    outcome: pd.Series, reached: pd.Series, covariates: pd.DataFrame
) -> WeightedShare:
    """Return the share with an outcome among all due, weighted by the chance of being reached.

    outcome    : 0 or 1 (or False and True) of those reached; others are not looked at. A person
                 reached whose outcome is missing counts as lost.
    reached, covariates : as in `response_model`, whose rules decide which covariates are used.
    Each person reached speaks for 1 / chance people due (Hajek's ratio estimate). It holds if those
    lost are like those reached with the same covariates. A chance below 0.05 counts as 0.05: more
    than 20 people due on the word of one would be extrapolation, and noise.
    The limits are on the logit scale, with a sandwich variance that knows that the chances are
    estimated, times reached / (reached - coefficients). They are Wilson limits when no covariate is
    used, as when nobody is lost (the share is then that of those reached), and Wilson limits of
    the effective n when all reached have the same outcome. With nobody reached, figures are NaN.
    Raises ValueError as `response_model`, and for an outcome other than 0 and 1.
    Source: Lunceford and Davidian (2004), Statistics in Medicine 23, 2937-2960, for the stacked
    estimating equations; Seaman and White (2013), Statistical Methods in Medical Research 22,
    278-295, for the method.
    """
    told = outcome.where(_flags(reached, covariates)).astype(float)
    wrong = int((told.notna() & ~told.isin([0, 1])).sum())
    if wrong:
        raise ValueError(f"{wrong} of {len(told)} outcomes are neither 0 nor 1. No others count.")
    seen = told.notna()
    model = response_model(seen, covariates)
    chance = model.chance.to_numpy()
    weights = seen.to_numpy() / np.clip(chance, LOWEST_CHANCE, 1)
    share, low, high = _share(told.fillna(0).to_numpy(), weights, model.design.to_numpy(), chance)
    return WeightedShare(
        n=model.n,
        reached=model.reached,
        share=share,
        low=low,
        high=high,
        effective_n=_effective_n(weights),
        largest_weight=float(weights.max()) if model.reached else np.nan,
        truncated=int((seen.to_numpy() & (chance < LOWEST_CHANCE)).sum()),
        covariates=tuple(model.design.columns.unique("covariate"))[1:],
        left_out=model.left_out,
    )


def bounds(
    successes: ArrayLike | pd.Series, reached: ArrayLike | pd.Series, lost: ArrayLike | pd.Series
) -> pd.DataFrame:
    """Return the lowest and highest share there can be among all due, one row per group.

    successes : how many of those reached have the property, one number or shape (groups,).
    reached   : how many were reached. lost : how many were due and not reached.
    Series are paired by index.
    Returns the counts given, ``lowest`` (no one lost has it), ``highest`` (all lost have it), and
    ``low`` and ``high``: the lower 95 % Wilson limit of the lowest and the upper of the highest,
    so that sampling uncertainty is within. Proportions, 0 to 1; NaN where nobody was due or a count
    is missing.
    Raises ValueError for more successes than reached, or a negative count.
    Source: Horowitz and Manski (2000), Journal of the American Statistical Association 95, 77-84.
    """
    counts = {"successes": successes, "reached": reached, "lost": lost}
    single = all(np.isscalar(count) for count in counts.values())
    table = pd.DataFrame(counts, index=[0] if single else None)
    known, seen, gone = (table[name].astype(float) for name in counts)
    wrong = int(((known < 0) | (known > seen) | (gone < 0)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(table)} groups have a negative count or more successes than reached. "
            "Successes must lie between 0 and those reached, and lost be 0 or more."
        )
    least, most = wilson(known, seen + gone), wilson(known + gone, seen + gone)
    return table.assign(
        lowest=least["share"], highest=most["share"], low=least["low"], high=most["high"]
    )


def _flags(reached: pd.Series, covariates: pd.DataFrame) -> pd.Series:
    if not reached.index.equals(covariates.index):
        raise ValueError(
            "Reached and covariates differ in index. Row by row both must be about the same "
            "person: reindex them first."
        )
    missing = int(reached.isna().sum())
    if missing:
        raise ValueError(f"Reached is missing for {missing} people. It must be True or False.")
    return reached.astype(bool)


def _fit(seen: pd.Series, covariates: pd.DataFrame) -> tuple[pd.DataFrame, Any]:
    """Return the design, by covariate and level, and its fitted model (None if not finite)."""
    names = ["covariate", "level"]
    design = pd.DataFrame({("const", ""): 1.0}, index=seen.index).rename_axis(columns=names)
    fit = _logistic(seen, design)
    most = min(seen.sum(), (~seen).sum()) // PER_COEFFICIENT
    for name, values in covariates.items():
        columns = _columns(str(name), values, seen)
        if columns.empty:
            continue
        if design.shape[1] - 1 + columns.shape[1] > most:
            break
        wider = pd.concat([design, columns], axis=1).rename_axis(columns=names)
        wider_fit = _logistic(seen, wider)
        if wider_fit is not None:
            design, fit = wider, wider_fit
    return design, fit


def _logistic(seen: pd.Series, design: pd.DataFrame) -> Any:
    """Return the fitted model, or None where the coefficients are not unique or not finite."""
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    x = design.to_numpy()
    if seen.nunique() < 2 or np.linalg.matrix_rank(x) < x.shape[1]:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of separation, which shows in the errors
        fit = GLM(seen.to_numpy(float), x, family=Binomial()).fit(tol=1e-12)
    return fit if (fit.bse * x.std(axis=0) < LARGEST_SE).all() else None


def _columns(name: str, values: pd.Series, seen: pd.Series) -> pd.DataFrame:
    if is_numeric_dtype(values):
        missing = int(values.isna().sum())
        if missing:
            raise ValueError(
                f"Covariate {name} is missing for {missing} people. A number must be known for all "
                "who were due: make it bands, where missing is one more."
            )
        return pd.DataFrame({(name, ""): values.astype(float)})
    levels = _levels(values, seen)
    others = [level for level in sorted(levels.unique()) if level != levels.mode()[0]]
    return pd.DataFrame({(name, level): (levels == level).astype(float) for level in others})


def _levels(values: pd.Series, seen: pd.Series) -> pd.Series:
    """Return the levels as text, those with nobody lost or reached as the most common one."""
    levels = values.astype(object).where(values.notna(), "missing").astype(str)
    one_sided = seen.groupby(levels).nunique() < 2
    return levels.mask(levels.map(one_sided), levels.mode()[0]) if len(levels) else levels


def _coefficients(
    seen: pd.Series, covariates: pd.DataFrame, design: pd.DataFrame, fit: Any
) -> pd.DataFrame:
    """Return the coefficients of the design, each covariate's reference level before its others."""
    levelled = design.columns.get_level_values("level") != ""
    n = design.sum().where(levelled, len(seen))
    estimate, se = (np.nan, np.nan) if fit is None else (fit.params, fit.bse)
    table = pd.DataFrame({"n": n.astype(int), "estimate": estimate, "se": se}, design.columns)
    half = ndtri(0.975) * table["se"]
    table["low"], table["high"] = table["estimate"] - half, table["estimate"] + half
    table["p"] = 2 * ndtr(-(table["estimate"] / table["se"]).abs())
    parts = []
    for name in design.columns.unique("covariate"):
        part = table.loc[[name]]
        if part.index[0][1]:
            level = _levels(covariates[name], seen).mode()[0]
            row = {"n": len(seen) - int(part["n"].sum()), "estimate": 0.0}
            index = pd.MultiIndex.from_tuples([(name, level)], names=table.index.names)
            parts.append(pd.DataFrame(row, index, table.columns))
        parts.append(part)
    return pd.concat(parts)


def _share(
    told: np.ndarray, weights: np.ndarray, design: np.ndarray, chance: np.ndarray
) -> tuple[float, float, float]:
    """Return the weighted mean of ``told`` with limits, all shapes (people,) or (people, ...)."""
    if not weights.any():
        return np.nan, np.nan, np.nan
    share = float(np.average(told, weights=weights))
    coefficients = design.shape[1] - 1
    if not coefficients or share in (0, 1):
        size = _effective_n(weights)
        row = wilson(share * size, size).iloc[0]
        return share, float(row["low"]), float(row["high"])
    reached = np.count_nonzero(weights)
    variance = _sandwich(told - share, weights, design, chance)
    half = np.sqrt(variance * reached / (reached - coefficients)) / (share * (1 - share))
    low, high = expit(logit(share) + ndtri(0.975) * half * np.array([-1, 1]))
    return share, float(low), float(high)


def _sandwich(
    residual: np.ndarray, weights: np.ndarray, design: np.ndarray, chance: np.ndarray
) -> float:
    """Return the variance of the weighted mean, from each person's influence on it."""
    weighted = weights * residual
    # A weight that is cut no longer moves with the coefficients.
    slope = design.T @ (weighted * (1 - chance) * (chance >= LOWEST_CHANCE))
    information = (design.T * (chance * (1 - chance))) @ design
    scores = design * ((weights > 0) - chance)[:, None]
    influence = weighted - scores @ np.linalg.solve(information, slope)
    return float((influence**2).sum() / weights.sum() ** 2)


def _effective_n(weights: np.ndarray) -> float:
    return float(weights.sum() ** 2 / (weights**2).sum()) if weights.any() else 0.0
