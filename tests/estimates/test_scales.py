"""Scales: each test states one rule and a number from R or worked by hand."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.estimates.scales import construct_scores, cronbach_alpha, icc, item_analysis

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "tests/reference"
LEADERSHIP = ROOT / "data/raw/leadership/wave-00/lq2002.csv"
TURNED = ["A1", "C4", "C5", "E1", "E2", "O2", "O5"]  # worded against their scale, answers 1 to 6


def answers(*rows):
    """Build the long table from (respondent, answer) rows of construct T1 in wave 0."""
    table = pd.DataFrame(rows, columns=["respondent_id", "answer"])
    return table.assign(construct="T1", wave=0)


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


def personality(scale):
    """Return the items of one scale of the bfi survey, all turned the same way."""
    items = pd.read_csv(REFERENCE / "L02_bfi.csv").filter(regex=f"^{scale}")
    return items.apply(lambda item: 7 - item if item.name in TURNED else item)


def with_covariance(covariance, n):
    """Build n respondents whose items have exactly the covariance given, shape (k, k)."""
    noise = np.random.default_rng(5).normal(size=(n, len(covariance)))
    independent = np.linalg.qr(noise - noise.mean(axis=0))[0] * np.sqrt(n - 1)
    return pd.DataFrame(independent @ np.linalg.cholesky(covariance).T)


def standardised(correlation, k):
    """Return alpha of standardised items from their mean correlation."""
    return k * correlation / (1 + (k - 1) * correlation)


# Alpha


def test_alpha_by_hand():
    # Variances 1 and 1, of the sums 2, 5, 5 it is 3: 2 / 1 * (1 - 2 / 3).
    got = cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]}))
    assert (got.n, got.k) == (3, 2)
    assert got.alpha == pytest.approx(2 / 3)


def test_limits_by_hand():
    # F with 2 and 2 df is x / (1 + x): quantiles 39 and 1 / 39, times 1 - alpha = 1 / 3.
    got = cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]}))
    assert (got.low, got.high) == pytest.approx((1 - 39 / 3, 1 - 1 / 39 / 3))


def test_limits_match_published_example():
    # Feldt's interval in R by Chris Evans (MRC Cognition and Brain Sciences Unit, statswiki,
    # FAQ/cafun): alpha 0.913 of 20 items and 873 respondents.
    correlation = 0.913 / (20 - 19 * 0.913)
    items = with_covariance(np.full((20, 20), correlation) + (1 - correlation) * np.eye(20), 873)
    got = cronbach_alpha(items)
    assert (got.n, got.k) == (873, 20)
    assert (got.alpha, got.low, got.high) == pytest.approx((0.913, 0.9044024, 0.9211588), abs=5e-8)


def test_alpha_matches_psych_of_r():
    got = cronbach_alpha(pd.read_csv(REFERENCE / "L03_attitude.csv"))
    assert got.alpha == pytest.approx(0.84314277, abs=1e-6)
    assert standardised(got.mean_correlation, 7) == pytest.approx(0.839083803, abs=1e-6)


@pytest.mark.parametrize(
    ("scale", "n", "alpha", "of_standardised"),
    [
        ("A", 2709, 0.703755894, 0.713501553),
        ("C", 2707, 0.729277203, 0.732724333),
        ("E", 2713, 0.760932639, 0.760964103),
        ("N", 2694, 0.813303143, 0.814072066),
        ("O", 2726, 0.602546429, 0.608951167),
    ],
)
def test_alpha_of_complete_cases_matches_psych_of_r(scale, n, alpha, of_standardised):
    got = cronbach_alpha(personality(scale))
    assert (got.n, got.k) == (n, 5)
    assert got.alpha == pytest.approx(alpha, abs=1e-6)
    assert standardised(got.mean_correlation, 5) == pytest.approx(of_standardised, abs=1e-6)


def test_item_left_unturned_spoils_alpha():
    items = personality("A").assign(A1=lambda answers: 7 - answers["A1"])
    assert cronbach_alpha(items).alpha == pytest.approx(0.430616923, abs=1e-6)


@pytest.mark.parametrize(
    ("scale", "k", "alpha"), [("LEAD", 11, 0.902236566), ("TSIG", 3, 0.823140781)]
)
def test_alpha_of_survey_matches_psych_of_r(scale, k, alpha):
    got = cronbach_alpha(pd.read_csv(LEADERSHIP).filter(like=scale))
    assert (got.n, got.k) == (2042, k)
    assert got.alpha == pytest.approx(alpha, abs=1e-6)


def test_alpha_of_covariances_matches_psych_of_r():
    # imbgeco, imueclt and imwbcnt, adapted from ESS Round 10 (2020), Norway: the covariances of the
    # 1381 who answered all three. The survey's licence keeps the answers themselves out of here.
    covariances = np.array(
        [
            [3.800992769, 2.398386487, 2.176229156],
            [2.398386487, 4.67779282, 2.794892905],
            [2.176229156, 2.794892905, 3.783564735],
        ]
    )
    got = cronbach_alpha(with_covariance(covariances, 1381))
    assert got.alpha == pytest.approx(0.818792815, abs=1e-6)


def test_alpha_uses_complete_cases_only():
    items = pd.DataFrame({"a": [1, 2, 3, 5], "b": [1, 3, 2, np.nan]})
    got = cronbach_alpha(items)
    assert (got.n, got.k) == (3, 2)
    assert got.alpha == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("items", "n", "k"),
    [
        ({"a": [1, 2]}, 2, 1),
        ({"a": [1], "b": [2]}, 1, 2),
        ({"a": [], "b": []}, 0, 2),
        ({"a": [1, 2], "b": [2, 1]}, 2, 2),
        ({"a": [3, 3], "b": [3, 3]}, 2, 2),
        # 0.1 + 0.2 + 0.3 and 0.3 + 0.2 + 0.1 differ in the last digit alone.
        ({"a": [0.1, 0.3], "b": [0.2, 0.2], "c": [0.3, 0.1]}, 2, 3),
    ],
)
def test_alpha_is_unknown_without_items_people_or_spread(items, n, k):
    got = cronbach_alpha(pd.DataFrame(items))
    assert (got.n, got.k) == (n, k)
    assert np.isnan([got.alpha, got.low, got.high]).all()


def test_item_without_spread_counts_but_has_no_correlation():
    # Variances 1, 1 and 0, of the sums 3: 3 / 2 * (1 - 2 / 3); only a and b correlate, at 0.5.
    got = cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2], "c": [4, 4, 4]}))
    assert (got.alpha, got.mean_correlation) == pytest.approx((0.5, 0.5))


def test_items_without_any_spread_have_no_mean_correlation():
    got = cronbach_alpha(pd.DataFrame({"a": [1, 2, 3], "b": [4, 4, 4]}))
    assert np.isnan(got.mean_correlation)


def test_identical_items_have_alpha_one_and_no_width():
    got = cronbach_alpha(pd.DataFrame({"a": [1, 2, 4], "b": [1, 2, 4]}))
    assert (got.alpha, got.low, got.high, got.mean_correlation) == pytest.approx((1, 1, 1, 1))


# Items


def test_alpha_if_dropped_matches_psych_of_r():
    got = item_analysis(pd.read_csv(REFERENCE / "L03_attitude.csv"))
    assert got["alpha_if_dropped"].to_dict() == pytest.approx(
        {
            "rating": 0.809760206,
            "complaints": 0.796917457,
            "privileges": 0.827847766,
            "learning": 0.803030975,
            "raises": 0.795386574,
            "critical": 0.863872311,
            "advance": 0.840464868,
        },
        abs=1e-6,
    )


def test_item_rest_matches_spss():
    # Denis (2021), Applied Univariate, Bivariate, and Multivariate Statistics, 2nd ed.: five items
    # of ten people, as deviations and correlations to 3 decimals; SPSS gives alpha 0.633, 0.691 of
    # standardised items, and 0.712 as the corrected item-total correlation of the first.
    deviations = np.array([2.71006, 5.05085, 4.74810, 2.71621, 3.80058])
    correlations = np.array(
        [
            [1, 0.679, 0.351, 0.827, 0.022],
            [0.679, 1, 0.612, 0.743, -0.463],
            [0.351, 0.612, 1, 0.462, -0.129],
            [0.827, 0.743, 0.462, 1, -0.011],
            [0.022, -0.463, -0.129, -0.011, 1],
        ]
    )
    items = with_covariance(correlations * np.outer(deviations, deviations), 10)
    alpha = cronbach_alpha(items)
    assert alpha.alpha == pytest.approx(0.633, abs=1e-3)
    assert standardised(alpha.mean_correlation, 5) == pytest.approx(0.691, abs=1e-3)
    assert item_analysis(items).loc[0, "item_rest"] == pytest.approx(0.712, abs=1e-3)


def test_item_rest_by_hand():
    # The others of a sum to 5, 4, 5 (no slope), of b to 3, 4, 6, of c to 4, 4, 5 (c plus 2). In
    # thirds, b is 2, -1, -1 and its others -4, -1, 5 around their means: -12 / sqrt(6 * 42).
    items = pd.DataFrame({"a": [1, 2, 3], "b": [3, 2, 2], "c": [2, 2, 3]})
    exp = {"a": 0.0, "b": -12 / np.sqrt(6 * 42), "c": 1.0}
    assert item_analysis(items)["item_rest"].to_dict() == pytest.approx(exp, abs=1e-12)


@settings(max_examples=50, deadline=None)
@given(arrays(int, st.tuples(st.integers(4, 12), st.integers(3, 5)), elements=st.integers(1, 5)))
def test_items_agree_with_their_covariances(answers):
    # Alpha from the covariance matrix, and the correlation of the item with the sum of the others.
    for place, got in enumerate(item_analysis(pd.DataFrame(answers)).itertuples(index=False)):
        others = np.delete(answers, place, axis=1)
        rest, k = others.sum(axis=1), others.shape[1]
        if rest.std() > 0:
            covariance = np.cov(others, rowvar=False)
            alpha = k / (k - 1) * (1 - covariance.trace() / covariance.sum())
            assert got.alpha_if_dropped == pytest.approx(alpha, abs=1e-9)
        if rest.std() > 0 and answers[:, place].std() > 0:
            exp = np.corrcoef(answers[:, place], rest)[0, 1]
            assert got.item_rest == pytest.approx(exp, abs=1e-9)
        else:
            assert np.isnan(got.item_rest)


def test_items_are_judged_on_the_complete_cases_of_all():
    items = pd.DataFrame({"a": [1, 2, 3, 5], "b": [1, 3, 2, 1], "c": [2, 2, 3, np.nan]})
    pd.testing.assert_frame_equal(item_analysis(items), item_analysis(items.iloc[:3]))


def test_two_items_leave_no_alpha_but_correlate():
    got = item_analysis(pd.DataFrame({"a": [1, 2, 3], "b": [1, 3, 2]}))
    assert got["alpha_if_dropped"].isna().all()
    assert got["item_rest"].tolist() == pytest.approx([0.5, 0.5])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("answers", [[], [1], [3, 3], [0.1, 0.1, 0.1]])
def test_items_without_people_or_spread_have_no_figures(answers):
    got = item_analysis(pd.DataFrame({"a": answers, "b": answers, "c": answers}, dtype=float))
    assert got.index.tolist() == ["a", "b", "c"]
    assert got.isna().all(axis=None)


def test_items_beside_constant_others_have_no_correlation():
    # 1.1 + 0.1 + 0.2 less 1.1 is not 0.3 to the last digit.
    got = item_analysis(pd.DataFrame({"a": [1.1, 2.3, 3.6], "b": [0.1] * 3, "c": [0.2] * 3}))
    assert got["item_rest"].isna().all()


# Likeness within groups


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


# Scores


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
