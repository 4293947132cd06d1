"""What was delivered, checked and missing, table by table, for the page on data quality."""

import pandas as pd

from shared.sources.dictionary import tables


def delivered_tables(files: pd.DataFrame) -> pd.DataFrame:
    """Return every table of the dictionary: delivered or not, rows, duplicates, ignored columns."""
    sums = files.groupby("table")[["rows", "duplicates", "ignored_columns"]].sum()
    sums = sums.reindex(list(tables())).rename(columns={"rows": "delivered_rows"})
    delivered = sums["delivered_rows"].notna()
    whole = sums.astype("Int64").assign(delivered=delivered).reset_index(names="table")
    return whole[["table", "delivered", "delivered_rows", "duplicates", "ignored_columns"]]


def rules_by_table(rules: pd.DataFrame) -> pd.DataFrame:
    """Return, per table, rules checked, rules that could not be checked, and faults found."""
    by_table = rules.groupby("table")
    return pd.DataFrame(
        {
            "rules": by_table["checked"].sum(),
            "unchecked": by_table["checked"].agg(lambda checked: (~checked).sum()),
            "failed": by_table["n_failed"].sum(),
        }
    ).reset_index()


def missing_cells(delivered: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the columns with some empty cells: ``table``, ``column`` (header), ``n``, share."""
    rows = [
        {
            "table": name,
            "column": column.header,
            "n": len(table),
            "missing_share": float(table[column.name].isna().mean()),
        }
        for name, table in delivered.items()
        for column in tables()[name].columns
        if column.name in table and len(table)
    ]
    found = pd.DataFrame(rows, columns=["table", "column", "n", "missing_share"])
    return found[found["missing_share"].between(0, 1, inclusive="neither")].reset_index(drop=True)


def undelivered_columns(delivered: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return, per delivered table, the headers of its columns without a single value."""
    rows = []
    for name, table in delivered.items():
        known = [column for column in tables()[name].columns if column.name in table]
        empty = [column.header for column in known if table[column.name].isna().all()]
        rows += [{"table": name, "column": ", ".join(empty)}] if empty else []
    return pd.DataFrame(rows, columns=["table", "column"])


def overall(files: pd.DataFrame, rules: pd.DataFrame) -> pd.DataFrame:
    """Return one row: tables delivered, tables known, rules that were checked."""
    counts = {
        "delivered_tables": files["table"].nunique(),
        "known_tables": len(tables()),
        "rules": int(rules["checked"].sum()),
    }
    return pd.DataFrame([counts])
