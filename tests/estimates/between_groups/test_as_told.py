"""Estimates from figures as told: they follow from value and class, and from nothing else."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.between_groups import as_told
from shared.estimates.between_groups.shrinkage import shrunken_shares
from shared.estimates.proportions import wilson

LETTERS = list("ABCDEF")
ROWS = pd.DataFrame(
    {
        "lokus_id": [*LETTERS, "all"],
        "n": [10, 10, 10, 50, 50, 50, 180],
        "share": [0.2, 0.5, np.nan, 0.3, 0.25, 0.35, 0.3],
        "expected": [0.3, 0.3, np.nan, 0.3, 0.2, 0.3, 0.3],
    }
)


def test_pooled_share_is_that_of_the_told_shares_with_the_class_sizes():
    told = ROWS.drop(index=[2, 6])
    want = shrunken_shares(told["share"] * told["n"], told["n"]).groups
    found = as_told.shares(ROWS)
    assert np.allclose(found.loc[told.index, "drawn"], want["share"])
    assert found.loc[[2, 6], "drawn"].isna().all()


def test_small_group_is_drawn_further_than_a_large_one_as_far_out():
    rows = pd.DataFrame({"lokus_id": LETTERS, "n": [10, 100] * 3, "share": [0.5, 0.5] + [0.2] * 4})
    found = as_told.shares(rows)["drawn"]
    assert 0.2 < found[0] < found[1] < 0.5


def test_limits_of_chance_are_one_pair_per_class_around_the_share_of_all():
    found = as_told.shares(ROWS)
    for rows in ([0, 1], [3, 4, 5]):
        assert found.loc[rows, ["low_95", "high_95", "low_998"]].nunique().eq(1).all()
    assert (found["low_95"].dropna() < 0.3).all()
    assert (found["high_95"].dropna() > 0.3).all()
    assert found.loc[0, "high_95"] > found.loc[3, "high_95"]


def test_observed_over_expected_is_the_ratio_of_what_is_told():
    found = as_told.shares(ROWS)
    assert found.loc[1, "oe"] == pytest.approx(0.5 / 0.3)
    assert found.loc[1, "oe_low"] < 0.5 / 0.3 < found.loc[1, "oe_high"]
    assert np.isnan(found.loc[2, "oe"])


def test_each_wave_is_drawn_together_by_itself():
    waves = pd.concat([ROWS.assign(wave=6), ROWS.assign(wave=12, share=ROWS["share"] / 2)])
    waves = waves.reset_index(drop=True)
    found = as_told.shares(waves, by=["wave"])
    assert np.allclose(
        found["drawn"].iloc[:6], as_told.shares(ROWS)["drawn"].iloc[:6], equal_nan=True
    )
    assert found["drawn"].iloc[7] < found["drawn"].iloc[0]


def test_two_groups_are_not_drawn_together():
    assert as_told.shares(ROWS.iloc[:2])["drawn"].isna().all()
    assert as_told.ranks(ROWS.iloc[:2])["rank_low"].isna().all()


def test_scores_are_drawn_to_their_mean_and_rates_to_theirs():
    scores = pd.DataFrame({"lokus_id": LETTERS, "n": 10, "score": [2.0, 3, 3, 3, 3, 4]})
    found = as_told.scores(scores, sd=0.5)
    assert 2 < found.loc[0, "drawn"] < 3 < found.loc[5, "drawn"] < 4
    rates = pd.DataFrame({"lokus_id": LETTERS, "n": 30, "rate": [1.0, 2, 2, 2, 2, 3]})
    drawn = as_told.rates(rates, months=12)
    assert 1 < drawn.loc[0, "drawn"] < 2 < drawn.loc[5, "drawn"] < 3
    assert (drawn["drawn_low"] < drawn["drawn"]).all()


def test_more_time_behind_a_rate_draws_it_less():
    rates = pd.DataFrame({"lokus_id": LETTERS, "n": 30, "rate": [1.0, 2, 2, 2, 2, 3]})
    short, long = (as_told.rates(rates, months=months)["drawn"] for months in (6, 60))
    assert long[0] < short[0]


def test_rank_interval_of_a_group_far_above_is_narrow_and_of_equals_wide():
    rows = pd.DataFrame({"lokus_id": LETTERS, "n": 400, "share": [0.8] + [0.2] * 5})
    found = as_told.ranks(rows)
    assert tuple(found.loc[0]) == (1, 1)
    assert (found.loc[1:, "rank_high"] == 6).all()
    assert (found.loc[1:, "rank_low"] == 2).all()


def test_interval_says_nothing_that_share_and_class_do_not():
    # Two groups of one class told alike have the same interval, as Wilson's of both would be.
    rows = ROWS.assign(share=[0.2, 0.2, 0.2, 0.3, 0.3, 0.3, 0.3])
    found = as_told.shares(rows)[["drawn", "drawn_low", "drawn_high"]]
    assert found.iloc[:3].round(12).nunique().eq(1).all()
    own = wilson(rows["share"] * rows["n"], rows["n"])
    assert (found["drawn_high"] - found["drawn_low"]).iloc[0] < own["high"].iloc[0] - own[
        "low"
    ].iloc[0]
