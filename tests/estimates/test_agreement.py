"""Agreement: each test states one rule and a number published or worked by hand."""

from collections import Counter
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shared.estimates.agreement import cohen_kappa, pairs_of_assessors

ORDER = ["yes", "partly", "no"]


def judged(table, names=ORDER):
    """Build both assessors' judgements from a table: the first in rows, the second in columns."""
    table = np.asarray(table)
    rows, columns = np.indices(table.shape)
    first, second = (np.repeat(np.take(names, at), table.ravel()) for at in (rows, columns))
    return pd.Series(first), pd.Series(second)


def figures(got):
    return got.kappa, got.se, got.low, got.high


def published(got):
    """Kappa, its standard error, and the limits symmetric about kappa that others print."""
    half = 1.959964 * got.se
    return got.kappa, got.se, got.kappa - half, got.kappa + half


# Kappa


def test_kappa_by_hand():
    # Agreed 0.7, by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5, so 0.2 / 0.5. The variance is
    # (0.04624 + 0.06348 + 0.04356 + 0.05832 - (0.4 - 0.5 * 0.6)^2) / (50 * 0.5^2) = 0.016128.
    got = cohen_kappa(*judged([[20, 5], [10, 15]], ["yes", "no"]))
    # Fisher's z is ln(1.4 / 0.6) / 2 = 0.4236489, its error 0.1269961 / (1 - 0.16) = 0.1511858, its
    # limits 0.1273302 and 0.7199676; back by (e^2z - 1) / (e^2z + 1).
    assert figures(got) == pytest.approx((0.4, 0.1269961, 0.1266465, 0.6168893), abs=1e-6)
    assert (got.agreed, got.n) == (0.7, 50)


def test_weighted_kappa_by_hand():
    # Of four units one is a step apart (half agreed): (3 + 0.5) / 4 = 0.875. The first says yes,
    # partly, no to 1/4, 1/4, 1/2, the second 1/4, 1/2, 1/4: by chance 5/16 + 0.5 * 8/16 = 0.5625.
    first = pd.Series(["yes", "partly", "no", "no"])
    second = pd.Series(["yes", "partly", "no", "partly"])
    got = cohen_kappa(first, second, order=ORDER)
    assert got.kappa == pytest.approx((0.875 - 0.5625) / (1 - 0.5625))
    assert got.agreed == 0.75


@pytest.mark.parametrize(("order", "kappa"), [(None, -0.006289308), ([1, 2, 3, 4, 6], 0.1459075)])
def test_kappa_matches_irr_of_r(order, kappa):
    # Anxiety of 20 people by raters 2 and 3, kappa2 of irr, unweighted and "equal". It drops the
    # category 5, which neither uses.
    first = pd.Series([3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4])
    second = pd.Series([2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2])
    assert cohen_kappa(first, second, order=order).kappa == pytest.approx(kappa, abs=5e-8)


def test_kappa_matches_the_guide_of_sas():
    # SAS/STAT User's Guide, PROC FREQ, agreement study: two dermatologists, 88 patients.
    got = cohen_kappa(
        *judged([[10, 4, 1, 0], [5, 10, 12, 2], [2, 4, 12, 5], [0, 2, 6, 13]], list("abcd"))
    )
    assert published(got) == pytest.approx((0.3449, 0.0724, 0.2030, 0.4868), abs=5e-5)
    assert got.n == 88


@pytest.mark.parametrize(
    ("order", "printed"),
    [(None, (0.4842, 0.1380, 0.2137, 0.7547)), (ORDER, (0.4701, 0.1457, 0.1845, 0.7558))],
)
def test_kappa_matches_sas(order, printed):
    # PROC FREQ, simple and weighted (Cicchetti-Allison), as printed in the tests of statsmodels.
    # Nobody is in the first category by the second assessor.
    got = cohen_kappa(*judged([[0, 4, 1], [0, 8, 0], [0, 1, 5]]), order=order)
    assert published(got) == pytest.approx(printed, abs=5.1e-5)


def test_standard_error_matches_statpsych_of_r():
    # ci.kappa(.05, 31, 12, 4, 58), as printed in its manual.
    got = cohen_kappa(*judged([[31, 12], [4, 58]], ["no", "yes"]))
    exp = (0.6756757, 0.07344761, 0.5317210, 0.8196303)
    assert published(got) == pytest.approx(exp, abs=1e-7)


@pytest.mark.parametrize(("order", "kappa"), [(None, 0.4728), ("abcd", 0.5684)])
def test_kappa_matches_stata(order, kappa):
    # Stata's manual, kap: two radiologists on 85 xeromammograms (Boyd et al. 1982), wgt(w).
    table = [[21, 12, 0, 0], [4, 17, 1, 0], [3, 9, 15, 2], [0, 0, 0, 1]]
    got = cohen_kappa(*judged(table, list("abcd")), order=order)
    assert got.kappa == pytest.approx(kappa, abs=5e-5)
    assert got.agreed == pytest.approx(0.6353, abs=5e-5)


@pytest.mark.filterwarnings("ignore:invalid value encountered")  # theirs, at full agreement
@settings(max_examples=50, deadline=None)
@given(arrays(int, (3, 3), elements=st.integers(0, 12)), st.booleans())
def test_kappa_agrees_with_statsmodels(table, weighted):
    from statsmodels.stats.inter_rater import cohens_kappa

    got = cohen_kappa(*judged(table), order=ORDER if weighted else None)
    assume(np.count_nonzero(table.sum(axis=0) + table.sum(axis=1)) > 1)
    exp = cohens_kappa(table, wt="linear" if weighted else None)
    # Full agreement leaves a variance of rounding, of either sign.
    error = np.sqrt(max(exp.var_kappa, 0))
    assert (got.kappa, got.se) == pytest.approx((exp.kappa, error), abs=1e-6)
    if got.se:
        centre = np.log((1 + exp.kappa) / (1 - exp.kappa))  # twice Fisher's z
        half = 2 * 1.959964 * error / (1 - exp.kappa**2)
        limits = 1 - 2 / (np.exp([centre - half, centre + half]) + 1)
        assert (got.low, got.high) == pytest.approx(limits, abs=1e-6)


@settings(max_examples=50, deadline=None)
@given(arrays(int, (3, 3), elements=st.integers(0, 12)), st.booleans())
def test_kappa_is_the_same_either_way_round(table, weighted):
    first, second = judged(table)
    order = ORDER if weighted else None
    one, other = cohen_kappa(first, second, order), cohen_kappa(second, first, order)
    assert figures(one) == pytest.approx(figures(other), abs=1e-12, nan_ok=True)


def test_two_categories_weigh_the_same_ordered_or_not():
    first, second = judged([[20, 5], [10, 15]], ["yes", "no"])
    got = cohen_kappa(first, second, order=["no", "yes"])
    assert figures(got) == pytest.approx(figures(cohen_kappa(first, second)))


def test_category_that_nobody_used_keeps_its_place():
    # As above, but with two steps between b and d: a third agreed, (3 + 1/3) / 4. By chance
    # 5/16 + 2/3 * 3/16 + 1/3 * 5/16 = 26/48, so (40 - 26) / (48 - 26).
    first, second = pd.Series(list("abdd")), pd.Series(list("abdb"))
    assert cohen_kappa(first, second, order="abcd").kappa == pytest.approx(14 / 22)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("table", "kappa"),
    [
        (np.diag([2, 3, 7]), 1),
        ([[0, 3, 0], [3, 0, 0], [0, 0, 0]], -1),
        ([[3, 2, 1], [0, 0, 0], [0, 0, 0]], 0),  # the first says yes throughout
        ([[0, 4, 0], [0, 0, 0], [0, 0, 0]], 0),  # both do, but not the same
    ],
)
@pytest.mark.parametrize("order", [None, ORDER])
def test_kappa_whose_standard_error_is_zero_has_no_limits(table, kappa, order):
    got = cohen_kappa(*judged(table), order=order)
    assert got.kappa == pytest.approx(kappa, abs=1e-12)
    assert got.se == 0
    assert np.isnan([got.low, got.high]).all()


def test_one_that_differs_among_many_gives_limits():
    got = cohen_kappa(*judged([[50_000, 1], [0, 49_999]], ["yes", "no"]))
    # The share that differ, 1e-5, has an error of 1e-5; kappa, of which chance is half, double.
    assert got.se == pytest.approx(2e-5, rel=1e-3)
    assert got.low < got.kappa < got.high < 1


def test_limits_stay_between_minus_one_and_one():
    high = cohen_kappa(*judged([[3, 0], [1, 3]], ["yes", "no"]))
    low = cohen_kappa(*judged([[0, 3], [3, 1]], ["yes", "no"]))
    assert high.kappa + 1.959964 * high.se > 1 > high.high
    assert low.kappa - 1.959964 * low.se < -1 < low.low


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("order", [None, ORDER, ["yes"]])
def test_one_and_the_same_category_throughout_has_no_kappa(order):
    got = cohen_kappa(pd.Series(["yes"] * 6), pd.Series(["yes"] * 6), order=order)
    assert np.isnan(figures(got)).all()
    assert (got.agreed, got.n) == (1.0, 6)


def test_no_judgements_have_no_figures():
    nobody = pd.Series([], dtype="str")
    got = cohen_kappa(nobody, nobody, order=ORDER)
    assert got.n == 0
    assert np.isnan([*figures(got), got.agreed]).all()


def test_units_are_paired_by_index_and_need_both():
    first = pd.Series({"a": "yes", "b": "no", "c": "yes", "d": "yes"})
    second = pd.Series({"b": "no", "a": "yes", "c": None, "e": "no"})
    got = cohen_kappa(first, second)
    assert (got.n, got.kappa) == (2, 1.0)


def test_categories_of_pandas_are_judged_by_their_values():
    kinds = pd.CategoricalDtype([*ORDER, "unknown"], ordered=True)
    first, second = judged([[2, 1, 0], [0, 3, 1], [0, 0, 4]])
    got = cohen_kappa(first.astype(kinds), second.astype(kinds), order=ORDER)
    assert got == cohen_kappa(first, second, order=ORDER)


def test_judgement_outside_the_order_is_refused():
    first, second = pd.Series(["yes", "unknown"]), pd.Series(["yes", "no"])
    with pytest.raises(ValueError, match=r"Judgements \['unknown'\] are not in the order"):
        cohen_kappa(first, second, order=ORDER)


# Pairs


def judgements(*rows):
    return pd.DataFrame(rows, columns=["part", "wave", "assessor", "in_place"])


def pairs(*rows):
    got = pairs_of_assessors(judgements(*rows), ["part", "wave"], "assessor", "in_place")
    assert got.columns.tolist() == ["part", "wave", "first", "second"]
    return list(got.itertuples(index=False, name=None))


def test_pair_is_in_order_of_the_assessors_whatever_the_order_of_the_rows():
    got = pairs(("goals", 0, "B", "no"), ("trust", 0, "B", "no"), ("goals", 0, "A", "yes"))
    assert got == [("goals", 0, "yes", "no")]


def test_three_assessors_make_three_pairs():
    got = pairs(("goals", 0, "C", "no"), ("goals", 0, "A", "yes"), ("goals", 0, "B", "partly"))
    assert [pair[2:] for pair in got] == [("yes", "partly"), ("yes", "no"), ("partly", "no")]


def test_units_differ_in_any_of_their_columns():
    assert pairs(("goals", 0, "A", "yes"), ("goals", 6, "B", "no")) == []


def test_rows_with_anything_missing_make_no_pair():
    rows = [("goals", 0, "A", "yes"), ("goals", 0, "B", None), ("goals", 0, None, "no")]
    unknown = [("trust", None, "A", "yes"), ("trust", None, "B", "yes")]
    assert pairs(*rows, *unknown) == []


def test_no_judgements_make_no_pairs():
    assert pairs() == []


def test_judgement_made_twice_is_refused():
    with pytest.raises(ValueError, match="1 judgements repeat the same"):
        pairs(("goals", 0, "A", "yes"), ("goals", 0, "A", "no"))


def test_table_given_is_not_changed():
    table = judgements(("goals", 0, "B", "no"), ("goals", 0, "A", "yes"))
    before = table.copy()
    pairs_of_assessors(table, ["part", "wave"], "assessor", "in_place")
    pd.testing.assert_frame_equal(table, before)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from("pqr"), st.integers(0, 1), st.sampled_from("ABCD")),
        st.sampled_from(ORDER),
    )
)
def test_every_two_judgements_of_a_unit_are_paired_once(known):
    got = pairs(*((*key, judgement) for key, judgement in known.items()))
    exp = [
        (*one[:2], known[one], known[other])
        for one, other in combinations(sorted(known), 2)
        if one[:2] == other[:2]
    ]
    assert Counter(got) == Counter(exp)


def test_pooled_pairs_give_kappa():
    # Two agree on goals and meetings and differ on trust: agreed 2/3, by chance 4/9, so 0.4.
    table = judgements(
        *[("goals", 0, who, "yes") for who in "AB"],
        *[("meetings", 0, who, "no") for who in "AB"],
        *[("trust", 0, "A", "yes"), ("trust", 0, "B", "no")],
    )
    got = pairs_of_assessors(table, ["part", "wave"], "assessor", "in_place")
    assert cohen_kappa(got["first"], got["second"]).kappa == pytest.approx(0.4)
