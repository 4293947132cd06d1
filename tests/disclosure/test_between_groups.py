"""The door for comparisons: nothing of a row tells which group of its class it is."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.disclosure.between_groups import release_compared
from shared.disclosure.released import Column
from shared.disclosure.size_classes import size_classes, smallest_in_class
from shared.estimates.proportions import wilson
from shared.study.settings import Disclosure

SIZES = [96, 58, 45, 35, 29, 26, 19, 12]
LETTERS = list("ABCDEFGH")
RULES = Disclosure()


def limits(rows):
    return wilson(rows["share"] * rows["n"], rows["n"])[["low", "high"]]


def compared(frame, sizes, rules=RULES, **more):
    options = {"columns": {}, "limits": limits} | more
    return release_compared(frame, id="x", unit="people", sizes=sizes, rules=rules, **options)


def rows_of(n, shares, **more):
    letters = [f"{i:03d}" for i in range(len(n))]
    return pd.DataFrame({"lokus_id": letters, "n": n, "share": shares, **more})


def eight(shares=0.42, **more):
    frame = pd.DataFrame({"lokus_id": LETTERS, "n": SIZES, "share": shares, **more})
    return frame, size_classes(pd.Series(SIZES, LETTERS))


# Which group is it?


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 120), min_size=6, max_size=14), st.data())
def test_what_depends_on_n_is_the_same_for_all_groups_of_a_class(sizes, data):
    n = pd.Series(sizes)
    behind = n.map(lambda one: data.draw(st.integers(0, one)))  # as of those who were reached
    share = data.draw(st.sampled_from([0.0, 0.13, 0.5, 0.77, 1.0]))  # alike: only n differs
    frame = rows_of(behind, share)
    classes = size_classes(n).set_axis(frame["lokus_id"])
    found = compared(frame, classes)
    by = found.frame["lokus_id"].map(classes)
    told = found.frame.drop(columns="lokus_id").assign(hidden=found.hidden["share"])
    assert (told.groupby(by).nunique(dropna=False) == 1).all(axis=None)
    assert (found.frame["n"] == by).all()
    few = behind.set_axis(frame["lokus_id"]).groupby(classes).transform("min") < 2 * RULES.threshold
    assert found.hidden["share"].tolist() == few.tolist()


@pytest.mark.parametrize("smallest", [10, 14, 19, 20, 24, 37])
def test_no_share_that_is_told_excludes_a_group_of_the_class(smallest):
    classes = pd.Series("x", ["000", "001"])
    told = []
    for n in (smallest, smallest + 3, 4 * smallest):
        items = [rows_of([n, smallest], k / n, item_id=f"{k}") for k in range(n + 1)]
        found = compared(pd.concat(items), classes, keys=("lokus_id", "item_id"))
        told.append(frozenset(found.frame.loc[found.frame["lokus_id"] == "000", "share"]))
    assert len(set(told)) == 1


def test_shares_scores_and_money_are_told_in_few_digits():
    frame, sizes = eight(0.4237, mean=3.4567, amount=123_456.0)
    found = compared(frame, sizes, columns={"amount": Column("amount", "money", "Belopp")}).frame
    large, small = found.loc[0], found.loc[7]
    assert (large["share"], small["share"]) == (0.4, 0.4)
    assert (large["mean"], small["mean"]) == (3.5, 3.5)
    assert set(found["amount"]) == {120_000.0}
    assert (
        compared(frame.assign(share=0.46), sizes).frame["share"].tolist() == [0.45] * 4 + [0.5] * 4
    )


def test_interval_is_that_of_the_smallest_group_and_of_the_value_told():
    frame, sizes = eight(0.42)
    found = compared(frame, sizes).frame
    expected = wilson([14.0, 4.0], [35.0, 10.0])  # 0.4 of 35 and of 10
    assert found.loc[[0, 7], "low"].tolist() == pytest.approx(expected["low"].tolist())
    assert found.loc[[0, 7], "high"].tolist() == pytest.approx(expected["high"].tolist())
    given_n = smallest_in_class(pd.Series(SIZES, LETTERS), [sizes])
    assert given_n.loc[["A", "H"]].tolist() == [35, 10]


def test_nobody_and_everybody_are_told_as_one_step_from_the_end():
    frame, sizes = eight([0.0, 1.0, 0.01, 0.99] * 2, mean=[1.0, 5.0] * 4)
    found = compared(frame, sizes).frame
    assert found["share"].tolist() == [0.05, 0.95, 0.05, 0.95, 0.1, 0.9, 0.1, 0.9]
    assert found["mean"].tolist() == pytest.approx([1.1, 4.9] * 4)


# What is hidden


@pytest.mark.parametrize("few", [0, 1, 4, None])
def test_one_group_with_too_few_hides_its_class_and_no_other(few):
    frame, sizes = eight()
    frame = frame.astype({"n": float})
    frame.loc[7, "n"] = few
    found = compared(frame, sizes)
    assert (
        found.hidden["share"].tolist() == found.hidden["low"].tolist() == [False] * 4 + [True] * 4
    )
    assert found.frame.loc[4:, ["share", "low", "high"]].isna().all(axis=None)
    assert found.frame["n"].notna().all()


def test_a_value_that_one_group_lacks_is_hidden_in_its_class_alone_and_in_its_column():
    frame, sizes = eight(mean=[3.0] * 7 + [np.nan])
    found = compared(frame, sizes)
    assert found.hidden["mean"].tolist() == [False] * 4 + [True] * 4
    assert not found.hidden["share"].any()


def test_a_group_without_a_row_gets_one_and_hides_its_class():
    frame, sizes = eight()
    found = compared(frame.iloc[[6, 1, 0, 3, 2, 5, 4]], sizes)
    assert found.frame["lokus_id"].tolist() == LETTERS
    assert found.hidden["share"].tolist() == [False] * 4 + [True] * 4


def test_other_keys_are_decided_one_by_one_and_everybody_together_has_no_class():
    frame, sizes = eight()
    both = pd.concat([frame.assign(gender=one) for one in ("woman", "man")])
    both.loc[(both["gender"] == "man") & (both["lokus_id"] == "H"), "n"] = 2
    whole = pd.DataFrame([{"lokus_id": "all", "n": 320, "share": 0.4, "gender": "woman"}])
    found = compared(pd.concat([both, whole]), sizes, keys=("lokus_id", "gender"))
    gone = found.frame.loc[found.hidden["share"], ["lokus_id", "gender"]]
    assert set(gone.itertuples(index=False, name=None)) == {
        *((letter, "man") for letter in "EFGH"),
        ("all", "man"),
    }
    assert found.value("share", lokus_id="all", gender="woman").value == pytest.approx(0.4)
    assert pd.isna(found.value("n", lokus_id="all", gender="woman").value)


def test_open_data_are_shown_as_they_are():
    frame, sizes = eight(0.4237)
    found = compared(frame, sizes, rules=Disclosure(mode="open")).frame
    assert found["n"].tolist() == SIZES
    assert found["share"].eq(0.4237).all()
    assert found["low"].is_monotonic_decreasing


# Refusals


def test_columns_that_tell_a_size_and_classes_of_two_are_refused():
    frame, sizes = eight()
    with pytest.raises(ValueError, match=r"'count' of the kind count.*Allowed.*Leave it out"):
        compared(frame.assign(count=3), sizes)
    with pytest.raises(ValueError, match="no column 'n'"):
        compared(frame.drop(columns="n"), sizes)
    with pytest.raises(ValueError, match=r"size class of 2 groups.*`size_classes`"):
        compared(frame, pd.Series(["x"] * 6 + ["y"] * 2, LETTERS))
    with pytest.raises(ValueError, match="without a size class: H"):
        compared(frame, sizes.drop("H"))
    with pytest.raises(ValueError, match="1 rows whose lokus_id occur before"):
        compared(pd.concat([frame, frame.head(1)]), sizes)
