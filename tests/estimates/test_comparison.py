"""Groups side by side: each test states one rule and a number worked by hand."""

import pandas as pd
import pytest

from shared.estimates.comparison import (
    at_first,
    costs_by_class,
    process_by_group,
    reached_by_group,
    results_by_group,
    scores_by_group,
    shown_columns,
    spread,
    within,
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


def counted(**groups):
    """Build results from group=(successes, followed up, participations)."""
    rows = [[group, *numbers] for group, numbers in groups.items()]
    return pd.DataFrame(rows, columns=["lokus_id", "successes", "n", "participations"])


def test_costs_of_a_class_are_summed_before_they_are_divided():
    costs = money(("A", 200.0), ("A", 100.0), ("B", 100.0), ("C", 600.0), ("A", None))
    results = counted(A=(3, 10, 20), B=(2, 10, 20), C=(30, 60, 60))
    sizes = pd.Series({"A": "10–29", "B": "10–29", "C": "30–99"})
    found = costs_by_class(costs, results, sizes).set_index("size")
    assert found["n"].to_dict() == {"10–29": 40, "30–99": 60, "all": 100}
    assert found["per_participation"].to_dict() == {"10–29": 10.0, "30–99": 10.0, "all": 10.0}
    # A quarter of 40 participations are 10 results for 400 kr; half of 60 are 30 for 600.
    assert found["per_result"].tolist() == pytest.approx([40.0, 20.0, 1000 / (35 / 80 * 100)])


def test_cost_per_result_is_missing_where_results_are_few():
    results = counted(A=(4, 10, 20))
    found = costs_by_class(money(("A", 100.0)), results, pd.Series({"A": "10–29"}))
    assert found["per_result"].isna().all()
    assert found["per_participation"].tolist() == [5.0, 5.0]


def test_group_without_known_cost_is_in_no_sum():
    results = counted(A=(5, 10, 20), B=(5, 10, 30))
    sizes = pd.Series({"A": "10–29", "B": "10–29"})
    found = costs_by_class(money(("A", 100.0), ("B", None)), results, sizes).set_index("size")
    assert found.loc["all", ["n", "per_participation", "per_result"]].tolist() == [20, 5.0, 10.0]


def followed(*rows):
    columns = ["participation_id", "lokus_id", "wave", "place", "reached", "gender"]
    followups = pd.DataFrame(rows, columns=columns)
    facts = followups[["participation_id", "lokus_id", "gender"]].drop_duplicates()
    same = {"age_band": "25–39", "support_band": "over_3_years", "occupation_before": "jobseeking"}
    return followups, facts.assign(**same)


def test_results_are_of_those_reached_and_expected_by_who_they_are():
    women = [
        (f"w{i}", "AB"[i % 2], 6, "regular_work" if i < 6 else "same", True, "woman")
        for i in range(8)
    ]
    men = [(f"m{i}", "A", 6, "subsidised_work" if i < 2 else "same", True, "man") for i in range(8)]
    lost = [("x", "B", 6, "not_reached", False, "man")]
    found = results_by_group(*followed(*women, *men, *lost)).set_index("lokus_id")
    assert found["n"].to_dict() == {"A": 12, "B": 4, "all": 16}
    assert found["successes"].to_dict() == {"A": 5, "B": 3, "all": 8}
    # Three quarters of the women and a quarter of the men work, wherever they are.
    assert found["expected"].to_dict() == pytest.approx(
        {"A": (4 * 0.75 + 8 * 0.25) / 12, "B": 0.75, "all": 0.5}, abs=1e-6
    )


def test_first_results_are_beside_all_who_have_taken_part():
    results = pd.DataFrame(
        {"lokus_id": ["A", "all", "A"], "wave": [6, 6, 12], "successes": [2, 2, 1], "n": [4, 4, 2]}
    )
    found = at_first(results, entered("A", "A", "A", "B")).set_index("lokus_id")
    assert found.loc["A"].tolist() == [2, 4, 3]
    assert found.loc["B"].tolist() == [0, 0, 1]


def test_share_reached_is_of_what_was_due():
    rows = [("a", "A", 6, "same", True, "man"), ("b", "A", 6, "no_record", False, "man")]
    found = only_row(reached_by_group(followed(*rows)[0]))
    assert (found["share"], found["n"]) == (0.5, 2)


def test_process_is_the_mean_of_peoples_means_over_parts():
    rows = [("A", "a", "goals", 2), ("A", "a", "trust", 4), ("A", "b", "goals", 5)]
    found = only_row(process_by_group(answers(*rows), 6))
    assert (found["score"], found["n"]) == (4.0, 2)
    assert found["sd"] == pytest.approx(2**0.5)


def test_spread_within_groups_is_pooled_by_degrees_of_freedom():
    scores = pd.DataFrame({"sd": [1.0, 2.0, None], "n": [2, 4, 1]})
    assert within(scores) == pytest.approx(((1 + 3 * 4) / 4) ** 0.5)


def test_numbers_of_people_are_compared_only_where_data_are_open():
    assert shown_columns("suppress", "lokus_id") == ["lokus_id", "share", "low", "high"]
    assert shown_columns("open", "lokus_id") == ["lokus_id", "share", "low", "high", "count", "n"]
