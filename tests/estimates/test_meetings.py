"""Meetings: each test states one rule and a number worked by hand."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.meetings import attendance_by_party, attendance_by_period, regularity
from shared.study import Study

STUDY = Study(
    name="s",
    title="Study",
    waves={0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)},
    groups=[{"id": "A"}],
)


@pytest.fixture
def meetings(processed):
    """Return a function that builds lokus meetings from (day, cancelled), numbered from m1."""

    def build(*rows, **known):
        return processed(
            "moten",
            *[
                {"meeting_id": f"m{i}", "held_on": day, "cancelled": cancelled, **known}
                for i, (day, cancelled) in enumerate(rows, 1)
            ],
        )

    return build


@pytest.fixture
def attendance(processed):
    """Return a function that builds attendance from (meeting, party, invited, present, mandate)."""

    def build(*rows):
        columns = ["meeting_id", "party", "invited", "present_n", "has_mandate"]
        return processed("narvaro", *[dict(zip(columns, row, strict=True)) for row in rows])

    return build


SPRING = (
    ("2016-04-24", False),  # 50 days after the one before; the order of the file does not matter
    ("2016-01-05", False),
    ("2016-02-04", False),  # 30 days
    ("2016-02-14", True),
    ("2016-03-05", None),  # 30 days; nothing says that it was cancelled
    ("2016-09-01", True),
)


def test_meetings_per_period_by_hand(meetings):
    got = regularity(meetings(*SPRING), STUDY, 12).set_index("period")
    assert got["planned"].to_dict() == {0: 1, 6: 4, 12: 1}
    assert got["held"].to_dict() == {0: 1, 6: 3, 12: 0}
    assert got["cancelled"].to_dict() == {0: 0, 6: 1, 12: 1}


def test_gaps_are_between_meetings_that_were_held(meetings):
    # 30, 30 and 50 days; from 24 April to 15 July it is 82 days, to 15 January 266.
    got = regularity(meetings(*SPRING), STUDY, 12).set_index("period")
    assert got.loc[6, "median_gap"] == 30
    assert got.loc[[0, 12], "median_gap"].isna().all()
    assert got["longest_gap"].to_dict() == {0: 10, 6: 82, 12: 266}


def test_gap_within_the_period_may_be_the_longest(meetings):
    got = regularity(meetings(("2016-01-20", False), ("2016-07-10", False)), STUDY, 6)
    assert got.loc[1, "longest_gap"] == 172


def test_gap_belongs_to_the_period_in_which_it_ends(meetings):
    # From 15 January (period 0) to 14 February (period 6).
    got = regularity(meetings(("2016-01-15", False), ("2016-02-14", False)), STUDY, 6)
    assert got["median_gap"].fillna(-1).tolist() == [-1, 30]
    assert got.loc[0, "longest_gap"] == 0


def test_meeting_after_the_period_does_not_shorten_the_wait(meetings):
    table = meetings(("2016-01-15", False), ("2016-07-16", False))
    assert regularity(table, STUDY, 6)["longest_gap"].tolist() == [0, 182]


def test_waves_that_are_yet_to_come_have_no_row(meetings):
    assert regularity(meetings(*SPRING), STUDY, 0)["period"].tolist() == [0]


@pytest.mark.parametrize(("kind", "held"), [("lokus", 1), (None, 1), ("styrgrupp", 0)])
def test_only_the_groups_own_meetings_count(meetings, kind, held):
    got = regularity(meetings(("2016-01-15", False), meeting_type=kind), STUDY, 0)
    assert got["held"].tolist() == [held]


def test_group_that_has_never_met_has_no_gap(meetings):
    got = regularity(meetings(("2016-01-10", True)), STUDY, 6)
    assert got["cancelled"].tolist() == [1, 0]
    assert got[["median_gap", "longest_gap"]].isna().all(axis=None)
    assert regularity(meetings(), STUDY, 6)["planned"].tolist() == [0, 0]


# Attendance


def test_attendance_of_those_invited_to_meetings_that_were_held(meetings, attendance):
    held = meetings(("2016-02-01", False), ("2016-03-01", None), ("2016-04-01", True))
    came = attendance(
        ("m1", "af", True, 2, None),  # two people are one attendance
        ("m2", "af", True, 0, None),
        ("m3", "af", True, 1, None),  # cancelled
        ("m1", "fk", False, 1, None),  # came without being invited
        ("m2", "fk", True, None, None),
        ("m9", "region", True, 1, None),  # another group's meeting
    )
    got = attendance_by_party(came, held, STUDY, 12).set_index("party")
    assert got[["present", "invited", "share"]].to_dict("index") == {
        "af": {"present": 1, "invited": 2, "share": 0.5},
        "fk": {"present": 0, "invited": 1, "share": 0.0},
    }
    # Wilson: half-width 1.959964 * sqrt(0.5 + 0.960365) / 5.841459 = 0.405469.
    limits = got.loc["af", ["low", "high"]].tolist()
    assert limits == pytest.approx([0.094531, 0.905469], abs=1e-6)


def test_meetings_after_the_wave_do_not_count(meetings, attendance):
    held = meetings(("2016-02-01", False), ("2016-08-01", False))
    came = attendance(("m1", "af", True, 1, None), ("m2", "af", True, 0, None))
    got = attendance_by_party(came, held, STUDY, 6)
    assert got[["invited", "present"]].to_numpy().tolist() == [[1, 1]]


def test_mandate_is_a_share_of_meetings_where_it_is_known_and_someone_came(meetings, attendance):
    held = meetings(*[(f"2016-02-0{day}", False) for day in range(1, 6)])
    came = attendance(
        ("m1", "af", True, 2, "yes"),
        ("m2", "af", True, 1, "no"),
        ("m3", "af", True, 1, "unknown"),
        ("m4", "af", True, 1, None),
        ("m5", "af", True, 0, "no"),  # nobody came
        ("m1", "fk", True, 1, "unknown"),
    )
    got = attendance_by_party(came, held, STUDY, 12).set_index("party")["mandate"]
    assert got["af"] == 0.5
    assert pd.isna(got["fk"])


def test_mandate_of_a_party_that_only_one_person_comes_from_is_not_told(meetings, attendance):
    came = attendance(("m1", "af", True, 1, "yes"))
    got = attendance_by_party(came, meetings(("2016-02-01", False)), STUDY, 12)
    assert got["share"].tolist() == [1.0]
    assert got["mandate"].isna().all()


def test_attendance_of_the_coordinator_who_is_one_person_is_not_told(meetings, attendance):
    came = attendance(("m1", "coordinator", True, 1, "yes"))
    held = meetings(("2016-02-01", False))
    assert attendance_by_party(came, held, STUDY, 12).empty
    assert attendance_by_period(came, held, STUDY, 12).empty


def test_attendance_per_period_has_a_column_for_each_with_meetings(meetings, attendance):
    held = meetings(
        ("2016-01-10", False), ("2016-09-01", False), ("2016-10-01", False), ("2017-02-01", False)
    )
    came = attendance(
        ("m2", "af", True, 1, None),
        ("m3", "af", True, 0, None),
        ("m4", "af", True, 0, None),  # after the last wave
        ("m1", "fk", True, 1, None),
    )
    got = attendance_by_period(came, held, STUDY, 12).set_index("party")
    assert got.columns.tolist() == ["0", "12"]
    assert got["12"].to_dict() == {"af": 0.5, "fk": pytest.approx(float("nan"), nan_ok=True)}
    assert got.loc["fk", "0"] == 1.0
    early = attendance_by_period(came, held, STUDY, 6)
    assert early.columns.tolist() == ["party", "0"]


def test_no_attendance_has_no_rows(meetings, attendance):
    assert attendance_by_party(attendance(), meetings(*SPRING), STUDY, 6).empty
    assert attendance_by_period(attendance(), meetings(*SPRING), STUDY, 6).empty
