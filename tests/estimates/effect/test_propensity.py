"""Propensity scores, against R and by hand, and arms that cannot be told by chance."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.effect.propensity import propensity


def test_scores_match_glm_of_r(earnings):
    _, treated, covariates = earnings
    got = propensity(treated, covariates)
    exp = (0.00908019324, 0.853152844, 0.577435547)
    assert (got.min(), got.max(), got[treated == 1].mean()) == pytest.approx(exp, abs=1e-6)


def test_score_of_a_level_is_the_share_treated_in_it(small):
    _, treated, covariates = small
    assert propensity(treated, covariates).tolist() == pytest.approx([0.8] * 10 + [0.4] * 10)


def test_scores_are_of_those_whose_outcome_is_known(small):
    # Without the two young comparison people 8 of the 8 young are treated; without one, 8 of 9.
    outcome, treated, covariates = small
    got = propensity(treated, covariates, outcome.mask(outcome == 2))
    assert 9 not in got.index
    assert got[0] == pytest.approx(8 / 9)


def test_unit_of_a_covariate_does_not_matter(earnings):
    _, treated, covariates = earnings
    thousandths = covariates.assign(re74=covariates["re74"] * 1e6 + 1e9)
    exp = propensity(treated, covariates)
    assert propensity(treated, thousandths).to_numpy() == pytest.approx(exp.to_numpy(), abs=1e-6)


def test_complete_separation_is_refused():
    treated = pd.Series([False] * 10 + [True] * 10)
    with pytest.raises(ValueError, match="Covariate days separates the arms"):
        propensity(treated, pd.DataFrame({"days": range(20)}))


@pytest.mark.parametrize("alone", [True, False])
def test_level_of_one_arm_only_is_refused_by_name(alone):
    treated = pd.Series([True, False] * 20)
    office = pd.Series(["a", "a", "b", "b"] * 10).mask(
        (treated == alone) & (treated.index > 35), "c"
    )
    covariates = pd.DataFrame({"age": np.arange(40) % 7, "office": office})
    with pytest.raises(ValueError, match="Covariate office separates the arms"):
        propensity(treated, covariates)
