"""Logistic regression of shares, over distinct patterns of covariates rather than over people.

Three hundred thousand people have a few thousand patterns of bands and codes between them.
"""

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype
from scipy.special import expit

MOST_STEPS = 50  # some six are usual
CLOSE = 1e-10  # change of the linear predictor at which the steps end
LARGEST = 30.0  # log odds; a fit beyond it is on its way to infinity


def fit_logistic(x: np.ndarray, successes: np.ndarray, n: np.ndarray) -> np.ndarray | None:
    """Return the coefficients of the logistic regression, or None where there is no finite best.

    x : shape (patterns, coefficients), constant included. successes, n : shape (patterns,), real.
    Source: McCullagh and Nelder (1989), Generalized Linear Models, section 4.4; ``glm`` of R.
    """
    if np.linalg.matrix_rank(x) < x.shape[1]:
        return None
    b = np.zeros(x.shape[1])
    for _ in range(MOST_STEPS):
        chance = expit(x @ b)
        information = (x * (n * chance * (1 - chance))[:, None]).T @ x
        try:
            step = np.linalg.solve(information, x.T @ (successes - n * chance))
        except np.linalg.LinAlgError:
            return None
        b = b + step
        if np.abs(x @ b).max() > LARGEST:
            return None
        if np.abs(x @ step).max() < CLOSE:
            return b
    return None


def design(covariates: pd.DataFrame, outcome: pd.Series) -> pd.DataFrame:
    """Return the covariates as numbers, one row per person, without a constant.

    Numbers enter as they are. Other columns become one indicator per level but the most common
    one, named ``covariate: level``; missing is a level, and a level where everybody or nobody has
    the outcome is joined with the most common one, since its log odds would be infinite. Columns
    that are constant are left out.
    Raises ValueError for a number that is missing.
    """
    columns: dict[str, pd.Series] = {}
    for name, values in covariates.items():
        if is_numeric_dtype(values):
            _require_known(str(name), values)
            columns[str(name)] = values.astype(float)
            continue
        levels = values.astype(object).where(values.notna(), "missing").astype(str)
        common = levels.mode()[0]
        one_sided = outcome.groupby(levels).nunique() < 2
        levels = levels.mask(levels.map(one_sided), common)
        for level in sorted(set(levels) - {common}):
            columns[f"{name}: {level}"] = (levels == level).astype(float)
    table = pd.DataFrame(columns, index=covariates.index, dtype=float)
    return table.loc[:, table.nunique() > 1]


def patterns(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the positions of the first of each distinct row, and each row's number among them."""
    if not rows.shape[1]:
        return np.zeros(1, dtype=int), np.zeros(len(rows), dtype=int)
    keys = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        codes, values = pd.factorize(column)
        # Renumbering after each column keeps the keys below the number of rows squared.
        keys = pd.factorize(keys * len(values) + codes)[0]
    return np.unique(keys, return_index=True)[1], keys


def _require_known(name: str, values: pd.Series) -> None:
    missing = int(values.isna().sum())
    if missing:
        raise ValueError(
            f"Covariate {name} is missing for {missing} people. A number must be known for all: "
            "make it bands, where missing is one more."
        )
