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
from shared.identity.keys import group_letters, study_key
from shared.places import ROOT
from shared.sources.delivery import read_deliveries
from shared.sources.dictionary import tables
from shared.study import load_study
from shared.wave.prepare import check_wave, prepare

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
    assert names == {*tables(), "left_out", "files", "checks"}
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


# What the money needs

SMALL = "name: priced\ntitle: Priced\nwaves: {0: 2018-01-01}\ngroups: [{id: Almsta}]\n"
PRICED = {
    "statusspell": (
        "Person-id;Spell-nr;Från;Till;Domän;Värde\n"
        "P1;1;2015-01-01;2016-01-01;Försörjning;sickness_benefit\n"
        "P1;2;2016-01-01;2017-01-01;Försörjning;social_assistance\n"
        "P1;3;2016-01-01;2017-01-01;Sysselsättning;employed\n"
    ),
    "apriser": (
        "Pris-id;Enhet;Pris;Part;Slag;Källa;Giltigt år\n"
        "sickness_benefit;Månad;12000;Försäkringskassan;Transferering;S;2017\n"
        "social_assistance;Månad;10000;Kommunen;Transferering;S;2017\n"
        "employed;Månad;20000;Arbetsgivaren;Transferering;S;2017\n"
    ),
    "kostnader": (
        "Kostnads-id;Grupp;Kostnadsslag;Finansiär;Utfall;Prisår\n"
        "K1;Almsta;Lokaler;Samordningsförbundet;500;2017\n"
    ),
}


@pytest.fixture
def priced(tmp_path):
    """A function that writes a study of a few rows, some of it other; it returns the folder."""

    def write(**other):
        folder, cards = tmp_path / "priced", {}
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "wave-00").mkdir(parents=True)
        for name, usual in PRICED.items():
            if written := other.get(name, usual):
                path = folder / f"wave-00/{name}.csv"
                path.write_text(written, encoding="utf-8")
                checksum = sha256(path.read_bytes()).hexdigest()
                card = {"producer": "P", "received": "R", "period": "T", "licence": "L"}
                cards[f"wave-00/{name}.csv"] = {**card, "sha256": checksum}
        (folder / "study.yml").write_text(SMALL, encoding="utf-8")
        (folder / "origin.yml").write_text(json.dumps(cards), encoding="utf-8")
        return folder

    return write


@pytest.fixture
def money_faults_of(priced):
    """A function that checks the study of a few rows, some of it other; it returns the faults."""

    def check(**other):
        try:
            check_wave(priced(**other), 0, progress=lambda step: None)
        except InputError as refused:
            return [fault.found for fault in refused.faults]
        return []

    return check


def without(name, start):
    rows = PRICED[name].splitlines(keepends=True)
    return "".join(row for row in rows if not row.startswith(start))


def test_study_with_every_price_and_costs_of_one_year_is_not_refused(money_faults_of):
    assert money_faults_of() == []


def test_codes_without_a_price_are_listed_together(money_faults_of):
    assert money_faults_of(apriser=without("apriser", "s")) == [
        "no price of sickness_benefit",
        "no price of social_assistance",
    ]


def test_prices_that_were_not_delivered_are_not_asked_for(money_faults_of):
    assert money_faults_of(apriser="") == []
    assert money_faults_of(apriser="", statusspell="", kostnader="") == []


def test_column_that_was_not_delivered_is_an_empty_one(money_faults_of):
    prices = without("apriser", "so").replace(";Källa", ";Not")
    assert money_faults_of(apriser=prices) == [
        "the price sickness_benefit without Källa",
        "the price employed without Källa",
        "no price of social_assistance",
    ]
    costs = "Kostnads-id;Budget\nK1;500\n"
    assert money_faults_of(kostnader=costs) == ["1 costs without a price year"]


def test_tables_with_other_faults_are_not_asked_for_prices_yet(money_faults_of):
    wrong = without("apriser", "s").replace("20000", "much")
    costs = PRICED["kostnader"] + "K2;Almsta;Lokaler;Region;100;2016\n"
    assert money_faults_of(apriser=wrong, kostnader=costs) == ["text of 4 characters"]
    headless = without("apriser", "s").replace("Pris-id", "Id")
    assert money_faults_of(apriser=headless) == ["no column 'Pris-id'"]


def test_fault_of_a_table_that_the_prices_do_not_need_hides_nothing(money_faults_of):
    costs = PRICED["kostnader"].replace(";500;", ";much;")
    assert money_faults_of(apriser=without("apriser", "so"), kostnader=costs) == [
        "text of 4 characters",
        "no price of social_assistance",
    ]


def test_code_without_a_price_stops_the_run_before_anything_is_written(
    priced, tmp_path, monkeypatch, capsys
):
    processed = tmp_path / "processed"
    monkeypatch.setattr("shared.wave.prepare.PROCESSED", processed)
    folder = priced(apriser=without("apriser", "s"))
    monkeypatch.setattr("sys.argv", ["lokus", "run", str(folder), "--wave", "0"])
    with pytest.raises(SystemExit, match="2"):
        main()
    said = capsys.readouterr().err
    assert "apriser: found no price of sickness_benefit" in said
    assert "apriser: found no price of social_assistance" in said
    assert "Faults: 2\n" in said
    assert not processed.exists()
    assert prepare(priced(), 0, progress=lambda step: None).is_dir()


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


def test_group_to_compare_with_is_told_by_its_letter(prepare_jobs):
    folder = prepare_jobs("Jobs\neconomics: {compare_with: 0}")
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["study"]
    letter = group_letters(["1", "0"], study_key("jobs"), 6)["0"]
    assert told["economics"]["compare_with"] == letter
    assert letter in [group["id"] for group in told["groups"]]


def test_study_that_compares_with_no_group_says_so(prepare_jobs):
    folder = prepare_jobs()
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["study"]
    assert told["economics"]["compare_with"] is None


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
    monkeypatch.setattr("sys.argv", ["lokus", "check", str(folder), "--wave", "12"])
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
