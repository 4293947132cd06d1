"""What the study is to lead to, and what it led to: the theory of change and the learning log."""

import numpy as np
import pandas as pd

from shared.demo.dates import day
from shared.demo.groups import PARTIES, texts
from shared.demo.truth import TRUTH, WAVES


def theory_of_change() -> pd.DataFrame:
    """Return forandringsteori: steps from resources to long-term effects, alike for all groups."""
    steps = pd.DataFrame(texts()["theory"]).rename(
        columns={"text": "text_sv", "part": "part_id", "target": "target_value"}
    )
    return steps.assign(step_id=[f"F{i:02d}" for i in range(1, len(steps) + 1)])


def findings(rng: np.random.Generator, groups: pd.DataFrame) -> pd.DataFrame:
    """Return larandelogg as it ends up: findings fed back just before each wave's deliveries."""
    low, high = TRUTH.learning.findings
    known = pd.DataFrame(texts()["findings"])
    parts = []
    for wave in WAVES:
        number = rng.integers(low, high + 1, len(groups))
        order = np.argsort(rng.random((len(groups), len(known))), axis=1)
        chosen = np.concatenate([row[:n] for row, n in zip(order, number, strict=True)])
        place = groups.loc[groups.index.repeat(number), ["lokus_id"]].reset_index(drop=True)
        parts.append(place.join(known.iloc[chosen].reset_index(drop=True)).assign(wave=wave))
    frame = pd.concat(parts, ignore_index=True)
    n = len(frame)
    reference = frame["wave"].map(WAVES).map(day).to_numpy("datetime64[D]")
    fed_back = reference - rng.integers(1, 15, n)
    wait = np.ceil(rng.exponential(TRUTH.learning.median_days / np.log(2), n))
    frame["fed_back_on"] = fed_back
    frame["closed_on"] = fed_back + wait.astype("timedelta64[D]")
    frame["closed_on"] = frame["closed_on"].mask(rng.random(n) < TRUTH.learning.never_closed)
    frame["owner_party"] = rng.choice(np.array(PARTIES, dtype=object), n)
    return frame.assign(status="closed", finding_id=[f"L-{i:04d}" for i in range(1, n + 1)])
