"""The door for sums of money over people: hidden where a sum would tell somebody's own amount."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd

from shared.disclosure.dominance import dominated, hide_parts
from shared.disclosure.release import release_estimates
from shared.disclosure.released import Column, Released
from shared.study.settings import Disclosure


def release_money(
    frame: pd.DataFrame,
    *,
    id: str,
    unit: str,
    keys: list[str],
    of: str,
    contributions: pd.DataFrame,
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
    totals        : which sums add up to others (`dominance.hide_parts`).
    known         : columns that are not about people, such as what a programme cost.
    The other values of a row are hidden where its sum may not be shown (`dominance.dominated`), or
    would give back one that may not. Nothing is hidden where everything is open. Amounts are told
    in two digits, as `release_estimates` tells them.
    """
    release = partial(
        release_estimates, id=id, unit=unit, keys=keys, rules=rules, band=band, columns=columns
    )
    released = release(frame)
    if rules.mode == "open":
        return released
    told = released.frame.copy()
    told[list(known)] = release(frame.assign(n=0)).frame[list(known)]  # whoever the rest is about
    parts = hide_parts(dominated(contributions, rules.threshold), totals)
    gone = frame[of].astype(object).map(parts).fillna(False).astype(bool) & (frame["n"] > 0)
    values = [name for name in frame if name not in (*keys, *known, "n")]
    hidden = released.hidden.copy()
    hidden[list(known)] = False
    hidden.loc[gone, values] = True
    told[values] = told[values].mask(gone)
    return replace(released, frame=told, hidden=hidden)
