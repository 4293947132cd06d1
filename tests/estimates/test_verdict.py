"""In place or not: each test states one rule of the verdict, with values worked by hand."""

from datetime import date

import pandas as pd
import pytest

from shared.estimates.verdict import assessor_agreement, evidence, over_waves, rule, tally
from shared.study import Study

WAVES = {0: date(2016, 1, 15), 6: date(2016, 7, 15), 12: date(2017, 1, 15)}
TYPES = {"wave": "Int64", "answer": "Float64", "is_anchor": "boolean"}


def study(**settings):
    return Study(name="s", title="Study", waves=WAVES, groups=[{"id": "A"}], **settings)


def answers(*given, construct="goals", wave=0, item="Q1", is_anchor=True):
    """Build records where one respondent after the other gives one answer."""
    table = pd.DataFrame({"answer": given, "respondent_id": [f"r{i}" for i in range(len(given))]})
    known = {"construct": construct, "wave": wave, "item_id": item, "is_anchor": is_anchor}
    return table.assign(**known).astype(TYPES)


@pytest.fixture
def checklist(processed):
    """Return a function that builds judgements from (part, judgement, assessor), at one wave."""

    def build(*rows, wave=0):
        columns = ["part_id", "in_place", "assessor"]
        judged = [{**dict(zip(columns, row, strict=True)), "wave": wave} for row in rows]
        return processed("checklista", *judged)

    return build


@pytest.fixture
def meetings(processed):
    """Return a function that builds held meetings from days."""

    def build(*days):
        return processed("moten", *[{"held_on": day, "cancelled": False} for day in days])

    return build


def row(table, part="goals", wave=0):
    return table.set_index(["part_id", "wave"]).loc[(part, wave)]


# The sources


@pytest.mark.parametrize(
    ("given", "rating"),
    [
        ((3, 3, 3, 4, 4, 4), "in_place"),  # mean 3.5
        ((3, 3, 3, 3, 4, 4), "partly"),  # 3.33
        ((2, 3, 3, 3), None),  # four are too few
        ((2, 3, 3, 3, 2, 3, 3, 3), "partly"),  # 2.75
        ((2, 2, 3, 3, 3, 2, 3, 3), "not_yet"),  # 2.625
        ((5, 5, 5, 5, None), None),  # the fifth has no answer on the scale
    ],
)
def test_survey_rates_by_the_mean_of_at_least_five(given, rating):
    got = row(evidence(study(), 0, answers=answers(*given)))["survey"]
    assert (None if pd.isna(got) else got) == rating


def test_threshold_of_the_study_is_how_many_must_answer():
    strict = study(disclosure={"threshold": 6})
    got = row(evidence(strict, 0, answers=answers(5, 5, 5, 5, 5)))
    assert pd.isna(got["survey"])
    assert got["verdict"] == "cannot_judge"


def test_only_anchor_items_are_judged_by():
    table = pd.concat([answers(*[2] * 5), answers(*[5] * 5, item="Q2", is_anchor=None)])
    assert row(evidence(study(), 0, answers=table))["survey"] == "not_yet"


def test_constructs_of_a_part_are_one_mean():
    # Each respondent: 5 of the economy and 2 of the staff make 3.5 of resources.
    parts = [("resources_econ", 5, "Q1"), ("resources_staff", 2, "Q2")]
    table = pd.concat([answers(*[v] * 5, construct=name, item=item) for name, v, item in parts])
    assert row(evidence(study(), 0, answers=table), "resources")["survey"] == "in_place"


def test_construct_that_is_no_part_of_the_process_rates_nothing():
    got = evidence(study(), 0, answers=answers(*[5] * 5, construct="needs"))
    assert got["survey"].isna().all()
    assert len(got) == 6


@pytest.mark.parametrize(
    ("one", "other", "rating"),
    [
        ("yes", "partly", "partly"),
        ("no", "yes", "not_yet"),
        ("partly", "no", "not_yet"),
        ("yes", "yes", "in_place"),
        ("yes", "unknown", "in_place"),
        ("unknown", "no", "not_yet"),
        ("unknown", "unknown", None),
    ],
)
def test_more_cautious_of_two_judgements_stands(checklist, one, other, rating):
    judged = checklist(("goals", one, "x"), ("goals", other, "y"))
    got = row(evidence(study(), 0, checklist=judged))["checklist"]
    assert (None if pd.isna(got) else got) == rating


@pytest.mark.parametrize(
    ("last", "rating"),
    [
        ("2015-12-01", "in_place"),  # 45 days before 15 January
        ("2015-11-30", "partly"),
        ("2015-10-17", "partly"),  # 90 days
        ("2015-10-16", "not_yet"),
    ],
)
def test_meetings_rate_by_the_longest_gap(meetings, last, rating):
    got = evidence(study(), 0, meetings=meetings(last))
    assert row(got, "meetings")["meeting_log"] == rating
    assert got.loc[got["part_id"] != "meetings", "meeting_log"].isna().all()


def test_group_that_stops_meeting_is_not_in_place_any_more(meetings):
    got = evidence(study(), 6, meetings=meetings("2016-01-10"))
    assert row(got, "meetings", 0)["verdict"] == "in_place"
    assert row(got, "meetings", 6)["verdict"] == "not_yet"


# The rule


@pytest.fixture
def three(checklist, meetings):
    """Return the evidence for ``meetings`` where survey, checklist and log say different things."""

    def build(**settings):
        sources = {
            "answers": answers(*[5] * 5, construct="meetings"),  # in place
            "checklist": checklist(("meetings", "partly", "x")),
            "meetings": meetings("2015-06-01"),  # not yet
        }
        left_out = settings.pop("without", ())
        known = {name: table for name, table in sources.items() if name not in left_out}
        return row(evidence(study(verdict=settings), 0, **known), "meetings")["verdict"]

    return build


@pytest.mark.parametrize(
    ("combine", "without", "verdict"),
    [
        ("lowest", (), "not_yet"),
        ("lowest", ("meetings",), "partly"),
        ("lowest", ("meetings", "checklist"), "in_place"),
        ("middle", (), "partly"),
        ("middle", ("checklist",), "not_yet"),  # of two the lower
        ("middle", ("meetings",), "partly"),
        ("middle", ("meetings", "checklist"), "in_place"),
    ],
)
def test_study_says_what_holds_where_sources_differ(three, combine, without, verdict):
    assert three(combine=combine, without=without) == verdict


@pytest.mark.parametrize(
    ("sources", "without", "judged"),
    [(2, ("checklist",), True), (2, ("checklist", "meetings"), False), (3, ("checklist",), False)],
)
def test_with_fewer_sources_than_the_study_asks_for_nothing_is_judged(
    three, sources, without, judged
):
    assert (three(sources=sources, without=without) != "cannot_judge") == judged


def test_limits_are_those_of_the_study():
    limits = {"survey": {"in_place": 4.5, "partly": 4.0}}
    got = row(evidence(study(verdict=limits), 0, answers=answers(*[4] * 5)))
    assert got["verdict"] == "partly"
    assert rule(study(verdict=limits)).to_numpy().tolist() == [
        ["survey", 4.5, 4.0],
        ["meeting_log", 45, 90],
    ]


def test_without_any_source_nothing_can_be_judged(checklist, meetings):
    for sources in ({}, {"answers": answers(), "checklist": checklist(), "meetings": meetings()}):
        got = evidence(study(), 6, **sources)
        assert (got["verdict"] == "cannot_judge").all()
        assert got["wave"].tolist() == [0, 6] * 6


def test_waves_are_judged_apart(checklist):
    judged = pd.concat([checklist(("goals", "no", "x")), checklist(("goals", "yes", "x"), wave=6)])
    got = evidence(study(), 6, answers=answers(*[4] * 5, wave=6), checklist=judged)
    assert row(got, wave=0)["verdict"] == "not_yet"
    assert row(got, wave=6)[["survey", "verdict"]].tolist() == ["in_place", "in_place"]


def test_verdicts_over_waves_have_a_row_per_part_in_the_order_of_the_code_list(checklist):
    judged = pd.concat([checklist(("trust", "no", "x")), checklist(("goals", "yes", "x"), wave=6)])
    got = over_waves(evidence(study(), 6, checklist=judged))
    order = ["goals", "meetings", "resources", "leadership", "trust", "knowledge"]
    assert got["part_id"].tolist() == order
    assert got.columns.tolist() == ["part_id", "0", "6"]
    assert got["0"].tolist() == ["cannot_judge"] * 4 + ["not_yet", "cannot_judge"]
    assert got["6"].tolist() == ["in_place"] + ["cannot_judge"] * 5


def test_verdicts_of_a_wave_are_counted(checklist):
    rows = [("goals", "yes", "x"), ("trust", "yes", "x"), ("meetings", "partly", "x")]
    found = evidence(study(), 6, checklist=checklist(*rows, ("resources", "no", "x")))
    counts = ["parts", "in_place", "partly", "not_yet", "cannot_judge"]
    assert tally(found, 0)[counts].to_numpy().tolist() == [[6, 2, 1, 1, 2]]
    assert tally(found, 6)[counts].to_numpy().tolist() == [[6, 0, 0, 0, 6]]


# Assessors


def test_agreement_of_assessors_counts_near_misses_as_half(checklist):
    # Pairs yes-yes, yes-partly, no-no: weights 1, 0.5, 1. By chance, with the first assessor at
    # (2/3, 0, 1/3) and the second at (1/3, 1/3, 1/3): 2/3 * (1/3 + 1/6) + 1/3 * (1/6 + 1/3) = 0.5.
    pairs = {"goals": ("yes", "yes"), "trust": ("yes", "partly"), "meetings": ("no", "no")}
    judged = checklist(
        *[
            (part, said, who)
            for part, both in pairs.items()
            for who, said in zip("xy", both, strict=True)
        ]
    )
    got = assessor_agreement(judged).iloc[0]
    assert (got["n"], got["agreed"]) == (3, pytest.approx(2 / 3))
    assert got["kappa"] == pytest.approx((2.5 / 3 - 0.5) / 0.5)
    assert -1 < got["kappa_low"] < got["kappa"] < got["kappa_high"] < 1


def test_assessors_who_always_agree_have_no_limits(checklist):
    judged = [
        (part, said, who) for part, said in (("goals", "yes"), ("trust", "no")) for who in "xy"
    ]
    got = assessor_agreement(checklist(*judged)).iloc[0]
    assert got["kappa"] == pytest.approx(1)
    assert got[["kappa_low", "kappa_high"]].isna().all()


def test_part_that_one_assessor_could_not_judge_is_no_pair(checklist):
    judged = checklist(
        ("goals", "yes", "x"),
        ("goals", "unknown", "y"),
        ("trust", "no", "x"),
        ("meetings", "no", "x"),
        ("meetings", "yes", "y"),
    )
    assert assessor_agreement(judged)["n"].tolist() == [1]


def test_one_assessor_agrees_with_nobody(checklist):
    got = assessor_agreement(checklist(("goals", "yes", "x"), ("trust", "no", "x")))
    assert got["n"].tolist() == [0]
    assert got[["agreed", "kappa"]].isna().all(axis=None)
