"""A notebook's page: only what is released can be shown, and numbers in sentences come from it."""

import json
import math

import pandas as pd
import pytest

from shared.disclosure.released import Cell, Column
from shared.faults import InputError
from shared.pages import draw, figures, page
from shared.pages.words import HIDDEN, MISSING, Words
from shared.study.settings import Disclosure

GROUPS = [{"id": "A"}, {"id": "B"}]
MANIFEST = {
    "study": {"name": "s", "title": "S", "waves": {"0": None}, "groups": GROUPS},
    "wave": 0,
    "tables": {"left_out": {}},
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
    with pytest.raises(InputError, match=r"group 'C'.*one of A, B"):
        page.open_page(str(opened._folder), group="C")


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


@pytest.mark.parametrize(
    ("language", "told"), [("sv", "Efter 18 månader."), ("en", "After 18 months.")]
)
def test_wave_in_a_sentence_is_in_whole_words(opened, shown, monkeypatch, language, told):
    words = Words(language)
    monkeypatch.setitem(words.catalogue, "Efter {wave}.", "After {wave}.")
    opened.words = words
    opened.say("Efter {wave}.", wave=Cell(18, "wave", "", hidden=False))
    assert shown[0][0] == f'<p class="finding">{told}</p>'


@pytest.mark.parametrize(
    ("value", "hidden", "symbol"),
    [(18, True, HIDDEN), (None, True, HIDDEN), (None, False, MISSING)],
)
def test_wave_that_is_not_there_is_no_number_of_months(opened, shown, value, hidden, symbol):
    opened.say("Efter {wave}.", wave=Cell(value, "wave", "", hidden=hidden))
    assert shown[0][0] == f'<p class="finding">Efter {symbol}.</p>'


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


# Data


@pytest.fixture
def left_out(tmp_path):
    """Write records of three participations that are not followed; return their file."""
    path = tmp_path / "left_out.parquet"
    frame = pd.DataFrame({"lokus_id": ["A", "B", "A"], "reason": ["anonymous", "x", "no_consent"]})
    frame.to_parquet(path)
    return path


def test_group_has_its_own_records_and_the_wave_has_all(opened, left_out):
    assert opened.records("left_out")["reason"].tolist() == ["anonymous", "no_consent"]
    everyone = page.open_page(str(opened._folder))
    assert everyone.records("left_out")["reason"].tolist() == ["anonymous", "x", "no_consent"]


def test_records_are_read_only_once(opened, left_out):
    first = opened.records("left_out")
    left_out.unlink()
    assert opened.records("left_out").equals(first)


def test_only_the_tables_of_a_kind_are_read(opened, left_out, monkeypatch):
    read = []

    def build(tables, study, wave):
        read.append((sorted(tables), study.name, wave))
        return tables["left_out"]

    (left_out.parent / "moten.parquet").write_bytes(b"no table")
    monkeypatch.setitem(page.KINDS, "some", (build, ("left_out",)))
    assert len(opened.records("some")) == 2
    assert read == [(["left_out"], "s", 0)]


@pytest.fixture
def processed(tmp_path):
    """Write a table with rows of both groups and one without groups."""
    pd.DataFrame({"lokus_id": ["A", "B"], "n": [1, 2]}).to_parquet(tmp_path / "left_out.parquet")
    pd.DataFrame({"price_id": ["x"]}).to_parquet(tmp_path / "apriser.parquet")
    known = {**MANIFEST, "tables": {"left_out": {}, "apriser": {}}}
    (tmp_path / "manifest.json").write_text(json.dumps(known), encoding="utf-8")
    return str(tmp_path)


def test_rows_are_the_groups_own_unless_everyones_are_asked_for(processed):
    own, whole = page.open_page(processed, group="A"), page.open_page(processed)
    assert own.rows("left_out")["n"].tolist() == [1]
    assert own.rows("left_out", everyone=True)["n"].tolist() == [1, 2]
    assert whole.rows("left_out")["n"].tolist() == [1, 2]
    assert own.rows("apriser")["price_id"].tolist() == ["x"]


def test_tables_are_those_that_were_delivered(processed):
    own = page.open_page(processed, group="A")
    assert list(own.tables("left_out", "moten", "apriser")) == ["left_out", "apriser"]
    assert own.tables("left_out")["left_out"]["n"].tolist() == [1]
    assert own.tables("left_out", everyone=True)["left_out"]["n"].tolist() == [1, 2]


# Money


def money(opened, people=12, **more):
    """Return what a page tells of the gain of two parties, from so many people each."""
    frame = pd.DataFrame({"account": ["af", "fk"], "n": people, "cost": 71.0, "gain": 12345.0})
    own = pd.DataFrame({"af": 100.0, "fk": 100.0}, index=range(people))
    given = {"of": "account", "contributions": own} | more
    return opened.money(frame, id="x", unit="kr", keys=["account"], **given)


def test_money_is_told_in_two_digits_with_n_as_a_band(opened):
    got = money(opened)
    assert got.frame["gain"].tolist() == [12000, 12000]
    assert got.frame["n"].tolist() == ["10–19"] * 2
    assert (got.id, got.unit, got.keys) == ("x", "kr", ("account",))


def test_money_of_too_few_people_is_hidden_with_what_it_was_paid(opened):
    assert money(opened, 9, known=["cost"]).hidden[["cost", "gain"]].all(axis=None)


def test_what_was_paid_is_told_beside_a_hidden_gain(opened):
    own = pd.DataFrame({"af": [100.0] * 4 + [0.0] * 8, "fk": 100.0})
    got = money(opened, contributions=own, known=["cost"])
    assert got.hidden["gain"].tolist() == [True, False]
    assert got.frame["cost"].tolist() == [71, 71]


def test_change_is_rounded_by_the_rules_of_the_study(opened, monkeypatch):
    given = []
    monkeypatch.setattr(page, "in_person_years", lambda *arguments: given.append(arguments))
    opened.rounded("change")
    assert given == [("change", opened.study.disclosure)]


def test_money_hides_the_parts_of_totals(opened):
    own = pd.DataFrame({"af": [100.0] * 4 + [0.0] * 8, "fk": 100.0})
    own["public"] = own["af"] + own["fk"]
    alone = money(opened, contributions=own)
    assert alone.hidden["gain"].tolist() == [True, False]
    summed = money(opened, contributions=own, totals={"public": ["af", "fk"]})
    assert summed.hidden["gain"].tolist() == [True, True]


def test_money_of_open_data_is_exact(opened):
    opened.study = opened.study.model_copy(update={"disclosure": Disclosure(mode="open")})
    got = money(opened, 3)
    assert (got.frame["gain"].tolist(), got.frame["n"].tolist()) == ([12345, 12345], [3, 3])


@pytest.mark.parametrize(
    ("value", "hidden", "told"),
    [
        (14.0, False, "14 månader"),
        (math.inf, False, "nås inte"),
        (None, False, MISSING),
        (None, True, HIDDEN),
    ],
)
def test_payback_in_a_sentence_is_in_months_or_said_to_be_never(opened, shown, value, hidden, told):
    opened.say("Tid: {months}.", months=Cell(value, "payback", "", hidden=hidden))
    assert shown[0][0] == f'<p class="finding">Tid: {told}.</p>'


# Bands


@pytest.mark.parametrize(
    ("unit", "group", "told"),
    [
        ("people", "A", 12),
        ("respondents", "A", "10–19"),
        ("individuals", "A", "10–19"),
        ("people", None, "10–19"),
        ("individuals", None, "10–19"),
    ],
)
def test_n_is_a_band_where_it_would_tell_more_than_it_says(opened, unit, group, told):
    one = page.open_page(str(opened._folder), group=group)
    table = one.estimates(
        pd.DataFrame({"gender": ["all"], "n": [12]}), id="x", unit=unit, keys=["gender"]
    )
    assert table.value("n").value == told


# Curves


def waiting(*events, gender="all", cause=None):
    """Return a curve of 20 at risk from cumulative events per month."""
    months = range(1, len(events) + 1)
    rows = {"gender": gender, "month": months, "n": 20, "events": events}
    frame = pd.DataFrame({**rows, "incidence": [one / 20 for one in events]})
    return frame if cause is None else frame.assign(cause=cause)


EVENTS = Column("events", "count", "Har börjat")


def test_curve_is_shown_at_the_steps_that_enough_made(opened):
    got = opened.curves(waiting(1, 6, 8, 12), id="first", events=EVENTS)
    assert got.frame[["month", "events", "incidence"]].to_numpy().tolist() == [
        [2, 6, 0.3],
        [4, 12, 0.6],
    ]
    assert (got.id, got.unit, got.keys) == ("first", "people", ("gender", "month"))
    assert got.value("n", month=2).value == 20


def test_curves_of_several_kinds_of_event_are_told_apart(opened):
    frame = pd.concat([waiting(1, 6, cause="work"), waiting(5, 5, cause="studies")])
    got = opened.curves(frame.reset_index(drop=True), id="first", curve="cause", events=EVENTS)
    assert got.frame[["cause", "month", "events"]].to_numpy().tolist() == [
        ["work", 2, 6],
        ["studies", 1, 5],
        ["studies", 2, 5],
    ]
    assert got.keys == ("cause", "gender", "month")


def test_women_and_men_are_shown_where_all_of_both_may_be(opened):
    parts = [waiting(5, 8, gender="all"), waiting(5, 5, gender="woman")]
    parts.append(waiting(0, 3, gender="man"))
    got = opened.curves(pd.concat(parts, ignore_index=True), id="first", events=EVENTS)
    assert got.frame[["gender", "month"]].to_numpy().tolist() == [["all", 2]]


# Tables


def counted(opened, *counts):
    """Return estimates of so many people per month; fewer than five are hidden."""
    frame = pd.DataFrame({"month": range(len(counts)), "n": counts})
    return opened.estimates(frame, id="x", unit="people", keys=["month"])


NOTE = "Rader där inget kan visas är utelämnade: 2."


def test_rows_of_a_long_table_of_which_nothing_is_shown_are_left_out(opened, shown):
    opened.show(counted(opened, 11, 2, 12, 3, 13, 14, 15, 16, 17), "T")
    html, mark = shown[0]
    assert html.count("<tr>") == 1 + 7
    assert f'<p class="note">{NOTE}</p>' in html
    assert ">..<" not in html
    # The tables beside the page have them.
    table = mark[page.MARK]["table"]
    assert [row["n"] for row in table["rows"]] == [11, None, 12, None, 13, 14, 15, 16, 17]
    assert table["n_suppressed"] == 2


def test_short_table_keeps_its_hidden_rows(opened, shown):
    opened.show(counted(opened, 11, 2, 12, 3, 13, 14, 15, 16), "T")
    assert shown[0][0].count("<tr>") == 1 + 8
    assert shown[0][0].count(">..<") == 2
    assert "utelämnade" not in shown[0][0]


def test_long_table_with_all_rows_shown_has_no_note(opened, shown):
    opened.show(counted(opened, *range(5, 20)), "T")
    assert shown[0][0].count("<tr>") == 1 + 15
    assert "utelämnade" not in shown[0][0]


def test_table_with_nothing_to_show_is_a_sentence_or_the_one_given(opened, shown):
    few = counted(opened, 1, 2)
    opened.show(few, "Väntan")
    opened.show(few, "Väntan", otherwise="Ingen har väntat.")
    assert [html for html, _ in shown] == [
        '<p class="finding">Väntan: för få för att visas.</p>',
        '<p class="finding">Ingen har väntat.</p>',
    ]
    assert all(mark[page.MARK]["table"]["n_suppressed"] == 2 for _, mark in shown)


def test_figure_of_nothing_but_n_is_not_drawn(opened, shown):
    table = counted(opened, 11, 12)
    opened.figure(table, draw.bars, "T", "alt", x="n", y="month")
    assert shown == []


def test_empty_table_is_a_sentence(opened, shown):
    table = opened.facts(pd.DataFrame({"held": []}), id="x", unit="m", because="meetings")
    opened.show(table, "Förändring sedan baslinjen")
    assert "ännu inga uppgifter" in shown[0][0]


@pytest.mark.parametrize(("mode", "told"), [("suppress", 140_000), ("open", 136_658)])
def test_rough_facts_are_exact_only_where_all_is_open(tmp_path, mode, told):
    study = MANIFEST["study"] | {"disclosure": {"mode": mode}}
    text = json.dumps(MANIFEST | {"study": study})
    (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
    frame = pd.DataFrame({"funder": ["af"], "actual": [136_658.0]})
    opened = page.open_page(str(tmp_path), group="A")
    got = opened.facts(frame, id="x", unit="kr", because="B", rough=True)
    assert got.value("actual").value == told


def test_table_is_read_once_and_nobody_writes_to_what_was_read(tmp_path, opened, monkeypatch):
    pd.DataFrame({"reason": ["anonymous"]}).to_parquet(tmp_path / "left_out.parquet")
    rows = opened.rows("left_out")
    rows["reason"] = "changed"
    monkeypatch.setattr(pd, "read_parquet", None)
    assert opened.rows("left_out")["reason"].tolist() == ["anonymous"]
