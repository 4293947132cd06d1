"""The people compared: outcome, arm and covariates, checked and paired row by row."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

# Fewer bias a logistic regression: Vittinghoff and McCulloch (2007), American Journal of
# Epidemiology 165, 710-718.
PER_COEFFICIENT = 5
ALONE = 1 - 1e-9  # leverage


@dataclass(frozen=True)
class People:
    """Those with everything known, and what is known of them.

    treated    : True for those in the programme, False for the comparison, shape (n,).
    outcome    : shape (n,); 0 where no outcome was asked for.
    covariates : one column per number and per level of the others (``race: black``), n rows on the
                 index given.
    design     : the constant and the columns to estimate, with mean 0 and standard deviation 1 and
                 without the most common level of each category, shape (n, coefficients).
    names      : the covariate behind each column of ``design`` but the constant.
    left_out   : rows not used because a value was missing.
    """

    treated: np.ndarray
    outcome: np.ndarray
    covariates: pd.DataFrame
    design: np.ndarray
    names: list[str]
    left_out: int


def people(
    treated: pd.Series, covariates: pd.DataFrame | None = None, outcome: pd.Series | None = None
) -> People:
    """Return the people with everything known, or refuse them.

    treated    : True or False (or 1 and 0), one per person.
    covariates : on the same index. Numbers, True and False enter as they are, other columns by
                 level. Make a missing value a level of its own to keep those who lack it.
    outcome    : numbers, or True and False, on the same index.
    Raises ValueError for another index, a missing ``treated``, text or infinite values as numbers,
    fewer than 2 in an arm, and with covariates: none at all, fewer than 5 in each arm per
    coefficient, and one that is constant or follows from those before it.
    """
    known = _known(treated, covariates, outcome)
    in_programme = treated[known].to_numpy(dtype=bool)
    left_out = int((~known).sum())
    table = pd.DataFrame(index=treated.index[known])
    design, names = np.ones((len(table), 1)), list[str]()
    _require_both_arms(in_programme, left_out, 2)
    if covariates is not None:
        levels = [_columns(str(name), values) for name, values in covariates[known].items()]
        table = pd.concat(levels, axis=1)
        table.columns = [f"{name}: {level}" if level else name for name, level in table.columns]
        design, names = _design(levels)
        _require_both_arms(in_programme, left_out, PER_COEFFICIENT * len(names), len(names))
        _require_independent(design, names)
    values = np.zeros(len(table)) if outcome is None else outcome[known].to_numpy(dtype=float)
    return People(in_programme, values, table, design, names, left_out)


def leverage(design: np.ndarray) -> np.ndarray:
    """Return how much each person's own outcome pulls its fitted value, 0 to 1, shape (n,).

    design : shape (n, coefficients), of full rank.
    Raises ValueError for a leverage of 1: that fit always hits the outcome, whatever it is.
    """
    found = (np.linalg.qr(design)[0] ** 2).sum(axis=1)
    if alone := int((found > ALONE).sum()):
        raise ValueError(
            f"{alone} of {len(design)} people are alone in a level or value of a covariate, so "
            "their outcome cannot be set against anyone's. Join the level with another one."
        )
    return found


def _known(
    treated: pd.Series, covariates: pd.DataFrame | None, outcome: pd.Series | None
) -> pd.Series:
    """Return which rows have every value."""
    given = [part for part in (outcome, covariates) if part is not None]
    if any(not part.index.equals(treated.index) for part in given):
        raise ValueError(
            "Treated, outcome and covariates differ in index. Row by row all must be about the "
            "same person: reindex them first."
        )
    if missing := int(treated.isna().sum()):
        raise ValueError(f"Treated is missing for {missing} people. It must be True or False.")
    if not treated.isin([0, 1]).all():
        raise ValueError("Treated has other values than True and False (or 1 and 0).")
    if outcome is not None and not is_numeric_dtype(outcome):
        raise ValueError(f"The outcome is {outcome.dtype}. It must be numbers, or True and False.")
    if covariates is not None and covariates.shape[1] == 0:
        raise ValueError("There are no covariates. Give at least one column to adjust for.")
    known = pd.Series(True, treated.index)
    for part in given:
        numbers = part.to_frame() if isinstance(part, pd.Series) else part.select_dtypes("number")
        if np.isinf(numbers.to_numpy(dtype=float, na_value=np.nan)).any():
            raise ValueError("An outcome or covariate is infinite. Make it a number or missing.")
        known &= part.notna() if isinstance(part, pd.Series) else part.notna().all(axis=1)
    return known


def _require_both_arms(
    treated: np.ndarray, left_out: int, fewest: int, coefficients: int = 0
) -> None:
    inside = int(treated.sum())
    if min(inside, len(treated) - inside) >= fewest:
        return
    why = f" for the {coefficients} coefficients of the covariates" if coefficients else ""
    todo = "Use fewer covariates, join levels or compare" if coefficients else "Compare"
    raise ValueError(
        f"Found {inside} treated and {len(treated) - inside} comparison people, and {left_out} "
        f"left out for a missing value. At least {fewest} of each are needed{why}."
        f" {todo} more people."
    )


def _columns(name: str, values: pd.Series) -> pd.DataFrame:
    """Return the columns of one covariate by name and level, the most common level first."""
    if values.nunique() < 2:
        raise ValueError(
            f"Covariate {name} has the same value for all {len(values)} people who have every "
            "value, so there is nothing to adjust for. Leave it out."
        )
    if is_numeric_dtype(values):
        return pd.DataFrame({(name, ""): values.astype(float)})
    levels = values.astype(object).astype(str)
    return pd.DataFrame(
        {(name, level): (levels == level).astype(float) for level in levels.value_counts().index}
    )


def _design(levels: list[pd.DataFrame]) -> tuple[np.ndarray, list[str]]:
    """Return the constant and the columns to estimate, and the covariate behind each."""
    kept = [part if part.shape[1] == 1 else part.iloc[:, 1:] for part in levels]
    names = [name for part in kept for name, _ in part.columns]
    x = np.hstack([part.to_numpy() for part in kept])
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    return np.column_stack([np.ones(len(x)), x]), names


def _require_independent(design: np.ndarray, names: list[str]) -> None:
    rank = np.linalg.matrix_rank
    if rank(design) == design.shape[1]:
        return
    ranks = [rank(design[:, : k + 1]) for k in range(design.shape[1])]
    follow = dict.fromkeys(name for k, name in enumerate(names) if ranks[k + 1] == ranks[k])
    raise ValueError(
        f"Covariate {', '.join(follow)} follows from the ones before it: their coefficients "
        "cannot be told apart. Leave it out."
    )
