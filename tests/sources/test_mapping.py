"""Mapping: a file's columns become ours by the dictionary's headers, or as study.yml says."""

import pandas as pd
import pytest

from shared.faults import InputError
from shared.sources.dictionary import tables
from shared.sources.mapping import rename
from shared.study import Mapping

SENT = ["Grupp", "Mättillfälle", "Part"]  # the key of enkatutskick
OTHER = {"Lokus": "lokus_id", "Våg": "wave", "Org": "party"}  # another system's headers for it


def renamed(headers, *rows, table="enkatutskick", **mapping):
    """Rename a file with one header row; its first row is row 2."""
    index = range(2, 2 + len(rows))
    text = pd.DataFrame(rows, columns=headers, index=index, dtype="str")
    return rename(text, tables()[table], Mapping(file="wave-00/a.csv", **mapping))


def faults_of(*given, **options):
    with pytest.raises(InputError) as refused:
        renamed(*given, **options)
    return [(fault.found, fault.allowed, fault.todo) for fault in refused.value.faults]


def test_headers_of_the_dictionary_are_known_in_any_case_and_others_are_ignored():
    frame, ignored = renamed(["GRUPP", "mättillfälle", "Part", "Anteckning"], ["A", "0", "AF", "x"])
    assert list(frame.columns) == ["lokus_id", "wave", "party", "instrument"]
    assert ignored == ["Anteckning"]


def test_our_own_names_are_known_too():
    frame, _ = renamed(["lokus_id", "wave", "party"], ["A", "0", "AF"])
    assert list(frame.columns) == ["lokus_id", "wave", "party", "instrument"]


def test_column_that_is_missing_or_empty_means_its_default():
    frame, _ = renamed(SENT, ["A", "0", "AF"])
    assert frame["instrument"].tolist() == ["process"]
    frame, _ = renamed([*SENT, "Instrument"], ["A", "0", "AF", ""], ["A", "0", "", "Deltagare"])
    assert frame["instrument"].tolist() == ["process", "Deltagare"]


def test_our_names_are_not_guessed_at_in_a_mapped_file():
    # "party" of another system need not be our party.
    frame, ignored = renamed([*OTHER, "n_sent"], ["A", "0", "AF", "7"], columns=OTHER)
    assert "n_sent" not in frame
    assert ignored == ["n_sent"]


def test_swedish_headers_are_known_in_a_mapped_file():
    frame, _ = renamed([*OTHER, "Antal svar"], ["A", "0", "AF", "7"], columns=OTHER)
    assert frame["n_answered"].tolist() == ["7"]


def test_mapped_header_takes_the_place_of_the_dictionarys():
    columns = OTHER | {"Grupp": "n_sent"}
    frame, _ = renamed([*OTHER, "Grupp"], ["A", "0", "AF", "7"], columns=columns)
    got = frame[["lokus_id", "wave", "party", "n_sent"]].iloc[0].tolist()
    assert got == ["A", "0", "AF", "7"]


def test_one_column_may_become_several_of_ours():
    columns = OTHER | {"Antal": ["n_sent", "n_answered"]}
    frame, _ = renamed([*OTHER, "Antal"], ["A", "0", "AF", "7"], columns=columns)
    assert frame[["n_sent", "n_answered"]].to_numpy().tolist() == [["7", "7"]]


def test_row_number_can_stand_in_for_an_id():
    columns = {"(row)": ["participation_id", "person_id"]}
    frame, _ = renamed(["Kön"], ["K"], ["M"], table="deltaganden", columns=columns)
    assert frame["participation_id"].tolist() == frame["person_id"].tolist() == ["2", "3"]


def test_constant_fills_what_the_file_lacks():
    frame, _ = renamed(["Grupp", "Part"], ["A", "AF"], ["B", "FK"], set={"wave": 6})
    assert frame["wave"].tolist() == ["6", "6"]


def test_constant_wins_over_a_column_of_the_file():
    frame, ignored = renamed(SENT, ["A", "0", "AF"], set={"wave": 6})
    assert frame["wave"].tolist() == ["6"]
    assert ignored == ["Mättillfälle"]


def test_values_are_translated_and_others_left_as_they_are():
    frame, _ = renamed(SENT, ["A", "0", "1"], ["A", "0", "FK"], values={"party": {1: "af"}})
    assert frame["party"].tolist() == ["af", "FK"]


def test_column_that_is_never_read_is_ignored():
    _, ignored = renamed(["Deltagande-id", "Kommun"], ["1", "X"], table="deltaganden")
    assert ignored == ["Kommun"]


def test_wide_survey_becomes_long_row_by_row():
    frame, ignored = renamed(
        ["Grupp", "Respondent-id", "Q1", "Q2", "Annat"],
        ["A", "r1", "1", "2", ""],
        ["B", "r2", "3", "", ""],
        table="processenkat",
        items="Q*",
        set={"wave": 0},
        values={"answer": {"3": 5}},
    )
    long = frame[["respondent_id", "item_id", "answer", "wave"]]
    assert [(row, *cells) for row, cells in zip(long.index, long.to_numpy(), strict=True)] == [
        (2, "r1", "Q1", "1", "0"),
        (2, "r1", "Q2", "2", "0"),
        (3, "r2", "Q1", "5", "0"),
        (3, "r2", "Q2", "", "0"),
    ]
    assert ignored == ["Annat"]


def test_mapped_header_that_is_not_there_is_refused_with_the_nearest():
    columns = {"Lokusgrupp": "lokus_id"}
    (fault,) = faults_of(["Lokus-grupp", "Våg"], ["A", "0"], columns=columns)
    assert fault == (
        "no column 'Lokusgrupp'",
        "Lokus-grupp, Våg",
        "Did you mean 'Lokus-grupp'?",
    )


@pytest.mark.parametrize(
    "mapping",
    [{"columns": {"Grupp": "lokus"}}, {"set": {"lokus": "A"}}, {"values": {"lokus": {"a": "A"}}}],
)
def test_name_that_is_not_ours_is_refused_with_the_nearest(mapping):
    assert faults_of(SENT, ["A", "0", "AF"], **mapping) == [
        ("a mapping to 'lokus'", "a column of enkatutskick", "Did you mean 'lokus_id'?")
    ]


def test_values_of_a_column_that_the_file_lacks_are_refused():
    assert faults_of(SENT, ["A", "0", "AF"], values={"n_sent": {"två": 2}}) == [
        ("values for 'n_sent'", "a column that the file has", "")
    ]


@pytest.mark.parametrize("header", ["Grupp", "lokus_id"])
def test_header_that_is_there_twice_is_refused(header):
    rows = [header, *SENT[1:], header], ["A", "0", "AF", "B"]
    assert faults_of(*rows) == [(f"two columns '{header}'", "each header once", "")]


def test_header_that_is_not_read_may_be_there_twice():
    _, ignored = renamed([*SENT, "", ""], ["A", "0", "AF", "", ""])
    assert ignored == ["", ""]


def test_item_of_a_wide_survey_that_is_there_twice_is_refused():
    headers = ["Grupp", "Mättillfälle", "Respondent-id", "Q1", "Q1"]
    rows = headers, ["A", "0", "r", "1", "2"]
    assert faults_of(*rows, table="processenkat", items="Q*") == [
        ("two columns 'Q1'", "each header once", "")
    ]


@pytest.mark.parametrize(
    ("headers", "columns"),
    [
        (["Grupp", "GRUPP", *SENT[1:]], {}),
        (["Grupp", "lokus_id", *SENT[1:]], {}),
        (["Lokus", "Kommun", *SENT[1:]], {"Lokus": "lokus_id", "Kommun": "lokus_id"}),
    ],
)
def test_two_columns_for_one_of_ours_are_refused(headers, columns):
    assert faults_of(headers, ["A", "B", "0", "AF"], columns=columns) == [
        ("two columns for 'Grupp'", "one column for each", "")
    ]


def test_missing_key_column_is_refused_at_the_header_row():
    with pytest.raises(InputError) as refused:
        renamed(["Grupp", "Antal svar"], ["A", "7"], header_row=4)
    (fault,) = refused.value.faults
    assert (fault.row, fault.found) == (4, "no column 'Mättillfälle', 'Part'")
    assert fault.allowed == "the columns that identify a row of enkatutskick"
