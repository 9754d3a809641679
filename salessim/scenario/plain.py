"""Plain data, as a scenario file holds it, from values of Python, numpy, and pandas.

Knows nothing about a scenario's keys.
"""

from collections.abc import Mapping
from datetime import date, datetime
from numbers import Integral
from typing import Any

import numpy as np
from pydantic import BaseModel

MOST_LEVELS = 40


def plain(value: Any, levels: int = MOST_LEVELS) -> Any:
    """A copy of a value in plain Python: dicts, lists, numbers, texts, dates.

    Parameters
    ----------
    value : object
        Numbers and arrays of numpy, pandas Series, tuples, ranges and blocks of a scenario
        become what a file would hold; anything else is left for validation to refuse.
    levels : int
        How deep values may be nested.

    Raises
    ------
    ValueError
        For values that are nested deeper, and for missing dates (NaT).

    Examples
    --------
    >>> plain({"count": np.int64(4), "days": np.arange(2), "share": np.float64(0.5)})
    {'count': 4, 'days': [0, 1], 'share': 0.5}
    """
    if levels == 0:
        raise ValueError("is nested too deeply")
    if isinstance(value, BaseModel):
        value = value.model_dump(by_alias=True, exclude_none=True, exclude_unset=True)
    if isinstance(value, Mapping):
        return {plain(key, 1): plain(inside, levels - 1) for key, inside in value.items()}
    if isinstance(value, list | tuple | range):
        return [plain(inside, levels - 1) for inside in value]
    if isinstance(value, datetime):  # pandas' moments too
        _refuse_missing(value != value)
        return value.date() if value == datetime(value.year, value.month, value.day) else value
    if getattr(getattr(value, "dtype", None), "kind", "") == "M":
        days = np.asarray(value).astype("datetime64[D]")
        _refuse_missing(bool(np.isnat(days).any()))
        return days.tolist()
    if hasattr(value, "tolist"):  # numpy's scalars and arrays, pandas' Series
        return plain(value.tolist(), levels - 1)
    return value


def _refuse_missing(is_missing: bool) -> None:
    """Refuse a missing date, which numpy would turn into None, and None switches a block off."""
    if is_missing:
        raise ValueError("holds a date that is missing (NaT)")


def is_number(value: object) -> bool:
    """Whether a value is a number: true and false are not.

    Examples
    --------
    >>> is_number(8), is_number(np.float64(8.5)), is_number(True), is_number("8")
    (True, True, False, False)
    """
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)


def whole(value: Any) -> Any:
    """A whole number of any type as an int; anything else unchanged.

    Examples
    --------
    >>> whole(np.int64(4)), whole(4.0), whole(4.5), whole(True)
    (4, 4, 4.5, True)
    """
    if isinstance(value, bool):
        return value
    if isinstance(value, Integral) or (
        isinstance(value, float | np.floating) and float(value).is_integer()
    ):
        return int(value)
    return value


def is_whole(value: object, least: int, most: int) -> bool:
    """Whether a value is a whole number within bounds."""
    found = whole(value)
    return isinstance(found, int) and not isinstance(found, bool) and least <= found <= most


def is_date(value: object) -> bool:
    """Whether a value is a date, or a text in the form of one.

    Examples
    --------
    >>> is_date(date(2026, 4, 1)), is_date("2026-04-01"), is_date("20260401"), is_date(62)
    (True, True, False, False)
    """
    if isinstance(value, str):
        return len(value) == len("2026-04-01") and value[4] == value[7] == "-"
    return type(value) is date
