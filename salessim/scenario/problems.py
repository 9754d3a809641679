"""Problems with a scenario: one line each, with the place and what to write instead."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
    where : str
        File and line, where that is known.
    """

    path: str
    message: str
    where: str = ""

    def under(self, prefix: str) -> "Problem":
        """The same problem, seen from a block above."""
        return replace(self, path=".".join(part for part in (prefix, self.path) if part))

    def __str__(self) -> str:
        text = f"{self.path}: {self.message}" if self.path else self.message
        return _on_one_line(f"{text} ({self.where})" if self.where else text)


class ScenarioError(ValueError):
    """A scenario that can't be used: every problem in it, at once.

    Parameters
    ----------
    problems : iterable of Problem
        At least one.
    """

    def __init__(self, problems: Iterable[Problem]):
        self.problems: tuple[Problem, ...] = tuple(dict.fromkeys(problems))
        super().__init__(self.problems)  # from which pickle and SimPy make it again

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str:
    """The known word that was probably meant, whatever its case; empty where none is near.

    Parameters
    ----------
    word : str
    known : iterable of str
    likeness : float
        0 to 1; what is less alike is not meant.

    Examples
    --------
    >>> nearest("AE", ["sdr", "ae"]), nearest("cuont", ["count"]), nearest("x", ["fifo"])
    ('ae', 'count', '')
    """
    words = {_folded(known_word): known_word for known_word in known}
    folded = _folded(word)
    near = [folded] if folded in words else get_close_matches(folded, words, n=1, cutoff=likeness)
    near = near or [one for one in words if folded and one.startswith(folded)]
    return words[near[0]] if near else ""


def perhaps(word: str, known: Iterable[str], synonyms: Mapping[str, str] | None = None) -> str:
    """The likely spelling, as the end of a sentence; else the words that are known.

    Parameters
    ----------
    word : str
        What was given.
    known : iterable of str
    synonyms : mapping of str to str, optional
        Other words for known ones.

    Examples
    --------
    >>> perhaps("cuont", ["count", "salary_per_year"])
    "did you mean 'count'?"
    >>> perhaps("profit", ["won", "contribution"], {"profit": "contribution"})
    "did you mean 'contribution'?"
    >>> perhaps("x", ["fifo", "value"])
    'known: fifo, value'
    """
    words = list(dict.fromkeys(known))
    other = (synonyms or {}).get(_folded(word), "")
    meant = other if other in words else nearest(word, words)
    if meant:
        return f"did you mean {meant!r}?"
    return f"known: {listed(words)}" if words else "none are known here"


def listed(words: Sequence[str], most: int = 12) -> str:
    """The words in a row, cut where they would fill the screen."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def shown(value: object, most: int = 40) -> str:
    """A value as a reader of a message wants to see it: short, on one line, as YAML has it.

    Examples
    --------
    >>> shown("long"), shown(True), shown(None), shown(date(2026, 4, 1))
    ("'long'", 'true', 'null', '2026-04-01')
    """
    if isinstance(value, date):
        return value.isoformat()
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping):
        text = f"{{{', '.join(f'{key}: {shown(inside)}' for key, inside in value.items())}}}"
    elif isinstance(value, list | tuple):
        text = f"[{', '.join(map(shown, value))}]"
    else:
        text = repr(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


def _folded(word: str) -> str:
    """A word without case, and with one kind of gap."""
    return word.strip().casefold().replace("-", "_").replace(" ", "_")


def _on_one_line(text: str) -> str:
    """The text with what can't be printed written out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
