"""Ranks: worked by hand, and what they may be when nothing or everything differs."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.between_groups.ranks import rank_intervals


def test_interval_by_hand():
    # Of 40 draws the first is above in all but 3, so its middle 95 % holds both ranks.
    draws = pd.DataFrame({"A": [0.6] * 37 + [0.4] * 3, "B": [0.5] * 40})
    assert rank_intervals(draws).loc["A"].to_list() == [1, 2]
    assert rank_intervals(draws.iloc[:37]).to_numpy().tolist() == [[1, 1], [2, 2]]


def test_equal_groups_may_have_any_rank():
    draws = pd.DataFrame(np.random.default_rng(1).random((4000, 8)))
    got = rank_intervals(draws)
    assert (got["low"] == 1).all()
    assert (got["high"] == 8).all()


def test_ties_do_not_favour_the_first_column():
    got = rank_intervals(pd.DataFrame({"A": [0.5, 0.5], "B": [0.5, 0.5]}))
    assert got.to_numpy().tolist() == [[1, 2], [1, 2]]


def test_draws_with_holes_are_refused():
    with pytest.raises(ValueError, match="1 missing"):
        rank_intervals(pd.DataFrame({"A": [0.5, np.nan], "B": [0.4, 0.4]}))
