"""Survey answers item by item: both bases beside each other, and nothing hidden by either."""

import pandas as pd
import pytest

from shared.disclosure.protected import Counts
from shared.pages.survey import answer_spread, top_answers
from shared.study import Study
from shared.study.settings import Disclosure

LEVELS = ("low", "middle", "high", "dont_know", "missing", "valid", "answered_item", "not_high")


def study(base="valid"):
    survey = {"base": base}
    return Study(name="s", title="S", waves={0: None}, groups=[{"id": "A"}], survey=survey)


def counts(**items):
    """Make the protected answers to items from the counts of the levels; None is hidden."""
    rows = [
        (item, level, n)
        for item, known in items.items()
        for level, n in zip((*LEVELS, "all"), known, strict=True)
    ]
    cells = pd.DataFrame(rows, columns=["item_id", "level", "n"]).astype({"n": "Int64"})
    return Counts("survey_answers", cells.assign(hidden=cells["n"].isna()), Disclosure())


# 6 low, 6 middle, 8 high, 5 do not know, 7 did not answer
KNOWN = (6, 6, 8, 5, 7, 20, 25, 12, 32)
# Few do not know: how many answered at all would give them away
SECRET = (6, 6, 8, None, 7, 20, None, 12, None)


@pytest.mark.parametrize(
    ("base", "first", "other"),
    [
        ("valid", (0.4, 20), {"share_of_answered": 0.32, "n_answered": 25}),
        ("answered", (0.32, 25), {"share_of_valid": 0.4, "n_valid": 20}),
    ],
)
def test_share_of_high_answers_on_the_base_of_the_study_and_then_the_other(base, first, other):
    row = top_answers(counts(Q1=KNOWN), ["Q1"], study(base)).frame.iloc[0]
    assert (row["count"], row["share"], row["n"]) == (8, *first)
    assert row[list(other)].to_dict() == other


def test_base_that_would_give_away_the_few_who_do_not_know_stays_hidden():
    got = top_answers(counts(Q1=SECRET), ["Q1"], study("valid"))
    assert (got.value("share").value, got.value("n").value) == (0.4, 20)
    assert got.value("share_of_answered").hidden
    assert got.value("n_answered").hidden
    assert got.frame[["share_of_answered", "n_answered"]].isna().all(axis=None)


@pytest.mark.parametrize("base", ["valid", "answered"])
def test_item_with_too_few_answers_on_the_scale_is_told_on_no_base(base):
    few = (0, 0, 9, 6, 7, 9, 15, 0, 22)  # all nine on the scale agree: 9 of 15 would tell
    got = top_answers(counts(Q1=few, Q2=KNOWN), ["Q1", "Q2"], study(base))
    figures = [column.name for column in got.columns if column.name != "item_id"]
    assert got.hidden.loc[0, figures].all()
    assert got.frame.loc[0, figures].isna().all()
    assert not got.hidden.loc[1].any()


def test_share_of_answers_on_the_scale_stands_where_the_other_base_is_hidden():
    got = top_answers(counts(Q1=SECRET), ["Q1"], study("answered"))
    assert got.value("share").hidden
    assert got.value("share_of_valid").value == 0.4


def test_only_the_items_asked_for_are_shown():
    assert top_answers(counts(Q1=KNOWN, Q2=KNOWN), ["Q2"], study()).frame["item_id"].tolist() == [
        "Q2"
    ]
    assert top_answers(counts(Q1=KNOWN), [], study()).frame.empty


def test_spread_has_what_was_said_and_who_did_not_know():
    got = answer_spread(counts(Q1=KNOWN), ["Q1"])
    assert got.frame.iloc[0].to_dict() == {
        "item_id": "Q1",
        "n": 20,
        "disagree": 0.3,
        "between": 0.3,
        "agree": 0.4,
        "unsure": 0.2,
    }


def test_spread_hides_those_who_did_not_know_when_they_are_few():
    got = answer_spread(counts(Q1=SECRET), ["Q1"])
    assert got.value("unsure").hidden
    assert got.value("agree").value == 0.4


def test_spread_of_no_items_is_empty():
    assert answer_spread(counts(Q1=KNOWN), []).frame.empty
