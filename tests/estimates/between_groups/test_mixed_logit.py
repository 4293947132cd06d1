"""Mixed logit: estimates of lme4::glmer on public data, and laws that need no other software."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from shared.estimates.between_groups.mixed_logit import mixed_logit

REFERENCE = Path(__file__).parents[2] / "reference"


@pytest.fixture(scope="module")
def herds():
    table = pd.read_csv(REFERENCE / "G05_cbpp.csv")
    x = pd.DataFrame({f"period{p}": (table["period"] == p) * 1.0 for p in (2, 3, 4)})
    return table["incidence"], table["size"], table["herd"], x


@pytest.mark.parametrize(
    ("points", "estimates", "sd"),
    [
        (1, [-1.39834286, -0.991924975, -1.12821622, -1.57974541], 0.642069928),
        (9, [-1.39921944, -0.991408657, -1.12781284, -1.57948777], 0.647517861),
    ],
)
def test_herds_match_glmer(herds, points, estimates, sd):
    got = mixed_logit(*herds, points=points)
    assert got.coefficients["estimate"].to_list() == pytest.approx(estimates, abs=1e-3)
    assert got.sd == pytest.approx(sd, abs=3e-4)


def test_modes_of_herds_match_ranef_of_glmer(herds):
    got = mixed_logit(*herds, points=1).groups["mode"]
    exp = [0.589629436, -0.299093326, 0.405865809, 0.0390230804, -0.190285288]
    assert got.to_list()[:5] == pytest.approx(exp, abs=1e-3)


@pytest.mark.parametrize(
    ("file", "columns", "points", "constant", "sd"),
    [
        ("G04_surgical.csv", "r n hospital", 1, -2.54378061, 0.356692908),
        ("G04_surgical.csv", "r n hospital", 20, -2.54396212, 0.357700551),
        ("G01_cabg_ny.csv", "Deaths Cases Hospital", 1, -3.93063562, 0.289802822),
        ("G01_cabg_ny.csv", "Deaths Cases Hospital", 20, -3.93075183, 0.290389681),
    ],
)
def test_counts_without_covariates_match_glmer(file, columns, points, constant, sd):
    table = pd.read_csv(REFERENCE / file)
    got = mixed_logit(*(table[name] for name in columns.split()), points=points)
    assert got.coefficients.loc["constant", "estimate"] == pytest.approx(constant, abs=1e-4)
    assert got.sd == pytest.approx(sd, abs=1e-4)


@pytest.mark.parametrize(
    ("file", "columns", "shares"),
    [
        ("G04_surgical.csv", "r n hospital", {"A": 0.0537877166, "H": 0.123086232}),
        ("G01_cabg_ny.csv", "Deaths Cases Hospital", {"Bellevue": 0.0167452539}),
    ],
)
def test_shares_at_the_modes_match_glmer(file, columns, shares):
    table = pd.read_csv(REFERENCE / file)
    got = mixed_logit(*(table[name] for name in columns.split()), points=1)
    at = expit(got.coefficients.loc["constant", "estimate"] + got.groups["mode"])
    assert at[list(shares)].to_dict() == pytest.approx(shares, abs=1e-4)


def test_case_mix_of_single_patients_matches_glmer():
    table = pd.read_csv(REFERENCE / "G02_medpar.csv")
    x = table[["age80", "white", "hmo"]].assign(t2=table["type"] == 2, t3=table["type"] == 3)
    one = pd.Series(1, table.index)
    got = mixed_logit(table["died"], one, table["provnum"], x.astype(float), points=10)
    exp = [-1.21947164, 0.65080392, 0.304677456, 0.0703238007, 0.38122727, 0.67108818]
    assert got.coefficients["estimate"].to_list() == pytest.approx(exp, abs=1e-3)
    assert (got.sd, got.loglik) == pytest.approx((0.183359835, -940.32824), abs=1e-4)


def test_women_in_districts_match_glmer():
    table = pd.read_csv(REFERENCE / "G07_contraception.csv")
    x = pd.DataFrame({"age": table["age"], "age2": table["age"] ** 2})
    x["urban"] = (table["urban"] == "Y") * 1.0
    for level in ("1", "2", "3+"):
        x[level] = (table["livch"] == level) * 1.0
    one = pd.Series(1, table.index)
    got = mixed_logit((table["use"] == "Y") * 1, one, table["district"], x, points=1)
    exp = [-1.03502992, 0.00353582578, -0.00456209601, 0.6972891]
    exp += [0.814976416, 0.916467949, 0.915015183]
    assert got.coefficients["estimate"].to_list() == pytest.approx(exp, abs=1e-3)
    assert (got.sd, got.loglik) == pytest.approx((0.475220861, -1186.36435), abs=1e-4)


def test_counts_and_single_people_give_the_same_model(herds):
    cases, size, herd, x = herds
    rows = np.repeat(np.arange(len(size)), size)
    fell = pd.Series(np.concatenate([np.arange(n) < k for k, n in zip(cases, size, strict=True)]))
    people = x.iloc[rows].reset_index(drop=True)
    labels = herd.iloc[rows].reset_index(drop=True)
    got = mixed_logit(fell * 1.0, pd.Series(1, fell.index), labels, people)
    exp = mixed_logit(*herds)
    assert got.coefficients.to_numpy() == pytest.approx(exp.coefficients.to_numpy(), abs=1e-5)
    assert (got.loglik, got.sd) == pytest.approx((exp.loglik, exp.sd), abs=1e-5)


def test_posterior_of_a_group_matches_brute_force():
    table = pd.read_csv(REFERENCE / "G04_surgical.csv").set_index("hospital")
    got = mixed_logit(table["r"], table["n"], pd.Series(table.index, table.index))
    u = np.linspace(-9, 9, 200_001)
    eta = got.coefficients.loc["constant", "estimate"] + got.sd * u
    density = np.exp(-(u**2) / 2 - 47 * np.log1p(np.exp(eta)))  # A: none of 47
    below = np.cumsum(density) / density.sum()
    exp = got.sd * np.array([u @ density / density.sum(), *np.interp([0.025, 0.975], below, u)])
    assert got.groups.loc["A", ["mean", "low", "high"]].to_list() == pytest.approx(exp, abs=1e-4)


def test_equal_groups_have_no_sd_and_the_pooled_share():
    counts = pd.Series([20, 20, 20, 20])
    got = mixed_logit(counts, counts * 4, pd.Series(list("abcd")))
    assert (got.sd, got.groups["mean"].abs().max()) == (0, 0)
    # Standard error of a log odds: one over the root of 320 x 1/4 x 3/4.
    exp = pytest.approx([np.log(1 / 3), 60**-0.5], abs=1e-6)
    assert got.coefficients.loc["constant", ["estimate", "se"]].to_list() == exp


def test_result_that_x_tells_for_certain_has_no_estimate():
    sure = pd.DataFrame({"x": [0.0, 0.0, 1.0, 1.0]})
    got = mixed_logit(sure["x"], pd.Series([1] * 4), pd.Series(list("aabb")), sure)
    assert not got.converged
    assert np.isnan([got.sd, *got.coefficients["estimate"]]).all()


def test_counts_above_n_are_refused():
    with pytest.raises(ValueError, match="1 have counts outside 0 to n"):
        mixed_logit(pd.Series([3, 1]), pd.Series([2, 2]), pd.Series(["a", "b"]))


def test_eight_groups_of_400_with_six_covariates_take_well_under_a_second():
    random = np.random.default_rng(1)
    x = pd.DataFrame(random.integers(0, 2, (3200, 6)).astype(float)).rename(columns=str)
    x["0"] = random.integers(18, 64, 3200)
    outcome = pd.Series((random.random(3200) < expit(x["1"] - 1)) * 1.0)
    group = pd.Series(np.repeat(np.arange(8), 400))
    began = time.process_time()
    assert mixed_logit(outcome, pd.Series(1.0, outcome.index), group, x).converged
    assert time.process_time() - began < 3  # usually 0.2 s; the margin is for slow machines
