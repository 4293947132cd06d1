"""Every setting of a study, with the default a researcher would defend."""

from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

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
    """What may be shown. ``open`` is for public or simulated data only; every page says so."""

    mode: Literal["suppress", "open"] = "suppress"
    threshold: int = Field(default=5, ge=3)  # counts from 1 to threshold - 1 are hidden


class Survey(Settings):
    """How answers from 1 to 5 are read: the code for don't-know, and what counts as agreeing."""

    dont_know: int | None = 9
    top: int = Field(default=2, ge=1, le=4)  # the highest answers that count: top-two of five


class Followup(Settings):
    """When a follow-up is due: months from exit or start, and how far off it may be done."""

    clock: Literal["exit", "start"] = "exit"
    window_days: int = Field(default=60, ge=0)


class Identity(Settings):
    """Whether personal identity numbers may arrive at all; they never pass the reading step."""

    personal_numbers: Literal["refuse", "pseudonymise"] = "refuse"


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
    followup: Followup = Followup()
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
        return self
