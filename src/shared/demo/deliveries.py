"""What arrives at each wave: new rows of most tables, full exports so far of the registers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from shared.demo import addon, cases, comparison, context, economy, learning, prices, process
from shared.demo.dates import day, days
from shared.demo.followup import followups_on, make_followups
from shared.demo.interviews import INTERVIEW_WAVES, interviews
from shared.demo.known import Life, known_on
from shared.demo.participants import make_people
from shared.demo.paths import gone_on, simulate_before, simulate_paths
from shared.demo.register import make_insatser, make_participations
from shared.demo.spells import make_spells, spells_on
from shared.demo.survey import survey_answers, survey_items, survey_sent
from shared.demo.truth import WAVES

IN_PROGRESS_AFTER = 60  # days; what is older and not closed is in progress
AFTER = ("income", "main_income", "occupation", "work_extent", "af_registered")
CASE = Life("opened_on", "closed_on", ("outcome",))
ISSUE = Life("raised_on", "closed_on", ("status", "action_taken", "result"))
FINDING = Life("fed_back_on", "closed_on", ("status",))
PARTICIPATION = Life("start_on", "end_on", (*(f"{name}_after" for name in AFTER), "exit_reason"))


class Arrival(NamedTuple):
    """Rows of one table as they arrive.

    ``apart`` : ``late`` answers belong to an earlier wave, and those about the ``addon`` resources
    to other surveys; both come in files of their own.
    """

    table: str
    rows: pd.DataFrame
    apart: Literal["", "late", "addon"] = ""


@dataclass(frozen=True)
class Study:
    """Everything that happens in the study, by the dictionary's names; one frame per table.

    The frames hold the whole truth, also what is known only after the last wave.
    """

    groups: pd.DataFrame
    processenkat: pd.DataFrame
    addon_sample: pd.DataFrame
    addon_answers: pd.DataFrame
    checklista: pd.DataFrame
    moten: pd.DataFrame
    narvaro: pd.DataFrame
    intervjukodning: pd.DataFrame
    koordinatorlogg: pd.DataFrame
    strukturfragor: pd.DataFrame
    larandelogg: pd.DataFrame
    insatser: pd.DataFrame
    deltaganden: pd.DataFrame
    statusspell: pd.DataFrame
    gone: pd.Series
    uppfoljning: pd.DataFrame
    kostnader: pd.DataFrame
    jamforelsegrupp: pd.DataFrame
    omvarld: pd.DataFrame


def simulate_study(rng: np.random.Generator, groups: pd.DataFrame, participants: int) -> Study:
    """Let everything happen; each subject has its own stream, so that one may change alone."""
    survey, meetings, log, people, money, about_addon, coding, feedback, notes = rng.spawn(9)
    past, ordinary, around = rng.spawn(3)
    insatser = make_insatser(people, groups)
    persons = make_people(people, groups, participants)
    segments = simulate_paths(people, persons)
    participations = make_participations(people, persons, segments, insatser)
    lives = pd.concat([simulate_before(past, persons), segments])
    held = process.meetings(meetings, groups)
    judged = [process.checklist(meetings, groups, wave) for wave in WAVES]
    sample = addon.addon_sample(about_addon, groups)
    return Study(
        groups=groups,
        processenkat=survey_answers(survey, groups),
        addon_sample=sample,
        addon_answers=addon.addon_answers(about_addon, groups, sample),
        checklista=pd.concat(judged),
        moten=held,
        narvaro=process.attendance(meetings, groups, held),
        intervjukodning=interviews(coding, groups),
        koordinatorlogg=cases.described(notes, cases.cases(log, groups)),
        strukturfragor=cases.issues(log, groups),
        larandelogg=learning.findings(feedback, groups),
        insatser=insatser,
        deltaganden=participations,
        statusspell=make_spells(persons, lives, participations),
        gone=gone_on(segments),
        uppfoljning=make_followups(people, persons, segments, participations),
        kostnader=economy.make_costs(money, groups, insatser, participations),
        jamforelsegrupp=comparison.comparison_group(ordinary, groups, insatser, participants),
        omvarld=context.context(around, groups, persons),
    )


def arrivals(study: Study, wave: int) -> Iterator[Arrival]:
    """Yield the tables that arrive at a wave; late answers come apart from the wave's own."""
    yield from _survey(study, wave)
    yield from _process(study, wave)
    yield from _registers(study, wave)
    yield from _once(study, wave)
    yield Arrival("kostnader", economy.costs_on(study.kostnader, wave))
    if wave in context.KNOWN:
        yield Arrival("omvarld", study.omvarld[study.omvarld["wave"] == wave])


def _survey(study: Study, wave: int) -> Iterator[Arrival]:
    answers, groups = study.processenkat, study.groups
    in_time = answers[~answers["late"]]
    yield Arrival("processenkat", in_time[in_time["wave"] == wave])
    yield Arrival("enkatfragor", pd.concat([survey_items(wave), addon.addon_items(wave)]))
    sent = [survey_sent(groups, in_time, wave), addon.addon_sent(study.addon_sample, wave)]
    if wave == 12:
        yield Arrival("processenkat", answers[answers["late"]], "late")
        sent.insert(0, survey_sent(groups, answers, 6))
    yield Arrival("enkatutskick", pd.concat(sent))
    if wave in addon.ASKED_AT:
        about_addon = study.addon_answers[study.addon_answers["wave"] == wave]
        yield Arrival("processenkat", about_addon, "addon")


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
    for name, life in (("strukturfragor", ISSUE), ("larandelogg", FINDING)):
        rows = known_on(getattr(study, name), on, life)
        old = day(on) - days(rows[life.opened]) > np.timedelta64(IN_PROGRESS_AFTER, "D")
        still = pd.Series(np.where(old, "in_progress", "open"), rows.index)
        yield Arrival(name, rows.assign(status=rows["status"].fillna(still)))
    yield Arrival("deltaganden", known_on(study.deltaganden, on, PARTICIPATION))
    yield Arrival("statusspell", spells_on(study.statusspell, study.gone, day(on)))
    yield Arrival("uppfoljning", followups_on(study.uppfoljning, day(on)))


def _once(study: Study, wave: int) -> Iterator[Arrival]:
    """Yield the tables that are delivered once."""
    if wave == 0:
        yield Arrival("insatser", study.insatser)
        yield Arrival("forandringsteori", learning.theory_of_change())
        yield Arrival("resultatmal", economy.targets(study.groups))
        yield Arrival("kostnadsfordelning", economy.cost_shares())
    if wave == 12:  # prices of 2017 were not known before
        yield Arrival("apriser", prices.unit_prices())
        yield Arrival("prisindex", prices.price_index())
        yield Arrival("modellparametrar", prices.model_parameters())
    if wave == comparison.LAST:
        yield Arrival("jamforelsegrupp", study.jamforelsegrupp)
