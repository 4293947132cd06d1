"""Kinds of records within one another: what is left between two counts, worked by hand."""

import numpy as np

from shared.disclosure.contained import containments, left_between
from shared.disclosure.protect import FAMILIES


def cell(records, **values):
    return frozenset({("records", records), *values.items()})


def left(cells, wave=12, decided=None):
    """Return what is left by (outer, inner) among cells with their counts."""
    known = {conditions: place for place, conditions in enumerate(cells)}
    names = list(cells)
    found = left_between(known, np.array(list(cells.values())), wave, decided or {})
    assert [relation.parts[1] for relation, _ in found] == [
        len(cells) + number for number in range(len(found))
    ]
    return {(names[relation.total], names[relation.parts[0]]): count for relation, count in found}


def test_participations_less_those_followed_up_are_left_by_group_and_gender():
    outer = cell("participations", lokus_id="A", gender="woman")
    inner = cell("followups", lokus_id="A", gender="woman", wave=6)
    other = cell("followups", lokus_id="B", gender="woman", wave=6)
    assert left({outer: 12, inner: 10, other: 7}) == {(outer, inner): 2}


def test_part_of_those_followed_up_leaves_nothing_that_is_of_one_kind():
    outer = cell("participations", lokus_id="A")
    place = cell("followups", lokus_id="A", wave=6, place="employed")
    whole = cell("followups", lokus_id="A")  # of all waves together
    assert left({outer: 12, place: 10, whole: 20}) == {}


def test_answers_to_an_item_are_within_its_own_surveys_answered():
    ours = cell("sent", instrument="process", wave=12, response="answered")
    theirs = cell("sent", instrument="staff", wave=12, response="answered")
    item = cell("answers", item_id="P1", wave=12)
    decided = {"item_id": {"P1": "process", "S1": "staff"}}
    assert left({ours: 9, theirs: 30, item: 9}, decided=decided) == {(ours, item): 0}


def test_respondents_of_now_are_within_the_surveys_answered_at_the_wave():
    answered = {"instrument": "process", "response": "answered"}
    now, then = cell("sent", wave=12, **answered), cell("sent", wave=6, **answered)
    stayed = cell("respondents", presence="stayed")
    here = cell("respondents", presence="now")
    assert left({now: 9, then: 8, stayed: 6, here: 8}) == {(now, here): 1}


def test_deliveries_that_contradict_one_another_leave_nothing():
    outer = cell("ways", lokus_id="A")
    assert left({outer: 8, cell("states", lokus_id="A", month=0): 9}) == {}


def test_every_containment_is_of_kinds_that_are_protected_together():
    related = [{kind for family in families for kind in family} for families in FAMILIES]
    for within in containments(18):
        assert any({within.inner, within.outer} <= kinds for kinds in related)
