"""The learning log: each test states one rule."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.learning import carried
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}
STUDY = Study(name="s", title="Study", waves=WAVES, groups=[{"id": "A"}])


@pytest.fixture
def log(processed):
    """Return a function that builds findings from (id, wave, status, closed on)."""

    def build(*rows):
        columns = ["finding_id", "wave", "status", "closed_on"]
        findings = [dict(zip(columns, row, strict=False)) | {"finding": row[0]} for row in rows]
        return processed("larandelogg", *findings)

    return build


@pytest.mark.parametrize(
    ("status", "months"), [("open", 12), ("in_progress", 12), ("closed", None), ("rejected", None)]
)
def test_finding_is_carried_until_it_is_settled(log, status, months):
    got = carried(log(("f", 0, status)), STUDY, 12)["open_months"]
    assert got.astype(object).where(got.notna(), None).tolist() == [months]


def test_finding_of_this_wave_has_been_open_for_no_months(log):
    assert carried(log(("f", 6, "open")), STUDY, 6)["open_months"].tolist() == [0]


def test_open_findings_come_first_and_the_oldest_of_them_first(log):
    rows = [
        ("d", 0, "closed"),
        ("c", 6, "open"),
        ("b", 0, "open"),
        ("a", 0, "in_progress"),
        ("e", 6, "rejected"),
    ]
    assert carried(log(*rows), STUDY, 12)["finding"].tolist() == ["a", "b", "c", "d", "e"]


def test_findings_of_later_waves_are_not_there_yet(log):
    log_of_two = log(("a", 0, "open"), ("b", 6, "open"))
    assert carried(log_of_two, STUDY, 0)["finding"].tolist() == ["a"]
    assert carried(log(), STUDY, 6).empty


def test_finding_closed_after_the_wave_is_still_in_progress_at_it(log):
    closed = log(("a", 0, "closed", "2016-09-01"))
    got = carried(closed, STUDY, 6).iloc[0]
    assert (got["status"], got["open_months"]) == ("in_progress", 6)
    assert pd.isna(got["closed_on"])
    assert carried(closed, STUDY, 12).iloc[0]["status"] == "closed"
