"""Run a whole wave: prepare the data, make every page in parallel, write the first page."""

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from shared.faults import Fault, InputError, nearest
from shared.pages.words import Words
from shared.places import REPORTS, wave_folder
from shared.study import Study
from shared.wave.execute import OURS, PageError, execute
from shared.wave.manifest import write_manifest
from shared.wave.plan import PlannedPage, plan
from shared.wave.prepare import prepare
from shared.wave.publish import publish, start_page
from shared.wave.shell import page_shell, start_shell


@dataclass(frozen=True)
class Made:
    """One page made, or not: ``error`` is empty when it was. ``seconds`` is wall time."""

    page: PlannedPage
    seconds: float
    error: str = ""


@dataclass(frozen=True)
class Wave:
    """What the pages of one run share."""

    study: Study
    wave: int
    data: Path
    delivered: set[str]
    pages: list[PlannedPage]
    reports: Path
    words: Words


def open_wave(folder: Path, wave: int, language: str, out: Path | None, step: Callable) -> Wave:
    """Prepare the data of a wave and plan its pages; ``step`` is told what is going on."""
    words = Words(language)
    data = prepare(folder, wave, step)
    manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    study = Study.model_validate(manifest["study"])
    delivered = set(manifest["tables"])
    for name, card in manifest["tables"].items():
        delivered |= {f"{name}.{column}" for column in card["delivered"]}
    reports = (out or REPORTS) / study.name / wave_folder(wave)
    pages = plan(study, delivered)
    return Wave(study, wave, data, delivered, pages, reports, words)


def make_pages(
    wave: Wave,
    chosen: list[PlannedPage],
    workers: int,
    begun: Callable[[PlannedPage], object],
    done: Callable[[Made], object],
) -> list[Made]:
    """Make the chosen pages, ``workers`` at a time, and the first page.

    ``begun`` and ``done`` are told of each page.
    """

    def make(page: PlannedPage) -> Made:
        begun(page)
        return _make_page(wave, page)

    made = []
    with ThreadPoolExecutor(workers) as pool:
        for future in as_completed([pool.submit(make, page) for page in chosen]):
            made.append(future.result())
            done(made[-1])
    folder = wave.reports / wave.words.language
    there = {page.name for page in wave.pages if (folder / f"{page.name}.html").is_file()}
    about = (wave.study, wave.wave, wave.data, wave.delivered, wave.words)
    start_page(folder / "index.html", start_shell(wave.pages, there, *about))
    write_manifest(folder, wave.study, wave.wave, wave.words.language)
    return made


def choose(
    pages: list[PlannedPage], groups: list[str] | None, questions: list[str] | None
) -> list[PlannedPage]:
    """Return the pages of these groups and questions; raise ``InputError`` when there are none."""
    chosen = [
        page
        for page in pages
        if (not groups or page.group in groups) and (not questions or page.question in questions)
    ]
    letters = list(dict.fromkeys(page.group for page in pages if page.group))
    asked = list(dict.fromkeys(page.question for page in pages))
    faults = [
        Fault(f"{kind} '{name}'", ", ".join(known), nearest(name, known))
        for kind, names, known in (("group", groups, letters), ("question", questions, asked))
        for name in names or []
        if name not in known
    ]
    if not chosen and not faults:
        faults = [Fault("no page of that group and question", ", ".join(p.name for p in pages))]
    if faults:
        raise InputError(faults)
    return chosen


def _make_page(wave: Wave, page: PlannedPage) -> Made:
    """Make one page; knows nothing of where it runs. A page that fails leaves the old one be."""
    start = time.perf_counter()
    parameters = {"data": str(wave.data), "language": wave.words.language}
    parameters |= {"group": page.group} if page.group else {}
    kept = wave.reports / "notebooks" / wave.words.language / f"{page.name}.ipynb"
    shell = page_shell(page, wave.pages, wave.study, wave.wave, wave.data, wave.words)
    try:
        node = execute(page.notebook, kept, parameters, wave.delivered)
        publish(node, wave.reports / wave.words.language / f"{page.name}.html", wave.words, shell)
    except PageError as error:
        return Made(page, time.perf_counter() - start, str(error))
    except Exception as error:  # whatever it is, it must not stop the other pages
        said = f": {error}" if type(error).__name__ in OURS else ""
        return Made(page, time.perf_counter() - start, f"{type(error).__name__}{said}")
    return Made(page, time.perf_counter() - start)
