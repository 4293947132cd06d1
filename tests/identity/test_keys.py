"""Keys: pseudonyms and letters that only the holder of the study's key can trace back."""

import os
import stat
from pathlib import Path

import pandas as pd
import pytest
import typer

from shared.identity.keys import group_letters, pseudonyms, study_key
from shared.places import ROOT

KEY, OTHER = b"1" * 32, b"2" * 32
GROUPS = [f"Kommun {number}" for number in range(8)]


def pseudonym(text, key=KEY, kind="person_id"):
    return pseudonyms(pd.Series([text]), key, kind=kind)[0]


# Pseudonyms


def test_pseudonym_is_the_same_under_one_key():
    # HMAC-SHA256 of "person_id:P-1", its first 16 digits: changing this cuts the study's past off.
    assert pseudonym("P-1") == "8a30372ee087139a"


def test_pseudonym_is_another_under_another_key():
    assert pseudonym("P-1") != pseudonym("P-1", OTHER)


def test_ids_of_different_kinds_cannot_be_joined():
    assert pseudonym("7", kind="person_id") != pseudonym("7", kind="assessor")


def test_different_ids_have_different_pseudonyms():
    ids = pd.Series([f"P-{number}" for number in range(2000)])
    assert pseudonyms(ids, KEY, kind="person_id").nunique() == 2000


def test_space_around_an_id_does_not_make_another_person():
    assert pseudonym(" P-1 ") == pseudonym("P-1")


@pytest.mark.parametrize("other", ["1212121212", "19121212-1212", "121212-1212", "121212+1212"])
def test_one_personal_number_in_another_form_is_the_same_person(other):
    assert pseudonym(other) == pseudonym("191212121212")


def test_ids_that_only_look_like_personal_numbers_are_kept_apart():
    # Running numbers of 12 digits; 1212121213 has the wrong check digit.
    assert pseudonym("191212121213") != pseudonym("201212121213")


def test_missing_id_stays_missing():
    assert pseudonyms(pd.Series(["P-1", None]), KEY, kind="k").isna().tolist() == [False, True]


# Letters of groups


def test_letters_are_a_permutation():
    letters = group_letters(GROUPS, KEY, 6)
    assert sorted(letters) == GROUPS
    assert sorted(letters.values()) == list("ABCDEFGH")


def test_letters_do_not_depend_on_the_order_of_the_groups():
    assert group_letters(GROUPS[::-1], KEY, 6) == group_letters(GROUPS, KEY, 6)


def test_letters_are_other_ones_in_another_wave():
    # Of 8! permutations two are the same once in 40,320.
    keys = [bytes([number]) * 32 for number in range(50)]
    kept = [key for key in keys if group_letters(GROUPS, key, 6) == group_letters(GROUPS, key, 12)]
    assert kept == []


def test_letter_tells_nothing_about_the_groups_place_in_the_list():
    keys = [bytes([number]) * 32 for number in range(200)]
    first = [group_letters(GROUPS, key, 0)["Kommun 0"] for key in keys]
    assert set(first) == set("ABCDEFGH")


@pytest.mark.parametrize(("n", "last"), [(1, "A"), (26, "Z"), (27, "AA"), (53, "BA"), (703, "AAA")])
def test_letters_go_on_as_in_spreadsheets(n, last):
    letters = group_letters([str(number) for number in range(n)], KEY, 0)
    assert len(set(letters.values())) == n
    assert max(letters.values(), key=lambda letter: (len(letter), letter)) == last


# The file of the key


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LOKUS_KEYS", str(tmp_path / "keys"))
    return tmp_path / "keys"


def test_key_is_made_once_and_then_the_same(folder):
    first = study_key("s")
    assert len(first) == 32
    assert study_key("s") == first
    assert [path.name for path in folder.iterdir()] == ["s.key"]


def test_every_study_has_its_own_key(folder):
    assert study_key("s") != study_key("t")


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_key_can_be_read_by_its_owner_only(folder):
    study_key("s")
    assert stat.S_IMODE((folder / "s.key").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) & 0o077 == 0


def test_key_is_kept_outside_the_repository_unless_told_otherwise(tmp_path, monkeypatch):
    monkeypatch.delenv("LOKUS_KEYS")
    monkeypatch.setattr("typer.get_app_dir", lambda name: str(tmp_path / name))
    study_key("s")
    assert (tmp_path / "lokus" / "keys" / "s.key").is_file()


def test_users_own_folder_is_not_in_the_repository():
    assert ROOT not in Path(typer.get_app_dir("lokus")).parents
