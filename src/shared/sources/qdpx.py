"""Read a coded interview project (REFI-QDA, .qdpx) as rows of intervjukodning.

NVivo, MAXQDA, ATLAS.ti and QualCoder write it. A fault names a source by its place in the project,
for its name may be a person's.
"""

import re
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from xml.etree.ElementTree import Element

import pandas as pd

from shared.faults import Fault, InputError
from shared.sources.dictionary import tables
from shared.sources.qdpx_project import Code, Project, guid, open_project, text_of

OURS = ("interview_id", "segment_id", "quote", "code_id", "valence", "coder")
FORMATS = re.compile(r"\.(txt|docx?|rtf|odt|md|html?|pdf|epub)$", re.IGNORECASE)
# They write CR LF in the texts and count it as one character; other programs count two.
ONE_A_BREAK = ("ATLAS.ti", "QualCoder")
AGAIN = "and export the project again."


def read_qdpx(path: Path) -> pd.DataFrame:
    """Return the project's codings as text: one row per passage, coder and theme.

    The columns are the dictionary's headers, then the project's variables by name; the index counts
    the rows from 1. ``Segment`` numbers the distinct passages of a source by position. ``Riktning``
    is the direction in which a theme was coded, or else the direction that the same coder put on
    the same passage, or else empty. A variable whose cases differ within a source holds every
    value, with semicolons between.
    Raises ``InputError`` when the file is no such project, or when a coding is not on plain text.
    """
    project = open_project(path)
    rows: list[dict[str, str]] = []
    faults = _taken_names(project)
    interviews: dict[str, int] = {}
    for number, source in enumerate(project.sources, 1):
        try:
            found = _source_rows(source, project)
        except InputError as error:
            (fault,) = error.faults
            faults.append(replace(fault, found=f"{fault.found} in source {number}"))
            continue
        first = interviews.setdefault(found[0]["interview_id"], number) if found else number
        if first != number:
            named = f"sources {first} and {number} with one name"
            faults.append(Fault(named, "a name for each", f"Rename one {AGAIN}"))
        rows += found
    if not rows and not faults:
        faults.append(Fault("no codings", "codes on passages of text"))
    if faults:
        raise InputError([replace(fault, file=path.name) for fault in faults])
    columns = [*OURS, *dict.fromkeys(project.variables.values())]
    frame = pd.DataFrame(rows, pd.RangeIndex(1, len(rows) + 1), columns, dtype="str").fillna("")
    return frame.rename(columns=_headers())


def _headers() -> dict[str, str]:
    return {name: tables()["intervjukodning"].column(name).header for name in OURS}


def _taken_names(project: Project) -> list[Fault]:
    """Return a fault per variable that would stand in the place of what the codings say."""
    taken = {name.casefold() for both in _headers().items() for name in both}
    return [
        Fault(f"a variable '{name}'", "another name", f"Rename it {AGAIN}")
        for name in dict.fromkeys(project.variables.values())
        if name.casefold() in taken
    ]


def _source_rows(source: Element, project: Project) -> list[dict[str, str]]:
    """Return a source's rows, by our column names and the variables' names."""
    inside = source.find("{*}Representation")  # the text of a PDF
    body = source if inside is None else inside
    codings = _codings(source, body, project)
    if not codings:
        return []
    text = _text(body, project)
    places = sorted({(start, end) for start, end, *_ in codings})
    outside = sum(not 0 <= start < end <= len(text) for start, end in places)
    if outside:
        raise _fault(f"{outside} passages outside the text", "passages within it")
    number = {place: str(order) for order, place in enumerate(places, 1)}
    interview = _values(source, body, project)
    interview["interview_id"] = FORMATS.sub("", source.get("name", "").strip())
    rows = []
    for (start, end, coder), group in groupby(codings, key=lambda coding: coding[:3]):
        quote = text[start:end].replace("\r\n", "\n").strip()
        passage = {"segment_id": number[start, end], "quote": quote, "coder": coder}
        for theme, direction in _said([code for *_, code in group]):
            rows.append({**interview, **passage, "code_id": theme, "valence": direction})
    return rows


def _codings(source: Element, body: Element, project: Project) -> list[tuple[int, int, str, Code]]:
    """Return start, end, coder and code of every coding, in that order; cases are no codes."""
    passages = set(body.iterfind("{*}PlainTextSelection"))
    codings, elsewhere = [], 0
    for element in source.iter():
        for coding in element.iterfind("{*}Coding"):
            code = guid(coding.find("{*}CodeRef"), "targetGUID")
            if code in project.cases:  # NVivo codes passages with the case they belong to
                continue
            if code not in project.codes:
                raise _fault("a code that is not in the codebook", "the codebook's codes")
            elsewhere += element not in passages
            coder = guid(coding, "creatingUser") or guid(element, "creatingUser")
            place = _position(element, "startPosition"), _position(element, "endPosition")
            codings.append((*place, project.users.get(coder, ""), project.codes[code]))
    if elsewhere:
        todo = f"Put the codes on the text itself, or take them away, {AGAIN}"
        found = f"{elsewhere} codings of something else than text"
        raise _fault(found, "codings of passages of plain text", todo)
    return sorted(codings, key=lambda coding: (*coding[:3], coding[3].place))


def _position(selection: Element, name: str) -> int:
    place = selection.get(name, "")
    return int(place) if re.fullmatch(r"\d{1,9}", place) else -1


def _text(body: Element, project: Project) -> str:
    """Return the text as the positions count it, in code points."""
    try:
        text = text_of(body, project)
    except UnicodeDecodeError as error:
        raise _fault("text in another encoding", "UTF-8") from error
    if text is None:
        todo = "Export the project with its texts, as plain text."
        raise _fault("no text", "a plain text in the project file", todo)
    one = any(program in project.origin for program in ONE_A_BREAK)
    return re.sub(r"\r+\n", "\n", text) if one else text


def _said(codes: list[Code]) -> list[tuple[str, str]]:
    """Return theme and direction per row from what one coder put on one passage."""
    general = [code.direction for code in codes if not code.theme]
    themes: dict[str, list[str]] = {code.theme: [] for code in codes if code.theme} or {"": []}
    for code in codes:
        if code.theme and code.direction:
            themes[code.theme].append(code.direction)
    return [
        (theme, direction)
        for theme, own in themes.items()
        for direction in dict.fromkeys(own or general or [""])
    ]


def _values(source: Element, body: Element, project: Project) -> dict[str, str]:
    """Return the variables of a source: its own, and those of the cases that it belongs to."""
    guids = [guid(source), *(guid(one) for one in body.iterfind("{*}PlainTextSelection"))]
    guids += [guid(code, "targetGUID") for code in source.iterfind(".//{*}CodeRef")]
    # QualCoder's cases point at the guid by which it names the source's files, not at the source's.
    paths = [body.get("richTextPath", ""), body.get("plainTextPath", "")]
    guids += [Path(path).stem.lower() for path in paths]
    cases = [case for one in dict.fromkeys(guids) for case in project.cases.get(one, [])]
    found: dict[str, list[str]] = {}
    for element in (source, *cases):
        for value in element.iterfind("{*}VariableValue"):
            variable = guid(value.find("{*}VariableRef"), "targetGUID")
            cell = _cell(value)
            if variable in project.variables and cell:
                found.setdefault(project.variables[variable], []).append(cell)
    return {name: "; ".join(dict.fromkeys(cells)) for name, cells in found.items()}


def _cell(value: Element) -> str:
    for element in value:
        kind, text = element.tag.rpartition("}")[2], (element.text or "").strip()
        if kind == "BooleanValue":
            return {"true": "Ja", "1": "Ja", "false": "Nej", "0": "Nej"}.get(text, text)
        if kind.endswith("Value"):  # a date may end in a time zone
            return text[: {"DateValue": 10, "DateTimeValue": 19}.get(kind)]
    return ""


def _fault(found: str, allowed: str, todo: str = f"Correct it {AGAIN}") -> InputError:
    return InputError([Fault(found, allowed, todo)])
