"""Interrupted series: by hand, against the formulas written out, and against planted truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.linalg import null_space, toeplitz
from scipy.stats import chi2, t
from statsmodels.regression.linear_model import GLS

from shared.estimates.effect.interrupted import interrupted_series
from shared.estimates.effect.stepped import Lacking

START = pd.Period("2016-01", "M")


def series(values, first="2014-01"):
    return pd.Series(values, pd.period_range(first, periods=len(values), freq="M"))


def autocorrelated(random, n=48, rho=0.4):
    """Return n deviations, each ``rho`` times the one before and something new."""
    e = random.standard_normal(n + 50)
    for i in range(1, n + 50):
        e[i] += rho * e[i - 1]
    return e[50:]


@pytest.fixture(scope="module")
def noisy():
    """Return 24 months before and 24 after, with a level of 3 and a slope of -0.1 planted."""
    time = np.arange(48)
    course = 10 + 0.2 * time + (time >= 24) * (3 - 0.1 * (time - 24))
    return series(course + autocorrelated(np.random.default_rng(6)))


@pytest.fixture(scope="module")
def design():
    time = np.arange(48.0)
    return np.column_stack([np.ones(48), time, time >= 24, np.maximum(time - 24, 0)])


def test_broken_line_by_hand():
    # 10, 10.5, ... and from month 24 on 5 lower and flat: 22 - 5 = 17.
    values = [10 + 0.5 * m for m in range(24)] + [17.0] * 24
    values[0] += 1e-9  # some spread
    got = interrupted_series(series(values), START)
    assert (got.n_before, got.n_after) == (24, 24)
    exp = (0.5, -5, -0.5)
    assert (got.trend, got.level.estimate, got.slope.estimate) == pytest.approx(exp, abs=1e-6)


def test_errors_are_those_of_newey_and_west_written_out(noisy, design):
    got = interrupted_series(noisy, START)
    y = noisy.to_numpy()
    inverse = np.linalg.inv(design.T @ design)
    scores = design * (y - design @ inverse @ design.T @ y)[:, None]
    middle = scores.T @ scores
    for lag in range(1, 4):  # 4 (48 / 100)^(2/9) is 3.4
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / 4) * (cross + cross.T)
    error = np.sqrt(np.diag(inverse @ middle @ inverse) * 48 / 44)
    assert got.lags == 3
    for shift, at in ((got.level, 2), (got.slope, 3)):
        half = t.ppf(0.975, 44) * error[at]
        assert (shift.high - shift.low) / 2 == pytest.approx(half, rel=1e-9)
        assert shift.p == pytest.approx(2 * t.sf(abs(shift.estimate) / error[at], 44), rel=1e-6)


def test_autoregression_is_generalised_least_squares_by_restricted_likelihood(noisy, design):
    got = interrupted_series(noisy, START)
    y = noisy.to_numpy()

    def fitted(rho):
        return GLS(y, design, sigma=toeplitz(rho ** np.arange(48))).fit()

    exp = fitted(got.rho)
    for shift, at in ((got.level_ar1, 2), (got.slope_ar1, 3)):
        assert shift.estimate == pytest.approx(exp.params[at], rel=1e-6)
        half = t.ppf(0.975, 44) * exp.bse[at]
        assert (shift.high - shift.low) / 2 == pytest.approx(half, rel=1e-6)

    def restricted(rho):
        # Harville (1974): the likelihood of the contrasts that hold no coefficient.
        contrasts = null_space(design.T)
        cover = contrasts.T @ toeplitz(rho ** np.arange(48)) @ contrasts
        z = contrasts.T @ y
        variance = z @ np.linalg.solve(cover, z) / 44
        return -(44 * np.log(variance) + np.linalg.slogdet(cover)[1]) / 2

    grid = np.arange(-0.9, 0.9, 0.01)
    assert got.rho == pytest.approx(grid[np.argmax([restricted(r) for r in grid])], abs=0.006)


def test_autocorrelation_is_told_by_both_figures(noisy, design):
    got = interrupted_series(noisy, START)
    rest = noisy.to_numpy() - design @ np.linalg.lstsq(design, noisy.to_numpy(), rcond=None)[0]
    squares = rest @ rest
    assert got.durbin_watson == pytest.approx((np.diff(rest) ** 2).sum() / squares)
    lags = np.arange(1, 10)  # a fifth of 48
    r = np.array([rest[lag:] @ rest[:-lag] / squares for lag in lags])
    q = 48 * 50 * (r**2 / (48 - lags)).sum()
    assert got.p_autocorrelation == pytest.approx(chi2.sf(q, 9))


def test_limits_hold_planted_changes():
    random, time = np.random.default_rng(9), np.arange(48)
    held = []
    for _ in range(120):
        y = series(2.0 * (time >= 24) + autocorrelated(random))
        got = interrupted_series(y, START)
        told = (got.level_ar1, 2), (got.slope_ar1, 0), (got.level, 2)
        held.append([shift.low <= truth <= shift.high for shift, truth in told])
    level, slope, newey_west = np.mean(held, axis=0)
    assert min(level, slope) > 0.87
    assert level > newey_west + 0.05  # why the one stands beside the other


def test_seasons_are_taken_away():
    time = np.arange(42)
    months = series(time * 0.0, "2014-07").index.month.to_numpy()
    season = np.where(months == 7, 6.0, 0) + 2 * np.cos(2 * np.pi * months / 12)
    noise = np.random.default_rng(2).normal(0, 0.1, 42)
    y = series(season + noise + 1.0 * (time >= 18), "2014-07")
    # A lone July takes five pairs; the sixth, which no study of this length bears, is the rest.
    plain, seasons = (interrupted_series(y, START, harmonics=h) for h in (0, 5))
    assert seasons.level.estimate == pytest.approx(1, abs=0.5)
    assert seasons.level.high - seasons.level.low < (plain.level.high - plain.level.low) / 2


def test_level_alone_has_no_slope(noisy):
    got = interrupted_series(noisy, START, slope=False)
    assert np.isnan([got.slope.estimate, got.slope.p, got.slope_ar1.estimate]).all()
    assert not np.isnan([got.level.estimate, got.level_ar1.low]).any()


def test_lags_may_be_given(noisy):
    assert interrupted_series(noisy, START, lags=6).lags == 6


@pytest.mark.parametrize(
    ("before", "after", "lacking"),
    [
        (12, 12, ()),
        (11, 12, (Lacking("months_before", 11, 12),)),
        (12, 11, (Lacking("months_after", 11, 12),)),
        (0, 0, (Lacking("months_before", 0, 12), Lacking("months_after", 0, 12))),
    ],
)
def test_a_year_on_either_side_is_needed(before, after, lacking):
    index = pd.period_range(START - before, periods=before + after, freq="M")
    y = pd.Series(np.random.default_rng(1).normal(size=len(index)), index)
    got = interrupted_series(y, START)
    assert (got.n_before, got.n_after, got.lacking) == (before, after, lacking)
    assert np.isnan(got.level.estimate) == bool(lacking)


@pytest.mark.parametrize("how", ["missing", "absent"])
def test_gap_is_a_reason(noisy, how):
    at = noisy.index[20]
    gap = noisy.drop(at) if how == "absent" else noisy.where(noisy.index != at)
    got = interrupted_series(gap, START)
    assert got.lacking == (Lacking("gaps", 1, 0),)
    assert np.isnan(got.trend)


def test_wrong_use_is_refused(noisy):
    with pytest.raises(ValueError, match="not on months"):
        interrupted_series(noisy.reset_index(drop=True), START)
    with pytest.raises(ValueError, match="not on months"):
        interrupted_series(noisy.set_axis(noisy.index.asfreq("D")), START)
    with pytest.raises(ValueError, match="not in order"):
        interrupted_series(noisy[::-1], START)
    with pytest.raises(ValueError, match="Harmonics is 6"):
        interrupted_series(noisy, START, harmonics=6)
