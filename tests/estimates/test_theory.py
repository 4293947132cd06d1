"""The theory of change beside the evidence: each test states one rule."""

import pandas as pd
import pytest

from shared.estimates.theory import (
    of_cases,
    of_followups,
    of_issues,
    of_meetings,
    of_parts,
    steps_with_evidence,
    together,
)

NOTHING = pd.DataFrame(columns=["construct", "n", "change_low", "change_high", "p_holm"])


@pytest.fixture
def evidence_of(processed):
    """Return a function that says what the evidence says of a single step."""

    def build(indicators, **step):
        theory = processed("forandringsteori", {"step_id": "s", "stage": "short", **step})
        table = steps_with_evidence(theory, together(indicators))
        assert len(table) == 1
        return table["evidence"].iloc[0]

    return build


def indicator(name, low, high, part=None, n=10):
    columns = {"indicator": name, "part_id": part, "n": n, "low": low, "high": high}
    return pd.DataFrame([columns])


def verdicts(*rows):
    return pd.DataFrame(rows, columns=["part_id", "wave", "verdict"])


def changed(*rows, p_holm=0.01):
    columns = ["construct", "n", "change_low", "change_high"]
    return pd.DataFrame(rows, columns=columns).assign(p_holm=p_holm)


# What the evidence says


@pytest.mark.parametrize(
    ("low", "high", "says"),
    [
        (0.5, 0.8, "supports"),  # the whole interval reaches the target
        (0.49, 0.8, "open"),
        (0.2, 0.5, "open"),  # may just reach it
        (0.2, 0.49, "contradicts"),
        (None, None, "not_measured"),
    ],
)
def test_whole_interval_must_reach_or_fall_short_of_the_target(evidence_of, low, high, says):
    known = [indicator("cases_solved", low, high)]
    assert evidence_of(known, indicator="cases_solved", target_value=0.5) == says


def test_step_without_target_has_nothing_to_be_held_against(evidence_of):
    known = [indicator("cases_solved", 0.2, 0.4)]
    assert evidence_of(known, indicator="cases_solved", target_value=None) == "not_measured"


def test_target_of_zero_is_a_target(evidence_of):
    known = [of_parts(verdicts(), changed(("goals", 5, 0.0, 1.0)), 6)]
    step = {"indicator": "part_change", "part_id": "goals", "target_value": 0}
    assert evidence_of(known, **step) == "supports"


@pytest.mark.parametrize("name", [None, "issues_closed"])
def test_step_without_indicator_or_data_is_not_measured(evidence_of, name):
    known = [indicator("cases_solved", 0.2, 0.4)]
    assert evidence_of(known, indicator=name, target_value=0.5) == "not_measured"
    assert evidence_of([], indicator=name, target_value=0.5) == "not_measured"


@pytest.mark.parametrize(
    ("verdict", "says"),
    [
        ("in_place", "supports"),
        ("partly", "open"),
        ("not_yet", "contradicts"),
        ("cannot_judge", "not_measured"),
    ],
)
def test_part_in_place_supports_its_step_without_a_target(evidence_of, verdict, says):
    known = [of_parts(verdicts(("goals", 6, verdict)), NOTHING, 6)]
    assert evidence_of(known, indicator="part_in_place", part_id="goals") == says


def test_step_is_held_against_its_own_part_and_indicator(evidence_of):
    verdict = verdicts(("goals", 6, "in_place"), ("trust", 6, "not_yet"))
    known = [of_parts(verdict, changed(("trust", 5, -2, -1)), 6)]
    assert evidence_of(known, indicator="part_in_place", part_id="trust") == "contradicts"
    assert evidence_of(known, indicator="part_in_place", part_id="leadership") == "not_measured"
    step = {"indicator": "part_change", "target_value": 0}
    assert evidence_of(known, part_id="trust", **step) == "contradicts"
    assert evidence_of(known, part_id="goals", **step) == "not_measured"


def test_steps_are_in_the_order_of_the_chain_and_all_there(processed):
    steps = [
        {"step_id": "s3", "stage": "long", "text_sv": "c", "indicator": "share_to_work"},
        {"step_id": "s2", "stage": "resources", "text_sv": "b"},
        {"step_id": "s1", "stage": "resources", "text_sv": "a", "mechanism": "mechanism_1"},
    ]
    got = steps_with_evidence(processed("forandringsteori", *steps), together([]))
    assert got["text_sv"].tolist() == ["a", "b", "c"]
    assert got["n"].tolist() == [0, 0, 0]
    assert got["indicator"].fillna("-").tolist() == ["-", "-", "share_to_work"]
    assert got["mechanism"].astype(object).fillna("-").tolist() == ["mechanism_1", "-", "-"]


def test_step_has_the_n_of_its_indicator(processed):
    step = {"step_id": "s", "stage": "short", "indicator": "cases_solved", "target_value": 0.5}
    known = together([indicator("cases_solved", 0.1, 0.2, n=4)])
    assert steps_with_evidence(processed("forandringsteori", step), known)["n"].tolist() == [4]


def test_theory_without_steps_is_empty(processed):
    known = together([indicator("cases_solved", 0.1, 0.2)])
    assert steps_with_evidence(processed("forandringsteori"), known).empty


# The indicators


def test_part_is_as_far_as_the_construct_that_changed_least():
    table = changed(("resources_staff", 9, 0.5, 1.5), ("resources_econ", 7, -0.5, 0.5))
    got = of_parts(verdicts(), table, 6)
    assert got[["part_id", "n", "low", "high"]].to_numpy().tolist() == [["resources", 7, -0.5, 0.5]]


def test_parts_are_judged_in_a_study_without_a_survey():
    got = of_parts(verdicts(("goals", 6, "in_place")), None, 6)
    assert got[["indicator", "part_id", "verdict"]].to_numpy().tolist() == [
        ["part_in_place", "goals", "in_place"]
    ]


@pytest.mark.parametrize(("p_holm", "low"), [(0.049, 0.5), (0.05, float("-inf"))])
def test_change_whose_adjusted_p_is_not_small_has_no_limits(p_holm, low):
    got = of_parts(verdicts(), changed(("goals", 9, 0.5, 1.5), p_holm=p_holm), 6)
    assert got["low"].tolist() == [low]


def test_construct_that_is_no_part_of_the_process_is_no_indicator():
    assert of_parts(verdicts(), changed(("needs", 9, 0.5, 1.5)), 6).empty


def test_parts_are_in_place_at_the_wave():
    got = of_parts(verdicts(("goals", 0, "not_yet"), ("goals", 6, "in_place")), NOTHING, 6)
    assert got["verdict"].tolist() == ["in_place"]


def met(*rows):
    return pd.DataFrame(rows, columns=["period", "planned", "held"])


def came(*rows):
    columns = ["party", "present", "invited", "share", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def test_meetings_held_are_a_share_of_those_planned_in_the_period():
    # Wilson limits of 9 of 12, as R's prop.test(9, 12, correct = FALSE) gives them.
    got = of_meetings(met((0, 5, 1), (6, 12, 9)), came(), 6).iloc[0]
    assert (got["indicator"], got["n"]) == ("meetings_held", 12)
    assert (got["low"], got["high"]) == pytest.approx((0.467694665, 0.911058332), abs=1e-9)


def test_attendance_is_that_of_the_party_that_comes_least():
    table = came(("af", 8, 10, 0.8, 0.5, 0.9), ("fk", 2, 10, 0.2, 0.1, 0.5))
    got = of_meetings(met((6, 1, 1)), table, 6).set_index("indicator").loc["party_present"]
    assert got[["n", "low", "high"]].tolist() == [10, 0.1, 0.5]


@pytest.mark.parametrize("periods", [(), ((6, 0, 0),), ((0, 5, 5),)])
def test_without_planned_meetings_or_attendance_nothing_is_measured(evidence_of, periods):
    known = [of_meetings(met(*periods), came(), 6)]
    for name in ("meetings_held", "party_present"):
        assert evidence_of(known, indicator=name, target_value=0.5) == "not_measured"


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


def test_solved_cases_are_a_share_of_those_closed():
    outcomes = ["solved", "solved", "partly", "unknown", "open", "open"]
    got = only_row(of_cases(pd.DataFrame({"outcome": outcomes})))
    assert (got["n"], got["share"]) == (4, 0.5)


def test_closed_issues_are_a_share_of_all():
    status = pd.DataFrame({"status": ["closed", "open", "in_progress", "rejected"]})
    got = only_row(of_issues(status))
    assert (got["n"], got["share"]) == (4, 0.25)


def test_work_is_a_share_of_those_reached_at_the_wave():
    rows = [
        (6, True, "regular_work"),
        (6, True, "subsidised_work"),
        (6, True, "studying"),
        (6, True, "work_training"),
        (6, True, "worse"),
        (6, True, "neither"),
        (6, True, "unknown"),
        (6, True, "same"),
        (6, False, "not_reached"),
        (0, True, "regular_work"),
    ]
    got = of_followups(pd.DataFrame(rows, columns=["wave", "reached", "place"]), 6)
    shares = got.set_index("indicator")["share"].to_dict()
    assert shares == {"share_to_work": 0.25, "share_to_work_or_study": 0.375}
    assert got["n"].tolist() == [8, 8]


def test_nothing_closed_raised_or_followed_up_is_not_measured(evidence_of):
    empty = pd.DataFrame({"wave": [], "reached": pd.Series(dtype=bool), "place": []})
    known = [
        of_cases(pd.DataFrame({"outcome": ["open"]})),
        of_issues(pd.DataFrame({"status": []})),
        of_followups(empty, 6),
    ]
    for name in ("cases_solved", "issues_closed", "share_to_work", "share_to_work_or_study"):
        assert evidence_of(known, indicator=name, target_value=0.0) == "not_measured"
