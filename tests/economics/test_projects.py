"""A table of projects: what people write in such files, and what a figure in it then is."""

import codecs

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.economics.projects import HEADERS, Cell, read_cell, read_projects
from shared.faults import InputError

COST, GAIN = "cost_per_participant", "gain_per_participant_year"
HEADER = f"project;participants;{COST};{GAIN}\n"
SWEDISH = "Projekt;Antal deltagare;Kostnad per deltagare;Vinst per deltagare och år\n"


@pytest.fixture
def file(tmp_path):
    """Write a file and return its path."""

    def write(text, encoding="utf-8", name="projects.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
        return path

    return write


def numbers(path, optional=None):
    """Return the rows of a file: the project and its numbers, as the columns were asked for."""
    names = [*HEADERS, *(optional or {})]
    return [
        (one.name, *(one.cells[name].number for name in names))
        for one in read_projects(path, HEADERS, optional)
    ]


def faults(path, columns=HEADERS, optional=None):
    """Return row, column and what was found of each fault of a file."""
    with pytest.raises(InputError) as raised:
        read_projects(path, columns, optional)
    return [(fault.row, fault.column, fault.found) for fault in raised.value.faults]


# One figure


@pytest.mark.parametrize(
    ("text", "number", "step", "unit"),
    [
        ("52000", 52_000, 1, ""),
        ("52 000", 52_000, 1, ""),
        ("52\u00a0000", 52_000, 1, ""),  # non-breaking space
        ("52\u2009000", 52_000, 1, ""),  # thin space
        ("52\u202f000", 52_000, 1, ""),  # narrow non-breaking space
        ("1 347 100 kr", 1_347_100, 1, "kr"),
        ("52 000:-", 52_000, 1, "kr"),
        ("52 000,- ", 52_000, 1, "kr"),
        ("122 900 kr/år", 122_900, 1, "kr"),
        ("1,4 Mkr", 1_400_000, 100_000, "kr"),
        ("10.69 mkr", 10_690_000, 10_000, "kr"),
        ("0,07 Mnkr", 70_000, 10_000, "kr"),  # 0.07 * 1e6 is 70000.00000000001
        ("1,125 Mkr", 1_125_000, 1_000, "kr"),
        ("52 tkr", 52_000, 1_000, "kr"),
        ("5,08 mån", 5.08, 0.01, "months"),
        ("6 månader", 6, 1, "months"),
        ("87 %", 87, 1, "%"),
        ("−4 000,50", -4_000.5, 0.01, ""),  # a real minus
        ("-4000.5", -4_000.5, 0.1, ""),
        ("–4 000", -4_000, 1, ""),  # a dash for a minus
        ("+7", 7, 1, ""),
        ("0.125", 0.125, 0.001, ""),
        ("1.4E+06", 1_400_000, 100_000, ""),
    ],
)
def test_figure_is_read_as_people_write_it(text, number, step, unit):
    assert read_cell(text) == Cell(text, number, step, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "i.v.",
        "-",
        "okänt",
        "12 st",
        "1 347,100,50",
        "5,",
        ",5",
        "nan",
        "inf",
        "1e999",
        "9" * 16,
    ],
)
def test_what_is_no_clear_figure_has_no_number(text):
    assert read_cell(text) == Cell(text, None, None, "")


@pytest.mark.parametrize("text", ["52,000", "52.000", "-1,347 kr", "122.900 kr"])
def test_three_decimals_could_be_thousands_and_are_not_guessed(text):
    assert read_cell(text).number is None


@given(st.integers(-(10**12), 10**12), st.sampled_from(" \u00a0\u2009\u202f"))
def test_thousands_with_any_space_read_back(number, space):
    assert read_cell(f"{number:,}".replace(",", space)).number == number


# The file


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("line", ["\n", "\r\n"])
def test_separator_encoding_and_line_ends_do_not_matter(file, separator, encoding, line):
    text = SWEDISH + 'Grön Rehab;45;"36 000,50";-4\u00a0000\n'
    text = text.replace(";", separator).replace("\n", line)
    assert numbers(file(text, encoding)) == [("Grön Rehab", 45, 36_000.5, -4_000)]


@pytest.mark.parametrize(
    "headers",
    [
        ("project", "participants", COST, GAIN),
        ("PROJEKT ", "Deltagare", "Kostnad  per deltagare (kr)", "Vinst per deltagare och år, kr"),
        ("Projektnamn", "antal_deltagare", "Kostnad/deltagare", "Vinst per deltagare/år (kr)"),
        ("Project", "Participants", "Cost per participant", "Gain per participant and year"),
    ],
)
def test_headers_people_use(file, headers):
    path = file(";".join(f'"{header}"' for header in headers) + "\nA;1;2;3\n")
    assert numbers(path) == [("A", 1, 2, 3)]


def test_header_in_thousands_is_not_taken_for_kr(file):
    path = file(HEADER.replace(COST, "Kostnad per deltagare (tkr)") + "A;1;2;3\n")
    assert faults(path) == [(None, COST, "no such column")]


def test_empty_lines_and_other_columns_are_passed_over(file):
    text = "\n" + HEADER.replace("\n", ";note\n") + "\nA;1;2;3;x\n;;;;\n  \nB;4;5;6;\n\n"
    got = read_projects(file(text), HEADERS)
    assert [(one.name, one.row, one.file) for one in got] == [
        *(("A", 4, "projects.csv"), ("B", 7, "projects.csv")),
    ]
    assert set(got[0].cells) == set(HEADERS)


def test_columns_may_come_in_any_order(file):
    assert numbers(file(f"{GAIN};project;{COST};participants\n3;A;2;1\n")) == [("A", 1, 2, 3)]


def test_quoted_name_may_hold_the_separator(file):
    assert numbers(file(HEADER + '"Moa; del 2";1;2;3\n')) == [("Moa; del 2", 1, 2, 3)]


def test_workbook_reads_as_text_does(tmp_path):
    rows = [["A", 19, 52_000, "122 900 kr"], ["B", 2, 0.5, -1]]
    frame = pd.DataFrame(rows, columns=["Projekt", "Deltagare", COST, GAIN])
    frame.to_excel(tmp_path / "projects.xlsx", index=False)
    got = numbers(tmp_path / "projects.xlsx")
    assert got == [("A", 19, 52_000, 122_900), ("B", 2, 0.5, -1)]


# Optional columns


def test_optional_cell_keeps_its_text_when_it_has_no_value(file):
    text = HEADER.replace("\n", ";Återbetalning\n") + "A;1;2;3;i.v.\nB;1;2;3;\nC;1;2;3;5,08 mån\n"
    got = read_projects(file(text), HEADERS, {"payback": ["återbetalning"]})
    assert [one.cells["payback"] for one in got] == [
        *(Cell("i.v."), Cell(""), Cell("5,08 mån", 5.08, 0.01, "months")),
    ]


def test_optional_column_that_is_not_there_has_no_cells(file):
    got = read_projects(file(HEADER + "A;1;2;3\n"), HEADERS, {"payback": []})
    assert set(got[0].cells) == set(HEADERS)


def test_optional_cell_that_cannot_be_read_is_a_fault(file):
    path = file(HEADER.replace("\n", ";payback\n") + "A;1;2;3;snart\n")
    assert faults(path, optional={"payback": []}) == [(2, "payback", "text of 5 characters")]


# Faults


def test_all_faults_are_told_at_once_with_their_place(file):
    path = file(HEADER + "A;0;x;52,000\n;-3;-1;i.v.\nC;1.5;;87 %\n")
    assert faults(path) == [
        (2, "participants", "0"),
        (2, COST, "text of 1 characters"),
        (2, GAIN, "a number of 5 digits"),
        (3, "project", "an empty cell"),
        (3, "participants", "-3"),
        (3, COST, "-1"),
        (3, GAIN, "text of 4 characters"),
        (4, "participants", "1.5"),
        (4, COST, "an empty cell"),
        (4, GAIN, "text of 4 characters"),
    ]


def test_thousands_after_a_comma_are_told_how_to_be_written(file):
    with pytest.raises(InputError, match="Write thousands with spaces or without"):
        read_projects(file(HEADER + 'A;1;"52,000";3\n'), HEADERS)


def test_missing_columns_are_named_with_the_nearest(file):
    path = file("Projekt;Deltagre;Kostnad per deltagare\nA;1;2\n")
    assert faults(path) == [
        *((None, "participants", "no such column"), (None, GAIN, "no such column")),
    ]
    with pytest.raises(InputError, match=r"'deltagare' .*Did you mean 'Deltagre'"):
        read_projects(path, HEADERS)


def test_same_column_twice_is_refused(file):
    path = file("Projekt;Deltagare;Antal deltagare;" + ";".join([COST, GAIN]) + "\nA;1;1;2;3\n")
    assert faults(path) == [(None, "participants", "the columns 'Deltagare' and 'Antal deltagare'")]


@pytest.mark.parametrize(
    ("content", "name", "found"),
    [
        ("", "projects.csv", "0 rows"),
        (HEADER, "projects.csv", "no projects"),
        (HEADER + "\n;;;\n", "projects.csv", "no projects"),
        (b"\x7fELF\x00\x01" * 99, "projects.csv", "a file that is not a table as text"),
        (codecs.BOM_UTF16 + HEADER.encode("utf-16-le"), "projects.csv", "a file that is not"),
        (b"\x81\x8d\x8f" * 9, "projects.csv", "text in another encoding"),
        (HEADER + "A;1;2;3\n", "projects.pdf", "another kind of file"),
        (HEADER + "A;1;2;3\n", "projects.xlsx", "a file that is not a workbook"),
        (HEADER + "A;1;2;3;4\n", "projects.csv", "5 cells"),
        (HEADER + 'A;1;2;"3\n', "projects.csv", "text that is not a table"),
    ],
)
def test_file_that_is_no_table_is_refused(file, content, name, found):
    with pytest.raises(InputError, match=found) as raised:
        read_projects(file(content, name=name), HEADERS)
    assert [fault.file for fault in raised.value.faults] == [name]


def test_missing_file_and_folder_are_refused(tmp_path):
    for path in (tmp_path / "nowhere.csv", tmp_path):
        with pytest.raises(InputError, match="no file to read at"):
            read_projects(path, HEADERS)


def test_faults_repeat_nothing_that_could_be_personal(file):
    path = file(HEADER + "A;Anna Svensson;850101-1234;8501011234\n")
    with pytest.raises(InputError) as raised:
        read_projects(path, HEADERS)
    assert "Anna" not in str(raised.value)
    assert "8501" not in str(raised.value)
