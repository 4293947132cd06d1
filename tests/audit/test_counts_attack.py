from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit import counts_attack, counts_shown
from shared.audit.cells import cells
from shared.audit.counts_attack import derived_counts, few_left, insiders, unanimous_counts
from shared.audit.counts_shown import (
    counts_disagree,
    counts_without_table,
    small_counts,
    untrue_counts,
)
from shared.audit.knowledge import Knowledge

SUPPRESS, ROUND, OPEN = Knowledge(), Knowledge(mode="round"), Knowledge(mode="open")
HIDDEN = None


def table(source, keys, rows, **where):
    """Return a table of counts of a declared one; a count of None is hidden."""
    names = [*keys, "count"]
    return {
        "id": f"{source}_shown",
        "unit": "participations",
        "source": source,
        "where": where,
        "columns": [
            *({"name": name, "kind": "code", "key": True} for name in keys),
            {"name": "count", "kind": "count"},
        ],
        "rows": [dict(zip(names, row, strict=True)) for row in rows],
        "suppressed": [
            {"row": place, "column": "count", "reason": "protected"}
            for place, row in enumerate(rows)
            if row[-1] is HIDDEN
        ],
    }


def pages(*tables, **of_groups):
    """Return a publication: tables for all groups, and those of each group's page."""
    found = [SimpleNamespace(path="all.html", letter=None, tables=list(tables))]
    for letter, its in of_groups.items():
        found.append(SimpleNamespace(path=f"{letter}/a.html", letter=letter, tables=its))
    return SimpleNamespace(pages=found)


def crossed(counts):
    """Return the table of states and gender with its sums; counts in rows, sums last."""
    labels = product(("ongoing", "ended", "all"), ("woman", "man", "all"))
    rows = [(*label, n) for label, n in zip(labels, counts, strict=True)]
    return table("participations", ["state", "gender"], rows)


def with_truth(monkeypatch, publication, counts):
    """Let the processed tables have these counts, in the order of the publication's cells."""
    told = cells(publication)
    truth = {cell.address.counted: n for cell, n in zip(told, counts, strict=True)}
    for module in (counts_attack, counts_shown):
        monkeypatch.setattr(module, "true_counts", lambda data: truth)
    return Knowledge(data="processed")


@pytest.mark.parametrize(
    ("count", "knowledge", "found"),
    [
        (4, SUPPRESS, 1),
        (5, SUPPRESS, 0),
        (0, SUPPRESS, 0),
        (HIDDEN, SUPPRESS, 0),
        (7, ROUND, 1),
        (15, ROUND, 0),
        (4, OPEN, 0),
    ],
)
def test_small_counts_and_those_not_rounded_are_found(count, knowledge, found):
    shown = pages(table("people", ["gender"], [("woman", count)]))
    assert len(small_counts(shown, knowledge)) == found


def test_a_count_that_nothing_declares_is_found():
    shown = pages(table("people", ["gender"], [("woman", 9)]), table("other", [], [(9,)]))
    (finding,) = counts_without_table(shown, SUPPRESS)
    assert finding.page == "all.html: other_shown"


def test_counts_that_are_told_differently_disagree():
    one = table("participations", ["gender"], [("woman", 9)], state="all")
    two = table("ages", ["gender"], [("woman", 10)], age_band="all")
    assert counts_disagree(pages(one, table("ages", ["gender"], [("woman", 9)])), SUPPRESS) == []
    (finding,) = counts_disagree(pages(one, two), SUPPRESS)
    assert "ages, woman: other than in all.html: participations_shown" in finding.says


def test_sums_that_are_not_sums_disagree():
    clean = crossed([6, 7, 13, 8, 9, 17, 14, 16, 30])
    wrong = crossed([6, 7, 13, 8, 9, 18, 14, 16, 30])
    assert counts_disagree(pages(clean), SUPPRESS) == []
    assert counts_disagree(pages(wrong), SUPPRESS)


def test_what_the_data_do_not_have_is_untrue(monkeypatch):
    shown = pages(table("people", ["gender"], [("woman", 9), ("man", HIDDEN)]))
    assert untrue_counts(shown, with_truth(monkeypatch, shown, [9, 3])) == []
    (finding,) = untrue_counts(shown, with_truth(monkeypatch, shown, [8, 3]))
    assert finding.says.startswith("people, woman: ")


# Every table of whole people up to this many that fits; more than enough to pass the threshold.
PARTS = np.array(list(product(range(19), repeat=4))).T


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=4, max_size=4), st.sets(st.integers(0, 8), min_size=1))
def test_what_is_derived_is_what_enumeration_derives(parts, hidden):
    def with_sums(a, b, c, d):
        return np.array([a, b, a + b, c, d, c + d, a + c, b + d, a + b + c + d])

    true, every = with_sums(*parts), with_sums(*PARTS)
    shown = [n for n in range(9) if n not in hidden]
    fitting = every[:, (every[shown] == true[shown, None]).all(axis=0)]
    highest = fitting.max(axis=1)
    small = [n for n in sorted(hidden) if 0 < highest[n] < 5]
    counts = [HIDDEN if n in hidden else int(true[n]) for n in range(9)]
    publication = pages(crossed(counts))
    names = [str(cell.address) for cell in cells(publication)]
    found = derived_counts(publication, SUPPRESS)
    assert sorted(one.says.split(":")[0] for one in found) == sorted(names[n] for n in small)


def test_two_tables_that_are_each_safe_are_not_together():
    """Two hidden cells in each row and column; women of one age follow from the other table."""
    first = crossed([HIDDEN, HIDDEN, 16, HIDDEN, HIDDEN, 20, 10, 26, 36])
    second = table("exits", ["gender"], [("woman", 7)], exit="all")
    assert derived_counts(pages(first), SUPPRESS) == []
    (finding,) = derived_counts(pages(first, second), SUPPRESS)
    assert finding.says.startswith("participations, ongoing, woman: is 3")
    assert finding.derivation == (
        "participations, ongoing, woman: 10 (participations, woman)"
        " - 7 (participations, ended, woman) = 3"
    )


def test_a_group_follows_from_all_and_the_others():
    own = {
        letter: [table("states", ["month"], [("6", n)])] for letter, n in [("A", 20), ("B", None)]
    }
    (finding,) = derived_counts(pages(table("states", ["month"], [("6", 24)]), **own), SUPPRESS)
    assert finding.page == "B/a.html: states_shown"
    assert finding.derivation == "states, 6, group B: 24 (states, 6) - 20 (states, 6, group A) = 4"


def test_a_subtotal_gives_its_fine_ones_away():
    fine = [("subsidised_work", HIDDEN), ("not_reached", HIDDEN), ("regular_work", 12)]
    listed = table("followup", ["place"], fine, wave="6", gender="all")
    sums = table("followup", ["place"], [("employed", 15)], wave="6", gender="all")
    assert derived_counts(pages(listed), SUPPRESS) == []
    (finding,) = derived_counts(pages(listed, sums), SUPPRESS)
    assert finding.derivation.endswith(
        "15 (followup, 6, employed) - 12 (followup, 6, regular_work) = 3"
    )


def test_rounding_that_adds_up_gives_nothing_away():
    rounded = crossed([5, 0, 5, 10, 5, 15, 15, 5, 20])
    assert derived_counts(pages(rounded), ROUND) == []
    assert derived_counts(pages(crossed([HIDDEN, 0, 4, *[10] * 6])), OPEN) == []


def test_a_sum_that_is_rounded_alone_gives_a_small_count_away():
    """Of 10 to 18 people at most 8 are of one gender and at least 1 to 4 of the other."""
    publication = pages(crossed([5, 0, 14, 5, 5, 10, 10, 5, 24]))
    assert ["ongoing, man" in one.says for one in derived_counts(publication, ROUND)].count(True)


def test_whoever_is_alone_knows_more(monkeypatch):
    rows = [("woman", HIDDEN), ("man", HIDDEN), ("all", 5)]
    publication = pages(table("people", ["gender"], rows))
    knowledge = with_truth(monkeypatch, publication, [1, 4, 5])
    assert derived_counts(publication, knowledge) == []
    (finding,) = insiders(publication, knowledge)
    assert "people, man: at most 4 to whoever is alone in people, woman" in finding.says
    assert insiders(publication, with_truth(monkeypatch, publication, [2, 3, 5])) == []


def test_a_hidden_count_could_be_one(monkeypatch):
    """A reader who knows that there are at least two of three has learnt something of them."""
    rows = [("woman", HIDDEN), ("man", HIDDEN), ("all", 9)]
    publication = pages(table("people", ["gender"], rows))
    knowledge = with_truth(monkeypatch, publication, [3, 6, 9])
    assert derived_counts(publication, knowledge) == []
    rows[1] = ("man", "0–6")
    (finding,) = derived_counts(pages(table("people", ["gender"], rows)), knowledge)
    assert finding.says.startswith("people, woman: lies from 3 to inf, and could not be 1")


@pytest.mark.parametrize(
    ("work", "rest", "total", "found"),
    [
        (9, 0, 9, 1),
        (8, 1, 9, 1),
        (HIDDEN, 1, 9, 1),
        (HIDDEN, HIDDEN, 9, 0),
        (7, 2, 9, 0),
        (10, 0, 10, 0),
        (5, 0, 5, 1),
        (5, 0, HIDDEN, 1),
    ],
)
def test_what_is_said_of_all_of_a_few_is_found(work, rest, total, found):
    rows = [("work", work), ("studies", rest), ("all", total)]
    many = table("ways", ["way"], [("to_work", 30), ("stayed_out", 0), ("all", 30)], gender="all")
    publication = pages(table("exits", ["exit"], rows, gender="all"), many)
    assert len(unanimous_counts(publication, SUPPRESS)) == found


def test_all_groups_less_the_shown_leave_one():
    own = {
        letter: [table("people", [], [(n,)])] for letter, n in zip("ABC", (9, 8, None), strict=True)
    }
    (finding,) = few_left(pages(table("people", [], [(20,)]), **own), SUPPRESS)
    assert finding.derivation == "20 - 9 - 8 = 3"
    assert few_left(pages(table("people", [], [(22,)]), **own), SUPPRESS) == []


def test_what_fine_categories_tell_of_coarse_ones_is_used():
    """Those who work before and after have remained active: the code lists say so."""
    both = table(
        "occupation_before_after",
        ["occupation_before", "occupation_after"],
        [("employed", "employed", 9), ("employed", "studying", HIDDEN)],
    )
    moved = table("activity", ["activity"], [("stayed_active", 12)], gender="all")
    (finding,) = derived_counts(pages(both, moved), SUPPRESS)
    assert finding.says.startswith("occupation_before_after, employed, studying: ")
