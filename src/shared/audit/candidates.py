"""The counts and bases that a share can come from, as somebody finds who tries them all.

A share in whole per cent with its interval is a fingerprint: few pairs (count, base) give both.
Source: Newcombe (1998) for the interval (``shared.estimates.proportions``).
"""

import numpy as np

from shared.audit.figures import ALL, GROUP, LIVES, Row, limits, rounding
from shared.audit.knowledge import Knowledge
from shared.estimates.proportions import wilson

LIMITS = ("low", "high")
LARGEST = 1000  # greatest base to try where nothing is known of it


def candidates(
    share: float,
    half: float,
    bases: np.ndarray,
    interval: tuple[float | None, float | None] = (None, None),
) -> np.ndarray:
    """Return every (count, base) that gives a share, shape (m, 2), int.

    share    : as it is shown, 0 to 1; the truth is within ``half`` of it, and so are the Wilson
               limits of those in ``interval``, where they are not None.
    bases    : int, shape (k,), the bases to try.
    """
    least = np.maximum(np.ceil((share - half) * bases), 0).astype(int)
    most = np.minimum(np.floor((share + half) * bases), bases).astype(int)
    many = np.maximum(most - least + 1, 0)
    base = np.repeat(bases, many)
    first = np.repeat(np.cumsum(many) - many, many)
    count = np.repeat(least, many) + np.arange(many.sum()) - first
    fits = np.full(len(base), True)
    if len(base) and any(limit is not None for limit in interval):
        computed = wilson(list(count), list(base))
        for name, limit in zip(("low", "high"), interval, strict=True):
            if limit is not None:
                fits &= (computed[name] - limit).abs().to_numpy() <= half
    return np.column_stack([count, base])[fits]


def pairs_of(row: Row, share: str, base: str, knowledge: Knowledge) -> np.ndarray:
    """Return the (count, base) that a reader can think of, shape (m, 2), given what a row shows."""
    bases, half = _bases(row, base, knowledge), _half(row)
    interval = (row.number_of("low"), row.number_of("high")) if share == "share" else (None, None)
    found = candidates(row.values[share], half, bases, interval)
    # Limits that are not Wilson's fit nothing; the share alone still tells.
    return found if len(found) else candidates(row.values[share], half, bases)


def base_limits(row: Row, knowledge: Knowledge) -> tuple[int, int] | None:
    """Return the least and greatest base that gives a row's share and interval.

    None where the base is shown, or there is no share with an interval.
    """
    if row.number_of("share") is None or row.number_of("n") is not None:
        return None
    if any(row.number_of(name) is None for name in LIMITS):
        return None
    value, half = row.values["share"], _half(row)
    bases = _bases(row, "n", knowledge)
    interval = (row.number_of("low"), row.number_of("high"))
    fitting = candidates(value, half, bases, interval)[:, 1]
    if not len(fitting):  # a share that is no count of n, such as one told in steps
        computed = wilson(list(value * bases), list(bases))
        # The share may be off by half, its limits then by about as much, and rounded themselves.
        off = [(computed[n] - told).abs() for n, told in zip(LIMITS, interval, strict=True)]
        fitting = bases[(np.maximum(*off) <= 3 * half).to_numpy()]
    return (int(fitting.min()), int(fitting.max())) if len(fitting) else None


def _half(row: Row) -> float:
    return rounding(row.table, [name for name in ("share", *LIMITS) if name in row.values])


def _bases(row: Row, base: str, knowledge: Knowledge) -> np.ndarray:
    """Return every base that the row's n, or what is known of the groups, allows."""
    largest = _largest(row, knowledge)
    told = limits(row.values.get(base)) or (1, largest)
    if told[0] == told[1]:
        return np.array([told[0]]).astype(int)
    return np.arange(max(told[0], 1), min(told[1], largest) + 1).astype(int)


def _largest(row: Row, knowledge: Knowledge) -> int:
    if row.table["unit"] not in LIVES or not knowledge.sizes:
        return LARGEST
    one = row.page.letter is not None or row.values.get(GROUP, ALL) != ALL
    return max(knowledge.sizes.values()) if one else sum(knowledge.sizes.values())
