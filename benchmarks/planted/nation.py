"""A study of a nation's size: the files of the add-on resources at 18 months, and its prices."""

from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from shared.demo import prices
from shared.demo.dates import add_months, day, days
from shared.demo.deliveries import PARTICIPATION
from shared.demo.files import export, write_csv
from shared.demo.followup import MEASURED, followups_on, make_followups
from shared.demo.forms import STYLES
from shared.demo.groups import make_groups
from shared.demo.known import blank, known_on
from shared.demo.participants import make_people
from shared.demo.paths import gone_on, simulate_before, simulate_paths
from shared.demo.register import make_insatser, make_participations
from shared.demo.spells import make_spells, spells_on
from shared.demo.truth import ECONOMICS, LICENCE, PRODUCER, WAVES
from shared.places import wave_folder
from shared.sources.dictionary import tables as dictionary

WAVE = 18
DAY = WAVES[WAVE]


def write_nation(folder: Path, people: int, groups: int) -> dict[str, pd.DataFrame]:
    """Write a study with one delivery to ``folder``; return its tables."""
    rng = np.random.default_rng(2016)
    places = make_groups(rng, groups)
    tables = _tables(rng, places, people)
    arrived = folder / wave_folder(WAVE)
    arrived.mkdir()
    for name, rows in tables.items():
        style = STYLES[name]
        write_csv(arrived / f"{name}.csv", export(rows, dictionary()[name], style), style)
    settings = {
        "name": "nation",
        "title": "Nation",
        "waves": {WAVE: DAY},
        "groups": [{"id": name} for name in places["lokus_id"]],
        "followup": {"clock": "start"},
        "economics": ECONOMICS,
    }
    cards = {path.relative_to(folder).as_posix(): _card(path) for path in arrived.iterdir()}
    for name, content in (("study", settings), ("origin", cards)):
        text = yaml.safe_dump(content, allow_unicode=True)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return tables


def _tables(rng: np.random.Generator, places: pd.DataFrame, people: int) -> dict[str, pd.DataFrame]:
    """Return what registers hold on the wave's day, with the follow-ups of half a year ahead."""
    on, insatser, past = day(DAY), make_insatser(rng, places), rng.spawn(1)[0]
    persons = make_people(rng, places, people)
    segments = simulate_paths(rng, persons)
    participations = make_participations(rng, persons, segments, insatser)
    lives = pd.concat([simulate_before(past, persons), segments])
    spells = make_spells(persons, lives, participations)
    followups = make_followups(rng, persons, segments, participations)
    planned = followups_on(followups, add_months(on, 6))
    ahead = days(planned["concluded_on"]) > on
    blank(planned, ahead, [*MEASURED, "done_on"])
    planned.loc[ahead, "followup_status"] = "not_due"
    return {
        "insatser": insatser,
        "deltaganden": known_on(participations, DAY, PARTICIPATION),
        "statusspell": spells_on(spells, gone_on(segments), on),
        "uppfoljning": planned,
        "apriser": prices.unit_prices(),
        "prisindex": prices.price_index(),
        "modellparametrar": prices.model_parameters(),
    }


def _card(path: Path) -> dict[str, object]:
    return {
        "producer": PRODUCER,
        "received": DAY,
        "period": f"to {DAY}",
        "licence": LICENCE,
        "sha256": sha256(path.read_bytes()).hexdigest(),
    }
