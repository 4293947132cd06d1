"""Parameters: defaults a researcher would defend, numbers as Swedes write them, all faults told."""

from dataclasses import FrozenInstanceError, fields

import pandas as pd
import pytest

from shared.economics.appraisal import Assumptions
from shared.economics.parameters import NAMES, Parameters, read_parameters, scenarios
from shared.faults import InputError
from shared.identity.pseudonymise import pseudonymise
from shared.places import EXPECTATIONS, ROOT
from shared.sources.delivery import read_deliveries
from shared.study import Study

COLUMNS = ["scenario", "name", "value", "low", "high"]


def table(*rows):
    return pd.DataFrame([(*row, None, None)[:5] for row in rows], columns=COLUMNS)


def base(**values):
    return table(*(("base", name, value) for name, value in values.items()))


def faults_of(rows, scenario="base"):
    with pytest.raises(InputError) as refused:
        read_parameters(rows, scenario)
    return refused.value.faults


@pytest.mark.parametrize("rows", [None, table()], ids=["not delivered", "empty"])
def test_base_scenario_has_the_defaults_without_a_table(rows):
    got = read_parameters(rows)
    assert got == Parameters()
    assert (got.discount_rate, got.horizon_years, got.payback_rounding) == (0.035, 5, "ceil")
    assert (got.n_draws, got.seed, got.min_cell_n) == (2000, 1, 5)


def test_nothing_is_taken_off_the_gain_unless_someone_says_so():
    taken = ["deadweight", "displacement", "decay_per_year", "optimism_bias"]
    assert [getattr(Parameters(), name) for name in taken] == [0, 0, 0, 0]


def test_rates_of_tax_have_no_default():
    rates = ["tax_municipal", "tax_region", "employer_contribution"]
    assert [getattr(Parameters(), name) for name in rates] == [None, None, None]


@pytest.mark.parametrize("text", ["0,035", "0.035", " 0,035 ", "3,5e-2"])
def test_number_may_have_decimal_comma_or_point(text):
    assert read_parameters(base(discount_rate=text)).discount_rate == 0.035


def test_number_may_already_be_one():
    got = read_parameters(base(deadweight=0.25, n_draws=500, horizon_years=2.5))
    assert (got.deadweight, got.n_draws, got.horizon_years) == (0.25, 500, 2.5)


def test_draws_and_seed_are_whole_numbers():
    got = read_parameters(base(n_draws="10 000", seed="0"))
    assert (got.n_draws, got.seed, type(got.n_draws)) == (10_000, 0, int)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("discount_rate", "3,5"),
        ("discount_rate", "1"),  # a gain of next year would be worth nothing at all
        ("discount_rate", "-0,01"),
        ("discount_rate", "3,5 %"),
        ("deadweight", "hälften"),
        ("deadweight", ""),
        ("deadweight", None),
        ("tax_municipal", "20,7"),
        ("horizon_years", "0"),
        ("n_draws", "0"),
        ("n_draws", "100,5"),
        ("seed", "-1"),
        ("payback_rounding", "floor"),
    ],
)
def test_value_that_cannot_be_used_is_a_fault_of_its_column(name, value):
    (fault,) = faults_of(base(**{name: value}))
    assert (fault.file, fault.column) == ("modellparametrar", "Värde")
    assert f"for {name} in the scenario base" in fault.found


@pytest.mark.parametrize(("name", "value"), [("deadweight", "1"), ("deadweight", "0")])
def test_share_may_be_none_and_all(name, value):
    assert getattr(read_parameters(base(**{name: value})), name) == float(value)


def test_every_fault_is_told_at_once():
    rows = base(discount_rate="x", deadweight="2", horizont="5", payback_rounding="ceil")
    found = faults_of(rows)
    assert len(found) == 3
    assert found[2].todo == "Did you mean 'horizon_years'?"


def test_fault_does_not_repeat_what_was_written():
    (fault,) = faults_of(base(deadweight="Anna Berg"))
    assert "Anna" not in str(fault)


def test_scenario_stands_by_itself():
    rows = table(("base", "deadweight", "0,5"), ("cautious", "decay_per_year", "0,2"))
    got = read_parameters(rows, "cautious")
    assert (got.scenario, got.deadweight, got.decay_per_year) == ("cautious", 0, 0.2)


def test_scenarios_are_named_in_their_order():
    rows = table(*((name, "seed", "1") for name in ("hopeful", "base", "hopeful")))
    assert scenarios(rows) == ["hopeful", "base"]
    assert scenarios(None) == ["base"]


def test_unknown_scenario_is_refused_with_the_nearest_known_one():
    (fault,) = faults_of(table(("cautious", "seed", "1")), "cautios")
    assert fault.found == "no rows of the scenario cautios"
    assert fault.todo.startswith("Did you mean 'cautious'?")


def test_faults_of_another_scenario_do_not_matter():
    rows = table(("base", "seed", "2"), ("draft", "seed", "?"))
    assert read_parameters(rows).seed == 2


# Ranges


def test_range_of_one_end_goes_to_the_value():
    rows = table(
        ("base", "deadweight", "0,5", 0.3, 0.7),
        ("base", "displacement", "0,1", None, 0.2),
        ("base", "optimism_bias", "0,1", 0.0, None),
        ("base", "decay_per_year", "0,1", None, None),
    )
    assert read_parameters(rows).ranges == {
        "deadweight": (0.3, 0.7),
        "displacement": (0.1, 0.2),
        "optimism_bias": (0.0, 0.1),
    }


@pytest.mark.parametrize(
    ("row", "columns"),
    [
        (("deadweight", "0,5", 0.6, None), ["Lägsta"]),
        (("deadweight", "0,5", None, 0.4), ["Högsta"]),
        (("deadweight", "0,5", 0.6, 0.4), ["Lägsta", "Högsta"]),
        (("deadweight", "0,5", None, 50.0), ["Högsta"]),
        (("seed", "1", 1.0, 2.0), ["Lägsta, Högsta"]),
        (("payback_rounding", "ceil", None, 1.0), ["Högsta"]),
    ],
)
def test_range_that_cannot_be_used_is_a_fault(row, columns):
    assert [fault.column for fault in faults_of(table(("base", *row)))] == columns


def test_value_at_the_end_of_its_range_is_no_fault():
    rows = table(("base", "deadweight", "0,5", 0.5, 0.5))
    assert read_parameters(rows).ranges == {"deadweight": (0.5, 0.5)}


# What the appraisal gets


def test_assumptions_are_those_of_the_scenario():
    rows = base(
        discount_rate="0,01",
        decay_per_year="0,02",
        deadweight="0,03",
        displacement="0,04",
        optimism_bias="0,05",
    )
    exp = Assumptions(discount=0.01, decay=0.02, deadweight=0.03, displacement=0.04, optimism=0.05)
    assert read_parameters(rows).assumptions() == exp


def test_ranges_of_assumptions_go_by_their_names():
    rows = table(
        ("base", "optimism_bias", "0,1", 0.0, 0.2), ("base", "tax_region", "0,1", 0.1, 0.2)
    )
    got = read_parameters(rows).assumption_ranges()
    assert list(got.index) == [field.name for field in fields(Assumptions)]
    assert got.loc["optimism"].tolist() == [0.1, 0.0, 0.2]
    assert got.loc["discount", "value"] == 0.035
    assert got.loc["discount", ["low", "high"]].isna().all()


def test_parameters_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Parameters().seed = 2


# As delivered


def test_rule_of_the_table_knows_every_name():
    import json

    rules = json.loads((EXPECTATIONS / "modellparametrar.json").read_text("utf-8"))["expectations"]
    (named,) = [rule["kwargs"] for rule in rules if rule["type"].endswith("to_be_in_set")]
    assert sorted(named["value_set"]) == sorted(NAMES)


def delivered(folder, text):
    """Return the table as processed from a delivered file."""
    (folder / "wave-00").mkdir()
    (folder / "wave-00" / "modellparametrar.csv").write_text(text, encoding="utf-8")
    study = Study(name="s", title="T", waves=[0], groups=[{"id": "A"}])
    read = read_deliveries(study, folder, 0)
    assert read.faults == []
    return pseudonymise(read.tables, b"key", {"A": "A"})["modellparametrar"]


def test_file_without_ranges_is_still_read(tmp_path):
    rows = delivered(tmp_path, "Scenario;Namn;Värde\nbase;seed;7\nbase;deadweight;0,25\n")
    got = read_parameters(rows)
    assert (got.seed, got.deadweight, got.ranges) == (7, 0.25, {})


def test_file_with_ranges_is_read(tmp_path):
    text = "Scenario;Namn;Värde;Lägsta;Högsta\nbase;deadweight;0,25;0,1;\n"
    assert read_parameters(delivered(tmp_path, text)).ranges == {"deadweight": (0.1, 0.25)}


def test_template_is_read_once_its_rates_are_filled_in(tmp_path):
    text = (ROOT / "data/prices/modellparametrar.csv").read_text("utf-8-sig")
    assert [fault.column for fault in faults_of(delivered(tmp_path, text))] == ["Värde"] * 2
    filled = text.replace("tax_municipal;", "tax_municipal;0,2").replace(
        "tax_region;", "tax_region;0,1"
    )
    (tmp_path / "filled").mkdir()
    got = read_parameters(delivered(tmp_path / "filled", filled))
    defaults = Parameters(employer_contribution=0.3142, tax_municipal=0.2, tax_region=0.1)
    assert got == defaults
