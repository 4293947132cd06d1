"""Traces of the machine and of the person who made the pages, in pages and in files."""

import re
import socket
import zipfile

from shared.audit.charts import without_pictures
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication
from shared.identity.free_text import has_email

PATHS = {
    "a path of this machine": re.compile(
        r"(?<![\w.<:/-])/(?:home|Users|tmp|var|root|mnt|opt|srv|usr|private|etc)/[\w.-]"
        r"|(?<![\w.])[A-Za-z]:\\{1,2}\w|(?<!\\)\\\\\w+\\\w|file://|~/\w",
    ),
    "a trace of the kernel": re.compile(
        r"ipykernel|papermill|kernelspec|nbformat|nbconvert|execution_count|jupyter_client|"
        r"site-packages|\.ipynb\b|matplotlib version",
        re.IGNORECASE,
    ),
}
LOADED = ("src", "srcset", "poster", "data", "action", "background", "formaction", "cite", "ping")
OUTSIDE = re.compile(r"^\s*(?:[a-z][\w+.-]*:)?//|^\s*(?:mailto|tel|ftp|file|javascript):", re.I)
FETCHED = re.compile(r"@import|url\(\s*[\"']?(?!data:|#)", re.IGNORECASE)
NAMES = re.compile(r"(?:[A-Z]{1,2}/)?[a-z][a-z_]*(?:\.html|\.tables\.json)|manifest\.json")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the first time that a zip can hold
SHORTEST = 4  # a host's name; shorter ones are in words by chance


def machine_traces(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find paths, host names, kernels and e-mail addresses in pages and their tables."""
    del knowledge
    found = []
    for page in publication.pages:
        written = f"{without_pictures(page)} {page.tables}"
        kinds = [kind for kind, pattern in PATHS.items() if pattern.search(written)]
        kinds += ["an e-mail address"] if has_email(written) else []
        kinds += ["the name of this machine"] if _names_host(written) else []
        for kind in kinds:
            found.append(Finding("machine residue", page.path, f"it has {kind}; take it out"))
    return found


def fetched_resources(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find what a page would fetch, or link to, outside the publication: it tells who reads."""
    del knowledge
    return [
        Finding("outside resource", page.path, f"{what} leads out of it; put it in, or take it out")
        for page in publication.pages
        for what in sorted(_outside(page))
    ]


def foreign_files(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find files that are no pages or tables, and names that are not neutral."""
    del knowledge
    found = [
        Finding("foreign file", _place(name), "it is no page and no page's tables; take it out")
        for name in publication.others
    ]
    named = [name for name in publication.names if name not in publication.others]
    return found + [
        Finding("name of a file", _place(name), "use the question's name in the letter's folder")
        for name in named
        if not NAMES.fullmatch(name)
    ]


def zip_entries(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find entries of a zip that tell when, or by whom, its files were made."""
    del knowledge
    found = []
    for entry in publication.zipped:
        for what in _entry_faults(entry):
            says = f"the entry has {what}; write it with {EPOCH[0]}-01-01 and nothing else"
            found.append(Finding("zip entry", _place(entry.filename), says))
    return found


def _names_host(written: str) -> bool:
    host = socket.gethostname().partition(".")[0]
    if len(host) < SHORTEST or host == "localhost":
        return False
    return re.search(rf"(?<!\w){re.escape(host)}(?!\w)", written, re.IGNORECASE) is not None


def _outside(page: Page) -> set[str]:
    found = set()
    for tag in page.soup.find_all(True):
        for name in (*LOADED, "href"):
            value = str(tag.get(name, ""))
            if OUTSIDE.search(value) or (name == "srcset" and "//" in value):
                found.add(f"<{tag.name} {name}>")
        if FETCHED.search(str(tag.get("style", ""))):
            found.add(f"<{tag.name} style>")
    found |= {"<style>" for tag in page.soup.find_all("style") if FETCHED.search(tag.get_text())}
    return found


def _place(name: str) -> str:
    """Return a file's place with its suffix but not its own name, which may be somebody's."""
    folder, _, file = name.rpartition("/")
    suffix = file[file.find(".") :] if "." in file else ""
    if NAMES.fullmatch(name):
        return name
    return (
        f"{'…/' if folder else ''}*{suffix}" if re.fullmatch(r"(\.\w{1,8}){0,2}", suffix) else "*"
    )


def _entry_faults(entry: zipfile.ZipInfo) -> list[str]:
    found = ["the time of its file"] if entry.date_time != EPOCH else []
    found += ["fields of owner or time"] if entry.extra else []
    return found + (["a comment"] if entry.comment else [])
