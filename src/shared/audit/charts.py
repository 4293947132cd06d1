"""Charts: pictures of what a table beside them says, and nothing that holds its own numbers.

Source: the rules of the German research data centres, as the Handbook on Statistical Disclosure
Control (2nd ed., 2024, chapter 6.6) gives them: graphs only in a format that cannot be processed.
"""

import re
from base64 import b64decode
from binascii import Error
from typing import TYPE_CHECKING

from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication

if TYPE_CHECKING:
    from bs4 import Tag

DRAWN = ["svg", "canvas", "script", "object", "embed", "iframe", "math", "video", "audio", "applet"]
LIBRARY = re.compile(r"vega(?:-?lite)?|plotly|bokeh|echarts|highcharts|application/json", re.I)
PNG = "data:image/png;base64,"
SIGNATURE = b"\x89PNG\r\n\x1a\n"
# What draws a picture; every other chunk is words, times, thumbnails or unknown.
DRAWING = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "pHYs", "bKGD"}


# The bytes of a picture: letters that mean nothing, where chance may write any word.
PICTURE = re.compile(r"data:image/png;base64,[A-Za-z0-9+/=\s]*")
BEGINNING = 3  # words


def drawn_data(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find charts that are no pictures: their numbers can be read out of the page."""
    del knowledge
    found = []
    for page in publication.pages:
        kinds = {tag.name for tag in page.soup.find_all(DRAWN)}
        kinds |= {match[0].casefold() for match in LIBRARY.finditer(without_pictures(page))}
        for kind in sorted(kinds):
            says = f"the page has <{kind}> or its data; draw charts as PNG pictures only"
            found.append(Finding("chart with data", page.path, says))
    return found


def charts_without_table(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find pictures that show no table of the page: their caption names none of its titles."""
    del knowledge
    found = []
    for page in publication.pages:
        titles = {table["title"] for table in page.tables}
        titles |= {table.caption for table in page.shown_tables}
        for number, image in enumerate(page.soup.find_all("img"), start=1):
            if not _stands_by_a_table(image, titles):
                says = "no table beside it has its data; give figure and table the same title"
                found.append(Finding("chart without table", f"{page.path}: img {number}", says))
    return found


def pictures(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find pictures that hold more than a picture: text, times, software, data after the end."""
    del knowledge
    found = []
    for page in publication.pages:
        for number, image in enumerate(page.soup.find_all("img"), start=1):
            for says in _faults(str(image.get("src", ""))):
                found.append(Finding("hidden in a picture", f"{page.path}: img {number}", says))
    return found


def without_pictures(page: Page) -> str:
    """Return the page's HTML with the bytes of its pictures left out."""
    return PICTURE.sub("", page.html)


def _stands_by_a_table(image: "Tag", titles: set[str]) -> bool:
    figure = image.find_parent("figure")
    if figure is None:
        return False
    caption = figure.find("figcaption")
    beginning = _beginning(caption.get_text(" ", strip=True) if caption else "")
    return bool(beginning) and beginning in {_beginning(title) for title in titles}


def _beginning(title: str) -> tuple[str, ...]:
    """Return a title's first words: a table in several figures has one title in each."""
    return tuple(re.findall(r"\w+", title.casefold())[:BEGINNING])


def _faults(source: str) -> list[str]:
    if not source.startswith(PNG):
        return ["it is no PNG inside the page; draw it as one"]
    try:
        content = b64decode(source.removeprefix(PNG), validate=False)
    except (Error, ValueError):
        return ["its bytes cannot be read; draw it again"]
    if not content.startswith(SIGNATURE):
        return ["it is no PNG, whatever it says; draw it as one"]
    chunks, rest = _chunks(content)
    extra = sorted(set(chunks) - DRAWING)
    faults = [
        f"it has {chunk} chunks; save it with metadata={{'Software': None}}" for chunk in extra
    ]
    return faults + (["it has bytes after its end; draw it again"] if rest else [])


def _chunks(content: bytes) -> tuple[list[str], bytes]:
    """Return the kinds of a PNG's chunks and the bytes that follow the last (PNG, ISO 15948)."""
    kinds, at = [], len(SIGNATURE)
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        kinds.append(content[at + 4 : at + 8].decode("latin-1"))
        at += 12 + length
        if kinds[-1] == "IEND":
            break
    return kinds, content[at:]
