"""The planted truth: every number that a correct analysis of the demo study should find again.

The numbers are invented for demonstration and describe no real place. Monthly hazards are constant,
so a rate is events divided by person-months.
"""

from dataclasses import dataclass, field
from datetime import date

WAVES = {
    0: date(2016, 1, 15),
    6: date(2016, 7, 15),
    12: date(2017, 1, 15),
    18: date(2017, 7, 15),
}
START_ON = date(2016, 1, 1)  # of every group; the coordinator's log and the meetings begin here
FIRST_ENTRY = date(2015, 7, 1)  # the add-on resources are half a year older than the groups
DAYS_PER_MONTH = 365.25 / 12
ECONOMICS = {"window_months": 6, "cost_rule": "law_50_25_25"}  # of study.yml
PRODUCER = "Lokus demo generator (simulated)"
LICENCE = "EUPL-1.2"


@dataclass(frozen=True)
class Groups:
    """Group sizes and differences; from the ninth group on, the eight patterns repeat."""

    shares: tuple[float, ...] = (0.30, 0.18, 0.14, 0.11, 0.09, 0.08, 0.06, 0.04)
    trusting: tuple[int, ...] = (0, 2, 4, 6)  # positions of the groups where trust improves
    busy: tuple[int, ...] = (1, 4)  # ... whose coordinator gets twice as many cases
    fk_away: tuple[int, ...] = (2, 5)  # ... where Försäkringskassan misses most meetings
    two_assessors: tuple[int, ...] = (0, 2, 4, 6)


@dataclass(frozen=True)
class Survey:
    """Mean answers on the 1-5 scale; the changes are exact in expectation."""

    base: dict[str, float] = field(
        default_factory=lambda: {
            "goals": 2.8,
            "meetings": 2.9,
            "resources_econ": 2.6,
            "resources_staff": 2.7,
            "resources_org": 2.9,
            "leadership": 3.0,
            "trust": 3.1,
            "knowledge": 2.7,
        }
    )
    change: dict[int, float] = field(
        default_factory=lambda: {0: 0.0, 6: 0.25, 12: 0.45, 18: 0.60}
    )  # since wave 0
    improving: tuple[str, ...] = ("goals", "meetings", "knowledge")
    improving_in_some: str = "trust"
    sd_group: float = 0.20
    sd_group_construct: float = 0.12
    nonresponse: float = 0.17
    replaced_per_wave: float = 0.10
    dont_know: float = 0.04
    unanswered: float = 0.02
    late_at_wave_6: float = 0.08


@dataclass(frozen=True)
class Addon:
    """Mean answers about the add-on resources at 6 months, and the change to 18 months."""

    base: dict[str, dict[str, float]] = field(
        default_factory=lambda: {
            "project_staff": {"needs": 3.4, "cooperation": 3.1, "results": 2.7},
            "participant": {
                "content": 3.7,
                "onward": 3.0,
                "cooperation": 3.3,
                "counterfactual": 2.6,
            },
        }
    )
    change: dict[str, dict[str, float]] = field(
        default_factory=lambda: {
            "project_staff": {"cooperation": 0.45},
            "participant": {"onward": 0.35},
        }
    )
    sd_group: float = 0.15


@dataclass(frozen=True)
class Checklist:
    """Probability that a part of the process is in place, per wave."""

    improving: tuple[str, ...] = ("goals", "meetings", "knowledge")
    in_place: dict[int, float] = field(
        default_factory=lambda: {0: 0.25, 6: 0.40, 12: 0.55, 18: 0.65}
    )
    in_place_flat: float = 0.35
    assessors_differ: float = 0.15


@dataclass(frozen=True)
class Interviews:
    """Probability that a passage about a part of the process is coded as enabling, per wave.

    ``neutral`` of the passages are neutral, the rest hindering.
    """

    enabling: dict[str, dict[int, float]] = field(
        default_factory=lambda: {
            "goals": {6: 0.40, 18: 0.75},
            "meetings": {6: 0.40, 18: 0.75},
            "resources": {6: 0.15, 18: 0.15},
            "leadership": {6: 0.45, 18: 0.45},
            "trust": {6: 0.50, 18: 0.60},
            "knowledge": {6: 0.40, 18: 0.75},
        }
    )
    neutral: float = 0.10
    second_coder: float = 0.25  # share of the passages that are coded twice
    coders_differ: float = 0.15


@dataclass(frozen=True)
class Meetings:
    """Monthly meetings: how many are cancelled, and how likely an invited person is to come."""

    cancelled: float = 0.08
    present: float = 0.85
    present_fk_away: float = 0.40


@dataclass(frozen=True)
class Cases:
    """The coordinator's case log: Poisson arrivals, exponential lead times."""

    per_month: float = 3.0
    per_month_busy: float = 6.0
    structural: float = 0.20
    median_days_individual: float = 25.0
    median_days_structural: float = 90.0
    described: float = 0.30  # share of cases with a description
    issues_without_change: float = 0.15  # of the structural issues closed, besides those rejected


@dataclass(frozen=True)
class Learning:
    """The learning log: findings fed back per group and wave, and how long they stay open."""

    findings: tuple[int, int] = (2, 3)
    median_days: float = 150.0
    never_closed: float = 0.20


@dataclass(frozen=True)
class Hazards:
    """Monthly hazards of a person who neither works nor studies, and of going back."""

    to_work: dict[str, float] = field(default_factory=lambda: {"woman": 0.030, "man": 0.036})
    to_studies: dict[str, float] = field(default_factory=lambda: {"woman": 0.012, "man": 0.010})
    to_sickness_compensation: float = 0.006
    to_other_exit: float = 0.005  # pension, parental leave or supported by others
    work_lost: float = 0.020
    studies_to_work: float = 0.030
    studies_ended: float = 0.020
    to_work_training: float = 0.060
    work_training_ended: float = 0.100
    moved_or_died: float = 0.0015  # from any status; ends the observation


@dataclass(frozen=True)
class People:
    """Who takes part, and what is missing about them."""

    women: float = 0.55
    working_at_start: float = 0.04
    two_participations: float = 0.05
    anonymous: float = 0.03
    no_followup_consent: float = 0.06
    misregistered: float = 0.015
    subsidised: float = 0.35  # of those in work
    gender_missing: float = 0.01
    education_missing: float = 0.03


@dataclass(frozen=True)
class Before:
    """The time before entry: support for as long as the register says, before that work or studies.

    ``unknown`` is the share of people whose status is not known before a day somewhere in it.
    """

    months: int = 24
    worked: float = 0.75  # full time; the rest studied
    unknown: float = 0.15


@dataclass(frozen=True)
class Followup:
    """Probability of being reached: those who neither work nor study are harder to reach."""

    reached_active: dict[int, float] = field(default_factory=lambda: {6: 0.88, 12: 0.84, 18: 0.78})
    reached_other: dict[int, float] = field(default_factory=lambda: {6: 0.76, 12: 0.64, 18: 0.50})
    declined_of_rest: float = 0.20
    moved_of_rest: float = 0.10


@dataclass(frozen=True)
class Money:
    """Half-yearly budgets in kronor, and the share of the budget that is spent."""

    coordinator_per_fte: float = 330_000
    addon_per_entry: float = 52_000
    spent: float = 0.97
    sd_spent: float = 0.05


@dataclass(frozen=True)
class Comparison:
    """People who were offered nothing: how they differ, and what the effort does to participants.

    ``months_more`` and ``cost_less`` are the effect on people with the participants' case mix who
    can be followed: in full-time months of work a year and kronor of public cost a year (net of
    taxes), found by living the same people twice (``comparison.effect``).
    """

    per_participant: float = 0.65  # people simulated; about half of them can be followed
    to_work: float = 0.5  # share of the planted hazards to work
    support: float = 0.6  # share of the participants' time in public support before
    months_more: float = 1.14
    cost_less: float = 34_700


@dataclass(frozen=True)
class Context:
    """Public statistics of the groups' municipalities; ``spread`` and ``sd_year`` are relative.

    Where a share 0.1 more of the participants are ill at start (on sickness benefit or activity
    compensation), there are ``0.1 * days_per_share_ill`` more ill-health days.
    """

    ill_health_days: float = 28.0
    days_per_share_ill: float = 30.0
    sd_days: float = 0.5
    per_cent: dict[str, float] = field(
        default_factory=lambda: {
            "low_education": 14.0,
            "unemployment": 8.0,
            "social_assistance": 4.5,
        }
    )
    inhabitants: float = 60_000  # aged 16-64, in all groups together
    spread: float = 0.2
    sd_year: float = 0.01


@dataclass(frozen=True)
class Warts:
    """Faults that real exports have."""

    exact_duplicates: float = 0.005  # of the rows of processenkat and deltaganden


@dataclass(frozen=True)
class Truth:
    """All of the planted truth."""

    groups: Groups = field(default_factory=Groups)
    survey: Survey = field(default_factory=Survey)
    addon: Addon = field(default_factory=Addon)
    checklist: Checklist = field(default_factory=Checklist)
    interviews: Interviews = field(default_factory=Interviews)
    meetings: Meetings = field(default_factory=Meetings)
    cases: Cases = field(default_factory=Cases)
    learning: Learning = field(default_factory=Learning)
    hazards: Hazards = field(default_factory=Hazards)
    people: People = field(default_factory=People)
    before: Before = field(default_factory=Before)
    followup: Followup = field(default_factory=Followup)
    money: Money = field(default_factory=Money)
    comparison: Comparison = field(default_factory=Comparison)
    context: Context = field(default_factory=Context)
    warts: Warts = field(default_factory=Warts)


TRUTH = Truth()


def title(groups: int) -> str:
    """Return the study's title."""
    number = "åtta" if groups == 8 else str(groups)
    return f"Långsiktig samverkan i {number} kommuner (simulerad studie)"
