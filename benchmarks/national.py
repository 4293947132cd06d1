"""Seconds and peak memory of a study of national size: 290 groups, 300,000 participations.

    .venv/bin/python benchmarks/national.py

Simulates the register, the status spells and the follow-ups as they would come at 18 months, and
takes them through reading, checks, pseudonyms, estimates and appraisal. Each step has a process of
its own, so that its peak is its own; what it needs of the steps before is read from parquet,
outside the seconds. The peak includes the libraries. Rows are those that a step is given, or makes.
"""

import argparse
import multiprocessing as mp
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from appraising import doubt, draw, each_group, expose, tell, value
from planted.nation import WAVE, write_nation

from shared.checks.check import check
from shared.demo.truth import WAVES
from shared.estimates.histories import summary
from shared.estimates.individuals import (
    adjusted,
    first_events_by,
    staying_in_work,
    time_in_effort,
    women_and_men,
)
from shared.estimates.records import KINDS
from shared.estimates.weighted_followups import weighted_by_wave
from shared.identity.consent import leave_out
from shared.identity.free_text import refuse_individuals
from shared.identity.keys import group_letters
from shared.identity.pseudonymise import pseudonymise
from shared.sources.delivery import Delivered, read_deliveries
from shared.sources.origin import check_origins
from shared.study import Study, load_study
from shared.study.settings import Followup
from shared.wave.prepare import check_wave

GROUPS = 290  # the municipalities of Sweden
PEOPLE = 289_000  # who have 300,000 participations
DAY = WAVES[WAVE]
GAP = Followup().gap_days
KEY = bytes(32)
PRELOAD = [  # in the process that the steps' own are forked from
    *("pyarrow.parquet", "shared.wave.prepare", "shared.demo.deliveries"),
    *("shared.estimates.individuals", "shared.estimates.response", "shared.economics.certainty"),
]
PROCESSED = {"deltaganden", "statusspell", "uppfoljning"}
MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10  # in the units of the system's peak

Tables = dict[str, pd.DataFrame]


class Step(NamedTuple):
    """What is timed: ``work`` on the tables of ``needs``, of which ``makes`` keeps the result.

    needs : folder and table, such as ``processed/deltaganden``; ``*`` is every table of the folder.
    """

    name: str
    needs: tuple[str, ...]
    work: Callable[[Tables, Study, Path], Tables | None]
    makes: str = ""


class Measured(NamedTuple):
    """What a step took: ``rows``, ``seconds`` of the clock and ``peak`` memory in MB."""

    step: str
    rows: int
    seconds: float
    peak: float


def main(arguments: list[str] | None = None) -> None:
    """Print one row per step."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=PEOPLE, help=f"people ({PEOPLE})")
    parser.add_argument("--groups", type=int, default=GROUPS, help=f"groups ({GROUPS})")
    chosen = parser.parse_args(arguments)
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(PRELOAD)
    print(f"{'step':44}{'rows':>10}{'seconds':>9}{'peak MB':>9}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        work = [(simulate, folder, chosen.people, chosen.groups)]
        work += [(measure, folder, place) for place in range(len(STEPS))]
        for function, *given in work:
            with ProcessPoolExecutor(1, mp_context=context) as alone:
                took = alone.submit(function, *given).result()
            print(f"{took.step:44}{took.rows:10,}{took.seconds:9.1f}{took.peak:9,.0f}", flush=True)


def measure(folder: Path, place: int) -> Measured:
    """Do the step at ``place`` in ``STEPS``, and keep what it makes for those after it."""
    step = STEPS[place]
    paths = [path for need in step.needs for path in sorted(folder.glob(f"{need}.parquet"))]
    tables, study = {path.stem: pd.read_parquet(path) for path in paths}, load_study(folder)
    start = time.perf_counter()
    made = step.work(tables, study, folder) or {}
    measured = _measured(step.name, tables or made, start)
    if step.makes:
        (folder / step.makes).mkdir(exist_ok=True)
        for name, table in made.items():
            table.to_parquet(folder / step.makes / f"{name}.parquet")
    return measured


def simulate(folder: Path, people: int, groups: int) -> Measured:
    """Write the study's files as they would come at the wave."""
    start = time.perf_counter()
    return _measured("simulating the files", write_nation(folder, people, groups), start)


def _read(tables: Tables, study: Study, folder: Path) -> Tables:
    return read_deliveries(study, folder, WAVE).tables


def _check(tables: Tables, study: Study, folder: Path) -> None:
    check(tables, study)


def _search(tables: Tables, study: Study, folder: Path) -> None:
    refuse_individuals(Delivered(tables), study, folder)


def _compare(tables: Tables, study: Study, folder: Path) -> None:
    check_origins(folder, [path.relative_to(folder).as_posix() for path in folder.glob("wave-*/*")])


def _pseudonymise(tables: Tables, study: Study, folder: Path) -> Tables:
    letters = group_letters([group.id for group in study.groups], KEY, WAVE)
    return leave_out(pseudonymise(tables, KEY, letters))[0]


def _together(tables: Tables, study: Study, folder: Path) -> Tables:
    """Refuse any fault as well: a simulated study has none."""
    study, delivered, _ = check_wave(folder, WAVE, progress=lambda step: None)
    _pseudonymise(delivered.tables, study, folder)
    return delivered.tables


def _measured(step: str, tables: Tables, start: float) -> Measured:
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE
    return Measured(step, sum(map(len, tables.values())), seconds, peak)


def _records(kind: str) -> Step:
    build, sources = KINDS[kind]
    needs = tuple(f"processed/{source}" for source in sources)
    return Step(f"records: {kind}", needs, lambda t, s, _: {kind: build(t, s, WAVE)}, "records")


def _estimate(name: str, needs: tuple[str, ...], work: Callable[[Tables, Study], object]) -> Step:
    def estimate(tables: Tables, study: Study, folder: Path) -> None:
        work(tables, study)

    return Step(name, needs, estimate)


ALL = ("delivered/*",)
SPELLS, LIVED = ("processed/statusspell",), ("processed/deltaganden", "processed/statusspell")
EVENTS, TAKEN = ("records/first_events",), ("records/participations",)
REACHED = ("records/followups", "records/participations")
PRICED = ("processed/apriser", "processed/prisindex", "processed/modellparametrar")
MOVED = (*PRICED, *(f"economics/{name}" for name in ("people", "before", "after")))
GAINED = (*MOVED, "economics/balances", "economics/gains")
IN_WORK = ["regular_work", "subsidised_work"]
STEPS = (
    Step("reading", (), _read, "delivered"),
    Step("checking: rules", ALL, _check),
    Step("checking: individuals", ALL, _search),
    Step("checking: checksums", ALL, _compare),
    Step("pseudonymising", ALL, _pseudonymise, "processed"),
    Step("all of these in one process", (), _together),
    *(_records(kind) for kind, (_, sources) in KINDS.items() if set(sources) <= PROCESSED),
    _estimate("how whole histories are", SPELLS, lambda t, s: summary(*t.values(), DAY, GAP)),
    _estimate("incidence by cause", EVENTS, lambda t, _: first_events_by(t["first_events"], WAVE)),
    _estimate("women and men", EVENTS, lambda t, _: women_and_men(t["first_events"], WAVE)),
    _estimate("proportional hazards", EVENTS, lambda t, _: adjusted(t["first_events"])),
    _estimate("staying in work", EVENTS, lambda t, _: staying_in_work(t["first_events"], WAVE)),
    _estimate("time in effort", TAKEN, lambda t, _: time_in_effort(t["participations"], DAY)),
    _estimate(
        "weighted for those lost", REACHED, lambda t, _: weighted_by_wave(**t, places=IN_WORK)
    ),
    Step("money: months before and after", LIVED, lambda t, s, _: expose(t, s), "economics"),
    Step("money: balances and gains", MOVED, lambda t, s, _: value(t, s), "economics"),
    _estimate("money: 2,000 draws", GAINED, draw),
    _estimate("money: draws and tables of the parties", GAINED, tell),
    _estimate("money: what it hangs on, scenarios", GAINED, doubt),
    _estimate("money: one group after another", (*LIVED, *PRICED), each_group),
)


if __name__ == "__main__":
    main()
