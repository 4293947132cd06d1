"""Targets: a verdict is given only when the whole interval agrees."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.targets import Actual, judge, wanted


def target(value=30, unit="pct", direction="ge", metric="share_to_work"):
    columns = ["target_id", "target_value", "unit", "direction", "metric"]
    return pd.Series(["T1", value, unit, direction, metric], columns)


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.3, 0.5, "met"), (0.29, 0.5, "uncertain"), (0.1, 0.3, "uncertain"), (0.1, 0.29, "not_met")],
)
def test_at_least_is_met_when_the_whole_interval_is_there(low, high, verdict):
    assert judge(Actual(0.3, low, high), wanted(target()), expired=True) == verdict


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [(0.1, 0.3, "met"), (0.2, 0.31, "uncertain"), (0.31, 0.5, "not_met")],
)
def test_at_most_is_met_when_the_whole_interval_is_below(low, high, verdict):
    limits = wanted(target(direction="le"))
    assert judge(Actual(0.3, low, high), limits, expired=True) == verdict


@pytest.mark.parametrize(("n", "verdict"), [(9, "not_met"), (10, "met")])
def test_count_is_certain(n, verdict):
    limits = wanted(target(10, "n", metric="n_participations"))
    assert judge(Actual(n, n, n), limits, expired=True) == verdict


def test_what_is_not_met_before_its_day_is_under_way():
    assert judge(Actual(0.1, 0.05, 0.2), wanted(target()), expired=False) == "under_way"


@pytest.mark.parametrize(
    ("share", "verdict"), [(0.40, "met"), (0.60, "met"), (0.39, "not_met"), (0.61, "not_met")]
)
def test_sixty_forty_binds_both_genders(share, verdict):
    for value in (60, 40):
        limits = wanted(target(value, direction="between", metric="gender_balance"))
        assert judge(Actual(share, share, share), limits, expired=True) == verdict


def test_between_with_one_value_is_refused():
    with pytest.raises(ValueError, match="T1 has direction between but one value"):
        wanted(target(direction="between"))


def test_infinite_limits_are_never_met_by_chance():
    assert wanted(target(3, "score", metric="survey_mean")) == (3, np.inf)
