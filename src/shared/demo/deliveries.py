"""What arrives at each wave: new rows of most tables, full exports so far of the registers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from shared.demo import cases, economy, process
from shared.demo.dates import day, days
from shared.demo.followup import followups_on, make_followups
from shared.demo.known import Life, known_on
from shared.demo.participants import make_people
from shared.demo.paths import gone_on, simulate_paths
from shared.demo.register import make_insatser, make_participations
from shared.demo.spells import make_spells, spells_on
from shared.demo.survey import survey_answers, survey_items, survey_sent
from shared.demo.truth import WAVES

IN_PROGRESS_AFTER = 60  # days; a structural issue that is older and not closed is in progress
INTERVIEW_WAVES = (6, 18)
AFTER = ("income", "main_income", "occupation", "work_extent", "af_registered")
CASE = Life("opened_on", "closed_on", ("outcome",))
ISSUE = Life("raised_on", "closed_on", ("status", "action_taken"))
PARTICIPATION = Life("start_on", "end_on", (*(f"{name}_after" for name in AFTER), "exit_reason"))


class Arrival(NamedTuple):
    """Rows of one table as they arrive; ``late`` when they belong to an earlier wave."""

    table: str
    rows: pd.DataFrame
    late: bool = False


@dataclass(frozen=True)
class Study:
    """Everything that happens in the study, by the dictionary's names; one frame per table.

    The frames hold the whole truth, also what is known only after the last wave.
    """

    groups: pd.DataFrame
    processenkat: pd.DataFrame
    checklista: pd.DataFrame
    moten: pd.DataFrame
    narvaro: pd.DataFrame
    intervjukodning: pd.DataFrame
    koordinatorlogg: pd.DataFrame
    strukturfragor: pd.DataFrame
    insatser: pd.DataFrame
    deltaganden: pd.DataFrame
    statusspell: pd.DataFrame
    gone: pd.Series
    uppfoljning: pd.DataFrame
    kostnader: pd.DataFrame


def simulate_study(rng: np.random.Generator, groups: pd.DataFrame, participants: int) -> Study:
    """Let everything happen; each subject has its own stream, so that one may change alone."""
    survey, meetings, log, people, money = rng.spawn(5)
    insatser = make_insatser(people, groups)
    persons = make_people(people, groups, participants)
    segments = simulate_paths(people, persons)
    participations = make_participations(people, persons, segments, insatser)
    held = process.meetings(meetings, groups)
    judged = [process.checklist(meetings, groups, wave) for wave in WAVES]
    coded = [process.interviews(meetings, groups, wave) for wave in INTERVIEW_WAVES]
    return Study(
        groups=groups,
        processenkat=survey_answers(survey, groups),
        checklista=pd.concat(judged),
        moten=held,
        narvaro=process.attendance(meetings, groups, held),
        intervjukodning=pd.concat(coded),
        koordinatorlogg=cases.cases(log, groups),
        strukturfragor=cases.issues(log, groups),
        insatser=insatser,
        deltaganden=participations,
        statusspell=make_spells(persons, segments, participations),
        gone=gone_on(segments),
        uppfoljning=make_followups(people, persons, segments, participations),
        kostnader=economy.make_costs(money, groups, insatser, participations),
    )


def arrivals(study: Study, wave: int) -> Iterator[Arrival]:
    """Yield the tables that arrive at a wave; late answers come apart from the wave's own."""
    yield from _survey(study, wave)
    yield from _process(study, wave)
    yield from _registers(study, wave)
    yield from _once(study, wave)
    yield Arrival("kostnader", economy.costs_on(study.kostnader, wave))


def _survey(study: Study, wave: int) -> Iterator[Arrival]:
    answers, groups = study.processenkat, study.groups
    in_time = answers[~answers["late"]]
    yield Arrival("processenkat", in_time[in_time["wave"] == wave])
    yield Arrival("enkatfragor", survey_items(wave))
    sent = survey_sent(groups, in_time, wave)
    if wave == 12:
        yield Arrival("processenkat", answers[answers["late"]], late=True)
        sent = pd.concat([survey_sent(groups, answers, 6), sent])
    yield Arrival("enkatutskick", sent)


def _process(study: Study, wave: int) -> Iterator[Arrival]:
    yield Arrival("checklista", study.checklista[study.checklista["wave"] == wave])
    if wave in INTERVIEW_WAVES:
        coded = study.intervjukodning
        yield Arrival("intervjukodning", coded[coded["wave"] == wave])
    earlier = [known for known in WAVES if known < wave]
    after = day(WAVES[earlier[-1]]) if earlier else np.datetime64("1900-01-01")
    for name in ("moten", "narvaro"):
        held = days(getattr(study, name)["held_on"])
        yield Arrival(name, getattr(study, name)[(held > after) & (held <= day(WAVES[wave]))])


def _registers(study: Study, wave: int) -> Iterator[Arrival]:
    on = WAVES[wave]
    yield Arrival("koordinatorlogg", known_on(study.koordinatorlogg, on, CASE))
    issues = known_on(study.strukturfragor, on, ISSUE)
    old = day(on) - days(issues["raised_on"]) > np.timedelta64(IN_PROGRESS_AFTER, "D")
    status = issues["status"].fillna(pd.Series(np.where(old, "in_progress", "open"), issues.index))
    yield Arrival("strukturfragor", issues.assign(status=status))
    yield Arrival("deltaganden", known_on(study.deltaganden, on, PARTICIPATION))
    yield Arrival("statusspell", spells_on(study.statusspell, study.gone, day(on)))
    yield Arrival("uppfoljning", followups_on(study.uppfoljning, day(on)))


def _once(study: Study, wave: int) -> Iterator[Arrival]:
    """Yield the tables that are delivered once."""
    if wave == 0:
        yield Arrival("insatser", study.insatser)
        yield Arrival("resultatmal", economy.targets(study.groups))
        yield Arrival("kostnadsfordelning", economy.cost_shares())
    if wave == 12:  # prices of 2017 were not known before
        yield Arrival("apriser", economy.unit_prices())
        yield Arrival("modellparametrar", economy.model_parameters())
