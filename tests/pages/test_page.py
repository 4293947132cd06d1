"""A notebook's page: only what is released can be shown, and numbers in sentences come from it."""

import json

import pandas as pd
import pytest

from shared.disclosure.released import Cell
from shared.faults import InputError
from shared.pages import draw, figures, page
from shared.pages.words import Words

MANIFEST = {
    "study": {"name": "s", "title": "S", "waves": {"0": None}, "groups": [{"id": "A"}]},
    "wave": 0,
    "tables": {},
}


@pytest.fixture
def shown(monkeypatch):
    """Collect the HTML and marks that a page displays."""
    found = []
    monkeypatch.setattr(page, "display", lambda html, metadata: found.append((html.data, metadata)))
    return found


@pytest.fixture
def opened(tmp_path):
    (tmp_path / "manifest.json").write_text(json.dumps(MANIFEST), encoding="utf-8")
    return page.open_page(str(tmp_path), group="A")


def test_page_without_data_says_what_to_run(tmp_path):
    with pytest.raises(InputError, match="make reports"):
        page.open_page(str(tmp_path))


def test_unknown_group_is_refused_with_the_known_letters(tmp_path, opened):
    with pytest.raises(InputError, match=r"group 'B'.*one of A"):
        page.open_page(str(opened._folder), group="B")


def test_raw_frame_cannot_be_shown_or_drawn(opened):
    frame = pd.DataFrame({"n": [1]})
    with pytest.raises(TypeError, match="only released tables"):
        opened.show(frame, "T")
    with pytest.raises(TypeError, match="only released tables"):
        opened.figure(frame, draw.bars, "T", "alt", x="n", y="n")


def test_number_in_a_sentence_must_come_from_a_released_table(opened):
    with pytest.raises(TypeError, match="released table"):
        opened.say("Det är {n}.", n=3)


def test_hidden_number_becomes_the_symbol_or_the_other_sentence(opened, shown):
    hidden = Cell(None, "count", "", hidden=True)
    opened.say("Det är {n}.", n=hidden)
    opened.say("Det är {n}.", otherwise="För få.", n=hidden)
    assert [html for html, _ in shown] == [
        '<p class="finding">Det är ...</p>',
        '<p class="finding">För få.</p>',
    ]


def test_what_is_shown_carries_a_mark(opened, shown):
    opened.say("Hej.", lead=True)
    assert shown[0][0] == '<p class="answer">Hej.</p>'
    assert set(shown[0][1][page.MARK]) == {"sha256", "table"}


def facts(opened):
    frame = pd.DataFrame({"party": ["af", "fk"], "held": [3, 9]})
    return opened.facts(frame, id="x", unit="meetings", because="meetings")


def test_figure_needs_an_alternative_text(opened):
    with pytest.raises(ValueError, match="alternative text"):
        opened.figure(facts(opened), draw.bars, "T", " ", x="held", y="party")


def test_figure_is_a_picture_with_alternative_text_and_without_the_software_name(opened):
    texts, columns = ("T", "Två staplar"), {"x": "held", "y": "party"}
    html = figures.figure_html(facts(opened), draw.bars, *texts, Words("sv"), **columns)
    again = figures.figure_html(facts(opened), draw.bars, *texts, Words("sv"), **columns)
    assert html == again
    assert 'alt="Två staplar"' in html
    assert "Matplotlib" not in html


def test_empty_table_is_a_sentence(opened, shown):
    table = opened.facts(pd.DataFrame({"held": []}), id="x", unit="m", because="meetings")
    opened.show(table, "Förändring sedan baslinjen")
    assert "ännu inga uppgifter" in shown[0][0]
