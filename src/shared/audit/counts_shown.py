"""Counts as they are told: small, of no declared table, contradictory or untrue."""

from shared.audit.cells import cells, unplaced
from shared.audit.derive import Attacker
from shared.audit.figures import PEOPLE, columns_of, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication
from shared.audit.system import system
from shared.audit.truth import true_counts

NOT_PEOPLE = ("k", "df")  # counts of items and of degrees of freedom


def small_counts(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find shown counts below the threshold; where counts are rounded, those that are not."""
    if knowledge.mode == "open":
        return []
    found = []
    for row in rows(publication, units=PEOPLE):
        for column in columns_of(row.table, "count"):
            number = row.number_of(column)
            if number is None or column in NOT_PEOPLE or column in row.hidden:
                continue
            if knowledge.mode == "round" and number % knowledge.base:
                says = f"{row.about}, {column}: not a multiple of {knowledge.base}; round it"
            elif knowledge.mode == "suppress" and 0 < number < knowledge.threshold:
                says = f"{row.about}, {column}: a count below {knowledge.threshold}; hide it"
            else:
                continue
            found.append(Finding("small count", row.place, says))
    return found


def counts_without_table(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts that are of no cell of a declared table: nothing protects them."""
    if knowledge.mode == "open":
        return []
    says = "{}, {}: not a cell of a declared table; declare it, or take it away"
    return [
        Finding("count without table", row.place, says.format(row.about, column))
        for row, column in unplaced(publication)
    ]


def counts_disagree(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find counts that are told differently in two places, or that do not add up."""
    if knowledge.mode == "round":
        return []
    known = system(cells(publication))
    todo = "make all pages again from the same data"
    found = [
        Finding("counts disagree", two.place, f"{two.address}: other than in {one.place}; {todo}")
        for one, two in known.clashes
    ]
    says = f"{{}}: is not the sum of what is shown of its parts; {todo}"
    wrong = Attacker(known).contradictions()
    return found + [Finding("counts disagree", "all pages", says.format(name)) for name in wrong]


def untrue_counts(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find shown counts that are not those of the processed tables, or their rounding."""
    if knowledge.data is None:
        return []
    truth = true_counts(knowledge.data)
    kinds = {dict(which)["records"] for which in truth}
    slack = knowledge.base if knowledge.mode == "round" else 1
    says = "{}: not the count of the processed tables; make the page again"
    return [
        Finding("untrue count", cell.place, says.format(cell.address))
        for cell in cells(publication)
        if cell.exact is not None
        and cell.address.table.records in kinds
        and abs(cell.exact - truth.get(cell.address.counted, 0)) >= slack
    ]
