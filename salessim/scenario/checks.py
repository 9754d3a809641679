"""Checks across the blocks of a scenario: shares, roles, territories, hours, and size.

They read plain data and skip values of the wrong type, which have messages of their own. So
all problems are reported at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from salessim.rules import deal_chairs, rate_days
from salessim.scenario.plain import is_number
from salessim.scenario.problems import Problem, listed, nearest, perhaps, shown
from salessim.terms import ENGINEER, SUPPORT

KNOWN_ROLES = ("sdr", "ae", ENGINEER, SUPPORT, "manager", "success")
MOST_LEADS = 3_000_000  # about 3 GB of tables
MOST_DAYS = 100_000  # before day 0, and after it
MOST_GROWTH = 5.0  # a year, as a share
MOST_NUMBER = 1e15  # what is larger is refused as out of bounds, field by field


def problems_across(raw: Mapping[str, Any]) -> list[Problem]:
    """All problems found by the checks.

    Examples
    --------
    >>> problems_across({"segments": {"small": {"share": 0.5}, "large": {"share": 0.6}}})[0].message
    'the shares add up to 1.1; they must add up to 1'
    """
    return [problem for check in CHECKS for problem in check(raw)]


def blocks(raw: Mapping[str, Any], key: str) -> dict[str, Mapping[str, Any]]:
    """The blocks under a key, by name; anything that isn't a mapping is left out."""
    value = raw.get(key)
    items = value.items() if isinstance(value, Mapping) else ()
    return {str(name): block for name, block in items if isinstance(block, Mapping)}


def stages(raw: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The stages; anything that isn't a mapping is left out."""
    value = raw.get("process")
    items = value if isinstance(value, list | tuple) else ()
    return [stage for stage in items if isinstance(stage, Mapping)]


def number(block: Mapping[str, Any], key: str, default: float = 0.0) -> float:
    """A number in a block, or the default if it is missing or not a number."""
    value = block.get(key, default)
    return float(value) if _is_number(value) else default


def _is_number(value: Any) -> bool:
    """Whether a value is a finite number of ordinary size."""
    return is_number(value) and abs(value) <= MOST_NUMBER


def stage_path(stage: Mapping[str, Any], key: str) -> str:
    """Dotted path of a key of a stage."""
    return f"process.{stage.get('name', '?')}.{key}"


def _shares(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for key in ("segments", "territories"):
        named = blocks(raw, key)
        shares = [block.get("share") for block in named.values()]
        total = sum(number(block, "share") for block in named.values())
        if named and all(map(_is_number, shares)) and abs(total - 1) > 1e-6:
            yield Problem(key, f"the shares add up to {total:.6g}; they must add up to 1")


def _stage_names(raw: Mapping[str, Any]) -> Iterator[Problem]:
    names = [str(stage.get("name")) for stage in stages(raw) if stage.get("name")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield Problem(f"process.{name}", "two stages have this name; each needs its own")
    opens_at = raw.get("opportunity_at")
    if isinstance(opens_at, str) and names and opens_at not in names:
        hint = perhaps(opens_at, names)
        yield Problem("opportunity_at", f"there is no stage {opens_at!r}; {hint}")


def _roles(raw: Mapping[str, Any]) -> Iterator[Problem]:
    given = raw.get("team")
    if not isinstance(given, Mapping):
        return
    team = list(map(str, given))
    asked = [str(stage["role"]) for stage in stages(raw) if isinstance(stage.get("role"), str)]
    for stage in stages(raw):
        role = stage.get("role")
        if isinstance(role, str) and role not in team:
            yield Problem(
                stage_path(stage, "role"),
                f"nobody fills the role {role!r}; {perhaps(role, team)}",
            )
    for role in team:
        if role not in asked and role not in KNOWN_ROLES:
            near = nearest(role, [*asked, *KNOWN_ROLES])
            hint = f"did you mean {near!r}?" if near else f"sellers here are {_and(asked)}"
            yield Problem(f"team.{role}", f"no stage gives this role work; {hint}")
    if isinstance(raw.get("support"), Mapping) and SUPPORT not in team:
        yield Problem("support", "needs people: add team.support, for instance {count: 1}")


def _engineers(raw: Mapping[str, Any]) -> Iterator[Problem]:
    block, team = raw.get("engineers"), raw.get("team")
    if not isinstance(block, Mapping):
        return
    if isinstance(team, Mapping) and ENGINEER not in team:
        yield Problem("engineers", "needs people: add team.engineer, for instance {count: 1}")
    names = {"stages": [str(stage.get("name")) for stage in stages(raw)],
             "segments": [*blocks(raw, "segments")]}  # fmt: skip
    for key, known in names.items():
        given = block.get(key)
        for name in given if isinstance(given, list | tuple) else ():
            if isinstance(name, str) and name not in known:
                what = key.removesuffix("s")
                yield Problem(f"engineers.{key}", f"there is no {what} {name!r}; "
                              f"{perhaps(name, known)}")  # fmt: skip
    for stage in stages(raw):
        if stage.get("role") == ENGINEER:
            yield Problem(
                stage_path(stage, "role"),
                "engineers who join other visits can't work a stage of their own; give it another "
                "role, or set engineers to null",
            )


def _and(words: Iterable[str]) -> str:
    return " and ".join(dict.fromkeys(words)) or "none yet"


def _cover(raw: Mapping[str, Any]) -> Iterator[Problem]:
    territories, team = blocks(raw, "territories"), blocks(raw, "team")
    for name, territory in territories.items():
        cover = territory.get("cover")
        for role in cover if isinstance(cover, Mapping) else ():
            if role not in team:
                yield Problem(
                    f"territories.{name}.cover.{role}",
                    f"nobody fills the role {role!r}; {perhaps(str(role), team)}",
                )
    asked = {str(stage.get("role")) for stage in stages(raw)} & set(team) - {_deal_role(raw)}
    for role in sorted(asked - {SUPPORT}):  # support is one desk, whatever it works on
        if (team[role].get("assignment") or raw.get("assignment")) != "territory":
            continue
        if not territories:
            yield Problem(
                "assignment",
                f"gives each territory its own {role}, but there are no territories; add some",
            )
            continue
        count = int(number(team[role], "count"))
        weights = [cover_weight(territory, role) for territory in territories.values()]
        dealt = [*islice(deal_chairs(weights), min(count, len(weights)))] if any(weights) else []
        empty = [name for i, name in enumerate(territories) if i not in dealt]
        if count and empty:
            yield Problem(
                f"team.{role}.count",
                f"{count} can't cover {len(territories)} territories ({listed(empty)} would have "
                f"none); raise it, or set team.{role}.assignment=pool",
            )


def _deal_role(raw: Mapping[str, Any]) -> str | None:
    """The role that works the stage at which deals get an owner; None without a rule."""
    if raw.get("owner_rule") is None:
        return None
    opens, process = raw.get("opportunity_at"), stages(raw)
    found = [stage for stage in process if opens in (None, stage.get("name"))]
    return str(found[0].get("role")) if found else None


def _owner_rule(raw: Mapping[str, Any]) -> Iterator[Problem]:
    rule, role = raw.get("owner_rule"), _deal_role(raw)
    own = blocks(raw, "team").get(role or "", {}).get("assignment")
    if role is not None and own not in (None, "owner"):
        yield Problem(
            f"team.{role}.assignment",
            f"must be owner or absent, not {shown(own)}: owner_rule gives each deal one owner",
        )
    if role == SUPPORT:
        yield Problem("owner_rule", "support is one desk; give the opportunity's stage to sellers")
    for kind, key in (("territory", "territories"), ("segment", "segments")):
        if rule == kind and not blocks(raw, key):
            yield Problem("owner_rule", f"{kind} needs {key}, and there are none; add some")


def cover_weight(territory: Mapping[str, Any], role: str) -> float:
    """Weight of a territory when a role's people are assigned to territories."""
    cover = territory.get("cover")
    named = cover if isinstance(cover, Mapping) else {}
    return number(named, role, number(territory, "share"))


def _available_hours(raw: Mapping[str, Any]) -> Iterator[Problem]:
    calendar = raw.get("calendar")
    day = number(calendar if isinstance(calendar, Mapping) else {}, "hours_per_day", 8.0)
    for role, block in blocks(raw, "team").items():
        internal = number(block, "internal_hours_per_week")
        if internal >= day * 5:
            yield Problem(
                f"team.{role}.internal_hours_per_week",
                f"must be below the {day * 5:g} hours of a week, not {internal:g}",
            )


def _stage_visits(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for stage in stages(raw):
        if stage.get("attempts") is not None and stage.get("meeting_gap_days") is not None:
            yield Problem(
                stage_path(stage, "attempts"),
                "a stage takes either attempts or meeting_gap_days, not both; remove one",
            )
        if stage.get("meetings") is not None and stage.get("meeting_gap_days") is None:
            yield Problem(
                stage_path(stage, "meetings"),
                "needs meeting_gap_days beside it: the working days between two meetings",
            )


def _passing(raw: Mapping[str, Any]) -> Iterator[Problem]:
    for stage in stages(raw):
        if stage.get("observed_pass") is not None and stage.get("pass_probability") is not None:
            yield Problem(
                stage_path(stage, "observed_pass"),
                f"goes without pass_probability (here {shown(stage['pass_probability'])}), which "
                "is worked out from it; give one of them, and set the other to null",
            )


def _size(raw: Mapping[str, Any]) -> Iterator[Problem]:
    calendar = raw.get("calendar")
    window = calendar if isinstance(calendar, Mapping) else {}
    begin = -min(number(window, "warm_up_days"), MOST_DAYS)
    end = min(number(window, "days", 260.0), MOST_DAYS)
    days, territories = end - begin, blocks(raw, "territories").values()
    demand = sum(number(t, "share") * number(t, "demand", 1.0) for t in territories)
    leads = (demand if territories else 1.0) * sum(
        number(channel, "leads_per_day") * _rate_days(channel, begin, end)
        for channel in blocks(raw, "channels").values()
    )
    if leads > MOST_LEADS:
        yield Problem(
            "channels",
            f"about {leads:,.0f} leads in {days:,.0f} days; at most {MOST_LEADS:,} can be "
            "simulated: lower the rates or shorten the calendar",
        )


def _rate_days(channel: Mapping[str, Any], begin: float, end: float) -> float:
    """Length of a period in days at the channel's mean rate; invalid values are ignored."""
    season, growth = channel.get("season"), number(channel, "growth_per_year")
    numbers = season if isinstance(season, list | tuple) else ()
    percent = tuple(numbers) if all(map(_is_number, numbers)) else ()
    return rate_days(begin, end, percent, growth if -1 < growth <= MOST_GROWTH else 0.0)


CHECKS: tuple[Callable[[Mapping[str, Any]], Iterator[Problem]], ...] = (
    _shares, _stage_names, _roles, _engineers, _cover, _owner_rule, _available_hours,
    _stage_visits, _passing, _size,
)  # fmt: skip
