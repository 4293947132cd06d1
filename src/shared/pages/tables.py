"""A released table as accessible HTML: caption, header scopes, one symbol for hidden."""

from html import escape
from typing import Any

import pandas as pd

from shared.disclosure.released import Cell, Column, Released
from shared.pages.words import HIDDEN, MISSING, Words
from shared.sources.dictionary import tables

TEXT = ("text", "code", "table", "bool", "wave")


def table_html(released: Released, title: str, words: Words) -> str:
    """Return the table as HTML; ``title`` is already in the reader's language."""
    head = "".join(_head(column, words) for column in released.columns)
    pairs = zip(
        released.frame.itertuples(index=False, name=None),
        released.hidden.itertuples(index=False, name=None),
        strict=True,
    )
    body = "".join(_row(values, hidden, released.columns, words) for values, hidden in pairs)
    label = escape(title, quote=True)
    return (
        f'<div class="table" role="region" tabindex="0" aria-label="{label}">'
        f"<table><caption>{escape(title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def heading(column: Column, words: Words) -> str:
    """Return the column's heading in the reader's language; a number is a wave."""
    if column.name.isdigit():
        return words("{} mån").format(column.name)
    return words(column.label) if column.label else words.label(column.name, column.codes)


def show_value(value: Any, column: Column | Cell, words: Words, *, hidden: bool = False) -> str:
    """Return one value as readers see it."""
    if hidden:
        return HIDDEN
    if value is None or pd.isna(value):
        return MISSING
    if column.kind == "code":
        return words.label(str(value), column.codes)
    if column.kind == "table":
        return words(tables()[str(value)].title)
    if column.kind == "bool":
        return words.label("yes" if value else "no")
    if column.kind == "wave":
        return words("{} mån").format(value) if value != "all" else words.label("all")
    if column.kind == "year":
        return str(value)
    return words.number(value, column.kind)


def _head(column: Column, words: Words) -> str:
    side = "text" if column.kind in TEXT else "number"
    return f'<th scope="col" class="{side}">{escape(heading(column, words))}</th>'


def _row(values: tuple, hidden: tuple, columns: tuple[Column, ...], words: Words) -> str:
    cells = []
    for place, (value, gone, column) in enumerate(zip(values, hidden, columns, strict=True)):
        text = escape(show_value(value, column, words, hidden=gone))
        side = "text" if column.kind in TEXT else "number"
        tag = 'th scope="row"' if place == 0 else "td"
        cells.append(f'<{tag} class="{side}">{text}</{tag.split()[0]}>')
    return f"<tr>{''.join(cells)}</tr>"
