"""From raw deliveries to processed tables: read, check, pseudonymise, protect. Once per wave.

Nothing is written until everything holds: what was there before stays when the input is refused.
"""

import json
import multiprocessing as mp
import shutil
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from hashlib import sha256
from pathlib import Path, PurePath
from types import ModuleType
from typing import Any

import pandas as pd

from shared.checks.check import check
from shared.disclosure.earlier import Release
from shared.disclosure.ledger import made_after, read_releases, releases_before
from shared.disclosure.protect import protect
from shared.economics.change import money_faults
from shared.economics.programme import cost_faults
from shared.estimates.records import records
from shared.faults import Fault, InputError
from shared.identity.consent import leave_out
from shared.identity.free_text import refuse_individuals
from shared.identity.keys import group_letters, study_key
from shared.identity.pseudonymise import pseudonymise
from shared.places import PROCESSED, wave_folder
from shared.sources.delivery import Delivered, read_deliveries
from shared.sources.dictionary import tables as dictionary
from shared.sources.origin import check_origins
from shared.study import Study, load_study
from shared.study.load import require_wave
from shared.wave.stamp import stamp

DATED = {"koordinatorlogg", "strukturfragor", "moten", "statusspell"}  # read by period
PRICED = ("apriser", "prisindex", "modellparametrar", "statusspell", "jamforelsegrupp")
PAID = ("kostnader", "kostnadsfordelning", "apriser", "prisindex")


def check_wave(
    folder: Path, wave: int, progress: Callable[[str], object] = print
) -> tuple[Study, Delivered, pd.DataFrame]:
    """Read and check all that a study has received up to ``wave``.

    Returns the study, what was delivered, and the rules that were checked (``checks.check``).
    Raises ``InputError`` with every fault found.
    """
    study = load_study(folder)
    require_wave(study, wave)
    progress("reading")
    delivered = read_deliveries(study, folder, wave)
    progress("checking")
    rules, broken = check(delivered.tables, study)
    files = sorted({note["file"] for note in delivered.notes})
    unreadable = {fault.place for fault in delivered.faults}  # not to be called empty as well
    faults = [*delivered.faults, *(fault for fault in broken if fault.place not in unreadable)]
    faults += _not_appraised(study, delivered, faults)
    faults += refuse_individuals(delivered, study, folder)
    faults += check_origins(folder, files) + _undated(study, delivered, wave)
    if faults:
        raise InputError(faults)
    return study, delivered, rules


def prepare(folder: Path, wave: int, progress: Callable[[str], object] = print) -> Path:
    """Write the processed and protected tables of a wave; return their folder.

    When nothing they are made from has changed, those that are there already are left as they are.
    """
    name = load_study(folder).name
    key = study_key(name)
    target = PROCESSED / name / wave_folder(wave)
    stamped = stamp(folder, wave, key)
    before = releases_before(name, stamped)
    made_from = made_after(stamped, before)
    if _made_from(target) == made_from:
        return target
    study, delivered, rules = check_wave(folder, wave, progress)
    progress("pseudonymising")
    letters = group_letters([group.id for group in study.groups], key, wave)
    tables, left_out = leave_out(pseudonymise(delivered.tables, key, letters))
    public = _public(study, letters)
    progress("protecting")
    earlier = read_releases(before, public, key, letters)
    counted = records({**tables, "left_out": left_out}, public, wave)
    protected = _protect(counted, public, wave, earlier)
    notes = pd.DataFrame(delivered.notes).drop(columns="file")
    manifest = {
        "study": public.model_dump(mode="json"),
        "wave": wave,
        "stamp": stamped,
        "made_from": made_from,
    }
    _write(
        target,
        {**tables, "left_out": left_out, "files": notes, "checks": rules},
        protected,
        manifest,
    )
    return target


def _protect(
    counted: dict[str, pd.DataFrame], study: Study, wave: int, earlier: list[Release]
) -> dict[str, pd.DataFrame]:
    """Protect the counts, several families of records at a time where processes start quickly."""
    alone = sys.platform != "linux" or mp.current_process().daemon  # which may have no children
    if study.disclosure.mode == "open" or alone:
        return protect(counted, study, wave, earlier)
    with ProcessPoolExecutor(mp_context=mp.get_context("forkserver")) as pool:
        return protect(counted, study, wave, earlier, each=partial(_begin, pool))


def _begin(pool: ProcessPoolExecutor, *work: Any) -> Iterator:
    """Map as the pool does, whose processes all start here."""
    from shared.wave.kernels import LOCK  # it is slow to import, and of use only here

    with LOCK:  # multiprocessing would run the client's main script again in each child
        main, sys.modules["__main__"] = sys.modules["__main__"], ModuleType("__main__")
        try:
            return pool.map(*work)
        finally:
            sys.modules["__main__"] = main


def _made_from(target: Path) -> str | None:
    """Return the stamp of the tables that are there, if they are whole."""
    path = target / "manifest.json"
    manifest = json.loads(path.read_bytes()) if path.is_file() else {}
    whole = all(
        (target / name).is_file() and sha256((target / name).read_bytes()).hexdigest() == digest
        for name, digest in manifest.get("files", {}).items()
    )
    return manifest.get("made_from") if whole else None


def _undated(study: Study, delivered: Delivered, wave: int) -> list[Fault]:
    """Return a fault for each wave without a reference date, when something has to be dated."""
    undated = [known for known, day in study.waves.items() if known <= wave and day is None]
    dated = sorted(DATED & delivered.tables.keys())
    allowed = f"a reference date for each wave, since {', '.join(dated)} has dates"
    return [
        Fault(f"wave {one} without date", allowed, file="study.yml") for one in undated if dated
    ]


def _not_appraised(study: Study, delivered: Delivered, faults: list[Fault]) -> list[Fault]:
    """Return what stops the money from being told, of the tables that have no fault so far."""
    faulty = {fault.file for fault in faults}
    found = []
    for needs, faults_of in ((PRICED, money_faults), (PAID, cost_faults)):
        files = {note["file"] for note in delivered.notes if note["table"] in needs}
        files |= {one.file for name in needs for one in study.sources.get(name, [])}
        if files & faulty or {PurePath(file).stem for file in faulty} & set(needs):
            continue
        read = {name: delivered.tables[name] for name in needs if name in delivered.tables}
        whole = {
            name: table.reindex(columns=[column.name for column in dictionary()[name].columns])
            for name, table in read.items()
        }
        found += faults_of(whole, study)
    return list(dict.fromkeys(found))


def _public(study: Study, letters: dict[str, str]) -> Study:
    """Return the study as notebooks may see it: groups as letters, no names of files."""
    groups = [group.model_copy(update={"id": letters[group.id]}) for group in study.groups]
    order = sorted(groups, key=lambda group: (len(group.id), group.id))
    compared = letters.get(study.economics.compare_with or "")
    update = {
        "groups": order,
        "sources": {},
        "identity": study.identity.model_copy(update={"names": None}),
        "economics": study.economics.model_copy(update={"compare_with": compared}),
    }
    return study.model_copy(update=update)


def _write(
    target: Path,
    tables: dict[str, pd.DataFrame],
    protected: dict[str, pd.DataFrame],
    manifest: dict,
) -> None:
    """Write a new folder beside the old one, then put it in the old one's place."""
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "protected").mkdir(parents=True)
    for name, table in tables.items():
        # The order of delivery could tell which letter comes first in the alphabet of groups.
        order = list(dictionary()[name].key) if name in dictionary() else list(table)[:1]
        in_order = table.sort_values(order, kind="stable", ignore_index=True)
        in_order.to_parquet(fresh / f"{name}.parquet")
    for name, table in protected.items():
        table.to_parquet(fresh / "protected" / f"{name}.parquet")
    cards = {path.stem: _card(path) for path in sorted(fresh.glob("*.parquet"))}
    files = {
        path.relative_to(fresh).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(fresh.rglob("*.parquet"))
    }
    manifest = {**manifest, "tables": cards, "files": files}
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (fresh / "manifest.json").write_text(text, encoding="utf-8")
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)


def _card(path: Path) -> dict:
    table = pd.read_parquet(path)
    return {
        "rows": len(table),
        "columns": list(table.columns),
        "delivered": [name for name in table if table[name].notna().any()],
    }
