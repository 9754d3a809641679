"""The department: stages, teams, and support, with the dated changes of the plan."""

from collections.abc import Generator
from functools import partial

import simpy

from salessim import rules
from salessim.clock import WorkClock
from salessim.department.deal import Deal
from salessim.department.desk import Desk, Person, Visit
from salessim.department.engineers import EngineerDesk
from salessim.department.journey import journey
from salessim.department.stage import StageAtWork
from salessim.department.team import DealTeam, OwnerTeam, Team, TerritoryTeam
from salessim.department.timetable import Moment, Timetable
from salessim.department.views import Rules
from salessim.journal import NO_STAGE, NOBODY, Journal, JournalWriter
from salessim.market import Market
from salessim.process import NEXT_STAGE, Step, Test, Wait, Work, itinerary
from salessim.progress import Progress, in_parts
from salessim.scenario import Scenario, Timeline, Vacancy, trainings, vacancies
from salessim.scenario.blocks import Support
from salessim.scenario.dated import Training
from salessim.terms import ENGINEER, NO_ANSWER, PASSED, SUPPORT, Kind, Result
from salessim.ties import Order, tie_key

SLICES = 200
RESULTS = tuple(Result)  # by number


def simulate_department(
    timeline: Timeline, market: Market, progress: Progress | None = None
) -> Journal:
    """Simulate a department with a market's leads.

    Parameters
    ----------
    timeline : Timeline
        The scenario that applies from each date on.
    market : Market
        The leads and their random draws.
    progress : function of float, optional
        Called from time to time with the share of the time that has passed, 0 to 1.

    Returns
    -------
    Journal
    """
    return Department(timeline, market).run(progress)


class Department:
    """The state of a run: what journeys ask for, and where they log."""

    def __init__(self, timeline: Timeline, market: Market):
        self.timeline = timeline
        self.scenario: Scenario = timeline[0][1]
        self.market = market
        self.journal = JournalWriter()
        calendar = self.scenario.calendar
        self.clock = WorkClock.of(calendar.start, calendar.holidays)
        self.env = Timetable(float(-calendar.warm_up_days))
        own = self.scenario.own_rules
        self._rules = Rules(own, self.scenario, market.leads) if own else None
        self.people: list[tuple[int, int, Person]] = []
        self.desks: list[tuple[int, Desk]] = []
        self.roles = list(self.scenario.team)
        self.engineers: EngineerDesk | None = None
        self.teams = {role: self._team(role) for role in self.roles}
        deal_team = self.teams.get(self.scenario.deal_role or "")
        self._deal_team = deal_team if isinstance(deal_team, DealTeam) else None
        self._last = len(self.scenario.process) - 1
        self.under_way = 0
        self.open_at_start = 0
        self._ranks: list[float] = market.ranks(self.scenario.priority).tolist()
        self._arrived: list[float] = market.leads.arrived.tolist()
        self._inbound: list[bool] = market.leads.inbound(self.scenario).tolist()
        self._need_engineer: list[bool] = market.leads.need_engineer(self.scenario).tolist()
        self._take_effect(self.scenario)

    # What journeys ask for

    def enter_stage(self, deal: Deal) -> Step:
        """Make a lead a deal, if it has reached that stage; returns the stage's first step."""
        if (
            self._deal_team
            and deal.stage.position == self.scenario.opportunity_stage
            and deal.passage == 1
        ):
            self._deal_team.take_on(deal.lead)
        return deal.stage.steps[self.itinerary.first[deal.stage.position]]

    def step(self, deal: Deal, number: int) -> Step:
        """A step of the stage, or the first of the next one, as the department is now."""
        if number >= 0:
            return deal.stage.steps[number]
        position, passage = deal.stage.position, deal.passage
        if number == NEXT_STAGE:
            position, passage = position + 1, 1
        else:
            passage += 1
        deal.enter(self.stage(position, passage), passage)
        return self.enter_stage(deal)

    def stage(self, position: int, passage: int = 1) -> StageAtWork:
        """A stage as it is now, for leads that go through it for the nth time."""
        key = position, passage
        if key not in self._stages:
            scenario = self.scenario
            team = self.teams[scenario.process[position].role]
            draws = self.market.stage(scenario, position, passage)
            steps = self.itinerary.steps
            self._stages[key] = StageAtWork(position, passage, team, scenario, steps, draws)
        return self._stages[key]

    def work(self, deal: Deal, who: int) -> Visit:
        """Work on a lead at a stage; triggers when the work is done or the lead has gone cold."""
        lead, stage, passage, attempt = deal.lead, deal.stage, deal.passage, deal.attempt
        hours, travel = stage.effort(attempt)[lead], 0.0
        if not hours >= 0.0:  # NaN: the market thought that the lead couldn't come here
            raise AssertionError(f"nothing was drawn for visit {attempt} of lead {lead}")
        if stage.travel:
            travel = stage.travel[lead]
            hours += travel
        joint = who == Work.JOINT and self._need_engineer[lead]
        key = tie_key(Order.WORK, lead, stage.position, attempt, passage)
        deal.visit = Visit(
            self.env, key, lead, stage.position, Kind.WORK, passage, attempt, hours, travel,
            stays=True, engineers=self.engineers if joint else None,
        )  # fmt: skip
        patience = stage.patience[lead] if stage.patience else None
        return stage.team.desk_of(lead).handle(deal.visit, self._rank(lead), patience)

    def release(self, deal: Deal) -> None:
        """Let the person who did the work start the next visit, and then the engineer."""
        assert deal.visit.person is not None
        deal.visit.desk.release(deal.visit.person)
        self._release_engineer(deal.visit)

    def _release_engineer(self, visit: Visit) -> None:
        if visit.engineers:
            visit.engineers.leave_room(visit)

    def paperwork(self, deal: Deal) -> simpy.Event:
        """Paperwork after work; triggers when both the seller's part and support's are done."""
        work, hours = deal.visit, deal.stage.admin_hours
        delegated = hours * self._delegable()
        parts: list[simpy.Event] = []
        if delegated < hours:
            own = self._admin(work, Order.ADMIN, hours - delegated)
            assert work.person is not None
            parts.append(work.desk.go_on(own, work.person))
            self._release_engineer(work)
        else:
            self.release(deal)
        if delegated > 0:
            theirs = self._admin(work, Order.SUPPORT, delegated)
            parts.append(self.teams[SUPPORT].desks[0].handle(theirs, self._rank(work.lead)))
        return parts[0] if len(parts) == 1 else simpy.AllOf(self.env, parts)

    def wait(self, deal: Deal, what: int) -> simpy.Event:
        """Let time pass without using anyone's."""
        stage, attempt = deal.stage, 0
        match what:
            case Wait.PAUSE:
                attempt = deal.attempt = deal.attempt + 1
                order, days = Order.PAUSE, stage.gap_days
            case Wait.CUSTOMER:
                order, days = Order.DECISION, stage.days_to_decide(deal.lead, deal.result)
            case Wait.NURTURE:
                order, days = Order.RETURN, stage.nurture_days
            case _:
                raise ValueError(f"unknown wait {what}")
        key = tie_key(order, deal.lead, stage.position, attempt, deal.passage)
        return Moment(self.env, self.env.now + days, key)

    def test(self, deal: Deal, what: int) -> bool:
        """The answer to a question of the itinerary."""
        stage = deal.stage
        match what:
            case Test.ANSWERED:
                return self._answered(deal)
            case Test.TRIES_LEFT:
                return deal.attempt < stage.most_tries
            case Test.MEETINGS_LEFT:
                more = deal.attempt < stage.meetings_with(deal.lead)
                if more:
                    self.journal.result_of(deal.visit.entry, PASSED)
                return more
            case Test.COMES_BACK:
                return stage.comes_back(deal.lead, deal.result, deal.returns)
        raise ValueError(f"unknown question {what}")

    def _answered(self, deal: Deal) -> bool:
        """Whether the prospect answers a try."""
        lead, stage, visit = deal.lead, deal.stage, deal.visit
        assert stage.silence is not None
        odds = stage.odds[lead] * self._help(deal, visit.started)
        deal.silence = rules.still_silent(deal.silence, stage.answer_probability, odds)
        answered = deal.silence <= stage.silence[lead]
        if not answered:
            self.journal.result_of(visit.entry, NO_ANSWER)
        return answered

    def decide(self, deal: Deal) -> None:
        """Hold what helps and hurts a lead against its hurdle."""
        lead, stage = deal.lead, deal.stage
        odds = 1.0 if stage.silence else self._help(deal, deal.began)
        deal.result = PASSED if odds > stage.hurdle[lead] else RESULTS[stage.otherwise[lead]]

    def reveal(self, deal: Deal, stays_open: bool) -> bool:
        """Log a lead's result at a stage; whether it passed."""
        position, passed = deal.stage.position, deal.result == PASSED
        if stays_open:
            deal.returns += 1
        elif not passed or position == self._last:
            self.under_way -= 1
            if self._deal_team:
                self._deal_team.close(deal.lead)
        self.journal.decision(
            deal.lead, position, deal.result, deal.passage, stays_open, self.env.now
        )
        return passed

    def _help(self, deal: Deal, began: float) -> float:
        """What helps or hurts a lead now, as a factor on its odds; `began` is when work did."""
        odds, fading = 1.0, deal.stage.interest
        if fading is not None and self._inbound[deal.lead]:
            waited = began - self._arrived[deal.lead]
            odds *= rules.interest_left(rules.HALVINGS, waited, fading.half_life, fading.floor)
        if self._rules:
            stage = self.scenario.process[deal.stage.position].name
            odds *= self._rules.odds(deal.lead, stage, self.env.now)
        return odds

    def _rank(self, lead: int) -> float:
        """Rank of work on a lead that becomes ready now."""
        rank = self._ranks[lead]
        return self._rules.rank(lead, self.env.now, rank) if self._rules else rank

    # Support

    def _delegable(self) -> float:
        """Share of paperwork that goes to support at the moment."""
        agreed = self.scenario.support
        if agreed is None:
            return 0.0
        return 0.0 if self._swamped(agreed) else agreed.delegable

    def _swamped(self, agreed: Support) -> bool:
        desk = self.teams[SUPPORT].desks[0]
        return rules.support_is_swamped(
            desk.queued_hours, desk.people, desk.hours_per_day, agreed.overflow_days
        )

    def _admin(self, work: Visit, order: Order, hours: float) -> Visit:
        key = tie_key(order, work.lead, work.stage, work.attempt, work.passage)
        return Visit(
            self.env, key, work.lead, work.stage, Kind.ADMIN, work.passage, work.attempt, hours
        )

    # The run

    def run(self, progress: Progress | None = None) -> Journal:
        """Run to the end of the window, and return the event log."""
        end = float(self.scenario.calendar.days)
        Moment(self.env, 0.0, tie_key(Order.WINDOW)).callbacks.append(self._open_window)
        for number, (day, scenario) in enumerate(self.timeline[1:]):
            change = Moment(self.env, day, tie_key(Order.PLAN, number))
            change.callbacks.append(partial(self._plan_step, scenario))
        for number, vacancy in enumerate(vacancies(self.timeline)):
            leaves = Moment(self.env, vacancy.begin, tie_key(Order.LEAVE, number))
            leaves.callbacks.append(partial(self._leave, vacancy))
            if vacancy.refilled:
                starts = Moment(self.env, vacancy.end, tie_key(Order.HIRE, number))
                starts.callbacks.append(partial(self._succeed, vacancy))
        for number, (day, training) in enumerate(trainings(self.scenario)):
            begins = Moment(self.env, day, tie_key(Order.TRAINING_DAY, number))
            begins.callbacks.append(partial(self._train, training))
        self._hang_up_opening_hours()
        self.env.process(self._arrivals())
        for until in in_parts(self.env.now, end, SLICES, progress):
            if until > self.env.now:  # parts may be too short to differ
                self.env.run(until=until)
        return self._close()

    def _arrivals(self) -> Generator[simpy.Event, None, None]:
        for lead, arrived in enumerate(self._arrived):
            yield Moment(self.env, arrived, tie_key(Order.ARRIVAL, lead))
            self.under_way += 1
            self.env.process(journey(Deal(lead, self.stage(0)), self))

    def _hang_up_opening_hours(self) -> None:
        """Schedule the days on which all desks are closed."""
        for closes, opens in self.clock.closures():
            for when, what in ((closes, self._close_doors), (opens, self._open_doors)):
                if when >= self.env.now:
                    Moment(self.env, when, tie_key(Order.DOORS)).callbacks.append(what)

    def _close_doors(self, _: simpy.Event) -> None:
        for _role, desk in self.desks:
            desk.close()

    def _open_doors(self, _: simpy.Event) -> None:
        for _role, desk in self.desks:
            desk.reopen()

    def _open_window(self, _: simpy.Event) -> None:
        self.open_at_start = self.under_way
        for _role, desk in self.desks:
            desk.count(0)
            desk.present_days = 0.0

    def _plan_step(self, scenario: Scenario, _: simpy.Event) -> None:
        self._take_effect(scenario)

    def _take_effect(self, scenario: Scenario) -> None:
        """Apply a scenario from now on; leads that reach a stage later find the new one."""
        self.scenario = scenario
        self.itinerary = itinerary(scenario)
        self._stages: dict[tuple[int, int], StageAtWork] = {}
        for role, team in self.teams.items():
            team.resize(scenario.team[role].count)
        self._without_support()

    def _leave(self, vacancy: Vacancy, _: simpy.Event) -> None:
        self.teams[vacancy.role].leave(vacancy.position)
        self._without_support()

    def _succeed(self, vacancy: Vacancy, _: simpy.Event) -> None:
        self.teams[vacancy.role].fill([vacancy.position])

    def _without_support(self) -> None:
        """Give paperwork that waits for support to sellers if nobody is left to do it."""
        support = self.teams.get(SUPPORT)
        if support and not support.filled:
            support.desks[0].hand_over(self._seller_desk)

    def _train(self, training: Training, _: simpy.Event) -> None:
        """Give everyone of a role who is there some work without a lead."""
        team = self.teams[training.role]
        for person in filter(None, team.chairs):
            key = tie_key(Order.TRAINING, person.number)
            visit = Visit(
                self.env, key, NOBODY, NO_STAGE, Kind.TRAINING, 1, 1, training.hours
            )  # fmt: skip
            team.place_of(person.chair)[0].bind(visit, person)

    def _seller_desk(self, visit: Visit) -> Desk:
        return self.stage(visit.stage).team.desk_of(visit.lead)

    def _close(self) -> Journal:
        for _role, desk in self.desks:
            desk.count(0)
            for _rank, visit in desk.take_waiting():
                desk.log_unbegun(visit)
        for _role, _territory, person in self.people:
            for visit in person.own_work:
                visit.desk.log_unbegun(visit)
        return self.journal.finished(
            people=[
                (role, person.chair, territory, person.hired, person.left)
                for role, territory, person in self.people
            ],
            desks=[(role, desk.present_days) for role, desk in self.desks],
            open_at_start=self.open_at_start,
            open_at_end=self.under_way,
        )

    # Setting up teams, desks, and people

    def _team(self, role: str) -> Team:
        leads, scenario = self.market.leads, self.scenario
        if role == scenario.deal_role and scenario.owner_rule:
            rule, weights = scenario.owner_rule, scenario.specialties()
            part = leads.part(rule).tolist()
            return DealTeam(role, self, partial(self._owners, role), rule, weights, part)
        match scenario.assignment_of(role):
            case "owner":
                return OwnerTeam(role, self, partial(self._owners, role))
            case "territory":
                weights = scenario.cover_weights(role)
                return TerritoryTeam(role, self, weights, leads.territory.tolist())
        return Team(role, self)

    def new_desk(self, role: str) -> Desk:
        """Create a desk for a role."""
        hours = self.scenario.available_hours(role)
        settings = len(self.desks), self.env, self.clock, hours, self.journal
        desk = Desk(*settings)
        if role == ENGINEER and self.scenario.engineers:
            desk = self.engineers = EngineerDesk(*settings, self.desks)
        if self._rules and self._rules.assigns:
            chosen = self._rules.chosen
            desk.choose = lambda visit, people: chosen(visit, people, role, self.env.now)
        self.desks.append((self.roles.index(role), desk))
        return desk

    def hire(self, role: str, chair: int, territory: int) -> Person:
        """Hire someone for a position."""
        person = Person(len(self.people), chair, self.env.now)
        self.people.append((self.roles.index(role), territory, person))
        return person

    def _owners(self, role: str, chairs: int) -> list[int]:
        owners: list[int] = self.market.owners(role, chairs).tolist()
        return owners
