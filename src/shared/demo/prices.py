"""Unit prices, the index they move by, and the parameters of the model: all of it invented."""

import pandas as pd

from shared.sources.dictionary import code_lists

SOURCE = "Påhittat för demonstration"
PRICE_YEAR = 2017
INDEX = "DEMO"  # the series by which every price moves to another year
INDEX_VALUES = {2015: 100.0, 2016: 101.6, 2017: 103.4}
# Income source: kronor a month, who pays, whether it is taxed (as Swedish law has it)
SUPPORT = {
    "sickness_benefit": (14_200, "fk", True),
    "activity_compensation": (10_400, "fk", True),
    "sickness_compensation": (12_100, "fk", True),
    "unemployment_insurance": (15_800, "state", True),
    "activity_support": (11_300, "state", True),
    "establishment_benefit": (6_800, "state", False),
    "social_assistance": (8_900, "municipality", False),
    "student_aid": (3_100, "state", False),
    "other": (7_500, "state", False),
}
CONTRIBUTION = 0.3142
WAGE = 27_000.0  # a month of full-time work, before tax
WORK = {  # price: label, kind, payer, payee, kronor a month of full-time work
    "wage_full_time": ("Lön, heltidsarbete", "transfer", "employer", "individual", WAGE),
    "production_full_time": (
        "Produktionsvärde, heltidsarbete",
        "production",
        "outside",
        "employer",
        WAGE * (1 + CONTRIBUTION),  # what the employer pays for the work
    ),
}
# Price: label, status, who pays, kronor a month, price year
RESOURCES = {
    "care_sick_listed": ("Vård av sjukskriven", "sick_listed", "region", 2_600, 2017),
    "casework_assistance": (
        "Handläggning av försörjningsstöd",
        "social_assistance",
        "municipality",
        1_900,
        2016,
    ),
    "casework_jobseeking": ("Handläggning av arbetssökande", "jobseeking", "af", 1_300, 2016),
    "work_training_place": ("Plats i arbetsträning", "work_training", "af", 5_200, 2017),
    "casework_sickness": ("Handläggning av sjukpenning", "sickness_benefit", "fk", 1_100, 2016),
}
RANGES = {"transfer": 0.1, "production": 0.1, "real_resource": 0.3}  # share up and down
FIXED = {  # parameters that all scenarios share
    "discount_rate": 0.035,
    "horizon_years": 5,
    "employer_contribution": CONTRIBUTION,
    "tax_municipal": 0.2070,
    "tax_region": 0.1150,
    "n_draws": 2000,
    "seed": 2016,
    "min_cell_n": 5,
    "payback_rounding": "ceil",
}
UNCERTAIN = ("deadweight", "displacement", "decay_per_year", "optimism_bias")
SCENARIOS = {  # value, lowest and highest of each uncertain parameter
    "base": ((0.50, 0.30, 0.70), (0.05, 0.00, 0.15), (0.15, 0.05, 0.30), (0.15, 0.05, 0.25)),
    "cautious": ((0.65, 0.50, 0.80), (0.15, 0.05, 0.30), (0.30, 0.15, 0.45), (0.25, 0.15, 0.40)),
    "hopeful": ((0.30, 0.15, 0.50), (0.00, 0.00, 0.10), (0.05, 0.00, 0.15), (0.05, 0.00, 0.15)),
}


def unit_prices() -> pd.DataFrame:
    """Return apriser: one flow of money a month per row, for each month of a status."""
    names = {code: item.label for code, item in code_lists()["income_source"].items()}
    rows: list[tuple] = [
        (code, code, names[code], sek, payer, "individual", "transfer", taxed, PRICE_YEAR)
        for code, (sek, payer, taxed) in SUPPORT.items()
    ]
    rows += [
        (price, "employed", label, sek, payer, payee, kind, kind == "transfer", PRICE_YEAR)
        for price, (label, kind, payer, payee, sek) in WORK.items()
    ]
    rows += [
        (price, status, label, sek, payer, "outside", "real_resource", False, year)
        for price, (label, status, payer, sek, year) in RESOURCES.items()
    ]
    columns = ["price_id", "status", "label_sv", "sek", "payer", "payee", "kind", "taxable"]
    frame = pd.DataFrame(rows, columns=[*columns, "price_year"]).astype({"sek": float})
    spread = frame["sek"] * frame["kind"].map(RANGES)
    limits = {"low": frame["sek"] - spread, "high": frame["sek"] + spread}
    return frame.assign(**limits, unit="month", source=SOURCE, index_series=INDEX)


def price_index() -> pd.DataFrame:
    """Return prisindex: the invented series of the unit prices and the costs."""
    frame = pd.DataFrame(list(INDEX_VALUES.items()), columns=["year", "value"])
    return frame.assign(index_series=INDEX, source=SOURCE)


def model_parameters() -> pd.DataFrame:
    """Return modellparametrar: every parameter of each scenario, with ranges where it has one."""
    names = ["name", "value", "low", "high"]
    fixed = pd.DataFrame([(name, value, None, None) for name, value in FIXED.items()])
    parts = []
    for scenario, ranges in SCENARIOS.items():
        pairs = zip(UNCERTAIN, ranges, strict=True)
        uncertain = pd.DataFrame([(name, *values) for name, values in pairs])
        parts.append(
            pd.concat([fixed, uncertain]).set_axis(names, axis=1).assign(scenario=scenario)
        )
    frame = pd.concat(parts, ignore_index=True).astype({"low": float, "high": float})
    return frame.assign(value=frame["value"].astype(str), source=SOURCE)
