"""Several options side by side: which is best, and which are statistically tied with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd

from salessim.display import label_of
from salessim.experiment.statistics import LEVEL
from salessim.experiment.verdicts import difference_of, with_verdicts

COLUMNS = ["option", "other", "kpi", "difference", "low", "high", "verdict", "replications"]


@dataclass(frozen=True)
class Ranking:
    """Options compared with each other, pair by pair.

    Parameters
    ----------
    goal : str
        The KPI that decides; empty where none was observed.
    tied : tuple of str
        The best option, first, and those that are statistically tied with it.
    pairs : DataFrame
        A row for each two options: `option, other, kpi, difference` (the other's less the
        option's), `low, high, verdict, replications`.
    options : int
        How many were compared.
    """

    goal: str = ""
    tied: tuple[str, ...] = ()
    pairs: pd.DataFrame | None = None
    options: int = 0

    def sentence(self) -> str:
        """The answer in words; empty where there is none."""
        if not self.tied:
            return ""
        by = f"By {label_of(self.goal).text}"
        first, *others = self.tied
        if not others:
            return f"{by}, {first} is clearly the best of {self.options} options."
        if len(self.tied) == self.options:
            return f"{by}, no option is clearly best: all {self.options} are statistically tied."
        return (
            f"{by}, {first} is best; statistically tied with it: {', '.join(others)} "
            f"({self.options} options)."
        )


NOTHING_RANKED = Ranking()


def ranking(
    names: Sequence[str], values: Sequence[pd.DataFrame], goals: Sequence[str], margin: float
) -> Ranking:
    """Which options are best, under the same draws.

    Parameters
    ----------
    names : sequence of str
        Of the options.
    values : sequence of DataFrame
        For each option a row a replication and a column a KPI.
    goals : sequence of str
        The first of them that was observed decides; more of it is better.
    margin : float
        As of a comparison.

    Returns
    -------
    Ranking

    Notes
    -----
    Two-sided tests of all pairs at 95%, corrected by Holm's rule (1979). Options are tied
    with the one of the highest mean where the test of the two does not reject.
    """
    came = [place for place, table in enumerate(values) if len(table)]
    goal = next((g for g in goals if came and all(_seen(values[i], g) for i in came)), "")
    if not goal or len(came) < 2:
        return NOTHING_RANKED
    common = pd.concat([values[i][goal].rename(str(i)) for i in came], axis=1).dropna()
    rows = [
        difference_of(goal, common[str(i)].to_numpy(), common[str(j)].to_numpy(), margin)
        for i, j in combinations(came, 2)
    ]
    table = with_verdicts([pd.DataFrame(rows)], margin)[0]
    table.insert(0, "option", [names[i] for i, _ in combinations(came, 2)])
    table.insert(1, "other", [names[j] for _, j in combinations(came, 2)])
    leader = names[int(common.mean().idxmax())] if len(common) else ""
    rejected = table[table["p"] < 1 - LEVEL]
    worse = {name for row in rejected.itertuples() for name in (row.option, row.other)
             if leader in (row.option, row.other) and name != leader}  # fmt: skip
    tied = (leader, *(names[i] for i in came if names[i] not in {leader, *worse}))
    return Ranking(goal, tied if leader else (), table[COLUMNS], len(came))


def _seen(values: pd.DataFrame, kpi: str) -> bool:
    return kpi in values and bool(np.isfinite(values[kpi]).any())
