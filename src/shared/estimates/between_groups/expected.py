"""Case mix: what a group's result would be if its participants fared as such people do everywhere.

Expected results come from a logistic model of what participants bring with them, fitted to all
groups together; observed over expected is above 1 where more reach the result than that. What the
model does not know of the participants is still in the ratio.

Source: Breslow and Day (1987), Statistical Methods in Cancer Research II, IARC, section 2.3.
"""

import numpy as np
import pandas as pd
from scipy.special import expit, ndtri

from shared.estimates.between_groups.logistic import design, fit_logistic, patterns
from shared.estimates.rates import poisson_rate

TAIL = 0.025  # of each side: 95 % intervals
CASE_MIX = ["age_band", "gender", "support_band", "occupation_before"]  # known at the start


def expected_chances(outcome: pd.Series, covariates: pd.DataFrame) -> pd.Series:
    """Return each participant's chance of the result, by covariates alone (never by group).

    outcome    : True or False (or 1 and 0), one per participant of all groups.
    covariates : on the same index; numbers enter as they are, other columns by level.
    The chances sum to the number of results. Where no finite model exists (collinear covariates, or
    ones that tell the result for certain) all are NaN; with one outcome only, or no covariates that
    differ, all have the overall share.
    Raises ValueError for another index, a missing outcome or a missing number.
    """
    if not outcome.index.equals(covariates.index):
        raise ValueError("Outcome and covariates differ in index. Reindex them first.")
    missing = int(outcome.isna().sum())
    if missing:
        raise ValueError(f"Outcome is missing for {missing} participants. Leave them out first.")
    result = outcome.astype(float)
    columns = design(covariates, result)
    if result.nunique() < 2 or columns.empty:
        return pd.Series(result.mean(), outcome.index, name="chance")
    values = ((columns - columns.mean()) / columns.std()).to_numpy()
    first, pattern = patterns(values)
    x = np.column_stack([np.ones(len(first)), values[first]])
    b = fit_logistic(x, np.bincount(pattern, result), np.bincount(pattern))
    chance = np.full(len(first), np.nan) if b is None else expit(x @ b)
    return pd.Series(chance[pattern], outcome.index, name="chance")


def observed_expected(observed: pd.Series, expected: pd.Series) -> pd.DataFrame:
    """Return observed over expected with exact Poisson limits and Byar's, one row per group.

    observed : number of results, real from 0. expected : sum of the chances, paired by index.
    Returns ``observed``, ``expected``, ``ratio``, ``low`` and ``high`` (exact 95 %), and
    ``byar_low`` and ``byar_high``, which need no more than a pocket calculator. Where expected is
    0 or missing there is no ratio. Counts of results vary less than Poisson counts when results are
    common, so the limits are on the wide side.
    Raises ValueError for a negative number.
    """
    rate = poisson_rate(observed, expected)
    table = rate.rename(columns={"count": "observed", "exposure": "expected", "rate": "ratio"})
    count = table["observed"].astype(float)
    base = table["expected"].where(table["expected"] > 0)
    return table.assign(byar_low=_byar(count, -1) / base, byar_high=_byar(count + 1, 1) / base)


def standardised_share(ratio: pd.Series, share: float) -> pd.Series:
    """Return indirectly standardised shares: observed over expected, times the overall share.

    Rarely above 1, and then cut off there. Source: as for the risk-adjusted rates of New York State
    in Spiegelhalter (2005), Statistics in Medicine 24, 1185-1202.
    """
    return (ratio * share).clip(upper=1)


def _byar(count: pd.Series, side: int) -> pd.Series:
    z = ndtri(1 - TAIL)
    several = count.where(count > 0)
    limit = several * (1 - 1 / (9 * several) + side * z / (3 * np.sqrt(several))) ** 3
    return limit.where(count != 0, 0.0)
