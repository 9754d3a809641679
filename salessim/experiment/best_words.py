"""The best design in words."""

from typing import TYPE_CHECKING

import pandas as pd

from salessim.display import change, count_of, figure, label_of, percent
from salessim.display.paths import point_words
from salessim.experiment.replications import over
from salessim.experiment.standing import MARGIN, RANKED, Standing, places
from salessim.experiment.sweep import Point
from salessim.experiment.wording import MORE_OR_LESS
from salessim.scenario.plain import is_number

if TYPE_CHECKING:
    from salessim.experiment.best import Best

MOST_NAMED = 5
SURE = 0.95
SMALL_RISE = 0.1  # of the share of years, over the range that was tried


def summary(best: "Best") -> str:
    """The answer, and how it is to be read.

    Parameters
    ----------
    best : Best
    """
    notes = [f"Note: {note}." for note in (*_read(best), *best.flags)]
    return "\n\n".join([answer(best), "\n".join(notes)])


def answer(best: "Best") -> str:
    """The answer in a few sentences."""
    without = best.that_stand(Standing.NO_RESULT)
    if best.nearest is None:
        return f"No result for any design: {_reason(best, 0)}."
    parts = [_none(best)] if best.point is None else [*_the_best(best), _others(best)]
    if without:
        first = places(best.table, Standing.NO_RESULT)[0]
        parts.append(f"No result for {_listed(best, without)}: {_reason(best, first)}.")
    return " ".join(filter(None, parts))


def _the_best(best: "Best") -> list[str]:
    label = label_of(best.goal)
    (place,) = places(best.table, Standing.BEST)
    row = best.table.iloc[place]
    most = "Least" if label.better == "lower" else "Most"
    mean, low, high = (
        figure(row[key], label.unit, best.currency) for key in ("mean", "low", "high")
    )
    sure = "" if row["low"] == row["high"] else f" (between {low} and {high})"
    where = point_words(best.points[place])
    first = f"{most} {label.text}{_with(best)}: {where}, with {mean} on average{sure}."
    return [first, _keeping(best, row)] if best.bounds else [first]


def _keeping(best: "Best", row: pd.Series) -> str:
    """How sure it is that bounds are kept, by the mean and by single years, kept apart."""
    years = (
        f"{percent(row['years_within'])} of single years "
        f"(95% interval {percent(row['years_low'])} to {percent(row['years_high'])})"
    )
    if best.chance is not None:
        return f"It keeps {_them(best)} in {years}, more than the {percent(best.chance)} asked for."
    sure = "" if row["within_bounds"] >= SURE else ", which is not certain"
    return (
        f"Its average keeps {_them(best)} with a chance of {percent(row['within_bounds'])}{sure}; "
        f"that is about the average: {years} do."
    )


def _others(best: "Best") -> str:
    open_ones, tied, unclear = best.that_stand(Standing.OPEN), best.tied, best.unclear
    parts = []
    if tied:
        parts.append(f"Statistically tied with it: {_listed(best, tied)}.")
    if unclear:
        parts.append(f"Can't tell yet whether worse: {_listed(best, unclear, _by_how_much(best))}.")
    if open_ones:
        parts.append(
            f"Can't tell whether {_them(best)} would be kept by {_listed(best, open_ones)}."
        )
    parts += _settled(best)
    rest = {Standing.WORSE: "worse", Standing.OUTSIDE: "outside the bounds"}
    there = [word for standing, word in rest.items() if best.that_stand(standing)]
    if there and not parts:
        parts.append(f"Every other design is {' or '.join(there)}.")
    return " ".join([*parts, *_at_the_edge(best)])


def _by_how_much(best: "Best") -> list[str]:
    """How far each design is from the best, by how many years."""
    label = label_of(best.goal)
    more, less = MORE_OR_LESS.get(label.unit, ("more", "less"))
    return [
        f" ({change(row.difference, label.unit, best.currency)} "
        f"{more if row.difference > 0 else less} on average, from {row.replications} runs)"
        for row in best.table.itertuples()
    ]


def _settled(best: "Best") -> list[str]:
    return [f"--runs {best.settled_by} may settle it."] if best.settled_by else []


def _at_the_edge(best: "Best") -> list[str]:
    """That a value of the best design is the least or the most that was tried."""
    said = []
    for path, value in (best.point or {}).items():
        tried = [point[path] for point in best.points]
        if len(set(map(str, tried))) < 2 or not all(map(is_number, tried)):
            continue
        ends = {min(tried): ("lowest", "lower"), max(tried): ("highest", "higher")}
        if value in ends:
            end, beyond = ends[value]
            said.append(f"{point_words({path: value})} is the {end} value tried: {beyond} ones "
                        "may be better.")  # fmt: skip
    return said


def _none(best: "Best") -> str:
    place = best.points.index(best.nearest or {})
    row, why = best.table.iloc[place], f": {best.why_not}" if best.why_not else ""
    open_ones = best.that_stand(Standing.OPEN)
    what = f"{_them(best)}{_often(best)}"
    head = f"No design keeps {what}{why}."
    if open_ones:
        head = f"No design surely keeps {what}{why}; can't tell for {_listed(best, open_ones)}."
    values = ", ".join(filter(None, (_at(best, bound.kpi, place) for bound in best.bounds)))
    nearest = f"{point_words(best.points[place])}{', with ' + values if values else ''}"
    asked = "" if best.chance is None else f", not the {percent(best.chance)} asked for"
    share = f"{percent(row['years_within'])} of its single years keep {_them(best)}{asked}."
    said = [f"{head} The nearest is {nearest}: {share}", *_over_the_range(best), *_settled(best)]
    return " ".join(said)


def _over_the_range(best: "Best") -> list[str]:
    """How the share of years moves from the lowest to the highest value, of one path of numbers."""
    (path, *others), shares = best.points[0], best.table["years_within"]
    values = [point[path] for point in best.points]
    if others or not all(map(is_number, values)) or shares.isna().any():
        return []
    low, high = (values.index(end) for end in (min(values), max(values)))
    went = "rises only" if 0 <= shares[high] - shares[low] < SMALL_RISE else "goes"
    ends = f"From {point_words(best.points[low])} to {point_words(best.points[high])}"
    rise = f"{went} from {percent(shares[low])} to {percent(shares[high])}"
    return [f"{ends} the share of years that keep {_them(best)} {rise}."]


def _at(best: "Best", kpi: str, place: int) -> str:
    """The mean of a bound's KPI at a design, where the table has it."""
    if kpi == best.goal:
        kpi = "mean"
    if kpi not in best.table:
        return ""
    label = label_of(best.goal if kpi == "mean" else kpi)
    return (
        f"{label.text} {figure(best.table[kpi].iloc[place], label.unit, best.currency)} on average"
    )


def _read(best: "Best") -> list[str]:
    runs = best.table["replications"]
    some, most = int(runs.min()), int(runs.max())
    each = f"{most:,}" if some == most else f"{some:,} to {most:,}"
    years = over(best.runs, best.days, best.seed)
    lines = [f"{years} in all, {each} for a design, compared under the same random draws"]
    if best.bounds and best.chance is None:
        lines.append("bounds are on the average of many years; --chance asks it of single years")
    if best.that_stand(*RANKED):
        lines.append(
            "worse is found by paired differences, at 95% for all designs together; statistically "
            f"tied is what surely lies within {percent(MARGIN, 0)} of the best"
        )
    return lines


def _with(best: "Best") -> str:
    if not best.bounds:
        return ""
    bounds = " and ".join(bound.told(best.currency) for bound in best.bounds)
    return f" with {bounds}{_often(best)}"


def _often(best: "Best") -> str:
    return "" if best.chance is None else f" in {percent(best.chance)} of single years"


def _them(best: "Best") -> str:
    return "the bound" if len(best.bounds) == 1 else "the bounds"


def _reason(best: "Best", place: int) -> str:
    return str(best.table["reason"].iloc[place])


def _listed(best: "Best", points: list[Point], notes: list[str] | None = None) -> str:
    """Designs by name, the first few, each with a note where there are some."""
    more = len(points) - MOST_NAMED
    named = "; ".join(
        f"{point_words(point)}{notes[best.points.index(point)] if notes else ''}"
        for point in points[:MOST_NAMED]
    )
    return f"{named} and {count_of(more, 'more design')}" if more > 0 else named
