"""Faults: sentences with a place, that never repeat a cell which could be personal."""

from datetime import date

import pandas as pd
import pytest

from shared.faults import Fault, InputError, describe, nearest


def test_fault_says_place_found_allowed_and_what_to_do():
    fault = Fault("7", "1 to 5", "Correct the cell.", "wave-06/a.xlsx", "Svar", 4, "Svar")
    assert str(fault) == (
        "wave-06/a.xlsx, sheet Svar, row 4, column Svar: "
        "found 7; allowed: 1 to 5. Correct the cell."
    )


def test_fault_without_a_place_starts_with_what_was_found():
    assert str(Fault("wave 7", "one of 0, 6")) == "found wave 7; allowed: one of 0, 6."


def test_row_zero_is_a_place():
    assert Fault("7", "5", file="a.csv", row=0).place == "a.csv, row 0"


def test_error_carries_every_fault_one_per_line():
    error = InputError([Fault("7", "5"), Fault("8", "5")])
    assert [fault.found for fault in error.faults] == ["7", "8"]
    assert str(error) == "found 7; allowed: 5.\nfound 8; allowed: 5."


@pytest.mark.parametrize(
    ("value", "described"),
    [
        ("", "an empty cell"),
        ("  ", "an empty cell"),
        ("999", "999"),
        (999.0, "999"),
        ("-5", "-5"),
        ("3,5", "3,5"),
        ("1000", "a number of 4 digits"),
        (1000.0, "a number of 4 digits"),
        ("-1000", "a number of 4 digits"),
        ("12,34", "a number of 4 digits"),
        ("191212121212", "a number of 12 digits"),
        ("121212-1212", "text of 11 characters"),
        ("Åsa", "text of 3 characters"),
        (date(2016, 1, 31), "a date"),
        (pd.Timestamp("2016-01-31"), "a date"),
    ],
)
def test_only_numbers_of_at_most_three_digits_are_repeated(value, described):
    assert describe(value) == described


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("treshold", "Did you mean 'threshold'?"),
        ("THRESHOLD", "Did you mean 'threshold'?"),
        ("mod", "Did you mean 'Mode'?"),
        ("population", ""),
    ],
)
def test_nearest_known_word_is_hinted_at_whatever_its_case(word, hint):
    assert nearest(word, ["Mode", "threshold"]) == hint
