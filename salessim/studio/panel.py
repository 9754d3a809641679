"""A panel: levers, the figures that they move, and a picture."""

import base64
import html
import io
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ipywidgets as widgets
from matplotlib.figure import Figure

from salessim.display import figure, label_of
from salessim.plots import description
from salessim.run import Run
from salessim.scenario import Scenario
from salessim.scenario.problems import perhaps
from salessim.simulate import simulate
from salessim.studio.latest import Latest

Values = dict[str, int]


@dataclass(frozen=True)
class Lever:
    """A slider.

    Parameters
    ----------
    name : str
        How the panel's `changes` calls it.
    label : str
        What people read beside it.
    value, low, high, step : int
        Where it stands at first, its ends, and its step.
    """

    name: str
    label: str
    value: int
    low: int
    high: int
    step: int = 1


@dataclass(frozen=True)
class Tile:
    """A KPI to show: its name, what people read, and a pattern if not as KPIs are written."""

    kpi: str
    label: str
    pattern: str = ""


TILES = (
    Tile("won", "deals won"),
    Tile("revenue", "revenue"),
    Tile("contribution", "contribution"),
    Tile("utilisation.ae", "AEs busy"),
    Tile("selling_time_share", "time spent selling"),
    Tile("response_hours", "hours to first contact"),
)


class Panel(widgets.VBox):
    """Levers over a scenario; each move runs the same leads with the same random draws again.

    Parameters
    ----------
    base : Scenario
        What the levers change.
    levers : sequence of Lever
        The sliders.
    changes : function of dict to dict
        Values of the levers by name, to changes of the scenario by dotted path.
    picture : function of Run to Figure
        What is drawn under the tiles.
    seed, replication : int
        Of the random draws, and which of the seed's years.
    spread : mapping of str to float, optional
        By KPI: how far years differ by luck alone (half of the range in which eight
        of ten lie); shown with the tile.
    tiles : sequence of Tile
        The figures that are shown.

    Raises
    ------
    ValueError
        For a tile whose KPI the scenario does not have.
    """

    def __init__(
        self,
        base: Scenario,
        levers: Sequence[Lever],
        changes: Callable[[Values], Mapping[str, Any]],
        picture: Callable[[Run], Figure],
        seed: int = 1,
        spread: Mapping[str, float] | None = None,
        tiles: Sequence[Tile] = TILES,
        replication: int = 0,
    ):
        self._base, self._changes, self._picture = base, changes, picture
        self._seed, self._replication = seed, replication
        self._figures = list(tiles)
        self._spread = {} if spread is None else dict(spread)
        self._sliders = {lever.name: _slider(lever) for lever in levers}
        self._tiles, self._image = widgets.HTML(), widgets.HTML()
        self._state = widgets.HTML()
        self._latest = Latest(self._work, self._show, self._fail)
        self._at_first: Run | None = None
        super().__init__([*self._sliders.values(), self._state, self._tiles, self._image])
        first = self._work(self._values(), lambda: None)
        strange = [tile.kpi for tile in tiles if tile.kpi not in first[0].kpi]
        if strange:
            hint = perhaps(strange[0], first[0].kpi.index)
            raise ValueError(f"tile: {strange[0]!r} is not a KPI of this scenario; {hint}")
        self._show(first)
        for slider in self._sliders.values():
            slider.observe(self._moved, names="value")

    def _values(self) -> Values:
        return {name: slider.value for name, slider in self._sliders.items()}

    def _moved(self, _: Any) -> None:
        self._state.value = _line("running the year again ...")
        self._latest.ask(self._values())

    def _work(self, values: Values, look: Callable[[], None]) -> tuple[Run, str]:
        scenario = self._base.replace(self._changes(values))
        run = simulate(scenario, self._seed, self._replication, progress=lambda _: look())
        return run, _image(self._picture(run))

    def _show(self, answer: tuple[Run, str]) -> None:
        run, image = answer
        self._at_first = self._at_first or run
        self._tiles.value = _row([self._tile(tile, run) for tile in self._figures])
        self._image.value = image
        self._state.value = _line("one year, with the same leads and random draws as at the start")

    def _tile(self, tile: Tile, run: Run) -> str:
        assert self._at_first is not None
        now, first = (one.kpi[tile.kpi] for one in (run, self._at_first))
        lines = [f"start: {self._written(tile, first)}"]
        if tile.kpi in self._spread:
            lines.append(f"chance alone: ± {self._written(tile, self._spread[tile.kpi])}")
        small = "<br>".join(f"<span style='font-size:0.9em'>{line}</span>" for line in lines)
        return (
            "<div style='border:1px solid #767676;border-radius:6px;padding:8px 14px'>"
            f"{tile.label}<br><b style='font-size:1.6em'>{self._written(tile, now)}</b>"
            f"<br>{small}</div>"
        )

    def _written(self, tile: Tile, value: float) -> str:
        if tile.pattern and not math.isnan(value):
            return tile.pattern.format(value)
        return figure(value, label_of(tile.kpi).unit, self._base.currency)

    def _fail(self, error: Exception) -> None:
        text = "<br>".join(html.escape(line) for line in str(error).splitlines())
        self._state.value = f"<p role='alert' style='color:#B00020'>{text}</p>"


def _slider(lever: Lever) -> widgets.IntSlider:
    return widgets.IntSlider(
        value=lever.value,
        min=lever.low,
        max=lever.high,
        step=lever.step,
        description=lever.label,
        style={"description_width": "17em"},
        layout={"width": "38em", "max_width": "100%"},
    )


def _line(text: str) -> str:
    return f"<p role='status'>{text}</p>"


def _row(boxes: list[str]) -> str:
    """Three side by side, two, or one, so that none of six stands alone."""
    columns = "repeat(auto-fit,minmax(max(11em,30%),1fr))"
    style = f"display:grid;gap:10px;grid-template-columns:{columns};max-width:56em"
    return f"<div style='{style}'>{''.join(boxes)}</div>"


def _image(drawn: Figure) -> str:
    data = io.BytesIO()
    drawn.savefig(data, format="png", dpi=90)
    text = base64.b64encode(data.getvalue()).decode()
    words = html.escape(description(drawn), quote=True)
    return f'<img style="max-width:100%" alt="{words}" src="data:image/png;base64,{text}">'
