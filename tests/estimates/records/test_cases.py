"""Records of the coordinator's log: each test states one rule of what is counted."""

import pandas as pd
import pytest

from shared.estimates.records.cases import AGE_BANDS, age_band


@pytest.fixture
def case(record):
    """Return the record of one case, opened on 1 February 2016 and seen on 15 July, day 165."""

    def build(wave=6, **known):
        built = record("cases", wave, koordinatorlogg=[{"opened_on": "2016-02-01", **known}])
        assert len(built) == 1
        return built.iloc[0]

    return build


@pytest.mark.parametrize(("wave", "n"), [(0, 1), (6, 2), (12, 3)])
def test_cases_count_up_to_the_reference_date_of_the_wave(record, wave, n):
    days = ("2016-01-15", "2016-07-15", "2017-01-15", "2017-01-16")
    built = record("cases", wave, koordinatorlogg=[{"opened_on": day} for day in days])
    assert built["period"].tolist() == ["0", "6", "12"][:n]


@pytest.mark.parametrize(
    ("closed_on", "outcome", "result"),
    [
        ("2016-02-01", "solved", "solved"),  # the day it came in
        ("2016-07-15", "solved", "solved"),
        ("2016-07-16", "open", "open"),
        (None, "open", "open"),
    ],
)
def test_case_is_open_until_the_day_it_closes(case, closed_on, outcome, result):
    got = case(closed_on=closed_on, outcome="solved")
    assert (got["outcome"], got["result"]) == (outcome, result)
    assert pd.isna(got["age_band"]) == (outcome != "open")


@pytest.mark.parametrize(
    ("outcome", "result"),
    [("partly", "partly"), ("unsolved", "not_solved"), ("passed_on", "not_solved")],
)
def test_closed_case_has_the_coarser_result(case, outcome, result):
    assert case(closed_on="2016-03-01", outcome=outcome)["result"] == result


def test_closed_case_without_a_result_is_unknown(case):
    got = case(closed_on="2016-03-01")
    assert (got["outcome"], got["result"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (0, "to_30"),
        (30, "to_30"),
        (31, "to_90"),
        (90, "to_90"),
        (91, "to_180"),
        (180, "to_180"),
        (181, "over_180"),
        (4000, "over_180"),
    ],
)
def test_age_is_in_the_band_that_reaches_it(days, band):
    assert age_band(pd.Series([days])).tolist() == [band]


def test_open_case_is_as_old_as_the_reference_date_says(case):
    assert case()["age_band"] == "to_180"  # 165 days
    assert case(wave=12)["age_band"] == "over_180"  # 349 days


def test_bands_keep_their_order():
    assert age_band(pd.Series([200.0, 1.0])).cat.categories.tolist() == list(AGE_BANDS)


def test_case_has_the_coarser_categories_of_its_codes(case):
    got = case(origin_party="municipality_ame", case_type="waiting_time")
    assert got[["from_party", "kind"]].tolist() == ["municipality", "decisions"]


@pytest.mark.parametrize(
    ("actions", "step"),
    [
        ("advice", "advice"),
        ("advice|contact_brokered", "brokered"),
        ("contact_brokered|advice", "brokered"),
        ("raised_to_lokus|meeting_called", "raised"),
        ("raised_to_board|raised_to_lokus", "raised"),
        ("no_action|advice", "advice"),
        ("no_action", "no_action"),
    ],
)
def test_of_several_actions_the_one_that_went_furthest_counts(case, actions, step):
    assert case(action=actions)["step"] == step


def test_case_without_action_has_no_step(record):
    log = [{"opened_on": "2016-02-01"}, {"opened_on": "2016-02-01", "action": "advice"}]
    built = record("cases", koordinatorlogg=log)
    assert built["step"].isna().tolist() == [True, False]


def test_every_action_of_a_case_is_a_record_of_its_own(record):
    log = [
        {"case_id": "a", "opened_on": "2016-02-01", "action": "advice|raised_to_lokus"},
        {"case_id": "b", "opened_on": "2016-02-01", "action": None},
        {"case_id": "c", "opened_on": "2016-08-01", "action": "advice"},  # after the wave
    ]
    built = record("case_actions", koordinatorlogg=log)
    assert built["case_id"].tolist() == ["a", "a", "b"]
    assert built["action"].fillna("none").tolist() == ["advice", "raised_to_lokus", "none"]


@pytest.mark.parametrize("kind", ["cases", "case_actions"])
def test_empty_log_has_no_records(record, kind):
    assert record(kind, koordinatorlogg=[]).empty
