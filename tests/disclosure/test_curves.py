"""Curves move only where enough people did: each test is a curve small enough to follow by hand."""

from itertools import accumulate, combinations, pairwise

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.disclosure.curves import thin
from shared.study.settings import Disclosure

SUPPRESS, OPEN = Disclosure(mode="suppress"), Disclosure(mode="open")


def curve(n=50, **events):
    """Return rows of curves from cumulative events per month: all=(0, 5, 9) and so on."""
    rows = [
        (part, month, n, happened)
        for part, series in events.items()
        for month, happened in enumerate(series, 1)
    ]
    return pd.DataFrame(rows, columns=["gender", "month", "n", "events"])


def shown(frame, rules=SUPPRESS):
    """Return the months shown of each part."""
    got = thin(frame, part="gender", time="month", curve=None, rules=rules)
    return {part: rows["month"].tolist() for part, rows in got.groupby("gender")}


@pytest.mark.parametrize(
    ("events", "months"),
    [
        ((0, 0, 5, 10), [3, 4]),  # of the time before nobody needs to be told that it was level
        ((0, 1, 4, 5), [4]),  # until five have come together
        ((5, 6, 7, 11), [1, 4]),
        ((5, 6, 7, 9), [4]),  # the first and the last cannot both be told: nine in one step
        ((1, 2, 3, 4), []),
        ((3, 6, 9, 10), [4]),  # to reach the end the step is from 0 to 10
        ((6, 8, 12, 17), [1, 3, 4]),
        ((5, 5, 10, 10, 15), [1, 3, 5]),  # each at the first month with so many
    ],
)
def test_curve_is_shown_where_five_have_come_since_the_last_time(events, months):
    assert shown(curve(all=events)).get("all", []) == months


@pytest.mark.parametrize(
    ("events", "months"),
    [
        ((5, 5, 5), [1, 3]),
        ((5, 5, 6), [3]),  # to reach the end
        ((5, 9, 9, 9), [2, 4]),
        ((0, 0, 0), [3]),
        ((0, 0, 1), []),  # a curve at zero that stops would say when the first came
        ((0, 0, 4), []),
    ],
)
def test_last_time_says_how_far_the_curve_stays_level(events, months):
    assert shown(curve(all=events)).get("all", []) == months


def test_level_is_told_as_far_as_enough_are_at_risk():
    frame = curve(all=(5, 5, 5, 5)).assign(n=[9, 9, 6, 4])
    assert shown(frame) == {"all": [1, 3]}
    # Nobody in the first two months, and in the third too few are left to say so.
    assert shown(curve(all=(0, 0, 0)).assign(n=[9, 9, 4])) == {}


def test_women_and_men_are_shown_at_the_same_times():
    frame = curve(all=(5, 12, 17), woman=(5, 5, 10), man=(0, 7, 7))
    assert shown(frame) == {"all": [1, 2, 3], "woman": [1, 2, 3], "man": [1, 2, 3]}
    # Two men in the first month: all less women would tell them, were women shown then.
    frame = curve(all=(7, 12, 17), woman=(5, 5, 10), man=(2, 7, 7))
    assert shown(frame) == {"all": [1, 2, 3], "woman": [2, 3], "man": [2, 3]}


def test_women_and_men_are_shown_only_when_the_whole_is():
    # By themselves they could be shown in the second month, with nine women and no man.
    frame = curve(all=(5, 9, 14), woman=(5, 9, 9), man=(0, 0, 5))
    assert shown(frame) == {"all": [1, 3], "woman": [3], "man": [3]}
    # By themselves they would reach further in the second month than in the first.
    frame = curve(all=(5, 6, 15), woman=(0, 0, 3), man=(5, 6, 12))
    assert shown(frame) == {"all": [1, 3], "woman": [1], "man": [1]}


def test_only_the_whole_is_shown_where_a_part_never_can_be():
    assert shown(curve(all=(6, 12), woman=(5, 10), man=(1, 2))) == {"all": [1, 2]}


@pytest.mark.parametrize(("n", "months"), [(5, [1]), (4, [])])
def test_nothing_is_shown_of_fewer_at_risk_than_the_threshold(n, months):
    assert shown(curve(n=n, all=(0,))).get("all", []) == months


def test_women_are_shown_only_while_enough_men_are_at_risk():
    frame = curve(all=(10, 20), woman=(5, 10), man=(5, 10)).assign(n=[30, 20, 25, 16, 5, 4])
    assert shown(frame) == {"all": [1, 2], "woman": [1], "man": [1]}


def test_kinds_of_event_are_thinned_each_by_its_own_events():
    frame = pd.concat(
        [curve(all=(5, 6)).assign(cause="work"), curve(all=(1, 5)).assign(cause="studies")],
        ignore_index=True,
    )
    got = thin(frame, part="gender", time="month", curve="cause", rules=SUPPRESS)
    assert got[["cause", "month"]].to_numpy().tolist() == [["work", 2], ["studies", 2]]


def test_public_data_keep_every_time():
    assert shown(curve(all=(1, 2)), OPEN) == {"all": [1, 2]}


def test_nothing_comes_of_nothing():
    assert thin(curve(), part="gender", time="month", curve=None, rules=SUPPRESS).empty


STEPS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), min_size=1, max_size=9)


def of_both(steps):
    """Return the curves of women, men and all from how many of each came each month."""
    women, men = (list(accumulate(side)) for side in zip(*steps, strict=True))
    whole = [sum(both) for both in zip(women, men, strict=True)]
    return curve(all=whole, woman=women, man=men)


@given(STEPS)
def test_no_step_that_is_shown_was_made_by_one_to_four_people(steps):
    got = thin(of_both(steps), part="gender", time="month", curve=None, rules=SUPPRESS)
    for _, rows in got.groupby("gender"):
        events = [0, *rows.sort_values("month")["events"]]
        assert not {after - before for before, after in pairwise(events)} & {1, 2, 3, 4}
    months = {part: set(rows["month"]) for part, rows in got.groupby("gender")}
    assert months.get("woman", set()) == months.get("man", set()) <= months.get("all", set())


def may_be_shown(events, series):
    """Tell from the definition whether a series of months may be shown of a curve."""
    told = [0, *(events[month - 1] for month in series)]
    steps = [after - before for before, after in pairwise(told)]
    return all(step >= 5 for step in steps[:-1]) and (not steps or steps[-1] not in range(1, 5))


@given(st.lists(st.integers(0, 7), min_size=1, max_size=7))
def test_curve_is_the_longest_that_reaches_the_most_there_is(steps):
    events = list(accumulate(steps))
    got = shown(curve(all=events)).get("all", [])
    months = range(1, len(events) + 1)
    every = [one for n in range(len(events) + 1) for one in combinations(months, n)]
    allowed = [one for one in every if may_be_shown(events, one)]
    best = max(allowed, key=lambda one: ([0, *events][max(one, default=0)], len(one)))
    if events[-1] in range(1, 5):
        assert got == []
    else:
        assert tuple(got) in allowed
        assert [0, *events][max(got, default=0)] == events[-1]
        assert len(got) == len(best)
        assert len(events) in got  # it is told how far the last level lasts
