"""Before and after: against papers, other software, enumeration or by hand."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from shared.estimates.before_after import bowker, mcnemar, net_change

# Unaided vision of 7477 women aged 30-39, right eye by left: Stuart (1955), Biometrika 42, 412-416.
VISION = [[1520, 266, 124, 66], [234, 1512, 432, 78], [117, 362, 1772, 205], [36, 82, 179, 492]]
# Susceptibility of pathogens (Peterson et al. 2007), the example of R's contingencytables.
PATHOGENS = [[596, 18, 6, 5], [0, 2, 0, 0], [0, 0, 42, 0], [11, 0, 0, 0]]


def moves(*pairs):
    """Return a table where value 0 and each other value are swapped by so many people."""
    table = np.zeros((len(pairs) + 1, len(pairs) + 1))
    for value, (away, back) in enumerate(pairs, start=1):
        table[0, value], table[value, 0] = away, back
    return table


# Change in shares


@pytest.mark.parametrize(
    ("counts", "figures"),
    [
        ((65, 75, 59, 161), (0.0621, 0.0046, 0.1186)),  # Cavo et al. (2012), contingencytables in R
        ((2, 8, 1, 21), (0.2857, 0.0256, 0.5069)),  # Bentur et al. (2009), the same package
    ],
)
def test_limits_of_change_match_published_examples(counts, figures):
    got = net_change(*counts).iloc[0]
    assert (got["difference"], got["low"], got["high"]) == pytest.approx(figures, abs=5e-5)


def test_shares_and_difference_are_after_minus_before():
    got = net_change(8, 2, 1, 20).iloc[0]
    figures = got[["share_before", "share_after", "difference"]].tolist()
    assert figures == pytest.approx([0.4, 0.1, -0.3])


def people():
    """Return both, only before, only after and neither."""
    return st.lists(st.integers(0, 25), min_size=4, max_size=4).filter(any)


@settings(max_examples=30, deadline=None)
@given(people())
def test_change_read_backwards_only_changes_sign(counts):
    both, lost, gained, _ = counts
    before, after = pd.Series([both + lost, both + gained]), pd.Series([both + gained, both + lost])
    got = net_change(before, after, both, sum(counts))
    low, difference, high, p = (got[name] for name in ("low", "difference", "high", "p"))
    assert (low[0], high[0]) == pytest.approx((-high[1], -low[1]), abs=1e-12)
    assert -1 <= low[0] <= difference[0] <= high[0] <= 1
    assert p[0] == p[1]


def test_agreement_between_the_times_narrows_the_limits():
    # The same shares, 10 of 20 and 12 of 20, kept by the same people or not.
    widths = net_change(10, 12, pd.Series([9, 6, 3]), 20)[["low", "high"]].diff(axis=1)["high"]
    assert widths.is_monotonic_increasing


def test_rows_are_matched_by_index():
    before, after = pd.Series({"work": 1, "none": 4}), pd.Series({"none": 2, "work": 3})
    got = net_change(before, after, pd.Series({"work": 1, "none": 2}), 10)
    assert got["difference"].to_dict() == pytest.approx({"work": 0.2, "none": -0.2})


def test_hidden_count_hides_only_what_needs_it():
    after, both = pd.Series([8, pd.NA, 8], dtype="Int64"), pd.Series([1, 1, pd.NA], dtype="Int64")
    got = net_change(pd.Series([2, 2, 2]), after, both, 21)
    assert got["difference"].isna().tolist() == [False, True, False]
    assert got[["low", "high", "p"]].isna().all(axis=1).tolist() == [False, True, True]


def test_change_of_nobody_is_unknown():
    got = net_change(0, 0, 0, 0).drop(columns=["before", "after", "both", "n"])
    assert got.isna().all(axis=None)


@pytest.mark.parametrize("counts", [(2, 3, 3, 9), (3, 2, 3, 9), (5, 6, 1, 9), (2, 2, -1, 9)])
def test_counts_that_cannot_be_the_same_people_are_refused(counts):
    with pytest.raises(ValueError, match="1 of 1 rows cannot be counts of the same people"):
        net_change(*counts)


# McNemar


def test_exact_p_by_hand():
    # One of eight by chance: 2 * (1 + 8) / 2**8.
    assert mcnemar(1, 7).tolist() == [18 / 256]


def test_exact_p_of_approval_ratings_matches_binomial_test():
    # Agresti (1990), p. 350, the example of R's ?mcnemar.test: 86 and 150 changed their mind.
    assert mcnemar(86, 150).iloc[0] == pytest.approx(3.715936139571e-05, rel=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 300), st.integers(0, 300))
def test_exact_p_agrees_with_scipy(lost, gained):
    exp = binomtest(lost, lost + gained).pvalue if lost + gained else 1.0
    assert mcnemar(lost, gained).iloc[0] == pytest.approx(exp, rel=1e-9)


def test_hidden_count_gives_no_p():
    got = mcnemar(pd.Series([np.nan, 1, 0]), pd.Series([3, 7, 0]))
    assert got.tolist() == pytest.approx([np.nan, 18 / 256, 1.0], nan_ok=True)


def test_negative_count_is_refused():
    with pytest.raises(ValueError, match="1 counts are negative"):
        mcnemar(pd.Series([1, -1]), pd.Series([2, 2]))


# Symmetry


def test_symmetry_of_vision_matches_published_figures():
    # Bishop, Fienberg and Holland (1975), section 8.2.1, has 19.11; p by statsmodels 0.15.
    got = bowker(VISION)
    assert (got.changed, got.df) == (2181, 6)
    assert (got.chi2, got.p) == pytest.approx((19.1065502, 0.00398742), abs=1e-6)


def test_two_values_give_mcnemar_without_correction():
    # Agresti (1990), p. 350: z squared is 64**2 / 236 = 17.36.
    assert bowker([[794, 150], [86, 570]]).chi2 == pytest.approx(17.36, abs=0.005)


def test_pairs_without_moves_add_nothing():
    # R's contingencytables has 26.250 too; of the six pairs three have moves.
    got = bowker(PATHOGENS)
    assert (got.chi2, got.df) == (26.25, 3)


def test_degrees_of_freedom_match_published_table():
    # Evans and Hoenig (1998), Biometrics 54, 620-629, table 1, X: 8 on 2; few moves, so no p here.
    got = bowker([[0, 0, 0], [4, 0, 4], [0, 0, 0]])
    assert (got.chi2, got.df) == (8.0, 2)
    assert np.isnan(got.p)


@pytest.mark.parametrize("totals", [(10, 10), (10, 10, 10), (10, 12, 14)])
def test_false_alarms_keep_the_level_by_full_enumeration(totals):
    alarms = 0.0
    for away in product(*(range(total + 1) for total in totals)):
        pairs = [(k, total - k) for k, total in zip(away, totals, strict=True)]
        chance = np.prod([binom.pmf(k, n, 0.5) for k, n in zip(away, totals, strict=True)])
        alarms += chance * (bowker(moves(*pairs)).p <= 0.05)
    assert 0.04 < alarms < 0.051


@pytest.mark.parametrize(
    ("pairs", "fit"),
    [
        ([(5, 5)], True),
        ([(5, 4)], False),
        ([(9, 9)] * 4 + [(1, 1)], True),  # one in five below an expected 5
        ([(9, 9)] * 3 + [(1, 1)], False),
        ([(9, 9)] * 4 + [(1, 0)], False),  # expected below 1
    ],
)
def test_p_needs_expected_counts_by_the_rule_of_cochran(pairs, fit):
    got = bowker(moves(*pairs))
    assert np.isnan(got.p) != fit
    assert got.df == len(pairs)


def test_hidden_move_hides_everything_and_hidden_stay_nothing():
    table = pd.DataFrame(VISION, dtype="Int64")
    table.iloc[1, 1] = pd.NA
    assert bowker(table) == bowker(VISION)
    table.iloc[1, 2] = pd.NA
    got = bowker(table)
    assert np.isnan([got.changed, got.chi2, got.df, got.p]).all()


def test_nobody_who_moved_gives_no_p():
    got = bowker([[3, 0], [0, 4]])
    assert (got.changed, got.chi2, got.df) == (0, 0, 0)
    assert np.isnan(got.p)


def test_table_that_is_not_square_is_refused():
    with pytest.raises(ValueError, match=r"shape \(1, 2\)"):
        bowker([[1, 2]])


def test_values_in_another_order_are_refused():
    with pytest.raises(ValueError, match="same order"):
        bowker(pd.DataFrame([[1, 2], [3, 4]], index=["a", "b"], columns=["b", "a"]))
