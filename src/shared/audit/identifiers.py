"""What is somebody's: numbers, names, dates, and what they wrote."""

import re
from functools import cache
from pathlib import Path

import pandas as pd

from shared.audit.charts import without_pictures
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication
from shared.identity.free_text import forms_of, has_name, has_phone_number
from shared.identity.numbers import has_personal_number
from shared.sources.dictionary import tables

OWN = ("comment", "note")  # columns of free text that are never shown
WORDS = 8  # in a row: so many are nobody else's by chance
PEOPLE = {"addon_resources", "coordinator", "comparison", "index"}  # pages about people
UNITS = {"individuals", "participations", "people", "follow-ups", "answers", "questionnaires"}
LONG = 6  # letters: a name that is no word of the language in small letters by chance
MONTH = r"(?:jan|feb|mar|apr|maj|may|jun|jul|aug|sep|okt|oct|nov|dec)[a-z]*"
DATE = re.compile(
    r"(?<![\d-])(?:19|20)\d\d-(?:0[1-9]|1[0-2])-[0-3]\d(?!\d)"
    r"|(?<!\d)[0-3]?\d/[01]?\d[ -](?:19|20)\d\d"
    rf"|(?<!\d)[0-3]?\d\.[01]?\d\.(?:19|20)\d\d|(?<!\d)[0-3]?\d\s{MONTH}\.?\s(?:19|20)\d\d"
    rf"|\b{MONTH}\s[0-3]?\d,\s(?:19|20)\d\d",
    re.IGNORECASE,
)
STAMP = re.compile(r"\bdata [0-9a-f]{12}\b")  # the footer's checksum may be digits only
FLOAT = re.compile(r"\d+\.\d+(?:e-?\d+)?")
WORD = re.compile(r"\w+")


def numbers_of_people(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find personal identity numbers, coordination numbers and phone numbers, wherever they are."""
    del knowledge
    found = []
    apart = {STAMP.sub(" ", page.text): _cells_apart(page) for page in publication.pages}
    for place, text in _everything(publication):
        if has_personal_number(text):
            says = "it has what looks like a personal identity number; take it out at once"
            found.append(Finding("identity number", place, says))
        if has_phone_number(text) and has_phone_number(apart.get(text, text)):
            says = "it has what looks like a phone number; take it out"
            found.append(Finding("phone number", place, says))
    return list(dict.fromkeys(found))


def known_names(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find the names and ids that no page may have, in any form; never says which."""
    names = sorted(name.strip() for name in knowledge.names if WORD.search(name))
    if not names:
        return []
    lettered = [name for name in names if re.search(r"[^\W\d_]", name)]
    forms = forms_of(lettered)
    folded = _alternatives(name.casefold() for name in names if _is_rare(name))
    strict = _alternatives(name.casefold() for name in names)
    found = []
    for place, text in _everything(publication):
        technical = place.endswith((" attribute", " name of the file"))
        pattern = strict if technical else folded
        hit = pattern is not None and pattern.search(text.casefold())
        if hit or has_name(text, forms):
            says = "it has a name or an id from the list of those that may not be there"
            found.append(Finding("name", place, says))
    return list(dict.fromkeys(found))


def dates_of_people(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find days on pages and in tables about people: finer than the wave, they tell who it is."""
    del knowledge
    found = []
    for page in publication.pages:
        if page.question in PEOPLE and DATE.search(without_pictures(page)):
            found.append(Finding("date", page.path, "it has a day; tell the wave, or months since"))
        for table in page.tables:
            if table.get("unit") in UNITS and DATE.search(str(table["rows"])):
                says = "it has a day; tell the wave, or months since"
                found.append(Finding("date", f"{page.path}: {table['id']}", says))
    return found


def raw_answers(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find eight words in a row that somebody wrote in an answer or a note and did not release."""
    if knowledge.data is None:
        return []
    written = _written(knowledge.data)
    found = []
    for page in publication.pages:
        for text in _texts(page):
            if not written.isdisjoint(_runs(text)):
                says = f"{WORDS} words in a row are somebody's own; tell it in other words"
                found.append(Finding("own words", page.path, says))
                break
    return found


def _everything(publication: Publication) -> list[tuple[str, str]]:
    """Return every text of a publication with its place; pictures' bytes and fractions left out."""
    found = []
    for page in publication.pages:
        found += [(page.path, text) for text in _texts(page)]
        found += [(f"{page.path}: source", FLOAT.sub(" ", _unseen(page)))]
        for tag in page.soup.find_all(True):
            for name, value in tag.attrs.items():
                joined = " ".join(value) if isinstance(value, list) else str(value)
                if name != "src" and joined:
                    found.append((f"{page.path}: {tag.name} attribute", joined))
    names = (re.sub(r"[/._-]", " ", name) for name in publication.names)
    return found + [("a file: name of the file", name) for name in names]


def _texts(page: Page) -> list[str]:
    """Return the page's visible text and the texts of its tables; whole numbers as well."""
    inside = [
        str(value)
        for table in page.tables
        for row in [table.get("where", {}), *table["rows"]]
        for value in row.values()
        if isinstance(value, str | int) and len(str(value)) > 1
    ]
    inside += [str(table.get("title", "")) for table in page.tables]
    title = page.soup.title.get_text() if page.soup.title else ""
    return [STAMP.sub(" ", page.text), title, "\n".join(dict.fromkeys(inside))]


def _cells_apart(page: Page) -> str:
    """Return the visible text with bars between cells: numbers side by side look like a phone's."""
    texts = page.soup.find_all(string=True)
    outside = [str(text) for text in texts if text.find_parent(["table", "style"]) is None]
    cells = [cell for table in page.shown_tables for row in table.rows for cell in row]
    return " | ".join([" ".join(outside), *cells])


def _unseen(page: Page) -> str:
    """Return the comments and other text of the source that the page's text leaves out."""
    from bs4.element import PreformattedString

    unseen = page.soup.find_all(string=lambda text: isinstance(text, PreformattedString))
    scripts = [tag.get_text() for tag in page.soup.find_all(["script", "template", "noscript"])]
    return "\n".join([*map(str, unseen), *scripts])


def _alternatives(names: object) -> re.Pattern | None:
    joined = "|".join(re.escape(name) for name in names)  # type: ignore[attr-defined]
    return re.compile(rf"(?<!\w)(?:{joined})s?(?!\w)") if joined else None


def _is_rare(name: str) -> bool:
    return len(name) >= LONG or bool(re.search(r"[\d\s_]", name))


@cache
def _written(data: Path) -> frozenset[str]:
    """Return the runs of words in free text of the processed data that nobody has let be used."""
    kept: set[str] = set()
    free: set[str] = set()
    for name, table in tables().items():
        columns = [c for c in table.columns if c.type == "text"]
        columns = [c for c in columns if c.scan or c.name in OWN]
        path = data / f"{name}.parquet"
        if columns and path.is_file():
            frame = pd.read_parquet(path)
            for column in columns:
                if column.name in frame:
                    allowed = _allowed(frame, column.scan)
                    free.update(_runs_of(frame.loc[allowed, column.name]))
                    kept.update(_runs_of(frame.loc[~allowed, column.name]))
    return frozenset(kept - free)


def _allowed(frame: pd.DataFrame, scan: str | bool) -> pd.Series:
    """Say of each row whether others may read its text: made to be read, or let be used."""
    if isinstance(scan, str) and scan in frame:
        return frame[scan].fillna(False).astype(bool)
    return pd.Series(scan is True, index=frame.index)


def _runs_of(texts: pd.Series) -> set[str]:
    unique = texts.dropna().astype(str).unique().tolist()
    return {run for text in unique for run in _runs(text)}


def _runs(text: str) -> set[str]:
    words = WORD.findall(text.casefold())
    return {" ".join(words[at : at + WORDS]) for at in range(len(words) - WORDS + 1)}
