from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.audit.figures import rows
from shared.audit.knowledge import Knowledge
from shared.audit.means import (
    counts_from_means,
    counts_from_rates,
    events_of_rate,
    own_values,
    sums_from_means,
    women_from_means,
)
from shared.estimates.rates import poisson_rate


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


SUPPRESS = Knowledge(mode="suppress")
MEANS = {"gender": "code", "n": "count", "mean": "months"}
RATES = {"lokus_id": "code", "n": "text", "rate": "rate", "rate_low": "rate", "rate_high": "rate"}


@pytest.mark.parametrize(
    ("name", "n", "alarms"),
    [
        ("median", 19, 1),
        ("median", 20, 0),
        ("lower_quartile", "10–19", 1),
        ("upper_quartile", "20–49", 0),
        ("sd", 12, 1),
        ("max", 400, 1),
        ("mean", 12, 0),
        ("median", 0, 0),
    ],
)
def test_values_that_are_somebodys(name, n, alarms):
    kinds = {"gender": "code", "n": "count", name: "months"}
    shown = published(kinds, ("all", n, 7.0), unit="people")
    assert len(own_values(shown, SUPPRESS)) == alarms
    assert not own_values(shown, Knowledge(mode="open"))


def test_no_spread_says_that_all_are_the_same():
    kinds = {"gender": "code", "n": "count", "sd": "months"}
    assert own_values(published(kinds, ("all", 300, 0.0), unit="people"), SUPPRESS)


def test_longest_time_between_meetings_is_nobodys():
    kinds = {"wave": "wave", "n": "count", "longest": "number"}
    assert not own_values(published(kinds, (6, 4, 80), unit="meetings"), SUPPRESS)


@given(st.integers(0, 60), st.integers(1, 60), st.floats(1, 12), st.floats(1, 12))
def test_women_found_from_means_are_those_of_brute_force(women, men, first, second):
    n = women + men
    shown = [round(m, 1) for m in (first, second, (women * first + men * second) / n)]
    half = 0.05 + 1e-9
    every = [
        w
        for w in range(n + 1)
        if abs(w * shown[0] + (n - w) * shown[1] - n * shown[2]) <= n * 2 * half + 1e-9
    ]
    found = women_from_means(*shown, n, half)
    assert found == (every[0], every[-1])
    assert found[0] <= women <= found[1]


def test_hidden_women_follow_from_three_means():
    hidden = [(0, "n"), (1, "n")]
    tell = [("woman", None, 4.05), ("man", None, 9.15), ("all", 20, 8.13)]
    found = counts_from_means(published(MEANS, *tell, unit="people", hidden=hidden), SUPPRESS)
    assert [finding.derivation for finding in found] == ["8.13 of 4.05 and 9.15: 4 to 4 women"]
    vague = [("woman", None, 6.0), ("man", None, 6.0), ("all", 20, 6.0)]
    assert not counts_from_means(published(MEANS, *vague, unit="people", hidden=hidden), SUPPRESS)
    third = [*tell, ("unknown", None, None)]  # whom the mean of all counts as well
    assert not counts_from_means(published(MEANS, *third, unit="people", hidden=hidden), SUPPRESS)


def test_hidden_sum_of_a_mean():
    kinds = {"gender": "code", "n": "count", "mean": "money", "sum": "money"}
    row = ("all", 12, 250.5, None)
    found = sums_from_means(published(kinds, row, unit="people", hidden=[(0, "sum")]), SUPPRESS)
    assert [finding.derivation for finding in found] == ["250.5 x 12 = 3006"]
    assert not sums_from_means(published(kinds, row, unit="people"), SUPPRESS)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400), st.floats(1, 40), st.integers(1, 4))
def test_events_are_among_those_that_a_rate_allows(events, months, digits):
    limits = poisson_rate(events, months).iloc[0]
    told = [round(float(limits[name]), digits) for name in ("rate", "low", "high")]
    shown = published(RATES, ("A", None, *told), unit="cases")
    assert events in events_of_rate(next(rows(shown)))


def test_rate_with_all_its_digits_tells_the_events():
    limits = poisson_rate(23, 4.5).iloc[0]
    exact = [float(limits[name]) for name in ("rate", "low", "high")]
    found = counts_from_rates(published(RATES, ("A", "20–49", *exact), unit="cases"), SUPPRESS)
    assert [finding.derivation.split(": ")[1] for finding in found] == ["23 to 23 (told 20+)"]
    coarse = [round(value) for value in exact]
    assert not counts_from_rates(published(RATES, ("A", "20–49", *coarse), unit="cases"), SUPPRESS)


def test_rate_and_time_tell_the_events():
    kinds = {"wave": "wave", "months": "number", "n": "count", "rate": "rate"}
    shown = published(kinds, (6, 4.5, None, 0.7), unit="cases", hidden=[(0, "n")])
    assert counts_from_rates(shown, SUPPRESS)[0].derivation.startswith("rate 0.7: 3 to 3")
