"""Which pages a wave has: one per question and group, and some for the wave as a whole."""

from dataclasses import dataclass
from pathlib import Path

from shared.places import NOTEBOOKS
from shared.study import Study

# A question can be answered when at least one of these tables has been delivered.
GROUP_QUESTIONS = {
    "process": ("processenkat", "checklista", "moten"),
    "coordinator": ("koordinatorlogg",),
    "addon_resources": ("deltaganden",),
    "socioeconomics": ("kostnader",),
}
# Small groups' money can be told of all groups together only, so that question is asked of both.
WAVE_QUESTIONS = ("comparison", "socioeconomics", "data_quality")
QUESTIONS = tuple(dict.fromkeys([*GROUP_QUESTIONS, *WAVE_QUESTIONS]))


@dataclass(frozen=True)
class PlannedPage:
    """One page to make: a question, and the group's letter unless it is about the whole wave."""

    question: str
    group: str | None = None

    @property
    def name(self) -> str:
        """The page's path below the language folder, without suffix."""
        return f"{self.group}/{self.question}" if self.group else self.question

    @property
    def notebook(self) -> Path:
        """The notebook that answers the question."""
        return NOTEBOOKS / f"{self.question}.ipynb"


def plan(study: Study, delivered: set[str]) -> list[PlannedPage]:
    """Return the pages of a wave in reading order: group by group, then the whole wave.

    ``study`` is the public one (groups as letters); ``delivered`` the names of delivered tables.
    """
    silent = unanswerable(delivered)
    each = [question for question in GROUP_QUESTIONS if question not in silent]
    whole = [question for question in WAVE_QUESTIONS if question not in silent]
    pages = [PlannedPage(question, one.id) for one in study.groups for question in each]
    return [*pages, *map(PlannedPage, whole)]


def unanswerable(delivered: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the questions that lack every source, with the tables that would answer them."""
    return {q: needs for q, needs in GROUP_QUESTIONS.items() if not delivered & set(needs)}
