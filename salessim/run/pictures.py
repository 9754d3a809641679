"""The pictures of a run: `run.plot.funnel()` and its siblings."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure

from salessim import plots

if TYPE_CHECKING:
    from salessim.run.run import Run


@dataclass(frozen=True)
class RunPlots:
    """A run's pictures, each a matplotlib figure with its message as title.

    Parameters
    ----------
    run : Run

    Examples
    --------
    >>> import salessim as ss
    >>> year = ss.simulate("small-team")
    >>> year.plot.funnel().get_suptitle().splitlines()[0][:20]
    '1,280 leads came and'
    """

    run: "Run"

    def funnel(self) -> Figure:
        """How many leads came to each stage, and what happened to them there."""
        return plots.funnel(self.run.activities, self.run.weeks, self._stages)

    def pipeline(self) -> Figure:
        """Open leads by stage, week by week."""
        return plots.pipeline(self.run.leads, self.run.activities, self.run.weeks, self._stages)

    def revenue(self, target: float | None = None) -> Figure:
        """Revenue as it adds up, against a target for the whole window.

        Parameters
        ----------
        target : float
            Revenue wanted by the window's end, above 0.

        Raises
        ------
        ValueError
            Without a target.
        """
        if target is None:
            raise ValueError("needs the revenue wanted: run.plot.revenue(5_000_000)")
        currency = self.run.scenario.currency
        return plots.revenue_against_target(self.run.weeks, target, currency)

    def waits(self) -> Figure:
        """How long work waits at each stage."""
        hours = self.run.scenario.calendar.hours_per_day
        return plots.waits(self.run.activities, self._stages, hours)

    def time_use(self) -> Figure:
        """How each person's time was spent."""
        return plots.time_use(self.run.reps)

    def story(self, lead: str | None = None) -> Figure:
        """One lead's journey through the department.

        Parameters
        ----------
        lead : str, optional
            Its name; absent, the largest deal won of those that arrived in the window.

        Raises
        ------
        ValueError
            Where there is no such lead, or nothing was done on it in the window.
        """
        name = self._largest_won() if lead is None else lead
        return plots.story(name, self.run.leads, self.run.activities, self.run.record.days)

    def _largest_won(self) -> str:
        leads = self.run.leads
        won = leads[(leads["outcome"] == "won") & (leads["arrived"] >= 0)]
        if won.empty:
            raise ValueError("no deal was won here; name a lead: run.plot.story(lead)")
        return str(won.loc[won["value"].idxmax(), "lead"])

    @property
    def _stages(self) -> list[str]:
        return [stage.name for stage in self.run.scenario.process]
