"""Publishing fails closed: an output that has not passed the door stops the page."""

from hashlib import sha256

import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from shared.disclosure.released import MARK
from shared.pages.words import Words
from shared.wave.execute import PageError
from shared.wave.publish import publish, published_tables, require_released

SHELL = {"language": "sv", "title": "T", "study": "S", "links": [], "footer": [], "skip": "Till"}


def marked(html="<p>Hej.</p>", table=None):
    mark = {"sha256": sha256(html.encode()).hexdigest(), "table": table}
    return new_output("display_data", data={"text/html": html}, metadata={MARK: mark})


def notebook(*outputs):
    return new_notebook(cells=[new_code_cell("", outputs=list(outputs))])


def table(rows, columns=("party", "n"), suppressed=()):
    return {
        "id": "x",
        "columns": [{"name": name} for name in columns],
        "rows": rows,
        "suppressed": list(suppressed),
        "n_suppressed": len(suppressed),
    }


def test_released_output_passes():
    require_released(notebook(marked()))


@pytest.mark.parametrize(
    "output",
    [
        new_output("execute_result", data={"text/html": "<table><td>3</td></table>"}),
        new_output("display_data", data={"image/png": "iVBORw0KGgo="}),
        new_output("stream", name="stdout", text="P-000123"),
        new_output("stream", name="stderr", text="/home/anna/warning"),
        new_output("error", ename="E", evalue="", traceback=[]),
    ],
    ids=["frame", "figure", "print", "warning", "error"],
)
def test_any_other_output_stops_the_page_and_names_the_cell(output, tmp_path):
    with pytest.raises(PageError, match="cell 0"):
        publish(notebook(marked(), output), tmp_path / "page.html", Words("sv"), SHELL)
    assert list(tmp_path.iterdir()) == []


def test_html_changed_after_release_stops_the_page():
    output = marked()
    output["data"]["text/html"] = "<p>Hej. Anna</p>"
    with pytest.raises(PageError):
        require_released(notebook(output))


def test_rows_shown_apart_are_published_together():
    first = table([{"party": "af", "n": 7}])
    hidden = [{"row": 1, "column": "n", "reason": "r"}]
    second = table([{"party": "af", "n": 7}, {"party": "fk", "n": None}], suppressed=hidden)
    third = table([{"party": "region", "n": None}], suppressed=[{**hidden[0], "row": 0}])
    found = published_tables(notebook(marked("1", first), marked("2", second), marked("3", third)))
    assert [row["party"] for row in found[0]["rows"]] == ["af", "fk", "region"]
    assert [cell["row"] for cell in found[0]["suppressed"]] == [1, 2]


def test_page_is_self_contained_with_its_tables_beside_it(tmp_path):
    publish(notebook(marked(table=table([]))), tmp_path / "page.html", Words("sv"), SHELL)
    html = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert '<html lang="sv">' in html
    assert "<p>Hej.</p>" in html
    assert "http" not in html
    assert (tmp_path / "page.tables.json").is_file()
