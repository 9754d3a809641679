"""Notes on scenarios and changes that do less, or more, than one might think.

None of them is an error; commands and reports print them beside the answer.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from salessim.display import count_of
from salessim.display.kpis import role_name
from salessim.rules import deal_chairs
from salessim.scenario.files import basis_of, read
from salessim.scenario.idle import idle_changes_note
from salessim.scenario.model import Scenario
from salessim.scenario.paths import (
    Words,
    apply_changes,
    changes_between,
    overlap,
    read_key,
    value_at,
)
from salessim.scenario.plan import day_in_words, day_of, in_order, timeline
from salessim.scenario.problems import listed, shown
from salessim.scenario.shape import shape_of

MOST_OF_DESIGNS = 5


def notes_on(scenario: Scenario) -> list[str]:
    """What a reader should know of one scenario.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of str
        One sentence each, without a full stop: steps of the plan that come too late, that
        change nothing, or that replace more than they name.

    Examples
    --------
    >>> late = Scenario.load("baseline").replace(
    ...     {"plan": [{"day": 300, "set": {"team.ae.count": 9}}]}
    ... )
    >>> notes_on(late)
    ['the plan step of day 300 (2027-03-01) has no effect: the window ends after day 259']
    """
    return [*_late_steps(scenario), *_idle_steps(scenario), *_steps_of_whole_blocks(scenario)]


def notes_between(base: Scenario, what_if: Scenario) -> list[str]:
    """What a reader should know of the difference between two scenarios.

    Parameters
    ----------
    base, what_if : Scenario

    Returns
    -------
    list of str
        One sentence each, without a full stop: changes that a plan sets again, a plan that
        replaces another, stages that are gone, people dealt anew to territories.

    Examples
    --------
    >>> base = Scenario.load("baseline")
    >>> notes_between(base, base.replace({"process.negotiation": None}))
    ['the stage negotiation is removed: every lead that comes to it now passes']
    """
    found = changes_between(_full(base), _full(what_if))
    changed = {tuple(path.split(".")): new for path, _, new in found}
    return [
        *_set_again(base, what_if, changed),
        *_replaced_plan(base, what_if),
        *_removed_stages(base, what_if),
        *_dealt_anew(base, what_if),
        *idle_changes_note(base, what_if),
    ]


def notes_on_designs(base: Scenario, designs: Sequence[Scenario]) -> list[str]:
    """What a reader should know of many variants of a scenario, each said once, and the first."""
    found = [notes_on(base), *(notes_between(base, design) for design in designs)]
    notes = list(dict.fromkeys(note for each in found for note in each))
    more = len(notes) - MOST_OF_DESIGNS
    return notes[:MOST_OF_DESIGNS] + (
        [f"and {count_of(more, 'more such note')}"] if more > 0 else []
    )


def notes_on_changes(base: Scenario, changes: Mapping[str, Any], door: str = "") -> list[str]:
    """Changes that were asked for and change nothing.

    Parameters
    ----------
    base : Scenario
        Before them.
    changes : mapping of str to object
        By dotted path, valid.
    door : str
        What to put in front of each path, as `--set `.

    Examples
    --------
    >>> notes_on_changes(Scenario.load("baseline"), {"priority": "fifo", "team.ae.count": 9})
    ['priority=fifo changes nothing: it is fifo already']
    """
    before = {**_full(base), "plan": base.plain().get("plan")}
    done = apply_changes(base.plain(), changes, shape_of(Scenario))
    made = Scenario.parse(done.raw)
    after = {**_full(made), "plan": made.plain().get("plan")}
    notes = []
    for key, value in changes.items():
        paths = [path.split(".") for path, written in done.keys.items() if written == key]
        olds = [value_at(before, path) for path in paths]
        news = [value_at(after, path) for path in paths]
        worked_in = value is not None and all(new is None for new in news)  # as observed_pass is
        if olds == news and not worked_in:
            already = f": it is {_now(olds[0])} already" if len(olds) == 1 else ""
            sign = "" if key.rstrip().endswith("=") else "="
            notes.append(f"{door}{key}{sign}{_said(value)} changes nothing{already}")
    return notes


def notes_on_file(source: str | Path) -> list[str]:
    """What a reader should know of a file's changes to what it is based on."""
    basis = basis_of(source)
    if basis is None:
        return []
    base, changes = Scenario.load(basis[0]), {str(path): v for path, v in basis[1].items()}
    return [*notes_on_changes(base, changes), *notes_between(base, Scenario.load(source))]


def stages_observed(source: str | Path) -> list[str]:
    """Names of the stages whose conversion rate a file gives as a CRM shows it.

    A scenario that was read no longer has its `observed_pass`: a `pass_probability` took its place.
    """
    stages = read(source, shape_of(Scenario)).raw["process"]
    return [stage["name"] for stage in stages if stage.get("observed_pass") is not None]


def _late_steps(scenario: Scenario) -> Iterator[str]:
    last = scenario.calendar.days - 1
    for _, step in in_order(scenario):
        day = day_of(scenario, step)
        if day > last:
            when = day_in_words(scenario, day)
            yield f"the plan step of {when} has no effect: the window ends after day {last}"


def _idle_steps(scenario: Scenario) -> Iterator[str]:
    """Steps that set what is in force already."""
    steps = timeline(scenario)
    for (_, before), (day, now) in pairwise(steps):
        if before.content_hash == now.content_hash:
            yield f"the plan step of {day_in_words(scenario, day)} changes nothing"


def _steps_of_whole_blocks(scenario: Scenario) -> Iterator[str]:
    """What is gone once a step sets a block as a whole."""
    before = timeline(scenario)[:-1]
    for (_, in_force), (_, step) in zip(before, in_order(scenario), strict=True):
        when = day_in_words(scenario, day_of(scenario, step))
        for lost in apply_changes(in_force.plain(), step.set, shape_of(Scenario)).lost:
            yield f"the plan step of {when}: {lost}"


def _set_again(base: Scenario, what_if: Scenario, changed: Mapping[Words, Any]) -> Iterator[str]:
    """Changes that a step of the plan, taken over from the base, sets to a value of its own."""
    dated = [
        (day_of(what_if, step), key, value)
        for _, step in in_order(what_if)
        for key, value in step.set.items()
        if step in base.plan and not read_key(key)[1]  # a relative change keeps what was changed
    ]
    for path, new in changed.items():
        again = [
            (day, key, value)
            for day, key, value in dated
            if overlap(read_key(key)[0], path) and value != new and day < what_if.calendar.days
        ]
        for day, key, value in again[:1]:
            until = f"the change holds only until {day_in_words(what_if, day)}"
            yield f"{'.'.join(path)}: {until}, when the plan sets {key} to {_said(value)}"


def _replaced_plan(base: Scenario, what_if: Scenario) -> Iterator[str]:
    now = [(day_of(what_if, step), dict(step.set)) for step in what_if.plan]
    gone = [
        day_in_words(base, day_of(base, step))
        for step in base.plan
        if (day_of(base, step), dict(step.set)) not in now
    ]
    if gone:
        whole = "whole " if len(gone) == len(base.plan) else ""
        what = (
            f"replaces the base's {whole}plan" if what_if.plan else f"drops the base's {whole}plan"
        )
        yield f"the what-if {what}: no more changes on {listed(gone)}"


def _removed_stages(base: Scenario, what_if: Scenario) -> Iterator[str]:
    names = [stage.name for stage in what_if.process]
    kept = [stage for stage in base.process if stage.name in names]
    for stage in base.process if kept else ():
        if stage.name not in names:
            yield f"the stage {stage.name} is removed: every lead that comes to it now passes"


def _dealt_anew(base: Scenario, what_if: Scenario) -> Iterator[str]:
    """People of a role who cover other territories since the shares (or weights) changed."""
    for role in what_if.seller_roles:
        both = role in base.team and base.assignment_of(role) == "territory"
        if not both or what_if.assignment_of(role) != "territory":
            continue
        before, after = _people(base, role), _people(what_if, role)
        moved = [
            f"{name} {before.get(name, 0)} -> {after.get(name, 0)}"
            for name in dict.fromkeys((*before, *after))
            if before.get(name, 0) != after.get(name, 0)
        ]
        if moved and base.cover_weights(role) != what_if.cover_weights(role):
            yield (
                f"{role_name(role, 2)} are dealt anew, since the territories' shares changed: "
                f"{', '.join(moved)}; for more leads with the same people set "
                "territories.NAME.demand instead"
            )


def _people(scenario: Scenario, role: str) -> Mapping[str, int]:
    """People of a role in each territory."""
    names, weights = list(scenario.territories), scenario.cover_weights(role)
    if not any(weights):
        return {}
    dealt = islice(deal_chairs(weights), scenario.team[role].count)
    counts = Counter(names[number] for number in dealt)
    return {name: counts[name] for name in names}


def _full(scenario: Scenario) -> dict[str, Any]:
    """Plain data with every default, so that what was left out has a value, too."""
    return scenario.model_dump(mode="json", by_alias=True, exclude={"name", "description", "plan"})


def _now(value: Any) -> str:
    """What is in force, after "it is"; a block that is on the page anyway is not repeated."""
    if isinstance(value, dict | list):
        return "so"
    return "off" if value is None else _said(value)


def _said(value: Any) -> str:
    return value if isinstance(value, str) else shown(value)
