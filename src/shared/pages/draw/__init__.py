"""The kinds of figure: each draws one released table on given axes, and sets the figure's height.

``frame`` has labels for codes and numbers as they are; what is hidden is missing there, and drawn
as a gap. No kind of figure needs its colours to be understood.
"""

from shared.pages.draw.alluvial import flow
from shared.pages.draw.areas import areas
from shared.pages.draw.axis import PALETTE
from shared.pages.draw.barchart import bars
from shared.pages.draw.cells import grid, matrix
from shared.pages.draw.compared import by_size, intervals
from shared.pages.draw.curves import lines, panels, steps
from shared.pages.draw.likert import diverging
from shared.pages.draw.money import cumulative, tornado
from shared.pages.draw.plane import plane
from shared.pages.draw.ranges import ranges
from shared.pages.draw.theory import chain

__all__ = [
    "PALETTE",
    "areas",
    "bars",
    "by_size",
    "chain",
    "cumulative",
    "diverging",
    "flow",
    "grid",
    "intervals",
    "lines",
    "matrix",
    "panels",
    "plane",
    "ranges",
    "steps",
    "tornado",
]
