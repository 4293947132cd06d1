"""What is planted in the status histories of 300 people: hazards, what comes first, who is in work.

The estimates are held against constant hazards in closed form (``planted.lives``):

- events divided by the months of those at risk are the hazard itself;
- an event has come first to h / H (1 - exp(-H t)). Compensation cannot begin for those who have
  activity compensation from the start: they are as likely to leave, which is then no event;
- women's hazard of work is 0.030 / 0.036 of men's at all ages. Who has left in another way is still
  among those at risk, somewhat more of the men: that moves the ratio by 0.2 per cent in a year;
- first work lasts t months for exp(-0.020 t);
- so many months after the start, or after the first day of work, the share in work is that of the
  matrix exponential, of those who have not moved or died;
- where women have men's hazards, a test's p is below 0.05 in 5 of 100 simulations: the levels at
  which it does not reject, from 0 to p, hold 0.05 in the other 95.
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from planted.lives import (
    came_first,
    ends_of_wait,
    followed_study,
    in_status,
    not_yet_compensated,
    simulate,
    without_work_or_studies,
)
from planted.study import LAST, Interval
from shared.demo.truth import TRUTH
from shared.estimates.before_after import net_change
from shared.estimates.histories import follow, histories
from shared.estimates.individuals import adjusted, first_events_by, staying_in_work, women_and_men
from shared.estimates.periods import DAYS_PER_MONTH
from shared.estimates.proportions import share_differences, wilson
from shared.estimates.rates import poisson_rate
from shared.estimates.records.histories import WORK, durability, first_events, states
from shared.estimates.time_to_event.cox import cox
from shared.estimates.time_to_event.kaplan_meier import restricted_mean

GENDERS = {"woman": "women", "man": "men"}
HAZARDS = TRUTH.hazards
RATIO = HAZARDS.to_work["woman"] / HAZARDS.to_work["man"]
OUT = {"sickness_compensation": "compensation", "no_public": "exit"}  # by income


def hazards(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the monthly hazards of those who neither work nor study, and of losing work."""
    runs = _lived(simulate(rng))
    idle = runs[runs["value"].isin(["neither", "training"])]
    for gender, who in GENDERS.items():
        own, planted = idle[idle["gender"] == gender], ends_of_wait(gender)
        for cause in ("work", "studies"):
            yield _hazard(f"{cause}, {who}", planted[cause], own, own["then"] == cause)
    settled = idle["then"] == "compensation"
    yield _hazard("compensation, all", HAZARDS.to_sickness_compensation, idle, settled)
    work = runs[runs["value"] == "work"]
    lost = work["then"].isin(["neither", "training"])
    yield _hazard("losing work, all", HAZARDS.work_lost, work, lost)


def first_work(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield what comes first and how soon, women beside men, and how long first work lasts."""
    events = first_events(simulate(rng), followed_study(), LAST)
    yield from _incidence(events)
    yield from _hazard_ratios(events)
    yield from _months_without(events)
    stay = staying_in_work(events, LAST).set_index(["gender", "month"])
    for month in (6, 12):
        limits = stay.loc[("all", month), ["low", "high"]]
        name, planted = f"still in first work, {month} months", np.exp(-HAZARDS.work_lost * month)
        yield Interval(name, "Kaplan-Meier, log-log", planted, *limits)


def equal_hazards(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the levels at which women and men, with the same hazards, do not differ."""
    events = first_events(simulate(rng, alike=True), followed_study(), LAST)
    found = women_and_men(events, LAST).set_index("comparison")
    for name, test in (("gray", "Gray"), ("any", "log-rank")):
        yield Interval(f"level, {test} test of equal", test, 0.05, 0.0, found.loc[name, "p"])


def in_work(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the shares in work by months since the start, and by months since work was reached."""
    tables = simulate(rng)
    where = states(tables, followed_study(), LAST)
    where["works"] = where["state"] == "work"
    for month in (6, 12, 18):
        own = where[where["month"] == month]
        planted = {gender: in_status(gender, month)["work"] for gender in GENDERS}
        yield from _shares(f"in work, {month} months", own, planted)
    yield _net_change(where)
    stays = durability(tables, followed_study(), LAST).query("still != 'unknown'")
    stays["works"] = stays["still"] == "still"
    for month in (6, 12):
        own = stays[stays["months_after"] == month]
        planted = {gender: in_status(gender, month, "work")["work"] for gender in GENDERS}
        yield from _shares(f"in work {month} months after", own, planted)


def _lived(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the runs of each status up to compensation or another exit, which ends the chances.

    ``gender``, ``value``, ``months``, and what came ``then`` (missing at the end of observation).
    """
    followed, study = follow(tables, followed_study(), LAST), followed_study()
    runs = followed.runs.join(followed.people["gender"], on="person_id")
    runs["then"] = runs.groupby("person_id")["value"].shift(-1)
    gap_days = study.followup.gap_days
    income = histories(tables["statusspell"], "income", study.waves[LAST], gap_days)
    # Without public support: for work, or because somebody else supports them.
    out = income[income["value"].isin(OUT)].merge(
        runs.query("value == 'work'")[["person_id", "from_on"]], how="left", indicator=True
    )
    out = out.query("_merge == 'left_only'").drop_duplicates("person_id").set_index("person_id")
    runs = runs.join(out[["from_on", "value"]].add_prefix("out_"), on="person_id")
    runs = runs[~(runs["from_on"] >= runs["out_from_on"])]
    leaves = runs["out_from_on"] <= runs["to_on"]
    until = runs["to_on"].mask(leaves, runs["out_from_on"])
    return runs.assign(
        then=runs["then"].mask(leaves, runs["out_value"].map(OUT)),
        months=(until - runs["from_on"]).dt.days / DAYS_PER_MONTH,
    )


def _hazard(of: str, planted: float, at_risk: pd.DataFrame, event: pd.Series) -> Interval:
    found = poisson_rate(event.sum(), at_risk["months"].sum()).iloc[0]
    return Interval(f"hazard of {of}", "Garwood", planted, found["low"], found["high"])


def _incidence(events: pd.DataFrame) -> Iterator[Interval]:
    found = first_events_by(events, LAST).set_index(["cause", "gender", "month"])
    wanted = [("work", gender, month) for gender in GENDERS for month in (6, 12, 18)]
    wanted += [("studies", gender, 12) for gender in GENDERS]
    wanted += [("compensation", "all", 18)]
    for cause, gender, month in wanted:
        planted = {one: came_first(cause, one, month) for one in GENDERS}
        planted["all"] = _of_all(planted) * not_yet_compensated()
        name = f"{cause} came first, {month} months, {GENDERS.get(gender, gender)}"
        limits = found.loc[(cause, gender, month), ["low", "high"]]
        yield Interval(name, "Aalen-Johansen, log-log", planted[gender], *limits)


def _hazard_ratios(events: pd.DataFrame) -> Iterator[Interval]:
    """Yield women's hazard of work to men's, alone and beside other covariates, and that of age.

    With fewer than 40 people who began to work nothing is adjusted.
    """
    known = events[events["gender"].isin(GENDERS)]
    woman = (known["gender"] == "woman").astype(float).to_frame("woman")
    model = cox(known["months"], known["cause"] == WORK, woman, entry=known["entry"])
    limits = model.table.loc["woman", ["low", "high"]]
    yield Interval("hazard of work, women to men", "Cox, Wald", RATIO, *limits)
    planted = {"woman": ("women to men", RATIO), "age": ("ten years older", 1.0)}
    for row in adjusted(events).query("covariate in @planted").itertuples():
        who, ratio = planted[row.covariate]
        limits = row.hazard_low, row.hazard_high
        yield Interval(f"hazard of work, {who}, adjusted", "Cox, Wald", ratio, *limits)


def _months_without(events: pd.DataFrame) -> Iterator[Interval]:
    """Yield the mean months without work or studies within 18 months."""
    planted = {gender: without_work_or_studies(gender, LAST) for gender in GENDERS}
    name, method = "months without work or studies", "restricted mean"
    for gender, who in GENDERS.items():
        of = events[events["gender"] == gender]
        found = restricted_mean(of["without_months"], of["without_ended"], LAST, of["entry"])
        yield Interval(f"{name}, {who}", method, planted[gender], found.low, found.high)
    found = women_and_men(events, LAST).set_index("comparison").loc["months"]
    difference = planted["woman"] - planted["man"]
    yield Interval(f"{name}, difference", method, difference, found["low"], found["high"])


def _shares(of: str, people: pd.DataFrame, planted: dict[str, float]) -> Iterator[Interval]:
    """Yield the share of women and of men who work, and the difference."""
    counts = []
    for gender, who in GENDERS.items():
        works = people.loc[people["gender"] == gender, "works"]
        counts += [works.sum(), len(works)]
        found = wilson(*counts[-2:]).iloc[0]
        yield Interval(f"{of}, {who}", "Wilson", planted[gender], found["low"], found["high"])
    found = share_differences(*counts).iloc[0]
    difference = planted["woman"] - planted["man"]
    yield Interval(f"{of}, difference", "Newcombe", difference, found.low, found.high)


def _net_change(where: pd.DataFrame) -> Interval:
    """Return the change in the share in work from the start to 12 months, of the same people."""
    both = where.pivot(index="person_id", columns="month", values="works")[[0, 12]]
    before, after = (both.dropna()[month].astype(bool) for month in (0, 12))
    found = net_change(before.sum(), after.sum(), (before & after).sum(), len(before)).iloc[0]
    then = _of_all({gender: in_status(gender, 12)["work"] for gender in GENDERS})
    planted = then - TRUTH.people.working_at_start
    name = "in work, from the start to 12 months"
    return Interval(name, "Newcombe, paired", planted, found["low"], found["high"])


def _of_all(planted: dict[str, float]) -> float:
    return TRUTH.people.women * planted["woman"] + (1 - TRUTH.people.women) * planted["man"]
