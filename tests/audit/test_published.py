"""Published pages are read as anybody can: a folder or a zip, whole or refused."""

import zipfile

import pytest

from shared.audit.knowledge import Knowledge
from shared.audit.machine import zip_entries
from shared.audit.published import read_publication
from shared.faults import InputError

EPOCH = (1980, 1, 1, 0, 0, 0)


def packed(target, when=EPOCH, extra=b"", comment=b""):
    path = target.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        entry = zipfile.ZipInfo("C/process.html", when)
        entry.extra, entry.comment = extra, comment
        archive.writestr(entry, "<html><body><p>x</p></body></html>")
    return read_publication(path)


def test_page_has_its_text_tables_and_letter(publication):
    (page,) = publication().pages
    assert (page.letter, page.question) == ("C", "addon_resources")
    assert "margin" not in page.text
    assert page.tables[0]["id"] == "status"
    (table,) = page.shown_tables
    assert table.header == ["Läge", "Antal"]
    assert table.rows[1] == ["Studier", ".."]


def test_other_files_are_kept_apart(publication):
    read = publication(files={"x.csv": b"1", "manifest.json": b'{"disclosure": {"mode": "round"}}'})
    assert read.others == {"x.csv": b"1"}
    assert read.mode == "round"


def test_folder_without_pages_is_refused(tmp_path):
    with pytest.raises(InputError, match="no pages"):
        read_publication(tmp_path)


def test_file_that_is_no_zip_is_refused(tmp_path):
    (tmp_path / "x.zip").write_text("x")
    with pytest.raises(InputError, match="zip"):
        read_publication(tmp_path / "x.zip")


def test_broken_tables_are_refused(publication, tmp_path):
    publication()
    (tmp_path / "C/addon_resources.tables.json").write_text("[")
    with pytest.raises(InputError, match="no JSON"):
        read_publication(tmp_path)


def test_zip_is_read_as_a_folder_and_tells_nothing_more(tmp_path):
    read = packed(tmp_path / "a")
    assert read.pages[0].letter == "C"
    assert zip_entries(read, Knowledge()) == []


@pytest.mark.parametrize(
    "more",
    [
        {"when": (2017, 7, 15, 8, 30, 0)},
        {"extra": b"ux\x0b\x00\x01\x04\xe8\x03\x00\x00\x04\xe8\x03\x00\x00"},
        {"comment": b"x"},
    ],
)
def test_zip_entry_that_tells_when_or_who(more, tmp_path):
    assert zip_entries(packed(tmp_path / "a", **more), Knowledge())
