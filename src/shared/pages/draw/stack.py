"""Stacked shares: where each state's bar begins and ends at each month, and what is not told."""

from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
import pandas as pd

from shared.disclosure.released import Released
from shared.pages.draw.text import absent
from shared.pages.words import HIDDEN, MISSING

ROUNDED = 0.005  # the most that a share is off when n is a band


@dataclass(frozen=True)
class Stack:
    """The bars of all months, in the order of time.

    months : at which each bar is centred; ``thick`` is how many months wide it is.
    floors : of each state (rows, the first lowest) at each month (columns), shares from 0 to 1.
    tops   : of the same shape; equal to the floors where a state is not told.
    rest   : of each month, what the told states leave where any is hidden, else 0.
    gaps   : of each month, the symbol where a state is hidden or all are missing, else "".
    """

    months: np.ndarray
    thick: float
    floors: np.ndarray
    tops: np.ndarray
    rest: np.ndarray
    gaps: np.ndarray

    def stretches(self, chosen: np.ndarray) -> list[list[int]]:
        """Return the places of the chosen months, those whose bars touch together."""
        places = np.flatnonzero(chosen)
        months = self.months[places]
        touch = np.isclose(np.diff(months), self.thick)
        parts = np.split(places, np.flatnonzero(~touch) + 1)
        return [part.tolist() for part in parts if len(part)]

    def thickest(
        self, floors: np.ndarray, tops: np.ndarray, wide: float
    ) -> tuple[float, float, float]:
        """Return where an area is thickest over ``wide`` months: its middle and how thick it is.

        The thickness is a share, and 0 where the area is nowhere so wide.
        """
        best = (0.0, 0.0, 0.0)
        for run in self.stretches(np.full(len(self.months), True)):
            for first, last in combinations_with_replacement(run, 2):
                floor, top = floors[first : last + 1].max(), tops[first : last + 1].min()
                if (last - first + 1) * self.thick >= wide and top - floor > best[2]:
                    middle = (self.months[first] + self.months[last]) / 2
                    best = (float(middle), float(floor + top) / 2, float(top - floor))
        return best


def stacked(frame: pd.DataFrame, released: Released, x: str, y: str, hue: str) -> Stack:
    """Stack the shares ``y`` of the states ``hue`` at each month ``x``, as the rows order them.

    Raises ``ValueError`` for two rows of the same state and month.
    """
    twice = frame.duplicated([x, hue]).sum()
    if twice:
        raise ValueError(
            f"found {twice} more rows of the same {x} and {hue}; give one of each, of one group"
        )
    gaps = pd.Series(absent(released, [y]), frame.index)
    table = frame.assign(**{y: frame[y].mask(gaps.ne(""))}).pivot(index=hue, columns=x, values=y)
    shares = table.loc[list(dict.fromkeys(frame[hue]))]
    hidden = gaps.eq(HIDDEN).groupby(frame[x]).any().to_numpy()
    sizes = _whole(shares)
    tops = sizes.cumsum(axis=0)
    months = shares.columns.to_numpy(float)
    return Stack(
        months=months,
        thick=float(np.diff(months).min()) if len(months) > 1 else 1.0,
        floors=tops - sizes,
        tops=tops,
        rest=np.where(hidden, np.maximum(0, 1 - tops[-1]), 0),
        gaps=np.where(hidden, HIDDEN, np.where(shares.isna().all(), MISSING, "")),
    )


def _whole(shares: pd.DataFrame) -> np.ndarray:
    """Return the shares, 0 where not told; those that only rounding keeps from 1 make up 1."""
    sizes = shares.fillna(0).to_numpy()
    sums = sizes.sum(axis=0)
    rounded = shares.notna().all().to_numpy() & (np.abs(sums - 1) <= ROUNDED * len(sizes))
    return sizes / np.where(rounded, sums, 1)
