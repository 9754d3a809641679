"""Pictures say one thing, say it in words too, and agree with the tables they are made from."""

import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import scipy.stats
from matplotlib import pyplot
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import salessim as ss
from salessim import plots
from salessim.plots.funnel import fates_by_stage
from salessim.plots.pipeline import open_by_stage
from salessim.plots.story import CUSTOMER, PAUSE, QUEUE, days_by_use, spans_of
from salessim.plots.waits import odds_by_response, waits_by_stage


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


@pytest.fixture(scope="module")
def pictures(year: ss.Run, stages: list[str], won_lead: str) -> dict[str, Figure]:
    """One of each kind, for all who only look at them."""
    leads, activities, weeks = year.leads, year.activities, year.weeks
    deals = pd.Series(np.linspace(140, 200, 40).round())
    return {
        "funnel": plots.funnel(activities, weeks, stages),
        "pipeline": plots.pipeline(leads, activities, weeks, stages),
        "revenue": plots.revenue_against_target(weeks, target=2_500_000),
        "time": plots.time_use(year.reps),
        "story": plots.story(won_lead, leads, activities, 120),
        "waits": plots.waits(activities, stages),
        "response": plots.response(leads, activities, stages, "demo"),
        "years": plots.range_of_years(deals, "deals won"),
    }


NAMES = ["funnel", "pipeline", "revenue", "time", "story", "waits", "response", "years"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.mpl_image_compare(baseline_dir="images", style="default", tolerance=4)
def test_a_picture_stays_as_it_was_looked_at(pictures: dict[str, Figure], name: str) -> Figure:
    return pictures[name]


def test_every_picture_has_its_message_as_title_and_says_it_in_words(
    pictures: dict[str, Figure],
) -> None:
    for figure in pictures.values():
        title = " ".join(figure.get_suptitle().split())
        words = plots.description(figure)
        assert " ".join(words.split()).startswith(title)
        assert len(words) > len(title) + 20


def test_no_picture_is_shown_or_kept_as_a_side_effect(pictures: dict[str, Figure]) -> None:
    assert pictures
    assert pyplot.get_fignums() == []


def test_text_can_be_read_from_the_back_of_a_room(pictures: dict[str, Figure]) -> None:
    for figure in pictures.values():
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
    spans = spans_of(won_lead, year.leads, year.activities, 120)
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
    with pytest.raises(ValueError, match=r"no activity of a lead 'nobody:1'.*try"):
        plots.story("nobody:1", year.leads, year.activities, 120)


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


def test_a_few_years_have_no_range() -> None:
    few = pd.Series([1.0, 2.0, np.nan, 3.0, 4.0, np.nan])
    with pytest.raises(ValueError, match="at least 5 years of deals won, got 4"):
        plots.range_of_years(few, "deals won")


def test_a_range_of_shares_is_told_in_percent_and_says_how_sure_its_ends_are() -> None:
    shares = pd.Series([*np.linspace(0.2, 0.3, 60), np.nan])
    words = plots.description(plots.range_of_years(shares, "of opportunities won", "share"))
    assert "between about 20.9% and 29.1% of opportunities won" in words
    assert "60 years" in words
    ends = scipy.stats.quantile_test(shares.dropna(), p=0.1).confidence_interval(0.95)
    assert f"between {100 * ends.low:.1f}% and {100 * ends.high:.1f}%" in words


def test_a_target_of_nothing_is_refused(year: ss.Run) -> None:
    with pytest.raises(ValueError, match="a target is above 0, got 0"):
        plots.revenue_against_target(year.weeks, target=0)


def test_a_holiday_is_no_waiting_time(stages: list[str]) -> None:
    """One seller is idle; what comes on the holidays of a week is begun the week after."""
    free = [f"2026-01-{day}" for day in range(12, 17)]
    desk = ss.Scenario.load("one-desk").replace(
        {"calendar.days": 20, "calendar.warm_up_days": 0, "calendar.holidays": free,
         "channels.door.leads_per_day": 2,
         "process.prospecting.effort": {"distribution": "constant", "mean_hours": 1}}
    )  # fmt: skip
    table = ss.simulate(desk).activities
    over = table[(table["ready"] < 10) & (table["started"] >= 10)]
    assert len(over) > 0
    assert (over["started"] - over["ready"]).max() > 1
    slowest = waits_by_stage(table, ["prospecting"]).loc["prospecting", "longest"]
    assert slowest == table["waited_hours"].max() < 8


def test_waits_that_nobody_waited_out_count() -> None:
    """A desk of one with twice the work it can do: what was begun is only the quick part."""
    desk = ss.Scenario.load("one-desk").replace(
        {"calendar.days": 300, "calendar.warm_up_days": 0, "team.sdr.count": 1,
         "channels.door.leads_per_day": 2,
         "process.prospecting.patience": {"distribution": "constant", "mean_days": 5}}
    )  # fmt: skip
    table = ss.simulate(desk).activities
    begun = table["started"].notna()
    row = waits_by_stage(table, ["prospecting"]).loc["prospecting"]
    assert begun.mean() < 0.7
    assert np.isinf(row[0.9])
    assert row[0.5] > table["waited_hours"][begun].quantile(0.5)
    message = plots.description(plots.waits(table, ["prospecting"]))
    assert message.startswith("At prospecting, more than a tenth of the work is never started")


def test_the_story_of_an_open_lead_goes_to_the_windows_end(year: ss.Run) -> None:
    seen = set(year.activities["lead"])
    still = year.leads[(year.leads["outcome"] == "open") & year.leads["lead"].isin(seen)]
    for lead in still["lead"]:
        spans = spans_of(lead, year.leads, year.activities, 120)
        assert max(span.end for span in spans) == 120


def test_our_own_pauses_are_not_the_customers_time(year: ss.Run) -> None:
    work = year.activities[year.activities["kind"] == "work"]
    came = set(year.leads["lead"][year.leads["arrived"] >= 0])
    tried = work[(work["result"] == "no_answer") & work["lead"].isin(came)]["lead"]
    told = 0
    for lead in tried.unique()[:80]:
        spans = spans_of(lead, year.leads, year.activities, 120)
        pauses = [span for span in spans if span.lane == PAUSE and span.end < 120]
        again = work[(work["lead"] == lead) & (work["attempt"] > 1)]
        assert [span.end for span in pauses] == pytest.approx(again["ready"].tolist())
        told += len(pauses)
    assert told > 80


def test_the_parts_of_a_story_add_up_to_the_whole(year: ss.Run) -> None:
    admin = year.activities[year.activities["kind"] == "admin"]
    for lead in admin["lead"].unique()[:60]:
        spans = spans_of(lead, year.leads, year.activities, 120)
        whole = max(span.end for span in spans) - min(span.begin for span in spans)
        assert sum(days_by_use(spans).values()) == pytest.approx(whole)


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


def test_stages_of_one_desk_that_wait_alike_are_named_by_their_role() -> None:
    """Demo, negotiation and closing wait in the same queue; which is longest is chance."""
    year = ss.simulate("baseline", replication=5)
    assert year.plot.waits().get_suptitle().startswith("Waits are longest for AEs: half starts")
    assert "within no time" not in plots.description(year.plot.waits())
    slow = {"prospecting": 1.0, "closing": 9.0}
    rows = [(stage, "work", "ae", 0.0, wait) for stage, wait in slow.items() for _ in range(9)]
    columns = ["stage", "kind", "role", "started", "waited_hours"]
    apart = plots.waits(pd.DataFrame(rows, columns=columns), list(slow))
    assert apart.get_suptitle().startswith("Waits are longest at closing")


def test_revenue_has_no_week_after_the_last() -> None:
    axes = ss.simulate("small-team").plot.revenue(1e6).axes[0]
    assert max(axes.get_xticks()) <= 52


def test_a_tornado_of_three_values_draws_the_two_ends() -> None:
    rows = [("team.ae.count", n, n - 8.0, n - 8.5, n - 7.5) for n in (7, 8, 9)]
    table = pd.DataFrame(rows, columns=["path", "value", "difference", "low", "high"])
    axes = plots.tornado(table, "deals won", "deals").axes[0]
    assert [text.get_text().strip() for text in axes.texts] == ["7", "9"]


def test_figures_in_a_map_are_black_on_light_fields() -> None:
    points = pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 1, 2], "mean": [0.0, 1.0, 2.0, 3.0]})
    drawn = plots.heat_map(points.assign(low=-1.0, high=4.0), "a", "b", "revenue", "currency")
    assert {text.get_color() for text in drawn.axes[0].texts} == {"black"}


def test_long_names_of_options_leave_room_for_the_picture() -> None:
    name = "One more account executive in the north, hired in the second quarter"
    rows = {
        "kpi": [f"{name} {n}" for n in range(3)], "goal": "won", "unit": "deals",
        "base": 100.0, "what_if": 110.0, "difference": 10.0, "low": 8.0, "high": 12.0,
        "verdict": "higher", "replications": 9,
    }  # fmt: skip
    table = pd.DataFrame(rows)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        drawn = plots.effects(table, {kpi: kpi for kpi in table["kpi"]})
        FigureCanvasAgg(drawn).draw()
    assert drawn.axes[0].get_position().width > 0.4


def test_a_change_of_many_times_is_told_as_a_multiple() -> None:
    table = pd.DataFrame(
        {"kpi": ["won", "revenue", "response_hours"], "unit": ["deals", "currency", "hours"],
         "base": [100.0, 100.0, 1.0], "what_if": [101.0, 101.0, 436.0],
         "difference": [1.0, 1.0, 435.0], "low": [0.5, 0.5, 430.0], "high": [1.5, 1.5, 440.0],
         "verdict": "higher", "replications": 9}
    )  # fmt: skip
    said = [text.get_text() for text in plots.effects(table).axes[0].texts]
    assert "436 times" in said
    assert not any("43,500%" in text for text in said)
