"""How many individuals have taken part."""

import pandas as pd


def headcount(people: pd.DataFrame) -> pd.DataFrame:
    """Return how many individuals there are: ``n`` per ``gender``, ``all`` last."""
    genders = ["woman", "man", "unknown"]
    counts = [int(people["gender"].eq(gender).sum()) for gender in genders]
    return pd.DataFrame({"gender": [*genders, "all"], "n": [*counts, len(people)]})
