"""Dotted paths change a scenario; a plan makes a whole scenario for each of its dates."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from salessim import Scenario, ScenarioError
from salessim.scenario import timeline
from salessim.scenario.paths import apply_changes
from salessim.scenario.shape import shape_of

Raw = dict[str, Any]
STAGES = "prospecting, qualification, demo, negotiation, closing"


@pytest.fixture(scope="module")
def baseline() -> Scenario:
    return Scenario.load("baseline")


def refused(base: Scenario, changes: Mapping[str, Any]) -> list[str]:
    before = base.to_yaml()
    with pytest.raises(ScenarioError) as caught:
        base.replace(changes)
    assert base.to_yaml() == before
    return [str(problem) for problem in caught.value.problems]


# Paths


def test_a_path_leads_through_blocks_and_named_items(baseline: Scenario) -> None:
    changed = baseline.replace(
        {
            "team.ae.count": 9,
            "process.demo.admin_hours": 1.5,
            "channels.cold calls.fit.mean": -0.5,
            "segments.large.value.mean": 150_000,
        }
    )
    assert changed.team["ae"].count == 9
    assert changed.process[2].admin_hours == 1.5
    assert changed.channels["cold calls"].fit.mean == -0.5
    assert changed.segments["large"].value.mean == 150_000


def test_a_change_changes_nothing_else(baseline: Scenario) -> None:
    changed = baseline.replace({"process.demo.admin_hours": 1.5}).plain()
    expected = baseline.plain()
    expected["process"][2]["admin_hours"] = 1.5
    assert changed == expected


def test_the_scenario_that_is_changed_stays_as_it_was(baseline: Scenario) -> None:
    before, content = baseline.to_yaml(), baseline.content_hash
    baseline.replace({"team.ae.count": 9, "support": None})
    assert (baseline.to_yaml(), baseline.content_hash) == (before, content)


def test_no_change_makes_an_equal_scenario(baseline: Scenario) -> None:
    assert baseline.replace({}) == baseline


def test_null_switches_a_block_off(baseline: Scenario) -> None:
    changed = baseline.replace(
        {"support": None, "process.demo.patience": None, "territories.north.travel_hours": None}
    )
    assert changed.support is None
    assert changed.process[2].patience is None
    assert changed.territories["north"].travel_hours == 0


def test_null_takes_a_named_item_away(baseline: Scenario) -> None:
    changed = baseline.replace({"process.negotiation": None, "channels.social": None})
    assert [stage.name for stage in changed.process] == STAGES.replace("negotiation, ", "").split(
        ", "
    )
    assert "social" not in changed.channels


def test_null_where_there_is_nothing_changes_nothing(baseline: Scenario) -> None:
    assert baseline.replace({"plan": None, "team.ae.assignment": None}) == baseline


def test_a_new_item_is_added_by_giving_it_whole(baseline: Scenario) -> None:
    changed = baseline.replace({"channels.fair": {"leads_per_day": 1}})
    assert list(changed.channels) == [*baseline.channels, "fair"]


def test_a_block_that_was_off_is_switched_on_key_by_key() -> None:
    desk = Scenario.load("one-desk").replace(
        {"economics.gross_margin": 0.5, "economics.commission_rate": 0.1}
    )
    assert desk.economics is not None
    assert desk.economics.commission_rate == 0.1


def test_later_changes_see_what_earlier_ones_made(baseline: Scenario) -> None:
    changed = baseline.replace(
        {"channels.fair": {"leads_per_day": 1}, "channels.fair.leads_per_day": 2}
    )
    assert changed.channels["fair"].leads_per_day == 2


def test_a_plain_scenario_is_copied_and_not_changed() -> None:
    raw = {"team": {"ae": {"count": 8}}, "process": [{"name": "demo", "admin_hours": 1}]}
    before = copy.deepcopy(raw)
    given = {"count": 1}
    changes = {"team.sdr": given, "process.demo.admin_hours": 2}
    made = apply_changes(raw, changes, shape_of(Scenario)).raw
    made["team"]["sdr"]["count"] = 99
    assert raw == before
    assert given == {"count": 1}


@pytest.mark.parametrize(
    ("path", "value", "line"),
    [
        (
            "team.aee.count",
            9,
            "team.aee.count: there is no 'aee'; did you mean 'ae'? (to add it: team.aee={...})",
        ),
        ("process.dmeo.admin_hours", 1, "process.dmeo.admin_hours: there is no 'dmeo'; did you "),
        (
            "process.closing time.role",
            "ae",
            "process.closing time.role: there is no 'closing time'; did you mean 'closing'?",
        ),
        ("process.zzz", None, f"process.zzz: there is no 'zzz'; known: {STAGES}"),
        ("process.2.role", "ae", f"process.2.role: there is no '2'; known: {STAGES}"),
        ("tema.ae.count", 9, "tema.ae.count: there is no 'tema'; did you mean 'team'?"),
        ("team.ae.cuont", 9, "team.ae.cuont: unknown key; did you mean 'count'?"),
        ("promise_hours.mean", 9, "promise_hours.mean: promise_hours is 4.0 and has nothing "),
        ("name.x.y", 9, "name.x.y: name is 'baseline' and has nothing below it"),
        ("", 9, ": a path is words joined by dots, as in team.ae.count"),
        ("team.", 9, "team.: a path is words joined by dots"),
        (".team", 9, ".team: a path is words joined by dots"),
        ("team..count", 9, "team..count: a path is words joined by dots"),
        ("team.ae.count", -1, "team.ae.count: must be a whole number from 0 to 10,000, not -1"),
        ("team.ae.count", None, "team.ae.count: is missing"),
        ("segments.small", None, "segments: the shares add up to 0.4; they must add up to 1"),
        ("team.support", None, "support: needs people: add team.support"),
    ],
)
def test_a_path_that_can_not_be_followed_says_where_it_ends(
    baseline: Scenario, path: str, value: Any, line: str
) -> None:
    (problem,) = refused(baseline, {path: value})
    assert problem.startswith(line.removeprefix(": "))


def test_no_word_is_offered_twice(baseline: Scenario) -> None:
    (problem,) = refused(baseline, {"team.zzz": {"count": 1}})
    offered = problem.partition("known: ")[2].split(", ")
    assert sorted(offered) == sorted(set(offered))


def test_all_paths_that_lead_nowhere_are_told_at_once(baseline: Scenario) -> None:
    problems = refused(baseline, {"team.aee.count": 9, "process.dmo.role": "ae", "a..b": 1})
    assert [line.partition(":")[0] for line in problems] == [
        "team.aee.count",
        "process.dmo.role",
        "a..b",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"process": [{"name": 5}], "process.demo.role": "ae"},
        {"team": {1: {"count": 2}}, "team.ae.count": 3},
        {"process": 5, "process.demo.role": "ae"},
        {"process": [1, 2], "process.demo.role": "ae"},
    ],
)
def test_a_path_through_what_another_change_broke_is_a_problem_and_no_crash(
    baseline: Scenario, changes: Raw
) -> None:
    assert refused(baseline, changes)


# Plans


def planned(base: Scenario, *steps: tuple[float, Raw]) -> Scenario:
    return base.replace({"plan": [{"day": day, "set": changes} for day, changes in steps]})


def test_without_a_plan_one_scenario_is_in_force_from_the_beginning(baseline: Scenario) -> None:
    assert timeline(baseline) == ((float("-inf"), baseline),)


def test_each_date_of_a_plan_makes_a_whole_scenario(baseline: Scenario) -> None:
    steps = timeline(
        planned(baseline, (20, {"team.ae.count": 9}), (40, {"process.demo.admin_hours": 1}))
    )
    assert [day for day, _ in steps] == [float("-inf"), 20, 40]
    assert [now.team["ae"].count for _, now in steps] == [8, 9, 9]
    assert [now.process[2].admin_hours for _, now in steps] == [2, 2, 1]
    assert steps[1][1] == baseline.replace({"team.ae.count": 9})
    assert all(now.plan == () for _, now in steps)


def test_the_steps_of_a_plan_are_taken_by_date_in_whatever_order_they_stand(
    baseline: Scenario,
) -> None:
    early, late = (20, {"team.ae.count": 9}), (40, {"team.ae.count": 7})
    assert timeline(planned(baseline, late, early)) == timeline(planned(baseline, early, late))


def test_a_plan_may_undo_what_it_did(baseline: Scenario) -> None:
    steps = timeline(planned(baseline, (1, {"team.ae.count": 9}), (2, {"team.ae.count": 8})))
    assert steps[2][1] == steps[0][1]


def test_a_plan_switches_a_mechanism_of_a_stage_off_with_null(baseline: Scenario) -> None:
    steps = timeline(planned(baseline, (20, {"process.demo.patience": None, "team.ae.count": 9})))
    assert steps[1][1].team["ae"].count == 9
    assert steps[1][1].process[2].patience is None


def test_a_plan_of_nothing_but_null_is_a_plan(baseline: Scenario) -> None:
    steps = timeline(planned(baseline, (20, {"process.demo.patience": None})))
    assert steps[1][1].process[2].patience is None


def test_a_step_of_a_plan_goes_by_its_number(baseline: Scenario) -> None:
    base = planned(baseline, (20, {"team.ae.count": 9}), (40, {"team.ae.count": 7}))
    later = base.replace({"plan.1.day": 50})
    assert [step.day for step in later.plan] == [20, 50]
    assert len(base.replace({"plan.0": None}).plan) == 1
    (problem,) = refused(base, {"plan.2.day": 60})
    assert problem == "plan.2.day: there are 2 items, counted from 0, and no 2"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"team.aee.count": 9}, "plan.0.set.team.aee.count: there is no 'aee'; did you mean 'ae'?"),
        (
            {"team.ae.count": -1},
            "plan.0.set.team.ae.count: must be a whole number from 0 to 10,000",
        ),
        ({"team.ae": 5}, "plan.0.set.team.ae: must be a block with keys such as count, not 5"),
        (
            {"segments.small.odds": "x"},
            "plan.0.set.segments.small.odds: must be a number from 0 to 1,000, not 'x'",
        ),
        ({"segments.small": None}, "plan.0.set.segments: the shares add up to 0.4"),
        ({"prices": 1}, "plan.0.set.prices: unknown key; "),
    ],
)
def test_a_step_that_can_not_be_carried_out_is_refused_with_its_number(
    baseline: Scenario, changes: Raw, line: str
) -> None:
    assert refused(baseline, {"plan": [{"day": 1, "set": changes}]})[0].startswith(line)


def test_the_problems_of_all_steps_are_told_at_once(baseline: Scenario) -> None:
    steps = [
        {"day": 1, "set": {"team.aee.count": 9}},
        {"day": 2, "set": {"priority": "value"}},
        {"day": 3, "set": {"team.ae.count": 9}},
        {"day": 4, "set": {"team.ae.count": 9.5}},
    ]
    places = [line.partition(":")[0] for line in refused(baseline, {"plan": steps})]
    assert places == [
        "plan.0.set.team.aee.count",
        "plan.1.set.priority",
        "plan.3.set.team.ae.count",
    ]


def test_two_steps_on_one_day_are_refused(baseline: Scenario) -> None:
    step = {"day": 5, "set": {"team.ae.count": 9}}
    assert refused(baseline, {"plan": [step, step]}) == [
        "plan: two steps take effect on day 5 (2026-01-12); put them into one"
    ]


@pytest.mark.parametrize(
    ("step", "line"),
    [
        (
            {"day": -1, "set": {"team.ae.count": 9}},
            "plan.0.day: must be a number from 0 to 100,000, not -1",
        ),
        (
            {"day": 1, "set": {}},
            "plan.0.set: must be a mapping of names to values (at least one), not {}",
        ),
        ({"day": 1}, "plan.0.set: is missing"),
        ({"set": {"team.ae.count": 9}}, "plan.0: needs a day or a date: day: 62"),
        ({"day": 1, "sett": {}, "set": {"team.ae.count": 9}}, "plan.0.sett: unknown key; did "),
    ],
)
def test_a_step_needs_a_day_and_changes(baseline: Scenario, step: Raw, line: str) -> None:
    (problem,) = refused(baseline, {"plan": [step]})
    assert problem.startswith(line)


# What a plan may change: every field of the model, one by one

OTHER: dict[str, Any] = {
    "calendar.start": "2026-01-12",
    "calendar.holidays": ["2026-01-19"],
    "owner_rule": "fewest_open",
    "team.ae.assignment": "owner",
    "territories.north.cover": {"ae": 3},
    "process.demo.effort": {"distribution": "constant", "mean_hours": 1},
    "process.demo.customer_delay": {"distribution": "constant", "mean_days": 1},
    "process.demo.patience": {"distribution": "constant", "mean_days": 1},
    "process.prospecting.attempts": {"most": 2, "answer_probability": 0.5},
    "process.demo.travel": False,
    "process.demo.role": "sdr",
    "opportunity_at": "negotiation",
    "assignment": "owner",
    "priority": "value",
    "support": {"delegable": 0.9, "overflow_days": 2},
    "engineers.stages": ["closing"],
    "engineers.segments": ["large"],
    "economics": None,
    "process.demo.meetings": 3,
    "channels.email.season": [90, 110, 90, 110],
}
NOT_IN_FORCE = ("currency", "process.demo.observed_pass")  # a label; worked out when read
WHERE = {  # an item of the baseline for each kind of named block
    "channels": "email",
    "segments": "large",
    "territories": "north",
    "team": "ae",
    "process": "demo",
}


def block_of(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (block_of(part) for part in get_args(annotation))
    return next((block for block in found if block), None)


def fields(block: type[BaseModel], path: str = "") -> Iterator[tuple[str, bool]]:
    """Path of every field of a scenario and whether the schema marks it for plans."""
    for name, field in block.model_fields.items():
        key = field.alias or name
        if not path and key in ("name", "description", "plan"):
            continue
        here = f"{path}.{key}".lstrip(".")
        inside = block_of(field.annotation)
        marked = "plan" in (field.json_schema_extra or {})
        if marked or inside is None or inside.__name__ == "Money":
            yield here, marked
        else:
            yield from fields(inside, f"{here}.{WHERE[key]}" if key in WHERE else here)


FIELDS = list(fields(Scenario))


def other_value(base: Scenario, path: str) -> Any:
    """A valid value for a field that differs from the baseline's."""
    if path in OTHER:
        return OTHER[path]
    place: Any = base.model_dump(mode="json", by_alias=True)
    for word in path.split("."):
        stages = {stage["name"]: stage for stage in place} if isinstance(place, list) else place
        place = stages[word]
    if isinstance(place, bool):
        return not place
    return place + 1 if isinstance(place, int) else round(place * 0.99 + 0.001, 6)


NOT_IN_THE_BASELINE = {
    "interest": {"half_life_hours": 4, "floor": 0.2},
    "nurture": {"share": 0.3, "after_days": 20, "odds": 1.5, "most": 1},
    "engineers": {"stages": ["demo"], "segments": ["mid", "large"]},
}
PLANNABLE = [path for path, marked in FIELDS if marked]
UNCHANGEABLE = [
    path
    for path, marked in FIELDS
    if not marked and not path.endswith((".share", ".value", ".name")) and path not in NOT_IN_FORCE
]


def test_what_may_be_planned_is_marked_in_the_schema() -> None:
    marked = {
        (block, key)
        for block, described in Scenario.model_json_schema()["$defs"].items()
        for key, field in described["properties"].items()
        if field.get("plan")
    }
    assert marked == {
        *(("Attempts", key) for key in ("most", "answer_probability", "gap_days")),
        *(("Channel", key) for key in ("leads_per_day", "cost_per_lead")),
        *(("NoDecision", key) for key in ("share", "delay")),
        ("Nurture", "share"),
        *(("Role", key) for key in ("count", "salary_per_year")),
        *(("Segment", key) for key in ("odds", "effort", "delay", "meetings")),
        *(("Stage", key) for key in ("effort", "pass_probability", "customer_delay", "patience")),
        *(("Stage", key) for key in ("attempts", "meeting_gap_days", "meetings", "admin_hours")),
        *(("Support", key) for key in ("delegable", "overflow_days")),
        *(("Territory", key) for key in ("demand", "travel_hours")),
    }


@pytest.mark.parametrize("path", PLANNABLE)
def test_a_marked_field_can_be_changed_in_mid_run(baseline: Scenario, path: str) -> None:
    baseline = baseline.replace(NOT_IN_THE_BASELINE)
    if path == "process.demo.attempts":  # a stage has tries or meetings
        path = "process.prospecting.attempts"
    value = other_value(baseline, path)
    steps = timeline(planned(baseline, (30, {path: value})))
    assert steps[1][1] == baseline.replace({path: value})
    assert steps[1][1] != baseline


@pytest.mark.parametrize("path", UNCHANGEABLE)
def test_a_field_that_is_not_marked_is_refused_by_name(baseline: Scenario, path: str) -> None:
    baseline = baseline.replace(NOT_IN_THE_BASELINE)
    change = {path: other_value(baseline, path)}
    assert baseline.replace(change) != baseline
    block = path.rpartition(".")[0]
    problems = refused(baseline, {"plan": [{"day": 30, "set": change}]})
    ends = ": can't be changed by a plan during the run"
    assert problems in ([f"plan.0.set.{path}{ends}"], [f"plan.0.set.{block}{ends}"])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"segments": {"a": {"share": 1}}}, ["segments"]),
        (
            {"segments.small.share": 0.5, "segments.mid.share": 0.4},
            ["segments.small.share", "segments.mid.share"],
        ),
        ({"segments.small.value.mean": 20_000}, ["segments.small.value.mean"]),
        ({"channels.fair": {"leads_per_day": 1}}, ["channels"]),
        ({"channels.email": None}, ["channels"]),
        ({"process.negotiation": None}, ["process"]),
        ({"no_decision": None}, ["no_decision"]),
        ({"support": None}, ["support"]),
        ({"calendar.days": 300, "priority": "value"}, ["calendar.days", "priority"]),
    ],
)
def test_what_a_plan_can_not_change_is_told_by_name(
    baseline: Scenario, change: Raw, named: list[str]
) -> None:
    problems = refused(baseline, {"plan": [{"day": 30, "set": change}]})
    ends = ": can't be changed by a plan during the run"
    assert problems == [f"plan.0.set.{name}{ends}" for name in named]


def test_a_plan_may_give_a_role_whole_as_long_as_only_marked_fields_differ(
    baseline: Scenario,
) -> None:
    role = {**baseline.plain()["team"]["ae"], "count": 9}
    assert timeline(planned(baseline, (1, {"team.ae": role})))[1][1].team["ae"].count == 9
