"""Event rates: how often something happens per unit of exposure, and the ratio of two rates.

The intervals are exact, so they hold for the few events of one agency and for none at all.

Source: Garwood (1936), Biometrika 28, 437-442, for one rate; Lehmann and Romano (2005), Testing
Statistical Hypotheses, 3rd ed., section 4.5, for the ratio. R's ``poisson.test`` gives the same.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import betaincinv, gammaincinv

TAIL = 0.025  # of each side: 95 % intervals


@dataclass(frozen=True)
class RateRatio:
    """The first rate divided by the second, with exact 95 % limits.

    NaN without exposure or without any event; high is infinite when the second count is 0.
    """

    ratio: float
    low: float
    high: float


def poisson_rate(
    count: ArrayLike | pd.Series, exposure: ArrayLike | pd.Series, per: float = 1.0
) -> pd.DataFrame:
    """Return event rates with exact (Garwood) 95 % limits, one row per group.

    count    : number of events, one number or shape (groups,).
    exposure : time or units at risk, one number or shape (groups,). Two Series are paired by index.
    per      : the unit of the rate: 1000 gives events per 1000 units of exposure.
    Returns ``count``, ``exposure`` (as given), ``rate``, ``low`` and ``high`` (events per ``per``
    units) on the index of the Series given. Where exposure is 0 or missing, the last three are NaN.
    Raises ValueError for a negative count or exposure, or ``per`` of 0 or less.
    """
    if not per > 0:
        raise ValueError(f"Per is {per}. It must be a number above 0, as in 1000.")
    single = np.isscalar(count) and np.isscalar(exposure)
    table = pd.DataFrame({"count": count, "exposure": exposure}, index=[0] if single else None)
    events, units = table["count"].astype(float), table["exposure"].astype(float)
    _require_not_negative(events, units)
    units = units.where(units > 0) / per
    # The gamma distribution has no shape 0, and no events at all are compatible with a rate of 0.
    low = gammaincinv(events.where(events > 0), TAIL).where(events != 0, 0.0)
    high = gammaincinv(events + 1, 1 - TAIL)
    return table.assign(rate=events / units, low=low / units, high=high / units)


def rate_ratio(count1: float, exposure1: float, count2: float, exposure2: float) -> RateRatio:
    """Return the rate count1 / exposure1 divided by the rate count2 / exposure2.

    Given the total, the first count is binomial; its Clopper-Pearson limits become limits of the
    ratio. Raises ValueError for a negative count or exposure.
    """
    _require_not_negative(pd.Series([count1, count2]), pd.Series([exposure1, exposure2]))
    if not (exposure1 and exposure2 and count1 + count2):
        return RateRatio(np.nan, np.nan, np.nan)
    low = betaincinv(count1, count2 + 1, TAIL) if count1 else 0.0
    high = betaincinv(count1 + 1, count2, 1 - TAIL) if count2 else 1.0
    return RateRatio(
        *(
            float(part * exposure2 / ((1 - part) * exposure1)) if part < 1 else np.inf
            for part in (count1 / (count1 + count2), low, high)
        )
    )


def _require_not_negative(count: pd.Series, exposure: pd.Series) -> None:
    wrong = int(((count < 0) | (exposure < 0)).sum())
    if wrong:
        raise ValueError(
            f"{wrong} of {len(count)} groups have a negative count or exposure. "
            "Both must be 0 or more."
        )
