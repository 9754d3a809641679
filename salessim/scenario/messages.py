"""Validation messages: where the problem is, what was given, and what to write instead."""

import math
import operator
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from salessim.scenario.plain import is_number
from salessim.scenario.problems import Problem, perhaps, shown
from salessim.scenario.shape import Shape

Place = tuple[int | str, ...]

# What people type for a number: digits, with commas, points, spaces, a currency, % or k.
TYPED = re.compile(r"[-+]?\s*[$€£¥]?\s*(?P<digits>\d[\d.,_' ]*)\s*(?P<unit>%|[kKmM])?\s*[$€£¥]?")
GROUPS = re.compile(r"\d{1,3}(?P<mark>[.,_' ])\d{3}(?:(?P=mark)\d{3})*")
PERCENT = re.compile(r"(?P<sign>[-+]?)\s*(?P<size>\d+(?:[.,]\d+)?)\s*%")
SPAN = re.compile(r"(\d{1,4})\s*[-–]\s*(\d{1,4})")  # 7-9, also with a dash
MOST_OF_SPAN = 12  # values that are written out
MOST_OF_SHARE = 10  # a number that may be larger is not a share
OFF = ("off", "none", "no", "false")
MONTHS = 12
FACTORS = {"%": 0.01, "k": 1e3, "m": 1e6}


def problems_in(shape: Shape, raw: Mapping[str, Any], error: ValidationError) -> list[Problem]:
    """The problems in pydantic's error, in plain words."""
    found = error.errors(include_url=False)
    return [
        Problem(_dotted(raw, one["loc"]), _message(shape, one))
        for one in found
        if not _follows_from_another(one, found)
    ]


def _follows_from_another(one: Mapping[str, Any], found: Sequence[Mapping[str, Any]]) -> bool:
    """Whether items with problems of their own made a list too short, or a name is wrong too."""
    loc = one["loc"]
    others = [other["loc"] for other in found if other is not one]
    if one["type"] == "too_short":
        return any(other[: len(loc)] == loc and other != loc for other in others)
    return (*loc, "[key]") in others


def _dotted(raw: Any, loc: Place) -> str:
    """Dotted path, in which a list item goes by its name."""
    words = []
    for word in loc:
        if word == "[key]":  # how pydantic marks that it speaks of the key
            continue
        inside = _below(raw, word)
        named = isinstance(word, int) and isinstance(inside, Mapping) and inside.get("name")
        words.append(str(named or word))
        raw = inside
    return ".".join(words)


def _below(raw: Any, word: int | str) -> Any:
    if isinstance(raw, Mapping):
        return raw.get(word)
    if isinstance(raw, Sequence) and isinstance(word, int) and word < len(raw):
        return raw[word]
    return None


def _message(shape: Shape, found: Mapping[str, Any]) -> str:
    kind, loc, value = found["type"], found["loc"], found["input"]
    match kind:
        case "extra_forbidden" | "invalid_key":
            return unknown_key(str(loc[-1]), shape.at(loc[:-1]))
        case "missing":
            return "is missing"
        case "value_error":
            return str(found["ctx"]["error"])
        case "parameters" | "order" | "date_or_day":
            return str(found["msg"])
    if loc and loc[-1] == "[key]":
        return f"{shown(value)} can't be a name; use letters, digits, spaces, - and _"
    place = shape.at(loc)
    return must_be(place, value) if place is not None else str(found["msg"])


def unknown_key(key: str, block: Shape | None) -> str:
    """That a block has no such key, and which was probably meant."""
    known = [] if block is None else block.keys
    if key in known:  # of a file: based_on, changes
        return "can stand in a file only"
    home = next((name for name in ("set", "changes") if name in known), "")
    if home and "." in key:
        return f"unknown key; a path with dots goes under {home}"
    name, colon, rest = key.partition(":")
    if colon and rest and name in known:
        return f"unknown key; put a space after the colon: {name}: {rest}"
    return f"unknown key; {perhaps(key, known)}"


def must_be(shape: Shape, value: Any) -> str:
    """What must be at a place, what was given, and what to write instead."""
    if shape.choices:
        return f"must be {_either(shape.choices)}, not {shown(value)}{_meant(shape, value)}"
    return f"must be {wanted(shape)}, not {shown(value)}{_meant(shape, value)}"


def wanted(shape: Shape) -> str:
    """What may stand at a place, for the end of "must be".

    Examples
    --------
    >>> wanted(Shape({"type": "integer", "minimum": 0, "maximum": 10000}, {}))
    'a whole number from 0 to 10,000'
    >>> wanted(Shape({"type": "number", "exclusiveMinimum": 0, "maximum": 24}, {}))
    'a number above 0 and at most 24'
    """
    match shape.kind:
        case "integer":
            return f"a whole number{_within(shape.bounds)}"
        case "number":
            return f"a number{_within(shape.bounds)}"
        case "boolean":
            return "true or false"
        case "date":
            return "a date such as 2026-01-05"
        case "array":
            return "a list of at least one item" if shape.node.get("minItems") else "a list"
        case "object" if shape.is_collection:
            least = " (at least one)" if _needs_items(shape) else ""
            return f"a mapping of names to values{least}"
        case "object":
            return f"a block with keys such as {', '.join((shape.needs or shape.keys)[:2])}"
    return _text_wanted(shape)


def number_meant(text: str) -> str:
    """The number that a text was probably meant to be, as it should be written; else empty.

    Examples
    --------
    >>> number_meant("8,5"), number_meant("80%"), number_meant("6,500,000"), number_meant("95k")
    ('8.5', '0.8', '6500000', '95000')
    >>> number_meant("long"), number_meant("1.234.567"), number_meant("'8'")
    ('', '1234567', '8')
    """
    found = TYPED.fullmatch(text.strip().strip("'\""))
    if found is None:
        return ""
    digits = found["digits"].strip()
    if GROUPS.fullmatch(digits) and ("." not in digits or digits.count(".") > 1):
        digits = re.sub(r"\D", "", digits)
    digits = digits.replace("_", "").replace("'", "").replace(" ", "")
    if "," in digits and "." in digits:  # the last of the two marks the decimals
        thousands = "," if digits.rindex(".") > digits.rindex(",") else "."
        digits = digits.replace(thousands, "")
    digits = digits.replace(",", ".")
    try:
        number = float(digits) * FACTORS.get((found["unit"] or "").lower(), 1.0)
    except ValueError:
        return ""
    if math.isinf(number):
        return ""
    sign = "-" if text.strip().startswith("-") else ""
    return f"{sign}{number:.12g}" if number < 1e12 else f"{sign}{number:g}"


def relative_meant(path: str, operator: str, value: Any) -> str:
    """What a percentage was probably meant to be, as a relative change; else empty.

    Parameters
    ----------
    path : str
        Without its operator.
    operator : str
        `*=`, `+=`, `-=`; empty where the value is set.
    value : object

    Examples
    --------
    >>> relative_meant("team.ae.count", "*=", "30%")
    '30% more is *=1.3, 30% less *=0.7, 30% of it *=0.3'
    >>> relative_meant("team.ae.count", "", "-20%"), relative_meant("team.ae.count", "", "20%")
    ('write team.ae.count*=0.8', '')
    """
    found = PERCENT.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not (found["sign"] or operator):
        return ""
    if operator == "*=" and not found["sign"]:
        return _either_way(found["size"], ", {size}% of it *={share}")
    less = (found["sign"] == "-") != (operator == "-=")
    share = Decimal(found["size"].replace(",", ".")) / 100
    return f"write {path}*={_decimal(1 - share if less else 1 + share)}"


def _either_way(size: str, more: str = "") -> str:
    """A percentage as a factor: that much more, and that much less."""
    share = Decimal(size.replace(",", ".")) / 100
    up, down = _decimal(1 + share), _decimal(1 - share)
    text = "{size}% more is *={up}, {size}% less *={down}" + more
    return text.format(size=size, up=up, down=down, share=_decimal(share))


def _decimal(number: Decimal) -> str:
    return f"{number.normalize():f}"


def thousands_meant(text: str) -> str:
    """The amount that a text such as 95.000 may have been meant to be; else empty.

    Examples
    --------
    >>> thousands_meant("95.000"), thousands_meant("95.00"), thousands_meant("0.125")
    ('95000', '', '')
    """
    return text.replace(".", "") if re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", text) else ""


def _meant(shape: Shape, value: Any) -> str:
    """What to write instead, as the end of a message; empty where nobody can know."""
    if shape.kind in ("integer", "number"):
        return _number_instead(value, shape)
    if shape.kind == "object" and (value is False or str(value).lower() in OFF):
        return "; null switches it off"
    if not isinstance(value, str):
        quoted = shape.kind == "string" and not shape.choices and is_number(value)
        return f"; put it in quotes: '{value}'" if quoted else ""
    if shape.choices:
        hint = perhaps(value, shape.choices)
        return f"; {hint}" if hint.startswith("did") else ""
    if shape.kind == "boolean":
        instead = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(value.lower())
        return f"; write {instead}" if instead else ""
    pair = re.fullmatch(r"(\w+)\s*[:= ]\s*(\S+)", value)
    if shape.kind == "object" and pair and pair[1] in shape.keys:
        return f"; write {pair[1]}: {pair[2]} (with a colon and a space)"
    return _date_instead(value) if shape.kind == "date" else ""


def _date_instead(text: str) -> str:
    """A date as it should be written: of 4/1/2026 both that it may be."""
    found = re.fullmatch(r"(\d{4})[./-]?(\d{1,2})[./-]?(\d{1,2})", text)
    if found:
        instead = _iso(found[1], found[2], found[3])
        return f"; write {instead}" if instead != text else "; there is no such day"
    found = re.fullmatch(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})", text)
    if found is None:
        return ""
    day_first, month_first = _iso(found[4], found[3], found[1]), _iso(found[4], found[1], found[3])
    if found[2] == "." or int(found[1]) > MONTHS:
        return f"; write {day_first}"
    if int(found[3]) > MONTHS:
        return f"; write {month_first}"
    return f"; write {month_first} or {day_first}: year, month, day"


def _iso(year: str, month: str, day: str) -> str:
    return f"{year}-{int(month):02}-{int(day):02}"


def _number_instead(value: Any, shape: Shape) -> str:
    if not isinstance(value, str):
        return _share_instead(value, shape)
    if ".." in value:
        return "; a range LOW..HIGH needs --samples N"
    if value.startswith("="):
        return f"; write one = only: {value.lstrip('= ')}"
    span, percent = SPAN.fullmatch(value.strip()), PERCENT.fullmatch(value.strip())
    if span and 0 < int(span[2]) - int(span[1]) < MOST_OF_SPAN:
        values = ",".join(map(str, range(int(span[1]), int(span[2]) + 1)))
        return f"; write one number, or try several with --vary: {values}"
    if percent and not shape.bounds.get("maximum", math.inf) <= MOST_OF_SHARE:
        return f"; {_either_way(percent['size'])}"
    number = number_meant(value)
    if not number:
        return _date_instead(value)  # a step's day may be a date
    if not _may_be(float(number), shape):
        return ""
    return f"; write {number} without quotes" if number == value.strip() else f"; write {number}"


def _share_instead(value: Any, shape: Shape) -> str:
    """The share that a number such as 80 was probably meant to be: 80%."""
    is_share = shape.bounds == {"minimum": 0, "maximum": 1}
    if not (is_share and is_number(value) and 2 <= value <= 100):
        return ""
    return f"; write {value / 100:.12g} for {value:.12g}%"


def _may_be(number: float, shape: Shape) -> bool:
    """Whether a number may stand at a place."""
    if shape.is_whole and not number.is_integer():
        return False
    kept = {"minimum": operator.ge, "exclusiveMinimum": operator.gt,
            "maximum": operator.le, "exclusiveMaximum": operator.lt}  # fmt: skip
    return all(kept[name](number, bound) for name, bound in shape.bounds.items())


def _within(bounds: Mapping[str, float]) -> str:
    low, high = bounds.get("minimum"), bounds.get("maximum")
    if low is not None and high is not None:
        return f" from {_figure(low)} to {_figure(high)}"
    words = {"minimum": "at least", "exclusiveMinimum": "above", "maximum": "at most",
             "exclusiveMaximum": "below"}  # fmt: skip
    parts = [f"{words[name]} {_figure(value)}" for name, value in bounds.items()]
    return f" {' and '.join(parts)}" if parts else ""


def _figure(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:g}"


def _either(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]


def _needs_items(shape: Shape) -> bool:
    return bool(shape.node.get("minLength") or shape.node.get("minProperties"))


def _text_wanted(shape: Shape) -> str:
    most = shape.node.get("maxLength")
    if "pattern" in str(shape.node):
        return "a name of letters, digits, spaces, - and _"
    return f"a text of at most {most:,} letters" if most else "a text"
