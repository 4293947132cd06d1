"""From raw deliveries to processed tables: read, check, pseudonymise, protect. Once per wave.

Nothing is written until everything holds: what was there before stays when the input is refused.
"""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pandas as pd

from shared.checks.check import check
from shared.disclosure.protect import protect
from shared.estimates.records import records
from shared.faults import Fault, InputError
from shared.identity.consent import leave_out
from shared.identity.keys import group_letters, study_key
from shared.identity.numbers import refuse_personal_numbers
from shared.identity.pseudonymise import pseudonymise
from shared.places import PROCESSED, wave_folder
from shared.sources.delivery import Delivered, read_deliveries
from shared.sources.origin import check_origins
from shared.study import Study, load_study
from shared.study.load import require_wave

DATED = {"koordinatorlogg", "strukturfragor", "moten", "statusspell"}  # read by period


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
    faults = [*delivered.faults, *broken, *refuse_personal_numbers(delivered.tables, study)]
    faults += check_origins(folder, files) + _undated(study, delivered, wave)
    if faults:
        raise InputError(faults)
    return study, delivered, rules


def prepare(folder: Path, wave: int, progress: Callable[[str], object] = print) -> Path:
    """Write the processed and protected tables of a wave; return their folder."""
    study, delivered, rules = check_wave(folder, wave, progress)
    progress("pseudonymising")
    key = study_key(study.name)
    letters = group_letters([group.id for group in study.groups], key, wave)
    tables, left_out = leave_out(pseudonymise(delivered.tables, key, letters))
    public = _public(study, letters)
    progress("protecting")
    counted = records({**tables, "left_out": left_out}, public, wave)
    protected = protect(counted, public, wave)
    notes = pd.DataFrame(delivered.notes).drop(columns="file")
    target = PROCESSED / study.name / wave_folder(wave)
    _write(target, {**tables, "files": notes, "checks": rules}, protected, public, wave)
    return target


def _undated(study: Study, delivered: Delivered, wave: int) -> list[Fault]:
    """Return a fault for each wave without a reference date, when something has to be dated."""
    undated = [known for known, day in study.waves.items() if known <= wave and day is None]
    dated = sorted(DATED & delivered.tables.keys())
    allowed = f"a reference date for each wave, since {', '.join(dated)} has dates"
    return [
        Fault(f"wave {one} without date", allowed, file="study.yml") for one in undated if dated
    ]


def _public(study: Study, letters: dict[str, str]) -> Study:
    """Return the study as notebooks may see it: groups as letters, no names of files."""
    groups = [group.model_copy(update={"id": letters[group.id]}) for group in study.groups]
    order = sorted(groups, key=lambda group: (len(group.id), group.id))
    return study.model_copy(update={"groups": order, "sources": {}})


def _write(
    target: Path,
    tables: dict[str, pd.DataFrame],
    protected: dict[str, pd.DataFrame],
    study: Study,
    wave: int,
) -> None:
    """Write a new folder beside the old one, then put it in the old one's place."""
    fresh = target.with_name(f".{target.name}.new")
    shutil.rmtree(fresh, ignore_errors=True)
    (fresh / "protected").mkdir(parents=True)
    for name, table in tables.items():
        table.reset_index(drop=True).to_parquet(fresh / f"{name}.parquet")
    for name, table in protected.items():
        table.to_parquet(fresh / "protected" / f"{name}.parquet")
    manifest = {
        "study": study.model_dump(mode="json"),
        "wave": wave,
        "tables": {path.stem: _card(path) for path in sorted(fresh.glob("*.parquet"))},
    }
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
        "sha256": sha256(path.read_bytes()).hexdigest(),
    }
