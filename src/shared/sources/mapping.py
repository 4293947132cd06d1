"""Make a delivered file's columns ours: by the dictionary's headers, or by a mapping."""

from fnmatch import fnmatch

import pandas as pd

from shared.faults import Fault, InputError, nearest
from shared.sources.dictionary import Table
from shared.sources.values import MISSING
from shared.study import Mapping

ROW = "(row)"  # in a mapping: the row's own number, for files that identify no one


def rename(text: pd.DataFrame, table: Table, mapping: Mapping) -> tuple[pd.DataFrame, list[str]]:
    """Return the frame with the dictionary's column names, and the headers that were not read.

    ``text`` has the file's headers and row numbers. A wide survey (``mapping.items``) becomes long,
    its row numbers repeated and the item's header kept as ``item_id``.
    Raises ``InputError`` when the mapping names what is not there or a key column is missing.
    """
    _require_mapped(text, table, mapping)
    items = [header for header in text.columns if mapping.items and fnmatch(header, mapping.items)]
    ours = _our_names(text, table, mapping)
    read = [header for header in text.columns if header in ours]
    ignored = [header for header in text.columns if header not in ours and header not in items]
    _require_once([name for header in read for name in ours[header]], table)
    columns = {name: text[header] for header in read for name in ours[header]}
    frame = pd.DataFrame(columns, index=text.index)
    for name in _names(mapping.columns.get(ROW, [])):
        frame[name] = frame.index.astype(str)
    for name, value in mapping.set.items():
        frame[name] = str(value)
    if items:
        frame = _lengthen(frame, text[items])
    absent = [name for name in mapping.values if name not in frame]
    if absent:
        raise InputError([Fault(f"values for '{n}'", "a column that the file has") for n in absent])
    for name, values in mapping.values.items():
        frame[name] = frame[name].replace({key: str(value) for key, value in values.items()})
    for column in [column for column in table.columns if column.default]:
        given = frame.get(column.name, pd.Series("", frame.index))
        frame[column.name] = given.mask(given.isin(MISSING), column.default)
    _require_key(frame, table, mapping)
    return frame, ignored


def _names(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def _our_names(text: pd.DataFrame, table: Table, mapping: Mapping) -> dict[str, list[str]]:
    mapped = {name for names in mapping.columns.values() for name in _names(names)}
    known = {}
    for column in table.columns:
        if column.type != "drop" and column.name not in mapped | set(mapping.set):
            known[column.header.casefold()] = column.name
            if not mapping.columns:  # another system's English header may mean something else
                known[column.name] = column.name
    ours = {header: _names(names) for header, names in mapping.columns.items()}
    for header in text.columns:
        if header not in ours and header.casefold() in known:
            ours[header] = [known[header.casefold()]]
    return ours


def _lengthen(frame: pd.DataFrame, answers: pd.DataFrame) -> pd.DataFrame:
    long = answers.melt(ignore_index=False, var_name="item_id", value_name="answer")
    return long.join(frame).sort_index(kind="stable")


def _require_mapped(text: pd.DataFrame, table: Table, mapping: Mapping) -> None:
    headers, names = list(text.columns), [column.name for column in table.columns]
    faults = [
        Fault(f"no column '{header}'", ", ".join(headers), nearest(header, headers))
        for header in mapping.columns
        if header not in headers and header != ROW
    ]
    wanted = [name for names in mapping.columns.values() for name in _names(names)]
    faults += [
        Fault(f"a mapping to '{name}'", f"a column of {table.name}", nearest(name, names))
        for name in [*wanted, *mapping.set, *mapping.values]
        if name not in names
    ]
    read = {header.casefold() for header in mapping.columns} | {
        name for column in table.columns for name in (column.header.casefold(), column.name)
    }
    read |= {h.casefold() for h in headers if mapping.items and fnmatch(h, mapping.items)}
    twice = sorted({h for h in headers if h.casefold() in read and headers.count(h) > 1})
    faults += [Fault(f"two columns '{header}'", "each header once") for header in twice]
    if faults:
        raise InputError(faults)


def _require_once(names: list[str], table: Table) -> None:
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    if twice:
        headers = [table.column(name).header for name in twice]
        raise InputError([Fault(f"two columns for '{h}'", "one column for each") for h in headers])


def _require_key(frame: pd.DataFrame, table: Table, mapping: Mapping) -> None:
    missing = [name for name in table.key if name not in frame.columns]
    if missing:
        headers = ", ".join(f"'{table.column(name).header}'" for name in missing)
        raise InputError(
            [
                Fault(
                    f"no column {headers}",
                    f"the columns that identify a row of {table.name}",
                    "Correct the header, or map the file's own header in study.yml under sources.",
                    row=mapping.header_row,
                )
            ]
        )
