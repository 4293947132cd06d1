"""Delivered tables to tables that may be worked with: no raw ids, no raw groups, no places."""

import pandas as pd

from shared.identity.keys import pseudonyms
from shared.sources.dictionary import Column, Table, code_lists, tables
from shared.sources.values import DTYPES


def pseudonymise(
    delivered: dict[str, pd.DataFrame], key: bytes, letters: dict[str, str]
) -> dict[str, pd.DataFrame]:
    """Return the tables with all the dictionary's columns, people as pseudonyms, groups as letters.

    Columns that were not delivered are there and empty; codes become ordered categories.
    """
    return {name: _table(frame, tables()[name], key, letters) for name, frame in delivered.items()}


def _table(frame: pd.DataFrame, table: Table, key: bytes, letters: dict[str, str]) -> pd.DataFrame:
    columns = [column for column in table.columns if column.type != "drop"]
    return pd.DataFrame({column.name: _column(frame, column, key, letters) for column in columns})


def _column(frame: pd.DataFrame, column: Column, key: bytes, letters: dict[str, str]) -> pd.Series:
    if column.name not in frame:
        values = pd.Series(pd.NA, index=frame.index, dtype=DTYPES.get(column.type, "str"))
    else:
        values = frame[column.name]
    if column.type == "person":
        return pseudonyms(values, key, kind=column.name)
    if column.type == "group":
        return values.map(letters).astype("str")
    if column.type == "code":
        return values.astype(pd.CategoricalDtype(list(code_lists()[column.codes]), ordered=True))
    return values
