"""The people compared: who is used, how covariates enter, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.effect.people import leverage, people

TREATED = pd.Series([True, False] * 10)


def table(**columns):
    return pd.DataFrame(columns)


def test_rows_with_a_missing_value_are_left_out_and_counted():
    covariates = table(age=[np.nan, *range(19)])
    outcome = pd.Series([0, None, *range(18)])
    got = people(TREATED, covariates, outcome)
    assert (got.left_out, got.treated.sum()) == (2, 9)
    assert got.covariates.index.tolist() == list(range(2, 20))
    assert got.outcome.tolist() == list(range(18))


def test_missing_level_is_left_out():
    got = people(TREATED, table(job=["a", None, *"aabb" * 4, "a", "b"]))
    assert (got.left_out, list(got.covariates)) == (1, ["job: a", "job: b"])


def test_the_most_common_level_is_compared_with():
    got = people(TREATED, table(job=["a", "a", "b", "b", "c"] * 2 + ["b"] * 10))
    assert list(got.covariates) == ["job: b", "job: a", "job: c"]
    assert got.names == ["job", "job"]
    assert got.covariates.sum().tolist() == [14, 4, 2]


def test_design_is_a_constant_and_standardised_columns():
    got = people(TREATED, table(age=range(20), woman=[True] * 5 + [False] * 15))
    assert got.design[:, 0].tolist() == [1] * 20
    assert got.design[:, 1:].mean(axis=0) == pytest.approx([0, 0])
    assert got.design[:, 1:].std(axis=0) == pytest.approx([1, 1])
    assert got.names == ["age", "woman"]


def test_categories_that_nobody_has_are_no_level():
    job = pd.Series(pd.Categorical(["a", "b", "b", "a"] * 5, categories=["a", "b", "c"]))
    assert people(TREATED, job.to_frame("job")).names == ["job"]


def test_nullable_types_are_read_as_numbers():
    covariates = table(age=pd.array([None, *range(19)], "Int64"))
    got = people(TREATED.astype("boolean"), covariates, pd.Series([1, 0] * 10, dtype="boolean"))
    assert (got.left_out, got.outcome.sum()) == (1, 9)


def test_no_comparison_people_are_refused():
    with pytest.raises(ValueError, match=r"20 treated and 0 comparison people.*At least 2 of each"):
        people(pd.Series([True] * 20))


def test_people_left_out_can_be_those_who_lack():
    outcome = pd.Series([1.0, np.nan] * 10)
    with pytest.raises(ValueError, match="0 comparison people, and 10 left out"):
        people(TREATED, outcome=outcome)


@pytest.mark.parametrize("n", [4, 5])
def test_each_coefficient_needs_five_in_each_arm(n):
    treated = pd.Series([True] * 10 + [False] * n)
    covariates = table(age=[*range(10), *range(n)])
    if n == 5:
        assert people(treated, covariates).left_out == 0
    else:
        with pytest.raises(ValueError, match=r"4 comparison people.*At least 5 .* 1 coefficients"):
            people(treated, covariates)


def test_levels_count_as_coefficients():
    with pytest.raises(ValueError, match="At least 15 of each are needed for the 3 coefficients"):
        people(TREATED, table(job=[*"abcd"] * 5))


def test_constant_covariate_is_refused_also_when_only_among_those_used():
    covariates = table(age=range(20), job=["a"] * 18 + ["b", "b"])
    outcome = pd.Series([1.0] * 18 + [np.nan] * 2)
    with pytest.raises(ValueError, match="job has the same value for all 18 people"):
        people(TREATED, covariates, outcome)


def test_covariate_that_follows_from_others_is_refused():
    covariates = table(age=range(20), born=[2000 - age for age in range(20)])
    with pytest.raises(ValueError, match="Covariate born follows from the ones before it"):
        people(TREATED, covariates)


@pytest.mark.parametrize(
    ("treated", "covariates", "outcome", "match"),
    [
        (pd.Series([True, None] * 10), None, None, "Treated is missing for 10 people"),
        (pd.Series([1, 2] * 10), None, None, "other values than True and False"),
        (TREATED, None, pd.Series(["1"] * 20), "must be numbers"),
        (TREATED, None, pd.Series([np.inf] * 20), "infinite"),
        (TREATED, table(age=[np.inf, *range(19)]), None, "infinite"),
        (TREATED, table(age=range(19)), None, "differ in index"),
        (TREATED, None, pd.Series(range(20), index=range(1, 21)), "differ in index"),
        (TREATED, pd.DataFrame(index=TREATED.index), None, "no covariates"),
    ],
)
def test_what_cannot_be_compared_is_refused(treated, covariates, outcome, match):
    with pytest.raises(ValueError, match=match):
        people(treated, covariates, outcome)


def test_leverage_is_the_share_of_the_own_outcome_in_the_fit():
    # In the mean of each of two groups of 2 and 3 people, everyone has a half and a third.
    design = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [0, 1]])
    assert leverage(design) == pytest.approx([1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3])


def test_someone_alone_is_refused():
    with pytest.raises(ValueError, match="1 of 4 people are alone in a level"):
        leverage(np.array([[1, 0], [1, 0], [1, 0], [1, 1]]))
