"""Numbers as people write them, in messages, pictures and reports."""


def money(amount: float) -> str:
    """An amount as people say it.

    Examples
    --------
    >>> money(5_010_782), money(48_300), money(-950)
    ('5.01 million', '48 thousand', '-950')
    """
    if abs(amount) >= 1e6:
        return f"{amount / 1e6:.2f} million"
    if abs(amount) >= 1e4:
        return f"{amount / 1e3:.0f} thousand"
    return f"{amount:,.0f}"


def written(value: float, unit: str) -> str:
    """A figure as people write it.

    Parameters
    ----------
    value : float
        NaN where it was never observed.
    unit : str
        As in `kpis.csv`.

    Examples
    --------
    >>> written(0.2513, "share"), written(5_010_782, "currency"), written(183, "deals")
    ('25.1 %', '5.01 million', '183')
    >>> written(48.83, "working days"), written(0.0713, "deals a day"), written(float("nan"), "")
    ('48.8', '0.0713', '–')
    """
    if value != value:
        return "–"
    if unit == "share":
        return f"{value * 100:.1f} %"
    if unit == "currency":
        return money(value)
    if float(value).is_integer() or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:.3g}"
