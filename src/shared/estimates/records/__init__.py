"""What each question counts: one row per answer, case, participation or follow-up.

Processed tables become records with the few categories that the reports use. Every table of counts
(``disclosure/tables.yml``) and most estimates start from one of these.
"""

from collections.abc import Callable, Iterable

import pandas as pd

from shared.estimates.records import cases, followups, histories, register, survey
from shared.study import Study

Tables = dict[str, pd.DataFrame]
SPELLS = ("statusspell", "deltaganden")
# kind: what makes it, and the tables that it needs
KINDS: dict[str, tuple[Callable[[Tables, Study, int], pd.DataFrame], tuple[str, ...]]] = {
    "sent": (survey.sent, ("enkatutskick",)),
    "answers": (survey.answers, ("processenkat", "enkatfragor")),
    "respondents": (survey.respondents, ("processenkat", "enkatfragor")),
    "changes": (survey.changes, ("processenkat", "enkatfragor")),
    "cases": (cases.cases, ("koordinatorlogg",)),
    "case_actions": (cases.case_actions, ("koordinatorlogg",)),
    "participations": (register.participations, ("deltaganden",)),
    "people": (register.people, ("deltaganden",)),
    "followups": (followups.followups, ("uppfoljning", "deltaganden")),
    "states": (histories.states, SPELLS),
    "ways": (histories.ways, SPELLS),
    "durability": (histories.durability, SPELLS),
    "first_events": (histories.first_events, SPELLS),
    "left_out": (lambda tables, study, wave: tables["left_out"], ("left_out",)),
}


def records(
    tables: Tables, study: Study, wave: int, kinds: Iterable[str] = KINDS
) -> dict[str, pd.DataFrame]:
    """Return the records of every kind, or of these, whose source tables are there.

    ``study`` may be the real one or the public one of a manifest. Each frame has ``lokus_id``.
    """
    found = {}
    for kind in kinds:
        build, sources = KINDS[kind]
        if all(source in tables for source in sources):
            found[kind] = build(tables, study, wave)
    return found
