"""Fine and Gray's regression: how covariates move the share that ends for one cause over time.

Whoever has ended for another cause stays at risk, with the chance of still being followed up then
as weight. R's ``finegray`` writes those weights out as rows, one per time at which someone is
lost; here they are sums over the event times, so a year of days costs no more memory. The
estimates are the same.

A subdistribution hazard ratio says which way, and how far on the scale log(-log(1 - share)), the
share moves; it is not a ratio of rates among those still waiting.

Source: Fine and Gray (1999), Journal of the American Statistical Association 94, 496-509;
Geskus (2011), Biometrics 67, 39-49 (weights).
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from shared.estimates.time_to_event.cox import fit_coefficients, hazard_table
from shared.estimates.time_to_event.life_table import Values, life_table
from shared.estimates.time_to_event.partial_likelihood import moments, risk_sets
from shared.estimates.time_to_event.regression import observations


@dataclass(frozen=True)
class FineGray:
    """A model of n spells of which ``events`` ended for the cause and ``competing`` for another.

    table : one row per covariate: ``coefficient`` (log subdistribution hazard ratio), ``se``,
            ``hazard_ratio``, its Wald 95 % limits ``low`` and ``high``, and two-sided ``p``.
            The errors are robust (sandwich by spell) and take the weights as known.
    log_likelihood : the weighted log partial likelihood.
    """

    table: pd.DataFrame
    n: int
    events: int
    competing: int
    log_likelihood: float


def fine_gray(
    duration: Values,
    cause: Values,
    covariates: pd.DataFrame,
    *,
    of: int = 1,
    ties: str = "efron",
) -> FineGray:
    """Return the regression of the subdistribution hazard of one cause on ``covariates``.

    duration   : time from start to end or to last follow-up, shape (spells,), 0 or more.
    cause      : 0 when the spell was still open, else a whole number for why it ended.
    covariates : numbers, shape (spells, covariates); categories as columns of 0 and 1.
    of         : the cause the model is of.
    ties       : ``efron`` or ``breslow``.
    Each spell must be of another person, or the errors are too small. Being lost to follow-up is
    taken to be independent of the covariates. There is no late entry. A Series must have the
    index of ``covariates``. Raises ValueError as `cox` does, and for causes that are not whole.
    """
    given = observations(duration, cause, covariates, highest=np.inf, of=of)
    spells = given.spells
    competing = ((spells["mark"] > 0) & (spells["mark"] != of)).to_numpy()
    spells = spells.assign(mark=(spells["mark"] == of).astype(float))
    sets = risk_sets(spells, given.z, ties)
    followed = _still_followed(given.spells, spells["duration"].to_numpy())
    new = np.diff(sets.at, prepend=-1) > 0
    sets = replace(
        sets,
        kept=np.divide(1, followed, out=np.zeros(len(spells)), where=competing),
        fading=followed[sets.event[new]],
    )
    scaled, _ = fit_coefficients(sets, given.names)
    now = moments(sets, scaled)
    return FineGray(
        table=hazard_table(given, sets, scaled, now, robust=True),
        n=len(spells),
        events=len(sets.event),
        competing=int(competing.sum()),
        log_likelihood=now.loglik,
    )


def _still_followed(spells: pd.DataFrame, times: np.ndarray) -> np.ndarray:
    """Return the chance of not having been lost to follow-up before each of ``times``.

    It is the Kaplan-Meier curve of being lost, in which those who end at a time end before others
    are lost at it.
    """
    open_ = spells["mark"] == 0
    rank = np.unique(spells["duration"], return_inverse=True)[1]
    lost = life_table(spells.assign(duration=2 * rank + open_, mark=open_.astype(float)))
    distinct = np.unique(spells["duration"])
    row = np.searchsorted(lost["time"], 2 * np.searchsorted(distinct, times), side="right") - 1
    return lost["survival"].to_numpy()[row]
