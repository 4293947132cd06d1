"""The true counts behind a publication, from the processed tables that it was made from."""

import json
from functools import cache
from pathlib import Path

import pandas as pd

from shared.audit.cells import Counted, counted
from shared.disclosure.counts import GROUP, count, count_tables
from shared.study import Study


@cache
def true_counts(data: Path) -> dict[Counted, int]:
    """Return how many there are of everything that the declared tables count.

    data : the folder of the processed tables of one wave, with its manifest.
    """
    from shared.estimates.records import KINDS, records

    manifest = json.loads((data / "manifest.json").read_text(encoding="utf-8"))
    wave, study = manifest["wave"], Study.model_validate(manifest["study"])
    tables = {path.stem: pd.read_parquet(path) for path in sorted(data.glob("*.parquet"))}
    wanted = {table.records for table in count_tables().values()} & set(KINDS)
    found = records(tables, study, wave, wanted)
    groups = [group.id for group in study.groups]
    truth: dict[Counted, int] = {}
    for table in count_tables().values():
        if table.records in found:
            kept = found[table.records]
            for column, value in {
                **table.where,
                **({"wave": wave} if table.current else {}),
            }.items():
                kept = kept[kept[column] == value]
            names = [GROUP, *table.dimensions]
            for row in count(kept, table, groups)[0][[*names, "n"]].itertuples(index=False):
                group, *values, number = row
                categories = dict(zip(table.dimensions, map(str, values), strict=True))
                truth[counted(table, str(group), categories)] = int(number)
    return truth
