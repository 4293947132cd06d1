"""Municipalities: no page may say where a group is.

The list: SCB, kommuner i kodnummerordning (kommuner.csv), the 290 municipalities since 2003.
"""

import csv
import re
import unicodedata
from functools import cache
from itertools import pairwise
from pathlib import Path

from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication

LIST = Path(__file__).parent / "kommuner.csv"
# Names that are words, parts of names or people's names as well: they count as places only with
# what is said of places beside them.
WORDS = frozenset(
    re.findall(
        r"\w+",
        """Ale Berg Boden Eda Flen Heby Hjo Hylte Kil Kinda Klippan Köping Lund Malå Mark Mora
        Motala Nora Nybro Orsa Osby Sala Salem Skara Solna Sunne Säter Vara Ydre Ånge Åre""",
    )
)
PLACE_WORD = r"(?:kommun(?:en|ens|s)?|stad(?:en|s)?|municipality|lokus(?:grupp(?:en)?)?)"
BEFORE = r"(?:\b[Ii]|\b[Uu]r|\b[Ff]rån|\b[Tt]ill|\bvid|\bin|\bfrom|\bof|[Kk]ommunen|[Ll]okus)"
CODE = re.compile(r"(?<![\w.,:#-])\d{4}(?![\w.,:%-])")
YEARS = range(1900, 2100)
NAMED = ("id", "class", "name", "href", "for")


def municipalities(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find municipalities by name, in any form, in pages, attributes and names of files."""
    del knowledge
    found = []
    for page in publication.pages:
        if any(_names_one(text) for text in _texts(page)):
            says = "it names a municipality; say 'the group' or its letter"
            found.append(Finding("municipality", page.path, says))
        elif any(_is_one(token) for value in _attributes(page) for token in _tokens(value)):
            says = "an attribute or a code names a municipality; take it out"
            found.append(Finding("municipality", page.path, says))
    for name in publication.names:
        if any(_is_one(token) for token in _tokens(name)):
            says = "the name of a file or a folder names a municipality; rename it"
            found.append(Finding("municipality", "a file", says))
    return found


def municipality_codes(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find municipalities' codes (0114 to 2584) in texts, attributes and names of files.

    In texts only those with a leading zero, which no number of people or kronor has, and those
    beside the word; elsewhere those that are no years.
    """
    del knowledge
    found = []
    for page in publication.pages:
        texts = _texts(page)
        if any(_coded(text) for text in texts) or _coded_attribute(page):
            says = "it has the code of a municipality; take it out"
            found.append(Finding("municipality code", page.path, says))
    for name in publication.names:
        if any(_is_code(token) for token in re.split(r"[^0-9A-Za-z]+", name)):
            says = "the name of a file or a folder has the code of a municipality; rename it"
            found.append(Finding("municipality code", "a file", says))
    return found


@cache
def _list() -> dict[str, str]:
    with LIST.open(encoding="utf-8") as lines:
        return {row["code"]: row["name"] for row in csv.DictReader(lines)}


@cache
def _patterns() -> tuple[re.Pattern, re.Pattern]:
    """Return what finds plain names anywhere, and ambiguous ones beside words about places."""
    names = set(_list().values())
    plain = _either(names - WORDS)
    either = _either(names)
    return (
        re.compile(rf"(?<!\w)(?:{plain}|{plain.upper()})(?:s|S)?(?!\w)"),
        re.compile(rf"(?<!\w)(?:{either})s?[\s-]{PLACE_WORD}(?!\w)|{BEFORE}\s(?:{either})(?!\w)"),
    )


def _either(names: set[str]) -> str:
    """Return the names and their forms without å, ä and ö as alternatives, the longest first."""
    forms = names | {_ascii(name) for name in names - WORDS}
    return "|".join(re.escape(name) for name in sorted(forms, key=lambda name: (-len(name), name)))


def _ascii(name: str) -> str:
    parts = unicodedata.normalize("NFD", name)
    return "".join(part for part in parts if not unicodedata.combining(part))


@cache
def _tokens_of_names() -> frozenset[str]:
    names = _list().values()
    return frozenset(_ascii(name).casefold().replace(" ", "").replace("-", "") for name in names)


def _names_one(text: str) -> bool:
    plain, beside = _patterns()
    text = unicodedata.normalize("NFC", text)
    return plain.search(text) is not None or beside.search(text) is not None


def _is_one(token: str) -> bool:
    known = _tokens_of_names()
    return token in known or (token.endswith("s") and token[:-1] in known)


def _tokens(value: str) -> list[str]:
    """Return the words of a technical name, and neighbours joined: upplands-vasby, lilla_edet."""
    plain = _ascii(unicodedata.normalize("NFC", value)).casefold()
    words = [word for word in re.split(r"[^a-z]+", plain) if word]
    return words + ["".join(pair) for pair in pairwise(words)]


def _texts(page: Page) -> list[str]:
    """Return what is read: the title, the text, and the words that pictures and tables say."""
    title = page.soup.title.get_text() if page.soup.title else ""
    said = [str(tag["alt"]) for tag in page.soup.select("[alt]")]
    said += [str(tag["aria-label"]) for tag in page.soup.select("[aria-label]")]
    cells = {
        str(value)
        for table in page.tables
        for row in [{"title": table.get("title", "")}, table.get("where", {}), *table["rows"]]
        for value in row.values()
        if isinstance(value, str)
    }
    unseen = [str(text) for text in page.soup.find_all(string=True)]
    return [title, page.text, "\n".join([*said, *sorted(cells)]), "\n".join(unseen)]


def _attributes(page: Page) -> list[str]:
    """Return the values of attributes that are names and codes rather than texts."""
    return [
        " ".join(value) if isinstance(value, list) else str(value)
        for tag in page.soup.find_all(True)
        for name, value in tag.attrs.items()
        if name.startswith("data-") or name in NAMED
    ]


def _is_code(token: str) -> bool:
    return token in _list() and int(token) not in YEARS


def _coded(text: str) -> bool:
    for match in CODE.finditer(text):
        code = match[0]
        before = text[max(0, match.start() - 20) : match.start()].casefold()
        beside = "kommun" in before or "municipal" in before
        if code in _list() and (code.startswith("0") or beside):
            return True
    return False


def _coded_attribute(page: Page) -> bool:
    return any(
        _is_code(token)
        for value in _attributes(page)
        for token in re.split(r"[^0-9A-Za-z]+", value)
    )
