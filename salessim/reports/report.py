"""The content of a report, as plain data; knows nothing about HTML, Excel, or the studies."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

NAN = math.nan
TEXT = "text"  # the unit of a column of words
ROWS_ON_PAGE = 40


class Standing(StrEnum):
    """What a figure or a change amounts to, in the word that people read."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "about the same"
    HIGHER = "higher"
    LOWER = "lower"
    UNCLEAR = "can't tell yet"


@dataclass(frozen=True)
class Tile:
    """A headline figure.

    Parameters
    ----------
    title : str
        What it is.
    unit : str
        As in `kpis.csv`.
    value : float
    before : float
        What it was; NaN where nothing was before.
    change, low, high : float
        The change and its 95% interval; NaN where there is none.
    standing : Standing, optional
    note : str
        What to know beside it, as a range of the value itself.
    """

    title: str
    unit: str
    value: float
    before: float = NAN
    change: float = NAN
    low: float = NAN
    high: float = NAN
    standing: Standing | None = None
    note: str = ""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    title : str
    values : sequence
        Numbers, NaN where nothing was observed; or words.
    units : str or sequence of str
        As in `kpis.csv`, of all rows or one a row; `text` for words.
    is_change : bool
        A difference: written with its sign.
    on_page : bool
        Whether the page shows it; the workbook always does, in a last column.
    """

    title: str
    values: Sequence[Any]
    units: str | Sequence[str] = TEXT
    is_change: bool = False
    on_page: bool = True

    def unit(self, row: int) -> str:
        """Unit of a row's value."""
        return self.units if isinstance(self.units, str) else self.units[row]

    @property
    def is_text(self) -> bool:
        """Whether it holds words."""
        return self.units == TEXT


@dataclass(frozen=True)
class Chart:
    """Excel's own chart of a table.

    Parameters
    ----------
    kind : {"bar", "column", "line"}
    title : str
    names : str
        Title of the column that names the rows.
    values : sequence of str
        Titles of the columns that are drawn.
    """

    kind: Literal["bar", "column", "line"]
    title: str
    names: str
    values: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table with people's labels.

    Parameters
    ----------
    title : str
    columns : sequence of Column
        Of the same length.
    note : str
        How to read it.
    chart : Chart, optional
    on_page : bool
        Whether the page shows it; the workbook always does.
    """

    title: str
    columns: Sequence[Column]
    note: str = ""
    chart: Chart | None = None
    on_page: bool = True

    def __len__(self) -> int:
        return len(self.columns[0].values)


@dataclass(frozen=True)
class Picture:
    """A picture that a page can hold.

    Parameters
    ----------
    message : str
        What it says, in a sentence.
    words : str
        What it shows, for those who can't see it.
    svg : str
        Drawn with the page's own colors.
    """

    message: str
    words: str
    svg: str


@dataclass(frozen=True)
class Group:
    """Sentences under a heading; without one, where there is only one group."""

    title: str
    sentences: Sequence[str]


@dataclass(frozen=True)
class Fact:
    """An assumption: what it is about, and what is assumed."""

    about: str
    text: str


@dataclass(frozen=True)
class Report:
    """A study's report, for the page and for the workbook.

    Parameters
    ----------
    kind : str
        Which study: the word above the question.
    question, answer : str
    tiles : sequence of Tile
        Three to five headline figures.
    reasons : sequence of Group
        Why; empty where nothing is known of it.
    pictures : sequence of Picture
        The first stands beside the answer.
    tables : sequence of Table
        The details.
    assumptions : sequence of Fact
    certainty : sequence of Fact
        How sure the averages are, and how much a single year varies.
    notes : sequence of str
        What a reader must know of the runs.
    command : str
        What to type to have it again.
    currency : str
        The scenario's.
    reasons_title : str
        What stands above the reasons.
    """

    kind: str
    question: str
    answer: str
    tiles: Sequence[Tile]
    reasons: Sequence[Group]
    pictures: Sequence[Picture]
    tables: Sequence[Table]
    assumptions: Sequence[Fact]
    certainty: Sequence[Fact]
    notes: Sequence[str]
    command: str
    currency: str = ""
    reasons_title: str = "Why"
