"""Records of the register and its follow-up: each participation, and each follow-up due."""

import pandas as pd

from shared.sources.dictionary import coarser
from shared.study import Study

AGES = [16, 25, 30, 40, 50, 60, 65]
AGE_LABELS = ["16–24", "25–29", "30–39", "40–49", "50–59", "60–64"]


def participations(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per participation: its state at the wave, and coarser categories."""
    register = tables["deltaganden"]
    as_of = study.waves[wave]
    ended = register["end_on"].notna()
    if as_of:
        register = register[~(register["start_on"] > pd.Timestamp(as_of))]
        ended = register["end_on"] <= pd.Timestamp(as_of)
    state = ended.map({True: "ended", False: "ongoing"}).astype("str")
    age = register["start_on"].dt.year - register["birth_year"].astype("Float64")
    return register.assign(
        state=state.mask(register["start_on"].isna() & register["end_on"].isna()),
        age_band=pd.cut(age.astype(float), AGES, right=False, labels=AGE_LABELS),
        gender=register["gender"].fillna("unknown"),
        referrer=coarser(register["referrer"], "referrer"),
        occupation_before=coarser(register["occupation_before"], "occupation"),
        occupation_after=coarser(register["occupation_after"], "occupation"),
        income_before=coarser(register["main_income_before"], "income_source"),
        income_after=coarser(register["main_income_after"], "income_source"),
    )


def followups(tables: dict[str, pd.DataFrame], study: Study, wave: int) -> pd.DataFrame:
    """Return one row per follow-up that was due: work, studies or neither, or ``not_reached``.

    Reached means reached within the window of days around the planned date. The deceased are not
    due (response = reached of due).
    """
    people = tables["deltaganden"][["participation_id", "lokus_id", "gender"]]
    table = tables["uppfoljning"].merge(
        people, on="participation_id", how="inner", validate="many_to_one"
    )
    due = ~table["followup_status"].isin(["not_due", "deceased"]) & (table["wave"] <= wave)
    due &= table["clock"].fillna(study.followup.clock).eq(study.followup.clock)
    table = table[due]
    late = (table["done_on"] - table["due_on"]).dt.days.abs()
    reached = table["followup_status"].eq("reached") & ~(late > study.followup.window_days)
    occupation = table["occupation"].astype("str")
    outcome = occupation.where(occupation.isin(["employed", "studying"]), "neither")
    outcome = outcome.mask(occupation.isna() | (occupation == "unknown"), "unknown")
    return table.assign(
        gender=table["gender"].fillna("unknown"),
        reached=reached,
        outcome=outcome.mask(~reached, "not_reached"),
    )
