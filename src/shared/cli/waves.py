"""``lokus run``: a whole wave, raw deliveries in and pages out."""

import os
import time
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from shared.cli.app import Language, Reports, StudyFolder, WaveNumber, app, err
from shared.cli.progress import progress_bar, tell

if TYPE_CHECKING:
    from shared.wave.run import Made


@app.command()
def run(
    study: StudyFolder,
    wave: WaveNumber,
    group: Annotated[list[str] | None, typer.Option(help="Only this group's letter.")] = None,
    question: Annotated[list[str] | None, typer.Option(help="Only this question.")] = None,
    language: Language = "sv",
    out: Reports = None,
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

    with progress_bar() as progress:
        task = progress.add_task("", total=None)
        opened = open_wave(study, wave, language, out, lambda step: tell(progress, task, step))
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


def _tell_failed(made: list["Made"], wave: str) -> None:
    failed = [one for one in made if one.error]
    err.print(f"{len(made) - len(failed)} of {len(made)} pages made")
    for one in failed:
        where = f"{wave}, group {one.page.group or 'all'}, notebook {one.page.question}"
        err.print(f"[red]Not made[/red]: {where}, {escape(one.error)}")
