"""Unit costs on a page: a cost is told only where the count it is divided by is."""

import json

import pandas as pd
import pytest

from shared.disclosure.counts import ALL, GROUP
from shared.economics.costs import ProgrammeCost
from shared.pages.page import open_page
from shared.pages.unit_costs import unit_cost_table
from shared.sources.dictionary import tables as dictionary

WAVE = 18
EVERYTHING = ["deltaganden", "uppfoljning", "koordinatorlogg", "strukturfragor"]
DIMENSIONS = {  # of the protected tables, with the cell that is read
    "participations": {"state": ALL},
    "activity": {"activity": "active_after"},
    "followup": {"wave": 12, "place": "step_up"},
    "cases_by_outcome": {"outcome": ALL, "focus": ALL},
}
COST = {"addon": 1_234_567.0, "support": 600_000.0, "all": 1_834_567.0}


def cost():
    amounts = pd.DataFrame({"cost_group": list(COST), "actual": COST.values()})
    return ProgrammeCost(*[amounts] * 4, price_year=2017, price_years=(2017,), not_known=())


def issues(closed):
    """Return four structural issues of group A, so many of them closed."""
    others = {column.name: None for column in dictionary()["strukturfragor"].columns}
    dates = {"raised_on": pd.Timestamp("2016-01-01"), "fed_back_on": pd.NaT}
    ended = [pd.Timestamp("2016-06-01")] * closed + [pd.NaT] * (4 - closed)
    status = ["closed"] * closed + ["open"] * (4 - closed)
    known = {"issue_id": list("abcd"), "lokus_id": "A", "owner_party": "af", "status": status}
    return pd.DataFrame(others | known | dates | {"closed_on": ended})


@pytest.fixture
def table(tmp_path):
    """Return a function that makes the table of a page from counts, of which some are hidden."""

    def make(counts=None, hidden=(), delivered=EVERYTHING, group="A", closed=3, wave=WAVE):
        counts = {"participations": 104, "activity": 15, "followup": 29, "cases_by_outcome": 60} | (
            counts or {}
        )
        study = {"name": "s", "title": "S", "waves": {str(wave): "2017-07-01"}}
        study |= {"groups": [{"id": "A"}, {"id": "B"}]}
        manifest = {"study": study, "wave": wave, "tables": {name: {} for name in delivered}}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        (tmp_path / "protected").mkdir(exist_ok=True)
        for name, where in DIMENSIONS.items():
            where = where | ({"wave": min(wave, 12)} if "wave" in where else {})
            cells = pd.DataFrame(
                [
                    {GROUP: of, **where, **({} if "focus" in where else {"gender": ALL}), "n": n}
                    for of, n in (("A", counts[name]), ("B", 7), (ALL, 10 * counts[name]))
                ]
            )
            cells = cells.assign(hidden=name in hidden).astype({"n": "Int64"})
            cells["n"] = cells["n"].mask(cells["hidden"])
            cells.to_parquet(tmp_path / "protected" / f"{name}.parquet")
        issues(closed).to_parquet(tmp_path / "strukturfragor.parquet")
        return unit_cost_table(open_page(str(tmp_path), group=group), cost(), "kr, 2017 prices")

    return make


def amount(released, measure, base="addon"):
    return released.value("amount", measure=measure, cost_base=base)


def test_cost_is_divided_by_the_protected_counts_and_told_in_two_digits(table):
    found = table().frame.set_index(["measure", "cost_base"])[["n", "amount"]]
    assert found.loc[("cost_per_participation", "all")].tolist() == [104, 18_000]
    assert found.loc[("cost_per_participation", "addon")].tolist() == [104, 12_000]
    assert found.loc[("cost_per_step", "addon")].tolist() == [29, 43_000]
    assert found.loc[("cost_per_person_in_work_or_study", "addon")].tolist() == [15, 82_000]
    assert found.loc[("cost_per_case", "support")].tolist() == [60, 10_000]
    assert found.loc[("cost_per_closed_issue", "support")].tolist() == [3, 200_000]


def test_cost_of_a_hidden_count_is_hidden_with_it(table):
    got = table(hidden=["followup"])
    assert got.value("n", measure="cost_per_step").hidden
    assert amount(got, "cost_per_step").hidden
    assert amount(got, "cost_per_step").value is None or pd.isna(amount(got, "cost_per_step").value)
    assert not amount(got, "cost_per_participation").hidden


def test_nothing_to_divide_by_is_missing_and_not_hidden(table):
    got = amount(table({"activity": 0}), "cost_per_person_in_work_or_study")
    assert (pd.isna(got.value), got.hidden) == (True, False)


def test_what_was_not_delivered_has_no_row(table):
    measures = table(delivered=["koordinatorlogg"]).frame["measure"].unique().tolist()
    assert measures == ["cost_per_participation", "cost_per_case"]
    without = table(delivered=["deltaganden"]).frame["measure"].tolist()
    assert "cost_per_step" not in without
    assert "cost_per_person_in_work_or_study" in without


def test_steps_are_those_of_the_first_wave_as_long_as_there_is_no_later(table):
    assert table(wave=6).value("n", measure="cost_per_step").value == 29


def test_wave_counts_all_groups_together(table):
    assert table(group=None).value("n", measure="cost_per_case").value == 600


def test_costs_alone_have_a_missing_cost_per_participation(table):
    got = table(delivered=[])
    assert got.frame["measure"].unique().tolist() == ["cost_per_participation"]
    cell = amount(got, "cost_per_participation", "all")
    assert (pd.isna(cell.value), cell.hidden) == (True, False)
