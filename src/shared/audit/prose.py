"""Numbers outside the tables: in sentences, titles, captions and what screen readers say.

What a page says in words must be in its tables, which are what is protected. Numbers that belong to
the method (months, years, scales, limits) are told from those about people by the words around
them, and by that sentences about the method are the same for every group.
"""

import re
from collections import Counter
from typing import TYPE_CHECKING

from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication
from shared.audit.table_numbers import NUMBER, TableNumbers

if TYPE_CHECKING:
    from bs4 import Tag

SENTENCES = ["title", "h1", "h2", "h3", "h4", "p", "li", "caption", "figcaption", "a", "label"]
SAID = ("alt", "title", "aria-label", "aria-description", "aria-valuetext", "summary", "value")
BAND = re.compile(r"\d+–\d+|\d+\+|(?:19|20)\d\d-\d\d-\d\d")
MONTHS = r"(?:\d+(?:,\s|\soch\s|\sand\s))*\d+\s?(?:månader|mån\b|months|år\b|years?\b|dagar|days)"
METHOD = re.compile(
    rf"""
    (?<![\d.,])(?<!\d\s){MONTHS} | (?<!\d)(?:19|20)\d\d(?:\s?års)?(?!\d)
    | (?:är|are|is)\s95\s?(?:procent|%|per\ cent)
    | (?:minst|under|över|mer\ än|färre\ än|at\ least|below|above|over|more\ than|fewer\ than)
      \s\d+(?:[.,]\d+)?
    | (?:från|from)\s\d\s(?:[^.\d]*)(?:till|to)\s\d | \d\s(?:eller|or)\s\d\b
    | (?:av|of)\s5\b | ICC\(\d\) | Lokus\s[\d.]+ | data\s[0-9a-f]{{12}}
    """,
    re.VERBOSE | re.IGNORECASE,
)
PEOPLE = (
    r"(?:person(?:er|erna)?|kvinn(?:a|or|orna)|m[aä]n|män(?:nen)?|individ(?:er|erna)?|deltagare|"
    r"deltagarna|svarande|medlem(?:mar|marna)?|anställda?|ungdom(?:ar)?|klient(?:er)?|avlidna?|"
    r"people|persons?|wom[ae]n|m[ae]n|participants?|individuals?|respondents?|members?|clients?)"
)
FEW = (
    r"(?:två|tre|fyra|endast|bara|blott|enstaka|two|three|four|only|"
    r"(?:endast|bara|blott|only)\s(?:en|ett|one))"
)
LONE = re.compile(
    rf"\b(?:{FEW}|(?:en|ett|one)\s(?:enda|single))\s(?:\w+\s)?{PEOPLE}\b"
    rf"|\b(?:en|ett|två|tre|fyra|one|two|three|four)\s(?:av|of)\s"
    rf"(?:dem\b|them\b|(?:de|the)?\s?(?:\w+\s)?{PEOPLE}\b)",
    re.IGNORECASE,
)
COUNTED = re.compile(rf"(?<![\d.,–−+-])(\d+)\s(?:av\s\w+\s)?(?:\w+\s)?{PEOPLE}\b", re.IGNORECASE)
GROUP = re.compile(r"\b(Grupp|Group)\s[A-Z]{1,2}\b")
TWICE = 2  # pages with the same sentence: then it is about the method, not about a group


def numbers_in_prose(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find numbers in sentences and attributes that no table of the page has."""
    del knowledge
    texts = {page.path: texts_of(page) for page in publication.pages}
    said = Counter(text for listed in texts.values() for text in {_of_any(t) for _, t in listed})
    found = []
    for page in publication.pages:
        known = TableNumbers.of(page)
        for place, text in texts[page.path]:
            if said[_of_any(text)] >= TWICE and place != "answer":
                continue
            if not all(known.have(*number) for number in _numbers(text)):
                says = "it has a number that no table of the page has; say it from a table"
                found.append(Finding("number outside the tables", f"{page.path}: {place}", says))
    return list(dict.fromkeys(found))


def few_in_words(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find few people in words or digits ("two of the women"); somebody must read these."""
    if knowledge.mode == "open":
        return []
    found = []
    for page in publication.pages:
        for place, text in texts_of(page):
            few = [int(n) for n in COUNTED.findall(text) if 0 < int(n) < knowledge.threshold]
            if few or LONE.search(text):
                says = "it tells of few people in words; read it, and write it without a number"
                found.append(Finding("few in words", f"{page.path}: {place}", says))
    return list(dict.fromkeys(found))


def texts_of(page: Page) -> list[tuple[str, str]]:
    """Return the page's sentences outside the tables' cells, with the element they are in."""
    found = []
    for tag in page.soup.find_all(True):
        if tag.name in SENTENCES and not tag.find_parent(SENTENCES):
            found.append((_place(tag), _plain(tag.get_text(" "))))
        for name, value in tag.attrs.items():
            if name in SAID or name.startswith(("data-", "aria-l")):
                found.append((f"{tag.name} {name}", _plain(str(value))))
    main = page.soup.find("main")
    loose = main.find_all(string=True, recursive=False) if main else []
    found += [("text between", _plain(str(text))) for text in loose]
    found += [
        (f"{tag.name} outside", _plain(tag.get_text(" ")))
        for tag in page.soup.find_all(["span", "strong", "em", "small", "div", "pre", "code", "dd"])
        if not tag.find_parent([*SENTENCES, "table"]) and not tag.find(["table", *SENTENCES])
    ]
    parts = [(place, part) for place, text in found for part in text.split(" · ")]
    return [(place, part) for place, part in parts if re.search(r"\w", part)]


def _place(tag: "Tag") -> str:
    kinds: list[str] = list(tag.get("class") or [])
    return "answer" if "answer" in kinds or "finding" in kinds else tag.name


def _of_any(text: str) -> str:
    """Return a sentence without the group's letter: the same for every group, if of the method."""
    return GROUP.sub(r"\1", text)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _numbers(text: str) -> list[tuple[str, bool]]:
    """Return the numbers about people or money, as written, and whether they are percentages."""
    rest = METHOD.sub(" ", BAND.sub(" ", text))
    return [(match[1], match[2] is not None) for match in NUMBER.finditer(rest)]
