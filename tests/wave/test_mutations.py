"""The gate is tested by mutation: leaks planted one at a time in the demo study's clean pages.

docs/disclosure-mutations.md is this list as a table.
"""

import json
from pathlib import Path

import pytest

from shared.audit.audit import CHECKS
from shared.audit.knowledge import Knowledge
from shared.audit.published import Page, Publication

NAMES = frozenset({"Almsta", "Karin Lindqvist"})
KNOWN = Knowledge(names=NAMES)
PAGE = "comparison"


def text(leak):
    """Plant HTML at the end of the page."""
    return lambda html, tables: (html.replace("</main>", f"{leak}</main>"), tables)


def cell(table, column, value, row=0):
    """Plant a value in a table beside the page."""

    def plant(html, tables):
        found = next(one for one in tables if one["id"] == table)
        found["rows"][row][column] = value
        found["suppressed"] = [
            gap for gap in found["suppressed"] if (gap["row"], gap["column"]) != (row, column)
        ]
        return html, tables

    return plant


def more(**table):
    """Plant a further table beside the page."""
    plain = {"unit": "people", "title": "T", "n_suppressed": 0, "suppressed": []}
    return lambda html, tables: (html, [*tables, plain | table])


def columns(*names, **kinds):
    keys = [{"name": name, "kind": "code", "key": True} for name in names]
    return [*keys, *({"name": name, "kind": kind} for name, kind in kinds.items())]


def counts(source, dimension, *rows):
    """Plant a table of counts of all groups together by one dimension, genders together."""
    return more(
        id=f"{source}_planted",
        source=source,
        where={"lokus_id": "all", "gender": "all"},
        columns=columns(dimension, n="count"),
        rows=[{dimension: name, "n": n} for name, n in rows],
    )


LEAKS = {
    "small count shown": (counts("referrals", "referrer", ("self", 3)), "small counts"),
    "count of a table nobody declared": (
        more(
            id="own",
            source="own",
            where={},
            columns=columns("x", n="count"),
            rows=[{"x": "a", "n": 9}],
        ),
        "counts without table",
    ),
    "estimate on three": (
        more(
            id="m",
            columns=columns("gender", n="count", mean="number"),
            rows=[{"gender": "woman", "n": 3, "mean": 2.0}],
        ),
        "small counts",
    ),
    "median of eight": (
        more(
            id="m",
            columns=columns("gender", n="count", median="months"),
            rows=[{"gender": "woman", "n": 8, "median": 4.0}],
        ),
        "values of one",
    ),
    "smallest value": (
        more(
            id="m",
            columns=columns("gender", n="count", min="number"),
            rows=[{"gender": "woman", "n": 40, "min": 2.0}],
        ),
        "values of one",
    ),
    "letter with its own n": (cell("comparison_scores", "n", "100–199"), "profiles of letters"),
    "letter hidden apart from its class": (
        cell("comparison_case_rates", "rate", None),
        "profiles of letters",
    ),
    "hidden count in a sentence": (text("<p>Totalt 8417 kvinnor.</p>"), "numbers in prose"),
    "share of a hidden count": (text("<p>Av dem arbetar 47,3 %.</p>"), "numbers in prose"),
    "true n in an alternative text": (text('<img alt="n = 8417" src="">'), "numbers in prose"),
    "few in words": (text("<p>Endast en kvinna arbetar.</p>"), "few in words"),
    "less than five": (text("<table><tr><td>&lt;5</td></tr></table>"), "marks"),
    "other mark for hidden": (text("<table><tr><td>*</td></tr></table>"), "marks"),
    "identity number": (text("<p>811218-9876</p>"), "numbers of people"),
    "identity number, twelve digits": (text("<p>198112189876</p>"), "numbers of people"),
    "co-ordination number": (text("<p>701063-2391</p>"), "numbers of people"),
    "identity number in a comment": (text("<!-- 811218-9876 -->"), "comments in the source"),
    "phone number": (text("<p>070-123 45 67</p>"), "numbers of people"),
    "participant's name": (text("<p>Karin Lindqvist</p>"), "names"),
    "group's own name": (text("<p>almsta</p>"), "names"),
    "municipality": (text("<p>Tierps kommun</p>"), "municipalities"),
    "municipality, inflected": (text("<p>i Uppsalas grupp</p>"), "municipalities"),
    "municipality code": (text('<p data-kod="0380">x</p>'), "codes of municipalities"),
    "e-mail": (text("<p>anna@exempel.se</p>"), "machine traces"),
    "home folder": (text("<p>/home/anna/lokus</p>"), "machine traces"),
    "temporary folder": (text("<p>/tmp/ipykernel_1/x.py</p>"), "machine traces"),
    "traceback": (text("<pre>Traceback (most recent call last)</pre>"), "notebook traces"),
    "code cell": (text('<div class="jp-InputArea">x</div>'), "notebook traces"),
    "text not displayed": (text('<p style="display:none">två</p>'), "hidden elements"),
    "white text": (text('<p style="color:#fff">två</p>'), "hidden elements"),
    "details": (text("<details>två</details>"), "hidden elements"),
    "template": (text("<template>två</template>"), "hidden elements"),
    "drawing with its data": (text("<svg><rect height='3'/></svg>"), "charts with data"),
    "script": (text("<script>let n = 2</script>"), "charts with data"),
    "resource of another host": (
        text('<img alt="" src="https://exempel.se/a.png">'),
        "outside resources",
    ),
}
FILES = {
    "notebook in the folder": ("comparison.ipynb", "foreign files"),
    "table of rows in the folder": ("rows.csv", "foreign files"),
    "municipality in a file name": ("tierp/process.html", "municipalities"),
}


@pytest.fixture(scope="session")
def clean(wave):
    """Read two of the pages about all groups of the demo study."""
    folder: Path = wave("demo", 18)
    pages = []
    for name in (PAGE, "data_quality"):
        html = (folder / f"{name}.html").read_text(encoding="utf-8")
        tables = (folder / f"{name}.tables.json").read_text(encoding="utf-8")
        pages.append(Page(f"{name}.html", html, json.loads(tables)))
    return pages


def published(pages, others=None):
    return Publication(pages, others or {}, {}, [page.path for page in pages], [])


def found(publication, *checks):
    return [finding for name in checks for finding in CHECKS[name](publication, KNOWN)]


def test_clean_pages_have_no_finding(clean):
    assert found(published(clean), *CHECKS) == []


@pytest.mark.parametrize("name", LEAKS)
def test_planted_leak_is_found(name, clean):
    plant, check = LEAKS[name]
    html, tables = plant(clean[0].html, json.loads(json.dumps(clean[0].tables)))
    assert (html, tables) != (clean[0].html, clean[0].tables)
    assert found(published([Page(f"{PAGE}.html", html, tables), clean[1]]), check)


@pytest.mark.parametrize("name", FILES)
def test_planted_file_is_found(name, clean):
    path, check = FILES[name]
    if path.endswith(".html"):
        planted = published([*clean, Page(path, clean[1].html, clean[1].tables)])
    else:
        planted = published(clean, {path: b"x"})
    assert found(planted, check)
