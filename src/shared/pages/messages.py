"""Every text that readers may meet, in Swedish: what a catalogue must translate.

``python -m shared.pages.messages en`` prints what ``locale/en.po`` lacks, ready to paste.
"""

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from shared.disclosure.counts import count_tables
from shared.disclosure.released import known_columns
from shared.pages import page, words
from shared.pages.words import Words, labels
from shared.places import NOTEBOOKS
from shared.sources.dictionary import code_lists, tables
from shared.wave.shell import TITLES

SHOWN = ("show", "figure", "say")  # what a notebook calls to show something
PACKAGE = Path(__file__).parents[1]


def messages() -> list[str]:
    """Return every Swedish text once: notebooks, package, labels, headings and titles."""
    found = [
        *_notebook_texts(),
        *_package_texts(),
        *TITLES.values(),
        *(page.NOTHING, page.TOO_FEW, page.LEFT_OUT, page.MONTHS, words.NEVER),
        *labels().values(),
    ]
    found += [column.label for column in known_columns().values()]
    found += [label for table in count_tables().values() for label in table.headings.values()]
    found += [code.label for codes in code_lists().values() for code in codes.values()]
    for table in tables().values():
        found += [table.title, *(column.header for column in table.columns)]
    return list(dict.fromkeys(text for text in found if text.strip()))


def _notebook_texts() -> Iterator[str]:
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                yield source
            else:
                yield from _shown_texts(ast.parse(source))


def _shown_texts(tree: ast.AST) -> Iterator[str]:
    """Yield the texts given to page.show, page.figure and page.say, and headings of columns."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Column":
            yield from (text for argument in node.args[2:3] for text in _strings(argument))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "as_number":
            yield from _strings(node.args[1])
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in SHOWN:
            spoken = [*node.args, *(k.value for k in node.keywords if k.arg == "otherwise")]
            for argument in spoken:
                yield from _strings(argument)


def _strings(node: ast.AST) -> Iterator[str]:
    """Yield the texts of an argument, but not those inside another call within it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _strings(node.body)
        yield from _strings(node.orelse)


def _package_texts() -> Iterator[str]:
    """Yield the literal texts that the package itself translates: ``words("...")``."""
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if name == "words":
                    yield from _strings(node.args[0])


def _untranslated(language: str) -> list[str]:
    words = Words(language)
    return [text for text in messages() if text not in words.catalogue]


if __name__ == "__main__":
    for text in _untranslated(sys.argv[1]):
        print(f'msgid {json.dumps(text, ensure_ascii=False)}\nmsgstr ""\n')
