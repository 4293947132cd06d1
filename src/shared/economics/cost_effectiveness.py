"""Cost-effectiveness: what one more unit of effect costs, and how sure it is to be worth its price.

An effect is whatever the programme is for, as people in work; money never has to be put on it,
only a willingness to pay for one unit, in kr.

Source: Drummond et al. (2015), Methods for the Economic Evaluation of Health Care Programmes, 4th
ed., chapters 8 and 11; Hoch, Briggs and Willan (2002), Health Economics 11, 415-430, for net
benefit by regression. The R packages BCEA and boot give the same figures.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

QUADRANTS = {  # by the signs of the differences in effect and in cost
    (1, 1): "more effect, more cost",
    (1, -1): "more effect, less cost",
    (-1, -1): "less effect, less cost",
    (-1, 1): "less effect, more cost",
}
ON_AN_AXIS = "same effect or same cost"
ROUNDING = 1e-12  # of the largest value: differences below it are none


@dataclass(frozen=True)
class Increment:
    """What the programme adds to the alternative, per person.

    n_with, n_without : people with cost and effect known, in the programme and in the alternative;
    for options compared by draws, the draws of each.
    effect   : difference in effect; NaN when one side has nobody, or people are too few to adjust.
    cost     : difference in cost, kr.
    ratio    : ``cost / effect`` (ICER), kr per unit; NaN when the effect is the same.
    quadrant : where the two differences lie. The ratio is a price to pay in the first quadrant of
    ``QUADRANTS``, what is saved per unit lost in the third, and means nothing in the other two.
    """

    n_with: int
    n_without: int
    effect: float
    cost: float
    ratio: float
    quadrant: str


@dataclass(frozen=True)
class NetBenefit:
    """Incremental net benefit (kr per person) at one willingness to pay, of ``n`` people.

    se         : HC1, so that the arms may differ in spread.
    low, high  : 95 % normal limits.
    p_positive : normal probability that the net benefit is above 0.
    """

    n: int
    willingness: float
    benefit: float
    se: float
    low: float
    high: float
    p_positive: float


def increment(
    costs: ArrayLike, effects: ArrayLike, treated: ArrayLike, covariates: pd.DataFrame | None = None
) -> Increment:
    """Return the differences of the programme's means from the alternative's, and their ratio.

    costs, effects : one value per person, shape (people,); those missing either are left out.
    treated        : True in the programme, shape (people,).
    covariates     : numbers known before the start, one row per person in the same order; the
    differences are then adjusted for them (least squares), and people missing any are left out.
    """
    cost, effect, design = _complete(costs, effects, treated, covariates)
    treated_n = int(design[:, 1].sum())
    sizes = treated_n, len(design) - treated_n
    if min(sizes) == 0 or len(design) < design.shape[1]:
        return Increment(*sizes, np.nan, np.nan, np.nan, ON_AN_AXIS)
    values = np.column_stack([effect, cost])
    differences = np.linalg.lstsq(design, values, rcond=None)[0][1]
    # The last digits of a least-squares zero would otherwise choose a quadrant.
    noise = np.abs(differences) < ROUNDING * np.abs(values).max(axis=0)
    return _placed(*sizes, *np.where(noise, 0.0, differences))


def increment_of_draws(cost: ArrayLike, effect: ArrayLike) -> Increment:
    """Return the mean differences over draws, and their ratio.

    cost, effect : the option minus its alternative, draw by draw, shape (draws,).
    The ratio is of the means: the mean of the ratios has no meaning when effects can be near 0.
    """
    costs, effects = np.asarray(cost, dtype=float), np.asarray(effect, dtype=float)
    return _placed(len(costs), len(costs), effects.mean(), costs.mean())


def net_benefit(
    costs: ArrayLike,
    effects: ArrayLike,
    treated: ArrayLike,
    willingness: float,
    covariates: pd.DataFrame | None = None,
) -> NetBenefit:
    """Return the incremental net benefit: willingness x difference in effect - that in cost.

    willingness : kr one unit of effect is worth. Other arguments as in ``increment``.
    The se and what rests on it need more people than there are covariates and arms; they are NaN
    otherwise, and so is the benefit with fewer.
    """
    from statsmodels.api import OLS

    cost, effect, design = _complete(costs, effects, treated, covariates)
    n, columns = design.shape
    if np.unique(design[:, 1]).size < 2 or n < columns:
        return NetBenefit(n, willingness, *[np.nan] * 5)
    fit = OLS(willingness * effect - cost, design).fit()
    benefit = float(fit.params[1])
    se = float(fit.HC1_se[1]) if n > columns else np.nan
    half = float(ndtri(0.975)) * se
    p = float(ndtr(benefit / se)) if se > 0 else np.nan
    return NetBenefit(n, willingness, benefit, se, benefit - half, benefit + half, p)


def resampled_increments(
    costs: ArrayLike, effects: ArrayLike, treated: ArrayLike, draws: int, seed: int
) -> pd.DataFrame:
    """Return bootstrap differences, people drawn again within each arm: ``effect``, ``cost``.

    One row per draw: the cloud of the cost-effectiveness plane. Arguments as in ``increment``.
    Raises ValueError when an arm has nobody with cost and effect known.
    """
    cost, effect, design = _complete(costs, effects, treated, None)
    rng = np.random.default_rng(seed)
    means = []
    for arm in (1, 0):
        values = np.column_stack([effect, cost])[design[:, 1] == arm]
        if not len(values):
            raise ValueError(
                f"Nobody of the {'treated' if arm else 'untreated'} has both cost and effect. "
                "Both arms need people to be compared."
            )
        counts = rng.multinomial(len(values), np.full(len(values), 1 / len(values)), size=draws)
        means.append(counts @ values / len(values))
    return pd.DataFrame(means[0] - means[1], columns=["effect", "cost"])


def acceptability(increments: pd.DataFrame, willingness: ArrayLike) -> pd.DataFrame:
    """Return the acceptability curve of a programme against one alternative.

    increments  : ``effect`` and ``cost``, one row per draw (``resampled_increments``, or the
    difference of two options' draws).
    willingness : kr one unit of effect is worth, shape (points,).
    Returns ``willingness`` and ``p``, the share of draws with a net benefit above 0.
    """
    points = np.atleast_1d(np.asarray(willingness, dtype=float))
    benefit = np.outer(points, increments["effect"]) - increments["cost"].to_numpy()
    return pd.DataFrame({"willingness": points, "p": (benefit > 0).mean(axis=1)})


def compare_options(
    costs: pd.DataFrame, effects: pd.DataFrame, willingness: ArrayLike
) -> pd.DataFrame:
    """Return how options fare against each other, one row per willingness and option.

    costs, effects : draws x options, the same columns in both.
    Returns ``willingness``, ``option``, ``net_benefit`` (kr, mean over draws), ``p_best`` (share
    of draws in which no other option has more; ties are shared), ``on_frontier`` (the option to
    choose: highest mean) and ``evpi`` (kr it would be worth to know the draw before choosing; the
    same for all options of a willingness).
    Raises ValueError when the tables differ in draws or options.
    """
    if costs.shape != effects.shape or set(costs.columns) != set(effects.columns):
        raise ValueError(
            f"Costs have {costs.shape[0]} draws of {list(costs.columns)}, effects "
            f"{effects.shape[0]} of {list(effects.columns)}. Both need the same draws and options."
        )
    cost, effect = costs.to_numpy(dtype=float), effects[costs.columns].to_numpy(dtype=float)
    points = np.atleast_1d(np.asarray(willingness, dtype=float))
    return pd.concat(
        [_at(point, point * effect - cost, costs.columns) for point in points], ignore_index=True
    )


def _at(willingness: float, benefit: np.ndarray, options: pd.Index) -> pd.DataFrame:
    """Return the rows of ``compare_options`` for one willingness; benefit: draws x options."""
    best = benefit == benefit.max(axis=1, keepdims=True)
    means = benefit.mean(axis=0)
    return pd.DataFrame(
        {
            "willingness": willingness,
            "option": options,
            "net_benefit": means,
            "p_best": (best / best.sum(axis=1, keepdims=True)).mean(axis=0),
            "on_frontier": means == means.max(),
            "evpi": benefit.max(axis=1).mean() - means.max(),
        }
    )


def _complete(
    costs: ArrayLike, effects: ArrayLike, treated: ArrayLike, covariates: pd.DataFrame | None
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return cost and effect of those who have both, and their design: 1, treated, covariates."""
    cost, effect = np.asarray(costs, dtype=float), np.asarray(effects, dtype=float)
    arm = np.asarray(treated, dtype=bool).astype(float)
    extra = np.empty((len(cost), 0)) if covariates is None else covariates.to_numpy(dtype=float)
    sizes = {len(cost), len(effect), len(arm), len(extra)}
    if len(sizes) > 1:
        raise ValueError(
            f"Costs, effects, arms and covariates have {sorted(sizes)} rows. "
            "They need one row per person, in the same order."
        )
    design = np.column_stack([np.ones(len(cost)), arm, extra])
    known = ~np.isnan(np.column_stack([cost, effect, design])).any(axis=1)
    return cost[known], effect[known], design[known]


def _placed(n_with: int, n_without: int, effect: float, cost: float) -> Increment:
    signs = int(np.sign(effect)), int(np.sign(cost))
    return Increment(
        n_with=n_with,
        n_without=n_without,
        effect=float(effect),
        cost=float(cost),
        ratio=float(cost / effect) if effect else np.nan,
        quadrant=QUADRANTS.get(signs, ON_AN_AXIS),
    )
