"""A reading: what a figure may have been meant to be."""

from dataclasses import dataclass

from shared.economics.reconcile.consistency import Cells
from shared.economics.reconcile.model import Claims, Range


@dataclass(frozen=True)
class Reading:
    """A slip that would explain a contradiction.

    kind    : sign, gross, factor, digit, horizon, participants, swapped, copied or not_linear.
    cells   : the columns it changes.
    meant   : what they would claim then; left out where the reading says nothing of it.
    detail  : the figures of the reading: what was meant (kr, months, people, years), a factor, or
              the yearly growth of the gain.
    source  : the project copied from.
    also    : the conventions that it takes besides, without which it explains nothing.

    The kind horizon is of a stated horizon, of one profit (that after other years, ``detail``), or
    of a payback that is not reached within the short horizon, though within the long one.
    """

    kind: str
    cells: Cells
    meant: Claims
    detail: Range | None = None
    source: str = ""
    certainty: str = "possible"
    also: tuple["Reading", ...] = ()
