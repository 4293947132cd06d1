"""Records of the register: each participation, its way from before to after, and each person."""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pandas as pd

from shared.sources.dictionary import coarser, code_lists
from shared.study import Study

ACTIVE = ("employed", "studying")
# From, to: age in years (the first and last as in the statistics of the Social Fund, under 25 and
# over 54), months in public support before, days in the effort.
AGES = {"16–24": (16, 25), "25–39": (25, 40), "40–54": (40, 55), "55–64": (55, 65)}
SUPPORT = {"under_1_year": (0, 12), "1_to_3_years": (12, 36), "over_3_years": (36, np.inf)}
EFFORT = {"under_6_months": (0, 183), "6_to_12_months": (183, 366), "over_12_months": (366, np.inf)}


def participations(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per participation: its state at the wave, and coarser categories.

    ``effort_band`` (time in the effort), ``exit``, and what became of the person's main income
    (``income_move``), occupation (``activity``) and, of those who worked or studied both before and
    after, extent of work (``extent_change``) are of participations that have ended.
    """
    register = tables["deltaganden"]
    as_of = study.waves[wave]
    ended = register["end_on"].notna()
    if as_of:
        register = register[~(register["start_on"] > pd.Timestamp(as_of))]
        ended = register["end_on"] <= pd.Timestamp(as_of)
    state = ended.map({True: "ended", False: "ongoing"}).astype("str")
    age = register["start_on"].dt.year - register["birth_year"].astype("Float64")
    rows = register.assign(
        state=state.mask(register["start_on"].isna() & register["end_on"].isna()),
        gender=register["gender"].fillna("unknown"),
        age_band=_band(age, AGES),
        education=coarser(register["education"], "education"),
        support_band=_band(register["public_support_months"], SUPPORT),
        effort_band=_band((register["end_on"] - register["start_on"]).dt.days, EFFORT),
        exit=coarser(register["exit_reason"], "exit_reason"),
        referrer=coarser(register["referrer"], "referrer"),
    )
    for when in ("before", "after"):
        rows[f"occupation_{when}"] = coarser(register[f"occupation_{when}"], "occupation")
        several = register[f"income_{when}"]
        main = _main_income(register[f"main_income_{when}"], several)
        rows[f"income_{when}"] = coarser(main, "income_source")
        rows[f"sources_{when}"] = _how_many(several, main)
    rows["income_move"] = _of_pairs(rows, "income", income_move)
    rows["activity"] = _of_pairs(rows, "occupation", activity)
    return rows.assign(extent_change=_extent(rows))


def people(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per person who has taken part: their first participation.

    The anonymous count as one person each, since nobody knows whether they return.
    """
    rows = participations(tables, study, wave).sort_values("start_on", kind="stable")
    return rows[rows["person_id"].isna() | ~rows["person_id"].duplicated()]


@cache
def income_move(before: str, after: str) -> str | None:
    """Say how a person's main income changed, by its group before and after (SCB's groups).

    A move from social assistance to the sickness insurance is told apart: for someone who cannot
    work it is the right income, and a result. None where a group is not one of the code list's.
    """
    groups = {code.group for code in code_lists()["income_source"].values()}
    if not {before, after} <= groups:
        return None
    if "unknown" in (before, after):
        return "unknown"
    if before == after:
        return "same_income"
    if (before, after) == ("social_assistance", "ill_health"):
        return "assistance_to_ill_health"
    moves = {"no_public": "to_self_support", "labour_market": "to_labour_market"}
    return moves.get(after, "other_change")


@cache
def activity(before: str, after: str) -> str | None:
    """Say whether a person started, kept or stopped working or studying; None for other codes."""
    groups = {code.group for code in code_lists()["occupation"].values()}
    if not {before, after} <= groups:
        return None
    if "unknown" in (before, after):
        return "unknown"
    if before in ACTIVE:
        return "stayed_active" if after in ACTIVE else "stopped"
    return "started" if after in ACTIVE else "not_active"


def _extent(rows: pd.DataFrame) -> pd.Series:
    """Return how the extent of work changed of those who worked or studied both times."""
    step = (rows["work_extent_after"] - rows["work_extent_before"]).astype(float)
    extent = pd.Series("same_extent", rows.index).mask(step > 0, "increased")
    extent = extent.mask(step < 0, "decreased").mask(step.isna())
    return extent.where(rows["activity"] == "stayed_active")


def _of_pairs(rows: pd.DataFrame, name: str, judge: Callable[[str, str], str | None]) -> pd.Series:
    before, after = (rows[f"{name}_{when}"].astype("str") for when in ("before", "after"))
    pairs = zip(before.fillna("unknown"), after.fillna("unknown"), strict=True)
    return pd.Series([judge(*pair) for pair in pairs], rows.index, dtype="str")


def _main_income(main: pd.Series, several: pd.Series) -> pd.Series:
    """Return the main income source: as given, else the first of several in the code list."""
    order = {code: place for place, code in enumerate(code_lists()["income_source"])}
    listed = several.str.split("|").explode()
    known = listed.map(order).groupby(level=0).min()
    return main.astype("str").fillna(known.map(dict(enumerate(order))).reindex(main.index))


def _how_many(several: pd.Series, main: pd.Series) -> pd.Series:
    """Say whether a person had one source of income or several; missing where none is known."""
    number = several.str.count(r"\|").add(1).fillna(0).mask(several.isna() & main.notna(), 1)
    number = number.mask(main == "unknown", 0)
    return number.map(lambda count: "several" if count > 1 else "one" if count == 1 else None)


def _band(values: pd.Series, bands: Mapping[str, tuple[float, float]]) -> pd.Series:
    """Return the band of each value, from its first limit up to but not including its last."""
    limits = [low for low, _ in bands.values()] + [max(high for _, high in bands.values())]
    return pd.cut(values.astype("Float64").astype(float), limits, right=False, labels=list(bands))
