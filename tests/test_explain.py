"""Why two departments differ: parts that add up, and reasons found in the event logs alone.

Scenarios are random in 10 pairs in the quick selection, in 25 with `make test`, which sets the
variable EXPLAIN_EXAMPLES.
"""

import codecs
import json
import os
import re
import sys
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import salessim as ss
from salessim import Effect, Scenario, ScenarioError, cli
from salessim.experiment import Study
from salessim.experiment.explain.pair import Pair
from salessim.experiment.explain.parts import amounts_of
from salessim.experiment.explain.paths import match
from salessim.experiment.explain.shapley import Flows, shapley
from salessim.experiment.explain.traced import Change
from tests.strategies import scenarios

EXAMPLES = int(os.environ.get("EXPLAIN_EXAMPLES", "10"))
KPIS = ("won", "revenue", "cost", "contribution")

# The baseline's stages and roles under other names: no reason may know the usual ones.
OTHER_NAMES = {
    "sdr": "hunter", "ae": "closer", "prospecting": "reach", "qualification": "sift",
    "demo": "showing", "negotiation": "haggling", "closing": "signing",
}  # fmt: skip


def renamed(scenario: Scenario) -> Scenario:
    """A scenario with other names for stages and roles."""
    text = json.dumps(scenario.plain(), default=str)
    for name, other in OTHER_NAMES.items():
        text = text.replace(f'"{name}"', f'"{other}"')
    return Scenario.parse(json.loads(text))


@pytest.fixture(scope="module")
def base() -> Scenario:
    return renamed(Scenario.load("baseline"))


@pytest.fixture(scope="module")
def small() -> Scenario:
    return Scenario.load("small-team").replace({"calendar.days": 65})


def effect_of(base: Scenario, changes: dict[str, Any], replications: int = 16) -> Effect:
    """A planted change with an inert one beside it."""
    inert = {"team.manager.internal_hours_per_week": 3}
    return ss.compare(base, base.replace({**changes, **inert}), replications=replications)


def assert_adds_up(parts: pd.DataFrame, effects: pd.DataFrame) -> None:
    """The amounts of each KPI are its difference, to a billionth of the figure."""
    rows = effects.set_index("kpi")
    for kpi in KPIS:
        row = rows.loc[kpi] if kpi in rows.index else None
        if row is not None and not np.isnan(row["difference"]):
            figure = max(abs(row["base"]), abs(row["what_if"]))
            amount = parts.loc[parts["kpi"] == kpi, "amount"].sum()
            assert abs(amount - row["difference"]) <= 1e-9 * figure, kpi


# Parts


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(scenarios(), scenarios(), st.integers(0, 3))
def test_parts_of_any_two_departments_add_up(one: Scenario, other: Scenario, seed: int) -> None:
    window = {f"calendar.{key}": getattr(one.calendar, key) for key in ("days", "hours_per_day")}
    other = other.replace({**window, "plan": None})
    runs = [ss.simulate(scenario, seed) for scenario in (one, other)]
    pair = Pair.of(*(run.record for run in runs))
    for kpi in KPIS:
        before, after = (run.kpi[kpi] for run in runs)
        if not np.isnan(after - before):
            amount = float(amounts_of(kpi, pair.parts).sum())
            figure = max(abs(before), abs(after))
            assert abs(amount - (after - before)) <= 1e-9 * figure, kpi
    kept = Pair.read(json.loads(json.dumps(pair.plain())))
    assert (kept.parts == pair.parts).all()
    assert (kept.what_if.stages == pair.what_if.stages).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"team.ae.count": 1},
        {"channels.website.leads_per_day": 9, "channels.expo": {"leads_per_day": 1}},
        {"process.negotiation": None},
        {"channels.website.cost_per_lead": 3, "team.sdr.salary_per_year": 1},
        {"calendar.warm_up_days": 20},
    ],
)
def test_parts_add_up_to_the_means_in_effects_csv(small: Scenario, changes: Any) -> None:
    effect = ss.compare(small, small.replace(changes), replications=3, workers=1)
    assert list(effect.because[0]) == ["kpi", "stage", "change", "cause", "deals", "amount"]
    assert_adds_up(effect.because[0], effect.table)


def test_leads_are_matched_by_name_whatever_channels_there_are(small: Scenario) -> None:
    other = small.replace(
        {"channels.website.leads_per_day": 2, "channels.expo": {"leads_per_day": 1.5}}
    )
    one, two = (ss.simulate(s, 1).record.leads for s in (small, other))
    found = match(one, two)
    assert (one.names[found.base] == two.names[found.what_if]).all()
    assert set(one.names[found.base]) == set(one.names) & set(two.names)
    assert found.only_what_if.sum() == len(set(two.names) - set(one.names)) > 0


def test_a_deal_counts_once_however_much_its_times_differ(base: Scenario) -> None:
    shorter = base.replace({"calendar.days": 60, "calendar.warm_up_days": 40})
    fewer = shorter.replace({"team.closer.count": 4})
    runs = [ss.simulate(s, 1) for s in (shorter, fewer)]
    table = Pair.of(*(run.record for run in runs)).parts
    won = [set(run.leads.query("outcome == 'won'")["lead"]) for run in runs]
    moved = table["gained"][:, Change.MOVED].sum() + table["lost"][:, Change.MOVED].sum()
    assert table["gained"].sum() + table["lost"].sum() == len(won[0] ^ won[1]) + moved > 0


# Reasons: planted, renamed, with an inert change beside


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"team.closer.count": 6}, ["gave up", "showing", "6 closers instead of 8", "rose from"]),
        ({"team.support.count": 1}, ["showing", "closers", "paperwork", "support people did"]),
        ({"team.support.internal_hours_per_week": 30},
         ["showing", "closers", "paperwork", "support people did"]),
        ({"process.showing.patience.mean_days": 1.5},
         ["gave up sooner", "showing stage", "patience with the closers"]),
        ({"process.haggling.patience.mean_days": 2},
         ["gave up sooner", "haggling stage", "patience with the closers"]),
        ({"process.showing.pass_probability": 0.4}, ["fewer leads passed", "showing stage"]),
        ({"process.reach.attempts.most": 3}, ["fewer leads answered", "reach", "hunters", "tries"]),
        ({"process.showing.effort.mean_hours": 8}, ["showing", "closers", "a visit", "hours"]),
        ({"team.hunter.count": 2}, ["took longer", "reach", "2 hunters instead of 3"]),
    ],
)  # fmt: skip
def test_the_first_reason_names_stage_mechanism_and_role(
    base: Scenario, changes: Any, words: list[str]
) -> None:
    effect = effect_of(base, changes)
    first = effect.reasons[0][0]
    assert "fewer deals because" in first
    assert not [word for word in words if word not in first], first
    assert len(effect.reasons[0]) <= 3
    assert_adds_up(effect.because[0], effect.table)


@pytest.mark.slow
def test_more_leads_bring_deals_and_longer_waits_cost_some(base: Scenario) -> None:
    effect = effect_of(base, {"channels.website.leads_per_day": 8})
    leads, waits, *_ = effect.reasons[0][0].split(" deals ")[1:]
    assert "from the additional leads" in leads
    assert "because leads gave up waiting at the showing" in waits


@pytest.mark.slow
def test_a_moved_holiday_is_about_the_same_and_no_story_is_told(base: Scenario) -> None:
    holidays = [day for day in base.calendar.holidays if day != date(2026, 11, 26)]
    moved = [day.isoformat() for day in (*holidays, date(2026, 12, 31))]
    effect = effect_of(base, {"calendar.holidays": moved}, 8)
    reason = effect.reasons[0][0]
    assert reason.startswith("Deals won: about the same; ")
    assert "moved over the edge" in reason
    assert "because" not in reason
    stages = effect.because[0].query("kpi == 'won'")
    assert set(stages["cause"]) == {"about the same: by chance"}


def test_salaries_are_a_part_without_a_stage(small: Scenario) -> None:
    raised = small.replace({"team.ae.salary_per_year": 200_000})
    effect = ss.compare(small, raised, replications=3, workers=1)
    [part] = effect.because[0].query("kpi == 'cost'").itertuples()
    assert (part.stage, part.change, part.deals) == ("", "salaries", 0)
    assert part.amount > 0
    assert effect.reasons[0][0] == "Deals won: about the same: the same deals are won."


# Deals


@pytest.mark.slow
def test_deals_that_both_win_at_another_time_are_moved_not_won(base: Scenario) -> None:
    slower = base.replace({"process.signing.customer_delay.mean_days": 15})
    deals = ss.compare(base, slower, replications=1).deals()
    runs = [ss.simulate(s, 1).record for s in (base, slower)]
    ever = [set(r.leads.names[r.result == 2]) for r in runs]  # warm-up included
    won, lost, moved = (set(deals.loc[deals["because"] == w, "lead"])
                        for w in ("won", "lost", "moved"))  # fmt: skip
    assert won <= ever[1] - ever[0]
    assert lost <= ever[0] - ever[1]
    assert moved
    assert moved <= ever[0] & ever[1]
    assert (deals.loc[deals["because"] == "moved", "base_closed"] < 0).all()


# A year against its plan


def test_a_year_as_planned_missed_by_luck_alone(small: Scenario) -> None:
    year = ss.explain_year(small, replication=2, replications=6, workers=1)
    assert set(year.table["part"]) == {"plain luck"}
    assert set(year.table["of"]) == {"leads", "stage conversion", "deal size", "timing"}
    assert year.table["amount"].sum() == pytest.approx(year.bookings - year.expected, rel=1e-9)
    own = ss.simulate(small, 1, 2).kpi["revenue"]
    assert year.bookings == own


def test_the_parts_of_a_year_that_are_told_add_up(small: Scenario) -> None:
    year = ss.explain_year(small, small.replace({"team.ae.count": 1}), 9, 1, 6, workers=1)
    told = [line for line in year.summary().splitlines() if line[:1] in "+-"]
    for line in filter(None, told):
        part, of_it = (amounts_in(text) for text in line.split(": ", 1))
        if len(of_it) > 1:
            assert sum(of_it) == pytest.approx(part[0], abs=0.02 * sum(map(abs, of_it)))
    assert "everything else" in year.summary()
    assert "ooking" not in year.summary()


def amounts_in(text: str) -> list[float]:
    """Signed amounts of a text; what stands in parentheses is about them."""
    text = re.sub(r"\([^()]*\)", "", text)
    found = re.findall(r"([+-])([\d,.]+)( million)?", text)
    return [float(sign + size.replace(",", "").rstrip(".")) * (1e6 if million else 1)
            for sign, size, million in found]  # fmt: skip


def test_what_the_department_did_otherwise_stands_apart_from_luck(small: Scenario) -> None:
    actual = small.replace({"channels.website.leads_per_day": 0.2, "team.ae.count": 1})
    year = ss.explain_year(small, actual, replication=9, replications=6, workers=1)
    parts = year.table.groupby("part")["amount"].sum()
    assert parts.sum() == pytest.approx(year.bookings - year.expected, rel=1e-9)
    mean = np.mean([[ss.simulate(s, 1, k).kpi["revenue"] for k in range(6)]
                    for s in (small, actual)], axis=1)  # fmt: skip
    assert parts.drop("plain luck").sum() == pytest.approx(mean[1] - mean[0])
    assert parts["leads"] < 0


def test_shapley_values_add_up_and_give_nothing_to_what_is_the_same() -> None:
    draws = np.random.default_rng(1)
    others = Flows.of(draws.uniform(90, 110, 5), draws.uniform(50, 90, (5, 2)),
                      draws.uniform(20, 50, (5, 2)), draws.uniform(1e3, 2e3, 5))  # fmt: skip
    size = others.size[:1].repeat(5)
    others = Flows(others.leads, others.timing, others.rates, size)
    year = Flows(np.array([120.0]), others.timing[:1] + 3, others.rates[:1] * 1.1, size[:1])
    added = shapley(year, others)
    assert added.sum() == pytest.approx(year.bookings[0] - others.bookings.mean(), rel=1e-12)
    assert added[-2] == pytest.approx(0, abs=1e-9)


# The command, and the store


def run(*words: str) -> int:
    """The command in this process; its exit code."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["salessim", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
    return int(ended.value.code or 0)


def test_the_command_writes_parts_effects_and_words(
    small: Scenario, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "small.yaml").write_text(small.to_yaml(), "utf-8")
    words = ["explain", str(tmp_path / "small.yaml"), "--workers", "1", "--replications", "3"]
    assert run(*words, "--set", "team.ae.count=1", "--out", str(tmp_path / "why")) == 0
    parts, effects = (pd.read_csv(tmp_path / "why" / f"{n}.csv") for n in ("because", "effects"))
    assert_adds_up(parts, effects)
    page = unescape((tmp_path / "why" / "report.html").read_text("utf-8"))
    assert capsys.readouterr().out.splitlines()[0] in page
    year = [*words, "--year", "1", "--for-excel", "--out", str(tmp_path / "year")]
    assert run(*year) == 0
    assert capsys.readouterr().out.splitlines()[0] in (tmp_path / "year" / "report.html").read_text(
        "utf-8"
    )
    assert (tmp_path / "year" / "year.csv").read_bytes().startswith(codecs.BOM_UTF8)
    assert all((tmp_path / name / "report.xlsx").exists() for name in ("why", "year"))
    assert list(pd.read_csv(tmp_path / "year" / "year.csv")) == [
        "part", "of", "stage", "amount", "cause",
    ]  # fmt: skip


def test_the_command_asks_what_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "one-desk", "--out", str(tmp_path / "why")) == 2
    assert "--set PATH=VALUE" in capsys.readouterr().err
    assert not (tmp_path / "why").exists()


def test_a_year_of_a_plan_that_never_runs_is_refused(small: Scenario) -> None:
    with pytest.raises(ScenarioError, match="replications"):
        ss.explain_year(small, replications=1)


def test_a_study_that_continues_tells_the_same_parts(small: Scenario, tmp_path: Path) -> None:
    fewer = small.replace({"team.ae.count": 1})
    first, again = (
        ss.compare(small, fewer, replications=3, study=Study(1, folder=tmp_path / "study"))
        for _ in range(2)
    )
    pd.testing.assert_frame_equal(first.because[0], again.because[0])
    assert first.reasons == again.reasons
