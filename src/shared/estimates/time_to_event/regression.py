"""What the regressions of time to an event share: checked input and the table that comes out."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr

from shared.estimates.time_to_event.life_table import Values, Z, spells

INDEPENDENT = 1e-9  # share of a covariate's spread that the ones before it must leave unexplained


@dataclass(frozen=True)
class Observations:
    """Spells and their covariates, checked and paired row by row.

    spells : ``duration``, ``mark``, ``entry``, ``stratum`` (0, 1, ...) and ``weight``.
    z      : the covariates with mean 0 and standard deviation 1, shape (spells, covariates).
    centre, spread : the mean and standard deviation of each covariate.
    names  : of the covariates.
    """

    spells: pd.DataFrame
    z: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    names: list[str]


def observations(
    duration: Values,
    mark: Values,
    covariates: pd.DataFrame,
    *,
    entry: Values | None = None,
    strata: Values | None = None,
    weights: Values | None = None,
    highest: float = 1,
    of: int = 1,
) -> Observations:
    """Return the spells with their covariates, or refuse them.

    covariates : numbers, or True and False, one row per spell; categories as columns of 0 and 1.
    The others : shape (spells,); a Series must have the index of ``covariates``. ``strata`` are
                 any labels, ``weights`` above 0; the rest and ``highest`` are those of `spells`.
    of         : the mark of the event that is modelled.
    Raises ValueError for what `spells` refuses, another index, covariates that are missing,
    infinite, constant or not numbers, weights of 0 or less, and fewer events than covariates.
    """
    labels = {
        name: values
        for name, values in (("stratum", strata), ("weight", weights))
        if values is not None
    }
    _require_same_rows(covariates, [duration, mark, entry, *labels.values()])
    _require_numbers(covariates)
    table = spells(duration, mark, entry, highest=highest, **labels)
    events = int((table["mark"] == of).sum())
    if events < max(1, covariates.shape[1]):
        raise ValueError(
            f"{events} of {len(table)} spells ended in the event, which cannot carry "
            f"{covariates.shape[1]} coefficients. Use fewer covariates."
        )
    if weights is None:
        table["weight"] = 1.0
    table["weight"] = table["weight"].astype(float)
    if light := int((~(table["weight"] > 0)).sum()):
        raise ValueError(f"{light} of {len(table)} weights are not above 0. Leave those rows out.")
    table["stratum"] = 0 if strata is None else pd.factorize(table["stratum"], sort=True)[0]
    x = covariates.to_numpy(dtype=float)
    centre, spread = x.mean(axis=0), x.std(axis=0)
    return Observations(table, (x - centre) / spread, centre, spread, list(covariates))


def require_independent(information: np.ndarray, names: list[str]) -> None:
    """Raise ValueError when a covariate follows from the ones before it.

    information : of the coefficients of standardised covariates, or any other matrix of their
                  sums of squares and products, shape (covariates, covariates).
    """
    own = np.diag(information)
    if still := [name for name, size in zip(names, own, strict=True) if size <= INDEPENDENT]:
        raise ValueError(
            f"{_listed(still)} has one value among all at risk whenever an event happens, which "
            "says nothing of its coefficient. Leave it out."
        )
    correlation = information / np.sqrt(np.outer(own, own))
    for k in range(1, len(names)):
        explained = np.linalg.lstsq(correlation[:k, :k], correlation[:k, k], rcond=None)[0]
        if 1 - explained @ correlation[:k, k] < INDEPENDENT:
            others = [names[i] for i in np.flatnonzero(abs(explained) > 1e-6)]
            raise ValueError(
                f"{names[k]!r} follows from {_listed(others)}: their coefficients cannot be told "
                "apart. Leave one out; of the columns of a category, the one to compare with."
            )


def wald_table(
    names: list[str], coefficient: np.ndarray, covariance: np.ndarray, ratio: str
) -> pd.DataFrame:
    """Return one row per name: coefficient, se, exp(coefficient) as ``ratio``, limits of it, p."""
    se = np.sqrt(np.diag(covariance))
    return pd.DataFrame(
        {
            "coefficient": coefficient,
            "se": se,
            ratio: np.exp(coefficient),
            "low": np.exp(coefficient - Z * se),
            "high": np.exp(coefficient + Z * se),
            "p": 2 * ndtr(-np.abs(coefficient) / se),
        },
        index=pd.Index(names, name="covariate"),
    )


def _require_same_rows(covariates: pd.DataFrame, given: list[Values | None]) -> None:
    rows = len(covariates)
    for values in given:
        if isinstance(values, pd.Series):
            wrong = "another index" if not values.index.equals(covariates.index) else ""
        else:
            length = rows if values is None else len(np.atleast_1d(np.asarray(values)))
            wrong = f"{length} values" if length != rows else ""
        if wrong:
            raise ValueError(
                f"There are covariates of {rows} spells, but durations, events or other columns "
                f"with {wrong}. Row by row all must be about the same spell: reindex them first."
            )


def _require_numbers(covariates: pd.DataFrame) -> None:
    if covariates.empty:
        raise ValueError(
            f"The covariates have shape {covariates.shape}. There must be rows and columns."
        )
    if repeated := list(covariates.columns[covariates.columns.duplicated()]):
        raise ValueError(f"The covariates have {_listed(repeated)} twice. Rename or drop one.")
    kinds = covariates.dtypes
    if text := [name for name in covariates if not pd.api.types.is_numeric_dtype(kinds[name])]:
        raise ValueError(
            f"{_listed(text)} is not numeric. Make categories columns of 0 and 1, all but the "
            "one to compare with (pandas.get_dummies with drop_first=True)."
        )
    numbers = covariates.astype(float)
    unknown = ~np.isfinite(numbers)
    if missing := int(unknown.any(axis=1).sum()):
        raise ValueError(
            f"{missing} of {len(numbers)} spells lack a value of {_listed(unknown.any())}. "
            "Decide on them first: left out in silence they would bias the coefficients."
        )
    constant = numbers.max() == numbers.min()
    if constant.any():
        raise ValueError(
            f"{_listed(constant)} has the same value in all {len(numbers)} spells, which says "
            "nothing of its coefficient. Leave it out."
        )


def _listed(names: list[str] | pd.Series) -> str:
    """Return the names, or the labels marked True, quoted and with commas."""
    chosen = names.index[names] if isinstance(names, pd.Series) else names
    return ", ".join(repr(name) for name in chosen)
