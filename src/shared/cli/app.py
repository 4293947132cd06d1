"""The program ``lokus``: what its commands, in the modules beside, have in common."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from shared.faults import InputError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
err = Console(stderr=True, highlight=False, soft_wrap=True)
StudyFolder = Annotated[Path, typer.Argument(metavar="STUDY", help="A folder with study.yml.")]
WaveNumber = Annotated[int, typer.Option("--wave", help="Months since baseline: 0, 6, 12 or 18.")]
Language = Annotated[str, typer.Option(help="sv or en.")]
Reports = Annotated[Path | None, typer.Option(help="Folder for the reports.")]
SHOWN = 40  # faults listed in full; the rest are counted


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
