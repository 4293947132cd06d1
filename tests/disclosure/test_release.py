"""The door: what may pass, what is hidden, and that nothing else gets through."""

import numpy as np
import pandas as pd
import pytest

from shared.disclosure.release import Counts, release_estimates, release_facts
from shared.disclosure.released import REASON
from shared.study.settings import Disclosure

SUPPRESS, OPEN = Disclosure(mode="suppress"), Disclosure(mode="open")


def estimates(rows, rules=SUPPRESS, band=False):
    frame = pd.DataFrame(rows, columns=["payer", "n", "amount"])
    return release_estimates(
        frame, id="x", unit="kr", keys=["payer"], rules=rules, band=band, columns={}
    )


def followup(rows, rules=SUPPRESS):
    """Make counts from (outcome, gender, n); n None is hidden."""
    cells = pd.DataFrame(rows, columns=["outcome", "gender", "n"]).astype({"n": "Int64"})
    return Counts("followup", cells.assign(hidden=cells["n"].isna()), rules)


@pytest.mark.parametrize(("n", "hidden"), [(0, False), (1, True), (4, True), (5, False)])
def test_estimates_on_one_to_four_people_are_hidden(n, hidden):
    row = estimates([("fk", n, 1000.0)])
    assert row.value("amount", payer="fk").hidden is hidden
    assert row.value("n", payer="fk").hidden is hidden


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


def test_shares_beside_a_band_have_two_decimals():
    table = followup([("employed", "all", 9), ("reached", "all", 12)])
    share = Counts(table.id, table.cells, SUPPRESS, band=True).shares(
        "outcome", "employed", "reached"
    )
    assert share.value("low", gender="all").value == 0.47


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


def test_share_of_protected_counts_by_hand():
    table = followup([("employed", "all", 9), ("reached", "all", 12)])
    share = table.shares("outcome", "employed", "reached")
    assert share.value("share", gender="all").value == 0.75
    # Wilson limits of 9 of 12, as R's prop.test(9, 12, correct = FALSE) gives them.
    got = [share.value(limit, gender="all").value for limit in ("low", "high")]
    assert got == pytest.approx([0.467694665, 0.911058332], abs=1e-9)


def test_share_of_a_hidden_count_is_hidden_with_its_interval():
    share = followup([("employed", "all", None), ("reached", "all", 12)]).shares(
        "outcome", "employed", "reached"
    )
    assert all(share.value(c, gender="all").hidden for c in ("count", "n", "share", "low", "high"))


@pytest.mark.parametrize(("base", "hidden"), [(9, True), (10, False)])
def test_share_on_a_base_under_twice_the_threshold_is_hidden(base, hidden):
    share = followup([("employed", "all", 0), ("reached", "all", base)]).shares(
        "outcome", "employed", "reached"
    )
    assert share.value("share", gender="all").hidden is hidden


def test_nobody_reached_is_missing_and_not_hidden():
    cell = (
        followup([("employed", "all", 0), ("reached", "all", 0)])
        .shares("outcome", "employed", "reached")
        .value("share", gender="all")
    )
    assert (cell.hidden, bool(np.isnan(cell.value))) == (False, True)


def test_table_across_keeps_hidden_cells_hidden():
    wide = followup([("employed", "woman", 7), ("employed", "man", None)]).table("gender")
    assert wide.value("woman", outcome="employed").value == 7
    assert wide.value("man", outcome="employed").hidden


def test_json_says_what_is_hidden_and_why():
    table = followup([("employed", "woman", 7), ("employed", "man", None)]).table().to_dict("T")
    assert table["rows"][1] == {"outcome": "employed", "gender": "man", "n": None}
    assert table["n_suppressed"] == 1
    assert table["suppressed"] == [{"row": 1, "column": "n", "reason": REASON}]


def test_extreme_ignores_hidden_rows():
    rows = [("af", 9, 10.0), ("fk", 3, 99.0), ("region", 2, 98.0)]
    assert estimates(rows).extreme("amount")["payer"].value == "af"
