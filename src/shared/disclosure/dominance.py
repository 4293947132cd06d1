"""Sums of money over people: which may not be shown because they would tell one person's amount.

Source: Hundepool et al. (2012), Statistical Disclosure Control, section 4.2.2, for the p% rule and
the dominance rule; the least numbers of people are the study's threshold and twice that.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from shared.disclosure.rules import CLOSENESS, LARGEST, SHARE_BASE


def dominated(contributions: pd.DataFrame, threshold: int, p: float = CLOSENESS) -> pd.Series:
    """Return which sums over people may not be shown: bool per column, True = hide.

    contributions : kr, shape (persons, columns), one row per person, gains positive and losses
                    negative. Columns are what is shown, totals of other columns among them.
    threshold     : the least number of people behind a figure.
    p             : how close, as a share of it, nobody may come to anyone's amount.
    A sum is hidden when

    - there are fewer than twice the threshold of people in all;
    - the amount of somebody, but of fewer than ``threshold``, is not 0 (where nobody has any, the
      sum is 0 and can be shown);
    - the largest amount is more than half of all amounts together;
    - what is left without the two largest is less than p of the largest: who has the second could
      then tell the largest that closely (the p% rule).

    Amounts count by their absolute value. What hides one person's amount is how much the others'
    could be, and a loss hides a gain as well as another gain does; the sum itself may be near 0
    with large amounts behind it, and would then seem dominated by everyone.
    Raises ValueError for a missing amount (nobody has 0 kr unless that is known), for a person with
    several rows, and for a threshold or p out of range.
    """
    _refuse_wrong(contributions, threshold, p)
    sizes = np.sort(np.abs(contributions.to_numpy(dtype=float)), axis=0)[::-1]
    people = (sizes > 0).sum(axis=0)
    first, rest = sizes[:1].sum(axis=0), sizes[2:].sum(axis=0)
    hidden = (people > 0) & (people < threshold)
    hidden |= first > LARGEST * sizes.sum(axis=0)
    hidden |= rest < p * first
    hidden |= len(sizes) < SHARE_BASE * threshold
    return pd.Series(hidden, index=contributions.columns, dtype=bool)


def hide_parts(hidden: pd.Series, totals: Mapping[str, Sequence[str]]) -> pd.Series:
    """Return which sums to hide so that none of the hidden can be had from those shown.

    hidden : bool per sum, True = may not be shown.
    totals : each total that is known to the reader, and the parts that it sums. A part may be a
             total itself; each sum is part of at most one total.
    Where a part is hidden and its total is shown, all parts are hidden: only the total remains. A
    hidden total cannot stand beside all its parts either, so these are hidden too; and a part that
    is alone in its total is the total.
    Raises ValueError for a name that is not in ``hidden``, and for a sum that is part of several
    totals: taken together these could give back what each alone hides.
    """
    _refuse_tangled(hidden, totals)
    found = hidden.astype(bool)
    changed = True
    while changed:
        before = found.copy()
        for total, parts in totals.items():
            _settle(found, total, list(parts))
        changed = not found.equals(before)
    return found


def _settle(found: pd.Series, total: str, parts: list[str]) -> None:
    """Hide, in place, what one total with its parts would give away."""
    some = found[parts].any()
    if (some and not found[total]) or (found[total] and not some):
        found[parts] = True
    if len(parts) == 1 and found[parts].all():
        found[total] = True


def _refuse_wrong(contributions: pd.DataFrame, threshold: int, p: float) -> None:
    if threshold < 1 or not 0 < p < 1:
        raise ValueError(f"Threshold {threshold} and p {p}: at least 1, and between 0 and 1.")
    missing = int(contributions.isna().any(axis="columns").sum())
    if missing:
        raise ValueError(
            f"{missing} of {len(contributions)} people have a missing amount. "
            "Leave them out of all columns, or give 0 where there was nothing."
        )
    repeats = int(contributions.index.duplicated().sum())
    if repeats:
        raise ValueError(f"The index repeats {repeats} people. Each may have one row only.")


def _refuse_tangled(hidden: pd.Series, totals: Mapping[str, Sequence[str]]) -> None:
    parts = [part for each in totals.values() for part in each]
    unknown = sorted({name for name in [*totals, *parts] if name not in hidden.index})
    if unknown:
        raise ValueError(f"hidden says nothing of {', '.join(unknown)}.")
    twice = sorted({part for part in parts if parts.count(part) > 1})
    if twice:
        raise ValueError(f"{', '.join(twice)} is part of several totals. Nest the totals instead.")
