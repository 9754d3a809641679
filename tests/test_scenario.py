"""A scenario is whole, valid, frozen; what is wrong with one is said at once and by name."""

import copy
import operator
import pickle
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from salessim import Scenario, ScenarioError
from salessim.resources import presets
from salessim.scenario.distributions import PARAMETERS, Days, Distribution, Hours, Money
from salessim.scenario.files import parse_yaml

Raw = dict[str, Any]


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return Scenario.load("baseline")


def small(**blocks: Any) -> Raw:
    """Plain form of a desk with one stage; blocks are put over it."""
    raw: Raw = {
        "channels": {"door": {"leads_per_day": 2}},
        "team": {"sdr": {"count": 2}},
        "process": [stage()],
    }
    return {**raw, **blocks}


def stage(**keys: Any) -> Raw:
    effort = {"distribution": "constant", "mean_hours": 8}
    return {"name": "call", "role": "sdr", "effort": effort, "pass_probability": 0.5, **keys}


def problems_of(raw: Raw) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        Scenario.parse(raw)
    return [str(problem) for problem in caught.value.problems]


# What it takes


def test_ten_lines_are_a_scenario() -> None:
    desk = Scenario.parse(small())
    assert desk.team["sdr"].count == 2
    assert (desk.calendar.days, desk.calendar.warm_up_days) == (260, 0)
    assert (desk.assignment, desk.priority) == ("pool", "fifo")


def test_absent_means_off() -> None:
    desk = Scenario.parse(small())
    assert not desk.segments
    assert not desk.territories
    assert not desk.plan
    blocks = (desk.support, desk.no_decision, desk.economics, desk.promise_hours)
    assert blocks == (None, None, None, None)
    quiet = desk.process[0]
    mechanisms = (quiet.customer_delay, quiet.patience, quiet.attempts, quiet.meeting_gap_days)
    assert mechanisms == (None, None, None, None)
    assert (quiet.admin_hours, quiet.travel) == (0, False)


def test_what_a_desk_does_not_name_of_its_market_does_not_act() -> None:
    desk = Scenario.parse(small(territories={"all": {"share": 1}}))
    (channel,) = desk.channels.values()
    assert (channel.season, channel.growth_per_year) == (None, 0)
    assert desk.territories["all"].demand == 1
    assert desk.process[0].meetings is None
    assert desk.currency == ""


def test_the_currency_is_how_money_is_written_and_changes_no_result() -> None:
    plain, euros = Scenario.parse(small()), Scenario.parse(small(currency="EUR"))
    assert euros.currency == "EUR"
    assert euros.content_hash == plain.content_hash
    assert "currency: EUR" in euros.to_yaml()


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("currency", "a currency", "write a code such as EUR"),
        ("channels.email.season", [100] * 5, "5 numbers; give 12 (months) or 4 (quarters)"),
        ("channels.email.season", [100, 100, -1, 100], "must be a number from 0 to 1,200"),
        ("channels.email.growth_per_year", -1, "must be a number from -0.9 to 5"),
        ("territories.north.demand", -1, "must be a number from 0 to 100"),
        ("process.qualification.meetings", 2, "needs meeting_gap_days beside it"),
        ("process.demo.meetings", 0, "must be a whole number from 1 to 50"),
        ("process.demo.meetings", 1.5, "must be a whole number from 1 to 50"),
    ],
)
def test_a_market_that_can_not_be_is_refused(
    baseline: Scenario, path: str, value: Any, words: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        baseline.replace({path: value})
    (problem,) = refused.value.problems
    assert problem.path.startswith(path)
    assert words in problem.message


def test_growth_to_more_leads_than_fit_into_memory_is_refused(baseline: Scenario) -> None:
    with pytest.raises(ScenarioError, match="leads in 5,130 days; at most 3,000,000"):
        baseline.replace({"calendar.days": 5_000, "channels.email.growth_per_year": 1.0})


@pytest.mark.parametrize("path", ["season", "growth_per_year"])
def test_a_plan_changes_the_rate_and_not_its_season(baseline: Scenario, path: str) -> None:
    value: Any = [50, 100, 100, 150] if path == "season" else 0.1
    step = {"day": 20, "set": {f"channels.email.{path}": value}}
    with pytest.raises(ScenarioError, match="can't be changed by a plan during the run"):
        baseline.replace({"plan": [step]})


def test_null_is_the_same_as_absent() -> None:
    given = small(support=None, segments=None, process=[stage(patience=None, admin_hours=None)])
    assert Scenario.parse(given) == Scenario.parse(small())


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_valid_and_says_what_it_is_for(name: str) -> None:
    preset = Scenario.load(name)
    assert preset.name
    assert preset.description


@pytest.mark.parametrize("name", presets())
def test_yaml_out_and_in_again_is_the_same_scenario(name: str) -> None:
    preset = Scenario.load(name)
    again = Scenario.parse(parse_yaml(preset.to_yaml()))
    assert again == preset
    assert again.content_hash == preset.content_hash
    assert again.to_yaml() == preset.to_yaml()


def test_the_stage_of_opportunities_is_the_first_unless_named() -> None:
    process = [stage(name="call"), stage(name="demo")]
    assert Scenario.parse(small(process=process)).opportunity_stage == 0
    assert Scenario.parse(small(process=process, opportunity_at="demo")).opportunity_stage == 1


def test_sellers_are_the_roles_that_work_a_stage() -> None:
    baseline = Scenario.load("baseline")
    assert baseline.seller_roles == ["sdr", "ae"]
    assert list(baseline.team) == ["sdr", "ae", "support", "engineer", "manager"]


def test_a_role_may_cut_its_desks_otherwise_than_the_scenario() -> None:
    raw = small(assignment="owner", team={"sdr": {"count": 2, "assignment": "pool"}})
    assert Scenario.parse(raw).assignment_of("sdr") == "pool"
    assert Scenario.parse(small(assignment="owner")).assignment_of("sdr") == "owner"


# It can't be changed


@pytest.mark.parametrize(
    "change",
    [
        lambda s: setattr(s, "priority", "value"),
        lambda s: setattr(s.calendar, "days", 1),
        lambda s: setattr(s.team["sdr"], "count", 1),
        lambda s: setattr(s.process[0], "admin_hours", 1.0),
        lambda s: setattr(s.process[0].effort, "mean", 1.0),
        lambda s: setattr(s.channels["email"].fit, "mean", 1.0),
        lambda s: delattr(s, "support"),
    ],
)
def test_no_attribute_of_a_scenario_can_be_set(change: Callable[[Scenario], None]) -> None:
    base = Scenario.load("baseline")
    before = base.to_yaml()
    with pytest.raises(TypeError, match=r"can't be changed; make another with scenario\.replace"):
        change(base)
    assert base.to_yaml() == before


@pytest.mark.parametrize("block", ["channels", "segments", "territories", "team"])
@pytest.mark.parametrize(
    "change",
    [
        lambda named: operator.setitem(named, "x", None),
        lambda named: operator.delitem(named, next(iter(named))),
        lambda named: operator.ior(named, {"x": None}),
        lambda named: named.clear(),
        lambda named: named.pop(next(iter(named))),
        lambda named: named.popitem(),
        lambda named: named.setdefault("x", None),
        lambda named: named.update(x=None),
    ],
    ids=["set", "del", "|=", "clear", "pop", "popitem", "setdefault", "update"],
)
def test_no_named_block_can_be_added_or_taken_away(
    baseline: Scenario, block: str, change: Callable[[Any], None]
) -> None:
    named = getattr(copy.deepcopy(baseline), block)
    before = list(named.items())
    with pytest.raises(TypeError, match=r"scenario\.replace"):
        change(named)
    assert list(named.items()) == before


def test_the_changes_of_a_plan_can_not_be_changed() -> None:
    planned = Scenario.parse(small(plan=[{"day": 5, "set": {"team.sdr.count": 3}}]))
    with pytest.raises(TypeError):
        planned.plan[0].set["team.sdr.count"] = 4
    assert planned.plan[0].set == {"team.sdr.count": 3}


@pytest.mark.parametrize("again", [lambda s: pickle.loads(pickle.dumps(s)), copy.deepcopy])
def test_a_scenario_sent_to_another_process_is_the_same_and_frozen_too(
    again: Callable[[Scenario], Scenario],
) -> None:
    base = Scenario.load("baseline").replace({"plan": [{"day": 9, "set": {"team.ae.count": 9}}]})
    copied = again(base)
    assert copied == base
    assert copied.content_hash == base.content_hash
    with pytest.raises(TypeError, match=r"scenario\.replace"):
        copied.team.clear()


def test_a_scenario_that_was_hashed_equals_one_that_was_not() -> None:
    hashed, plain = Scenario.load("baseline"), Scenario.load("baseline")
    assert hashed.content_hash
    assert hashed == plain


# Its hash


def test_the_hash_ignores_what_a_scenario_is_called() -> None:
    base = Scenario.load("baseline")
    renamed = base.replace({"name": "another", "description": "in other words"})
    assert renamed.content_hash == base.content_hash
    assert base.replace({"name": None}).content_hash == base.content_hash


CHANGES: list[tuple[str, Any]] = [
    ("calendar.start", "2026-01-12"),
    ("calendar.days", 261),
    ("calendar.holidays", None),
    ("calendar.leave_days_per_year", 19.5),
    ("channels.email.leads_per_day", 4.24),
    ("channels.email.cost_per_lead", 46),
    ("channels.email.season", [90, 100, 100, 110]),
    ("channels.email.growth_per_year", 0.1),
    ("territories.north.demand", 2),
    ("process.demo.meetings", 2),
    ("channels.email.fit.spread", 0.6),
    ("channels.fair", {"leads_per_day": 0}),
    ("segments.small.value.cv", 0.7),
    ("segments.large.meetings", 3),
    ("territories.north.travel_hours", 0.6),
    ("team.ae.count", 9),
    ("team.ae.assignment", "owner"),
    ("process.demo.travel", False),
    ("process.demo.patience", None),
    ("process.demo.effort.distribution", "gamma"),
    ("process.prospecting.attempts.most", 7),
    ("opportunity_at", "negotiation"),
    ("priority", "freshest"),
    ("no_decision", None),
    ("support.overflow_days", 2),
    ("promise_hours", 5),
    ("economics.gross_margin", 0.8),
    ("plan", [{"day": 1, "set": {"team.ae.count": 9}}]),
]


@pytest.mark.parametrize(("path", "value"), CHANGES)
def test_the_hash_changes_with_anything_else(baseline: Scenario, path: str, value: Any) -> None:
    assert baseline.replace({path: value}).content_hash != baseline.content_hash


def test_two_different_changes_have_two_different_hashes(baseline: Scenario) -> None:
    hashes = {baseline.replace({path: value}).content_hash for path, value in CHANGES}
    assert len(hashes) == len(CHANGES)


def test_the_hash_is_the_same_for_8_and_8_point_0() -> None:
    effort = {"distribution": "constant", "mean_hours": 8.0}
    whole, point = small(), small(process=[stage(effort=effort)])
    assert Scenario.parse(whole).content_hash == Scenario.parse(point).content_hash


def test_the_hash_is_the_same_whether_a_default_is_written_out_or_not() -> None:
    written = small(assignment="pool", calendar={"days": 260, "hours_per_day": 8}, segments={})
    assert Scenario.parse(written).content_hash == Scenario.parse(small()).content_hash


def test_the_order_of_the_keys_of_a_block_is_not_content() -> None:
    raw = small()
    turned = {key: raw[key] for key in reversed(raw)}
    assert Scenario.parse(turned).content_hash == Scenario.parse(raw).content_hash


def test_the_order_of_segments_is_content_for_luck_is_dealt_by_it() -> None:
    halves = {"a": {"share": 0.5}, "b": {"share": 0.5}}
    turned = {"b": {"share": 0.5}, "a": {"share": 0.5}}
    one, other = (Scenario.parse(small(segments=parts)) for parts in (halves, turned))
    assert one.content_hash != other.content_hash


# Distributions


@pytest.mark.parametrize("kind", [Hours, Days])
@pytest.mark.parametrize("shape", PARAMETERS)
def test_a_distribution_takes_its_parameters_with_the_unit_in_the_key(
    kind: type[Distribution], shape: str
) -> None:
    unit = kind.__name__.lower()
    raw = {"low": 1, "mode": 2, "high": 3, "mean": 2, "cv": 0.5}
    keys = {name: name if name == "cv" else f"{name}_{unit}" for name in raw}
    made = kind.model_validate(
        {"distribution": shape} | {keys[name]: raw[name] for name in PARAMETERS[shape]}
    )
    for name in PARAMETERS[shape]:
        assert getattr(made, name) == raw[name]


def test_money_needs_no_unit_in_the_key() -> None:
    parts = {"all": {"share": 1, "value": {"distribution": "gamma", "mean": 9000, "cv": 0.6}}}
    assert Scenario.parse(small(segments=parts)).segments["all"].value == Money(
        distribution="gamma", mean=9000, cv=0.6
    )


def test_the_coefficient_of_variation_is_1_unless_said() -> None:
    assert Hours.model_validate({"distribution": "gamma", "mean_hours": 2}).cv == 1


@pytest.mark.parametrize(
    ("effort", "message"),
    [
        ({"distribution": "constant"}, "constant needs mean_hours; its keys: mean_hours"),
        (
            {"distribution": "exponential", "mean_hours": 1, "cv": 0.5},
            "exponential takes no cv; its keys: mean_hours",
        ),
        (
            {"distribution": "gamma", "mean_hours": 1, "low_hours": 0},
            "gamma takes no low_hours; its keys: mean_hours, cv",
        ),
        ({"distribution": "lognormal", "cv": 1}, "lognormal needs mean_hours"),
        (
            {"distribution": "triangular", "mean_hours": 1, "low_hours": 0},
            "triangular needs mode_hours and needs high_hours and takes no mean_hours; its ",
        ),
        (
            {"distribution": "triangular", "low_hours": 2, "mode_hours": 1, "high_hours": 3},
            "must have low <= mode <= high, not 2, 1, 3",
        ),
    ],
)
def test_a_distribution_says_which_parameters_it_lacks_and_which_it_does_not_have(
    effort: Raw, message: str
) -> None:
    (problem,) = problems_of(small(process=[stage(effort=effort)]))
    place, _, said = problem.partition(": ")
    assert place == "process.call.effort"
    assert said.startswith(message)


@pytest.mark.parametrize(
    ("effort", "message"),
    [
        ({"distribution": "constant", "mean": 1}, "did you mean 'mean_hours'?"),
        ({"distribution": "constant", "mean_days": 1}, "did you mean 'mean_hours'?"),
        ({"distribution": "normal", "mean_hours": 1}, "did you mean 'lognormal'?"),
        (
            {"distribution": "weibull", "mean_hours": 1},
            "must be constant, exponential, gamma, lognormal or triangular",
        ),
        (
            {"distribution": "gamma", "mean_hours": -1},
            "must be a number from 0 to 1,000,000,000,000, not -1",
        ),
        (
            {"distribution": "gamma", "mean_hours": 1, "cv": 11},
            "must be a number from 0 to 10, not 11",
        ),
        ({"distribution": "gamma", "mean_hours": "1"}, "not '1'; write 1 without quotes"),
    ],
)
def test_a_slip_in_a_distribution_is_answered_with_the_way_out(effort: Raw, message: str) -> None:
    problems = problems_of(small(process=[stage(effort=effort)]))
    assert all(problem.startswith("process.call.effort") for problem in problems)
    assert any(message in problem for problem in problems)


# What is wrong with it


@pytest.mark.parametrize(
    ("blocks", "line"),
    [
        (
            {"prioritty": "fifo"},
            "prioritty: unknown key; did you mean 'priority'?",
        ),
        (
            {"team": {"sdr": {"count": 2, "salary_per_yaer": 1}}},
            "team.sdr.salary_per_yaer: unknown key; did you mean 'salary_per_year'?",
        ),
        (
            {"process": [stage(pass_probability=1.2)]},
            "process.call.pass_probability: must be a number from 0 to 1, not 1.2",
        ),
        (
            {"process": [stage(effort=8)]},
            "process.call.effort: must be a block with keys such as distribution, not 8",
        ),
        (
            {"team": {"sdr": {"count": True}}},
            "team.sdr.count: must be a whole number from 0 to 10,000, not true",
        ),
        (
            {"team": {"sdr": {"count": 2.5}}},
            "team.sdr.count: must be a whole number from 0 to 10,000, not 2.5",
        ),
        (
            {"team": {"sdr": {"count": "2"}}},
            (
                "team.sdr.count: must be a whole number from 0 to 10,000, not '2'; "
                "write 2 without quotes"
            ),
        ),
        (
            {"channels": {"door": {"leads_per_day": float("nan")}}},
            "channels.door.leads_per_day: must be a number from 0 to 100,000, not nan",
        ),
        (
            {"channels": {"a.b": {"leads_per_day": 1}}},
            "channels.a.b: 'a.b' can't be a name; use letters, digits, spaces, - and _",
        ),
        ({"process": []}, "process: must be a list of at least one item, not []"),
        (
            {"process": [stage(travel=1)]},
            "process.call.travel: must be true or false, not 1",
        ),
        (
            {"priority": "value_first"},
            ("priority: must be fifo, freshest or value, not 'value_first'; did you mean 'value'?"),
        ),
        (
            {"calendar": {"start": date(2026, 1, 7)}},
            (
                "calendar.start: must be a Monday, and 2026-01-07 is a Wednesday; "
                "the Monday before: 2026-01-05"
            ),
        ),
        (
            {"calendar": {"start": "soon"}},
            "calendar.start: must be a date such as 2026-01-05, not 'soon'",
        ),
        (
            {"segments": {"a": {"share": 0.5}, "b": {"share": 0.4}}},
            "segments: the shares add up to 0.9; they must add up to 1",
        ),
        (
            {"territories": {"a": {"share": 0.7}, "b": {"share": 0.4}}},
            "territories: the shares add up to 1.1; they must add up to 1",
        ),
        (
            {"process": [stage(), stage()]},
            "process.call: two stages have this name; each needs its own",
        ),
        (
            {"opportunity_at": "cal"},
            "opportunity_at: there is no stage 'cal'; did you mean 'call'?",
        ),
        (
            {"process": [stage(role="sd")]},
            "process.call.role: nobody fills the role 'sd'; did you mean 'sdr'?",
        ),
        (
            {"team": {"sdr": {"count": 2}, "bdr": {"count": 1}}},
            "team.bdr: no stage gives this role work; did you mean 'sdr'?",
        ),
        (
            {"support": {"delegable": 0.5, "overflow_days": 1}},
            "support: needs people: add team.support, for instance {count: 1}",
        ),
        (
            {"assignment": "territory"},
            (
                "assignment: gives each territory its own sdr, but there are no territories; "
                "add some"
            ),
        ),
        (
            {
                "assignment": "territory",
                "territories": {n: {"share": 0.25} for n in ("north", "south", "east", "west")},
            },
            (
                "team.sdr.count: 2 can't cover 4 territories (east, west would have none); "
                "raise it, or set team.sdr.assignment=pool"
            ),
        ),
        (
            {"territories": {"north": {"share": 1, "cover": {"ae": 1}}}},
            "territories.north.cover.ae: nobody fills the role 'ae'; known: sdr",
        ),
        (
            {"team": {"sdr": {"count": 2, "internal_hours_per_week": 40}}},
            "team.sdr.internal_hours_per_week: must be below the 40 hours of a week, not 40",
        ),
        (
            {"calendar": {"days": 1000}, "channels": {"door": {"leads_per_day": 90_000}}},
            (
                "channels: about 90,000,000 leads in 1,000 days; at most 3,000,000 can be "
                "simulated: lower the rates or shorten the calendar"
            ),
        ),
    ],
)
def test_one_line_says_the_place_the_value_and_the_way_out(blocks: Raw, line: str) -> None:
    assert problems_of(small(**blocks)) == [line]


def test_a_stage_has_tries_or_meetings() -> None:
    tries = {"most": 3, "answer_probability": 0.5}
    (problem,) = problems_of(small(process=[stage(attempts=tries, meeting_gap_days=2)]))
    assert problem.startswith("process.call")
    assert "attempts" in problem
    assert "meeting_gap_days" in problem


def test_all_problems_are_told_at_once_those_between_blocks_too() -> None:
    raw = {
        "prioritty": "fifo",
        "calendar": {"days": 0},
        "channels": {"door": {"leads_per_day": -1}},
        "segments": {"a": {"share": 0.5}, "b": {"share": 0.4}},
        "team": {"sdr": {"count": 2, "internal_hours_per_week": 50}},
        "process": [stage(role="ae"), stage(admin_hours="2")],
        "opportunity_at": "demo",
        "support": {"delegable": 0.5, "overflow_days": 1},
    }
    places = [problem.partition(": ")[0] for problem in problems_of(raw)]
    assert sorted(places) == [
        "calendar.days",
        "channels.door.leads_per_day",
        "opportunity_at",
        "prioritty",
        "process.call",
        "process.call.admin_hours",
        "process.call.role",
        "segments",
        "support",
        "team.sdr.internal_hours_per_week",
    ]


def test_what_is_missing_is_told_at_once() -> None:
    assert problems_of({}) == [
        "channels: is missing",
        "team: is missing",
        "process: is missing",
    ]


@pytest.mark.parametrize(
    ("blocks", "place"),
    [
        ({"team": {"sdr": {"count": float("inf")}}}, "team.sdr.count"),
        ({"team": {"sdr": {"count": float("nan")}}}, "team.sdr.count"),
        ({"team": {"sdr": {"count": 10**400}}}, "team.sdr.count"),
        ({"channels": {"door": {"leads_per_day": 10**400}}}, "channels.door.leads_per_day"),
        ({"territories": {"a": {"share": 1, "cover": 5}}}, "territories.a.cover"),
        ({"territories": {"a": {"share": 1, "cover": [["sdr"]]}}}, "territories.a.cover"),
        ({"territories": {"a": {"share": 1, "cover": "sdr"}}}, "territories.a.cover"),
        ({"channels": {}}, "channels"),
    ],
    ids=["inf", "nan", "huge count", "huge rate", "cover 5", "cover list", "cover word", "none"],
)
def test_what_no_sum_can_be_made_of_is_told_in_one_line_like_anything_else(
    blocks: Raw, place: str
) -> None:
    raw = small(**{"assignment": "territory", "territories": {"a": {"share": 1}}, **blocks})
    (problem,) = problems_of(raw)
    assert problem.startswith(f"{place}: ")


def test_too_many_leads_are_refused_whether_the_days_are_written_out_or_not() -> None:
    rush = {"door": {"leads_per_day": 100_000}}
    written = problems_of(small(channels=rush, calendar={"days": 260}))
    assert written[0].startswith("channels: about 26,000,000 leads in 260 days; at most 3,000,000")
    assert problems_of(small(channels=rush)) == written


def test_a_key_with_a_line_break_makes_no_second_line() -> None:
    (problem,) = problems_of(small(**{"a\nb": 1}))
    assert "\n" not in problem


def test_a_scenario_error_keeps_its_problems_on_the_way_between_processes() -> None:
    with pytest.raises(ScenarioError) as caught:
        Scenario.parse({})
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert str(again) == str(caught.value)


# Its schema


def schema_fields() -> Iterator[tuple[str, Raw]]:
    """Block and key, and what the schema says of it, for every key of every block."""
    schema = Scenario.model_json_schema()
    for block, described in {"Scenario": schema, **schema["$defs"]}.items():
        for key, field in described["properties"].items():
            yield f"{block}.{key}", field


def alternatives(field: Raw) -> list[Raw]:
    return [field, *field.get("anyOf", ())]


@pytest.mark.parametrize(("key", "field"), list(schema_fields()))
def test_the_schema_describes_every_key(key: str, field: Raw) -> None:
    assert field.get("description"), f"{key} has no description"


@pytest.mark.parametrize(("key", "field"), list(schema_fields()))
def test_the_schema_bounds_every_number(key: str, field: Raw) -> None:
    for number in alternatives(field):
        if number.get("type") in ("number", "integer"):
            assert {"minimum", "exclusiveMinimum"} & number.keys(), f"{key} has no lower bound"
            if key != "Role.internal_hours_per_week":  # bounded by the calendar's week
                assert {"maximum", "exclusiveMaximum"} & number.keys(), f"{key} has no end"


WITHOUT_UNIT = {"share", "odds", "effort", "delay", "delegable", "cv", "mean", "low", "mode"}
WITHOUT_UNIT |= {"high", "gross_margin", "commission_rate", "meetings"}


@pytest.mark.parametrize(("key", "field"), list(schema_fields()))
def test_a_number_has_its_unit_in_the_schema_or_in_its_key(key: str, field: Raw) -> None:
    _, name = key.split(".")
    if not any(kind.get("type") in ("number", "integer") for kind in alternatives(field)):
        return
    plain = name in WITHOUT_UNIT or name.endswith("_probability")
    assert field.get("unit") or name.endswith(("_hours", "_days")) or plain


def test_the_schema_refuses_keys_that_it_does_not_know() -> None:
    schema = Scenario.model_json_schema()
    for block in [schema, *schema["$defs"].values()]:
        assert block["additionalProperties"] is False
