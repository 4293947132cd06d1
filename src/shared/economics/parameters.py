"""Parameters of the socioeconomic model: one scenario of ``modellparametrar``, read and checked.

A scenario stands by itself: what it does not name has the default below, not another scenario's
value. Tax rates and the employer's contribution have no default, since they differ by place and
year; they are needed only where a price is taxable.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple

import pandas as pd

from shared.economics.appraisal import Assumptions
from shared.faults import Fault, InputError, describe, nearest
from shared.sources.dictionary import Column
from shared.sources.values import parse

TABLE = "modellparametrar"
BASE = "base"
ROUNDINGS = ("ceil", "exact")
ASSUMED = {  # field of Assumptions: parameter
    "discount": "discount_rate",
    "decay": "decay_per_year",
    "deadweight": "deadweight",
    "displacement": "displacement",
    "optimism": "optimism_bias",
}
NO_PERCENT = "Write a decimal comma or point and no unit: 3,5 % is 0,035."


@dataclass(frozen=True)
class Parameters:
    """The model's parameters; shares are 0 to 1, and of a year where they are rates.

    discount_rate : real; 3.5 % is the Green Book's and the Danish rate, with 0 and 5 % beside it.
    horizon_years : years over which the gain is told.
    deadweight    : share of the gain that would have come anyway. Like ``displacement`` (share
                    taken from others) and ``optimism_bias`` it is 0 until someone has grounds for
                    a figure, so that what is shown is the gross change.
    decay_per_year : share of the gain that is lost with each further year.
    ranges        : lowest and highest value, of the parameters that have a range.
    """

    scenario: str = BASE
    discount_rate: float = 0.035
    horizon_years: float = 5.0
    deadweight: float = 0.0
    displacement: float = 0.0
    decay_per_year: float = 0.0
    optimism_bias: float = 0.0
    employer_contribution: float | None = None
    tax_municipal: float | None = None
    tax_region: float | None = None
    n_draws: int = 2000
    seed: int = 1
    min_cell_n: int = 5
    payback_rounding: Literal["ceil", "exact"] = "ceil"
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def assumptions(self) -> Assumptions:
        """Return what the appraisal makes of a yearly gain."""
        return Assumptions(**{field: getattr(self, name) for field, name in ASSUMED.items()})

    def assumption_ranges(self) -> pd.DataFrame:
        """Return value, low and high by name of an assumption; no range is missing low and high."""
        ends = {field: self.ranges.get(name, (None, None)) for field, name in ASSUMED.items()}
        table = pd.DataFrame.from_dict(ends, orient="index", columns=["low", "high"], dtype=float)
        table.insert(0, "value", [getattr(self, name) for name in ASSUMED.values()])
        return table


class Rule(NamedTuple):
    """What a parameter may be: in words, as a test, and whether it is a whole number."""

    allowed: str
    holds: Callable[[float], bool]
    whole: bool = False


SHARE = Rule("a share from 0 to 1, such as 0,035", lambda value: 0 <= value <= 1)
SHARES = (
    *("deadweight", "displacement", "decay_per_year", "optimism_bias"),
    *("employer_contribution", "tax_municipal", "tax_region"),
)
RULES = {
    **dict.fromkeys(SHARES, SHARE),
    "discount_rate": Rule("a share from 0 and below 1, such as 0,035", lambda rate: 0 <= rate < 1),
    "horizon_years": Rule("a number of years above 0", lambda value: value > 0),
    "n_draws": Rule("a whole number from 1", lambda value: value >= 1, whole=True),
    "seed": Rule("a whole number from 0", lambda value: value >= 0, whole=True),
    "min_cell_n": Rule("a whole number from 1", lambda value: value >= 1, whole=True),
}
NAMES = tuple(one.name for one in fields(Parameters) if one.name not in ("scenario", "ranges"))


def read_parameters(table: pd.DataFrame | None, scenario: str = BASE) -> Parameters:
    """Return the parameters of a scenario.

    table : ``modellparametrar``: scenario, name, value (text, decimal comma or point), and perhaps
            low and high. Without it, or without rows, only the base scenario is known, and it has
            the defaults.
    Of a range with one end given, the other end is the value.
    Raises ``InputError`` with every value that cannot be used, and for an unknown scenario.
    """
    known = scenarios(table)
    if scenario not in known:
        todo = f"{nearest(scenario, known)} Name another economics.scenario, or add its rows."
        found = f"no rows of the scenario {scenario}"
        raise InputError([Fault(found, f"one of {', '.join(known)}", todo.strip(), TABLE)])
    rows = [] if table is None else _rows(table[table["scenario"] == scenario])
    faults: list[Fault] = []
    values: dict[str, float | str] = {}
    ranges: dict[str, tuple[float, float]] = {}
    for row in rows:
        value = _value(row, faults)
        if value is None:
            continue
        values[row["name"]] = value
        if span := _range(row, value, faults):
            ranges[row["name"]] = span
    if faults:
        raise InputError(faults)
    return Parameters(scenario=scenario, ranges=ranges, **values)  # type: ignore[arg-type]


def scenarios(table: pd.DataFrame | None) -> list[str]:
    """Return the names of the scenarios in the order of the table; the base one if it is empty."""
    named = [] if table is None else table["scenario"].dropna().astype(str).unique().tolist()
    return named or [BASE]


def _rows(table: pd.DataFrame) -> list[dict]:
    """Return the rows with ``text``, and ``number``: read as the delivered tables' own are."""
    text = table["value"].astype("str").fillna("").str.strip()
    numbers, _ = parse(text, Column("Värde", "value", "float"))
    return table.assign(text=text, number=numbers.astype(float)).to_dict("records")


def _value(row: dict, faults: list[Fault]) -> float | str | None:
    """Return the value of a row, or None and a fault."""
    name, text, number = row["name"], row["text"], row["number"]
    if name not in NAMES:
        found = f"{describe(name)} as the name of a parameter"
        todo = nearest(str(name), list(NAMES))
        faults.append(Fault(found, ", ".join(NAMES), todo, TABLE, column="Namn"))
        return None
    if name == "payback_rounding":
        if text in ROUNDINGS:
            return text
        faults.append(_fault(row, "Värde", describe(text), f"one of {', '.join(ROUNDINGS)}", ""))
        return None
    rule = RULES[name]
    if pd.isna(number) or not rule.holds(number) or (rule.whole and not number.is_integer()):
        faults.append(_fault(row, "Värde", describe(text), rule.allowed, NO_PERCENT))
        return None
    return int(number) if rule.whole else number


def _range(row: dict, value: float | str, faults: list[Fault]) -> tuple[float, float] | None:
    """Return the range of a row that has one, or None; a wrong one is a fault."""
    ends = {"Lägsta": row.get("low"), "Högsta": row.get("high")}
    given = {
        column: float(end) for column, end in ends.items() if end is not None and pd.notna(end)
    }
    if not given:
        return None
    rule = RULES.get(row["name"])
    if isinstance(value, str) or rule is None or rule.whole:
        todo = "Leave Lägsta and Högsta empty."
        faults.append(_fault(row, ", ".join(given), "a range", "no range for this one", todo))
        return None
    low, high = given.get("Lägsta", value), given.get("Högsta", value)
    for column, end in given.items():
        if not rule.holds(end):
            faults.append(_fault(row, column, describe(end), rule.allowed, NO_PERCENT))
    if low > value:
        faults.append(_fault(row, "Lägsta", f"{describe(low)}, above the value", "at most it", ""))
    if high < value:
        faults.append(
            _fault(row, "Högsta", f"{describe(high)}, below the value", "at least it", "")
        )
    return low, high


def _fault(row: dict, column: str, found: str, allowed: str, todo: str) -> Fault:
    where = f"{found} for {row['name']} in the scenario {row['scenario']}"
    return Fault(where, allowed, todo, TABLE, column=column)
