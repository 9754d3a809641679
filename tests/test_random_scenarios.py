"""What must hold in a department that nobody chose by hand.

Forty scenarios in the quick selection, a hundred with `make test`, which sets the variable
SALESSIM_EXAMPLES.
"""

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from numpy.typing import NDArray

import salessim as ss
from salessim.clock import WorkClock
from salessim.journal import NOBODY
from salessim.run import Run
from salessim.run.files import TABLES
from salessim.run.record import Record
from salessim.scenario import Scenario, timeline, vacancies
from salessim.scenario.files import parse_yaml
from salessim.terms import Kind
from tests.strategies import Raw, scenarios
from tests.test_fixtures import FIXTURES

pytestmark = pytest.mark.filterwarnings("error")

EXAMPLES = int(os.environ.get("SALESSIM_EXAMPLES", "40"))
HAIR = 1e-9  # what rounding leaves of a time

COLUMNS = {
    "leads": "lead channel segment territory arrived value fit score stage outcome closed owner "
    "discount revenue",
    "activities": "lead stage kind attempt role rep ready started ended hours result",
    "reps": "rep role territory hired left available_hours selling_hours admin_hours utilisation "
    "won revenue",
    "weeks": "week date arrived won lost revenue open_leads pipeline_value",
    "kpis": "kpi value unit",
    "events": "case_id activity lifecycle timestamp resource",
}
CLOSED = {"won", "lost", "no_decision", "disqualified", "went_cold"}
OUTCOMES = CLOSED | {"open"}
RESULTS = OUTCOMES | {"passed", "no_answer"}


def examples(count: int) -> settings:
    """So many scenarios, the same in every run."""
    slow_to_draw = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(
        max_examples=count, derandomize=True, deadline=None, suppress_health_check=slow_to_draw
    )


@examples(EXAMPLES)
@given(scenarios())
@example(Scenario.load(FIXTURES / "owners-with-plan.yaml"))  # hand-overs are drawn seldom
@example(Scenario.load(FIXTURES / "support-with-plan.yaml"))
def test_whatever_the_department_its_books_are_right(scenario: Scenario) -> None:
    run = ss.simulate(scenario, seed=1)  # the laws are checked inside
    tables_have_the_columns_that_were_promised(run)
    words_are_those_that_were_promised(run)
    leads_are_conserved(run)
    nobody_does_two_things_at_once(run)
    work_takes_the_hours_that_it_says(run)
    a_lead_is_at_one_stage_at_a_time(run.record)
    nobody_idles_while_work_waits(run.record)
    what_comes_first_is_begun_first(run.record)
    nothing_is_left_with_people_who_are_gone(run.record)
    no_joint_visit_waits_beside_both_whom_it_needs(run.record)


@examples(max(EXAMPLES // 4, 1))
@given(scenarios())
def test_a_scenario_written_and_read_is_the_same_scenario(scenario: Scenario) -> None:
    again = Scenario.parse(parse_yaml(scenario.to_yaml()))
    assert again == scenario
    assert again.content_hash == scenario.content_hash
    assert timeline(again) == timeline(scenario)


@examples(max(EXAMPLES // 5, 1))
@given(scenarios())
def test_the_same_luck_makes_the_same_bytes(scenario: Scenario) -> None:
    assert bytes_of(ss.simulate(scenario, seed=2)) == bytes_of(ss.simulate(scenario, seed=2))


def bytes_of(run: Run) -> dict[str, str]:
    """Text of each table."""
    return {table: getattr(run, table).to_csv(index=False) for table in TABLES}


# What the user sees


def tables_have_the_columns_that_were_promised(run: Run) -> None:
    for table, columns in COLUMNS.items():
        assert set(columns.split()) <= set(getattr(run, table).columns), table


def words_are_those_that_were_promised(run: Run) -> None:
    assert set(run.leads.outcome) <= OUTCOMES
    assert set(run.activities.result) <= RESULTS
    assert set(run.activities.kind) <= {"work", "admin", "joint", "training"}


def leads_are_conserved(run: Run) -> None:
    leads = run.leads
    came = len(leads)
    went, stayed = leads.outcome.isin(CLOSED), leads.outcome == "open"
    assert came == went.sum() + stayed.sum()
    assert leads.lead.is_unique
    assert (leads.closed.notna() == went).all()
    assert leads.closed[went].between(0, run.record.days, inclusive="left").all()
    assert (leads.arrived < run.record.days).all()
    assert (leads.revenue.notna() == (leads.outcome == "won")).all()
    assert run.kpi["leads"] == (leads.arrived >= 0).sum() == run.weeks.arrived.sum()
    assert sum(run.weeks[outcome].sum() for outcome in CLOSED) == went.sum()
    assert run.weeks.open_leads.iloc[-1] == stayed.sum()
    assert run.weeks.revenue.sum() == pytest.approx(leads.revenue.sum())
    assert run.reps.won.sum() == run.kpi["won"]


def nobody_does_two_things_at_once(run: Run) -> None:
    visits = run.activities.dropna(subset=["rep", "started"]).sort_values(
        ["rep", "started", "ended"]
    )
    rep, started, ended = (visits[name].to_numpy() for name in ("rep", "started", "ended"))
    same = rep[1:] == rep[:-1]
    assert (started[1:] >= ended[:-1])[same].all()  # what has no end is followed by nothing


def work_takes_the_hours_that_it_says(run: Run) -> None:
    scenario = run.scenario
    done = run.activities.dropna(subset=["started", "ended"])
    clock = WorkClock.of(scenario.calendar.start, scenario.calendar.holidays)
    worked = clock.worked(done.ended) - clock.worked(done.started)
    a_day = {
        role: (scenario.calendar.hours_per_day - block.internal_hours_per_week / 5)
        * (1 - scenario.calendar.leave_days_per_year / 260)
        for role, block in scenario.team.items()
    }
    hours = worked * done.role.map(a_day).to_numpy(dtype=float)
    assert hours == pytest.approx(done.hours.to_numpy(), abs=1e-8)


# What happens behind the tables


def a_lead_is_at_one_stage_at_a_time(record: Record) -> None:
    works = record.journal.visits[record.journal.visits["kind"] == Kind.WORK]
    works = works[np.lexsort([works[key] for key in ("attempt", "passage", "stage", "lead")])]
    first = np.diff(works["lead"], prepend=-1) > 0
    assert (works["ready"][first] == record.leads.arrived[works["lead"][first]]).all()
    assert (works["stage"][first] == 0).all()
    again = ~first[1:]
    assert (works["ready"][1:] >= works["ended"][:-1])[again].all()
    assert (np.diff(works["stage"].astype(int)) <= 1)[again].all()


def nobody_idles_while_work_waits(record: Record) -> None:
    """At every desk, of visits that need no engineer; holidays, when everybody idles, apart."""
    visits, worked = record.journal.visits, record.clock.worked
    alone = (visits["kind"] != Kind.JOINT) & ~_needs_engineer(record)
    begun = visits["person"] != NOBODY
    waiting_ends = worked(_waiting_ends(record))
    started, ended = worked(visits["started"]), worked(np.minimum(visits["ended"], record.days))
    hired = worked(record.journal.people["hired"])
    left = worked(np.nan_to_num(record.journal.people["left"], nan=record.days))
    for person, desk in enumerate(_desks_of_people(record)):
        own = begun & (visits["person"] == person)
        with_lead = visits["lead"] != NOBODY
        queue = (visits["desk"] == desk) & alone & ~_moved(record) & with_lead
        since = np.maximum(worked(visits["ready"][queue]), hired[person])
        until = np.minimum(waiting_ends[queue], left[person])
        there = np.maximum(until - since, 0.0)
        overlap = np.minimum(ended[own], until[:, None]) - np.maximum(started[own], since[:, None])
        idle = there - np.maximum(overlap, 0.0).sum(axis=1)
        assert (idle < HAIR * (1 + there)).all()


def what_comes_first_is_begun_first(record: Record) -> None:
    """No work was begun while other work of the desk, of better rank, had been waiting.

    A joint visit may have to wait for an engineer while visits alone are begun.
    """
    visits, roles = record.journal.visits, record.roles()
    support = np.array([role == "support" for role in roles])
    at_support = support[record.journal.desks["role"][visits["desk"]]]
    in_turn = (visits["kind"] == Kind.WORK) | at_support  # others stay seated
    queues = ~_moved(record) & in_turn & (visits["lead"] != NOBODY)
    rank = np.append(_ranks(record), 0.0)[visits["lead"]]  # of no lead, the last
    until = _waiting_ends(record)
    ready, started = visits["ready"], visits["started"]
    begun = np.flatnonzero(queues & (visits["person"] != NOBODY))
    waited = np.flatnonzero(queues & (until > ready))
    other = waited[:, None]
    passed_over = (ready[other] < started[begun]) & (until[other] > started[begun])
    sooner = (rank[other] == rank[begun]) & (ready[other] < ready[begun])
    same_desk = visits["desk"][other] == visits["desk"][begun]
    joint = _needs_engineer(record)
    excused = joint[other] & ~joint[begun]
    before = (rank[other] < rank[begun]) | sooner
    assert not (passed_over & same_desk & before & ~excused).any()


def nothing_is_left_with_people_who_are_gone(record: Record) -> None:
    """At the end no work waits at a desk without people while a colleague has another."""
    people, visits = record.journal.people, record.journal.visits
    now = [scenario for since, scenario in record.timeline if since < record.days][-1]
    chairs = np.array([role.count for role in now.team.values()])
    there = people["chair"] < chairs[people["role"]]  # others finish what they are at
    for gone in vacancies(record.timeline):
        same = (people["role"] == record.roles().index(gone.role)) & (
            people["chair"] == gone.position
        )
        holder = np.flatnonzero(same & ~(people["left"] < gone.begin))[:1]
        there[holder] &= gone.begin >= record.days
    waiting = visits[(visits["person"] == NOBODY) & np.isnan(visits["ended"])]
    staffed = {desk for desk, stays in zip(_desks_of_people(record), there, strict=True) if stays}
    for desk in set(waiting["desk"].tolist()) - staffed:
        assert not (there & (people["role"] == record.journal.desks["role"][desk])).any()


def no_joint_visit_waits_beside_both_whom_it_needs(record: Record) -> None:
    """No engineer and no seller of its desk idle at once while it waits, holidays apart."""
    visits, people, worked = record.journal.visits, record.journal.people, record.clock.worked
    waiting = np.flatnonzero(_needs_engineer(record) & ~_moved(record))
    if not len(waiting):
        return
    edges = np.concatenate([visits[name] for name in ("ready", "started", "ended")]
                           + [people["hired"], people["left"], [record.days]])  # fmt: skip
    edges = np.unique(worked(edges[edges <= record.days]))
    middles = (edges[1:] + edges[:-1])[np.diff(edges) > HAIR] / 2

    def seen(began: NDArray[np.float64], over: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of some spans each moment lies in."""
        over = worked(np.nan_to_num(np.minimum(over, record.days), nan=record.days))
        return (worked(began)[:, None] < middles) & (middles < over[:, None])

    begun = visits[visits["person"] != NOBODY]
    idle = seen(people["hired"], people["left"])
    np.logical_and.at(idle, begun["person"], ~seen(begun["started"], begun["ended"]))
    desks = np.array(_desks_of_people(record))
    engineers = people["role"] == record.roles().index("engineer")
    engineer_idle = idle[engineers].any(axis=0)
    waits = seen(visits["ready"][waiting], _waiting_ends(record)[waiting])
    for desk in set(visits["desk"][waiting].tolist()):
        here = waits[visits["desk"][waiting] == desk].any(axis=0)
        assert not (here & engineer_idle & idle[desks == desk].any(axis=0)).any()


def _needs_engineer(record: Record) -> NDArray[np.bool_]:
    """Visits for which an engineer must be there beside the seller."""
    scenario, visits = record.scenario, record.journal.visits
    stages = np.array([stage.name in scenario.joint_stages for stage in scenario.process])
    leads = record.leads.need_engineer(scenario)
    work = visits["kind"] == Kind.WORK
    needs = np.zeros(len(visits), bool)
    needs[work] = stages[visits["stage"][work]] & leads[visits["lead"][work]]
    return needs


def _waiting_ends(record: Record) -> NDArray[np.float64]:
    """When each visit was begun or given up; the end of the window if neither."""
    visits = record.journal.visits
    until = np.where(visits["person"] == NOBODY, visits["ended"], visits["started"])
    return np.nan_to_num(np.minimum(until, record.days), nan=record.days)


def _moved(record: Record) -> NDArray[np.bool_]:
    """Visits that waited at more than one desk."""
    moves = set(zip(record.journal.moves["lead"], record.journal.moves["visit_ready"], strict=True))
    visits = zip(record.journal.visits["lead"], record.journal.visits["ready"], strict=True)
    return np.array([visit in moves for visit in visits], dtype=bool)


def _desks_of_people(record: Record) -> list[int]:
    """Number of the desk at which each person sits."""
    desks = []
    for person in record.journal.people:
        of_role = np.flatnonzero(record.journal.desks["role"] == person["role"])
        role = record.roles()[person["role"]]
        assignment = record.scenario.assignment_of(role)
        if role not in record.scenario.seller_roles:
            assignment = "pool"
        place = {"pool": 0, "owner": person["chair"], "territory": person["territory"]}
        desks.append(int(of_role[place[assignment]]))
    return desks


def _ranks(record: Record) -> NDArray[np.float64]:
    """What is begun first at a desk, the lowest first."""
    leads = record.leads
    ranks = {"fifo": np.zeros(len(leads)), "freshest": -leads.arrived, "value": -leads.value}
    return ranks[record.scenario.priority]


# Corners that are drawn too seldom


def desk(**blocks: Any) -> Raw:
    return {
        "calendar": {"days": 20},
        "channels": {"door": {"leads_per_day": 3}},
        "team": {"sdr": {"count": 2}},
        "process": [stage()],
        **blocks,
    }


def stage(**keys: Any) -> Raw:
    effort = {"distribution": "exponential", "mean_hours": 2}
    return {"name": "call", "role": "sdr", "effort": effort, "pass_probability": 1.0, **keys}


@pytest.mark.parametrize(
    "keys", [{}, {"attempts": {"most": 3, "answer_probability": 1.0}}], ids=["once", "tries"]
)
def test_no_odds_against_certainty_is_still_a_chance(keys: Raw) -> None:
    """A segment of odds 0 at a stage that everyone passes: whichever wins, it is a number."""
    hopeless = {"nobodies": {"share": 1.0, "odds": 0.0}}
    run = ss.simulate(Scenario.parse(desk(segments=hopeless, process=[stage(**keys)])))
    assert set(run.leads.outcome) <= OUTCOMES


def test_a_market_without_channels_is_refused_or_empty() -> None:
    try:
        silent = Scenario.parse(desk(channels={}))
    except ss.ScenarioError:
        return
    assert ss.simulate(silent).leads.empty


@pytest.mark.parametrize("shape", ["gamma", "lognormal"])
def test_next_to_no_spread_is_no_spread(shape: str) -> None:
    effort = {"distribution": shape, "mean_hours": 2, "cv": 1e-200}
    run = ss.simulate(Scenario.parse(desk(process=[stage(effort=effort)])))
    assert run.activities.hours.to_numpy() == pytest.approx(2.0)


def test_the_faintest_hope_of_an_answer_makes_no_noise() -> None:
    faint = {"most": 3, "answer_probability": 1e-320}
    run = ss.simulate(Scenario.parse(desk(process=[stage(attempts=faint)])))
    assert set(run.leads.outcome) <= {"disqualified", "open"}


def test_a_plan_switches_a_block_off_as_a_replacement_does() -> None:
    hurried = desk(process=[stage(patience={"distribution": "constant", "mean_days": 1})])
    change = {"process.call.patience": None}
    for others in ({}, {"team.sdr.count": 3}):
        planned = Scenario.parse({**hurried, "plan": [{"day": 5, "set": {**change, **others}}]})
        later = timeline(planned)[-1][1]
        assert later == Scenario.parse(hurried).replace({**change, **others})
        assert Scenario.parse(parse_yaml(planned.to_yaml())) == planned
