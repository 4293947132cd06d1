"""``lokus appraise`` and ``lokus reconcile``: socioeconomic arithmetic on tables of projects."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from shared.cli.app import app


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
