"""Deliveries: which files are read as what, and which row counts when there are several."""

import pandas as pd
import pytest
import xlsxwriter

from shared.sources.delivery import read_deliveries
from shared.study import Study

SENT = "Grupp;Mättillfälle;Part;Antal utskickade\n"


def deliver(folder, files, *, wave=18, sources=None):
    """Write files by path, and read the study that has received them up to a wave."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    study = Study(
        name="s", title="T", waves=[0, 6, 18], groups=[{"id": "A"}], sources=sources or {}
    )
    return read_deliveries(study, folder, wave)


def sent(delivered):
    """Return the number sent by party, in the order of the rows."""
    table = delivered.tables["enkatutskick"]
    return list(zip(table["party"], table["n_sent"], strict=True))


def only_fault(delivered):
    (fault,) = delivered.faults
    return fault


def test_file_named_after_a_table_is_read_as_it(tmp_path):
    delivered = deliver(tmp_path, {"wave-00/enkatutskick.csv": SENT + "A;0;AF;7\n"})
    assert sent(delivered) == [("af", 7)]
    assert delivered.faults == []


def test_latest_delivery_of_a_key_wins_and_other_rows_stay(tmp_path):
    delivered = deliver(
        tmp_path,
        {
            "wave-00/enkatutskick.csv": SENT + "A;0;AF;7\nA;0;FK;3\n",
            "wave-06/enkatutskick.csv": SENT + "A;0;AF;8\n",
            "wave-18/enkatutskick.csv": SENT + "A;0;AF;9\nA;6;AF;2\n",
        },
    )
    assert sent(delivered) == [("fk", 3), ("af", 9), ("af", 2)]


def test_latest_delivery_wins_also_where_it_has_become_empty(tmp_path):
    delivered = deliver(
        tmp_path,
        {
            "wave-00/enkatutskick.csv": SENT + "A;0;AF;7\n",
            "wave-06/enkatutskick.csv": SENT + "A;0;AF;\n",
        },
    )
    assert sent(delivered) == [("af", pd.NA)]


def test_two_rows_with_one_key_in_the_latest_delivery_are_both_kept_for_the_checks(tmp_path):
    delivered = deliver(tmp_path, {"wave-00/enkatutskick.csv": SENT + "A;0;AF;7\nA;0;AF;8\n"})
    assert sent(delivered) == [("af", 7), ("af", 8)]


def test_exact_duplicates_in_a_file_are_dropped_and_counted(tmp_path):
    rows = "A;0;AF;7\nA;0;FK;3\nA;0;AF;7\nA;0;Arbetsförmedlingen;7,0\n"
    delivered = deliver(tmp_path, {"wave-00/enkatutskick.csv": SENT + rows})
    assert sent(delivered) == [("af", 7), ("fk", 3)]
    assert delivered.notes == [
        {
            "file": "wave-00/enkatutskick.csv",
            "table": "enkatutskick",
            "rows": 4,
            "duplicates": 2,
            "ignored_columns": 0,
            "wave": 0,
        }
    ]


def test_later_waves_are_not_read(tmp_path):
    files = {
        "wave-00/enkatutskick.csv": SENT + "A;0;AF;7\n",
        "wave-06/enkatutskick.csv": SENT + "A;0;AF;8\n",
        "wave-18/okänd.csv": "a\n",
    }
    delivered = deliver(tmp_path, files, wave=0)
    assert sent(delivered) == [("af", 7)]
    assert delivered.faults == []


def test_every_row_knows_its_place(tmp_path):
    files = {"wave-00/enkatutskick.csv": SENT + "A;0;AF;7\n\nA;0;FK;3\n"}
    table = deliver(tmp_path, files).tables["enkatutskick"]
    assert table[["_file", "_sheet", "_row"]].to_numpy().tolist() == [
        ["wave-00/enkatutskick.csv", "", 2],
        ["wave-00/enkatutskick.csv", "", 4],
    ]


def test_unreadable_cell_is_a_fault_at_its_place(tmp_path):
    delivered = deliver(tmp_path, {"wave-00/enkatutskick.csv": SENT + "\nA;0;AF;sju\n"})
    fault = only_fault(delivered)
    assert fault.place == "wave-00/enkatutskick.csv, row 3, column Antal utskickade"
    assert (fault.found, fault.allowed) == ("text of 3 characters", "a whole number")


def test_columns_that_nobody_asked_for_are_counted(tmp_path):
    files = {"wave-00/enkatutskick.csv": "Grupp;Mättillfälle;Part;Egen;Intern\nA;0;AF;x;y\n"}
    assert deliver(tmp_path, files).notes[0]["ignored_columns"] == 2


# Files


@pytest.mark.parametrize("name", ["enkatutskik.csv", "Enkatutskick.csv", "enkatutskick_ny.XLSX"])
def test_file_of_no_known_table_is_refused_with_the_nearest(tmp_path, name):
    fault = only_fault(deliver(tmp_path, {f"wave-06/{name}": SENT}))
    assert (fault.file, fault.found) == (f"wave-06/{name}", "a file of no known table")
    assert fault.todo.startswith("Did you mean 'enkatutskick'? Rename the file, or map it")


def test_suffix_may_be_in_capitals(tmp_path):
    delivered = deliver(tmp_path, {"wave-00/enkatutskick.CSV": SENT + "A;0;AF;7\n"})
    assert sent(delivered) == [("af", 7)]


@pytest.mark.parametrize("name", ["enkatutskick.txt", "svar.ods", "svar.sav"])
def test_data_in_a_form_that_is_not_read_is_refused(tmp_path, name):
    fault = only_fault(deliver(tmp_path, {f"wave-06/{name}": ""}))
    assert (fault.found, fault.todo) == ("a file that is not read", "Save it as .xlsx or .csv.")


def test_papers_beside_the_data_are_left_alone(tmp_path):
    assert deliver(tmp_path, {"wave-06/README.md": "", "wave-06/avtal.pdf": ""}).faults == []


def test_file_that_cannot_be_read_is_a_fault_and_the_others_are_read(tmp_path):
    files = {
        "wave-00/moten.xlsx": "not a workbook",
        "wave-00/enkatutskick.csv": SENT + "A;0;AF;7\n",
    }
    delivered = deliver(tmp_path, files)
    fault = only_fault(delivered)
    assert (fault.file, fault.found) == ("wave-00/moten.xlsx", "a file that is not a workbook")
    assert sent(delivered) == [("af", 7)]


# Mapped files


def test_mapped_file_is_read_under_its_own_name(tmp_path):
    columns = {"Lokus": "lokus_id", "Org": "party", "Antal": "n_sent"}
    mapping = {"file": "wave-06/Utskick våren.csv", "columns": columns, "set": {"wave": 6}}
    files = {"wave-06/Utskick våren.csv": "Lokus;Org;Antal\nA;AF;sju\nA;FK;3\n"}
    delivered = deliver(tmp_path, files, sources={"enkatutskick": [mapping]})
    assert sent(delivered) == [("af", pd.NA), ("fk", 3)]
    assert only_fault(delivered).place == "wave-06/Utskick våren.csv, row 2, column Antal"


def test_file_mapped_to_several_tables_is_read_as_each_in_the_order_of_the_study(tmp_path):
    ids = {
        "statusspell": "person_id",
        "deltaganden": "participation_id",
        "moten": "meeting_id",
        "kostnader": "cost_id",
        "insatser": "insats_id",
        "koordinatorlogg": "case_id",
    }
    sources = {
        name: [{"file": "wave-00/allt.csv", "columns": {"Nr": column}, "set": constants}]
        for (name, column), constants in zip(ids.items(), [{"spell_no": 1}, *[{}] * 5], strict=True)
    }
    delivered = deliver(tmp_path, {"wave-00/allt.csv": "Nr\n1\n"}, sources=sources)
    assert delivered.faults == []
    assert list(delivered.tables) == [note["table"] for note in delivered.notes] == list(ids)


def test_wide_survey_is_read_from_its_sheet_and_faults_name_the_item(tmp_path):
    (tmp_path / "wave-00").mkdir()
    with xlsxwriter.Workbook(tmp_path / "wave-00" / "Enkät.xlsx") as book:
        book.add_worksheet("Om filen")
        sheet = book.add_worksheet("Svar")
        rows = [["Enkät"], ["Grupp", "Vem", "Q1", "Q2"], ["A", "r1", 1, 2], ["A", "r2", 3, "fem"]]
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    mapping = {
        "file": "wave-00/Enkät.xlsx",
        "sheet": "Svar",
        "header_row": 2,
        "columns": {"Vem": "respondent_id"},
        "set": {"wave": 0},
        "items": "Q*",
    }
    delivered = deliver(tmp_path, {}, sources={"processenkat": [mapping]})
    answers = delivered.tables["processenkat"][["respondent_id", "item_id", "answer", "_row"]]
    assert answers.to_numpy().tolist() == [
        ["r1", "Q1", 1, 3],
        ["r1", "Q2", 2, 3],
        ["r2", "Q1", 3, 4],
        ["r2", "Q2", pd.NA, 4],
    ]
    place = "wave-00/Enkät.xlsx, sheet Svar, row 4, column Q2"
    assert only_fault(delivered).place == place


def test_fault_in_a_mapped_file_as_a_whole_names_file_and_sheet(tmp_path):
    mapping = {"file": "wave-00/a.csv", "columns": {"Lokus": "lokus_id"}}
    delivered = deliver(tmp_path, {"wave-00/a.csv": SENT}, sources={"enkatutskick": [mapping]})
    fault = only_fault(delivered)
    assert (fault.file, fault.found) == ("wave-00/a.csv", "no column 'Lokus'")


def test_mapping_to_an_unknown_table_is_refused_with_the_nearest(tmp_path):
    delivered = deliver(tmp_path, {}, sources={"enkatutskik": [{"file": "wave-00/a.csv"}]})
    found = {fault.found: fault.todo for fault in delivered.faults}
    assert found["sources for 'enkatutskik'"] == "Did you mean 'enkatutskick'?"


def test_mapping_of_a_file_that_is_not_there_is_refused_once_its_wave_is_run(tmp_path):
    sources = {"moten": [{"file": "wave-18/a.csv"}]}
    assert deliver(tmp_path, {}, sources=sources, wave=6).faults == []
    fault = only_fault(deliver(tmp_path, {}, sources=sources, wave=18))
    assert (fault.file, fault.found) == ("study.yml", "a mapping of wave-18/a.csv")


@pytest.mark.parametrize("name", ["a.csv", "wave-6/a.csv", "wave-12/a.csv", "wave-06/old/a.csv"])
def test_mapping_of_a_file_where_nothing_is_read_is_refused(tmp_path, name):
    files = {name: "Mötes-id\n1\n"}
    delivered = deliver(tmp_path, files, sources={"moten": [{"file": name}]})
    fault = delivered.faults[-1]
    assert fault.found == f"a mapping of {name}"
    assert fault.allowed == "a file in one of wave-00, wave-06, wave-18"


@pytest.mark.parametrize("folder", ["wave-6", "wave-12"])
def test_folder_of_a_wave_that_the_study_does_not_have_is_named(tmp_path, folder):
    fault = only_fault(deliver(tmp_path, {f"{folder}/moten.csv": "Mötes-id\n1\n"}))
    assert fault.found == f"a folder {folder}"
