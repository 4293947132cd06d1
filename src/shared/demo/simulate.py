"""Write a whole simulated study: deliveries, settings, origin cards and the planted truth."""

from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from shared.demo.deliveries import Arrival, arrivals, simulate_study
from shared.demo.files import export, export_mapped, write_csv, write_workbook
from shared.demo.forms import ABOVE, ADDON, LATE, MAPPED, NOTE, PROJECT, STYLES, SYSTEMS
from shared.demo.groups import make_groups, texts
from shared.demo.qdpx import write_qdpx
from shared.demo.readme import readme
from shared.demo.truth import ECONOMICS, LICENCE, PRODUCER, TRUTH, WAVES, title
from shared.sources.dictionary import tables

WITH_DUPLICATES = ("processenkat", "deltaganden")
NAMES = "names.txt"
CASEWORKERS = 23  # codes in the register's extra column
TRAITS = ["lokus_id", "share", "trusting", "busy", "fk_away", "two_assessors"]


def write_demo(folder: Path, *, groups: int = 8, participants: int = 320, seed: int = 2016) -> None:
    """Write a simulated study with planted truth; the same arguments give the same bytes.

    Raises ``ValueError`` when ``folder`` is not empty, or there is nobody to simulate.
    """
    _require_room(folder, groups, participants)
    rng = np.random.default_rng(seed)
    places = make_groups(rng, groups)
    study = simulate_study(rng, places, participants)
    for wave in WAVES:
        (folder / f"wave-{wave:02d}").mkdir(parents=True)
        for arrival in arrivals(study, wave):
            _write(folder, wave, arrival, rng)
    _write_yaml(folder / "study.yml", _settings(places))
    _write_text(folder / NAMES, "\n".join(texts()["names"]) + "\n")
    _write_yaml(folder / "origin.yml", _cards(folder), flow=False)
    planted = {"seed": seed, "participants": participants, **asdict(TRUTH)}
    _write_yaml(folder / "truth.yml", planted | {"by_group": places[TRAITS].to_dict("records")})
    _write_text(folder / "README.md", readme(groups, participants, seed))


def _require_room(folder: Path, groups: int, participants: int) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ValueError(
            f"{folder} is there already. Allowed: a folder that is empty or does not exist. "
            "Name another one, or remove it first."
        )
    if groups < 1 or participants < 1:
        raise ValueError(
            f"found {groups} groups and {participants} participants. Allowed: 1 or more of each. "
            "Leave the numbers out for a small study."
        )


def _write(folder: Path, wave: int, arrival: Arrival, rng: np.random.Generator) -> None:
    name, table = arrival.table, tables()[arrival.table]
    known = {"source_system": SYSTEMS.get(name), "extracted_on": WAVES[wave]}
    rows = arrival.rows.assign(**known)
    mapping = None if arrival.apart else MAPPED.get((name, wave))
    if mapping:
        sheets = {mapping["sheet"]: export_mapped(rows, table, mapping)}
        notes = pd.DataFrame({"Läs mig": [NOTE]})
        write_workbook(folder / mapping["file"], sheets | {"Om filen": notes}, ABOVE[name])
        return
    style = LATE if arrival.apart == "late" else STYLES[name]
    path = folder / f"wave-{wave:02d}" / f"{name}{style.suffix}"
    if (name, wave) == PROJECT:
        write_qdpx(path.with_suffix(".qdpx"), rows, texts()["interview_questions"])
    elif style.suffix == ".xlsx":
        write_workbook(path, {table.title: export(rows, table, style)})
    elif arrival.apart == "addon":
        write_csv(folder / ADDON[wave], export(rows, table, style), style)
    else:
        write_csv(path, _with_warts(export(rows, table, style), name, rng), style)


def _with_warts(cells: pd.DataFrame, name: str, rng: np.random.Generator) -> pd.DataFrame:
    """Add what real exports have: exact duplicates, and columns that nobody asked for."""
    if name == "deltaganden":
        number = cells["Deltagande-id"].str.removeprefix("D-").astype(int)
        code = (number % CASEWORKERS).map("H{:02d}".format)
        cells = cells.assign(**{"Intern anteckning": "", "Handläggarkod": code})
    if name not in WITH_DUPLICATES or cells.empty:
        return cells
    twice = rng.integers(0, len(cells), int(np.ceil(len(cells) * TRUTH.warts.exact_duplicates)))
    return pd.concat([cells, cells.iloc[np.unique(twice)]]).sort_index(kind="stable")


def _settings(places: pd.DataFrame) -> dict[str, Any]:
    sources: dict[str, list[dict[str, Any]]] = {}
    for (table, _), mapping in MAPPED.items():
        sources.setdefault(table, []).append(mapping)
    sources["processenkat"] += [{"file": file} for file in ADDON.values()]
    return {
        "name": "demo",
        "title": title(len(places)),
        "disclosure": {"mode": "suppress", "threshold": 5},
        "waves": WAVES,
        "groups": [
            {"id": place.lokus_id, "start_on": place.start_on} for place in places.itertuples()
        ],
        "interviews": {"quotes": "consented"},
        "followup": {"clock": "start", "window_days": 60},
        "economics": ECONOMICS,
        "identity": {"names": NAMES},
        "sources": sources,
    }


def _cards(folder: Path) -> dict[str, dict[str, Any]]:
    """Return an origin card per delivered file; each covers what happened up to its wave."""
    cards = {}
    for wave, on in WAVES.items():
        for path in sorted((folder / f"wave-{wave:02d}").iterdir()):
            cards[path.relative_to(folder).as_posix()] = {
                "producer": PRODUCER,
                "received": on,
                "period": f"to {on}",
                "licence": LICENCE,
                "sha256": sha256(path.read_bytes()).hexdigest(),
            }
    return cards


def _write_yaml(path: Path, content: dict[str, Any], *, flow: bool | None = None) -> None:
    """Write YAML in the order given; ``flow`` None puts the innermost lists on one line."""
    text = yaml.dump(
        content,
        Dumper=_Plain,
        sort_keys=False,
        allow_unicode=True,
        default_flow_style=flow,
        width=100,
    )
    _write_text(path, text)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


class _Plain(yaml.SafeDumper):
    """YAML for people: a value that occurs twice is written twice, not referred to."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
