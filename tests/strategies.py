"""Small valid scenarios that nobody chose by hand, for Hypothesis.

Each names any mix of mechanisms. Whole hours and days, constant work and holidays make
many things happen at the same time; desks may be empty, rates nothing, windows a day.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from salessim.scenario import Scenario

Raw = dict[str, Any]
Draw = st.DrawFn

MONDAY = date(2026, 1, 5)
ROLES = ("sdr", "ae", "closer")


@st.composite
def scenarios(draw: Draw) -> Scenario:
    """A valid scenario of at most some 300 leads."""
    raw: Raw = {
        "calendar": draw(calendars()),
        "channels": draw(channels()),
        "segments": draw(segments()),
        "process": draw(processes()),
        "priority": draw(st.sampled_from(["fifo", "freshest", "value"])),
        "no_decision": draw(
            maybe(st.fixed_dictionaries({"share": shares(), "delay": st.sampled_from([1, 1.5, 3])}))
        ),
        "interest": draw(
            maybe(
                st.fixed_dictionaries(
                    {
                        "half_life_hours": st.sampled_from([4, 0.5, 40]),
                        "floor": st.sampled_from([0, 0.2, 1]),
                    }
                )
            )
        ),
        "nurture": draw(
            maybe(
                st.fixed_dictionaries(
                    {
                        "share": shares(),
                        "after_days": st.sampled_from([2, 0, 7.5]),
                        "odds": st.sampled_from([2, 1, 0]),
                        "most": st.integers(1, 3),
                    }
                )
            )
        ),
        "economics": draw(
            maybe(st.fixed_dictionaries({"gross_margin": shares(), "commission_rate": shares()}))
        ),
        "currency": draw(maybe(st.sampled_from(["EUR", "¥"]))),
        "promise_hours": draw(maybe(st.sampled_from([0.5, 4, 40]))),
    }
    raw["opportunity_at"] = draw(maybe(st.sampled_from([s["name"] for s in raw["process"]])))
    roles = sorted({stage["role"] for stage in raw["process"]})
    raw["territories"] = draw(territories(roles))
    raw["assignment"] = draw(assignments(raw))
    raw["team"] = {role: draw(people(raw)) for role in roles}
    if draw(st.booleans()):
        raw["team"]["support"] = {"count": draw(st.sampled_from([1, 2, 0]))}
        raw["support"] = draw(agreements() | st.none())
    if draw(st.booleans()):
        raw["team"]["engineer"] = draw(engineers())
        raw["engineers"] = draw(joint_visits(raw) | st.none())
    raw["owner_rule"] = draw(owner_rules(raw))
    raw["plan"] = draw(plans(raw))
    return Scenario.parse({key: value for key, value in raw.items() if value not in (None, {}, [])})


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A block, or none."""
    return st.none() | strategy


def shares() -> st.SearchStrategy[float]:
    """Chances and shares, certain ones among them."""
    return st.sampled_from([0.9, 1.0, 0.8, 0.5, 0.7, 0.95, 0.6, 0.0])


@st.composite
def distributions(draw: Draw, unit: str, typical: tuple[float, ...]) -> Raw:
    """An amount of any distribution; `unit` is what its keys end in, none for money."""
    shape = draw(st.sampled_from(["constant", "exponential", "gamma", "lognormal", "triangular"]))
    amount = st.sampled_from(typical)
    end = f"_{unit}" if unit else ""
    if shape == "triangular":
        corners = sorted(draw(st.tuples(amount, amount, amount)))
        names = (f"{corner}{end}" for corner in ("low", "mode", "high"))
        return {"distribution": shape, **dict(zip(names, corners, strict=True))}
    spread = {"cv": draw(st.sampled_from([0, 0.5, 2]))} if shape in ("gamma", "lognormal") else {}
    return {"distribution": shape, f"mean{end}": draw(amount), **spread}


def efforts() -> st.SearchStrategy[Raw]:
    """Work of a visit: nothing, an hour, a day, days."""
    return distributions("hours", (8, 4, 16, 24, 1, 0.0))


def delays() -> st.SearchStrategy[Raw]:
    """Time that a customer takes, or has."""
    return distributions("days", (6, 2, 1, 0.25, 0.0))


@st.composite
def calendars(draw: Draw) -> Raw:
    """From a day to six weeks, with holidays before, in and after the window."""
    off = draw(st.lists(st.integers(-14, 60), max_size=6, unique=True))
    return {
        "start": MONDAY.isoformat(),
        "days": draw(st.sampled_from([30, 30, 25, 25, 20, 12, 5, 1])),
        "warm_up_days": draw(st.sampled_from([0, 1, 10])),
        "hours_per_day": draw(st.sampled_from([8, 7.5, 24])),
        "leave_days_per_year": draw(st.sampled_from([0, 26])),
        "holidays": [(MONDAY + timedelta(days=day)).isoformat() for day in off],
    }


@st.composite
def channels(draw: Draw) -> Raw:
    """One to three channels, eight leads a day at most together."""
    names = draw(st.lists(st.sampled_from(["web", "cold calls", "expo"]), min_size=1, unique=True))
    rates = {"web": (5, 4, 2.5, 0.5), "cold calls": (2, 1.5, 1, 0), "expo": (1, 0.3, 0)}
    return {
        name: {
            "leads_per_day": draw(st.sampled_from(rates[name])),
            "season": draw(seasons()),
            "growth_per_year": draw(st.sampled_from([0, 0.3, -0.5])),
            "cost_per_lead": draw(st.sampled_from([0, 25])),
            "inbound": draw(st.booleans()),
            "fit": {
                "mean": draw(st.sampled_from([-0.5, 0, 1])),
                "spread": draw(st.sampled_from([0, 0.7])),
            },
        }
        for name in names
    }


def seasons() -> st.SearchStrategy[Any]:
    """None, the first quarter's leads in the last, or a strong second month."""
    return st.sampled_from([None, [0, 100, 100, 200], [60, 160, *[98] * 10]])


def parts_of_the_market(draw: Draw, names: list[str]) -> dict[str, float]:
    """Shares of named parts, which add up to 1; there may be none."""
    weights = draw(st.lists(st.integers(1, 4), max_size=len(names)))
    return {name: weight / sum(weights) for name, weight in zip(names, weights, strict=False)}


@st.composite
def segments(draw: Draw) -> Raw:
    """None to three kinds of customers."""
    return {
        name: {
            "share": share,
            "value": draw(distributions("", (1000, 20000, 1, 0.0))),
            "odds": draw(st.sampled_from([1, 0.1, 3, 0])),
            "effort": draw(st.sampled_from([0, 1, 2])),
            "delay": draw(st.sampled_from([0.5, 1])),
            "meetings": draw(st.integers(1, 3)),
        }
        for name, share in parts_of_the_market(draw, ["small", "mid", "large"]).items()
    }


@st.composite
def territories(draw: Draw, roles: list[str]) -> Raw:
    """None to three parts of the market, each perhaps with weights of its own for some roles."""
    return {
        name: {
            "share": share,
            "travel_hours": draw(st.sampled_from([0, 1, 2.5])),
            "demand": draw(st.sampled_from([1, 1, 1.5, 0.4, 0])),
            "cover": {role: draw(st.integers(1, 3)) for role in roles if draw(st.booleans())},
        }
        for name, share in parts_of_the_market(draw, ["north", "south", "east"]).items()
    }


@st.composite
def people(draw: Draw, raw: Raw) -> Raw:
    """The people of a role; they may be none, but not too few for its territories."""
    own = draw(maybe(assignments(raw)))
    role = {
        "count": draw(st.sampled_from([2, 3, 1, 4, 0]).map(at_least(fewest(raw, own)))),
        "salary_per_year": draw(st.sampled_from([0, 60_000])),
        "internal_hours_per_week": draw(st.sampled_from([0, 10])),
    }
    return role if own is None else {**role, "assignment": own}


def owner_rules(raw: Raw) -> st.SearchStrategy[str | None]:
    """How opportunities may be given to their owners; none where desks are cut otherwise."""
    opens = raw["opportunity_at"] or raw["process"][0]["name"]
    (role,) = (stage["role"] for stage in raw["process"] if stage["name"] == opens)
    if raw["team"][role].get("assignment") not in (None, "owner"):
        return st.none()
    rules = ["round_robin", "fewest_open", "random"]
    rules += ["territory"] if raw["territories"] else []
    rules += ["segment"] if raw["segments"] else []
    return st.none() | st.sampled_from(rules)


def assignments(raw: Raw) -> st.SearchStrategy[str]:
    """How desks may be cut."""
    return st.sampled_from(["owner", "pool", *(["territory"] if raw["territories"] else [])])


def fewest(raw: Raw, own: str | None) -> int:
    """How many people a role needs, if it has any: one for each desk of a territory."""
    return len(raw["territories"]) if (own or raw["assignment"]) == "territory" else 1


def at_least(least: int) -> Callable[[int], int]:
    """Nobody, or at least so many people."""
    return lambda count: max(count, least) if count else 0


def agreements() -> st.SearchStrategy[Raw]:
    """What support takes over."""
    return st.fixed_dictionaries(
        {
            "delegable": st.sampled_from([0.6, 1.0, 0.0]),
            "overflow_days": st.sampled_from([1000, 0.5, 0]),
        }
    )


def engineers() -> st.SearchStrategy[Raw]:
    """People who join sellers: their hours may differ from those of the sellers."""
    return st.fixed_dictionaries(
        {
            "count": st.sampled_from([1, 2, 0, 5]),
            "internal_hours_per_week": st.sampled_from([0, 10, 3]),
        }
    )


@st.composite
def joint_visits(draw: Draw, raw: Raw) -> Raw:
    """Stages and segments that need an engineer; mostly some, or all."""
    stages, segments = [one["name"] for one in raw["process"]], sorted(raw["segments"])
    some = st.lists(st.sampled_from(segments), unique=True) if segments else st.just([])
    return {
        "stages": draw(st.lists(st.sampled_from(stages), min_size=1, unique=True) | st.just([])),
        "segments": draw(st.none() | some),
    }


def cadences() -> st.SearchStrategy[Raw]:
    """Tries until the prospect answers."""
    return st.fixed_dictionaries(
        {
            "most": st.integers(1, 4),
            "answer_probability": shares(),
            "gap_days": st.sampled_from([0, 0.5, 2]),
        }
    )


@st.composite
def processes(draw: Draw) -> list[Raw]:
    """One to four stages; the same role may work several of them."""
    count = draw(st.integers(1, 4))
    stages = []
    for name in ("first", "second", "third", "last")[-count:]:
        stage = {
            "name": name,
            "role": draw(st.sampled_from(ROLES)),
            "effort": draw(efforts()),
            "pass_probability": draw(shares()),
            "customer_delay": draw(maybe(delays())),
            "patience": draw(maybe(delays())),
            "admin_hours": draw(st.sampled_from([2, 0, 8])),
            "travel": draw(st.booleans()),
        }
        again = draw(st.sampled_from(["once", "tries", "meetings"]))
        if again == "tries":
            stage["attempts"] = draw(cadences())
        elif again == "meetings":
            stage["meeting_gap_days"] = draw(st.sampled_from([0, 1]))
            stage["meetings"] = draw(maybe(st.integers(1, 3)))
        stages.append({key: value for key, value in stage.items() if value is not None})
    return stages


@st.composite
def plans(draw: Draw, raw: Raw) -> list[Raw]:
    """Up to three dated changes of people, rates, support, work and odds."""
    window = raw["calendar"]["days"]
    moments = st.sampled_from([window // 2, window / 4, 0, window - 0.5, window + 10])
    days = draw(st.sets(moments, min_size=draw(st.integers(0, 2)), max_size=3))
    return [{"day": day, "set": draw(changes(raw))} for day in sorted(days)]


@st.composite
def changes(draw: Draw, raw: Raw) -> Raw:
    """Paths that a plan may change, with new values; head counts above all."""
    open_to: dict[str, st.SearchStrategy[Any]] = {
        f"channels.{name}.leads_per_day": st.sampled_from([0, 1, 3]) for name in raw["channels"]
    }
    for name, role in raw["team"].items():
        least = 1 if name in ("support", "engineer") else fewest(raw, role.get("assignment"))
        open_to[f"team.{name}.count"] = st.sampled_from([1, 0, 2, 5]).map(at_least(least))
    for stage in raw["process"]:
        path = f"process.{stage['name']}"
        open_to[f"{path}.effort"] = efforts()
        open_to[f"{path}.pass_probability"] = shares()
        open_to[f"{path}.patience"] = maybe(delays())
        open_to[f"{path}.admin_hours"] = st.sampled_from([0, 3])
    for name in raw["segments"]:
        open_to[f"segments.{name}.odds"] = st.sampled_from([0.5, 2, 0])
    for name in raw["territories"]:
        open_to[f"territories.{name}.travel_hours"] = st.sampled_from([0, 3])
        open_to[f"territories.{name}.demand"] = st.sampled_from([0, 2])
    if raw.get("support"):
        open_to["support.delegable"] = st.sampled_from([0.0, 1.0])
        open_to["support.overflow_days"] = st.sampled_from([0, 1000])
    counts = [path for path in open_to if path.endswith(".count")]
    paths = {path for path in counts if draw(st.booleans())}
    paths |= draw(st.sets(st.sampled_from(sorted(open_to)), min_size=1, max_size=2))
    return {path: draw(open_to[path]) for path in sorted(paths)}
