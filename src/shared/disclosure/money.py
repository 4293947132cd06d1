"""The door for sums of money over people: hidden where a sum would tell somebody's own amount."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from shared.disclosure.dominance import dominated, hide_parts
from shared.disclosure.release import release_estimates
from shared.disclosure.released import Column, Released
from shared.disclosure.rules import MONEY_DECIMALS
from shared.study.settings import Disclosure

ÖRE = 2  # decimals of kr: less than that is no amount, but what is left of adding up


def release_money(
    frame: pd.DataFrame,
    *,
    id: str,
    unit: str,
    keys: list[str],
    of: str,
    contributions: pd.DataFrame | Sequence[pd.DataFrame],
    totals: Mapping[str, Sequence[str]],
    known: Collection[str],
    rules: Disclosure,
    band: bool,
    columns: dict[str, Column],
) -> Released:
    """Release figures computed from sums of money over people.

    frame         : ``n``, how many people each row rests on; ``keys`` say what a row is about.
    unit          : of the amounts, with the year of their prices.
    of            : the key that names the sum behind a row.
    contributions : kr, persons x sums, by the names in ``of``; rows about others are not of people.
                    Several where a row rests on several sums, such as one per kind of flow, or on
                    several groups of people: each of them must allow it. They have the same sums.
    totals        : which sums add up to others (`dominance.hide_parts`).
    known         : columns that are not about the people in ``n``: what a programme cost, how many
                    there are in another group. Amounts of the kind are told where something else
                    is, since a known cost per person gives away how many there are; numbers of
                    people are hidden and banded as ``n``.
    The other values of a row are hidden where its sum may not be shown (`dominance.dominated`), or
    would give back one that may not. Nothing is hidden where everything is open. Amounts are told
    in two digits, as `release_estimates` tells them, and shares in whole per cent.
    """
    release = partial(
        release_estimates, id=id, unit=unit, keys=keys, rules=rules, band=band, columns=columns
    )
    released = release(frame)
    if rules.mode == "open":
        return released
    told, hidden = released.frame.copy(), released.hidden.copy()
    gone = _gone(frame, of, contributions, totals, rules)
    values = [name for name in frame if name not in (*keys, *known, "n")]
    hidden.loc[gone, values] = True
    told[values] = told[values].mask(gone)
    for column in released.columns:
        if column.name in values and column.kind in MONEY_DECIMALS:
            told[column.name] = told[column.name].astype(float).round(MONEY_DECIMALS[column.kind])
    something = bool(told[values].notna().to_numpy().any())
    for name in known:
        counted = next(column.kind for column in released.columns if column.name == name) == "count"
        own = release(frame.assign(n=frame[name] if counted else 0))
        hidden[name] = own.hidden["n"] if counted else not something
        told[name] = own.frame["n" if counted else name].mask(hidden[name])
    return replace(released, frame=told, hidden=hidden)


def _gone(
    frame: pd.DataFrame,
    of: str,
    contributions: pd.DataFrame | Sequence[pd.DataFrame],
    totals: Mapping[str, Sequence[str]],
    rules: Disclosure,
) -> pd.Series:
    """Mark the rows whose sums, or one of them, may not be shown."""
    each = [contributions] if isinstance(contributions, pd.DataFrame) else contributions
    judged = [dominated(sums.astype(float).round(ÖRE), rules.threshold) for sums in each]
    parts = hide_parts(pd.concat(judged, axis="columns").any(axis="columns"), totals)
    found = frame[of].astype(object).map(parts).fillna(False).astype(bool)
    return found & (frame["n"] > 0)
