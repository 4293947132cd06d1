"""What is planted in the surveys: changes of mean scores, shares who agree, odds of higher answers.

Levels differ between groups and are drawn, so only changes have a planted value. A respondent's
answers are alike: Wilson limits hold for one answer each (pooled over three items, those of 80
respondents hold the share in 86 of 100 simulations), and scores are one per respondent.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import binom

from planted.study import LAST, QUIET, Interval, groups, of_group, study
from shared.demo import addon, likert
from shared.demo.survey import survey_answers, survey_items
from shared.demo.truth import TRUTH, WAVES
from shared.estimates.change_in_answers import odds_by_wave
from shared.estimates.proportions import share_differences, wilson
from shared.estimates.records.survey import answers
from shared.estimates.survey import change_since_first, left_or_stayed

PAIRED, WELCH = "paired t", "Welch t"
ABOUT_ADDON = (
    ("project_staff", PAIRED, ("cooperation", "needs")),
    ("participant", WELCH, ("onward", "content")),
)
MEANS = (2.8, 3.4)  # of the answers to one item, before and after
ASKED = {"a group": 10, "all": 80}
AGREES = 4  # the lowest answer that counts as agreeing
RESPONDENTS, SD = 40, 1.5  # of the ordinal model; sd in log odds
LOG_ODDS = {0: 0.0, 6: 0.3, 12: 0.6, 18: 0.9}  # of a higher answer, by wave
THRESHOLDS, EASIER = np.array([-2.0, -0.5, 1.0, 2.5]), 0.5  # ... and by how much for a second item


def change_of_scores(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield changes since the first wave: of all respondents, of a group's, and not linked."""
    items = pd.concat([survey_items(wave) for wave in (0, LAST)])
    given = _records(survey_answers(rng, groups()), items, ["goals", "leadership"])
    apart = given.assign(respondent_id=given["respondent_id"] + given["wave"].astype(str))
    for who, part, method in (
        ("all", given, PAIRED),
        ("a group", of_group(given, QUIET), f"{PAIRED} or {WELCH}"),  # by how many can be linked
        ("all, not linked", apart, WELCH),
    ):
        found = change_since_first(part, LAST).set_index("construct")
        for name, planted in (("goals", TRUTH.survey.change[LAST]), ("leadership", 0.0)):
            yield _change(f"change of {name}, {who}", method, planted, found.loc[name])
    left = left_or_stayed(given, LAST).set_index("construct")
    yield _change("leadership at start, left minus stayed", WELCH, 0.0, left.loc["leadership"])


def change_about_addon(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield changes in the surveys about the add-on resources; participants are new each time."""
    items = pd.concat([addon.addon_items(wave) for wave in WAVES])
    given = addon.addon_answers(rng, groups(), addon.addon_sample(rng, groups()))
    for instrument, method, constructs in ABOUT_ADDON:
        own = items[items["instrument"] == instrument]
        found = change_since_first(_records(given, own, constructs), LAST).set_index("construct")
        for name in constructs:
            planted = TRUTH.addon.change[instrument].get(name, 0.0)
            yield _change(f"change of {name}, {instrument}", method, planted, found.loc[name])


def share_agreeing(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the share who agree with one item, and its change between separate respondents."""
    before, after = (float(binom.sf(AGREES - 2, 4, (mean - 1) / 4)) for mean in MEANS)
    for who, asked in ASKED.items():
        first, second = (_agreeing(rng, asked, mean) for mean in MEANS)
        found = wilson(*second).iloc[0]
        yield Interval(f"share agreeing, {who}", "Wilson", after, found["low"], found["high"])
    change = share_differences(*second, *first).iloc[0]
    limits = change.low, change.high
    yield Interval("change of share agreeing, all", "Newcombe", after - before, *limits)


def odds_of_answers(rng: np.random.Generator) -> Iterator[Interval]:
    """Yield the odds ratio of each later wave, of answers drawn from the ordinal model itself."""
    cells = [range(RESPONDENTS), WAVES, ["Q01", "Q02"]]
    asked = pd.MultiIndex.from_product(cells, names=["respondent_id", "wave", "item_id"])
    given = asked.to_frame(index=False)
    given = given[rng.random(len(given)) >= TRUTH.survey.nonresponse]
    shift = given["wave"].map(LOG_ODDS) + EASIER * (given["item_id"] == "Q02")
    shift += SD * rng.standard_normal(RESPONDENTS)[given["respondent_id"]]
    at_most = expit(THRESHOLDS - shift.to_numpy()[:, None])
    answer = 1.0 + (rng.random((len(given), 1)) > at_most).sum(axis=1)
    found = odds_by_wave(given.assign(answer=answer, construct="goals", is_anchor=True))
    for row in found.itertuples():
        name, planted = f"odds of higher answers, {row.wave} months", np.exp(LOG_ODDS[row.wave])
        yield Interval(name, "Wald, log", planted, row.odds_low, row.odds_high)


def _records(given: pd.DataFrame, items: pd.DataFrame, constructs: Sequence[str]) -> pd.DataFrame:
    """Return the answers to the items of some constructs, as records."""
    asked = items[items["construct"].isin(constructs)]
    kept = given["item_id"].isin(asked["item_id"]) & given["wave"].isin(asked["wave"])
    columns = ["lokus_id", "respondent_id", "wave", "item_id", "answer"]
    tables = {"processenkat": given.loc[kept, columns], "enkatfragor": asked}
    return answers(tables, study(), LAST)


def _change(estimate: str, method: str, planted: float, found: pd.Series) -> Interval:
    return Interval(estimate, method, planted, found["change_low"], found["change_high"])


def _agreeing(rng: np.random.Generator, asked: int, mean: float) -> tuple[int, int]:
    """Return how many agree with one item, and how many have an answer on the scale."""
    normal = likert.latent(rng, np.arange(asked), np.zeros(asked, dtype=int))
    answer = likert.answers(rng, normal, np.full(asked, mean), np.zeros(asked, dtype=bool))
    valid = answer[answer != likert.DONT_KNOW].dropna()
    return int((valid >= AGREES).sum()), len(valid)
