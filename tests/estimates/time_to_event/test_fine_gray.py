"""Fine and Gray's regression, against R and against the weighted rows written out."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from shared.estimates.time_to_event.cox import cox
from shared.estimates.time_to_event.fine_gray import fine_gray

REFERENCE = Path(__file__).parents[2] / "reference"
# Ties of all three kinds: at 4 an event, a competing one and one lost.
DURATION = [1, 2, 2, 3, 4, 4, 4, 5, 6, 6, 7, 8, 8, 9, 10]
CAUSE = [1, 2, 0, 2, 1, 2, 0, 1, 1, 0, 2, 1, 0, 0, 1]
X = pd.DataFrame(
    {
        "treated": [1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0, 0, 1, 1],
        "age": [24.0, 31, 45, 52, 28, 39, 61, 33, 47, 55, 29, 42, 30, 44, 36],
    }
)


def coefficients(model):
    return model.table["coefficient"].to_dict()


def written_out(duration, cause):
    """Return the rows of R's ``finegray``: person, (entry, duration], event and weight.

    Whoever ended for another cause gets one more row per later time, with the chance of being
    followed until then, given that until one's own end, as weight.
    """
    duration, cause = np.array(duration), np.array(cause)

    def followed(time):
        chance = 1.0
        for t in np.unique(duration[(cause == 0) & (duration < time)]):
            lost = ((duration == t) & (cause == 0)).sum()
            chance *= 1 - lost / ((duration > t).sum() + lost)
        return chance

    rows = []
    for person, (end, why) in enumerate(zip(duration, cause, strict=True)):
        rows.append((person, -1, end, why == 1, 1.0))
        if why > 1:
            later = [end, *np.unique(duration[duration > end])]
            rows += [
                (person, start, stop, False, followed(stop) / followed(end))
                for start, stop in pairwise(later)
            ]
    return pd.DataFrame(rows, columns=["person", "entry", "duration", "event", "weight"])


def refit(rows, weights, ties="efron"):
    """Return Cox's regression of the rows, the weight of each person multiplied."""
    return cox(
        rows["duration"].to_numpy(),
        rows["event"].to_numpy(),
        X.iloc[rows["person"]],
        entry=rows["entry"].to_numpy(),
        weights=rows["weight"].to_numpy() * np.asarray(weights)[rows["person"]],
        ties=ties,
    )


def test_plasma_cell_malignancy_matches_finegray_of_r():
    data = pd.read_csv(REFERENCE / "P07_mgus2.csv")
    first = data["ptime"].where(data["pstat"] == 1, data["futime"])
    cause = data["pstat"].where(data["pstat"] == 1, 2 * data["death"])
    x = pd.DataFrame({"age": data["age"], "male": data["sex"] == "M"})
    got = fine_gray(first, cause, x)
    exp = {"age": -0.0173017051, "male": -0.259756791}
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)
    assert (got.n, got.events, got.competing) == (1384, 115, 860)


def test_aids_matches_finegray_of_r():
    data = pd.read_csv(REFERENCE / "P10_aidssi.csv").dropna(subset=["ccr5"])
    got = fine_gray(data["time"], data["status"], data[["ccr5"]] == "WW")
    assert coefficients(got) == pytest.approx({"ccr5": 1.0043385}, abs=1e-6)


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_coefficients_equal_those_of_the_weighted_rows(ties):
    rows = written_out(DURATION, CAUSE)
    exp = refit(rows, np.ones(15), ties)
    got = fine_gray(DURATION, CAUSE, X, ties=ties)
    assert coefficients(got) == pytest.approx(coefficients(exp), abs=1e-9)
    assert got.log_likelihood == pytest.approx(exp.log_likelihood, abs=1e-9)


def test_errors_are_how_far_each_person_moves_the_coefficients():
    rows = written_out(DURATION, CAUSE)
    moves = [
        [refit(rows, 1 + sign * step, "breslow").table["coefficient"] for sign in (1, -1)]
        for step in 1e-4 * np.eye(15)
    ]
    slopes = np.array([(up - down) / 2e-4 for up, down in moves])
    got = fine_gray(DURATION, CAUSE, X, ties="breslow").table["se"]
    assert got.tolist() == pytest.approx(np.sqrt((slopes**2).sum(axis=0)).tolist(), rel=1e-5)


def test_without_competing_events_it_is_cox():
    event = np.array(CAUSE) == 1
    got = fine_gray(DURATION, event, X)
    assert coefficients(got) == pytest.approx(coefficients(cox(DURATION, event, X)), abs=1e-10)
    assert got.competing == 0


def test_without_losses_it_is_cox_with_competing_spells_that_never_end():
    cause = np.where(np.array(CAUSE) == 0, 2, CAUSE)
    endless = np.where(cause == 2, 99, DURATION)
    exp = cox(endless, cause == 1, X)
    assert coefficients(fine_gray(DURATION, cause, X)) == pytest.approx(coefficients(exp), abs=1e-9)


def test_any_cause_can_be_modelled_and_the_others_are_one():
    swapped = np.array([0, 3, 1])[CAUSE]
    got = fine_gray(DURATION, swapped, X, of=3)
    exp = fine_gray(DURATION, CAUSE, X)
    assert coefficients(got) == coefficients(exp)
    split = np.where(np.arange(15) == 1, 4, CAUSE)
    assert coefficients(fine_gray(DURATION, split, X)) == coefficients(exp)


def test_limits_cover_the_truth_as_often_as_they_say():
    # Fine and Gray's own simulation: P(cause 1 by t | x) = 1 - (1 - p (1 - exp(-t)))^exp(b x).
    rng = np.random.default_rng(11)
    covered = []
    for _ in range(100):
        x = rng.integers(0, 2, 200)
        ever = 1 - 0.5 ** np.exp(0.5 * x)
        one = rng.random(200) < ever
        share = 1 - (1 - rng.random(200) * ever) ** np.exp(-0.5 * x)
        time = np.where(one, -np.log1p(-share / 0.5), rng.exponential(size=200))
        lost = rng.exponential(2, 200)
        cause = np.where(lost < time, 0, np.where(one, 1, 2))
        got = fine_gray(np.minimum(time, lost), cause, pd.DataFrame({"x": x})).table.loc["x"]
        covered.append(got["low"] < np.exp(0.5) < got["high"])
    assert 0.89 <= np.mean(covered) <= 0.99  # 0.95 +- 2 or 3 standard errors


def test_group_without_the_event_has_no_coefficient():
    cause = np.where(X["treated"] == 1, np.minimum(2, 2 * np.array(CAUSE)), CAUSE)
    with pytest.raises(ValueError, match="coefficient of 'treated' runs away"):
        fine_gray(DURATION, cause, X)


@pytest.mark.parametrize(
    ("cause", "message"),
    [
        ([0.5, *CAUSE[1:]], "1 spells end in something else"),
        ([2] * 15, "0 of 15 spells ended in the event"),
        ([np.nan, *CAUSE[1:]], "1 of 15 spells lack a duration"),
    ],
)
def test_causes_that_say_nothing_are_refused(cause, message):
    with pytest.raises(ValueError, match=message):
        fine_gray(DURATION, cause, X)
