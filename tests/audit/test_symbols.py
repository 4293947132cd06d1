from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from shared.audit.knowledge import Knowledge
from shared.audit.symbols import other_marks, other_reasons, sorted_by_hidden


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


KNOWLEDGE = Knowledge(mode="suppress")
COUNTS = {"reason": "code", "n": "count"}


def shown(*cells):
    lines = "".join(f'<tr><th scope="row">a</th>{cell}</tr>' for cell in cells)
    soup = BeautifulSoup(f"<table><tr><th>x</th><th>*</th></tr>{lines}</table>", "html.parser")
    return SimpleNamespace(pages=[SimpleNamespace(path="page.html", soup=soup, tables=[])])


NUMBER = '<td class="number">{}</td>'
HIDDEN = NUMBER.format("..")


@pytest.mark.parametrize("mark", ["&lt;5", "< 5", "1–4", "1-4", "*", "x", "färre än 5", "…"])
def test_other_marks_of_hidden_cells(mark):
    found = other_marks(shown(HIDDEN, NUMBER.format(mark)), KNOWLEDGE)
    assert [finding.page for finding in found] == ["page.html: table 1, column 2"]


@pytest.mark.parametrize(
    "other", ['<td class="number second">..</td>', '<td class="number" style="color:red">..</td>']
)
def test_hidden_cells_that_look_different(other):
    assert len(other_marks(shown(HIDDEN, other), KNOWLEDGE)) == 1


def test_one_mark_is_silent():
    cells = [HIDDEN, HIDDEN, NUMBER.format("12"), NUMBER.format("10–19"), NUMBER.format("–")]
    assert not other_marks(shown(*cells), KNOWLEDGE)


def test_reasons_that_tell_primary_from_secondary():
    rows = [("a", None), ("b", None)]
    page = published(COUNTS, *rows, unit="people", hidden=[(0, "n"), (1, "n")])
    assert not other_reasons(page, KNOWLEDGE)
    page.pages[0].tables[0]["suppressed"][1]["reason"] = "protects another"
    assert len(other_reasons(page, KNOWLEDGE)) == 2


def pages(*orders):
    made = []
    for number, rows in enumerate(orders):
        gone = [(place, "n") for place, (_, n) in enumerate(rows) if n is None]
        page = published(COUNTS, *rows, unit="people", hidden=gone).pages[0]
        page.path = f"{number}.html"
        made.append(page)
    return SimpleNamespace(pages=made)


FALLING = [("a", 30), ("b", 20), ("c", None), ("d", 10), ("e", 6)]
ANOTHER = [("e", 40), ("a", 30), ("d", 9), ("b", 7), ("c", 5)]


def test_rows_sorted_by_a_value_that_is_hidden():
    found = sorted_by_hidden(pages(FALLING, ANOTHER), KNOWLEDGE)
    assert [finding.page for finding in found] == ["0.html: table"]


def test_rows_in_one_order_on_all_pages_are_not_sorted():
    same = [(name, number) for number, (name, _) in enumerate(FALLING)]
    assert not sorted_by_hidden(pages(FALLING, same), KNOWLEDGE)


def test_one_page_in_another_order_is_enough():
    same = [(name, number) for number, (name, _) in enumerate(FALLING)]
    assert len(sorted_by_hidden(pages(FALLING, same, ANOTHER), KNOWLEDGE)) == 1


def test_few_values_in_order_on_one_page_may_be_an_accident():
    assert not sorted_by_hidden(pages(FALLING), KNOWLEDGE)
    longer = [("y", 70), ("z", 50), *FALLING]
    assert len(sorted_by_hidden(pages(longer), KNOWLEDGE)) == 1


def test_hidden_rows_that_come_last_tell_nothing():
    last = [*[row for row in FALLING if row[1]], ("c", None)]
    assert not sorted_by_hidden(pages(last, ANOTHER), KNOWLEDGE)
