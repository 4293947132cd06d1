"""Reconcile: planted truths printed as tables print them, with and without a slip."""

import json
import math
import random
from itertools import product

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from shared.cli import app
from shared.economics.reconcile.document import as_json
from shared.economics.reconcile.reconcile import reconcile_table
from shared.economics.reconcile.report import as_text
from shared.faults import InputError

COLUMNS = (
    "project,participants,cost_per_participant,payback_months,profit_total_short,"
    "profit_total_long,profit_pp_short,profit_pp_long,horizon_short_years,horizon_long_years"
)
JOBBSTUDION = "Jobbstudion,19,52000,6,1400000,10700000,71000,562000,1,5"
PROFITS = ("profit_total_short", "profit_total_long", "profit_pp_short", "profit_pp_long")


@pytest.fixture
def table(tmp_path):
    """Return a function that writes rows and gives what is found for each."""

    def write(*rows):
        path = tmp_path / "published.csv"
        path.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
        return reconcile_table(path)

    return write


def printed(n, cost, gain, short=1, long=5, *, up=True):
    """Return a true project as a table prints it: thousands per head, 0.1 Mkr in total."""
    row = {"participants": n, "cost_per_participant": round(cost, -3)}
    months = 12 * cost / gain if gain > 0 else math.inf
    reached = months <= 12 * long
    row["payback_months"] = (math.ceil(months) if up else round(months)) if reached else "i.v."
    for name, years in (("short", short), ("long", long)):
        row[f"profit_total_{name}"] = round(n * (years * gain - cost), -5)
        row[f"profit_pp_{name}"] = round(years * gain - cost, -3)
    return {**row, "horizon_short_years": short, "horizon_long_years": long}


def line(row, name="P"):
    return ",".join([name, *(f"{row[column]}" for column in COLUMNS.split(",")[1:])])


def kinds(one, certainty=None):
    return [(r.kind, r.cells) for r in one.readings if certainty in (None, r.certainty)]


# Clean rows


def test_jobbstudion_is_consistent_with_a_gain_of_122_900(table):
    (one,) = table(JOBBSTUDION)
    assert one.consistency.verdict == "consistent"
    assert set(one.consistency.status.values()) == {"agrees"}
    # 71 + 52 = 123.0 and (562 + 52) / 5 = 122.8; the second holds to (1 000 / 5) = 200 each way,
    # and 19 x at least 71 053 (1.35 Mkr) adds nothing to the upper end.
    assert one.gain.estimate == pytest.approx(122_900)
    assert (one.gain.low, one.gain.high) == pytest.approx((122_600, 123_000))
    text = as_text([one])
    assert "5 years x 122 900 - 52 000 = 562 500, printed 562 000:\n      agrees" in text
    assert max(map(len, text.splitlines())) <= 96


@pytest.mark.parametrize(
    "row",
    [
        'Mkr,19,52 000 kr,6,"1,4 Mkr","10,7 Mkr",71 000,562 000,1,5',
        "Four years,25,60000,9,500000,6500000,20000,260000,1,4",
        "Losing,30,80000,i.v.,-2000000,-600000,-68000,-20000,1,5",
        "Nothing gained,12,90000,i.v.,-1100000,-1100000,-90000,-90000,1,5",
        "Harm,12,90000,i.v.,-1300000,-2300000,-110000,-190000,1,5",
        "One,1,45000,4,100000,600000,90000,630000,1,5",
        "Profit i.v.,12,90000,i.v.,i.v.,i.v.,-110000,,1,5",
        "Zero,20,60000,12,0.0,4800000,0,240000,1,5",
        "Floats,19.0,52000.0,6.0,1400000.0,10700000.0,71000.0,562000.0,1.0,5.0",
        "No cost,19,,6,1400000,10700000,71000,562000,,",
        "Huge,1000,500000000,6,500000000000,4500000000000,500000000,4500000000,1,5",
        "Many,250000,52000,6,17750000000,140500000000,71000,562000,1,5",
        "Minus,10,81 620.5,i.v.,−0.8 Mkr,,−78.3 tkr,-65.0 tkr,1,5",
    ],
)
def test_clean_row_is_consistent(table, row):
    (one,) = table(row)
    assert one.consistency.conflicts == ()
    assert one.consistency.verdict == "consistent"


@settings(max_examples=60, deadline=None)
@given(
    n=st.integers(1, 200),
    cost=st.floats(5_000, 250_000),
    gain=st.floats(-100_000, 400_000),
    long=st.sampled_from([3, 4, 5, 10]),
    up=st.booleans(),
    blank=st.sets(st.sampled_from(COLUMNS.split(",")[1:8]), max_size=4),
)
def test_true_project_is_never_contradicted(tmp_path_factory, n, cost, gain, long, up, blank):
    row = {**printed(n, cost, gain, long=long, up=up), **dict.fromkeys(blank, "")}
    path = tmp_path_factory.mktemp("true") / "published.csv"
    path.write_text(f"{COLUMNS}\n{line(row)}\n", encoding="utf-8")
    (one,) = reconcile_table(path)
    assert one.consistency.conflicts == ()
    if one.gain:
        assert one.gain.low - 1e-3 <= gain <= one.gain.high + 1e-3


def test_true_projects_rounded_unevenly_are_never_contradicted(table):
    draw = random.Random(2016)
    rows = []
    for number in range(100):
        n, cost, gain = draw.randint(1, 80), draw.uniform(2e4, 1e5), draw.uniform(-5e4, 2e5)
        row = printed(n, cost, gain)
        for name, years in (("short", 1), ("long", 5)):
            unit = draw.choice([-3, -4, -5, -6])
            row[f"profit_total_{name}"] = round(n * (years * gain - cost), unit)
            row[f"profit_pp_{name}"] = round(years * gain - cost, draw.choice([0, -2, -3, -4]))
        rows.append(line(row, f"P{number}"))
    found = table(*rows)
    assert [one.row.name for one in found if one.consistency.conflicts] == []


def test_gain_of_a_consistent_row_holds_every_gain_that_prints_alike(table):
    # Brute force: all true projects on a grid that print as Jobbstudion does, by rounding up.
    (one,) = table(JOBBSTUDION)
    want = printed(19, 51_650, 122_750)
    assert line(want, "Jobbstudion") == JOBBSTUDION
    alike = [
        gain
        for gain, cost in product(range(121_000, 125_000, 10), range(51_500, 52_501, 20))
        if printed(19, cost, gain) == want
    ]
    assert one.gain.low <= min(alike)
    assert max(alike) <= one.gain.high


def test_gain_from_total_by_hand(table):
    # 71 000 + 52 000 is 122 000 to 124 000; the total narrows it to (10.65 Mkr / 19 + 51 500) / 5
    # and (10.75 Mkr / 19 + 52 500) / 5.
    (one,) = table("P,19,52000,,,10700000,71000,,1,5")
    assert (one.gain.low, one.gain.high) == pytest.approx((122_405, 123_658), abs=1)


def test_totals_of_any_size_are_possible(table):
    (one,) = table("P,10,,,100 000 Mkr,500 000 Mkr,,,1,5")
    assert one.consistency.conflicts == ()


def test_no_months_are_told_where_nothing_is_gained(table):
    # A gain of 0 to the nearest thousand may be a payback of 999 months.
    text = as_text(table("P,12,0,999,-36000,,-3000,,1,5"))
    assert " inf " not in text


# What cannot be tested


@pytest.mark.parametrize("row", ["Few,30,80000,,,,,,1,5", "One,,,,,,71000,,1,5", "None,,,,,,,,,"])
def test_too_few_figures_cannot_be_tested(table, row):
    (one,) = table(row)
    assert one.consistency.verdict == "untestable"
    assert "agrees" not in one.consistency.status.values()
    assert "cannot be tested" in as_text([one])


def test_blank_horizons_are_1_and_5_years_and_said(table):
    (one,) = table("P,19,52000,6,1400000,10700000,71000,562000,,")
    assert one.consistency.verdict == "consistent"
    assert "Not stated: short horizon and long horizon; 1 year and 5 years assumed." in as_text(
        [one]
    )


def test_blank_participants_are_implied(table):
    # 10.65 Mkr / 562 500 = 18.93 and 10.75 Mkr / 561 500 = 19.15: only 19.
    (one,) = table("P,,52000,6,1400000,10700000,71000,562000,1,5")
    assert one.consistency.verdict == "consistent"
    assert "Participants not printed; implied: 19." in as_text([one])


def test_no_whole_number_of_participants_is_a_contradiction(table):
    # 15 x 100 000.4 is 1 500 006 and 16 x is 1 600 006: 1 543 217 is between.
    (one,) = table("P,,,,1543217,,100000.5,,1,5")
    assert one.consistency.verdict == "contradictory"


# Planted slips


def planted(column, value):
    fields = dict(zip(COLUMNS.split(","), JOBBSTUDION.split(","), strict=True))
    return ",".join({**fields, column: value}.values())


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("profit_total_short", "-1400000", "sign"),
        ("profit_pp_long", "-562000", "sign"),
        ("profit_total_long", "11700000", "gross"),
        ("profit_pp_long", "614000", "gross"),
        ("profit_pp_short", "123000", "gross"),
        ("profit_total_long", "1070000", "factor"),
        ("profit_pp_short", "71", "factor"),
        ("cost_per_participant", "5200", "factor"),
        ("profit_pp_long", "62000", "digit"),
        ("participants", "91", "participants"),
        ("horizon_long_years", "4", "horizon"),
    ],
)
def test_planted_slip_is_the_one_likely_reading(table, column, value, kind):
    (one,) = table(planted(column, value))
    assert one.consistency.verdict == "contradictory"
    assert kinds(one, "likely") == [(kind, (column,))]
    if column in one.consistency.status:
        assert one.consistency.status[column] == "contradicts"
        assert list(one.consistency.status.values()).count("contradicts") == 1
    assert one.gain.low <= 122_750 <= one.gain.high
    assert "Likely: " in as_text([one])


def test_conflicts_are_smallest_sets_that_contradict(table):
    (one,) = table("P,19,,,1400000,,170000,,1,5")
    assert one.consistency.conflicts == (("participants", "profit_total_short", "profit_pp_short"),)
    # Profit is 1.4 Mkr / 19 = 73 684 a head, or 19 x 170 000 = 3.23 Mkr, or there are 8.
    assert one.implied["participants"] == pytest.approx((1_350_000 / 175_000, 1_450_000 / 165_000))
    assert "1 400 000 / 19 = 71 053 to 76 316, printed 170 000" in as_text([one])


def test_readings_in_one_figure_and_in_two_are_both_possible(table):
    # 60 - 90 is a loss of 30, printed as a profit; 2 x 60 - 90 is the profit after two years.
    true = printed(30, 90_000, 60_000)
    both = {c: abs(true[c]) for c in ("profit_total_short", "profit_pp_short")}
    (one,) = table(line({**true, **both}))
    assert ("horizon", ("horizon_short_years",)) in kinds(one, "possible")
    assert ("sign", tuple(both)) in kinds(one, "possible")
    assert kinds(one, "likely") == []


def test_loss_after_a_year_with_lost_signs_in_both_figures(table):
    true = printed(30, 90_000, 70_000)
    both = {c: abs(true[c]) for c in ("profit_total_short", "profit_pp_short")}
    (one,) = table(line({**true, **both}))
    assert ("sign", ("profit_total_short", "profit_pp_short")) in kinds(one, "possible")
    assert kinds(one, "likely") == []


def test_total_and_profit_per_participant_that_changed_places(table):
    (one,) = table("P,19,52000,6,71000,10700000,1400000,562000,1,5")
    assert kinds(one) == [("swapped", ("profit_total_short", "profit_pp_short"))]


def test_figures_copied_from_another_project(table):
    true = printed(40, 63_000, 91_000)
    copy = {"profit_pp_short": 71_000, "profit_pp_long": 562_000}
    found = table(JOBBSTUDION, line({**true, **copy}, "Copy"))
    assert ("copied", tuple(copy)) in kinds(found[1], "possible")
    assert "copied from Jobbstudion" in as_text(found)


def test_discounting_is_possible_and_never_likely(table):
    # 4 % a year after the first: 1 + .9615 + .9246 + .8890 + .8548 = 4.6299 years of gain.
    true = printed(20, 52_000, 123_000)
    long_run = 4.6299 * 123_000 - 52_000
    slip = {"profit_pp_long": round(long_run, -3), "profit_total_long": round(20 * long_run, -5)}
    (one,) = table(line({**true, **slip}))
    assert kinds(one, "likely") == []
    (other,) = [r for r in one.readings if r.kind == "not_linear"]
    assert other.detail[0] <= 1 / 1.04 - 1 <= other.detail[1]
    assert "discounted by" in as_text([one])


def test_gross_profit_that_growth_explains_too_is_only_possible(table):
    # (614 + 52) / 123 = 5.41 first years of gain in five years: 4 % more each year.
    (one,) = table("P,19,52000,6,,,71000,614000,1,5")
    assert ("gross", ("profit_pp_long",)) in kinds(one, "possible")
    assert ("not_linear", ("profit_pp_long",)) in kinds(one, "possible")
    assert kinds(one, "likely") == []


def test_two_readings_that_fit_are_both_possible(table):
    # Either sign may be the wrong one.
    (one,) = table("P,19,,,1400000,,-71000,,1,5")
    fits = kinds(one, "possible")
    assert ("sign", ("profit_total_short",)) in fits
    assert ("sign", ("profit_pp_short",)) in fits
    assert kinds(one, "likely") == []


def test_profit_that_is_not_reached_contradicts_a_profit(table):
    (one,) = table("P,19,,i.v.,,,,562000,1,5")
    assert one.consistency.conflicts == (("payback_months", "profit_pp_long"),)


def test_no_single_slip_is_said_when_none_fits(table):
    (one,) = table("P,19,52000,6,1400000,10700000,333000,17000,1,5")
    assert kinds(one, "likely") == []
    assert "No single slip that is known here explains it." in as_text([one])


def test_slips_are_named_where_they_can_be_and_never_wrongly_for_certain(table):
    draw = random.Random(7)
    rows, planned = [], []
    for number in range(40):
        n, cost, gain = draw.randint(5, 60), draw.uniform(3e4, 9e4), draw.uniform(9e4, 2e5)
        row, column = printed(n, cost, gain), draw.choice(PROFITS[1:])
        years, heads = (5 if "long" in column else 1), (n if "total" in column else 1)
        slip = draw.choice(["sign", "gross", "factor"])
        unit = -5 if "total" in column else -3
        meant = {
            "sign": -row[column],
            "gross": round(heads * years * gain, unit),
            "factor": row[column] * 10,
        }
        rows.append(line({**row, column: meant[slip]}, f"P{number}"))
        planned.append((slip, (column,)))
    found = table(*rows)
    named = [plan in kinds(one) for one, plan in zip(found, planned, strict=True)]
    assert sum(named) >= 0.9 * len(named)
    wrong = [
        (one.row.name, plan, kinds(one, "likely"))
        for one, plan in zip(found, planned, strict=True)
        if kinds(one, "likely") not in ([], [plan])
    ]
    assert wrong == []


def test_figure_rounded_more_coarsely_than_its_column_is_remarked(table):
    # 500 000 may be 450 000 to 550 000; printed to the thousand, as the others, it is not 540 000.
    rows = [line(printed(19, 52_000, 122_800 + 1_300 * k), f"P{k}") for k in range(4)]
    found = table(*rows, "Coarse,10,40000,5,,,,500000,1,5", "Sum,10,40000,,,5400000,,500000,1,5")
    assert found[-1].consistency.verdict == "consistent"
    assert found[-1].coarse == ("profit_pp_long",)
    assert found[-2].coarse == ()


# Not reached (i.v.)

UNITED_ACTION = "United Action,25,71000,i.v.,-900000,2000000,36000,80000,1,5"


def test_not_reached_within_the_first_year_alone_is_the_reading(table):
    # 41 - 88 is a loss of 47 after a year, 5 x 41 - 88 a profit of 117 after five.
    (one,) = table("Stig,14,88000,i.v.,-700000,1600000,-47000,117000,1,5")
    assert one.consistency.repairs == (("payback_months",),)
    assert kinds(one, "likely") == [("horizon", ("payback_months",))]
    assert one.gain.estimate == pytest.approx(41_000)
    text = " ".join(as_text([one]).split())
    assert "payback i.v. means not paid back within 1 year, though it is within 5 years" in text
    assert "paid back within 5 years, as profit per participant after 5 years is 117 000" in text


def test_not_reached_is_no_excuse_for_a_profit_in_the_first_year(table):
    (one,) = table("P,14,88000,i.v.,100000,4800000,10000,402000,1,5")
    assert ("horizon", ("payback_months",)) not in kinds(one)


def test_lost_sign_is_named_where_not_reached_is_of_the_first_year(table):
    # Linear, were it not for the sign: 35 - 71 = -36 and 5 x 35 - 71 = 104.
    (one,) = table("P,25,71000,i.v.,-900000,2600000,36000,104000,1,5")
    assert kinds(one) == [("sign", ("profit_pp_short",))]
    assert [also.kind for also in one.readings[0].also] == ["horizon"]
    assert one.readings[0].certainty == "possible"


def test_lost_sign_is_named_where_the_long_run_differs_too(table):
    # 80 + 71 is 4.3 years of the 35 that -36 takes: the gain falls by 7 or 8 % a year.
    (one,) = table(UNITED_ACTION)
    assert ("sign", ("profit_pp_short",)) in kinds(one, "possible")
    assert kinds(one, "likely") == []
    assert {tuple(a.kind for a in r.also) for r in one.readings} == {("not_linear", "horizon")}
    text = as_text([one])
    assert "meant\n      -36 000, if the gain changes after the first year" in text
    assert "No single slip" not in text


def test_profit_is_never_told_as_months(table):
    for row in (UNITED_ACTION, "P,25,71000,i.v.,,2500000,,,1,5", "P,25,,i.v.,,,,80000,1,5"):
        (one,) = table(row)
        assert "000.0 months" not in as_text([one])


def test_payback_of_a_loss_would_be_not_reached(table):
    (one,) = table("P,113,6000,12,,,-89000,-421000,1,5")
    assert one.implied["payback_months"] == (math.inf, math.inf)
    text = as_text([one])
    assert "i.v. (not reached)" in text
    assert "0.0 months" not in text


def test_not_reached_and_a_lost_sign_are_both_possible(table):
    (one,) = table("P,25,71000,i.v.,,2500000,,,1,5")
    fits = [("horizon", ("payback_months",)), ("sign", ("profit_total_long",))]
    assert kinds(one, "possible") == fits
    assert kinds(one, "likely") == []


# More slips as they are printed


def test_profit_of_another_year(table):
    # 4 x 122.8 - 52 = 439 stands for the profit after five years; the total has five.
    (one,) = table(planted("profit_pp_long", "439000"))
    assert kinds(one, "likely") == [("horizon", ("profit_pp_long",))]
    assert one.readings[0].detail == (4, 4)
    assert "is the profit after 4 years: printed 439 000" in " ".join(as_text([one]).split())


def test_all_digits_that_fit_are_meant(table):
    # 17.75 to 17.85 Mkr / 32 is 554 688 to 557 812: a 5 in front, or any digit at the end.
    (one,) = table("P,32,36000,4,2600000,17800000,82000,55530,1,5")
    ((low, high),) = [one.readings[0].detail]
    assert low <= 555_305
    assert high >= 555_530


def test_long_lists_are_cut(table):
    (one,) = table("P,25,71000,i.v.,1000000,9000000,,,1,5")
    assert len(one.consistency.repairs) == 5
    assert "; and 2 more." in " ".join(as_text([one]).split())


def test_each_figure_is_told_once(table):
    (one,) = table(planted("profit_pp_long", "-562000"))
    assert len(one.consistency.conflicts) > 1
    assert as_text([one]).count("contradicts") == 1


def test_source_of_a_copy_is_told_by_its_row(table):
    true = printed(40, 63_000, 91_000)
    copy = {"profit_pp_short": 71_000, "profit_pp_long": 562_000}
    rows = [JOBBSTUDION] * 5
    text = " ".join(as_text(table(*rows, line({**true, **copy}, "Jobbstudion"))).split())
    assert (
        "from Jobbstudion (row 2) or Jobbstudion (row 3) or Jobbstudion (row 4) or 2 more" in text
    )


def test_participants_without_bound_are_told_as_such(table):
    # 1.4 Mkr / 50 000 is 27 people, and any number gains 0 a head.
    (one,) = table("P,10,,,1400000,,0,,1,5")
    assert one.readings[0].detail == (27, math.inf)
    assert "27 or more" in as_text([one])


# How sure


def test_free_project_gains_what_it_prints(table):
    # 9 Mkr in the cost column lets a 0 there stand for up to half a million.
    rows = ["Free,12,0,0,1200000,6000000,100000,500000,1,5", "Big,9,9000000,,,,,,1,5"]
    assert table(*rows)[0].gain.estimate == pytest.approx(100_000)


def test_gain_without_participants_is_what_all_figures_allow(table):
    # n (G - 60) = -0.9 Mkr and n (5 G - 60) = 3.9 Mkr give 4 n G = 4.8 Mkr, so n is 35, G 34 286.
    (one,) = table("P,,60000,,-900000,3900000,,,1,5")
    assert 30_000 < one.gain.low < 34_286 < one.gain.high < 39_000


def test_few_figures_that_could_hardly_contradict_are_told(table):
    text = as_text(table("Totals,,,,-900000,2000000,,,1,5"))
    assert "with so few figures little could" in text
    assert "862 500 kr or less" in text  # 4 n G is at most 2.5 + 0.95 Mkr


def test_columns_without_figures_are_told_and_horizons_once(table):
    text = " ".join(as_text(table("A,19,52000,6,,,,562000,,", "B,19,52000,6,,,,562000,,")).split())
    assert "No figures found of: profit_total_short, profit_total_long, profit_pp_short." in text
    assert text.count("1 year and 5 years assumed") == 1


def test_garbage_is_told_without_infinity(table):
    draw = random.Random(4)
    values = ["", "i.v.", "0", "36 000", "-1.2 Mkr", "7 tkr", "0.5", "100 000 Mkr"]
    rows = []
    for number in range(25):
        row = printed(draw.randint(1, 200), draw.uniform(1e3, 2e5), draw.uniform(-1e5, 4e5))
        changes = {c: draw.choice(values) for c in PROFITS if draw.random() < 0.4}
        changes["payback_months"] = draw.choice(["i.v.", "0", "12", "0.5", "999"])
        rows.append(line({**row, **changes}, f"P{number}"))
    found = table(*rows)
    json.loads(as_json(found, "a.csv"))
    assert not {"inf", "nan", "-0.0"} & set(as_text(found).split())


# The command


def command(tmp_path, *rows, option=()):
    path = tmp_path / "published.csv"
    path.write_text("\n".join([COLUMNS, *rows]) + "\n", encoding="utf-8")
    return CliRunner().invoke(app, ["reconcile", str(path), *option])


def test_command_tells_contradictions_by_exit_1(tmp_path):
    assert command(tmp_path, JOBBSTUDION).exit_code == 0
    assert command(tmp_path, "Few,30,80000,,,,,,1,5").exit_code == 0
    assert command(tmp_path, planted("profit_pp_long", "-562000")).exit_code == 1


def test_json_has_verdict_gain_cells_conflicts_and_readings(tmp_path):
    result = command(tmp_path, planted("profit_pp_long", "-562000"), option=["--json"])
    (project,) = json.loads(result.stdout)["projects"]
    assert project["verdict"] == "contradictory"
    assert project["annual_gain"].keys() == {"low", "high", "estimate"}
    cell = project["cells"]["profit_pp_long"]
    assert (cell["printed"], cell["low"], cell["high"]) == ("-562000", -562_500, -561_500)
    assert cell["status"] == "contradicts"
    assert ["profit_pp_short", "profit_pp_long"] in project["conflicts"]
    (reading,) = project["readings"]
    assert (reading["kind"], reading["cell"]) == ("sign", "profit_pp_long")
    assert reading["certainty"] == "likely"


def test_json_has_no_infinity(table):
    document = as_json(table("Loss,,90000,i.v.,,,,,1,5"), "a.csv")
    assert "Infinity" not in document
    assert json.loads(document)["projects"][0]["cells"]["payback_months"]["high"] is None


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("P,19,52000,-6,,,,,1,5", "payback_months"),
        ("P,19,52000,6,,,,,1,1", "horizon_long_years"),
        ("P,19,52000,6,,,,,-1,5", "horizon_short_years"),
        ("P,19,52000,soon,,,,,1,5", "payback_months"),
        ("P,1.5,52000,6,,,,,1,5", "participants"),
        ("P,19,52000,6,,,,71 %,1,5", "profit_pp_long"),
        ("P,19,52000,6,,,71 mån,,1,5", "profit_pp_short"),
        ("P,19,52000,6 kr,,,,,1,5", "payback_months"),
    ],
)
def test_unusable_figure_is_refused_with_its_place(table, row, column):
    with pytest.raises(InputError) as refused:
        table(row)
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [(2, column)]


def test_table_without_profits_is_refused(tmp_path):
    path = tmp_path / "other.csv"
    path.write_text("project,participants\nP,19\n", encoding="utf-8")
    with pytest.raises(InputError, match="no column of profits or payback"):
        reconcile_table(path)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_swedish_headers_in_another_order_and_file(tmp_path, kind):
    frame = pd.DataFrame(
        {
            "Vinst/deltagare, lång sikt (kr)": [562_000],
            "Anmärkning": ["klar"],
            "Vinst totalt, lång sikt": ["10,7 Mkr"],
            "Vinst totalt, kort sikt": ["1400 tkr"],
            "Vinst per deltagare kort sikt": [71_000.0],
            "Återbetalningstid (mån)": ["6 mån"],
            "Kostnad per deltagare": ["52 tkr"],
            "Antal deltagare": [19],
            "Lång sikt (år)": [5],
            "Kort sikt (år)": [1],
            "Projekt": ["Jobbstudion"],
        }
    )
    path = tmp_path / f"tabell.{kind}"
    if kind == "csv":
        frame.to_csv(path, sep=";", index=False, encoding="cp1252")
    else:
        frame.to_excel(path, index=False)
    (one,) = reconcile_table(path)
    assert set(one.consistency.status.values()) == {"agrees"}
    assert one.row.assumed == ()
    assert one.gain.estimate == pytest.approx(122_900)
    assert "printed 71 000:" in as_text([one])


def test_another_number_of_participants_is_only_possible_where_another_figure_may_be_wrong(table):
    # 17 people would fit all, but so would another total after five years.
    (one,) = table("Delta,20,50000,11,100000,3800000,5000,225000,1,5")
    assert [(reading.kind, reading.certainty) for reading in one.readings] == [
        ("participants", "possible")
    ]
