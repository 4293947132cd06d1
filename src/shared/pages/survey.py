"""Survey answers item by item, as pages show them: both bases beside each other."""

from dataclasses import replace

from shared.disclosure.protected import Counts
from shared.disclosure.released import Released, describe_columns
from shared.study import Study

BASES = {"valid": "valid", "answered": "answered_item"}
SPREAD = {
    "disagree": ("low", "valid"),
    "between": ("middle", "valid"),
    "agree": ("high", "valid"),
    "unsure": ("dont_know", "answered_item"),
}


def top_answers(counts: Counts, items: list[str], study: Study, *, id: str = "") -> Released:
    """Return the share of high answers per item, of the study's base and then of the other one.

    counts : the declared table ``survey_answers`` of a group.
    """
    chosen = counts.where(item_id=items)
    first = study.survey.base
    other = next(base for base in BASES if base != first)
    shares = {base: chosen.shares("level", "high", total) for base, total in BASES.items()}
    headings = {"share": f"share_of_{other}", "n": f"n_{other}"}
    described = describe_columns(headings.values())
    columns = dict(zip(headings, described, strict=True))
    # The counts behind the wider base would give away a share that the narrower is too small for.
    table = shares[first].joined(shares[other], columns).hidden_as(shares["valid"], "share")
    return replace(table, id=id or table.id)


def answer_spread(counts: Counts, items: list[str]) -> Released:
    """Return per item the shares that disagree, are between and agree, and that do not know.

    Nothing is told of an item whose share of high answers is hidden.
    """
    spread = counts.where(item_id=items).distribution("level", SPREAD)
    return spread.hidden_as(spread, "agree")
