"""The process question: each test states one rule and a number worked by hand."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.process import (
    attendance_by_party,
    change_since_baseline,
    checklist_by_wave,
    meetings_by_period,
    scale_quality,
    score_by_wave,
)
from shared.study import Study

STUDY = Study(
    name="s",
    title="Study",
    waves={0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)},
    groups=[{"id": "A"}],
)
JUDGEMENTS = pd.CategoricalDtype(["yes", "partly", "no", "unknown"], ordered=True)
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


def test_rows_are_in_order_of_part_and_wave():
    table = pd.concat(
        [one_each(6, 5, construct="trust"), one_each(6, 2), one_each(0, 1, construct="trust")]
    )
    got = score_by_wave(table)[["construct", "wave", "mean"]]
    exp = [("goals", 6, 2.0), ("trust", 0, 1.0), ("trust", 6, 5.0)]
    assert list(got.itertuples(index=False, name=None)) == exp


# Change


def test_five_respondents_seen_twice_are_compared_with_themselves():
    # Steps 0, 1, 1, 1, 2: mean 1, sd sqrt(0.5), half-width 2.776445 * sqrt(0.5 / 5) = 0.877989.
    # All four that moved went up: p is 2 of 16 sign patterns.
    table = pd.concat([one_each(0, 1, 1, 2, 3, 2), one_each(6, 1, 2, 3, 4, 4)])
    got = only_row(change_since_baseline(table, 6))
    assert (got["basis"], got["n"], got["mean_change"], got["p"]) == ("paired", 5, 1.0, 0.125)
    limits = (got["change_low"], got["change_high"])
    assert limits == pytest.approx((0.122011, 1.877989), abs=1e-6)


def test_four_respondents_seen_twice_are_too_few_to_pair():
    # Means 2 and 3 over all who answered: the fifth of the first wave counts as well.
    table = pd.concat([one_each(0, 1, 2, 3, 2, 2), one_each(6, 2, 3, 4, 3)])
    got = only_row(change_since_baseline(table, 6))
    assert (got["basis"], got["n"], got["mean_change"]) == ("unpaired", 4, 1.0)


def test_unpaired_limits_by_hand():
    # Variances 1 and 1 of 3 each, 4 df: half-width 2.776445 * sqrt(2 / 3) = 2.266958.
    table = pd.concat([one_each(0, 1, 2, 3), one_each(6, 3, 4, 5, first="x")])
    got = only_row(change_since_baseline(table, 6))
    limits = (got["change_low"], got["change_high"])
    assert limits == pytest.approx((2 - 2.266958, 2 + 2.266958), abs=1e-6)


def test_items_that_are_no_anchors_do_not_change_the_change():
    other = one_each(6, 1, 1, 1, item_id="Q2", is_anchor=False)
    table = pd.concat([one_each(0, 2, 2, 2), one_each(6, 3, 3, 3), other])
    assert only_row(change_since_baseline(table, 6))["mean_change"] == 1.0


def test_each_part_has_its_own_basis():
    goals = [one_each(0, 1, 1, 1, 1, 1), one_each(6, 2, 2, 2, 2, 2)]
    trust = [one_each(0, 1, construct="trust"), one_each(6, 3, construct="trust")]
    got = change_since_baseline(pd.concat([*goals, *trust]), 6)
    assert got["construct"].tolist() == ["goals", "trust"]
    assert got["basis"].tolist() == ["paired", "unpaired"]


def test_waves_between_are_not_used():
    table = pd.concat([one_each(0, 1), one_each(6, 5), one_each(12, 2)])
    assert only_row(change_since_baseline(table, 12))["mean_change"] == 1.0


def test_part_that_nobody_scored_at_the_wave_has_no_change():
    table = pd.concat([one_each(0, 1, 2), one_each(6, None, None)])
    got = only_row(change_since_baseline(table, 6))
    assert got["n"] == 0
    assert got[["mean_change", "change_low", "change_high", "p"]].isna().all()


@pytest.mark.parametrize("given", [(4, 5), ()])
def test_first_wave_and_no_answers_at_all_have_no_rows(given):
    got = change_since_baseline(one_each(0, *given), 0)
    assert got.empty
    assert {"construct", "basis", "n", "mean_change"} <= set(got)


# Scale quality


def test_alpha_of_one_wave_by_hand():
    # Variances 1 and 1, of the sums 2, 5, 5 it is 3: 2 / 1 * (1 - 2 / 3).
    wave = [one_each(6, 1, 2, 3), one_each(6, 1, 3, 2, item_id="Q2", is_anchor=False)]
    table = pd.concat([one_each(0, 5, 1, 5), *wave])
    got = only_row(scale_quality(table, 6))
    assert (got["construct"], got["n"], got["k"]) == ("goals", 3, 2)
    assert got["alpha"] == pytest.approx(2 / 3)


# Checklist


def judged(*rows):
    table = pd.DataFrame(rows, columns=["part_id", "wave", "in_place"])
    return checklist_by_wave(table.astype({"in_place": JUDGEMENTS}))


@pytest.mark.parametrize(
    ("one", "other", "stands"),
    [
        ("yes", "partly", "partly"),
        ("no", "yes", "no"),
        ("partly", "no", "no"),
        ("yes", "yes", "yes"),
        ("yes", "unknown", "yes"),
        ("unknown", "no", "no"),
        ("unknown", "unknown", "unknown"),
    ],
)
def test_more_cautious_of_two_judgements_stands(one, other, stands):
    got = judged(("goals", 0, one), ("goals", 0, other))
    assert got["0"].tolist() == [stands]


def test_checklist_has_a_row_per_part_and_a_column_per_wave():
    got = judged(("goals", 0, "no"), ("goals", 6, "yes"), ("trust", 6, "partly"))
    assert got.columns.tolist() == ["part_id", "0", "6"]
    assert got.astype(object).where(got.notna(), None).to_numpy().tolist() == [
        ["goals", "no", "yes"],
        ["trust", None, "partly"],
    ]


# Meetings


def meetings(*rows):
    """Build meetings from (day, cancelled) rows, numbered from m1."""
    table = pd.DataFrame(rows, columns=["held_on", "cancelled"])
    table["meeting_id"] = [f"m{i}" for i in range(1, len(table) + 1)]
    types = {"held_on": "datetime64[s]", "cancelled": "boolean"}
    return table.astype(types)


HELD = meetings(
    ("2016-04-24", False),  # 50 days after the one before; the order of the file does not matter
    ("2016-01-05", False),
    ("2016-02-04", False),  # 30 days
    ("2016-02-14", True),
    ("2016-03-05", None),  # 30 days; nothing says that it was cancelled
    ("2016-09-01", True),
)


def test_meetings_and_gaps_per_period_by_hand():
    got = meetings_by_period(HELD, STUDY, 12).set_index("period")
    assert got["held"].to_dict() == {0: 1, 6: 3, 12: 0}
    assert got["cancelled"].to_dict() == {0: 0, 6: 1, 12: 1}
    assert got.loc[6, ["median_gap", "longest_gap"]].tolist() == [30, 50]
    assert got.loc[[0, 12], ["median_gap", "longest_gap"]].isna().all(axis=None)


def test_gap_belongs_to_the_period_in_which_it_ends():
    # From 15 January (period 0) to 14 February (period 6).
    table = meetings(("2016-01-15", False), ("2016-02-14", False))
    got = meetings_by_period(table, STUDY, 6).set_index("period")
    assert got["longest_gap"].isna().tolist() == [True, False]
    assert got.loc[6, "longest_gap"] == 30


def test_meetings_after_the_wave_are_not_counted():
    assert meetings_by_period(HELD, STUDY, 0)["period"].tolist() == [0]


def test_no_meetings_give_no_rows():
    got = meetings_by_period(meetings(), STUDY, 6)
    assert got.columns.tolist() == ["period", "held", "cancelled", "median_gap", "longest_gap"]
    assert got.empty


# Attendance


def test_attendance_of_those_invited_to_meetings_that_were_held():
    held = meetings(("2016-02-01", False), ("2016-03-01", False), ("2016-04-01", True))
    rows = [
        ("m1", "af", True, 2),  # two people are one attendance
        ("m2", "af", True, 0),
        ("m3", "af", True, 1),  # cancelled
        ("m1", "fk", False, 1),  # came without being invited
        ("m2", "fk", True, None),
        ("m9", "region", True, 1),  # another group's meeting
    ]
    asked = pd.DataFrame(rows, columns=["meeting_id", "party", "invited", "present_n"])
    asked = asked.astype({"invited": "boolean", "present_n": "Int64"})
    got = attendance_by_party(asked, held).set_index("party")
    assert got[["present", "invited", "share"]].to_dict("index") == {
        "af": {"present": 1, "invited": 2, "share": 0.5},
        "fk": {"present": 0, "invited": 1, "share": 0.0},
    }
    # Wilson: half-width 1.959964 * sqrt(0.5 + 0.960365) / 5.841459 = 0.405469.
    limits = got.loc["af", ["low", "high"]].tolist()
    assert limits == pytest.approx([0.094531, 0.905469], abs=1e-6)
