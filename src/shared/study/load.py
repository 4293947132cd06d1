"""Read ``study.yml``; every fault in it is reported with its place."""

from pathlib import Path

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.faults import Fault, InputError
from shared.study.settings import Study


def load_study(folder: Path) -> Study:
    """Return the study in ``folder``; raise ``InputError`` when it cannot be used."""
    path = folder / "study.yml"
    if not path.is_file():
        todo = "Name the folder of a study, such as data/raw/demo."
        raise InputError([Fault("no study.yml", "a folder with study.yml", todo, file=str(folder))])
    try:
        return Study.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        fault = Fault(
            "text that is not YAML", "YAML", file=path.name, row=mark.line + 1 if mark else None
        )
        raise InputError([fault]) from error
    except ValidationError as error:
        raise InputError([_fault(path.name, detail) for detail in error.errors()]) from error
    except UnicodeDecodeError as error:
        raise InputError([Fault("text in another encoding", "UTF-8", file=path.name)]) from error
    except ValueError as error:  # YAML reads dates itself
        fault = Fault("a date that does not exist", "a day of the calendar", file=path.name)
        raise InputError([fault]) from error


def _fault(file: str, detail: ErrorDetails) -> Fault:
    place = ".".join(map(str, detail["loc"])) or "top level"
    message = detail["msg"].removeprefix("Value error, ")
    return Fault(f"a setting at '{place}' that cannot be used", message, file=file)


def require_wave(study: Study, wave: int) -> None:
    """Raise ``InputError`` when the study has no such wave."""
    if wave not in study.waves:
        known = ", ".join(map(str, study.waves))
        raise InputError([Fault(f"wave {wave}", f"one of {known}", file="study.yml")])
