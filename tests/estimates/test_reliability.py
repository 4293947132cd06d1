"""Reliability of scales: each test states one rule and a number worked by hand."""

import pandas as pd
import pytest

from shared.estimates.reliability import items_of_scale, scale_quality

TYPES = {"wave": "Int64", "answer": "Float64", "is_anchor": "boolean"}


def answers(*rows, **known):
    """Build records from (respondent, wave, answer) rows, of one anchor item unless said."""
    table = pd.DataFrame(rows, columns=["respondent_id", "wave", "answer"])
    constants = {"construct": "goals", "item_id": "Q1", "is_anchor": True, **known}
    return table.assign(**constants).astype(TYPES)


def one_each(wave, *given, first="a", **known):
    """Build records where respondents a, b, c and on (or from ``first``) give one answer each."""
    return answers(*[(chr(ord(first) + i), wave, value) for i, value in enumerate(given)], **known)


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


# Scale quality


def scale(wave=6, construct="goals", **items):
    """Build the answers to items given as columns, one value per respondent a, b, c and on."""
    parts = [one_each(wave, *given, item_id=i, construct=construct) for i, given in items.items()]
    return pd.concat(parts)


def test_alpha_of_one_wave_by_hand():
    # Variances 1 and 1, of the sums 2, 5, 5 it is 3: 2 / 1 * (1 - 2 / 3). F with 2 and 2 df has
    # the quantiles 39 and 1 / 39. The items correlate at 0.5.
    wave = [one_each(6, 1, 2, 3), one_each(6, 1, 3, 2, item_id="Q2", is_anchor=False)]
    table = pd.concat([one_each(0, 5, 1, 5), *wave])
    got = only_row(scale_quality(table, 6))
    assert (got["construct"], got["n"], got["k"]) == ("goals", 3, 2)
    figures = got[["alpha", "alpha_low", "alpha_high", "mean_correlation"]].tolist()
    assert figures == pytest.approx([2 / 3, 1 - 39 / 3, 1 - 1 / 39 / 3, 0.5])


@pytest.mark.parametrize(
    ("n_least", "alpha_least", "carries"),
    [(3, 0.66, "yes"), (4, 0.66, "few"), (3, 0.67, "weak"), (4, 0.67, "few")],
)
def test_scale_carries_a_score_with_enough_respondents_and_alpha(n_least, alpha_least, carries):
    table = scale(Q1=[1, 2, 3], Q2=[1, 3, 2])  # alpha 2 / 3 of 3 respondents
    got = only_row(scale_quality(table, 6, n_least=n_least, alpha_least=alpha_least))
    assert got["carries"] == carries


@pytest.mark.parametrize(("n", "carries"), [(29, "few"), (30, "yes")])
def test_thirty_respondents_are_enough_unless_said(n, carries):
    given = [1 + i % 5 for i in range(n)]
    assert only_row(scale_quality(scale(Q1=given, Q2=given), 6))["carries"] == carries


@pytest.mark.parametrize("given", [[1, 2, 3], [None, None, None]])
def test_scale_without_alpha_says_nothing_of_a_score(given):
    got = only_row(scale_quality(scale(Q1=given), 6))
    assert got[["alpha", "alpha_low", "alpha_high", "carries"]].isna().all()


def test_each_part_has_its_own_scale():
    table = pd.concat(
        [
            scale(Q1=[1, 2, 3], Q2=[1, 3, 2]),
            scale(construct="trust", Q3=[1, 2, 4], Q4=[1, 2, 4], Q5=[1, 2, None]),
        ]
    )
    got = scale_quality(table, 6).set_index("construct")
    assert got[["n", "k"]].to_dict("index") == {
        "goals": {"n": 3, "k": 2},
        "trust": {"n": 2, "k": 3},
    }


def test_items_of_a_scale_by_hand():
    # Q1 and Q2 as above. Without Q1, variances 1 and 1/3 against 1/3 of the sums: 2 * (1 - 4).
    # Without Q2 the same. Q1 against 3, 4, 3 and Q2 against 3, 3, 4 have no slope; Q3 falls from
    # 2 to 1 as the others rise from 2 to 5.
    got = items_of_scale(scale(Q1=[1, 2, 3], Q2=[1, 3, 2], Q3=[2, 1, 1]), 6)
    assert got["item_id"].tolist() == ["Q1", "Q2", "Q3"]
    assert (got["construct"] == "goals").all()
    assert got["n"].tolist() == [3, 3, 3]
    assert got["alpha_if_dropped"].tolist() == pytest.approx([-6, -6, 2 / 3])
    assert got["item_rest"].tolist() == pytest.approx([0, 0, -1])


def test_items_of_every_part_are_judged_in_their_own_wave():
    table = pd.concat(
        [
            scale(Q1=[1, 2, 3], Q2=[1, 3, 2]),
            scale(construct="trust", Q3=[1, 2, None], Q4=[2, 1, 1]),
            scale(wave=0, Q9=[1, 2, 3]),
        ]
    )
    got = items_of_scale(table, 6)
    assert got[["construct", "item_id", "n"]].to_numpy().tolist() == [
        ["goals", "Q1", 3],
        ["goals", "Q2", 3],
        ["trust", "Q3", 2],
        ["trust", "Q4", 2],
    ]
    assert got["alpha_if_dropped"].isna().all()


@pytest.mark.parametrize("estimate", [scale_quality, items_of_scale])
def test_wave_without_answers_has_no_scales(estimate):
    got = estimate(one_each(0, 1, 2), 6)
    assert got.empty
    assert {"construct", "n"} <= set(got)
