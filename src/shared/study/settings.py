"""Every setting of a study, with the default a researcher would defend."""

from datetime import date
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PositiveInt,
    field_validator,
    model_validator,
)

from shared.faults import nearest


class Settings(BaseModel):
    """Base of all settings: frozen, and an unknown key is refused with the nearest known one."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, given: Any) -> Any:
        for key in given if isinstance(given, dict) else ():
            if key not in cls.model_fields:
                hint = nearest(str(key), list(cls.model_fields))
                allowed = ", ".join(cls.model_fields)
                raise ValueError(f"unknown key '{key}'. {hint} Known keys: {allowed}")
        return given


class Group(Settings):
    """A lokus group: its id in the deliveries and when it started. Published only as a letter."""

    id: str
    start_on: date | None = None


class Disclosure(Settings):
    """What may be shown, and how the rest is protected.

    mode      : ``suppress`` hides small counts and whatever would give them back; ``round`` tells
                every count to the nearest multiples of ``base`` that add up; ``open`` is for public
                or simulated data only, and every page says so.
    threshold : counts from 1 to threshold - 1 are hidden, and estimates on as few people.
    """

    mode: Literal["suppress", "round", "open"] = "suppress"
    threshold: int = Field(default=5, ge=3)
    base: int = Field(default=5, ge=3)


class Survey(Settings):
    """How answers from 1 to 5 are read, and what a scale needs for its score to be trusted."""

    dont_know: int | None = 9
    top: int = Field(default=2, ge=1, le=4)  # the highest answers that count: top-two of five
    base: Literal["valid", "answered"] = "valid"  # of a share: answered counts don't know as well
    alpha_least: float = Field(default=0.7, ge=0, le=1)  # Nunnally and Bernstein (1994)
    n_least: int = Field(default=30, ge=3)  # respondents behind a Cronbach's alpha


class Limits(Settings):
    """From where a part of the process is in place, and from where partly."""

    in_place: float
    partly: float


class Verdict(Settings):
    """The rule by which a part of the process is judged to be in place (``estimates/verdict.py``).

    survey   : mean of the part's anchor items, at least.
    gap_days : days without a held meeting in the period, at most; for the part ``meetings``.
    combine  : what holds where sources differ: the ``lowest`` of them, or the ``middle`` one.
    sources  : how many sources there must be, or the part cannot be judged.
    """

    survey: Limits = Limits(in_place=3.5, partly=2.75)
    gap_days: Limits = Limits(in_place=45, partly=90)
    combine: Literal["lowest", "middle"] = "lowest"
    sources: int = Field(default=1, ge=1, le=3)


class Meetings(Settings):
    """When a party counts as absent: present at less than this share of the meetings."""

    absent_below: float = Field(default=0.5, ge=0, le=1)


class Interviews(Settings):
    """Whether quotes may be shown at all; only those that the interviewee let be used ever are."""

    quotes: Literal["none", "consented"] = "none"


class Followup(Settings):
    """When a follow-up is due, how far off it may be done, and how status spells are joined.

    clock       : the 6, 12 and 18 months run from the ``exit`` or the ``start`` of a participation.
    window_days : days before or after the planned day that still count.
    gap_days    : a break this short between two spells of the same status is no break; the register
                  leaves breaks of up to a month out of account as well.
    """

    clock: Literal["exit", "start"] = "exit"
    window_days: int = Field(default=60, ge=0)
    gap_days: int = Field(default=31, ge=0)


class Economics(Settings):
    """How the socioeconomic appraisal is made; its prices and parameters are delivered tables.

    window_months : length of the windows before entry and after exit, told per year.
    least_known   : share of a window's days that must be known for the person to be priced.
    horizons      : years over which the profit is told.
    discount_also : discount rates shown beside the scenario's own.
    cost_rule     : how the federation's costs are shared between the parties.
    scenario      : of the model parameters.
    price_year    : of all money; the latest of the unit prices if none is given.
    cost_index    : the price index that costs move by, where several have been delivered.
    compare_with  : another group whose participants the page's own are compared with.
    compare_before: a day: those who entered before it are what the later ones are compared with.
    With neither, the table ``jamforelsegrupp`` is the comparison, where it has been delivered.
    """

    window_months: Literal[6, 12] = 12
    least_known: float = Field(default=0.8, gt=0, le=1)
    horizons: list[PositiveInt] = Field(default=[1, 4, 5], min_length=1)
    discount_also: list[float] = [0.0, 0.05]
    cost_rule: Literal["equal_fifths", "law_50_25_25", "actual"] = "law_50_25_25"
    scenario: str = "base"
    price_year: int | None = Field(default=None, ge=2000, le=2099)
    cost_index: str | None = None
    compare_with: str | None = None
    compare_before: date | None = None


class Identity(Settings):
    """Whether personal identity numbers may arrive at all; they never pass the reading step.

    ``names`` is a file beside ``study.yml`` with the names that free text may not hold, one a line.
    """

    personal_numbers: Literal["refuse", "pseudonymise"] = "refuse"
    names: str | None = Field(default=None, pattern=r"^[^/\\]+$")


class Mapping(Settings):
    """How a file with other names, sheets or header rows becomes a table of the dictionary."""

    file: str  # relative to the study folder, below a wave's folder
    sheet: str | None = None
    header_row: int = Field(default=1, ge=1)
    encoding: str | None = None
    columns: dict[str, str | list[str]] = {}  # their header -> ours; "(row)" is the row number
    set: dict[str, Any] = {}  # constants for columns that the file lacks
    values: dict[str, dict[str, Any]] = {}  # our column -> their value -> ours
    items: str | None = None  # header pattern of a wide file with one column per survey item


class Study(Settings):
    """A study as ``study.yml`` describes it."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    title: str
    waves: dict[int, date | None] = Field(min_length=1)  # months since baseline -> reference date
    groups: list[Group] = Field(min_length=1)
    disclosure: Disclosure = Disclosure()
    survey: Survey = Survey()
    verdict: Verdict = Verdict()
    meetings: Meetings = Meetings()
    interviews: Interviews = Interviews()
    followup: Followup = Followup()
    economics: Economics = Economics()
    identity: Identity = Identity()
    sources: dict[str, list[Mapping]] = {}

    @field_validator("waves", mode="before")
    @classmethod
    def _waves_may_be_a_list(cls, waves: Any) -> Any:
        return dict.fromkeys(waves) if isinstance(waves, list) else waves

    @model_validator(mode="after")
    def _groups_are_listed_once(self) -> "Study":
        ids = [group.id for group in self.groups]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"the group ids {', '.join(twice)} are listed more than once")
        compared = self.economics.compare_with
        if compared is not None and compared not in ids:
            raise ValueError(f"economics.compare_with is '{compared}', which is not a group's id")
        return self
