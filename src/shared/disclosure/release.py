"""The one door: the ways for what is not a count to become ``Released``.

Counts come protected (``disclosure/protected.py``). Estimates from rows, such as means and medians,
are hidden when fewer people than the threshold are behind them. What is not about people passes
with a stated reason, and quotes with the consent of those who said them.
"""

import pandas as pd

from shared.disclosure.counts import ALL
from shared.disclosure.released import Column, Released, describe_columns
from shared.disclosure.rules import (
    BANDS,
    COARSE,
    LEVELS,
    MEDIAN_BASE,
    ROUGH,
    ROUGH_BASE,
    ROUNDED_BASE,
    SHARE_BASE,
)
from shared.study.settings import Disclosure

PEOPLE = "people"  # the unit of estimates of individuals' lives
# Columns with a median or a quartile and their limits: each is somebody's own value.
ORDERED = ("lower_quartile", "middle", "upper_quartile", "median", "median_low", "median_high")


def release_estimates(
    frame: pd.DataFrame,
    *,
    id: str,
    unit: str,
    keys: list[str],
    rules: Disclosure,
    band: bool,
    columns: dict[str, Column],
) -> Released:
    """Release estimates that rest on rows: hidden where fewer than the threshold are behind them.

    ``frame`` needs a column ``n``: how many people (or answers, cases) each row rests on. Columns
    in ``keys`` say what a row is about and are always shown. ``band`` shows n as a band, for tables
    where its size would tell which group it is, and the estimates coarser, so that n cannot be
    computed from them. Columns of the kind ``rough`` are shares told in steps of ten per cent; a
    column ``base`` says of how many answers they are, and is not shown: a few answers could be
    counted from any share, and what all answered, each did. Where a row ``all`` sums others and one
    of these is hidden, all of them are: only the sum is shown. Money is shown in two digits, which
    makes it harder to divide by a price into a number of people, and no finer than whole kronor;
    medians and quartiles only of at least ``MEDIAN_BASE`` times the threshold of people.
    """
    if "n" not in frame:
        raise ValueError(f"{id} has no column 'n': say how many people are behind each row")
    band = band or rules.mode == "round"  # an exact n would tell which way it was rounded
    few = _few(frame, keys, rules, columns)
    frame = frame.drop(columns="base", errors="ignore")
    described = describe_columns(list(frame), **columns)
    values = [column for column in described if column.name not in keys]
    hidden = pd.DataFrame({name: few & (name not in keys) for name in frame})
    shown = frame.astype({"n": "Int64"})
    if rules.mode != "open":
        shown["n"] = frame["n"].map(_band) if band else shown["n"]
        for column in values:
            coarse = band or (column.kind == "p" and unit == PEOPLE)  # it tells who came when
            shown[column.name] = told(shown[column.name], column.kind, band=coarse)
            # Of a few, an effect of 1 or -1 says that all went one way.
            if column.kind == "months" or (band and column.kind == "effect"):
                hidden[column.name] |= too_few(frame["n"], rules)
            if column.name in ORDERED:
                hidden[column.name] |= frame["n"].between(1, MEDIAN_BASE * rules.threshold - 1)
    return Released(id, unit, shown.mask(hidden), hidden, described, tuple(keys))


def too_few(n: pd.Series, rules: Disclosure) -> pd.Series:
    """Say where there are some people, but too few to tell a share or a median of them.

    Of fewer than twice the threshold, only a share that all or none make up could be shown, and a
    median is somebody's; of rounded counts, a share of few is a share of what was rounded away.
    Nobody is too few where everything is open.
    """
    least = ROUNDED_BASE * rules.base if rules.mode == "round" else SHARE_BASE * rules.threshold
    return n.between(1, least - 1).fillna(False).astype(bool) & (rules.mode != "open")


def told(values: pd.Series, kind: str, *, band: bool) -> pd.Series:
    """Return the values with no more digits than may be told of their kind."""
    if kind == "money":
        return values.map(_two_digits)
    if kind == "months":
        return values.astype(float).round()
    if kind == "rough":
        return (values.astype(float) / ROUGH).round() * ROUGH
    if band and kind == "p":
        return values.astype(float).map(_rounded_up)
    if band and kind in COARSE:
        return values.astype(float).round(COARSE[kind])
    return values


def release_quotes(
    frame: pd.DataFrame, *, id: str, allowed: bool, n: int, rules: Disclosure
) -> Released:
    """Release quotes that those who said them let be used, from at least the threshold of people.

    frame   : one row per quote, with nothing that tells who said it or when.
    allowed : whether the study shows quotes at all.
    n       : how many people were interviewed.
    """
    few = rules.mode != "open" and n < rules.threshold
    shown = frame if allowed and not few else frame.head(0)
    hidden = pd.DataFrame(False, index=shown.index, columns=shown.columns)
    return Released(id, "quotes", shown, hidden, describe_columns(list(frame)), ())


def release_facts(
    frame: pd.DataFrame,
    *,
    id: str,
    unit: str,
    because: str,
    columns: dict[str, Column],
    rough: bool = False,
) -> Released:
    """Release what is not about people (meetings held, rules checked); ``because`` says why.

    ``columns`` describes those that ``columns.csv`` does not know; ``rough`` tells amounts of money
    in two digits.
    """
    if not because.strip():
        raise ValueError(f"say why the table {id} reveals nothing about a person")
    hidden = pd.DataFrame(False, index=frame.index, columns=frame.columns)
    described = describe_columns(list(frame), **columns)
    money = [column.name for column in described if rough and column.kind == "money"]
    shown = frame.assign(**{name: told(frame[name], "money", band=False) for name in money})
    return Released(id, unit, shown, hidden, described, tuple(frame.columns[:1]))


def _few(
    frame: pd.DataFrame, keys: list[str], rules: Disclosure, columns: dict[str, Column]
) -> pd.Series:
    """Mark the rows on too few people, or on answers that could be counted from a rough share."""
    few = pd.Series(False, index=frame.index)
    if rules.mode == "open":
        return few
    few |= (frame["n"] > 0) & (frame["n"] < rules.threshold)
    if "base" in frame:
        few |= (frame["base"] > 0) & (frame["base"] < ROUGH_BASE * rules.threshold)
        rough = [name for name, column in columns.items() if column.kind == "rough"]
        few |= (frame[rough] >= 1 - ROUGH / 2).any(axis="columns")
    return _with_siblings(few, frame[keys])


def _with_siblings(few: pd.Series, keys: pd.DataFrame) -> pd.Series:
    """Mark every part of a sum whose other parts are hidden: the sum would give the last away."""
    for column in keys:
        total = keys[column].eq(ALL)
        if total.any():
            others = [keys[name] for name in keys if name != column] or [total & False]
            few = few | (~total & (few & ~total).groupby(others, dropna=False).transform("any"))
    return few


def _rounded_up(p: float) -> float:
    """Return the next of a few levels: the exact p of a few pairs tells how each of them moved."""
    return next((level for level in LEVELS if p <= level), p)


def _two_digits(amount: float) -> float:
    return float(f"{round(amount):.1e}") if pd.notna(amount) else amount


def _band(n: float) -> str:
    return next((label for least, label in reversed(BANDS) if n >= least), "0")
