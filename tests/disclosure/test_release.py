"""The door: what may pass, what is hidden, and that nothing else gets through."""

import pandas as pd
import pytest

from shared.disclosure.release import (
    release_estimates,
    release_facts,
    release_quotes,
    too_few,
)
from shared.disclosure.released import Column
from shared.study.settings import Disclosure

SUPPRESS, OPEN = Disclosure(mode="suppress"), Disclosure(mode="open")


def estimates(rows, rules=SUPPRESS, band=False):
    frame = pd.DataFrame(rows, columns=["payer", "n", "amount"])
    return release_estimates(
        frame, id="x", unit="kr", keys=["payer"], rules=rules, band=band, columns={}
    )


def roughly(share, rules=SUPPRESS, n=20):
    """Return what is told of a share that is released roughly."""
    table = release_estimates(
        pd.DataFrame({"construct": ["goals"], "n": [n], "agree": [share]}),
        id="x",
        unit="respondents",
        keys=["construct"],
        rules=rules,
        band=False,
        columns={"agree": Column("agree", "rough")},
    )
    return table.value("agree")


@pytest.mark.parametrize(("base", "hidden"), [(0, False), (1, True), (14, True), (15, False)])
def test_rough_shares_of_few_answers_are_hidden_and_their_base_is_not_shown(base, hidden):
    frame = pd.DataFrame({"construct": ["goals"], "n": [8], "base": [base], "agree": [0.5]})
    table = release_estimates(
        frame,
        id="x",
        unit="respondents",
        keys=["construct"],
        rules=SUPPRESS,
        band=False,
        columns={"agree": Column("agree", "rough")},
    )
    assert table.value("agree").hidden is hidden
    assert list(table.frame) == ["construct", "n", "agree"]


def agreed(*rows, threshold=5, mode="suppress", kinds=("rough", "rough")):
    """Return whether the first share of each row is hidden; rows are (who, n, base, a, b)."""
    table = release_estimates(
        pd.DataFrame(rows, columns=["gender", "n", "base", "agree", "low"]),
        id="x",
        unit="respondents",
        keys=["gender"],
        rules=Disclosure(mode=mode, threshold=threshold),
        band=False,
        columns={"agree": Column("agree", kinds[0]), "low": Column("low", kinds[1])},
    )
    return [table.value("agree", gender=row[0]).hidden for row in rows]


@pytest.mark.parametrize(("base", "hidden"), [(20, True), (21, False)])
def test_base_of_a_rough_share_is_three_times_the_threshold_of_the_study(base, hidden):
    assert agreed(("woman", 9, base, 0.5, 0.5), threshold=7) == [hidden]


@pytest.mark.parametrize("shares", [(1.0, 0.5), (0.5, 1.0)])
def test_any_rough_share_that_all_made_up_hides_the_row(shares):
    assert agreed(("woman", 12, 36, *shares)) == [True]


def test_only_a_rough_share_can_tell_what_all_answered():
    assert agreed(("woman", 12, 36, 0.5, 1.0), kinds=("rough", "share")) == [False]


def test_rough_share_that_is_missing_hides_nothing():
    assert agreed(("woman", 12, 36, 0.5, None)) == [False]


@pytest.mark.parametrize("few", [(9, 14, 0.5, 0.5), (9, 36, 1.0, 0.5)])
def test_parts_beside_one_that_could_be_counted_are_hidden_and_their_sum_is_not(few):
    rows = [("woman", *few), ("man", 9, 36, 0.5, 0.5), ("all", 18, 72, 0.5, 0.5)]
    assert agreed(*rows) == [True, True, False]


def test_open_data_show_rough_shares_of_few_answers_and_of_all():
    rows = [("woman", 2, 3, 1.0, 1.0), ("all", 2, 3, 1.0, 1.0)]
    assert agreed(*rows, mode="open") == [False, False]


@pytest.mark.parametrize(("agree", "hidden"), [(0.94, False), (0.95, True), (1.0, True)])
def test_rough_share_that_rounds_to_all_is_hidden(agree, hidden):
    frame = pd.DataFrame({"construct": ["goals"], "n": [12], "base": [36], "agree": [agree]})
    table = release_estimates(
        frame,
        id="x",
        unit="respondents",
        keys=["construct"],
        rules=SUPPRESS,
        band=True,
        columns={"agree": Column("agree", "rough")},
    )
    assert table.value("agree").hidden is hidden


@pytest.mark.parametrize(("n", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_estimates_on_one_to_four_people_are_hidden(n, hidden):
    row = estimates([("fk", n, 1000.0)])
    assert row.value("amount", payer="fk").hidden is hidden
    assert row.value("n", payer="fk").hidden is hidden


def quartiles(n, rules=SUPPRESS):
    """Return whether the quartiles of amounts, and the share beside them, are hidden."""
    row = {"measure": "income", "n": n, "lower_quartile": -9.0, "middle": 0.0, "share": 0.5}
    table = release_estimates(
        pd.DataFrame([row | {"upper_quartile": 9.0}]),
        id="x",
        unit="individuals",
        keys=["measure"],
        rules=rules,
        band=True,
        columns={},
    )
    found = {table.value(name).hidden for name in ("lower_quartile", "middle", "upper_quartile")}
    assert len(found) == 1
    return found.pop(), table.value("share").hidden


@pytest.mark.parametrize(
    ("n", "hidden"), [(4, (True, True)), (19, (True, False)), (20, (False, False))]
)
def test_quartile_of_amounts_is_of_at_least_four_times_the_threshold(n, hidden):
    assert quartiles(n) == hidden


def test_least_people_behind_a_quartile_follow_the_threshold_of_the_study():
    assert quartiles(12, Disclosure(threshold=3))[0] is False
    assert quartiles(11, Disclosure(threshold=3))[0] is True
    assert quartiles(11, OPEN)[0] is False


def test_quartile_of_nobody_is_missing_and_not_hidden():
    assert quartiles(0) == (False, False)


@pytest.mark.parametrize(("amount", "told"), [(3.6e-12, 0), (-0.4, 0), (0.6, 1), (-12.4, -12)])
def test_money_is_told_in_whole_kronor(amount, told):
    assert estimates([("af", 10, amount)]).frame["amount"].tolist() == [told]


def test_nothing_is_hidden_in_open_data():
    assert estimates([("fk", 2, 1234.0)], OPEN).value("amount", payer="fk").value == 1234


def test_only_the_sum_is_shown_when_one_of_its_parts_is_hidden():
    rows = [("af", 9, 10.0), ("fk", 3, 20.0), ("all", 12, 30.0)]
    hidden = [estimates(rows).value("amount", payer=row[0]).hidden for row in rows]
    assert hidden == [True, True, False]


def test_parts_are_hidden_month_by_month():
    rows = [(6, "woman", 9), (6, "man", 3), (6, "all", 12), (9, "woman", 8), (9, "man", 5)]
    frame = pd.DataFrame([*rows, (9, "all", 13)], columns=["month", "gender", "n"])
    curve = release_estimates(
        frame, id="x", unit="p", keys=["month", "gender"], rules=SUPPRESS, band=False, columns={}
    )
    assert curve.value("n", month=6, gender="woman").hidden
    assert not curve.value("n", month=6, gender="all").hidden
    assert not curve.value("n", month=9, gender="woman").hidden


def test_money_has_two_digits_so_that_a_price_does_not_divide_it():
    # Three people at 14 200 kr a month are 42 600 kr.
    assert estimates([("fk", 30, 426_000.0)]).value("amount", payer="fk").value == 430_000


@pytest.mark.parametrize(
    ("n", "band"), [(5, "5–9"), (9, "5–9"), (10, "10–19"), (50, "50–99"), (100, "100+")]
)
def test_n_is_a_band_where_size_would_tell_the_group(n, band):
    assert estimates([("fk", n, 1.0)], band=True).value("n", payer="fk").value == band


def test_estimates_must_say_how_many_they_rest_on():
    with pytest.raises(ValueError, match="how many people"):
        release_estimates(
            pd.DataFrame({"payer": ["fk"]}),
            id="x",
            unit="kr",
            keys=["payer"],
            rules=SUPPRESS,
            band=False,
            columns={},
        )


def test_facts_must_say_why_they_reveal_nobody():
    with pytest.raises(ValueError, match="reveals nothing"):
        release_facts(pd.DataFrame({"held": [3]}), id="x", unit="m", because=" ", columns={})


def test_columns_nobody_has_described_do_not_pass():
    with pytest.raises(KeyError, match="does not describe secret"):
        release_facts(pd.DataFrame({"secret": [3]}), id="x", unit="m", because="b", columns={})


def test_zero_people_behind_a_row_are_not_few():
    row = estimates([("fk", 0, None)])
    assert not row.value("amount", payer="fk").hidden
    assert row.value("n", payer="fk").value == 0


# Rough shares


@pytest.mark.parametrize(
    ("share", "told"),
    [(0.0, 0.0), (0.04, 0.0), (0.06, 0.1), (0.34, 0.3), (0.36, 0.4), (0.94, 0.9), (1.0, 1.0)],
)
def test_rough_share_is_told_in_steps_of_ten_per_cent(share, told):
    assert roughly(share).value == pytest.approx(told)


def test_rough_share_of_open_data_is_exact():
    assert roughly(0.34, OPEN).value == 0.34


def test_rough_share_of_few_is_hidden_and_one_of_nobody_is_missing():
    assert roughly(0.34, n=4).hidden
    assert not roughly(None, n=0).hidden


# Quotes


def quotes(allowed=True, n=5, rules=SUPPRESS):
    said = pd.DataFrame({"code_id": ["goals"], "direction": ["enabler"], "quote": ["Vi vet."]})
    return release_quotes(said, id="quotes", allowed=allowed, n=n, rules=rules).frame


@pytest.mark.parametrize(("n", "shown"), [(0, 0), (4, 0), (5, 1)])
def test_quotes_are_from_at_least_five_who_were_interviewed(n, shown):
    assert len(quotes(n=n)) == shown


def test_quotes_of_open_data_may_be_from_fewer():
    assert len(quotes(n=1, rules=OPEN)) == 1


@pytest.mark.parametrize("rules", [SUPPRESS, OPEN])
def test_no_quotes_where_the_study_does_not_allow_them(rules):
    assert quotes(allowed=False, n=50, rules=rules).empty


def test_quotes_with_a_column_about_the_person_do_not_pass():
    with pytest.raises(KeyError, match="does not describe interview_id"):
        release_quotes(
            pd.DataFrame({"quote": ["Vi vet."], "interview_id": ["i1"]}),
            id="quotes",
            allowed=True,
            n=5,
            rules=SUPPRESS,
        )


def among_colleagues(n, **figures):
    """Return what is told of one estimate whose n is shown as a band."""
    kinds = {name: Column(name, kind) for name, (kind, _) in figures.items()}
    frame = pd.DataFrame(
        {"construct": ["goals"], "n": [n]} | {k: [v] for k, (_, v) in figures.items()}
    )
    return release_estimates(
        frame,
        id="x",
        unit="respondents",
        keys=["construct"],
        rules=SUPPRESS,
        band=True,
        columns=kinds,
    )


@pytest.mark.parametrize(
    ("p", "told"), [(0.0004, 0.001), (0.0625, 0.1), (0.05, 0.05), (0.051, 0.1), (1.0, 1.0)]
)
def test_p_value_of_a_few_colleagues_is_rounded_up(p, told):
    assert among_colleagues(6, p=("p", p)).value("p").value == told


def compared(p, unit="people", rules=SUPPRESS):
    """Return the p and the share told of people whose n is shown as it is."""
    table = release_estimates(
        pd.DataFrame({"gender": ["all"], "n": [12], "share": [0.417], "p": [p]}),
        id="x",
        unit=unit,
        keys=["gender"],
        rules=rules,
        band=False,
        columns={name: Column(name, name) for name in ("share", "p")},
    )
    return table.value("p").value, table.value("share").value


@pytest.mark.parametrize(
    ("p", "told"),
    [(0.0004, 0.001), (0.001, 0.001), (0.0312, 0.05), (0.05, 0.05), (0.11, 0.2), (0.73, 1.0)],
)
def test_p_value_of_people_is_rounded_up_beside_their_exact_number_too(p, told):
    assert compared(p) == (told, 0.417)


@pytest.mark.parametrize("unit", ["respondents", "kr"])
def test_p_value_of_other_units_is_exact_beside_an_exact_number(unit):
    assert compared(0.0312, unit=unit) == (0.0312, 0.417)


def test_p_value_of_people_is_exact_in_open_data():
    assert compared(0.0312, rules=OPEN) == (0.0312, 0.417)


@pytest.mark.parametrize(("n", "hidden"), [(5, True), (9, True), (10, False)])
def test_effect_that_would_tell_how_each_of_a_few_moved_is_hidden(n, hidden):
    got = among_colleagues(n, effect=("effect", 1.0), change=("change", 0.5))
    cell = got.value("effect")
    assert (cell.hidden, bool(pd.isna(cell.value))) == (hidden, hidden)
    assert not got.value("change").hidden
    assert got.value("n").value == ("5–9" if n < 10 else "10–19")


@pytest.mark.parametrize(("n", "share", "points"), [(12, 0.417, -0.083)])
def test_shares_and_their_differences_beside_a_band_have_two_decimals(n, share, points):
    got = among_colleagues(n, share=("share", share), difference=("points", points))
    assert (got.value("share").value, got.value("difference").value) == (0.42, -0.08)


# Months


def waited(n, months=7.4, rules=SUPPRESS, band=False):
    """Return the cells told of a median of months: the median and n."""
    table = release_estimates(
        pd.DataFrame({"gender": ["all"], "n": [n], "median": [months], "mean": [months]}),
        id="x",
        unit="people",
        keys=["gender"],
        rules=rules,
        band=band,
        columns={"median": Column("median", "months"), "mean": Column("mean", "number")},
    )
    return table.value("median"), table.value("n"), table.value("mean")


@pytest.mark.parametrize("band", [False, True])
@pytest.mark.parametrize(
    ("n", "hidden"), [(0, False), (1, True), (4, True), (5, True), (19, True), (20, False)]
)
def test_median_is_of_at_least_four_times_the_threshold(n, hidden, band):
    median, number, mean = waited(n, band=band)
    assert (median.hidden, bool(pd.isna(median.value))) == (hidden, hidden)
    assert number.hidden is mean.hidden is (0 < n < 5)


@pytest.mark.parametrize(("months", "told"), [(7.4, 7), (7.6, 8), (0.2, 0)])
def test_months_are_whole(months, told):
    median, _, mean = waited(30, months)
    assert (median.value, mean.value) == (told, months)


def test_median_that_was_not_reached_is_missing_and_not_hidden():
    median, _, _ = waited(30, None)
    assert (median.hidden, bool(pd.isna(median.value))) == (False, True)


@pytest.mark.parametrize(
    ("threshold", "n", "few"),
    [
        (5, 0, False),
        (5, 1, True),
        (5, 5, True),
        (5, 9, True),
        (5, 10, False),
        (5, None, False),
        (3, 5, True),
        (3, 6, False),
        (8, 15, True),
        (8, 16, False),
    ],
)
def test_fewer_than_twice_the_threshold_are_too_few(threshold, n, few):
    counts = pd.Series([n, 100], dtype="Int64")
    found = too_few(counts, Disclosure(threshold=threshold))
    assert (found.tolist(), found.dtype) == ([few, False], bool)


def test_nobody_is_too_few_in_open_data():
    assert not too_few(pd.Series([1, 4, 9, 10]), OPEN).any()


def test_months_of_open_data_are_exact_and_of_any_number():
    assert waited(1, rules=OPEN)[0].value == 7.4


def test_means_and_changes_beside_a_band_have_one_decimal():
    got = among_colleagues(6, mean=("score", 2.571), mean_change=("change", -0.417))
    assert (got.value("n").value, got.value("mean").value) == ("5–9", 2.6)
    assert got.value("mean_change").value == -0.4


def test_rough_facts_have_money_in_two_digits_and_the_rest_as_it_is():
    frame = pd.DataFrame({"funder": ["af"], "actual": [136_658.0], "price_year": [2017]})
    rough, exact = (
        release_facts(frame, id="x", unit="kr", because="B", columns={}, rough=rough).frame
        for rough in (True, False)
    )
    assert rough.iloc[0].tolist() == ["af", 140_000, 2017]
    assert exact.iloc[0].tolist() == ["af", 136_658, 2017]
