"""Differences between participants and a comparison group: plain, adjusted, and of changes."""

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from shared.estimates.effect.people import leverage, people
from shared.estimates.effect.result import Effect, effect

ERRORS = ("welch", "ols", "hc1")


def difference_in_means(outcome: pd.Series, treated: pd.Series, errors: str = "welch") -> Effect:
    """Return the mean of the treated less that of the comparison people.

    outcome, treated : as `people.people` takes them; a missing outcome is left out.
    errors           : ``welch`` (Welch's t test; the arms may spread unlike), ``ols`` (one spread,
                       Student's t test) or ``hc1`` (robust errors of the regression, t limits).
    ``method`` is ``difference_`` and the errors.
    Raises ValueError for what `people.people` refuses, and for other errors.
    Source: Welch (1947), Biometrika 34, 28-35; MacKinnon and White (1985), Journal of Econometrics
    29, 305-325. R's ``t.test``, ``lm`` and ``sandwich::vcovHC`` give the same.
    """
    if errors not in ERRORS:
        raise ValueError(f"Errors is {errors!r}. Allowed: {', '.join(ERRORS)}.")
    who = people(treated, outcome=outcome)
    arms = [who.outcome[who.treated], who.outcome[~who.treated]]
    se, df = _error(arms, errors)
    means = float(arms[0].mean()), float(arms[1].mean())
    return effect(who, means, se, f"difference_{errors}", df)


def difference_in_differences(
    before: pd.Series, after: pd.Series, treated: pd.Series, errors: str = "welch"
) -> Effect:
    """Return the mean change of the treated less that of the comparison people.

    before, after : outcome of the same people at two times, on the index of ``treated``; those who
                    lack one are left out. ``mean_treated`` and ``mean_comparison`` are changes.
    ``method`` is ``difference_in_differences_`` and the errors (`difference_in_means`).
    It is an effect if, without the programme, both arms would have changed as much.
    Raises ValueError as `difference_in_means` does.
    Source: Angrist and Pischke (2009), Mostly Harmless Econometrics, section 5.2.
    """
    if text := [str(part.dtype) for part in (before, after) if not is_numeric_dtype(part)]:
        raise ValueError(f"Before or after is {text[0]}. Both must be numbers, or True and False.")
    if not before.index.equals(after.index):
        raise ValueError(
            "Before and after differ in index. Row by row both must be about the same person: "
            "reindex them first."
        )
    # True less True is no number in pandas.
    change = after.astype("Float64") - before.astype("Float64")
    found = difference_in_means(change, treated, errors)
    return Effect(**{**vars(found), "method": f"difference_in_differences_{errors}"})


def adjusted_difference(outcome: pd.Series, treated: pd.Series, covariates: pd.DataFrame) -> Effect:
    """Return the difference between the arms at equal covariates, by linear regression.

    outcome, treated, covariates : as `people.people` takes them.
    The errors are HC3, which hold in few people too, with t limits on n less the coefficients.
    ``mean_comparison`` is what the model expects of the treated without the programme. ``method``
    is ``regression_hc3``. Raises ValueError for what `people.people` refuses.
    Source: Long and Ervin (2000), The American Statistician 54, 217-224. R's ``lm`` gives the same
    estimate.
    """
    from statsmodels.regression.linear_model import OLS

    who = people(treated, covariates, outcome)
    design = np.column_stack([who.treated.astype(float), who.design])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise ValueError(
            "The covariates tell exactly who is treated, so people in the two arms are never "
            "alike. Leave out what decided who took part, or find another comparison group."
        )
    leverage(design)  # refuses those alone, for whom there is no HC3
    fit = OLS(who.outcome, design).fit(cov_type="HC3")
    mean = float(who.outcome[who.treated].mean())
    means = mean, mean - float(fit.params[0])
    return effect(who, means, fit.bse[0], "regression_hc3", fit.df_resid)


def _error(arms: list[np.ndarray], errors: str) -> tuple[float, float]:
    """Return the standard error of the difference of two means, and its degrees of freedom."""
    sizes = np.array([len(arm) for arm in arms])
    squares = np.array([((arm - arm.mean()) ** 2).sum() for arm in arms])
    pooled_df = float(sizes.sum() - 2)
    if errors == "ols":
        return float(np.sqrt(squares.sum() / pooled_df * (1 / sizes).sum())), pooled_df
    if errors == "hc1":
        scale = sizes.sum() / pooled_df
        return float(np.sqrt(scale * (squares / sizes**2).sum())), pooled_df
    parts = squares / (sizes - 1) / sizes
    if not parts.sum():
        return 0.0, np.nan
    return float(np.sqrt(parts.sum())), float(parts.sum() ** 2 / (parts**2 / (sizes - 1)).sum())
