"""Published pages as anybody who has the folder, or the zip, can read them."""

import json
import re
import zipfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from shared.faults import Fault, InputError

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

TABLES = ".tables.json"
MANIFEST = "manifest.json"
LETTER = re.compile(r"[A-Z]{1,2}")


@dataclass(frozen=True)
class ShownTable:
    """A table as the page shows it: caption, the header's texts, and the rows' texts."""

    caption: str
    header: list[str]
    rows: list[list[str]]


@dataclass(frozen=True)
class Page:
    """One page: ``path`` inside the publication, its HTML, and the tables beside it."""

    path: str
    html: str
    tables: list[dict]

    @property
    def letter(self) -> str | None:
        """The group that the page is about; None for all of them."""
        parent = PurePosixPath(self.path).parent.name
        return parent if LETTER.fullmatch(parent) else None

    @property
    def question(self) -> str:
        """The name of the file without its suffix."""
        return PurePosixPath(self.path).stem

    @cached_property
    def soup(self) -> "BeautifulSoup":
        """The parsed page."""
        from bs4 import BeautifulSoup

        return BeautifulSoup(self.html, "html.parser")

    @cached_property
    def text(self) -> str:
        """What a reader sees, without the page's style sheet."""
        return self.soup.body.get_text(" ", strip=True) if self.soup.body else ""

    @cached_property
    def shown_tables(self) -> list[ShownTable]:
        """The tables of the page, in order."""
        return [_shown(table) for table in self.soup.find_all("table")]


@dataclass(frozen=True)
class Publication:
    """All that was published together.

    others : every file that is no page, its tables or the manifest, by path.
    mode   : ``suppress``, ``round`` or ``open``, as the manifest says; suppress if it does not.
    """

    pages: list[Page]
    others: dict[str, bytes]
    manifest: dict
    names: list[str]
    zipped: list[zipfile.ZipInfo]

    @property
    def mode(self) -> str:
        """How the counts are protected."""
        return self.manifest.get("disclosure", {}).get("mode", "suppress")


def read_publication(place: Path) -> Publication:
    """Read a published folder or zip; raise ``InputError`` where it is neither or has no pages."""
    files, zipped = _read(place)
    pages = [
        Page(name, _text(name, data), _tables(name, files))
        for name, data in files.items()
        if name.endswith(".html")
    ]
    if not pages:
        todo = "Give the folder of one language, such as reports/demo/wave-18/sv."
        raise InputError([Fault("no pages", "a folder or zip with .html files", todo)])
    manifest = json.loads(files[MANIFEST]) if MANIFEST in files else {}
    mine = {page.path for page in pages} | {f"{_stem(page.path)}{TABLES}" for page in pages}
    others = {name: data for name, data in files.items() if name not in mine | {MANIFEST}}
    return Publication(pages, others, manifest, list(files), zipped)


def _read(place: Path) -> tuple[dict[str, bytes], list[zipfile.ZipInfo]]:
    if place.is_dir():
        paths = sorted(path for path in place.rglob("*") if path.is_file())
        return {path.relative_to(place).as_posix(): path.read_bytes() for path in paths}, []
    try:
        with zipfile.ZipFile(place) as archive:
            entries = archive.infolist()
            return {entry.filename: archive.read(entry) for entry in entries}, entries
    except (OSError, zipfile.BadZipFile) as error:
        allowed = "a published folder, or a zip of one"
        raise InputError([Fault("neither", allowed, file=place.name)]) from error


def _tables(page: str, files: dict[str, bytes]) -> list[dict]:
    name = f"{_stem(page)}{TABLES}"
    if name not in files:
        return []
    try:
        return json.loads(files[name])
    except ValueError as error:
        todo = "Make the page again with `lokus run`."
        raise InputError([Fault("no JSON", "the tables of a page", todo, file=name)]) from error


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError([Fault("no UTF-8", "a page in UTF-8", file=name)]) from error


def _stem(page: str) -> str:
    return page.removesuffix(".html")


def _shown(table: object) -> ShownTable:
    rows = [
        [cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
        for row in table.find_all("tr")  # type: ignore[attr-defined]
    ]
    head = table.find("thead")  # type: ignore[attr-defined]
    n_head = len(head.find_all("tr")) if head else 0
    caption = table.find("caption")  # type: ignore[attr-defined]
    title = caption.get_text(" ", strip=True) if caption else ""
    return ShownTable(title, rows[n_head - 1] if n_head else [], rows[n_head:])
