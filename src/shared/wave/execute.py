"""Execute a notebook for one page, with papermill in a fresh kernel."""

from pathlib import Path
from typing import Any

import nbformat

from shared.sources.dictionary import tables

OURS = ("InputError", "MissingTranslationError")
NEEDS = "needs-"  # tag of a cell that needs a table, or a table.column, to have been delivered


class PageError(Exception):
    """A page could not be made: the message says in which cell and why."""


def execute(
    notebook: Path, target: Path, parameters: dict[str, Any], delivered: set[str]
) -> nbformat.NotebookNode:
    """Run ``notebook`` with ``parameters``, keep it as ``target``, and return it executed.

    Cells tagged ``needs-<table>`` or ``needs-<table>.<column>`` for what was not delivered are
    left out, and a sentence says so. Raises ``PageError`` for an unknown parameter or a cell that
    fails.
    """
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
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
            extra_arguments=["--log-level=CRITICAL"],  # a kernel that is told to stop says so
        )
    except PapermillExecutionError as error:
        # What Lokus says itself names no values; what a library says may quote a cell of the data.
        said = f": {str(error.evalue).splitlines()[0]}" if error.ename in OURS else ""
        kept = f"the whole message is in {target.name}, kept with the executed notebooks"
        raise PageError(f"cell {error.cell_index}: {error.ename}{said} ({kept})") from error
    except (CellTimeoutError, DeadKernelError) as error:
        raise PageError(f"the kernel stopped: {str(error).splitlines()[0]}") from error


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
    cells: list[nbformat.NotebookNode] = []
    said: set[str] = set()
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
    cell.metadata["missing"] = [_name(need) for need in absent]
    return cell


def _name(need: str) -> str:
    """Return the Swedish name of a table, or of a ``table.column``."""
    table, _, column = need.partition(".")
    title = tables()[table].title
    return f"{title}: {tables()[table].column(column).header}" if column else title
