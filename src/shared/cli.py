"""The command line: what each command is called and says. No logic."""

import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import (
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.table import Table

from shared.faults import InputError

if TYPE_CHECKING:
    import pandas as pd

    from shared.wave.run import Made

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)
StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="A folder with study.yml.")]
WaveNumber = Annotated[int, typer.Option("--wave", help="Months since baseline: 0, 6, 12 or 18.")]
SHOWN = 40  # faults listed in full; the rest are counted
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
def run(
    study: StudyFolder,
    wave: WaveNumber,
    group: Annotated[list[str] | None, typer.Option(help="Only this group's letter.")] = None,
    question: Annotated[list[str] | None, typer.Option(help="Only this question.")] = None,
    language: Annotated[str, typer.Option(help="sv or en.")] = "sv",
    out: Annotated[Path | None, typer.Option(help="Folder for the reports.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Pages at a time.")] = os.cpu_count() or 1,
    plan: Annotated[bool, typer.Option("--plan", help="Prepare and list, no pages.")] = False,
) -> None:
    """Do a whole wave: raw deliveries in, pages out.

    Example: lokus run data/raw/demo --wave 18
    """
    start = time.perf_counter()
    from shared.wave.kernels import warm_kernels

    warm_kernels()  # they load the libraries while this process loads its own, and reads
    from shared.wave.plan import PlannedPage
    from shared.wave.run import choose, make_pages, open_wave

    with _progress() as progress:
        task = progress.add_task("", total=None)
        opened = open_wave(study, wave, language, out, lambda step: _tell(progress, task, step))
        pages = choose(opened.pages, group, question)
        ready = time.perf_counter() - start
        if plan:
            progress.stop()
            typer.echo("\n".join(page.name for page in pages))
            return
        progress.update(task, total=len(pages))
        running: list[str] = []

        def begun(page: PlannedPage) -> None:
            running.append(page.name)
            progress.update(task, description=f"making {', '.join(running)}")

        def done(made: "Made") -> None:
            running.remove(made.page.name)
            progress.advance(task)
            count = f"{int(progress.tasks[0].completed)}/{len(pages)}"
            error = f"[red]failed[/red]: {escape(made.error)}"
            state = error if made.error else f"{made.seconds:.1f} s"
            progress.console.print(f"{count:>7}  {opened.study.name} {made.page.name}  {state}")

        made = make_pages(opened, pages, workers, begun, done)
    took = time.perf_counter() - start
    err.print(f"{took:.0f} s, of which {ready:.0f} s for reading, checking and protecting")
    _tell_failed(made, f"study {opened.study.name}, wave {wave}")
    typer.echo(opened.reports / language / "index.html")
    raise typer.Exit(1 if any(one.error for one in made) else 0)


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
    with _progress() as progress:
        task = progress.add_task("", total=None)
        _, delivered, rules = check_wave(study, last, lambda step: _tell(progress, task, step))
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

    with _progress() as progress:
        task = progress.add_task("", total=None)
        listed = work_list(study, day(on), ahead, lambda step: _tell(progress, task, step))
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
def appraise(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table of projects.")],
    years: Annotated[str, typer.Option(help="Horizons in years, such as 1,4.5.")] = "1,5",
    discount: Annotated[str, typer.Option(help="Rate per year; 3.5 % is 0.035.")] = "0",
    json: Annotated[bool, typer.Option("--json", help="Exact figures, as one document.")] = False,
) -> None:
    """Say what each project in a table has gained, and when its cost was paid back.

    Columns: project, participants, cost_per_participant, gain_per_participant_year (kr).

    Example: lokus appraise projects.csv --years 1,5
    """
    from shared.economics.appraise_projects import appraise_projects, as_json, as_tables

    appraised = appraise_projects(file, years, discount)
    if json:
        typer.echo(as_json(appraised))
        return
    payback, profits = as_tables(appraised)
    Console(highlight=False).print(payback, "", profits, "", *appraised.notes, sep="\n")


@app.command()
def reconcile(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A published table of projects.")],
    json: Annotated[bool, typer.Option("--json", help="What is found, as one document.")] = False,
) -> None:
    """Say which figures of a published appraisal agree, contradict, and what was likely meant.

    Columns: project, participants, cost_per_participant, payback_months (i.v.: not reached),
    profit_total_short, profit_total_long, profit_pp_short, profit_pp_long, horizon_short_years,
    horizon_long_years. Blanks are allowed. Exit 1 when figures contradict.

    Example: lokus reconcile published.csv
    """
    from shared.economics.reconcile.document import as_json
    from shared.economics.reconcile.reconcile import reconcile_table
    from shared.economics.reconcile.report import as_text

    found = reconcile_table(file)
    typer.echo(as_json(found, file.name) if json else as_text(found))
    raise typer.Exit(1 if any(one.consistency.conflicts for one in found) else 0)


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


def main() -> None:
    """Run the command line; faults in the input are told without a traceback."""
    debug = "--debug" in sys.argv
    sys.argv = [argument for argument in sys.argv if argument != "--debug"]
    try:
        app()
    except InputError as error:
        if debug:
            raise
        for fault in error.faults[:SHOWN]:
            err.print(f"[red]Fault[/red] {escape(str(fault))}")
        more = len(error.faults) - SHOWN
        err.print(f"Faults: {len(error.faults)}" + (f", {more} not listed" if more > 0 else ""))
        err.print("Nothing was written; earlier reports and data are as they were.")
        sys.exit(2)
    except Exception as error:  # a fault of ours: told in a line, not as a traceback
        if debug:
            raise
        err.print(f"[red]Error[/red] {type(error).__name__}. --debug shows what and where.")
        sys.exit(2)


def _progress() -> Progress:
    columns = (SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TextColumn("{task.description}"), console=err, transient=True)


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


def _tell_failed(made: list["Made"], wave: str) -> None:
    failed = [one for one in made if one.error]
    err.print(f"{len(made) - len(failed)} of {len(made)} pages made")
    for one in failed:
        where = f"{wave}, group {one.page.group or 'all'}, notebook {one.page.question}"
        err.print(f"[red]Not made[/red]: {where}, {escape(one.error)}")


def _tell(progress: Progress, task: TaskID, step: str) -> None:
    progress.update(task, description=step)
    progress.console.print(f"         {step}")
