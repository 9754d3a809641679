"""Why two departments differ, asked for by itself."""

from dataclasses import dataclass

import pandas as pd

from salessim.display import label_of
from salessim.experiment.effect import Effect, compare
from salessim.experiment.replications import OTHER_YEARS
from salessim.experiment.study import Study
from salessim.experiment.told import Told
from salessim.scenario import Source

HOW_TO_READ = (
    "Each lead meets both departments with the same draws, and is counted once, where its "
    "results first differ; the parts in because.csv add up to the difference."
)


@dataclass(frozen=True, repr=False)
class Explanation(Told):
    """Why two departments differ.

    Parameters
    ----------
    effect : Effect
        The comparison that it explains.
    """

    effect: Effect

    @property
    def table(self) -> pd.DataFrame:
        """The parts: `kpi, stage, change, cause, deals, amount`; see `Effect.because`."""
        return self.effect.because[0]

    @property
    def drivers(self) -> pd.DataFrame:
        """What drives rates and times: `kpi, cause`."""
        return self.effect.drivers[0]

    @property
    def reasons(self) -> tuple[str, ...]:
        """At most three sentences, the largest part first; see `Effect.reasons`."""
        return self.effect.reasons[0]

    @property
    def told_drivers(self) -> list[str]:
        """What drives rates and times, a sentence each."""
        return [
            f"{label_of(kpi).title}: {cause}."
            for kpi, cause in self.drivers.itertuples(index=False)
        ]

    def summary(self) -> str:
        """The reasons in words, and what drives rates and times."""
        if self.effect.no_result[0]:
            return f"No result, because {self.effect.no_result[0]}."
        count = int(self.effect.table["replications"].max())
        read = f"Note: means of {count:,} paired years; {OTHER_YEARS}. {HOW_TO_READ}"
        return "\n\n".join(
            "\n".join(lines) for lines in (self.reasons, self.told_drivers, [read]) if lines
        )


def explain(
    base: Source,
    what_if: Source,
    replications: int = 30,
    seed: int = 1,
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> Explanation:
    """Say why two departments differ, deal by deal.

    Parameters
    ----------
    base, what_if : Scenario, str or Path
        Also a preset's name or a file.
    replications : int
        Pairs of runs.
    seed : int
        Whose draws.
    workers : int, optional
        Runs at a time; by default one per core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Explanation

    Raises
    ------
    ScenarioError
        For what can't be compared.

    Examples
    --------
    >>> import salessim as ss
    >>> short = {"calendar.days": 50, "calendar.warm_up_days": 0}
    >>> desk = ss.Scenario.load("one-desk").replace(short)
    >>> more = desk.replace({"channels.door.leads_per_day": 6, "team.sdr.count": 8})
    >>> found = ss.explain(desk, more, replications=5, workers=1)
    >>> print(found.effect.reasons[0][0].split(". ")[1])
    93.8 more deals from the additional leads (294 instead of 197)
    """
    return Explanation(
        compare(base, what_if, replications=replications, seed=seed, workers=workers, study=study)
    )
