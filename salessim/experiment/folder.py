"""A study's folder: which study it is, the runs that are done, and at the end its results."""

from pathlib import Path

from salessim.output import Card, check_folder, put, read_card, workshop, write_card
from salessim.version import __version__

CARD = "study.json"
RESULTS = (
    "effects.csv", "pairs.csv", "because.csv", "drivers.csv", "year.csv", "deals.csv",
    "points.csv", "designs.csv", "outlook.csv", "chances.csv", "failures.csv", "report.html",
    "report.xlsx", "points.png", "base.yaml", "what-if*.yaml", "plan.yaml",
    "actual.yaml", "scenario.yaml",
)  # fmt: skip


def open_study(folder: Path, card: Card, force: bool) -> None:
    """Make a folder a study's own; one that was cut short there goes on.

    Parameters
    ----------
    folder : Path
        Made if it is not there.
    card : mapping
        What identifies the study.
    force : bool
        Whether another study's results may be replaced; runs that both need are kept.

    Raises
    ------
    OutputError
    """
    check_folder(folder, CARD, card, force)
    if read_card(folder, CARD) == card:
        return
    with workshop(folder) as made:
        write_card(made / CARD, card)
        outdated = [path.name for name in RESULTS for path in folder.glob(name)]
        put(made, folder, outdated=outdated)


def card_of(kind: str, **what: object) -> Card:
    """What identifies a study."""
    return {"salessim": __version__, "study": kind, **what}
