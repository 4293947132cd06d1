"""Personal identity numbers: what is one, and that none gets past the reading step.

All numbers here are test numbers that Skatteverket has published, or are made invalid on purpose.
"""

import pandas as pd
import pytest

from shared.identity.numbers import has_personal_number, plain_number, refuse_personal_numbers
from shared.study import Study

PUBLISHED = ["19121212-1212", "19811218-9876", "18900101-9802"]  # 1912, 1981 and 1890
COORDINATION = "701063-2391"  # the example of SKV 704: born 3 October 1970, day 3 + 60


def luhn(digits):
    """Return the check digit of nine digits: every other doubled, cross sums, up to full tens."""
    doubled = [int(d) * (2 if place % 2 == 0 else 1) for place, d in enumerate(digits)]
    return str(-sum(n // 10 + n % 10 for n in doubled) % 10)


def test_published_numbers_have_the_check_digit_of_the_luhn_rule():
    tens = [number[2:].replace("-", "") for number in PUBLISHED] + ["7010632391"]
    assert [luhn(digits[:9]) for digits in tens] == [digits[9] for digits in tens]


@pytest.mark.parametrize("number", PUBLISHED)
def test_published_number_is_found_in_every_form(number):
    short, plain = number[2:], number.replace("-", "")
    for text in (number, short, plain, plain[2:], f"id {number} (åter)", f"id:{plain[2:]}."):
        assert has_personal_number(text), text


@pytest.mark.parametrize("number", ["121212+1212", "121212 1212", "19121212 1212"])
def test_number_is_found_with_plus_or_space(number):
    assert has_personal_number(number)


@pytest.mark.parametrize("number", [COORDINATION, "19701063-2391", "197010632391"])
def test_coordination_number_is_found(number):
    assert has_personal_number(number)


def test_number_after_one_that_is_none_is_found():
    assert has_personal_number("19121212-1213, rätt: 19121212-1212")


@pytest.mark.parametrize("last", [0, 1, 3, 4, 5, 6, 7, 8, 9])
def test_wrong_check_digit_passes(last):
    assert not has_personal_number(f"19121212-121{last}")


@pytest.mark.parametrize(
    "start", ["191313121", "190230121", "190432121", "190100121", "190160121", "190192121"]
)
def test_date_that_does_not_exist_passes(start):
    assert not has_personal_number(
        start[1:7] + "-" + start[7:] + luhn(start[1:7] + start[7:] + "0")
    )


@pytest.mark.parametrize(
    "text",
    [
        "070-174 06 58",
        "0701740658",
        "018-727 00 00",
        "+46 70 174 06 58",
        "Dnr 2016/1234-5678",
        "SN-2016-000123",
        "C-00001",
        "2016-01-15",
        "20160115",
        "1 212 121 212 kr",
        "5191212121212",  # 13 digits
        "19121212-12127",
    ],
)
def test_phone_numbers_case_numbers_and_dates_pass(text):
    assert not has_personal_number(text)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("19121212-1212", "1212121212"),
        ("1212121212", "1212121212"),
        ("P-000001", "P-000001"),
        ("191212121213", "191212121213"),
    ],
)
def test_personal_number_is_the_same_in_every_form_and_other_ids_are_kept(text, plain):
    assert plain_number(text) == plain


# Refusal


def study(personal_numbers="refuse", **sources):
    return Study(
        name="s",
        title="T",
        waves=[0],
        groups=[{"id": "A"}],
        identity={"personal_numbers": personal_numbers},
        sources=sources,
    )


def delivered(**columns):
    """Return rows 2, 3 and so on of a file, as the reading step hands them over."""
    frame = pd.DataFrame(columns, dtype="str")
    rows = range(2, 2 + len(frame))
    return frame.assign(_file="wave-00/a.csv", _sheet="", _row=rows)


def test_number_in_free_text_is_refused_with_its_row_and_without_the_number():
    answers = delivered(respondent_id=["r1", "r2"], comment=["Bra.", "Ring 19121212-1212"])
    (fault,) = refuse_personal_numbers({"processenkat": answers}, study())
    assert fault.place == "wave-00/a.csv, row 3, column Fritext"
    assert fault.found == "what is shaped like a personal identity number"
    assert "1212" not in str(fault)


def test_every_row_with_a_number_is_reported():
    answers = delivered(respondent_id=["r1", "r2"], comment=["121212-1212", "121212-1212"])
    faults = refuse_personal_numbers({"processenkat": answers}, study())
    assert [fault.row for fault in faults] == [2, 3]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("deltaganden", "person_id"),
        ("deltaganden", "insats_id"),
        ("koordinatorlogg", "case_id"),
        ("koordinatorlogg", "lokus_id"),
        ("modellparametrar", "value"),
        ("moten", "source_system"),
    ],
)
def test_ids_groups_and_texts_are_all_searched(table, column):
    rows = delivered(**{column: ["19121212-1212"]})
    assert len(refuse_personal_numbers({table: rows}, study())) == 1


def test_fault_in_a_mapped_file_names_the_files_own_header():
    mapping = {"file": "wave-00/a.csv", "columns": {"Kund": "person_id"}}
    rows = delivered(person_id=["19121212-1212"])
    (fault,) = refuse_personal_numbers({"deltaganden": rows}, study(deltaganden=[mapping]))
    assert fault.column == "Kund"


def test_numbers_that_become_pseudonyms_pass_in_columns_of_person_ids_only():
    register = delivered(person_id=["19121212-1212"], insats_id=["19121212-1212"])
    answers = delivered(comment=["19121212-1212"])
    tables = {"deltaganden": register, "processenkat": answers}
    faults = refuse_personal_numbers(tables, study("pseudonymise"))
    assert [fault.column for fault in faults] == ["Insats", "Fritext"]
