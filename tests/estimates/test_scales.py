"""Scales: each test states one rule and a number from R or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.scales import Alpha, construct_scores, cronbach_alpha, icc

ROOT = Path(__file__).parents[2]
ATTITUDE = ROOT / "tests/reference/L03_attitude.csv"
LEADERSHIP = ROOT / "data/raw/leadership/wave-00/lq2002.csv"


def answers(*rows):
    """Build the long table from (respondent, answer) rows of construct T1 in wave 0."""
    table = pd.DataFrame(rows, columns=["respondent_id", "answer"])
    return table.assign(construct="T1", wave=0)


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


def test_alpha_by_hand():
    # Variances 1 and 1, of the sums 2, 5, 5 it is 3: 2 / 1 * (1 - 2 / 3).
    got = cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]}))
    assert got.alpha == pytest.approx(2 / 3)


def test_alpha_matches_psych_of_r():
    assert cronbach_alpha(pd.read_csv(ATTITUDE)).alpha == pytest.approx(0.84314277, abs=1e-6)


def test_alpha_of_survey_matches_psych_of_r():
    survey = pd.read_csv(LEADERSHIP)
    got = cronbach_alpha(survey.filter(like="LEAD"))
    assert got == Alpha(pytest.approx(0.902236566, abs=1e-6), n=2042, k=11)


def test_alpha_uses_complete_cases_only():
    items = pd.DataFrame({"a": [1, 2, 3, 5], "b": [1, 3, 2, np.nan]})
    assert cronbach_alpha(items) == Alpha(pytest.approx(2 / 3), n=3, k=2)


@pytest.mark.parametrize(
    ("items", "n", "k"),
    [
        ({"a": [1, 2]}, 2, 1),
        ({"a": [1], "b": [2]}, 1, 2),
        ({"a": [], "b": []}, 0, 2),
        ({"a": [1, 2], "b": [2, 1]}, 2, 2),
    ],
)
def test_alpha_is_unknown_without_items_people_or_spread(items, n, k):
    assert cronbach_alpha(pd.DataFrame(items)) == Alpha(pytest.approx(np.nan, nan_ok=True), n, k)


def test_icc_by_hand():
    # Means 2 and 6 around 4: between (4 * 4) / 1 = 16, within (4 * 1) / 2 = 2, size 2.
    got = icc(pd.Series([1, 3, 5, 7]), pd.Series(["a", "a", "b", "b"]))
    assert (got.icc1, got.icc2) == pytest.approx((14 / 18, 14 / 16))
    assert (got.n, got.groups) == (4, 2)


def test_icc_of_unequal_groups_matches_multilevel_of_r():
    survey = pd.read_csv(LEADERSHIP)
    got = icc(survey.filter(like="LEAD").mean(axis=1), survey["COMPID"])
    assert (got.icc1, got.icc2) == pytest.approx((0.0879562185, 0.800754373), abs=1e-6)
    assert (got.n, got.groups) == (2042, 49)


def test_icc_leaves_out_people_without_score_or_group():
    scores = pd.Series([1, 3, 5, 7, np.nan, 9])
    got = icc(scores, pd.Series(["a", "a", "b", "b", "b", None]))
    assert got.icc1 == pytest.approx(14 / 18)
    assert got.n == 4


def test_icc_is_negative_when_groups_are_more_alike_than_chance():
    # Equal means 2 and 2: between 0, within (4 * 1) / 2 = 2, so -2 / (0 + 1 * 2) = -1.
    got = icc(pd.Series([1, 3, 1, 3]), pd.Series(["a", "a", "b", "b"]))
    assert got.icc1 == -1.0
    assert np.isnan(got.icc2)


@pytest.mark.parametrize("groups", [["a", "a"], ["a", "b"]])
def test_icc_is_unknown_with_one_group_or_one_person_each(groups):
    got = icc(pd.Series([1.0, 2.0]), pd.Series(groups))
    assert np.isnan([got.icc1, got.icc2]).all()


def test_construct_mean_and_limits_by_hand():
    # Scores 3, 4, 5: sd 1, half-width 4.302653 / sqrt(3) = 2.484138.
    table = answers(("a", 3), ("b", 3), ("b", 5), ("c", 5))
    got = only_row(construct_scores(table, by=["wave"]))
    assert (got["n"], got["mean"], got["sd"]) == (3, 4.0, 1.0)
    assert (got["low"], got["high"]) == pytest.approx((1.515862, 6.484138), abs=1e-6)


def test_person_with_many_answers_weighs_no_more():
    # Scores 1 and (5 + 5 + 5) / 3 = 5, mean 3; the mean of all four answers would be 4.
    table = answers(("a", 1), ("b", 5), ("b", 5), ("b", 5))
    assert only_row(construct_scores(table, by=["wave"]))["mean"] == 3.0


@pytest.mark.parametrize(
    ("given", "n"), [([4, np.nan], 1), ([4, np.nan, np.nan], 0), ([4, 4, np.nan], 1)]
)
def test_score_needs_answers_to_half_of_the_items_shown(given, n):
    table = answers(*[("a", answer) for answer in given])
    assert only_row(construct_scores(table, by=["wave"]))["n"] == n


def test_group_without_any_score_stays_with_n_zero():
    got = only_row(construct_scores(answers(("a", np.nan)), by=["wave"]))
    assert got["n"] == 0
    assert got[["mean", "sd", "low", "high"]].isna().all()


def test_limits_need_two_people():
    got = only_row(construct_scores(answers(("a", 4)), by=["wave"]))
    assert got["mean"] == 4.0
    assert got[["sd", "low", "high"]].isna().all()


def test_one_row_per_group_and_construct():
    table = pd.concat([answers(("a", 2)), answers(("a", 4)).assign(wave=6)])
    table = pd.concat([table, answers(("a", 5)).assign(construct="T2")])
    got = construct_scores(table, by=["wave"])
    exp = [(0, "T1", 2.0), (0, "T2", 5.0), (6, "T1", 4.0)]
    assert list(got[["wave", "construct", "mean"]].itertuples(index=False, name=None)) == exp


def test_people_whose_group_is_unknown_are_a_group_of_their_own():
    table = answers(("a", 2), ("b", 4)).assign(party=["KOM", None])
    assert construct_scores(table, by=["party"])["n"].tolist() == [1, 1]


def test_no_answers_give_no_rows():
    got = construct_scores(answers().astype({"answer": float}), by=["wave"])
    assert got.columns.tolist() == ["wave", "construct", "n", "mean", "sd", "low", "high"]
    assert got.empty


@pytest.mark.parametrize("code", [0, 6])
def test_dont_know_code_is_refused(code):
    with pytest.raises(ValueError, match="1 answers lie outside 1 to 5"):
        construct_scores(answers(("a", 4), ("a", code)), by=["wave"])


def test_missing_column_is_named():
    with pytest.raises(ValueError, match=r"Columns \['agency'\] are missing"):
        construct_scores(answers(("a", 4)), by=["agency"])
