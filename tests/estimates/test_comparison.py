"""Groups side by side: each test states one rule and a number worked by hand."""

import pandas as pd
import pytest

from shared.estimates.comparison import (
    cost_per_participation,
    scores_by_group,
    shown_columns,
    spread,
)


def answers(*rows, wave=6):
    """Build records from (group, respondent, construct, answer) rows; each answer is an item."""
    columns = ["lokus_id", "respondent_id", "construct", "answer"]
    table = pd.DataFrame(rows, columns=columns).astype({"answer": "Float64"})
    return table.assign(wave=wave)


def only_row(table):
    assert len(table) == 1
    return table.iloc[0]


def test_one_row_per_group_with_the_mean_of_each_part():
    table = pd.concat(
        [
            answers(("A", "a", "goals", 2), ("A", "b", "goals", 4), ("A", "a", "trust", 5)),
            answers(("B", "c", "goals", 1)),
            answers(("B", "c", "goals", 5), wave=0),
        ]
    )
    got = scores_by_group(table, 6).set_index("lokus_id")
    assert got["goals"].to_dict() == {"A": 3.0, "B": 1.0}
    assert got.loc["A", "trust"] == 5.0
    assert pd.isna(got.loc["B", "trust"])


def test_n_is_the_fewest_respondents_behind_any_mean():
    table = answers(("A", "a", "goals", 2), ("A", "b", "goals", 4), ("A", "a", "trust", 5))
    assert only_row(scores_by_group(table, 6))["n"] == 1


def test_items_that_are_no_anchors_count_here():
    table = answers(("A", "a", "goals", 2), ("A", "a", "goals", 4))
    table["is_anchor"] = [True, False]
    assert only_row(scores_by_group(table, 6))["goals"] == 3.0


def test_letters_come_in_the_order_people_count_them():
    table = answers(*[(group, group, "goals", 3) for group in ("AA", "B", "Z", "A")])
    assert scores_by_group(table, 6)["lokus_id"].tolist() == ["A", "B", "Z", "AA"]


def test_spread_between_groups_by_hand():
    # Respondents 1, 2 and 4, 5: between 9 / 1, within (4 * 0.25) / 2 = 0.5, two in each group.
    table = answers(
        ("A", "a", "goals", 1),
        ("A", "b", "goals", 2),
        ("B", "c", "goals", 4),
        ("B", "d", "goals", 5),
    )
    got = only_row(spread(table, 6))
    assert (got["construct"], got["n"], got["groups"]) == ("goals", 4, 2)
    assert (got["icc1"], got["icc2"]) == pytest.approx((8.5 / 9.5, 8.5 / 9))


def test_respondent_with_several_answers_is_one_in_the_spread():
    # b answers 1 and 3, so 2 on average; the answers of wave 0 are not used.
    rows = [
        ("A", "a", 1),
        ("A", "b", 1),
        ("A", "b", 3),
        ("B", "c", 4),
        ("B", "d", 5),
        ("B", "d", None),
    ]
    table = answers(*[(group, name, "goals", value) for group, name, value in rows])
    got = only_row(spread(pd.concat([table, answers(("A", "a", "goals", 5), wave=0)]), 6))
    assert got["n"] == 4
    assert got["icc1"] == pytest.approx(8.5 / 9.5)


def test_no_answers_at_the_wave_give_no_rows():
    table = answers(("A", "a", "goals", 3), wave=0)
    assert scores_by_group(table, 6).empty
    assert spread(table, 6).empty


def money(*rows):
    costs = pd.DataFrame(rows, columns=["lokus_id", "actual_sek"])
    return costs.astype({"actual_sek": "Float64"})


def entered(*groups):
    return pd.DataFrame({"lokus_id": list(groups)}, dtype="str")


def test_cost_is_divided_by_participations():
    costs = money(("B", 100.0), ("A", 200.0), ("A", 100.0), ("A", None))
    got = cost_per_participation(costs, entered("A", "A", "A", "B"))
    assert got.to_dict("list") == {"lokus_id": ["A", "B"], "n": [3, 1], "amount": [100.0, 100.0]}


@pytest.mark.parametrize(("actual", "people", "n"), [(100.0, (), 0), (None, ("A", "A"), 2)])
def test_without_participations_or_known_cost_the_amount_is_missing(actual, people, n):
    got = only_row(cost_per_participation(money(("A", actual)), entered(*people)))
    assert got["n"] == n
    assert pd.isna(got["amount"])


def test_numbers_of_people_are_compared_only_where_data_are_open():
    assert shown_columns("suppress", "lokus_id") == ["lokus_id", "share", "low", "high"]
    assert shown_columns("open", "lokus_id") == ["lokus_id", "share", "low", "high", "count", "n"]
