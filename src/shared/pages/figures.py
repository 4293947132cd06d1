"""Figures as HTML, drawn from released tables and from nothing else, in one theme."""

import base64
from collections.abc import Callable
from html import escape
from io import BytesIO
from typing import Any

import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

from shared.disclosure.released import Released
from shared.pages.draw import PALETTE
from shared.pages.tables import TEXT, show_value
from shared.pages.words import Words

DPI = 110
SIZE = (7.2, 3.8)  # inches; kinds of figure that need another height set it
Draw = Callable[..., None]


def figure_html(
    released: Released, draw: Draw, title: str, alt: str, words: Words, **options: Any
) -> str:
    """Draw a released table; return the figure as HTML with its alternative text.

    ``draw`` is a function of ``pages/draw``; ``options`` say which columns it draws.
    """
    theme = {"axes.spines.top": False, "axes.spines.right": False, "figure.dpi": DPI}
    with sns.axes_style("whitegrid"), sns.plotting_context("notebook"), plt.rc_context(theme):
        figure, axes = plt.subplots(figsize=SIZE, layout="constrained")
        sns.set_palette(PALETTE)
        draw(axes, _labelled(released, words), released, words, **options)
        content = BytesIO()
        # No software name or date in the file: the same table gives the same bytes.
        figure.savefig(content, format="png", metadata={"Software": None})
        plt.close(figure)
    picture = base64.b64encode(content.getvalue()).decode("ascii")
    return (
        f'<figure><img src="data:image/png;base64,{picture}" alt="{escape(alt, quote=True)}">'
        f"<figcaption>{escape(title)}</figcaption></figure>"
    )


def _labelled(released: Released, words: Words) -> pd.DataFrame:
    """Return the values to draw: codes and waves as labels, numbers as they are."""
    frame = pd.DataFrame(index=released.frame.index)
    for column in released.columns:
        values = released.frame[column.name]
        if column.kind in TEXT:
            frame[column.name] = [show_value(value, column, words) for value in values]
        else:
            frame[column.name] = pd.to_numeric(values, errors="coerce").astype(float)
    return frame
