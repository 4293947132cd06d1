"""The chance of being reached, from what is known of everyone who was due for follow-up."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy.special import ndtr, ndtri

PER_COEFFICIENT = 10  # lost, and reached: Peduzzi et al. (1996), J. Clin. Epidemiol. 49, 1373-1379
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
    seen = flags(reached, covariates)
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


def flags(reached: pd.Series, covariates: pd.DataFrame) -> pd.Series:
    """Return ``reached`` as True or False, or refuse it."""
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
