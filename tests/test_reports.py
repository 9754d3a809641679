"""What a manager reads, forwards and opens in Excel."""

import io
import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import matplotlib as mpl
import numpy as np
import openpyxl
import pandas as pd
import pytest

import salessim as ss
from salessim.display import figure, label_of
from salessim.display.kpis import LABELS
from salessim.experiment import Limits, Workers
from salessim.experiment.verdicts import HIGHER, LOWER, NO_DIFFERENCE, UNCLEAR
from salessim.output import excel_style
from salessim.plots.effects import effects
from salessim.reports import write_effect, write_run_report, write_sweep
from salessim.reports.assumptions import assumptions_of
from salessim.reports.certainty import spread_of
from salessim.reports.effect import effect_report
from salessim.reports.figures import headline_of, standing_of
from salessim.reports.page import page_of
from salessim.reports.pictures import picture, words_cut_off
from salessim.reports.report import Chart, Column, Report, Standing, Table, Tile
from salessim.reports.run import run_report
from salessim.reports.workbook import number_format, workbook_of
from tests import reported
from tests.reported import STUDIES

CUT_OFF: dict[str, list[str]] = {}  # words over the edge, by the picture that was written


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("reports")
    save = mpl.figure.Figure.savefig

    def looked_at(drawn: mpl.figure.Figure, *args: object, **how: object) -> None:
        CUT_OFF[drawn.get_label()] = words_cut_off(drawn)
        save(drawn, *args, **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mpl.figure.Figure, "savefig", looked_at)
        reported.write_all(place)
    return place


def page(folder: Path, study: str) -> str:
    return (folder / study / "report.html").read_text("utf-8")


def words(html: str) -> str:
    """What a person reads on a page."""
    text = re.sub(r"<style>.*?</style>|<svg.*?</svg>|<pre.*?</pre>", " ", html, flags=re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def sheets(folder: Path, study: str) -> openpyxl.Workbook:
    return openpyxl.load_workbook(folder / study / "report.xlsx")


def small(**what: object) -> Report:
    """A report of one table."""
    table = Table(
        "All figures",
        [
            Column("Figure", ["Revenue", "Win rate"]),
            Column("Change", [-0.00001053, 0.0123], ["currency", "share"], is_change=True),
            Column("Key", ["revenue", "win_rate"], on_page=False),
        ],
        chart=Chart("bar", "Change", "Figure", ["Change"]),
    )
    plain = Report("Comparison", "What?", "So.", [], [], [], [table], [], [], [], "salessim", "EUR")
    return replace(plain, **what)


# The page


@pytest.mark.parametrize("study", STUDIES)
def test_a_report_says_question_answer_reason_and_how_sure_before_any_detail(
    folder: Path, study: str
) -> None:
    html = page(folder, study)
    order = ["<h1>", 'class="answer"', 'class="tiles"', "How sure this is", "<figure>",
             "<table>", "What this assumes", "How to repeat it"]  # fmt: skip
    places = [html.index(part) for part in order]
    assert places == sorted(places)
    assert 3 <= html.count('<li class="tile') <= 5 or study == "options"
    assert re.search(r"(?i)a single year", words(html))


@pytest.mark.parametrize("study", STUDIES)
def test_a_report_needs_no_script_and_nothing_from_elsewhere(folder: Path, study: str) -> None:
    html = page(folder, study)
    assert "<script" not in html
    assert not re.search(r"https?://|src=|@import|url\((?!#)", html)
    assert re.search(r'<svg role="img" aria-label="[^"]{60,}"', html)


@pytest.mark.parametrize("study", STUDIES)
def test_nobody_reads_a_raw_key(folder: Path, study: str) -> None:
    """But in a command that is there to be copied."""
    text = re.sub(r"salessim \w+ .*? --out DIR", "", words(page(folder, study)))
    keys = [name for name in LABELS if "_" in name]
    paths = re.findall(r"\b(?:team|process|channels|support)\.\w+[\w.]*", text)
    assert [key for key in keys if key in text] + paths == []
    assert not re.search(r"\d[eE][-+]?\d|\bnan\b|currency\b.*currency unit", text)


@pytest.mark.parametrize("study", STUDIES)
def test_a_report_says_what_is_assumed(folder: Path, study: str) -> None:
    text = words(page(folder, study))
    for said in (
        "January 5, 2026 to January 1, 2027",
        "2 SDRs (€50,000 a year each), 2 AEs (€90,000 a year each)",
        "About 780 a year: website 780",
        "On average €9,000 a lead",
        "All amounts in EUR; gross margin 70%",
        "Switched off",
        "support for paperwork",
    ):
        assert said in text


def test_a_sweep_of_which_all_runs_failed_has_a_page_that_says_so(tmp_path: Path) -> None:
    base = reported.base().replace({"economics": None})
    late = ss.Study(1, Workers(1, limits=Limits(seconds=0.0)))
    found = ss.sweep(base, {"team.ae.count": [1, 2]}, 2, study=late)
    write_sweep(found, base, tmp_path / "none", ["salessim"], lambda _: None)
    assert "No run gave a result" in words(page(tmp_path, "none"))


def test_the_same_study_writes_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    said: list[str] = []
    write_effect(reported.effect(), tmp_path / "again", ["salessim", "--out", "DIR"], said.append)
    for file in ("report.html", "report.xlsx"):
        again = (tmp_path / "again" / file).read_bytes()
        assert again == (folder / "compare" / file).read_bytes()


def test_the_numbers_on_a_page_are_those_of_the_table(folder: Path) -> None:
    text = words(page(folder, "compare"))
    table = pd.read_csv(folder / "compare" / "effects.csv").set_index("kpi")
    for kpi in ("contribution", "won", "revenue"):
        for end in ("base", "what_if"):
            assert figure(table.loc[kpi, end], label_of(kpi).unit, "EUR") in text
    chance = pd.read_csv(folder / "outlook" / "chances.csv")["chance"].iloc[0]
    assert f"{chance:.1%}" in words(page(folder, "outlook"))


def test_fewer_sellers_are_worse_in_a_word_with_a_sign_and_with_the_reason(folder: Path) -> None:
    html = page(folder, "compare")
    tile = re.search(r'<li class="tile worse">.*?</li>', html, re.S)
    assert tile is not None
    assert re.search(r"-€[\d,]+", tile[0])
    assert "worse" in words(tile[0])
    reasons = words(html[html.index("<h2>Why</h2>") : html.index("How sure this is")])
    assert "closing" in reasons


def test_a_slower_answer_is_worse_although_it_is_higher() -> None:
    assert standing_of("response_hours", HIGHER, 2.0) == Standing.WORSE
    assert standing_of("response_hours", LOWER, -2.0) == Standing.BETTER
    assert standing_of("contribution", LOWER, -2.0) == Standing.WORSE
    assert standing_of("leads", HIGHER, 2.0) == Standing.HIGHER
    assert standing_of("won", NO_DIFFERENCE, 0.1) == Standing.SAME
    assert standing_of("won", UNCLEAR, 0.1) == Standing.UNCLEAR


def test_what_was_earned_comes_first_then_what_has_a_verdict() -> None:
    kpis = ["won", "revenue", "win_rate", "sales_cycle_days", "response_hours", "contribution"]
    verdicts = [NO_DIFFERENCE, NO_DIFFERENCE, UNCLEAR, UNCLEAR, HIGHER, LOWER]
    rows = pd.DataFrame({"verdict": verdicts, "replications": 30}, index=kpis)
    assert headline_of(rows)[:4] == ["contribution", "won", "revenue", "response_hours"]
    assert len(headline_of(rows)) == 5


@pytest.mark.parametrize(("count", "word"), [(1, "lost"), (3, "won")])
def test_the_story_is_of_a_deal_lost_where_deals_are_lost(count: int, word: str) -> None:
    effect = reported.effect(count)
    deals = effect.deals()
    report = effect_report(effect, [deals], ["salessim"])
    assert report.pictures[1].message.startswith(f"The largest deal {word} because of the change")
    told = deals[deals["because"] == word]
    assert any(lead in report.pictures[1].message for lead in told["lead"])


def test_several_options_stand_side_by_side_with_their_reasons(folder: Path) -> None:
    html = page(folder, "options")
    assert html.count('<li class="tile') == 2
    text = words(html)
    assert "third AE third SDR" in re.sub(r": verdict", "", text) or "third AE: verdict" in text
    assert (folder / "options" / "pairs.csv").exists()
    assert "of 3 options" in text or "all 3 are" in text


def test_a_one_year_report_says_that_it_is_one_year(folder: Path) -> None:
    text = words(page(folder, "run"))
    assert "This is one simulated year" in text
    assert "What waits where" in text
    assert "What is lost where" in text
    assert "Where the time goes" in text


def test_the_average_and_a_single_year_are_kept_apart() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(0.0, 7.0, 400)
    half = 1.966 * values.std(ddof=1) / 20.0
    mean = values.mean()
    assert spread_of(mean - half, mean + half, 400) == pytest.approx(values.std(ddof=1), rel=1e-3)
    assert np.isnan(spread_of(-1.0, 1.0, 4))


def test_odd_names_are_text_and_never_markup() -> None:
    odd = '<script>alert("$x$")</script>'
    html = page_of(small(question=odd, answer=odd, tiles=[Tile(odd, "deals", 1.0)]))
    assert "<script" not in html
    assert odd in unescape(html)


# The pictures


def test_no_word_of_a_picture_is_cut_off(folder: Path) -> None:
    assert len(CUT_OFF) >= 10
    assert {message: found for message, found in CUT_OFF.items() if found} == {}


def test_a_word_over_the_edge_is_noticed() -> None:
    found = mpl.figure.Figure(figsize=(2, 2))
    found.text(0.5, 0.5, "a sentence that is far too long for two inches")
    found.draw_without_rendering()
    assert words_cut_off(found) == ["a sentence that is far too long for two inches"]


def test_a_picture_follows_the_readers_theme() -> None:
    made = picture(effects, reported.effect().table, None, 0.02, "EUR")
    assert "var(--text)" in made.svg
    assert not re.search(r'<g style="fill: #(1a1a1a|595959)', made.svg, re.IGNORECASE)
    assert "<metadata" not in made.svg


# The workbook


@pytest.mark.parametrize("study", STUDIES)
def test_the_workbook_opens_on_the_answer_and_ends_with_the_assumptions(
    folder: Path, study: str
) -> None:
    book = sheets(folder, study)
    assert book.sheetnames[0] == "Answer"
    assert book.sheetnames[-1] == "Assumptions"
    answer = " ".join(str(cell.value) for row in book["Answer"] for cell in row if cell.value)
    assert re.search(r'class="answer">([^<]{20,40})', page(folder, study))[1][:20] in answer  # type: ignore[index]
    assert any(sheet._charts for sheet in book.worksheets)
    for sheet in book.worksheets[1:-1]:
        assert sheet.freeze_panes == "B2"
        assert sheet.column_dimensions["A"].width > 8


def test_money_percent_and_counts_have_their_number_formats(folder: Path) -> None:
    sheet = sheets(folder, "compare")["All figures"]
    head = [cell.value for cell in sheet[1]]
    assert head[0] == "Figure"
    assert head[-1] == "Key"
    rows = {row[-1].value: row for row in sheet.iter_rows(min_row=2) if row[-1].value}
    assert rows["revenue"][1].number_format == '"€"#,##0'
    assert rows["win_rate"][1].number_format == "0.0%"
    assert rows["won"][3].number_format == "+#,##0.0;-#,##0.0;#,##0.0"
    table = pd.read_csv(folder / "compare" / "effects.csv").set_index("kpi")
    for kpi in ("revenue", "win_rate", "won"):
        assert rows[kpi][2].value == pytest.approx(table.loc[kpi, "what_if"], rel=1e-12)


@pytest.mark.parametrize(
    ("unit", "currency", "wanted"),
    [
        ("currency", "CHF", '#,##0\\ "CHF"'),
        ("currency", "", "#,##0"),
        ("share", "", "0.0%"),
        ("count", "", "#,##0"),
    ],
)
def test_a_number_format_has_the_scenarios_currency(unit: str, currency: str, wanted: str) -> None:
    assert number_format(unit, currency) == wanted


def test_a_whole_count_has_no_decimals_in_excel(folder: Path) -> None:
    sheet = sheets(folder, "compare")["All figures"]
    rows = {row[-1].value: row for row in sheet.iter_rows(min_row=2) if row[-1].value}
    assert float(rows["people"][1].value).is_integer()
    assert rows["people"][1].number_format == "#,##0"


def test_what_was_not_observed_is_empty_and_a_tiny_difference_reads_as_one() -> None:
    report = small()
    table = report.tables[0]
    empty = replace(table, columns=[table.columns[0], Column("Value", [np.nan, 1.0], "share")],
                    chart=None)  # fmt: skip
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(replace(report, tables=[empty]))))
    assert book["All figures"]["B2"].value is None
    assert "e-05" not in page_of(report)


def test_a_picture_of_money_names_the_currency(folder: Path) -> None:
    for study in ("sweep", "best", "outlook"):
        labels = re.findall(r'<svg role="img" aria-label="([^"]+)"', page(folder, study))
        assert labels
        assert "€" in " ".join(labels), study


def test_a_range_of_a_value_is_not_called_a_change_in_excel(folder: Path) -> None:
    for study, word in (("best", "Value"), ("outlook", "Value"), ("compare", "Change")):
        heads = [cell.value for row in sheets(folder, study)["Answer"].iter_rows() for cell in row]
        other = "Change" if word == "Value" else "Value"
        assert f"{word} at least" in heads, study
        assert f"{other} at least" not in heads, study


# CSV


def test_csv_for_excel_holds_the_same_numbers(folder: Path, tmp_path: Path) -> None:
    said: list[str] = []
    run = ss.simulate(reported.base())
    style = excel_style(",")
    limits = reported.limits_of(run)
    write_run_report(run, tmp_path / "run", ["salessim"], False, said.append, style, limits)
    theirs = pd.read_csv(tmp_path / "run" / "kpis.csv", sep=";", decimal=",", encoding="utf-8-sig")
    ours = pd.read_csv(folder / "run" / "kpis.csv")
    pd.testing.assert_frame_equal(theirs, ours)
    assert (tmp_path / "run" / "report.html").read_bytes() == (
        folder / "run" / "report.html"
    ).read_bytes().replace(b"salessim --out DIR", b"salessim")


# Assumptions


def test_what_a_scenario_leaves_out_is_said_to_be_switched_off() -> None:
    facts = {fact.about: fact.text for fact in assumptions_of(ss.Scenario.load("one-desk"))}
    for what in ("leads going cold while they wait", "support for paperwork", "salaries"):
        assert what in facts["Switched off"]
    baseline = {fact.about: fact.text for fact in assumptions_of(ss.Scenario.load("baseline"))}
    assert "paperwork" not in baseline["Switched off"]


def test_dated_changes_stand_among_the_assumptions() -> None:
    plan = [{"day": 62, "set": {"team.sdr.count": 6}}]
    planned = ss.Scenario.load("one-desk").replace({"plan": plan})
    facts = {fact.about: fact.text for fact in assumptions_of(planned)}
    said = facts["Changes during the period"]
    assert said == "changing SDRs from 5 to 6 on April 1, 2026"


def test_assumptions_give_the_chance_and_the_rate_that_a_crm_shows() -> None:
    """At prospecting whoever replies passes; most never reply, so 37% advance."""
    (process,) = (
        fact.text
        for fact in assumptions_of(ss.Scenario.load("baseline"))
        if fact.about == "Process"
    )
    assert "prospecting (SDR, 100% pass, 37% advance)" in process
    assert "as a CRM shows it" in process
    (alone,) = (
        fact.text
        for fact in assumptions_of(ss.Scenario.load("one-desk"))
        if fact.about == "Process"
    )
    assert alone == "prospecting (SDR, 100% pass)"


def test_a_report_of_a_desk_without_values_names_no_revenue() -> None:
    desk = ss.Scenario.load("one-desk").replace({"calendar.days": 60, "calendar.warm_up_days": 0})
    report = run_report(ss.simulate(desk), [])
    assert "revenue" not in report.answer
    assert "Revenue" not in [tile.title for tile in report.tiles]
