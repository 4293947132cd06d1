"""Change in the answers: each test states one rule, by the model behind it or a planted truth."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from shared.estimates.change_in_answers import odds_by_wave
from shared.estimates.ordinal import ordinal_model

TYPES = {"wave": "Int64", "answer": "Float64", "is_anchor": "boolean"}
FIGURES = ["odds_ratio", "odds_low", "odds_high", "p"]


def draw(seed, construct="goals", respondents=8, items=2, rise=(0.0, 0.0, 0.0)):
    """Draw answers 1-5 of the same respondents at months 0, 6, ..., ``rise`` in log odds."""
    rng = np.random.default_rng(seed)
    waves = range(0, 6 * len(rise) + 6, 6)
    cells = pd.MultiIndex.from_product([range(respondents), range(items), waves])
    who, item, wave = (cells.get_level_values(level).to_numpy() for level in range(3))
    middle = np.array([0, *rise])[wave // 6] + rng.standard_normal(respondents)[who]
    given = np.digitize(middle + 0.5 * item + rng.logistic(size=len(who)), [-2, -0.7, 0.7, 2]) + 1
    columns = {"respondent_id": who, "construct": construct, "item_id": item, "wave": wave}
    table = pd.DataFrame({**columns, "answer": given, "is_anchor": True})
    return table.astype({"respondent_id": "str", "item_id": "str", **TYPES})


def test_one_row_per_construct_and_later_wave():
    got = odds_by_wave(pd.concat([draw(1, "roles"), draw(2, "goals")]))
    assert got["construct"].tolist() == ["goals"] * 3 + ["roles"] * 3
    assert got["wave"].tolist() == [6, 12, 18] * 2
    assert got["n"].tolist() == [8] * 6


def test_figures_are_those_of_the_model_with_waves_items_and_respondents():
    table = draw(3, rise=(0.5, 1.0))
    waves, item = table["wave"], table["item_id"]
    x = pd.DataFrame({"m6": waves.eq(6), "m12": waves.eq(12), "item": item.eq("1")})
    model = ordinal_model(table["answer"], x, table["respondent_id"])
    exp_odds = np.exp(model.coefficients[["estimate", "low", "high"]][:2]).to_numpy()
    got = odds_by_wave(table)
    assert got[FIGURES[:3]].to_numpy() == pytest.approx(exp_odds, rel=1e-4)
    assert got["p"].tolist() == pytest.approx(model.coefficients["p"][:2].tolist(), rel=1e-3)
    assert got["sd"].tolist() == pytest.approx([model.sd] * 2, rel=1e-3)


def test_planted_rise_is_found():
    # Odds 1, 2.7 and 7.4 times those of the first wave.
    got = odds_by_wave(draw(4, respondents=250, rise=(0.0, 1.0, 2.0)))
    assert np.log(got["odds_ratio"]).tolist() == pytest.approx([0, 1, 2], abs=0.35)
    assert (got["odds_low"] < np.exp([0, 1, 2])).all()
    assert (got["odds_high"] > np.exp([0, 1, 2])).all()
    assert got["p"].iloc[2] < 1e-6


def test_items_that_differ_do_not_pass_for_change():
    # Item 1 is answered two steps higher, and asked only from month 6; nobody changes.
    table = draw(5, respondents=300, rise=(0.0,))
    second = table["item_id"].eq("1")
    table.loc[second, "answer"] = (table.loc[second, "answer"] + 2).clip(upper=5)
    got = odds_by_wave(table[~second | table["wave"].eq(6)])
    assert np.log(got["odds_ratio"].iloc[0]) == pytest.approx(0, abs=0.4)


def test_p_is_adjusted_within_the_wave_as_in_statsmodels():
    parts = [draw(i, f"part {i}", rise=(0.3 * i, 0.2)) for i in range(5)]
    parts[2]["answer"] = 4.0  # cannot be estimated, and is no test
    got = odds_by_wave(pd.concat(parts))
    for _, wave in got.groupby("wave"):
        tested = wave.dropna(subset=["p"])
        assert len(tested) == 4
        exp_p = multipletests(tested["p"], method="holm")[1]
        assert tested["p_holm"].tolist() == pytest.approx(exp_p.tolist(), abs=1e-12)
        assert wave["p_holm"].isna().sum() == 1


def test_constructs_keep_the_order_of_their_categories():
    table = pd.concat([draw(1, "goals"), draw(2, "trust"), draw(3, "roles")])
    order = pd.CategoricalDtype(["trust", "roles", "goals", "unused"], ordered=True)
    got = odds_by_wave(table.astype({"construct": order}))
    assert got["construct"].drop_duplicates().tolist() == ["trust", "roles", "goals"]


def test_n_counts_respondents_who_answered_anything():
    table = draw(6, rise=(0.0,))
    sixth = table["wave"].eq(6)
    table.loc[sixth & table["respondent_id"].eq("0"), "answer"] = pd.NA
    table.loc[sixth & table["respondent_id"].eq("1") & table["item_id"].eq("0"), "answer"] = pd.NA
    assert odds_by_wave(table)["n"].tolist() == [7]


@pytest.mark.parametrize("anchor", [False, None])
def test_only_anchor_items_count(anchor):
    table = draw(7)
    other = draw(8).assign(item_id="other", is_anchor=pd.array([anchor] * 64, dtype="boolean"))
    pd.testing.assert_frame_equal(odds_by_wave(pd.concat([table, other])), odds_by_wave(table))


def test_one_wave_gives_no_rows():
    got = odds_by_wave(draw(1, rise=()))
    assert got.empty
    assert got.columns.tolist() == ["construct", "wave", "n", *FIGURES, "p_holm", "sd"]


def test_no_answers_give_no_rows():
    assert odds_by_wave(draw(1).iloc[:0]).empty


def test_wave_that_was_not_asked_has_no_figures():
    gap, full = draw(1, "gap"), draw(2, "full")
    got = odds_by_wave(pd.concat([gap[gap["wave"] != 6], full])).set_index(["construct", "wave"])
    assert got.loc[("gap", 6), "n"] == 0
    assert got.loc[("gap", 6), FIGURES].isna().all()
    assert got.drop(("gap", 6)).notna().all(axis=None)


def test_construct_without_first_wave_has_no_figures():
    late, full = draw(1, "late"), draw(2, "full")
    got = odds_by_wave(pd.concat([late[late["wave"] > 0], full])).set_index("construct")
    assert got.loc["late", "n"].tolist() == [0, 0, 0]  # nobody to compare with
    assert got.loc["late", [*FIGURES, "p_holm", "sd"]].isna().all(axis=None)
    assert got.loc["full"].notna().all(axis=None)


def test_same_answer_from_everyone_has_no_figures():
    got = odds_by_wave(draw(1).assign(answer=5.0))
    assert got["n"].tolist() == [8, 8, 8]
    assert got[[*FIGURES, "p_holm", "sd"]].isna().all(axis=None)
