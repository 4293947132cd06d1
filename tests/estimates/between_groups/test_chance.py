"""What chance alone would give of the differences between groups, and process beside results."""

import numpy as np
import pandas as pd
import pytest

from shared.estimates.between_groups import chance
from shared.estimates.between_groups.process_and_results import process_and_results

LETTERS = list("ABCDEFGH")


def results(shares, n=400, wave=6):
    n = np.full(len(shares), n)
    frame = {"lokus_id": LETTERS[: len(shares)], "wave": wave, "n": n}
    return pd.DataFrame({**frame, "successes": (np.array(shares) * n).astype(int)})


def test_equal_shares_are_all_chance_and_far_apart_hardly_any():
    same, apart = (chance.of_results(results(shares)) for shares in ([0.3] * 8, [0.1, 0.6] * 4))
    assert same["by_chance"].tolist() == [1.0]
    assert apart["by_chance"].item() < 0.05
    assert apart["p"].item() < 0.001 < 0.9 < same["p"].item()


def test_each_wave_is_a_row_and_the_sum_of_groups_is_no_group():
    both = pd.concat([results([0.3] * 8), results([0.2] * 8, wave=12)])
    whole = pd.DataFrame([["all", 6, 3200, 960]], columns=["lokus_id", "wave", "n", "successes"])
    found = chance.of_results(pd.concat([both, whole]))
    assert found[["wave", "groups", "n"]].to_numpy().tolist() == [[6, 8, 3200], [12, 8, 3200]]


def test_two_groups_say_nothing():
    assert chance.of_results(results([0.1, 0.9])).empty
    assert chance.of_rates(pd.Series([3, 9]), pd.Series([12.0, 12.0]), 6).empty
    scores = pd.DataFrame({"score": [3.0, 4.0], "sd": 0.5, "n": 9})
    assert chance.of_scores(scores, 6).empty


def test_scores_and_rates_that_differ_more_leave_less_to_chance():
    near, far = (pd.DataFrame({"score": s, "sd": 0.5, "n": 9}) for s in ([3, 3.1, 3.2], [2, 3, 4]))
    parts = [chance.of_scores(one.astype(float), 6)["by_chance"].item() for one in (near, far)]
    assert parts[1] < 0.1 < parts[0]
    time = pd.Series([12.0] * 4)
    rates = [chance.of_rates(pd.Series(c), time, 6) for c in ([20, 21, 19, 20], [5, 20, 40, 80])]
    assert rates[0]["by_chance"].item() == pytest.approx(1)
    assert rates[1]["by_chance"].item() < 0.1


def test_process_that_orders_groups_as_their_results_do_goes_with_them():
    process = pd.DataFrame({"lokus_id": LETTERS, "wave": 6, "score": np.linspace(2, 4, 8)})
    shares = results(np.linspace(0.1, 0.5, 8)).assign(share=np.linspace(0.1, 0.5, 8))
    found = process_and_results(process, shares)
    assert found[["relation", "n", "rho"]].to_numpy().tolist() == [["across", 8, 1.0]]
    assert found["p"].item() == pytest.approx(2 / 40320)


def test_within_groups_the_common_change_is_no_association():
    waves = range(3)
    process = pd.DataFrame(
        [[g, w, 3 + w] for g in LETTERS for w in waves], columns=["lokus_id", "wave", "score"]
    )
    shares = pd.DataFrame(
        [[g, w, 0.1 * w] for g in LETTERS for w in waves], columns=["lokus_id", "wave", "share"]
    )
    assert process_and_results(process, shares).empty
