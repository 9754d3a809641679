"""What limits a department: one more person in each role, tried over paired years."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from salessim.display import change, figure, money
from salessim.display.kpis import role_name
from salessim.expected import load_of
from salessim.experiment.replications import at_least, no_result, over, source_of, study_of
from salessim.experiment.statistics import LEVEL, Floats, difference, holm, p_value, student
from salessim.experiment.study import Study, each
from salessim.experiment.told import Told
from salessim.rules import WORKING_DAYS_A_YEAR
from salessim.scenario import Scenario, Source

YEARS = 20
# What one more person may do to other stages: the KPI, how much is worth telling, the words.
MOVED = (
    ("went_cold", 1.0, "{:,.0f} more leads then give up waiting for {}"),
    ("wait_days", 0.1, "leads then wait {:.1f} working days longer for {}"),
)
WAITING = 0.5  # working days of mean wait, below which a stage isn't named as waiting


@dataclass(frozen=True, repr=False)
class Bottleneck(Told):
    """What limits a department, as far as it was tried.

    Parameters
    ----------
    scenario : Scenario
    roles : DataFrame
        A row for each role with work: `role, people, expected_load` (hours asked for over
        hours available, from the scenario alone), `utilization` (simulated, mean),
        `more_won, low, high` (deals won a run with one more person, 95%), `p` (corrected by
        Holm's rule over the roles).
    stages : DataFrame
        A row for each stage: `stage, role, wait_days, went_cold` (means).
    role : str
        The role whose extra person wins the most deals; empty where no single one does.
    replications, seed : int
    reason : str
        Why nothing can be said; empty where something can.
    won : float
        Deals won a run without an extra person (mean).
    busiest : str
        Why the role that limits is not the one with the highest utilization, in a sentence;
        empty where it is.
    """

    scenario: Scenario
    roles: pd.DataFrame
    stages: pd.DataFrame
    role: str
    replications: int
    seed: int
    reason: str = ""
    won: float = float("nan")
    busiest: str = ""

    def summary(self) -> str:
        """The answer in words, one sentence a line."""
        if self.reason:
            return f"What limits it: no result, because {self.reason}."
        run = over(self.replications, self.scenario.calendar.days, self.seed)
        tried = (
            f"Tried over {run}, each with the same leads and random draws with and without the "
            "extra person."
        )
        lines = [self._verdict(), self._pays(), self.busiest, *self._waits(), tried]
        return "\n".join(filter(None, lines))

    def _verdict(self) -> str:
        tried = self.roles.sort_values("more_won", ascending=False, kind="stable")
        if self.role:
            row = tried.set_index("role").loc[self.role]
            return (
                f"What limits it: one more {role_name(self.role, 1)} wins the most deals, "
                f"{_more(row, self.scenario)}. Without, {self.won:,.0f} deals are won."
            )
        helps = tried[(tried["p"] < 1 - LEVEL) & (tried["more_won"] > 0)]
        if helps.empty:
            return (
                "What limits it: no single role. One more person in any role wins no more deals "
                "than chance explains: leads or their pass rates are the limit."
            )
        said = ", ".join(
            f"{role_name(row['role'], 1)} {_more(row, self.scenario)}"
            for _, row in helps.iterrows()
        )
        return (
            "What limits it: no single role. More deals are won with one more person as "
            f"{said}, but none of them clearly more than the others."
        )

    def _pays(self) -> str:
        """What the extra person costs, and how to find out whether that pays."""
        if not self.role:
            return ""
        cost = self.scenario.team[self.role].salary_per_year
        costs = f"It costs {money(cost, self.scenario.currency)} a year. " if cost else ""
        return (
            f"{costs}Whether that pays: salessim compare {source_of(self.scenario)} "
            f"--set team.{self.role}.count+=1 --out DIR"
        )

    def _waits(self) -> list[str]:
        waiting = self.stages[self.stages["wait_days"] >= WAITING]
        if waiting.empty:
            lines = [f"What waits: nothing for longer than {WAITING:g} working days on average."]
        else:
            said = [f"{row['stage']} {row['wait_days']:.1f}" for _, row in waiting.iterrows()]
            lines = [f"What waits (mean working days until someone starts): {', '.join(said)}."]
        lost = self.stages[self.stages["went_cold"] >= 1]
        if len(lost):
            said = [f"{row['went_cold']:,.0f} at {row['stage']}" for _, row in lost.iterrows()]
            lines.append(f"What is lost (leads that gave up waiting): {', '.join(said)}.")
        return lines


def bottleneck(
    scenario: Source,
    replications: int = YEARS,
    seed: int = 1,
    *,
    workers: int | None = None,
    study: Study | None = None,
) -> Bottleneck:
    """Find out what limits a department, by one more person in each role.

    Parameters
    ----------
    scenario : Scenario, preset's name or file
    replications : int
        Paired years, at least 2.
    seed : int
        Whose draws.
    workers : int, optional
        Runs at a time; by default one per core.
    study : Study, optional
        Where the runs are made and kept, instead of `seed` and `workers`.

    Returns
    -------
    Bottleneck

    Notes
    -----
    The busiest role is often the wrong answer: its work may end in a queue further on. A role
    is named where its extra person wins more deals than without (Holm 1979 over the roles, at
    95%), and more than the extra person of any other role that helps (paired, Holm over those).

    Examples
    --------
    >>> import salessim as ss
    >>> desk = ss.Scenario.load("one-desk").replace({"calendar.days": 100, "team.sdr.count": 2})
    >>> bottleneck(desk, replications=5, workers=1).role
    'sdr'
    """
    scenario, replications = Scenario.of(scenario), at_least(replications, 2)
    study = study_of(study, seed, workers)
    load = load_of(scenario)
    more = {role: one_more(scenario, role) for role in load}
    study.begin("bottleneck", name=scenario.name, content=scenario.content_hash,
                replications=replications)  # fmt: skip
    study.run(each([scenario, *more.values()], range(replications)), "what limits it")
    reason = no_result(study, scenario, replications)
    values = {role: study.kpi(other, "won", replications) for role, other in more.items()}
    gains = {role: difference(won, study.kpi(scenario, "won", replications))
             for role, won in values.items()}  # fmt: skip
    means = study.values(scenario, range(replications)).mean()
    roles = _roles(scenario, load, gains, means)
    stages = _stages(scenario, means)
    limit = "" if reason else _limit(roles, gains)
    found = Bottleneck(scenario, roles, stages, limit, replications, study.seed, reason,
                       float(means.get("won", float("nan"))))  # fmt: skip
    if not limit or roles["utilization"].isna().all():
        return found
    busiest = roles.loc[roles["utilization"].idxmax()]
    if busiest["role"] == limit:
        return found
    waits = stages["wait_days"][stages["role"] == busiest["role"]]
    pair = scenario, more[busiest["role"]]
    why = _why_not_the_busiest(study, pair, busiest, waits, replications)
    return replace(found, busiest=why)


def one_more(scenario: Scenario, role: str) -> Scenario:
    """The scenario with one more person in a role, all the time, also after each plan step.

    Examples
    --------
    >>> one_more(Scenario.load("baseline"), "ae").team["ae"].count
    9
    """
    count = scenario.team[role].count
    plan = [
        {**step, "set": {path: _raised(path, value, role) for path, value in step["set"].items()}}
        if "set" in step else step
        for step in scenario.plain().get("plan", ())
    ]  # fmt: skip
    changes: dict[str, Any] = {f"team.{role}.count": count + 1}
    return scenario.replace(changes | ({"plan": plan} if plan else {}))


def _raised(path: str, value: Any, role: str) -> Any:
    """A value that a plan sets, with one more person of a role where it sets their number."""
    if path == f"team.{role}.count" and not isinstance(value, Mapping):
        return value + 1
    if path == f"team.{role}" and isinstance(value, Mapping) and "count" in value:
        return {**value, "count": value["count"] + 1}
    return value


def _roles(
    scenario: Scenario, load: Mapping[str, float], gains: Mapping[str, Floats], means: pd.Series
) -> pd.DataFrame:
    found = {role: student(gain) for role, gain in gains.items()}
    p_values = dict(zip(gains, holm([p_value(gain) for gain in gains.values()]), strict=True))
    return pd.DataFrame(
        [
            {
                "role": role,
                "people": scenario.team[role].count,
                "expected_load": load[role],
                "utilization": means.get(f"utilisation.{role}", float("nan")),
                "more_won": found[role].mean,
                "low": found[role].low,
                "high": found[role].high,
                "p": p_values[role],
            }
            for role in load
        ]
    )


def _stages(scenario: Scenario, means: pd.Series) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "stage": stage.name,
                "role": stage.role,
                "wait_days": means.get(f"wait_days.{stage.name}", float("nan")),
                "went_cold": means.get(f"went_cold.{stage.name}", float("nan")),
            }
            for stage in scenario.process
        ]
    )


def _limit(roles: pd.DataFrame, gains: Mapping[str, Floats]) -> str:
    """The role whose extra person wins more deals than none, and more than others that help."""
    helps = roles[(roles["p"] < 1 - LEVEL) & (roles["more_won"] > 0)]
    if helps.empty:
        return ""
    leader = str(helps.loc[helps["more_won"].idxmax(), "role"])
    others = [role for role in helps["role"] if role != leader]
    apart = holm([p_value(difference(gains[leader], gains[role])) for role in others])
    return leader if all(p < 1 - LEVEL for p in apart) else ""


def _why_not_the_busiest(
    study: Study, pair: tuple[Scenario, Scenario], row: pd.Series, waits: pd.Series, count: int
) -> str:
    """Why one more person where people are busiest does not win the most deals.

    The pair are the scenario without that person and with; `row` is the role's, and `waits`
    are the days that work waits at its stages.
    """
    people, share = role_name(row["role"], 2), figure(row["utilization"], "share")
    helps = row["p"] < 1 - LEVEL and row["more_won"] > 0
    wins = (
        f"wins only {_more(row, pair[0])}" if helps else "wins no more deals than chance explains"
    )
    cause = _moved_to(study, pair, count)
    if not cause and waits.max() < WAITING:
        cause = f"work hardly waits for them ({waits.max():.1f} working days on average)"
    return (
        f"{people[:1].upper()}{people[1:]} are the busiest ({share} of their time), but one more "
        f"{wins}{cause and f', because {cause}'}."
    )


def _moved_to(study: Study, pair: tuple[Scenario, Scenario], count: int) -> str:
    """Where more leads give up, or all wait longer, with one more person; empty where nowhere."""
    level = 1 - (1 - LEVEL) / len(pair[0].process)  # of each stage (Bonferroni)
    for kpi, least, said in MOVED:
        rises = {}
        for stage in pair[0].process:
            before, after = (study.kpi(one, f"{kpi}.{stage.name}", count) for one in pair)
            rises[stage.name] = student(difference(after, before), level)
        most = max(rises, key=lambda name: np.nan_to_num(rises[name].low, nan=-np.inf))
        if rises[most].low > 0 and rises[most].mean >= least:
            return said.format(rises[most].mean, most)
    return ""


def _more(row: pd.Series, scenario: Scenario) -> str:
    days = scenario.calendar.days
    when = "a year" if days == WORKING_DAYS_A_YEAR else f"in {days:,} working days"
    like = max(abs(row["low"]), abs(row["high"]))
    low, high = (change(row[end], "deals", like=like) for end in ("low", "high"))
    more = change(row["more_won"], "deals", like=like)
    return f"{more} more {when} (95% interval {low} to {high})"
