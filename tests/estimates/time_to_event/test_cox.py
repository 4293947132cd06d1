"""Cox's regression, against R, by hand, by brute force and by its laws."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from shared.estimates.time_to_event.cox import cox

REFERENCE = Path(__file__).parents[2] / "reference"
DURATION = [1, 2, 2, 3, 4, 4, 5, 6, 6, 7, 9, 9]
EVENT = [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0]
ENTRY = [0, 0, 1, 0, 2, 1, 0, 3, 5, 0, 4, 2]
STRATA = list("aabababbaabb")
WEIGHTS = [1.5, 0.5, 2, 1, 0.7, 1.2, 1, 1, 2.5, 0.4, 1, 1]
X = pd.DataFrame(
    {
        "treated": [1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 0],
        "age": [24.0, 31, 45, 52, 28, 39, 61, 33, 47, 55, 29, 42],
    }
)


def read(name):
    return pd.read_csv(REFERENCE / f"{name}.csv")


def indicators(data, *columns, **first):
    """Return 0 and 1 for every category but the first in the alphabet or the one given."""
    tables = [
        pd.get_dummies(data[name]).drop(columns=first.get(name, data[name].min()))
        for name in columns
    ]
    return pd.concat(tables, axis=1).astype(int)


def coefficients(model):
    return model.table["coefficient"].to_dict()


def naive_loglik(beta, ties="efron", entry=None, strata=None, weights=None, x=X):
    """Return the log partial likelihood from its definition, one event time at a time."""
    time, event = np.array(DURATION, dtype=float), np.array(EVENT)
    entry = np.full(len(time), -np.inf) if entry is None else np.array(entry)
    strata = np.zeros(len(time)) if strata is None else np.array(strata)
    weights = np.ones(len(time)) if weights is None else np.array(weights)
    log_risk = x.to_numpy(dtype=float) @ beta
    share = weights * np.exp(log_risk)
    total = 0.0
    for stratum in np.unique(strata):
        for t in np.unique(time[(event == 1) & (strata == stratum)]):
            here = strata == stratum
            dying = here & (event == 1) & (time == t)
            at_risk = here & (entry < t) & (time >= t)
            total += weights[dying] @ log_risk[dying]
            for k in range(dying.sum()):
                gone = k / dying.sum() if ties == "efron" else 0
                size = share[at_risk].sum() - gone * share[dying].sum()
                total -= weights[dying].mean() * np.log(size)
    return total


def derivatives(function, point, step=1e-4):
    """Return the gradient and the Hessian of ``function`` by central differences."""
    units = np.eye(len(point)) * step
    gradient = [(function(point + u) - function(point - u)) / (2 * step) for u in units]
    hessian = [
        [
            (
                function(point + u + v)
                - function(point + u - v)
                - function(point - u + v)
                + function(point - u - v)
            )
            / (4 * step**2)
            for v in units
        ]
        for u in units
    ]
    return np.array(gradient), np.array(hessian)


# Against R


@pytest.mark.parametrize(("ties", "exp"), [("efron", 2.5033529), ("breslow", 2.47552496)])
def test_both_kinds_of_ties_match_coxph_of_r(ties, exp):
    strikes = read("C06_strikes")
    got = cox(strikes["dur"], strikes["dur"] > 0, strikes[["gdp"]], ties=ties)
    assert coefficients(got) == pytest.approx({"gdp": exp}, abs=1e-6)


def test_unemployment_spells_match_coxph_of_r():
    data = read("P04_unemployment")
    x = indicators(data, "sex", "race", "reason", "pubemp")
    got = cox(data["duration"], data["spell"], x)
    exp = {
        "male": 0.0443668208,
        "white": 0.0869541021,
        "lose": -0.171360386,
        "new": 0.214349007,
        "reentr": 0.106970453,
        "yes": -0.474103516,
    }
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)
    assert (got.n, got.events) == (452, 256)


def test_lung_cancer_matches_coxph_of_r():
    data = read("P06_lung").dropna(subset=["ph.ecog"])
    got = cox(data["time"], data["status"] == 2, data[["sex", "age", "ph.ecog"]])
    exp = {"sex": -0.552612396, "age": 0.0110667646, "ph.ecog": 0.463728475}
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)
    assert got.concordance == pytest.approx(0.637135493, abs=1e-6)


def test_one_covariate_matches_coxph_of_r():
    data = read("P06_lung")
    got = cox(data["time"], data["status"] == 2, data[["sex"]])
    assert coefficients(got) == pytest.approx({"sex": -0.531023538}, abs=1e-6)


def test_veterans_match_coxph_of_r():
    data = read("P08_veteran")
    x = indicators(data, "celltype").join(data[["karno", "diagtime", "age"]])
    x = x.assign(trt=data["trt"] == 2, prior=data["prior"] == 10)
    exp = {
        "large": -0.79477472,
        "smallcell": -0.334505911,
        "squamous": -1.19606637,
        "karno": -0.0328153262,
        "diagtime": 8.1320513e-05,
        "age": -0.00870647495,
        "trt": 0.294602822,
        "prior": 0.0715936019,
    }
    assert coefficients(cox(data["time"], data["status"], x)) == pytest.approx(exp, abs=1e-6)


@pytest.mark.parametrize(("cause", "exp"), [(1, 1.23581472), (2, 0.254204218)])
def test_cause_specific_hazards_match_coxph_of_r(cause, exp):
    data = read("P10_aidssi").dropna(subset=["ccr5"])
    got = cox(data["time"], data["status"] == cause, data[["ccr5"]] == "WW")
    assert coefficients(got) == pytest.approx({"ccr5": exp}, abs=1e-6)


def test_late_entry_and_score_test_match_coxph_of_r():
    data = read("P12_mort_skelleftea")
    got = cox(data["exit"], data["event"], data[["ses"]] == "upper", entry=data["enter"])
    assert coefficients(got) == pytest.approx({"ses": -0.4795252}, abs=1e-6)
    assert got.score == pytest.approx(16.0791521, abs=1e-6)
    assert got.score_p == pytest.approx(6.08e-5, rel=1e-2)


def test_late_entry_at_old_age_matches_coxph_of_r():
    data = read("P13_oldmort_sundsvall")
    x = indicators(data, "sex", "civ", "region")
    got = cox(data["exit"], data["event"], x, entry=data["enter"])
    exp = {
        "male": 0.234780216,
        "unmarried": 0.409871736,
        "widow": 0.148353702,
        "rural": -0.146234439,
        "town": -0.268462004,
    }
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)


def test_events_at_time_zero_match_coxph_of_r():
    data = read("P14_pharmacosmoking")
    x = indicators(data, "grp", "employment").join(data["age"])
    got = cox(data["ttr"], data["relapse"], x)
    exp = {"patchOnly": 0.607884045, "other": 0.703476641, "pt": 0.653690189, "age": -0.0352893375}
    assert (data["ttr"] == 0).sum() == 12
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)


def test_rearrest_matches_coxph_of_r():
    data = read("P15_rossi")
    got = cox(data["week"], data["arrest"], data.drop(columns=["week", "arrest"]))
    exp = {
        "fin": -0.379422166,
        "age": -0.0574377427,
        "race": 0.313899788,
        "wexp": -0.149795698,
        "mar": -0.433703878,
        "paro": -0.0848710825,
        "prio": 0.091497081,
    }
    assert coefficients(got) == pytest.approx(exp, abs=1e-6)
    assert got.log_likelihood == pytest.approx(-658.747659, abs=1e-6)


def test_errors_limits_and_score_test_match_a_printed_summary_of_r():
    # The example of ?summary.coxph in survival 2.37: coxph(Surv(time, status) ~ age + sex, lung).
    data = read("P06_lung")
    got = cox(data["time"], data["status"] == 2, data[["age", "sex"]])
    names = ["coefficient", "hazard_ratio", "low", "high"]
    assert got.table[names].round(3).to_numpy().tolist() == [
        [0.017, 1.017, 0.999, 1.036],
        [-0.513, 0.599, 0.431, 0.831],
    ]
    assert got.table["se"].tolist() == pytest.approx([0.00922, 0.16745], abs=1e-5)
    assert [float(f"{p:.2g}") for p in got.table["p"]] == [0.065, 0.0022]
    assert (round(got.score, 1), round(got.score_p, 5)) == (13.7, 0.00105)


def test_work_programme_matches_coxph_of_r():
    data = read("P16_recid")
    names = [
        "workprg",
        "priors",
        "tserved",
        "felon",
        "alcohol",
        "drugs",
        "black",
        "married",
        "educ",
        "age",
    ]
    got = cox(data["durat"], 1 - data["cens"], data[names])
    assert got.table.loc["workprg", "coefficient"] == pytest.approx(0.084404726, abs=1e-6)


# By hand


def test_coefficient_se_and_limits_by_hand():
    # Events of a treated at 1 among 2 + 2 and an untreated at 2 among 1 + 2: with ratio r the
    # likelihood is r / (2 r + 2) / (r + 2), highest at r = sqrt 2; the information is
    # r / (r + 1)^2 + 2 r / (r + 2)^2 = 0.485281.
    got = cox([1, 2, 3, 3], [1, 1, 0, 0], pd.DataFrame({"treated": [1, 0, 1, 0]}))
    row = got.table.loc["treated"]
    se = 0.485281**-0.5
    assert row["coefficient"] == pytest.approx(np.log(2) / 2, abs=1e-9)
    assert row["se"] == pytest.approx(se, abs=1e-5)
    assert row["hazard_ratio"] == pytest.approx(np.sqrt(2), abs=1e-9)
    exp = np.sqrt(2) * np.exp([-1.959964 * se, 1.959964 * se])
    assert row[["low", "high"]].tolist() == pytest.approx(exp.tolist(), abs=1e-4)
    assert row["p"] == pytest.approx(0.80922, abs=1e-5)
    # At 0: score 1 - 1/2 - 1/3, information 1/4 + 2/9.
    assert got.score == pytest.approx((1 / 6) ** 2 / (1 / 4 + 2 / 9), abs=1e-9)


def test_concordance_by_hand():
    # Pairs: 1 before each of the 3 others, with risks high against low, high and low; 2 (low)
    # before high and low. Right 2, ties 1 and 1, wrong 1.
    got = cox([1, 2, 3, 3], [1, 1, 0, 0], pd.DataFrame({"treated": [1, 0, 1, 0]}))
    assert got.concordance == (2 + 2 / 2) / 5


# By brute force


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"entry": ENTRY},
        {"strata": STRATA},
        {"weights": [1, 2, 1, 3, 1, 1, 2, 1, 1, 2, 1, 1]},
        {"entry": ENTRY, "strata": STRATA, "weights": WEIGHTS},
    ],
    ids=lambda more: "+".join(more) or "plain",
)
def test_likelihood_maximum_and_errors_equal_their_definition(ties, more):
    got = cox(DURATION, EVENT, X, ties=ties, **more)
    point = got.table["coefficient"].to_numpy()

    def loglik(scaled):  # in units of about one standard deviation
        return naive_loglik(scaled / [1, 10], ties=ties, **more)

    gradient, hessian = derivatives(loglik, point * [1, 10])
    assert got.log_likelihood == pytest.approx(naive_loglik(point, ties=ties, **more), abs=1e-9)
    assert gradient == pytest.approx(np.zeros(2), abs=1e-6)
    slope, curve = derivatives(loglik, np.zeros(2))
    assert got.score == pytest.approx(-slope @ np.linalg.solve(curve, slope), rel=1e-5)
    if got.errors == "model":
        se = np.sqrt(np.diag(np.linalg.inv(-hessian)))
        assert (got.table["se"] * [1, 10]).tolist() == pytest.approx(se.tolist(), rel=1e-5)


def test_robust_errors_are_how_far_each_weight_moves_the_coefficients():
    # Each spell's share of the sandwich is its weight times the derivative by its weight.
    def refit(weights):
        model = cox(DURATION, EVENT, X, entry=ENTRY, weights=weights, ties="breslow")
        return model.table["coefficient"].to_numpy()

    got = cox(DURATION, EVENT, X, entry=ENTRY, weights=WEIGHTS, ties="breslow")
    moves = [
        weight * (refit(WEIGHTS + step) - refit(WEIGHTS - step)) / 2e-4
        for weight, step in zip(WEIGHTS, 1e-4 * np.eye(len(WEIGHTS)), strict=True)
    ]
    exp = np.sqrt((np.array(moves) ** 2).sum(axis=0))
    assert got.errors == "robust"
    assert got.table["se"].tolist() == pytest.approx(exp.tolist(), rel=1e-5)


def test_maximum_is_found_when_a_full_step_of_newton_overshoots():
    rng = np.random.default_rng(29)
    time = rng.permutation(40) + 1.0
    x = rng.standard_cauchy(40)
    event = rng.random(40) < 0.7

    def minus_loglik(b):
        return -sum(
            b * x[i] - np.log(np.exp(b * x[time >= time[i]]).sum()) for i in np.flatnonzero(event)
        )

    exp = minimize_scalar(minus_loglik, bracket=(-0.1, 0.1), tol=1e-10)
    got = cox(time, event, pd.DataFrame({"x": x}))
    assert got.log_likelihood == pytest.approx(-exp.fun, abs=1e-9)
    assert coefficients(got)["x"] == pytest.approx(exp.x, abs=1e-7)


def test_concordance_equals_a_count_of_all_pairs():
    got = cox(DURATION, EVENT, X, entry=ENTRY, strata=STRATA, weights=WEIGHTS)
    risk = np.round(X.to_numpy() @ got.table["coefficient"].to_numpy(), 9)
    right = pairs = 0.0
    for i, first in enumerate(DURATION):
        for j, other in enumerate(DURATION):
            longer = other > first or (other == first and not EVENT[j])
            if EVENT[i] and longer and ENTRY[j] < first and STRATA[i] == STRATA[j]:
                pairs += WEIGHTS[i] * WEIGHTS[j]
                right += WEIGHTS[i] * WEIGHTS[j] * (1 + np.sign(risk[i] - risk[j])) / 2
    assert got.concordance == pytest.approx(right / pairs, abs=1e-12)


# Laws


@settings(max_examples=20, deadline=None)
@given(st.floats(-1e6, 1e6), st.floats(0.001, 1000), st.permutations(range(12)))
def test_units_and_order_of_rows_do_not_matter(shift, scale, order):
    exp = cox(DURATION, EVENT, X, entry=ENTRY, strata=STRATA)
    moved = X.assign(age=shift + scale * X["age"]).iloc[order]
    times = [np.array(values)[order] for values in (DURATION, EVENT, ENTRY, STRATA)]
    got = cox(*times[:2], moved, entry=times[2], strata=times[3])
    assert coefficients(got)["age"] * scale == pytest.approx(coefficients(exp)["age"], rel=1e-5)
    assert got.concordance == exp.concordance
    assert got.score == pytest.approx(exp.score, rel=1e-6)


def test_only_the_order_of_times_matters():
    exp = cox(DURATION, EVENT, X, entry=ENTRY)
    got = cox(np.exp(DURATION), EVENT, X, entry=np.exp(ENTRY))
    assert coefficients(got) == coefficients(exp)


def test_spell_cut_in_two_by_late_entry_changes_nothing():
    exp = cox(DURATION, EVENT, X, entry=ENTRY)
    cut = 3.5
    table = X.assign(duration=DURATION, event=EVENT, entry=ENTRY)
    across = (table["entry"] < cut) & (table["duration"] > cut)
    early = table[across].assign(duration=cut, event=0)
    late = table[across].assign(entry=cut)
    parts = pd.concat([table[~across], early, late], ignore_index=True)
    got = cox(parts["duration"], parts["event"], parts[list(X)], entry=parts["entry"])
    assert coefficients(got) == pytest.approx(coefficients(exp), abs=1e-10)
    assert got.log_likelihood == pytest.approx(exp.log_likelihood, abs=1e-10)


def test_whole_weights_stand_for_so_many_spells():
    times = [1, 2, 1, 3, 1, 1, 2, 1, 1, 2, 1, 1]
    got = cox(DURATION, EVENT, X, weights=times, ties="breslow")
    rows = np.repeat(range(12), times)
    exp = cox(np.array(DURATION)[rows], np.array(EVENT)[rows], X.iloc[rows], ties="breslow")
    assert coefficients(got) == pytest.approx(coefficients(exp), abs=1e-10)
    assert got.table["se"].tolist() == pytest.approx(exp.table["se"].tolist())
    assert got.errors == exp.errors == "model"


def test_size_of_weights_of_sampling_does_not_matter():
    exp = cox(DURATION, EVENT, X, weights=WEIGHTS)
    got = cox(DURATION, EVENT, X, weights=np.array(WEIGHTS) * 1e-12)
    assert coefficients(got) == pytest.approx(coefficients(exp))
    assert got.table["se"].tolist() == pytest.approx(exp.table["se"].tolist())


def test_planted_coefficients_are_found_among_many_people_in_good_time():
    rng = np.random.default_rng(5)
    x = pd.DataFrame(rng.normal(size=(20_000, 2)), columns=["a", "b"])
    time = np.ceil(300 * rng.exponential(np.exp(-(0.5 * x["a"] - 0.2 * x["b"]))))
    got = cox(np.minimum(time, 540), time <= 540, x, entry=rng.integers(0, 2, len(x)) * 0.5)
    # Days are counted whole: the hazard of a day is small, so the ties do no harm.
    assert coefficients(got) == pytest.approx({"a": 0.5, "b": -0.2}, abs=0.03)
    assert (got.table["se"] < 0.01).all()


# What is refused


@pytest.mark.parametrize("working", [True, False])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"entry": np.arange(40) % 7 / 7},
        {"strata": np.arange(40) % 3},
        {"weights": np.full(40, 1e-7)},
    ],
    ids=lambda more: "+".join(more) or "plain",
)
def test_group_without_events_has_no_coefficient(working, more):
    rng = np.random.default_rng(4)
    work = np.arange(40) % 2 == 0
    x = pd.DataFrame({"age": rng.normal(40, 9, 40), "work": work})
    with pytest.raises(ValueError, match="coefficient of 'work' runs away: it separates"):
        cox(rng.integers(2, 30, 40), work == working, x, **more)


def test_covariate_that_tells_the_order_of_events_has_no_coefficient():
    x = pd.DataFrame({"backwards": [8, 7, 6, 5, 4, 3, 2, 1], "age": [3, 1, 4, 1, 5, 9, 2, 6]})
    with pytest.raises(ValueError, match="coefficient of 'backwards' runs away"):
        cox(range(1, 9), [1] * 8, x)


def test_order_told_by_narrow_gaps_runs_away_too():
    # The coefficient must tell gaps of a thousandth apart, so others lie exp(thousands) apart.
    time = np.cumsum(np.random.default_rng(1).exponential(size=40) ** 4)
    with pytest.raises(ValueError, match="coefficient of 'time' runs away"):
        cox(time, [1] * 40, pd.DataFrame({"time": -time}))


def test_reference_category_without_events_is_told_by_all_the_others():
    kind = pd.get_dummies(pd.Series(list("abcabcabc"))).drop(columns="a")
    with pytest.raises(ValueError, match="coefficient of 'b', 'c' runs away"):
        cox(range(1, 10), [0, 1, 1, 0, 0, 1, 0, 1, 0], kind)


def test_rare_group_with_one_event_has_a_coefficient():
    rng = np.random.default_rng(2)
    rare = pd.DataFrame({"rare": np.arange(5000) < 3})
    event = rng.random(5000) < 0.5
    event[:3] = [True, False, False]
    got = cox(rng.random(5000), event, rare)
    assert got.table.loc["rare", "se"] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ({"still": 4}, "'still' has the same value in all 12 spells"),
        ({"both": X["age"] + 2 * X["treated"]}, "'both' follows from 'treated', 'age'"),
        ({"months": 12 * X["age"]}, "'months' follows from 'age'"),
        ({"town": list("abcabcabcabc")}, "'town' is not numeric"),
        ({"gap": [np.nan, *range(11)]}, "1 of 12 spells lack a value of 'gap'"),
        ({"gap": [np.inf, *range(11)]}, "1 of 12 spells lack a value of 'gap'"),
        ({"first": np.arange(12) == 3}, "'first' runs away"),
    ],
)
def test_covariates_that_say_nothing_are_refused(column, message):
    with pytest.raises(ValueError, match=message):
        cox(DURATION, EVENT, X.assign(**column))


def test_covariate_that_differs_only_between_strata_is_refused():
    x = X.assign(place=[s == "a" for s in STRATA])
    with pytest.raises(ValueError, match="'place' has one value among all at risk"):
        cox(DURATION, EVENT, x, strata=STRATA)


def test_covariates_by_the_same_name_are_refused():
    with pytest.raises(ValueError, match="have 'age' twice"):
        cox(DURATION, EVENT, X[["age", "treated", "age"]])


def test_no_covariates_are_refused():
    with pytest.raises(ValueError, match="There must be rows and columns"):
        cox(DURATION, EVENT, X[[]])


@pytest.mark.parametrize(("event", "number"), [([0] * 12, 0), ([1, *[0] * 11], 1)])
def test_fewer_events_than_coefficients_are_refused(event, number):
    with pytest.raises(ValueError, match=f"{number} of 12 spells .* cannot carry 2 coefficients"):
        cox(DURATION, event, X)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"weights": [0, *[1] * 11]}, "1 of 12 weights are not above 0"),
        ({"weights": [np.nan, *[1] * 11]}, "1 of 12 spells lack a weight"),
        ({"strata": [None, *STRATA[1:]]}, "1 of 12 spells lack a stratum"),
        ({"entry": [1, *ENTRY[1:]]}, "1 of 12 spells end at or before their entry"),
        ({"entry": ENTRY[1:]}, "with 11 values"),
        ({"strata": pd.Series(STRATA, index=range(1, 13))}, "with another index"),
        ({"ties": "exact"}, "Ties is 'exact'. Allowed: efron, breslow"),
    ],
)
def test_other_input_that_says_nothing_is_refused(more, message):
    with pytest.raises(ValueError, match=message):
        cox(DURATION, EVENT, X, **more)
