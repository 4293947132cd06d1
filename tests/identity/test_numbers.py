"""Personal identity numbers: what is one, in every form in which it is written.

All numbers here are test numbers that Skatteverket has published, or are made invalid on purpose.
"""

import pytest

from shared.identity.numbers import has_personal_number, plain_number

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
