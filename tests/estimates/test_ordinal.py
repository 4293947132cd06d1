"""Ordered answers: held against R's ordinal package, full integration, and planted truths."""

from math import exp, log, pi, sqrt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import expit
from scipy.stats import norm

from shared.estimates import ordinal
from shared.estimates.ordinal import ordinal_model

TESTS = Path(__file__).parents[1]
LEADERSHIP = TESTS.parent / "data/raw/leadership/wave-00/lq2002.csv"


@pytest.fixture(scope="module")
def wine():
    table = pd.read_csv(TESTS / "reference/L04_wine.csv")
    return table.assign(warm=table["temp"].eq("warm"), contact=table["contact"].eq("yes"))


@pytest.fixture(scope="module")
def soup():
    return pd.read_csv(TESTS / "reference/L05_soup.csv")


def draw(seed, clusters, answers, sd, effects=(), cuts=(-2.0, -0.7, 0.7, 2.0)):
    """Draw answers 1, 2, ... of some clusters, by standard normal columns of x."""
    rng = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(clusters), answers)
    x = rng.standard_normal((len(cluster), len(effects)))
    middle = x @ np.array(effects) + sd * rng.standard_normal(clusters)[cluster]
    given = np.digitize(middle + rng.logistic(size=len(cluster)), cuts) + 1
    columns = [f"x{i + 1}" for i in range(len(effects))]
    return pd.Series(given), pd.DataFrame(x, columns=columns), pd.Series(cluster)


def integrated_loglik(answer, x, cluster, thresholds, b, sd):
    """Return the log likelihood, integrating each cluster by adaptive quadrature."""
    limits = np.array([-np.inf, *thresholds, np.inf])
    rank = answer.rank(method="dense").astype(int)
    middle = x @ np.asarray(b)
    highs, lows = limits[rank] - middle, limits[rank - 1] - middle

    def density(u, high, low):
        return norm_pdf(u) * np.prod(expit(high - sd * u) - expit(low - sd * u))

    parts = [(highs[rows].to_numpy(), lows[rows].to_numpy()) for rows in groups(cluster)]
    return sum(log(quad(density, -9, 9, part, epsabs=0, epsrel=1e-11)[0]) for part in parts)


def norm_pdf(u):
    return exp(-u * u / 2) / sqrt(2 * pi)


def groups(labels):
    return labels.groupby(labels).groups.values()


def refused(model):
    """Return whether a model says it has no fit, and shows no figure."""
    figures = [*model.coefficients.to_numpy().ravel(), *model.thresholds, model.sd, model.loglik]
    return not model.converged and np.isnan(figures).all()


# Against R 4.2.2, ordinal 2022.11.16


def test_wine_without_judges_matches_clm_of_r(wine):
    got = ordinal_model(wine["rating"], wine[["warm", "contact"]])
    assert got.coefficients["estimate"].tolist() == pytest.approx(
        [2.50310201, 1.52779766], abs=1e-4
    )
    exp_cuts = [-1.34438341, 1.2508088, 3.46688693, 5.0064042]
    assert got.thresholds.tolist() == pytest.approx(exp_cuts, abs=1e-4)
    assert got.loglik == pytest.approx(-86.4919234, abs=1e-4)
    assert (got.sd, got.n, got.clusters, got.converged) == (0.0, 72, 0, True)


def test_wine_with_judges_matches_clmm_of_r_with_10_and_40_points(wine):
    got = ordinal_model(wine["rating"], wine[["warm", "contact"]], wine["judge"])
    assert got.coefficients["estimate"].tolist() == pytest.approx(
        [3.06189099, 1.83343337], abs=1e-4
    )
    exp_cuts = [-1.62348745, 1.51279604, 4.22705346, 6.08615228]
    assert got.thresholds.tolist() == pytest.approx(exp_cuts, abs=1e-4)
    assert got.sd**2 == pytest.approx(1.28773313, abs=1e-4)
    assert got.loglik == pytest.approx(-81.5324607, abs=1e-4)
    assert (got.n, got.clusters) == (72, 9)


def test_soup_without_respondents_matches_clm_of_r(soup):
    got = ordinal_model(soup["SURENESS"], soup[["PROD"]].eq("Test"))
    assert got.coefficients.loc["PROD", "estimate"] == pytest.approx(1.14443628, abs=1e-4)
    assert got.loglik == pytest.approx(-2690.33203, abs=1e-4)


def test_soup_with_respondents_matches_clmm_of_r_with_20_points(soup):
    got = ordinal_model(soup["SURENESS"], soup[["PROD"]].eq("Test"), soup["RESP"])
    assert got.coefficients.loc["PROD", "estimate"] == pytest.approx(1.20620719, abs=1e-3)
    assert got.sd == pytest.approx(0.56920004, abs=1e-3)
    assert got.loglik == pytest.approx(-2673.13506, abs=1e-3)


def test_leadership_in_companies_matches_clmm_of_r():
    # R used Laplace's approximation here, which puts the log likelihood 0.05 lower.
    table = pd.read_csv(LEADERSHIP)
    got = ordinal_model(table["LEAD01"], table[[]], table["COMPID"])
    assert got.sd == pytest.approx(0.448727882, abs=1e-3)
    assert got.loglik == pytest.approx(-3002.37115, abs=0.06)
    assert (got.n, got.clusters, len(got.coefficients)) == (2042, 49, 0)


def test_errors_and_p_without_judges_match_statsmodels(wine):
    from statsmodels.miscmodels.ordinal_model import OrderedModel

    x = wine[["warm", "contact"]].astype(float)
    peer = OrderedModel(wine["rating"], x, distr="logit").fit(method="newton", disp=False)
    got = ordinal_model(wine["rating"], x).coefficients
    assert got["se"].tolist() == pytest.approx(peer.bse[:2].tolist(), abs=1e-5)
    assert got["p"].tolist() == pytest.approx(peer.pvalues[:2].tolist(), rel=1e-3)


# Against brute force


def test_loglik_equals_adaptive_integration():
    answer, x, cluster = draw(3, clusters=5, answers=6, sd=1.5, effects=(1.0, -0.5))
    got = ordinal_model(answer, x, cluster)
    b = got.coefficients["estimate"]
    exp_loglik = integrated_loglik(answer, x, cluster, got.thresholds, b, got.sd)
    assert got.sd > 0.5
    assert got.loglik == pytest.approx(exp_loglik, abs=1e-8)


def test_estimates_and_errors_follow_from_the_integrated_likelihood():
    # At a maximum the slopes are 0 and the curvatures give the standard errors.
    answer, x, cluster = draw(3, clusters=5, answers=6, sd=1.5, effects=(1.0,), cuts=(-1, 1))
    got = ordinal_model(answer, x, cluster)
    best = np.array([*got.thresholds, *got.coefficients["estimate"], got.sd])

    def loglik(*moves):
        point = best + 1e-3 * np.sum(moves, axis=0)
        return integrated_loglik(answer, x, cluster, point[:2], point[2:3], point[3])

    moves = np.eye(4)
    slopes = [(loglik(m) - loglik(-m)) / 2e-3 for m in moves]
    assert slopes == pytest.approx([0.0] * 4, abs=1e-4)
    curvature = [
        [(loglik(a, b) - loglik(a, -b) - loglik(-a, b) + loglik(-a, -b)) / 4e-6 for b in moves]
        for a in moves
    ]
    error = sqrt(np.linalg.inv(-np.array(curvature))[2, 2])
    assert got.coefficients.loc["x1", "se"] == pytest.approx(error, rel=1e-4)


@pytest.mark.parametrize(
    ("clusters", "answers", "sd"), [(60, 2, 6.0), (8, 12, 3.0), (40, 150, 1.0), (12, 400, 4.0)]
)
def test_figures_do_not_depend_on_the_grid(monkeypatch, clusters, answers, sd):
    rows = draw(1, clusters, answers, sd, cuts=(-3, 0, 3))
    got = ordinal_model(*rows)
    monkeypatch.setattr(ordinal, "COARSEST", 0.004)
    fine = ordinal_model(*rows)
    assert got.converged
    assert got.loglik == pytest.approx(fine.loglik, abs=1e-6)
    assert got.sd == pytest.approx(fine.sd, abs=1e-3)


def test_one_cut_and_one_group_by_hand():
    # Odds of a 2: 10 / 20 and 15 / 5, so 6 times; variance 1/20 + 1/10 + 1/5 + 1/15 = 5/12.
    answer = pd.Series([1] * 20 + [2] * 10 + [1] * 5 + [2] * 15)
    x = pd.DataFrame({"later": [0] * 30 + [1] * 20})
    got = ordinal_model(answer, x)
    row = got.coefficients.loc["later"]
    assert row["estimate"] == pytest.approx(log(6), abs=1e-6)
    assert row["se"] == pytest.approx(sqrt(5 / 12), abs=1e-6)
    assert row["low"] == pytest.approx(log(6) - 1.959964 * sqrt(5 / 12), abs=1e-5)
    assert row["high"] == pytest.approx(log(6) + 1.959964 * sqrt(5 / 12), abs=1e-5)
    assert row["p"] == pytest.approx(2 * norm.sf(log(6) / sqrt(5 / 12)), rel=1e-4)
    assert got.thresholds["1|2"] == pytest.approx(log(2), abs=1e-6)


# A planted truth


def test_planted_truth_is_found():
    rows = draw(7, clusters=500, answers=8, sd=1.5, effects=(1.0, -0.5))
    got = ordinal_model(*rows)
    errors = (got.coefficients["estimate"] - [1.0, -0.5]) / got.coefficients["se"]
    assert errors.abs().max() < 3
    assert got.coefficients["se"].max() < 0.05
    assert got.thresholds.tolist() == pytest.approx([-2.0, -0.7, 0.7, 2.0], abs=0.25)
    assert got.sd == pytest.approx(1.5, abs=0.2)


# Laws


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000))
def test_turning_the_answers_turns_the_model(seed):
    answer, x, cluster = draw(seed, clusters=6, answers=12, sd=1.0, effects=(0.5,))
    up, down = ordinal_model(answer, x, cluster), ordinal_model(6 - answer, x, cluster)
    assert up.converged == down.converged
    turned = -down.coefficients["estimate"].to_numpy()
    assert up.coefficients["estimate"].to_numpy() == pytest.approx(turned, abs=1e-3, nan_ok=True)
    assert up.thresholds.to_numpy() == pytest.approx(
        -down.thresholds.to_numpy()[::-1], abs=1e-3, nan_ok=True
    )
    assert up.loglik == pytest.approx(down.loglik, abs=1e-6, nan_ok=True)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(-3000, 3000), st.floats(1e-3, 1e3))
def test_units_of_x_change_nothing_but_units(seed, shift, scale):
    answer, x, cluster = draw(seed, clusters=6, answers=12, sd=1.0, effects=(0.5,))
    plain, moved = (
        ordinal_model(answer, x, cluster),
        ordinal_model(answer, x * scale + shift, cluster),
    )
    b = moved.coefficients.loc["x1"]
    expected = plain.coefficients.loc["x1"]
    assert b["estimate"] * scale == pytest.approx(expected["estimate"], abs=1e-3, nan_ok=True)
    assert b["se"] * scale == pytest.approx(expected["se"], rel=1e-3, nan_ok=True)
    assert b["p"] == pytest.approx(expected["p"], abs=1e-3, nan_ok=True)
    back = moved.thresholds - shift * b["estimate"]
    assert back.tolist() == pytest.approx(plain.thresholds.tolist(), abs=1e-3, nan_ok=True)


def test_order_of_rows_changes_nothing():
    answer, x, cluster = draw(5, clusters=6, answers=8, sd=1.0, effects=(0.5,))
    shuffled = [part.sample(frac=1, random_state=1) for part in (answer, x, cluster)]
    got, exp_model = ordinal_model(*shuffled), ordinal_model(answer, x, cluster)
    assert got.loglik == pytest.approx(exp_model.loglik, abs=1e-9)


# What counts as data


def test_answers_never_given_are_no_category():
    answer, x, cluster = draw(5, clusters=6, answers=8, sd=1.0, effects=(0.5,), cuts=(-1, 0, 1))
    gap = answer.replace({3: 4, 4: 5})
    got, exp_model = ordinal_model(gap, x, cluster), ordinal_model(answer, x, cluster)
    assert got.thresholds.index.tolist() == ["1|2", "2|4", "4|5"]
    assert got.thresholds.tolist() == exp_model.thresholds.tolist()
    assert got.loglik == exp_model.loglik


def test_rows_with_anything_missing_are_left_out():
    answer, x, cluster = draw(5, clusters=6, answers=8, sd=1.0, effects=(0.5,))
    exp_model = ordinal_model(answer[3:], x[3:], cluster[3:])
    answer, cluster = answer.astype("Float64"), cluster.astype("str")
    answer[0], x.loc[1, "x1"], cluster[2] = pd.NA, np.nan, None
    got = ordinal_model(answer, x, cluster)
    assert got.n == 45
    assert got.loglik == pytest.approx(exp_model.loglik, abs=1e-9)


def test_a_repeated_index_is_no_hindrance():
    answer, x, cluster = draw(5, clusters=6, answers=8, sd=1.0, effects=(0.5,))
    exp_model = ordinal_model(answer, x, cluster)
    for part in (answer, x, cluster):
        part.index = [0] * len(part)
    assert ordinal_model(answer, x, cluster).loglik == exp_model.loglik


@pytest.mark.parametrize("part", ["x", "cluster"])
def test_differing_indexes_are_refused(part):
    rows = dict(zip(["answer", "x", "cluster"], draw(5, 6, 8, 1.0, (0.5,)), strict=True))
    rows[part] = rows[part].iloc[::-1]
    with pytest.raises(ValueError, match=rf"index of {part} \(48 rows\) is not that of answer"):
        ordinal_model(**rows)


# Boundary and refusals


def test_clusters_that_do_not_differ_give_the_model_without_them():
    # Every cluster gives the same answers, so they differ less than chance would have it.
    answer = pd.Series([1, 2, 2, 3, 4, 5] * 5)
    x = pd.DataFrame({"later": [0, 1, 0, 1, 0, 1] * 5})
    got = ordinal_model(answer, x, pd.Series(np.repeat(range(5), 6)))
    plain = ordinal_model(answer, x)
    assert (got.sd, got.clusters, got.converged) == (0.0, 5, True)
    assert got.loglik == plain.loglik
    pd.testing.assert_frame_equal(got.coefficients, plain.coefficients)


def test_one_cluster_gives_the_model_without_clusters():
    answer, x, cluster = draw(5, clusters=1, answers=40, sd=1.0, effects=(0.5,))
    got = ordinal_model(answer, x, cluster)
    assert (got.sd, got.clusters) == (0.0, 1)
    assert got.loglik == ordinal_model(answer, x).loglik


SIX = pd.Series([1, 1, 2, 2, 3, 3])


@pytest.mark.parametrize(
    ("answer", "x"),
    [
        pytest.param(SIX, [0, 0, 1, 1, 2, 2], id="x orders all answers"),
        pytest.param(SIX, [0, 1, 0, 0, 0, 0], id="one answer beside x of 1, the lowest"),
        pytest.param(SIX, [0, 0, 0, 0, 0, 1], id="one answer beside x of 1, the highest"),
        # Unchecked, the search stops at an estimate of 20 with a standard error of 1388.
        pytest.param(
            pd.Series([2, 1, 2, 3, 1, 1, 1, 1]),
            [0, 0, 1, 1, 0, 0, 0, 0],
            id="never lowest beside 1",
        ),
        pytest.param(SIX, [2, 2, 2, 2, 2, 2], id="x constant"),
        pytest.param(SIX * 0 + 4, [0, 1, 0, 1, 0, 1], id="one answer only"),
        pytest.param(SIX * np.nan, [0, 1, 0, 1, 0, 1], id="no answer"),
    ],
)
def test_no_finite_fit_is_refused(answer, x):
    for cluster in (None, pd.Series(range(len(answer))) % 2):
        got = ordinal_model(answer, pd.DataFrame({"x": x}), cluster)
        assert refused(got)
        assert got.coefficients.index.tolist() == ["x"]
        assert got.n == answer.notna().sum()


def test_overlapping_answers_are_not_refused():
    # As above with one answer moved, so that x of 1 stands beside more than the lowest or highest.
    got = ordinal_model(SIX, pd.DataFrame({"x": [0, 1, 0, 1, 0, 1]}))
    assert got.converged
    assert got.coefficients.loc["x", "estimate"] == pytest.approx(0.0, abs=1e-5)


def test_columns_that_follow_from_each_other_are_refused():
    answer, x, cluster = draw(5, clusters=6, answers=8, sd=1.0, effects=(0.5,))
    assert refused(ordinal_model(answer, x.assign(double=2 * x["x1"] + 1), cluster))


def test_one_answer_per_cluster_is_refused():
    answer, x, _ = draw(5, clusters=30, answers=1, sd=1.0, effects=(0.5,))
    assert ordinal_model(answer, x).converged
    assert refused(ordinal_model(answer, x, pd.Series(range(30))))


@pytest.mark.parametrize(("sd", "accepted"), [(6.0, True), (14.0, False)])
def test_sd_beyond_10_is_refused(sd, accepted):
    rows = draw(2, clusters=60, answers=12, sd=sd, cuts=(-20, -7, 7, 20))
    got = ordinal_model(*rows)
    assert got.sd == pytest.approx(sd, rel=0.2) if accepted else refused(got)


def test_clusters_that_never_overlap_are_refused():
    # Each cluster always gives its own answer: any sd is beaten by a larger one.
    answer = pd.Series(np.repeat([1, 2, 3, 4, 5], 6))
    x = pd.DataFrame({"x": [0, 1] * 15})
    assert refused(ordinal_model(answer, x, answer))
