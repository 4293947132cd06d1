"""Sums of money over people: worked by hand, and attacked by those who know their own amount."""

from itertools import permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.disclosure.dominance import dominated, hide_parts

THRESHOLD = 5
EVEN = [10.0] * 10


def hidden(*amounts, threshold=THRESHOLD, p=0.10):
    """Say whether the sum of these people's amounts is hidden."""
    return bool(dominated(pd.DataFrame({"fk": amounts}, dtype=float), threshold, p)["fk"])


# When a sum is hidden


def test_even_amounts_of_enough_people_are_shown():
    assert not hidden(*EVEN)


@pytest.mark.parametrize(("people", "exp"), [(0, True), (9, True), (10, False)])
@pytest.mark.parametrize("amount", [10.0, 0.0])
def test_fewer_than_twice_the_threshold_have_no_sum(people, exp, amount):
    assert hidden(*[amount] * people) is exp


@pytest.mark.parametrize(("with_some", "exp"), [(0, False), (1, True), (4, True), (5, False)])
def test_amounts_of_some_but_too_few_are_hidden(with_some, exp):
    assert hidden(*[10.0] * with_some, *[0.0] * (20 - with_some)) is exp


@pytest.mark.parametrize(("largest", "exp"), [(90.0, False), (90.1, True)])
def test_nobody_has_more_than_half(largest, exp):
    assert hidden(largest, *EVEN[1:]) is exp


# Of 100 and 100, what eight others have together.
@pytest.mark.parametrize(("others", "exp"), [(1.25, False), (1.24, True)])
def test_rest_after_the_two_largest_is_at_least_p_of_the_largest(others, exp):
    assert hidden(100.0, 100.0, *[others] * 8) is exp


def test_p_can_be_set():
    amounts = (100.0, 100.0, *[2.0] * 8)
    assert not hidden(*amounts, p=0.16)
    assert hidden(*amounts, p=0.17)


def test_losses_hide_gains_as_other_gains_do():
    # The sum is 0, of which any amount would be more than half.
    assert not hidden(*EVEN[:5], *[-10.0] * 5)
    assert hidden(-1000.0, *EVEN)


def test_each_column_is_judged_on_its_own():
    people = pd.DataFrame({"fk": EVEN, "af": [1000.0, *EVEN[1:]], "region": [0.0] * 10})
    assert dominated(people, THRESHOLD).to_dict() == {"fk": False, "af": True, "region": False}


def test_whole_numbers_of_a_nullable_type_are_amounts_too():
    people = pd.DataFrame({"fk": pd.array([10] * 10, dtype="Int64")})
    assert not dominated(people, THRESHOLD)["fk"]


def test_no_columns_have_nothing_to_hide():
    assert dominated(pd.DataFrame(index=range(10)), THRESHOLD).empty


def test_missing_amount_is_refused():
    people = pd.DataFrame({"fk": [1.0, np.nan, 3.0], "af": [np.nan, np.nan, 1.0]})
    with pytest.raises(ValueError, match="2 of 3 people have a missing amount"):
        dominated(people, THRESHOLD)


def test_person_with_two_rows_is_refused():
    with pytest.raises(ValueError, match="repeats 1 people"):
        dominated(pd.DataFrame({"fk": [1.0, 2.0]}, index=["a", "a"]), THRESHOLD)


@pytest.mark.parametrize(("threshold", "p"), [(0, 0.1), (5, 0.0), (5, 1.0)])
def test_threshold_or_p_out_of_range_is_refused(threshold, p):
    with pytest.raises(ValueError, match=f"Threshold {threshold} and p {p}"):
        dominated(pd.DataFrame({"fk": EVEN}), threshold, p)


# What those who know their own amount can tell: threshold 2, so that 4 people are enough

SIZES = (0, 1, 2, 9, 10, 20, 40, 100)
TINY = 1e-9


def least_uncertainty(amounts, possible):
    """Return how closely, as a share of it, the best-informed participant can tell another's.

    possible : of those the insider knows nothing of, gives the lowest and highest of their sum.
    """
    found = np.inf
    for insider, target in permutations(range(len(amounts)), 2):
        if amounts[target]:
            rest = [a for i, a in enumerate(amounts) if i not in (insider, target)]
            low, high = possible(rest)
            known = sum(amounts) - amounts[insider]
            room = max(abs(known - low - amounts[target]), abs(known - high - amounts[target]))
            found = min(found, room / abs(amounts[target]))
    return found


def not_negative(rest):
    """Nobody has less than 0; of the upper limit the insider knows nothing that helps."""
    return 0, sum(rest)


def either_sign(rest):
    """Return the extremes over every pattern of signs: gains or losses, of known size."""
    sums = [np.dot(signs, rest) for signs in product([-1, 1], repeat=len(rest))]
    return min(sums), max(sums)


def test_no_insider_can_tell_anyones_amount_within_p_all_combinations():
    for amounts in product(SIZES, repeat=4):
        if not hidden(*amounts, threshold=2):
            assert least_uncertainty(amounts, not_negative) >= 0.10 - TINY


def test_amounts_hidden_by_p_alone_could_be_told_by_an_insider_all_combinations():
    n = 0
    for amounts in product(SIZES, repeat=4):
        half = max(amounts) > 0.5 * sum(amounts)
        if hidden(*amounts, threshold=2) and not half and sum(a > 0 for a in amounts) > 1:
            assert least_uncertainty(amounts, not_negative) < 0.10
            n += 1
    assert n > 0


def test_no_outsider_can_bound_anyones_amount_below_twice_it():
    for amounts in product(SIZES, repeat=4):
        if any(amounts) and not hidden(*amounts, threshold=2):
            assert sum(amounts) >= 2 * max(amounts)


SIGNED = st.lists(st.integers(-200, 200), min_size=4, max_size=7)


@settings(max_examples=150, deadline=None)
@given(SIGNED | st.lists(st.sampled_from([-100, -10, -1, 0, 1, 10, 100]), min_size=4, max_size=7))
def test_insider_who_knows_all_sizes_but_no_signs_cannot_tell_an_amount_within_p(amounts):
    if not hidden(*amounts, threshold=2):
        assert least_uncertainty(amounts, either_sign) >= 0.10 - TINY


# When only sums remain

PUBLIC = ["municipality", "region", "fk"]
NESTED = {"public": PUBLIC, "society": ["individual", "public"]}
ALL = [*PUBLIC, "public", "individual", "society"]


def hidden_with(*names, totals=NESTED, among=ALL):
    """Return what is hidden in the end when these are to begin with."""
    start = pd.Series({name: name in names for name in among})
    found = hide_parts(start, totals)
    assert start.tolist() == [name in names for name in among]
    return {name for name in found.index if found[name]}


def test_one_hidden_part_hides_the_others_and_leaves_the_sum():
    assert hidden_with("fk", totals={"public": PUBLIC}) == set(PUBLIC)


def test_nothing_hidden_stays_so():
    assert hidden_with() == set()
    assert hidden_with(totals={}) == set()


def test_hidden_total_cannot_stand_beside_all_its_parts():
    assert hidden_with("public", totals={"public": PUBLIC}) == {*PUBLIC, "public"}


def test_hidden_part_of_a_hidden_total_hides_no_other():
    assert hidden_with("public", "fk", totals={"public": PUBLIC}) == {"public", "fk"}


def test_total_that_is_a_part_passes_it_on_both_ways():
    # Without the individual, society less the individual would be the public.
    assert hidden_with("individual") == {"individual", "public", *PUBLIC}
    assert hidden_with("fk") == set(PUBLIC)


@pytest.mark.parametrize("name", ["fk", "public"])
def test_part_alone_in_its_total_is_the_total(name):
    totals = {"public": ["fk"]}
    assert hidden_with(name, totals=totals, among=["fk", "public"]) == {"fk", "public"}


def test_what_is_in_no_total_is_left_alone():
    assert hidden_with("fk", totals={"society": ["individual", "public"]}) == {"fk"}


def test_name_that_nothing_is_said_of_is_refused():
    with pytest.raises(ValueError, match="says nothing of af, state"):
        hide_parts(pd.Series({"fk": True}), {"state": ["fk", "af"]})


def test_part_of_two_totals_is_refused():
    totals = {"public": ["fk", "region"], "society": ["fk", "individual"]}
    with pytest.raises(ValueError, match="fk is part of several totals"):
        hidden_with(totals=totals)


@st.composite
def nested_totals(draw):
    """Draw up to 9 sums, each in a total that comes before it or in none, and what is hidden."""
    n = draw(st.integers(2, 9))
    above = [draw(st.integers(-1, place - 1)) for place in range(n)]
    totals = {}
    for place, total in enumerate(above):
        if total >= 0:
            totals.setdefault(f"s{total}", []).append(f"s{place}")
    names = [f"s{place}" for place in range(n)]
    start = pd.Series(draw(st.lists(st.booleans(), min_size=n, max_size=n)), index=names)
    return start, totals


def derivable(found, totals):
    """Return the hidden sums that linear algebra gives back from those shown."""
    unknown = [name for name in found.index if found[name]]
    matrix = np.zeros((len(totals), len(unknown)))
    for row, (total, parts) in enumerate(totals.items()):
        for name, sign in [(total, 1), *((part, -1) for part in parts)]:
            if found[name]:
                matrix[row, unknown.index(name)] = sign
    rank = np.linalg.matrix_rank(matrix) if matrix.size else 0
    each = np.eye(len(unknown))
    return [
        name
        for place, name in enumerate(unknown)
        if matrix.size and np.linalg.matrix_rank(np.vstack([matrix, each[place]])) == rank
    ]


@settings(max_examples=300, deadline=None)
@given(nested_totals())
def test_no_hidden_sum_can_be_had_from_those_shown(drawn):
    start, totals = drawn
    found = hide_parts(start, totals)
    assert (found >= start).all()
    assert derivable(found, totals) == []
    assert found.any() == start.any()
