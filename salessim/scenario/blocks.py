"""The blocks of a scenario, one class per mechanism. A block that is absent does nothing."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    model_validator,
)
from pydantic_core import PydanticCustomError

from salessim.display import count_of
from salessim.scenario.base import (
    Block,
    Name,
    Named,
    NamedBlocks,
    People,
    Share,
    Whole,
    plannable,
    quantity,
)
from salessim.scenario.distributions import Days, Hours, Money
from salessim.scenario.plain import is_date, whole
from salessim.scenario.problems import shown

Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Meetings = Annotated[int, Strict(), Field(ge=1, le=50), BeforeValidator(whole)]
Assignment = Literal["pool", "owner", "territory"]
OwnerRule = Literal["round_robin", "fewest_open", "territory", "segment", "random"]
Priority = Literal["fifo", "freshest", "value"]


def _plain(value: Any, levels: int = 40) -> Any:
    """A value that a scenario file can hold."""
    if levels == 0:
        raise ValueError("is nested too deeply")
    if isinstance(value, dict):
        return {str(key): _plain(inside, levels - 1) for key, inside in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inside, levels - 1) for inside in value]
    if value is None or isinstance(value, bool | int | float | str | date):
        return value
    raise ValueError(f"{shown(value)} can't be written in a scenario")


PlainValue = Annotated[Any, AfterValidator(_plain)]


def _a_date(value: Any) -> Any:
    """A date, or a text that is one; pydantic alone would also take seconds since 1970."""
    if is_date(value):
        return value
    raise PydanticCustomError("date_type", "not a date")


Date = Annotated[date, BeforeValidator(_a_date)]


def _a_monday(day: date) -> date:
    if not 1900 <= day.year <= 2200:
        raise ValueError(f"must be a year from 1900 to 2200, not {day}")
    if day.weekday() != 0:
        monday = day - timedelta(days=day.weekday())
        raise ValueError(f"must be a Monday, and {day} is a {day:%A}; the Monday before: {monday}")
    return day


class Calendar(Block):
    """The window that is reported, and the working week."""

    start: Annotated[Date, AfterValidator(_a_monday)] = Field(
        date(2026, 1, 5), description="day 0: a Monday"
    )
    days: Whole = quantity(
        260, unit="working days", ge=1, le=100_000, description="length of the reported window"
    )
    warm_up_days: Whole = quantity(
        0,
        unit="working days",
        ge=0,
        le=100_000,
        description="simulated before day 0, reported only by the leads it leaves open",
    )
    hours_per_day: Number = quantity(8.0, unit="hours", gt=0, le=24, description="paid hours")
    holidays: Annotated[tuple[Date, ...], Field(max_length=2_000)] = Field(
        (), description="dates on which nobody works; leads still arrive"
    )
    leave_days_per_year: Number = quantity(
        0.0,
        unit="working days",
        ge=0,
        lt=260,
        description="leave and sick days of each person, spread evenly over the year",
    )


def _months_or_quarters(percent: tuple[float, ...]) -> tuple[float, ...]:
    if len(percent) not in (4, 12):
        raise ValueError(f"{count_of(len(percent), 'number')}; give 12 (months) or 4 (quarters)")
    return percent


Season = Annotated[
    tuple[Annotated[Number, Field(ge=0, le=1200)], ...], AfterValidator(_months_or_quarters)
]


class Fit(Block):
    """How well leads of a channel fit: a normal distribution of log odds."""

    mean: Number = quantity(0.0, unit="log odds", ge=-10, le=10, description="0: as the process")
    spread: Number = quantity(0.0, unit="log odds", ge=0, le=5, description="standard deviation")


class Channel(Block):
    """Where leads come from."""

    leads_per_day: Number = plannable(
        unit="leads a working day", ge=0, le=100_000, description="mean rate of arrival"
    )
    season: Season | None = quantity(
        None,
        unit="percent of the mean rate",
        description="12 numbers, one for each month (a third of a quarter of 65 days), or 4, "
        "one for each quarter, from day 0 on; repeated every year",
    )
    growth_per_year: Number = quantity(
        0.0,
        unit="share a year",
        ge=-0.9,
        le=5,
        description="0.1: the rate is 10% higher a year (260 days) after day 0, and lower before "
        "day 0; it grows by the same factor every day, whatever a plan sets",
    )
    cost_per_lead: Number = plannable(
        0.0, unit="currency", ge=0, le=1e9, description="what each lead costs"
    )
    fit: Fit = Field(Fit(), description="fit of its leads; absent, all fit alike")
    inbound: Annotated[bool, Strict()] = Field(
        False, description="its leads came on their own, so that they wait for an answer"
    )


class Segment(Block):
    """A kind of customer, and what it takes to sell to one."""

    share: Share = quantity(unit="share of leads", description="all segments' add up to 1")
    value: Money = quantity(
        Money(distribution="constant", mean=1.0), unit="currency", description="value of a deal"
    )
    odds: Number = plannable(
        1.0, ge=0, le=1000, description="multiplies the odds of answering and passing everywhere"
    )
    effort: Number = plannable(1.0, ge=0, le=100, description="multiplies the effort of a visit")
    delay: Number = plannable(
        1.0, ge=0, le=100, description="multiplies the time the customer takes to decide"
    )
    meetings: Meetings = plannable(
        1, description="meetings at each stage that has meeting_gap_days"
    )


class Territory(Block):
    """A part of the market."""

    share: Share = quantity(unit="share of leads", description="all territories' add up to 1")
    demand: Number = plannable(
        1.0,
        unit="times",
        ge=0,
        le=100,
        description="multiplies the leads of this territory; moves no other lead and no person",
    )
    travel_hours: Number = plannable(
        0.0, unit="hours", ge=0, le=1000, description="added to the work of stages with travel"
    )
    cover: NamedBlocks[Annotated[Number, Field(ge=0, le=10_000)]] = Field(
        default_factory=Named,
        description="by role: weight in dealing out people; absent, the share of the market",
    )


class Role(Block):
    """The people of one role."""

    count: People = plannable(unit="people", description="how many there are")
    salary_per_year: Number = plannable(
        0.0,
        unit="currency a year of 260 days",
        ge=0,
        le=1e9,
        description="loaded cost of one person",
    )
    internal_hours_per_week: Number = quantity(
        0.0, unit="hours", ge=0, description="meetings and the like: not available"
    )
    assignment: Assignment | None = Field(
        None, description="desks of this role, where they differ from the scenario's assignment"
    )


class Attempts(Block):
    """A cadence: tries until the prospect answers."""

    most: Whole = plannable(
        unit="tries", ge=1, le=100, description="after which the prospect is given up"
    )
    answer_probability: Share = plannable(description="of one try, at odds of 1")
    gap_days: Number = plannable(
        0.0, unit="working days", ge=0, le=1000, description="between two tries"
    )


def _or_as_observed(schema: dict[str, Any]) -> None:
    """Let the schema know that the chance of passing may be given as observed."""
    required = [key for key in schema["required"] if key != "pass_probability"]
    ways = [{"required": [key]} for key in ("pass_probability", "observed_pass")]
    schema |= {"required": required, "oneOf": ways}


class Stage(Block):
    """A stage of the sales process."""

    model_config = ConfigDict(json_schema_extra=_or_as_observed)

    name: Name = Field(description="its name, by which paths and tables call it")
    role: Name = Field(description="who works on it")
    effort: Hours = plannable(description="work of one visit")
    pass_probability: Share = plannable(
        description="of a lead that was met, at odds of 1; or give observed_pass"
    )
    observed_pass: Share | None = quantity(
        None,
        unit="share of the leads decided",
        description="instead of pass_probability: the conversion rate that a CRM shows, passed of "
        "decided (leads that went cold or never answered apart), of leads that come for the first "
        "time; the pass_probability that gives "
        "it is worked out when the file is read, and takes its place",
    )
    customer_delay: Days | None = plannable(
        None, description="time the customer takes to decide, passed or not"
    )
    patience: Days | None = plannable(
        None, description="a lead that waits longer at the desk goes cold"
    )
    attempts: Attempts | None = plannable(None, description="tries until the prospect answers")
    meeting_gap_days: Number | None = plannable(
        None,
        unit="working days",
        ge=0,
        le=1000,
        description="between two meetings, where a stage takes several",
    )
    meetings: Meetings | None = plannable(
        None, description="meetings of this stage; absent, as many as the segment says"
    )
    admin_hours: Number = plannable(
        0.0, unit="hours", ge=0, le=1000, description="paperwork after the work of the stage"
    )
    travel: Annotated[bool, Strict()] = Field(
        False, description="the territory's travel_hours are added to the work of each visit"
    )

    @property
    def gap_days(self) -> float:
        """Working days between two visits, be they tries or meetings."""
        return self.attempts.gap_days if self.attempts else self.meeting_gap_days or 0.0


class Interest(Block):
    """Speed to lead: the interest of an inbound lead fades until someone turns to it.

    The odds of the first stage are halved with every half-life that passes: those of each
    try to be answered, or those of passing where the stage has no tries.
    """

    half_life_hours: Number = quantity(
        unit="working hours", gt=0, le=10_000, description="after which the odds are half as good"
    )
    floor: Share = quantity(
        0.0, unit="factor on the odds", description="interest never falls below it"
    )


class Nurture(Block):
    """Leads that were not won this time and come back, to the stage that they did not pass.

    They are those that a stage decided against: disqualified, lost, or without a decision.
    Leads that never replied or went cold don't come back.
    """

    share: Share = plannable(description="of the leads decided against that come back")
    after_days: Number = quantity(
        unit="working days", ge=0, le=10_000, description="until they come back"
    )
    odds: Number = quantity(
        1.0, ge=0, le=1000, description="multiplies the odds of those who are back: above 1, warmer"
    )
    most: Whole = quantity(1, unit="times", ge=1, le=10, description="a lead comes back at most")


class Engineers(Block):
    """Visits at which an engineer must be in the room beside the seller (`team.engineer`).

    A joint visit waits in the queue of its stage, and begins when a seller and an engineer are
    free at the same moment.
    """

    stages: Annotated[tuple[Name, ...], Field(max_length=32)] = Field(
        (), description="whose visits are joint; absent, none"
    )
    segments: Annotated[tuple[Name, ...], Field(max_length=1_000)] | None = Field(
        None, description="whose leads need an engineer there; absent, all"
    )


class NoDecision(Block):
    """Opportunities that are lost to nobody: the customer never decides."""

    share: Share = plannable(description="of the opportunities that are not won")
    delay: Number = plannable(
        1.0, ge=1, le=100, description="how many times longer than a decision it takes"
    )


class Support(Block):
    """People who take over paperwork (they are `team.support`)."""

    delegable: Share = plannable(description="share of each paperwork that support takes over")
    overflow_days: Number = plannable(
        unit="working days",
        ge=0,
        le=10_000,
        description="where support's queue is longer, the seller does all of it",
    )


class Economics(Block):
    """What revenue is worth."""

    gross_margin: Share = quantity(description="of revenue")
    commission_rate: Share = quantity(0.0, description="of revenue, paid to sellers")


class PlanStep(Block):
    """A dated change of the scenario."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": ["day"]}, {"required": ["date"]}]}
    )

    day: Number | None = quantity(
        None,
        unit="working days since day 0",
        ge=0,
        le=100_000,
        description="when it takes effect; or give a date",
    )
    date: Date | None = Field(
        None, description="when it takes effect; a day off means the next working day"
    )
    set: Annotated[dict[str, PlainValue], AfterValidator(Named), Field(min_length=1)] = Field(
        description="dotted path to new value, as on the command line"
    )

    @model_validator(mode="before")
    @classmethod
    def _a_date_as_day_is_a_date(cls, raw: Any) -> Any:
        """What people write who think in dates: `day: 2026-04-01`."""
        if isinstance(raw, dict) and is_date(raw.get("day")) and "date" not in raw:
            return {"date" if key == "day" else key: value for key, value in raw.items()}
        return raw

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.day is None) == (self.date is None):
            given = (
                "needs a day or a date" if self.day is None else "takes a day or a date, not both"
            )
            text = f"{given}: day: 62 (a working day) or date: 2026-04-01"
            raise PydanticCustomError("date_or_day", "{text}", {"text": text})
        return self
