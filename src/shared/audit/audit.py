"""Every attack on a publication, one after another, and how long each took."""

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from shared.audit import (
    across,
    charts,
    counts_attack,
    counts_shown,
    identifiers,
    labels,
    letter_order,
    linkage,
    machine,
    means,
    money_attack,
    percentages,
    places_named,
    prose,
    residue,
    survey_attack,
    symbols,
    waves_attack,
)
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication

Check = Callable[[Publication, Knowledge], list[Finding]]

CHECKS: dict[str, Check] = {
    "small counts": counts_shown.small_counts,
    "counts without table": counts_shown.counts_without_table,
    "counts that disagree": counts_shown.counts_disagree,
    "untrue counts": counts_shown.untrue_counts,
    "hidden counts, all pages together": counts_attack.derived_counts,
    "hidden counts, to insiders": counts_attack.insiders,
    "all of a few": counts_attack.unanimous_counts,
    "all groups less the shown": counts_attack.few_left,
    "earlier publications, counts": across.changed_counts,
    "earlier publications, hidden in one": across.shown_before,
    "hidden counts, all waves together": waves_attack.derived_over_waves,
    "shares of counts": percentages.share_of_counts,
    "counts from shares": percentages.counts_from_shares,
    "bases from shares": percentages.bases_from_shares,
    "shares told twice": percentages.shares_told_twice,
    "values of one": means.own_values,
    "counts from means": means.counts_from_means,
    "sums from means": means.sums_from_means,
    "counts from rates": means.counts_from_rates,
    "sums of few": money_attack.sums_of_few,
    "counts from costs": money_attack.counts_from_costs,
    "costs of one": money_attack.costs_of_one,
    "profiles of letters": labels.profiles,
    "sizes of letters": labels.sizes,
    "order of letters": letter_order.letter_order,
    "letters kept": linkage.letters_kept,
    "letters linked": linkage.letters_linked,
    "few answers": survey_attack.few_answers,
    "answers by party": survey_attack.party_split,
    "unanimous answers": survey_attack.unanimous,
    "few left out": survey_attack.few_left_out,
    "marks": symbols.other_marks,
    "reasons": symbols.other_reasons,
    "order of rows": symbols.sorted_by_hidden,
    "charts with data": charts.drawn_data,
    "charts without table": charts.charts_without_table,
    "hidden in pictures": charts.pictures,
    "numbers in prose": prose.numbers_in_prose,
    "few in words": prose.few_in_words,
    "hidden elements": residue.hidden_elements,
    "comments in the source": residue.comments,
    "notebook traces": residue.notebook_traces,
    "machine traces": machine.machine_traces,
    "outside resources": machine.fetched_resources,
    "foreign files": machine.foreign_files,
    "entries of the zip": machine.zip_entries,
    "numbers of people": identifiers.numbers_of_people,
    "names": identifiers.known_names,
    "dates of people": identifiers.dates_of_people,
    "own words": identifiers.raw_answers,
    "municipalities": places_named.municipalities,
    "codes of municipalities": places_named.municipality_codes,
}

# What only somebody who is alone in a hidden cell could learn. The protection prevents it as far as
# it can (decision 0013), and these are told for a person to judge, not refused.
WARNED = ("hidden counts, to insiders",)


@dataclass(frozen=True)
class Report:
    """What was found, what is to be judged by a person, and the seconds that each check took."""

    findings: list[Finding]
    warnings: list[Finding]
    seconds: dict[str, float]


def attack(publication: Publication, knowledge: Knowledge, step: Callable[[str], object]) -> Report:
    """Run every check; ``step`` is told the name of each before it starts."""
    findings: list[Finding] = []
    warnings: list[Finding] = []
    seconds = {}
    for name, check in CHECKS.items():
        step(name)
        start = perf_counter()
        (warnings if name in WARNED else findings).extend(check(publication, knowledge))
        seconds[name] = perf_counter() - start
    return Report(findings, warnings, seconds)
