"""Results print and draw themselves: a bare name in a cell is a short, readable answer."""

import re
import subprocess
import sys

import matplotlib as mpl
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

import salessim as ss
from salessim import ScenarioError, plots
from salessim.display.paths import path_words
from salessim.experiment.description import describe, table_text
from salessim.plots.fonts import say_that_letters_are_missing


@pytest.fixture(scope="module")
def base() -> ss.Scenario:
    changes = {"calendar.days": 60, "calendar.warm_up_days": 10, "currency": "EUR"}
    return ss.Scenario.load("baseline").replace(changes)


@pytest.fixture(scope="module")
def year(base: ss.Scenario) -> ss.Run:
    return ss.simulate(base)


def test_a_scenario_in_a_cell_is_its_team_leads_and_stages(base: ss.Scenario) -> None:
    text = repr(base)
    assert len(text) < 700
    assert "3 SDRs, 8 AEs, 2 support people" in text
    assert "60 working days from January 5, 2026" in text
    assert "<table>" in base._repr_html_()


def test_a_run_in_a_cell_is_its_headline_figures_and_says_that_it_is_one_run(year: ss.Run) -> None:
    lines = repr(year).splitlines()
    assert lines[0] == "baseline: one simulated run of 60 working days (seed 1, replication 0)"
    assert lines[-1].startswith("A single run: years differ by chance")
    values = dict(re.split(r"  +", line, maxsplit=1) for line in lines[1:-1])
    assert values["Deals won"] == f"{year.kpi['won']:.0f}"
    assert values["Revenue"].startswith("€")
    assert values["Utilization of support people"].endswith("%")
    assert not re.search(r"e[+-]\d|utilisation|currency", repr(year))
    assert f"<td style='text-align:right'>{values['Deals won']}</td>" in year._repr_html_()


def test_names_in_a_cell_are_text_and_not_markup(base: ss.Scenario) -> None:
    odd = base.replace({"name": "<b>cheap & cheerful</b>"})
    assert "<b>cheap" not in odd._repr_html_()
    assert "<b>cheap" not in ss.simulate(odd)._repr_html_()


def test_results_draw_themselves(base: ss.Scenario, year: ss.Run) -> None:
    effect = ss.compare(base, base.replace({"team.ae.count": 9}), replications=3, workers=1)
    grid = ss.sweep(base, {"team.ae.count": [7, 8]}, 2, workers=1)
    field = ss.sweep(base, {"team.ae.count": [7, 8], "priority": ["fifo", "value"]}, 2, workers=1)
    found = ss.best(base, {"team.ae.count": [7, 8]}, "won", runs=20, workers=1)
    figures = [
        year.plot.funnel(), year.plot.pipeline(), year.plot.waits(), year.plot.time_use(),
        year.plot.story(), year.plot.revenue(target=1e6), effect.plot(), grid.plot(),
        grid.plot("won"), field.plot("cost"), found.plot(),
    ]  # fmt: skip
    assert all(isinstance(figure, Figure) for figure in figures)
    assert plots.description(figures[6]).startswith("Changing AEs from 8 to 9: ")
    assert "Lowest average cost" in plots.description(figures[-2])
    assert not any("team.ae.count" in plots.description(figure) for figure in figures)
    assert repr(grid).startswith("Sweep over AEs: 2 points")
    assert repr(found).startswith("Best for deals won: ")
    assert repr(effect).startswith("Changing AEs from 8 to 9: ")


def test_a_study_in_a_cell_is_its_answer_and_not_its_data(base: ss.Scenario) -> None:
    vary, more = {"team.ae.count": [7, 8]}, base.replace({"team.ae.count": 9})
    answers = {
        "Most deals won: ": ss.best(base, vary, "won", workers=1),
        "2 points, 2 simulated runs": ss.sweep(base, vary, 2, workers=1),
        "baseline, 2 simulated runs": ss.outlook(base, 2, workers=1),
        "Deals won: ": ss.explain(base, more, 2, workers=1),
        "Revenue of €": ss.explain_year(base, replications=2, workers=1),
    }
    for begin, found in answers.items():
        shown = found._repr_html_()
        assert shown.startswith(begin)
        assert "DataFrame" not in repr(found)
        assert "<br>" in shown or "\n" not in found.summary()


def test_kpis_in_a_cell_are_written_as_people_do_and_keep_every_digit(year: ss.Run) -> None:
    shown = year.kpis._repr_html_()
    assert not re.search(r"\de[+-]\d", shown)
    assert f"<td>{year.kpi['won']:.0f}</td>" in shown
    assert "<td>€" in shown
    assert type(year.kpis) is pd.DataFrame
    assert year.kpis["value"].dtype == float
    assert "€" not in year.kpis.head()._repr_html_()


def test_many_replications_in_a_cell_are_means_with_their_intervals(base: ss.Scenario) -> None:
    text = repr(ss.replicate(base, 4, workers=1))
    assert text.startswith("4 replications: mean and its 95% interval")
    assert re.search(r"Revenue: €\S+ \(-?€\S+ to €\S+\)|Revenue: €.* million \(€", text)


def test_points_that_have_no_picture_are_refused_with_what_there_is(base: ss.Scenario) -> None:
    three = {"team.ae.count": [7], "team.sdr.count": [3, 4], "team.support.count": [2]}
    with pytest.raises(ValueError, match=r"a picture needs one path of numbers.*sweep.of\(kpi\)"):
        ss.sweep(base, three, 1, workers=1).plot()


def test_the_quick_response_picture_is_not_offered_where_speed_changes_no_odds(
    year: ss.Run,
) -> None:
    assert not hasattr(year.plot, "response")


def test_a_presets_name_or_a_file_can_be_simulated_and_a_typo_is_told() -> None:
    assert ss.simulate("small-team").scenario.name == "small team"
    with pytest.raises(ss.ScenarioError, match="did you mean 'baseline'"):
        ss.simulate("baselin")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("used", "slow"), [("salessim", "matplotlib"), ("salessim.cli", "scipy.stats")]
)
def test_what_is_slow_to_load_is_loaded_only_where_it_is_needed(used: str, slow: str) -> None:
    code = f"import sys, {used}; print({slow!r} in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.filterwarnings("error")
def test_names_in_any_script_are_drawn_without_boxes_and_what_is_missing_is_said_once(
    year: ss.Run,
) -> None:
    stage = "東京 Łódź Казань \U0001fae0"
    activities = year.activities.assign(stage=stage)
    say_that_letters_are_missing.cache_clear()
    with pytest.warns(UserWarning, match="so pictures show [?] instead") as said:
        figure = plots.waits(activities, [stage])
    figure.draw_without_rendering()
    assert len(said) == 1
    labels = [text.get_text() for text in figure.axes[0].get_yticklabels()]
    assert "Łódź Казань ?" in labels[0]
    assert stage in plots.description(figure)


@pytest.mark.filterwarnings("error")
def test_a_dark_picture_has_light_text_on_a_dark_ground(year: ss.Run) -> None:
    with plots.theme("dark"):
        figure = year.plot.funnel()
    figure.draw_without_rendering()
    ground = mpl.colors.to_rgb(figure.get_facecolor())
    for axes in figure.axes:
        for label in [*axes.get_yticklabels(), *axes.get_xticklabels()]:
            if label.get_text():
                assert min(mpl.colors.to_rgb(label.get_color())) > max(ground) + 0.5
    assert mpl.colors.to_hex(year.plot.funnel().get_facecolor()) == "#ffffff"


def effects_table(**rows: tuple[float, float, float, str]) -> pd.DataFrame:
    """A table of effects: base, difference, half of the interval and verdict of each KPI."""
    units = {"won": "deals", "response_hours": "working hours"}
    return pd.DataFrame(
        [
            {"kpi": kpi, "unit": units.get(kpi, "currency"), "base": base, "what_if": base + d,
             "difference": d, "low": d - half, "high": d + half, "verdict": verdict,
             "replications": 30}
            for kpi, (base, d, half, verdict) in rows.items()
        ]
    )  # fmt: skip


def test_one_kpi_that_explodes_does_not_squeeze_the_others() -> None:
    table = effects_table(
        won=(170.0, 8.0, 2.0, "higher"), revenue=(5e6, 2e5, 1e5, "higher"),
        response_hours=(1.0, 23.6, 1.0, "higher"), contribution=(2e6, -1e5, 4e4, "lower"),
    )  # fmt: skip
    figure = plots.effects(table)
    _, right = figure.axes[0].get_xlim()
    assert right < 40
    texts = [text.get_text() for text in figure.findobj(mpl.text.Text)]
    assert "+2,360%" in texts


def test_colors_and_words_mean_better_or_worse_and_not_higher_or_lower() -> None:
    """A slower first contact is worse although its figure is higher."""
    table = effects_table(
        won=(170.0, 8.0, 2.0, "higher"), response_hours=(1.0, 0.1, 0.02, "higher"),
    )  # fmt: skip
    figure = plots.effects(table)
    assert figure.get_suptitle() == "Better: deals won. Worse: hours to first contact"
    words = [text.get_text() for text in figure.findobj(mpl.text.Text)]
    assert any(word.endswith(": worse") for word in words)
    marks = {line.get_marker() for line in figure.axes[0].lines}
    assert {"^", "v"} <= marks


def test_every_label_of_a_picture_lies_inside_it(year: ss.Run) -> None:
    table = effects_table(revenue=(5_340_000.0, 2e5, 1e5, "higher"))
    for figure in (year.plot.funnel(), year.plot.waits(), plots.effects(table, currency="EUR")):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        box = figure.get_tightbbox(canvas.get_renderer())
        assert box.x0 >= -0.01
        assert box.x1 <= figure.get_figwidth() + 0.01


def test_a_tick_is_where_it_says(year: ss.Run) -> None:
    """Never 0, 2, 5, 8, 10, 12: a tick's text read back is its place."""
    shares = pd.Series([0.01 + 0.001 * k for k in range(40)])
    figure = plots.range_of_years(shares, "of leads won", "share")
    figure.draw_without_rendering()
    axis = figure.axes[0].xaxis
    for place, label in zip(axis.get_ticklocs(), axis.get_ticklabels(), strict=True):
        assert float(label.get_text().rstrip("%")) / 100 == pytest.approx(place)


def test_the_middle_of_an_even_number_of_years_is_not_rounded() -> None:
    deals = pd.Series([160.0, 168.0, 170.0, 171.0, 175.0, 181.0])
    assert "median 170.5" in plots.description(plots.range_of_years(deals, "deals won", "deals"))


def test_a_funnels_title_names_waiting_where_leads_give_up(base: ss.Scenario) -> None:
    crowd = base.replace({"team.ae.count": 2})
    title = plots.description(ss.simulate(crowd).plot.funnel())
    assert re.search(r"[\d,]+ leads gave up waiting, most for demo", title)
    calm = plots.description(ss.simulate(base).plot.funnel())
    assert "the largest loss after prospecting is at qualification" in calm


def test_the_title_of_a_fan_is_about_months_as_its_axis_is() -> None:
    months = [("won", f"month {m}", 10.0, 12.0, 15.0) for m in range(1, 13)]
    table = pd.DataFrame(
        [*months, ("won", "year", 140.0, 152.0, 165.0)],
        columns=["kpi", "period", "p10", "p50", "p90"],
    )
    words = plots.description(plots.fan(table, "won"))
    assert words.startswith("In a typical month, deals won is between 10 and 15 in 8 of 10 years")
    with pytest.raises(ValueError, match="revenue has no months here; known are won"):
        plots.fan(table, "revenue")


def test_a_picture_that_is_asked_for_wrongly_says_how_to_ask() -> None:
    base = ss.Scenario.load("one-desk").replace({"calendar.days": 20, "calendar.warm_up_days": 0})
    run = ss.simulate(base)
    with pytest.raises(ValueError, match=r"run\.plot\.revenue\(5_000_000\)"):
        run.plot.revenue()
    effect = ss.compare(base, base.replace({"team.sdr.count": 6}), replications=2, workers=1)
    with pytest.raises(ValueError, match="must be the number of a what-if, 0 to 0, not 'won'"):
        effect.plot("won")  # type: ignore[arg-type]
    grid = ss.sweep(base, {"team.sdr.count": [5, 6]}, replications=2, workers=1)
    with pytest.raises(ScenarioError, match="unknown KPI; did you mean 'won'"):
        grid.plot("wins")


def test_printing_a_scenario_gives_its_summary() -> None:
    desk = ss.Scenario.load("one-desk")
    assert str(desk) == f"{desk}" == repr(desk)
    assert str(desk).startswith("Scenario: one desk\nQuestion ")


def test_an_outlook_draws_itself() -> None:
    year = ss.outlook("small-team", 20, workers=1)
    assert year.plot().get_suptitle().startswith("In a typical month, revenue is between")
    with pytest.raises(ScenarioError, match="did you mean 'revenue'"):
        year.plot("revenu")


def test_kpis_of_several_years_have_a_row_for_each() -> None:
    desk = ss.Scenario.load("one-desk").replace({"calendar.days": 20, "calendar.warm_up_days": 0})
    runs = [ss.simulate(desk, replication=k) for k in (3, 7)]
    assert pd.DataFrame([run.kpi for run in runs]).index.tolist() == [3, 7]


def test_a_desk_without_values_prints_no_money(base: ss.Scenario) -> None:
    """In the textbook's desk each lead counts 1, which is a count and no revenue."""
    desk = ss.Scenario.load("one-desk").replace({"calendar.days": 1, "calendar.warm_up_days": 0})
    printed = repr(ss.simulate(desk))
    assert "Revenue" not in printed
    assert "run of 1 working day (" in printed
    assert "Revenue" in repr(ss.simulate(base))


def test_headers_of_the_process_stand_apart(base: ss.Scenario) -> None:
    table = describe(base).process
    header = table_text(table).splitlines()[0]
    assert re.split(r" {2,}", header) == list(table.columns)


def test_words_before_names_fit_any_name() -> None:
    assert path_words("channels.email.cost_per_lead")[0] == "cost per email lead"


def test_a_range_of_days_says_days() -> None:
    said = ss.outlook("small-team", 20, workers=1).summary()
    (cycle,) = [line for line in said.splitlines() if line.startswith("Sales cycle")]
    assert re.match(r"Sales cycle: [\d.]+ to [\d.]+ working days in 80% of years", cycle)
