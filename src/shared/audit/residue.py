"""What is in a page and not to be seen: hidden elements, comments, traces of the notebook."""

import re

from shared.audit.charts import without_pictures
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication

FOLDED = ["details", "template", "noscript", "dialog", "datalist", "input", "textarea", "link"]
ZERO = r"0(?:\.0+)?(?:px|r?em|pt|%)?(?=\s*(?:[;!}]|$))"
UNSEEN = re.compile(
    rf"""
    display\s*:\s*none | visibility\s*:\s*(?:hidden|collapse) | opacity\s*:\s*{ZERO}
    | font-size\s*:\s*{ZERO} | font\s*:\s*{ZERO} | clip(?:-path)?\s*:
    | text-indent\s*:\s*- | transform\s*:\s*(?:scale\(0|translate)
    | (?<![\w-])(?:width|height|max-height|max-width)\s*:\s*{ZERO}
    | (?<![\w-])color\s*:\s*(?:white\b|transparent|\#f{{3}}(?:f{{3}}|f{{5}})?\b|rgba?\(255,\s*255)
    """,
    re.VERBOSE | re.IGNORECASE,
)
MOVED = re.compile(r"(?<![\w-])(?:left|top|right|bottom|margin(?:-\w+)?)\s*:\s*-\s*\d", re.I)
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
SKIP = re.compile(r"\.skip")  # the link past the navigation, which waits outside for the keyboard
NOTEBOOK = re.compile(
    r"Traceback \(most recent call last\)|\bstderr\b|\bjp-\w+|ansi-\w+-fg|widget-state|"
    r"application/vnd\.jupyter|\b(?:In|Out)\s?\[\d*\]:|(?:User|Future|Runtime|Deprecation)Warning",
)
INVISIBLE = re.compile("[\u200b-\u200f\u2060-\u2064\ufeff\U000e0000-\U000e007f]")
META = {"viewport"}  # names of meta elements that a page needs


def hidden_elements(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find elements that are folded or styled away: anybody can read them in the source."""
    del knowledge
    found = []
    for page in publication.pages:
        for says in sorted({*_folded(page), *_styled_away(page)}):
            found.append(Finding("hidden in the page", page.path, f"{says}; take it out"))
    return found


def comments(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find comments, other unseen markup and invisible characters."""
    del knowledge
    from bs4 import Doctype
    from bs4.element import PreformattedString

    found = []
    for page in publication.pages:
        unseen = page.soup.find_all(string=lambda text: isinstance(text, PreformattedString))
        kinds = {type(text).__name__ for text in unseen if not isinstance(text, Doctype)}
        kinds |= {"invisible character"} if INVISIBLE.search(page.html) else set()
        kinds |= {"text after the page"} if page.html.rpartition("</html>")[2].strip() else set()
        for kind in sorted(kinds):
            says = f"the source has what no reader sees ({kind}); take it out"
            found.append(Finding("comment", page.path, says))
    return found


def notebook_traces(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find code, warnings, errors and states of widgets that came along from the notebook."""
    del knowledge
    return [
        Finding("notebook trace", page.path, f"it has '{what}'; publish outputs only")
        for page in publication.pages
        for what in sorted({match[0] for match in NOTEBOOK.finditer(without_pictures(page))})
    ]


def _folded(page: Page) -> list[str]:
    found = [f"<{tag.name}>" for tag in page.soup.find_all(FOLDED)]
    for tag in page.soup.find_all(True):
        if tag.has_attr("hidden") or tag.get("aria-hidden") == "true":
            found.append(f"hidden <{tag.name}>")
        if UNSEEN.search(str(tag.get("style", ""))) or MOVED.search(str(tag.get("style", ""))):
            found.append(f"<{tag.name}> styled away")
        if tag.has_attr("color") or tag.name == "font":
            found.append(f"<{tag.name}> with its own colour")
        if tag.name == "meta" and str(tag.get("name", "viewport")) not in META:
            found.append("<meta> with more than the page needs")
    return found


def _styled_away(page: Page) -> list[str]:
    """List the rules of the page's style sheets that take something out of sight."""
    found = []
    for sheet in page.soup.find_all("style"):
        for selector, body in RULE.findall(sheet.get_text()):
            moved = MOVED.search(body) and not SKIP.match(selector.strip())
            if UNSEEN.search(body) or moved:
                found.append(f"style '{' '.join(selector.split())[:40]}' that hides")
        if "/*" in sheet.get_text():
            found.append("comment in a style sheet")
    return found
