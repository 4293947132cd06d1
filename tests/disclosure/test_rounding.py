"""Controlled rounding: against every rounding of small tables, and for what the sums must keep."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from shared.disclosure.relations import Relation
from shared.disclosure.rounding import controlled_round


def with_totals(inner):
    """Return the counts of a table with totals in all directions, and its relations."""
    table = np.array(inner)
    for axis in range(table.ndim):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    index = np.arange(table.size).reshape(table.shape)
    lines = [
        line
        for axis in range(table.ndim)
        for line in np.moveaxis(index, axis, -1).reshape(-1, table.shape[axis]).tolist()
    ]
    return table.ravel(), [Relation(line[-1], tuple(line[:-1])) for line in lines]


def holds(rounded, relations):
    """Tell whether all sums hold."""
    return all(rounded[one.total] == rounded[list(one.parts)].sum() for one in relations)


def least_change(values, relations, base):
    """Try every choice of neighbours; return the least change that keeps the sums, or None."""
    changes = [
        np.abs(rounded - values).sum()
        for choice in product(*[sorted({v // base, -(-v // base)}) for v in values.tolist()])
        for rounded in [np.array(choice) * base]
        if holds(rounded, relations)
    ]
    return min(changes, default=None)


tables = hnp.arrays(
    int,
    st.sampled_from([(2,), (4,), (2, 2), (2, 3)]),
    elements=st.integers(min_value=0, max_value=12),
)


@settings(max_examples=60, deadline=None)
@given(tables, st.sampled_from([3, 5]))
def test_no_rounding_of_a_table_changes_less(inner, base):
    values, relations = with_totals(inner)
    rounded = controlled_round(values, relations, base=base)
    assert holds(rounded, relations)
    assert np.all(rounded % base == 0)
    assert np.all(np.abs(rounded - values) < base)
    assert np.abs(rounded - values).sum() == least_change(values, relations, base)


@settings(max_examples=30, deadline=None)
@given(hnp.arrays(int, (2, 2, 3), elements=st.integers(min_value=0, max_value=30)))
def test_three_dimensions_and_another_table_of_the_same_margin_add_up(inner):
    values, relations = with_totals(inner)
    again = Relation(len(values), (len(values) - 1,))  # the grand total, shown in another table
    rounded = controlled_round(np.append(values, values[-1]), [*relations, again])
    assert holds(rounded, [*relations, again])
    assert np.all(rounded % 5 == 0)
    assert np.all(rounded >= 0)
    np.testing.assert_array_equal(
        rounded, controlled_round(np.append(values, values[-1]), [*relations, again])
    )


def test_cells_without_sums_go_to_the_nearest_multiple():
    counts = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8])
    assert controlled_round(counts, []).tolist() == [0, 0, 0, 5, 5, 5, 5, 5, 10]


def test_counts_go_beyond_their_neighbours_only_when_the_sums_need_it():
    # Twice x is 6 + 6: with x told as 5, one neighbour of 12 fits; with x told as 10, none.
    twice = [Relation(2, (0, 1))]
    counts, none = np.array([6, 6, 12]), [-1, -1, -1]
    assert controlled_round(counts, twice, fixed=np.array(none)).tolist() == [5, 5, 10]
    assert controlled_round(counts, twice, fixed=np.array([10, 10, -1])).tolist() == [10, 10, 20]


def test_whole_multiples_are_asked_for_and_not_only_sums():
    ring = [Relation(3, (0, 1)), Relation(4, (0, 2)), Relation(5, (1, 2))]
    counts = np.array([6, 6, 8, 12, 14, 14])
    told = np.array([-1, -1, -1, 15, 15, 15])
    # 15 + 15 = 30 = 2 x + 15 asks for x = 7.5: no multiple of 5 will do.
    with pytest.raises(ValueError, match="cannot hold with what was told earlier"):
        controlled_round(counts, ring, fixed=told)
    told[5] = 20
    rounded = controlled_round(counts, ring, fixed=told)
    assert rounded.tolist() == [5, 10, 10, 15, 15, 20]


def test_what_was_told_is_kept_also_after_a_correction():
    values, relations = with_totals([[7, 12], [9, 4]])
    before = controlled_round(values, relations)
    corrected, _ = with_totals([[7, 12], [9, 16]])  # twelve more, who were registered late
    fixed = np.full(len(values), -1)
    fixed[[4, 8]] = before[[4, 8]]  # the last inner cell and the grand total
    rounded = controlled_round(corrected, relations, fixed=fixed)
    assert rounded[[4, 8]].tolist() == before[[4, 8]].tolist()
    assert abs(rounded - corrected).max() >= 10
    assert holds(rounded, relations)
    everything = controlled_round(corrected, relations, fixed=before)
    assert everything.tolist() == before.tolist()


def test_the_relation_that_earlier_values_break_is_named():
    values, relations = with_totals([[7, 12], [9, 4]])
    fixed = np.full(len(values), -1)
    fixed[[3, 4, 5]] = 10, 5, 30
    with pytest.raises(ValueError, match=r"total=5, parts=\(3, 4\)"):
        controlled_round(values, relations, fixed=fixed)


def test_relations_that_hold_are_not_named():
    values, relations = with_totals([[7, 12], [9, 4]])
    fixed = np.full(len(values), -1)
    fixed[[0, 1, 2]] = 10, 10, 20
    fixed[8] = 15  # fewer in all than in the first row, and nobody is less than none
    with pytest.raises(ValueError, match=r"total=8, parts=\(2, 5\)"):
        controlled_round(values, relations, fixed=fixed)


def test_earlier_values_that_were_not_rounded_are_refused():
    with pytest.raises(ValueError, match=r"\[1\] are fixed but no multiples of 5"):
        controlled_round(np.array([5, 2]), [], fixed=np.array([-1, 2]))


def test_sixty_groups_and_their_federation_add_up():
    # status x gender of each group, and of all: 61 tables of 12 cells
    table = np.random.default_rng(6).poisson(4, size=(60, 3, 2))
    values, relations = with_totals(table)
    rounded = controlled_round(values, relations)
    assert holds(rounded, relations)
    assert np.abs(rounded - values).max() < 5
    alone = 5 * np.floor(values / 5 + 0.5)
    assert not holds(alone, relations)
    assert np.abs(rounded - values).sum() < 1.3 * np.abs(alone - values).sum()
