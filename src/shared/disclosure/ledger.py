"""The private book of what has been released, so that no later release can unravel it.

It lies beside the study's key, outside the repository and outside what is shared. A release is a
folder: what was told of each table, and which records were counted, by their pseudonyms; groups by
keyed names, since letters change from wave to wave.
"""

import json
import shutil
from hashlib import sha256
from pathlib import Path

import pandas as pd

from shared.disclosure.counts import GROUP, CountTable, count_tables
from shared.disclosure.earlier import IDS, Release
from shared.estimates.records import KINDS, records
from shared.faults import Fault, InputError
from shared.identity.keys import group_names, private_folder
from shared.study import Study

CARD = "release.json"


def ledger_folder(name: str) -> Path:
    """Return the folder with the releases of a study, which need not be there."""
    return private_folder() / f"{name}.ledger"


def releases_before(name: str, stamp: str) -> list[Path]:
    """Return the releases of a study, oldest first, that one of this stamp comes after.

    stamp : of all that the release is made from (``wave/stamp.py``), save what came before it.
    Where the newest one has it, the release is that one, perhaps to others.
    """
    places = _releases(ledger_folder(name))
    return places[:-1] if places and _card(places[-1])["stamp"] == stamp else places


def made_after(stamp: str, places: list[Path]) -> str:
    """Return one hash of the stamp and of the releases that come before."""
    return sha256(
        stamp.encode() + b"".join((one / CARD).read_bytes() for one in places)
    ).hexdigest()


def write_release(data: Path, key: bytes, letters: dict[str, str]) -> Path:
    """Enter the processed wave in the folder ``data`` as released; return its place in the book.

    letters : the groups' ids -> their letters in this release.
    What has been entered before is not entered again.
    """
    manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    study = Study.model_validate(manifest["study"])
    folder = ledger_folder(study.name)
    card = {name: manifest[name] for name in ("wave", "stamp", "made_from")}
    card["mode"] = study.disclosure.mode
    places = _releases(folder)
    if places and _card(places[-1])["made_from"] == card["made_from"]:
        return places[-1]
    names = {letters[raw]: name for raw, name in group_names(list(letters), key).items()}
    target = folder / f"{len(places) + 1:03d}-wave-{card['wave']:02d}"
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for part in ("records", "protected"):
        (fresh / part).mkdir(parents=True, mode=0o700)
    for kind, rows in _counted(data, study, manifest).items():
        _named(rows, names).to_parquet(fresh / "records" / f"{kind}.parquet")
    for table in _lasting():
        source = data / "protected" / f"{table.id}.parquet"
        if source.is_file():
            cells = pd.read_parquet(source)
            _named(cells, names).to_parquet(fresh / "protected" / source.name)
    (fresh / CARD).write_text(json.dumps(card), encoding="utf-8")
    return fresh.rename(target)


def read_releases(
    places: list[Path], study: Study, key: bytes, letters: dict[str, str]
) -> list[Release]:
    """Return what was released at these places, groups by the letters of today.

    Raises ``InputError`` where it was released in another mode: what one mode hides, the other may
    tell.
    """
    names = {name: letters[raw] for raw, name in group_names(list(letters), key).items()}
    found = []
    for place in places:
        card = _card(place)
        if card["mode"] != study.disclosure.mode:
            allowed = f"'{card['mode']}', in which wave {card['wave']} was released"
            todo = "What one mode hides the other may tell; a new study may have another mode."
            what = f"disclosure mode '{study.disclosure.mode}'"
            raise InputError([Fault(what, allowed, todo, file="study.yml")])
        tables = {
            part: {
                path.stem: _named(pd.read_parquet(path), names)
                for path in sorted((place / part).glob("*.parquet"))
            }
            for part in ("records", "protected")
        }
        found.append(Release(card["wave"], tables["records"], tables["protected"]))
    return found


def _releases(folder: Path) -> list[Path]:
    """Return the folders of the releases, oldest first."""
    return sorted(path.parent for path in folder.glob(f"[0-9]*/{CARD}"))


def _card(place: Path) -> dict:
    return json.loads((place / CARD).read_text(encoding="utf-8"))


def _lasting() -> list[CountTable]:
    """Return the tables whose records a later release counts again."""
    return [table for table in count_tables().values() if not table.current]


def _counted(data: Path, study: Study, manifest: dict) -> dict[str, pd.DataFrame]:
    """Return the records of each kind with the columns by which they are counted."""
    kinds = [kind for kind in KINDS if kind in {table.records for table in _lasting()}]
    needed = {source for kind in kinds for source in KINDS[kind][1]} & set(manifest["tables"])
    tables = {name: pd.read_parquet(data / f"{name}.parquet") for name in sorted(needed)}
    found = records(tables, study, manifest["wave"], kinds)
    return {kind: rows[_columns(kind, rows)] for kind, rows in found.items()}


def _columns(kind: str, rows: pd.DataFrame) -> list[str]:
    of_kind = [table for table in count_tables().values() if table.records == kind]
    names = [GROUP, *IDS.get(kind, ())]
    for table in of_kind:
        names += [*table.dimensions, *table.where]
    return [name for name in dict.fromkeys(names) if name in rows]


def _named(rows: pd.DataFrame, names: dict[str, str]) -> pd.DataFrame:
    """Return the rows with other names of the groups; one that has none keeps the one it has."""
    groups = rows[GROUP].astype(object)
    return rows.assign(**{GROUP: groups.map(names).where(groups.isin(list(names)), groups)})
