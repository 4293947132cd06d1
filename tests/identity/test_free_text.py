"""Individuals in delivered text: what tells of one is found, what only looks so passes.

Phone numbers are those that PTS, the Swedish regulator, keeps free for books and films; personal
identity numbers are Skatteverket's test numbers.
"""

from datetime import date, time

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.identity.free_text import (
    forms_of,
    has_email,
    has_name,
    has_phone_number,
    refuse_individuals,
)
from shared.sources.delivery import Delivered, read_deliveries
from shared.study import Study

FICTION = ["070-174 06 05", "08-465 004 00", "031-390 06 00", "040-628 04 00", "0980-31 92 00"]
PHONE, EMAIL, NUMBER = "070-174 06 05", "anna.b@kommun.example", "19121212-1212"


# Phone numbers


@pytest.mark.parametrize("number", FICTION)
def test_phone_number_is_found_in_every_form(number):
    area, rest = number.split("-")
    plain = rest.replace(" ", "")
    national = [number, f"{area}-{plain}", f"{area} {rest}", f"({area}) {rest}", f"({area}){plain}"]
    national += [area + plain, f"{area} - {rest}", f"{area}/{rest}", f"{area}\u2011{rest}"]
    national += [number.replace(" ", "-"), number.replace(" ", "\N{NO-BREAK SPACE}")]
    abroad = [f"{code} {area[1:]} {rest}" for code in ("+46", "0046", "00 46")]
    abroad += [f"+46{area[1:]}{plain}", f"+46 (0){area[1:]}-{rest}", f"+46-{area[1:]}-{plain}"]
    for form in national + abroad:
        for text in (form, f"Ring {form}.", f"(tel:{form})", f"2016-01-31 {form}, sedan 2 dagar"):
            assert has_phone_number(text), text


@pytest.mark.parametrize(
    "text",
    [
        "018-12 34 56",
        "070-123 45 67",
        "0701234567",
        "+46 70 123 45 67",
        "0046701234567",
        "(018) 12 34 56",
        "060-123 45",
        "060-12345",
        "070 123 4567",
        "070.123.45.67",
        "0701-23 45 67",
        "+47 22 12 34 56",
        "+1 (555) 123-4567",
        "018-12 34 56/070-123 45 67",
        "753 20 018-12 34 56",
        "19121212-1212, 070-123 45 67",
    ],
)
def test_phone_number_of_another_shape_is_found(text):
    assert has_phone_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "kl 08.30-16.00",
        "0830-1600",
        "kl 08 2016-01-31",
        "0900 20160131",
        "kl 08 753 20 Uppsala",
        "2016-01-31 08:30:00",
        "C-00012",
        "C-000000123",
        "2016/123-4",
        "Dnr 2016/1234-5678",
        "KS 2016/0123-45678",
        "Dnr 0123/2016",
        "Dnr 0123-45678/2016",
        "SN-2016-000123",
        "12 500 kr",
        "1 070 123 456 kr",
        "+1 000 000 mer",
        "0,701234567",
        "753 20",
        "112",
        "1177",
        "11414",
        "212000-1234",
        "v. 02-08",
        "6, 12, 18",
        "SE45 5000 0000 0583 9825 7466",
        "5070123456789",
        "19121212-1212",
        "0701019804",  # in the form of a personal identity number of 2007
    ],
)
def test_what_only_looks_like_a_phone_number_passes(text):
    assert not has_phone_number(text)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_no_date_is_a_phone_number(day):
    for form in ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d%m%Y"):
        written = day.strftime(form)
        for text in (written, f"{written}.", f"{written} - {written}", f"kl 10 {written}"):
            assert not has_phone_number(text), text


@given(st.times(), st.times())
def test_no_opening_hours_are_a_phone_number(opens: time, closes: time):
    for form in ("%H:%M", "%H.%M", "%H%M", "%H:%M:%S"):
        assert not has_phone_number(f"{opens.strftime(form)}-{closes.strftime(form)}")


@given(st.integers(0, 10**12))
def test_no_amount_is_a_phone_number(amount):
    for text in (
        f"{amount} kr",
        f"{amount:,} kr".replace(",", " "),
        f"{amount:,}".replace(",", "."),
    ):
        assert not has_phone_number(text), text


# E-mail addresses


@pytest.mark.parametrize(
    "text", [EMAIL, f"<{EMAIL}>", f"Skriv till {EMAIL.upper()}.", "åsa@förbund.se", "a+b@x-y.co.se"]
)
def test_email_address_is_found(text):
    assert has_email(text)


@pytest.mark.parametrize("text", ["@", "5 st @ 20 kr", "a@b", "snabel-a: @", "följ @lokus"])
def test_what_only_has_the_sign_passes(text):
    assert not has_email(text)


# Names


@pytest.mark.parametrize("listed", ["Anna", "anna", "ANNA"])
@pytest.mark.parametrize("text", ["Anna", "med Annas chef", "ANNA:", "ANNAS ärende", "Anna-Lena"])
def test_name_is_found_however_it_is_listed(listed, text):
    assert has_name(text, forms_of([listed]))


@pytest.mark.parametrize("text", ["anna", "Annan part", "Susanna", "Annandag", "HANNA", "Ann", ""])
def test_other_words_than_the_name_pass(text):
    assert not has_name(text, forms_of(["Anna"]))


def test_name_of_several_words_is_found_as_a_whole():
    names = forms_of(["Anna af Klint"])
    assert has_name("Ring Anna  af Klints chef", names)
    assert not has_name("Anna, Klint", names)


def test_name_is_found_in_either_form_of_its_accents():
    composed, decomposed = "\u00c5sa", "A\u030asa"
    assert has_name(f"Med {decomposed}.", forms_of([composed]))
    assert has_name(f"Med {composed}.", forms_of([decomposed]))


# Refusal


def study(identity=None, **sources):
    return Study(
        name="s",
        title="T",
        waves=[0, 6],
        groups=[{"id": "A"}],
        identity=identity or {},
        sources=sources,
    )


def rows(**columns):
    """Return rows 2, 3 and so on of a file, as the reading step hands them over."""
    frame = pd.DataFrame(columns)
    frame = frame.astype({name: "str" for name in frame if name != "quote_ok"})
    return frame.assign(_file="wave-00/a.csv", _sheet="", _row=range(2, 2 + len(frame)))


def refused(tmp_path, identity=None, sources=None, **tables):
    """Return the faults of tables, by name."""
    delivered = Delivered(tables=tables)
    return refuse_individuals(delivered, study(identity, **sources or {}), tmp_path)


@pytest.fixture
def read(tmp_path):
    """A function that writes files by path, reads them and returns the faults."""

    def run(files, identity=None, **sources):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, encoding="utf-8")
        one = study(identity, **sources)
        return refuse_individuals(read_deliveries(one, tmp_path, 6), one, tmp_path)

    return run


def kinds(fault):
    return fault.found.removeprefix("what looks like ").split(" and ")


def test_personal_number_is_refused_with_its_row_and_without_the_number(tmp_path):
    answers = rows(respondent_id=["r1", "r2"], comment=["Bra.", f"Ring {NUMBER}"])
    (fault,) = refused(tmp_path, processenkat=answers)
    assert fault.place == "wave-00/a.csv, row 3, column Fritext"
    assert fault.found == "what looks like a personal identity number"
    assert "1212" not in str(fault)


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("deltaganden", "person_id"),
        ("deltaganden", "insats_id"),
        ("koordinatorlogg", "lokus_id"),
        ("moten", "lokus_id"),
        ("modellparametrar", "value"),
        ("moten", "source_system"),
    ],
)
def test_ids_groups_and_texts_are_all_searched_for_personal_numbers(tmp_path, table, column):
    assert len(refused(tmp_path, **{table: rows(**{column: [NUMBER]})})) == 1


def test_numbers_that_become_pseudonyms_pass_in_columns_of_person_ids_only(tmp_path):
    register = rows(person_id=[NUMBER], insats_id=[NUMBER])
    answers = rows(comment=[NUMBER])
    identity = {"personal_numbers": "pseudonymise"}
    faults = refused(tmp_path, identity, deltaganden=register, processenkat=answers)
    assert [fault.column for fault in faults] == ["Fritext", "Insats"]


def test_fault_in_a_mapped_file_names_the_files_own_header(tmp_path):
    mapping = {"file": "wave-00/a.csv", "columns": {"Kund": "person_id"}}
    sources = {"deltaganden": [mapping]}
    (fault,) = refused(tmp_path, sources=sources, deltaganden=rows(person_id=[NUMBER]))
    assert fault.column == "Kund"


def test_cell_that_fills_two_columns_is_reported_once(tmp_path):
    columns = {"ID": ["participation_id", "person_id"]}
    sources = {"deltaganden": [{"file": "wave-00/a.csv", "columns": columns}]}
    register = rows(participation_id=[NUMBER], person_id=[NUMBER])
    (fault,) = refused(tmp_path, sources=sources, deltaganden=register)
    assert (fault.column, kinds(fault)) == ("ID", ["a personal identity number"])


def test_fault_says_what_is_allowed_and_what_to_do(tmp_path):
    number, phone = refused(tmp_path, strukturfragor=rows(action_taken=[NUMBER, PHONE]))
    assert number.allowed == "ids made by the sender, never personal identity numbers"
    assert phone.allowed.startswith("text without names, phone numbers")
    assert (
        number.todo == phone.todo == "Ask the sender for a file without them, and delete this one."
    )


@pytest.mark.parametrize(
    ("table", "column", "header"),
    [
        ("strukturfragor", "action_taken", "Vidtagen åtgärd"),
        ("larandelogg", "finding", "Fynd"),
        ("larandelogg", "action", "Åtgärd"),
        ("forandringsteori", "text_sv", "Steg"),
    ],
)
def test_text_that_others_read_is_searched_for_all_kinds(tmp_path, table, column, header):
    frame = rows(**{column: ["Möte 2016-01-31", PHONE, EMAIL, f"{NUMBER}, {EMAIL} och {PHONE}"]})
    faults = refused(tmp_path, **{table: frame})
    assert {fault.column for fault in faults} == {header}
    assert [(fault.row, kinds(fault)) for fault in faults] == [
        (3, ["a phone number"]),
        (4, ["an e-mail address"]),
        (5, ["a personal identity number", "a phone number", "an e-mail address"]),
    ]


def test_quotes_are_searched_where_they_may_be_used(tmp_path):
    frame = rows(quote=[PHONE] * 3, quote_ok=pd.array([True, False, None], dtype="boolean"))
    assert [fault.row for fault in refused(tmp_path, intervjukodning=frame)] == [2]
    assert refused(tmp_path, intervjukodning=frame.drop(columns="quote_ok")) == []


def test_personal_number_in_a_quote_that_may_not_be_used_is_refused(tmp_path):
    frame = rows(quote=[NUMBER], quote_ok=pd.array([False], dtype="boolean"))
    assert len(refused(tmp_path, intervjukodning=frame)) == 1


def test_comments_that_nobody_is_shown_may_hold_phone_numbers(tmp_path):
    assert refused(tmp_path, processenkat=rows(comment=[PHONE])) == []


# The coordinator's log


LOG = "Ärende-id;Grupp;Beskrivning;Anteckning;;\n"


def test_every_text_of_the_log_is_searched_also_in_columns_that_are_not_read(read):
    texts = f"{EMAIL};A;;;;\nC-2;A;{PHONE};;;\nC-3;A;;Ring {PHONE};;\nC-4;A;;;;{NUMBER}\n"
    faults = read({"wave-00/koordinatorlogg.csv": LOG + texts})
    assert [(fault.row, fault.column, kinds(fault)) for fault in faults] == [
        (2, "Ärende-id", ["an e-mail address"]),
        (3, "Beskrivning", ["a phone number"]),
        (4, "Anteckning", ["a phone number"]),
        (5, "without a header", ["a personal identity number"]),
    ]
    assert not any(text in str(faults) for text in (PHONE, EMAIL, NUMBER))


def test_text_of_the_log_that_was_corrected_later_is_refused_still(read):
    files = {"wave-00/koordinatorlogg.csv": LOG + f"C-1;A;{PHONE};;;\n"}
    files["wave-06/koordinatorlogg.csv"] = LOG + "C-1;A;Rättad;;;\n"
    (fault,) = read(files)
    assert fault.file == "wave-00/koordinatorlogg.csv"


def test_every_row_of_the_log_is_reported_also_one_that_comes_twice(read):
    row = f"C-1;A;{PHONE};;;\n"
    faults = read({"wave-00/koordinatorlogg.csv": LOG + row + "\n" + row})
    assert [fault.row for fault in faults] == [2, 4]


def test_log_without_individuals_passes(read):
    texts = "C-00012;A;Möte 2016-01-31 kl 08.30, Dnr 2016/123-4;12 500 kr;112;1177\n"
    assert read({"wave-00/koordinatorlogg.csv": LOG + texts}) == []


def test_mapped_log_is_searched_under_its_own_headers(read):
    text = f"Ärenden 2016\nNr;Vem;Text\nC-1;{EMAIL};{PHONE}\n"
    mapping = {
        "file": "wave-00/logg.csv",
        "header_row": 2,
        "columns": {"Nr": "case_id", "Text": "note"},
    }
    faults = read({"wave-00/logg.csv": text}, koordinatorlogg=[mapping])
    assert [(fault.row, fault.column) for fault in faults] == [(3, "Text"), (3, "Vem")]


# The list of names


def test_listed_name_is_refused_in_the_log_and_not_in_its_groups(read):
    log = "Ärende-id;Lokusgrupp;Beskrivning\nC-1;Berg;Möte om Bergs ärende\nC-2;Berg;Vid ett berg\n"
    names = "\ufeffberg  # a municipality as well\n\n# and\n--\n"
    mapping = {"file": "wave-00/logg.csv", "columns": {"Lokusgrupp": "lokus_id"}}
    files = {"wave-00/logg.csv": log, "names.txt": names}
    (fault,) = read(files, {"names": "names.txt"}, koordinatorlogg=[mapping])
    assert (fault.row, fault.column, kinds(fault)) == (2, "Beskrivning", ["a name on the list"])
    assert "Berg" not in str(fault)
    assert fault.todo.endswith("A name that is no person's here may be taken off it.")


def test_list_that_is_not_there_is_a_fault_of_the_settings(tmp_path):
    (fault,) = refused(tmp_path, {"names": "names.txt"})
    assert (fault.file, fault.found) == ("study.yml", "no file names.txt")


def test_list_in_another_encoding_is_refused(tmp_path):
    (tmp_path / "names.txt").write_text("Åsa\n", encoding="cp1252")
    (fault,) = refused(tmp_path, {"names": "names.txt"})
    assert (fault.file, fault.allowed) == ("names.txt", "UTF-8")


def test_missing_list_does_not_hide_other_faults(tmp_path):
    frame = rows(action_taken=[PHONE])
    assert len(refused(tmp_path, {"names": "names.txt"}, strukturfragor=frame)) == 2


@pytest.mark.parametrize("elsewhere", ["../names.txt", "/names.txt", "wave-00/names.txt"])
def test_list_lies_beside_the_settings(elsewhere):
    with pytest.raises(ValueError, match=r"identity\.names"):
        study({"names": elsewhere})
