"""Answers from 1 to 5 whose planted means hold, with a correlation between those of one person.

An answer is 1 + Binomial(4, p) with p = (mean - 1) / 4, so that the planted means and changes hold
exactly on the 1-5 scale; a Gaussian copula gives the person and the construct their correlation.
"""

import numpy as np
import pandas as pd
from scipy.stats import binom, norm

from shared.demo.truth import TRUTH

DONT_KNOW = 9
LOADINGS = (0.55, 0.55, 0.63)  # of person, person within construct, and single answer; squares sum


def latent(rng: np.random.Generator, person: np.ndarray, construct: np.ndarray) -> np.ndarray:
    """Return a standard normal per answer, correlated within person and within construct.

    person, construct : running numbers from 0, one per answer.
    """
    people, constructs = person.max(initial=0) + 1, construct.max(initial=0) + 1
    whole = rng.standard_normal(people)[person]
    part = rng.standard_normal((people, constructs))
    single = rng.standard_normal(len(person))
    weights = np.array(LOADINGS) / np.linalg.norm(LOADINGS)
    return weights[0] * whole + weights[1] * part[person, construct] + weights[2] * single


def answers(
    rng: np.random.Generator, normal: np.ndarray, mean: np.ndarray, reverse: np.ndarray
) -> pd.Series:
    """Return what is answered: 1 to 5, don't know, or missing.

    normal : of each answer, from ``latent``. mean : before reversing. reverse : whether to.
    """
    answer = 1 + binom.ppf(norm.cdf(normal), 4, (mean.clip(1.1, 4.9) - 1) / 4)
    chance = rng.random(len(answer))
    marked = np.where(reverse, 6 - answer, answer)
    marked[chance < TRUTH.survey.dont_know] = DONT_KNOW
    unanswered = chance > 1 - TRUTH.survey.unanswered
    return pd.Series(marked.astype(int), dtype="Int64").mask(unanswered)
