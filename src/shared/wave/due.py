"""The work list of a study on a day: read what had been received, and say who and what is due.

People are pseudonyms and groups letters, the same as in the processed tables of the last wave read.
Nothing is written but the study's key, when it has none.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd
import yaml

from shared.estimates.due import STATUSES, followups_due, surveys_due
from shared.faults import Fault, InputError
from shared.identity.keys import group_letters, study_key
from shared.identity.pseudonymise import pseudonymise
from shared.places import wave_folder
from shared.study import Study, load_study
from shared.wave.prepare import check_wave

NEEDED = ("deltaganden", "uppfoljning", "enkatfragor", "enkatutskick", "processenkat")
COLUMNS = [
    *("kind", "status", "due_on", "opens_on", "closes_on", "lokus_id", "wave"),
    *("person_id", "participation_id", "tried", "same_person"),
    *("instrument", "n_sent", "n_answered"),
]


@dataclass(frozen=True)
class WorkList:
    """What is due on a day (``estimates.due`` has the columns), and what it rests on."""

    headline: str
    basis: list[str]  # sentences: what was read, and what is not on the list for lack of data
    followups: pd.DataFrame
    surveys: pd.DataFrame


def work_list(
    folder: Path, on: date, ahead: int, progress: Callable[[str], object] = print
) -> WorkList:
    """Return what is due on a day in the study in ``folder``, and what will be ``ahead`` days on.

    It rests on every wave of which something had been received by then. Raises ``InputError`` when
    nothing had, or when the deliveries have faults.
    """
    wave = _last_received(load_study(folder), folder, on)
    study, delivered, _ = check_wave(folder, wave, progress)
    key = study_key(study.name)
    letters = group_letters([group.id for group in study.groups], key, wave)
    raw = {name: delivered.tables.get(name, pd.DataFrame()) for name in NEEDED}
    tables = pseudonymise(raw, key, letters)
    groups = [group.model_copy(update={"id": letters[group.id]}) for group in study.groups]
    lettered = study.model_copy(update={"groups": groups})
    followups = followups_due(tables, lettered, on, ahead)
    surveys = surveys_due(tables, lettered, on, ahead)
    number = _counts(followups, "follow-up", STATUSES[:-1])  # the sent are surveys only
    headline = f"{number}; {_counts(surveys, 'survey', STATUSES)}"
    return WorkList(headline, _basis(tables, study, on, wave), followups, surveys)


def day(text: str) -> date:
    """Return the day that ``text`` names; raise ``InputError`` when it is no ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputError([Fault(f"the date '{text}'", "a day such as 2016-12-31")]) from error


def as_csv(listed: WorkList) -> str:
    """Return follow-ups and surveys as one list, overdue first, with ISO dates and commas."""
    kinds = [listed.followups.assign(kind="followup"), listed.surveys.assign(kind="survey")]
    both = pd.concat(kinds)[COLUMNS].sort_values(["status", "due_on"])
    for flag in ("tried", "same_person"):
        both[flag] = both[flag].map({True: "yes", False: "no"})
    return both.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")


def _last_received(study: Study, folder: Path, on: date) -> int:
    """Return the last wave that is there, but none that came after ``on`` by all its cards."""
    names = {wave: wave_folder(wave) for wave in study.waves}
    there = [wave for wave, name in names.items() if any((folder / name).glob("*"))]
    if not there:
        raise InputError([Fault("no deliveries", f"files in {', '.join(names.values())}")])
    first = {wave: _first_day(folder, names[wave]) for wave in there}
    received = [wave for wave in there if first[wave] <= on]
    if not received:
        allowed = f"{min(first.values())}, when the first delivery was received, or later"
        raise InputError([Fault(f"the date {on}", allowed)])
    return max(received)


def _first_day(folder: Path, name: str) -> date:
    """Return the day on which the first file in a wave's folder was received.

    It is the first of all days when a card does not say, or the cards cannot be read: then the wave
    is read, and its check tells what is wrong with them.
    """
    path = folder / "origin.yml"
    try:
        cards = yaml.safe_load(path.read_text(encoding="utf-8"))
        days = [card["received"] for file, card in cards.items() if file.startswith(f"{name}/")]
        return min((date.fromisoformat(str(day)[:10]) for day in days), default=date.min)
    except (OSError, yaml.YAMLError, AttributeError, LookupError, TypeError, ValueError):
        return date.min


def _counts(table: pd.DataFrame, kind: str, statuses: list[str]) -> str:
    number = table["status"].value_counts()
    first, *others = statuses
    kind = kind if number[first] == 1 else f"{kind}s"
    return ", ".join([f"{number[first]} {kind} {first}", *(f"{number[s]} {s}" for s in others)])


def _basis(tables: dict[str, pd.DataFrame], study: Study, on: date, wave: int) -> list[str]:
    window = f"Windows: {study.followup.window_days} days before and after the planned day"
    told = [f"On {on}, from what had been received up to wave {wave}. {window}."]
    if not tables["deltaganden"]["followup_consent"].any():
        told.append("No follow-ups: nobody in deltaganden is known to consent to them.")
    if tables["enkatfragor"].empty and tables["enkatutskick"].empty:
        told.append("No surveys: neither enkatfragor nor enkatutskick names one.")
    undated = [str(known) for known, day in study.waves.items() if day is None]
    if undated:
        told.append(f"No surveys of waves without a date in study.yml: {', '.join(undated)}.")
    return told
