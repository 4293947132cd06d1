"""The accounts with their sums, ``public`` and ``society``: of gains, of costs, of any kr."""

import numpy as np
import pandas as pd

from shared.economics.accounts import ACCOUNTS, PUBLIC, incidence, public, society
from shared.economics.costs import OTHER

WHO = [*ACCOUNTS, "public", "society"]


def with_sums(by_account: pd.DataFrame) -> pd.DataFrame:
    """Return values by account (columns) with ``public`` and ``society`` after them."""
    return by_account.assign(public=public(by_account), society=society(by_account))


def gain_per_account(months: np.ndarray, flows: pd.DataFrame) -> pd.Series:
    """Return what accounts, public and society gain (kr a year) by a change in the flows' months.

    months : months a year more in the status of each flow, shape (flows,).
    """
    return pd.Series((months * flows["sek"].to_numpy(float)) @ signs(flows), WHO)


def months_changed(before: pd.DataFrame, after: pd.DataFrame, flows: pd.DataFrame) -> np.ndarray:
    """Return the change (months a year) of each person in the status of each flow.

    before, after : people x status, of the same people (``exposure.exposure``); sorted here by
    their index, so that draws do not hang on the order of the delivery.
    """
    difference = (after.reindex(before.index) - before).sort_index()
    return difference.reindex(columns=flows["status"].astype(str), fill_value=0.0).to_numpy(float)


def cost_with_totals(cost: pd.Series) -> pd.Series:
    """Return the cost (kr) of each account, the public accounts and society.

    cost : by account; those not named pay nothing. What ``other`` payers bear is society's only.
    A cost that is not known is missing, and so are the sums it is part of.
    Raises ValueError for a cost of anyone else.
    """
    unknown = sorted(set(cost.index) - {*ACCOUNTS, OTHER})
    if unknown:
        allowed = ", ".join([*ACCOUNTS, OTHER])
        raise ValueError(f"Found a cost of {', '.join(unknown)}; allowed: {allowed}.")
    paid = cost.astype(float).reindex([*ACCOUNTS, OTHER], fill_value=0.0)
    sums = {"public": paid[list(PUBLIC)].sum(skipna=False), "society": paid.sum(skipna=False)}
    return pd.concat([paid[list(ACCOUNTS)], pd.Series(sums)])


def signs(flows: pd.DataFrame) -> np.ndarray:
    """Return the incidence of flows on ``WHO``; transfers are exactly 0 for society."""
    each = incidence(flows)[list(ACCOUNTS)].to_numpy(float)
    of_public = each[:, [account in PUBLIC for account in ACCOUNTS]].sum(axis=1)
    return np.column_stack([each, of_public, each.sum(axis=1)])
