"""What is planted in money: the mean gain, the chance that it pays, and an effect.

- Of those who took part, `WORKS` get up to a year of work, evenly spread: the mean gain is known.
  Gains are therefore skewed, and percentile limits of a mean hold it the less the fewer there are.
- Where the cost is just what the mean gain is worth, the chance that it pays is below 5 per cent in
  5 of 100 simulations, and above 95 per cent in 5 of 100, if chances are what they say. The levels
  from 0 to the chance, and from it to 1, hold 0.05 and 0.95 in the other 95.
- People's level before, and whether they are young, decide who takes part. The level, which others
  keep, is no matter to a difference in differences. Where the young would have gained more anyway
  (`ANYWAY`) it is biased by design, and weights and models are to find the effect.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planted.study import Interval
from shared.economics.parameters import Parameters
from shared.economics.uncertainty import (
    Simulation,
    chance_that_it_pays,
    limits,
    profits,
    simulate,
)
from shared.estimates.effect.differences import difference_in_differences
from shared.estimates.effect.doubly_robust import doubly_robust_effect
from shared.estimates.effect.result import Effect
from shared.estimates.effect.weighting import weighted_effect

FOLLOWED = (10, 20, 50, 200)  # people
PAYING = (10, 50, 200)
COMPARED = (80, 400)  # in both arms
WORKS, LONGEST = 0.35, 12  # share, and months a year
MONTH = 30_000.0  # kr
GAIN = MONTH * WORKS * LONGEST / 2
FLOWS = pd.DataFrame(
    [("work", "employed", MONTH, np.nan, np.nan, "fk", "individual")],
    columns=["price_id", "status", "sek", "low", "high", "payer", "payee"],
)
EFFECT, ANYWAY, TREND = 2.0, 3.0, 1.0  # months of work a year


def yearly_gain(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the yearly gain per participation, of few people and of many."""
    for people in FOLLOWED:
        ends = limits(_simulated(rng, people).gains).loc["individual"]
        name, method = f"yearly gain, {people} people", f"percentiles, n {people}"
        yield Interval(name, method, GAIN / 1000, ends["low"] / 1000, ends["high"] / 1000)


def paying(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the chance that it pays, where the cost is what the gain is worth."""
    cost = pd.Series({"individual": GAIN})
    for people in PAYING:
        drawn = profits(_simulated(rng, people), cost, years=1)
        chance, method = chance_that_it_pays(drawn)["individual"], f"chance, n {people}"
        yield Interval(f"it pays, 5 %, {people} people", method, 0.05, 0.0, chance)
        yield Interval(f"it pays, 95 %, {people} people", method, 0.95, chance, 1.0)


def compared(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the effect beside a comparison group, where trends are the same and where they are not.

    The weights and the doubly robust models have both of what decides who takes part.
    """
    for people in COMPARED:
        size = f"{people} people"
        arms, known = _arms(rng, people), ["before", "young"]
        change, treated = arms["after"] - arms["before"], arms["treated"]
        level = difference_in_differences(
            arms["before"], arms["after"] - ANYWAY * arms["young"], treated
        )
        yield _effect(f"same trends, {size}", "difference", level)
        biased = difference_in_differences(arms["before"], arms["after"], treated)
        yield _effect(f"other trends, {size}", "difference, biased", biased)
        weighted = weighted_effect(change, treated, arms[known])
        yield _effect(f"weighted, {size}", f"IPW, n {people}", weighted)
        robust = doubly_robust_effect(change, treated, arms[known])
        yield _effect(f"doubly robust, {size}", f"doubly robust, n {people}", robust)


def _simulated(rng: np.random.Generator, people: int) -> Simulation:
    months = (rng.random((people, 1)) < WORKS) * rng.uniform(0, LONGEST, (people, 1))
    given = Parameters(discount_rate=0.0, n_draws=1000, seed=int(rng.integers(2**32)))
    return simulate(months, FLOWS, given)


def _arms(rng: np.random.Generator, people: int) -> pd.DataFrame:
    level, young = rng.normal(0, 1, people), rng.random(people) < 0.4
    odds = np.exp(-0.4 + 0.6 * level + 0.8 * young)
    treated = rng.random(people) < odds / (1 + odds)
    change = TREND + ANYWAY * young + rng.gamma(2, 1.5, people) - 3
    before = 5 + 2 * level
    after = before + change + EFFECT * treated
    columns = {"before": before, "after": after, "young": young.astype(float), "treated": treated}
    return pd.DataFrame(columns)


def _effect(name: str, method: str, found: Effect) -> Interval:
    return Interval(f"effect, {name}", method, EFFECT, found.low, found.high)
