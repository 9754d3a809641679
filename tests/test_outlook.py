"""The range of a year, chances of targets, and the best design by single years."""

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import salessim as ss
from salessim import Scenario, ScenarioError
from salessim.experiment import Limits, Study, Workers
from salessim.experiment.bounds import Bound, chance_of
from salessim.experiment.statistics import range_of, sure_of_quantile, wilson


@pytest.fixture(scope="module")
def desk() -> Scenario:
    """A desk with ample staff: what it wins in a year is Poisson, one lead a day by 0.25."""
    return Scenario.parse(
        {
            "name": "a desk",
            "calendar": {"days": 130, "warm_up_days": 5},
            "channels": {"door": {"leads_per_day": 1.0, "cost_per_lead": 3}},
            "team": {"sdr": {"count": 60, "salary_per_year": 100}},
            "process": [
                {
                    "name": "call",
                    "role": "sdr",
                    "effort": {"distribution": "constant", "mean_hours": 0.5},
                    "pass_probability": 0.25,
                }
            ],
            "economics": {"gross_margin": 0.5, "commission_rate": 0.1},
        }
    )


@pytest.fixture(scope="module")
def year(desk: Scenario) -> ss.Outlook:
    return ss.outlook(desk, 60, seed=3, targets=["won>=33", "cost<=0"], workers=1)


def test_an_outlook_has_the_year_its_quarters_and_its_months(year: ss.Outlook) -> None:
    assert list(year.table.columns)[:6] == ["kpi", "period", "mean", "p10", "p50", "p90"]
    periods = year.table.query("kpi == 'revenue'")["period"].tolist()
    assert periods == ["year", "quarter 1", "quarter 2", *(f"month {n}" for n in range(1, 7))]
    assert year.table.query("kpi == 'win_rate'")["period"].tolist() == ["year"]
    assert list(year.chances.columns) == ["target", "chance", "low", "high", "replications"]
    assert len(year.values) == 60


def test_months_add_up_to_quarters_and_to_the_year(year: ss.Outlook) -> None:
    for kpi in ("leads", "won", "revenue", "cost", "contribution"):
        means = year.table[year.table["kpi"] == kpi].set_index("period")["mean"]
        months = means[means.index.str.startswith("month")]
        quarters = means[means.index.str.startswith("quarter")]
        assert months.sum() == pytest.approx(means["year"], rel=1e-9)
        assert quarters.sum() == pytest.approx(means["year"], rel=1e-9)
        assert months.iloc[:3].sum() == pytest.approx(quarters["quarter 1"], rel=1e-9)


def test_months_of_a_plan_cost_what_is_paid_in_each(desk: Scenario) -> None:
    halved = [{"day": 65, "set": {"team.sdr.count": 30, "channels.door.cost_per_lead": 0}}]
    found = ss.outlook(desk.replace({"plan": halved}), 4, workers=1).table.set_index("kpi")
    cost = found.loc["cost"].set_index("period")["mean"]
    leads = found.loc["leads"].set_index("period")["mean"]
    won = found.loc["revenue"].set_index("period")["mean"]
    assert cost["quarter 1"] == pytest.approx(
        60 * 100 / 4 + 3 * leads["quarter 1"] + 0.1 * won["quarter 1"]
    )
    assert cost["quarter 2"] == pytest.approx(30 * 100 / 4 + 0.1 * won["quarter 2"])


def test_a_chance_is_the_share_of_years_with_wilsons_interval(year: ss.Outlook) -> None:
    hits = int((year.values["won"] >= 33).sum())
    found = year.chance("won>=33")
    assert (found.chance, found.replications) == (hits / 60, 60)
    assert (found.low, found.high) == wilson(hits, 60)
    assert found.low < found.chance < found.high
    assert year.chances["chance"].tolist() == [hits / 60, 0.0]
    assert year.chance("won>=0").high == 1.0


def test_how_sure_an_average_is_and_how_much_a_year_varies_are_told_apart(
    desk: Scenario, year: ss.Outlook
) -> None:
    few = ss.outlook(desk, 20, seed=3, workers=1)
    won = [one.table.set_index(["kpi", "period"]).loc[("won", "year")] for one in (few, year)]
    assert won[1]["high"] - won[1]["low"] < 0.8 * (won[0]["high"] - won[0]["low"])
    assert won[1]["p90"] - won[1]["p10"] > 0.6 * (won[0]["p90"] - won[0]["p10"])
    said = year.summary()
    assert "a desk, 60 simulated runs of 130 working days (seed 3):" in said
    assert "Deals won of at least 33: reached in" in said
    assert "in at least 80% of years" in said  # of small counts
    assert "how much a single year varies" in said
    assert "how sure the average is" in said


@pytest.mark.parametrize("mean", [0.7, 2.3, 6.0, 25.0])
def test_the_range_of_small_counts_holds_at_least_80_percent(mean: float) -> None:
    luck = np.random.default_rng(4)
    held = []
    for _ in range(300):
        low, _, high = range_of(luck.poisson(mean, 200))
        fresh = luck.poisson(mean, 100)
        held.append(np.mean((fresh >= low) & (fresh <= high)))
    assert np.mean(held) >= 0.80


def test_the_range_of_a_continuous_figure_holds_80_percent() -> None:
    luck = np.random.default_rng(5)
    held = []
    for _ in range(400):
        low, _, high = range_of(luck.lognormal(size=200))
        fresh = luck.lognormal(size=100)
        held.append(np.mean((fresh >= low) & (fresh <= high)))
    assert 0.79 < np.mean(held) < 0.81


def test_quantiles_stand_at_n_plus_1_p() -> None:
    values = np.arange(1, 10) ** 2 + 0.5
    assert range_of(values) == (1.5, 25.5, 81.5)  # the first, fifth and ninth of nine
    values = np.arange(1, 200) + 0.5
    assert range_of(values) == pytest.approx((20.5, 100.5, 180.5))
    assert all(math.isnan(end) for end in range_of([math.nan]))


def test_what_a_year_reaches_with_80_percent_lies_above_p10(year: ss.Outlook) -> None:
    """P10 is reached by nine years of ten: who promises it with 80% promises too little."""
    [line] = [text for text in year.promises if text.startswith("Deals won: ")]
    of_80, of_90 = (float(x) for x in re.findall(r"chance at least ([\d.]+)", line))
    won = year.values["won"]
    assert of_80 > of_90
    assert (won >= of_80).mean() >= 0.8 > (won > of_80 + 1).mean()
    assert (won >= of_90).mean() >= 0.9 > (won > of_90 + 1).mean()
    assert line in year.summary()


def test_the_interval_of_a_quantile_holds_it_in_95_of_100_studies() -> None:
    draws = np.random.default_rng(5).standard_normal((2_000, 100))
    true = -1.2815515655
    held = [low <= true <= high for low, high in (sure_of_quantile(one, 0.1) for one in draws)]
    low, _ = wilson(sum(held), len(held))
    assert np.mean(held) >= 0.95 or low >= 0.94


def test_a_target_that_is_met_exactly_is_met(desk: Scenario) -> None:
    bound = Bound.parse("win_rate>=0.3")
    assert (bound.slack(np.array([0.1 + 0.2, 0.3, 0.1 * 3])) >= 0).all()
    at_most = Bound.parse("win_rate<=0.3")
    assert (at_most.slack(np.array([0.1 + 0.2])) >= 0).all()


def test_a_target_is_refused_before_any_run_with_what_to_write(desk: Scenario) -> None:
    for target, said in (
        ("revenue>=5,000,000", "write 5000000"),
        ("win_rate>=80%", "write 0.8 for 80%"),
        ("win_rate>=25", "write 0.25 for 25%"),
        ("win_rate>=0,25", r"write 0\.25"),
        ("revenue>=5.5m", "write 5500000 for 5.5m"),
        ("revenue>=500k", "write 500000 for 500k"),
        ("revenue>=5%", "revenue is not a share: write the number itself"),
        ("win_rate=>0.3", "write win_rate>=0.3"),
        ("revenue=5", "expected KPI>=X"),
        ("revenu>=5", "did you mean 'revenue'"),
        ("within_promise>=0.5", "the scenario has nothing that makes it"),
    ):
        study = Study(1, Workers(1))
        with pytest.raises(ScenarioError, match=said):
            ss.outlook(desk, 3, targets=[target], study=study)
        assert not study.outcomes


def test_a_target_far_from_every_year_is_asked_about(desk: Scenario) -> None:
    """Revenue of 5.5, where millions were meant, is reached in every year."""
    priced = desk.replace(
        {"segments": {"any": {"share": 1, "value": {"distribution": "constant", "mean": 50_000}}}}
    )
    found = ss.outlook(priced, 20, targets="revenue>=1.5", workers=1)
    assert found.chances["chance"].tolist() == [1.0]
    assert "1.5 is far below every year (lowest revenue " in found.summary()
    assert "did you mean 1500000?" in found.summary()
    assert "did you mean" not in ss.outlook(priced, 20, targets="revenue>=1e6").summary()


def test_bounds_may_be_one_text(desk: Scenario) -> None:
    vary = {"channels.door.leads_per_day": [0.75, 1.5]}
    with pytest.raises(ScenarioError) as caught:
        ss.best(desk, vary, "won", "win_rate=>0.3")
    (problem,) = caught.value.problems
    assert str(problem).endswith("expected KPI>=X or KPI<=X, write win_rate>=0.3")


def test_where_all_runs_fail_there_is_no_result_and_where_some_do_it_is_said(
    desk: Scenario,
) -> None:
    late = Study(1, Workers(1, limits=Limits(seconds=0)))
    found = ss.outlook(desk, 3, targets=["won>=1"], study=late)
    assert found.table.empty
    assert math.isnan(found.chances["chance"].iloc[0])
    assert "no result, because all 3 runs failed (LimitError" in found.summary()
    assert found.failures["replication"].tolist() == [0, 1, 2]
    some = Study(1, Workers(1))
    some.run([(desk, k) for k in range(2)])
    some.workers = late.workers
    found = ss.outlook(desk, 3, study=some)
    assert (len(found.values), found.failures["replication"].tolist()) == (2, [2])
    assert "1 run failed and is left out" in found.summary()


def test_an_outlook_is_kept_with_its_months_and_goes_on(desk: Scenario, tmp_path: Path) -> None:
    first = ss.outlook(desk, 4, study=Study(1, Workers(1), tmp_path))
    late = Workers(1, limits=Limits(seconds=0))
    again = ss.outlook(desk, 4, study=Study(1, late, tmp_path))  # nothing is made again
    pd.testing.assert_frame_equal(first.table, again.table, check_exact=True)


# The best design by single years


def best_of(desk: Scenario, chance: float, bound: str = "won>=33") -> ss.Best:
    """Fewest leads a day, which is what more deals cost here."""
    vary = {"channels.door.leads_per_day": [0.75, 1.0, 1.25, 1.5]}
    return ss.best(desk, vary, "cost", [bound], chance=chance, workers=1)


@pytest.mark.slow
def test_a_chance_is_asked_of_single_years_and_only_those_that_keep_it_are_ranked(
    desk: Scenario,
) -> None:
    found = best_of(desk, 0.8)
    table = found.table
    assert (table["replications"] == 200).all()
    for row in table.itertuples():
        low, high = row.years_low, row.years_high
        keeps = "keeps" if low > 0.8 else "fails" if high < 0.8 else "can't tell"
        assert row.bounds == keeps
        assert (row.standing in ("best", "statistically tied", "worse")) == (keeps == "keeps")
    assert found.point == {"channels.door.leads_per_day": 1.25}
    assert table["standing"].tolist()[0] == "outside"
    assert "in 80% of single years" in found.summary()


def test_bounds_on_the_mean_are_said_to_be_so_beside_the_share_of_single_years(
    desk: Scenario,
) -> None:
    vary = {"channels.door.leads_per_day": [0.75, 1.1, 1.5]}
    found = ss.best(desk, vary, "cost", ["won>=33"], workers=1)
    assert found.point == {"channels.door.leads_per_day": 1.1}
    row = found.table.iloc[1]
    assert row["years_within"] < row["within_bounds"]
    said = found.summary()
    assert "Its average keeps the bound with a chance of" in said
    assert "of single years" in said
    assert "bounds are on the average of many years" in said


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"chance": 1.2}, "chance: must be a share of years between 0 and 1"),
        ({"chance": 80}, "write 0.8 for 80%"),
        ({"chance": 0.8, "subject_to": ()}, "chance: needs bounds to keep"),
        ({"chance": 0.8, "runs": 100}, "runs: must be a whole number from 800"),
    ],
)
def test_what_a_chance_needs_is_said(desk: Scenario, keys: dict[str, Any], said: str) -> None:
    vary = {"channels.door.leads_per_day": [0.75, 1.0, 1.25, 1.5]}
    with pytest.raises(ScenarioError, match=said):
        ss.best(desk, vary, "cost", **{"subject_to": ["won>=33"], **keys})


def test_the_nearest_is_the_one_that_misses_least_and_why_is_said(desk: Scenario) -> None:
    """People stand idle, so more of them bring nothing: leads are the limit."""
    vary = {"team.sdr.count": [1, 20, 40, 60]}
    slow = desk.replace({"process.call.effort.mean_hours": 16.0})
    found = ss.best(slow, vary, "people", ["won>=100"], workers=1)
    assert found.point is None
    assert found.nearest is not None
    assert found.nearest["team.sdr.count"] > 1
    short = found.table.set_index("team.sdr.count")["shortfall"]
    assert short[1] > short[20] > 0
    said = found.summary()
    assert "No design keeps the bound: leads are the limit: deals won stays at about" in said
    assert "busy only" in said


def test_where_none_keeps_a_bound_the_way_to_it_is_said_and_drawn(desk: Scenario) -> None:
    vary = {"channels.door.leads_per_day": [0.9, 1.0, 1.05]}
    found = ss.best(desk, vary, "cost", ["won>=33"], chance=0.9, workers=1)
    assert found.point is None
    said = found.summary()
    assert "of its single years keep the bound, not the 90% asked for" in said
    assert "From door leads a day 0.9 to door leads a day 1.05 the share of years that" in said
    drawn = found.plot()
    assert drawn.axes[0].get_xlabel() == "single years that keep the bounds, in %"
    assert [line.get_xdata()[0] for line in drawn.axes[0].lines[1:2]] == [90]


def test_designs_are_compared_under_the_same_draws(desk: Scenario) -> None:
    vary = {"team.sdr.count": [1, 2, 60]}
    slow = desk.replace({"process.call.effort.mean_hours": 16.0})
    table = ss.best(slow, vary, "contribution", workers=1).table
    leader = table[table["standing"] == "best"].iloc[0]
    assert table["replications"].nunique() > 1
    assert (table["mean"] - leader["mean"]).tolist() == pytest.approx(table["difference"].tolist())


def test_a_share_of_years_has_no_chance_without_years() -> None:
    assert math.isnan(chance_of("won>=1", np.array([], dtype=bool)).chance)
