"""Numbers that are valid and hardly meant get a sentence that says so, and what to write."""

import pytest

import salessim as ss
from salessim.resources import presets
from salessim.scenario.plausibility import RANGES, numbers_at, warnings_on

BASE = ss.Scenario.load("baseline")


@pytest.mark.parametrize("name", presets())
def test_presets_are_plausible(name: str) -> None:
    assert warnings_on(ss.Scenario.load(name)) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"team.ae.salary_per_year": 95.0}, "95 a year for one person is implausibly low"),
        ({"team.ae.salary_per_year": 95.0}, "did you mean 95000?"),
        ({"channels.website.leads_per_day": 1150.0}, "is this the number for a month or a year?"),
        ({"channels.website.season": [150, 100, 100, 110]}, "the numbers average 115%"),
        ({"channels.website.cost_per_lead": 20_000.0}, "is implausibly high"),
        ({"process.demo.pass_probability": 0.003}, "write 0.3 for 30%"),
        ({"process.demo.admin_hours": 480}, "is it given in hours?"),
        ({"segments.mid.value.mean": 42.0}, "42 for an average deal is implausibly low"),
        ({"economics.gross_margin": 0.01}, "economics.gross_margin: 0.01"),
        ({"calendar.hours_per_day": 24}, "24 working hours a day is implausibly high"),
        ({"support.overflow_days": 500}, "paperwork of a deal can hardly wait for months"),
        ({"engineers": {}}, "it names no stages"),
        (
            {"engineers": {"stages": ["demo"]}, "team.engineer.count": 0},
            "joint visits at demo wait",
        ),
        ({"plan": [{"day": 9, "set": {"team.ae.salary_per_year": 95}}]}, "plan: team.ae.salary"),
    ],
)
def test_a_slip_is_pointed_out(change: dict[str, object], said: str) -> None:
    warnings = warnings_on(BASE.replace(change))
    assert any(said in warning for warning in warnings), warnings


def test_what_is_not_priced_is_not_odd() -> None:
    free = {"team.ae.salary_per_year": 0, "channels.website.cost_per_lead": 0}
    assert warnings_on(BASE.replace(free)) == []


def test_a_season_rounded_to_whole_percent_is_not_odd() -> None:
    assert warnings_on(BASE.replace({"channels.website.season": [92, 98, 101, 111]})) == []


def test_every_range_is_about_a_number_that_a_scenario_has() -> None:
    everything = BASE.replace(
        {"interest": {"half_life_hours": 4}, "nurture": {"share": 0.3, "after_days": 60}}
    )
    for usual in RANGES:
        assert list(numbers_at(everything, usual.path)), usual.path
        assert usual.low < usual.high
