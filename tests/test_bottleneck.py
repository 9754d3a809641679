"""What limits a department is tried, and said; a load that is asked for is not a utilization."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import salessim as ss
from salessim.expected import INTERNAL, expected
from salessim.experiment import Limits, Workers
from salessim.experiment.bottleneck import bottleneck, one_more
from salessim.experiment.description import describe, implied, matrix_of

YEAR = {"calendar.days": 260, "calendar.warm_up_days": 60}


@pytest.fixture(scope="module")
def two_desks() -> ss.Scenario:
    """Callers are 90% busy but not the limit: most deals are lost waiting for a closer."""
    return ss.Scenario.parse(
        {
            "name": "two desks",
            "calendar": {"days": 260, "warm_up_days": 60},
            "channels": {"door": {"leads_per_day": 4}},
            "team": {"caller": {"count": 9}, "closer": {"count": 1}},
            "process": [
                {
                    "name": "calling", "role": "caller", "pass_probability": 1.0,
                    "effort": {"distribution": "exponential", "mean_hours": 16.2},
                },
                {
                    "name": "signing", "role": "closer", "pass_probability": 1.0,
                    "effort": {"distribution": "exponential", "mean_hours": 3},
                    "patience": {"distribution": "exponential", "mean_days": 2},
                },
            ],
        }
    )  # fmt: skip


def test_the_limit_is_the_role_whose_extra_person_wins_most_deals(two_desks: ss.Scenario) -> None:
    found = bottleneck(two_desks, 10, workers=1)
    assert found.role == "closer"
    said = found.summary()
    assert said.startswith("What limits it: one more closer wins the most deals")
    assert "gave up waiting" in said
    assert "at signing" in said


def test_it_is_said_why_the_busiest_role_is_not_the_limit(two_desks: ss.Scenario) -> None:
    """One more caller only brings more leads to the closer, who has no time for them."""
    busy = two_desks.replace({"team.caller.count": 8})
    found = bottleneck(busy, 20, workers=1)
    assert found.role == "closer"
    said = found.busiest
    assert re.match(r"Callers are the busiest \(9\d\.\d% of their time\), but one more wins ", said)
    assert re.search(r"because \d+ more leads then give up waiting for signing\.$", said)
    assert said in found.summary()
    assert bottleneck(two_desks.replace({"team.caller.count": 20}), 5, workers=1).busiest == ""


def test_roles_without_work_are_said_to_have_none(two_desks: ss.Scenario) -> None:
    idle = two_desks.replace({"team.manager": {"count": 2}, "calendar.days": 30})
    assert "Managers do no sales work in this scenario" in str(describe(idle))
    assert "no stage yet" not in str(describe(two_desks.replace({"calendar.days": 30})))


def test_a_load_above_one_is_asked_for_and_nobody_is_that_busy(two_desks: ss.Scenario) -> None:
    rows = bottleneck(two_desks, 5, workers=1).roles.set_index("role")
    assert rows.loc["closer", "expected_load"] > 1.4
    assert rows.loc["closer", "utilization"] < 1


def test_where_leads_are_the_limit_no_role_is_named() -> None:
    desk = ss.Scenario.load("one-desk").replace(YEAR | {"team.sdr.count": 9})
    found = bottleneck(desk, 10, workers=1)
    assert found.role == ""
    assert "no single role" in found.summary()
    assert "leads or their pass rates are the limit" in found.summary()


def test_a_run_that_fails_leaves_out_its_year_alone(two_desks: ss.Scenario) -> None:
    """Extra people are compared over the years in which both came out."""
    busy = two_desks.replace({"team.caller.count": 8})
    more = [one_more(busy, role) for role in busy.team]
    study = ss.Study(workers=Workers(1))
    study.run((one, k) for one in (busy, *more) for k in range(6) if (one, k) != (more[0], 3))
    study.workers = Workers(1, limits=Limits(seconds=0.0))
    assert bottleneck(busy, 6, study=study).role == "closer"


def test_a_limit_without_any_run_has_a_reason() -> None:
    desk = ss.Scenario.load("one-desk").replace(YEAR)
    quick = ss.Study(workers=Workers(1, limits=Limits(seconds=0.0)))
    found = bottleneck(desk, 2, study=quick)
    assert found.role == ""
    assert found.summary().startswith("What limits it: no result, because")


def test_one_more_person_stays_when_the_plan_sets_the_number() -> None:
    base = ss.Scenario.load("baseline").replace(
        {"plan": [{"day": 65, "set": {"team.ae.count": 10, "team.sdr.count": 4}}]}
    )
    more = one_more(base, "ae")
    assert more.team["ae"].count == base.team["ae"].count + 1
    assert more.plan[0].set == {"team.ae.count": 11, "team.sdr.count": 4}


def test_the_responsibility_matrix_has_every_hour_once() -> None:
    base = ss.Scenario.load("baseline")
    found, matrix = expected(base), matrix_of(base, expected(base))
    assert matrix.to_numpy().sum() == pytest.approx(sum(found.hours.values()))
    assert matrix.loc[INTERNAL].min() > 0
    assert list(matrix.columns) == ["SDR", "AE", "support", "engineer", "manager"]


def test_a_description_reads_like_the_sales_process(two_desks: ss.Scenario) -> None:
    text = str(describe(two_desks))
    steps = [text.index(word) for word in ("calling", "signing", "hours a year", "What limits it")]
    assert steps == sorted(steps)
    assert "150%" in text  # what closers are asked for


def test_what_a_scenario_implies_is_said_with_its_currency() -> None:
    base = ss.Scenario.load("baseline").replace({"currency": "USD"})
    said = implied(base)
    assert "5,000 leads a year" in said
    assert "who cost $1.44 million a year, plus leads and commission" in said
    assert "expected load of AE: 77%" in said


@pytest.mark.slow
def test_a_role_whose_extra_person_has_no_sure_effect_hides_no_other() -> None:
    """In `overload` an extra SDR wins and loses many deals by chance, an extra AE wins 6."""
    assert bottleneck(ss.Scenario.load("overload")).role == "ae"


@pytest.mark.slow
def test_without_numba_a_run_is_not_held_up_by_eighty_more(tmp_path: Path) -> None:
    changes = ["--set=calendar.days=20", "--set=calendar.warm_up_days=0"]
    done = subprocess.run(
        [sys.executable, "-m", "salessim", "run", "one-desk", *changes, "--out", "out"],
        cwd=tmp_path, env={**os.environ, "NUMBA_DISABLE_JIT": "1"}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    assert "salessim describe tries it; that takes a while without numba" in done.stdout
