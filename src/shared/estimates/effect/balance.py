"""Are the arms alike: standardized differences, effective sample size and overlap.

Source: Austin and Stuart (2015), Statistics in Medicine 34, 3661-3679; Kish (1965), Survey
Sampling, section 11.7, for the effective sample size.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.estimates.effect.people import People, people
from shared.estimates.effect.propensity import score_of
from shared.estimates.effect.weighting import weights

BALANCED = 0.1  # largest absolute standardized difference, by Austin and Stuart
OUTSIDE = 0.05  # most of the target population without a counterpart; a choice of ours
HEAVIEST = 0.1  # largest share of an arm's weight on one person; a choice of ours


@dataclass(frozen=True)
class Balance:
    """How alike the arms are, before and after weighting.

    n_treated, n_comparison, left_out : people used in each arm; rows with a missing value.
    table : one row per number and per level of the other covariates (``race: black``), with
            ``mean_treated``, ``mean_comparison``, ``smd_before``, the weighted means
            ``weighted_treated`` and ``weighted_comparison``, and ``smd_after``. A standardized
            mean difference is treated less comparison, in standard deviations: of the treated for
            ``att``, for ``ate`` the root of the mean variance of both arms, before weighting.
    effective_treated, effective_comparison : effective sample size, the number of equally weighted
            people that would know as much.
    outside : share of the treated (for ``ate`` of everyone) whose propensity lies outside the range
            of the other arm.
    heaviest : largest share of the weight of the comparison people (for ``ate`` of either arm)
            that one person carries.
    """

    n_treated: int
    n_comparison: int
    left_out: int
    table: pd.DataFrame
    effective_treated: float
    effective_comparison: float
    outside: float
    heaviest: float

    @property
    def balanced(self) -> bool:
        """Every standardized difference after weighting is below 0.1."""
        return bool((self.table["smd_after"].abs() < BALANCED).all())

    @property
    def overlapping(self) -> bool:
        """At most 5 % lack a counterpart, and nobody carries more than 10 % of an arm's weight."""
        return self.outside <= OUTSIDE and self.heaviest <= HEAVIEST

    @property
    def fit(self) -> bool:
        """The weighted arms are balanced and overlap, so comparing them is fit for use."""
        return self.balanced and self.overlapping


def balance(
    treated: pd.Series,
    covariates: pd.DataFrame,
    outcome: pd.Series | None = None,
    estimand: str = "att",
) -> Balance:
    """Return how alike the arms are, before and after weighting by the propensity.

    treated, covariates : as `people.people` takes them.
    outcome             : if given, only people whose outcome is known are used, as an effect has
                          them.
    estimand            : ``att`` or ``ate``, which decides the weights (`weighting.weights`).
    Raises ValueError for what `propensity.propensity` refuses, and for another estimand.
    """
    who = people(treated, covariates, outcome)
    score = score_of(who)
    weight = weights(score, who.treated, estimand)
    inside, outside = weight[who.treated], weight[~who.treated]
    weighted = [outside] if estimand == "att" else [inside, outside]
    return Balance(
        n_treated=len(inside),
        n_comparison=len(outside),
        left_out=who.left_out,
        table=_table(who, weight, estimand),
        effective_treated=_effective(inside),
        effective_comparison=_effective(outside),
        outside=_outside(score, who.treated, estimand),
        heaviest=float(max((part / part.sum()).max() for part in weighted)),
    )


def _table(who: People, weight: np.ndarray, estimand: str) -> pd.DataFrame:
    inside, outside = who.covariates[who.treated], who.covariates[~who.treated]
    variance = inside.var() if estimand == "att" else (inside.var() + outside.var()) / 2
    # A covariate on which all the treated are alike has no spread there to measure by.
    spread = np.sqrt(variance.where(variance > 0, who.covariates.var()))
    table = pd.DataFrame({"mean_treated": inside.mean(), "mean_comparison": outside.mean()})
    table["smd_before"] = (table["mean_treated"] - table["mean_comparison"]) / spread
    table["weighted_treated"] = np.average(inside, axis=0, weights=weight[who.treated])
    table["weighted_comparison"] = np.average(outside, axis=0, weights=weight[~who.treated])
    table["smd_after"] = (table["weighted_treated"] - table["weighted_comparison"]) / spread
    return table.rename_axis("covariate")


def _effective(weight: np.ndarray) -> float:
    return float(weight.sum() ** 2 / (weight**2).sum())


def _outside(score: np.ndarray, treated: np.ndarray, estimand: str) -> float:
    """Return the share of the target population outside the other arm's range of the score."""
    alone = np.zeros(len(score), dtype=bool)
    for arm in (True, False):
        other = score[treated != arm]
        beyond = (score < other.min()) | (score > other.max())
        alone |= (treated == arm) & beyond
    return float(alone[treated].mean() if estimand == "att" else alone.mean())
