"""Regression of counts, against R, by hand and by enumeration."""

from collections import Counter
from math import factorial, prod
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import poisson

from shared.estimates.count_model import count_model

REFERENCE = Path(__file__).parents[1] / "reference"


def read(name):
    return pd.read_csv(REFERENCE / name)


def indicators(data, *columns):
    """Return 0 and 1 for every category but the first, as R's treatment contrasts."""
    return pd.get_dummies(data[[*columns]].astype(str), prefix_sep="", drop_first=True).astype(int)


def ships():
    """Return damage incidents, columns and months of service of McCullagh and Nelder's ships."""
    data = read("C02_ships.csv")
    return data["incidents"], indicators(data, "type", "year", "period"), data["service"]


def steps(count):
    """Return a model of the counts on 0, 1, 2, ..."""
    return pd.Series(count), pd.DataFrame({"step": range(len(count))})


def partitions(total, parts, most):
    """Yield every way to write a total as so many whole numbers, largest first, none above most."""
    if parts == 1:
        yield from [[total]] if total <= most else []
        return
    for first in range(min(total, most), -1, -1):
        for rest in partitions(total - first, parts - 1, first):
            yield [first, *rest]


def ways_to_fall(events, places):
    """Yield every set of counts with its multinomial chance, whatever the order of the places."""
    for count in partitions(events, places, events):
        orders = factorial(places) / prod(map(factorial, Counter(count).values()))
        yield count, orders * factorial(events) / prod(map(factorial, count)) / places**events


def test_negative_binomial_matches_glm_nb_of_r():
    data = read("C01_quine.csv")
    got = count_model(data["Days"], indicators(data, "Eth", "Sex", "Age", "Lrn"))
    exp = {
        "const": 2.89458002,
        "EthN": -0.569371703,
        "SexM": 0.0823202641,
        "AgeF1": -0.448428149,
        "AgeF2": 0.0880801397,
        "AgeF3": 0.356900948,
        "LrnSL": 0.292109143,
    }
    assert got.model == "negative_binomial"
    assert got.coefficients["estimate"].to_dict() == pytest.approx(exp, abs=1e-6)
    assert (got.theta, got.loglik) == pytest.approx((1.27489265, -546.575509), abs=1e-6)
    assert got.dispersion == pytest.approx(13.1668426, abs=1e-6)


def test_poisson_with_exposure_matches_glm_of_r():
    got = count_model(*ships(), model="poisson")
    exp = {
        "const": -6.40590156,
        "typeB": -0.543344301,
        "typeC": -0.687401647,
        "typeD": -0.0759614219,
        "typeE": 0.325579456,
        "year65": 0.697140427,
        "year70": 0.818426577,
        "year75": 0.453426639,
        "period75": 0.384466958,
    }
    assert got.coefficients["estimate"].to_dict() == pytest.approx(exp, abs=1e-6)
    assert got.coefficients.loc["period75", "se"] == pytest.approx(0.118272117, abs=1e-6)
    assert got.dispersion == pytest.approx(1.69101012, abs=1e-6)
    assert np.isnan(got.theta)


def test_deviance_from_loglik_matches_glm_of_r():
    count, x, service = ships()
    used = count[service > 0]
    saturated = poisson.logpmf(used, used).sum()
    deviance = 2 * (saturated - count_model(count, x, service).loglik)
    assert deviance == pytest.approx(38.6950515, abs=1e-6)


def test_rows_without_exposure_are_left_out_and_counted():
    count, x, service = ships()
    got = count_model(count, x, service)
    assert (got.n, got.left_out) == (34, 6)
    missing = count_model(count, x, service.where(service > 0))
    assert (missing.n, missing.left_out) == (34, 6)


def test_rows_with_a_missing_count_or_column_are_left_out():
    x = pd.DataFrame({"step": [0, np.nan, 2, 3, 4]})
    got = count_model(pd.Series([1, 2, pd.NA, 4, 5], dtype="Int64"), x)
    assert (got.n, got.left_out) == (3, 2)


def test_swedish_speed_limit_matches_glm_and_glm_nb_of_r():
    data = read("C03_traffic_sweden.csv")
    x = indicators(data, "limit", "year")
    got = count_model(data["y"], x, model="poisson")
    limit = got.coefficients.loc["limityes", ["estimate", "se"]].tolist()
    assert limit == pytest.approx([-0.182346814, 0.0353801944], abs=1e-6)
    assert got.dispersion == pytest.approx(3.37819977, abs=1e-6)
    got = count_model(data["y"], x)
    # R's error is from the expected information, ours from the observed: 0.061831 and 0.061847.
    limit = got.coefficients.loc["limityes", ["estimate", "se"]].tolist()
    assert got.model == "negative_binomial"
    assert limit == pytest.approx([-0.182339603, 0.0618306767], abs=1e-4)
    assert got.theta == pytest.approx(9.93058647, abs=1e-4)


def test_articles_of_biochemists_match_glm_nb_of_r():
    data = read("C04_biochemists.csv")
    x = data[["kid5", "phd", "ment"]].assign(
        women=(data["fem"] == "Women"), married=(data["mar"] == "Married")
    )
    got = count_model(data["art"], x)
    exp = {
        "const": 0.256144025,
        "women": -0.216418423,
        "married": 0.150489451,
        "kid5": -0.176415242,
        "phd": 0.0152711555,
        "ment": 0.0290823416,
    }
    assert got.coefficients["estimate"].to_dict() == pytest.approx(exp, abs=1e-4)
    assert (got.theta, got.loglik) == pytest.approx((2.26438769, -1560.95834), abs=1e-4)
    assert count_model(data["art"], x, model="poisson").loglik == pytest.approx(
        -1651.05632, abs=1e-4
    )


def test_length_of_stay_matches_glm_nb_of_r():
    data = read("C05_medpar.csv")
    got = count_model(data["los"], data[["hmo", "white", "type2", "type3"]])
    exp = {
        "const": 2.31027893,
        "hmo": -0.0679552219,
        "white": -0.129065442,
        "type2": 0.221248978,
        "type3": 0.706158824,
    }
    assert got.coefficients["estimate"].to_dict() == pytest.approx(exp, abs=1e-4)
    assert (1 / got.theta, got.loglik) == pytest.approx((0.445756712, -4797.4766), abs=1e-4)


def test_limits_and_p_are_walds():
    # 0.384466958 -+ 1.959964 * 0.118272117; z = 3.250698.
    got = count_model(*ships(), model="poisson").coefficients.loc["period75"]
    exp = [0.152658, 0.616276, 0.00115123]
    assert got[["low", "high", "p"]].tolist() == pytest.approx(exp, abs=1e-6)


def test_quasi_poisson_scales_errors_by_dispersion_and_takes_limits_from_t():
    # 0.118272117 * sqrt(1.69101012) = 0.1538000, and t of 25 df is 2.059539.
    got = count_model(*ships(), model="quasi_poisson")
    row = got.coefficients.loc["period75"]
    exp = [0.1538000, 0.384466958 - 2.059539 * 0.1538, 0.384466958 + 2.059539 * 0.1538]
    assert row[["se", "low", "high"]].tolist() == pytest.approx(exp, abs=1e-6)
    assert (got.model, np.isnan(got.loglik)) == ("quasi_poisson", True)


def test_test_for_overdispersion_by_hand():
    # Mean 4 and leverage 1/4: (50 - 16 + 4) / sqrt(2 * 4 * 16) = 3.358757.
    got = count_model(pd.Series([1, 2, 3, 10]), pd.DataFrame(index=range(4)))
    assert got.p_dispersion == pytest.approx(0.000391469, abs=1e-8)
    assert got.dispersion == pytest.approx(50 / 4 / 3)


def test_poisson_counts_are_found_overdispersed_in_five_percent():
    # Every way 12 events can fall on 12 months; without the correction for leverage 3.0 % reject.
    rejected = sum(
        chance
        for count, chance in ways_to_fall(12, 12)
        if count_model(pd.Series(count), pd.DataFrame(index=range(12))).p_dispersion < 0.05
    )
    assert rejected == pytest.approx(0.05, abs=0.01)


@pytest.mark.parametrize(
    ("count", "model"),
    [([3, 5, 4, 6, 5, 4, 7, 5], "poisson"), ([0, 9, 1, 14, 0, 0, 12, 2], "negative_binomial")],
)
def test_the_spread_chooses_the_model(count, model):
    got = count_model(*steps(count))
    assert (got.model, got.p_dispersion < 0.05) == (model, model != "poisson")


def test_negative_binomial_with_exposure_by_hand():
    # At a rate of 1 six rows fit exactly and the others miss 60 by 20 either way: the score is 0.
    # Weighed by 1 / mu the spread is below Poisson's, so a start taken from it must be bounded.
    count, exposure = pd.Series([1, 1, 1, 1, 1, 1, 40, 80]), pd.Series([1, 1, 1, 1, 1, 1, 60, 60])
    got = count_model(count, pd.DataFrame(index=range(8)), exposure)
    assert got.model == "negative_binomial"
    assert got.coefficients["estimate"].tolist() == pytest.approx([0], abs=1e-6)


@pytest.mark.parametrize("count", [[3, 4, 3, 4, 3, 4], [2, 4, 5, 2, 3, 1, 1, 2, 6, 6, 6, 5]])
def test_negative_binomial_without_extra_spread_becomes_quasi_poisson(count):
    count, x = steps(count)
    got = count_model(count, x, model="negative_binomial")
    assert (got.model, np.isnan(got.theta)) == ("quasi_poisson", True)
    plain = count_model(count, x, model="poisson")
    assert got.dispersion < 1
    assert got.coefficients["se"].tolist() == pytest.approx(plain.coefficients["se"].tolist())


def test_negative_binomial_that_does_not_converge_becomes_quasi_poisson():
    got = count_model(*steps([0, 0, 0, 0, 0, 0, 10**9, 0]))
    assert (got.model, np.isnan(got.theta)) == ("quasi_poisson", True)


def test_group_without_events_has_no_estimate_but_the_others_do():
    # Rates 2 and 4 in the first two groups, none in the third.
    x = pd.DataFrame({"second": [0, 0, 1, 1, 0, 0], "third": [0, 0, 0, 0, 1, 1]})
    got = count_model(pd.Series([1, 3, 3, 5, 0, 0]), x).coefficients
    assert got.loc["third"].isna().all()
    assert got["estimate"].dropna().to_dict() == pytest.approx(
        {"const": np.log(2), "second": np.log(2)}, abs=1e-6
    )


@pytest.mark.parametrize("count", [[0, 0, 0, 0], [1, 2], [0] * 17 + [50]])
def test_no_events_no_residual_df_or_no_maximum_gives_no_figures(count):
    got = count_model(*steps(count))
    assert (got.model, got.n) == ("none", len(count))
    assert got.coefficients.index.tolist() == ["const", "step"]
    assert got.coefficients.isna().all(axis=None)
    assert np.isnan([got.dispersion, got.p_dispersion, got.theta, got.loglik]).all()


@pytest.mark.parametrize("count", [-1, 0.5])
def test_count_negative_or_not_whole_is_refused(count):
    with pytest.raises(ValueError, match="1 of 3 rows have a count"):
        count_model(*steps([2, count, 3]))


def test_negative_exposure_is_refused():
    with pytest.raises(ValueError, match=r"1 of 3 rows have .* negative exposure"):
        count_model(*steps([2, 1, 3]), pd.Series([1, -1, 1]))


def test_rows_of_another_index_are_refused():
    count, x = steps([1, 2, 3])
    with pytest.raises(ValueError, match="differ in index"):
        count_model(count, x.iloc[::-1])
    with pytest.raises(ValueError, match="differ in index"):
        count_model(count, x, pd.Series([1, 1, 1], index=[1, 2, 3]))


def test_column_that_follows_from_the_others_is_refused():
    count, x = steps([1, 2, 3, 4])
    with pytest.raises(ValueError, match=r"\['const', 'step', 'twice'\] have rank 2"):
        count_model(count, x.assign(twice=2 * x["step"]))


def test_unknown_model_is_refused():
    with pytest.raises(ValueError, match=r"'nb'\. Allowed: auto, poisson"):
        count_model(*steps([1, 2, 3]), model="nb")
