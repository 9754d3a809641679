"""Pictures say one thing, say it in words too, and agree with the tables they are made from."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot
from matplotlib.figure import Figure

import salessim as ss
from salessim import plots
from salessim.plots.funnel import fates_by_stage
from salessim.plots.pipeline import open_by_stage
from salessim.plots.story import CUSTOMER, QUEUE, spans_of
from salessim.plots.waits import odds_by_response


@pytest.fixture(scope="module")
def year() -> ss.Run:
    return ss.simulate(ss.Scenario.load("baseline").replace({"calendar.days": 120}), seed=1)


@pytest.fixture(scope="module")
def stages(year: ss.Run) -> list[str]:
    return [stage.name for stage in year.scenario.process]


@pytest.fixture(scope="module")
def won_lead(year: ss.Run) -> str:
    won = year.leads[(year.leads["outcome"] == "won") & (year.leads["arrived"] > 0)]
    return str(won["lead"].iloc[0])


def pictures(year: ss.Run, stages: list[str], lead: str) -> dict[str, Figure]:
    leads, activities, weeks = year.leads, year.activities, year.weeks
    deals = pd.Series(np.linspace(140, 200, 30).round())
    return {
        "funnel": plots.funnel(activities, weeks, stages),
        "pipeline": plots.pipeline(leads, activities, weeks, stages),
        "revenue": plots.revenue_against_target(weeks, target=2_500_000),
        "time": plots.time_use(year.reps),
        "story": plots.story(lead, leads, activities),
        "waits": plots.waits(activities, stages),
        "response": plots.response(leads, activities, stages, "demo"),
        "years": plots.range_of_years(deals, "deals won"),
    }


NAMES = ["funnel", "pipeline", "revenue", "time", "story", "waits", "response", "years"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.mpl_image_compare(baseline_dir="images", style="default", tolerance=4)
def test_a_picture_stays_as_it_was_looked_at(
    year: ss.Run, stages: list[str], won_lead: str, name: str
) -> Figure:
    return pictures(year, stages, won_lead)[name]


def test_every_picture_has_its_message_as_title_and_says_it_in_words(
    year: ss.Run, stages: list[str], won_lead: str
) -> None:
    for figure in pictures(year, stages, won_lead).values():
        title = " ".join(figure.get_suptitle().split())
        words = plots.description(figure)
        assert " ".join(words.split()).startswith(title)
        assert len(words) > len(title) + 20


def test_no_picture_is_shown_or_kept_as_a_side_effect(
    year: ss.Run, stages: list[str], won_lead: str
) -> None:
    pictures(year, stages, won_lead)
    assert pyplot.get_fignums() == []


def test_text_can_be_read_from_the_back_of_a_room(
    year: ss.Run, stages: list[str], won_lead: str
) -> None:
    for figure in pictures(year, stages, won_lead).values():
        sizes = [text.get_fontsize() for text in figure.findobj(mpl.text.Text) if text.get_text()]
        assert min(sizes) >= 10


def test_the_funnel_loses_nobody(year: ss.Run, stages: list[str]) -> None:
    fates = fates_by_stage(year.activities, stages)
    first = year.activities[(year.activities["kind"] == "work") & (year.activities["attempt"] == 1)]
    assert fates.sum(axis=1).to_dict() == first["stage"].value_counts().to_dict()


def test_the_pipeline_is_what_the_weeks_table_counts(year: ss.Run, stages: list[str]) -> None:
    table = open_by_stage(year.leads, year.activities, year.weeks, stages)
    assert table.sum(axis=1).tolist() == year.weeks["open_leads"].tolist()


def test_a_story_goes_from_arrival_to_signature_without_a_gap(year: ss.Run, won_lead: str) -> None:
    spans = spans_of(won_lead, year.leads, year.activities)
    card = year.leads.set_index("lead").loc[won_lead]
    assert spans[0].begin == pytest.approx(card["arrived"])
    assert max(span.end for span in spans) == pytest.approx(card["closed"])
    until = spans[0].begin
    for span in spans:
        assert span.begin <= until + 1e-9
        until = max(until, span.end)
    assert {CUSTOMER} <= {span.lane for span in spans}
    assert all(span.end >= span.begin for span in spans)
    waited = sum(span.end - span.begin for span in spans if span.lane == QUEUE)
    own = year.activities[year.activities["lead"] == won_lead]
    assert waited == pytest.approx((own["started"] - own["ready"]).sum())


def test_a_story_of_nobody_is_refused_with_one_that_can_be_told(year: ss.Run) -> None:
    with pytest.raises(ValueError, match=r"nothing is told of a lead 'nobody:1'.*one that is"):
        plots.story("nobody:1", year.leads, year.activities)


def test_response_counts_every_lead_whose_fate_is_known(year: ss.Run, stages: list[str]) -> None:
    table = odds_by_response(year.leads, year.activities, stages, "demo")
    assert ((table["low"] <= table["became"] / table["leads"]) & (table["became"] >= 0)).all()
    first = year.activities[
        (year.activities["stage"] == stages[0])
        & (year.activities["attempt"] == 1)
        & (year.activities["kind"] == "work")
        & year.activities["started"].notna()
    ]
    card = year.leads.set_index("lead").loc[first["lead"]]
    late = card["stage"].isin(stages[stages.index("demo") :])
    assert table["leads"].sum() == (late | (card["outcome"] != "open")).sum()


def test_one_year_has_no_range() -> None:
    with pytest.raises(ValueError, match="at least two years"):
        plots.range_of_years(pd.Series([1.0]), "deals won")


def test_a_department_in_which_nothing_happens_has_pictures_too(stages: list[str]) -> None:
    nothing = ss.Scenario.load("one-desk").replace(
        {"channels.door.leads_per_day": 0, "calendar.days": 10}
    )
    run = ss.simulate(nothing)
    names = [stage.name for stage in nothing.process]
    for figure in (
        plots.funnel(run.activities, run.weeks, names),
        plots.pipeline(run.leads, run.activities, run.weeks, names),
        plots.revenue_against_target(run.weeks, target=100),
        plots.time_use(run.reps),
        plots.waits(run.activities, names),
        plots.response(run.leads, run.activities, names, names[0]),
    ):
        assert plots.description(figure)
