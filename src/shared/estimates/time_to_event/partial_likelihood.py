"""The partial likelihood of Cox's model: who is at risk at each event, and what it adds up to.

Sums over all at risk are cumulative sums over the event times, and the sums of squares are taken
row by row against the hazard each row has lived through, so that time and memory grow with rows
plus events, never with their product.

Source: Therneau and Grambsch (2000), Modeling Survival Data, chapter 3; Efron (1977), Journal of
the American Statistical Association 72, 557-565 (ties).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

TIES = ("efron", "breslow")


@dataclass(frozen=True)
class RiskSets:
    """Who is at risk at which event time.

    An event time is a distinct pair of stratum and time at which an event happens.
    x, weight   : covariates, shape (rows, covariates), and weights, shape (rows,).
    first, last : each row is at risk from event time ``first`` to ``last``, shape (rows,); at none
                  when last is first - 1.
    times       : number of event times.
    event       : the rows with the event, by event time, shape (events,); ``at`` is that time.
    gone        : share of its tied events taken as gone before each event; 0 for Breslow's ties.
    step        : mean weight of the events it is tied with, shape (events,).
    kept, fading : a row stays at risk after ``last`` with ``kept``, shape (rows,), times
                  ``fading``, shape (times,), of its weight; only Fine and Gray's does.
    """

    x: np.ndarray
    weight: np.ndarray
    first: np.ndarray
    last: np.ndarray
    times: int
    event: np.ndarray
    at: np.ndarray
    gone: np.ndarray
    step: np.ndarray
    kept: np.ndarray
    fading: np.ndarray


@dataclass(frozen=True)
class Moments:
    """The risk sets at given coefficients.

    loglik : the log partial likelihood.
    risk   : relative hazard of each row, shape (rows,).
    hazard : step of the baseline hazard at each event, shape (events,).
    mean   : mean of the covariates of those at risk, by relative hazard, (events, covariates).
    """

    loglik: float
    risk: np.ndarray
    hazard: np.ndarray
    mean: np.ndarray


def risk_sets(spells: pd.DataFrame, x: np.ndarray, ties: str = "efron") -> RiskSets:
    """Return who is at risk at which event.

    spells : ``duration``, ``mark`` (1 for the event), ``entry``, ``stratum`` and ``weight``.
    x      : shape (rows, covariates). Raises ValueError for unknown ``ties``.
    """
    if ties not in TIES:
        raise ValueError(f"Ties is {ties!r}. Allowed: {', '.join(TIES)}.")
    duration, entry, stratum, weight = (
        spells[name].to_numpy() for name in ("duration", "entry", "stratum", "weight")
    )
    rows = np.flatnonzero(spells["mark"] == 1)
    rows = rows[np.lexsort((duration[rows], stratum[rows]))]
    new = np.diff(duration[rows], prepend=np.nan) != 0
    new |= np.diff(stratum[rows], prepend=-1) != 0
    at = np.cumsum(new) - 1
    tied = np.bincount(at)
    place = np.arange(len(rows)) - np.flatnonzero(new)[at]
    where = (stratum[rows][new], duration[rows][new])
    return RiskSets(
        x=x,
        weight=weight,
        first=_passed(where, stratum, entry),
        last=_passed(where, stratum, duration) - 1,
        times=len(tied),
        event=rows,
        at=at,
        gone=place / tied[at] if ties == "efron" else np.zeros(len(rows)),
        step=(np.bincount(at, weight[rows]) / tied)[at],
        kept=np.zeros(len(spells)),
        fading=np.zeros(len(tied)),
    )


def moments(sets: RiskSets, coefficients: np.ndarray) -> Moments:
    """Return the risk sets at ``coefficients``, shape (covariates,)."""
    log_risk = sets.x @ coefficients
    risk = np.exp(log_risk)
    share = np.column_stack([np.ones(len(risk)), sets.x]) * (sets.weight * risk)[:, None]
    leaving = _by_time(share[sets.event], sets.at, sets.times)
    total = _at_risk(sets, share)[sets.at] - sets.gone[:, None] * leaving[sets.at]
    size = total[:, 0]
    loglik = sets.weight[sets.event] @ log_risk[sets.event] - sets.step @ np.log(size)
    return Moments(float(loglik), risk, sets.step / size, total[:, 1:] / size[:, None])


def score(sets: RiskSets, now: Moments, by: np.ndarray | None = None) -> np.ndarray:
    """Return the first derivatives, shape (covariates,).

    by : with it each event counts ``by`` times, shape (events,).
    """
    by = np.ones(len(sets.event)) if by is None else by
    seen = (by * sets.weight[sets.event]) @ sets.x[sets.event]
    return seen - (by * sets.step) @ now.mean


def information(sets: RiskSets, now: Moments, by: np.ndarray | None = None) -> np.ndarray:
    """Return minus the second derivatives, shape (covariates, covariates); ``by`` as in `score`."""
    by = np.ones(len(sets.event)) if by is None else by
    lived = _lived_through(sets, (by * now.hazard)[:, None])
    squares = sets.x.T @ (sets.x * (sets.weight * now.risk)[:, None] * lived)
    return squares - now.mean.T @ (now.mean * (by * sets.step)[:, None])


def score_residuals(sets: RiskSets, now: Moments) -> np.ndarray:
    """Return what each row, per unit of weight, adds to the score, shape (rows, covariates)."""
    steps = np.column_stack([now.hazard, now.hazard[:, None] * now.mean])
    lived = _lived_through(sets, steps)
    residual = -now.risk[:, None] * (sets.x * lived[:, :1] - lived[:, 1:])
    tied = np.bincount(sets.at)[:, None]
    mean = (_by_time(now.mean, sets.at, sets.times) / tied)[sets.at]
    residual[sets.event] += sets.x[sets.event] - mean
    return residual


def _passed(
    where: tuple[np.ndarray, np.ndarray], stratum: np.ndarray, time: np.ndarray
) -> np.ndarray:
    """Return how many event times, in order of stratum and time, lie before or at ``time``."""
    order = np.lexsort(
        (
            np.r_[np.zeros(len(where[0])), np.ones(len(time))],
            np.r_[where[1], time],
            np.r_[where[0], stratum],
        )
    )
    passed = np.cumsum(order < len(where[0]))
    result = np.empty(len(order), dtype=int)
    result[order] = passed
    return result[len(where[0]) :]


def _by_time(values: np.ndarray, index: np.ndarray, size: int) -> np.ndarray:
    """Return the sums of the rows of ``values`` with the same ``index``, shape (size, columns)."""
    return np.column_stack([np.bincount(index, column, size) for column in values.T])


def _at_risk(sets: RiskSets, values: np.ndarray) -> np.ndarray:
    """Return the sum of ``values`` over those at risk, shape (times, columns)."""
    size = sets.times + 1
    ended = _by_time(values, sets.last + 1, size)
    lasting, coming = (
        np.cumsum(sums[::-1], axis=0)[::-1][1:]
        for sums in (ended, _by_time(values, sets.first, size))
    )
    total = lasting - coming
    if sets.kept.any():
        past = _by_time(values * sets.kept[:, None], sets.last + 1, size)
        total += sets.fading[:, None] * np.cumsum(past, axis=0)[:-1]
    return total


def _lived_through(sets: RiskSets, steps: np.ndarray) -> np.ndarray:
    """Return the sum of ``steps``, shape (events, columns), while each row was at risk."""
    until = _cumulated(_by_time(steps, sets.at, sets.times))
    lived = until[sets.last + 1] - until[sets.first]
    spared = _by_time(steps * sets.gone[:, None], sets.at, sets.times)
    lived[sets.event] -= spared[sets.at]
    if sets.kept.any():
        later = _cumulated(_by_time(steps, sets.at, sets.times) * sets.fading[:, None])
        lived += sets.kept[:, None] * (later[-1] - later[sets.last + 1])
    return lived


def _cumulated(steps: np.ndarray) -> np.ndarray:
    return np.vstack([np.zeros(steps.shape[1]), np.cumsum(steps, axis=0)])
