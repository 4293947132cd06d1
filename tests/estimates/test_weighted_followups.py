"""Weighted shares at the follow-up: who is due, who is reached, and what is known of them."""

import pandas as pd
import pytest

from shared.estimates.proportions import wilson
from shared.estimates.weighted_followups import COVARIATES, weighted_by_wave

WORK = ["regular_work", "subsidised_work"]
KNOWN = {"occupation_before": "other", "age_band": "25–39", "support_band": None, "education": None}


def followed(*parts):
    """Return follow-ups and participations from dictionaries of how many are alike: ``n``."""
    rows = [
        {"wave": 6, "gender": "woman", "place": "same", **KNOWN, **part}
        for part in parts
        for _ in range(part["n"])
    ]
    frame = pd.DataFrame(rows).assign(participation_id=[f"d{n}" for n in range(len(rows))])
    frame["reached"] = frame["place"] != "declined"
    due = frame[["participation_id", "wave", "gender", "place", "reached"]]
    return due, frame[["participation_id", *KNOWN]]


def weighted(*parts, places=WORK):
    return weighted_by_wave(*followed(*parts), places).set_index(["wave", "gender"])


# 40 had worked before: 20 are reached, half of them in work. 40 had not: 30 are reached, 6 in work.
BY_OCCUPATION = [
    {"n": 10, "occupation_before": "employed", "place": "regular_work"},
    {"n": 10, "occupation_before": "employed"},
    {"n": 20, "occupation_before": "employed", "place": "declined"},
    {"n": 6, "place": "subsidised_work"},
    {"n": 24},
    {"n": 10, "place": "declined"},
]


def test_those_reached_speak_for_the_lost_with_the_same_occupation_before():
    row = weighted(*BY_OCCUPATION).loc[6, "woman"]
    # Of all due (40 * 10/20 + 40 * 6/30) / 80; of those reached 16 of 50.
    assert row["weighted"] == pytest.approx(0.35)
    assert (row["n"], row["covariates"]) == (50, 1)
    # The weights are 2 for 20 people and 4/3 for 30.
    assert row["effective_n"] == pytest.approx(80**2 / (20 * 2**2 + 30 * (4 / 3) ** 2))
    assert row["weighted_low"] < 0.35 < row["weighted_high"]


def test_only_the_places_asked_for_count():
    assert weighted(*BY_OCCUPATION, places=["regular_work"]).loc[(6, "woman"), "weighted"] == (
        pytest.approx(0.25)
    )


@pytest.mark.parametrize(
    "name", ["occupation_before", "age_band", "support_band", "education", "gender"]
)
def test_each_covariate_is_weighed_in(name):
    values = {"employed": "woman", "other": "man"}
    parts = [
        {
            **part,
            "occupation_before": "other",
            name: part.get("occupation_before", "other"),
            "gender": values[part.get("occupation_before", "other")] if name == "gender" else "man",
        }
        for part in BY_OCCUPATION
    ]
    row = weighted(*parts).loc[6, "all"]
    assert row["weighted"] == pytest.approx(0.35)
    assert row["covariates"] == 1


def test_of_several_covariates_the_first_named_is_kept_when_there_are_few():
    assert COVARIATES[0] == "occupation_before"
    # 19 are lost: enough for one covariate. Occupation says nothing of who is reached, age all.
    parts = [
        {"n": 10, "occupation_before": one, "age_band": age, "place": place}
        for one in ("employed", "other")
        for age, place in (("16–24", "same"), ("25–39", "regular_work"))
    ]
    lost = [
        {"n": 10, "occupation_before": "employed", "age_band": "16–24", "place": "declined"},
        {"n": 9, "occupation_before": "other", "age_band": "16–24", "place": "declined"},
    ]
    row = weighted(*parts, *lost).loc[6, "woman"]
    assert row["covariates"] == 1
    assert row["weighted"] == pytest.approx(0.5)  # by age it would be (39 * 0 + 20 * 1) / 59


def test_few_have_the_plain_share_with_wilson_limits():
    row = weighted({"n": 9, "place": "regular_work"}, {"n": 3}, {"n": 5, "place": "declined"}).loc[
        6, "woman"
    ]
    exp = wilson(9, 12).iloc[0]
    got = row[["weighted", "weighted_low", "weighted_high"]].tolist()
    assert got == pytest.approx(exp[["share", "low", "high"]].tolist())
    assert (row["n"], row["effective_n"], row["covariates"]) == (12, 12, 0)


def test_each_gender_and_wave_is_weighted_by_itself_and_the_unknown_are_in_all():
    table = weighted(
        {"n": 4, "place": "regular_work"},
        {"n": 4},
        {"n": 6, "gender": "man"},
        {"n": 2, "gender": "unknown", "place": "regular_work"},
        {"n": 1, "wave": 12, "gender": "man", "place": "regular_work"},
        {"n": 1, "wave": 12, "gender": "man", "place": "declined"},
    )
    assert table["n"].to_dict() == {
        (6, "all"): 16,
        (6, "woman"): 8,
        (6, "man"): 6,
        (12, "all"): 1,
        (12, "woman"): 0,
        (12, "man"): 1,
    }
    shares = table["weighted"].to_dict()
    assert shares[6, "all"] == 6 / 16
    assert (shares[6, "woman"], shares[6, "man"], shares[12, "man"]) == (0.5, 0, 1)
    assert pd.isna(shares[12, "woman"])


def test_nobody_due_is_an_empty_table_with_its_columns():
    due, known = followed({"n": 1})
    got = weighted_by_wave(due.head(0), known.head(0), WORK)
    assert got.empty
    assert {"wave", "gender", "n", "weighted", "effective_n", "covariates"} <= set(got)


def test_participation_listed_twice_is_refused():
    due, known = followed({"n": 1})
    with pytest.raises(pd.errors.MergeError):
        weighted_by_wave(due, pd.concat([known, known]), WORK)
