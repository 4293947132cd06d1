"""Life table: who is at risk when, and which spells are refused."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.estimates.time_to_event.life_table import (
    at_times,
    count,
    life_table,
    log_log_limits,
    spells,
)

ROWS = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 4), st.integers(0, 2)), max_size=10)


def test_table_by_hand():
    # Of 3 at risk at 1 one has the event, at 2 two leave and one of them has it: the other was
    # still at risk when it happened.
    got = life_table(spells([1, 2, 2], [1, 1, 0]))
    assert got["time"].tolist() == [-np.inf, 1, 2]
    assert got["at_risk"].tolist()[1:] == [3, 2]
    assert got["happened"].tolist() == [0, 1, 2]
    assert got["survival"].tolist() == pytest.approx([1, 2 / 3, 1 / 3])
    assert got["greenwood"].tolist() == pytest.approx([0, 1 / 6, 1 / 6 + 1 / 2])


@given(ROWS)
def test_at_risk_are_those_who_entered_before_and_have_not_ended_before(rows):
    entry, length, mark = (np.array(part) for part in zip(*rows, strict=True)) if rows else [[]] * 3
    duration = np.add(entry, length)
    observed = spells(duration, mark, entry)
    life = life_table(observed)
    times = np.arange(0, 9, 0.5)
    exp = [int(((entry < time) & (duration >= time)).sum()) for time in times]
    assert at_times(observed, life, times)["at_risk"].tolist() == exp
    ends = life["time"].iloc[1:]
    assert ends.tolist() == sorted(set(duration))
    exp = [int(((entry < time) & (duration >= time)).sum()) for time in ends]
    assert life["at_risk"].tolist()[1:] == exp


def test_without_entry_all_are_at_risk_at_zero():
    assert life_table(spells([0, 2], [1, 0]))["at_risk"].tolist()[1:] == [2, 1]


def test_entry_before_zero_puts_a_spell_at_risk_at_zero():
    assert life_table(spells([0, 2], [1, 0], [-1, 1]))["at_risk"].tolist()[1:] == [1, 1]


def test_no_spells_leave_the_start_row():
    got = life_table(spells([], []))
    assert got["survival"].tolist() == [1.0]
    assert at_times(spells([], []), got, np.array([1.0]))["survival"].isna().all()


def test_labels_are_kept_as_they_are():
    got = spells([1, 2], [1, 0], group=["b", "a"], stratum=0)
    assert got["group"].tolist() == ["b", "a"]
    assert got["stratum"].tolist() == [0, 0]


def test_missing_label_is_refused():
    with pytest.raises(ValueError, match="1 of 2 spells lack a group"):
        spells([1, 2], [1, 0], group=["a", None])


def test_columns_are_paired_by_index():
    got = spells(pd.Series([1, 2], index=[5, 6]), pd.Series([0, 1], index=[6, 5]))
    assert got["mark"].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("given_entry", "message"),
    [
        ([2, 3, 0], "2 of 3 spells end at or before their entry"),
        ([0, np.nan, 0], "1 of 3 spells lack a duration, an entry"),
    ],
)
def test_entries_that_make_no_sense_are_refused(given_entry, message):
    with pytest.raises(ValueError, match=message):
        spells([2, 2, 2], [1, 0, 1], given_entry)


def test_count_says_how_many_fall_on_each_time():
    assert count([3, 1, 3], [1, 2, 3]).tolist() == [1, 0, 2]


def test_limits_stay_within_zero_and_one_and_are_not_known_at_the_ends():
    low, high = log_log_limits([0, 0.5, 0.99, 1], [0.1, 0.1, 0.02, 0.1])
    assert np.isnan(low).tolist() == np.isnan(high).tolist() == [True, False, False, True]
    # log 0.5 * 0.5 = -0.346574, so the spread of log(-log) is 0.565526.
    assert (low[1], high[1]) == pytest.approx((0.5**1.760373, 0.5**0.568061), abs=1e-6)
    assert 0 < low[2] < 0.99 < high[2] < 1
