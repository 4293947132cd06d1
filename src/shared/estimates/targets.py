"""Targets: whether each is met, as far as the uncertainty of the actual figure lets anyone say."""

from dataclasses import dataclass

import pandas as pd

VERDICTS = ["met", "uncertain", "under_way", "not_met"]


@dataclass(frozen=True)
class Actual:
    """The figure a target is about: its value and 95 % limits, equal to it for a plain count."""

    value: float
    low: float
    high: float


def wanted(target: pd.Series) -> tuple[float, float]:
    """Return the lowest and highest value that meet a target, in the unit of the actual figure.

    target : a row of ``resultatmal``. Per cent become shares. A balance of women and men of 60
             means that neither are more than 60 per cent, so that women are 40 to 60.
    Raises ValueError for a target between limits of which it names only one.
    """
    value = target["target_value"] / (100 if target["unit"] == "pct" else 1)
    if target["metric"] == "gender_balance":
        return 1 - max(value, 1 - value), max(value, 1 - value)
    if target["direction"] == "between":
        raise ValueError(
            f"target {target['target_id']} has direction between but one value. Allowed: at least "
            "or at most; between is for the balance of women and men."
        )
    return (-float("inf"), value) if target["direction"] == "le" else (value, float("inf"))


def judge(actual: Actual, limits: tuple[float, float], *, expired: bool) -> str:
    """Return whether a target is met: a code of ``VERDICTS``.

    ``met`` and ``not_met`` are said only when the whole interval lies within, or wholly outside,
    ``limits``; otherwise it is ``uncertain``. What is not met is ``under_way`` until the target
    has ``expired``.
    """
    least, most = limits
    if least <= actual.low and actual.high <= most:
        return "met"
    if actual.high < least or actual.low > most:
        return "not_met" if expired else "under_way"
    return "uncertain"
