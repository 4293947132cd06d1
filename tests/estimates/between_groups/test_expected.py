"""Case mix: R's glm and poisson.test on public data, and published risk-adjusted rates."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.between_groups.expected import (
    expected_chances,
    observed_expected,
    standardised_share,
)

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def hospitals():
    table = pd.read_csv(REFERENCE / "G01_cabg_ny.csv").set_index("Hospital")
    return table, observed_expected(table["Deaths"], table["EMR"] / 100 * table["Cases"])


@pytest.mark.parametrize(
    ("hospital", "exp"),
    [
        ("Univ. Hosp. of Brooklyn", (2.09927225, 1.24416178, 3.31775521)),
        ("Staten Island - North", (0.389922972, 0.194648143, 0.697679906)),
        ("Vassar Brothers", (0.313971743, 0.0855467326, 0.803892361)),
        ("Westchester Medical Center", (1.30898764, 0.996462042, 1.68849869)),
    ],
)
def test_exact_limits_match_poisson_test_of_r(hospitals, hospital, exp):
    got = hospitals[1].loc[hospital, ["ratio", "low", "high"]].to_list()
    assert got == pytest.approx(exp, abs=1e-6)


def test_standardised_rates_are_those_published(hospitals):
    table, ratios = hospitals
    got = 100 * standardised_share(ratios["ratio"], 973 / 47795)
    assert got.to_numpy() == pytest.approx(table["RAMR"].to_numpy(), abs=0.014)


def test_case_mix_matches_glm_of_r():
    table = pd.read_csv(REFERENCE / "G02_medpar.csv")
    x = table[["age80", "white", "hmo"]].assign(type=table["type"].astype(str))
    got = expected_chances(table["died"], x).groupby(table["provnum"]).sum()
    exp = {30002: 20.9612384, 30003: 1.54706775, 30006: 26.0413342}
    assert got[list(exp)].to_dict() == pytest.approx(exp, abs=1e-6)
    assert got.sum() == pytest.approx(513)


def test_byar_by_hand():
    # 10 (1 - 1/90 - 1.96 / (3 sqrt 10))^3 = 4.790 and 11 (1 - 1/99 + 1.96 / (3 sqrt 11))^3 = 18.39.
    got = observed_expected(pd.Series([10, 0]), pd.Series([5.0, 5.0]))
    assert got["byar_low"].to_list() == pytest.approx([4.790 / 5, 0], abs=1e-3)
    assert got.loc[0, "byar_high"] == pytest.approx(18.39 / 5, abs=1e-3)


def test_group_that_nobody_is_expected_in_has_no_ratio():
    got = observed_expected(pd.Series([0]), pd.Series([0.0]))
    assert got[["ratio", "low", "high", "byar_low", "byar_high"]].isna().all(axis=None)


def test_level_where_all_succeed_joins_the_most_common():
    outcome = pd.Series([1, 0, 1, 0, 1, 1])
    got = expected_chances(outcome, pd.DataFrame({"level": list("aaaabb")}))
    assert got.to_list() == pytest.approx([4 / 6] * 6)


def test_missing_answer_is_a_level_of_its_own():
    outcome = pd.Series([1, 0, 0, 0, 1, 0])
    got = expected_chances(outcome, pd.DataFrame({"level": ["a"] * 4 + [None] * 2}))
    assert got.to_list() == pytest.approx([0.25] * 4 + [0.5] * 2)


def test_covariate_that_tells_the_result_gives_no_chances():
    outcome = pd.Series([0, 0, 1, 1])
    assert np.isnan(expected_chances(outcome, pd.DataFrame({"x": [1.0, 2, 3, 4]}))).all()


def test_missing_number_is_refused():
    with pytest.raises(ValueError, match="Covariate age is missing for 1 people"):
        expected_chances(pd.Series([1, 0]), pd.DataFrame({"age": [30, np.nan]}))
