"""Open a project in the REFI-QDA exchange format: what its sources refer to, and their texts.

A ``.qdpx`` is a zip of ``project.qde`` (XML) and the sources' files. It comes from outside, so it
is unpacked with care. Source: REFI-QDA 1.5 and its schema Project.xsd 1.0 (www.qdasoftware.org).
Where programs depart from it, what they write is read: guids in either case and with or without
braces, ``Sources`` with a capital, a byte order mark.
"""

import lzma
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring
from zipfile import BadZipFile, ZipFile

from shared.faults import Fault, InputError
from shared.sources.dictionary import code_lists, tables

PROJECT = "project.qde"
LARGEST = 200_000_000  # bytes of XML and text; a thousand coded interviews have some 60 million
DAMAGED = (BadZipFile, zlib.error, lzma.LZMAError, RuntimeError, EOFError, OSError, ValueError)


@dataclass(frozen=True)
class Code:
    """What a code of the codebook says: a theme, a direction, or both; ``place`` orders them."""

    place: int
    theme: str
    direction: str


@dataclass(frozen=True)
class Project:
    """A project; ``sources`` are its XML, all else is found by guid (texts by path, lower case).

    ``cases`` are found by their own guid and by the guids of what they point at.
    """

    origin: str
    sources: list[Element]
    texts: dict[str, bytes]
    users: dict[str, str]
    codes: dict[str, Code]
    variables: dict[str, str]
    cases: dict[str, list[Element]]


class _NoDoctype(TreeBuilder):
    """Refuses what the format never has, and what entities that grow without end need."""

    def doctype(self, name: str, pubid: str | None, system: str | None) -> None:
        raise ValueError("a document type")


def open_project(path: Path) -> Project:
    """Return the project. Recordings and pictures are not unpacked.

    A code named as a direction (``valence`` in codes.csv) takes the code above it as its theme,
    unless that is a folder called as the column is (Riktning).
    Raises ``InputError`` when the file is damaged, too large, or not a project.
    """
    texts = _unpack(path)
    root = _parse(texts.pop(PROJECT, None), path)
    users = root.iterfind("{*}Users/{*}User")
    variables = root.iterfind("{*}Variables/{*}Variable")
    return Project(
        origin=root.get("origin", ""),
        sources=root.findall("{*}Sources/*"),
        texts=texts,
        users={guid(user): user.get("name", user.get("id", "")).strip() for user in users},
        codes=_codes(root),
        variables={guid(one): " ".join(one.get("name", "").split()) for one in variables},
        cases=_cases(root),
    )


def guid(element: Element | None, attribute: str = "guid") -> str:
    """Return a guid in lower case without braces, empty when there is none."""
    return "" if element is None else element.get(attribute, "").strip("{} ").lower()


def text_of(body: Element, project: Project) -> str | None:
    """Return a source's text, or None when it is not in the file.

    Raises ``UnicodeDecodeError`` when it is not UTF-8, as the standard has it.
    """
    content = body.find("{*}PlainTextContent")
    if content is not None:
        return content.text or ""
    path = re.sub(r"^internal:/+", "sources/", body.get("plainTextPath", "")).casefold()
    return project.texts[path].decode("utf-8-sig") if path in project.texts else None


def _unpack(path: Path) -> dict[str, bytes]:
    try:
        with ZipFile(path) as archive:
            infos = {info.filename.replace("\\", "/"): info for info in archive.infolist()}
            named = {name.casefold(): info for name, info in infos.items()}
            wanted = [name for name in named if name == PROJECT or name.endswith(".txt")]
            size = sum(named[name].file_size for name in wanted)
            if size > LARGEST:
                raise _fault(path, f"{size} bytes of text", f"at most {LARGEST}")
            return {name: archive.read(named[name]) for name in wanted}
    except DAMAGED as error:
        raise _fault(path, "a file that cannot be unpacked") from error


def _parse(xml: bytes | None, path: Path) -> Element:
    if xml is None:
        raise _fault(path, f"a file without {PROJECT}")
    try:
        root = fromstring(xml, XMLParser(target=_NoDoctype()))
    except (ParseError, ValueError, LookupError) as error:
        raise _fault(path, f"a {PROJECT} that is not plain XML") from error
    if root.tag.rpartition("}")[2] != "Project":
        raise _fault(path, f"a {PROJECT} of another kind")
    return root


def _codes(root: Element) -> dict[str, Code]:
    valences = code_lists()["valence"].values()
    names = {name.casefold() for one in valences for name in (one.code, one.label, *one.aliases)}
    folders = ("", tables()["intervjukodning"].column("valence").header.casefold())
    codes: dict[str, Code] = {}
    for above in root.iterfind("{*}CodeBook//*"):
        over = above.get("name", "").strip()
        for code in above.iterfind("{*}Code"):
            theme, direction = code.get("name", "").strip(), ""
            if theme.casefold() in names:
                theme, direction = "" if over.casefold() in folders else over, theme
            codes[guid(code)] = Code(len(codes), theme, direction)
    return codes


def _cases(root: Element) -> dict[str, list[Element]]:
    cases: dict[str, list[Element]] = {}
    for case in root.iterfind("{*}Cases/{*}Case"):
        refers = [*case.iterfind("{*}SourceRef"), *case.iterfind("{*}SelectionRef")]
        for one in dict.fromkeys([guid(case), *(guid(to, "targetGUID") for to in refers)]):
            cases.setdefault(one, []).append(case)
    return cases


def _fault(path: Path, found: str, allowed: str = "a REFI-QDA project") -> InputError:
    todo = "Export the project again, as REFI-QDA (.qdpx) and without a password."
    return InputError([Fault(found, allowed, todo, file=path.name)])
