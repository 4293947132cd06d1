"""``lokus check``, ``lokus due`` and ``lokus demo``: the data before there are pages."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shared.cli.app import StudyFolder, app
from shared.cli.progress import progress_bar, tell

if TYPE_CHECKING:
    import pandas as pd

FOLLOWUPS = {  # columns of the work list as they are headed in a terminal of 80 characters
    "status": "Status",
    "due_on": "Planned",
    "lokus_id": "Group",
    "person_id": "Person",
    "participation_id": "Participation",
    "wave": "Month",
    "tried": "Tried",
    "same_person": "Same\nperson",
}
SURVEYS = {
    "status": "Status",
    "due_on": "Planned",
    "lokus_id": "Group",
    "wave": "Month",
    "instrument": "Survey",
    "n_answered": "Answered",
    "n_sent": "Of sent",
}


@app.command()
def check(
    study: StudyFolder,
    wave: Annotated[int | None, typer.Option("--wave", help="Default: the last wave.")] = None,
) -> None:
    """Read and check the deliveries only, and list every fault.

    Example: lokus check data/raw/demo --wave 18
    """
    from shared.study import load_study
    from shared.wave.prepare import check_wave

    last = max(load_study(study).waves) if wave is None else wave
    with progress_bar() as progress:
        task = progress.add_task("", total=None)
        _, delivered, rules = check_wave(study, last, lambda step: tell(progress, task, step))
    checked = int(rules["checked"].sum())
    typer.echo(f"{len(delivered.tables)} tables, {checked} rules checked, no faults")


@app.command()
def due(
    study: StudyFolder,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day, as 2016-12-31.")],
    ahead: Annotated[int, typer.Option(min=0, max=3650, help="Days that are coming.")] = 60,
    csv: Annotated[bool, typer.Option("--csv", help="One list, to be piped.")] = False,
) -> None:
    """List which follow-ups and surveys are overdue, due and coming; people as pseudonyms.

    Example: lokus due data/raw/demo --on 2016-10-01
    """
    from shared.wave.due import as_csv, day, work_list

    with progress_bar() as progress:
        task = progress.add_task("", total=None)
        listed = work_list(study, day(on), ahead, lambda step: tell(progress, task, step))
    typer.echo("\n".join([listed.headline, *listed.basis]), err=csv)
    if csv:
        typer.echo(as_csv(listed), nl=False)
        return
    out = Console(highlight=False)
    for table in (
        _table("Follow-ups", FOLLOWUPS, listed.followups),
        _table("Surveys", SURVEYS, listed.surveys),
    ):
        if table.row_count:
            out.print("", table)


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")],
    groups: Annotated[int, typer.Option(min=1)] = 8,
    participants: Annotated[int, typer.Option(min=1)] = 320,
    seed: Annotated[int, typer.Option()] = 2016,
) -> None:
    """Write a simulated study with planted truth.

    Example: lokus demo mystudy --groups 20 --participants 2000
    """
    from shared.demo.simulate import write_demo

    try:
        write_demo(folder, groups=groups, participants=participants, seed=seed)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{folder}: run it with `lokus run {folder} --wave 18`")


def _table(title: str, headers: dict[str, str], rows: "pd.DataFrame") -> Table:
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for header in headers.values():
        table.add_column(header, overflow="fold")  # a pseudonym cut short is of no use
    for row in rows[list(headers)].itertuples(index=False):
        table.add_row(*(_cell(value) for value in row))
    return table


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    shown = {"True": "yes", "False": "", "<NA>": ""}
    return escape(shown.get(str(value), str(value)))
