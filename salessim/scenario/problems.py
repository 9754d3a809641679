"""What is wrong with a scenario, one line a problem, with the place and the way out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong.

    Parameters
    ----------
    path : str
        Dotted path in the scenario; empty where the whole of it is meant.
    message : str
        The value, what was expected, and the way out.
    """

    path: str
    message: str

    def under(self, prefix: str) -> "Problem":
        """The same problem, seen from a block above."""
        return Problem(".".join(part for part in (prefix, self.path) if part), self.message)

    def __str__(self) -> str:
        return _on_one_line(f"{self.path}: {self.message}" if self.path else self.message)


class ScenarioError(ValueError):
    """A scenario that can't be used: every problem in it, at once.

    Parameters
    ----------
    problems : iterable of Problem
        At least one.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type["ScenarioError"], tuple[tuple[Problem, ...]]]:
        return (ScenarioError, (self.problems,))


def perhaps(word: str, known: Iterable[str]) -> str:
    """The likely spelling, as the end of a sentence; else the words that are known.

    Examples
    --------
    >>> perhaps("cuont", ["count", "salary_per_year"])
    "did you mean 'count'?"
    >>> perhaps("x", ["fifo", "value"])
    'known are fifo, value'
    """
    words = list(dict.fromkeys(known))
    near = get_close_matches(word, words, n=1) or [w for w in words if w.startswith(word)]
    if near:
        return f"did you mean {near[0]!r}?"
    return f"known are {listed(words)}" if words else "none are known here"


def listed(words: Sequence[str], most: int = 12) -> str:
    """The words in a row, cut where they would fill the screen."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def shown(value: object, most: int = 40) -> str:
    """A value as a reader of a message wants to see it: short, on one line."""
    text = repr(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _on_one_line(text: str) -> str:
    """The text with what can't be printed written out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
