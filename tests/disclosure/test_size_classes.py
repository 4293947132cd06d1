"""Size classes and bands: always several groups in each, whatever the sizes, and none split."""

from itertools import combinations, pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.disclosure.size_classes import bands, coarsened, size_classes, smallest_in_class

EIGHT = pd.Series([96, 58, 45, 35, 29, 26, 19, 12], list("ABCDEFGH"))


def limits_of(label):
    low, _, high = label.partition("–")
    return int(low), int(high or low)


def test_eight_groups_are_two_classes_in_round_numbers():
    found = size_classes(EIGHT)
    assert found.groupby(found).groups.keys() == {"10–29", "30–99"}
    assert found.loc[list("EFGH")].eq("10–29").all()


def test_five_groups_or_groups_of_one_size_are_one_class():
    assert size_classes(EIGHT.head(5)).nunique() == 1
    assert set(size_classes(pd.Series([31] * 9))) == {"20–49"}
    assert set(size_classes(pd.Series([0, 0, 0, 3, 3, 3]))) == {"0", "1–4"}


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=40), st.integers(2, 4))
def test_every_class_holds_enough_groups_and_only_those_within_its_limits(sizes, least):
    n = pd.Series(sizes)
    found = size_classes(n, least)
    held = found.value_counts()
    assert len(held) == 1 or held.min() >= least
    assert all(
        low <= size <= high for size, (low, high) in zip(n, found.map(limits_of), strict=True)
    )
    spans = sorted(limits_of(label) for label in held.index)
    assert all(one[1] + 1 == other[0] for one, other in pairwise(spans))


@given(st.lists(st.integers(1, 60), min_size=6, max_size=9))
def test_no_cuts_at_one_digit_numbers_would_give_more_classes(sizes):
    cuts = [*range(1, 10), *range(10, 100, 10)]
    counts = np.searchsorted(sorted(sizes), cuts)
    more = 1
    for k in (1, 2):
        for chosen in combinations(sorted(set(counts)), k):
            if min(np.diff([0, *chosen, len(sizes)])) >= 3:
                more = k + 1
    assert size_classes(pd.Series(sizes)).nunique() == more


def test_missing_and_negative_sizes_are_refused():
    with pytest.raises(ValueError, match="2 of 3 groups have a missing or negative size"):
        size_classes(pd.Series([1, -1, np.nan]))


def test_smallest_in_class_is_rounded_down_to_five_and_the_same_for_all():
    found = smallest_in_class(EIGHT, [size_classes(EIGHT)])
    assert found.to_dict() == dict.fromkeys("ABCD", 35) | dict.fromkeys("EFGH", 10)
    assert smallest_in_class(pd.Series([4, 9, 8]), [pd.Series(list("aaa"))]).tolist() == [4, 4, 4]


# Bands


def test_nine_groups_are_low_middle_and_high_and_eight_low_and_high():
    nine = pd.Series(range(9), list("ABCDEFGHI"), dtype=float)
    assert bands(nine).tolist() == ["low"] * 3 + ["middle"] * 3 + ["high"] * 3
    assert bands(nine.head(8)).tolist() == ["low"] * 4 + ["high"] * 4
    assert bands(nine.head(5)).tolist() == ["all"] * 5


@given(st.lists(st.integers(0, 12), min_size=1, max_size=14), st.integers(2, 4))
def test_bands_hold_enough_groups_and_never_part_equals(values, least):
    values = pd.Series(values, dtype=float)
    found = bands(values, least)
    held = found.value_counts()
    assert held.sum() == len(values)
    assert set(held[held > 0].index) in [{"all"}, {"low", "high"}, {"low", "middle", "high"}]
    assert set(held[held > 0].index) == {"all"} or held[held > 0].min() >= least
    spans = values.groupby(found, observed=True).agg(["min", "max"]).sort_index()
    assert (spans["max"].to_numpy()[:-1] < spans["min"].to_numpy()[1:]).all()
    ordered = values.sort_values().to_numpy()
    parts = [i for i in range(least, len(values) - least + 1) if ordered[i] > ordered[i - 1]]
    assert ("all" in set(found)) == (not parts)


def test_two_groups_without_a_figure_leave_no_band_to_anybody():
    values = pd.Series([np.nan, np.nan, *range(8)])
    assert bands(values).isna().all()
    assert bands(pd.concat([values, pd.Series([np.nan])])).notna().sum() == 8


# Profiles


def test_the_least_telling_column_is_coarsened_first():
    profile = pd.DataFrame(
        {"even": list("aaaabbbb"), "rare": list("ccccccdd")}, index=list("ABCDEFGH")
    )
    assert coarsened(profile).columns.tolist() == ["even"]


def test_neighbouring_bands_are_merged_and_their_names_joined():
    order = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
    profile = pd.DataFrame({"ill": pd.Series(["low"] * 3 + ["middle"] + ["high"] * 4, dtype=order)})
    found = coarsened(profile)["ill"]
    assert found.tolist() == ["low / middle"] * 4 + ["high"] * 4


def test_a_merge_that_a_later_one_makes_needless_is_undone():
    order = pd.CategoricalDtype(["low", "middle", "high"], ordered=True)
    levels = pd.Series(["middle", "low", "middle", *["high"] * 3, "low", "low", "middle"])
    profile = pd.DataFrame({"x": list("abaaaabaa"), "y": levels.astype(order)})
    profile["z"] = list("abbaabbbb")
    assert coarsened(profile)["y"].tolist() == levels.tolist()  # x and z had to go


def test_fewer_than_three_groups_have_no_profile():
    assert coarsened(pd.DataFrame({"x": ["a", "a"]})).shape == (2, 0)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.tuples(*[st.sampled_from(["a", "b", "c", None])] * 3), min_size=1, max_size=12),
    st.randoms(use_true_random=False),
)
def test_every_row_is_shared_and_the_order_of_groups_does_not_matter(rows, chance):
    profile = pd.DataFrame(rows, columns=list("xyz"))
    found = coarsened(profile)
    if len(found.columns):
        assert found.notna().all(axis=None)
        assert found.value_counts().min() >= 3
        for name in found:  # nothing is told that is not so
            origin = profile[name].fillna("missing")
            assert all(
                one in text.split(" / ") for one, text in zip(origin, found[name], strict=True)
            )
    shuffled = profile.sample(frac=1, random_state=chance.randint(0, 99))
    pd.testing.assert_frame_equal(coarsened(shuffled).sort_index(), found)
    if profile.value_counts(dropna=False).min() >= 3:
        spread = [name for name in profile if profile[name].nunique(dropna=False) > 1]
        assert found.columns.tolist() == spread
