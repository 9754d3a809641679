"""The mix of leads by channel, segment, and fit, and the share of each kind that passes a stage.

The formulas are `rules`', as `market` applies them to single leads; here they are applied to
shares of leads. Knows nothing of time, waits or people.
"""

from typing import TYPE_CHECKING

import numpy as np

from salessim import rules
from salessim.rules import Floats

if TYPE_CHECKING:
    from salessim.scenario.blocks import Stage
    from salessim.scenario.model import Scenario

# Fit at every tenth of a standard deviation. Chances are smooth in it (their nearest pole lies
# pi standard deviations off the real line at a spread of 1), so sums are integrals to rounding.
DEVIATIONS = np.linspace(-8.0, 8.0, 161)
DENSITY = np.exp(-0.5 * DEVIATIONS**2) / np.exp(-0.5 * DEVIATIONS**2).sum()


def parts_of(scenario: "Scenario") -> Floats:
    """Share of each segment and fit among the leads of any channel: (segments, fits).

    Examples
    --------
    >>> from salessim import Scenario
    >>> parts_of(Scenario.load("baseline")).sum(axis=1).round(3).tolist()
    [0.6, 0.3, 0.1]
    """
    shares = [segment.share for segment in scenario.segments.values()] or [1.0]
    return np.asarray(np.array(shares)[:, None] * DENSITY)


def odds_of(scenario: "Scenario") -> Floats:
    """What multiplies the odds of each kind of lead: (channels, segments, fits).

    Examples
    --------
    >>> from salessim import Scenario
    >>> odds_of(Scenario.load("one-desk")).max()
    np.float64(1.0)
    """
    fits = [channel.fit for channel in scenario.channels.values()]
    mean, spread = (np.array([[getattr(fit, n)] for fit in fits]) for n in ("mean", "spread"))
    fit_odds = rules.odds_of_fit(mean + spread * DEVIATIONS)
    segment = [segment.odds for segment in scenario.segments.values()] or [1.0]
    return np.asarray(fit_odds[:, None, :] * np.array(segment, float)[:, None])


def answered(stage: "Stage", odds: Floats) -> Floats:
    """Chance that a lead of these odds ever answers at a stage; 1 where there are no tries."""
    if stage.attempts is None:
        return np.ones_like(odds)
    chance = rules.passing_chance(stage.attempts.answer_probability, odds)
    return 1.0 - (1.0 - np.asarray(chance)) ** stage.attempts.most


def passed(stage: "Stage", odds: Floats) -> Floats:
    """Chance that a lead of these odds answers at a stage and passes it."""
    return answered(stage, odds) * rules.passing_chance(stage.pass_probability, odds)


def visits(scenario: "Scenario", stage: "Stage", odds: Floats) -> Floats:
    """Mean number of visits that a stage takes for each kind of lead: tries, meetings, else 1.

    Notes
    -----
    Tries have the mean of a geometric number cut at `most`: the sum over k of the chance that
    the first k went unanswered.
    """
    if stage.attempts is None:
        counts = [segment.meetings for segment in scenario.segments.values()] or [1]
        meetings = 1 if stage.meeting_gap_days is None else stage.meetings or np.array([counts]).T
        return np.ones_like(odds) * meetings
    silence = 1.0 - np.asarray(rules.passing_chance(stage.attempts.answer_probability, odds))
    return np.asarray(np.sum([silence**k for k in range(stage.attempts.most)], axis=0))
