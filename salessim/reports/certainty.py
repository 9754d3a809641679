"""In words: how sure an average is and, apart from that, how much a single year varies."""

import math

import pandas as pd
from scipy.special import ndtri, stdtrit

from salessim.display import between, change, count_of, label_of, percent
from salessim.experiment.statistics import LEVEL
from salessim.reports.report import Fact

EIGHT_OF_TEN = float(ndtri(0.9))  # standard deviations to either side
FEWEST = 5  # runs, below which a spread says nothing


def of_pairs(row: pd.Series, kpi: str, margin: float, what: str, currency: str) -> list[Fact]:
    """How sure a comparison is.

    Parameters
    ----------
    row : Series
        An effect's row of the KPI that decides.
    kpi : str
    margin : float
        Share of the base below which a difference does not matter.
    what : str
        What one run is, as `year`.
    currency : str
    """
    count = int(row["replications"])
    average = (
        f"{count_of(count, 'pair')} of simulated {what}s; both of a pair have the same leads and "
        'the same random draws. "Between" is the 95% interval of the average change. A '
        "change under "
        f"{percent(margin, 0)} of the value before counts as about the same; better and worse "
        "allow for looking at several figures."
    )
    return [Fact("The average", average), *_single(row, kpi, what, currency)]


def _single(row: pd.Series, kpi: str, what: str, currency: str) -> list[Fact]:
    spread = spread_of(row["low"], row["high"], int(row["replications"]))
    if math.isnan(spread):
        return []
    name, unit = label_of(kpi).text, row["unit"]
    reach = EIGHT_OF_TEN * spread
    ends = between(row["difference"] - reach, row["difference"] + reach, unit, currency)
    text = f"In about eight of ten single {what}s the change in {name} is {ends}."
    if not math.isnan(row["variance_reduction"]):
        alone = EIGHT_OF_TEN * spread * math.sqrt(row["variance_reduction"] / 2)
        text += (
            f" By luck alone, {name} of one {what} is up to {change(alone, unit, currency)} above "
            f"or below its average in about eight of ten {what}s, with or without the change."
        )
    return [Fact(f"A single {what}", text)]


def spread_of(low: float, high: float, count: int) -> float:
    """Standard deviation of single runs, from the 95% interval of their mean (Student's t).

    Returns
    -------
    float
        NaN for fewer than five runs.

    Examples
    --------
    >>> round(spread_of(-2.262, 2.262, 10), 2)
    3.16
    """
    if count < FEWEST or math.isnan(low):
        return math.nan
    quantile = float(stdtrit(count - 1, (1 + LEVEL) / 2))
    return (high - low) / 2 / quantile * math.sqrt(count)
