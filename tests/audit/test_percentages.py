from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit.candidates import candidates
from shared.audit.knowledge import Knowledge
from shared.audit.percentages import (
    bases_from_shares,
    counts_from_shares,
    share_of_counts,
    shares_told_twice,
)
from shared.estimates.proportions import wilson


def published(kinds, *rows, unit, letter=None, id="table", hidden=(), **more):
    """Return a publication of one table; columns of codes are its keys."""
    columns = [{"name": n, "kind": k, "key": k in ("code", "wave")} for n, k in kinds.items()]
    table = {
        "id": id,
        "unit": unit,
        "columns": columns,
        "rows": [dict(zip(kinds, row, strict=True)) for row in rows],
        "suppressed": [{"row": r, "column": c, "reason": "small"} for r, c in hidden],
        **more,
    }
    page = SimpleNamespace(path="page.html", letter=letter, question="page", tables=[table])
    return SimpleNamespace(pages=[page])


SHARE = {"gender": "code", "count": "count", "n": "count", "share": "share"}
LIMITS = {"low": "share", "high": "share"}
LETTERED = {"lokus_id": "code", "share": "share", **LIMITS}
SUPPRESS = Knowledge(mode="suppress", sizes={})
ROUND = Knowledge(mode="round", sizes={})


def told(count, n, digits=2):
    row = wilson(count, n).iloc[0]
    return [round(float(row[name]), digits) for name in ("share", "low", "high")]


def test_candidates_are_all_that_brute_force_finds():
    pairs = [(k, n) for n in range(1, 60) for k in range(n + 1)]
    every = wilson([k for k, _ in pairs], [n for _, n in pairs])[["share", "low", "high"]]
    off = (every - told(6, 18)).abs().max(axis="columns")
    fitting = [pair for pair, far in zip(pairs, off, strict=True) if far <= 0.005]
    share, *interval = told(6, 18)
    found = candidates(share, 0.005, np.arange(1, 60), tuple(interval))
    assert [tuple(pair) for pair in found] == fitting == [(6, 18)]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 300), st.floats(0, 1), st.integers(1, 6))
def test_truth_is_always_among_the_candidates(n, part, digits):
    count = round(part * n)
    share, low, high = told(count, n, digits)
    half = 0.5 * 10**-digits + 1e-8
    found = candidates(share, half, np.arange(1, 400), (low, high))
    assert [count, n] in found.tolist()


@pytest.mark.parametrize("n", [12, 40, 90])
def test_whole_per_cent_and_a_known_base_give_every_count(n):
    # As measured in disclosure control practice: up to 100, whole per cent are the counts.
    for count in range(n + 1):
        share = round(count / n, 2)
        assert candidates(share, 0.005 + 1e-8, np.array([n]))[:, 0].tolist() == [count]


def test_hidden_count_beside_a_share():
    rows = ("woman", None, 40, 0.15)
    found = counts_from_shares(
        published(SHARE, rows, unit="participations", hidden=[(0, "count")]), SUPPRESS
    )
    assert [finding.derivation for finding in found] == ["share 0.15: 6 of 40"]
    assert "between 6 and 6" in found[0].says


def test_shown_base_is_tried_however_large():
    row = ("all", None, 1500, 0.002)
    shown = published(SHARE, row, unit="answers", hidden=[(0, "count")])
    assert "between 3 and 3" in counts_from_shares(shown, SUPPRESS)[0].says


def test_small_count_or_rest_without_a_column_of_counts():
    kinds = {"gender": "code", "n": "count", "share": "share"}
    for share, says in ((0.1, "the count is below"), (0.9, "left of the base is below")):
        found = counts_from_shares(published(kinds, ("all", 30, share), unit="people"), SUPPRESS)
        assert [says in finding.says for finding in found] == [True]
    assert not counts_from_shares(published(kinds, ("all", 30, 0.5), unit="people"), SUPPRESS)


def test_band_that_leaves_the_count_open_is_silent():
    kinds = {"gender": "code", "count": "count", "n": "text", "share": "share"}
    row = ("woman", None, "1–99", 0.5)
    shown = published(kinds, row, unit="participations", hidden=[(0, "count")])
    assert not counts_from_shares(shown, SUPPRESS)


def test_share_of_other_counts_than_those_beside_it():
    # 13 of 41 rounded to 15 of 40: the share of the true counts, 0.32, tells them.
    wrong, right = ("all", 15, 40, 0.32), ("all", 15, 40, 0.38)
    assert share_of_counts(published(SHARE, wrong, unit="people"), ROUND)
    assert not share_of_counts(published(SHARE, right, unit="people"), ROUND)


@pytest.mark.parametrize(
    ("knowledge", "n", "alarms"),
    [(SUPPRESS, 9, 1), (SUPPRESS, 10, 0), (ROUND, 15, 1), (ROUND, 20, 0)],
)
def test_least_base_of_a_share(knowledge, n, alarms):
    row = ("all", 5, n, 5 / n)
    assert len(share_of_counts(published(SHARE, row, unit="people"), knowledge)) == alarms


def test_share_and_interval_that_fit_one_size():
    rows = [("A", *told(6, 18)), ("B", *told(60, 200)), ("all", *told(6, 18))]
    found = bases_from_shares(published(LETTERED, *rows, unit="follow-ups"), SUPPRESS)
    assert [finding.says.split(":")[0] for finding in found] == ["lokus_id A"]


def test_interval_of_a_class_of_three_is_silent():
    shares = (0.35, 0.4, 0.55)
    rows = [(letter, *told(s * 15, 15, 9)) for letter, s in zip("ABC", shares, strict=True)]
    shown = published(LETTERED, *rows, unit="follow-ups")
    assert not bases_from_shares(shown, SUPPRESS)
    rows[2] = ("C", *told(0.55 * 25, 25, 9))
    assert len(bases_from_shares(published(LETTERED, *rows, unit="follow-ups"), SUPPRESS)) == 3


def test_share_hidden_in_one_table_and_shown_in_another():
    kinds = {"wave": "wave", "share": "share"}
    hidden = published(
        kinds,
        (6, None),
        unit="people",
        letter="A",
        id="followup_employed_of_reached",
        source="followup",
        hidden=[(0, "share")],
    )
    for wave, alarms in product((6, 12), (0, 1)):
        id = "followup_bounds_employed" if alarms else "followup_bounds_active"
        beside = published(kinds, (wave, 0.4), unit="people", letter="A", id=id)
        page = hidden.pages[0]
        both = SimpleNamespace(**{**vars(page), "tables": page.tables + beside.pages[0].tables})
        found = shares_told_twice(SimpleNamespace(pages=[both]), SUPPRESS)
        assert len(found) == (alarms if wave == 6 else 0)
