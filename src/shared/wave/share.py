"""Share a wave: gather the pages of an audience, attack them, and only then pack and remember."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from shared.audit.audit import Report, attack
from shared.audit.knowledge import of_study
from shared.audit.published import read_publication
from shared.disclosure.ledger import releases_before, write_release
from shared.faults import Fault, InputError
from shared.identity.keys import group_letters, study_key
from shared.study import load_study
from shared.wave.bundle import audience, gather, pack
from shared.wave.plan import PlannedPage
from shared.wave.run import Wave, open_wave

SHARED = "shared"  # folder of a release, with the bundles that were made of it


@dataclass(frozen=True)
class Shared:
    """A bundle, or what stopped it."""

    bundle: Path | None
    pages: int
    report: Report


def share(
    folder: Path,
    wave: int,
    *,
    group: str | None,
    language: str,
    out: Path | None,
    step: Callable[[str], object],
) -> Shared:
    """Bundle the pages about all groups, or a group's own, if an attack on them finds nothing.

    folder : the study's. The bundle is written beside the pages, and the release is entered in the
             private ledger (``disclosure/ledger.py``), against which later waves are protected.
    Raises ``InputError`` for pages that are not made, or were made of other data.
    """
    opened = open_wave(folder, wave, language, out, step)
    pages = audience(opened, group)
    _require_current(opened, pages)
    key = study_key(opened.study.name)
    letters = group_letters([one.id for one in load_study(folder).groups], key, wave)
    before = releases_before(opened.study.name, _manifest(opened)["stamp"])
    who = f"-{group}" if group else ""
    name = f"{opened.study.name}-{opened.reports.name}-{language}{who}.zip"
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / "pages"
        gather(opened, pages, place)
        step("attacking")
        # A group has another letter in each wave: its own earlier pages are held against by the
        # ledger (``disclosure/earlier.py``), not by an attacker who goes by letters.
        told = [] if group else _bundles(before, name)
        known = of_study(folder, opened.data, letters, earlier=told)
        report = attack(read_publication(place), known, lambda name: None)
        if report.findings:
            return Shared(None, len(pages), report)
        bundle = pack(place, opened.reports / name)
    kept = write_release(opened.data, key, letters) / SHARED
    kept.mkdir(exist_ok=True)
    shutil.copyfile(bundle, kept / name)
    return Shared(bundle, len(pages), report)


def _manifest(wave: Wave) -> dict:
    return json.loads((wave.data / "manifest.json").read_text(encoding="utf-8"))


def _bundles(releases: list[Path], name: str) -> list[Path]:
    """Return the bundles of earlier releases that this one's readers have, oldest first."""
    end = re.sub(r".*?wave-\d+", "", name)  # language and group, the same in every wave
    return [one for place in releases for one in sorted((place / SHARED).glob(f"*wave-??{end}"))]


def _require_current(wave: Wave, pages: list[PlannedPage]) -> None:
    """Refuse pages that were made of other data than what would be entered as released."""
    digest = sha256((wave.data / "manifest.json").read_bytes()).hexdigest()[:12]
    folder = wave.reports / wave.words.language
    old = [
        page.name
        for page in pages
        if digest not in (folder / f"{page.name}.html").read_text(encoding="utf-8")
    ]
    if old:
        todo = "Run `lokus run STUDY --wave N` again, and look at the pages before you share them."
        raise InputError(
            [
                Fault(f"page {name} of other data", "pages of the data as it is", todo)
                for name in old
            ]
        )
