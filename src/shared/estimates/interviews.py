"""Coded interviews: what they say of each part of the process, and how far coders agree.

The unit that is protected is the interviewee, so what is said of a theme is told in words (none,
some, most of the interviews; enabling, hindering or both) and never as a count.
"""

import pandas as pd

from shared.estimates.agreement import Kappa, cohen_kappa, pairs_of_assessors
from shared.sources.dictionary import coarser, code_lists

PASSAGE = ["interview_id", "segment_id"]
CLEAR = 2 / 3  # of the passages with a direction, to call a theme enabling or hindering
MOST = 0.5  # of the interviews
# What the survey and the interviews say of one part together
TOGETHER = {
    ("in_place", "enabler"): "agrees",
    ("not_yet", "barrier"): "agrees",
    ("partly", "both"): "agrees",
    ("in_place", "barrier"): "tension",
    ("not_yet", "enabler"): "tension",
}


def latest(codings: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return the codings of the latest wave with interviews, up to ``wave``."""
    known = codings[codings["wave"] <= wave]
    return known[known["wave"] == known["wave"].max()]


def themes(codings: pd.DataFrame) -> pd.DataFrame:
    """Return what a group's interviews say of each theme.

    codings : rows of intervjukodning. A passage coded by several counts once, by its first coder.
    One row per theme of the code list that is mentioned, ordered as the list: ``theme_group``,
    ``code_id``, ``n`` (interviews held, whether or not they mention it), ``mentioned`` (``some``
    or ``most`` of them) and ``direction`` (``enabler``, ``barrier``, ``both``, or missing where no
    passage has one).
    """
    n = codings["interview_id"].nunique()
    once = codings.sort_values("coder", kind="stable").drop_duplicates([*PASSAGE, "code_id"])
    rows = []
    for code, part in once.groupby("code_id", observed=True):
        share = part["interview_id"].nunique() / n
        mentioned = "most" if share > MOST else "some"
        rows.append(
            {"code_id": code, "n": n, "mentioned": mentioned, "direction": _direction(part)}
        )
    table = pd.DataFrame(rows, columns=["code_id", "n", "mentioned", "direction"])
    group = coarser(table["code_id"], "interview_code").astype("object")
    table.insert(0, "theme_group", group)
    return table


def beside_survey(themes: pd.DataFrame, evidence: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Set what interviews say of each part of the process beside the survey's rating.

    evidence : of one group (``estimates/verdict.py``).
    One row per part: ``part_id``, ``n`` (interviews), ``survey``, ``mentioned``, ``direction`` and
    ``together``: ``agrees``, ``tension``, or ``unclear`` where either says nothing clear.
    """
    now = evidence.loc[evidence["wave"] == wave, ["part_id", "survey"]]
    said = themes[themes["theme_group"] == "construct"].rename(columns={"code_id": "part_id"})
    said = said.assign(part_id=said["part_id"].astype("object"))
    table = now.merge(said, on="part_id", how="left", validate="one_to_one")
    pairs = zip(table["survey"], table["direction"], strict=True)
    together = [TOGETHER.get(pair, "unclear") for pair in pairs]
    n = themes["n"].max() if len(themes) else 0
    table = table.assign(together=together, n=n, mentioned=table["mentioned"].fillna("none"))
    return table[["part_id", "n", "survey", "mentioned", "direction", "together"]]


def coder_agreement(codings: pd.DataFrame) -> pd.DataFrame:
    """Return how far coders of the same passages agree: on the theme, and on the direction.

    On the theme: of every theme that either coder gave to a passage that both coded, and every
    other theme in use, whether both gave it or neither did. On the direction: of the passages to
    which both gave the theme. Columns ``of`` (``theme``, ``direction``), ``n`` (pairs judged),
    ``agreed`` (share), ``kappa``, ``kappa_low``, ``kappa_high``.
    """
    coders = codings.groupby(PASSAGE)["coder"].transform("nunique")
    both = codings[coders > 1]
    given = both.assign(given="yes").set_index([*PASSAGE, "coder", "code_id"])["given"]
    used = given.unstack("code_id", fill_value="no").melt(
        var_name="code_id", value_name="given", ignore_index=False
    )
    pairs = {
        "theme": pairs_of_assessors(used.reset_index(), [*PASSAGE, "code_id"], "coder", "given"),
        "direction": pairs_of_assessors(both, [*PASSAGE, "code_id"], "coder", "valence"),
    }
    rows = [
        {"of": of, **_row(cohen_kappa(pair["first"], pair["second"]))} for of, pair in pairs.items()
    ]
    return pd.DataFrame(rows)


def quotes(codings: pd.DataFrame) -> pd.DataFrame:
    """Return the quotes that interviewees let be used: ``code_id``, ``direction``, ``quote``.

    One row per passage and theme, in the order of the code list; never who said it, or when. A
    passage that any coder noted as not allowed is not shown.
    """
    refused = ~codings["quote_ok"].fillna(True).astype(bool)
    refused = refused.groupby([codings[name] for name in PASSAGE]).transform("any")
    allowed = codings["quote_ok"].fillna(False).astype(bool) & ~refused & codings["quote"].notna()
    allowed = codings[allowed]
    once = allowed.drop_duplicates(["code_id", "quote"])
    order = {code: place for place, code in enumerate(code_lists()["interview_code"])}
    at = once["code_id"].astype("object").map(order)
    once = once.assign(at=at).sort_values(["at", "quote"], kind="stable", ignore_index=True)
    return once.rename(columns={"valence": "direction"})[["code_id", "direction", "quote"]]


def _direction(passages: pd.DataFrame) -> str | None:
    clear = passages["valence"].isin(["enabler", "barrier"])
    if not clear.any():
        return None
    enabling = (passages["valence"][clear] == "enabler").mean()
    return "enabler" if enabling >= CLEAR else "barrier" if enabling <= 1 - CLEAR else "both"


def _row(found: Kappa) -> dict:
    limits = {"kappa_low": found.low, "kappa_high": found.high}
    return {"n": found.n, "agreed": found.agreed, "kappa": found.kappa, **limits}
