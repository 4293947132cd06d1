"""Which pages a wave has, and which questions lack every source."""

from shared.study import Study
from shared.wave.plan import PlannedPage, plan, unanswerable

STUDY = Study.model_validate(
    {"name": "s", "title": "S", "waves": [0], "groups": [{"id": "A"}, {"id": "B"}]}
)


def test_one_page_per_question_and_group_and_some_for_the_wave():
    pages = [page.name for page in plan(STUDY, {"processenkat", "kostnader"})]
    assert pages == [
        "A/process",
        "A/socioeconomics",
        "B/process",
        "B/socioeconomics",
        "comparison",
        "socioeconomics",
        "data_quality",
    ]


def test_page_of_the_whole_wave_has_the_same_notebook_and_no_group():
    whole, own = PlannedPage("socioeconomics"), PlannedPage("socioeconomics", "A")
    assert whole.notebook == own.notebook
    assert (whole.name, whole.group) == ("socioeconomics", None)
    assert {whole, own} <= set(plan(STUDY, {"kostnader"}))


def test_wave_without_costs_has_no_page_of_them():
    pages = [page.name for page in plan(STUDY, {"deltaganden"})]
    assert pages == ["A/addon_resources", "B/addon_resources", "comparison", "data_quality"]


def test_questions_without_any_source_are_named_with_what_would_answer_them():
    assert unanswerable({"processenkat", "deltaganden", "kostnader"}) == {
        "coordinator": ("koordinatorlogg",)
    }


def test_eight_groups_with_every_source_make_35_pages():
    groups = [{"id": letter} for letter in "ABCDEFGH"]
    study = Study.model_validate({"name": "s", "title": "S", "waves": [0], "groups": groups})
    everything = {"processenkat", "koordinatorlogg", "deltaganden", "kostnader"}
    assert len(plan(study, everything)) == 35
