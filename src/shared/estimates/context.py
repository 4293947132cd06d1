"""Conditions beside results: what groups reach where public statistics say that it is hard.

Groups are put in bands of each measure, and the people of a band's groups are pooled: a share of
everybody there, not a mean of groups. What goes together across groups need not do so for people
(Robinson, 1950, American Sociological Review 15, 351-357).

Anybody can look up which groups are in a band. Bands of several measures that overlap would give
single groups' results as differences of sums, so measures are told together only as long as every
combination of their bands holds several groups.
"""

from collections.abc import Sequence

import pandas as pd

from shared.disclosure.size_classes import EVERYONE, LEAST, bands
from shared.estimates.proportions import wilson

FEWEST = 5  # with the result, and without it: of fewer a share would tell how many they are
COLUMNS = ("condition", "band", "year", "groups", "successes", "n", "share", "low", "high")


def by_condition(
    context: pd.DataFrame,
    results: pd.DataFrame,
    conditions: Sequence[str],
    *,
    least: int = LEAST,
    apart: bool = False,
) -> pd.DataFrame:
    """Return the pooled result of the groups in each band of each measure.

    context    : the table ``omvarld``; of each measure the latest year that any group has.
    results    : one row per group: ``lokus_id``, ``successes`` and ``n``.
    conditions : measures (``indicator``), the most important first: one is left out where it has no
                 two bands, or splits the groups further than those before it allow.
    least      : fewest groups in a band, and in a combination of bands.
    apart      : take every measure by itself, for open data.
    Returns rows of ``condition``, ``band`` (low, middle, high), ``year``, ``groups``,
    ``successes``, ``n``, ``share``, ``low`` and ``high`` (95 % Wilson); shares of fewer than
    ``FEWEST`` are missing.
    Raises ValueError where a group occurs twice in ``results``.
    """
    if twice := int(results["lokus_id"].duplicated().sum()):
        raise ValueError(f"{twice} groups occur twice in the results. Sum their rows first.")
    told, parts = pd.DataFrame(index=results.index), [pd.DataFrame(columns=COLUMNS)]
    for condition in conditions:
        figures = _latest(context, condition)
        band = bands(results["lokus_id"].map(figures["value"]), least)
        together = told.assign(**{condition: band.astype("str")})
        few = not apart and together.value_counts().min() < least
        if few or band.isna().all() or (band == EVERYONE).any():
            continue
        told = together
        pooled = results.groupby(band, observed=True)[["successes", "n"]].sum()
        held = band.value_counts().reindex(pooled.index).to_numpy()
        facts = {"condition": condition, "year": figures["year"].max(), "groups": held}
        found = wilson(pooled["successes"], pooled["n"]).assign(**facts)
        rest = pooled["n"] - pooled["successes"]
        few = pooled["successes"].between(1, FEWEST - 1) | rest.between(1, FEWEST - 1)
        shares = ["share", "low", "high"]
        found[shares] = found[shares].mask(few & (not apart))
        parts.append(found.assign(band=pooled.index.astype("str")))
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]


def _latest(context: pd.DataFrame, condition: str) -> pd.DataFrame:
    """Return ``year`` and ``value`` by group in the latest year that any group has a figure of."""
    figures = context[context["indicator"].astype("str") == condition]
    figures = figures[figures["year"] == figures["year"].max()]
    return figures.assign(group=figures["lokus_id"].astype("str")).set_index("group")
