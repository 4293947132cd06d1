"""The test of proportional hazards, against R and by the likelihood of moving coefficients."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.time_to_event.cox import cox
from shared.estimates.time_to_event.kaplan_meier import kaplan_meier
from shared.estimates.time_to_event.proportional_hazards import proportional_hazards

REFERENCE = Path(__file__).parents[2] / "reference"


def test_each_covariate_matches_cox_zph_of_r():
    data = pd.read_csv(REFERENCE / "P08_veteran.csv")
    x = pd.get_dummies(data["celltype"]).drop(columns="adeno")
    x = x.join(data[["trt", "karno", "diagtime", "age", "prior"]])
    got = proportional_hazards(cox(data["time"], data["status"], x))
    assert got.loc["karno", "p"] == pytest.approx(0.000322461157, abs=1e-6)


def test_all_covariates_together_match_cox_zph_of_r():
    data = pd.read_csv(REFERENCE / "P06_lung.csv").dropna(subset=["ph.ecog"])
    model = cox(data["time"], data["status"] == 2, data[["sex", "age", "ph.ecog"]])
    got = proportional_hazards(model)
    assert got.loc["global", "p"] == pytest.approx(0.215554945, abs=1e-6)
    assert got.index.tolist() == ["sex", "age", "ph.ecog", "global"]
    assert got["df"].tolist() == [1, 1, 1, 3]


def cut_at_events(table):
    """Return one row per spell and event time it was at risk at, with 1 - S just before it."""
    curve = kaplan_meier(table["duration"], table["event"], entry=table["entry"])
    before = np.r_[1, curve["survival"]]
    rows = []
    for time in np.unique(table["duration"][table["event"] == 1]):
        here = table[(table["entry"] < time) & (table["duration"] >= time)]
        clock = 1 - before[np.searchsorted(curve["time"], time)]
        ended = (here["duration"] == time) & (here["event"] == 1)
        rows.append(here.assign(time=time, clock=clock, ended=ended))
    return pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize("strata", [False, True])
def test_global_test_is_the_score_test_of_moving_coefficients(strata):
    # With each event time as a stratum the partial likelihood is that of the cut spells, and the
    # score test at the maximum without the moving coefficients is taken by an offset in x.
    rng = np.random.default_rng(3)
    n = 60
    table = pd.DataFrame(
        {
            "duration": rng.integers(2, 12, n),
            "event": rng.random(n) < 0.7,
            "entry": rng.integers(0, 2, n),
            "stratum": rng.integers(0, 2, n) * strata,
            "a": rng.normal(size=n),
            "b": rng.integers(0, 3, n),
        }
    )
    model = cox(
        table["duration"],
        table["event"],
        table[["a", "b"]],
        entry=table["entry"],
        strata=table["stratum"],
        ties="breslow",
    )
    cut = cut_at_events(table)
    x = cut[["a", "b"]].to_numpy(dtype=float)
    wide = np.column_stack([x, x * cut[["clock"]].to_numpy()])
    risk = np.exp(x @ model.table["coefficient"].to_numpy())
    score, information = np.zeros(4), np.zeros((4, 4))
    for _, rows in cut.groupby(["stratum", "time"]).indices.items():
        share = risk[rows] / risk[rows].sum()
        mean = share @ wide[rows]
        spread = (wide[rows] - mean).T @ ((wide[rows] - mean) * share[:, None])
        events = cut["ended"].to_numpy()[rows]
        score += (wide[rows][events] - mean).sum(axis=0)
        information += events.sum() * spread
    got = proportional_hazards(model)
    assert score[:2] == pytest.approx([0, 0], abs=1e-8)
    exp = score @ np.linalg.solve(information, score)
    assert got.loc["global", "chi2"] == pytest.approx(exp, rel=1e-8)
    one = np.array([0, 1, 3])
    exp = score[one] @ np.linalg.solve(information[np.ix_(one, one)], score[one])
    assert got.loc["b", "chi2"] == pytest.approx(exp, rel=1e-8)


def test_unit_of_a_covariate_does_not_matter():
    data = pd.read_csv(REFERENCE / "P15_rossi.csv")
    exp = proportional_hazards(cox(data["week"], data["arrest"], data[["age", "fin"]]))
    months = data[["age", "fin"]].assign(age=12 * data["age"] - 100)
    got = proportional_hazards(cox(data["week"], data["arrest"], months))
    assert got["chi2"].tolist() == pytest.approx(exp["chi2"].tolist())


def test_effect_that_wears_off_is_found_and_a_lasting_one_is_not():
    rng = np.random.default_rng(8)
    x = pd.DataFrame({"early": np.arange(2000) % 2, "always": np.arange(2000) // 2 % 2})
    first = rng.exponential(1 / np.exp(1.2 * x["early"] + 0.7 * x["always"]))
    later = 0.4 + rng.exponential(1 / np.exp(0.7 * x["always"]))
    got = proportional_hazards(cox(np.where(first < 0.4, first, later), [1] * 2000, x))
    assert got.loc["early", "p"] < 1e-6
    assert got.loc["always", "p"] > 0.05
    assert got.loc["global", "p"] < 1e-6


def test_events_at_one_time_say_nothing_of_change():
    x = pd.DataFrame({"a": [1, 0, 1, 1, 0, 0], "b": [3, 1, 4, 1, 5, 9]})
    got = proportional_hazards(cox([2, 2, 2, 3, 3, 3], [1, 1, 1, 0, 0, 0], x))
    assert got[["chi2", "p"]].isna().all(axis=None)
    assert got["df"].tolist() == [1, 1, 2]
