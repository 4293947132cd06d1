"""Structural issues over their life: each test states one rule and a number worked by hand."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.issues import issue_lives, issue_time, issues_by_owner
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}
STUDY = Study(name="s", title="Study", waves=WAVES, groups=[{"id": "A"}])


@pytest.fixture
def issues(processed):
    """Return a function that builds issues from (raised, closed, owner, result)."""

    def build(*rows, **known):
        columns = ["raised_on", "closed_on", "owner_party", "result"]
        return processed(
            "strukturfragor", *[{**dict(zip(columns, row, strict=True)), **known} for row in rows]
        )

    return build


@pytest.mark.parametrize(
    ("closed_on", "days", "band", "result"),
    [
        ("2016-06-15", 0, None, "agreement"),  # the day it was raised
        ("2016-07-15", 30, None, "agreement"),
        (
            "2016-07-16",
            30,
            "to_30",
            None,
        ),  # closed after the wave: open, and nothing came of it yet
        (None, 30, "to_30", None),
    ],
)
def test_issue_lives_until_it_is_closed_or_so_far(issues, closed_on, days, band, result):
    got = issue_lives(issues(("2016-06-15", closed_on, "af", "agreement")), STUDY, 6).iloc[0]
    assert got["days"] == days
    assert [None if pd.isna(got[name]) else got[name] for name in ("age_band", "result")] == [
        band,
        result,
    ]


def test_closed_issue_may_have_led_to_nothing_that_is_known(issues):
    got = issue_lives(issues(("2016-06-15", "2016-07-01", "af", None)), STUDY, 6)
    assert got["result"].isna().tolist() == [True]


def test_open_issues_come_first_and_the_oldest_of_them_first(issues):
    rows = [
        ("2016-01-01", "2016-07-01", "af", None),  # closed after 182 days
        ("2016-07-01", None, "fk", None),
        ("2016-03-01", None, "region", None),
    ]
    got = issue_lives(issues(*rows), STUDY, 6)
    assert got["owner_party"].tolist() == ["region", "fk", "af"]


@pytest.mark.parametrize(("wave", "n"), [(0, 1), (6, 2), (12, 3)])
def test_issues_count_up_to_the_reference_date_of_the_wave(issues, wave, n):
    days = ("2016-01-15", "2016-07-15", "2017-01-15", "2017-01-16")
    table = issues(*[(day, None, "af", None) for day in days])
    assert len(issue_lives(table, STUDY, wave)) == n
    assert issue_time(table, STUDY, wave)["n"].tolist() == [n]
    assert issues_by_owner(table, STUDY, wave)["raised"].tolist() == [n]


def test_open_issues_count_for_the_time_they_have_been_open(issues):
    # 10 and 20 days, and 30 so far: two thirds, then one third are left. Of the closed alone the
    # median would be 15.
    table = issues(
        ("2016-06-01", "2016-06-11", "af", None),
        ("2016-06-01", "2016-06-21", "af", None),
        ("2016-06-15", None, "af", None),
    )
    got = issue_time(table, STUDY, 6).iloc[0]
    assert got[["n", "events", "median"]].tolist() == [3, 2, 20.0]


def test_owner_has_issues_raised_closed_and_with_something_to_show(issues):
    table = issues(
        ("2016-02-01", "2016-03-01", "af", "new_routine"),
        ("2016-02-01", "2016-03-01", "af", "no_change"),
        ("2016-02-01", "2016-03-01", "af", None),
        ("2016-02-01", "2016-08-01", "af", "agreement"),  # not closed yet
        ("2016-02-01", None, None, None),
    )
    got = issues_by_owner(table, STUDY, 6).set_index("owner_party")
    assert got.loc["af"].to_dict() == {"raised": 4, "closed": 3, "changed": 1}
    assert got.loc["unknown"].to_dict() == {"raised": 1, "closed": 0, "changed": 0}


def test_no_issues_have_no_owners_and_no_time(issues):
    assert issue_lives(issues(), STUDY, 6).empty
    assert issues_by_owner(issues(), STUDY, 6).empty
    got = issue_time(issues(), STUDY, 6).iloc[0]
    assert (got["n"], pd.isna(got["median"])) == (0, True)


def test_issue_closed_after_the_wave_is_still_in_progress_at_it(issues):
    row = ("2016-06-15", "2016-08-01", "af", "agreement")
    table = issues(row, status="closed")
    assert issue_lives(table, STUDY, 6)["status"].tolist() == ["in_progress"]
    assert issue_lives(table, STUDY, 12)["status"].tolist() == ["closed"]
