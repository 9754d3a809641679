"""What people call the values of a scenario, by their dotted paths."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from salessim.display.kpis import role_name
from salessim.display.numbers import as_given

MOST_NAMED = 5  # points, of many
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


def words_of_all(section: str, leaf: str) -> str:
    """What people call a value of all items of a kind.

    Examples
    --------
    >>> words_of_all("channels", "leads_per_day"), words_of_all("process", "effort.mean_hours")
    ('leads a day in every channel', 'hours of work at every stage')
    """
    every, phrase = f"every {ITEMS[section]}", PHRASES.get(f"{section}.*.{leaf}", ("", ""))[0]
    if phrase == "{0}":
        return f"people in {every}"
    if phrase.endswith("{0}"):
        return phrase.format(every)
    words = " ".join(phrase.format("").split()) or leaf.replace(".", " ").replace("_", " ")
    return f"{words} in {every}"


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


def apart_words(what: str, best: str, near: Sequence[str], count: int) -> str:
    """Whether one of several points stands out, and which can't be told apart from it.

    Parameters
    ----------
    what : str
        What people call the figure that is wanted.
    best : str
        The point where it is best.
    near : sequence of str
        Points that aren't worse for sure.
    count : int
        Of all points with a result.

    Examples
    --------
    >>> apart_words("contribution", "8 AEs", ["7 AEs"], 5)
    "By contribution 8 AEs comes first; can't be told apart from it: 7 AEs"
    >>> apart_words("contribution", "8 AEs", ["7 AEs", "9 AEs"], 3)
    'By contribution no point stands out: all 3 are within the error'
    """
    if not near:
        return f"By {what} {best} is {'clearly the best' if count > 1 else 'the only one'}"
    if len(near) + 1 == count:
        return f"By {what} no point stands out: all {count} are within the error"
    more = f"; and {len(near) - MOST_NAMED} more" if len(near) > MOST_NAMED else ""
    named = "; ".join(near[:MOST_NAMED])
    return f"By {what} {best} comes first; can't be told apart from it: {named}{more}"


def value_words(path: str, value: Any, currency: str = "") -> str:
    """A value of a path as people write it.

    Examples
    --------
    >>> value_words("support.delegable", 0.6), value_words("priority", "fifo")
    ('60%', 'fifo')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "none" if value is None else str(value).replace("_", " ")
    return as_given(value, path_words(path)[1] or "", currency)


def _value_at(path: str, value: Any, currency: str) -> str:
    is_count = fnmatchcase(path, "team.[!*]*.count") and path.count(".") == 2
    if is_count and isinstance(value, int):
        return f"{value:,} {role_name(path.split('.')[1], value)}"
    return f"{path_words(path)[0]} {value_words(path, value, currency)}"
