"""Cell suppression: small tables worked by hand, published traps, and attacks on random tables.

Tables are written as their inner cells; totals of every line and direction are added around them.
"""

from collections import Counter
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from shared.disclosure import attack, pattern
from shared.disclosure.intervals import intervals
from shared.disclosure.relations import Relation
from shared.disclosure.suppress import suppress


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


def hidden_cells(values, relations, **options):
    """Return the indices of the hidden cells."""
    return np.flatnonzero(suppress(np.array(values), relations, **options)).tolist()


def information_lost(values, relations, hidden):
    """A total counts threefold for each sum that it is, zeros as one, as the definition says."""
    totals = Counter(relation.total for relation in relations if len(relation.parts) > 1)
    return sum(
        max(int(values[cell]), 1) * 3 ** min(totals[cell], 3) for cell in np.flatnonzero(hidden)
    )


def all_patterns(values, relations):
    """Every pattern that hides the small counts and never one cell of a line, cheapest first."""
    free = [cell for cell, value in enumerate(values) if not 1 <= value < 5]
    choices = np.array(list(product([False, True], repeat=len(free))))
    patterns = np.ones((len(choices), len(values)), dtype=bool)
    patterns[:, free] = choices
    for relation in relations:
        line = [relation.total, *relation.parts]
        patterns = patterns[patterns[:, line].sum(axis=1) != 1]
    prices = [information_lost(values, relations, pattern) for pattern in patterns]
    return patterns[np.argsort(prices, kind="stable")]


def is_safe(values, relations, hidden):
    small = (values >= 1) & (values < 5)
    low, high = intervals(values, relations, hidden)[small].T
    return bool(hidden[small].all() and (low <= 1).all() and (high >= 5).all())


def is_exact(relations, hidden):
    """Which hidden cells the shown ones determine, by rank: no solver, no sign of the counts."""
    matrix = np.zeros((len(relations), len(hidden)))
    for row, relation in enumerate(relations):
        matrix[row, relation.total] -= 1
        for part in relation.parts:
            matrix[row, part] += 1
    unknown = matrix[:, hidden]
    rank = np.linalg.matrix_rank
    return [rank(np.delete(unknown, cell, axis=1)) < rank(unknown) for cell in range(hidden.sum())]


@pytest.mark.parametrize(("count", "hidden"), [(0, []), (1, [0]), (4, [0]), (5, [])])
def test_counts_from_one_to_four_are_hidden(count, hidden):
    assert hidden_cells([count], []) == hidden


def test_threshold_can_be_raised():
    assert hidden_cells([0, 9, 10], [], threshold=10) == [1]


def test_zero_cannot_stand_in_for_a_count_that_must_seem_able_to_be_five():
    # Hiding 2 and 0 would tell that both are at most 2. The 8 makes it 0 to 10.
    assert hidden_cells([20, 2, 10, 8, 0], [Relation(0, (1, 2, 3, 4))]) == [1, 3]


def test_zero_is_hidden_where_it_makes_room_upwards():
    values, relations = with_totals([[1, 10], [10, 0]])
    assert hidden_cells(values, relations) == [0, 1, 3, 4]


@pytest.mark.parametrize(
    ("values", "hidden", "highest"),
    [([5, 2, 3], [1, 2], 5), ([4, 1, 3], [0, 1, 2], np.inf), ([3, 3, 0], [0, 1], np.inf)],
)
def test_two_small_parts_are_safe_under_a_total_of_five(values, hidden, highest):
    relations = [Relation(0, (1, 2))]
    assert hidden_cells(values, relations) == hidden
    known = intervals(np.array(values), relations, suppress(np.array(values), relations))
    assert known[hidden].tolist() == [[0, highest]] * len(hidden)


def test_complement_of_a_total_is_protected():
    # 8 people, 7 of them men: each table is allowed alone, together they show one woman.
    assert hidden_cells([8, 7, 1], [Relation(0, (1, 2))]) == [1, 2]


def test_zeros_hidden_under_a_full_total_are_exact():
    # 15 = 10 + 5 + x + x
    known = intervals(
        np.array([15, 10, 5, 0, 0]), [Relation(0, (1, 2, 3, 4))], np.array([0, 0, 0, 1, 1])
    )
    assert known[3:].tolist() == [[0, 0], [0, 0]]


def test_ones_that_are_alone_with_each_other_need_a_third():
    # 15 = 10 + 3 + x + x tells that the two are at most 2; with the 3 hidden it is 5.
    values, relations = np.array([15, 10, 3, 1, 1]), [Relation(0, (1, 2, 3, 4))]
    known = intervals(values, relations, np.array([0, 0, 0, 1, 1]))
    assert known[3:].tolist() == [[0, 2], [0, 2]]
    assert hidden_cells(values, relations) == [2, 3, 4]


def test_two_tables_that_are_safe_alone_are_linked_by_a_difference():
    # sdcTable's test of linked tables, small = up to 3: "small" less "county-1" is K + N.
    a, b, i, j, k, l, m, n, county1, county2, big, small, total = range(13)  # noqa: E741
    values = [2, 2, 8, 8, 3, 3, 3, 7, 20, 16, 6, 30, 36]
    table1 = [
        Relation(county1, (a, b, i, j)),
        Relation(county2, (k, l, m, n)),
        Relation(total, (county1, county2)),
    ]
    table2 = [
        Relation(big, (l, m)),
        Relation(small, (a, b, i, j, k, n)),
        Relation(total, (big, small)),
    ]
    assert hidden_cells(values, table1, threshold=4) == [a, b, k, l, m]
    assert hidden_cells(values, table2, threshold=4) == [a, b, k, l, m]
    assert hidden_cells(values, table1 + table2, threshold=4) == [a, b, k, l, m, n]


def test_two_hidden_in_every_line_can_still_be_exact():
    # sdcTable's test of its simple heuristic: rows w + x hide 236, columns a + c hide 189 of it.
    values, relations = with_totals(
        [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]
    )
    hidden = np.zeros(25, dtype=bool)
    hidden[[0, 1, 2, 5, 7, 11, 13, 16, 18]] = True
    assert intervals(values, relations, hidden)[1].tolist() == [47, 47]
    hidden[6] = True
    assert intervals(values, relations, hidden)[1].tolist() == [0, 141]


def test_single_small_count_takes_the_cheapest_rectangle():
    # The demonstration table of acro, status by sex: the 2 with 7, 6 and 8.
    values, relations = with_totals([[12, 9], [15, 11], [6, 8], [7, 2]])
    assert hidden_cells(values, relations) == [6, 7, 9, 10]


def test_total_is_kept_where_cells_of_up_to_threefold_count_can_be_hidden():
    # The 1 needs the 20, and that a 30; or the total of 21, and that a 5.
    relations = [Relation(0, (1, 2)), Relation(0, (3, 4)), Relation(5, (2, 6))]
    assert hidden_cells([21, 1, 20, 5, 16, 50, 30], relations) == [1, 2, 6]


def test_first_of_equally_good_cells_is_hidden():
    assert hidden_cells([41, 1, 10, 10, 10, 10], [Relation(0, (1, 2, 3, 4, 5))]) == [1, 2]


def test_equal_cells_are_hidden_together_or_not_at_all():
    # A group of 2 + 10, both again in a second table, and the group as a part of 30.
    values = [12, 2, 10, 2, 10, 30, 18, 12]
    relations = [
        Relation(0, (1, 2)),
        Relation(3, (1,)),
        Relation(4, (2,)),
        Relation(5, (6, 7)),
        Relation(7, (0,)),
    ]
    hidden = suppress(np.array(values), relations)
    assert hidden[[1, 2, 3, 4]].all()
    assert not hidden[[0, 5, 6, 7]].any()


def test_tables_without_small_counts_are_shown_whole():
    values, relations = with_totals([[5, 0], [12, 40]])
    assert hidden_cells(values, relations) == []


def test_intervals_do_not_read_hidden_cells():
    values, relations = with_totals([[12, 9], [15, 11], [6, 8], [7, 2]])
    hidden = suppress(values, relations)
    scrambled = np.where(hidden, np.nan, values)
    known = intervals(scrambled, relations, hidden)
    assert known[10].tolist() == [0, 9]
    assert np.array_equal(known, intervals(values, relations, hidden))


@pytest.mark.parametrize("values", [[-1], [2.5], [np.nan]])
def test_values_that_are_not_counts_are_refused(values):
    with pytest.raises(ValueError, match=r"Cells \[0\] are not counts"):
        suppress(np.array(values), [])


def test_relation_that_does_not_hold_is_refused():
    with pytest.raises(ValueError, match="does not hold"):
        suppress(np.array([10, 4, 5]), [Relation(0, (1, 2))])


@pytest.mark.parametrize("part", [-1, 2])
def test_relation_with_an_unknown_cell_is_refused(part):
    with pytest.raises(ValueError, match="not in 0 to 1"):
        suppress(np.array([4, 4]), [Relation(0, (part,))])


def test_shown_counts_that_contradict_a_relation_are_refused():
    with pytest.raises(ValueError, match="No hidden counts fit"):
        intervals(np.array([5, 9, 0]), [Relation(0, (1, 2))], np.array([False, False, True]))


@pytest.mark.parametrize("seed", range(24))
def test_pattern_is_as_cheap_as_trying_all(seed):
    values, relations = with_totals(np.random.default_rng(seed).poisson(6, size=(3, 3)))
    hidden = suppress(values, relations)
    cheapest = next(
        pattern
        for pattern in all_patterns(values, relations)
        if is_safe(values, relations, pattern)
    )
    assert is_safe(values, relations, hidden)
    assert information_lost(values, relations, hidden) == information_lost(
        values, relations, cheapest
    )


def inner_tables(*shape):
    """Tables of at most the given size, with many counts around the threshold."""
    counts = st.one_of(st.integers(0, 6), st.integers(0, 40))
    sizes = st.tuples(*(st.integers(2, size) for size in shape))
    return sizes.flatmap(lambda size: hnp.arrays(np.int64, size, elements=counts))


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.one_of(inner_tables(5, 4), inner_tables(3, 3, 3)))
def test_no_small_count_can_be_derived(inner):
    values, relations = with_totals(inner)
    hidden = suppress(values, relations)
    assert is_safe(values, relations, hidden)
    exact = np.flatnonzero(hidden)[is_exact(relations, hidden)]
    assert not np.isin(exact, np.flatnonzero((values >= 1) & (values < 5))).any()


def test_pattern_is_safe_but_dearer_when_the_work_limit_is_reached(monkeypatch):
    values, relations = with_totals(np.random.default_rng(5).poisson(9, size=(4, 3, 2)))
    assert information_lost(values, relations, suppress(values, relations)) == 119
    monkeypatch.setattr(pattern, "MAX_NODES", 1)
    hidden = suppress(values, relations)
    assert is_safe(values, relations, hidden)
    assert information_lost(values, relations, hidden) > 119


def test_change_that_breaks_a_sum_is_not_taken_for_possible(monkeypatch):
    solve = attack.linprog

    def wrong(*given, **options):
        answer = solve(*given, **options)
        answer.x = answer.x + 1
        return answer

    monkeypatch.setattr(attack, "linprog", wrong)
    with pytest.raises(RuntimeError, match="do not add up"):
        hidden_cells([8, 7, 1], [Relation(0, (1, 2))])


def test_same_table_gives_same_pattern():
    values, relations = with_totals(np.random.default_rng(1).poisson(6, size=(4, 3, 3)))
    first = suppress(values, relations)
    assert all(np.array_equal(first, suppress(values, relations)) for _ in range(3))
