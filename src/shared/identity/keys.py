"""Keyed pseudonyms for people and keyed letters for groups.

The key of a study lives outside the repository (``LOKUS_KEYS``, or the user's configuration
folder). Without it nobody can tell a pseudonym's person or a letter's group.
"""

import hmac
import os
import secrets
from pathlib import Path

import pandas as pd
import typer

from shared.identity.numbers import plain_number

KEY_BYTES = 32


def private_folder() -> Path:
    """Return the folder for what may never be shared, which need not be there."""
    return Path(os.environ.get("LOKUS_KEYS") or Path(typer.get_app_dir("lokus")) / "keys")


def study_key(name: str) -> bytes:
    """Return the key of the study called ``name``, made on first use and readable by its owner."""
    folder = private_folder()
    path = folder / f"{name}.key"
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(KEY_BYTES), encoding="ascii")
    return bytes.fromhex(path.read_text(encoding="ascii"))


def pseudonyms(ids: pd.Series, key: bytes, *, kind: str) -> pd.Series:
    """Return a pseudonym per id, the same for the same id and kind; missing ids stay missing."""
    place, unique = pd.factorize(ids)
    made = [_digest(key, kind, plain_number(str(raw)))[:16] for raw in unique.tolist()]
    values = pd.array(made, dtype="str").take(place, allow_fill=True)
    return pd.Series(values, index=ids.index, name=ids.name)


def group_letters(ids: list[str], key: bytes, wave: int) -> dict[str, str]:
    """Return the letter of each group: a keyed permutation, another one for each wave's release.

    A letter that lasted would need to be recognised only once to open the whole history.
    """
    order = sorted(ids, key=lambda raw: _digest(key, f"group {wave}", raw))
    return {raw: _letter(place) for place, raw in enumerate(order)}


def group_names(ids: list[str], key: bytes) -> dict[str, str]:
    """Return a keyed name of each group that lasts, for what is kept in private."""
    return {raw: _digest(key, "kept group", raw)[:16] for raw in ids}


def _digest(key: bytes, purpose: str, text: str) -> str:
    return hmac.digest(key, f"{purpose}:{text.strip()}".encode(), "sha256").hex()


def _letter(place: int) -> str:
    """Count as spreadsheets do: A to Z, then AA, AB and on."""
    prefix, last = divmod(place, 26)
    return (_letter(prefix - 1) if prefix else "") + chr(ord("A") + last)
