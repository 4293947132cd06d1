"""``lokus audit``, ``lokus share`` and ``lokus verify``: from pages to what leaves the house."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from shared.cli.app import Language, Reports, StudyFolder, WaveNumber, app, err
from shared.cli.progress import progress_bar, tell

if TYPE_CHECKING:
    from shared.audit.audit import Report

Published = Annotated[Path, typer.Argument(metavar="DIR", help="Published pages, or a zip.")]


@app.command()
def audit(
    folder: Published,
    knowing: Annotated[Path | None, typer.Option(help="YAML of what outsiders know.")] = None,
    data: Annotated[Path | None, typer.Option(help="Processed tables of the wave.")] = None,
    earlier: Annotated[list[Path] | None, typer.Option(help="Earlier pages; repeat.")] = None,
) -> None:
    """Attack published pages: what can be derived of what they hide, and what they let slip.

    Knows nothing of how they were made. Exit 1 when something can be derived, and how.

    Example: lokus audit reports/demo/wave-18/sv
    """
    from shared.audit.audit import attack
    from shared.audit.knowledge import read_knowledge
    from shared.audit.published import read_publication

    with progress_bar() as progress:
        task = progress.add_task("reading", total=None)
        publication = read_publication(folder)
        known = read_knowledge(knowing, publication, data=data, earlier=earlier or [])
        report = attack(publication, known, lambda step: progress.update(task, description=step))
    _tell(report)
    pages = f"{len(publication.pages)} pages, {len(report.seconds)} attacks"
    err.print(f"{pages} in {sum(report.seconds.values()):.0f} s: {len(report.findings)} findings")
    raise typer.Exit(1 if report.findings else 0)


@app.command()
def share(
    study: StudyFolder,
    wave: WaveNumber,
    group: Annotated[str | None, typer.Option(help="This group's own pages, for it alone.")] = None,
    language: Language = "sv",
    out: Reports = None,
) -> None:
    """Bundle the pages about all groups for the federation, if an attack on them finds nothing.

    The release is entered in the study's private ledger, and later waves are protected against it.

    Example: lokus share data/raw/demo --wave 18
    """
    from shared.wave.share import share as share_wave

    with progress_bar() as progress:
        task = progress.add_task("", total=None)
        shared = share_wave(
            study,
            wave,
            group=group,
            language=language,
            out=out,
            step=lambda step: tell(progress, task, step),
        )
    _tell(shared.report)
    if shared.bundle is None:
        found = len(shared.report.findings)
        err.print(f"[red]Not shared[/red]: {found} findings on {shared.pages} pages")
        raise typer.Exit(1)
    err.print(f"{shared.pages} pages, audited; entered in the ledger")
    typer.echo(shared.bundle)


@app.command()
def verify(folder: Published) -> None:
    """Say whether what is published is whole and unaltered, by its manifest.

    Example: lokus verify reports/demo/wave-18/demo-wave-18-sv.zip
    """
    from shared.wave.manifest import verify as verify_bundle

    wrong = verify_bundle(folder)
    for one in wrong:
        err.print(f"[red]Wrong[/red] {escape(one)}")
    typer.echo("whole and unaltered" if not wrong else f"{len(wrong)} files are not as published")
    raise typer.Exit(1 if wrong else 0)


def _tell(report: "Report") -> None:
    for one in report.findings:
        typer.echo(str(one))
    for one in report.warnings:
        err.print(f"To be judged by a person: {escape(str(one))}")
