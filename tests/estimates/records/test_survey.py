"""Records of the surveys: each test states one rule of what is counted."""

import pandas as pd
import pytest

ITEM = {"item_id": "Q1", "instrument": "process", "construct": "goals", "is_anchor": True}


@pytest.fixture
def answer(record, study):
    """Return the record of one answer to one item, which is not reversed unless ``known`` says."""

    def build(value, survey=None, **known):
        item = {**ITEM, "wave": 0, "reversed": False, **known}
        given = {"wave": 0, "respondent_id": "r", "item_id": "Q1", "answer": value}
        settings = study(survey=survey or {})
        built = record("answers", 0, settings, processenkat=[given], enkatfragor=[item])
        assert len(built) == 1
        return built.iloc[0]

    return build


@pytest.fixture
def over_waves(record):
    """Build records of a kind from (group, respondent, wave, answer), one anchor item a wave."""

    def build(kind, *rows, wave=6, **item):
        columns = ["lokus_id", "respondent_id", "wave", "answer"]
        given = [{**dict(zip(columns, row, strict=True)), "item_id": "Q1"} for row in rows]
        items = [{**ITEM, **item, "wave": at} for at in (0, 6, 12)]
        return record(kind, wave, processenkat=given, enkatfragor=items)

    return build


# Questionnaires


def test_every_questionnaire_sent_is_answered_or_not(record):
    sent = [
        {"lokus_id": "A", "wave": 0, "party": "af", "n_sent": 3, "n_answered": 2},
        {"lokus_id": "B", "wave": 0, "party": "fk", "n_sent": 2, "n_answered": None},
    ]
    built = record("sent", enkatutskick=sent)
    counts = built.groupby(["lokus_id", "response"]).size().to_dict()
    assert counts == {("A", "answered"): 2, ("A", "unanswered"): 1, ("B", "unanswered"): 2}


def test_nobody_asked_is_no_record(record):
    assert record("sent", enkatutskick=[{"wave": 0, "n_sent": None, "n_answered": None}]).empty


# Answers


@pytest.mark.parametrize(
    ("given", "is_reversed", "score", "level"),
    [
        (5, False, 5, "high"),
        (4, False, 4, "high"),
        (3, False, 3, "middle"),
        (2, False, 2, "low"),
        (1, False, 1, "low"),
        (1, True, 5, "high"),
        (2, True, 4, "high"),
        (3, True, 3, "middle"),
        (4, True, 2, "low"),
        (9, False, None, "dont_know"),
        (9, True, None, "dont_know"),
        (None, False, None, "missing"),
        (None, True, None, "missing"),
    ],
)
def test_reversed_items_are_turned_and_two_steps_at_each_end_are_high_and_low(
    answer, given, is_reversed, score, level
):
    got = answer(given, reversed=is_reversed)
    assert got["level"] == level
    assert (None if pd.isna(got["answer"]) else got["answer"]) == score


def test_item_that_does_not_say_is_not_reversed(answer):
    assert answer(4, reversed=None)["answer"] == 4


@pytest.mark.parametrize(
    ("top", "levels"),
    [
        (1, ["low", "middle", "middle", "middle", "high"]),
        (3, ["low", "low", "high", "high", "high"]),
        (4, ["low", "high", "high", "high", "high"]),
    ],
)
def test_low_has_the_steps_of_high_or_what_is_left_of_them(answer, top, levels):
    assert [answer(given, {"top": top})["level"] for given in (1, 2, 3, 4, 5)] == levels


def test_dont_know_may_have_the_code_zero(answer):
    assert answer(0, {"dont_know": 0})["level"] == "dont_know"


def test_survey_without_a_code_for_dont_know_has_none(answer):
    assert answer(5, {"dont_know": None})["level"] == "high"
    assert answer(None, {"dont_know": None})["level"] == "missing"


def test_answer_belongs_to_what_its_item_was_in_that_wave(record):
    given = [
        {"wave": wave, "respondent_id": "r", "item_id": "Q1", "answer": 4} for wave in (0, 6, 12)
    ]
    items = [
        {"item_id": "Q1", "wave": 0, "construct": "goals", "instrument": "process"},
        {"item_id": "Q1", "wave": 6, "construct": "trust", "instrument": "other", "reversed": True},
    ]
    built = record("answers", processenkat=given, enkatfragor=items)
    of_item = built[["instrument", "construct", "answer"]].astype(object)
    assert of_item.where(of_item.notna(), None).to_numpy().tolist() == [
        ["process", "goals", 4],
        ["other", "trust", 2],
        [None, None, 4],  # no such item in that wave
    ]


# Who stayed, left and joined


def presence(built):
    return built.groupby("lokus_id")["presence"].apply(sorted).to_dict()


def test_respondents_stay_leave_or_join(over_waves):
    rows = [("A", "a", 0, 3), ("A", "b", 0, 3), ("A", "a", 6, 3), ("A", "c", 6, 3)]
    assert presence(over_waves("respondents", *rows)) == {"A": ["joined", "left", "stayed"]}


def test_respondent_is_one_however_many_items_and_waves(over_waves):
    rows = [("A", "a", 0, 3), ("A", "a", 0, 4), ("A", "a", 6, 3), ("A", "a", 12, 3)]
    assert presence(over_waves("respondents", *rows, wave=12)) == {"A": ["stayed"]}


def test_wave_between_does_not_count(over_waves):
    rows = [("A", "a", 0, 3), ("A", "b", 6, 3), ("A", "c", 12, 3)]
    assert presence(over_waves("respondents", *rows, wave=12)) == {"A": ["joined", "left"]}


@pytest.mark.parametrize("given", [None, 9])
def test_who_gave_no_answer_on_the_scale_is_not_there(over_waves, given):
    rows = [("A", "a", 0, 3), ("A", "a", 6, given), ("A", "b", 6, 3)]
    assert presence(over_waves("respondents", *rows)) == {"A": ["joined", "left"]}


def test_each_group_has_its_own_first_wave(over_waves):
    rows = [("A", "a", 0, 3), ("A", "a", 12, 3), ("B", "b", 6, 3), ("B", "b", 12, 3)]
    built = over_waves("respondents", *rows, wave=12)
    assert presence(built) == {"A": ["stayed"], "B": ["stayed"]}


def test_nobody_can_have_stayed_at_the_first_wave(over_waves):
    assert over_waves("respondents", ("A", "a", 0, 3), wave=0).empty
    assert presence(over_waves("respondents", ("A", "a", 0, 3), ("B", "b", 6, 3))) == {
        "A": ["left"]
    }


def test_respondents_are_of_the_groups_own_survey(over_waves):
    assert over_waves("respondents", ("A", "a", 0, 3), instrument="participant").empty


@pytest.mark.parametrize("kind", ["answers", "respondents", "changes"])
def test_survey_that_nobody_answered_has_no_records(over_waves, kind):
    assert over_waves(kind).empty


# Up and down


def directions(built):
    return built[["lokus_id", "direction"]].to_numpy().tolist()


@pytest.mark.parametrize(("after", "direction"), [(4, "up"), (3, "same"), (2, "down")])
def test_score_goes_up_or_down_from_the_first_wave(over_waves, after, direction):
    built = over_waves("changes", ("A", "a", 0, 3), ("A", "a", 6, after))
    assert directions(built) == [["A", direction]]


def test_only_who_is_scored_both_times_has_a_direction(over_waves):
    rows = [("A", "a", 0, 3), ("A", "b", 0, 3), ("A", "b", 6, 9), ("A", "c", 6, 3)]
    assert over_waves("changes", *rows).empty


def test_changes_of_groups_start_at_their_own_first_wave(over_waves):
    rows = [("A", "a", 0, 3), ("A", "a", 12, 4), ("B", "b", 6, 3), ("B", "b", 12, 2)]
    built = over_waves("changes", *rows, wave=12)
    assert directions(built) == [["A", "up"], ["B", "down"]]


def test_first_wave_has_no_changes(over_waves):
    assert over_waves("changes", ("A", "a", 0, 3), wave=0).empty


def test_items_that_are_no_anchors_change_nothing(over_waves):
    assert over_waves("changes", ("A", "a", 0, 3), ("A", "a", 6, 4), is_anchor=None).empty
