"""The attacker who counts whole people: against enumeration of every table that could be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from shared.disclosure.intervals import intervals
from shared.disclosure.relations import Relation
from shared.disclosure.rounding import controlled_round
from shared.disclosure.whole import rounded_intervals, whole_intervals


def with_totals(inner):
    """Return the counts of a two-way table with totals, and its relations; totals come last."""
    table = np.array(inner)
    table = np.column_stack([table, table.sum(axis=1)])
    table = np.vstack([table, table.sum(axis=0)])
    index = np.arange(table.size).reshape(table.shape)
    lines = [*index.tolist(), *index.T.tolist()]
    return table.ravel(), [Relation(line[-1], tuple(line[:-1])) for line in lines]


def all_tables(shape, most):
    """Every table of this shape with inner counts up to ``most``, totals added, a row each."""
    cells = shape[0] * shape[1]
    inner = np.indices([most + 1] * cells).reshape(cells, -1).T.reshape(-1, *shape)
    wide = np.concatenate([inner, inner.sum(axis=2, keepdims=True)], axis=2)
    return np.concatenate([wide, wide.sum(axis=1, keepdims=True)], axis=1).reshape(len(inner), -1)


def enumerated(tables, possible):
    """Return lowest and highest of each cell over the tables that an attacker cannot rule out."""
    return np.column_stack([tables[possible].min(axis=0), tables[possible].max(axis=0)])


@pytest.fixture(scope="module")
def of_four_people():
    """All 2 x 3 tables of four people or fewer."""
    tables = all_tables((2, 3), 4)
    return tables[tables[:, -1] <= 4]


@pytest.fixture(scope="module")
def up_to_fourteen():
    """All 2 x 2 tables that could be behind a rounded one with inner counts up to 10."""
    return all_tables((2, 2), 14)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.integers(min_value=0, max_value=5), max_size=4),
    hnp.arrays(bool, 12, elements=st.booleans()),
)
def test_hidden_counts_of_small_tables(of_four_people, places, hidden):
    values, relations = with_totals(np.bincount(places, minlength=6).reshape(2, 3))
    hidden[-1] = False  # with the number of people shown, the tables are as many as listed
    possible = (of_four_people == values)[:, ~hidden].all(axis=1)
    truth = enumerated(of_four_people, possible)
    np.testing.assert_array_equal(whole_intervals(values, relations, hidden), truth)
    low, high = intervals(values, relations, hidden).T
    assert np.all(low <= truth[:, 0])
    assert np.all(high >= truth[:, 1])


@settings(max_examples=40, deadline=None)
@given(
    hnp.arrays(int, (2, 2), elements=st.integers(min_value=0, max_value=10)),
    st.sets(st.integers(min_value=0, max_value=8), max_size=4),
)
def test_true_counts_behind_rounded_tables(up_to_fourteen, inner, known):
    values, relations = with_totals(inner)
    rounded = controlled_round(values, relations)
    known = {cell: int(values[cell]) for cell in known}
    possible = (np.abs(up_to_fourteen - rounded) < 5).all(axis=1)
    for cell, count in known.items():
        possible &= up_to_fourteen[:, cell] == count
    truth = enumerated(up_to_fourteen, possible)
    np.testing.assert_array_equal(rounded_intervals(rounded, relations, 5, known), truth)


def test_halves_of_people_look_safer_than_people_are():
    # x + y = x + z = y + z + w with w shown: x = (a + b - c) / 2 lies between whole numbers.
    relations = [Relation(3, (0, 1)), Relation(4, (0, 2)), Relation(5, (1, 2, 6))]
    values = np.array([2, 1, 1, 3, 3, 3, 1])
    hidden = np.array([True, True, True, False, False, False, True])
    assert intervals(values, relations, hidden)[0].tolist() == [1.5, 3]
    assert whole_intervals(values, relations, hidden)[0].tolist() == [2, 3]
    assert whole_intervals(values, relations, hidden)[6].tolist() == [1, 3]


def test_a_count_without_total_has_no_upper_limit():
    found = whole_intervals(
        np.array([2, 3, 5]), [Relation(2, (0, 1))], np.array([True, False, True])
    )
    assert found.tolist() == [[0, np.inf], [3, 3], [3, np.inf]]


def test_only_the_cells_asked_for_are_attacked():
    values, relations = with_totals([[2, 3], [4, 5]])
    hidden = np.isin(np.arange(9), [0, 1, 3, 4])
    found = whole_intervals(values, relations, hidden, cells=[0, 2])
    assert found[0].tolist() == [0, 5]
    assert found[2].tolist() == [5, 5]
    assert np.isnan(found[[1, 3, 4]]).all()


def test_counts_that_cannot_be_are_refused():
    relations = [Relation(2, (0, 1))]
    with pytest.raises(ValueError, match="No whole counts fit"):
        whole_intervals(np.array([4, 1, 3]), relations, np.array([False, True, False]))
    with pytest.raises(ValueError, match="No whole counts fit"):
        rounded_intervals(np.array([20, 20, 5]), relations, 5)


def wave_pair(rng, n, parties=4):
    """Counts of n people by status before and after, each by gender and by party, all with totals.

    Returns the counts, their relations, and the cells of the totals n, by gender and by party.
    """
    kinds = {"before": 3, "after": 3, "gender": 2, "party": parties}
    people = {
        kind: rng.choice(size, n, p=rng.dirichlet(np.ones(size))) for kind, size in kinds.items()
    }
    counts, relations, margins = [n], [], {}
    for kind, size in kinds.items():
        margins[kind] = list(range(len(counts), len(counts) + size))
        counts += np.bincount(people[kind], minlength=size).tolist()
        relations.append(Relation(0, tuple(margins[kind])))
    pairs = [(a, b) for a in ("before", "after") for b in ("gender", "party")]
    for a, b in [*pairs, ("before", "after")]:
        cells = np.arange(kinds[a] * kinds[b]).reshape(kinds[a], kinds[b]) + len(counts)
        together = people[a] * kinds[b] + people[b]
        counts += np.bincount(together, minlength=cells.size).tolist()
        relations += [
            Relation(margins[a][row], tuple(line)) for row, line in enumerate(cells.tolist())
        ]
        relations += [
            Relation(margins[b][row], tuple(line)) for row, line in enumerate(cells.T.tolist())
        ]
    return np.array(counts), relations, [0, *margins["gender"], *margins["party"]]


@pytest.mark.parametrize("n", [12, 40, 120])
def test_a_rounded_wave_pair_leaves_at_least_five_counts_possible(n):
    for seed in range(3):
        values, relations, _ = wave_pair(np.random.default_rng(seed), n)
        rounded = controlled_round(values, relations)
        low, high = rounded_intervals(rounded, relations, 5).T
        assert np.all((low <= values) & (values <= high))
        assert np.all(high - low >= 4)


def test_whoever_knows_the_totals_may_derive_counts_of_rounded_tables():
    # Attendance lists tell n, gender and party: then rounding hides less, and some cells nothing.
    values, relations, margins = wave_pair(np.random.default_rng(0), 24)
    rounded = controlled_round(values, relations)
    known = {cell: int(values[cell]) for cell in margins}
    low, high = rounded_intervals(rounded, relations, 5, known).T
    assert np.all((low <= values) & (values <= high))
    others = np.setdiff1d(np.arange(len(values)), margins)
    assert np.median((high - low)[others]) >= 2
    assert np.min((high - low)[others]) < 4
