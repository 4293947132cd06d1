"""Sharing a wave: only what was attacked in vain leaves, whole, and is remembered."""

import shutil
import zipfile
from hashlib import sha256
from pathlib import Path

import pandas as pd
import pytest
import yaml

from shared.disclosure.ledger import write_release
from shared.faults import InputError
from shared.identity.keys import group_letters, study_key
from shared.places import ROOT
from shared.study import load_study
from shared.wave.manifest import verify
from shared.wave.prepare import prepare

STUDY = """name: few
title: Tre grupper
waves: {6: 2016-07-01, 12: 2017-01-01}
groups: [{id: Norrby}, {id: Söderby}, {id: Västby}]
disclosure: {mode: suppress}
"""
CARD = {"producer": "P", "received": "2016-07-01", "period": "2016", "licence": "CC0-1.0"}
# Group -> gender -> how many have started by wave 6, and by wave 12: two women have come to Norrby.
PEOPLE = {
    "Norrby": {"Kvinna": (12, 14), "Man": (15, 15)},
    "Söderby": {"Kvinna": (20, 20), "Man": (20, 20)},
    "Västby": {"Kvinna": (10, 10), "Man": (30, 30)},
}


def deliver(folder, wave, people):
    """Write those who have come: group -> gender -> numbers from and up to."""
    rows = [
        (f"{group}-{kind}-{number}", group, kind, f"2016-0{2 if wave == 6 else 9}-01")
        for group, kinds in people.items()
        for kind, (first, last) in kinds.items()
        for number in range(first, last)
    ]
    table = pd.DataFrame(rows, columns=["Deltagande-id", "Grupp", "Kön", "Startdatum"])
    more = {"Person-id": table["Deltagande-id"], "Anonym": "Nej", "Samtycke uppföljning": "Ja"}
    path = folder / f"wave-{wave:02d}" / "deltaganden.csv"
    path.parent.mkdir(parents=True)
    table.assign(**more).to_csv(path, index=False)
    return {
        f"{path.parent.name}/{path.name}": CARD | {"sha256": sha256(path.read_bytes()).hexdigest()}
    }


@pytest.fixture
def study(tmp_path, monkeypatch):
    folder = tmp_path / "few"
    before = {g: {k: (0, n) for k, (n, _) in kinds.items()} for g, kinds in PEOPLE.items()}
    cards = deliver(folder, 6, before) | deliver(folder, 12, PEOPLE)
    (folder / "origin.yml").write_text(yaml.safe_dump(cards), encoding="utf-8")
    (folder / "study.yml").write_text(STUDY, encoding="utf-8")
    monkeypatch.setattr("shared.wave.prepare.PROCESSED", tmp_path / "processed")
    monkeypatch.setenv("LOKUS_KEYS", str(tmp_path / "keys"))
    return folder


def letters(study, wave):
    groups = [group.id for group in load_study(study).groups]
    return group_letters(groups, study_key("few"), wave)


def prepared(study, wave):
    return prepare(study, wave, progress=lambda step: None)


def shown(study, wave, group, gender):
    """Return n of the group's participations, or None where it is hidden."""
    cells = pd.read_parquet(prepared(study, wave) / "protected" / "participations.parquet")
    of_group = cells[(cells["lokus_id"] == letters(study, wave)[group]) & (cells["state"] == "all")]
    n = of_group.set_index("gender")["n"][gender]
    return None if pd.isna(n) else int(n)


def release(study, wave):
    return write_release(prepared(study, wave), study_key("few"), letters(study, wave))


def test_what_was_never_released_does_not_bind_a_later_wave(study):
    assert shown(study, 12, "Norrby", "woman") == 14


def test_count_whose_difference_to_an_earlier_release_is_small_is_hidden(study):
    assert shown(study, 6, "Norrby", "woman") == 12
    release(study, 6)
    assert shown(study, 12, "Norrby", "woman") is None
    assert shown(study, 12, "Norrby", "all") is None  # or 29 - 27 would tell it as well
    # Nobody has come to the others: what was shown is shown again.
    assert shown(study, 12, "Söderby", "woman") == shown(study, 6, "Söderby", "woman") == 20


def test_release_is_entered_once_and_does_not_bind_itself(study):
    place = release(study, 6)
    assert release(study, 6) == place
    assert shown(study, 6, "Norrby", "woman") == 12
    assert release(study, 12) != place


def test_ledger_names_no_group_and_no_person(study):
    place = release(study, 6)
    held = b"".join(path.read_bytes() for path in place.rglob("*") if path.is_file())
    for name in ("Norrby", "Söderby", "Västby", "Kvinna-1", "Man-1"):
        assert name.encode() not in held


def test_other_mode_than_that_of_an_earlier_release_is_refused(study):
    release(study, 6)
    text = (study / "study.yml").read_text(encoding="utf-8")
    (study / "study.yml").write_text(text.replace("mode: suppress", "mode: round"), "utf-8")
    with pytest.raises(InputError, match="disclosure mode 'round'; allowed: 'suppress'"):
        prepared(study, 12)


def test_rounded_counts_add_up_and_stay_as_they_were_told(study):
    text = (study / "study.yml").read_text(encoding="utf-8")
    (study / "study.yml").write_text(text.replace("mode: suppress", "mode: round"), "utf-8")
    groups = ["Norrby", "Söderby", "Västby"]
    for wave in (6, 12):
        for group in groups:
            parts = [shown(study, wave, group, gender) for gender in ("woman", "man")]
            assert sum(parts) == shown(study, wave, group, "all")
            assert all(part % 5 == 0 for part in parts)
    before = shown(study, 6, "Söderby", "woman")
    release(study, 6)
    assert shown(study, 12, "Söderby", "woman") == before


# The whole way, by the command line


@pytest.fixture
def shared(lokus, wave, keys, tmp_path):
    """Share the pages of a committed study, with a ledger of the test's own."""
    own = shutil.copytree(keys, tmp_path / "keys")

    def run(study, months, *options, change=None):
        folder = wave(study, months)
        reports = shutil.copytree(folder.parents[1], tmp_path / "reports" / study)
        if change:
            change(reports / folder.parent.name / "sv")
        raw = ROOT / "data" / "raw" / study
        out = ("--wave", months, "--out", reports.parent)
        return lokus("share", raw, *out, *options, LOKUS_KEYS=str(own)), own

    return run


def test_bundle_for_the_federation_has_the_pages_about_all_groups_and_is_whole(shared, tmp_path):
    done, own = shared("jobs", 6)
    assert done.returncode == 0, done.stderr + done.stdout
    bundle = Path(done.stdout.strip().splitlines()[-1])
    with zipfile.ZipFile(bundle) as archive:
        names = archive.namelist()
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}
        assert 'href="A/' not in archive.read("index.html").decode("utf-8")
    assert {"index.html", "comparison.html", "manifest.json"} <= set(names)
    assert not [name for name in names if "/" in name]
    assert verify(bundle) == []
    assert len(list((own / "jobs.ledger").iterdir())) == 1


def test_altered_missing_and_strange_files_of_a_bundle_are_named(shared, tmp_path):
    done, _ = shared("jobs", 6)
    folder = tmp_path / "opened"
    with zipfile.ZipFile(done.stdout.strip().splitlines()[-1]) as archive:
        archive.extractall(folder)
    assert verify(folder) == []
    (folder / "comparison.html").write_text("other", encoding="utf-8")
    (folder / "index.html").unlink()
    (folder / "more.html").write_text("more", encoding="utf-8")
    assert sorted(verify(folder)) == [
        "comparison.html: altered",
        "index.html: missing",
        "more.html: not in the manifest",
    ]


def test_pages_that_an_attack_breaks_are_not_bundled_and_not_remembered(shared):
    def leak(folder):
        page = folder / "comparison.html"
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("</main>", "<p>811218-9876</p></main>"), encoding="utf-8")

    done, own = shared("jobs", 6, change=leak)
    assert done.returncode == 1
    assert "Not shared" in done.stderr
    assert "811218" not in done.stdout + done.stderr
    assert not (own / "jobs.ledger").exists()


def test_pages_of_other_data_are_refused(shared):
    def age(folder):
        page = folder / "comparison.html"
        page.write_text("<html><body>old</body></html>", encoding="utf-8")

    done, _ = shared("jobs", 6, change=age)
    assert done.returncode == 2
    assert "page comparison of other data" in done.stderr
