"""What the page on data quality says: delivered, checked and missing, table by table."""

import pandas as pd

from shared.checks.summary import (
    delivered_tables,
    missing_cells,
    overall,
    rules_by_table,
    undelivered_columns,
)

FILES = pd.DataFrame(
    [("moten", 10, 1, 2), ("moten", 5, 0, 1), ("narvaro", 7, 0, 0)],
    columns=["table", "rows", "duplicates", "ignored_columns"],
)
RULES = pd.DataFrame(
    [("narvaro", True, 0), ("moten", True, 2), ("moten", True, 1), ("moten", False, 0)],
    columns=["table", "checked", "n_failed"],
)


def meetings(**columns):
    return {"moten": pd.DataFrame(columns)}


def test_rows_of_a_tables_files_are_added_up():
    table = delivered_tables(FILES).set_index("table")
    assert table.loc["moten"].tolist() == [True, 15, 1, 3]
    assert table.loc["narvaro"].tolist() == [True, 7, 0, 0]


def test_tables_that_were_not_delivered_are_listed_without_counts():
    table = delivered_tables(FILES).set_index("table")
    assert len(table) == 23
    assert table.loc["kostnader", "delivered"] == False  # noqa: E712
    assert table.loc["kostnader"].isna().sum() == 3


def test_rules_are_counted_by_table_in_the_order_of_the_alphabet():
    assert rules_by_table(RULES).to_dict("records") == [
        {"table": "moten", "rules": 2, "unchecked": 1, "failed": 3},
        {"table": "narvaro", "rules": 1, "unchecked": 0, "failed": 0},
    ]


def test_missing_cells_are_a_share_of_the_rows_under_the_files_header():
    table = missing_cells(meetings(meeting_id=["1", "2", "3", "4"], minutes=[60, None, 45, 30]))
    assert table.to_dict("records") == [
        {"table": "moten", "column": "Längd (minuter)", "n": 4, "missing_share": 0.25}
    ]


def test_columns_that_are_full_or_empty_have_no_missing_cells():
    assert missing_cells(meetings(meeting_id=["1", "2"], minutes=[None, None])).empty


def test_table_without_rows_has_no_missing_cells():
    assert missing_cells(meetings(meeting_id=[], minutes=[])).empty


def test_columns_without_a_single_value_were_not_delivered():
    table = undelivered_columns(meetings(meeting_id=["1"], minutes=[None], minutes_ref=[None]))
    assert table.to_dict("records") == [{"table": "moten", "column": "Längd (minuter), Protokoll"}]


def test_table_with_some_value_in_every_column_is_not_listed():
    assert undelivered_columns(meetings(meeting_id=["1", "2"], minutes=[None, 60])).empty


def test_overall_counts_tables_and_the_rules_that_were_checked():
    assert overall(FILES, RULES).to_dict("records") == [
        {"delivered_tables": 2, "known_tables": 23, "rules": 3}
    ]
