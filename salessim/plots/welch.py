"""When a department that started empty has settled."""

import pandas as pd
from matplotlib.figure import Figure

from salessim.plots.style import colors, legend, new_figure, picture, plain, round_ticks
from salessim.rules import WORKING_DAYS_A_WEEK


@picture
def welch(series: pd.DataFrame, what: str, days: int | None, given: int) -> Figure:
    """Welch's picture: weekly means over replications, smoothed, and where MSER-5 cuts.

    Parameters
    ----------
    series : DataFrame
        A row for each week: `week, mean, smooth`.
    what : str
        What people call the series.
    days : int or None
        Working days to leave out, by MSER-5; None where it can't say.
    given : int
        Warm-up that the scenario has.

    Returns
    -------
    Figure
    """
    figure = new_figure(_message(days, given), 4.8, _in_words(series, what))
    axes, ink = plain(figure.add_subplot()), colors()
    axes.plot(series["week"], series["mean"], color=ink.pale, linewidth=2, label="mean of the runs")
    axes.plot(
        series["week"], series["smooth"], color=ink.main, linewidth=3, label="smoothed (Welch)"
    )
    marks = [(given, ink.muted, "--", "the scenario's warm-up")]
    marks += [(days, ink.accent, "-", "where MSER-5 cuts")] if days is not None else []
    for at, color, style, label in marks:
        axes.axvline(at / WORKING_DAYS_A_WEEK, color=color, linestyle=style, linewidth=2,
                     label=label)  # fmt: skip
    axes.set_xlim(0, series["week"].iloc[-1])
    axes.set_ylim(0, max(float(series["mean"].max()), 1e-9) * 1.12)
    axes.set_xlabel("weeks since the department started empty")
    axes.set_ylabel(what)
    round_ticks(axes.xaxis, "week")
    round_ticks(axes.yaxis)
    legend(figure, 2)
    return figure


def _message(days: int | None, given: int) -> str:
    if days is None:
        return "No warm-up can be found: the series is too short, or it never settles"
    enough = "is enough" if given >= days else "is too short"
    return f"MSER-5 cuts at {days} working days; the scenario's warm-up of {given} {enough}"


def _in_words(series: pd.DataFrame, what: str) -> str:
    first, last = series["smooth"].iloc[0], series["smooth"].iloc[-1]
    return f"{what} goes from {first:.1f} to {last:.1f} in {len(series)} weeks."
