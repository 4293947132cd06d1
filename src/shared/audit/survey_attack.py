"""The survey: few who know one another answer, and each of them knows his or her own answer.

Source: docs of survey vendors agree on five answers; Lupp and Langsrud (2021), "Suppression of
directly-disclosive cells in frequency tables", Journal of Privacy and Confidentiality 11(1), for
what is said of all being said of each.
"""

from shared.audit.figures import ALL, SURVEY, Row, columns_of, limits, rows
from shared.audit.finding import Finding
from shared.audit.knowledge import Knowledge
from shared.audit.published import Publication

FEW_LEFT = (1, 2)  # who did not answer, and is known to the others
NEARLY = 0.95  # a rough share from here on is told as all
POOLED = 20  # answers from which on one that all give is no longer about each of a few


def few_answers(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find figures of a survey that rest on fewer answers than the threshold."""
    if knowledge.mode == "open":
        return []
    found = []
    for row in rows(publication, units=SURVEY):
        n = limits(row.values.get("n"))
        if n and 0 < n[1] < knowledge.threshold and _figures(row):
            says = f"{row.about}: of fewer than {knowledge.threshold} answers; hide it"
            found.append(Finding("few answers", row.place, says))
    return found


def party_split(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find answers by party on a group's page: a party is often one person there."""
    if knowledge.mode == "open":
        return []
    found = []
    for row in rows(publication, units=SURVEY, groups=True):
        party = row.values.get("party", ALL)
        if party != ALL and (_figures(row) or row.number_of("n")):
            says = f"{row.about}: answers of one party in a group; tell them for all groups only"
            found.append(Finding("answers by party", row.place, says))
    return found


def unanimous(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find what all or none of a few answered: it is then known of each of them."""
    if knowledge.mode == "open":
        return []
    found = []
    for row in rows(publication, units=SURVEY - {"questionnaires"}):
        n = limits(row.values.get("n"))
        if n and n[0] >= POOLED:
            continue
        exact = [c for c in columns_of(row.table, "share") if row.number_of(c) in (0, 1)]
        rough = [c for c in columns_of(row.table, "rough") if (row.number_of(c) or 0) >= NEARLY]
        shown = [c for c in exact + rough if not c.endswith(("low", "high"))]
        if shown:
            says = f"{row.about}: {', '.join(shown)} is said of each who answered; hide it"
            found.append(Finding("unanimous answers", row.place, says))
    return found


def few_left_out(publication: Publication, knowledge: Knowledge) -> list[Finding]:
    """Find groups in which one or two of those asked did not answer, and that is shown.

    How many were asked is shown as questionnaires sent; how many answered there, or as the number
    of respondents behind another figure of the page.
    """
    if knowledge.mode == "open":
        return []
    found = []
    sent: dict[tuple, float] = {}
    for row in rows(publication, units={"questionnaires"}, groups=True):
        asked, answered = row.number_of("n"), row.number_of("count")
        if asked and {"instrument", "wave"} <= set(row.values):
            sent[row.page.path, row.values["instrument"], row.values["wave"]] = asked
        if asked and answered is not None and asked - answered in FEW_LEFT:
            found.append(_left_out(row, asked, answered))
    for row in rows(publication, units={"respondents"}, groups=True):
        place = (row.page.path, row.values.get("instrument", "process"), row.values.get("wave"))
        answered = row.number_of("n")
        if place in sent and answered and sent[place] - answered in FEW_LEFT:
            found.append(_left_out(row, sent[place], answered))
    return found


def _left_out(row: Row, asked: float, answered: float) -> Finding:
    says = f"{row.about}: who of those asked did not answer can be guessed; band or hide n"
    derivation = f"{asked:g} - {answered:g} = {asked - answered:g}"
    return Finding("few did not answer", row.place, says, derivation)


def _figures(row: Row) -> bool:
    """Whether the row tells anything besides what it is about and its n."""
    names = [c["name"] for c in row.table["columns"] if not c.get("key") and c["name"] != "n"]
    return any(row.number_of(name) is not None for name in names)
