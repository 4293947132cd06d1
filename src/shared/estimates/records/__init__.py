"""What each question counts: one row per answer, case, participation or follow-up.

Processed tables become records with the few categories that the reports use. Every table of counts
(``disclosure/tables.yml``) and most estimates start from one of these.
"""

from collections.abc import Callable

import pandas as pd

from shared.estimates.records import cases, register, survey
from shared.study import Study

Tables = dict[str, pd.DataFrame]
# kind: what makes it, and the tables that it needs
KINDS: dict[str, tuple[Callable[[Tables, Study, int], pd.DataFrame], tuple[str, ...]]] = {
    "sent": (survey.sent, ("enkatutskick",)),
    "answers": (survey.answers, ("processenkat", "enkatfragor")),
    "respondents": (survey.respondents, ("processenkat", "enkatfragor")),
    "changes": (survey.changes, ("processenkat", "enkatfragor")),
    "cases": (cases.cases, ("koordinatorlogg",)),
    "case_actions": (cases.case_actions, ("koordinatorlogg",)),
    "participations": (register.participations, ("deltaganden",)),
    "followups": (register.followups, ("uppfoljning", "deltaganden")),
    "left_out": (lambda tables, study, wave: tables["left_out"], ("left_out",)),
}


def records(tables: Tables, study: Study, wave: int) -> dict[str, pd.DataFrame]:
    """Return the records of every kind whose source tables are there.

    ``study`` may be the real one or the public one of a manifest. Each frame has ``lokus_id``.
    """
    return {
        kind: build(tables, study, wave)
        for kind, (build, sources) in KINDS.items()
        if all(source in tables for source in sources)
    }
