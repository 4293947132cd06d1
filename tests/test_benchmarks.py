"""Benchmarks run on little data; the one of coverage finds limits that are too narrow."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.rates import poisson_rate

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
RATE, MONTHS, SEEDS = 3.0, 18.5, 400
COLUMNS = ["estimate", "method", "planted", "low", "high"]


@pytest.fixture
def benchmark(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    # Under its own name it would be taken for the package that measures what tests cover.
    spec = importlib.util.spec_from_file_location("interval_coverage", BENCHMARKS / "coverage.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def rates():
    """Exact limits of the rate of simulated cases, one row per seed."""
    count = pd.Series(np.random.default_rng(1).poisson(RATE * MONTHS, SEEDS))
    limits = poisson_rate(count, pd.Series(MONTHS, count.index))
    known = limits.assign(estimate="cases", method="Garwood", planted=RATE)
    return known[["rate", *COLUMNS]]


def covered(held, of, method="Wald"):
    """Intervals of which some hold a planted value of 0."""
    low = np.where(np.arange(of) < held, -1.0, 0.5)
    row = {"estimate": "change", "method": method, "planted": 0.0}
    return pd.DataFrame({"low": low, "high": 1.0}).assign(**row)[COLUMNS]


def test_every_estimate_has_an_interval_in_one_simulation(benchmark):
    found = pd.DataFrame(benchmark.intervals(1))
    assert found["estimate"].is_unique
    assert len(found) == 104
    assert (found["low"] < found["high"]).all()


def test_the_same_seed_gives_the_same_intervals(benchmark, monkeypatch):
    monkeypatch.setattr(benchmark, "SUBJECTS", benchmark.SUBJECTS[-2:])
    assert benchmark.intervals(2) == benchmark.intervals(2) != benchmark.intervals(3)


def test_right_limits_pass(benchmark, rates):
    found = benchmark.coverage(rates).iloc[0]
    assert not found["too_low"]
    assert found["seeds"] == SEEDS
    assert found["covered"] == pytest.approx(0.96, abs=0.03)


@pytest.mark.parametrize("narrowed", [0.8, 0.65])  # to about 88 and 80 %
def test_limits_that_are_too_narrow_are_found(benchmark, rates, narrowed):
    for limit in ("low", "high"):
        rates[limit] = rates["rate"] + narrowed * (rates[limit] - rates["rate"])
    assert benchmark.coverage(rates)["too_low"].all()


def test_a_biased_estimate_is_found(benchmark, rates):
    shifted = rates.assign(low=rates["low"] * 1.2, high=rates["high"] * 1.2)
    assert benchmark.coverage(shifted)["too_low"].all()


@pytest.mark.parametrize(
    ("held", "method", "too_low"),
    [
        (3760, "Garwood", True),  # 94.0 %, up to 94.7
        (3760, "Wald", False),
        (3680, "Wald", True),  # 92.0 %, up to 92.8
        (2800, "Wilson, biased", False),  # by design
    ],
)
def test_exact_methods_have_no_tolerance_and_others_the_stated_one(
    benchmark, held, method, too_low
):
    assert benchmark.coverage(covered(held, 4000, method))["too_low"].item() == too_low


def test_few_seeds_that_say_nothing_are_no_fault(benchmark):
    assert not benchmark.coverage(covered(7, 8))["too_low"].item()


def test_an_interval_without_limits_holds_nothing(benchmark):
    found = covered(100, 100)
    found.loc[:49, ["low", "high"]] = np.nan
    assert benchmark.coverage(found)["covered"].item() == 0.5


@pytest.mark.parametrize(("held", "code"), [(95, 0), (80, 1)])
def test_exit_code_says_whether_all_hold(benchmark, monkeypatch, capsys, held, code):
    rows = list(covered(held, 100).itertuples(index=False))
    monkeypatch.setattr(benchmark, "intervals", lambda seed: [rows[seed]])
    assert benchmark.main(["--seeds", "100", "--workers", "1"]) == code
    printed = capsys.readouterr().out
    assert f"{held}.0" in printed
    assert ("TOO LOW" in printed) == bool(code)


def test_closed_forms_are_what_small_steps_add_up_to(benchmark):
    lives = importlib.import_module("planted.lives")
    wait, step = lives.ends_of_wait("woman"), 0.001
    waiting = (1 - sum(wait.values()) * step) ** np.arange(18 / step)
    begun = {cause: np.cumsum(waiting * wait[cause] * step) for cause in wait}
    for cause in wait:
        assert lives.came_first(cause, "woman", 18) == pytest.approx(begun[cause][-1], rel=1e-3)
    without = ((1 - begun["work"] - begun["studies"]) * step).sum()
    assert lives.without_work_or_studies("woman", 18) == pytest.approx(without, rel=1e-3)
    share, chances = np.array([0.96, 0.04, 0, 0]), np.eye(4)
    for row, start in enumerate(lives.STATUSES):
        chances[row] = list(lives.in_status("woman", step, start).values())
    assert chances[0, 1:] / step == pytest.approx([0.030, 0.012, 0.011], rel=1e-3)
    assert chances[1, 0] / step == pytest.approx(0.020, rel=1e-3)
    assert chances[2, :2] / step == pytest.approx([0.020, 0.030], rel=1e-3)
    exp = share @ np.linalg.matrix_power(chances, round(18 / step))
    assert list(lives.in_status("woman", 18).values()) == pytest.approx(list(exp))


def test_every_step_of_a_national_study_is_measured():
    command = [sys.executable, BENCHMARKS / "national.py", "--people", "300", "--groups", "8"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    header, *rows = printed.splitlines()
    assert header.split() == ["step", "rows", "seconds", "peak", "MB"]
    steps = [row.rsplit(maxsplit=3) for row in rows]
    assert {"reading", "checking: rules", "pseudonymising"} <= {step for step, *_ in steps}
    assert len(steps) >= 15
    assert all(int(n.replace(",", "")) > 200 for _, n, *_ in steps)
    assert all(float(peak) > 50 for *_, peak in steps)
