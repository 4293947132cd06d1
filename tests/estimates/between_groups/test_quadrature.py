"""Quadrature: the gradient against finite differences, the sum against a plain integral."""

import numpy as np
import pytest
from scipy.special import expit

from shared.estimates.between_groups.quadrature import Table, minus_loglik

X = np.column_stack([np.ones(5), [0.0, 1.0, -1.0, 0.5, 2.0]])
TABLE = Table(
    X,
    np.array([0, 2.5, 4, 1, 0]),
    np.array([3, 4.0, 4, 6, 2]),
    np.array([0, 0, 1, 1, 2]),
    np.array([0, 2, 4]),
)
AT = np.array([-0.4, 0.3, 1.7])


@pytest.mark.parametrize("points", [1, 2, 3, 9])
def test_gradient_is_that_of_the_sum_itself(points):
    steps = 1e-5 * np.eye(3)
    values = [[minus_loglik(AT + s, TABLE, points)[0] for s in (step, -step)] for step in steps]
    exp = np.array([(up - down) / 2e-5 for up, down in values])
    assert minus_loglik(AT, TABLE, points)[1] == pytest.approx(exp, abs=1e-7)


def test_many_points_give_the_integral():
    u = np.linspace(-10, 10, 20_001)
    p = expit((X @ AT[:2])[:, None] + AT[2] * u)
    k, n = TABLE.successes[:, None], TABLE.n[:, None]
    each = TABLE.per_group(k * np.log(p) + (n - k) * np.log(1 - p))
    normal = np.exp(-(u**2) / 2) / np.sqrt(2 * np.pi)
    exp = np.log((np.exp(each) * normal).sum(axis=1) * (u[1] - u[0])).sum()
    assert -minus_loglik(AT, TABLE, 40)[0] == pytest.approx(exp, abs=1e-7)
