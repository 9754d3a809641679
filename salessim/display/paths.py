"""What people call the values of a scenario, by their dotted paths."""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from salessim.display.kpis import role_name
from salessim.display.numbers import money

# What people call a value, and its unit; {0} is the item's name.
PHRASES = {
    "team.*.count": ("{0}", ""),
    "team.*.salary_per_year": ("yearly cost of one of the {0}", "currency"),
    "team.*.assignment": ("assignment of {0}", ""),
    "team.*.internal_hours_per_week": ("hours a week of internal meetings for {0}", ""),
    "channels.*.leads_per_day": ("{0} leads a day", ""),
    "channels.*.cost_per_lead": ("cost per {0} lead", "currency"),
    "segments.*.share": ("share of {0} leads", "share"),
    "segments.*.value.mean": ("average value of {0} deals", "currency"),
    "territories.*.share": ("share of leads in {0}", "share"),
    "territories.*.travel_hours": ("hours of travel in {0}", ""),
    "process.*.role": ("role that works on {0}", ""),
    "process.*.effort.mean_hours": ("hours of work at {0}", ""),
    "process.*.pass_probability": ("chance of passing {0}", "share"),
    "process.*.admin_hours": ("hours of paperwork at {0}", ""),
    "process.*.customer_delay.mean_days": ("days the customer takes after {0}", ""),
    "process.*.patience.mean_days": ("days a lead waits for {0} before going cold", ""),
    "process.*.attempts.most": ("tries at {0}", ""),
    "process.*.attempts.answer_probability": ("chance of an answer to a try at {0}", "share"),
    "support.delegable": ("share of paperwork that support takes over", "share"),
    "support.overflow_days": ("days of waiting at support before sellers do it", ""),
    "promise_hours": ("target response time in hours", ""),
    "economics.gross_margin": ("gross margin", "share"),
    "economics.commission_rate": ("commission rate", "share"),
    "no_decision.share": ("share of lost deals without a decision", "share"),
    "calendar.days": ("length of the window in working days", ""),
    "calendar.warm_up_days": ("length of the warm-up in working days", ""),
    "assignment": ("assignment", ""),
    "priority": ("priority", ""),
    "opportunity_at": ("stage at which a lead becomes an opportunity", ""),
}  # fmt: skip
ITEMS = {
    "channels": "channel", "segments": "segment", "territories": "territory",
    "team": "role", "process": "stage",
}  # fmt: skip

EVERY = "*"
OPERATORS = {"*=": "times", "+=": "plus", "-=": "minus"}


def path_words(path: str) -> tuple[str, str | None]:
    """What people call a value, and its unit; None where only its keys give it a name.

    Parameters
    ----------
    path : str
        Dotted, as on the command line.

    Returns
    -------
    words : str
    unit : str or None
        `share`, `currency`, or empty for a plain number or a word.

    Examples
    --------
    >>> path_words("team.ae.count"), path_words("process.demo.effort.cv")
    (('AEs', ''), ('effort cv at demo', None))
    >>> path_words("team.ae.count*="), path_words("channels.*.leads_per_day")
    (('AEs times', ''), ('leads per day of each channel', None))
    """
    if path.endswith(tuple(OPERATORS)):
        words, unit = path_words(path[:-2].rstrip())
        return f"{words} {OPERATORS[path[-2:]]}", "" if path.endswith("*=") else unit
    if EVERY in path.split("."):
        return key_words(path), None
    for pattern, (words, unit) in PHRASES.items():
        if fnmatchcase(path, pattern) and path.count(".") == pattern.count("."):
            name = path.split(".")[1] if "*" in pattern else ""
            return words.format(role_name(name, 2) if path.startswith("team.") else name), unit
    return key_words(path), None


def key_words(path: str) -> str:
    """A path's keys as words, and the item that they belong to.

    Examples
    --------
    >>> key_words("channels.website.fit.mean"), key_words("support")
    ('fit mean of website', 'support')
    """
    first, *rest = path.split(".")
    if first not in ITEMS or len(rest) < 2:
        return path.replace(".", " ").replace("_", " ")
    name, *keys = rest
    name = f"each {ITEMS[first]}" if name == EVERY else name
    return f"{' '.join(keys).replace('_', ' ')} {'at' if first == 'process' else 'of'} {name}"


def point_words(point: Mapping[str, Any], currency: str = "") -> str:
    """Values by path, in a few words.

    Examples
    --------
    >>> point_words({"team.ae.count": 8, "support.delegable": 0.6})
    '8 AEs, share of paperwork that support takes over 60%'
    """
    return ", ".join(_value_at(path, value, currency) for path, value in point.items())


def value_words(path: str, value: Any, currency: str = "") -> str:
    """A value of a path as people write it.

    Examples
    --------
    >>> value_words("support.delegable", 0.6), value_words("priority", "fifo")
    ('60%', 'fifo')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "none" if value is None else str(value).replace("_", " ")
    unit = path_words(path)[1]
    if unit == "currency":
        return money(value, currency)
    return f"{100 * value:.4g}%" if unit == "share" else f"{value:.6g}"


def _value_at(path: str, value: Any, currency: str) -> str:
    is_count = fnmatchcase(path, "team.[!*]*.count") and path.count(".") == 2
    if is_count and isinstance(value, int):
        return f"{value:,} {role_name(path.split('.')[1], value)}"
    return f"{path_words(path)[0]} {value_words(path, value, currency)}"
