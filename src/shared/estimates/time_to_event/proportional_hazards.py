"""Whether hazards are proportional: the score test against coefficients that move with time.

Each covariate is given a second coefficient, times one minus the Kaplan-Meier curve of all spells
just before each event, and the test is of those being 0.

Source: Grambsch and Therneau (1994), Biometrika 81, 515-526, with the exact information instead
of their approximation, as in ``cox.zph`` of R's survival from version 3 on.
"""

import numpy as np
import pandas as pd

from shared.estimates.time_to_event.cox import Cox
from shared.estimates.time_to_event.life_table import life_table
from shared.estimates.time_to_event.partial_likelihood import information, score

NOTHING_LEFT = 1e-9  # share of a coefficient's information


def proportional_hazards(model: Cox) -> pd.DataFrame:
    """Return the test of each covariate and, in the last row ``global``, of all of them.

    Returns ``chi2``, ``df`` and ``p``. A small p says that the hazard ratio changes over time; a
    large one, with few events, says little. All NaN but df where events at different times cannot
    be set against each other, as when all are at one time.
    """
    from scipy.stats import chi2

    sets, now = model.fit.sets, model.fit.now
    curve = life_table(model.fit.spells)
    ends = model.fit.spells["duration"].to_numpy()[sets.event]
    just_before = np.searchsorted(curve["time"], ends, side="left") - 1
    clock = 1 - curve["survival"].to_numpy()[just_before]
    # The tests are the same on any scale of it; on this one nothing is lost to rounding.
    clock = (clock - clock.mean()) / (clock.std() or 1)
    plain, mixed, moving = (information(sets, now, clock**power) for power in (0, 1, 2))
    # Of the second coefficients, what their first ones do not explain.
    variance = moving - mixed @ np.linalg.solve(plain, mixed)
    slope = score(sets, now, clock)
    known = np.diag(variance) > NOTHING_LEFT * np.diag(plain)
    each = np.divide(slope**2, np.diag(variance), out=np.full(len(slope), np.nan), where=known)
    together = slope @ np.linalg.solve(variance, slope) if known.all() else np.nan
    tests, df = [*each, together], [1] * len(slope) + [len(slope)]
    return pd.DataFrame(
        {"chi2": tests, "df": df, "p": chi2.sf(tests, df)},
        index=pd.Index([*model.table.index, "global"], name="covariate"),
    )
