"""A sweep in words: which point stands out, and which can't be told apart from it."""

import shlex
from typing import TYPE_CHECKING

import pandas as pd

from salessim.display import figure, label_of
from salessim.display.paths import apart_words, point_words
from salessim.experiment.replications import source_of
from salessim.experiment.standing import RANKED, Standing
from salessim.experiment.wording import GOALS

if TYPE_CHECKING:
    from salessim.experiment.sweep import Sweep

NEAR = [Standing.BEST, Standing.TIED, Standing.UNCLEAR]
MOST_IN_COMMAND = 60  # designs, beyond which no search is suggested


def goal_of(sweep: "Sweep") -> str | None:
    """The KPI that decides: the first of GOALS that was observed."""
    observed = set(sweep.table["kpi"][sweep.table["mean"].notna()])
    return next((goal for goal in GOALS if goal in observed), None)


def answer(sweep: "Sweep") -> str:
    """Which point is best for the goal, or that none stands out.

    Parameters
    ----------
    sweep : Sweep
    """
    goal = goal_of(sweep)
    if goal is None:
        return "No run gave a result, so there is no answer."
    rows, label = sweep.of(goal), label_of(goal)
    if not (rows["standing"] == Standing.BEST).any():
        return f"By {label.text} one can't tell which point is best: one run each says nothing."
    best = rows.index[rows["standing"] == Standing.BEST][0]
    points = [point_words(point, sweep.currency) for point in _points(sweep, rows)]
    near = [points[place] for place in rows.index[rows["standing"].isin(NEAR)] if place != best]
    ranked = int(rows["standing"].isin(RANKED).sum())
    value = figure(rows.loc[best, "mean"], label.unit, sweep.currency)
    return f"{apart_words(label.text, f'{points[best]} ({value})', near, ranked)}."


def next_step(sweep: "Sweep") -> list[str]:
    """The command that goes on where several points may be the best; else empty."""
    goal = goal_of(sweep)
    if goal is None:
        return []
    rows = sweep.of(goal)
    near = rows[rows["standing"].isin(NEAR)]
    values = {path: list(dict.fromkeys(near[path].tolist())) for path in sweep.paths}
    designs = 1
    for tried in values.values():
        designs *= len(tried)
    if len(near) < 2 or designs > MOST_IN_COMMAND:
        return []
    vary = [f"--vary {shlex.quote(path + '=' + ','.join(map(str, tried)))}"
            for path, tried in values.items()]  # fmt: skip
    words = [f"salessim best {source_of(sweep.base)}", *vary, f"--goal {goal} --out DIR"]
    return [f"To tell them apart: {' '.join(words)}"]


def _points(sweep: "Sweep", rows: pd.DataFrame) -> list[dict[str, object]]:
    return [dict(zip(sweep.paths, row, strict=True)) for row in rows[sweep.paths].values.tolist()]
