"""Accounts: who gains and who pays, when what people do in a year changes.

Each flow takes from one account as much as it gives to another (double entry), so that over all
accounts and the outside world every kronor nets to zero. Society's gain is what is left inside when
the outside world is left out: production less the resources used up. Transfers and taxes cancel.
"""

import numpy as np
import pandas as pd

ACCOUNTS = ("individual", "municipality", "region", "af", "fk", "state", "employer")
PUBLIC = ("municipality", "region", "af", "fk", "state")  # state: without AF and FK
OUTSIDE = "outside"
KINDS = ("production", "real_resource", "transfer", "tax")


def incidence(flows: pd.DataFrame) -> pd.DataFrame:
    """Return who loses (-1) and who gains (+1) by each flow: flows x accounts and outside.

    flows : with ``payer`` and ``payee``, as from ``prices.price_flows``. Every row sums to 0.
    Raises ``ValueError`` for a party that has no account.
    """
    parties = [*ACCOUNTS, OUTSIDE]
    payer, payee = (flows[end].to_numpy(dtype=object) for end in ("payer", "payee"))
    unknown = sorted({*payer, *payee} - set(parties))
    if unknown:
        raise ValueError(f"No account for {', '.join(unknown)}; there are {', '.join(parties)}.")
    gives, gets = (end[:, None] == np.array(parties, dtype=object) for end in (payer, payee))
    return pd.DataFrame(gets.astype(int) - gives, index=flows.index, columns=parties)


def balances(months: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Return what each account gets (kr a year, negative when it pays) by each person.

    months : persons x status, months a year; a status without a flow moves nothing.
    flows  : kr a month in ``sek``, of a ``status``, from ``payer`` to ``payee``.
    Returns persons x accounts and outside; every row sums to 0.
    Raises ``ValueError`` for missing months: nought and unknown are not the same.
    """
    unknown = int(months.isna().to_numpy().sum())
    if unknown:
        raise ValueError(f"{unknown} of the months are missing. Leave people out who are unknown.")
    per_month = incidence(flows).mul(flows["sek"].astype(float), axis=0)
    by_status = per_month.groupby(flows["status"].astype("str")).sum()
    by_status = by_status.reindex([str(status) for status in months.columns], fill_value=0.0)
    amounts = months.to_numpy(dtype=float) @ by_status.to_numpy(dtype=float)
    return pd.DataFrame(amounts, index=months.index, columns=by_status.columns)


def gains(before: pd.DataFrame, after: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Return how much better off each account is after than before (kr a year), by each person.

    before, after : months of the same persons x status, as in ``balances``.
    Raises ``ValueError`` when they are not the same persons, each once.
    """
    once = before.index.is_unique and after.index.is_unique
    if not once or set(before.index) != set(after.index):
        raise ValueError("Before and after must be of the same persons, each of them once.")
    after = after.reindex(before.index)
    return balances(after, flows) - balances(before, flows)


def society(amounts: pd.DataFrame) -> pd.Series:
    """Return the sum over all accounts but the outside world, by the rows of ``balances``."""
    return amounts[list(ACCOUNTS)].sum(axis=1).rename("society")


def public(amounts: pd.DataFrame) -> pd.Series:
    """Return the sum over the public accounts, by the rows of ``balances``."""
    return amounts[list(PUBLIC)].sum(axis=1).rename("public")


def by_kind(before: pd.DataFrame, after: pd.DataFrame, flows: pd.DataFrame) -> pd.DataFrame:
    """Return where the gains come from: kinds of flow x accounts and outside, kr a year.

    before, after : as in ``gains``; the persons are added up. The kinds add up to the gains' sum,
    and transfers and taxes each to 0 over the accounts.
    """
    sums = {
        kind: gains(before, after, flows[flows["kind"].astype("str") == kind]).sum()
        for kind in KINDS
    }
    return pd.DataFrame(sums).T.rename_axis("kind")
