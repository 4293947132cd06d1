"""Protect a wave's counts, for all groups at once, before any notebook sees them."""

import pandas as pd

from shared.disclosure.counts import CountTable, count, count_tables
from shared.disclosure.suppress import suppress
from shared.study import Study


def protect(records: dict[str, pd.DataFrame], study: Study, wave: int) -> dict[str, pd.DataFrame]:
    """Return every declared table of counts whose records are there, hidden cells missing.

    Each frame has one row per cell: ``lokus_id`` (a letter, or ``all``), the dimensions, ``n``
    (Int64; NA where hidden) and ``hidden`` (bool). In mode ``open`` nothing is hidden.
    """
    groups = sorted((group.id for group in study.groups), key=lambda letter: (len(letter), letter))
    return {
        table.id: _protected(_chosen(records[table.records], table, wave), table, groups, study)
        for table in count_tables().values()
        if table.records in records
    }


def _chosen(records: pd.DataFrame, table: CountTable, wave: int) -> pd.DataFrame:
    """Return the records that the table counts."""
    for column, value in {**table.where, **({"wave": wave} if table.current else {})}.items():
        records = records[records[column] == value]
    return records


def _protected(
    records: pd.DataFrame, table: CountTable, groups: list[str], study: Study
) -> pd.DataFrame:
    cells, relations = count(records, table, groups)
    counts = cells["n"].to_numpy()
    if study.disclosure.mode == "open":
        hidden = pd.Series(False, index=cells.index)
    else:
        hidden = pd.Series(
            suppress(counts, relations, threshold=study.disclosure.threshold), index=cells.index
        )
    return cells.assign(n=cells["n"].astype("Int64").mask(hidden), hidden=hidden)
