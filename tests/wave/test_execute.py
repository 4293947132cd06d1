"""Executing a notebook: parameters are checked, missing sources said, failures placed."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from shared.wave.execute import PageError, execute


@pytest.fixture
def notebook(tmp_path):
    """Write a notebook of these cells, with a parameters cell first; return its path."""

    def write(*cells):
        first = new_code_cell('group = "A"  # letter', metadata={"tags": ["parameters"]})
        node = new_notebook(cells=[first, *cells])
        node.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
        node.metadata["language_info"] = {"name": "python"}
        path = tmp_path / "question.ipynb"
        nbformat.write(node, path)
        return path

    return write


def test_parameter_reaches_the_notebook(notebook, tmp_path):
    node = execute(notebook(new_code_cell("group")), tmp_path / "out.ipynb", {"group": "B"}, set())
    assert node.cells[-1].outputs[0].data["text/plain"] == "'B'"


def test_misspelt_parameter_is_refused_before_anything_runs(notebook, tmp_path):
    target = tmp_path / "out.ipynb"
    with pytest.raises(PageError, match=r"no parameter grupp; it has group"):
        execute(notebook(), target, {"grupp": "B"}, set())
    assert not target.exists()


def test_failing_cell_is_named_with_its_cause(notebook, tmp_path):
    path = notebook(new_code_cell("x = 1"), new_code_cell("1 / 0"))
    with pytest.raises(PageError, match=r"cell \d: ZeroDivisionError \(the whole message"):
        execute(path, tmp_path / "out.ipynb", {"group": "A"}, set())


def test_value_that_a_library_quotes_stays_out_of_the_message(notebook, tmp_path):
    path = notebook(new_code_cell("float('Anna 811218-9876')"))
    with pytest.raises(PageError) as caught:
        execute(path, tmp_path / "out.ipynb", {"group": "A"}, set())
    assert "Anna" not in str(caught.value)


def test_dead_kernel_is_a_failed_page(notebook, tmp_path):
    path = notebook(new_code_cell("import os; os._exit(3)"))
    with pytest.raises(PageError, match="kernel stopped"):
        execute(path, tmp_path / "out.ipynb", {"group": "A"}, set())


def test_cells_without_their_table_become_one_sentence(notebook, tmp_path):
    needs = {"tags": ["needs-moten"]}
    path = notebook(
        new_markdown_cell("## Möten", metadata=needs),
        new_code_cell("raise RuntimeError", metadata=needs),
        new_code_cell("raise RuntimeError", metadata={"tags": ["needs-moten", "needs-narvaro"]}),
    )
    node = execute(path, tmp_path / "out.ipynb", {"group": "A"}, {"narvaro"})
    assert [cell.metadata["missing"] for cell in node.cells if "missing" in cell.metadata] == [
        ["Möten"]
    ]
    assert not any("## Möten" in cell.source for cell in node.cells)
