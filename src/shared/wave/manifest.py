"""The manifest of published pages: every file with its hash, and under which rules it was made."""

import json
import zipfile
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from shared.faults import Fault, InputError
from shared.study import Study

MANIFEST = "manifest.json"


def write_manifest(folder: Path, study: Study, wave: int, language: str) -> None:
    """Write what the folder holds, file by file, and what it was made from."""
    manifest = {
        "study": study.title,
        "wave": wave,
        "language": language,
        "lokus": version("lokus"),
        "disclosure": study.disclosure.model_dump(),
        "files": {name: _digest(folder / name) for name in files_of(folder)},
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def verify(place: Path) -> list[str]:
    """Return what is wrong with a published folder or zip: nothing when it is whole and unaltered.

    Raises ``InputError`` where there is no manifest to hold it against.
    """
    files = _read(place)
    if MANIFEST not in files:
        todo = "Only what `lokus run` or `lokus share` has made can be verified."
        raise InputError([Fault("no manifest.json", "a folder or zip that has one", todo)])
    stated = json.loads(files.pop(MANIFEST))["files"]
    missing = [f"{name}: missing" for name in stated if name not in files]
    strange = [f"{name}: not in the manifest" for name in files if name not in stated]
    altered = [
        f"{name}: altered"
        for name, digest in stated.items()
        if name in files and sha256(files[name]).hexdigest() != digest
    ]
    return [*missing, *altered, *strange]


def files_of(folder: Path) -> list[str]:
    """Return the files below the folder but the manifest, in a fixed order."""
    paths = sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return [str(PurePosixPath(path)) for path in paths if str(path) != MANIFEST]


def _read(place: Path) -> dict[str, bytes]:
    if place.is_dir():
        return {name: (place / name).read_bytes() for name in [*files_of(place), *_manifest(place)]}
    try:
        with zipfile.ZipFile(place) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except (OSError, zipfile.BadZipFile) as error:
        raise InputError([Fault("no folder and no zip", "one of them", file=place.name)]) from error


def _manifest(folder: Path) -> list[str]:
    return [MANIFEST] if (folder / MANIFEST).is_file() else []


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
