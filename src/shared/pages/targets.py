"""The targets of a group beside what became of them, as pages show them.

Every actual figure is a cell of a released table: what is hidden there is hidden here, and so is
the verdict on it.
"""

from collections.abc import Callable

import pandas as pd

from shared.disclosure import derived
from shared.disclosure.released import Cell, Released, gathered
from shared.estimates import issues, survey
from shared.estimates.targets import Actual, judge, wanted
from shared.pages.page import Page

PER_CENT = 100
Found = dict[str, Cell]  # value, low, high


def target_table(page: Page) -> Released:
    """Return one row per target that is valid at the wave: actual figure, limits and verdict.

    Columns ``target_text``, ``unit``, ``target_value``, ``actual_value``, ``actual_low``,
    ``actual_high`` (per cent as 0 to 100) and ``reached_target``. A target whose figure was never
    delivered is shown without one.
    """
    targets = page.rows("resultatmal")
    day = pd.Timestamp(page.study.waves[page.wave])
    late = (targets["valid_from"] > day) | (targets["valid_to"] < day)
    rows = [_row(page, target, day) for _, target in targets[~late].iterrows()]
    return gathered("targets", "targets", rows, keys=["target_text", "unit", "target_value"])


def _row(page: Page, target: pd.Series, day: pd.Timestamp) -> dict[str, Cell]:
    needs, find = METRICS[target["metric"]]
    nothing = Cell(None, "number", "", False)
    found = dict.fromkeys(("value", "low", "high"), nothing)
    if all(page.has(table) for table in needs):
        found |= find(page)
    factor = PER_CENT if target["unit"] == "pct" else 1
    verdict = _verdict(found, target, day)
    if found["low"].kind == "count":  # which has no limits
        found |= dict.fromkeys(("low", "high"), nothing)
    return {
        "target_text": Cell(target["target_text"], "text", "", False),
        "unit": Cell(target["unit"], "code", "target_unit", False),
        "target_value": Cell(target["target_value"], "number", "", False),
        "actual_value": _times(found["value"], factor),
        "actual_low": _times(found["low"], factor),
        "actual_high": _times(found["high"], factor),
        "reached_target": verdict,
    }


def _verdict(found: Found, target: pd.Series, day: pd.Timestamp) -> Cell:
    if any(pd.isna(cell.value) for cell in found.values()):
        return Cell(None, "code", "", any(cell.hidden for cell in found.values()))
    expired = bool(target["due_on"] < day)
    actual = Actual(**{name: float(cell.value) for name, cell in found.items()})
    return Cell(judge(actual, wanted(target), expired=expired), "code", "", False)


def _times(cell: Cell, factor: int) -> Cell:
    value = None if pd.isna(cell.value) else round(float(cell.value) * factor, 1)
    return Cell(value, "number", "", cell.hidden)


def _share(released: Released, **where: object) -> Found:
    names = {"value": "share", "low": "low", "high": "high"}
    return {name: released.value(column, **where) for name, column in names.items()}


def _participations(page: Page) -> Found:
    table = page.counts("participations").where(state="all").table()
    return dict.fromkeys(("value", "low", "high"), table.value("n", gender="all"))


def _to_work(page: Page) -> Found:
    counts = page.counts("occupation_before_after")
    ends = ("occupation_before", "occupation_after")
    return _share(derived.share_after(counts, *ends, "employed"))


def _to_work_or_study(page: Page) -> Found:
    shares = page.counts("activity").shares("activity", "active_after", "known")
    return _share(shares, gender="all")


def _step(page: Page) -> Found:
    shares = page.counts("followup").shares("place", "step_up", "reached")
    latest = shares.where(gender="all").extreme("wave")["wave"].value
    return _share(shares, gender="all", wave=latest)


def _income(page: Page) -> Found:
    return _share(
        page.counts("income_moves").shares("income_move", "changed", "known"), gender="all"
    )


def _issues(page: Page) -> Found:
    lives = issues.issue_lives(page.rows("strukturfragor"), page.study, page.wave)
    closed = Cell(int((lives["status"] == "closed").sum()), "count", "", False)
    return dict.fromkeys(("value", "low", "high"), closed)


def _survey(page: Page) -> Found:
    answers = survey.of_instrument(page.records("answers")).assign(construct="all")
    scores = page.estimates(
        survey.score_by_wave(answers),
        id="survey_mean",
        unit="respondents",
        keys=["construct", "wave"],
    )
    names = {"value": "mean", "low": "score_low", "high": "score_high"}
    return {name: scores.value(column, wave=page.wave) for name, column in names.items()}


def _balance(page: Page) -> Found:
    return _share(page.counts("participations").shares("gender", "woman", "known"), state="all")


# metric -> the tables it needs, and what finds it
METRICS: dict[str, tuple[tuple[str, ...], Callable[[Page], Found]]] = {
    "n_participations": (("deltaganden",), _participations),
    "share_to_work": (("deltaganden",), _to_work),
    "share_to_work_or_study": (("deltaganden",), _to_work_or_study),
    "share_step_ge1": (("deltaganden", "uppfoljning"), _step),
    "share_income_changed": (("deltaganden",), _income),
    "n_structural_closed": (("strukturfragor",), _issues),
    "survey_mean": (("processenkat", "enkatfragor"), _survey),
    "gender_balance": (("deltaganden",), _balance),
}
