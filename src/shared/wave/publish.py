"""An executed notebook to a page for readers; any output that has not passed the door stops it."""

import json
import re
import threading
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any

import nbformat

import shared.pages
from shared.disclosure.released import MARK
from shared.pages.words import Words
from shared.wave.execute import PageError

TEMPLATES = Path(shared.pages.__file__).parent / "template"
FEWEST_SECTIONS = 6  # for a page to begin with links to them
_local = threading.local()


def publish(node: nbformat.NotebookNode, target: Path, words: Words, shell: dict) -> None:
    """Write the page as ``target`` (.html) and its tables beside it (.tables.json).

    ``shell`` fills ``template/lokus/shell.html.j2``. Raises ``PageError`` for an output that is not
    a released table, figure or sentence.
    """
    require_released(node)
    for cell in node.cells:
        if cell.cell_type == "markdown":
            cell.source = _prose(cell, words)
    sections = _sections(node)
    page = shell | {"sections": sections if len(sections) >= FEWEST_SECTIONS else []}
    html, _ = _exporter(words.language).from_notebook_node(node, resources={"page": page})
    numbers = count(1)
    html = re.sub("<h2>", lambda _: f'<h2 id="section-{next(numbers)}">', html)
    found = json.dumps(published_tables(node), ensure_ascii=False, indent=1)
    target.parent.mkdir(parents=True, exist_ok=True)
    _replace(target.with_suffix(".tables.json"), found + "\n")
    _replace(target, html)


def _sections(node: nbformat.NotebookNode) -> list[str]:
    """Return the page's second-level headings, in order."""
    prose = "\n".join(cell.source for cell in node.cells if cell.cell_type == "markdown")
    return re.findall(r"(?m)^## (.+)$", prose)


def require_released(node: nbformat.NotebookNode) -> None:
    """Raise ``PageError`` naming the first cell with an output that has not passed the door."""
    for number, cell in enumerate(node.cells):
        for output in cell.get("outputs", []):
            mark = output.get("metadata", {}).get(MARK, {})
            html = output.get("data", {}).get("text/html", "")
            if not html or mark.get("sha256") != sha256(html.encode()).hexdigest():
                raise PageError(
                    f"cell {number}: shows something ({output.output_type}) that has not passed "
                    "the disclosure module. Show it with page.show, page.figure or page.say, "
                    "or do not show it"
                )


def published_tables(node: nbformat.NotebookNode) -> list[dict]:
    """Return the released tables of a notebook, each once, in the order they are shown.

    Rows of one table that are shown apart (one wave as a table, all as a figure) are put together.
    A table that is shown in two shapes is there once where one shape holds the other.
    """
    found: list[dict] = []
    for cell in node.cells:
        for output in cell.get("outputs", []):
            table = output["metadata"][MARK]["table"]
            if table:
                _add(found, table)
    return found


def _add(found: list[dict], table: dict) -> None:
    """Put a table with those found, into one of the same shape, or in the place of one it holds."""
    for place, before in enumerate(found):
        if before["id"] != table["id"]:
            continue
        if _shape(before) == _shape(table):
            _add_rows(before, table)
            return
        if _holds(before, table):
            return
        if _holds(table, before):
            found[place] = table
            return
    found.append(table)


def _shape(table: dict) -> tuple:
    return table["columns"], table.get("where")


def _holds(wide: dict, narrow: dict) -> bool:
    """Tell whether every row of the narrow table, with what holds of all, is in the wide one."""
    rows = [{**wide.get("where", {}), **row} for row in wide["rows"]]
    return all(
        any(({**narrow.get("where", {}), **row}).items() <= one.items() for one in rows)
        for row in narrow["rows"]
    )


def _add_rows(before: dict, table: dict) -> None:
    for number, row in enumerate(table["rows"]):
        if row not in before["rows"]:
            place = len(before["rows"])
            before["rows"].append(row)
            gone = [cell for cell in table["suppressed"] if cell["row"] == number]
            before["suppressed"] += [{**cell, "row": place} for cell in gone]
    before["n_suppressed"] = len(before["suppressed"])


def start_page(target: Path, page: dict[str, Any]) -> None:
    """Write the wave's first page; ``page`` fills ``template/lokus/start.html.j2``."""
    from jinja2 import Environment, FileSystemLoader

    environment = Environment(loader=FileSystemLoader(TEMPLATES / "lokus"))
    _replace(target, environment.get_template("start.html.j2").render(page=page))


def _prose(cell: nbformat.NotebookNode, words: Words) -> str:
    if "missing" in cell.metadata:
        names = ", ".join(
            ": ".join(map(words, name.split(": "))) for name in cell.metadata["missing"]
        )
        return words("Underlag saknas. Ej levererat: {}.").format(names)
    return words(cell.source)


def _exporter(language: str) -> Any:
    """Return this thread's exporter: making one compiles its templates, half a second."""
    if getattr(_local, "language", None) != language:
        from nbconvert import HTMLExporter

        _local.language = language
        _local.exporter = HTMLExporter(
            template_name="lokus",
            extra_template_basedirs=[str(TEMPLATES)],
            exclude_input=True,
            exclude_input_prompt=True,
            exclude_output_prompt=True,
            exclude_anchor_links=True,
            language_code=language,
        )
    return _local.exporter


def _replace(path: Path, text: str) -> None:
    """Write beside the old file and put it in its place, so that readers never meet half a page."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
