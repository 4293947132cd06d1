from types import SimpleNamespace

import pytest

from shared.audit.knowledge import Knowledge
from shared.audit.survey_attack import few_answers, few_left_out, party_split, unanimous


def published(kinds, *rows, unit, letter=None, id="table", hidden=(), **more):
    """Return a publication of one table; columns of codes are its keys."""
    columns = [{"name": n, "kind": k, "key": k in ("code", "wave")} for n, k in kinds.items()]
    table = {
        "id": id,
        "unit": unit,
        "columns": columns,
        "rows": [dict(zip(kinds, row, strict=True)) for row in rows],
        "suppressed": [{"row": r, "column": c, "reason": "small"} for r, c in hidden],
        **more,
    }
    page = SimpleNamespace(path="page.html", letter=letter, question="page", tables=[table])
    return SimpleNamespace(pages=[page])


SUPPRESS = Knowledge(mode="suppress")
SCORES = {"construct": "code", "wave": "wave", "n": "count", "mean": "score"}
SENT = {"instrument": "code", "wave": "wave", "count": "count", "n": "count"}


@pytest.mark.parametrize(
    ("n", "mean", "alarms"), [(4, 3.2, 1), ("1–4", 3.2, 1), (5, 3.2, 0), (4, None, 0), (0, None, 0)]
)
def test_figures_of_few_answers(n, mean, alarms):
    shown = published(SCORES, ("trust", 6, n, mean), unit="respondents")
    assert len(few_answers(shown, SUPPRESS)) == alarms


@pytest.mark.parametrize(
    ("party", "count", "letter", "alarms"),
    [("fk", 5, "A", 1), ("all", 5, "A", 0), ("fk", None, "A", 0), ("fk", 30, None, 0)],
)
def test_answers_by_party_in_a_group(party, count, letter, alarms):
    kinds = {"party": "code", "count": "count"}
    shown = published(kinds, (party, count), unit="questionnaires", letter=letter)
    assert len(party_split(shown, SUPPRESS)) == alarms


def test_attendance_by_party_is_no_answer():
    kinds = {"party": "code", "count": "count"}
    assert not party_split(published(kinds, ("fk", 4), unit="meetings", letter="A"), SUPPRESS)


@pytest.mark.parametrize(
    ("kind", "share", "n", "alarms"),
    [
        ("share", 1.0, 11, 1),
        ("share", 0.0, 11, 1),
        ("share", 0.9, 11, 0),
        ("share", 1.0, 20, 0),
        ("rough", 1.0, "10–19", 1),
        ("rough", 0.9, "10–19", 0),
        ("rough", 0.0, "10–19", 0),  # a step of ten per cent may hold somebody
    ],
)
def test_what_all_answered(kind, share, n, alarms):
    shown = published(
        {"item_id": "code", "n": "count", "agree": kind}, ("Q1", n, share), unit="answers"
    )
    assert len(unanimous(shown, SUPPRESS)) == alarms
    assert not unanimous(shown, Knowledge(mode="open"))


@pytest.mark.parametrize(("answered", "alarms"), [(12, 0), (11, 1), (10, 1), (9, 0), (None, 0)])
def test_one_or_two_who_did_not_answer(answered, alarms):
    shown = published(SENT, ("process", 6, answered, 12), unit="questionnaires", letter="A")
    assert len(few_left_out(shown, SUPPRESS)) == alarms


def test_respondents_behind_a_score_tell_who_did_not_answer():
    sent = published(SENT, ("process", 6, None, 12), unit="questionnaires", letter="A").pages[0]
    for n, wave, derivation in ((11, 6, ["12 - 11 = 1"]), ("10–19", 6, []), (11, 0, [])):
        scores = published(SCORES, ("trust", wave, n, 3.2), unit="respondents", letter="A")
        page = SimpleNamespace(**{**vars(sent), "tables": sent.tables + scores.pages[0].tables})
        found = few_left_out(SimpleNamespace(pages=[page]), SUPPRESS)
        assert [finding.derivation for finding in found] == derivation
