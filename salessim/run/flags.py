"""Warnings about a run's figures, where they say less than they seem to."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from salessim.display import count_of, percent
from salessim.display.kpis import role_name
from salessim.rules import Floats
from salessim.run.record import Flags, Record
from salessim.terms import Result

FEW = 30  # events, below which a share or a mean says little
GROWTH = 0.02  # of what a desk could do in the window
DEVIATIONS = 3.0  # of chance, beyond which a queue that grew did not grow by chance
CUT = 0.2  # share of opportunities still open, above which the cycle counts as cut short


# What each flag means, by its name's first part, where several runs are spoken of.
MEANINGS = {
    "saturated": "the queue keeps growing, so waits depend on how long the window is",
    "cut_cycle": "the window is short for the sales cycle: many opportunities are still open at "
    "its end",
    "few_events": "few deals were won, so win rate, deal size, sales cycle and cost per deal vary "
    "a lot",
}


class Flag(NamedTuple):
    """A warning: its name, such as `saturated.sdr`, and the sentence."""

    name: str
    text: str


def flags_of(record: Record) -> Iterator[Flag]:
    """The flags of a run."""
    yield from _saturated(record)
    yield from _cut_cycle(record)
    yield from _few_events(record)


def _saturated(record: Record) -> Iterator[Flag]:
    """Roles whose queue grew by more than chance explains: they have no steady state."""
    roles, tally = record.roles(), record.tally
    at = record.journal.desks["role"]
    grew = np.bincount(at, tally.grew, len(roles))
    chance = np.sqrt(np.bincount(at, tally.squares, len(roles)))  # of a sum of random arrivals
    people = record.journal.people["role"]
    available = np.bincount(people, record.available_hours, len(roles))
    saturated = (grew > GROWTH * available) & (grew > DEVIATIONS * chance) & (chance > 0.0)
    scenario = record.scenario
    joined = {stage.role for stage in scenario.process if stage.name in scenario.joint_stages}
    for number in np.flatnonzero(saturated):
        for_both = ", part of which may wait for an engineer" if roles[number] in joined else ""
        yield Flag(
            f"saturated.{roles[number]}",
            f"{role_name(roles[number], 2)} can't keep up: their queue grew by "
            f"{grew[number]:,.0f} hours of work{for_both}, so waits depend on how long the window "
            "is",
        )


def _cut_cycle(record: Record) -> Iterator[Flag]:
    """Whether many opportunities that came in the window are still open at its end."""
    cohort = record.arrived_in_window & record.is_opportunity
    still_open = cohort & (record.result == Result.OPEN)
    if not cohort.any() or still_open.sum() <= CUT * cohort.sum():
        return
    won = record.won & cohort
    mean = float((record.closed - record.leads.arrived)[won].mean()) if won.any() else None
    half = _median_days(record, cohort)
    beside = "fewer than half are decided by its end" if half is None else (
        f"half are decided within {half:.0f} working days (Kaplan-Meier estimate)"
    )  # fmt: skip
    said = "" if mean is None else f", while those won so far took {mean:.0f} on average"
    yield Flag(
        "cut_cycle",
        f"the window is short for the sales cycle: {percent(still_open.sum() / cohort.sum())} of "
        f"the opportunities that arrived in it are still open at its end; {beside}{said}",
    )


def _median_days(record: Record, cohort: Flags) -> float | None:
    """Median time from arrival to decision of opportunities, those still open included."""
    from scipy.stats import CensoredData, ecdf  # slow to import, and rarely needed

    decided = cohort & ~np.isnan(record.closed)
    waiting = cohort & np.isnan(record.closed)
    if not decided.any():
        return None
    times: Floats = record.closed[decided] - record.leads.arrived[decided]
    curve = ecdf(CensoredData(uncensored=times, right=record.days - record.leads.arrived[waiting]))
    reached = curve.cdf.probabilities >= 0.5
    return float(curve.cdf.quantiles[reached][0]) if reached.any() else None


def _few_events(record: Record) -> Iterator[Flag]:
    """Whether so few deals were won that shares and means vary a lot."""
    won = int(record.won.sum())
    if won < FEW and record.arrived_in_window.any():
        yield Flag(
            "few_events",
            f"only {count_of(won, 'deal')} won: win rate, deal size, sales cycle and cost per deal "
            "vary a lot from year to year",
        )
