"""Systems too large to prove the cheapest pattern of: what is found instead is safe, if dearer."""

import numpy as np
import pytest

from shared.disclosure import neighbours, pattern
from shared.disclosure.intervals import intervals
from shared.disclosure.relations import Relation
from shared.disclosure.suppress import suppress


def federation(seed, groups, wide=4):
    """Return groups' tables of status by gender, and the sums over groups of all their cells."""
    inner = np.random.default_rng(seed).poisson(6, size=(groups, wide, 2))
    table = inner
    for axis in range(3):
        table = np.concatenate([table, table.sum(axis=axis, keepdims=True)], axis=axis)
    index = np.arange(table.size).reshape(table.shape)
    relations = [
        Relation(line[-1], tuple(line[:-1]))
        for axis in range(3)
        for line in np.moveaxis(index, axis, -1).reshape(-1, table.shape[axis]).tolist()
    ]
    return table.ravel(), relations


def lost(values, relations, hidden):
    sums = np.bincount([relation.total for relation in relations], minlength=len(values))
    return int((np.maximum(values, 1) * 3 ** np.minimum(sums, 3))[hidden].sum())


def is_safe(values, relations, hidden):
    small = (values >= 1) & (values < 5)
    low, high = intervals(values, relations, hidden)[small].T
    return bool(hidden[small].all() and (low <= 1).all() and (high >= 5).all())


@pytest.fixture
def heuristic(monkeypatch):
    """Make every system too large for proposals, and every neighbourhood small."""
    monkeypatch.setattr(pattern, "MOST_PROPOSED", 0)
    monkeypatch.setattr(neighbours, "NEAR", 8)
    monkeypatch.setattr(neighbours, "COMPANY", 3)


@pytest.mark.parametrize("seed", range(6))
def test_heuristic_is_safe_and_never_beats_the_proven_optimum(seed, request):
    values, relations = federation(seed, groups=2, wide=2)
    proven = lost(values, relations, suppress(values, relations))
    request.getfixturevalue("heuristic")
    hidden = suppress(values, relations)
    assert is_safe(values, relations, hidden)
    assert lost(values, relations, hidden) >= proven


@pytest.mark.usefixtures("heuristic")
def test_heuristic_gives_the_same_pattern_again():
    values, relations = federation(1, groups=6)
    assert np.array_equal(suppress(values, relations), suppress(values, relations))


@pytest.mark.usefixtures("heuristic")
def test_heuristic_spares_what_is_shown_and_refuses_what_cannot_be_protected():
    values, relations = federation(2, groups=4)
    hidden = np.flatnonzero(suppress(values, relations) & (values >= 5))
    again = suppress(values, relations, shown=hidden[:1].tolist())
    assert not again[hidden[0]]
    assert is_safe(values, relations, again)
    large = np.flatnonzero(values >= 5).tolist()
    with pytest.raises(ValueError, match="cannot be protected any more"):
        suppress(values, relations, shown=large)


@pytest.mark.parametrize("groups", [8, 16])
def test_federation_of_many_groups_is_safe(groups):
    values, relations = federation(3, groups)
    hidden = suppress(values, relations)
    assert is_safe(values, relations, hidden)
    assert not hidden.all()
