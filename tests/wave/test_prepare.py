"""Preparing a wave: processed tables have their types and name nobody, or nothing is written."""

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import nullcontext
from hashlib import sha256

import pandas as pd
import pytest

from shared.cli import main
from shared.demo.simulate import write_demo
from shared.faults import InputError
from shared.identity.keys import study_key
from shared.places import ROOT
from shared.sources.delivery import read_deliveries
from shared.sources.dictionary import tables
from shared.study import load_study
from shared.wave.prepare import prepare

JOBS = ROOT / "data" / "raw" / "jobs"


@pytest.fixture(scope="module")
def patch():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """A small demo study as it was delivered; suppression takes seconds and is tested elsewhere."""
    folder = tmp_path_factory.mktemp("raw") / "demo"
    write_demo(folder, groups=3, participants=40)
    settings = (folder / "study.yml").read_text(encoding="utf-8")
    (folder / "study.yml").write_text(settings.replace("mode: suppress", "mode: open"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def delivered(raw):
    return read_deliveries(load_study(raw), raw, 18).tables


@pytest.fixture(scope="module")
def demo(raw, patch, tmp_path_factory):
    """The folder that its last wave was prepared to."""
    patch.setattr("shared.wave.prepare.PROCESSED", tmp_path_factory.mktemp("processed"))
    return prepare(raw, 18, progress=lambda step: None)


@pytest.fixture
def prepare_jobs(tmp_path, monkeypatch):
    """A function that prepares a copy of the study of job-seekers, under a title."""
    folder = shutil.copytree(JOBS, tmp_path / "jobs")
    settings = (folder / "study.yml").read_text(encoding="utf-8")

    def run(title="Jobs", to="processed"):
        monkeypatch.setattr("shared.wave.prepare.PROCESSED", tmp_path / to)
        titled = re.sub("title: .*", f"title: {title}", settings)
        (folder / "study.yml").write_text(titled, encoding="utf-8")
        return prepare(folder, 6, progress=lambda step: None)

    run.folder = folder
    return run


def content(folder):
    paths = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def every_text(folder):
    """Return the texts of all parquet files below a folder, by file and column."""
    found = {}
    for path in folder.rglob("*.parquet"):
        table = pd.read_parquet(path)
        for name in table:
            values = table[name].astype(object).dropna()
            found[path.stem, name] = {value for value in values if isinstance(value, str)}
    return found


def ids_of_people(delivered):
    """Return the ids of people in all tables, as they were delivered."""
    return {
        value
        for name, table in delivered.items()
        for column in tables()[name].columns
        if column.type == "person" and column.name in table
        for value in table[column.name].dropna()
    }


def places_where(ids, texts):
    """Return the files and columns where one of the ids stands as a word of its own."""
    words = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(ids)))})(?!\w)", re.IGNORECASE)
    return {place for place, found in texts.items() if any(map(words.search, found))}


# What is written


def test_every_delivered_table_is_written_with_its_counts_and_its_checks(demo):
    names = {path.stem for path in demo.glob("*.parquet")}
    assert names == {*tables(), "files", "checks"}
    assert {path.stem for path in (demo / "protected").glob("*.parquet")} >= {"participations"}


def test_processed_columns_have_their_types(demo):
    register = pd.read_parquet(demo / "deltaganden.parquet")
    assert register["person_id"].dtype == "str"
    assert register["birth_year"].dtype == "Int64"
    assert register["work_extent_before"].dtype == "Float64"
    assert register["is_anonymous"].dtype == "boolean"
    assert register["start_on"].dtype == "datetime64[ms]"  # parquet has no seconds
    assert register["gender"].dtype == pd.CategoricalDtype(["woman", "man", "unknown"], True)


def test_manifest_describes_what_was_written(demo):
    manifest = json.loads((demo / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["study"]["name"], manifest["wave"]) == ("demo", 18)
    card = manifest["tables"]["deltaganden"]
    register = pd.read_parquet(demo / "deltaganden.parquet")
    assert (card["rows"], card["columns"]) == (len(register), list(register))
    assert "person_id" in card["delivered"]
    assert "source_system" not in manifest["tables"]["moten"]["delivered"]


# Who is who


def test_groups_are_letters_in_tables_and_manifest(demo):
    manifest = json.loads((demo / "manifest.json").read_text(encoding="utf-8"))
    assert [group["id"] for group in manifest["study"]["groups"]] == ["A", "B", "C"]
    assert manifest["study"]["sources"] == {}
    for path in demo.glob("*.parquet"):
        table = pd.read_parquet(path)
        if "lokus_id" in table:
            assert set(table["lokus_id"].dropna()) <= {"A", "B", "C"}, path.stem


def test_no_group_is_named_anywhere(raw, demo):
    groups = {group.id for group in load_study(raw).groups}
    assert groups == {"Almsta", "Brunnvik", "Dalnäs"}
    assert places_where(groups, every_text(demo)) == set()
    assert not any(group in (demo / "manifest.json").read_text("utf-8") for group in groups)


def test_no_person_keeps_the_id_that_was_delivered(delivered, demo):
    people = ids_of_people(delivered)
    assert {"P-000001", "D-000001", "R-0001", "B-01", "K-01"} <= people
    assert places_where(people, every_text(demo)) == set()
    assert not any(person in (demo / "manifest.json").read_text("utf-8") for person in people)


def test_row_numbers_that_stand_in_for_ids_become_pseudonyms(prepare_jobs):
    target = prepare_jobs()
    people = ids_of_people(read_deliveries(load_study(JOBS), JOBS, 6).tables)
    assert {"2", "3"} <= people
    for (_, name), texts in every_text(target).items():
        assert not texts & people, name


def test_no_file_names_where_a_row_came_from(demo):
    texts = set().union(*every_text(demo).values())
    assert not any("wave-" in text for text in texts)
    columns = {name for path in demo.rglob("*.parquet") for name in pd.read_parquet(path)}
    assert not columns & {"_file", "_sheet", "_row", "municipality"}


def test_person_can_be_followed_between_tables(demo):
    register = pd.read_parquet(demo / "deltaganden.parquet")
    spells = pd.read_parquet(demo / "statusspell.parquet")
    followups = pd.read_parquet(demo / "uppfoljning.parquet")
    assert len(spells) and len(followups)
    assert set(spells["person_id"]) <= set(register["person_id"].dropna())
    assert set(followups["participation_id"]) <= set(register["participation_id"])


def test_key_is_not_among_what_was_written(demo):
    key = study_key("demo")
    assert list(demo.rglob("*.key")) == []
    for name, written in content(demo).items():
        assert key not in written, name
        assert key.hex().encode() not in written, name


def test_list_of_names_needs_no_card_and_is_not_told(prepare_jobs):
    (prepare_jobs.folder / "names.txt").write_text("Anna\n", encoding="utf-8")
    target = prepare_jobs("Jobs\nidentity: {names: names.txt}")
    assert "names.txt" not in (target / "manifest.json").read_text(encoding="utf-8")


def test_phone_number_in_a_column_of_the_log_that_is_not_read_is_refused(
    raw, tmp_path, monkeypatch, capsys
):
    folder = shutil.copytree(raw, tmp_path / "demo")
    log = folder / "wave-00" / "koordinatorlogg.csv"
    before = sha256(log.read_bytes()).hexdigest()
    header, first, second, *rest = log.read_text(encoding="utf-8").splitlines()
    planted = [f"{header},Anteckning", f"{first},Klart", f"{second},Ring 070-174 06 05"]
    log.write_text("\n".join([*planted, *(f"{row}," for row in rest)]), encoding="utf-8")
    cards = folder / "origin.yml"
    after = sha256(log.read_bytes()).hexdigest()
    cards.write_text(cards.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["lokus", "check", str(folder), "--wave", "0"])
    with pytest.raises(SystemExit, match="2"):
        main()
    said = capsys.readouterr().err
    assert "koordinatorlogg.csv, row 3, column Anteckning: found what looks like a phone" in said
    assert "Faults: 1\n" in said
    assert "174" not in said


# Several processes

WITHOUT_GUARD = """
import sys
from pathlib import Path
from shared.wave.prepare import prepare
print("begun")
prepare(Path(sys.argv[1]), 6, progress=lambda step: None)
print("done", sys.modules["__main__"].__file__ == __file__)
"""


@pytest.fixture(scope="module")
def protected_by_script(tmp_path_factory):
    """A wave with small counts hidden, prepared by a script that has no guard; what it printed."""
    folder = tmp_path_factory.mktemp("suppressed")
    settings = shutil.copytree(JOBS, folder / "jobs") / "study.yml"
    text = settings.read_text(encoding="utf-8")
    assert "mode: open" in text
    settings.write_text(text.replace("mode: open", "mode: suppress"), encoding="utf-8")
    (folder / "script.py").write_text(WITHOUT_GUARD, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, folder / "script.py", folder / "jobs"],
        capture_output=True,
        text=True,
        env={**os.environ, "LOKUS_PROCESSED": str(folder / "processed")},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


def test_script_without_a_guard_runs_once_and_stays_the_main_module(protected_by_script):
    assert protected_by_script[1].split() == ["begun", "done", "True"]


def test_several_processes_protect_as_one_does(protected_by_script, tmp_path, monkeypatch):
    folder, _ = protected_by_script
    monkeypatch.setattr("shared.wave.prepare.PROCESSED", tmp_path)
    monkeypatch.setattr("shared.wave.prepare.ProcessPoolExecutor", lambda **_: OneByOne())
    one = prepare(folder / "jobs", 6, progress=lambda step: None)
    assert one.is_relative_to(tmp_path)
    assert content(one) == content(folder / "processed" / "jobs" / "wave-06")


class OneByOne(nullcontext):
    """A pool without processes, which maps as Python does."""

    def __enter__(self):
        return self

    map = staticmethod(map)


# All or nothing


def test_two_runs_write_the_same_bytes(prepare_jobs):
    assert content(prepare_jobs(to="first")) == content(prepare_jobs(to="second"))


def test_refused_input_leaves_what_was_there(prepare_jobs):
    target = prepare_jobs()
    before = content(target.parent)
    path = prepare_jobs.folder / "wave-06" / "jobs2.csv"
    path.write_bytes(path.read_bytes().replace(b"psyemp", b"maybe", 1))
    with pytest.raises(InputError):
        prepare_jobs()
    assert content(target.parent) == before


def test_failure_in_writing_leaves_what_was_there(prepare_jobs, monkeypatch):
    target = prepare_jobs("Before")
    before = content(target)

    def fail(path):
        raise OSError("the disk is full")

    monkeypatch.setattr("shared.wave.prepare._card", fail)
    with pytest.raises(OSError, match="disk is full"):
        prepare_jobs("After")
    assert content(target) == before


def test_tables_of_an_earlier_run_do_not_stay_behind(prepare_jobs):
    (prepare_jobs("Before") / "moten.parquet").write_bytes(b"")
    assert "moten.parquet" not in content(prepare_jobs("After"))


def test_wave_that_the_study_lacks_is_refused(prepare_jobs):
    with pytest.raises(InputError, match="found wave 12; allowed: one of 6"):
        prepare(prepare_jobs.folder, 12)


def test_wave_without_a_date_is_refused_when_something_has_to_be_dated(prepare_jobs):
    (prepare_jobs.folder / "wave-06" / "moten.csv").write_text("Mötes-id;Grupp\nM1;1\n", "utf-8")
    with pytest.raises(InputError) as refused:
        prepare_jobs()
    assert "wave 6 without date" in [fault.found for fault in refused.value.faults]


def test_damaged_table_is_made_again_and_a_whole_one_is_left(prepare_jobs):
    table = prepare_jobs() / "uppfoljning.parquet"
    content, written = table.read_bytes(), table.stat().st_mtime_ns
    prepare_jobs()
    assert table.stat().st_mtime_ns == written
    table.write_bytes(b"damaged")
    prepare_jobs()
    assert table.read_bytes() == content
