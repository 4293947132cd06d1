"""Curves over time for a group of people: only steps that enough of them made together.

A curve of ten people drawn day by day says when each of them found work. Here it moves only at
times when at least the threshold of people, or nobody, have had the event since the last time
shown. Women and men are shown only at times when all of them are, so that the two together never
tell of a time that is not.
"""

import pandas as pd

from shared.disclosure.counts import ALL
from shared.study.settings import Disclosure


def thin(
    frame: pd.DataFrame, *, part: str, time: str, curve: str | None, rules: Disclosure
) -> pd.DataFrame:
    """Return the rows of curves at the times that may be shown.

    frame : one row per ``curve`` (cause; if any), ``part`` and ``time``, with ``events``
            (cumulative, of the curve) and ``n`` (at risk).
    In mode ``open`` nothing is left out. Rows with fewer than the threshold at risk are.
    """
    if rules.mode == "open" or frame.empty:
        return frame
    curves = frame.groupby(curve, sort=False, observed=True) if curve else [("", frame)]
    kept = [_thin_one(rows, part, time, rules.threshold) for _, rows in curves]
    return pd.concat(kept).sort_index()


def _thin_one(rows: pd.DataFrame, part: str, time: str, threshold: int) -> pd.DataFrame:
    whole = rows[rows[part] == ALL]
    shown = _times(whole, part, time, threshold)
    parts = rows[(rows[part] != ALL) & rows[time].isin(shown)]
    both = _times(parts, part, time, threshold) if len(parts) else []
    return rows[rows[time].isin(shown) & (rows[part].eq(ALL) | rows[time].isin(both))]


def _times(rows: pd.DataFrame, part: str, time: str, threshold: int) -> list:
    """Return the longest series of times whose every step enough made in every part, or nobody.

    Each time shown has new events, save the last, which may say how far the curve stays level.
    """
    events = rows.pivot(index=time, columns=part, values="events").sort_index()
    at_risk = rows.pivot(index=time, columns=part, values="n").sort_index()
    last = events.index[-1]
    events = events[(at_risk >= threshold).all(axis="columns") & events.notna().all(axis="columns")]
    cumulative = [tuple(0 for _ in events), *events.itertuples(index=False, name=None)]
    best: list[list[int] | None] = [[]]  # of times ending at each one; None where none may
    for place, now in enumerate(cumulative[1:], 1):
        before = [
            series
            for series, then in zip(best, cumulative[:place], strict=True)
            if series is not None and _enough(then, now, threshold)
        ]
        best.append([*max(before, key=len), place] if before else None)
    # The curve that reaches furthest says most; the longest series to there is the finest.
    reached = max(place for place, series in enumerate(best) if series is not None)
    level = [place for place, now in enumerate(cumulative) if now == cumulative[reached]]
    shown = [*(best[level[0]] or []), *level[1:][-1:]]
    times = [events.index[place - 1] for place in shown]
    # A curve at zero that stops would only say when the first few came.
    return times if any(cumulative[reached]) or times[-1:] == [last] else []


def _enough(then: tuple, now: tuple, threshold: int) -> bool:
    steps = [after - before for before, after in zip(then, now, strict=True)]
    return any(steps) and all(step == 0 or step >= threshold for step in steps)
