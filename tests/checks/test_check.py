"""Checks: every table has rules, and a bad value is reported with its place and without itself."""

import csv
import json
import os
import re
import shutil
import socket
from io import StringIO

import pandas as pd
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from shared.checks.check import check
from shared.faults import InputError
from shared.places import EXPECTATIONS, ROOT
from shared.sources.dictionary import tables
from shared.study import Study
from shared.wave.prepare import check_wave

# One bad value per table: the file, its row and header, the value, and the start of the fault.
PLANTED = {
    "apriser": ("wave-12/apriser.csv", 3, "Pris", "-10400", "a number of 5 digits"),
    "checklista": ("wave-18/checklista.xlsx", 5, "På plats", "Kanske", "text of 6 characters"),
    "deltaganden": ("wave-18/deltaganden.csv", 4, "Födelseår", "1844", "a number of 4 digits"),
    "enkatfragor": ("wave-18/enkatfragor.csv", 2, "Processdel", "Tillit", "text of 6 characters"),
    "enkatutskick": ("wave-18/enkatutskick.csv", 3, "Antal svar", "5000", "a number of 4 digits"),
    "forandringsteori": (
        *("wave-00/forandringsteori.csv", 2, "Led", "Framtid"),
        "text of 7 characters",
    ),
    "insatser": ("wave-00/insatser.csv", 2, "Grupp", "Xanadu", "text of 6 characters"),
    "intervjukodning": ("wave-06/intervjukodning.xlsx", 3, "Segment", 0, "0"),
    "jamforelsegrupp": (
        *("wave-18/jamforelsegrupp.csv", 3, "Arbete efter", "1440"),
        "a number of 4 digits",
    ),
    "koordinatorlogg": (
        *("wave-18/Ärendelogg juli 2017.xlsx", 5, "Min", 12345),
        "a number of 5 digits",
    ),
    "kostnader": ("wave-18/kostnader.csv", 4, "Utfall", "1234 kr", "text of 7 characters"),
    "kostnadsfordelning": ("wave-00/kostnadsfordelning.csv", 2, "Andel", "20", "20"),
    "larandelogg": ("wave-18/larandelogg.csv", 3, "Status", "Färdig", "text of 6 characters"),
    "modellparametrar": (
        *("wave-12/modellparametrar.csv", 3, "Namn", "horizont"),
        "text of 8 characters",
    ),
    "moten": ("wave-18/moten.csv", 3, "Datum", "31/02/2017", "text of 10 characters"),
    "narvaro": ("wave-18/narvaro.csv", 2, "Mötes-id", "M-9999", "text of 6 characters"),
    "omvarld": ("wave-12/omvarld.csv", 3, "Värde", "-3100", "a number of 4 digits"),
    "prisindex": ("wave-12/prisindex.csv", 3, "Indextal", "-1016", "a number of 4 digits"),
    "processenkat": (
        *("wave-12/Enkätsvar vinter 2017.xlsx", 6, "Q05", "6 Håller med"),
        "text of 12 characters",
    ),
    "resultatmal": ("wave-00/resultatmal.xlsx", 2, "Senast", "sommaren", "text of 8 characters"),
    "statusspell": ("wave-18/statusspell.csv", 3, "Omfattning", "1000", "a number of 4 digits"),
    "strukturfragor": ("wave-18/strukturfragor.xlsx", 3, "Grupp", "Xanadu", "text of 6 characters"),
    "uppfoljning": (
        *("wave-18/uppfoljning.csv", 2, "Deltagande-id", "D-999999"),
        "text of 8 characters",
    ),
}


# A bad value in every table


def plant_in_csv(path, row, header, value):
    """Change one cell and leave the file's encoding and separator as they are."""
    content = path.read_bytes()
    encoding = "utf-8" if path.stem not in ("deltaganden", "insatser") else "cp1252"
    lines = content.decode(encoding).split("\n")
    separator = max(";,", key=lines[0].count)
    headers = lines[0].lstrip("\ufeff").split(separator)
    (cells,) = csv.reader([lines[row - 1]], delimiter=separator)
    cells[headers.index(header)] = value
    line = StringIO()
    csv.writer(line, delimiter=separator, lineterminator="").writerow(cells)
    lines[row - 1] = line.getvalue()
    path.write_bytes("\n".join(lines).encode(encoding))


def plant_in_workbook(path, row, header, value):
    """Change one cell of the first sheet and write all sheets again."""
    book = CalamineWorkbook.from_path(path)
    names = book.sheet_names
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in names}
    rows = sheets[names[0]]
    column = next(cells.index(header) for cells in rows if header in cells)
    rows[row - 1][column] = value
    with xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"}) as copy:
        for name in names:
            sheet = copy.add_worksheet(name)
            for number, cells in enumerate(sheets[name]):
                sheet.write_row(number, 0, cells)


@pytest.fixture(scope="module")
def faults(tmp_path_factory):
    """Plant all bad values in one copy of the demo study and return its faults."""
    folder = tmp_path_factory.mktemp("planted") / "demo"
    shutil.copytree(ROOT / "data" / "raw" / "demo", folder)
    for file, row, header, value, _ in PLANTED.values():
        plant = plant_in_csv if file.endswith(".csv") else plant_in_workbook
        plant(folder / file, row, header, value)
    with pytest.raises(InputError) as refused:
        check_wave(folder, 18, progress=lambda step: None)
    return refused.value.faults


def test_a_bad_value_is_planted_in_every_table():
    assert sorted(PLANTED) == sorted(tables())


@pytest.mark.parametrize("table", PLANTED)
def test_bad_value_is_reported_with_file_row_and_header(faults, table):
    file, row, header, _, found = PLANTED[table]
    places = [(fault.file, fault.row, fault.column) for fault in faults]
    assert places.count((file, row, header)) == 1
    assert faults[places.index((file, row, header))].found.startswith(found)


@pytest.mark.parametrize("table", PLANTED)
def test_bad_value_is_not_repeated(faults, table):
    file, row, _, value, _ = PLANTED[table]
    said = " ".join(str(fault) for fault in faults if (fault.file, fault.row) == (file, row))
    assert said
    if len(str(value).lstrip("-")) > 3:
        assert str(value).lstrip("-") not in said


@pytest.mark.parametrize("table", PLANTED)
def test_changed_file_no_longer_has_the_checksum_of_its_card(faults, table):
    found = [fault.found for fault in faults if fault.file == PLANTED[table][0] and not fault.row]
    assert len(found) == 1
    assert found[0].startswith("another checksum than the card's")


def test_nothing_else_is_reported(faults):
    planted = {(file, row) for file, row, *_ in PLANTED.values()}
    assert {(fault.file, fault.row) for fault in faults if fault.row} == planted


# Suites

SUITES = {path.stem: json.loads(path.read_text("utf-8")) for path in EXPECTATIONS.glob("*.json")}
# Parts of a key that a study may not use, or that some respondents do not have.
MAY_BE_MISSING = {"assessor", "coder", "valid_from"}
NO_PARTY = {"enkatutskick"}
every_suite = pytest.mark.parametrize("name", SUITES)


def test_every_table_has_its_suite():
    assert sorted(SUITES) == sorted(tables())


@every_suite
def test_every_rule_says_what_is_allowed_and_why(name):
    for rule in SUITES[name]["expectations"]:
        assert rule["meta"]["allowed"].strip(), rule
        assert rule["meta"]["reason"].strip(), rule


@every_suite
def test_every_rule_is_of_a_type_that_great_expectations_knows(name):
    import great_expectations.expectations as known

    for rule in SUITES[name]["expectations"]:
        expectation = re.sub(r"(?:^|_)(.)", lambda match: match[1].upper(), rule["type"])
        assert issubclass(getattr(known, expectation), known.Expectation)


@every_suite
def test_every_rule_is_about_columns_of_its_table(name):
    columns = {column.name for column in tables()[name].columns}
    for rule in SUITES[name]["expectations"]:
        kwargs = rule["kwargs"]
        named = {kwargs.get(key) for key in ("column", "column_A", "column_B")} - {None}
        assert named | set(kwargs.get("column_list", [])) <= columns, rule


@every_suite
def test_key_is_unique_and_not_missing(name):
    rules = SUITES[name]["expectations"]
    unique = [rule["kwargs"] for rule in rules if rule["type"].endswith("to_be_unique")]
    assert [kwargs.get("column_list", [kwargs.get("column")]) for kwargs in unique] == [
        list(tables()[name].key)
    ]
    filled = {r["kwargs"]["column"] for r in rules if r["type"].endswith("to_not_be_null")}
    missing = MAY_BE_MISSING | ({"party"} if name in NO_PARTY else set())
    assert set(tables()[name].key) - missing <= filled


# Small tables


def study(**survey):
    groups = [{"id": "A"}, {"id": "B"}]
    return Study(name="s", title="T", waves=[0, 6], groups=groups, survey=survey)


def placed(**columns):
    """Return rows 2, 3 and so on of a file, as the reading step hands them over."""
    frame = pd.DataFrame(columns)
    return frame.assign(_file="wave-00/a.csv", _sheet="Blad", _row=range(2, 2 + len(frame)))


def meetings(*minutes, **columns):
    ids = [f"M{number}" for number in range(len(minutes))]
    return placed(meeting_id=ids, minutes=pd.array(minutes, dtype="Int64"), **columns)


def rule(kind, allowed="this", **kwargs):
    return {"type": f"expect_{kind}", "kwargs": kwargs, "meta": {"allowed": allowed, "reason": "."}}


@pytest.fixture
def suites(tmp_path):
    """Return a folder of suites, and a function that replaces the rules of one."""
    folder = shutil.copytree(EXPECTATIONS, tmp_path / "expectations")

    def replace(name, *rules):
        text = json.dumps({"name": name, "expectations": rules})
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        return folder

    return replace


def checked(rules, **where):
    """Return which rules of a column were checked."""
    for column, value in where.items():
        rules = rules[rules[column] == value]
    return rules["checked"].tolist()


def test_fault_says_what_was_found_and_allowed_and_why():
    rules, faults = check({"moten": meetings(60, 2000)}, study())
    (fault,) = [fault for fault in faults if fault.column == "Längd (minuter)"]
    assert fault.place == "wave-00/a.csv, sheet Blad, row 3, column Längd (minuter)"
    assert (fault.found, fault.allowed) == ("a number of 4 digits", "0 to 1440")
    (row,) = rules[rules["column"] == "minutes"].to_dict("records")
    assert (row["n_failed"], row["reason"]) == (1, fault.todo)


def test_rule_about_a_column_that_was_not_delivered_is_reported_as_not_checked():
    rules, faults = check({"moten": placed(meeting_id=["M1"])}, study())
    assert checked(rules, column="meeting_id") == [True, True]
    assert not any(checked(rules, column="minutes") + checked(rules, column="held_on"))
    assert faults == []


def test_rule_that_refers_to_another_table_is_checked_only_when_that_was_delivered():
    attendance = placed(meeting_id=["M0", "M9"], party=["af", "af"])
    rules, faults = check({"narvaro": attendance}, study())
    assert checked(rules, rule="a meeting of moten") == [False]
    assert faults == []
    rules, faults = check({"narvaro": attendance, "moten": meetings(60)}, study())
    assert checked(rules, rule="a meeting of moten") == [True]
    assert [(fault.column, fault.row) for fault in faults] == [("Mötes-id", 3)]


@pytest.mark.parametrize(
    ("dont_know", "refused"), [(9, ["0", "6"]), (None, ["0", "6", "9"]), (0, ["6", "9"])]
)
def test_answers_allowed_are_one_to_five_and_the_studys_code_for_dont_know(dont_know, refused):
    answers = placed(respondent_id=["r"] * 5, wave=[0] * 5, item_id=list("abcde"))
    answers["answer"] = pd.array([5, 0, 6, 9, 1], dtype="Int64")
    _, faults = check({"processenkat": answers}, study(dont_know=dont_know))
    assert [fault.found for fault in faults if fault.column == "Svar"] == refused


def test_groups_and_waves_allowed_are_the_studys():
    rows = placed(
        instrument="process",
        lokus_id=["A", "B", "C"],
        wave=[0, 12, 6],
        party=["af", "af", "af"],
    )
    _, faults = check({"enkatutskick": rows}, study())
    assert {(fault.row, fault.column) for fault in faults} == {(4, "Grupp"), (3, "Mättillfälle")}


def test_missing_cells_break_only_the_rule_that_they_may_not_be_missing():
    rows = meetings(60, None, lokus_id=["A", None])
    _, faults = check({"moten": rows}, study())
    assert [(fault.column, fault.found) for fault in faults] == [("Grupp", "an empty cell")]


def test_two_columns_are_compared_and_both_named():
    dates = {
        "opened_on": pd.to_datetime(["2016-02-01", "2016-02-01", "2016-02-01"]),
        "closed_on": pd.to_datetime(["2016-02-01", "2016-01-31", None]),
    }
    _, faults = check({"koordinatorlogg": placed(case_id=["1", "2", "3"], **dates)}, study())
    assert [(fault.row, fault.column) for fault in faults] == [
        (3, "Datum avslutat, Datum inkommit")
    ]
    assert faults[0].found == "a date and a date"


def test_every_row_of_a_repeated_key_is_reported():
    rows = placed(
        instrument="process",
        lokus_id=["A", "A", "A"],
        wave=[0, 0, 6],
        party=["af", "af", "af"],
    )
    _, faults = check({"enkatutskick": rows}, study())
    assert [fault.row for fault in faults] == [2, 3]


@pytest.mark.parametrize("turn", [1, -1])
def test_failures_belong_to_their_rule_in_whatever_order_the_rules_come(suites, turn):
    rules = [
        rule("column_values_to_be_between", "at most 50", column="minutes", max_value=50),
        rule("column_values_to_be_unique", "once", column="meeting_id"),
        rule("column_values_to_be_between", "at least 40", column="minutes", min_value=40),
        rule("column_values_to_not_be_null", "some", column="minutes"),
        rule("column_values_to_be_in_set", "30 or 45", column="minutes", value_set=[30, 45]),
    ]
    folder = suites("moten", *rules[::turn])
    table, faults = check({"moten": meetings(30, 45, 60, 60, None)}, study(), folder)
    assert table["rule"].tolist() == [one["meta"]["allowed"] for one in rules[::turn]]
    expected = {"at most 50": 2, "once": 0, "at least 40": 1, "some": 1, "30 or 45": 2}
    assert dict(zip(table["rule"], table["n_failed"], strict=True)) == expected
    assert {fault.row for fault in faults if fault.allowed == "at least 40"} == {2}


def test_edited_suite_is_honoured_without_touching_python(suites):
    meeting = {"moten": meetings(30, 90)}
    assert check(meeting, study())[1] == []
    added = rule("column_values_to_be_between", "an hour at most", column="minutes", max_value=60)
    _, faults = check(meeting, study(), folder=suites("moten", added))
    assert [(fault.row, fault.found, fault.allowed) for fault in faults] == [
        (3, "90", "an hour at most")
    ]


def test_rule_about_the_table_as_a_whole_is_a_fault_without_a_row(suites):
    folder = suites("moten", rule("column_max_to_be_between", column="minutes", max_value=60))
    _, faults = check({"moten": meetings(30, 90)}, study(), folder)
    assert [(fault.file, fault.row, fault.column) for fault in faults] == [
        ("moten", None, "Längd (minuter)")
    ]


def test_unknown_type_of_rule_is_refused_by_its_file(suites):
    folder = suites("moten", rule("column_values_to_be_nice", column="minutes"))
    with pytest.raises(
        InputError, match=r"moten\.json: found the rule type expect_column_values_t"
    ):
        check({"moten": meetings(30)}, study(), folder)


def test_checking_sends_no_usage_statistics(monkeypatch):
    def refuse(*given):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    check({"moten": meetings(60)}, study())
    assert os.environ["GX_ANALYTICS_ENABLED"] == "false"
