"""Estimates computed from protected counts: hidden wherever a count that they need is.

The estimators are those of ``shared.estimates``; a hidden count reaches them as missing.
"""

import pandas as pd

from shared.disclosure.counts import ALL, UNKNOWN, count_tables
from shared.disclosure.protected import Counts
from shared.disclosure.release import told, too_few
from shared.disclosure.released import Released
from shared.estimates import attrition, before_after
from shared.estimates.proportions import share_differences, wilson

WOMEN, MEN = "woman", "man"
LIMITS = {"low": "difference_low", "high": "difference_high"}


def bounds(counts: Counts, of: str, part: str, reached: str, lost: str) -> Released:
    """Return the lowest and highest that the share ``part`` of all due can be, row by row.

    part, reached, lost : categories of the dimension ``of``. One row per remaining category, with
    ``n`` (due), ``share`` (of those reached, as `Counts.shares` shows it), ``lowest``, ``highest``,
    and ``outer_low`` and ``outer_high`` (`estimates.attrition.bounds`).
    """
    shares = counts.shares(of, part, reached)
    keys = list(shares.keys)
    cells = [_cells(counts, of, name, keys) for name in (part, reached, lost)]
    found = attrition.bounds(*cells).rename(columns={"low": "outer_low", "high": "outer_high"})
    frame = found[["lowest", "highest", "outer_low", "outer_high"]].astype("Float64")
    frame.insert(0, "share", _values(shares, "share", keys))
    frame.insert(0, "n", cells[1] + cells[2])
    # What is hidden of the share may not come back as a bound of it.
    frame = frame.mask(frame["share"].isna())
    return _released(counts, frame, f"_bounds_{part}")


def gender_gap(counts: Counts, of: str, parts: list[str], base: str) -> Released:
    """Return women's share less men's, with Newcombe's limits and a chi-square p.

    parts, base : categories of the dimension ``of``. One row per part and remaining category:
    ``n`` (of both), ``women``, ``men`` (shares), ``difference`` with its limits, ``p``. What is of
    both is hidden where either share is.
    """
    found = [_gap(counts.shares(of, part, base), of, part) for part in parts]
    return _released(counts, pd.concat(found), "_gap")


def net_change(counts: Counts, before: str, after: str) -> Released:
    """Return how many had each value before and after, of those known at both times.

    counts : a table of ``before`` x ``after``. One row per value (``value``): ``before``,
    ``after``, ``n``, the ``difference`` of the shares with its limits (Newcombe), and ``p``
    (McNemar, exact).
    """
    table = _matrix(counts, before, after)
    values = [value for value in table.index if value not in (ALL, UNKNOWN)]
    known = table.loc[ALL] - table.loc[UNKNOWN], table[ALL] - table[UNKNOWN]
    n = known[0][ALL] - known[0][UNKNOWN]
    both = pd.Series([table.loc[value, value] for value in values], values, dtype="Float64")
    had, has = known[1][values], known[0][values]
    found = before_after.net_change(had, has, both, pd.Series(n, values, dtype="Float64"))
    found = found.rename(columns=LIMITS).astype("Float64")
    frame = found[["before", "after", "n", "difference", *LIMITS.values(), "p"]]
    figures = ["difference", *LIMITS.values(), "p"]
    frame[figures] = frame[figures].mask(too_few(frame["n"], counts.rules))
    return _released(counts, frame.rename_axis("value"), "_net")


def share_after(counts: Counts, before: str, after: str, value: str) -> Released:
    """Return the share who had ``value`` after, of those known at both times, in one row.

    ``value``, ``n``, ``share``, ``low``, ``high`` (Wilson). Hidden as in `Counts.shares`.
    """
    net = net_change(counts, before, after).where(value=value)
    had = net.frame.set_index("value")[["after", "n"]].astype("Float64")
    frame = wilson(had["after"], had["n"])[["n", "share", "low", "high"]].astype("Float64")
    figures = ["share", "low", "high"]
    frame[figures] = frame[figures].mask(too_few(frame["n"], counts.rules))
    return _released(counts, frame, f"_{value}_after")


def symmetry(counts: Counts, before: str, after: str) -> Released:
    """Return Bowker's test that as many moved one way as the other, in one row.

    ``n`` (who changed), ``statistic``, ``df`` and ``p``, which is missing where it is not fit for
    use (`estimates.before_after.bowker`) or a move is hidden.
    """
    table = _matrix(counts, before, after)
    values = [value for value in table.index if value not in (ALL, UNKNOWN)]
    found = before_after.bowker(table.loc[values, values].astype(float))
    row = {"n": found.changed, "statistic": found.chi2, "df": found.df, "p": found.p}
    frame = pd.DataFrame(row, index=pd.Index(["symmetry"], name="measure"))
    return _released(counts, frame, "_symmetry")


def _gap(shares: Released, of: str, part: str) -> pd.DataFrame:
    keys = [of, *(name for name in shares.keys if name != "gender")]
    frame = shares.frame.assign(**{of: part}).set_index([*keys, "gender"])
    names = ["count", "n", "share"]
    wide = frame[names].astype("Float64").unstack("gender", sort=False)
    # Where there are no men in the whole study, they have no cells.
    sides = [wide.reindex(columns=[(name, side) for name in names]) for side in (WOMEN, MEN)]
    women, men = (side.droplevel("gender", axis="columns") for side in sides)
    women, men = (side.mask(side["share"].isna() & (side["n"] != 0)) for side in (women, men))
    found = share_differences(women["count"], women["n"], men["count"], men["n"])
    figures = {"n": women["n"] + men["n"], "women": women["share"], "men": men["share"]}
    found = found.rename(columns=LIMITS).astype("Float64")
    return pd.DataFrame({**figures, **found})


def _matrix(counts: Counts, before: str, after: str) -> pd.DataFrame:
    """Return all cells of a table of before (rows) x after (columns), the same values in both."""
    table = counts.cells.set_index([before, after])["n"].astype("Float64").unstack(sort=False)
    values = list(dict.fromkeys([*table.index, *table.columns, UNKNOWN]))
    # A value that nobody had at one time has no cells there: nobody moved from or to it.
    return table.reindex(index=values, columns=values, fill_value=0)


def _cells(counts: Counts, of: str, label: str, keys: list[str]) -> pd.Series:
    cells = counts.cells[counts.cells[of] == label]
    return cells.set_index(keys)["n"].astype("Float64")


def _values(released: Released, column: str, keys: list[str]) -> pd.Series:
    return released.frame.set_index(keys)[column].astype("Float64")


def _released(counts: Counts, frame: pd.DataFrame, suffix: str) -> Released:
    """Release figures indexed by what each row is about; one that is not there is hidden.

    Only a figure about nobody is missing instead.
    """
    keys = [str(name) for name in frame.index.names]
    values = frame.reset_index()
    described = counts.described(values)
    if counts.band:  # as estimates beside a band of n are
        for column in described:
            values[column.name] = told(values[column.name], column.kind, band=True)
    nobody = values["n"].eq(0).fillna(False)
    hidden = values.isna().mul(~nobody, axis=0) & (counts.rules.mode != "open")
    hidden[keys] = False
    count = [name for name in ("n", "before", "after", "df") if name in values]
    values = values.astype(dict.fromkeys(count, "Int64"))
    unit = count_tables()[counts.id].unit
    return Released(counts.id + suffix, unit, values, hidden.astype(bool), described, tuple(keys))
