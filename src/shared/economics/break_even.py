"""Break-even: how much has to come of a programme for it to pay.

These turn the appraisal around, so that a reader can judge whether what is needed is likely,
whatever they believe of the estimate.

Source: WSIPP, Benefit-Cost Technical Documentation: the break-even success rate is cost / value.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from shared.economics.account_sums import cost_with_totals, gain_per_account, months_changed
from shared.economics.appraisal import SURE
from shared.economics.exposure import WORK, YEAR


def value_of_work(before: pd.DataFrame, flows: pd.DataFrame) -> pd.Series:
    """Return what one person in full-time work all year adds (kr a year), to whom.

    before : people x status, months a year (``exposure.exposure``); the work replaces their mean.
    flows  : as from ``prices.price_flows``.
    All other statuses end. One figure per account, ``public`` and ``society``.
    """
    mean = before.mean().to_frame().T
    mean = mean.assign(**{WORK: mean.get(WORK, 0.0)})
    work = (0 * mean).assign(**{WORK: float(YEAR)})
    return gain_per_account(months_changed(mean, work, flows)[0], flows)


def needed_in_work(
    cost: pd.Series, value: pd.Series, worth: float, participants: int
) -> pd.DataFrame:
    """Return how many have to go to work for the cost to be back at the horizon.

    cost         : kr in all by account, as in ``account_sums.cost_with_totals``.
    value        : kr a year that one person in work adds (``value_of_work``).
    worth        : what 1 kr a year is worth over the horizon (``appraisal.worth``).
    participants : how many the cost is for.
    One row per account, ``public`` and ``society`` (``who``): ``cost``, ``value`` (kr over the
    horizon, per person), ``needed`` (people, rounded up; 0 when there is no cost; missing when
    the value is 0 or less, as no number would do), ``success_rate`` (cost / value per
    participant, not rounded; above 1 there are too few participants).
    """
    costs = cost_with_totals(cost)
    values = value[costs.index] * worth
    people = (costs / values.where(values > 0)).mask(costs <= 0, 0.0)
    table = pd.DataFrame({"cost": costs, "value": values})
    table["needed"] = np.ceil(people.round(SURE)).astype("Int64")
    table["success_rate"] = people / participants if participants else np.nan
    return table.rename_axis("who").reset_index()


def break_even_gain(cost: ArrayLike, worth: ArrayLike) -> np.ndarray:
    """Return the yearly gain (kr) at which the profit is 0; infinite when a gain is worth nothing.

    cost  : kr. Nothing is needed where it is 0 or less.
    worth : what 1 kr a year is worth over the horizon (``appraisal.worth``).
    """
    cost, worth = np.broadcast_arrays(np.asarray(cost, float), np.asarray(worth, float))
    needed = np.divide(cost, worth, out=np.full(cost.shape, np.inf), where=worth > 0)
    return np.where(cost <= 0, 0.0, needed)[()]


def break_even_deadweight(cost: ArrayLike, gain: ArrayLike, worth: ArrayLike) -> np.ndarray:
    """Return the largest deadweight (0 to 1) at which the programme still pays.

    cost  : kr; 1 where there is none to get back.
    gain  : kr a year. NaN where it does not pay even if nothing would have come anyway.
    worth : what 1 kr a year is worth over the horizon with a deadweight of 0.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = break_even_gain(cost, worth) / np.maximum(np.asarray(gain, float), 0.0)
    free = np.asarray(cost, float) <= 0
    return np.where(free, 1.0, np.where(share <= 1, 1 - share, np.nan))[()]
