"""The command line: what each command is called and says. No logic."""

from shared.cli import waves

# isort: split
from shared.cli import data

# isort: split
from shared.cli import publishing

# isort: split
from shared.cli import appraisals
from shared.cli.app import app, main

__all__ = ["app", "appraisals", "data", "main", "publishing", "waves"]  # in the order of the help
