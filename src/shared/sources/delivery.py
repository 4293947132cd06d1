"""Read everything a study has received up to a wave, as typed tables with the place of each row.

Deliveries are read in order of wave. Within a file exact duplicates are dropped; across files the
latest delivery of a row replaces earlier ones, so corrections and full exports both work.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from shared.faults import Fault, InputError, nearest
from shared.places import wave_folder
from shared.sources.dictionary import Table, tables
from shared.sources.formats import read_text
from shared.sources.mapping import rename
from shared.sources.values import allowed, parse
from shared.study import Mapping, Study

STUDY = "study.yml"
FREE = ("id", "text", "person")  # types whose cells may hold anything, unlike a code or a date
PLACE = ["_file", "_sheet", "_row"]  # where a row came from; never leaves the wave's checks
SUFFIXES = (".csv", ".xlsx", ".xls", ".qdpx")
OTHER_DATA = (".ods", ".tsv", ".txt", ".sav", ".dta", ".sas7bdat", ".json", ".xml", ".zip")


@dataclass
class Delivered:
    """What arrived: typed tables, counts of what was left out, and the faults found in reading.

    ``tables``: per table a frame with the delivered columns plus ``PLACE``.
    ``notes``: one row per file: table, wave, rows read, duplicates dropped, ignored columns.
    ``texts``: of each file of a table that is scanned whole, one row per cell of text, read or not:
    ``PLACE``, ``_header`` as in the file, and ``_text``. It never leaves the wave's checks either.
    """

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    notes: list[dict] = field(default_factory=list)
    texts: list[pd.DataFrame] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_deliveries(study: Study, folder: Path, wave: int) -> Delivered:
    """Read all deliveries of ``study`` in ``folder`` up to and including ``wave``."""
    delivered = Delivered(faults=_unusable_mappings(study, folder, wave))
    read: dict[str, list[pd.DataFrame]] = {}
    for known in sorted(known for known in study.waves if known <= wave):
        for path, table, mapping in _files(study, folder, known, delivered.faults):
            try:
                frame = _read_file(path, table, mapping, delivered)
            except InputError as error:
                delivered.faults += [
                    replace(fault, file=mapping.file, sheet=fault.sheet or mapping.sheet or "")
                    for fault in error.faults
                ]
                continue
            delivered.notes[-1]["wave"] = known
            read.setdefault(table.name, []).append(frame)
    delivered.tables = {name: _latest(frames, tables()[name]) for name, frames in read.items()}
    return delivered


def _unusable_mappings(study: Study, folder: Path, wave: int) -> list[Fault]:
    """Return a fault per mapping to an unknown table, or of a file that is not where it is read."""
    faults = [
        Fault(f"sources for '{name}'", ", ".join(tables()), nearest(name, list(tables())), STUDY)
        for name in study.sources
        if name not in tables()
    ]
    arrived = {wave_folder(known): known <= wave for known in sorted(study.waves)}
    strange = [path.name for path in sorted(folder.glob("wave-*")) if path.name not in arrived]
    faults += [Fault(f"a folder {name}", f"one of {', '.join(arrived)}") for name in strange]
    for mapping in [mapping for mappings in study.sources.values() for mapping in mappings]:
        place = mapping.file.rpartition("/")[0]
        if place not in arrived:
            where = f"a file in one of {', '.join(arrived)}"
            faults.append(Fault(f"a mapping of {mapping.file}", where, file=STUDY))
        elif arrived[place] and not (folder / mapping.file).is_file():
            faults.append(Fault(f"a mapping of {mapping.file}", "a file that is there", file=STUDY))
    return faults


def _files(
    study: Study, folder: Path, wave: int, faults: list[Fault]
) -> list[tuple[Path, Table, Mapping]]:
    """List a wave's files with their table and mapping; unknown files become faults."""
    mapped: dict[str, list[tuple[Table, Mapping]]] = {}
    for name in [name for name in study.sources if name in tables()]:
        for mapping in study.sources[name]:
            mapped.setdefault(mapping.file, []).append((tables()[name], mapping))
    found: list[tuple[Path, Table, Mapping]] = []
    for path in sorted((folder / wave_folder(wave)).glob("*")):
        name = path.relative_to(folder).as_posix()
        if name in mapped:
            found += [(path, table, mapping) for table, mapping in mapped[name]]
        elif path.stem in tables() and path.suffix.lower() in SUFFIXES:
            found.append((path, tables()[path.stem], Mapping(file=name)))
        elif path.suffix.lower() in OTHER_DATA:
            todo = "Save it as .xlsx or .csv."
            faults.append(Fault("a file that is not read", "CSV or Excel", todo, file=name))
        elif path.suffix.lower() in SUFFIXES:
            hint = nearest(path.stem, list(tables()))
            todo = f"{hint} Rename the file, or map it in study.yml under sources.".strip()
            faults.append(Fault("a file of no known table", ", ".join(tables()), todo, file=name))
    return found


def _read_file(path: Path, table: Table, mapping: Mapping, delivered: Delivered) -> pd.DataFrame:
    """Return one file's typed rows; its unreadable cells and its note go to ``delivered``."""
    text, sheet = read_text(
        path, sheet=mapping.sheet, header_row=mapping.header_row, encoding=mapping.encoding
    )
    renamed, ignored = rename(text, table, mapping)
    if table.scan:
        cells = _texts(text, renamed, ignored, table, mapping)
        delivered.texts.append(cells.assign(_file=mapping.file, _sheet=sheet))
    rows = renamed.index.to_numpy()
    renamed = renamed.reset_index(drop=True)
    frame = pd.DataFrame(index=renamed.index)
    items = renamed.get("item_id", pd.Series("", renamed.index))
    for column in [column for column in table.columns if column.name in renamed]:
        frame[column.name], unreadable = parse(renamed[column.name], column)
        for at, found in unreadable.items():
            header = header_of(column.name, table, mapping, items[at])
            fault = Fault(found, allowed(column), "", mapping.file, sheet, int(rows[at]), header)
            delivered.faults.append(fault)
    duplicates = frame.duplicated()
    frame["_file"], frame["_sheet"], frame["_row"] = mapping.file, sheet, rows
    note = {"file": mapping.file, "table": table.name, "rows": len(frame)}
    note["duplicates"] = int(duplicates.sum())
    delivered.notes.append({**note, "ignored_columns": len(ignored)})
    return frame[~duplicates]


def _texts(
    text: pd.DataFrame, renamed: pd.DataFrame, ignored: list[str], table: Table, mapping: Mapping
) -> pd.DataFrame:
    """Return a row for each cell of a file's texts, in columns read and ignored alike."""
    columns = [
        (header_of(column.name, table, mapping, ""), renamed[column.name])
        for column in table.columns
        if column.type in FREE and column.name in renamed
    ]
    columns += [
        (header or "without a header", text.iloc[:, at])  # several may have the same header
        for at, header in enumerate(text.columns)
        if header in ignored
    ]
    cells = [
        pd.DataFrame({"_row": cells.index, "_header": header, "_text": cells.array})
        for header, cells in columns
    ]
    return pd.concat(cells, ignore_index=True)


def mapping_of(study: Study, table: str, file: str) -> Mapping:
    """Return the mapping by which ``file`` was read as ``table``."""
    mappings = study.sources.get(table, [])
    return next((one for one in mappings if one.file == file), Mapping(file=file))


def header_of(name: str, table: Table, mapping: Mapping, item: str) -> str:
    """Return the header that our column ``name`` has in the file; in a wide one, the item's."""
    for header, names in mapping.columns.items():
        if name in ([names] if isinstance(names, str) else names):
            return header
    return item if mapping.items and name == "answer" else table.column(name).header


def _latest(frames: list[pd.DataFrame], table: Table) -> pd.DataFrame:
    """Concatenate deliveries, keeping of each key only the rows of its latest delivery."""
    together = pd.concat(frames, keys=range(len(frames)), names=["_delivery", None])
    together = together.reset_index(level="_delivery").reset_index(drop=True)
    if len(frames) > 1:
        last = together.groupby(list(table.key), dropna=False)["_delivery"].transform("max")
        together = together[together["_delivery"] == last]
    return together.drop(columns="_delivery").reset_index(drop=True)
