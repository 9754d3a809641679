"""The scenario: what a department is, whole and valid, and how to make another from it."""

import hashlib
import json
import warnings
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Self, Union

from pydantic import AfterValidator, ConfigDict, Field, PrivateAttr, Strict, ValidationError

from salessim import rules
from salessim.scenario import checks, files
from salessim.scenario.base import Block, Name, Named, NamedBlocks
from salessim.scenario.blocks import (
    Assignment,
    Calendar,
    Channel,
    Economics,
    Engineers,
    Interest,
    NoDecision,
    Number,
    Nurture,
    OwnerRule,
    Priority,
    Role,
    Segment,
    Stage,
    Support,
    Territory,
)
from salessim.scenario.dated import Hiring, PlanStep, Training
from salessim.scenario.messages import problems_in
from salessim.scenario.own_rules import OwnRules
from salessim.scenario.paths import apply_changes
from salessim.scenario.plain import plain
from salessim.scenario.problems import Problem, ScenarioError, shown
from salessim.scenario.shape import shape_of, without_nulls
from salessim.scenario.summary import summary_html, summary_text
from salessim.terms import SUPPORT

MOST_OF_CURRENCY = 8  # letters
NOT_CONTENT = ("name", "description", "currency")
# What is done with leads, and changes neither which there are nor what becomes of them by luck.
NOT_MARKET = (
    "team", "assignment", "owner_rule", "priority", "support", "engineers", "hiring", "training",
    "promise_hours", "economics", "plan",
)  # fmt: skip


def _or_based_on_another(schema: dict[str, Any]) -> None:
    """Let the schema know of files that say what differs from another."""
    schema["properties"] |= {
        "based_on": {"type": "string", "description": "a preset, or a file beside this one"},
        "changes": {"type": "object", "description": "dotted paths to what differs from it"},
    }
    whole = {"required": schema.pop("required")}
    schema |= {"if": {"required": ["based_on"]}, "then": {}, "else": whole}


def _a_currency(code: str) -> str:
    if len(code) > MOST_OF_CURRENCY or any(c.isspace() or not c.isprintable() for c in code):
        raise ValueError(f"{shown(code)} can't be a currency; write a code such as EUR, or a sign")
    return code


def _warn_of(lost: Iterable[Problem]) -> None:
    """Warn whoever called `load` or `replace` of what whole blocks took away."""
    for problem in lost:
        warnings.warn(str(problem), stacklevel=3)


Source = Union["Scenario", str, Path]  # what every call takes for a scenario


class Scenario(Block):
    """A sales department and its market, whole and valid.

    Make one with `Scenario.load` (a preset or a file) or `Scenario.parse` (plain
    data), and another from it with `replace`. It can't be changed.

    Examples
    --------
    >>> base = Scenario.load("one-desk")
    >>> base.replace({"team.sdr.count": 6}).team["sdr"].count
    6
    """

    model_config = ConfigDict(json_schema_extra=_or_based_on_another)

    name: Annotated[str, Strict(), Field(max_length=200)] = Field("", description="a short name")
    description: Annotated[str, Strict(), Field(max_length=2_000)] = Field(
        "", description="the question that it answers, in one line"
    )
    currency: Annotated[str, Strict(), AfterValidator(_a_currency)] = Field(
        "", description="how money is written: a code such as EUR, or a sign"
    )
    calendar: Calendar = Field(Calendar(), description="the window and the working week")
    channels: Annotated[NamedBlocks[Channel], Field(min_length=1)] = Field(
        description="where leads come from"
    )
    segments: NamedBlocks[Segment] = Field(default_factory=Named, description="kinds of customers")
    territories: NamedBlocks[Territory] = Field(
        default_factory=Named, description="parts of the market"
    )
    team: NamedBlocks[Role] = Field(description="the people, by role")
    process: Annotated[tuple[Stage, ...], Field(min_length=1, max_length=32)] = Field(
        description="the stages of the sales process, in order"
    )
    opportunity_at: Name | None = Field(
        None, description="stage at which a lead becomes an opportunity; absent, the first"
    )
    assignment: Assignment = Field("pool", description="one desk a role, a person or a territory")
    owner_rule: OwnerRule | None = Field(
        None,
        description="who gets an opportunity, and works on it at all later stages of that role: in "
        "turn, the person with the fewest open deals, specialists of its territory or segment (of "
        "these, the one with the fewest), or at random; absent, the assignment says it",
    )
    priority: Priority = Field("fifo", description="order of the work that waits at a desk")
    interest: Interest | None = Field(
        None, description="inbound leads that are answered late are won less often"
    )
    nurture: Nurture | None = Field(
        None, description="leads that a stage decided against come back after a while"
    )
    no_decision: NoDecision | None = Field(None, description="customers who never decide")
    support: Support | None = Field(None, description="people who take over paperwork")
    engineers: Engineers | None = Field(
        None, description="visits at which an engineer must be in the room"
    )
    hiring: Hiring | None = Field(
        None, description="how long a position stays empty that someone leaves, and what that costs"
    )
    training: Annotated[tuple[Training, ...], Field(max_length=1_000)] = Field(
        (), description="days on which a role learns instead of working on leads"
    )
    promise_hours: Annotated[Number, Field(gt=0, le=10_000)] | None = Field(
        None, description="working hours within which a lead is promised a first answer"
    )
    economics: Economics | None = Field(None, description="what revenue is worth")
    plan: Annotated[tuple[PlanStep, ...], Field(max_length=1_000)] = Field(
        (), description="dated changes"
    )

    _own_rules: OwnRules | None = PrivateAttr(None)

    def __new__(cls, *given: object, **keys: object) -> Self:
        """Refuse keys one by one, which would go past the checks between blocks."""
        if given or keys:
            ways = 'Scenario.load("baseline"), a file, or Scenario.parse({...}) for plain data'
            raise ScenarioError([Problem("Scenario(...)", f"makes none; write {ways}")])
        return super().__new__(cls)

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """Scenario from a preset's name or a YAML file.

        Parameters
        ----------
        source : str or Path
            A name that `salessim presets` lists, or a file.

        Raises
        ------
        ScenarioError
            With every problem in it.
        """
        if not isinstance(source, str | Path):
            wanted = "must be a preset's name or a file"
            raise ScenarioError([Problem("scenario", f"{wanted}, not {shown(source)}")])
        found = files.read(source, shape_of(cls))
        try:
            scenario = cls.parse_with(found.problems, found.raw)
        except ScenarioError as error:
            raise ScenarioError([*found.lost, *found.located(error.problems)]) from None
        _warn_of(found.lost)
        return scenario

    @classmethod
    def of(cls, source: "Self | str | Path") -> Self:
        """The scenario itself, or that of a preset's name or a file: what every call takes.

        Raises
        ------
        ScenarioError
            For anything else, and with every problem in a file.

        Examples
        --------
        >>> Scenario.of("one-desk") == Scenario.of(Scenario.load("one-desk"))
        True
        """
        if isinstance(source, cls):
            return source
        if isinstance(source, str | Path):
            return cls.load(source)
        way_out = "; for changes write base.replace({...})" if isinstance(source, Mapping) else ""
        wanted = "must be a scenario, a preset's name or a file"
        raise ScenarioError([Problem("scenario", f"{wanted}, not {shown(source)}{way_out}")])

    @classmethod
    def parse(cls, raw: Mapping[str, Any]) -> Self:
        """Scenario from plain data, as `yaml.safe_load` gives it.

        Raises
        ------
        ScenarioError
            With every problem in it, those between blocks and in the plan included.
        """
        if not isinstance(raw, Mapping):
            wanted = "must be a mapping of keys to values"
            raise ScenarioError([Problem("scenario", f"{wanted}, not {shown(raw)}")])
        return cls.parse_with([], raw)

    @classmethod
    def parse_with(cls, found: list[Problem], raw: Mapping[str, Any]) -> Self:
        """Scenario from plain data, unless there are problems, those found before included."""
        from salessim.scenario.observed import with_solved, with_stand_ins
        from salessim.scenario.plan import problems_of_plan

        problems, shape = list(found), shape_of(cls)
        try:
            whole = without_nulls(shape, plain(raw))
        except ValueError as error:
            raise ScenarioError([*problems, Problem("scenario", str(error))]) from None
        try:
            scenario = cls.model_validate(with_stand_ins(whole))
        except ValidationError as error:
            problems.extend(problems_in(shape, whole, error))
        problems.extend(checks.problems_across(whole))
        if not problems and any(stage.observed_pass is not None for stage in scenario.process):
            return cls.parse_with([], with_solved(scenario))
        if not problems:
            problems.extend(problems_of_plan(scenario))
        if problems:
            raise ScenarioError(problems)
        return scenario

    def replace(self, changes: Mapping[str, Any]) -> Self:
        """The same scenario with values set at dotted paths; None switches a block off.

        Parameters
        ----------
        changes : mapping of str to object
            For instance ``{"team.ae.count": 9, "support": None}``. A path that ends in
            ``*=``, ``+=`` or ``-=`` changes a number relative to what it is, and ``*`` as
            one part of a path means every item there. Numbers of numpy, lists of dicts
            and blocks of a scenario are taken as they are. A block replaces the whole block
            that was there; a warning says what is gone.

        Raises
        ------
        ScenarioError
            For paths that lead nowhere, and for what would not be valid.

        Examples
        --------
        >>> Scenario.load("baseline").replace({"support": None}).support is None
        True
        >>> more = Scenario.load("baseline").replace({"channels.*.leads_per_day *=": 2})
        >>> more.channels["email"].leads_per_day
        8.46
        """
        if not isinstance(changes, Mapping):
            wanted = 'must be a mapping of paths to values, as {"team.ae.count": 9}'
            raise ScenarioError([Problem("changes", f"{wanted}, not {shown(changes)}")])
        done = apply_changes(self.plain(), changes, shape_of(type(self)))
        try:
            scenario = self.parse_with(done.problems, done.raw)
        except ScenarioError as error:
            raise ScenarioError([*done.lost, *error.problems]) from None
        _warn_of(done.lost)
        return scenario.with_rules(self.own_rules)

    @property
    def own_rules(self) -> OwnRules | None:
        """A user's own rules in Python; None where the model's apply."""
        return self._own_rules

    def with_rules(self, rules: OwnRules | None) -> Self:
        """The same scenario with own rules in Python, which run on SimPy.

        Examples
        --------
        >>> last_first = OwnRules(priority=lambda lead, now: -now)
        >>> desk = Scenario.load("one-desk")
        >>> desk.with_rules(last_first).content_hash == desk.content_hash
        False
        """
        if not rules:
            return self
        copy = type(self).model_validate(self.plain())
        copy._own_rules = rules
        return copy

    def plain(self) -> dict[str, Any]:
        """Plain data, as a YAML file would give it; what is absent is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_unset=True)

    def to_yaml(self) -> str:
        """YAML text of the scenario."""
        return files.write(self.plain())

    def __repr__(self) -> str:
        return summary_text(self)

    __str__ = __repr__

    def _repr_html_(self) -> str:
        return summary_html(self)

    @cached_property
    def content_hash(self) -> str:
        """Hash of all that results depend on, defaults included; name and description are not.

        Returns
        -------
        str
            64 hexadecimal digits (SHA-256 of the canonical JSON).
        """
        return self._hash_without(NOT_CONTENT) + self._mark()

    @cached_property
    def market_hash(self) -> str:
        """Hash of all that leads and their luck depend on, whoever works on them.

        Returns
        -------
        str
            64 hexadecimal digits, as for `content_hash`.
        """
        helped = self.own_rules is not None and self.own_rules.help is not None
        return self._hash_without(NOT_CONTENT + NOT_MARKET) + (self._mark() if helped else "")

    def _mark(self) -> str:
        """What tells apart scenarios that differ in rules which no hash can see."""
        return f" with own rules {self.own_rules.mark}" if self.own_rules else ""

    def _hash_without(self, names: tuple[str, ...]) -> str:
        content = self.model_dump(mode="json", by_alias=True, exclude_none=True, exclude=set(names))
        text = json.dumps(content, separators=(",", ":"), ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def opportunity_stage(self) -> int:
        """Number of the stage at which a lead becomes an opportunity."""
        names = [stage.name for stage in self.process]
        return names.index(self.opportunity_at) if self.opportunity_at else 0

    @property
    def inbound(self) -> list[bool]:
        """Whether leads of each channel came on their own."""
        return [channel.inbound for channel in self.channels.values()]

    @property
    def seller_roles(self) -> list[str]:
        """Roles that work on a stage of the process, in the team's order."""
        working = {stage.role for stage in self.process}
        return [role for role in self.team if role in working]

    @property
    def joint_stages(self) -> tuple[str, ...]:
        """Names of the stages at which visits need an engineer."""
        return self.engineers.stages if self.engineers else ()

    @property
    def deal_role(self) -> str | None:
        """The role whose people own deals by `owner_rule`; None where there is no such rule."""
        return self.process[self.opportunity_stage].role if self.owner_rule else None

    def specialties(self) -> list[float]:
        """Weight of each part of the market that owners of deals are specialists for.

        Empty unless `owner_rule` is territory or segment.
        """
        if self.owner_rule == "territory" and self.deal_role:
            return self.cover_weights(self.deal_role)
        if self.owner_rule == "segment":
            return [segment.share for segment in self.segments.values()]
        return []

    def assignment_of(self, role: str) -> Assignment:
        """How the desks of a role are cut: a pool for those who sell nothing, and for support."""
        if role not in self.seller_roles or role == SUPPORT:
            return "pool"
        if role == self.deal_role:
            return "owner"
        return self.team[role].assignment or self.assignment

    def cover_weights(self, role: str) -> list[float]:
        """Weight of each territory in dealing out the people of a role."""
        territories = (block.model_dump() for block in self.territories.values())
        return [checks.cover_weight(territory, role) for territory in territories]

    def available_hours(self, role: str) -> float:
        """Hours a day for which one person of a role is available."""
        calendar, internal = self.calendar, self.team[role].internal_hours_per_week
        return rules.available_hours_per_day(
            calendar.hours_per_day, internal, calendar.leave_days_per_year
        )
