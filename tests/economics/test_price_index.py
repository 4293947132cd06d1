"""Price index: an amount times the index of the year it is moved to, over that of its own."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.economics.price_index import deflate
from shared.faults import InputError

INDEX = pd.DataFrame(
    [("KPI", 2015, 100.0), ("KPI", 2017, 110.0), ("LCI", 2015, 50.0), ("LCI", 2017, 60.0)],
    columns=["index_series", "year", "value"],
)


def test_amount_moves_with_its_series_by_hand():
    # 1 000 * 110 / 100 and 500 * 60 / 50.
    got = deflate(
        pd.Series([1000, 500]), pd.Series([2015, 2015]), 2017, INDEX, pd.Series(["KPI", "LCI"])
    )
    assert got.tolist() == pytest.approx([1100, 600])


def test_amount_of_the_year_itself_needs_no_index():
    got = deflate(pd.Series([1000.0]), pd.Series([2016]), 2016, None, pd.Series([None]))
    assert got.tolist() == [1000]


def test_missing_amount_stays_missing_and_is_no_fault():
    amounts = pd.Series([None, 100], dtype="Float64", index=["a", "b"])
    got = deflate(amounts, pd.Series([None, 2017], index=["a", "b"]), 2017, INDEX, "KPI")
    assert got.isna().tolist() == [True, False]
    assert got["b"] == 100


@pytest.mark.parametrize("index", [None, INDEX.iloc[:0]], ids=["not delivered", "empty"])
def test_every_year_and_series_without_figures_is_told_once(index):
    years = pd.Series([2015, 2015, 2016, None], dtype="Int64")
    with pytest.raises(InputError) as refused:
        deflate(pd.Series([1, 2, 3, 4]), years, 2017, index, pd.Series(["KPI", "KPI", None, "KPI"]))
    found = [fault.found for fault in refused.value.faults]
    start = "an amount in the prices of"
    assert found == [
        f"{start} 2015, to be moved to 2017 by the index series KPI",
        f"{start} 2016, to be moved to 2017 by no index series",
        f"{start} an unknown year, to be moved to 2017 by the index series KPI",
    ]


@given(st.floats(0, 1e9), st.sampled_from([2015, 2017]), st.sampled_from([2015, 2017]))
def test_there_and_back_is_the_same_amount(amount, first, second):
    there = deflate(pd.Series([amount]), pd.Series([first]), second, INDEX, "LCI")
    back = deflate(there, pd.Series([second]), first, INDEX, "LCI")
    assert back.item() == pytest.approx(amount)
