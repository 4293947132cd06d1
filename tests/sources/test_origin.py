"""Origin cards: every raw file has one, and is still the file that was received."""

from hashlib import sha256

import pytest
import yaml

from shared.sources.origin import check_origins

CARD = {
    "producer": "Registret",
    "received": "2016-01-15",
    "period": "2015",
    "licence": "Avtal 1",
    "sha256": sha256(b"a;b\n").hexdigest(),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "wave-00").mkdir()
    (tmp_path / "wave-00" / "a.csv").write_bytes(b"a;b\n")
    return tmp_path


def faults_with(folder, cards):
    (folder / "origin.yml").write_text(yaml.safe_dump(cards, allow_unicode=True), encoding="utf-8")
    return check_origins(folder, ["wave-00/a.csv"])


def test_file_with_a_full_card_and_its_checksum_holds(folder):
    assert faults_with(folder, {"wave-00/a.csv": CARD}) == []


def test_checksum_may_be_in_capitals(folder):
    assert faults_with(folder, {"wave-00/a.csv": CARD | {"sha256": CARD["sha256"].upper()}}) == []


def test_card_whose_file_is_gone_is_a_fault(folder):
    found = [fault.found for fault in faults_with(folder, {"wave-00/b.csv": CARD})]
    assert "no file wave-00/b.csv" in found


@pytest.mark.parametrize("cards", [None, {}])
def test_file_without_a_card_is_refused(folder, cards):
    (fault,) = faults_with(folder, cards)
    assert (fault.file, fault.found) == ("origin.yml", "no card for wave-00/a.csv")
    assert fault.todo.endswith("producer, received, period, licence, sha256.")


def test_study_without_cards_is_refused(folder):
    (fault,) = check_origins(folder, ["wave-00/a.csv"])
    assert fault.found == "no card for wave-00/a.csv"


@pytest.mark.parametrize("field", ["producer", "received", "period", "licence", "sha256"])
def test_card_that_lacks_something_is_refused_by_its_name(folder, field):
    (fault,) = faults_with(folder, {"wave-00/a.csv": CARD | {field: None}})
    assert fault.found == f"a card for wave-00/a.csv without {field}"


def test_changed_file_is_refused_with_its_own_checksum(folder):
    (folder / "wave-00" / "a.csv").write_bytes(b"a;c\n")
    (fault,) = faults_with(folder, {"wave-00/a.csv": CARD})
    assert fault.file == "wave-00/a.csv"
    assert fault.found == f"another checksum than the card's ({CARD['sha256'][:8]}…)"
    assert sha256(b"a;c\n").hexdigest() in fault.todo


def test_cards_that_are_not_yaml_are_refused(folder):
    (folder / "origin.yml").write_text("wave-00/a.csv: [", encoding="utf-8")
    (fault,) = check_origins(folder, ["wave-00/a.csv"])
    assert (fault.file, fault.found) == ("origin.yml", "text that is not YAML")
