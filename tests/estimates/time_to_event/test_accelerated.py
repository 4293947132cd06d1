"""Accelerated failure time regression, against R, by hand and by its laws."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm, weibull_min

from shared.estimates.time_to_event.accelerated import accelerated

REFERENCE = Path(__file__).parents[2] / "reference"
NAMES = [
    "workprg",
    "priors",
    "tserved",
    "felon",
    "alcohol",
    "drugs",
    "black",
    "married",
    "educ",
    "age",
]
BOTH = ["weibull", "lognormal"]
DURATION = [5, 3, 8, 13, 2, 21, 34, 4, 7, 11]
EVENT = [1, 1, 0, 1, 1, 0, 1, 1, 1, 1]
X = pd.DataFrame(
    {"treated": [1, 0, 1, 1, 0, 1, 1, 0, 0, 0], "age": [24.0, 31, 45, 52, 28, 39, 61, 33, 47, 55]}
)


def recidivism(distribution):
    data = pd.read_csv(REFERENCE / "P16_recid.csv")
    event = 1 - data["cens"]
    model = accelerated(data["durat"], event, data[NAMES], distribution=distribution)
    return model, float(np.log(data["durat"]) @ event)


def coefficients(model):
    return model.table["coefficient"].to_dict()


def loglik_by_scipy(point, scale, distribution):
    """Return the log likelihood of the times from the densities of scipy."""
    middle = point[0] + X.to_numpy() @ point[1:]
    if distribution == "weibull":
        density, time = weibull_min(1 / scale, scale=np.exp(middle)), np.array(DURATION)
        values = np.where(EVENT, density.logpdf(time), density.logsf(time))
    else:
        log_time = np.log(DURATION)
        density = norm(middle, scale)
        values = np.where(EVENT, density.logpdf(log_time) - log_time, density.logsf(log_time))
    return values.sum()


def test_weibull_matches_survreg_of_r():
    got, logs = recidivism("weibull")
    exp = {
        "const": 4.22167012,
        "workprg": -0.112784833,
        "priors": -0.110175706,
        "tserved": -0.0168297146,
        "felon": 0.371622704,
        "alcohol": -0.555131968,
        "drugs": -0.349265379,
        "black": -0.563016185,
        "married": 0.188104112,
        "educ": 0.0289110827,
        "age": 0.00462188489,
    }
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)
    assert got.log_likelihood == pytest.approx(-3192.10883, abs=1e-5)
    # Of log time instead of time, as Wooldridge's textbook prints it.
    assert got.log_likelihood + logs == pytest.approx(-1633.03248, abs=1e-5)
    assert (got.n, got.events, got.distribution) == (1445, 552, "weibull")


def test_lognormal_matches_survreg_of_r():
    got, logs = recidivism("lognormal")
    assert coefficients(got)["workprg"] == pytest.approx(-0.0625715445, abs=1e-6)
    assert got.log_likelihood == pytest.approx(-3156.13531, abs=1e-5)
    assert got.log_likelihood + logs == pytest.approx(-1597.05896, abs=1e-5)


def test_times_without_open_spells_match_survreg_of_r():
    strikes = pd.read_csv(REFERENCE / "C06_strikes.csv")
    got = accelerated(strikes["dur"], strikes["dur"] > 0, strikes[["gdp"]])
    exp = {"const": 3.77320497, "gdp": -2.51352503}
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)
    assert got.scale == pytest.approx(1.02154362, abs=1e-6)


def test_lognormal_without_open_spells_is_least_squares_of_log_time():
    got = accelerated(DURATION, [1] * 10, X, distribution="lognormal")
    design = np.column_stack([np.ones(10), X])
    exp, squares, *_ = np.linalg.lstsq(design, np.log(DURATION), rcond=None)
    scale = np.sqrt(squares[0] / 10)
    se = scale * np.sqrt(np.diag(np.linalg.inv(design.T @ design)))
    assert list(coefficients(got).values()) == pytest.approx(exp.tolist(), abs=1e-9)
    assert got.scale == pytest.approx(scale)
    assert got.table["se"].tolist() == pytest.approx(se.tolist())


@pytest.mark.parametrize("distribution", BOTH)
def test_likelihood_is_that_of_the_distribution_and_highest_there(distribution):
    got = accelerated(DURATION, EVENT, X, distribution=distribution)
    best = [*coefficients(got).values(), got.scale]
    size = np.array([1, 1, 0.02, 1])

    def loglik(moved):
        point = best + moved * size
        return loglik_by_scipy(point[:3], point[3], distribution)

    step = 1e-3 * np.eye(4)
    assert got.log_likelihood == pytest.approx(loglik(np.zeros(4)), abs=1e-9)
    slopes = [(loglik(u) - loglik(-u)) / 2e-3 for u in step]
    assert slopes == pytest.approx([0] * 4, abs=1e-3)
    curve = [
        [(loglik(u + v) - loglik(u - v) - loglik(v - u) + loglik(-u - v)) / 4e-6 for v in step]
        for u in step
    ]
    se = np.sqrt(np.diag(np.linalg.inv(-np.array(curve))))[:3] * size[:3]
    assert got.table["se"].tolist() == pytest.approx(se.tolist(), rel=1e-3)


@pytest.mark.parametrize("distribution", BOTH)
def test_time_ratio_is_how_many_times_longer(distribution):
    # Without open spells and with the same pattern in both groups the ratio is exactly 3.
    short = [1, 2, 4, 9]
    x = pd.DataFrame({"slow": [0] * 4 + [1] * 4})
    times = short + [3 * time for time in short]
    got = accelerated(times, [1] * 8, x, distribution=distribution).table.loc["slow"]
    assert got["time_ratio"] == pytest.approx(3, abs=1e-6)
    assert got["low"] < 3 < got["high"]
    assert got["low"] * got["high"] == pytest.approx(9, abs=1e-5)


@pytest.mark.parametrize("distribution", BOTH)
def test_unit_of_time_moves_only_the_constant(distribution):
    days = accelerated(DURATION, EVENT, X, distribution=distribution)
    weeks = accelerated(np.array(DURATION) / 7, EVENT, X, distribution=distribution)
    gap = days.table["coefficient"] - weeks.table["coefficient"]
    assert gap.tolist() == pytest.approx([np.log(7), 0, 0], abs=1e-8)
    assert weeks.scale == pytest.approx(days.scale)


def test_durations_of_zero_are_refused():
    with pytest.raises(ValueError, match="1 of 10 durations are 0, and log time has no 0"):
        accelerated([0, *DURATION[1:]], EVENT, X)


@pytest.mark.parametrize("distribution", BOTH)
def test_group_without_events_has_no_coefficient(distribution):
    event = np.array(EVENT) * (X["treated"] == 0)
    with pytest.raises(ValueError, match="coefficient of 'treated' runs away"):
        accelerated(DURATION, event.to_numpy(), X, distribution=distribution)


@pytest.mark.parametrize("distribution", BOTH)
@pytest.mark.parametrize("duration", [2.0 ** X["age"].to_numpy(), np.full(10, 4)])
def test_times_without_spread_are_refused(distribution, duration):
    with pytest.raises(ValueError, match="Without spread there is no scale"):
        accelerated(duration, [1] * 10, X, distribution=distribution)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"event": [1, 1, 1, *[0] * 7]}, "3 events cannot carry 2 coefficients with a constant"),
        ({"distribution": "gamma"}, "Distribution is 'gamma'. Allowed: lognormal, weibull"),
        ({"covariates": X.assign(both=X["age"] - X["treated"])}, "'both' follows from"),
        ({"covariates": X.assign(still=1)}, "'still' has the same value in all 10 spells"),
        ({"duration": [np.nan, *DURATION[1:]]}, "1 of 10 spells lack a duration"),
    ],
)
def test_input_that_says_nothing_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        accelerated(**{"duration": DURATION, "event": EVENT, "covariates": X} | change)
