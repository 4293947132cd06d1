"""Data whose figures R has computed, as the tests of the comparisons share them."""

from pathlib import Path

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[2] / "reference"


def read(name):
    return pd.read_csv(REFERENCE / name)


@pytest.fixture(scope="session")
def trial():
    """Return the job trial as Dehejia and Wahba have it: 185 treated by lot, 260 not."""
    return read("E01_nsw_dw445.csv")


@pytest.fixture(scope="session")
def earnings():
    """Return outcome, treated and covariates of the trial's treated and of a survey's people."""
    data = read("E03_lalonde_psid614.csv")
    return data["re78"], data["treat"], data.drop(columns=["treat", "re78"])


@pytest.fixture(scope="session")
def smokers():
    """Return weight gain, giving up smoking and covariates, by Hernán and Robins' program 12.2."""
    data = read("E04_nhefs.csv")
    squared = ["age", "smokeintensity", "smokeyrs", "wt71"]
    covariates = data.drop(columns=["qsmk", "wt82_71"]).assign(
        **{f"{name} squared": data[name] ** 2 for name in squared}
    )
    categories = dict.fromkeys(["education", "exercise", "active"], "category")
    return data["wt82_71"], data["qsmk"] == 1, covariates.astype(categories)


@pytest.fixture(scope="session")
def small():
    """Return outcome, treated and one category of twenty people whose weights go by hand.

    Young: 8 treated of 10, so odds 4 (comparison 4 in weight). Old: 4 of 10, odds 2/3.
    """
    age = ["young"] * 10 + ["old"] * 10
    treated = pd.Series([True] * 8 + [False] * 2 + [True] * 4 + [False] * 6)
    outcome = pd.Series([10.0] * 4 + [6.0] * 4 + [4.0, 2.0] + [3.0] * 4 + [1.0] * 3 + [0.0] * 3)
    return outcome, treated, pd.DataFrame({"age": age})
