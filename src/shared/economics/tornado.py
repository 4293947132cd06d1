"""What a result hangs on: each price and parameter moved through its range, one at a time."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from shared.economics.account_sums import cost_with_totals, gain_per_account
from shared.economics.appraisal import profit
from shared.economics.parameters import Parameters

Reprice = Callable[[Parameters], pd.DataFrame]
RATES = ("tax_municipal", "tax_region", "employer_contribution")  # they are part of the flows


def tornado(
    change: np.ndarray,
    flows: pd.DataFrame,
    parameters: Parameters,
    cost: pd.Series,
    who: str = "society",
    reprice: Reprice | None = None,
) -> pd.DataFrame:
    """Return the profit at the horizon with each price and parameter at its low and its high.

    change, flows : as in ``uncertainty.simulate``. Prices and parameters without a range, or with
                    one of no width, are left out.
    cost          : kr per participant, as in ``account_sums.cost_with_totals``.
    who           : an account, ``public`` or ``society``.
    reprice       : returns the flows under other parameters (``prices.price_flows`` of the study's
                    prices); without it the rates of tax and contribution are left out.
    Returns ``name`` (parameter or price_id), ``low`` and ``high`` (the profit, kr per participant,
    when it is at the low and the high end of its range) and ``base``, the widest difference first.
    """
    months = np.asarray(change, dtype=float).mean(axis=0)
    paid = cost_with_totals(cost)[who]

    def at(priced: pd.DataFrame, given: Parameters) -> float:
        gain = gain_per_account(months, priced)[who]
        return float(profit(paid, gain, given.horizon_years, given.assumptions()))

    moved = [*_parameters(flows, parameters, reprice), *_prices(flows, parameters)]
    rows = [{"name": name, "low": at(*low), "high": at(*high)} for name, low, high in moved]
    table = pd.DataFrame(rows, columns=["name", "low", "high"]).assign(base=at(flows, parameters))
    width = (table["high"] - table["low"]).abs().sort_values(ascending=False, kind="stable")
    return table.loc[width.index].reset_index(drop=True)


Case = tuple[pd.DataFrame, Parameters]


def _parameters(
    flows: pd.DataFrame, parameters: Parameters, reprice: Reprice | None
) -> Iterator[tuple[str, Case, Case]]:
    for name, ends in parameters.ranges.items():
        if ends[0] == ends[1] or (name in RATES and reprice is None):
            continue
        given = [replace(parameters, **{name: end}) for end in ends]  # type: ignore[arg-type]
        low, high = ((reprice(one) if name in RATES and reprice else flows, one) for one in given)
        yield name, low, high


def _prices(flows: pd.DataFrame, parameters: Parameters) -> Iterator[tuple[str, Case, Case]]:
    spans = (flows["low"] < flows["high"]).to_numpy(bool)
    ids = flows["price_id"].to_numpy(dtype=object)
    for price in dict.fromkeys(ids[spans]):
        own = (ids == price) & spans
        low, high = (
            (flows.assign(sek=np.where(own, flows[end], flows["sek"])), parameters)
            for end in ("low", "high")
        )
        yield price, low, high
