"""The study that is simulated: its groups stay the same, what happens in them is drawn anew."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from shared.demo.groups import make_groups
from shared.demo.truth import WAVES
from shared.study import Study
from shared.study.settings import Group

LAST = max(WAVES)
QUIET, BUSY, AWAY = 0, 1, 2  # positions of groups with these planted differences


class Interval(NamedTuple):
    """A 95 % interval by some method, and the planted value that it should hold."""

    estimate: str
    method: str
    planted: float
    low: float
    high: float


@cache
def groups() -> pd.DataFrame:
    """Return the eight groups with their seats, as ``make_groups`` does."""
    return make_groups(np.random.default_rng(2016), 8)


@cache
def study() -> Study:
    """Return the settings under which the groups are estimated."""
    places = [Group(id=place.lokus_id, start_on=place.start_on) for place in groups().itertuples()]
    return Study(name="coverage", title="Coverage", waves=dict(WAVES), groups=places)


def of_group(table: pd.DataFrame, position: int) -> pd.DataFrame:
    """Return the rows of one group."""
    return table[table["lokus_id"] == groups()["lokus_id"][position]]
