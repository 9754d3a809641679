"""A scenario in tables: the process step by step, who does what, and what limits it."""

from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from salessim.display import figure, money, percent
from salessim.display.columns import in_columns
from salessim.display.kpis import role_name
from salessim.expected import INTERNAL, Expected, expected, load_of
from salessim.experiment.bottleneck import YEARS, Bottleneck, bottleneck
from salessim.experiment.study import Study
from salessim.process import in_words
from salessim.scenario import Scenario, Source
from salessim.scenario.blocks import Stage
from salessim.scenario.distributions import Distribution
from salessim.scenario.idle import idle_note
from salessim.scenario.problems import listed
from salessim.scenario.work import roles_at

READ = (
    "Expected load: hours of work over hours available, from the scenario alone, if no lead gave "
    "up waiting.\nUtilization: the same as simulated, where leads do give up."
)


@dataclass(frozen=True)
class Description:
    """What a scenario describes, in tables that are made to be read.

    Parameters
    ----------
    scenario : Scenario
    process : DataFrame of str
        A row for each stage: who works on it, for how long, what follows, and the leads a
        year that come to it.
    matrix : DataFrame of float
        Hours a year, a row for each activity and a column for each role.
    limits : Bottleneck
    """

    scenario: Scenario
    process: pd.DataFrame
    matrix: pd.DataFrame
    limits: Bottleneck

    def __str__(self) -> str:
        matrix = self.matrix.map(lambda hours: f"{hours:,.0f}" if hours else "–")
        title = self.scenario.name or "scenario"
        parts = [
            f"{title}: {self.scenario.description}".removesuffix(": "),
            f"The process, step by step\n\n{table_text(self.process)}",
            f"The steps that a lead takes\n\n{in_words(self.scenario)}",
            f"Who does what, in hours a year\n\n{table_text(matrix.reset_index(names='activity'))}",
            *(f"{note[:1].upper()}{note[1:]}." for note in idle_note(self.scenario)),
            f"How busy each role is\n\n{table_text(busy_table(self.limits))}",
            READ,
            self.limits.summary(),
        ]
        return "\n\n".join(parts)


def describe(scenario: Source, study: Study | None = None) -> Description:
    """Describe a scenario, simulated over 20 years where that is needed.

    Parameters
    ----------
    scenario : Scenario, preset's name or file
    study : Study, optional
        Where the runs are made and kept.

    Returns
    -------
    Description

    Examples
    --------
    >>> import salessim as ss
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar.days": 50})
    >>> print(describe(desk).matrix)
                    SDR
    prospecting  8320.0
    """
    scenario = Scenario.of(scenario)
    found = expected(scenario)
    return Description(
        scenario, process_table(scenario, found), matrix_of(scenario, found),
        bottleneck(scenario, YEARS, study=study),
    )  # fmt: skip


def process_table(scenario: Scenario, found: Expected) -> pd.DataFrame:
    """The stages in their order, in words."""
    return pd.DataFrame(
        [
            {
                "stage": stage.name,
                "role": _who(scenario, stage),
                "leads a year": f"{reaching:,.0f}",
                "work": _amount(stage.effort, "h") + (" + travel" if stage.travel else ""),
                "tries or meetings": _visits(scenario, stage),
                "paperwork": f"{stage.admin_hours:g} h" if stage.admin_hours else "–",
                "gives up after": _amount(stage.patience, "d"),
                "decides in": _amount(stage.customer_delay, "d"),
                "advance": percent(after / reaching) if reaching else "–",
            }
            for stage, reaching, after in zip(
                scenario.process, found.reaching, [*found.reaching[1:], found.won], strict=True
            )
        ]
    )


def matrix_of(scenario: Scenario, found: Expected) -> pd.DataFrame:
    """The responsibility matrix: hours a year, activities by roles."""
    activities = dict.fromkeys(stage.name for stage in scenario.process)
    activities |= dict.fromkeys(what for _, what in found.hours if what != INTERNAL)
    activities[INTERNAL] = None
    rows = {
        what: {role_name(role): found.hours.get((role, what), 0.0) for role in scenario.team}
        for what in activities
    }
    matrix = pd.DataFrame.from_dict(rows, orient="index")
    return matrix.loc[matrix.any(axis=1)]


def busy_table(limits: Bottleneck) -> pd.DataFrame:
    """Expected load beside the simulated utilization of each role with work."""
    years = f"utilization ({limits.replications} runs)"
    return pd.DataFrame(
        {
            "role": [role_name(role) for role in limits.roles["role"]],
            "people": limits.roles["people"],
            "expected load": [percent(load, 0) for load in limits.roles["expected_load"]],
            years: [figure(value, "share") for value in limits.roles["utilization"]],
        }
    )


def table_text(table: pd.DataFrame) -> str:
    """A table in columns, for a terminal; its index is left out."""
    return in_columns([list(table.columns), *table.to_numpy().tolist()])


def implied(scenario: Scenario) -> str:
    """What a scenario's numbers imply, without simulating: leads and deals, load of each role."""
    found, currency = expected(scenario), scenario.currency
    lines = [f"{found.leads:,.0f} leads a year; {found.won:,.0f} deals a year if none gave up"]
    salaries = sum(role.count * role.salary_per_year for role in scenario.team.values())
    if salaries:
        people = sum(role.count for role in scenario.team.values())
        also = " and ".join(_other_costs(scenario))
        paid = f"{people:,} people, who cost {money(salaries, currency)} a year"
        lines.append(f"{paid}, plus {also}" if also else paid)
    lines += [f"expected load of {role_name(role)}: {percent(load, 0)}"
              for role, load in found.load.items()]  # fmt: skip
    return "\n".join(lines)


def _other_costs(scenario: Scenario) -> list[str]:
    """What costs money beside the people."""
    costs = {
        "leads": any(channel.cost_per_lead for channel in scenario.channels.values()),
        "commission": scenario.economics is not None and scenario.economics.commission_rate > 0,
    }
    return [what for what, is_paid in costs.items() if is_paid]


def rates_in_doubt(scenario: Scenario, observed: Collection[str]) -> list[str]:
    """Stages whose simulated conversion rate may differ from the one given as `observed_pass`.

    Parameters
    ----------
    scenario : Scenario
    observed : collection of str
        Names of the stages that a file gives so.

    Returns
    -------
    list of str
        A sentence each, without a full stop, where people are asked for more than they can do:
        the leads that they don't get to are missing among those decided.

    Examples
    --------
    >>> (said,) = rates_in_doubt(Scenario.load("overload"), ["prospecting"])
    >>> said.partition(", since ")[2].partition(": ")[0]
    'SDRs are asked for 159% of their hours'
    """
    load = load_of(scenario)
    return [
        f"process.{stage.name}.observed_pass: the simulated rate may differ, since "
        f"{role_name(role, 2)} are asked for {percent(load[role], 0)} of their hours: "
        f"{_not_decided(stage)} (docs/bottleneck.md says by how much)"
        for stage in scenario.process
        for role in [max(roles_at(scenario, stage), key=load.__getitem__)]
        if stage.name in observed and load[role] >= 1
    ]


def _not_decided(stage: Stage) -> str:
    if stage.attempts:
        return "leads that need more tries are still waiting for them when the window ends"
    if stage.patience:
        return "leads that give up waiting are not counted as decided"
    return "many leads are still waiting for them when the window ends"


def _who(scenario: Scenario, stage: Stage) -> str:
    """Who works on a stage; an engineer may be needed for some segments only."""
    who = " + ".join(map(role_name, roles_at(scenario, stage)))
    some = scenario.engineers is not None and scenario.engineers.segments
    return f"{who} ({listed(some)})" if some and stage.name in scenario.joint_stages else who


def _visits(scenario: Scenario, stage: Stage) -> str:
    if stage.attempts:
        return f"up to {stage.attempts.most} tries, {stage.attempts.gap_days:g} d apart"
    if stage.meeting_gap_days is None:
        return "1"
    numbers = [stage.meetings] if stage.meetings else sorted(
        {segment.meetings for segment in scenario.segments.values()} or {1}
    )  # fmt: skip
    return " or ".join(map(str, numbers)) + (" meetings" if max(numbers) > 1 else " meeting")


def _amount(distribution: Distribution | None, unit: str) -> str:
    """A distribution by its mean."""
    return "–" if distribution is None else f"{distribution.average:.3g} {unit}"
