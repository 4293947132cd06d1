"""Surveys over the waves: each test states one rule and a number worked by hand."""

import pandas as pd
import pytest

from shared.estimates.survey import (
    answers_by_construct,
    change_since_first,
    each_instrument,
    left_or_stayed,
    of_instrument,
    other_instruments,
    score_by_wave,
)

TYPES = {"wave": "Int64", "answer": "Float64", "is_anchor": "boolean"}
LEVELS = {1: "low", 2: "low", 3: "middle", 4: "high", 5: "high", 9: "dont_know", None: "missing"}


def answers(*rows, **known):
    """Build records from (respondent, wave, answer) rows, of one anchor item unless said."""
    table = pd.DataFrame(rows, columns=["respondent_id", "wave", "answer"])
    table["level"] = [LEVELS[given] for _, _, given in rows]
    table["answer"] = table["answer"].where(table["answer"] != 9)
    constants = {"construct": "goals", "item_id": "Q1", "instrument": "process", "is_anchor": True}
    return table.assign(**{**constants, **known}).astype(TYPES)


def one_each(wave, *given, first="a", **known):
    """Build records where respondents a, b, c and on (or from ``first``) give one answer each."""
    return answers(*[(chr(ord(first) + i), wave, value) for i, value in enumerate(given)], **known)


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


# Scores


def test_only_anchor_items_make_the_score():
    table = pd.concat(
        [
            answers(("a", 0, 4)),
            answers(("a", 0, 1), item_id="Q2", is_anchor=False),
            answers(("a", 0, 1), item_id="Q3", is_anchor=None),
        ]
    )
    got = only_row(score_by_wave(table))
    assert (got["n"], got["mean"]) == (1, 4.0)


def test_mean_of_respondents_with_t_limits_within_the_scale():
    # Scores 3, 4, 5: sd 1, half-width 4.302653 / sqrt(3) = 2.484138; the scale ends at 5.
    got = only_row(score_by_wave(one_each(0, 3, 4, 5)))
    assert (got["n"], got["mean"]) == (3, 4.0)
    assert (got["score_low"], got["score_high"]) == pytest.approx((1.515862, 5.0), abs=1e-6)


def test_rows_are_in_order_of_construct_and_wave():
    table = pd.concat(
        [one_each(6, 5, construct="trust"), one_each(6, 2), one_each(0, 1, construct="trust")]
    )
    got = score_by_wave(table)[["construct", "wave", "mean"]]
    exp = [("goals", 6, 2.0), ("trust", 0, 1.0), ("trust", 6, 5.0)]
    assert list(got.itertuples(index=False, name=None)) == exp


def test_scores_by_instrument_as_well():
    table = pd.concat([one_each(0, 5, instrument="participant"), one_each(0, 2)])
    got = score_by_wave(table, ("instrument", "wave"))
    assert got[["instrument", "mean"]].to_numpy().tolist() == [["participant", 5], ["process", 2]]


# Answers


def test_shares_of_all_answers_to_all_items_of_a_construct():
    # Eight on the scale: two low, one middle, five high; two of ten do not know.
    table = pd.concat(
        [
            one_each(6, 1, 4, 4, 9, 5),
            one_each(6, 2, 3, 5, 4, 9, item_id="Q2", is_anchor=False),
            one_each(0, 1, 1),  # another wave
        ]
    )
    got = only_row(answers_by_construct(table, 6))
    assert got["n"] == 5
    assert got[["disagree", "between", "agree"]].tolist() == [2 / 8, 1 / 8, 5 / 8]
    assert got["unsure"] == 2 / 10


def test_answer_that_was_not_given_is_in_no_base():
    got = only_row(answers_by_construct(one_each(6, 5, 9, None), 6))
    assert (got["n"], got["agree"], got["unsure"]) == (1, 1.0, 1 / 2)


def test_shares_rest_on_those_who_answered_on_the_scale():
    # Five answer, but what is said of agreeing is said by one.
    assert only_row(answers_by_construct(one_each(6, 5, 9, 9, 9, 9), 6))["n"] == 1


def test_nobody_who_knows_leaves_only_the_unsure():
    got = only_row(answers_by_construct(one_each(6, 9, 9, 9), 6))
    assert (got["n"], got["unsure"]) == (3, 1.0)
    assert got[["disagree", "between", "agree"]].isna().all()


@pytest.mark.parametrize("given", [(), (None, None)])
def test_construct_that_nobody_answered_has_no_row(given):
    assert answers_by_construct(one_each(6, *given), 6).empty


# Change


def test_five_respondents_seen_twice_are_compared_with_themselves():
    # Steps 0, 1, 1, 1, 2: mean 1, sd sqrt(0.5), half-width 2.776445 * sqrt(0.5 / 5) = 0.877989.
    # All four that moved went up: p is 2 of 16 sign patterns, and the effect is 1.
    table = pd.concat([one_each(0, 1, 1, 2, 3, 2), one_each(6, 1, 2, 3, 4, 4)])
    got = only_row(change_since_first(table, 6))
    assert (got["basis"], got["n"], got["mean_change"], got["p"]) == ("paired", 5, 1.0, 0.125)
    assert got["effect"] == 1.0
    limits = (got["change_low"], got["change_high"])
    assert limits == pytest.approx((0.122011, 1.877989), abs=1e-6)


def test_four_respondents_seen_twice_are_too_few_to_pair():
    # Means 2 and 3 over all who answered: the fifth of the first wave counts as well.
    table = pd.concat([one_each(0, 1, 2, 3, 2, 2), one_each(6, 2, 3, 4, 3)])
    got = only_row(change_since_first(table, 6))
    assert (got["basis"], got["n"], got["mean_change"]) == ("unpaired", 4, 1.0)
    assert pd.isna(got["effect"])


def test_unpaired_limits_by_hand():
    # Variances 1 and 1 of 3 each, 4 df: half-width 2.776445 * sqrt(2 / 3) = 2.266958.
    table = pd.concat([one_each(0, 1, 2, 3), one_each(6, 3, 4, 5, first="x")])
    got = only_row(change_since_first(table, 6))
    limits = (got["change_low"], got["change_high"])
    assert limits == pytest.approx((2 - 2.266958, 2 + 2.266958), abs=1e-6)


def test_p_is_adjusted_for_the_number_of_constructs():
    # All five up in both: 2 of 32 sign patterns; twice that for two constructs. A third construct
    # without any test does not count.
    parts = [
        one_each(wave, *[2 + (wave > 0)] * 5, construct=construct)
        for construct in ("goals", "trust")
        for wave in (0, 6)
    ]
    got = change_since_first(pd.concat([*parts, one_each(0, 3, construct="meetings")]), 6)
    got = got.set_index("construct")
    assert got.loc[["goals", "trust"], "p"].tolist() == [0.0625, 0.0625]
    assert got.loc[["goals", "trust"], "p_holm"].tolist() == [0.125, 0.125]
    assert pd.isna(got.loc["meetings", "p_holm"])


def test_items_that_are_no_anchors_do_not_change_the_change():
    other = one_each(6, 1, 1, 1, item_id="Q2", is_anchor=False)
    table = pd.concat([one_each(0, 2, 2, 2), one_each(6, 3, 3, 3), other])
    assert only_row(change_since_first(table, 6))["mean_change"] == 1.0


def test_each_construct_has_its_own_basis():
    goals = [one_each(0, 1, 1, 1, 1, 1), one_each(6, 2, 2, 2, 2, 2)]
    trust = [one_each(0, 1, construct="trust"), one_each(6, 3, construct="trust")]
    got = change_since_first(pd.concat([*goals, *trust]), 6)
    assert got["construct"].tolist() == ["goals", "trust"]
    assert got["basis"].tolist() == ["paired", "unpaired"]


def test_waves_between_are_not_used():
    table = pd.concat([one_each(0, 1), one_each(6, 5), one_each(12, 2)])
    assert only_row(change_since_first(table, 12))["mean_change"] == 1.0


def test_construct_that_nobody_scored_at_the_wave_has_no_change():
    table = pd.concat([one_each(0, 1, 2), one_each(6, None, 9)])
    got = only_row(change_since_first(table, 6))
    assert got["n"] == 0
    assert got[["mean_change", "change_low", "change_high", "p", "p_holm"]].isna().all()


# Who left


def test_first_scores_of_those_who_left_and_stayed():
    # 2 and 3 stay, 4 and 5 leave: variances 0.5, 2 df, half-width 4.302653 * sqrt(0.5).
    table = pd.concat([one_each(0, 2, 3, 4, 5), one_each(6, 5, 5), one_each(6, 1, first="x")])
    got = only_row(left_or_stayed(table, 6))
    assert (got["n"], got["stayed"], got["left"], got["mean_change"]) == (2, 2.5, 4.5, 2.0)
    limits = (got["change_low"], got["change_high"])
    assert limits == pytest.approx((2 - 3.042435, 2 + 3.042435), abs=1e-6)


def test_n_is_the_fewer_of_those_who_left_and_stayed():
    table = pd.concat([one_each(0, 2, 2, 2, 4), one_each(6, 1, 1, 1)])
    assert only_row(left_or_stayed(table, 6))["n"] == 1


def test_who_answers_only_another_construct_has_stayed():
    trust = one_each(6, 3, construct="trust")
    got = left_or_stayed(pd.concat([one_each(0, 2, 4), trust]), 6)
    assert only_row(got)[["stayed", "left"]].tolist() == [2.0, 4.0]


@pytest.mark.parametrize("given", [9, None])
def test_who_was_asked_but_has_no_answer_on_the_scale_has_left(given):
    table = pd.concat([one_each(0, 2, 4), one_each(6, 3, given)])
    assert only_row(left_or_stayed(table, 6))[["stayed", "left"]].tolist() == [2.0, 4.0]


@pytest.mark.parametrize("now", [(1, 1, 1), (None, None, None)])
def test_nothing_is_said_of_one_group_when_the_other_is_empty(now):
    # A mean beside n = 0 would be shown, however few are behind it.
    got = only_row(left_or_stayed(pd.concat([one_each(0, 2, 3, 4), one_each(6, *now)]), 6))
    assert got["n"] == 0
    assert got[["stayed", "left", "mean_change", "change_low", "change_high", "p"]].isna().all()


@pytest.mark.parametrize("estimate", [change_since_first, left_or_stayed])
@pytest.mark.parametrize("given", [(4, 5), ()])
def test_first_wave_and_no_answers_at_all_have_no_rows(estimate, given):
    got = estimate(one_each(0, *given), 0)
    assert got.empty
    assert {"construct", "n", "mean_change", "p"} <= set(got)


# Instruments

TWO = pd.concat(
    [one_each(0, 1), one_each(6, 3), one_each(6, 5, instrument="participant", construct="needs")]
)


def test_own_survey_is_apart_from_the_others():
    assert of_instrument(TWO)["answer"].tolist() == [1, 3]
    assert of_instrument(TWO, "participant")["answer"].tolist() == [5]
    assert other_instruments(TWO)["answer"].tolist() == [5]


def test_each_instrument_starts_at_its_own_first_wave():
    table = pd.concat([TWO, one_each(12, 5), one_each(12, 1, instrument="participant")])
    table.loc[table["instrument"] == "participant", "construct"] = "needs"
    got = each_instrument(table, change_since_first, 12)
    figures = got[["instrument", "construct", "mean_change"]]
    assert figures.to_numpy().tolist() == [["process", "goals", 4], ["participant", "needs", -4]]


def test_instrument_whose_first_wave_it_is_has_no_change_beside_the_others():
    got = each_instrument(TWO, change_since_first, 6)
    assert got[["instrument", "mean_change"]].to_numpy().tolist() == [["process", 2.0]]


def test_no_instruments_keep_the_columns():
    got = each_instrument(TWO.head(0), answers_by_construct, 6)
    assert got.empty
    assert got.columns[:3].tolist() == ["instrument", "construct", "n"]
