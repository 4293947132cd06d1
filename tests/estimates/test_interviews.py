"""Coded interviews: each test states one rule, with values worked by hand."""

import pandas as pd
import pytest

from shared.estimates.interviews import beside_survey, coder_agreement, quotes, themes


@pytest.fixture
def codings(processed):
    """Return a function that builds codings from (interview, segment, coder, code, valence)."""

    def build(*rows, **known):
        columns = ["interview_id", "segment_id", "coder", "code_id", "valence"]
        coded = [{**dict(zip(columns, row, strict=True)), "wave": 0, **known} for row in rows]
        return processed("intervjukodning", *coded)

    return build


def said(table, column):
    return table.set_index("code_id")[column].astype(object).to_dict()


# Themes


@pytest.mark.parametrize(("mention", "word"), [(1, "some"), (2, "some"), (3, "most"), (4, "most")])
def test_theme_of_more_than_half_the_interviews_is_in_most(codings, mention, word):
    others = [(f"i{i}", 1, "x", "trust", None) for i in range(4)]
    goals = [(f"i{i}", 2, "x", "goals", None) for i in range(mention)]
    got = themes(codings(*others, *goals))
    assert said(got, "mentioned")["goals"] == word
    assert got["n"].tolist() == [4, 4]


def test_theme_mentioned_often_in_one_interview_is_in_one(codings):
    rows = [("i1", segment, "x", "goals", None) for segment in range(9)]
    got = themes(codings(*rows, ("i2", 1, "x", "trust", None)))
    assert said(got, "mentioned") == {"goals": "some", "trust": "some"}


@pytest.mark.parametrize(
    ("enabler", "barrier", "neutral", "direction"),
    [
        (2, 1, 0, "enabler"),  # two thirds
        (1, 2, 0, "barrier"),
        (3, 2, 0, "both"),
        (2, 3, 0, "both"),
        (1, 0, 9, "enabler"),  # neutral passages have no direction
        (0, 0, 2, None),
    ],
)
def test_two_thirds_of_the_passages_with_a_direction_give_it_to_the_theme(
    codings, enabler, barrier, neutral, direction
):
    valences = ["enabler"] * enabler + ["barrier"] * barrier + ["neutral"] * neutral
    rows = [("i1", segment, "x", "goals", said) for segment, said in enumerate(valences)]
    got = said(themes(codings(*rows)), "direction")["goals"]
    assert (None if pd.isna(got) else got) == direction


def test_passage_coded_by_two_counts_once(codings):
    # Once each it is one enabling and one hindering passage; twice the first would be two thirds.
    rows = [
        ("i1", 1, "x", "goals", "enabler"),
        ("i1", 1, "y", "goals", "enabler"),
        ("i1", 2, "x", "goals", "barrier"),
    ]
    assert said(themes(codings(*rows)), "direction") == {"goals": "both"}


def test_same_segment_number_in_two_interviews_is_two_passages(codings):
    rows = [("i1", 1, "x", "goals", "enabler"), ("i2", 1, "x", "goals", "barrier")]
    got = themes(codings(*rows))
    assert said(got, "direction") == {"goals": "both"}
    assert said(got, "mentioned") == {"goals": "most"}


def test_themes_are_in_the_order_of_the_code_list_with_their_group(codings):
    codes = ("success_colocation", "trust", "mechanism_2", "goals", "hindrance_cultural")
    got = themes(codings(*[("i1", 1, "x", code, None) for code in codes]))
    assert got[["code_id", "theme_group"]].astype(object).to_numpy().tolist() == [
        ["goals", "construct"],
        ["trust", "construct"],
        ["hindrance_cultural", "hindrance"],
        ["mechanism_2", "mechanism"],
        ["success_colocation", "success"],
    ]


def test_no_interviews_have_no_themes(codings):
    assert themes(codings()).empty


# Beside the survey


def rated(survey, wave=0):
    return pd.DataFrame({"part_id": ["goals"], "wave": [wave], "survey": [survey]}, dtype=object)


@pytest.mark.parametrize(
    ("survey", "valences", "together"),
    [
        ("in_place", ["enabler"], "agrees"),
        ("not_yet", ["barrier"], "agrees"),
        ("partly", ["enabler", "barrier"], "agrees"),
        ("in_place", ["barrier"], "tension"),
        ("not_yet", ["enabler"], "tension"),
        ("in_place", ["enabler", "barrier"], "unclear"),
        ("partly", ["enabler"], "unclear"),
        ("in_place", ["neutral"], "unclear"),
        (None, ["barrier"], "unclear"),
    ],
)
def test_survey_and_interviews_agree_or_are_in_tension(codings, survey, valences, together):
    rows = [("i1", segment, "x", "goals", said) for segment, said in enumerate(valences)]
    got = beside_survey(themes(codings(*rows)), rated(survey), 0)
    assert got["together"].tolist() == [together]


def test_part_that_no_interview_mentions_is_mentioned_by_none(codings):
    found = themes(codings(("i1", 1, "x", "trust", "enabler"), ("i2", 1, "x", "mechanism_1", None)))
    got = beside_survey(found, rated("in_place"), 0).iloc[0]
    assert got[["n", "mentioned", "together"]].tolist() == [2, "none", "unclear"]
    assert pd.isna(got["direction"])


def test_without_interviews_the_survey_stands_alone(codings):
    got = beside_survey(themes(codings()), rated("in_place"), 0).iloc[0]
    assert got[["n", "survey", "mentioned"]].tolist() == [0, "in_place", "none"]


def test_survey_is_that_of_the_wave(codings):
    both = pd.concat([rated("not_yet"), rated("in_place", wave=6)])
    found = themes(codings(("i1", 1, "x", "goals", "enabler")))
    assert beside_survey(found, both, 6)["together"].tolist() == ["agrees"]


# Coders


def of(table, name):
    return table.set_index("of").loc[name]


def test_coders_agree_on_a_theme_that_both_gave_or_that_neither_did(codings):
    # Goals and trust are in use. Passage 1: both give goals, only x gives trust. Passage 2: both
    # give trust, neither goals. Three of four pairs agree; x says yes to 3 and y to 2 of 4, so
    # chance agrees in 3/4 * 2/4 + 1/4 * 2/4 = 1/2.
    rows = [
        ("i1", 1, "x", "goals", None),
        ("i1", 1, "y", "goals", None),
        ("i1", 1, "x", "trust", None),
        ("i1", 2, "x", "trust", None),
        ("i1", 2, "y", "trust", None),
    ]
    got = of(coder_agreement(codings(*rows)), "theme")
    assert (got["n"], got["agreed"], got["kappa"]) == (4, 0.75, pytest.approx(0.5))
    assert -1 < got["kappa_low"] < got["kappa"] < got["kappa_high"] < 1


def test_direction_is_compared_where_both_gave_the_theme(codings):
    rows = [
        ("i1", 1, "x", "goals", "enabler"),
        ("i1", 1, "y", "goals", "enabler"),
        ("i1", 1, "x", "trust", "barrier"),  # y did not give it
        ("i1", 2, "x", "goals", "barrier"),
        ("i1", 2, "y", "goals", "neutral"),
        ("i1", 3, "x", "goals", "barrier"),
        ("i1", 3, "y", "goals", None),  # y saw no direction
    ]
    got = of(coder_agreement(codings(*rows)), "direction")
    assert (got["n"], got["agreed"]) == (2, 0.5)


def test_passages_that_one_coder_coded_are_left_out(codings):
    rows = [("i1", 1, "x", "goals", None), ("i1", 1, "y", "goals", None)]
    alone = [("i1", 2, "x", "trust", None), ("i2", 1, "y", "goals", None)]
    got = coder_agreement(codings(*rows, *alone))
    assert (of(got, "theme")["n"], of(got, "theme")["agreed"]) == (1, 1.0)


def test_three_coders_of_a_passage_are_three_pairs(codings):
    rows = [("i1", 1, coder, "goals", "enabler") for coder in "xyz"]
    assert coder_agreement(codings(*rows))["n"].tolist() == [3, 3]


def test_one_coder_agrees_with_nobody(codings):
    for table in (codings(("i1", 1, "x", "goals", "enabler")), codings()):
        got = coder_agreement(table)
        assert got["n"].tolist() == [0, 0]
        assert got["kappa"].isna().all()


# Quotes


@pytest.mark.parametrize(("quote_ok", "n"), [(True, 1), (False, 0), (None, 0)])
def test_only_quotes_that_may_be_used_are_shown(codings, quote_ok, n):
    row = ("i1", 1, "x", "goals", "enabler")
    assert len(quotes(codings(row, quote="Vi vet vart vi ska.", quote_ok=quote_ok))) == n


def test_passage_that_one_coder_noted_as_not_allowed_is_not_shown(codings):
    both = [
        codings(("i1", 1, coder, "goals", None), quote="Vi vet.", quote_ok=allowed)
        for coder, allowed in (("x", True), ("y", False))
    ]
    other = codings(("i1", 2, "x", "goals", None), quote="Ja.", quote_ok=True)
    assert quotes(pd.concat([*both, other]))["quote"].tolist() == ["Ja."]


def test_quote_is_shown_once_per_theme_with_nothing_about_who_said_it(codings):
    rows = [
        ("i1", 1, "x", "trust", "barrier"),
        ("i1", 1, "x", "goals", "enabler"),
        ("i1", 1, "y", "goals", "enabler"),
    ]
    got = quotes(codings(*rows, quote="Vi vet.", quote_ok=True, party="af"))
    assert got.columns.tolist() == ["code_id", "direction", "quote"]
    assert got[["code_id", "direction"]].astype(object).to_numpy().tolist() == [
        ["goals", "enabler"],
        ["trust", "barrier"],
    ]


def test_order_of_quotes_does_not_tell_the_order_of_interviews(codings):
    table = pd.concat(
        [
            codings((interview, 1, "x", "goals", None), quote=text, quote_ok=True)
            for interview, text in (("i1", "Sist."), ("i2", "Först."))
        ]
    )
    assert quotes(table)["quote"].tolist() == ["Först.", "Sist."]


def test_coding_without_a_quote_has_none(codings):
    assert quotes(codings(("i1", 1, "x", "goals", None), quote_ok=True)).empty
    assert quotes(codings()).empty
