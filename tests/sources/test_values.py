"""Values: how the text of a cell is read, by type, and what is said of a cell that cannot be."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.sources.dictionary import Column, code_lists, tables
from shared.sources.values import allowed, parse

THIN, NARROW, HARD = "\u2009", "\u202f", "\u00a0"  # spaces that Swedish software puts in numbers


def read(cell, kind, codes=""):
    """Return the value of one cell and what is said of it, if it cannot be read."""
    values, unreadable = parse(pd.Series([cell]), Column("Rubrik", "name", kind, codes))
    return values.iloc[0], unreadable.get(0)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("\u22123", -3),
        ("+3", 3),
        ("3,0", 3),
        ("1 000", 1000),
        (f"1{HARD}000", 1000),
        (f"1{THIN}000", 1000),
        (f"1{NARROW}000", 1000),
        ("1e3", 1000),
    ],
)
def test_whole_numbers(cell, value):
    assert read(cell, "int") == (value, None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("0,5", 0.5),
        ("0.5", 0.5),
        ("-0,25", -0.25),
        (f"155{HARD}615,89", 155615.89),
        ("1e-3", 0.001),
        ("7", 7.0),
    ],
)
def test_numbers_with_decimal_comma_or_point(cell, value):
    assert read(cell, "float") == (value, None)


@pytest.mark.parametrize(
    "cell",
    [
        "2016-01-31",
        "2016-1-31",
        "2016-01-31 00:00:00",
        "2016-01-31T13:45",
        "20160131",
        "31/01/2016",
        "31.1.2016",
        "31 januari 2016",
        "31 jan. 2016",
        "31 JAN 2016",
    ],
)
def test_dates_in_all_their_forms(cell):
    assert read(cell, "date") == (pd.Timestamp("2016-01-31"), None)


@pytest.mark.parametrize("place", range(12))
def test_every_month_has_its_swedish_name(place):
    names = "januari februari mars april maj juni juli augusti september oktober november december"
    month = names.split()[place]
    assert read(f"1 {month} 2016", "date") == (pd.Timestamp(2016, place + 1, 1), None)


@pytest.mark.parametrize(
    "cell",
    [
        "2016-02-30",
        "20160230",
        "01/13/2016",  # the 13th month, not 13 January
        "31/01/16",
        "2016-01",
        "42400",
        "31 january 16",
        "1 mai 2016",
        "0000-01-01",
        "igår",
    ],
)
def test_dates_that_do_not_exist_or_could_be_others_are_refused(cell):
    value, said = read(cell, "date")
    assert pd.isna(value)
    assert said is not None


@pytest.mark.parametrize("cell", ["Ja", "ja", "J", "x", "1", "sant", "TRUE", "yes"])
def test_yes_in_all_its_forms(cell):
    assert read(cell, "bool") == (True, None)


@pytest.mark.parametrize("cell", ["Nej", "nej", "N", "0", "falskt", "FALSE", "no"])
def test_no_in_all_its_forms(cell):
    assert read(cell, "bool") == (False, None)


@pytest.mark.parametrize("cell", ["Regionen", "REGIONEN", "Landstinget", "region"])
def test_code_may_come_as_label_alias_or_code_in_any_case(cell):
    assert read(cell, "code", "party") == ("region", None)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Rådgivning", "advice"),
        ("Möte sammankallat; Rådgivning", "meeting_called|advice"),
        ("advice|meeting_called", "advice|meeting_called"),
        ("Rådgivning, Möte sammankallat", "advice|meeting_called"),
        ("Rådgivning; rådgivning", "advice"),
    ],
)
def test_several_codes_in_one_cell_keep_their_order_each_once(cell, value):
    assert read(cell, "codes", "action") == (value, None)


def test_several_codes_are_refused_where_one_is_asked_for():
    assert pd.isna(read("AF; FK", "code", "party")[0])


def test_one_unknown_code_among_several_makes_the_cell_unreadable():
    assert pd.isna(read("Rådgivning; Fika", "codes", "action")[0])


def test_no_label_holds_what_separates_several_codes():
    lists = {column.codes for t in tables().values() for column in t.columns if column.codes}
    several = {c.codes for t in tables().values() for c in t.columns if c.type == "codes"}
    assert several <= lists
    labels = [code.label for name in several for code in code_lists()[name].values()]
    assert [label for label in labels if set(label) & set(";|,")] == []


@pytest.mark.parametrize("kind", ["id", "text", "person", "group"])
def test_ids_and_text_are_kept_as_they_stand(kind):
    assert read("007 Å", kind) == ("007 Å", None)


@pytest.mark.parametrize("cell", ["", "..", "-", "NA", "N/A", "#N/A"])
@pytest.mark.parametrize("kind", ["id", "text", "int", "float", "date", "bool", "person", "group"])
def test_missing_in_all_its_forms_is_missing_and_no_fault(cell, kind):
    value, said = read(cell, kind)
    assert pd.isna(value)
    assert said is None


@pytest.mark.parametrize(
    ("kind", "dtype"),
    [
        ("int", "Int64"),
        ("float", "Float64"),
        ("bool", "boolean"),
        ("date", "datetime64[s]"),
        ("text", "str"),
    ],
)
@pytest.mark.parametrize("cells", [[], [""]], ids=["no rows", "no values"])
def test_type_holds_also_without_values(kind, dtype, cells):
    values, _ = parse(pd.Series(cells, dtype="str"), Column("Rubrik", "name", kind))
    assert values.dtype == dtype


@pytest.mark.parametrize(
    ("cell", "kind", "codes", "said"),
    [
        ("2,5", "int", "", "2,5"),
        ("fyra", "int", "", "text of 4 characters"),
        ("12345678901234567890", "int", "", "a number of 20 digits"),
        ("1.234,5", "float", "", "text of 7 characters"),
        ("2016-02-30", "date", "", "text of 10 characters"),
        ("20160230", "date", "", "a number of 8 digits"),
        ("kanske", "bool", "", "text of 6 characters"),
        ("Anna Ek", "code", "party", "text of 7 characters"),
        (
            "Försäkringskasan",
            "code",
            "party",
            "text of 16 characters Did you mean 'Försäkringskassan'?",
        ),
    ],
)
def test_unreadable_cell_is_described_and_never_repeated(cell, kind, codes, said):
    value, found = read(cell, kind, codes)
    assert pd.isna(value)
    assert found == said


def test_unreadable_cells_are_found_where_they_stand():
    cells = pd.Series(["1", "två", "", "två"], index=[2, 3, 5, 9])
    values, unreadable = parse(cells, Column("Rubrik", "name", "int"))
    assert list(unreadable.index) == [3, 9]
    assert values.isna().tolist() == [False, True, True, True]


@given(
    st.lists(st.sampled_from(["3", "1,5", "2016-01-31", "Ja", "Regionen", "AF; FK", "", "fyra"])),
    st.sampled_from([("int", ""), ("float", ""), ("date", ""), ("bool", ""), ("text", "")])
    | st.sampled_from([("code", "party"), ("codes", "party")]),
)
def test_cell_means_the_same_among_others_as_alone(cells, kind):
    index = range(2, 2 + len(cells))
    values, unreadable = parse(pd.Series(cells, index, dtype="str"), Column("R", "name", *kind))
    alone = dict(zip(index, (read(cell, *kind) for cell in cells), strict=True))
    assert [repr(value) for value in values] == [repr(value) for value, _ in alone.values()]
    assert list(values.index) == list(index)
    assert unreadable.to_dict() == {row: said for row, (_, said) in alone.items() if said}


@pytest.mark.parametrize(
    ("kind", "codes", "text"),
    [
        ("code", "in_place", "one of Ja, Delvis, Nej, Kan ej bedömas"),
        ("int", "", "a whole number"),
        ("bool", "", "Ja or Nej"),
        ("id", "", "text"),
    ],
)
def test_what_is_allowed_is_said_in_the_words_of_the_file(kind, codes, text):
    assert allowed(Column("Rubrik", "name", kind, codes)) == text


def test_several_allowed_codes_are_said_to_be_several():
    assert allowed(Column("Rubrik", "name", "codes", "clock")) == "one or more of Avslut, Start"
