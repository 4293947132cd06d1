"""What a command is doing, told in the terminal while it does it."""

from rich.progress import (
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from shared.cli.app import err


def progress_bar() -> Progress:
    """Return a bar that is gone when the command is done."""
    columns = (SpinnerColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, TextColumn("{task.description}"), console=err, transient=True)


def tell(progress: Progress, task: TaskID, step: str) -> None:
    """Say which step has begun, on a line of its own that stays."""
    progress.update(task, description=step)
    progress.console.print(f"         {step}")
