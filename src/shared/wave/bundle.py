"""What leaves the house: the pages of one audience, gathered in a folder and packed as a zip.

The pages about all groups are for the federation. A group's own pages have its exact figures, so
that whoever knows the municipalities would recognise it: they are bundled for that group alone.
"""

import shutil
import zipfile
from pathlib import Path

from shared.faults import Fault, InputError
from shared.wave.manifest import MANIFEST, files_of, write_manifest
from shared.wave.plan import PlannedPage
from shared.wave.publish import start_page
from shared.wave.run import Wave
from shared.wave.shell import start_shell

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can hold: when a page was made is no news
TODAY = "made by `lokus run`"


def audience(wave: Wave, group: str | None) -> list[PlannedPage]:
    """Return the pages for the federation, or for the group with this letter.

    Raises ``InputError`` for a letter that is not a group's, and for pages that are not made.
    """
    letters = list(dict.fromkeys(page.group for page in wave.pages if page.group))
    if group is not None and group not in letters:
        raise InputError([Fault(f"group '{group}'", f"one of {', '.join(letters)}")])
    folder = wave.reports / wave.words.language
    chosen = [page for page in wave.pages if page.group == group]
    gone = [page.name for page in chosen if not (folder / f"{page.name}.html").is_file()]
    if gone:
        todo = f"Run `lokus run STUDY --wave {wave.wave}` with the same --out and --language."
        raise InputError([Fault(f"no page {name}", TODAY, todo) for name in gone])
    return chosen


def gather(wave: Wave, pages: list[PlannedPage], folder: Path) -> None:
    """Write the pages, their tables, a first page that names only them, and the manifest."""
    source = wave.reports / wave.words.language
    for page in pages:
        for suffix in (".html", ".tables.json"):
            target = folder / f"{page.name}{suffix}"
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / f"{page.name}{suffix}", target)
    about = (wave.study, wave.wave, wave.data, wave.delivered, wave.words)
    start_page(folder / "index.html", start_shell(pages, {page.name for page in pages}, *about))
    write_manifest(folder, wave.study, wave.wave, wave.words.language)


def pack(folder: Path, target: Path) -> Path:
    """Write the folder as a zip, the same bytes for the same files whenever and wherever."""
    fresh = target.with_name(f".{target.name}.new")
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(fresh, "w") as archive:
        for name in [MANIFEST, *files_of(folder)]:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, (folder / name).read_bytes())
    return fresh.replace(target)
