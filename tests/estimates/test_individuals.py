"""Individuals: each test states one rule of who counts, with figures by hand or of statsmodels."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from shared.estimates.individuals import (
    adjusted,
    first_events_by,
    headcount,
    staying_in_work,
    time_in_effort,
    women_and_men,
)
from shared.estimates.periods import DAYS_PER_MONTH
from shared.estimates.records.register import people
from shared.estimates.time_to_event.compare import gray, log_rank
from shared.estimates.time_to_event.kaplan_meier import restricted_mean
from shared.study import Study

GENDERS = ["all", "woman", "man"]


def events(*rows, **columns):
    """Return first events of (months, cause), of women observed from the start if not said."""
    table = pd.DataFrame(rows, columns=["months", "cause"]).astype({"months": float, "cause": int})
    known = {"gender": "woman", "entry": 0.0, "work_months": np.nan, "work_ended": False}
    built = table.assign(**{**known, **columns})
    without = {"without_months": built["months"], "without_ended": built["cause"].isin([1, 2])}
    return built.assign(**{name: built.get(name, values) for name, values in without.items()})


def column(table, name, gender="all", **where):
    rows = table[table["gender"] == gender]
    for key, value in where.items():
        rows = rows[rows[key] == value]
    return rows.set_index("month")[name]


# How many there are


@pytest.mark.parametrize(
    ("genders", "counts"),
    [
        (["man", "woman", "woman", "unknown", "woman"], [3, 1, 1, 5]),
        (["man", "man"], [0, 2, 0, 2]),
        ([], [0, 0, 0, 0]),
    ],
)
def test_people_are_counted_by_gender_and_together(genders, counts):
    got = headcount(pd.DataFrame({"gender": pd.Series(genders, dtype="str")}))
    assert got["gender"].tolist() == ["woman", "man", "unknown", "all"]
    assert got["n"].tolist() == counts


def test_people_of_the_register_are_counted_once(processed):
    rows = [("a", "woman"), ("a", "woman"), ("b", None), (None, "man"), (None, "man")]
    register = processed(
        "deltaganden",
        *(
            {"participation_id": str(n), "person_id": who, "gender": gender}
            for n, (who, gender) in enumerate(rows)
        ),
    )
    study = Study(name="s", title="Study", waves={0: None}, groups=[{"id": "A"}])
    got = headcount(people({"deltaganden": register}, study, 0))
    assert got.set_index("gender")["n"].to_dict() == {"woman": 1, "man": 2, "unknown": 1, "all": 4}


# The share by the event that came first


def test_studies_and_compensation_compete_with_work():
    # Of four, one works after 2 months and one studies after 4: half are left when one of those
    # two works after 7 months. Had the student only been lost, it would be 1/4 + 3/4 * 1/2.
    got = first_events_by(events((2, 1), (4, 2), (7, 1), (12, 0)), 12)
    work = column(got, "incidence", cause="work")
    assert work.loc[[1, 2, 6, 7, 12]].tolist() == [0, 0.25, 0.25, 0.5, 0.5]
    assert column(got, "incidence", cause="studies").loc[[3, 4, 12]].tolist() == [0, 0.25, 0.25]
    assert column(got, "n", cause="work").loc[[1, 2, 3, 7, 8, 12]].tolist() == [4, 4, 3, 2, 1, 1]
    assert column(got, "events", cause="work").loc[[1, 2, 6, 7, 12]].tolist() == [0, 1, 1, 2, 2]


def test_each_gender_cause_and_month_has_a_row():
    got = first_events_by(events((2, 1)), 6)
    causes = ["work", "studies", "compensation"]
    exp = [
        (gender, cause, month) for gender in GENDERS for cause in causes for month in range(1, 7)
    ]
    assert list(got[["gender", "cause", "month"]].itertuples(index=False, name=None)) == exp


def test_cause_that_ended_no_wait_has_a_share_of_zero():
    got = first_events_by(events((2, 1), (12, 0)), 12)
    assert (column(got, "incidence", cause="compensation") == 0).all()


def test_share_is_unknown_after_the_last_follow_up():
    got = column(first_events_by(events((4, 0)), 6), "incidence", cause="work")
    assert got.tolist() == pytest.approx([0, 0, 0, 0, np.nan, np.nan], nan_ok=True)


@pytest.mark.parametrize(("days", "share"), [(91, 1.0), (92, 0.0)])
def test_month_is_a_twelfth_of_a_year(days, share):
    got = column(first_events_by(events((days / DAYS_PER_MONTH, 1)), 12), "incidence", cause="work")
    assert got.loc[3] == share


def test_people_who_enter_later_are_at_risk_from_then():
    # Work after 2 months is one of two: the third enters after 3. After 5 it is one of two again.
    got = first_events_by(events((2, 1), (12, 0), (5, 1), entry=[0.0, 0.0, 3.0]), 12)
    assert column(got, "n", cause="work").loc[[2, 3, 4, 6]].tolist() == [2, 1, 2, 1]
    assert column(got, "incidence", cause="work").loc[[2, 4, 5]].tolist() == [0.5, 0.5, 0.75]


def test_women_and_men_have_rows_of_their_own():
    got = first_events_by(events((2, 1), (12, 0), (12, 0), gender=["woman", "woman", "man"]), 12)
    found = {gender: column(got, "incidence", gender, cause="work").loc[12] for gender in GENDERS}
    assert found == pytest.approx({"all": 1 / 3, "woman": 0.5, "man": 0.0})


def test_people_of_unknown_gender_are_left_out_of_all_too():
    got = first_events_by(events((2, 1), (12, 0), gender=["unknown", "woman"]), 12)
    assert column(got, "n", cause="work").loc[1] == 1
    assert column(got, "incidence", cause="work").loc[12] == 0


def test_nobody_has_no_share():
    got = first_events_by(events(), 12)
    assert (got["n"] == 0).all()
    assert got["incidence"].isna().all()


def test_baseline_has_no_months_yet():
    assert first_events_by(events((2, 1)), 0).empty


# Women and men


@pytest.fixture
def both():
    """Ten women and ten men: men reach work sooner; one of each studies, one man is settled."""
    women = [(3, 1), (5, 1), (7, 1), (8, 2), (9, 1), (11, 1), (12, 0), (13, 0), (14, 1), (15, 0)]
    men = [(1, 1), (2, 1), (2.5, 1), (4, 1), (4.5, 2), (5.5, 3), (6, 1), (6.5, 1), (10, 0), (16, 1)]
    return events(*women, *men, gender=["woman"] * 10 + ["man"] * 10)


def compared(table, wave=12):
    return women_and_men(table, wave).set_index("comparison")


def test_any_event_is_compared_as_by_statsmodels(both):
    from statsmodels.duration.survfunc import survdiff

    _, p = survdiff(both["months"], both["cause"] > 0, both["gender"])
    assert compared(both).loc["any", "p"] == pytest.approx(p)


def test_work_is_compared_by_grays_test(both):
    exp = gray(both["months"], both["cause"], both["gender"], of=1).p
    assert compared(both).loc["gray", "p"] == pytest.approx(exp)
    assert exp != pytest.approx(compared(both).loc["any", "p"], rel=0.1)


def test_mean_months_without_work_by_hand():
    # Nobody is lost: the mean of the months, none beyond 12, with a variance divided by n. That
    # compensation came first makes no difference.
    women, men = np.array([2.0, 4, 6, 8, 14]), np.array([1.0, 2, 3, 4, 5])
    known = {"without_months": [*women, *men], "without_ended": True}
    table = events(*[(0.5, 3)] * 10, gender=["woman"] * 5 + ["man"] * 5, **known)
    got = compared(table).loc["months"]
    half = 1.959964 * np.sqrt((women.clip(max=12).var() + men.var()) / 5)
    exp = [6.4 - 3.0, 3.4 - half, 3.4 + half]
    assert got[["difference", "low", "high"]].tolist() == pytest.approx(exp, abs=1e-5)


def test_months_without_work_are_unknown_when_a_gender_is_not_followed_so_long(both):
    short = both.assign(without_months=both["without_months"].clip(upper=11.0))
    got = compared(short.assign(without_ended=False)).loc["months"]
    assert np.isnan(got["difference"])


def test_late_entrants_are_left_out_of_grays_test_only(both):
    late = both.assign(entry=[0.5, 0.0] * 10)
    assert compared(late)["n"].tolist() == [10, 20, 20]
    assert compared(late).loc["gray", "p"] == compared(late[late["entry"] == 0]).loc["gray", "p"]


def test_late_entrants_are_at_risk_from_then_in_the_other_two(both):
    late = both.assign(entry=np.where(both["months"] > 3, [3.5, 0.0] * 10, 0.0))
    wait = late["months"], late["cause"] > 0, late["gender"]
    assert compared(late).loc["any", "p"] == pytest.approx(log_rank(*wait, entry=late["entry"]).p)
    women, men = (
        restricted_mean(of["without_months"], of["without_ended"], 12, of["entry"])
        for of in (late[late["gender"] == "woman"], late[late["gender"] == "man"])
    )
    exp = women.mean - men.mean
    assert compared(late).loc["months", "difference"] == pytest.approx(exp)
    assert compared(both).loc["months", "difference"] != pytest.approx(exp)
    assert compared(both).loc["any", "p"] != pytest.approx(compared(late).loc["any", "p"])


def test_unknown_gender_is_not_compared(both):
    more = pd.concat([both, both.assign(gender="unknown")])
    pd.testing.assert_frame_equal(compared(more), compared(both))


@pytest.mark.parametrize(("men", "known"), [(4, False), (5, True)])
def test_fewer_than_five_of_a_gender_are_not_compared(both, men, known):
    got = compared(both.iloc[: 10 + men])
    assert got["p"].notna().tolist() == [known] * 3
    assert got["n"].tolist() == [10 + men] * 3


def test_nobody_and_the_baseline_are_not_compared(both):
    for table, wave in [(events(), 12), (both, 0)]:
        got = compared(table, wave)
        assert got["n"].tolist() == [0, 0, 0]
        assert got["p"].isna().all()


# Adjusted for one another


def simulated(n=400, seed=1, **columns):
    """Return waits where women reach work at 0.6 of men's rate, others too, and some enter late."""
    rng = np.random.default_rng(seed)
    gender = rng.choice(["woman", "man"], n)
    wait = rng.exponential(10 / np.where(gender == "woman", 0.6, 1.0))
    seen = rng.uniform(6, 18, n)
    cause = np.where(wait < seen, rng.choice([1, 1, 1, 2, 3], n), 0)
    known = {
        "gender": gender,
        "entry": np.where(rng.random(n) < 0.3, np.minimum(wait, seen) / 2, 0.0),
        "age": rng.integers(18, 65, n).astype(float),
        "education": rng.choice(["none", "primary", "upper_secondary", "tertiary"], n),
        "public_support_months": rng.integers(0, 120, n).astype(float),
    }
    rows = zip(np.minimum(wait, seen), cause, strict=True)
    return events(*rows, **{**known, **columns})


def test_hazard_ratios_match_statsmodels():
    from statsmodels.duration.hazard_regression import PHReg

    people = simulated()
    x = np.column_stack(
        [
            people["gender"] == "woman",
            people["age"] / 10,
            people["education"].isin(["upper_secondary", "tertiary"]),
            people["public_support_months"] / 12,
        ]
    ).astype(float)
    fit = PHReg(people["months"], x, people["cause"] == 1, entry=people["entry"]).fit()
    got = adjusted(people)
    assert got["covariate"].tolist() == ["woman", "age", "schooled", "support_years"]
    assert got["hazard_ratio"].tolist() == pytest.approx(np.exp(fit.params).tolist(), rel=1e-5)
    limits = got[["hazard_low", "hazard_high"]].to_numpy()
    assert limits == pytest.approx(np.exp(fit.conf_int()), rel=1e-4)
    assert got["p"].tolist() == pytest.approx(fit.pvalues.tolist(), rel=1e-3)
    assert (got["n"] == 400).all()
    assert (got["events"] == (people["cause"] == 1).sum()).all()


def test_ratio_that_changes_over_time_has_a_small_p_of_its_own():
    # Women reach work in the first months or not at all; age and the others say nothing.
    rng = np.random.default_rng(2)
    people = simulated(600)
    women = people["gender"] == "woman"
    people["months"] = np.where(women, rng.choice([1, 15], 600), 5) + rng.random(600)
    got = adjusted(people.assign(entry=0.0)).set_index("covariate")["p_proportional"]
    assert got["woman"] < 1e-6
    assert (got.drop("woman") > 0.001).all()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("gender", "unknown"),
        ("age", np.nan),
        ("education", None),
        ("education", "unknown"),
        ("public_support_months", np.nan),
    ],
)
def test_people_lacking_a_covariate_are_left_out_and_n_says_so(name, value):
    people = simulated()
    people.loc[:9, name] = value
    got = adjusted(people)
    assert (got["n"] == 390).all()
    pd.testing.assert_frame_equal(got, adjusted(people.iloc[10:]))


@pytest.mark.parametrize(("works", "rows"), [(39, 0), (40, 4)])
def test_ten_events_are_needed_for_each_coefficient(works, rows):
    people = simulated()
    some = np.flatnonzero(people["cause"] == 1)[works:]
    people.loc[some, "cause"] = 2
    assert len(adjusted(people)) == rows


@pytest.mark.parametrize(("women", "rows"), [(4, 0), (5, 4)])
def test_five_events_are_needed_on_both_sides(women, rows):
    people = simulated()
    some = people.index[(people["cause"] == 1) & (people["gender"] == "woman")][women:]
    assert len(adjusted(people.drop(some))) == rows


def test_without_a_model_the_columns_are_the_same():
    few = adjusted(simulated(10))
    assert few.empty
    assert list(few) == list(adjusted(simulated()))


# Unbroken time in the first work


def works(*rows, **columns):
    """Return people of whom each was in work so many months, and whether they left it."""
    months, ended = zip(*rows, strict=True)
    return events(*[(1, 1)] * len(rows), work_months=months, work_ended=ended, **columns)


def test_share_still_in_work_by_hand():
    # One of four leaves after 2 months; one is last seen after 3, so that one of two leaves at 5.
    got = staying_in_work(works((2.0, True), (3.0, False), (5.0, True), (12.0, False)), 12)
    assert column(got, "share").loc[[1, 2, 4, 5, 12]].tolist() == [1, 0.75, 0.75, 0.375, 0.375]
    assert column(got, "n").loc[[1, 2, 3, 4, 6]].tolist() == [4, 4, 3, 2, 1]
    assert column(got, "events").loc[[1, 2, 4, 5, 12]].tolist() == [0, 1, 1, 2, 2]
    assert column(got, "low").loc[2] < 0.75 < column(got, "high").loc[2]


def test_only_those_of_known_gender_who_reached_work_can_leave_it():
    rows = [(2.0, True), (12.0, False), (12.0, False), (np.nan, False)]
    got = staying_in_work(works(*rows, gender=["unknown", "woman", "man", "woman"]), 12)
    assert [column(got, "n", gender).loc[1] for gender in GENDERS] == [2, 1, 1]
    assert (got["share"] == 1).all()


def test_nobody_stays_in_work():
    got = staying_in_work(events((12, 0)), 6)
    assert len(got) == 18
    assert got["share"].isna().all()


# Time in the effort


def taken(*rows, gender="woman"):
    """Return participations from and to a day of 2016."""
    days = pd.DataFrame(rows, columns=["start_on", "end_on"]).apply(
        lambda column: pd.to_datetime(column, format="%Y-%m-%d")
    )
    return days.assign(gender=gender)


AS_OF = date(2017, 12, 31)


def effort(table, as_of=AS_OF, gender="all"):
    return time_in_effort(table, as_of).set_index("gender").loc[gender]


def test_median_and_mean_of_ended_participations_by_hand():
    # After 31, 60 and 500 days; of the last no more than 12 months count in the mean.
    rows = [("2016-01-01", end) for end in ("2016-02-01", "2016-03-01", "2017-05-15")]
    got = effort(taken(*rows))
    assert got["n"] == got["events"] == 3
    assert got["median"] == pytest.approx(60 / DAYS_PER_MONTH)
    assert got["mean"] == pytest.approx((91 / DAYS_PER_MONTH + 12) / 3)
    spread = np.std([31 / DAYS_PER_MONTH, 60 / DAYS_PER_MONTH, 12]) / np.sqrt(3)
    assert got["mean_high"] - got["mean"] == pytest.approx(1.959964 * spread, rel=1e-5)


@pytest.mark.parametrize(("end", "events"), [(None, 1), ("2018-01-01", 1), ("2017-12-31", 2)])
def test_participations_that_go_on_count_for_as_long_as_they_have(end, events):
    got = effort(taken(("2016-01-01", "2016-02-01"), ("2016-06-01", end)))
    assert got[["n", "events"]].tolist() == [2, events]


def test_ongoing_are_not_ended_in_the_median():
    # Three of five have ended; leaving out the two that go on would give 60 days.
    ended = [("2016-01-01", end) for end in ("2016-02-01", "2016-03-01", "2016-12-01")]
    got = effort(taken(*ended, ("2016-01-01", None), ("2016-01-01", None)))
    assert got["median"] == pytest.approx(335 / DAYS_PER_MONTH)
    assert got["mean"] == pytest.approx(((31 + 60 + 335) / DAYS_PER_MONTH + 24) / 5)


def test_participations_without_a_start_or_not_begun_are_left_out():
    got = effort(taken(("2016-01-01", None), (None, "2016-02-01"), ("2018-01-01", None)))
    assert got["n"] == 1


def test_efforts_of_women_and_men_and_none_of_unknown_gender():
    table = taken(*[("2016-01-01", "2016-02-01")] * 3, gender=["woman", "man", "unknown"])
    assert time_in_effort(table, AS_OF)["gender"].tolist() == GENDERS
    assert time_in_effort(table, AS_OF)["n"].tolist() == [2, 1, 1]


def test_wave_without_a_date_says_nothing_of_the_effort():
    got = time_in_effort(taken(("2016-01-01", "2016-02-01")), None)
    assert got["n"].tolist() == [0, 0, 0]
    assert got[["median", "mean"]].isna().all(axis=None)
