"""A table as HTML: readable by people and screen readers, and hidden never looks like zero."""

import pandas as pd

from shared.disclosure.released import Released, describe_columns
from shared.pages.tables import table_html
from shared.pages.words import Words

SV = Words("sv")


def released(rows, hidden=()):
    """Make a table of party and n; ``hidden`` lists the rows whose n is hidden."""
    frame = pd.DataFrame(rows, columns=["party", "n"]).astype({"n": "Int64"})
    gone = pd.DataFrame({"party": False, "n": [row in hidden for row in range(len(frame))]})
    return Released("x", "people", frame, gone, describe_columns(["party", "n"]), ("party",))


def test_hidden_missing_and_zero_look_different():
    html = table_html(released([("af", None), ("fk", None), ("region", 0)], hidden=[0]), "T", SV)
    assert [">..<" in html, ">–<" in html, ">0<" in html] == [True, True, True]


def test_table_has_caption_and_scopes():
    html = table_html(released([("af", 7)]), "Antal per part", SV)
    assert "<caption>Antal per part</caption>" in html
    assert '<th scope="col" class="number">Antal</th>' in html
    assert '<th scope="row" class="text">Arbetsförmedlingen</th>' in html


def test_titles_are_escaped():
    assert "<script>" not in table_html(released([("af", 7)]), "<script>", SV)


def test_same_table_in_english():
    assert "Employment Service" in table_html(released([("af", 7)]), "T", Words("en"))
