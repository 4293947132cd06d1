"""Execute a notebook for one page, with papermill in a fresh kernel."""

from pathlib import Path
from typing import Any

import nbformat

from shared.sources.dictionary import tables

NEEDS = "needs-"  # tag of a cell that can only run when a table has been delivered


class PageError(Exception):
    """A page could not be made: the message says in which cell and why."""


def execute(
    notebook: Path, target: Path, parameters: dict[str, Any], delivered: set[str]
) -> nbformat.NotebookNode:
    """Run ``notebook`` with ``parameters``, keep it as ``target``, and return it executed.

    Cells tagged ``needs-<table>`` for tables that were not delivered are left out, and a sentence
    says so. Raises ``PageError`` for an unknown parameter or a cell that fails.
    """
    import papermill
    from papermill.exceptions import PapermillExecutionError

    _require_known(notebook, parameters)
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(_fitted(notebook, delivered), target)
    try:
        return papermill.execute_notebook(
            str(target),
            str(target),
            parameters=parameters,
            kernel_name="python3",
            progress_bar=False,
            request_save_on_cell_execute=False,  # otherwise the file is written at every cell
            log_output=False,
        )
    except PapermillExecutionError as error:
        first = str(error.evalue).strip().splitlines() or [""]
        message = f"cell {error.cell_index}: {error.ename}: {first[0]}"
        raise PageError(message) from error


def _require_known(notebook: Path, parameters: dict[str, Any]) -> None:
    """Refuse a misspelt parameter, which papermill would only warn about."""
    import papermill

    known = papermill.inspect_notebook(str(notebook))
    unknown = sorted(set(parameters) - set(known))
    if unknown:
        raise PageError(
            f"{notebook.name} has no parameter {', '.join(unknown)}; it has {', '.join(known)}"
        )


def _fitted(notebook: Path, delivered: set[str]) -> nbformat.NotebookNode:
    node = nbformat.read(notebook, as_version=4)
    cells, said = [], set()
    for cell in node.cells:
        tags = cell.metadata.get("tags", [])
        needs = {tag.removeprefix(NEEDS) for tag in tags if tag.startswith(NEEDS)}
        absent = sorted(needs - delivered)
        if not absent:
            cells.append(cell)
        elif cell.cell_type == "code" and not said & set(absent):
            said |= set(absent)
            cells.append(_missing(absent))
    node.cells = cells
    return node


def _missing(absent: list[str]) -> nbformat.NotebookNode:
    cell = nbformat.v4.new_markdown_cell("")
    cell.metadata["missing"] = [tables()[name].title for name in absent]
    return cell
