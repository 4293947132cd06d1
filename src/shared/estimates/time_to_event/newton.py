"""The maximum of a concave log likelihood, and why there is none when it lies at infinity.

A log likelihood may rise for ever in one direction, as when a group has no events (Bryson and
Johnson 1981, Technometrics 23, 381-383). There each step of Newton is as long as the one before it
and gains next to nothing.
"""

from collections.abc import Callable

import numpy as np

STEPS, HALVINGS = 60, 40
CLOSE = 1e-5  # change of a linear predictor: steps are squared each time, so the next is 1e-10
LONG, WORTHLESS = 0.1, 1e-6  # a long step that gains nothing: the standard error is above 70

Loglik = Callable[[np.ndarray], tuple[float, np.ndarray, np.ndarray]]


def maximum(
    loglik: Loglik, start: np.ndarray, design: np.ndarray, names: list[str], unit: float = 1.0
) -> np.ndarray:
    """Return the parameters with the highest log likelihood, shape (parameters,).

    loglik : returns value, score and information (minus the second derivatives) at a point.
    design : shape (rows, parameters); a step's length is how far apart it drives two rows of it.
    names  : of the parameters, for the message.
    unit   : what one event adds to the log likelihood: its weight.
    Raises ValueError when a coefficient runs away, naming it.
    """
    point, (value, score, information) = start, loglik(start)
    for _ in range(STEPS):
        try:
            step = np.linalg.solve(information, score)
        except np.linalg.LinAlgError:
            break
        length = np.ptp(design @ step)
        point, new, score, information = _uphill(loglik, point, step, value, unit)
        gained, value = new - value, new
        if length < CLOSE:
            return point
        if length > LONG and gained < WORTHLESS * unit:
            raise ValueError(_separates(np.ptp(design, axis=0) * np.abs(step), names))
    raise ValueError(NONE_FOUND)


def _uphill(
    loglik: Loglik, point: np.ndarray, step: np.ndarray, value: float, unit: float
) -> tuple[np.ndarray, float, np.ndarray, np.ndarray]:
    """Return the point after the step, halved until the log likelihood does not fall."""
    least = value - 1e-10 * (abs(value) + unit)  # rounding
    for halvings in range(HALVINGS):
        next_ = point + step / 2**halvings
        with np.errstate(all="ignore"):  # a step too far overflows, and is halved
            new, score, information = loglik(next_)
        if new >= least and np.isfinite(score).all() and np.isfinite(information).all():
            return next_, new, score, information
    raise ValueError(NONE_FOUND)


def _separates(moved: np.ndarray, names: list[str]) -> str:
    """Return the message about the parameters that ``moved``, shape (parameters,), the most."""
    run = [name for name, far in zip(names, moved, strict=True) if far > 0.1 * moved.max()]
    return (
        f"The coefficient of {', '.join(map(repr, run))} runs away: it separates those with the "
        "event from the others, as when a group has no events or nothing but events. Leave it "
        "out or merge groups."
    )


NONE_FOUND = (
    "No maximum of the log likelihood can be found. Look for covariates of which a few values lie "
    "orders of magnitude from the others, and rescale or drop them."
)
