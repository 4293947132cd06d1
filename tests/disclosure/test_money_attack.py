"""An attack on the money a page tells: who has the published prices solves for time in a status.

Thirty people are followed; only two of them changed their time on sickness benefit. The attacker
knows the prices, who pays whom, the costs, the assumptions and even n, and takes every figure as an
interval of its two digits. Linear programming gives the bounds of the time behind all of them.
"""

import json
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from shared.disclosure.released import Column
from shared.economics import certainty, parties
from shared.economics.account_sums import with_sums
from shared.economics.accounts import ACCOUNTS, incidence
from shared.economics.appraisal import worth
from shared.economics.change import Change
from shared.economics.exposure import YEAR, Exposure
from shared.economics.parameters import Parameters
from shared.pages.page import open_page

N, YEARS, HORIZONS = 30, 5, [1, 4, 5]
STATUSES = ["social_assistance", "employed", "jobseeking", "activity_support"]
STATUSES += ["sickness_compensation", "sickness_benefit"]
RARE = STATUSES.index("sickness_benefit")
PRICES = [  # status, kr a month, payer, payee, kind
    ("social_assistance", 8900.0, "municipality", "individual", "transfer"),
    ("social_assistance", 1934.0, "municipality", "outside", "real_resource"),
    ("employed", 35483.0, "outside", "employer", "production"),
    ("employed", 27000.0, "employer", "individual", "transfer"),
    ("employed", 5589.0, "individual", "municipality", "tax"),
    ("employed", 3105.0, "individual", "region", "tax"),
    ("employed", 8483.0, "employer", "state", "tax"),
    ("jobseeking", 1323.0, "af", "outside", "real_resource"),
    ("activity_support", 11300.0, "state", "individual", "transfer"),
    ("activity_support", 2339.0, "individual", "municipality", "tax"),
    ("activity_support", 1300.0, "individual", "region", "tax"),
    ("sickness_compensation", 12100.0, "fk", "individual", "transfer"),
    ("sickness_compensation", 2505.0, "individual", "municipality", "tax"),
    ("sickness_compensation", 1392.0, "individual", "region", "tax"),
    ("sickness_benefit", 14200.0, "fk", "individual", "transfer"),
    ("sickness_benefit", 1119.0, "fk", "outside", "real_resource"),
    ("sickness_benefit", 2939.0, "individual", "municipality", "tax"),
    ("sickness_benefit", 1633.0, "individual", "region", "tax"),
    ("sickness_benefit", 2600.0, "region", "outside", "real_resource"),
]
FLOWS = pd.DataFrame(PRICES, columns=["status", "sek", "payer", "payee", "kind"]).assign(
    price_id=[f"p{i}" for i in range(len(PRICES))],
    label_sv=[f"L{i}" for i in range(len(PRICES))],
    low=lambda flows: 0.8 * flows["sek"],
    high=lambda flows: 1.2 * flows["sek"],
)
GIVEN = Parameters(discount_rate=0.035, horizon_years=YEARS, n_draws=50)
COST = pd.Series({"municipality": 21_000.0, "region": 18_000.0, "af": 4_000.0, "fk": 31_000.0})
AFTER = {str(12 * years): Column(str(12 * years), "money") for years in HORIZONS}
PAGE = {
    "study": {"name": "s", "title": "S", "waves": {"0": None}, "groups": [{"id": "A"}]},
    "wave": 0,
    "tables": {},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Return what is published when some lost so many months of the benefit, rounded or not."""
    folder = tmp_path_factory.mktemp("wave")
    (folder / "manifest.json").write_text(json.dumps(PAGE), encoding="utf-8")
    page = open_page(str(folder), group="A")

    @cache
    def told(*sick, rounded=True):
        moved = change_of(*sick)
        return publish(page, moved, page.rounded(moved) if rounded else moved)

    return told


def change_of(*sick):
    """Return the change of thirty people, the first of whom lost so many months of benefit."""
    draw = np.random.default_rng(11)
    before, after = draw.integers(0, 365, (2, N, len(STATUSES))) / 365 * YEAR
    before[:, RARE] = after[:, RARE] = 0
    before[: len(sick), RARE] = sick
    frames = [pd.DataFrame(months, columns=STATUSES) for months in (before, after)]
    nobody = pd.DataFrame(index=frames[0].index)
    exposure = Exposure(nobody, *frames, left_out=pd.Series(dtype=int), extent_assumed=0)
    empty = pd.DataFrame(columns=list(ACCOUNTS), dtype=float)
    return Change(exposure, FLOWS, GIVEN, empty, empty, 1.0).repriced(FLOWS, GIVEN)


def publish(page, moved, told):
    """Return the tables of the page's notebook that rest on sums, as they are published."""
    drawn = parties.simulate(told)
    people = {"unit": "kr", "of": "account", "totals": parties.TOTALS, "keys": ["account"]}
    people["contributions"] = parties.contributions(moved)
    by_kind = people | {"contributions": parties.contributions_by_kind(moved)}
    monthly = people | {"keys": ["account", "month"], "month": Column("month", "number")}
    hangs, on = certainty.hangs_on(told, COST, "public", YEARS, moved)
    tables = [
        page.money(
            parties.in_brief(told, drawn, COST, YEARS), id="brief", known=["cost"], **people
        ),
        page.money(parties.by_source(told), id="source", **by_kind),
        page.money(parties.by_horizon(told, drawn, COST, HORIZONS), id="profit", **people, **AFTER),
        page.money(parties.cash_flows(told, drawn, COST, YEARS), id="cash", **monthly),
        page.money(parties.effectiveness_by_party(told, drawn), id="share", **people),
        page.money(certainty.to_break_even(told, COST * N, N, YEARS), id="even", **people),
        page.money(
            hangs, id="tornado", unit="kr", keys=["assumption"], of="assumption", contributions=on
        ),
    ]
    return {table.id: table.to_dict("T")["rows"] for table in tables}


def gain_per_month():
    """Return kr a month, statuses x accounts and sums, of each kind of flow and of all."""
    by_flow = incidence(FLOWS)[list(ACCOUNTS)].mul(FLOWS["sek"], axis=0)
    found = {}
    for kind in ("all", *FLOWS["kind"].unique()):
        rows = FLOWS["kind"].eq(kind) | (kind == "all")
        sums = with_sums(by_flow[rows]).groupby(FLOWS["status"][rows]).sum()
        found[kind] = sums.reindex(STATUSES, fill_value=0.0)
    return found


def figures(tables):
    """Yield each shown figure: what a month of each status adds to it, a constant, the figure."""
    gain, assumed = gain_per_month(), GIVEN.assumptions()
    cost = COST.reindex([*ACCOUNTS]).fillna(0)
    paid = with_sums(cost.to_frame().T).iloc[0]
    for row in tables["brief"]:
        yield gain["all"][row["account"]], 0.0, row["gain"]
    for row in tables["source"]:
        for kind in ("production", "real_resource", "transfer", "tax"):
            yield gain[kind][row["account"]], 0.0, row[kind]
    for row in tables["profit"]:
        for years in HORIZONS:
            each = gain["all"][row["account"]] * worth(years, assumed)
            yield each, -paid[row["account"]], row[str(12 * years)]
    for row in tables["cash"]:
        each = gain["all"][row["account"]] * worth(row["month"] / 12, assumed)
        yield each, -paid[row["account"]], row["so_far"]


def bounds(tables):
    """Return the least and the most that the sum of months on the benefit can have changed."""
    rows, least, most = [], [], []
    for each, constant, told in figures(tables):
        if told is None:
            continue
        half = 0.5 * 10.0 ** (np.floor(np.log10(abs(told))) - 1) if told else 0.5
        rows.append(np.asarray(each, dtype=float) / N)
        least.append(told - constant - max(half, 0.5))
        most.append(told - constant + max(half, 0.5))
    matrix, limits = np.vstack([rows, np.negative(rows)]), [*most, *np.negative(least)]
    found = []
    for sign in (1, -1):
        goal = sign * np.eye(len(STATUSES))[RARE]
        solved = linprog(goal, A_ub=matrix, b_ub=limits, bounds=(None, None))
        assert solved.status == 0, solved.message  # the attacker's model is the page's
        found.append(sign * solved.fun)
    return found


TWO = (4.5, 3.0)  # months of the two who left the benefit


def test_figures_of_exact_time_would_tell_what_two_people_had(told):
    least, most = bounds(told(*TWO, rounded=False))
    assert least <= -7.5 <= most
    assert most - least < 1


def test_figures_of_whole_person_years_tell_it_within_half_a_year_only(told):
    least, most = bounds(told(*TWO))
    assert least <= -12 <= most  # all there is to find
    assert not least <= -7.5 <= most


def points(tables):
    """Return the published tables without limits and chances, which come of drawn people."""
    drawn = ("_low", "_high", "chance")
    return {
        name: [{k: v for k, v in row.items() if not k.endswith(drawn)} for row in rows]
        for name, rows in tables.items()
    }


@pytest.mark.parametrize("sick", [(7.5,), (11.0, 5.0), (2.0, 2.0, 2.0, 2.0)])
def test_pages_of_people_with_other_lives_are_the_same(told, sick):
    assert points(told(*sick)) == points(told(*TWO))


def test_pages_of_exact_time_would_tell_them_apart(told):
    assert points(told(11.0, 5.0, rounded=False)) != points(told(*TWO, rounded=False))


def test_sum_that_two_people_make_up_alone_is_not_shown(told):
    tables = told(*TWO)
    region = next(row for row in tables["source"] if row["account"] == "region")
    assert region["real_resource"] is None
    labels = FLOWS.loc[FLOWS["status"] == "sickness_benefit", "label_sv"]
    hung = {row["assumption"]: row["at_low"] for row in tables["tornado"]}
    assert [label for label in labels if hung.get(label) is not None] == []
    assert any(label in hung for label in labels)
