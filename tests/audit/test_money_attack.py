from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from shared.audit.knowledge import Knowledge
from shared.audit.money_attack import costs_of_one, counts_from_costs, dominated, sums_of_few
from shared.disclosure import dominance


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
GAIN = {"account": "code", "n": "count", "gain": "money", "cost": "money"}
HEADS = {"measure": "code", "cost_base": "code", "n": "text", "amount": "money"}
TOTAL = {"cost_group": "code", "actual": "money"}


@pytest.mark.parametrize(("n", "alarms"), [(9, 1), (10, 0), ("5–9", 1), ("10–19", 0), (None, 0)])
def test_money_of_few(n, alarms):
    shown = published(GAIN, ("public", n, 71000.0, 90000.0), unit="kr, 2017 prices")
    assert len(sums_of_few(shown, SUPPRESS)) == alarms
    assert not sums_of_few(shown, Knowledge(mode="open"))


def test_what_a_programme_cost_is_not_over_people():
    shown = published(GAIN, ("public", 6, None, 90000.0), unit="kr, 2017 prices")
    assert not sums_of_few(shown, SUPPRESS)


@pytest.mark.parametrize(
    ("n", "amount", "derivation"),
    [
        ("50–99", 90000.0, ["5048842 / 90000: 56 to 56"]),
        (None, 1300000.0, ["5048842 / 1300000: 4 to 4"]),
        (None, 2000000.0, []),  # 2.5 are no people
        ("100+", 11000.0, []),
        (56, 90000.0, []),
    ],
)
def test_number_that_follows_from_cost_per_head(n, amount, derivation):
    heads = published(HEADS, ("cost_per_participation", "all", n, amount), unit="kr").pages[0]
    total = published(TOTAL, ("all", 5048841.8), unit="kr").pages[0]
    page = SimpleNamespace(**{**vars(heads), "tables": heads.tables + total.tables})
    found = counts_from_costs(SimpleNamespace(pages=[page]), SUPPRESS)
    assert [finding.derivation for finding in found] == derivation


def test_dominance_agrees_with_the_rule_that_protects():
    draw = np.random.default_rng(1)
    for size in (10, 12, 40):
        amounts = draw.pareto(1.0, size=(size, 60)) * draw.choice([-1, 1], size=(size, 60))
        rule = dominance.dominated(pd.DataFrame(amounts), threshold=5)
        assert [dominated(column) for column in amounts.T] == rule.tolist()
        assert 0 < rule.sum() < 60


@pytest.mark.parametrize(
    ("amounts", "expected"), [([51, 30, 19], 1), ([50, 30, 20], 0), ([50, 46, 4], 1), ([0, 0], 0)]
)
def test_dominance_by_hand(amounts, expected):
    assert dominated(np.array(amounts)) == expected


@pytest.fixture
def knowledge(tmp_path):
    """Costs in which one employee of the agency gives time, and several of the municipality."""
    costs = pd.DataFrame(
        {
            "lokus_id": "A",
            "funder": ["fk", "municipality", "municipality", "region"],
            "period_from": pd.Timestamp("2016-01-01"),
            "in_kind": [True, True, True, False],
            "fte": [0.5, 0.9, 0.8, None],
            "actual_sek": [150000.0, 400000.0, 380000.0, 9999.0],
        }
    )
    costs.to_parquet(tmp_path / "kostnader.parquet")
    return Knowledge(mode="suppress", data=tmp_path)


@pytest.mark.parametrize(
    ("funder", "amount", "alarms"),
    [
        ("fk", 150123.4, 1),
        ("fk", 150000.0, 0),
        ("municipality", 780123.4, 0),
        ("region", 9999.0, 0),
    ],
)
def test_pay_of_one_employee(knowledge, funder, amount, alarms):
    kinds = {"funder": "code", "actual": "money"}
    for letter, expected in (("A", alarms), ("B", 0)):
        shown = published(kinds, (funder, amount), unit="kr", letter=letter)
        assert len(costs_of_one(shown, knowledge)) == expected


def test_time_in_kind_that_is_nearly_one_partys(knowledge):
    kinds = {"cost_group": "code", "in_kind": "money"}
    exact = published(kinds, ("all", 930123.4), unit="kr", letter="A")
    assert len(costs_of_one(exact, knowledge)) == 1
    rough = published(kinds, ("all", 930000.0), unit="kr", letter="A")
    assert not costs_of_one(rough, knowledge)


def test_without_records_nothing_is_said_of_employees():
    kinds = {"funder": "code", "actual": "money"}
    assert not costs_of_one(published(kinds, ("fk", 150123.4), unit="kr", letter="A"), SUPPRESS)
