"""Write coded interviews as a project in the REFI-QDA exchange format, the same bytes every time.

Each interview is a case with one text; a direction is a code below its theme (Förtroende >
Främjande). Source: REFI-QDA 1.5, schema Project.xsd 1.0 (www.qdasoftware.org).
"""

from collections.abc import Sequence
from itertools import cycle, groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZipFile, ZipInfo

import pandas as pd

from shared.sources.dictionary import code_lists, tables

SCHEMA = "urn:QDA-XML:project:1.0"
VALUES = {"int": "Integer", "bool": "Boolean", "date": "Date"}
CASE = ("lokus_id", "wave", "interview_on", "party", "quote_ok")  # told once for an interview


def write_qdpx(path: Path, coded: pd.DataFrame, questions: Sequence[str]) -> None:
    """Write ``coded`` as a ``.qdpx``; ``questions`` are said in turn before each passage.

    ``coded`` has the columns of intervjukodning, one row per passage, theme and coder. Passages
    stand in order of ``segment_id``; the reader numbers them from 1.
    Raises ``ValueError`` when something that a project holds once for an interview varies in it.
    """
    varies = coded.groupby("interview_id")[list(CASE)].nunique(dropna=False).gt(1).any()
    if varies.any():
        raise ValueError(f"{', '.join(varies.index[varies])} varies within an interview")
    project = Element("Project", {"xmlns": SCHEMA, "name": path.stem, "origin": "Lokus demo"})
    users = SubElement(project, "Users")
    for coder in sorted(coded["coder"].unique()):
        SubElement(users, "User", {"guid": _guid("user", coder), "name": coder})
    _add_codes(SubElement(SubElement(project, "CodeBook"), "Codes"))
    variables = SubElement(project, "Variables")
    for column in map(tables()["intervjukodning"].column, CASE):
        kind = {"name": column.header, "typeOfVariable": VALUES.get(column.type, "Text")}
        SubElement(variables, "Variable", {"guid": _guid("variable", column.name), **kind})
    cases, sources = SubElement(project, "Cases"), SubElement(project, "Sources")
    files = {}
    ordered = coded.sort_values(["interview_id", "segment_id"], kind="stable").itertuples()
    for interview, rows in groupby(ordered, key=attrgetter("interview_id")):
        told = list(rows)
        _add_case(cases, interview, told[0])
        files[f"sources/{_guid('text', interview)}.txt"] = _add_source(sources, told, questions)
    xml = tostring(project, encoding="unicode")
    _store(path, {"project.qde": f'<?xml version="1.0" encoding="utf-8"?>\n{xml}', **files})


def _add_codes(codes: Element) -> None:
    for theme in code_lists()["interview_code"].values():
        code = {"guid": _guid("code", theme.code), "name": theme.label, "isCodable": "true"}
        above = SubElement(codes, "Code", code)
        for valence in code_lists()["valence"].values():
            below = {"guid": _guid("code", theme.code, valence.code), "name": valence.label}
            SubElement(above, "Code", {**below, "isCodable": "true"})


def _add_case(cases: Element, interview: str, row: Any) -> None:
    case = SubElement(cases, "Case", {"guid": _guid("case", interview), "name": interview})
    for column in map(tables()["intervjukodning"].column, CASE):
        if pd.isna(getattr(row, column.name)):
            continue
        value = SubElement(case, "VariableValue")
        SubElement(value, "VariableRef", {"targetGUID": _guid("variable", column.name)})
        cell = SubElement(value, f"{VALUES.get(column.type, 'Text')}Value")
        cell.text = _cell(getattr(row, column.name), column.type, column.codes)
    SubElement(case, "SourceRef", {"targetGUID": _guid("source", interview)})


def _cell(value: Any, kind: str, codes: str) -> str:
    if codes:
        return code_lists()[codes][str(value)].label
    if kind == "date":
        return f"{pd.Timestamp(value):%Y-%m-%d}"
    if kind == "bool":
        return "true" if value else "false"
    return f"{value:.0f}" if kind == "int" else str(value)


def _add_source(sources: Element, rows: list[Any], questions: Sequence[str]) -> str:
    """Add an interview with its codings, and return its text."""
    interview = rows[0].interview_id
    place = {"plainTextPath": f"internal://{_guid('text', interview)}.txt"}
    named = {"guid": _guid("source", interview), "name": f"{interview}.txt"}
    source = SubElement(sources, "TextSource", {**named, **place})
    text, asked = "", cycle(questions)
    for (segment, quote), passage in groupby(rows, key=attrgetter("segment_id", "quote")):
        text += f"{next(asked)}\n"
        span = {"startPosition": str(len(text)), "endPosition": str(len(text) + len(quote))}
        named = {"guid": _guid("passage", interview, segment), "name": quote}
        selection = SubElement(source, "PlainTextSelection", {**named, **span})
        for row in passage:
            said = [row.code_id] if pd.isna(row.valence) else [row.code_id, row.valence]
            by = {"creatingUser": _guid("user", row.coder)}
            one = {"guid": _guid("coding", interview, segment, row.coder, *said), **by}
            coding = SubElement(selection, "Coding", one)
            SubElement(coding, "CodeRef", {"targetGUID": _guid("code", *said)})
        text += f"{quote}\n"
    return text


def _store(path: Path, files: dict[str, str]) -> None:
    """Store the files as they are: compressed bytes differ between zlib versions."""
    with ZipFile(path, "w") as archive:
        for name, text in files.items():
            info = ZipInfo(name)
            info.create_system = 0  # else it tells the operating system
            archive.writestr(info, text.encode())


def _guid(*key: object) -> str:
    return str(uuid5(NAMESPACE_URL, "/".join(["lokus", *map(str, key)])))
