"""What answers say to people who ask them: no wrong advice, reasons that add up, plain ranges."""

import pytest

import salessim as ss
from salessim import Scenario


@pytest.fixture(scope="module")
def base() -> Scenario:
    return Scenario.load("baseline")


@pytest.fixture(scope="module")
def quarter(base: Scenario) -> Scenario:
    return base.replace({"calendar.days": 65, "calendar.warm_up_days": 65})


def test_saving_people_without_work_in_the_model_is_never_called_better(quarter: Scenario) -> None:
    """They only cost; what engineers are worth is not in a scenario that gives them no work."""
    nobody = quarter.replace({"team.engineer.count": 0, "team.manager.count": 0})
    effect = ss.compare(quarter, nobody, replications=20, workers=1)
    assert effect.table.set_index("kpi").loc["contribution", "verdict"] == "higher"
    assert "better" not in effect.summary().partition("Note")[0]
    assert "engineers and managers do no sales work" in effect.summary()


def test_people_without_work_decide_between_no_options(quarter: Scenario) -> None:
    fewer = [quarter.replace({"name": str(n), "team.engineer.count": n}) for n in (0, 1)]
    effect = ss.compare(quarter, *fewer, replications=3, workers=1)
    assert effect.ranking.goal == "won"
    assert len(effect.tied) == 3
