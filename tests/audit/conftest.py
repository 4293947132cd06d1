"""A small clean publication, built as the real pages are; leaks are planted into copies of it."""

import base64
import json
import struct
import zlib

import pytest

from shared.audit.published import read_publication


def _chunk(kind, data=b""):
    """Return a chunk of a PNG."""
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def _png(*extra, after=b""):
    """Return a picture of one grey dot as text, with more chunks before its end."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    body = _chunk(b"IDAT", zlib.compress(b"\0\x80"))
    content = b"\x89PNG\r\n\x1a\n" + head + b"".join(extra) + body + _chunk(b"IEND") + after
    return base64.b64encode(content).decode()


TITLE = "Var de är efter tolv månader"
TABLE = {
    "id": "status",
    "title": TITLE,
    "unit": "participations",
    "columns": [
        {"name": "place", "kind": "code", "key": True},
        {"name": "count", "kind": "count"},
        {"name": "share", "kind": "share"},
        {"name": "rate", "kind": "rate"},
    ],
    "rows": [
        {"place": "employed", "count": 33, "share": 0.532258065, "rate": 4.26},
        {"place": "studies", "count": None, "share": None, "rate": None},
        {"place": "ended", "count": 6, "share": 0.0967741935, "rate": None},
        {"place": "all", "count": 62, "share": 1.0, "rate": None},
    ],
    "n_suppressed": 1,
    "suppressed": [{"row": 1, "column": "count", "reason": "protected"}],
}
PAGE = f"""<!DOCTYPE html>

<html lang="sv">
<head>
<meta charset="utf-8"/>
<meta content="width=device-width, initial-scale=1" name="viewport"/>
<title>Tilläggsresurser, Grupp C, 18 mån</title>
<style>:root {{ --ink: #1b1f24; }}
body {{ margin: 0; color: var(--ink); background: #fff; }}
.skip {{ position: absolute; left: 1rem; top: -4rem; background: #fff; }}
footer p {{ max-width: none; }}</style>
</head>
<body>
<a class="skip" href="#content">Till innehållet</a>
<header><p class="study">Samverkan (simulerad studie) · Grupp C, 18 mån</p>
<nav aria-label="Sidor"><ul><li><a href="../index.html">Översikt</a></li></ul></nav></header>
<main id="content"><h1>Var är de 6, 12 och 18 månader senare?</h1>
<p class="answer">53 % av 62 arbetar, 4,26 per månad. Av de avslutade arbetar 59 %.</p>
<p>En person kan ha flera deltaganden, från 1 till 5 år. Minst 40 behövs i 2017 års priser. Det är
vara eller inte vara, ett berg av mål, och mark att vinna.</p>
<figure><img alt="En stapel per läge." src="data:image/png;base64,{_png()}"/>
<figcaption>{TITLE}</figcaption></figure>
<div aria-label="{TITLE}" class="table" role="region" tabindex="0"><table>
<caption>{TITLE}</caption>
<thead><tr><th class="text" scope="col">Läge</th><th class="number" scope="col">Antal</th></tr>
</thead><tbody><tr><th class="text" scope="row">Arbete</th><td class="number">33</td></tr>
<tr><th class="text" scope="row">Studier</th><td class="number">..</td></tr>
<tr><th class="text" scope="row">Avslutade</th><td class="number">6</td></tr>
<tr><th class="text" scope="row">Alla</th><td class="number">62</td></tr></tbody></table></div>
</main>
<footer><p>.. betyder att uppgiften är skyddad: antal under 5 visas inte.</p>
<p>Lokus 0.1.0, data 199001012385. Intervall är 95 procent.</p></footer>
</body>
</html>
"""


@pytest.fixture
def png():
    """Return a function that draws a picture with more chunks, given as (kind, bytes)."""
    return lambda *extra, after=b"": _png(*(_chunk(*one) for one in extra), after=after)


@pytest.fixture
def publication(tmp_path):
    """Return a function that writes the pages, changed as told, and reads them."""

    def build(before="", after="", *, row=None, files=None, page="C/addon_resources"):
        assert not before or before in PAGE
        target = tmp_path / f"{page}.html"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(PAGE.replace(before, after, 1) if before else PAGE, encoding="utf-8")
        rows = TABLE["rows"] + ([row] if row else [])
        tables = json.dumps([TABLE | {"rows": rows}], ensure_ascii=False)
        (tmp_path / f"{page}.tables.json").write_text(tables, encoding="utf-8")
        for name, content in (files or {}).items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
        return read_publication(tmp_path)

    return build
