"""A run in a few lines: what it was, and its headline figures with their units."""

import html
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salessim.display import HEADLINE, count_of, figure, label_of, with_unit
from salessim.rules import WORKING_DAYS_A_YEAR

if TYPE_CHECKING:
    from salessim.run.run import Run

ONE_YEAR = "years differ by chance: salessim outlook shows by how much"


def headline_text(run: "Run") -> str:
    """The headline figures, aligned, and what they are figures of.

    Examples
    --------
    >>> import salessim as ss
    >>> print(headline_text(ss.simulate("small-team")).splitlines()[0])
    small team: one simulated year (seed 1, replication 0)
    """
    rows = headline_rows(run)
    left = max((len(title) for title, _ in rows), default=0)
    lines = [f"{title:{left}}  {value}" for title, value in rows]
    return "\n".join([title_of(run), *lines, f"A single run: {ONE_YEAR}."])


def still_waiting(run: "Run") -> dict[str, int]:
    """Leads that wait for someone of each role when the window ends, whenever they arrived.

    Returns
    -------
    dict of str to int
        In the team's order; a role that no lead waits for is left out.

    Examples
    --------
    >>> import salessim as ss
    >>> desk = ss.Scenario.load("one-desk").replace({"team.sdr.count": 0, "calendar.days": 10})
    >>> run = ss.simulate(desk)
    >>> still_waiting(run)["sdr"] == len(run.leads)
    True
    """
    record = run.record
    visits = record.works
    begun, gone = (visits[when] < record.days for when in ("started", "ended"))
    waiting = visits.compress(~(begun | gone))  # who lost patience has an end without a start
    counts = np.bincount(record.journal.desks["role"][waiting["desk"]], minlength=1)
    return {role: int(n) for role, n in zip(record.roles(), counts, strict=False) if n}


def headline_html(run: "Run") -> str:
    """The same as a small table for notebooks."""
    rows = "".join(
        f"<tr><td style='text-align:left'>{html.escape(title)}</td>"
        f"<td style='text-align:right'>{html.escape(value)}</td></tr>"
        for title, value in headline_rows(run)
    )
    return f"<p><b>{html.escape(title_of(run))}</b></p><table>{rows}</table>"


def title_of(run: "Run") -> str:
    """What was run."""
    days, record = run.scenario.calendar.days, run.record
    length = "year" if days == WORKING_DAYS_A_YEAR else f"run of {count_of(days, 'working day')}"
    name = run.scenario.name or "scenario"
    title = f"{name}: one simulated {length} (seed {record.seed}, replication {record.replication})"
    own = run.scenario.own_rules
    return f"{title}, on SimPy with own rules ({own})" if own else title


def headline_rows(run: "Run") -> list[tuple[str, str]]:
    """Title and value of the headline figures and of how busy people are, where observed."""
    observed = told_kpis(run)
    busy = [name for name in observed.index if name.startswith("utilisation.")]
    currency = run.scenario.currency
    return [
        (label_of(name).title, with_unit(row["value"], row["unit"], currency))
        for name in ("leads", *HEADLINE, *busy)
        if name in observed.index
        for row in [observed.loc[name]]
    ]


def told_kpis(run: "Run") -> pd.DataFrame:
    """The KPIs that were observed, `value` and `unit` by name; what is no money is left out.

    Without segments no deal has a value of its own: each counts 1, and revenue is a count.
    """
    observed = run.kpis.dropna(subset="value").set_index("kpi")
    return observed if run.scenario.segments else observed.drop("revenue", errors="ignore")


def readable(kpis: pd.DataFrame, currency: str) -> pd.DataFrame:
    """A table of KPIs that a notebook shows with numbers as people write them.

    It stays a plain data frame with every digit, and so does what is made from it.

    Parameters
    ----------
    kpis : DataFrame
        `kpi, value, unit`.
    currency : str
        The scenario's.
    """

    def as_written() -> str:
        values = [figure(v, u, currency) for v, u in zip(kpis["value"], kpis["unit"], strict=True)]
        return str(kpis.assign(value=values)._repr_html_())

    object.__setattr__(kpis, "_repr_html_", as_written)  # of this table alone
    return kpis
