"""Numbers as people write them, in messages, pictures and reports."""

import math
from datetime import date

# What a code of ISO 4217 is written as; others are written as they are given.
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
MINUS = "-"


def money(amount: float, currency: str = "") -> str:
    """An amount as people say it.

    Parameters
    ----------
    amount : float
    currency : str
        The scenario's; absent, the bare amount.

    Examples
    --------
    >>> money(5_010_782), money(48_300, "USD"), money(-950, "CHF")
    ('5.01 million', '$48,300', '-950 CHF')
    """
    size = abs(float(amount))
    digits = 2 - math.floor(math.log10(size)) if size >= 1000 else 2 if size < 10 else 0
    size = round(size, digits)  # three digits say enough
    whole = size.is_integer()
    text = f"{size / 1e6:,.2f} million" if size >= 1e6 else f"{size:,.{0 if whole else 2}f}"
    return f"{MINUS if amount < 0 < size else ''}{currency_of(text, currency)}"


def currency_of(amount: str, currency: str) -> str:
    """An amount's text with its currency: the symbol in front, or the code behind.

    Examples
    --------
    >>> currency_of("48,300", "EUR"), currency_of("48", "CHF"), currency_of("48", "")
    ('€48,300', '48 CHF', '48')
    """
    if currency in SYMBOLS:
        return f"{SYMBOLS[currency]}{amount}"
    return f"{amount} {currency}".strip()


def as_given(value: float, unit: str = "", currency: str = "") -> str:
    """A number that somebody chose, to the last digit.

    Examples
    --------
    >>> as_given(19.5, "currency", "EUR"), as_given(1_234_567, "currency"), as_given(0.125, "share")
    ('€19.50', '1,234,567', '12.5%')
    >>> as_given(6.924), as_given(120_000)
    ('6.924', '120,000')
    """
    if unit == "share":
        return f"{100 * value:,.12g}%"
    if unit != "currency":
        return f"{value:,.12g}"
    cents = f"{abs(value):,.2f}"
    is_whole, is_exact = float(value).is_integer(), math.isclose(value, round(value, 2))
    size = f"{abs(value):,.0f}" if is_whole else cents if is_exact else f"{abs(value):,.12g}"
    return f"{MINUS if value < 0 else ''}{currency_of(size, currency)}"


def percent(share: float, digits: int | None = None) -> str:
    """A share in percent; with one digit where none are given and it is below 10%.

    Examples
    --------
    >>> percent(0.2513), percent(0.0513), percent(0.2513, 1)
    ('25%', '5.1%', '25.1%')
    """
    points = 100 * share
    if digits is None:
        digits = 1 if 0 < abs(points) < 9.95 else 0
    return f"{points:.{digits}f}%"


def figure(value: float, unit: str, currency: str = "") -> str:
    """A KPI's value as people write it; its unit's word is left to the sentence.

    Parameters
    ----------
    value : float
        NaN where it was never observed.
    unit : str
        As in `kpis.csv`.
    currency : str
        The scenario's.

    Examples
    --------
    >>> figure(0.2513, "share"), figure(5_010_782, "currency", "EUR"), figure(183, "deals")
    ('25.1%', '€5.01 million', '183')
    >>> figure(48.83, "working days"), figure(0.0713, "deals a day"), figure(float("nan"), "")
    ('48.8', '0.0713', '–')
    """
    if math.isnan(value):
        return "–"
    if unit == "share":
        return percent(value, 1)
    if unit == "currency":
        return money(value, currency)
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"


def with_unit(value: float, unit: str, currency: str = "") -> str:
    """A KPI's value with the unit of its time; what is counted, its label says.

    Examples
    --------
    >>> with_unit(48.83, "working days"), with_unit(0.2513, "share"), with_unit(183, "deals")
    ('48.8 working days', '25.1%', '183')
    >>> with_unit(1, "working days")
    '1 working day'
    """
    text = figure(value, unit, currency)
    if not unit.startswith("working ") or math.isnan(value):
        return text
    return f"{text} {unit.removesuffix('s') if text == '1' else unit}"


def tick(value: float, unit: str, currency: str = "") -> str:
    """A round number at an axis, to the digits that it has.

    Examples
    --------
    >>> [tick(v, "share") for v in (0.025, 0.05)], tick(7.5, "deals"), tick(4.5e6, "currency")
    (['2.5%', '5%'], '7.5', '4.5 million')
    """
    if unit == "share":
        return f"{100 * value:.6g}%"
    if unit != "currency":
        return f"{value:,.10g}"
    size = abs(value)
    text = f"{size / 1e6:.6g} million" if size >= 1e6 else f"{size:,.10g}"
    return f"{MINUS if value < 0 else ''}{currency_of(text, currency)}"


def change(difference: float, unit: str, currency: str = "", like: float | None = None) -> str:
    """The size of a difference, without its sign, to the digits that mean something.

    Parameters
    ----------
    difference : float
    unit : str
        As in `kpis.csv`; differences of shares are written in points of a hundred.
    currency : str
        The scenario's.
    like : float, optional
        The largest number that stands beside it, such as an interval's end: it sets the
        digits, so that numbers in one sentence have the same.

    Examples
    --------
    >>> change(-17.4, "deals"), change(0.0314, "share"), change(61_300, "currency", "USD")
    ('17', '3.1 points', '$61,300')
    """
    if math.isnan(difference):
        return "–"
    if unit == "currency":
        return money(abs(difference), currency)
    points = 100.0 if unit == "share" else 1.0
    largest = points * abs(difference if like is None else like)
    digits = min(9, max(0, 1 - math.floor(math.log10(largest)))) if largest > 0 else 0
    text = f"{points * abs(difference):,.{digits}f}"
    return f"{text} points" if unit == "share" else text


def between(low: float, high: float, unit: str, currency: str = "") -> str:
    """The range of a difference, with signs; empty where there is none.

    Examples
    --------
    >>> between(-0.9, 1.1, "deals"), between(20_000, 60_000, "currency", "USD")
    ('between -0.9 and +1.1', 'between +$20,000 and +$60,000')
    """
    if math.isnan(low) or math.isnan(high):
        return ""
    like = max(abs(low), abs(high))
    ends = [
        f"{MINUS if end < 0 else '+'}{change(end, unit, currency, like)}" for end in (low, high)
    ]
    return f"between {ends[0]} and {ends[1]}"


def count_of(number: float, word: str, plural: str = "") -> str:
    """A number and what it counts.

    Examples
    --------
    >>> count_of(1, "deal"), count_of(2_300, "deal"), count_of(2, "person", "people")
    ('1 deal', '2,300 deals', '2 people')
    """
    text = f"{number:,.0f}"
    return f"{text} {word if text == '1' else plural or word + 's'}"


def long_date(day: date) -> str:
    """A date as people write it.

    Examples
    --------
    >>> long_date(date(2026, 4, 1))
    'April 1, 2026'
    """
    return f"{day:%B} {day.day}, {day.year}"
