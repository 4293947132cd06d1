"""Protect a wave's counts, for all groups at once, before any notebook sees them."""

from collections.abc import Callable, Iterable
from functools import partial

import numpy as np
import pandas as pd

from shared.disclosure.counts import CountTable, count, count_tables
from shared.disclosure.linked import link
from shared.disclosure.suppress import suppress
from shared.study import Study

Protected = dict[str, pd.DataFrame]


def protect(
    records: dict[str, pd.DataFrame],
    study: Study,
    wave: int,
    each: Callable[..., Iterable[Protected]] = map,
) -> Protected:
    """Return every declared table of counts whose records are there, hidden cells missing.

    Tables that count the same records are protected together. Each frame has one row per cell:
    ``lokus_id`` (a letter, or ``all``), the dimensions, ``n`` (Int64; NA where hidden) and
    ``hidden`` (bool). In mode ``open`` nothing is hidden. ``each`` is ``map``, or one that works on
    several kinds of records at a time.
    """
    kinds = sorted({table.records for table in count_tables().values()} & records.keys())
    work = partial(_protect_kind, study=study, wave=wave)
    protected: Protected = {}
    for tables in each(work, kinds, [records[kind] for kind in kinds]):
        protected |= tables
    return {name: protected[name] for name in count_tables() if name in protected}


def _protect_kind(kind: str, records: pd.DataFrame, *, study: Study, wave: int) -> Protected:
    """Protect all the tables that count one kind of records."""
    groups = sorted((group.id for group in study.groups), key=lambda letter: (len(letter), letter))
    tables = [table for table in count_tables().values() if table.records == kind]
    counted = [(t, *count(_chosen(records, t, wave), t, groups)) for t in tables]
    cells = pd.concat([cells for _, cells, _ in counted], keys=range(len(counted)))
    if study.disclosure.mode == "open":
        hidden = np.zeros(len(cells), dtype=bool)
    else:
        relations = link(counted, wave)
        counts = cells["n"].to_numpy()
        hidden = suppress(counts, relations, threshold=study.disclosure.threshold)
    ends = np.cumsum([len(cells) for _, cells, _ in counted])[:-1]
    return {
        table.id: cells.assign(n=cells["n"].astype("Int64").mask(part), hidden=part)
        for (table, cells, _), part in zip(counted, np.split(hidden, ends), strict=True)
    }


def _chosen(records: pd.DataFrame, table: CountTable, wave: int) -> pd.DataFrame:
    """Return the records that the table counts."""
    for column, value in {**table.where, **({"wave": wave} if table.current else {})}.items():
        records = records[records[column] == value]
    return records
