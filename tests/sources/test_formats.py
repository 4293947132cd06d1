"""Reading files: every cell as text, every row with its number in the file, faults with a place."""

from datetime import date, datetime

import pytest
import xlsxwriter

from shared.faults import InputError
from shared.sources.formats import read_text


@pytest.fixture
def read_csv(tmp_path):
    def read(content, **options):
        path = tmp_path / "a.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return read_text(path, **options)[0]

    return read


@pytest.fixture
def read_workbook(tmp_path):
    def read(sheets, **options):
        path = tmp_path / "a.xlsx"
        with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as book:
            for name, rows in sheets.items():
                sheet = book.add_worksheet(name)
                for number, row in enumerate(rows):
                    sheet.write_row(number, 0, row)
        return read_text(path, **options)

    return read


def rows_of(frame):
    """Return each row's cells by its number in the file."""
    return {number: list(row) for number, row in zip(frame.index, frame.to_numpy(), strict=True)}


def fault_of(read, *given, **options):
    with pytest.raises(InputError) as refused:
        read(*given, **options)
    (fault,) = refused.value.faults
    return fault


# CSV


@pytest.mark.parametrize(
    "content",
    [
        "Kön;Ålder\nFlicka på ö;3\n".encode("utf-8-sig"),
        "Kön;Ålder\nFlicka på ö;3\n".encode(),
        "Kön;Ålder\nFlicka på ö;3\n".encode("cp1252"),
        "Kön,Ålder\nFlicka på ö,3\n".encode(),
        "Kön\tÅlder\nFlicka på ö\t3\n".encode(),
        "Kön;Ålder\r\nFlicka på ö;3\r\n".encode(),
    ],
    ids=["utf-8 with BOM", "utf-8", "windows-1252", "comma", "tab", "windows line ends"],
)
def test_encoding_and_separator_are_recognised(read_csv, content):
    frame = read_csv(content)
    assert list(frame.columns) == ["Kön", "Ålder"]
    assert rows_of(frame) == {2: ["Flicka på ö", "3"]}


def test_other_encoding_is_read_when_it_is_named(read_csv):
    frame = read_csv("Kön;b\nö;3\n".encode("utf-16"), encoding="utf-16")
    assert rows_of(frame) == {2: ["ö", "3"]}


def test_cells_stay_text(read_csv):
    cells = "1,5;007;NA;null;2016-01-31;3.0"
    assert rows_of(read_csv(f"a;b;c;d;e;f\n{cells}\n")) == {2: cells.split(";")}


def test_cells_and_headers_lose_space_around_them_and_headers_line_breaks(read_csv):
    frame = read_csv('" Antal\nsvar ";b\n 3 ;\t4\n')
    assert list(frame.columns) == ["Antal svar", "b"]
    assert frame.to_numpy().tolist() == [["3", "4"]]


def test_blank_rows_are_left_out_and_the_others_keep_their_numbers(read_csv):
    frame = read_csv("a;b\n1;2\n\n;\n ; \n3;4\n\n")
    assert rows_of(frame) == {2: ["1", "2"], 6: ["3", "4"]}


def test_line_break_in_quotes_is_part_of_a_cell(read_csv):
    frame = read_csv('a;b\n"1\n1";2\n3;4\n')
    assert rows_of(frame) == {2: ["1\n1", "2"], 3: ["3", "4"]}


def test_header_row_says_where_the_headers_are(read_csv):
    frame = read_csv("Uttag, 2016\n\na;b\n1;2\n", header_row=3)
    assert list(frame.columns) == ["a", "b"]
    assert rows_of(frame) == {4: ["1", "2"]}


def test_missing_cells_at_the_end_of_a_row_are_empty(read_csv):
    assert rows_of(read_csv("a;b;c\n1\n")) == {2: ["1", "", ""]}


def test_repeated_headers_are_kept_as_they_are(read_csv):
    assert list(read_csv("a;b;a\n1;2;3\n").columns) == ["a", "b", "a"]


def test_file_with_headers_only_has_no_rows(read_csv):
    assert read_csv("a;b\n").shape == (0, 2)


@pytest.mark.parametrize(
    ("content", "header_row", "row"),
    [("a;b\n1;2;3\n", 1, 2), ("a;b\n1;2\n3;4;5\n", 1, 3), ("x\na;b\n1;2\n3;4;5\n", 2, 4)],
)
def test_row_with_more_cells_than_headers_is_named(read_csv, content, header_row, row):
    fault = fault_of(read_csv, content, header_row=header_row)
    assert (fault.file, fault.row, fault.found) == ("a.csv", row, "3 cells")
    assert fault.allowed == "2 cells, as in the header row"


def test_unknown_encoding_is_refused(read_csv):
    fault = fault_of(read_csv, "a;b\n", encoding="utf-99")
    assert (fault.file, fault.found) == ("a.csv", "the encoding 'utf-99'")


def test_text_in_another_encoding_than_the_named_one_is_refused(read_csv):
    fault = fault_of(read_csv, "ö;b\n".encode("cp1252"), encoding="utf-8")
    assert (fault.found, fault.allowed) == ("text in another encoding", "utf-8")


def test_bytes_that_are_in_neither_encoding_are_refused(read_csv):
    fault = fault_of(read_csv, b"a;b\n\x81;\xe5\n")
    assert fault.allowed == "UTF-8 or Windows-1252"


def test_open_quotation_mark_is_refused(read_csv):
    assert fault_of(read_csv, 'a;b\n"1;2\n3;4\n').found == "text that is not a table"


@pytest.mark.parametrize(("content", "header_row"), [("", 1), ("a;b\n1;2\n", 3)])
def test_file_that_ends_before_its_header_row_is_refused(read_csv, content, header_row):
    assert fault_of(read_csv, content, header_row=header_row).allowed == "a header row"


# Workbooks


def test_cells_of_a_workbook_become_the_text_that_stands_in_them(read_workbook):
    cells = [3, 2.5, True, False, date(2016, 1, 31), datetime(2016, 1, 31, 8, 5), "Ja", 12345678901]
    frame, sheet = read_workbook({"Svar": [list("abcdefgh"), cells]})
    assert sheet == "Svar"
    assert rows_of(frame) == {
        2: ["3", "2.5", "Ja", "Nej", "2016-01-31", "2016-01-31 08:05:00", "Ja", "12345678901"]
    }


def test_rows_of_a_workbook_keep_their_numbers_under_empty_rows_and_columns(read_workbook):
    rows = [[], ["", "Rapport"], ["", "a", "b"], ["", 1, 2], [], ["", 3, 4]]
    frame, _ = read_workbook({"Svar": rows}, header_row=3)
    assert list(frame.columns) == ["", "a", "b"]
    assert rows_of(frame) == {4: ["", "1", "2"], 6: ["", "3", "4"]}


def test_first_sheet_is_read_unless_another_is_named(read_workbook):
    sheets = {"Ett": [["a"], [1]], "Två": [["b"], [2]]}
    frame, sheet = read_workbook(sheets)
    assert (sheet, list(frame.columns)) == ("Ett", ["a"])
    frame, sheet = read_workbook(sheets, sheet="Två")
    assert (sheet, list(frame.columns)) == ("Två", ["b"])


def test_missing_sheet_is_refused_with_those_there_are(read_workbook):
    fault = fault_of(read_workbook, {"Ett": [["a"]], "Två": [["b"]]}, sheet="Tre")
    assert (fault.file, fault.found) == ("a.xlsx", "no sheet 'Tre'")
    assert fault.allowed == "one of Ett, Två"


def test_sheet_that_ends_before_its_header_row_is_refused(read_workbook):
    fault = fault_of(read_workbook, {"Svar": [["a"]]}, header_row=2)
    assert (fault.sheet, fault.allowed) == ("Svar", "a header row")


@pytest.mark.parametrize("content", [b"", b"a;b\n1;2\n", b"PK\x03\x04"])
def test_file_that_is_not_a_workbook_is_refused(tmp_path, content):
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)
    fault = fault_of(read_text, path)
    assert (fault.file, fault.found) == ("a.xlsx", "a file that is not a workbook")
