"""The quality of a survey's scales: may the items of a construct be added to a score?"""

import pandas as pd

from shared.estimates.scales import cronbach_alpha, item_analysis


def scale_quality(
    answers: pd.DataFrame, wave: int, n_least: int = 30, alpha_least: float = 0.7
) -> pd.DataFrame:
    """Return how well the items of each construct hang together in one wave, and what that allows.

    n_least     : complete respondents below which alpha says too little to judge by.
    alpha_least : alpha below which a score says little that its items do not (the default
                  is Nunnally's; Nunnally and Bernstein 1994, Psychometric Theory, chapter 7).
    One row per ``construct``: ``n`` (respondents who answered every item), ``k`` (items),
    ``alpha``, ``alpha_low``, ``alpha_high`` (Feldt limits), ``mean_correlation`` (between items),
    and ``carries`` a score: ``yes``, ``few`` (n below ``n_least``) or ``weak`` (alpha below
    ``alpha_least``), missing where alpha is.
    """
    rows = []
    for construct, items in _items_of_constructs(answers, wave):
        quality = cronbach_alpha(items)
        rows.append(
            {
                "construct": construct,
                "n": quality.n,
                "k": quality.k,
                "alpha": quality.alpha,
                "alpha_low": quality.low,
                "alpha_high": quality.high,
                "mean_correlation": quality.mean_correlation,
            }
        )
    columns = ["construct", "n", "k", "alpha", "alpha_low", "alpha_high", "mean_correlation"]
    table = pd.DataFrame(rows, columns=columns)
    carries = pd.Series("yes", index=table.index, dtype="str")
    carries = carries.mask(table["alpha"] < alpha_least, "weak").mask(table["n"] < n_least, "few")
    return table.assign(carries=carries.where(table["alpha"].notna()))


def items_of_scale(answers: pd.DataFrame, wave: int) -> pd.DataFrame:
    """Return what each item adds to the scale of its construct in one wave.

    One row per ``construct`` x ``item_id``: ``n`` (respondents who answered every item of the
    construct), ``alpha_if_dropped`` and ``item_rest`` (correlation with the sum of the others).
    """
    columns = ["item_id", "construct", "n", "alpha_if_dropped", "item_rest"]
    parts = [
        item_analysis(items)
        .rename_axis("item_id")
        .reset_index()
        .assign(construct=construct, n=len(items.dropna()))
        for construct, items in _items_of_constructs(answers, wave)
    ]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _items_of_constructs(answers: pd.DataFrame, wave: int) -> list[tuple[str, pd.DataFrame]]:
    """Return each construct's answers in one wave: a row per respondent, a column per item."""
    return [
        (construct, part.pivot(index="respondent_id", columns="item_id", values="answer"))
        for construct, part in answers[answers["wave"] == wave].groupby("construct", observed=True)
    ]
