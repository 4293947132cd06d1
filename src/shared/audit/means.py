"""Means, medians and rates: what they tell of the people behind them, and of how many these are.

Source: Hundepool et al. (2024), Handbook on Statistical Disclosure Control, 2nd ed., sections 5.7
(means beside hidden counts) and 6.6 (order statistics); Garwood (1936) for the interval of a rate.
"""

from collections.abc import Iterator

import numpy as np

from shared.audit.figures import ALL, GROUP, PEOPLE, Row, limits, rounding, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication
from shared.estimates.rates import poisson_rate

LEAST = 20  # people of whom a median, a quartile or a standard deviation may be told
EXTREMES = frozenset(
    {"largest", "longest", "max", "maximum", "min", "minimum", "shortest", "smallest"}
)
ORDERED = frozenset({"lower_quartile", "median", "middle", "p25", "p50", "p75", "upper_quartile"})
SPREAD = frozenset({"sd", "standard_deviation", "std", "variance"})
AVERAGES = ("mean", "share", "rate")
GENDERS = ("woman", "man")
MOST = 2000  # greatest number of events to try
AMOUNTS = frozenset({"change", "days", "money", "months", "number", "score"})


def own_values(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find least and greatest values, and medians, quartiles and spreads of few people.

    Each of the first is somebody's own value; of few people, so are the others, or nearly.
    """
    if knowledge.mode == "open":
        return []
    found = []
    for row in rows(publication):
        if row.table["unit"] not in PEOPLE:
            continue
        kinds = {column["name"]: column["kind"] for column in row.table["columns"]}
        for name in (name for name, kind in kinds.items() if kind in AMOUNTS):
            if says := _own(row, name):
                found.append(Finding("own value", row.place, f"{row.about}: {says}"))
    return found


def counts_from_means(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find hidden numbers of women and men that follow from the means of women, men and all.

    The mean of all is the two means weighted by how many they are; every split of the total that
    gives it is tried. A hidden number must be possible from 1 to the threshold.
    """
    tables: dict[tuple, dict[str, Row]] = {}
    for row in rows(publication, units=PEOPLE):
        if "gender" in row.values:
            besides = tuple(item for item in row.keys.items() if item[0] != "gender")
            tables.setdefault((row.place, besides), {})[row.values["gender"]] = row
    return [
        finding
        for table in tables.values()
        if {*GENDERS, ALL} <= set(table) and not _someone(table.get("unknown"))
        for average in AVERAGES
        for finding in _split(table, average, knowledge)
    ]


def sums_from_means(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find hidden sums that are a shown mean times the number of people beside it."""
    del knowledge  # a sum is hidden whatever the reader knows
    found = []
    for row in rows(publication, units=PEOPLE):
        n, mean = row.number_of("n"), row.number_of("mean")
        hidden = row.hidden & {"sum", "total"}
        if n and mean is not None and hidden:
            says = f"{row.about}: mean times n is a sum that is hidden; hide the mean or band n"
            derivation = f"{mean:g} x {n:g} = {mean * n:g}"
            found.append(Finding("sum from mean", row.place, says, derivation))
    return found


def counts_from_rates(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find numbers of events that follow from a rate, though hidden or told as a band.

    The limits of a rate relative to it tell how many events it rests on, whatever the time; where
    the time is shown, rate times time is the number itself.
    """
    found = []
    for row in rows(publication, units=PEOPLE):
        if row.number_of("rate") is None or row.number_of("n") is not None:
            continue
        if row.values.get(GROUP) == ALL:
            continue
        events = events_of_rate(row)
        least, most = limits(row.values.get("n")) or (1, knowledge.threshold)
        one = len(events) == 1
        if one or (len(events) and row.values.get("n") is None and events[0] >= most):
            says = f"{row.about}: how many there are follows from the rate; tell it in fewer digits"
            derivation = f"rate {row.values['rate']}: {events[0]} to {events[-1]} (told {least:g}+)"
            found.append(Finding("count from rate", row.place, says, derivation))
    return found


def events_of_rate(row: Row) -> np.ndarray:
    """Return every number of events that gives the row's rate and limits, int, ascending."""
    names = [name for name in ("rate", "rate_low", "rate_high") if row.number_of(name) is not None]
    half, rate = rounding(row.table, names), row.values["rate"]
    least, most = limits(row.values.get("n")) or (1, MOST)
    events = np.arange(max(least, 1), min(most, MOST) + 1).astype(int)
    months = row.number_of("months")
    if months:
        return events[np.abs(events / months - rate) <= half]
    if len(names) < 3 or rate <= half:
        return events
    fits = np.full(len(events), True)
    unit = poisson_rate(list(events), list(events))  # limits of a rate of 1
    for name, limit in (("rate_low", "low"), ("rate_high", "high")):
        factor = unit[limit].to_numpy()
        fits &= (factor * (rate - half) <= row.values[name] + half).astype(bool)
        fits &= (factor * (rate + half) >= row.values[name] - half).astype(bool)
    return events[fits]


def women_from_means(
    women: float, men: float, all_: float, n: int, half: float
) -> tuple[int, int] | None:
    """Return the least and greatest number of women among ``n`` that gives the three means.

    women, men, all_ : means as shown; the truth is within ``half`` of each. None: no number fits.
    """
    split = np.arange(n + 1)
    lowest = (split * (women - half) + (n - split) * (men - half)) / n
    fits = np.flatnonzero(
        (lowest <= all_ + half + 1e-12) & (lowest + 2 * half >= all_ - half - 1e-12)
    )
    return (int(fits[0]), int(fits[-1])) if len(fits) else None


def _own(row: Row, name: str) -> str:
    if row.number_of(name) is None:
        return ""
    if name in EXTREMES:
        return f"{name} is somebody's own value; leave it out"
    n = limits(row.values.get("n"))
    # A spread that is 0 tells every value, of however many.
    if name in SPREAD and row.values[name] == 0:
        return f"{name} 0 says that all have the same value; hide it"
    if name in ORDERED | SPREAD and n and 0 < n[0] < LEAST:
        return f"{name} is of fewer than {LEAST}; hide it"
    return ""


def _someone(row: Row | None) -> bool:
    return row is not None and row.values.get("n") != 0


def _split(table: dict[str, Row], average: str, knowledge: Knowledge) -> Iterator[Finding]:
    told = [table[gender].number_of(average) for gender in (*GENDERS, ALL)]
    total = table[ALL].number_of("n")
    women, men, everybody = told
    if not total or women is None or men is None or everybody is None:
        return
    if not any(table[gender].number_of("n") is None for gender in GENDERS):
        return
    half = rounding(table[ALL].table, [average])
    found = women_from_means(women, men, everybody, int(total), half)
    if found is None:
        return
    men_found = (int(total) - found[1], int(total) - found[0])
    for least, most in (found, men_found):
        if least == most or least > 1 or most < knowledge.threshold:
            says = f"{table[ALL].about}: how many are women follows from the three means; hide two"
            derivation = f"{everybody:g} of {women:g} and {men:g}: {found[0]} to {found[1]} women"
            yield Finding("count from means", table[ALL].place, says, derivation)
            return
