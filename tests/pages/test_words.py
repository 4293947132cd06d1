"""Texts and numbers: Swedish as written, other languages complete, formats as readers expect."""

import math
import re

import pytest

from shared.faults import InputError
from shared.pages.messages import messages
from shared.pages.words import NBSP, MissingTranslationError, Words, languages

SV, EN = Words("sv"), Words("en")
OTHERS = [language for language in languages() if language != "sv"]


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated(language):
    catalogue = Words(language).catalogue
    assert [text for text in messages() if text not in catalogue] == []


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_placeholders(language):
    words = Words(language)
    names = {text: sorted(re.findall(r"{\w*}", text)) for text in messages()}
    assert {
        text: found
        for text, found in names.items()
        if found != sorted(re.findall(r"{\w*}", words(text)))
    } == {}


def test_the_texts_of_notebooks_tables_and_package_are_all_found():
    found = messages()
    assert "Medelvärde per del vid detta mättillfälle" in found  # a title in a notebook
    assert "Försörjningsstöd" in found  # a code's label
    assert "Undre gräns" in found  # a column's heading
    assert "Till innehållet" in found  # the page's own


def test_missing_translation_is_an_error_and_not_swedish():
    with pytest.raises(MissingTranslationError, match="no translation"):
        EN("En text som ingen har översatt")


def test_unknown_language_is_refused_with_the_known_ones():
    with pytest.raises(InputError, match=r"language 'de'.*sv, en"):
        Words("de")


@pytest.mark.parametrize(
    ("value", "kind", "swedish", "english"),
    [
        (0.345, "share", f"34{NBSP}%", "34%"),
        (1234567.4, "money", f"1{NBSP}234{NBSP}567{NBSP}kr", f"1,234,567{NBSP}kr"),
        (3.456, "score", "3,46", "3.46"),
        (0.5, "change", "+0,5", "+0.5"),
        (0.006, "change", "+0,01", "+0.01"),
        (1234.5, "effect", f"+1{NBSP}234,5", "+1,234.5"),
        (-0.25, "effect", "−0,25", "-0.25"),
        (-0.5, "change", "−0,5", "-0.5"),
        (-0.345, "share", f"−34{NBSP}%", "-34%"),
        (-0.9, "rough", f"−90{NBSP}%", "-90%"),
        (0.123, "points", "+12", "+12"),
        (-0.123, "points", "−12", "-12"),
        (0.0, "points", "0", "0"),
        (-12.5, "points", f"−1{NBSP}250", "-1,250"),
        (12345, "count", f"12{NBSP}345", "12,345"),
        (0.0312, "p", "0,031", "0.031"),
        (14.0, "payback", "14", "14"),
        (14.25, "payback", "14,2", "14.2"),
        (math.inf, "payback", "nås inte", "not reached"),
        (float("nan"), "payback", "–", "–"),
        (None, "payback", "–", "–"),
        (float("nan"), "score", "–", "–"),
        (None, "count", "–", "–"),
    ],
)
def test_numbers_as_swedes_and_britons_write_them(value, kind, swedish, english):
    assert (SV.number(value, kind), EN.number(value, kind)) == (swedish, english)


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (-0.004, "share", f"0{NBSP}%"),
        (-0.0, "rough", f"0{NBSP}%"),
        (-0.004, "points", "0"),
        (0.004, "points", "0"),
        (-0.004, "change", "0,0"),
        (0.004, "change", "0,0"),
        (0.004, "effect", "0,0"),
        (0.0, "effect", "0,0"),
        (-0.4, "money", f"0{NBSP}kr"),
        (-0.04, "number", "0"),
    ],
)
def test_what_rounds_to_zero_has_no_sign(value, kind, text):
    assert SV.number(value, kind) == text
    assert EN.number(value, kind)[0] == "0"


def test_a_code_has_the_label_of_its_list():
    assert SV.label("fk", "party") == "Försäkringskassan"
    assert EN.label("all") == "Total"
    assert SV.label("16–24") == "16–24"  # no list: the code is the label
