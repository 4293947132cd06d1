"""A study to follow with a calculator: whole years in one status, round prices, four people.

The year before entry is 2015, the year after exit begins on 1 July 2016, and all is known. Of the
usual four, ``a`` goes from social assistance to work, ``b`` stays on sick leave, ``c`` goes from
social assistance to work half time, and ``d`` from sick leave to social assistance, after two
participations. A year in each status moves (thousands of kr; taxes 20 and 10 %, contribution 30 %):

assisted : municipality 120 to the individual.
sick     : FK 144 to the individual, who pays 28.8 and 14.4 in taxes; care costs the region 24.
work     : employer 240 to the individual, who pays 48 and 24; employer 72 to the state, and gets a
           production of 360.
"""

from datetime import date

import pandas as pd
import pytest

from shared.identity.pseudonymise import pseudonymise
from shared.sources.dictionary import tables as dictionary
from shared.sources.values import DTYPES
from shared.study import Study

LIVES = {  # income, occupation and extent
    "assisted": ("social_assistance", "jobseeking", None),
    "sick": ("sickness_benefit", "sick_listed", None),
    "work": ("no_public", "employed", 100),
    "half": ("no_public", "employed", 50),
}
FOUR = (
    *(("a", "assisted", "work"), ("b", "sick", "sick")),
    *(("c", "assisted", "half"), ("d", "sick", "assisted")),
)
START, BREAK, AGAIN, END = "2016-01-01", "2016-03-01", "2016-05-01", "2016-07-01"
LONG_AGO, EVER = "2014-01-01", "2019-01-01"
USUAL = {"unit": "month", "source": "S", "price_year": 2017}
PRICES = {  # price: status, kr, who, kind, taxable
    "assistance": ("social_assistance", 10_000, "municipality", "transfer", False),
    "sickness": ("sickness_benefit", 12_000, "fk", "transfer", True),
    "wage": ("employed", 20_000, "employer", "transfer", True),
    "production": ("employed", 30_000, "employer", "production", False),
    "care": ("sick_listed", 2_000, "region", "real_resource", False),
}
RATES = {"tax_municipal": 0.2, "tax_region": 0.1, "employer_contribution": 0.3}
PLAIN = {"discount_rate": 0, "n_draws": 500, "seed": 1, **RATES}
COSTS = (  # who paid, kr, whether it was time given in kind
    ("samordningsforbund", 400_000, False),
    ("municipality", 40_000, True),
    ("other", 10_000, False),
)


@pytest.fixture(scope="session")
def processed():
    """Return a function that builds a table of group A by name from rows, as processed ones are."""

    def build(name, *rows):
        types = {column.name: column.type for column in dictionary()[name].columns}
        frame = pd.DataFrame(rows, columns=list(dict.fromkeys(key for row in rows for key in row)))
        if "lokus_id" in types:
            frame["lokus_id"] = "A"
        frame = frame.astype({key: DTYPES.get(types[key], "str") for key in frame})
        table = pseudonymise({name: frame}, b"key", {"A": "A"})[name]
        raw = [key for key in ("person_id", "participation_id") if key in frame]
        return table.assign(**{key: frame[key] for key in raw})  # a reader wants to know who is who

    return build


@pytest.fixture(scope="session")
def case(processed):
    """Return a function that builds the tables of a study, and the study."""

    def build(
        people=FOUR,
        twice=("d",),
        ranges=None,  # price or parameter: low and high
        scenarios=None,  # scenario: what it has else than the plain one
        costs=COSTS,
        economics=None,
        **parameters,
    ):
        ranges = ranges or {}
        known = {"base": PLAIN | parameters} | {
            name: PLAIN | parameters | given for name, given in (scenarios or {}).items()
        }
        tables = {
            "deltaganden": processed("deltaganden", *_participations(people, twice)),
            "statusspell": processed("statusspell", *_spells(people)),
            "apriser": processed("apriser", *_prices(ranges)),
            "modellparametrar": processed("modellparametrar", *_parameters(known, ranges)),
            "kostnader": processed("kostnader", *map(_cost, range(len(costs)), costs)),
        }
        settings = {"window_months": 12} | (economics or {})
        study = {"name": "s", "title": "S", "waves": {18: date(2018, 1, 1)}}
        return tables, Study(**study, groups=[{"id": "A"}], economics=settings)

    return build


def _participations(people, twice):
    periods = {False: [(START, END)], True: [(START, BREAK), (AGAIN, END)]}
    return [
        {
            "participation_id": f"{person}{number}",
            "person_id": person,
            "start_on": pd.Timestamp(start),
            "end_on": pd.Timestamp(end),
        }
        for person, *_ in people
        for number, (start, end) in enumerate(periods[person in twice])
    ]


def _spells(people):
    rows = [
        (person, domain, value, extent if value == "employed" else None, *period)
        for person, *lives in people
        for life, period in zip(lives, ((LONG_AGO, START), (START, EVER)), strict=True)
        for domain, value, extent in _domains(*LIVES[life])
    ]
    names = ["person_id", "domain", "value", "extent_pct", "from_on", "to_on"]
    return [
        dict(zip(names, row, strict=True)) | {"spell_no": number}
        for number, row in enumerate(rows, 1)
    ]


def _domains(income, occupation, extent):
    return [("income", income, None), ("occupation", occupation, extent)]


def _prices(ranges):
    names = ["status", "sek", "payer", "kind", "taxable"]
    return [
        {"price_id": price, "label_sv": f"L {price}"}
        | dict(zip(names, given, strict=True))
        | dict(zip(["low", "high"], ranges.get(price, (None, None)), strict=True))
        | USUAL
        for price, given in PRICES.items()
    ]


def _parameters(known, ranges):
    return [
        {"scenario": scenario, "name": name, "value": str(value)}
        | dict(zip(["low", "high"], ranges.get(name, (None, None)), strict=True))
        for scenario, given in known.items()
        for name, value in given.items()
    ]


def _cost(number, given):
    funder, kr, in_kind = given
    return {
        "cost_id": f"K{number}",
        "cost_type": "in_kind_time" if in_kind else "addon_resource",
        "funder": funder,
        "budget_sek": kr,
        "actual_sek": kr,
        "in_kind": in_kind,
        "price_year": 2017,
    }
