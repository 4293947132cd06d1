"""Published tables that looked protected and were not.

Each is shown to give its secret away, to the very number that was published, and then to be safe
as this project hides or rounds it.
"""

from itertools import product

import numpy as np

from shared.disclosure.intervals import intervals
from shared.disclosure.relations import Relation
from shared.disclosure.rounding import controlled_round
from shared.disclosure.suppress import suppress
from shared.disclosure.whole import rounded_intervals, whole_intervals


def with_totals(inner):
    """Return the counts of a two-way table with totals, and its relations; totals come last."""
    table = np.array(inner)
    table = np.column_stack([table, table.sum(axis=1)])
    table = np.vstack([table, table.sum(axis=0)])
    index = np.arange(table.size).reshape(table.shape)
    lines = [*index.tolist(), *index.T.tolist()]
    return table.ravel(), [Relation(line[-1], tuple(line[:-1])) for line in lines]


def derived(values, relations, hidden, cell):
    """Return the interval of one cell when these cells are hidden."""
    pattern = np.isin(np.arange(len(values)), hidden)
    return intervals(np.array(values), relations, pattern)[cell].tolist()


def assert_hiding_is_safe(values, relations, threshold=5):
    values = np.array(values)
    hidden = suppress(values, relations, threshold=threshold)
    small = np.flatnonzero((values >= 1) & (values < threshold))
    assert hidden[small].all()
    assert not hidden.all()
    for attack in (intervals, whole_intervals):
        low, high = attack(values, relations, hidden)[small].T
        assert np.all(low <= 1)
        assert np.all(high >= threshold)


def assert_rounding_is_safe(values, relations):
    values = np.array(values)
    rounded = controlled_round(values, relations)
    assert np.all(rounded % 5 == 0)
    low, high = rounded_intervals(rounded, relations, 5).T
    assert np.all((low <= values) & (values <= high))
    assert np.all(high - low >= 4)


def test_two_tables_of_regions_tell_a_region_by_their_difference():
    # sdcTable, test-linked-tables.r: by county and by size; counts up to 3 were hidden.
    a, b, i, j, k, l, m, n, county1, county2, big, small, total = range(13)  # noqa: E741
    values = [2, 2, 8, 8, 3, 3, 3, 7, 20, 16, 6, 30, 36]
    relations = [
        Relation(county1, (a, b, i, j)),
        Relation(county2, (k, l, m, n)),
        Relation(total, (county1, county2)),
        Relation(big, (l, m)),
        Relation(small, (a, b, i, j, k, n)),
        Relation(total, (big, small)),
    ]
    naive = [a, b, k, l, m]
    by_county, by_size = relations[:3], relations[3:]
    assert derived(values, by_county, naive, k) == [0, 9]
    assert derived(values, by_size, naive, k) == [0, 7]
    assert derived(values, relations, naive, k) == [3, 3]  # 30 - 20 = 10, of which N is 7
    assert_hiding_is_safe(values, relations, threshold=4)
    assert_hiding_is_safe(values, relations)
    assert_rounding_is_safe(values, relations)


def test_two_hidden_cells_in_every_row_and_column_are_not_enough():
    # sdcTable, test-simpleheuristic.R: rows w and x hide 236, columns a and c hide 189 of these.
    inner = [[30, 47, 64, 89], [90, 124, 5, 31], [92, 100, 59, 85], [800, 991, 651, 685]]
    values, relations = with_totals(inner)
    naive = np.array([0, 1, 2, 5, 7, 11, 13, 16, 18])
    table = np.isin(np.arange(25), naive).reshape(5, 5)
    assert table[:4].sum(axis=1).min() == 2
    assert table[:, :4].sum(axis=0).min() == 2
    assert derived(values, relations, naive, 1) == [47, 47]
    assert derived(values, relations, [*naive, 6], 1) == [0, 141]  # as sdcTable with one more
    # The same trap with a count that must be hidden.
    inner[0][1] = 3
    values, relations = with_totals(inner)
    assert derived(values, relations, naive, 1) == [3, 3]
    assert_hiding_is_safe(values, relations)
    assert_rounding_is_safe(values, relations)


def test_zeros_do_not_hide_one_another():
    # sdcTools UserSupport 194: 15 = 10 + 5 + x + x.
    relations = [Relation(0, (1, 2, 3, 4))]
    values = [15, 10, 5, 0, 0]
    assert derived(values, relations, [3, 4], 3) == [0, 0]
    assert not suppress(np.array(values), relations).any()  # nobody is behind a zero
    assert_rounding_is_safe(values, relations)


def test_small_counts_that_add_up_to_little_do_not_hide_one_another():
    # sdcTools UserSupport 194: 15 = 10 + 3 + x + x, so x is 1 where nobody asks about nobody.
    relations = [Relation(0, (1, 2, 3, 4))]
    values = [15, 10, 3, 1, 1]
    assert derived(values, relations, [3, 4], 3) == [0, 2]
    assert_hiding_is_safe(values, relations)
    assert_rounding_is_safe(values, relations)


def test_a_table_of_all_less_one_of_men_is_one_of_women():
    # OpenSAFELY: heart disease by age, of all and of men; one woman of 21 to 30 has it.
    everybody, men = np.array([8, 10, 15, 25]), np.array([7, 5, 8, 13])
    values, relations = with_totals(np.column_stack([men, everybody - men]))
    women = np.arange(1, 15, 3)  # never printed
    assert values[women].tolist() == [1, 5, 7, 12, 25]
    assert derived(values, relations, women, 1) == [1, 1]
    assert_hiding_is_safe(values, relations)
    assert_rounding_is_safe(values, relations)


def test_one_redacted_age_is_the_total_less_the_others():
    # OpenSAFELY: heart disease by age with the first of 1, 10, 15, 25 redacted and the total shown.
    relations = [Relation(4, (0, 1, 2, 3))]
    values = [1, 10, 15, 25, 51]
    assert derived(values, relations, [0], 0) == [1, 1]
    assert_hiding_is_safe(values, relations)
    assert_rounding_is_safe(values, relations)


def test_margins_without_the_hidden_cell_are_undone_by_those_of_another_table():
    # acro drops the two men before it adds up: 40 + 28 = 68, while the next table says 30 and 70.
    values, relations = with_totals([[12, 9], [15, 11], [6, 8], [7, 2]])
    assert values[[12, 13, 14]].tolist() == [40, 30, 70]
    assert values[13] - 28 == values[14] - 68 == values[10]
    assert derived(values, relations, [10], 10) == [2, 2]
    assert_hiding_is_safe(values, relations)
    assert_rounding_is_safe(values, relations)


def test_true_means_tell_what_was_rounded():
    # Handbook, section 5.7: counts 8, 12 and 20 with ages of 90, 95 and 185 years in all.
    relations = [Relation(2, (0, 1))]
    values, ages = np.array([8, 12, 20]), np.array([90, 95, 185])
    perturbed = np.array([9, 14, 19])
    assert fitting(perturbed - 2, perturbed + 2, ages / values) == [(8, 12)]
    # Additive rounding does not help ...
    rounded = controlled_round(values, relations)
    low, high = rounded_intervals(rounded, relations, 5).T
    assert fitting(low, high, ages / values) == [(8, 12)]
    # ... but means per rounded count do: the same attack now leaves several pairs, none the truth.
    left = fitting(low, high, ages / rounded)
    assert len(left) == 5
    assert (8, 12) not in left
    assert_rounding_is_safe(values, relations)


def fitting(low, high, means):
    """Return the pairs of counts between the limits whose ages add up to those of their sum."""
    ranges = [range(int(a), int(b) + 1) for a, b in zip(low, high, strict=True)]
    return [
        (one, other)
        for one, other in product(*ranges[:2])
        if one + other in ranges[2]
        and abs(one * means[0] + other * means[1] - (one + other) * means[2]) < 0.01
    ]
