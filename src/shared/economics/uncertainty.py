"""How sure a gain is: people, prices and assumptions drawn again, many times, from one seed.

Each draw takes as many people as there are, with replacement, and a value of each price and each
assumption from a triangular distribution over its range. Low and high are therefore the ends of
what is thought possible, not the limits of an interval. The draws cannot tell what has been given
no range, nor whether a change is an effect. Where an assumption stands at one end of its range, as
a deadweight of 0 from 0 to 0.4 does, the figure without drawing can lie outside the limits.

Source: Efron and Tibshirani (1993), An Introduction to the Bootstrap, chapter 13 (percentile
limits); Boardman et al. (2018), Cost-Benefit Analysis, 5th ed., chapter 11 (Monte Carlo).
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from shared.economics.account_sums import WHO, cost_with_totals, gain_per_account, signs
from shared.economics.appraisal import Assumptions, cash_flow, payback_months, profit
from shared.economics.parameters import Parameters

LIMITS = {"low": 2.5, "low_80": 10, "median": 50, "high_80": 90, "high": 97.5}  # percentiles
CELLS = 1_000_000  # of a block of draws x people: 8 MB
# The discount rate is chosen, not estimated: it is shown beside, never drawn. Nor are tax rates.
DRAWN = {
    "decay": "decay_per_year",
    "deadweight": "deadweight",
    "displacement": "displacement",
    "optimism": "optimism_bias",
}


@dataclass(frozen=True)
class Simulation:
    """The yearly gain per participant (kr, nothing taken off it), and draws of it.

    n                : participants who were drawn from.
    gains            : draws x accounts, public and society, which are sums of the same draw.
    assumptions      : those drawn are arrays of shape (draws, 1), which broadcast with the gains.
    base             : the gain of each without any drawing: mean change times price.
    base_assumptions : numbers.
    """

    n: int
    gains: pd.DataFrame
    assumptions: Assumptions
    base: pd.Series
    base_assumptions: Assumptions


def simulate(
    change: np.ndarray,
    flows: pd.DataFrame,
    parameters: Parameters,
    people: np.ndarray | None = None,
) -> Simulation:
    """Return the yearly gain per participant and account, and ``n_draws`` draws of it.

    change : people x flows: months a year in the status of each flow, after minus before
             (``months_changed``).
    flows  : one row per flow: ``price_id``, ``sek`` (kr a month), ``low`` and ``high`` (missing:
             fixed), ``payer``, ``payee`` (``prices.price_flows``). A price moves all its flows.
    people : what `people_drawn` returns, where the same people are priced more than once.
    People, prices and assumptions are drawn independently of each other. The same seed gives the
    same numbers in whatever order the flows come; people must come in a fixed order.
    Raises ValueError when the tables do not fit each other, a change is not known, there is nobody,
    or a price's range does not hold the price.
    """
    change = np.asarray(change, dtype=float)
    _refuse_misfit(change, flows)
    _, prices, assumed = _streams(parameters.seed)
    months = people_drawn(change, parameters) if people is None else people
    spans = flows.rename(columns={"sek": "value"}).set_index("price_id")
    sek = _triangular(spans, parameters.n_draws, prices)
    return Simulation(
        n=len(change),
        gains=pd.DataFrame((months * sek) @ signs(flows), columns=WHO),
        assumptions=_drawn_assumptions(parameters, assumed),
        base=gain_per_account(change.mean(axis=0), flows),
        base_assumptions=parameters.assumptions(),
    )


def people_drawn(change: np.ndarray, parameters: Parameters) -> np.ndarray:
    """Return the mean change (months a year) of the people of each draw, shape (draws, flows).

    It is the same whatever the prices are. ``change`` as in `simulate`.
    """
    rng, *_ = _streams(parameters.seed)
    return _resampled_means(change, parameters.n_draws, rng)


def profits(simulation: Simulation, cost: pd.Series, years: float) -> pd.DataFrame:
    """Return draws of the profit (kr per participant): draws x accounts, public and society.

    cost  : kr per participant, as in ``cost_with_totals``.
    years : the horizon.
    """
    gains = simulation.gains.to_numpy()
    kr = profit(cost_with_totals(cost).to_numpy(), gains, years, simulation.assumptions)
    return pd.DataFrame(kr, columns=WHO)


def paybacks(simulation: Simulation, cost: pd.Series) -> pd.DataFrame:
    """Return draws of the months until the cost is back, infinite where it never is.

    Shape and ``cost`` as in ``profits``.
    """
    gains = simulation.gains.to_numpy()
    months = payback_months(cost_with_totals(cost).to_numpy(), gains, simulation.assumptions)
    return pd.DataFrame(months, columns=WHO)


def base_appraisal(simulation: Simulation, cost: pd.Series, years: float) -> pd.DataFrame:
    """Return the figures without drawing, one row per account, public and society.

    Returns ``gain`` (kr a year), ``cost``, ``profit`` (kr; all per participant) and
    ``payback_months``. ``cost`` and ``years`` as in ``profits``.
    """
    gain, assumed = simulation.base, simulation.base_assumptions
    costs = cost_with_totals(cost)
    table = pd.DataFrame({"gain": gain, "cost": costs})
    return table.assign(
        profit=profit(costs, gain, years, assumed),
        payback_months=payback_months(costs, gain, assumed),
    )


def limits(draws: pd.DataFrame) -> pd.DataFrame:
    """Return the percentiles ``LIMITS`` of each column of draws, one row per column.

    Each is a draw that occurred, not a point between two, as one of them may be infinite.
    """
    ranked = np.sort(draws.to_numpy(float), axis=0)
    place = [int(np.ceil(percent / 100 * len(ranked))) - 1 for percent in LIMITS.values()]
    return pd.DataFrame(ranked[place].T, draws.columns, list(LIMITS))


def chance_that_it_pays(profits: pd.DataFrame) -> pd.Series:
    """Return the share of draws with a profit above 0, by column."""
    return (profits > 0).mean()


def share_not_reached(paybacks: pd.DataFrame, years: float = np.inf) -> pd.Series:
    """Return the share of draws in which the cost is not back within years, or never, by column."""
    return ((paybacks > 12 * years) | np.isinf(paybacks)).mean()


def cash_flow_band(simulation: Simulation, cost: pd.Series, who: str, years: float) -> pd.DataFrame:
    """Return the profit so far (kr per participant) after each month, for one column of profits.

    Returns ``month`` (from 0), the columns of ``LIMITS``, and ``base``, the figure without drawing.
    """
    gains = simulation.gains[[who]].to_numpy()
    paid = cost_with_totals(cost)[who]
    drawn = pd.DataFrame(cash_flow(paid, gains, years, simulation.assumptions)[..., 0].T)
    band = limits(drawn).assign(
        base=cash_flow(paid, simulation.base[who], years, simulation.base_assumptions)
    )
    return band.rename_axis("month").reset_index()


def _streams(seed: int) -> list[np.random.Generator]:
    """Return the streams of chance of people, prices and assumptions."""
    return [np.random.default_rng(stream) for stream in np.random.SeedSequence(seed).spawn(3)]


def _resampled_means(change: np.ndarray, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return the mean change of the people of each draw, shape (draws, flows)."""
    people, (months, flow) = len(change), np.unique(change, axis=1, return_inverse=True)
    block = max(1, CELLS // people)
    sums = np.empty((n_draws, months.shape[1]))
    for start in range(0, n_draws, block):
        size = min(block, n_draws - start)
        # Whom each draw takes, one by one: the same as a multinomial, in a sixth of the time.
        taken = rng.integers(people, size=(size, people)) + people * np.arange(size)[:, None]
        times = np.bincount(taken.ravel(), minlength=size * people).reshape(size, people)
        sums[start : start + size] = times @ months
    return sums[:, flow] / people


def _triangular(spans: pd.DataFrame, n_draws: int, rng: np.random.Generator) -> np.ndarray:
    """Return draws with the mode at ``value``, between ``low`` and ``high``: draws x rows.

    Rows of one label share their quantile. A row without both ends is fixed.
    """
    mode, low, high = (spans[name].to_numpy(float) for name in ("value", "low", "high"))
    fixed = np.isnan(low) | np.isnan(high)
    low, high = np.where(fixed, mode, low), np.where(fixed, mode, high)
    wrong = sorted(set(spans.index[~((low <= mode) & (mode <= high))]))
    if wrong:
        raise ValueError(f"The range of {', '.join(wrong)} must hold its own value.")
    labels, row = np.unique(spans.index.to_numpy(str), return_inverse=True)
    u = rng.random((n_draws, len(labels)))[:, row]
    rising = low + np.sqrt(u * (high - low) * (mode - low))
    falling = high - np.sqrt((1 - u) * (high - low) * (high - mode))
    return np.where(u * (high - low) < mode - low, rising, falling)


def _drawn_assumptions(parameters: Parameters, rng: np.random.Generator) -> Assumptions:
    values = {name: getattr(parameters, name) for name in DRAWN.values()}
    spans = pd.DataFrame(
        [(value, *parameters.ranges.get(name, (value, value))) for name, value in values.items()],
        index=list(values),
        columns=["value", "low", "high"],
    )
    drawn = _triangular(spans, parameters.n_draws, rng)
    columns = {name: drawn[:, [place]] for place, name in enumerate(DRAWN)}
    return Assumptions(discount=parameters.discount_rate, **columns)


def _refuse_misfit(change: np.ndarray, flows: pd.DataFrame) -> None:
    if change.ndim != 2 or change.shape[1] != len(flows) or not len(change):
        raise ValueError(
            f"Found a change of shape {change.shape} and {len(flows)} flows; "
            "allowed: a row per person, at least one, and a column per flow."
        )
    unknown = int(np.isnan(change).any(axis=1).sum())
    if unknown:
        raise ValueError(f"The change of {unknown} people is missing. Leave them out, and say so.")
