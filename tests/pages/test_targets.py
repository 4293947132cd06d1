"""Targets beside what became of them: each figure by hand, and hidden where its counts are."""

import json
from itertools import product

import pandas as pd
import pytest

from shared.identity.pseudonymise import pseudonymise
from shared.pages.page import open_page
from shared.pages.targets import METRICS, target_table
from shared.sources.dictionary import code_lists, tables
from shared.sources.values import DTYPES

DAY = "2016-07-15"
TARGET = {
    "target_id": "T1",
    "target_text": "Mål",
    "metric": "n_participations",
    "target_value": 10,
    "unit": "n",
    "direction": "ge",
    "due_on": "2016-12-31",
}
# Wilson limits of 9 of 12 in per cent, as R's prop.test(9, 12, correct = FALSE) gives them.
NINE_OF_TWELVE = [75.0, 46.8, 91.1]


def processed(name, *rows):
    """Return a processed table of group A from rows."""
    types = {column.name: column.type for column in tables()[name].columns}
    frame = pd.DataFrame([{"lokus_id": "A", **row} for row in rows])
    frame = frame[[key for key in frame if key in types]]
    frame = frame.astype({key: DTYPES.get(types[key], "str") for key in frame})
    return pseudonymise({name: frame}, b"key", {"A": "A", "B": "B"})[name]


@pytest.fixture
def table(tmp_path):
    """Return a function that makes the table of targets of group A at wave 6.

    Tables are rows by name; counts are rows of dimensions and n (None where hidden) by table.
    """

    def build(*targets, counts=None, delivered=("deltaganden",), day=DAY, mode="suppress", **rows):
        rows = {"resultatmal": [{**TARGET, **target} for target in targets], **rows}
        for name, given in rows.items():
            processed(name, *given).to_parquet(tmp_path / f"{name}.parquet")
        (tmp_path / "protected").mkdir(exist_ok=True)
        for name, (dimensions, cells) in (counts or {}).items():
            frame = pd.DataFrame(cells, columns=[*dimensions, "n"]).astype({"n": "Int64"})
            frame = frame.assign(lokus_id="A", hidden=frame["n"].isna())
            frame.to_parquet(tmp_path / "protected" / f"{name}.parquet")
        study = {"name": "s", "title": "S", "waves": {"0": "2016-01-15", "6": day}}
        study |= {"groups": [{"id": "A"}, {"id": "B"}], "disclosure": {"mode": mode}}
        manifest = {"study": study, "wave": 6, "tables": dict.fromkeys([*rows, *delivered])}
        (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return target_table(open_page(str(tmp_path), group="A"))

    return build


def participations(n, women=None, known=None):
    cells = [("all", "all", n), ("all", "woman", women), ("all", "known", known)]
    return {"participations": (["state", "gender"], cells)}


def figures(table):
    """Return actual value, its limits and the verdict of the only target."""
    assert len(table.frame) == 1
    columns = ("actual_value", "actual_low", "actual_high", "reached_target")
    values = [table.value(name).value for name in columns]
    return [None if pd.isna(value) else value for value in values]


def hidden(table):
    columns = ("actual_value", "actual_low", "actual_high", "reached_target")
    return [table.value(name).hidden for name in columns]


# Each figure


def test_each_metric_of_the_code_list_is_found():
    assert set(METRICS) == set(code_lists()["metric"])


@pytest.mark.parametrize(("n", "verdict"), [(10, "met"), (9, "under_way")])
def test_participations_are_a_plain_count_without_limits(table, n, verdict):
    got = table({}, counts=participations(n))
    assert figures(got) == [n, None, None, verdict]
    assert hidden(got) == [False] * 4


def test_balance_is_the_share_of_women_among_those_of_known_gender(table):
    target = {"metric": "gender_balance", "target_value": 60, "unit": "pct"}
    got = table({**target, "direction": "between"}, counts=participations(20, 9, 12))
    assert figures(got) == [*NINE_OF_TWELVE, "uncertain"]


def occupations(hide=False):
    """Return 12 known before and after, 9 of them employed after, and 5 unknown after."""
    n = {
        ("jobseeking", "employed"): 5,
        ("employed", "employed"): 4,
        ("jobseeking", "jobseeking"): 3,
        ("jobseeking", "unknown"): 5,
    }
    values = ["jobseeking", "employed", "unknown"]
    cells = [
        (
            *pair,
            sum(
                count
                for ends, count in n.items()
                if all(one in ("all", end) for one, end in zip(pair, ends, strict=True))
            ),
        )
        for pair in product([*values, "all"], repeat=2)
    ]
    if hide:
        cells = [(*ends, None if ends == ["all", "employed"] else count) for *ends, count in cells]
    return {"occupation_before_after": (["occupation_before", "occupation_after"], cells)}


def counted(of, *known, keys=()):
    """Return counts of all from (wave, category, n), beside other counts of women."""
    women = [(*rest, "woman", 11) for *rest, _ in known]
    return [*keys, of, "gender"], [*women, *((*rest, "all", n) for *rest, n in known)]


SHARES = {  # metric -> counts in which it is 9 of 12, or in which the part is hidden
    "share_to_work": lambda n: occupations(hide=n is None),
    "share_to_work_or_study": lambda n: {
        "activity": counted("activity", ("active_after", n), ("known", 12), ("all", 40))
    },
    "share_step_ge1": lambda n: {
        "followup": counted(
            "place",
            *((12, "step_up", n), (12, "reached", 12), (12, "all", 60)),
            *((6, "step_up", 0), (6, "reached", 30)),
            keys=("wave",),
        )
    },
    "share_income_changed": lambda n: {
        "income_moves": counted("income_move", ("changed", n), ("known", 12), ("all", 40))
    },
}
FOLLOWED = ("deltaganden", "uppfoljning")


@pytest.mark.parametrize("metric", SHARES)
@pytest.mark.parametrize(
    ("value", "verdict"), [(46, "met"), (47, "uncertain"), (91, "uncertain"), (92, "under_way")]
)
def test_share_is_in_per_cent_with_wilson_limits(table, metric, value, verdict):
    target = {"metric": metric, "target_value": value, "unit": "pct"}
    got = table(target, counts=SHARES[metric](9), delivered=FOLLOWED)
    assert figures(got) == [*NINE_OF_TWELVE, verdict]


@pytest.mark.parametrize("metric", SHARES)
def test_hidden_count_hides_the_figure_its_limits_and_the_verdict(table, metric):
    target = {"metric": metric, "target_value": 50, "unit": "pct"}
    got = table(target, counts=SHARES[metric](None), delivered=FOLLOWED)
    assert figures(got) == [None] * 4
    assert hidden(got) == [True] * 4


def test_hidden_number_of_participations_has_no_verdict(table):
    got = table({}, counts=participations(None))
    assert figures(got) == [None] * 4
    assert hidden(got) == [True, False, False, True]  # a count has no limits to hide


def issue(name, closed_on=None, raised_on="2016-02-01", **known):
    status = "closed" if closed_on else "open"
    return {"issue_id": name, "raised_on": raised_on, "closed_on": closed_on, "status": status} | (
        known
    )


def test_structural_issues_that_are_closed_by_the_wave_are_counted(table):
    lives = [
        issue("a", DAY),
        issue("b", "2016-07-16"),
        issue("c"),
        issue("d", "2016-03-01"),
        issue("e", "2016-03-01", lokus_id="B"),
        issue("f", "2016-03-01", status="rejected"),
    ]
    got = table({"metric": "n_structural_closed", "target_value": 2}, strukturfragor=lives)
    assert figures(got) == [2, None, None, "met"]


def survey(*scores):
    items = [{"item_id": "Q1", "wave": 6, "instrument": "process", "construct": "goals"}]
    other = {"item_id": "L1", "wave": 6, "instrument": "other", "construct": "goals"}
    answers = [
        {"respondent_id": f"r{n}", "item_id": item, "wave": 6, "answer": score}
        for item, given in (("Q1", scores), ("L1", [1] * len(scores)))
        for n, score in enumerate(given)
    ]
    known = [{**item, "is_anchor": True, "reversed": False} for item in [*items, other]]
    return {"enkatfragor": known, "processenkat": answers}


MEAN = {"metric": "survey_mean", "target_value": 4, "unit": "score"}


def test_mean_of_the_groups_own_survey_is_rounded_as_among_colleagues(table):
    # Mean 3.5, sd 0.7559 of 8: half-width 2.3646 * 0.7559 / sqrt(8) = 0.632.
    got = table(MEAN, **survey(3, 3, 3, 3, 3, 4, 4, 5))
    assert figures(got) == [3.5, 2.9, 4.1, "uncertain"]


def test_verdict_is_on_the_figures_as_they_are_shown(table):
    # The lower limit is 2.868.
    got = table({**MEAN, "target_value": 2.9}, **survey(3, 3, 3, 3, 3, 4, 4, 5))
    assert figures(got) == [3.5, 2.9, 4.1, "met"]


def test_mean_of_few_respondents_is_hidden(table):
    assert hidden(table(MEAN, **survey(3, 4, 4, 5))) == [True] * 4


# What is missing


@pytest.mark.parametrize("metric", METRICS)
def test_target_whose_table_was_never_delivered_is_shown_without_a_figure(table, metric):
    needs = METRICS[metric][0]
    for missing in needs:
        there = [name for name in needs if name != missing]
        got = table({"metric": metric, "unit": "pct"}, delivered=there)
        assert figures(got) == [None] * 4
        assert hidden(got) == [False] * 4
        assert got.value("target_text").value == "Mål"


def test_share_of_nobody_is_missing_and_not_hidden(table):
    cells = [("active_after", "all", 0), ("known", "all", 0)]
    target = {"metric": "share_to_work_or_study", "unit": "pct"}
    got = table(target, counts={"activity": (["activity", "gender"], cells)})
    assert figures(got) == [None] * 4
    assert hidden(got) == [False] * 4


def test_before_the_first_followup_there_is_no_step(table):
    counts = {"followup": (["wave", "place", "gender"], [])}
    target = {"metric": "share_step_ge1", "unit": "pct"}
    assert figures(table(target, counts=counts, delivered=FOLLOWED)) == [None] * 4


# When


@pytest.mark.parametrize(
    ("known", "there"),
    [
        ({"valid_from": DAY}, True),
        ({"valid_from": "2016-07-16"}, False),
        ({"valid_to": DAY}, True),
        ({"valid_to": "2016-07-14"}, False),
        ({"valid_from": None, "valid_to": None}, True),
    ],
)
def test_only_targets_that_are_valid_at_the_wave_are_shown(table, known, there):
    assert len(table(known, counts=participations(9)).frame) == there


@pytest.mark.parametrize(
    ("due_on", "verdict"),
    [(DAY, "under_way"), ("2016-07-14", "not_met"), (None, "under_way")],
)
def test_target_is_not_met_only_when_its_day_has_passed(table, due_on, verdict):
    assert figures(table({"due_on": due_on}, counts=participations(9)))[-1] == verdict


def test_without_a_date_for_the_wave_every_target_is_valid_and_none_expired(table):
    known = {"valid_from": "2030-01-01", "due_on": "2000-01-01"}
    assert figures(table(known, counts=participations(9), day=None))[-1] == "under_way"


# The table


def test_targets_stand_in_their_order_with_their_units(table):
    share = {"target_id": "T2", "target_text": "Jämn fördelning", "metric": "gender_balance"}
    share |= {"target_value": 60, "unit": "pct", "direction": "between"}
    got = table({}, share, counts=participations(20, 9, 12))
    assert got.frame["target_text"].tolist() == ["Mål", "Jämn fördelning"]
    assert got.frame["unit"].tolist() == ["n", "pct"]
    assert got.frame["target_value"].tolist() == [10, 60]
    assert got.frame["actual_value"].tolist() == [20, 75]
    kinds = {column.name: column.kind for column in got.columns}
    assert kinds["actual_value"] == "number"
    assert got.keys == ("target_text", "unit", "target_value")


def test_targets_of_other_groups_are_not_shown(table):
    assert table({"lokus_id": "B"}, counts=participations(9)).frame.empty


def test_between_for_something_else_than_balance_is_refused(table):
    with pytest.raises(ValueError, match="T1 has direction between"):
        table({"direction": "between"}, counts=participations(9))


def test_open_study_has_figures_of_few(table):
    target = {"metric": "gender_balance", "unit": "pct", "target_value": 60}
    got = table({**target, "direction": "between"}, counts=participations(4, 2, 4), mode="open")
    assert figures(got)[0] == 50
