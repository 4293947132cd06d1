"""Simple appraisal of a programme: profit over a horizon, and when the money is back.

The formulas of the Swedish practice that evaluations of financial coordination use (NyttoSam, as
in Sweco's report to the Uppsala federation, 2014), without discounting.
"""

import math


def profit(cost: float, gain_per_year: float, years: float) -> float:
    """Return the profit in kr after ``years``: what was gained minus what it cost."""
    return years * gain_per_year - cost


def payback_months(cost: float, gain_per_year: float) -> float:
    """Return the months until the gain equals the cost; infinite when nothing is gained."""
    return 12 * cost / gain_per_year if gain_per_year > 0 else math.inf
