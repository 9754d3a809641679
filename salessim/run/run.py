"""A run and its tables, which are built on first use."""

from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from salessim.run import tables
from salessim.run.flags import Flag, flags_of
from salessim.run.kpis import make_kpis
from salessim.run.record import Record
from salessim.run.summary import headline_html, headline_text, readable
from salessim.scenario import Scenario

if TYPE_CHECKING:
    from salessim.run.pictures import RunPlots


class Run:
    """The results of one simulated run.

    Parameters
    ----------
    record : Record
        The event log with its scenario and leads.

    Examples
    --------
    >>> import salessim as ss
    >>> run = ss.simulate(ss.Scenario.load("one-desk"), seed=1)
    >>> print(run.kpi["utilisation.sdr"].round(2))
    0.81
    """

    def __init__(self, record: Record):
        self.record = record

    def __repr__(self) -> str:
        return headline_text(self)

    def _repr_html_(self) -> str:
        return headline_html(self)

    @property
    def scenario(self) -> Scenario:
        """The scenario that was run."""
        return self.record.scenario

    @property
    def plot(self) -> "RunPlots":
        """Pictures of the run: `run.plot.funnel()`, `pipeline`, `waits`, `time_use` and others."""
        from salessim.run.pictures import RunPlots  # matplotlib is slow to import

        return RunPlots(self)

    @cached_property
    def kpi(self) -> pd.Series:
        """Value by name of each KPI, as `run.kpi["won"]`; NaN where it was never observed.

        The Series is named by its replication, so that of several years
        ``pd.DataFrame([run.kpi for run in runs])`` has a row for each.
        """
        values = {name: value for name, value, _ in make_kpis(self.record)}
        return pd.Series(values, name=self.record.replication)

    @cached_property
    def flags(self) -> list[Flag]:
        """Warnings for readers of the figures; empty if there are none."""
        return list(flags_of(self.record))

    @cached_property
    def leads(self) -> pd.DataFrame:
        """A row for each lead that was open at day 0 or arrived later."""
        return tables.leads_table(self.record)

    @cached_property
    def activities(self) -> pd.DataFrame:
        """A row for each visit that became ready in the window."""
        return tables.activities_table(self.record)

    @cached_property
    def reps(self) -> pd.DataFrame:
        """A row for each person."""
        return tables.reps_table(self.record)

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """A row for each week."""
        return tables.weeks_table(self.record)

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """A row for each KPI: `kpi, value, unit`."""
        return readable(tables.kpis_table(self.record), self.scenario.currency)

    @cached_property
    def events(self) -> pd.DataFrame:
        """A row for each event, for process-mining tools."""
        return tables.events_table(self.record)
