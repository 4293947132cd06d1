"""Legends: always outside the data, in the order of the rows or of the scale."""

from typing import Any

from matplotlib.axes import Axes

from shared.pages.draw.axis import figure_of

SIZE = 9  # points


def beside(axes: Axes, hues: list[str] | None) -> None:
    """Put the legend of the categories, if any, to the right of the axes."""
    if hues:
        axes.legend(title="", frameon=False, loc="upper left", bbox_to_anchor=(1.01, 1))


def outside(axes: Axes, handles: list[Any], side: str, **options: Any) -> None:
    """Put a legend on the ``side`` "upper" or "lower", in as few lines as fit, read line by line.

    ``handles`` have their labels; ``options`` are those of matplotlib's legend.
    """
    figure = figure_of(axes)
    for columns in range(len(handles), 0, -1):
        # Matplotlib fills a legend column by column; readers go line by line.
        turned = sorted(range(len(handles)), key=lambda place: (place % columns, place))
        legend = figure.legend(
            handles=[handles[place] for place in turned],
            loc=f"outside {side} left",
            ncols=columns,
            frameon=False,
            fontsize=SIZE,
            columnspacing=1.4,
            handletextpad=0.5,
            **options,
        )
        if columns == 1 or legend.get_window_extent().width <= figure.bbox.width:
            return
        legend.remove()
