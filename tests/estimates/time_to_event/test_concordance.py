"""Concordance, against a count of all pairs; its agreement with R is tested with Cox's model."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.estimates.time_to_event.concordance import concordance
from shared.estimates.time_to_event.partial_likelihood import risk_sets

SPELLS = st.tuples(
    st.integers(0, 3),  # entry
    st.integers(1, 4),  # time under observation
    st.integers(0, 1),  # event
    st.integers(0, 1),  # stratum
    st.sampled_from([0.5, 1.0, 3.0]),  # weight
    st.integers(-2, 2),  # risk
)


def table(rows):
    spells = pd.DataFrame(rows, columns=["entry", "lasts", "mark", "stratum", "weight", "risk"])
    return spells.assign(duration=spells["entry"] + spells["lasts"])


def figure(spells, noise=0.0):
    return concordance(risk_sets(spells, np.zeros((len(spells), 1))), spells["risk"] + noise)


@settings(max_examples=60, deadline=None)
@given(st.lists(SPELLS, min_size=2, max_size=12).filter(lambda rows: any(r[2] for r in rows)))
def test_it_equals_a_count_of_all_pairs(rows):
    spells = table(rows)
    right = pairs = 0.0
    for _, first in spells[spells["mark"] == 1].iterrows():
        end = first["duration"]
        longer = (spells["duration"] > end) | ((spells["duration"] == end) & (spells["mark"] == 0))
        there = (spells["entry"] < end) & (spells["stratum"] == first["stratum"])
        others = spells[longer & there]
        weight = first["weight"] * others["weight"]
        pairs += weight.sum()
        right += (weight * (1 + np.sign(first["risk"] - others["risk"])) / 2).sum()
    exp = right / pairs if pairs else np.nan
    assert figure(spells) == pytest.approx(exp, abs=1e-12, nan_ok=True)


def test_risks_that_differ_in_the_last_digits_are_ties():
    spells = table([(0, 1, 1, 0, 1.0, 0.3), (0, 2, 0, 0, 1.0, 0.3), (0, 2, 0, 0, 1.0, 0.3)])
    assert figure(spells, noise=np.array([0, 1e-15, 1e-15])) == 0.5


def test_nobody_who_lasts_longer_gives_no_figure():
    assert np.isnan(figure(table([(0, 1, 1, 0, 1.0, 1), (0, 1, 1, 0, 1.0, 2)])))
