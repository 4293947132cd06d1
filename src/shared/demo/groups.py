"""The lokus groups: their invented names, sizes, planted differences and seats."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

from shared.demo.truth import START_ON, TRUTH

PARTIES = ("af", "fk", "municipality", "region", "coordinator")


def make_groups(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Return one row per group.

    Columns: ``lokus_id``, ``start_on``, ``share`` (of all participants), ``trusting``, ``busy``,
    ``fk_away`` and ``two_assessors`` (planted differences), and one per party: its seats (7 to 12
    in all, the chair among them).
    """
    places = texts()["places"]
    names = [places[i] if i < len(places) else f"Kommun {i + 1:03d}" for i in range(n)]
    share = np.resize(TRUTH.groups.shares, n)
    frame = pd.DataFrame({"lokus_id": names, "start_on": START_ON, "share": share / share.sum()})
    position = np.arange(n) % len(TRUTH.groups.shares)
    for trait in ("trusting", "busy", "fk_away", "two_assessors"):
        frame[trait] = np.isin(position, getattr(TRUTH.groups, trait))
    frame["af"] = 2
    frame["fk"] = rng.integers(1, 3, n)
    frame["municipality"] = rng.integers(2, 5, n)
    frame["region"] = rng.integers(1, 4, n)
    frame["coordinator"] = 1
    return frame


@cache
def texts() -> dict[str, Any]:
    """Return the Swedish texts of the demo study (``texts.yml``)."""
    return yaml.safe_load((Path(__file__).parent / "texts.yml").read_text(encoding="utf-8"))
