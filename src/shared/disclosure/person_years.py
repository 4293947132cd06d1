"""Time in a status in whole person-years: what all money over people is told from.

Prices are published, and so is who pays whom. Whoever has the sums of all parties can solve for the
time in each status, also one that only a few were in; and where a profit is near 0, its two digits
tell the gain behind it to the krona, since what the programme cost is known. Leaving sums out does
not help, as another table has the same time at other prices. So the time is rounded once, before
any price: everything computed from it is consistent, adds up, and tells no more than the rounded
time, however many tables there are.

Source: Hundepool et al. (2012), Statistical Disclosure Control, section 5.4, on controlled
rounding: tables that come of the same rounded cells cannot be unpicked by comparing them.
"""

from dataclasses import replace

import pandas as pd

from shared.economics.change import Change
from shared.economics.exposure import YEAR
from shared.study.settings import Disclosure


def in_person_years(change: Change, rules: Disclosure) -> Change:
    """Return the change with the time in each status told in whole person-years.

    Of all the people together, both the time before and how much it changed. Everyone is given the
    same part of the difference, so that means are of the rounded time and spreads as they were.
    It is for means over all the people only: who has an amount, and how amounts are distributed,
    is asked of the change as it was. Nothing is rounded where everything is open.
    """
    if rules.mode == "open" or not change.n:
        return change
    exposure = change.exposure
    moved = exposure.after.loc[exposure.before.index] - exposure.before
    before = exposure.before + _to_whole_years(exposure.before)
    after = before + moved + _to_whole_years(moved)
    told = replace(exposure, before=before, after=after)
    return replace(change, exposure=told).repriced(change.flows, change.parameters)


def _to_whole_years(months: pd.DataFrame) -> pd.Series:
    """Return what each person is to be given for the sums to be whole person-years."""
    sums = months.sum()
    return ((sums / YEAR).round() * YEAR - sums) / len(months)
