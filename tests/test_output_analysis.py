"""Warm-up: what MSER-5 cuts, held to series whose beginning is known."""

import numpy as np
import pytest

import salessim as ss
from salessim import plots
from salessim.experiment.output import mser


def test_mser_cuts_a_beginning_that_is_known() -> None:
    """A department that fills up with a time constant of 10 weeks: after some of them."""
    luck = np.random.default_rng(1)
    cuts = []
    for _ in range(50):
        series = 100 * (1 - np.exp(-np.arange(200) / 10)) + luck.normal(0, 3, 200)
        cut = mser(series)
        assert cut is not None
        cuts.append(cut)
    assert 15 < np.mean(cuts) < 50  # what is left there: under a fifth and over a hundredth


def test_mser_cuts_little_where_there_is_no_beginning() -> None:
    luck = np.random.default_rng(2)
    cuts = [mser(luck.normal(10, 1, 200)) or 0 for _ in range(50)]
    assert np.median(cuts) < 20


def test_a_series_that_only_rises_settles_nowhere() -> None:
    assert mser(np.arange(100.0)) is None
    assert mser([1.0, 2.0]) is None


@pytest.mark.slow
def test_the_baselines_warm_up_is_enough_and_none_would_be_too_short() -> None:
    base = ss.Scenario.load("baseline")
    found = ss.warm_up(base, 4)
    assert found.days is not None
    assert 20 < found.days <= base.calendar.warm_up_days
    assert found.series["smooth"].iloc[0] == found.series["mean"].iloc[0]  # not smoothed away
    picture = plots.welch(found.series, "open leads", found.days, found.given)
    assert "is enough" in plots.description(picture)
    picture = plots.welch(found.series, "open leads", found.days, 0)
    assert "is too short" in plots.description(picture)


def test_a_column_that_is_no_series_is_refused() -> None:
    with pytest.raises(ss.ScenarioError, match="'open_lead'; did you mean 'open_leads'"):
        ss.warm_up(ss.Scenario.load("one-desk"), 1, what="open_lead", workers=1)
