"""The invented prices: complete, balanced, and moved to one year by the index."""

import pytest

from shared.demo import prices
from shared.economics.exposure import statuses
from shared.economics.parameters import read_parameters
from shared.economics.prices import not_priced, price_flows, require_prices


@pytest.fixture(scope="module")
def flows():
    parameters = read_parameters(prices.model_parameters())
    return price_flows(prices.unit_prices(), parameters, None, prices.price_index())


def test_every_status_that_must_have_a_price_has_one(flows):
    require_prices(flows, statuses())
    assert not_priced(prices.unit_prices()).empty


def test_employer_pays_for_work_exactly_what_it_is_worth(flows):
    # 27 000 kr in wage and 0.3142 of it in contribution: 35 483.4 kr.
    work = flows[flows["status"] == "employed"]
    assert work.loc[work["kind"] == "production", "sek"].item() == pytest.approx(35_483.4)
    assert work.loc[work["payer"] == "employer", "sek"].sum() == pytest.approx(35_483.4)


def test_prices_of_2016_are_moved_to_2017(flows):
    casework = flows.set_index("price_id").loc["casework_jobseeking"]
    assert casework["sek"] == pytest.approx(1_300 * 103.4 / 101.6)
    assert set(flows["price_year"]) == {2017}


@pytest.mark.parametrize("scenario", ["base", "cautious", "hopeful"])
def test_every_scenario_can_be_read_and_has_its_ranges(scenario):
    parameters = read_parameters(prices.model_parameters(), scenario)
    uncertain = {"deadweight", "displacement", "decay_per_year", "optimism_bias"}
    assert set(parameters.ranges) == uncertain
    assert parameters.tax_municipal + parameters.tax_region == pytest.approx(0.322)


def test_cautious_gains_less_than_base_and_hopeful_more():
    found = [
        read_parameters(prices.model_parameters(), scenario)
        for scenario in ("cautious", "base", "hopeful")
    ]
    for name in ("deadweight", "displacement", "decay_per_year", "optimism_bias"):
        cautious, base, hopeful = (getattr(one, name) for one in found)
        assert cautious > base > hopeful
