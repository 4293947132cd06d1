"""Reading study.yml: whatever is wrong with it is said with its place."""

import pytest

from shared.faults import InputError
from shared.places import ROOT
from shared.study import load_study
from shared.study.load import require_wave

LEAST = "name: s\ntitle: Å\nwaves: [0, 6]\ngroups: [{id: A}]\n"


@pytest.fixture
def load(tmp_path):
    def load(text, encoding="utf-8"):
        (tmp_path / "study.yml").write_bytes(text.encode(encoding))
        return load_study(tmp_path)

    return load


def faults_of(load, text, **options):
    with pytest.raises(InputError) as refused:
        load(text, **options)
    return refused.value.faults


def test_least_that_a_study_says_is_enough(load):
    assert load(LEAST).title == "Å"


@pytest.mark.parametrize("name", ["demo", "jobs", "leadership"])
def test_committed_studies_are_read(name):
    assert load_study(ROOT / "data" / "raw" / name).name == name


def test_folder_without_study_yml_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"found no study\.yml.* Name the folder of a study") as no:
        load_study(tmp_path)
    assert no.value.faults[0].file == str(tmp_path)


@pytest.mark.parametrize(
    ("addition", "place", "hint"),
    [
        ("survy: {top: 2}", "top level", "unknown key 'survy'. Did you mean 'survey'?"),
        (
            "disclosure: {treshold: 5}",
            "disclosure",
            "unknown key 'treshold'. Did you mean 'threshold'?",
        ),
        (
            "sources: {moten: [{file: a.csv}, {file: b.csv, colums: {}}]}",
            "sources.moten.1",
            "unknown key 'colums'. Did you mean 'columns'?",
        ),
    ],
)
def test_unknown_key_is_refused_with_the_nearest_known_one(load, addition, place, hint):
    (fault,) = faults_of(load, LEAST + addition)
    assert fault.file == "study.yml"
    assert f"'{place}'" in fault.found
    assert fault.allowed.startswith(hint)


def test_unknown_key_like_no_other_is_refused_with_the_known_ones(load):
    (fault,) = faults_of(load, LEAST + "followup: {xyz: 1}")
    assert fault.allowed.endswith("Known keys: clock, window_days, gap_days")


def test_every_setting_that_cannot_be_used_is_reported(load):
    faults = faults_of(load, LEAST + "disclosure: {threshold: 2}\nsurvey: {top: 0}")
    assert [fault.found for fault in faults] == [
        "a setting at 'disclosure.threshold' that cannot be used",
        "a setting at 'survey.top' that cannot be used",
    ]


def test_group_to_compare_with_must_be_one_of_the_study(load):
    assert load(LEAST + "economics: {compare_with: A}").economics.compare_with == "A"
    (fault,) = faults_of(load, LEAST + "economics: {compare_with: B}")
    assert "economics.compare_with is 'B', which is not a group's id" in str(fault)


@pytest.mark.parametrize(
    "setting",
    [
        "horizons: []",
        "horizons: [0]",
        "least_known: 0",
        "least_known: 1.1",
        "window_months: 9",
        "cost_rule: half",
        "price_year: 1999",
    ],
)
def test_setting_of_the_appraisal_that_makes_no_sense_is_refused(load, setting):
    faults = faults_of(load, LEAST + f"economics: {{{setting}}}")
    assert [f"economics.{setting.split(':')[0]}" in fault.found for fault in faults] == [True]


def test_misspelt_setting_of_the_appraisal_is_refused_with_the_nearest(load):
    (fault,) = faults_of(load, LEAST + "economics: {horizon: [1]}")
    assert fault.allowed.startswith("unknown key 'horizon'. Did you mean 'horizons'?")


@pytest.mark.parametrize(
    ("text", "row"), [(LEAST + "\tsurvey: {}", 5), ("name: s\nt: [a\nu: 1", 3)]
)
def test_text_that_is_not_yaml_is_refused_with_its_row(load, text, row):
    (fault,) = faults_of(load, text)
    assert (fault.found, fault.row) == ("text that is not YAML", row)


def test_text_that_is_not_utf_8_is_refused(load):
    (fault,) = faults_of(load, LEAST, encoding="cp1252")
    assert (fault.file, fault.allowed) == ("study.yml", "UTF-8")


def test_date_that_does_not_exist_is_refused(load):
    (fault,) = faults_of(load, LEAST.replace("[0, 6]", "{0: 2016-02-30}"))
    assert (fault.file, fault.found) == ("study.yml", "a date that does not exist")


@pytest.mark.parametrize("text", ["", "- a list"])
def test_file_without_settings_is_refused(load, text):
    (fault,) = faults_of(load, text)
    assert fault.found == "a setting at 'top level' that cannot be used"


def test_wave_that_the_study_lacks_is_refused_with_those_it_has(load):
    require_wave(load(LEAST), 6)
    with pytest.raises(InputError, match=r"found wave 7; allowed: one of 0, 6"):
        require_wave(load(LEAST), 7)
