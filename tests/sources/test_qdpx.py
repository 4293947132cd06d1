"""Coded projects (REFI-QDA): each program's own shape, what is said by codes, and what is refused.

The shapes follow Project.xsd 1.0 of the standard, QualCoder's exporter (src/qualcoder/refi.py) and
an export of NVivo 12 as others have described it. Taguette exports no projects.
"""

import zipfile
from html import escape
from itertools import count

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.demo.qdpx import write_qdpx
from shared.faults import InputError
from shared.sources.delivery import read_deliveries
from shared.sources.qdpx import read_qdpx
from shared.study import Study

GUID = "0000000a-000b-4000-8000-{:012}"
ANN, BO = GUID.format(901), GUID.format(902)
SCHEMA = 'xmlns="urn:QDA-XML:project:1.0"'
CODEBOOK = """
<Code guid="{C1}" name="Förtroende" isCodable="true">
  <Code guid="{C2}" name="Främjande" isCodable="true"/>
</Code>
<Code guid="{C3}" name="Resurser" isCodable="true"/>
<Code guid="{C4}" name="Riktning" isCodable="false">
  <Code guid="{C5}" name="HINDRANDE" isCodable="true"/>
</Code>
<Code guid="{C6}" name="neutral" isCodable="true"/>
<Code guid="{C7}" name="Tillit" isCodable="true"><Code guid="{C8}" name="Hindrande"
  isCodable="true"/></Code>
""".format(**{f"C{i}": GUID.format(i) for i in range(1, 9)})
TRUST, TRUST_UP, RESOURCES, FOLDER, DOWN, NEUTRAL, OWN, OWN_DOWN = map(GUID.format, range(1, 9))


@pytest.fixture
def pack(tmp_path):
    """Write files into a .qdpx and return its path."""

    def write(files, name="intervjukodning.qdpx", method=zipfile.ZIP_DEFLATED):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", method) as archive:
            for inside, content in files.items():
                archive.writestr(inside, content)
        return path

    return write


def project(sources, *, codes=CODEBOOK, variables="", cases="", origin="Other"):
    """Return project.qde in the order of the schema, with two users."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project {SCHEMA} name="P" origin="{origin}">'
        f'<Users><User guid="{ANN}" name="Ann"/><User guid="{BO}" name="Bo"/></Users>'
        f"<CodeBook><Codes>{codes}</Codes></CodeBook>{variables}{cases}"
        f"<Sources>{sources}</Sources></Project>"
    )


def source(text, codings, *, name="V1.txt", guid=100, after=""):
    """Return a text source with its text inside; codings are (passage, user, code) or positions."""
    guids = count(guid * 1000)
    selections = ""
    for place, user, *targets in codings:
        start, end = place if isinstance(place, tuple) else _span(text, place)
        inner = "".join(
            f'<Coding guid="{GUID.format(next(guids))}" creatingUser="{user}">'
            f'<CodeRef targetGUID="{target}"/></Coding>'
            for target in targets
        )
        selections += (
            f'<PlainTextSelection guid="{GUID.format(next(guids))}" startPosition="{start}" '
            f'endPosition="{end}">{inner}</PlainTextSelection>'
        )
    return (
        f'<TextSource guid="{GUID.format(guid)}" name="{name}">'
        f"<PlainTextContent>{escape(text)}</PlainTextContent>{selections}{after}</TextSource>"
    )


def _span(text, passage):
    return text.index(passage), text.index(passage) + len(passage)


def read(pack, sources, **options):
    return read_qdpx(pack({"project.qde": project(sources, **options)}))


def said(frame):
    """Return segment, theme, direction and coder of each row."""
    columns = ["Segment", "Kod", "Riktning", "Kodare"]
    return list(frame[columns].itertuples(index=False, name=None))


def faults_of(path):
    with pytest.raises(InputError) as refused:
        read_qdpx(path)
    return refused.value.faults


def refusal(pack, sources, **options):
    (fault,) = faults_of(pack({"project.qde": project(sources, **options)}))
    return fault


# What is said


def test_passages_are_counted_in_code_points(pack):
    text = "Åsa 👩‍👩‍👧 säger 🙂: Jag litar på dem. Ö slut."
    frame = read(pack, source(text, [("Jag litar på dem.", ANN, TRUST)]))
    assert list(frame["Citat"]) == ["Jag litar på dem."]
    assert list(frame["Intervju-id"]) == ["V1"]
    assert list(frame.index) == [1]


def test_two_coders_on_one_passage_share_its_number(pack):
    codings = [
        ("sist", ANN, RESOURCES),
        ("först", BO, TRUST),
        ("först", ANN, RESOURCES),
        ("rst", ANN, TRUST),
    ]
    assert said(read(pack, source("först och sist", codings))) == [
        ("1", "Resurser", "", "Ann"),
        ("1", "Förtroende", "", "Bo"),
        ("2", "Förtroende", "", "Ann"),
        ("3", "Resurser", "", "Ann"),
    ]


def test_segments_are_numbered_within_each_source(pack):
    both = source("en två", [("en", ANN, TRUST), ("två", ANN, TRUST)])
    both += source("tre", [("tre", ANN, TRUST)], name="V2.docx", guid=101)
    frame = read(pack, both)
    assert list(zip(frame["Intervju-id"], frame["Segment"], strict=True)) == [
        ("V1", "1"),
        ("V1", "2"),
        ("V2", "1"),
    ]


@pytest.mark.parametrize(
    ("targets", "expected"),
    [
        ([TRUST], [("Förtroende", "")]),
        ([TRUST_UP], [("Förtroende", "Främjande")]),
        ([TRUST, TRUST_UP], [("Förtroende", "Främjande")]),
        ([TRUST, DOWN], [("Förtroende", "HINDRANDE")]),
        ([TRUST, NEUTRAL], [("Förtroende", "neutral")]),
        ([TRUST_UP, RESOURCES, DOWN], [("Förtroende", "Främjande"), ("Resurser", "HINDRANDE")]),
        ([TRUST_UP, RESOURCES], [("Förtroende", "Främjande"), ("Resurser", "")]),
        ([OWN_DOWN, RESOURCES], [("Resurser", ""), ("Tillit", "Hindrande")]),
        ([DOWN], [("", "HINDRANDE")]),
        ([TRUST, NEUTRAL, DOWN], [("Förtroende", "neutral"), ("Förtroende", "HINDRANDE")]),
        ([TRUST, TRUST], [("Förtroende", "")]),
    ],
)
def test_direction_belongs_to_the_code_above_or_to_the_passage(pack, targets, expected):
    frame = read(pack, source("text", [("text", ANN, *targets)]))
    assert sorted(zip(frame["Kod"], frame["Riktning"], strict=True)) == sorted(expected)


def test_coder_without_a_name_is_told_by_id(pack):
    qde = project(source("text", [("text", ANN, TRUST)])).replace('name="Ann"', 'id="u1"')
    assert said(read_qdpx(pack({"project.qde": qde}))) == [("1", "Förtroende", "", "u1")]


def test_direction_of_one_coder_says_nothing_of_anothers_codes(pack):
    codings = [("text", ANN, TRUST), ("text", ANN, DOWN), ("text", BO, TRUST)]
    assert said(read(pack, source("text", codings))) == [
        ("1", "Förtroende", "HINDRANDE", "Ann"),
        ("1", "Förtroende", "", "Bo"),
    ]


@given(st.permutations(range(5)))
@settings(max_examples=30, deadline=None)
def test_order_of_the_selections_does_not_matter(order):
    text = "ett två tre"
    codings = [
        ("ett", ANN, TRUST),
        ("ett", ANN, DOWN),
        ("två tre", BO, TRUST_UP),
        ("två", BO, RESOURCES),
        ("ett", ANN, RESOURCES),
    ]
    with pytest.MonkeyPatch.context() as patch:
        frames = []
        for places in (range(5), order):
            files = {"project.qde": project(source(text, [codings[i] for i in places]))}
            patch.setattr("shared.sources.qdpx_project._unpack", lambda _, f=files: _encoded(f))
            frames.append(read_qdpx(None))
    pd.testing.assert_frame_equal(*frames)


def _encoded(files):
    return {name: text.encode() for name, text in files.items()}


# Variables


def variable(number, name, kind):
    return f'<Variable guid="{GUID.format(number)}" name="{name}" typeOfVariable="{kind}"/>'


def value(number, kind, text):
    ref = f'<VariableRef targetGUID="{GUID.format(number)}"/>'
    return f"<VariableValue>{ref}<{kind}Value>{text}</{kind}Value></VariableValue>"


VARIABLES = (
    "<Variables>"
    + variable(51, "Grupp", "Text")
    + variable(52, "Mättillfälle", "Integer")
    + variable(53, "Intervjudatum", "Date")
    + variable(54, "Citat får användas", "Boolean")
    + variable(55, "Uttagsdatum", "DateTime")
    + variable(56, "Part", "Text")
    + "</Variables>"
)


def case(number, values, refs, name='name="Anna"'):
    return f'<Case guid="{GUID.format(number)}" {name}>{values}{refs}</Case>'


def test_variables_of_case_and_source_become_columns(pack):
    values = value(51, "Text", "A &amp; B") + value(52, "Integer", 6)
    values += value(53, "Date", "2017-05-02+02:00") + value(54, "Boolean", "false")
    refs = f'<SourceRef targetGUID="{{{GUID.format(100).upper()}}}"/>'
    frame = read(
        pack,
        source(
            "text",
            [("text", ANN, TRUST)],
            after=value(55, "DateTime", "2017-06-01T10:00:00Z") + value(56, "Text", ""),
        ),
        variables=VARIABLES,
        cases=f"<Cases>{case(61, values, refs, name='')}</Cases>",
    )
    row = frame.loc[1, ["Grupp", "Mättillfälle", "Intervjudatum", "Citat får användas"]]
    assert list(row) == ["A & B", "6", "2017-05-02", "Nej"]
    assert list(frame.loc[1, ["Uttagsdatum", "Part"]]) == ["2017-06-01T10:00:00", ""]


def test_cases_that_differ_in_a_source_leave_every_value(pack):
    refs = f'<SourceRef targetGUID="{GUID.format(100)}"/>'
    cases = case(61, value(56, "Text", "AF") + value(51, "Text", "A"), refs)
    cases += case(
        62, value(56, "Text", "FK") + value(51, "Text", "A") + value(53, "Text", ""), refs
    )
    text = source("text", [("text", ANN, TRUST)], after=value(53, "Date", "2017-05-02"))
    frame = read(pack, text, variables=VARIABLES, cases=f"<Cases>{cases}</Cases>")
    assert list(frame.loc[1, ["Part", "Grupp", "Intervjudatum"]]) == ["AF; FK", "A", "2017-05-02"]


def test_case_that_points_at_a_passage_belongs_to_its_source(pack):
    text = source("en två", [("en", ANN, TRUST), ("två", ANN)])
    selection = text.rpartition('<PlainTextSelection guid="')[2][:36]
    cases = case(61, value(51, "Text", "A"), f'<SelectionRef targetGUID="{selection}"/>')
    frame = read(pack, text, variables=VARIABLES, cases=f"<Cases>{cases}</Cases>")
    assert list(frame["Grupp"]) == ["A"]


def test_variable_may_not_stand_in_the_place_of_a_code(pack):
    variables = f"<Variables>{variable(51, 'KOD', 'Text')}</Variables>"
    fault = refusal(pack, source("text", [("text", ANN, TRUST)]), variables=variables)
    assert fault.found == "a variable 'KOD'"


# What programs write


def test_qualcoder_project(pack):
    """One selection per code, categories that cannot be coded, byte order marks, CR LF as one.

    Its cases point at the guid by which the rich text is named, which is not the source's.
    """
    text = "Å 🙂\nrad två\nvi litar på dem\n"
    start = text.index("vi litar")
    selections = "".join(
        f'<PlainTextSelection guid="{GUID.format(70 + i)}" startPosition="{start}" '
        f'endPosition="{start + 15}" name="vi litar på dem" creatingUser="{BO}" '
        f'creationDateTime="2024-01-02T10:00:00Z">\n<Coding guid="{GUID.format(80 + i)}" '
        f'creatingUser="{BO}" >\n<CodeRef targetGUID="{code}" />\n</Coding>\n</PlainTextSelection>'
        for i, code in enumerate([TRUST, DOWN])
    )
    sources = (
        f'<TextSource richTextPath="internal://{GUID.format(98)}.docx" '
        f'plainTextPath="internal://{GUID.format(99)}.txt" creatingUser="{BO}" '
        f'guid="{GUID.format(100)}" name="V-07.docx">\n{selections}'
        f'{value(52, "Float", "6.0")}<NoteRef targetGUID="{GUID.format(5)}" /></TextSource>'
    )
    refs = f'<SourceRef targetGUID="{GUID.format(98)}"/>'
    cases = f"<Cases>\n{case(61, '<Description />' + value(51, 'Text', 'A'), refs)}\n</Cases>"
    folder = CODEBOOK.replace('name="Förtroende" isCodable="true"', 'name="T" isCodable="false"')
    codes = folder + f'<Code guid="{TRUST}" name="Förtroende" isCodable="true" color="#fff" />'
    qde = project(sources, codes=codes, variables=VARIABLES, cases=cases, origin="QualCoder 3.7")
    path = pack(
        {
            "Sources/": "",
            "project.qde": qde.encode("utf-8-sig"),
            f"Sources/{GUID.format(98)}.docx": b"PK",
            f"Sources/{GUID.format(99)}.txt": text.replace("\n", "\r\n").encode("utf-8-sig"),
        }
    )
    frame = read_qdpx(path)
    assert said(frame) == [("1", "Förtroende", "HINDRANDE", "Bo")]
    assert list(frame.loc[1, ["Citat", "Grupp", "Mättillfälle"]]) == ["vi litar på dem", "A", "6.0"]
    assert frame.loc[1, "Intervju-id"] == "V-07"


def test_qualcoder_pdf_is_read_by_its_text(pack):
    inner = source("i en pdf", [("en pdf", ANN, TRUST)]).replace("TextSource", "Representation")
    pdf = (
        f'<PDFSource guid="{GUID.format(95)}" name="V9.pdf" path="internal://x">{inner}</PDFSource>'
    )
    frame = read(pack, pdf)
    assert list(frame.loc[1, ["Intervju-id", "Citat"]]) == ["V9", "en pdf"]


def test_nvivo_project(pack):
    """CR LF counts two; a case is also a code, and passages are coded with it."""
    text = "Rad ett\r\nRad två\r\nvi litar\r\npå dem"
    start = text.index("vi")
    coded = "".join(
        f'<Coding guid="{GUID.format(80 + i)}"><CodeRef targetGUID="{code}" /></Coding>'
        for i, code in enumerate([TRUST_UP, GUID.format(61)])
    )
    sources = (
        f'<TextSource guid="{GUID.format(100)}" name="V1" plainTextPath="internal://'
        f'{GUID.format(100).upper()}.txt" richTextPath="internal://{GUID.format(100)}.docx">'
        f'<PlainTextSelection guid="{GUID.format(70)}" name="" startPosition="{start}" '
        f'endPosition="{len(text)}" creatingUser="{ANN}">{coded}</PlainTextSelection></TextSource>'
    )
    codes = CODEBOOK + f'<Code guid="{GUID.format(61)}" name="Anna" isCodable="true"/>'
    variables = f"<Variables>{variable(51, 'Cases:Grupp', 'Text')}</Variables>"
    cases = f"<Cases>{case(61, value(51, 'Text', 'A'), '')}</Cases>"
    qde = project(
        sources, codes=codes, variables=variables, cases=cases, origin="NVivo for Windows 12.6"
    )
    frame = read_qdpx(pack({"project.qde": qde, f"Sources/{GUID.format(100)}.TXT": text}))
    assert said(frame) == [("1", "Förtroende", "Främjande", "Ann")]
    assert list(frame.loc[1, ["Citat", "Cases:Grupp"]]) == ["vi litar\npå dem", "A"]


# What is refused


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ((0, 5), "1 passages outside the text in source 1"),
        ((2, 2), "1 passages outside the text in source 1"),
        ((3, 1), "1 passages outside the text in source 1"),
        ((-1, 2), "1 passages outside the text in source 1"),
        (("", 2), "1 passages outside the text in source 1"),
        (("9" * 5000, 2), "1 passages outside the text in source 1"),
    ],
)
def test_passages_outside_the_text_are_refused(pack, place, found):
    assert refusal(pack, source("text", [(place, ANN, TRUST)])).found == found


def test_passage_of_an_empty_text_is_refused(pack):
    found = refusal(pack, source("", [((0, 1), ANN, TRUST)])).found
    assert found == "1 passages outside the text in source 1"


@pytest.mark.parametrize(
    "media",
    [
        '<PDFSource name="Hemlig"><PDFSelection page="1">{}</PDFSelection></PDFSource>',
        '<PictureSource name="Hemlig"><PictureSelection>{}</PictureSelection></PictureSource>',
        '<AudioSource name="Hemlig"><AudioSelection>{}</AudioSelection></AudioSource>',
        '<VideoSource name="Hemlig"><Transcript><TranscriptSelection>{}</TranscriptSelection>'
        "</Transcript></VideoSource>",
        '<TextSource name="Hemlig"><PlainTextContent>x</PlainTextContent>{}</TextSource>',
    ],
)
def test_codes_on_something_else_than_text_are_refused_by_place(pack, media):
    coding = f'<Coding creatingUser="{ANN}"><CodeRef targetGUID="{TRUST}"/></Coding>'
    text = source("text", [("text", ANN, TRUST)])
    fault = refusal(pack, text + media.format(coding))
    assert fault.found == "1 codings of something else than text in source 2"
    assert "export the project again" in fault.todo
    assert "Hemlig" not in str(fault)


def test_media_without_codes_are_passed_over(pack):
    picture = f'<PictureSource guid="{GUID.format(95)}" name="Tavla" path="internal://x.png"/>'
    assert len(read(pack, picture + source("text", [("text", ANN, TRUST)]))) == 1


def test_every_source_that_cannot_be_read_is_named(pack):
    external = (
        f'<TextSource guid="{GUID.format(95)}" name="V2" plainTextPath="absolute://C:/x.txt">'
    )
    external += (
        '<PlainTextSelection startPosition="0" endPosition="1"><Coding>'
        f'<CodeRef targetGUID="{TRUST}"/></Coding></PlainTextSelection></TextSource>'
    )
    unknown = source("text", [("text", ANN, GUID.format(77))], name="V3", guid=103)
    twice = source("text", [("text", ANN, TRUST)], guid=104)
    sources = source("text", [("text", ANN, TRUST)]) + external + unknown + twice
    found = [fault.found for fault in faults_of(pack({"project.qde": project(sources)}))]
    assert found == [
        "no text in source 2",
        "a code that is not in the codebook in source 3",
        "sources 1 and 4 with one name",
    ]


def test_text_in_another_encoding_is_refused(pack):
    path = "internal://t.txt"
    inner = source("ö", [((0, 1), ANN, TRUST)]).replace(
        "<PlainTextContent>ö</PlainTextContent>", ""
    )
    qde = project(inner.replace("<TextSource ", f'<TextSource plainTextPath="{path}" '))
    (fault,) = faults_of(pack({"project.qde": qde, "sources/t.txt": "ö".encode("cp1252")}))
    assert fault.found == "text in another encoding in source 1"


def test_project_without_codings_is_refused(pack):
    assert refusal(pack, source("text", [])).found == "no codings"


BOMB = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"a.txt": "x"}, "a file without project.qde"),
        ({"project.qde": "<Project"}, "a project.qde that is not plain XML"),
        ({"project.qde": ""}, "a project.qde that is not plain XML"),
        (
            {"project.qde": '<?xml version="1.0" encoding="klingon"?><Project/>'},
            "a project.qde that is not plain XML",
        ),
        ({"project.qde": "<!DOCTYPE P><Project/>"}, "a project.qde that is not plain XML"),
        (
            {"project.qde": f'<!DOCTYPE P [<!ENTITY e0 "x">{BOMB}]><Project name="&e9;"/>'},
            "a project.qde that is not plain XML",
        ),
        (
            {
                "project.qde": '<!DOCTYPE P [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
                "<Project>&e;</Project>"
            },
            "a project.qde that is not plain XML",
        ),
        ({"project.qde": f"<CodeBook {SCHEMA}/>"}, "a project.qde of another kind"),
    ],
)
def test_files_that_are_no_projects_are_refused(pack, files, found):
    (fault,) = faults_of(pack(files))
    assert (fault.found, fault.file) == (found, "intervjukodning.qdpx")


def test_file_that_is_no_zip_is_refused(tmp_path):
    path = tmp_path / "a.qdpx"
    path.write_bytes(b"PK\x03\x04 not a zip")
    (fault,) = faults_of(path)
    assert fault.found == "a file that cannot be unpacked"


def test_project_that_unpacks_to_too_much_is_refused_before_it_is_unpacked(pack, monkeypatch):
    monkeypatch.setattr("shared.sources.qdpx_project.LARGEST", 1000)
    path = pack({"project.qde": project(""), "sources/a.txt": " " * 1001, "film.mp4": b"x" * 5000})
    monkeypatch.setattr(zipfile.ZipFile, "read", None)
    (fault,) = faults_of(path)
    assert fault.allowed == "at most 1000"


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damage_anywhere_in_the_file_gives_a_fault_and_nothing_else(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "a.qdpx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("project.qde", project(source("text", [("text", ANN, TRUST)])))
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        read_qdpx(path)
    except InputError as refused:
        assert refused.faults


# In a study


STUDY = {"name": "s", "title": "T", "waves": [6], "groups": [{"id": "A"}]}


def deliver(tmp_path, pack, sources, *, name="intervjukodning.qdpx", mapping=None, **options):
    (tmp_path / "wave-06").mkdir()
    path = pack({"project.qde": project(sources, **options)})
    path.rename(tmp_path / "wave-06" / name)
    files = [{"file": f"wave-06/{name}", **mapping}] if mapping else []
    study = Study(**STUDY, sources={"intervjukodning": files} if files else {})
    return read_deliveries(study, tmp_path, 6)


def test_project_named_after_the_table_is_read_with_typed_cells(tmp_path, pack):
    values = value(51, "Text", "A") + value(52, "Integer", 6) + value(54, "Boolean", "true")
    refs = f'<SourceRef targetGUID="{GUID.format(100)}"/>'
    delivered = deliver(
        tmp_path,
        pack,
        source("text", [("text", ANN, TRUST_UP)]),
        variables=VARIABLES,
        cases=f"<Cases>{case(61, values, refs)}</Cases>",
    )
    assert delivered.faults == []
    row = delivered.tables["intervjukodning"].iloc[0]
    columns = ["interview_id", "lokus_id", "wave", "segment_id", "code_id", "valence", "coder"]
    assert list(row[columns]) == ["V1", "A", 6, 1, "trust", "enabler", "Ann"]
    assert row["quote_ok"]


def test_mapping_sets_constants_and_translates_codes(tmp_path, pack):
    mapping = {"set": {"lokus_id": "A", "wave": 6}, "values": {"code_id": {"Tillit": "trust"}}}
    delivered = deliver(
        tmp_path,
        pack,
        source("text", [("text", ANN, OWN_DOWN)]),
        name="Vår kodning.qdpx",
        mapping=mapping,
    )
    assert delivered.faults == []
    row = delivered.tables["intervjukodning"].iloc[0]
    assert list(row[["lokus_id", "wave", "code_id", "valence"]]) == ["A", 6, "trust", "barrier"]


def test_code_of_another_list_is_a_fault_at_its_row(tmp_path, pack):
    codings = [("text", ANN, TRUST), ("text", BO, OWN)]
    (fault,) = deliver(tmp_path, pack, source("text", codings)).faults
    assert (fault.file, fault.row, fault.column) == ("wave-06/intervjukodning.qdpx", 2, "Kod")
    assert "Tillit" not in fault.found


def test_two_directions_of_one_code_are_two_rows_with_one_key_for_the_checks(tmp_path, pack):
    text = source("text", [("text", ANN, TRUST, NEUTRAL, DOWN)])
    coded = deliver(tmp_path, pack, text).tables["intervjukodning"]
    key = ["interview_id", "segment_id", "code_id", "coder"]
    assert coded.duplicated(key).tolist() == [False, True]


# What the demo study writes


@pytest.fixture
def coded():
    """Two interviews; the first passage of each is coded by two who see it differently."""
    rows = [
        (f"V-{i}", segment, code, valence, coder)
        for i in (1, 2)
        for segment, code, valence, coder in [
            (1, "trust", "enabler", "K-01"),
            (1, "trust", "neutral", "K-02"),
            (2, "goals", None, "K-02"),
            (2, "resources", "barrier", "K-02"),
            (3, "mechanism_1", "enabler", "K-01"),
        ]
    ]
    frame = pd.DataFrame(
        rows, columns=["interview_id", "segment_id", "code_id", "valence", "coder"]
    )
    second = frame["interview_id"] == "V-2"
    frame["lokus_id"] = second.map({False: "Ö & å", True: "B"})
    frame["wave"] = pd.array([6] * len(frame), dtype="Int64")
    frame["interview_on"] = pd.to_datetime("2017-05-02") - pd.to_timedelta(second.astype(int), "D")
    frame["party"] = second.map({False: "municipality", True: pd.NA})
    frame["quote_ok"] = second
    frame["quote"] = "Citat 🙂 <" + frame["segment_id"].astype(str) + "> å"
    return frame


def test_written_project_reads_back_as_it_was(tmp_path, coded):
    (tmp_path / "wave-06").mkdir()
    shuffled = coded.sort_values("code_id", kind="stable")
    write_qdpx(tmp_path / "wave-06/intervjukodning.qdpx", shuffled, ["Hur så? 🙂", "Och sedan?"])
    delivered = read_deliveries(Study(**STUDY), tmp_path, 6)
    assert delivered.faults == []
    back = delivered.tables["intervjukodning"]
    expected = coded[list(back.columns.intersection(coded.columns))].reset_index(drop=True)
    assert len(expected.columns) == 11
    texts = [frame.astype("str").fillna("") for frame in (back[expected.columns], expected)]
    pd.testing.assert_frame_equal(*texts)


def test_written_project_has_the_same_bytes_each_time(tmp_path, coded):
    for name in ("a.qdpx", "b.qdpx"):
        (tmp_path / name[0]).mkdir()
        write_qdpx(tmp_path / name[0] / "p.qdpx", coded, ["Hur så?"])
    assert (tmp_path / "a/p.qdpx").read_bytes() == (tmp_path / "b/p.qdpx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a/p.qdpx") as archive:
        told = {(info.date_time, info.create_system) for info in archive.infolist()}
    assert told == {((1980, 1, 1, 0, 0, 0), 0)}


def test_what_a_project_holds_once_may_not_vary_within_an_interview(tmp_path, coded):
    coded.loc[0, "quote_ok"] = True
    with pytest.raises(ValueError, match="quote_ok varies within an interview"):
        write_qdpx(tmp_path / "p.qdpx", coded, ["Hur så?"])
