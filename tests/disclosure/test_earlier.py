"""Earlier releases: who is in the same cell now and then, against counting one by one."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.disclosure.counts import ALL, CountTable, count
from shared.disclosure.earlier import as_released, in_both, shared_cells

TABLE = CountTable(
    "ways", "ways", "people", ["way", "gender"], ["way", "gender"], {"way": {"any": ["x", "y"]}}
)
GROUPS = ["A", "B"]
PEOPLE = st.lists(
    st.tuples(
        st.integers(0, 11),
        st.sampled_from("AB"),
        st.sampled_from("xyz"),
        st.sampled_from(["woman", "man"]),
    ),
    max_size=12,
    unique_by=lambda person: person[0],
)


def frame(people):
    names = ["person_id", "lokus_id", "way", "gender"]
    return pd.DataFrame(people, columns=names, dtype=object)


def holds(person, cell):
    wanted, (_, group, way, gender) = cell, person
    ways = {"any": "xy", ALL: "xyz"}.get(wanted[1], wanted[1])
    return wanted[0] in (ALL, group) and way in ways and wanted[2] in (ALL, gender)


@settings(deadline=None, max_examples=50)
@given(PEOPLE, PEOPLE)
def test_those_who_came_and_left_are_the_difference_of_the_sets(now, then):
    frames = [frame(people) for people in (now, then)]
    both = [(rows, count(rows, TABLE, GROUPS)[0]) for rows in frames]
    for row, before, came, left in shared_cells(TABLE, both[0], both[1], GROUPS):
        cell = tuple(both[0][1].iloc[row][["lokus_id", "way", "gender"]])
        assert cell == tuple(both[1][1].iloc[before][["lokus_id", "way", "gender"]])
        sets = [{person[0] for person in people if holds(person, cell)} for people in (now, then)]
        assert (came, left) == (len(sets[0] - sets[1]), len(sets[1] - sets[0]))


def test_person_who_moved_is_in_the_sum_both_times_and_in_no_category_both_times():
    now, then = frame([(1, "A", "x", "woman")]), frame([(1, "A", "y", "woman")])
    same = in_both(now, then, TABLE, GROUPS)
    assert same["A", "any", "all"] == same["all", "all", "woman"] == 1
    assert same["A", "x", "all"] == same["A", "y", "woman"] == 0


def test_records_that_nothing_tells_apart_change_as_little_as_they_can():
    table = CountTable("left_out", "left_out", "participations", ["reason"], ["reason"])
    frames = [pd.DataFrame({"lokus_id": "A", "reason": ["anonymous"] * n}) for n in (7, 5)]
    both = [(rows, count(rows, table, GROUPS)[0]) for rows in frames]
    changed = {(came, left) for *_, came, left in shared_cells(table, both[0], both[1], GROUPS)}
    assert changed == {(2, 0), (0, 0)}


def test_cell_that_was_not_released_was_hidden():
    cells, _ = count(frame([(1, "A", "x", "woman"), (2, "B", "y", "man")]), TABLE, GROUPS)
    shown = cells.assign(hidden=False).iloc[1:]
    told = as_released(cells, shown)
    assert told["hidden"].tolist() == [True] + [False] * (len(cells) - 1)
    assert np.array_equal(told["n"].iloc[1:].astype(int), cells["n"].iloc[1:])
    assert as_released(cells, None)["hidden"].all()
    assert as_released(cells, shown.drop(columns="gender"))["hidden"].all()
