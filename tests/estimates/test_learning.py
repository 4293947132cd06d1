"""The learning log: each test states one rule."""

import pytest

from shared.estimates.learning import carried


@pytest.fixture
def log(processed):
    """Return a function that builds findings from (id, wave, status)."""

    def build(*rows):
        columns = ["finding_id", "wave", "status"]
        findings = [dict(zip(columns, row, strict=True)) | {"finding": row[0]} for row in rows]
        return processed("larandelogg", *findings)

    return build


@pytest.mark.parametrize(
    ("status", "months"), [("open", 12), ("in_progress", 12), ("closed", None), ("rejected", None)]
)
def test_finding_is_carried_until_it_is_settled(log, status, months):
    got = carried(log(("f", 0, status)), 12)["open_months"]
    assert got.astype(object).where(got.notna(), None).tolist() == [months]


def test_finding_of_this_wave_has_been_open_for_no_months(log):
    assert carried(log(("f", 6, "open")), 6)["open_months"].tolist() == [0]


def test_open_findings_come_first_and_the_oldest_of_them_first(log):
    rows = [
        ("d", 0, "closed"),
        ("c", 6, "open"),
        ("b", 0, "open"),
        ("a", 0, "in_progress"),
        ("e", 6, "rejected"),
    ]
    assert carried(log(*rows), 12)["finding"].tolist() == ["a", "b", "c", "d", "e"]


def test_findings_of_later_waves_are_not_there_yet(log):
    assert carried(log(("a", 0, "open"), ("b", 6, "open")), 0)["finding"].tolist() == ["a"]
    assert carried(log(), 6).empty
