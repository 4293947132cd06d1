"""The door for comparisons: estimates of groups by letter, from which no group's size follows.

Anybody may know roughly how many take part in each municipality. Whatever depends on n (what is
hidden, how fine a value is told, how wide its interval is) is therefore decided for a class of
groups by the smallest one in it (``size_classes.py``), and n is told as the class.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import pandas as pd

from shared.disclosure.counts import ALL, GROUP
from shared.disclosure.release import told
from shared.disclosure.released import Column, Released, describe_columns, known_columns
from shared.disclosure.rules import GROUPS as LEAST
from shared.disclosure.rules import SHARE_BASE
from shared.disclosure.size_classes import smallest_in_class
from shared.study.settings import Disclosure

# The steps in which values are told, finest first. Shares of n people lie 1/n apart, and so do
# means of their answers. A step is used from n = 1/step on: there every group reaches every step,
# and no digit excludes a group of the class.
STEPS: dict[str, tuple[float, ...]] = {
    "share": (0.05, 0.1, 0.2, 0.5),
    "rough": (0.1, 0.2, 0.5),
    "points": (0.05, 0.1, 0.2, 0.5),
    "score": (0.1, 0.2, 0.5),
    "change": (0.1, 0.2, 0.5),
    "effect": (0.1, 0.2, 0.5),
    "coefficient": (0.1, 0.2, 0.5),
    "odds": (0.1, 0.2, 0.5),
    "rate": (0.5,),  # what it is divided by is time, of which there is about as much in each group
    "days": (5.0,),
    "months": (1.0,),
}
# Nobody's and everybody's value: it would say of each person in the group what they answered.
ENDS = {"share": (0.0, 1.0), "rough": (0.0, 1.0), "score": (1.0, 5.0), "effect": (-1.0, 1.0)}
BY_MAGNITUDE = ("money", "p")  # told in two digits, and rounded up to a level
WORDS = ("text", "code", "wave", "bool")  # judgements; who makes them does so per class
Limits = Callable[[pd.DataFrame], pd.DataFrame]


def release_compared(
    frame: pd.DataFrame,
    *,
    id: str,
    unit: str,
    sizes: pd.Series,
    rules: Disclosure,
    columns: dict[str, Column],
    keys: Sequence[str] = (GROUP,),
    limits: Limits | None = None,
) -> Released:
    """Release estimates of groups side by side, a row for each group and each of the other keys.

    frame   : ``lokus_id`` (letters; ``all`` may be among them), ``n`` behind each row, other
              ``keys``, and the values.
    sizes   : class of each group (`size_classes`), the same in all tables that are shown together.
    columns : describes what ``columns.csv`` does not know.
    limits  : from the rows as told, with ``n`` that of `smallest_in_class`, to columns of limits,
              such as those of ``wilson(rows["share"] * rows["n"], rows["n"])``. So computed they
              say nothing that value and class do not. Limits that are columns of ``frame`` must
              come from estimates with that n, and are told in steps like any value.

    The values of a whole class are hidden where any of its groups has fewer than the threshold of
    people (a share: twice that), or nobody; and a column of the class where any of them lacks a
    value. Values at the end of their scale are told as one step from it. Where everything is open,
    n and values are shown as they are.
    Raises ValueError for a group without a class or twice, a class of fewer than 3 groups beside
    others, and a column that is no estimate, such as a count.
    """
    keys = list(keys)
    described = describe_columns([*dict.fromkeys([*keys, *frame])], **columns)
    _require_estimates(described, keys, id)
    _require_classes(frame, keys, sizes, id)
    shown = _every_group(frame, keys, sizes)
    classes = shown[GROUP].map(sizes).astype(object).fillna(ALL)
    hidden = pd.DataFrame(False, shown.index, shown.columns)
    if rules.mode != "open":
        others = [shown[key].astype(object) for key in keys if key != GROUP]
        values = [column for column in described if column.name not in (*keys, "n")]
        shown, hidden = _by_class(shown, [classes, *others], values, rules)
    if limits:
        told_rows = shown.mask(hidden).assign(n=shown["n"])  # nothing is drawn from what is hidden
        within, gone = limits(told_rows), hidden.any(axis="columns")
        shown, hidden = shown.join(within), hidden.assign(**dict.fromkeys(within, gone))
        described = (*described, *describe_columns(list(within), **columns))
    if rules.mode != "open":
        shown["n"] = classes.where(classes != ALL)
        size = replace(known_columns()["size"], name="n")
        described = tuple(size if c.name == "n" else c for c in described)
    return Released(id, unit, shown.mask(hidden), hidden, described, tuple(keys))


def _by_class(
    rows: pd.DataFrame, by: list[pd.Series], values: list[Column], rules: Disclosure
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows as told, with the smallest n of each class, and what is hidden of them.

    by : class and other keys of each row; what they have in common is told alike.
    """
    smallest = smallest_in_class(rows["n"], by, rules.base)
    shown = rows.assign(n=smallest)
    hidden = pd.DataFrame(False, rows.index, rows.columns)
    for column in values:
        lacking = rows[column.name].isna().groupby(by, dropna=False).transform("any")
        times = SHARE_BASE if column.kind in ("share", "rough", "points") else 1
        hidden[column.name] = lacking | (smallest < times * rules.threshold)
        shown[column.name] = _in_steps(rows[column.name], column.kind, smallest)
    return shown, hidden


def _in_steps(values: pd.Series, kind: str, n: pd.Series) -> pd.Series:
    """Return the values in the finest step that n people reach, never at an end of the scale."""
    if kind in WORDS:
        return values
    if kind in BY_MAGNITUDE:
        return told(values, kind, band=True)
    steps = STEPS[kind]
    step = n.map(lambda one: next((s for s in steps if s * one >= 1), steps[-1])).astype(float)
    found = ((values.astype(float) / step).round() * step).round(9)
    if kind in ENDS:
        low, high = ENDS[kind]
        found = found.clip(low + step, high - step)
    return found


def _every_group(frame: pd.DataFrame, keys: list[str], sizes: pd.Series) -> pd.DataFrame:
    """Return a row for each group and each of the other keys, with n = 0 where there was none."""
    letters = sorted(sizes.index, key=lambda letter: (len(letter), letter))
    letters += [ALL] if frame[GROUP].eq(ALL).any() else []
    others = {key: frame[key].drop_duplicates().tolist() for key in keys if key != GROUP}
    axes = [letters if key == GROUP else others[key] for key in keys]
    grid = pd.DataFrame(list(product(*axes)), columns=keys)
    typed = frame.astype(dict.fromkeys(keys, object))
    rows = grid.astype(object).merge(typed, on=keys, how="left", validate="one_to_one")
    return rows.assign(n=rows["n"].fillna(0))


def _require_estimates(described: tuple[Column, ...], keys: list[str], id: str) -> None:
    if "n" not in [column.name for column in described]:
        raise ValueError(f"{id} has no column 'n': say how many people are behind each row.")
    allowed = (*STEPS, *BY_MAGNITUDE, *WORDS)
    for column in described:
        if column.name not in (*keys, "n") and column.kind not in allowed:
            raise ValueError(
                f"{id} has '{column.name}' of the kind {column.kind}, which may tell how large a "
                f"group is. Allowed beside n: {', '.join(allowed)}. Leave it out."
            )


def _require_classes(frame: pd.DataFrame, keys: list[str], sizes: pd.Series, id: str) -> None:
    if without := sorted(set(frame[GROUP]) - set(sizes.index) - {ALL}):
        raise ValueError(f"{id} has groups without a size class: {', '.join(without)}.")
    if twice := int(frame.duplicated(keys).sum()):
        raise ValueError(f"{id} has {twice} rows whose {', '.join(keys)} occur before; sum them.")
    held = sizes.value_counts()
    if len(held) > 1 and held.min() < LEAST:
        raise ValueError(
            f"{id} has a size class of {held.min()} groups. Each must hold {LEAST}: make the "
            "classes with `size_classes`."
        )
