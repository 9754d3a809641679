"""Sliders answer the last wish, say what went wrong, and never work on what is stale."""

import asyncio
import threading
from collections.abc import Callable

import pytest
from matplotlib.figure import Figure

import salessim as ss
from salessim import plots
from salessim.studio import Lever, Panel, Tile, three_levers
from salessim.studio.latest import Latest


def answers_to(wishes: list[int], between: float, work: Callable[..., int]) -> list[object]:
    """What is shown for wishes that come so many seconds apart."""
    shown: list[object] = []

    async def wish() -> None:
        latest: Latest[int, int] = Latest(work, shown.append, shown.append)
        for number in wishes:
            task = latest.ask(number)
            await asyncio.sleep(between)
        await asyncio.gather(task, return_exceptions=True)

    asyncio.run(wish())
    return shown


def test_a_slider_on_the_move_starts_no_work() -> None:
    begun: list[int] = []

    def work(wish: int, _: Callable[[], None]) -> int:
        begun.append(wish)
        return wish

    assert answers_to([1, 2, 3, 4], 0.01, work) == [4]
    assert begun == [4]


def test_work_that_has_become_stale_is_stopped_in_the_middle() -> None:
    finished: list[int] = []
    started = threading.Event()

    def work(wish: int, look: Callable[[], None]) -> int:
        started.set()
        for _ in range(200):
            look()
            threading.Event().wait(0.01)
            if wish == 2:
                break
        finished.append(wish)
        return wish

    assert answers_to([1, 2], 0.5, work) == [2]
    assert started.is_set()
    assert finished == [2]


def test_what_goes_wrong_is_shown_and_not_swallowed() -> None:
    def work(_: int, __: Callable[[], None]) -> int:
        raise ValueError("out of paper")

    (problem,) = answers_to([1], 0.01, work)
    assert isinstance(problem, ValueError)


@pytest.fixture
def base() -> ss.Scenario:
    return ss.Scenario.load("baseline").replace({"calendar.days": 20, "calendar.warm_up_days": 20})


def test_a_panel_shows_the_department_as_it_is_before_anything_is_moved(base: ss.Scenario) -> None:
    levers, changes = three_levers(base)
    panel = Panel(base, levers, changes, lambda run: plots.time_use(run.reps))
    text = " ".join(child.value for child in panel.children[len(levers) :])
    assert "deals won" in text
    assert 'alt="' in text


def test_levers_that_stand_where_they_began_change_only_how_territories_are_served(
    base: ss.Scenario,
) -> None:
    levers, changes = three_levers(base)
    changed = base.replace(changes({lever.name: lever.value for lever in levers}))
    assert changed.team["ae"].count == base.team["ae"].count
    assert changed.team["support"].count == base.team["support"].count
    assert changed.assignment_of("ae") == "territory"


def test_a_lever_never_moves_a_value_by_being_shown(base: ss.Scenario) -> None:
    """Eight support people stay eight, and a north of 31% stays 31%: the levers' ends widen."""
    shares = {"north": 0.31, "south": 0.24, "east": 0.25, "west": 0.20}
    changes = {f"territories.{name}.share": part for name, part in shares.items()}
    large = base.replace({"team.support.count": 8, **changes})
    levers, moves = three_levers(large)
    panel = Panel(large, levers, moves, lambda run: run.plot.time_use())
    sliders = panel.children[: len(levers)]
    shown = {lever.name: one.value for lever, one in zip(levers, sliders, strict=True)}
    assert shown == {"sellers": 8, "supporters": 8, "share": 31}
    now = large.replace(moves(shown))
    assert now.team["support"].count == 8
    assert {name: part.share for name, part in now.territories.items()} == shares


@pytest.mark.parametrize("end", ["low", "high"])
def test_every_end_of_every_lever_is_a_valid_department(base: ss.Scenario, end: str) -> None:
    levers, changes = three_levers(base)
    at_first = {lever.name: lever.value for lever in levers}
    for lever in levers:
        base.replace(changes({**at_first, lever.name: getattr(lever, end)}))


def test_a_department_that_can_not_be_is_told_in_the_panel(base: ss.Scenario) -> None:
    lever = Lever("sellers", "Sellers", 8, 0, 20)
    panel = Panel(
        base,
        [lever],
        lambda v: {"team.ae.count": v["sellers"] - 8},
        lambda r: plots.time_use(r.reps),
    )

    async def move() -> None:
        panel.children[0].value = 5
        await asyncio.sleep(1.0)

    asyncio.run(move())
    assert "must be a whole number from 0 to 10,000, not -3" in panel.children[1].value


def test_a_department_without_what_the_levers_move_is_told_so() -> None:
    with pytest.raises(ValueError, match=r"the three levers need team.ae and team.support and two"):
        three_levers(ss.Scenario.load("one-desk"))


def test_a_tile_shows_a_kpi_that_the_scenario_has() -> None:
    desk = ss.Scenario.load("one-desk").replace({"calendar.days": 20, "calendar.warm_up_days": 0})
    lever = Lever("sdrs", "SDRs", 5, 1, 9)

    def changes(values: dict[str, int]) -> dict[str, int]:
        return {"team.sdr.count": values["sdrs"]}

    def picture(run: ss.Run) -> Figure:
        return plots.time_use(run.reps)

    with pytest.raises(ValueError, match=r"tile: 'utilisation.ae' is not a KPI of this scenario"):
        Panel(desk, [lever], changes, picture)
    tile = Tile("utilisation.sdr", "SDRs busy", "{:.0%}")
    panel = Panel(desk, [lever], changes, picture, tiles=[tile])
    assert "SDRs busy" in panel.children[2].value


def test_the_year_of_the_lessons_is_an_ordinary_one() -> None:
    """A first look at one busy year would teach what one busy year is like."""
    base = ss.Scenario.load("baseline")
    lesson = ["won", "revenue", "win_rate", "sales_cycle_days", "utilisation.ae", "contribution"]
    years = ss.replicate(base, 40, workers=1).values[lesson]
    apart = (years - years.mean()) / years.std()
    assert apart.iloc[5].abs().max() < 0.5 < apart.iloc[0].abs().max()


def test_a_panel_shows_the_replication_that_it_is_asked_for() -> None:
    base = ss.Scenario.load("small-team").replace({"calendar.days": 60})
    levers = [Lever("people", "People", 2, 1, 3)]
    panel = Panel(
        base, levers, lambda v: {"team.sdr.count": v["people"]}, lambda run: run.plot.funnel(),
        replication=5, tiles=[Tile("won", "deals won")],
    )  # fmt: skip
    won = ss.simulate(base.replace({"team.sdr.count": 2}), 1, 5).kpi["won"]
    assert f"start: {won:,.0f}" in panel.children[2].value
