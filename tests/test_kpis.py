"""The KPIs, each made again from the tables by other code; empty where nothing was observed."""

import math
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import salessim as ss
from salessim import Run, Scenario
from salessim.run.kpis import KPIS, definitions_page

END = 60.0
STAGES = ["prospecting", "qualification", "demo", "negotiation", "closing"]
CONTRACT = [
    "leads", "won", "revenue", "conversion_rate", "average_deal_size", "win_rate",
    "lead_to_opportunity", "pipeline_coverage", "within_promise", "cost_per_win",
    "sales_cycle_days", "response_hours", "pipeline_value", "selling_time_share",
    "revenue_per_seller", "productivity", "cost", "contribution", "quota_attainment",
    "customer_satisfaction", "renewal_rate",
]  # fmt: skip
NEVER_YET = ["pipeline_coverage", "quota_attainment", "customer_satisfaction", "renewal_rate"]


def shortened(**changes: Any) -> Scenario:
    """Twelve weeks of the baseline with sellers and support only, some of whom come and go."""
    plan = [
        {"day": 15, "set": {"team.ae.count": 6, "team.ae.salary_per_year": 99_000}},
        {"day": 31.5, "set": {"team.ae.count": 9, "channels.email.cost_per_lead": 60}},
    ]
    return Scenario.load("baseline").replace(
        {
            "calendar.days": int(END),
            "calendar.warm_up_days": 60,
            "calendar.holidays": None,
            "team.engineer": None,
            "team.manager": None,
            "plan": plan,
            **changes,
        }
    )


@pytest.fixture(scope="module")
def warm() -> Run:
    return ss.simulate(shortened())


@pytest.fixture(scope="module")
def cold() -> Run:
    """All visits lie in the window: the tables say everything."""
    return ss.simulate(shortened(**{"calendar.warm_up_days": 0}))


@pytest.fixture(scope="module", params=["warm", "cold"])
def run(request: pytest.FixtureRequest) -> Run:
    found: Run = request.getfixturevalue(request.param)
    return found


def agrees(run: Run, kpi: str, value: float) -> None:
    assert not math.isnan(value)
    assert run.kpi[kpi] == pytest.approx(value, rel=1e-11, abs=1e-9)


def closed(run: Run) -> pd.DataFrame:
    return run.leads[run.leads["closed"].notna()]


def won(run: Run) -> pd.DataFrame:
    return run.leads[run.leads["outcome"] == "won"]


def opportunities(leads: pd.DataFrame) -> pd.DataFrame:
    return leads[leads["stage"].isin(STAGES[2:])]


def firsts(run: Run, stage: str) -> pd.DataFrame:
    """The first visit to each lead at a stage, for leads that came to it in the window."""
    table = run.activities
    return table[(table["stage"] == stage) & (table["kind"] == "work") & (table["attempt"] == 1)]


def sellers(run: Run) -> pd.DataFrame:
    return run.reps[run.reps["role"].isin(["sdr", "ae"])]


def employed_days(people: pd.DataFrame) -> pd.Series:
    return people["left"].fillna(END) - people["hired"].clip(lower=0)


# What there is


def test_every_kpi_of_the_contract_is_there_once(run: Run) -> None:
    names = run.kpis["kpi"].tolist()
    stages = [f"conversion_rate.{stage}" for stage in STAGES]
    roles = [f"utilisation.{role}" for role in run.scenario.team]
    assert len(names) == len(set(names))
    assert {*CONTRACT, *stages, *roles} <= set(names)


def test_every_kpi_has_a_unit_and_a_definition(run: Run) -> None:
    assert run.kpis["unit"].str.len().min() > 0
    for kpi in KPIS:
        assert kpi.definition.endswith(".")


def test_the_kpis_as_a_table_and_by_name_are_the_same(run: Run) -> None:
    table = run.kpis.set_index("kpi")["value"]
    pd.testing.assert_series_equal(table, run.kpi, check_names=False, check_exact=True)


def test_the_page_of_definitions_is_the_one_in_the_docs() -> None:
    page = Path(__file__).parent.parent / "docs" / "kpis.md"
    assert page.read_text("utf-8") == definitions_page()


# Deals


def test_leads_won_and_revenue_are_those_of_the_window(run: Run) -> None:
    agrees(run, "leads", (run.leads["arrived"] >= 0).sum())
    agrees(run, "won", len(won(run)))
    agrees(run, "revenue", won(run)["value"].sum())
    agrees(run, "average_deal_size", won(run)["value"].mean())


def test_the_conversion_rate_is_that_of_all_leads_that_were_closed(run: Run) -> None:
    agrees(run, "conversion_rate", len(won(run)) / len(closed(run)))


def test_the_win_rate_is_that_of_decided_opportunities(run: Run) -> None:
    agrees(run, "win_rate", len(won(run)) / len(opportunities(closed(run))))


@pytest.mark.parametrize("position", range(5))
def test_the_conversion_rate_of_a_stage_is_that_of_results_known_in_the_window(
    run: Run, position: int
) -> None:
    last = position == len(STAGES) - 1
    passed = len(won(run)) if last else len(firsts(run, STAGES[position + 1]))
    ended = closed(run)
    ended = ended[(ended["stage"] == STAGES[position]) & (ended["outcome"] != "won")]
    agrees(run, f"conversion_rate.{STAGES[position]}", passed / (passed + len(ended)))


def test_leads_become_opportunities_or_end_before(run: Run) -> None:
    became = len(firsts(run, "demo"))
    ended = len(closed(run)) - len(opportunities(closed(run)))
    agrees(run, "lead_to_opportunity", became / (became + ended))


def test_the_sales_cycle_is_that_of_deals_won(run: Run) -> None:
    agrees(run, "sales_cycle_days", (won(run)["closed"] - won(run)["arrived"]).mean())


def test_the_pipeline_is_worth_what_its_open_opportunities_are(run: Run) -> None:
    still_open = run.leads[run.leads["outcome"] == "open"]
    agrees(run, "pipeline_value", opportunities(still_open)["value"].sum())
    assert run.weeks["pipeline_value"].iloc[-1] == pytest.approx(run.kpi["pipeline_value"])


# Answers


def response_hours(run: Run, holidays: tuple[int, ...] = ()) -> pd.Series:
    first = firsts(run, "prospecting").dropna(subset=["started"])
    arrived = run.leads.set_index("lead")["arrived"][first["lead"]].to_numpy()
    days = first["started"].to_numpy() - arrived
    for day in holidays:
        over = np.minimum(first["started"], day + 1) - np.maximum(arrived, day)
        days = days - np.clip(over, 0, None)
    return pd.Series(days * 8)


def test_the_response_is_the_time_from_arrival_to_first_work(cold: Run) -> None:
    agrees(cold, "response_hours", response_hours(cold).mean())
    agrees(cold, "within_promise", (response_hours(cold) <= 4).mean())


def test_the_response_of_leads_from_the_warm_up_counts_if_it_lies_in_the_window() -> None:
    slow = shortened(**{"team.sdr.count": 1, "plan": None})
    run = ss.simulate(slow)
    visits = run.record.journal.visits
    first = visits[(visits["stage"] == 0) & (visits["kind"] == 0) & (visits["attempt"] == 1)]
    first = first[(first["started"] >= 0) & (first["started"] < END)]
    waits = (first["started"] - run.record.leads.arrived[first["lead"]]) * 8
    assert (run.record.leads.arrived[first["lead"]] < 0).any()
    agrees(run, "response_hours", waits.mean())


def test_holidays_are_left_out_of_the_response() -> None:
    holidays = {"calendar.holidays": ["2026-01-19", "2026-02-16"], "calendar.warm_up_days": 0}
    run = ss.simulate(shortened(**holidays, plan=None))
    agrees(run, "response_hours", response_hours(run, (10, 30)).mean())
    assert response_hours(run, (10, 30)).mean() < response_hours(run).mean() - 0.1


# Time


@pytest.mark.parametrize("role", ["sdr", "ae", "support"])
def test_utilisation_is_the_share_of_available_hours(run: Run, role: str) -> None:
    mine = run.reps[run.reps["role"] == role]
    busy = mine[["selling_hours", "travel_hours", "admin_hours"]].sum().sum()
    agrees(run, f"utilisation.{role}", busy / mine["available_hours"].sum())


def test_selling_time_is_a_share_of_all_paid_hours(run: Run) -> None:
    paid = employed_days(sellers(run)).sum() * 8
    agrees(run, "selling_time_share", sellers(run)["selling_hours"].sum() / paid)


def test_revenue_per_seller_is_by_the_mean_number_employed(run: Run) -> None:
    employed = employed_days(sellers(run)).sum() / END
    agrees(run, "revenue_per_seller", won(run)["value"].sum() / employed)


def test_productivity_is_deals_for_each_available_seller_day(run: Run) -> None:
    agrees(run, "productivity", len(won(run)) / (sellers(run)["available_hours"].sum() / 8))


# Money


def cost(run: Run) -> float:
    """Salaries by the day, leads by their price at arrival, commission on revenue."""
    total = 0.0
    salaries = {"sdr": 65_000, "ae": 95_000, "support": 55_000}
    for person in run.reps.itertuples():
        since = max(person.hired, 0)
        until = END if math.isnan(person.left) else person.left
        total += (until - since) * salaries[person.role] / 260
        if person.role == "ae":
            total += max(until - max(since, 15), 0) * 4_000 / 260
    came = run.leads[run.leads["arrived"] >= 0]
    price = came["channel"].map(
        {"cold calls": 15, "email": 45, "social": 70, "website": 90, "referral": 30}
    )
    dearer = (came["channel"] == "email") & (came["arrived"] >= 31.5)
    total += price.sum() + 15 * dearer.sum()
    return total + 0.08 * float(won(run)["value"].sum())


def test_cost_is_people_leads_and_commission_at_the_prices_of_the_day(run: Run) -> None:
    agrees(run, "cost", cost(run))
    agrees(run, "cost_per_win", cost(run) / len(won(run)))
    agrees(run, "contribution", 0.75 * won(run)["value"].sum() - cost(run))


def test_everyone_of_the_team_costs_whether_there_is_work_or_not(run: Run) -> None:
    managed = run.scenario.replace({"team.manager": {"count": 2, "salary_per_year": 130_000}})
    difference = ss.simulate(managed).kpi["cost"] - ss.simulate(run.scenario).kpi["cost"]
    assert difference == pytest.approx(2 * 130_000 * END / 260, rel=1e-9)


# Never observed


@pytest.mark.parametrize("kpi", NEVER_YET)
def test_what_no_mechanism_makes_is_empty(run: Run, kpi: str) -> None:
    assert math.isnan(run.kpi[kpi])


@pytest.mark.parametrize(
    ("changes", "empty"),
    [
        ({"promise_hours": None}, ["within_promise"]),
        ({"economics": None}, ["contribution"]),
        (
            {"process.closing.pass_probability": 0},
            ["average_deal_size", "sales_cycle_days", "cost_per_win"],
        ),
        (
            {f"channels.{name}.leads_per_day": 0 for name in Scenario.load("baseline").channels},
            [
                "conversion_rate", "conversion_rate.demo", "win_rate", "lead_to_opportunity",
                "response_hours", "within_promise", "average_deal_size", "sales_cycle_days",
            ],
        ),
        (
            {"team.sdr.count": 0, "team.ae.count": 0},
            [
                "utilisation.sdr", "utilisation.ae", "revenue_per_seller", "productivity",
                "selling_time_share", "response_hours", "within_promise", "conversion_rate",
            ],
        ),
        ({"team.engineer": {"count": 2}}, ["utilisation.engineer"]),
    ],
)  # fmt: skip
def test_what_was_not_observed_is_empty_and_never_0(
    changes: dict[str, Any], empty: list[str]
) -> None:
    base = shortened(**{"calendar.days": 20, "calendar.warm_up_days": 0, "plan": None})
    run = ss.simulate(base.replace(changes))
    assert [kpi for kpi in empty if not math.isnan(run.kpi[kpi])] == []


def test_where_nothing_has_a_price_there_is_no_cost() -> None:
    desk = Scenario.load("one-desk").replace({"calendar.days": 20, "calendar.warm_up_days": 0})
    for kpi in ("cost", "cost_per_win", "contribution"):
        assert math.isnan(ss.simulate(desk).kpi[kpi])
    priced = ss.simulate(desk.replace({"channels.door.cost_per_lead": 3}))
    agrees(priced, "cost", 3 * priced.kpi["leads"])


def test_a_count_of_nothing_is_0() -> None:
    run = ss.simulate(
        Scenario.load("one-desk").replace(
            {"calendar.days": 20, "calendar.warm_up_days": 0, "channels.door.leads_per_day": 0}
        )
    )
    assert run.kpi[["leads", "won", "revenue", "pipeline_value"]].tolist() == [0, 0, 0, 0]
    assert run.kpi["utilisation.sdr"] == 0
