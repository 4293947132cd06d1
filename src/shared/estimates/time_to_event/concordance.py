"""Concordance: of all pairs that can be ordered, the share the model orders rightly.

Source: Harrell, Califf, Pryor, Lee and Rosati (1982), JAMA 247, 2543-2546; R's ``concordance``.
"""

import numpy as np

from shared.estimates.time_to_event.partial_likelihood import RiskSets


def concordance(sets: RiskSets, log_risk: np.ndarray) -> float:
    """Return the share of pairs in which the one with the earlier event had the higher risk.

    log_risk : shape (rows,). A tie in it counts as half. A pair can be ordered when one has the
    event while the other is at risk in the same stratum and lasts longer; it counts by the
    product of the two weights. NaN when there is no such pair.
    """
    # Equal rows may differ in the last digits after a product of matrices.
    rank = np.unique(np.round(log_risk, 10), return_inverse=True)[1]
    longest = sets.last.copy()
    longest[sets.event] -= 1  # at risk at one's own event, but not longer than those tied with it
    lasting = _lower_and_equal(longest, rank, sets)
    coming = _lower_and_equal(sets.first - 1, rank, sets)
    lower, equal, all_ = (
        sets.weight[sets.event] @ (now - then) for now, then in zip(lasting, coming, strict=True)
    )
    return float((lower + equal / 2) / all_) if all_ > 0 else np.nan


def _lower_and_equal(
    reaching: np.ndarray, rank: np.ndarray, sets: RiskSets
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the weights of the rows ``reaching`` each event's time that rank lower, equal, at all.

    reaching, rank : whole numbers, shape (rows,). Returns three arrays of shape (events,).
    The rows that reach a time come first in order of ``reaching``; sorting them by one binary
    digit of the rank at a time (a wavelet matrix) answers all events in one pass per digit.
    """
    order = np.argsort(-reaching, kind="stable")
    ranks, weight = rank[order], sets.weight[order]
    high = np.searchsorted(-reaching[order], -sets.at, side="right")
    low = np.zeros_like(high)
    total = _cumulated(weight)[high]
    lower = np.zeros(len(high))
    sought = rank[sets.event]
    for digit in range(int(rank.max()).bit_length() - 1, -1, -1):
        zero = (ranks >> digit & 1) == 0
        zeros, weights = _cumulated(zero), _cumulated(weight * zero)
        up = (sought >> digit & 1) == 1
        lower += np.where(up, weights[high] - weights[low], 0)
        low, high = (
            np.where(up, zeros[-1] + edge - zeros[edge], zeros[edge]) for edge in (low, high)
        )
        split = np.r_[np.flatnonzero(zero), np.flatnonzero(~zero)]
        ranks, weight = ranks[split], weight[split]
    sums = _cumulated(weight)
    return lower, sums[high] - sums[low], total


def _cumulated(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(values)])
