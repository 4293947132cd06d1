"""Settings of a study: what may be left out, what is refused, and that nothing changes later."""

from datetime import date

import pytest
from pydantic import ValidationError

from shared.study import Study


def study(**given):
    """Build a study with one group and one wave, and what is given on top."""
    least = {"name": "s", "title": "T", "waves": [0], "groups": [{"id": "A"}]}
    return Study.model_validate(least | given)


def test_defaults_are_those_a_researcher_would_defend():
    least = study()
    assert (least.disclosure.mode, least.disclosure.threshold) == ("suppress", 5)
    assert (least.survey.dont_know, least.survey.top) == (9, 2)
    assert (least.followup.clock, least.followup.window_days) == ("exit", 60)
    assert (least.identity.personal_numbers, least.identity.names) == ("refuse", None)
    assert least.sources == {}


def test_waves_may_be_a_list_or_a_mapping_to_reference_dates():
    assert study(waves=[0, 6]).waves == {0: None, 6: None}
    dated = study(waves={0: "2016-01-15", 6: None})
    assert dated.waves == {0: date(2016, 1, 15), 6: None}


def test_group_listed_twice_is_refused_by_its_id():
    with pytest.raises(ValidationError, match="group ids A are listed more than once"):
        study(groups=[{"id": "A"}, {"id": "B"}, {"id": "A"}])


def test_groups_named_by_number_are_read_as_text():
    assert [group.id for group in study(groups=[{"id": 1}, {"id": "1b"}]).groups] == ["1", "1b"]


@pytest.mark.parametrize(
    ("setting", "part"),
    [
        ("title", None),
        ("disclosure", "threshold"),
        ("followup", "clock"),
    ],
)
def test_study_cannot_be_changed_once_read(setting, part):
    read = study()
    place = getattr(read, setting) if part else read
    with pytest.raises(ValidationError, match="frozen"):
        setattr(place, part or setting, "other")


@pytest.mark.parametrize(
    ("setting", "refused", "accepted"),
    [
        ("disclosure", {"threshold": 2}, {"threshold": 3}),
        ("disclosure", {"mode": "public"}, {"mode": "open"}),
        ("survey", {"top": 0}, {"top": 1}),
        ("survey", {"top": 5}, {"top": 4}),
        ("survey", {"dont_know": "Vet ej"}, {"dont_know": None}),
        ("followup", {"clock": "baseline"}, {"clock": "start"}),
        ("followup", {"window_days": -1}, {"window_days": 0}),
        ("identity", {"personal_numbers": "keep"}, {"personal_numbers": "pseudonymise"}),
        ("sources", {"moten": [{"file": "m", "header_row": 0}]}, {"moten": [{"file": "m"}]}),
        ("name", "Två ord", "two-words"),
        ("name", "../keys", "keys"),
        ("groups", [], [{"id": "A", "start_on": "2016-01-01"}]),
    ],
)
def test_value_outside_its_limits_is_refused(setting, refused, accepted):
    study(**{setting: accepted})
    with pytest.raises(ValidationError):
        study(**{setting: refused})
